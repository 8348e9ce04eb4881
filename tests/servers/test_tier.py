"""A cheaper tier from the command to the last line: had, passed over, full, refused."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import plants, shell
from tests.cli.shell import Printed, Shell, asked, at, plants_truth, serving
from tests.servers.scenario import SCENARIOS, Scenario

__all__ = ["plants", "shell"]

PRICED = '[judge.price]\ninput = "1000"\noutput = "1000"\n'


def graded_at_flex(plants: Shell, scenario: Scenario) -> tuple[Printed, int]:
    """Grade the class at a server; what was printed, and how many requests held an answer."""
    plants.write("assessor.toml", PRICED)
    with serving(plants_truth(), scenario) as server:
        said = plants(
            "grade", "answers.csv", "--rubric", "plants.yaml", "--tier", "flex", *at(server)
        )
        return said, asked(server)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("flex_not_there", "answered at its default tier"),
        ("flex_refused", "refuses it"),
    ],
)
def test_a_host_without_the_tier_is_told_and_sent_no_answer(
    plants: Shell, name: str, words: str
) -> None:
    """Exit 5, what happened and what to leave out in words; never silently the full price."""
    said, sent = graded_at_flex(plants, SCENARIOS[name])

    told = " ".join((said.out + said.err).split())
    assert (said.code, sent) == (5, 0)
    assert f"flex was asked for and this host {words}" in told
    assert "leave out --tier flex to finish at the full price" in told


def test_a_class_is_graded_at_the_tier_and_a_second_run_asks_nothing_of_the_endpoint(
    plants: Shell,
) -> None:
    """Each request names the tier; what was read is kept, so that the second run sends nothing."""
    with serving(plants_truth(), SCENARIOS["flex"]) as server:
        typed = ("grade", "answers.csv", "--rubric", "plants.yaml", "--tier", "flex", *at(server))
        first = plants(*typed)
        tiers = {each.body.get("service_tier") for each in server.chats}
        sent = len(server.chats)
        second = plants(*typed)
        later = server.chats[sent:]

    assert (first.code, second.code) == (0, 0)
    assert tiers == {"flex"}
    assert [each for each in later if "answer nonce" in json.dumps(each.body)] == []


def test_what_was_learnt_of_an_endpoint_is_asked_once(plants: Shell) -> None:
    """With a new answer in the class the second run asks about it in the form that was found."""
    with serving(plants_truth(), SCENARIOS["no_json_schema_400"]) as server:
        typed = ("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
        first = plants(*typed)
        sent = len(server.chats)
        answers = (plants.home / "answers.csv").read_text(encoding="utf-8")
        plants.write("answers.csv", answers + "S9,Plants need much love.\n")
        second = plants(*typed)
        later = server.chats[sent:]

    assert (first.code, second.code) == (0, 0)
    assert later
    assert all("answer nonce" in json.dumps(each.body) for each in later), "no probe"
    assert all(each.status == 200 for each in later), "nothing is found out twice"
    assert "400" in {str(each.status) for each in server.chats[:sent]}
