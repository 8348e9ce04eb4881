"""Waiting, pacing and giving up, on a clock that jumps."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.errors import JudgeError, JudgeUnavailable
from assessor.judges.pace import Pace
from assessor.judges.retry import Patience
from assessor.judges.waits import read_duration, retry_after
from tests.judges.clock import START, ambient, run


def unavailable(code: str = "server", wait: float | None = None) -> JudgeUnavailable:
    return JudgeUnavailable("x", code=code, retry_after=wait)


def patience(rpm: int | None = None, tpm: int | None = None) -> Patience:
    now = ambient()
    return Patience(pace=Pace(ambient=now, where="host", rpm=rpm, tpm=tpm), ambient=now)


async def outcomes(
    send: Callable[[], object], count: int, workers: int, patient: Patience | None = None
) -> list[str]:
    """Ask `count` times with `workers` at once; an error stands as its code."""
    patient, gate = patient or patience(), asyncio.Semaphore(workers)

    async def once() -> None:
        await asyncio.sleep(0.001)
        said = send()
        if isinstance(said, JudgeError):
            raise said
        await asyncio.sleep(0.2)

    async def one(number: int) -> str:
        async with gate:
            try:
                await patient.send(once, 100, str(number))
            except JudgeError as error:
                return error.code
            return "ok"

    return await asyncio.gather(*(one(number) for number in range(count)))


HEADERS = [
    pytest.param({"retry-after": "7"}, 7.0, id="seconds"),
    pytest.param({"retry-after-ms": "1500"}, 1.5, id="milliseconds"),
    pytest.param({"retry-after-ms": "bad", "retry-after": "9"}, 9.0, id="bad-hides-good"),
    pytest.param({"retry-after-ms": "100", "retry-after": "4"}, 4.0, id="longest"),
    pytest.param({"retry-after": "-3"}, None, id="negative"),
    pytest.param({"retry-after": "nan"}, None, id="nan"),
    pytest.param({"retry-after": "1e999"}, None, id="infinite"),
    pytest.param({"retry-after": format_datetime(START + timedelta(seconds=30))}, 30.0, id="date"),
    pytest.param({"retry-after": format_datetime(START - timedelta(days=2))}, 0.0, id="past"),
    pytest.param({}, None, id="none"),
]


@pytest.mark.parametrize(("headers", "seconds"), HEADERS)
def test_the_longest_valid_retry_after_counts(
    headers: dict[str, str], seconds: float | None
) -> None:
    """Seconds, milliseconds and dates are read; garbage counts for nothing."""
    got = retry_after(headers, START)

    assert got == seconds


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_header_breaks_the_wait(seconds: str, milliseconds: str) -> None:
    """Whatever the headers hold, the wait is none or a finite number not below zero."""
    got = retry_after({"retry-after": seconds, "retry-after-ms": milliseconds}, START)

    assert got is None or 0 <= got <= 7 * 24 * 3600


DURATIONS = [("6m0s", 360.0), ("1.5s", 1.5), ("20ms", 0.02), ("7", 7.0), ("1h2m3s", 3723.0),
             ("", None), ("soon", None)]  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), DURATIONS)
def test_reset_headers_are_read(text: str, seconds: float | None) -> None:
    """Durations of rate headers are read in their usual forms."""
    assert read_duration(text) == seconds


def test_a_named_wait_is_kept() -> None:
    """After a 429 that names 40 s nothing is sent before they are over."""
    times: list[float] = []

    def send() -> object:
        times.append(asyncio.get_running_loop().time())
        return unavailable("rate_limit", 40.0) if len(times) == 1 else None

    assert run(outcomes(send, 5, 1)) == ["ok"] * 5
    assert times[1] - times[0] >= 40


def test_a_wait_of_half_an_hour_stops_the_run_at_once() -> None:
    """A wait past the cap is not sat out: the run stops and says when to go on."""
    sent: list[int] = []

    def send() -> object:
        sent.append(1)
        return unavailable("rate_limit", 1800.0)

    async def play() -> tuple[list[str], float]:
        got = await outcomes(send, 20, 1)
        return got, asyncio.get_running_loop().time()

    codes, seconds = run(play())

    assert codes == ["unreachable"] * 20
    assert len(sent) == 1
    assert seconds < 1


def test_tries_are_bounded() -> None:
    """One ask that always fails is tried six times while others go well."""
    bad = [0]

    async def both() -> str:
        patient = patience()

        async def broken() -> None:
            bad[0] += 1
            raise unavailable()

        async def good() -> list[str]:
            return await outcomes(lambda: None, 500, 2, patient)

        task = asyncio.create_task(good())
        with pytest.raises(JudgeUnavailable) as caught:
            await patient.send(broken, 100, "a")
        await task
        return caught.value.code

    assert (run(both()), bad[0]) == ("server", 6)


def test_one_answer_that_always_fails_is_no_outage() -> None:
    """All that is asked about it ends within a minute; the others are asked meanwhile and after."""

    async def play() -> tuple[list[str], list[str], float]:
        patient = patience()

        async def broken() -> None:
            raise unavailable()

        async def poisoned() -> str:
            with pytest.raises(JudgeUnavailable) as caught:
                await patient.send(broken, 100, "poison")
            return caught.value.code

        bad = await asyncio.gather(*(poisoned() for _ in range(5)))
        took = asyncio.get_running_loop().time()
        return bad, await outcomes(lambda: None, 50, 5, patient), took

    bad, good, seconds = run(play())

    assert bad == ["server"] * 5
    assert good == ["ok"] * 50
    assert seconds <= 60


def test_an_outage_is_probed_by_one_and_survived() -> None:
    """During two minutes of outage few requests go out, and no answer is lost."""
    during = [0]

    def send() -> object:
        if asyncio.get_running_loop().time() < 120:
            during[0] += 1
            return unavailable()
        return None

    assert run(outcomes(send, 100, 16)) == ["ok"] * 100
    assert during[0] <= 48


def test_an_outage_without_end_stops_the_run() -> None:
    """After five minutes without a reply every ask ends as unreachable, none waits for ever."""

    async def play() -> tuple[set[str], float]:
        got = await outcomes(unavailable, 100, 16)
        return set(got), asyncio.get_running_loop().time()

    codes, seconds = run(play())

    assert codes == {"unreachable"}
    assert 300 <= seconds <= 400


@pytest.mark.parametrize(
    ("rate", "burst", "asks", "refused"),
    [(100.0, 10.0, 1000, 80), (20.0, 5.0, 400, 90), (5.0, 1.0, 100, 90), (5.0, 20.0, 100, 100)],
)
def test_a_token_bucket_is_met_with_few_refusals(
    rate: float, burst: float, asks: int, refused: int
) -> None:
    """Against a demand of 320 requests a second: none lost, few refused, little time.

    Of the first burst of 64 nearly all are refused, whatever is done.
    """
    state = {"tokens": burst, "at": 0.0, "refused": 0.0}

    def send() -> object:
        now = asyncio.get_running_loop().time()
        state["tokens"] = min(burst, state["tokens"] + rate * (now - state["at"]))
        state["at"] = now
        if state["tokens"] < 1:
            state["refused"] += 1
            return unavailable("rate_limit", 1.0)
        state["tokens"] -= 1
        return None

    async def play() -> tuple[list[str], float]:
        got = await outcomes(send, asks, 64)
        return got, asyncio.get_running_loop().time()

    codes, seconds = run(play())

    assert codes == ["ok"] * asks
    assert state["refused"] <= refused
    assert seconds <= 1.25 * ((asks - burst) / rate + 0.2)


@pytest.mark.parametrize(
    ("share", "most"), [(0.05, 60), (0.2, 120), (0.5, 200)], ids=["5 %", "20 %", "half"]
)
def test_refusals_that_no_pace_prevents_do_not_slow_a_run_for_ever(
    share: float, most: float
) -> None:
    """Where slowing down makes refusals no rarer, the pace recovers; 600 asks take seconds."""
    chance = random.Random(1)

    async def play() -> tuple[list[str], float]:
        refuse = partial(unavailable, "rate_limit")
        got = await outcomes(lambda: refuse() if chance.random() < share else None, 600, 16)
        return got, asyncio.get_running_loop().time()

    codes, seconds = run(play())

    assert codes == ["ok"] * 600
    assert seconds <= most


def test_three_requests_a_minute_are_found_without_a_header() -> None:
    """A limit far below the first guess loses nobody, although no refusal says how long to wait."""
    state = {"tokens": 3.0, "at": 0.0}

    def send() -> object:
        now = asyncio.get_running_loop().time()
        state["tokens"] = min(3.0, state["tokens"] + 0.05 * (now - state["at"]))
        state["at"] = now
        if state["tokens"] < 1:
            return unavailable("rate_limit")
        state["tokens"] -= 1
        return None

    assert run(outcomes(send, 20, 16)) == ["ok"] * 20


def test_only_what_may_have_been_paid_uses_up_the_few_tries() -> None:
    """Refusals for haste before a lost connection leave the ask its three tries at a reply."""
    said = iter(["rate_limit", "rate_limit", "reset", "server", "empty"])

    def send() -> object:
        code = next(said, "")
        return unavailable(code) if code else None

    assert run(outcomes(send, 1, 1)) == ["ok"]


def test_requests_per_minute_are_kept() -> None:
    """With a limit of 60 a minute, 31 requests take half a minute."""

    async def play() -> float:
        await outcomes(lambda: None, 31, 16, patience(rpm=60))
        return asyncio.get_running_loop().time()

    assert 29.9 <= run(play()) <= 31


def test_tokens_per_minute_are_kept() -> None:
    """With 6,000 tokens a minute and 100 in each request, 31 requests take half a minute."""

    async def play() -> float:
        await outcomes(lambda: None, 31, 16, patience(tpm=6000))
        return asyncio.get_running_loop().time()

    assert 29.9 <= run(play()) <= 31


def test_rate_headers_pause_everyone() -> None:
    """When the provider says that nothing is left, the next request waits for the reset."""

    async def play() -> float:
        patient = patience()
        headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "12s"}
        patient.pace.observe(headers)
        await outcomes(lambda: None, 1, 1, patient)
        return asyncio.get_running_loop().time()

    assert run(play()) >= 12


def test_an_outage_does_not_use_up_the_tries_of_an_ask() -> None:
    """A single worker that probes for three minutes still ends with every answer."""

    def send() -> object:
        down = 1 < asyncio.get_running_loop().time() < 180
        return unavailable("connection") if down else None

    assert run(outcomes(send, 20, 1)) == ["ok"] * 20


@pytest.mark.parametrize(("reset", "seconds"), [("20s", 20.0), ("3600s", 0.0)])
def test_a_header_that_names_an_hour_is_left_to_the_refusal_that_follows(
    reset: str, seconds: float
) -> None:
    """Some endpoints say "none left for an hour" beside each good reply, and go on replying."""

    async def play() -> float:
        patient = patience()
        headers = {"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": reset}
        patient.pace.observe(headers)
        assert await outcomes(lambda: None, 1, 1, patient) == ["ok"]
        return asyncio.get_running_loop().time()

    assert run(play()) == pytest.approx(seconds, abs=1)
