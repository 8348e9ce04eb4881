"""The openai judge with the real client, against the loopback server's worst days."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass

import pytest

from assessor.ambient import Ambient, real
from assessor.config import JudgeSettings, RunSettings
from assessor.errors import ConfigError, JudgeError, JudgeRejected
from assessor.judges import endpoints
from assessor.judges.backends import Endpoint, Opening, open_judge
from assessor.judges.endpoints import LocalServer, find_local_servers, list_models, open_openai
from assessor.judges.openai_settings import OpenAISettings
from tests.judges.builders import ask
from tests.servers.openai_server import FaultServer, Question, Said
from tests.servers.scenario import SCENARIOS, Scenario, one

HASTE = 40
ASKS = 12


def hasty() -> Ambient:
    """A clock that runs forty times too fast, so that waits are short."""
    facts = real()

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(seconds / HASTE)

    return Ambient(
        now=facts.now,
        monotonic=lambda: time.monotonic() * HASTE,
        new_id=facts.new_id,
        sleep=sleep,
    )


def truth(question: Question) -> dict[str, Said]:
    """Answers with an even number have it all, the others have nothing."""
    even = int(question.user.split()[-1]) % 2 == 0 if "number" in question.user else False
    return {"rain": Said(level="full" if even else "absent")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    outcomes: Counter[str]
    requests: int
    billed: int
    capabilities: dict[str, str]


async def play(scenario: Scenario, timeout: float = 0.3) -> Played:
    """Ask twelve times, six at once; outcomes are right, wrong, unread or an error's code."""
    async with FaultServer(scenario, truth) as server:
        settings = OpenAISettings(model="test-model", base_url=server.url, timeout=timeout)
        judge = open_openai(settings, "key", hasty())
        gate = asyncio.Semaphore(6)

        async def once(number: int) -> str:
            async with gate:
                try:
                    reply = await judge.ask(ask(answer=f"number {number}"))
                except JudgeError as error:
                    return error.code
            try:
                return "right" if json.loads(reply.text)["full"] is (number % 2 == 0) else "wrong"
            except json.JSONDecodeError:
                return "unread"

        try:
            await judge.prepare()
            outcomes = Counter(await asyncio.gather(*(once(each) for each in range(ASKS))))
        except JudgeError as error:
            outcomes = Counter([f"stopped:{error.code}"])
        finally:
            await judge.close()
        return Played(
            outcomes=outcomes,
            requests=len(server.chats),
            billed=server.billed,
            capabilities=judge.capabilities,
        )


def test_a_used_up_quota_costs_one_request() -> None:
    """A used-up quota is seen on the probe; no answer is sent."""
    assert asyncio.run(play(SCENARIOS["quota"])).requests == 1


def test_a_redirect_is_not_followed() -> None:
    """Nothing goes to the other host: the run stops after one request."""
    assert asyncio.run(play(SCENARIOS["redirect"])).requests == 1


def test_a_dripping_body_ends_at_the_deadline() -> None:
    """A body that drips without end is given up, and asked for again."""
    got = asyncio.run(play(one("drip_body", per_ask=1)))

    assert got.outcomes == Counter(right=ASKS)
    assert got.requests >= 2 * ASKS


def test_the_endpoints_rate_headers_hold_the_next_request_back() -> None:
    """A reply that says that nothing is left until a moment from now is heeded by the next ask."""

    async def play_two() -> float:
        async with FaultServer(one("rate_headers_empty", first=1), truth) as server:
            judge = open_openai(OpenAISettings(model="m", base_url=server.url), None, real())
            await judge.ask(ask(answer="number 1"))
            await judge.ask(ask(answer="number 2"))
            await judge.close()
            first, second = server.chats
            return second.at - first.at

    assert asyncio.run(play_two()) >= 0.3


def test_no_key_is_sent_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and headers that lie in the environment for the SDK go to no other host."""
    monkeypatch.setenv("OPENAI_API_KEY", "stray")
    monkeypatch.setenv("OPENAI_ORG_ID", "stray-org")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS",
        "Authorization: Bearer stray\nX-Gateway-Token: stray\nCookie: stray",
    )

    async def headers() -> dict[str, str]:
        async with FaultServer() as server:
            judge = open_openai(OpenAISettings(model="m", base_url=server.url), None, real())
            await judge.prepare()
            await judge.close()
            return dict(server.requests[0].headers)

    assert "stray" not in str(asyncio.run(headers()))
    assert "authorization" not in asyncio.run(headers())
    # Nor what machine this is.
    assert "stainless" not in str(asyncio.run(headers())).lower()


def test_the_given_key_is_sent_and_shown_nowhere() -> None:
    """The key goes into the request's header and into no repr."""

    async def play_key() -> tuple[str, str]:
        async with FaultServer() as server:
            opening = Opening(
                judge=JudgeSettings(use="openai", model="m"),
                run=RunSettings(),
                ambient=real(),
                endpoints=(Endpoint(url=server.url, key="canary-key"),),
            )
            judge = open_judge(opening)
            await judge.prepare()
            await judge.close()
            shown = repr(opening) + repr(judge) + repr(judge.identity)
            return server.requests[0].headers["authorization"], shown

    sent, shown = asyncio.run(play_key())

    assert sent == "Bearer canary-key"
    assert "canary" not in shown


def test_models_are_listed_and_local_servers_found() -> None:
    """A server's models come back sorted; a port where nothing listens is left out."""

    async def look() -> tuple[tuple[str, ...], tuple[LocalServer, ...]]:
        async with FaultServer(Scenario(models=("b", "a"))) as server:
            places = {"Here": server.url, "Nowhere": "http://127.0.0.1:9/v1"}
            models = await list_models(server.url, None, real())
            found = await find_local_servers(real(), places)
            return models, tuple(
                LocalServer(name=each.name, base_url="", models=each.models) for each in found
            )

    here = LocalServer(name="Here", base_url="", models=("a", "b"))
    assert asyncio.run(look()) == (("a", "b"), (here,))


def test_an_unknown_backend_is_refused_with_the_choices() -> None:
    """A judge that does not exist is a configuration error that names those that do."""
    opening = Opening(judge=JudgeSettings(use="oracle"), run=RunSettings(), ambient=real())

    with pytest.raises(ConfigError, match="openai, recorded, none"):
        open_judge(opening)


def test_a_bad_key_names_what_to_do() -> None:
    """The message of a refused key says where and what to set."""

    async def refused() -> str:
        async with FaultServer(SCENARIOS["e401"]) as server:
            settings = OpenAISettings(model="m", base_url=server.url)
            judge = open_openai(settings, None, real())
            with pytest.raises(JudgeRejected) as caught:
                await judge.prepare()
            await judge.close()
            return str(caught.value)

    assert "ASSESSOR_API_KEY" in asyncio.run(refused())


def test_no_client_is_opened_before_there_is_something_to_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A finished class run again asks nothing, and to open one takes longer than the rest of it."""
    opened: list[str] = []
    as_it_is = endpoints.client_at

    def counted(base_url: str, *others: object) -> object:
        opened.append(base_url)
        return as_it_is(base_url, *others)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(endpoints, "client_at", counted)

    async def scenario() -> None:
        async with FaultServer(Scenario(), truth) as server:
            settings = OpenAISettings(model="test-model", base_url=server.url)
            await open_openai(settings, None, hasty()).close()
            assert not opened
            judge = open_openai(settings, None, hasty())
            await judge.ask(ask(answer="number 2"))
            await judge.ask(ask(answer="number 3"))
            await judge.close()
            assert opened == [server.url]

    asyncio.run(scenario())


def test_a_proxy_that_cannot_be_used_stops_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not at the first answer."""
    monkeypatch.setenv("http_proxy", "gopher://127.0.0.1:9")
    settings = OpenAISettings(model="m", base_url="http://judge.example/v1")
    with pytest.raises(ConfigError, match="no_proxy"):
        open_openai(settings, None, real())
