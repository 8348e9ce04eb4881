"""The same run over Ray: real workers, killed ones, a killed driver, limits that hold."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assessor.ambient import real
from assessor.errors import JudgeRejected
from assessor.judges.openai import OpenAIJudge
from assessor.judges.openai_settings import OpenAISettings
from assessor.judges.ray_workers import RayWorkers
from assessor.prompt import Ask
from tests.cli.shell import serving
from tests.crash.trials import CONCURRENCY, TABLES, environment, make_class
from tests.judges.builders import ask
from tests.servers.openai_server import FaultServer
from tests.servers.play import truth
from tests.servers.scenario import Scenario
from tests_extras.conftest import KEY

RAY = ("--engine", "ray")
PRICE = '[judge.price]\ninput = "1"\noutput = "1"\n'


def command(server: FaultServer, *options: str) -> list[str]:
    words = ["grade", "answers.csv", "--rubric", "labels.yaml", "--judge", "openai"]
    words += ["--model", "test-model", "--base-url", server.url, "--method", "careful"]
    return [
        sys.executable,
        "-P",
        "-m",
        "assessor",
        *words,
        "--concurrency",
        str(CONCURRENCY),
        *options,
    ]


def environ_of(folder: Path, **more: str) -> dict[str, str]:
    ray = {name: each for name, each in os.environ.items() if name.startswith("RAY_")}
    return {**environment(folder), **ray, "ASSESSOR_API_KEY": KEY, **more}


def grade(folder: Path, server: FaultServer, *options: str, **more: str) -> tuple[int, str]:
    """Type the command, and return its exit code and what it printed."""
    done = subprocess.run(
        command(server, *options),
        cwd=folder,
        env=environ_of(folder, **more),
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def tables(folder: Path) -> list[bytes]:
    return [(folder / "graded/answers" / name).read_bytes() for name in TABLES]


def run_json(folder: Path) -> dict[str, Any]:
    text = (folder / "graded/answers/run.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that one process graded."""
    folder = tmp_path_factory.mktemp("alone") / "class"
    make_class(folder)
    with serving(truth) as server:
        assert grade(folder, server)[0] == 0
    return folder


def test_the_same_run_over_a_ray_of_its_own(alone: Path, tmp_path: Path, ray_files: str) -> None:
    """Tables byte for byte, run.json but for circumstances; no key, no answer in Ray's files."""
    folder = tmp_path / "class"
    make_class(folder)
    with serving(truth) as server:
        code, printed = grade(folder, server, *RAY, RAY_TMPDIR=ray_files)
        sent = {each.headers.get("authorization") for each in server.chats}

    assert code == 0, printed
    assert tables(folder) == tables(alone)
    told, same = run_json(folder), run_json(alone)
    assert told.pop("circumstances")["engine"]["workers"] == 2
    same.pop("circumstances")
    assert told == same
    assert sent == {f"Bearer {KEY}"}
    files = [each for each in Path(ray_files).rglob("*") if each.is_file()]
    kept = b"".join(each.read_bytes() for each in files)
    words = [each.split()[0] for each in answers_of(folder)]
    assert files
    assert KEY.encode() not in kept
    assert not [each for each in words if each.encode() in kept]


def test_no_worker_runs_what_came_with_a_folder(tmp_path: Path, ray_files: str) -> None:
    """A file of the class's folder that is called like a module runs nowhere: the key is there."""
    folder = tmp_path / "class"
    make_class(folder)
    ran = tmp_path / "ran"
    for name in ("openai", "httpx2", "assessor", "colorsys", "sniffio"):
        (folder / f"{name}.py").write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf-8")
    with serving(truth) as server:
        code, printed = grade(folder, server, *RAY, RAY_TMPDIR=ray_files)

    assert code == 0, printed
    assert not ran.exists()


def answers_of(folder: Path) -> list[str]:
    rows = (folder / "answers.csv").read_text(encoding="utf-8").splitlines()[1:]
    return [each.partition(",")[2].strip('"') for each in rows]


def test_a_driver_that_is_killed_goes_on_where_it_was(
    alone: Path, tmp_path: Path, address: str
) -> None:
    """At most what was under way is paid twice, and the tables are those of one process."""
    folder = tmp_path / "class"
    make_class(folder)
    over = (*RAY, "--ray-address", address)
    with serving(truth, Scenario(latency=0.04)) as server:
        driver = subprocess.Popen(
            command(server, *over),
            cwd=folder,
            env=environ_of(folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while len(server.chats) < 60 and driver.poll() is None:
            try:
                driver.wait(0.01)
            except subprocess.TimeoutExpired:
                continue
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        before = server.billed
        code, printed = grade(folder, server, *over)
        billed = server.billed

    assert code == 0, printed
    assert tables(folder) == tables(alone)
    needed = run_json(alone)["circumstances"]["requests"]
    probes = 2
    assert before >= 60
    assert billed <= needed + probes + CONCURRENCY


def test_a_limit_on_cost_holds_over_all_workers(tmp_path: Path, address: str) -> None:
    """What was spent is under it, to the cent: the driver holds back what may be spent."""
    folder = tmp_path / "class"
    make_class(folder)
    (folder / "assessor.toml").write_text(PRICE, encoding="utf-8")
    with serving(truth) as server:
        code, printed = grade(folder, server, *RAY, "--ray-address", address, "--max-cost", "0.05")
        charged = sum(each.tokens for each in server.chats)

    assert code == 5, printed
    assert 0 < charged <= 50_000


def judge_over(workers: RayWorkers, server: FaultServer, **more: Any) -> OpenAIJudge:
    settings = OpenAISettings(model="m", base_url=server.url, concurrency=CONCURRENCY, **more)
    return workers.judge(settings, KEY, "ASSESSOR_API_KEY", real())


def about(number: int) -> Ask:
    return replace(ask(f"Answer {number}."), answer_digest=f"answer:{number}")


async def asked(judge: OpenAIJudge, numbers: Sequence[int]) -> int:
    places = asyncio.Semaphore(CONCURRENCY)

    async def one(number: int) -> None:
        async with places:
            await judge.ask(about(number))

    await asyncio.gather(*(one(each) for each in numbers))
    return len(numbers)


def test_a_worker_that_is_killed_is_replaced(address: str) -> None:
    """Every ask gets its reply; at most what that worker had under way is asked twice."""

    async def play() -> tuple[int, int, int]:
        workers = RayWorkers(address, 2, real())
        async with FaultServer(Scenario(latency=0.1)) as server:
            judge = judge_over(workers, server)
            await judge.prepare()
            first = workers._workers[0]
            process = await first.actor.__ray_call__.remote(lambda _: os.getpid())
            asking = asyncio.create_task(asked(judge, range(80)))
            while len(server.chats) < 20:
                await asyncio.sleep(0.01)
            os.kill(process, signal.SIGKILL)
            came = await asking
            while not first.is_there:
                await asyncio.sleep(0.1)
            lost = workers.lost
            await judge.close()
            await workers.close()
            return came, len(server.chats), lost

    came, chats, lost = asyncio.run(play())

    assert came == 80
    assert 1 + 80 <= chats <= 1 + 80 + CONCURRENCY
    assert lost == 1


def test_a_limit_per_minute_holds_over_all_workers(address: str) -> None:
    """No worker has a limit of its own: the driver lets each request go."""

    async def play() -> list[float]:
        workers = RayWorkers(address, 2, real())
        async with FaultServer() as server:
            judge = judge_over(workers, server, rpm=1200)
            await judge.prepare()
            await asked(judge, range(40))
            await judge.close()
            await workers.close()
            return [each.at for each in server.chats]

    moments = asyncio.run(play())

    # 20 a second: the last of 40 cannot come before 39 waits of a twentieth, but for one's slack.
    assert moments[-1] - moments[1] >= 38 / 20 * 0.9


def test_a_key_that_a_node_lacks_is_named(address: str) -> None:
    """Keys do not travel: where one is missing the run stops before it sends anything."""

    async def play() -> tuple[str, int]:
        workers = RayWorkers(address, 2, real())
        async with FaultServer() as server:
            settings = OpenAISettings(model="m", base_url=server.url)
            judge = workers.judge(settings, KEY, "ASSESSOR_LAB_KEY", real())
            with pytest.raises(JudgeRejected) as refused:
                await judge.prepare()
            await workers.close()
            return str(refused.value), len(server.chats)

    said, sent = asyncio.run(play())

    assert "ASSESSOR_LAB_KEY" in said
    assert KEY not in said
    assert sent == 0


def test_a_cluster_that_is_not_there_stops_the_run(tmp_path: Path) -> None:
    """In words, with what to do; nothing is sent by this process in its stead."""
    folder = tmp_path / "class"
    make_class(folder)
    with serving(truth) as server:
        code, printed = grade(folder, server, *RAY, "--ray-address", "127.0.0.1:9")

        assert code == 5, printed
        assert "leave out --engine ray" in " ".join(printed.split())
        assert not server.chats
