"""Replicas of one model: asks are spread, one that fails is left out and comes back."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from assessor.ambient import Ambient, real
from assessor.config import JudgeSettings, RunSettings
from assessor.errors import JudgeError, JudgeRejected
from assessor.judges.backends import Endpoint, Opening, open_judge
from assessor.judges.replicas import ReplicatedJudge
from assessor.prompt import Ask
from tests.judges.builders import ask
from tests.servers.openai_server import FaultServer
from tests.servers.scenario import Scenario, Strike


def quick() -> Ambient:
    """The facts of the moment, twenty times too fast, with waits of a hundredth of a second."""
    return replace(
        real(),
        sleep=lambda seconds: asyncio.sleep(min(seconds, 0.01)),
        monotonic=lambda: real().monotonic() * 20,
    )


def about(number: int) -> Ask:
    return replace(ask(f"Answer {number}."), answer_digest=f"answer:{number}")


def judge_at(urls: Sequence[str], concurrency: int = 4, **judge: Any) -> ReplicatedJudge:
    settings: dict[str, Any] = {"use": "openai", "model": "m", **judge}
    opened = open_judge(
        Opening(
            judge=JudgeSettings(**settings),
            run=RunSettings(concurrency=concurrency),
            ambient=quick(),
            endpoints=tuple(Endpoint(url=url) for url in urls),
        )
    )
    assert isinstance(opened, ReplicatedJudge)
    return opened


def digests(server: FaultServer) -> list[str]:
    """The answers that a server was asked about."""
    return [str(each.body["messages"][-1]["content"]) for each in server.chats[1:]]


def test_answers_are_spread_and_each_goes_to_one_replica() -> None:
    """Every request about an answer goes to the same server, and all servers get some."""

    async def play() -> tuple[list[list[str]], dict[str, int]]:
        async with (
            FaultServer() as a,
            FaultServer() as b,
            FaultServer() as c,
            judge_at([a.url, b.url, c.url], 64) as judge,
        ):
            await judge.prepare()
            for _ in range(2):
                await asyncio.gather(*(judge.ask(about(n)) for n in range(40)))
            return [digests(each) for each in (a, b, c)], judge.used

    asked, used = asyncio.run(play())

    assert sum(map(len, asked)) == sum(used.values()) == 80
    assert all(asked)
    assert all(set(Counter(each).values()) == {2} for each in asked)


def test_one_that_dies_is_left_out_and_comes_back() -> None:
    """No ask is lost with it; what it had is asked of the others until it is there again."""
    told: list[tuple[str, str]] = []

    async def play() -> tuple[int, dict[str, int]]:
        async with FaultServer() as steady:
            dying = FaultServer()
            async with dying:
                port, url = dying.port, dying.url
                judge = judge_at([url, steady.url])
                judge.listen(
                    lambda event, **facts: (
                        told.append((facts["state"], facts["code"])) if event == "replica" else None
                    )
                )
                await judge.prepare()
                await asyncio.gather(*(judge.ask(about(n)) for n in range(20)))
            strike(dying, "reset")  # Whoever is still connected is cut off, too.
            before = judge.used[url]
            replies = await asyncio.gather(*(judge.ask(about(n)) for n in range(20)))
            assert judge.used[url] == before > 0
            async with FaultServer(port=port):
                while told[-1][0] != "in":
                    await asyncio.sleep(0.01)
                replies += await asyncio.gather(*(judge.ask(about(n)) for n in range(20)))
            await judge.close()
            return len(replies), judge.used

    replies, used = asyncio.run(asyncio.wait_for(play(), 20))

    assert replies == 40
    assert sum(used.values()) == 60
    assert ("out", "connection") in told or ("out", "reset") in told
    assert told[-1] == ("in", "")


@pytest.mark.parametrize("fault", ["e500", "reset"])
def test_one_that_only_fails_is_left_out(fault: str) -> None:
    """It takes connections and gives no reply: the asks go elsewhere at once."""

    async def play() -> tuple[int, dict[str, int]]:
        broken = Scenario(strikes=(Strike(fault=fault, after=1),))
        async with (
            FaultServer(broken) as bad,
            FaultServer() as good,
            judge_at([bad.url, good.url]) as judge,
        ):
            await judge.prepare()
            for n in range(40):
                await judge.ask(about(n))
            return len(bad.chats), judge.used

    asked, used = asyncio.run(asyncio.wait_for(play(), 20))

    assert sum(used.values()) == 40 == max(used.values())
    assert asked < 40


def test_another_model_at_one_address_is_refused() -> None:
    """Grades of one run come from one model: the two are named, and nothing of a student went."""

    async def play() -> tuple[str, int]:
        async with FaultServer() as a, Renamed() as b, judge_at([a.url, b.url]) as judge:
            with pytest.raises(JudgeRejected) as refused:
                await judge.prepare()
            return str(refused.value), len(digests(a)) + len(digests(b))

    said, sent = asyncio.run(play())

    assert "another-model" in said
    assert "base_urls" in said
    assert sent == 0


def test_where_none_is_there_the_run_ends() -> None:
    """As with a single address: unreachable, not one failed ask after the other."""

    async def play() -> JudgeError:
        urls = ["http://127.0.0.1:9/v1", "http://127.0.0.1:10/v1"]
        async with judge_at(urls) as judge:
            await judge.prepare()
            with pytest.raises(JudgeError) as refused:
                await judge.ask(about(1))
            return refused.value

    assert asyncio.run(asyncio.wait_for(play(), 30)).code == "unreachable"


def test_each_replica_has_its_own_places() -> None:
    """No server has more than `concurrency` requests at a time, and all are used at once."""

    async def play() -> tuple[int, int]:
        async with Counting() as a, Counting() as b, judge_at([a.url, b.url], 3) as judge:
            await judge.prepare()
            await asyncio.gather(*(judge.ask(about(n)) for n in range(30)))
            return a.most, b.most

    assert asyncio.run(play()) == (3, 3)


def test_tries_that_were_billed_elsewhere_are_on_the_bill() -> None:
    """A reply that was lost may have been paid: it is counted, and asked about before more."""
    asked: list[int] = []

    def leave(_: Ask, tries: Sequence[object]) -> bool:
        asked.append(len(tries))
        return True

    async def play() -> int:
        async with (
            FaultServer() as bad,
            FaultServer() as good,
            judge_at([bad.url, good.url], timeout=1) as judge,
        ):
            judge.leave = leave
            await judge.prepare()
            strike(bad, "hang")
            # Which of the two an answer goes to first hangs on their ports: so many that the bad
            # one is certainly asked, until it is left out.
            replies = [await judge.ask(about(n)) for n in range(40)]
            return sum(len(each.waste) for each in replies)

    wasted = asyncio.run(asyncio.wait_for(play(), 20))

    assert wasted == len(asked) > 0


class Renamed(FaultServer):
    """Says that it is another model."""

    async def _handle(self, request: Any) -> Any:
        answer = await super()._handle(request)
        body = json.loads(answer.body)
        return replace(answer, body=json.dumps({**body, "model": "another-model"}).encode())


class Counting(FaultServer):
    """Counts how many requests it has at a time."""

    most = 0
    _now = 0

    async def _handle(self, request: Any) -> Any:
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await asyncio.sleep(0.01)
            return await super()._handle(request)
        finally:
            self._now -= 1


def strike(server: FaultServer, fault: str) -> None:
    """From now on each request to the server ends so."""
    server.scenario = replace(server.scenario, strikes=(Strike(fault=fault),))
