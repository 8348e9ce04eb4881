"""What assessor costs beside the requests themselves: wall time, CPU and memory, as ratios.

A loopback server of its own process answers each request after a fixed latency. A bare loop over
`AsyncOpenAI` sends the very same requests; then assessor grades the class, with a store on disk.
Both in turn, in processes of their own, several times:

    python -m benchmarks.speed --answers 200 1000 --rounds 5 --whole --memory 1000 10000 100000

Prints a table of medians with the spread. `--whole` adds the command as it is typed, once and once
more over the finished class; `--memory` classes of any size whose judge answers at once.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openai

from assessor.ambient import real
from assessor.assignment.run_job import ISOLATED_PROMPT, JOINT_PROMPT, job_for, shipped_prompt
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.single_answer import make_submission
from assessor.config import Config, JudgeSettings
from assessor.engine.budget import Budget
from assessor.engine.session import Bench, open_session
from assessor.judges.dialect import Dialect
from assessor.judges.endpoints import open_openai
from assessor.judges.openai_settings import OpenAISettings
from assessor.prompt import Ask, Asking, isolated_ask, joint_ask
from assessor.rubric import load_rubric
from assessor.store import open_store
from assessor.submission import Submission
from assessor.verdict import Pass
from benchmarks import whole

LATENCY = 0.2
CONCURRENCY = 64
CELLS = 5
METHODS = ("careful", "quick")
ROOT = Path(__file__).parents[1]
_SYLLABLES = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
_VOCABULARY = ["".join(three) for three in itertools.product(_SYLLABLES[::4], repeat=3)]
# Zipf's law: the n-th most frequent word is n times as rare as the first.
_FREQUENCIES = [1 / rank for rank in range(1, len(_VOCABULARY) + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One side of one round: seconds of wall and CPU for so many asks, peak memory in MB."""

    asks: int
    wall: float
    cpu: float
    memory: float


def rubric_text() -> str:
    """Return a rubric of five key points."""
    points = "".join(
        f"  - {{id: point_{n}, points: 1, description: says idea number {n} of the case}}\n"
        for n in range(CELLS)
    )
    return f"title: Speed\nid: speed\nquestion: What is the matter?\nkey_points:\n{points}"


def answer(number: int) -> str:
    """Return an answer of fifty made-up words that is like no other and speaks to nobody.

    As in a class, a few words are in every answer and many in hardly any.
    """
    chance = random.Random(number)  # noqa: S311  # made-up words
    words = chance.choices(_VOCABULARY, _FREQUENCIES, k=50)
    return f"{' '.join(words[:25])} because {' '.join(words[25:])}."


# --- the server -------------------------------------------------------------------------------


class Server(asyncio.Protocol):
    """Answers any completion with the same fitting reply, `LATENCY` seconds after it is whole."""

    latency = LATENCY

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n")) >= 0:
            start = self.buffer[:head].lower().find(b"content-length:")
            length = int(self.buffer[start + 15 : head].split(b"\r\n")[0]) if start >= 0 else 0
            if len(self.buffer) < head + 4 + length:
                return
            body = self.buffer[head + 4 : head + 4 + length]
            self.buffer = self.buffer[head + 4 + length :]
            reply = _reply(body)
            asyncio.get_running_loop().call_later(self.latency, self.transport.write, reply)


def _reply(body: bytes) -> bytes:
    if b'"ok"' in body:
        text = '{"ok": true}'
    elif b'"cells"' in body:
        cells = {f"point_{n}": _fields() for n in range(CELLS)}
        text = json.dumps({"cells": cells})
    else:
        text = json.dumps(_fields())
    message = {"role": "assistant", "content": text, "refusal": None}
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "speed",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 900, "completion_tokens": 60, "total_tokens": 960},
    }
    data = json.dumps(completion).encode()
    head = (
        f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


def _fields() -> dict[str, Any]:
    gap = "not stated"
    return {
        "quotes": [],
        "gap": gap,
        "withdrawn": False,
        "full": False,
        "p_full": 4,
        "note": "Say what the labels cannot cover.",
    }


async def serve(latency: float) -> None:
    """Serve for ever; print the port."""
    Server.latency = latency
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Server, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


@contextmanager
def serving(latency: float) -> Iterator[str]:
    """Run the server in a process of its own and yield its base URL."""
    command = [sys.executable, "-m", "benchmarks.speed", "serve", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


# --- the two sides ----------------------------------------------------------------------------


async def bare(url: str, bodies: Sequence[dict[str, Any]], concurrency: int) -> None:
    """Send the requests the way the SDK's own documentation does, and parse each reply's JSON."""
    client = openai.AsyncOpenAI(api_key="none", base_url=url, max_retries=0)
    gate = asyncio.Semaphore(concurrency)

    async def one(body: dict[str, Any]) -> None:
        async with gate:
            completion = await client.chat.completions.create(**body)
        json.loads(completion.choices[0].message.content or "")

    async with client:
        await asyncio.gather(*(one(body) for body in bodies))


def texts_of(answers: int) -> tuple[Submission, ...]:
    """Return the class."""
    return tuple(make_submission(f"S{n}", answer(n)) for n in range(answers))


def bodies_of(answers: int, method: str) -> list[dict[str, Any]]:
    """Return the very requests that assessor sends for a class."""
    rubric = load_rubric(rubric_text(), "speed.yaml")
    name = ISOLATED_PROMPT if method == "careful" else JOINT_PROMPT
    asking = Asking(prompt=shipped_prompt(name), rubric=rubric, secret=bytes(32))
    texts = texts_of(answers)
    if method == "careful":
        asks = [isolated_ask(asking, c, Pass.NEUTRAL, t) for t in texts for c in rubric.cells]
    else:
        asks = [joint_ask(asking, rubric.cells, Pass.NEUTRAL, text) for text in texts]
    return [Dialect().request("speed", ask, 1900) for ask in asks]


async def graded(
    url: str, texts: tuple[Submission, ...], method: str, concurrency: int, store: Path
) -> int:
    """Grade the class as `grade_many` does; return how many replies came."""
    config = Config(judge=JudgeSettings(method=method))  # type: ignore[arg-type]  # a literal
    job = job_for(config, {"answer": load_rubric(rubric_text(), "speed.yaml")}, texts)
    job = replace(job, limits=Budget(concurrency=concurrency))
    settings = OpenAISettings(model="speed", base_url=url, concurrency=concurrency)
    judge = open_openai(settings, None, real())
    with open_store(store, real()) as opened:
        bench = Bench(judge=judge, strong=None, store=opened, ambient=real())
        async with open_session(job, bench) as session:
            await session.prepare()
            await session.rest()
            await session.settle()
            await session.finish(manifest_of(job, bench, session))
        await judge.close()
    states = session.states()
    assert states.get("ungraded", 0) == 0, states
    return session.progress.replied


def measure_side(side: str, url: str, answers: int, method: str, concurrency: int) -> Measured:
    """Run one side in this process. Imports are paid before the clock starts, on both sides."""
    texts = texts_of(answers)
    bodies = bodies_of(answers, method) if side == "bare" else []
    asks = answers * (CELLS if method == "careful" else 1)
    with tempfile.TemporaryDirectory() as place:
        wall, cpu = time.monotonic(), time.process_time()
        if side == "bare":
            asyncio.run(bare(url, bodies, concurrency))
        else:
            asyncio.run(graded(url, texts, method, concurrency, Path(place) / "store"))
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    return Measured(asks=asks, wall=wall, cpu=cpu, memory=whole.peak_memory())


def in_a_process(side: str, url: str, answers: int, method: str, concurrency: int) -> Measured:
    """Run one side in a process of its own, so that neither inherits the other's memory."""
    command = [sys.executable, "-m", "benchmarks.speed", side, url, str(answers), method]
    done = subprocess.run(
        [*command, str(concurrency)], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return Measured(**json.loads(done.stdout))


# --- the table --------------------------------------------------------------------------------


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Return the median and the range."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def compare(url: str, answers: int, method: str, rounds: int, concurrency: int) -> str:
    """Measure both sides in turn and return one row of the table."""
    pairs = []
    for number in range(rounds):
        order = ("bare", "assessor") if number % 2 == 0 else ("assessor", "bare")
        got = {side: in_a_process(side, url, answers, method, concurrency) for side in order}
        pairs.append((got["bare"], got["assessor"]))
    ideal = pairs[0][0].asks * LATENCY / concurrency
    cells = [
        f"{answers} {method}",
        f"{pairs[0][0].asks}",
        f"{ideal:.1f}",
        spread([one.wall / ideal for one, _ in pairs]),
        spread([two.wall / ideal for _, two in pairs]),
        spread([1000 * one.cpu / one.asks for one, _ in pairs]),
        spread([1000 * two.cpu / two.asks for _, two in pairs]),
        spread([two.cpu / one.cpu for one, two in pairs]),
        f"{statistics.median(one.memory for one, _ in pairs):.0f}",
        f"{statistics.median(two.memory for _, two in pairs):.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


WHOLE = (
    "| class | ideal s | wall | ms CPU/ask | MB | store kB/answer | again: wall s | again: s CPU "
    "| again: answers/s | again: MB |"
)


def whole_command(url: str, answers: int, method: str, rounds: int, concurrency: int) -> str:
    """Type the command twice in each round and return one row of the second table."""
    asks = answers * (CELLS if method == "careful" else 1)
    ideal = asks * LATENCY / concurrency
    texts = [answer(number) for number in range(answers)]
    done = [whole.twice(texts, rubric_text(), url, method, concurrency) for _ in range(rounds)]
    cells = [
        f"{answers} {method}",
        f"{ideal:.1f}",
        spread([one.wall / ideal for one, _ in done]),
        spread([1000 * one.cpu / asks for one, _ in done]),
        f"{statistics.median(one.memory for one, _ in done):.0f}",
        f"{statistics.median(one.store for one, _ in done) / answers / 1000:.1f}",
        spread([two.wall for _, two in done]),
        spread([two.cpu for _, two in done]),
        spread([answers / two.wall for _, two in done], 0),
        f"{statistics.median(two.memory for _, two in done):.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


LARGE = (
    "| answers (quick) | ms/answer | MB | store kB/answer | again: ms/answer | again: answers/s |"
)


def large_class(answers: int) -> str:
    """Measure a class whose judge answers at once, and return one row of the third table."""
    command = [sys.executable, "-m", "benchmarks.speed", "large", str(answers)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    found = whole.Large(**json.loads(done.stdout))
    cells = [
        f"{answers}",
        f"{1000 * found.first / answers:.2f}",
        f"{found.memory:.0f}",
        f"{found.store / answers / 1000:.1f}",
        f"{1000 * found.again / answers:.2f}",
        f"{answers / found.again:.0f}",
    ]
    return "| " + " | ".join(cells) + " |"


def says_nothing(ask: Ask) -> str:
    """Return what the server would say."""
    fields: object = _fields()
    if len(ask.cells) > 1:
        fields = {"cells": dict.fromkeys(ask.cells, fields)}
    return json.dumps(fields)


def ceiling(concurrency: int) -> float:
    """Return how many requests a second the server answers without latency, to a bare socket."""
    with serving(0.0) as url:
        port = int(url.split(":")[2].split("/")[0])
        return asyncio.run(_hammer(port, concurrency))


async def _hammer(port: int, concurrency: int, seconds: float = 3.0) -> float:
    body = json.dumps(bodies_of(1, "careful")[0]).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: {len(body)}\r\n\r\n".encode()
    ends, done = time.monotonic() + seconds, 0

    async def one() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.monotonic() < ends:
            writer.write(head + body)
            top = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(top.lower().split(b"content-length:")[1].split()[0]))
            done += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(concurrency)))
    return done / seconds


def main(arguments: Sequence[str]) -> None:
    """Print the table, or play one side of it."""
    if arguments and arguments[0] == "serve":
        asyncio.run(serve(float(arguments[1])))
        return
    if arguments and arguments[0] in {"bare", "assessor"}:
        side, url, answers, method, at_once = arguments
        measured = measure_side(side, url, int(answers), method, int(at_once))
        print(json.dumps({name: getattr(measured, name) for name in measured.__slots__}))
        return
    if arguments and arguments[0] == "large":
        texts = [answer(number) for number in range(int(arguments[1]))]
        print(whole.as_json(whole.large(texts, rubric_text(), says_nothing)))
        return
    parser = argparse.ArgumentParser(description="assessor beside a bare AsyncOpenAI loop")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--memory", type=int, nargs="*", default=[])
    parser.add_argument("--answers", type=int, nargs="+", default=[200, 1000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--methods", nargs="+", default=list(METHODS))
    parser.add_argument("--concurrency", type=int, default=CONCURRENCY)
    print_tables(parser.parse_args(arguments))


def print_tables(options: argparse.Namespace) -> None:
    """Measure what was asked for, row by row."""
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"{cores} cores, load {load:.1f} at the start, Python {platform.python_version()}; ")
    print(f"latency {LATENCY * 1000:.0f} ms, {options.concurrency} requests at a time; ", end="")
    print(f"the server alone answers {ceiling(options.concurrency):.0f} requests a second\n")
    print(
        "| answers | asks | ideal s | bare: wall | assessor: wall | bare: ms CPU/ask "
        "| assessor: ms CPU/ask | CPU ratio | bare MB | assessor MB |"
    )
    print("| --- " * 10 + "|")
    with serving(LATENCY) as url:
        for answers in options.answers:
            for method in options.methods:
                print(
                    compare(url, answers, method, options.rounds, options.concurrency), flush=True
                )
        if options.whole:
            print(f"\n{WHOLE}\n" + "| --- " * 10 + "|")
            for answers in options.answers:
                for method in options.methods:
                    row = whole_command(url, answers, method, options.rounds, options.concurrency)
                    print(row, flush=True)
    if options.memory:
        print(f"\n{LARGE}\n" + "| --- " * 6 + "|")
        for answers in options.memory:
            print(large_class(answers), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
