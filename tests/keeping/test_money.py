"""What was sent and paid is told truly: also what failed, came back empty or was of no use."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random

import httpx2
import openai
import pytest

from assessor.ambient import real
from assessor.engine.budget import Budget, billed
from assessor.judges.base import Usage
from assessor.judges.openai import OpenAIJudge
from assessor.judges.openai_settings import OpenAISettings
from assessor.plan import Price, Tokens
from tests.cli.shell import SMALL_RUBRIC, Printed, Shell, at, csv_text, plants_truth, serving
from tests.engine.build import answers, job
from tests.engine.build import grade as grade_by
from tests.judges.builders import URL, FakeClient, completion
from tests.servers.openai_server import FaultServer
from tests.servers.scenario import one

# A dollar per token of output; what goes in costs next to nothing.
PER_TOKEN = Price(
    input=Decimal(0), cached=Decimal(0), cache_written=Decimal(0), output=Decimal(1_000_000)
)
PRICE = "[judge.price]\ninput = 1000\noutput = 1000\n"


def grade(shell: Shell, server: FaultServer, *options: str) -> Printed:
    return shell("grade", "answers.csv", "--rubric", "plants.yaml", *at(server), *options)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("fault", ["content_filter", "refusal"])
def test_requests_that_brought_nothing_are_told(plants: Shell, fault: str) -> None:
    """A run whose every request failed does not say that nothing was asked."""
    with serving(plants_truth(), one(fault)) as server:
        said = grade(plants, server)

    assert "nothing was asked" not in said.out
    assert "Each was sent with an answer's text" in words(said.out)


def test_empty_replies_with_usage_are_priced(plants: Shell) -> None:
    """Tokens that an endpoint counts for an empty reply are in the cost."""
    plants.write("assessor.toml", PRICE)
    with serving(plants_truth(), one("null_content", after=1)) as server:
        said = grade(plants, server, "--json")

    circumstances = said.json["circumstances"]
    assert circumstances["wasted"] + circumstances["failed"] > 0
    assert Decimal(circumstances["cost"]) > 0


def test_a_limit_on_cost_counts_replies_that_are_empty(shell: Shell) -> None:
    """Empty replies that are billed do not overrun --max-cost: what is under way is the most."""
    shell.write("assessor.toml", PRICE)
    rows = [[f"S{number}", f"It respires, so sugar is used up, {number}."] for number in range(60)]
    shell.write("answers.csv", csv_text([["student_id", "answer"], *rows]))
    shell.write("plants.yaml", SMALL_RUBRIC)
    with serving(plants_truth(), one("null_content", after=2)) as server:
        said = grade(shell, server, "--max-cost", "20", "--concurrency", "2", "--json")

    assert said.code == 5
    assert said.json["stopped"] in {"cost", "empty"}
    spent = said.json["circumstances"]
    # A reply of this server is billed at a little over half a dollar; two were under way.
    assert Decimal(spent["cost"]) + Decimal(spent["cost_of_uncounted"]) < Decimal(20) + 2


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("tokens", [150, 190, 250])
def test_every_billed_try_counts_while_its_ask_is_under_way(seed: int, tokens: int) -> None:
    """Replies that are empty or of no use, with usage: the limit holds but for what is under way.

    It is passed by less than one request's estimate for each place.
    """
    chance, places, most, estimate = Random(seed), 4, 3000, 190
    full = json.dumps({"quotes": [], "gap": "none of it", "withdrawn": False, "full": False})

    def said(_: Mapping[str, object], number: int) -> object:
        text = full if number == 1 else chance.choices((None, "so be it", full), (8, 1, 1))[0]
        usage = {"prompt_tokens": 0, "completion_tokens": tokens if number > 1 else 0}
        return completion(text, usage=usage)

    client = FakeClient(said)
    judge = OpenAIJudge(
        client,
        OpenAISettings(model="model", base_url=URL),
        replace(real(), sleep=lambda _: asyncio.sleep(0)),
    )
    limits = Budget(concurrency=places, max_cost=Decimal(most))

    ran = grade_by(job(answers(40), price=PER_TOKEN, limits=limits), judge)

    billed = (len(client.requests) - 1) * tokens
    assert ran.session.dispatcher.stop_why == "cost"
    assert most / 2 < billed < most + places * estimate
    assert ran.session.progress.cost == billed


@pytest.mark.parametrize("lost", [b'{"id": "chatcmpl-1", "choi', b"data: {}", b"", None])
def test_replies_that_are_lost_on_their_way_count_for_the_limit(lost: bytes | None) -> None:
    """Cut short, streamed unasked, or the connection lost: what was written is billed."""
    chance, places, most, estimate = Random(1), 4, 3000, 190
    full = json.dumps({"quotes": [], "gap": "none of it", "withdrawn": False, "full": False})
    usage = {"prompt_tokens": 0, "completion_tokens": estimate}
    gone = openai.APIConnectionError(request=httpx2.Request("POST", URL))
    gone.__cause__ = httpx2.ReadError("")

    def said(_: Mapping[str, object], number: int) -> object:
        if number > 1 and chance.random() < 0.7:
            return gone if lost is None else lost
        return completion(full, usage=usage)

    client = FakeClient(said)
    judge = OpenAIJudge(
        client,
        OpenAISettings(model="model", base_url=URL),
        replace(real(), sleep=lambda _: asyncio.sleep(0)),
    )
    limits = Budget(concurrency=places, max_cost=Decimal(most))

    ran = grade_by(job(answers(40), price=PER_TOKEN, limits=limits), judge)

    assert ran.session.dispatcher.stop_why == "cost"
    assert (len(client.requests) - 1) * estimate < most + places * estimate


def test_the_object_says_why_a_run_stopped(plants: Shell) -> None:
    """--json: the sentence stands in the object, and on stderr."""
    with serving(plants_truth(), one("e401")) as server:
        said = grade(plants, server, "--json")

    assert said.code == 5
    why = said.json["stopped_because"]
    assert why
    assert words(why)[:40] in words(said.err)
    assert "Stopped:" in said.err


def test_every_warning_is_in_the_object_and_on_stderr(plants: Shell) -> None:
    """What a person is told of the judge, a program is told, too."""
    with serving(plants_truth(), one("temperature_refused")) as server:
        said = grade(plants, server, "--json")

    assert said.json["warnings"]
    for warning in said.json["warnings"]:
        assert words(warning) in words(said.err)
    assert "Cost:" in said.err
    assert said.json["spent"].startswith("Cost:")


@pytest.mark.parametrize(("told", "counts"), [(1, False), (40, False), (60, True), (900, True)])
def test_a_count_that_no_text_has_does_not_lift_the_limit(told: int, counts: bool) -> None:
    """An endpoint that says 1 token of every request is reckoned by the length of the text."""
    price = replace(PER_TOKEN, input=Decimal(1_000_000))
    _, by_length = billed(Usage(input=told, output=1), price, Tokens(input=1000, output=9))

    assert by_length == (0 if counts else 1000)
