"""A loopback server that speaks OpenAI's chat completions, well or badly, as a scenario says.

It builds its replies from the JSON schema of the request (or of the system text) and knows the
right verdicts, so that a wrong grade is seen. By hand:

    python -m tests.servers.openai_server --port 8099 --scenario rl_seconds
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from assessor.judges.schema_filler import Schema, cell_reply, levels_of, properties
from tests.servers.faults import FAULTS, Exchange, as_json, error
from tests.servers.http import Answer, Manner, Request, serve
from tests.servers.scenario import SCENARIOS, Scenario, Strike, read_scenario

CREATED = 1_790_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the server was asked: the messages and the schema of the reply."""

    system: str
    user: str
    schema: Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The right verdict on one cell; `chances` by level stand above `probability`."""

    level: str = "absent"
    quotes: tuple[str, ...] = ()
    probability: float = 0.95
    gap: str = ""
    chances: tuple[float, ...] = ()


# The right verdicts by cell; in the isolated layout the only one.
Truth = Callable[[Question], Mapping[str, Said]]


@dataclass(slots=True, kw_only=True)
class Received:
    """One request as it came, and what became of it; `at` counts from the server's start.

    `tier` is the one that it was answered at, `tokens` what was counted for it.
    """

    number: int
    path: str
    at: float
    headers: Mapping[str, str]
    body: dict[str, Any]
    fault: str = ""
    status: int = 200
    billed: bool = False
    tier: str = ""
    tokens: int = 0


@dataclass(slots=True)
class FaultServer:
    """`async with FaultServer(scenario, truth) as server`: `server.url`, `server.requests`."""

    scenario: Scenario = field(default_factory=Scenario)
    truth: Truth = lambda question: {}
    port: int = 0
    requests: list[Received] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _tries: Counter[str] = field(default_factory=Counter)
    _chance: random.Random = field(default_factory=random.Random)
    _started: float = 0.0
    _first: float | None = None
    _tokens: float = 0.0
    _filled: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def chats(self) -> list[Received]:
        """The requests for a completion."""
        return [each for each in self.requests if each.path.endswith("/chat/completions")]

    @property
    def billed(self) -> int:
        """How many completions a provider would have charged for."""
        return sum(each.billed for each in self.requests)

    async def __aenter__(self) -> Self:
        self._chance = random.Random(self.scenario.seed)
        self._started = self._filled = time.monotonic()
        self._tokens = self.scenario.bucket[1] if self.scenario.bucket else 0.0
        self._server = await serve(self._handle, self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()

    async def _handle(self, request: Request) -> Answer:
        body = json.loads(request.body or b"{}")
        received = Received(
            number=len(self.requests) + 1,
            path=request.path,
            at=time.monotonic() - self._started,
            headers=request.headers,
            body=body,
        )
        self.requests.append(received)
        if request.path.endswith("/models"):
            return as_json({"object": "list", "data": self._models()})
        if not request.path.endswith("/chat/completions"):
            return error(404, "Not Found")
        answer = self._limit(received) or self._answer(received)
        received.status = answer.status
        if answer.status == 200 and answer.manner is not Manner.HANG:
            received.billed = True
            received.tier, received.tokens = _told(answer)
            await asyncio.sleep(self.scenario.latency)
        return answer

    def _models(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = [
            {"id": model, "object": "model"} for model in self.scenario.models
        ]
        for row, context in zip(rows, self.scenario.contexts, strict=False):
            row["max_model_len"] = context
        return rows

    def _limit(self, received: Received) -> Answer | None:
        """Refuse at once what the token bucket does not hold."""
        if self.scenario.bucket is None:
            return None
        rate, burst = self.scenario.bucket
        now = time.monotonic()
        self._tokens = min(burst, self._tokens + rate * (now - self._filled))
        self._filled = now
        if self._tokens >= 1:
            self._tokens -= 1
            return None
        received.fault = "bucket"
        return error(429, "Rate limit reached for requests", "rate_limit_exceeded")

    def _answer(self, received: Received) -> Answer:
        question = read_question(received.body)
        text = reply_text(question, self.truth(question))
        exchange = Exchange(
            asked=received.body,
            good=self._at_its_tier(completion(received, text), received.body),
            text=text,
            number=received.number,
            now=time.time(),
            seconds=0.0,
        )
        self._first = received.at if self._first is None else self._first
        self._tries[_asked(question)] += 1
        for strike in self.scenario.strikes:
            if not self._strikes(strike, received, question):
                continue
            struck = FAULTS[strike.fault](replace(exchange, seconds=strike.seconds))
            if struck is not None:
                received.fault = strike.fault
                return struck
        return as_json(as_asked(exchange.good, received.body))

    def _at_its_tier(self, good: dict[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return a completion that says at which tier it was made, where one was asked for."""
        if "service_tier" not in asked:
            return good
        has = asked["service_tier"] in self.scenario.tiers
        return {**good, "service_tier": asked["service_tier"] if has else "default"}

    def _strikes(self, strike: Strike, received: Received, question: Question) -> bool:
        number = len(self.chats)
        since = received.at - (self._first or 0.0)
        return (
            (strike.first is None or number <= strike.first)
            and number > strike.after
            and (strike.per_ask is None or self._tries[_asked(question)] <= strike.per_ask)
            and (strike.during is None or strike.during[0] <= since < strike.during[1])
            and (strike.share >= 1 or self._chance.random() < strike.share)
        )


def read_question(body: Mapping[str, Any]) -> Question:
    """Return messages and schema of a request; the system text may show the form instead."""
    texts = {message["role"]: _text(message["content"]) for message in body["messages"]}
    form = body.get("response_format") or {}
    tools = body.get("tools") or [{}]
    schema = (form.get("json_schema") or {}).get("schema") or form.get("schema")
    schema = schema or tools[0].get("function", {}).get("parameters")
    found = schema or _form_in(texts.get("system", "") or texts["user"])
    return Question(system=texts.get("system", ""), user=texts["user"], schema=found)


def reply_text(question: Question, truth: Mapping[str, Said]) -> str:
    """Return the right reply in the form that the question's schema wants."""
    fields = properties(question.schema)
    if "feedback" in fields:
        said = truth.get("feedback", Said(quotes=("What else is there to say?",)))
        return json.dumps({"feedback": " ".join(said.quotes)})
    if "cells" in fields:
        cells = {
            cell: cell_fields(schema, truth.get(cell, Said()))
            for cell, schema in properties(fields["cells"]).items()
        }
        return json.dumps({"cells": cells}, ensure_ascii=False)
    if not levels_of(question.schema):
        return json.dumps(dict.fromkeys(fields, True))
    said = next(iter(truth.values()), Said())
    return json.dumps(cell_fields(question.schema, said), ensure_ascii=False)


def completion(received: Received, text: str) -> dict[str, Any]:
    """Return a well-formed completion that says `text`."""
    prompt = len(json.dumps(received.body)) // 4
    message = {"role": "assistant", "content": text, "refusal": None}
    return {
        "id": f"chatcmpl-{received.number}",
        "object": "chat.completion",
        "created": CREATED,
        "model": received.body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": len(text) // 4,
            "total_tokens": prompt + len(text) // 4,
            "prompt_tokens_details": {"cached_tokens": 0},
        },
    }


def as_asked(good: dict[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return a completion as a call of the function, where it was asked for so."""
    if not asked.get("tools"):
        return good
    (choice,) = good["choices"]
    call = {"name": "reply", "arguments": choice["message"]["content"]}
    calls = [{"id": "call_1", "type": "function", "function": call}]
    message = {"role": "assistant", "content": None, "refusal": None, "tool_calls": calls}
    return {**good, "choices": [{**choice, "message": message, "finish_reason": "tool_calls"}]}


def by_answer(table: Mapping[str, Mapping[str, Said]]) -> Truth:
    """Return the truth of a table from answer text to verdicts by cell.

    An answer is found as JSON in the user message; the cell of an isolated ask is the one that
    the messages name last.
    """

    def truth(question: Question) -> Mapping[str, Said]:
        answers = [text for text in table if _quoted(text) in question.user]
        if not answers:
            return {}
        cells = table[max(answers, key=len)]
        if "cells" in properties(question.schema):
            return cells
        for text in (question.user, question.system):
            places = {cell: text.rfind(cell) for cell in cells}
            last = max(places, key=lambda cell: places[cell], default="")
            if last and places[last] >= 0:
                return {last: cells[last]}
        return {}

    return truth


def _told(answer: Answer) -> tuple[str, int]:
    """Return the tier and the tokens that an answer tells; "" and 0 where it is no completion."""
    try:
        body = json.loads(answer.body)
        return str(body.get("service_tier", "")), int(body["usage"]["total_tokens"])
    except (ValueError, TypeError, LookupError, AttributeError):
        return "", 0


def _asked(question: Question) -> str:
    """What is asked, whether for the first time or again with a reason."""
    bare = re.sub(r"You are asked again\..*|nonce=\w+", "", question.user)
    return " ".join(bare.split())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def cell_fields(schema: Schema, said: Said) -> dict[str, object]:
    """Return what a judge that says this fills into a cell's fields."""
    levels = levels_of(schema)
    reached = levels.index(said.level) + 1 if said.level in levels else 0
    sure = round(said.probability * 100, 6)
    percents = tuple(sure if reached > place else 100 - sure for place in range(len(levels)))
    if said.chances:
        percents = tuple(round(each * 100, 6) for each in said.chances)
    return cell_reply(schema, reached, percents, {"quotes": list(said.quotes), "gap": said.gap})


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _form_in(text: str) -> Schema:
    """Return the schema of the form with gaps that a text shows last, each name in its place."""
    found: Schema = {}
    filled = text
    for gap, value in _GAPS:
        filled = re.sub(gap, value, filled)
    lines = filled.splitlines()
    for place, line in enumerate(lines):
        if line.startswith("{"):
            try:
                value, _ = json.JSONDecoder().raw_decode("\n".join(lines[place:]))
            except json.JSONDecodeError:
                continue
            found = _schema_of(value)
    return found


_GAPS = (("<true or false>", "true"), ("<number[^>]*>", "0"), (r"\[<[^>]*texts>\]", "[]"))
_KINDS = {bool: "boolean", int: "number", list: "array", str: "string"}


def _schema_of(value: object) -> Schema:
    if isinstance(value, dict):
        fields = {name: _schema_of(each) for name, each in value.items()}
        return {"type": "object", "properties": fields, "required": list(fields)}
    return {"type": _KINDS[type(value)]}


def main(arguments: list[str]) -> None:
    """Serve until interrupted; prints the base URL."""
    parser = argparse.ArgumentParser(description="a loopback OpenAI-compatible server")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--scenario", default="well_behaved", help="a name, or a TOML file")
    parser.add_argument("--truth", help="JSON: answer text → cell → {level, quotes}")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds, on top")
    options = parser.parse_args(arguments)
    if options.scenario in SCENARIOS:
        scenario = SCENARIOS[options.scenario]
    else:
        scenario = read_scenario(Path(options.scenario).read_text(encoding="utf-8"))
    scenario = replace(scenario, latency=scenario.latency + options.latency)
    rows = json.loads(Path(options.truth).read_text(encoding="utf-8")) if options.truth else {}
    table = {answer: _row(cells) for answer, cells in rows.items()}
    asyncio.run(_serve(scenario, by_answer(table), options.port))


def _row(cells: Mapping[str, Mapping[str, Any]]) -> dict[str, Said]:
    return {
        cell: Said(level=said["level"], quotes=tuple(said.get("quotes", ())))
        for cell, said in cells.items()
    }


async def _serve(scenario: Scenario, truth: Truth, port: int) -> None:
    async with FaultServer(scenario, truth, port) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
