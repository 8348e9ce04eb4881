"""What a run will ask and cost is said before it asks, and is what it then asks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assessor.assignment.run_changes import answered_before
from assessor.judges.scripted import ScriptedJudge
from assessor.manifest import Command
from tests.cli.shell import Shell, asked, at, plants_truth, serving
from tests.engine.build import answers, by_cell, grade, job, memory

GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml")
PRICE = "[judge.price]\ninput = 1\noutput = 1\n"


@pytest.mark.parametrize("method", ["careful", "quick"])
def test_three_readings_everywhere_are_counted_before_they_are_asked(
    plants: Shell, method: str
) -> None:
    """With passes = "all" no second look comes on top."""
    plants.write("assessor.toml", '[judge]\npasses = "all"\n')

    with serving(plants_truth()) as server:
        plan = plants(*GRADE, *at(server), "--method", method, "--dry-run", "--json").json
        told = plants(*GRADE, *at(server), "--method", method, "--dry-run").out
        plants(*GRADE, *at(server), "--method", method)

    assert plan["requests"] == asked(server)
    assert "on top" not in " ".join(told.split())


def test_readings_of_a_strong_model_are_counted_at_its_own_price(plants: Shell) -> None:
    """The first reading costs what the first model costs, the others what the strong one does."""
    plants.write("assessor.toml", f'[judge]\npasses = "all"\n{PRICE}')
    dear = '[judge.strong]\nmodel = "strong"\nprice = {input = 100, output = 100}\n'

    with serving(plants_truth()) as server:
        one = plants(*GRADE, *at(server), "--dry-run", "--json").json["cost"]
        plants.write("assessor.toml", f'[judge]\npasses = "all"\n{PRICE}{dear}')
        two = plants(*GRADE, *at(server), "--dry-run", "--json").json["cost"]

    assert 60 < two / one < 70


def test_a_cost_limit_needs_the_price_of_the_strong_model_too(plants: Shell) -> None:
    """Half a cost cannot be kept to."""
    plants.write("assessor.toml", PRICE)

    with serving(plants_truth()) as server:
        said = plants(*GRADE, *at(server), "--strong-model", "other", "--max-cost", "1")

    assert (said.code, server.requests) == (2, [])
    assert "'other'; give one in assessor.toml under [judge.strong.price]" in said.err


def test_a_strong_model_that_is_the_same_costs_the_same(plants: Shell) -> None:
    """One price is enough."""
    plants.write("assessor.toml", PRICE)

    with serving(plants_truth()) as server:
        said = plants(*GRADE, *at(server), "--strong-model", "test-model", "--max-cost", "1")

    assert said.code == 0, said.err


def test_a_cost_limit_holds_for_one_submission_too(plants: Shell) -> None:
    """Without a price it is refused, and nothing is sent."""
    plants.write("one.txt", "It respires.")

    with serving(plants_truth()) as server:
        said = plants(
            "grade", "--answer-file", "one.txt", *GRADE[2:], *at(server), "--max-cost", "1"
        )

    assert (said.code, asked(server)) == (2, 0)
    assert "[judge.price]" in said.err


def test_a_dry_run_of_one_submission_sends_nothing(plants: Shell) -> None:
    """It shows what would be sent."""
    plants.write("one.txt", "It respires.")

    with serving(plants_truth()) as server:
        said = plants("grade", "--answer-file", "one.txt", *GRADE[2:], *at(server), "--dry-run")

    assert (said.code, server.requests) == (0, [])
    assert "Nothing was sent." in said.out
    assert not (plants.home / ".assessor").exists()


def test_the_host_of_the_second_look_is_named(plants: Shell) -> None:
    """The answers' text goes there, too."""
    plants.write(
        "assessor.toml", '[judge.strong]\nmodel = "strong"\nbase_url = "http://127.0.0.9/v1"\n'
    )

    with serving(plants_truth()) as server:
        said = plants(*GRADE, *at(server), "--dry-run")

    assert "second looks to 127.0.0.9, model strong" in " ".join(said.out.split())


def test_a_recording_costs_nothing(plants: Shell) -> None:
    """No price is missed where nothing is sent."""
    said = plants(*GRADE, "--judge", "recorded", "--dry-run")

    assert "nothing leaves here" in " ".join(said.out.split())
    assert "cost unknown" not in said.out


def test_a_dry_run_by_hand_asks_nothing(plants: Shell) -> None:
    """There is no request to show."""
    said = plants(*GRADE, "--judge", "none", "--dry-run", "--json")

    assert (said.json["requests"], said.json["first_messages"]) == (0, [])


def test_a_plan_counts_what_an_earlier_run_was_answered() -> None:
    """On a run that is resumed a person sees that most of the plan is paid already."""
    judge = ScriptedJudge(by_cell())
    what = replace(job(answers(5)), command=Command(answers="class.csv"))
    more = replace(job(answers(7)), command=Command(answers="class.csv"))
    other = replace(what, command=Command(answers="other.csv"))
    with memory() as store:
        assert answered_before(store, judge, what) == 0
        grade(what, judge, store)

        assert [answered_before(store, judge, each) for each in (what, more, other)] == [15, 15, 0]
        assert answered_before(store, judge, replace(what, again=True)) == 0


def test_what_it_costs_stands_below_the_prompt(plants: Shell) -> None:
    """At the end, where one looks once a page of prompt has gone by."""
    with serving(plants_truth()) as server:
        said = plants(*GRADE, *at(server), "--dry-run").out

    assert 0 < said.index("message of the first request") < said.index("requests, about")
    assert said.rstrip().endswith("Nothing was sent.")
