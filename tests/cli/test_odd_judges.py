"""Judges whose numbers, or whose two ways of reading, say nothing: what a person then gets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest

from assessor.judges.schema_filler import properties
from tests.cli.shell import Shell, at, csv_text, plants_truth, serving
from tests.servers.openai_server import FaultServer, Question, Said
from tests.servers.scenario import SCENARIOS

GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml")
WHOLE = "It respires and uses up sugar. Without light nothing replaces it."
PART = "It respires, so sugar is used up."
NOTHING = "Plants need love."
POINTS = {WHOLE: "3", PART: "2", NOTHING: "0"}
TEXTS = {f"S{place:02}": text for place, text in enumerate([WHOLE, PART, WHOLE, NOTHING] * 4)}
ODD = ("numbers_as_fractions", "numbers_always_forty", "numbers_turned_round", "numbers_left_out")


@pytest.fixture
def sixteen(plants: Shell) -> Shell:
    """A class of sixteen, each in words of its own."""
    rows = [[name, worded(name, text)] for name, text in TEXTS.items()]
    plants.write("answers.csv", csv_text([["student_id", "answer"], *rows]))
    return plants


def worded(name: str, text: str) -> str:
    return f"{text} So says number {int(name[1:])}."


def truth(question: Question) -> Mapping[str, Said]:
    """The right verdicts, whichever of the sixteen it is."""
    text = next(each for each in POINTS if each in question.user)
    bare = Question(
        system=question.system, user=json.dumps(text) + question.user, schema=question.schema
    )
    return plants_truth()(bare)


@pytest.mark.parametrize("method", ["careful", "quick", "auto"])
@pytest.mark.parametrize("scenario", ODD)
def test_odd_numbers_give_right_grades_or_review(
    sixteen: Shell, scenario: str, method: str
) -> None:
    """A point that the judge said yes to is proposed, or a person looks: never a silent 0."""
    with serving(truth, SCENARIOS[scenario]) as server:
        said = sixteen(*GRADE, *at(server), "--method", method)

    rows = sixteen.rows()
    assert said.code == 0, said.err
    assert {row["student_id"]: row["proposed_grade"] for row in rows} == {
        name: POINTS[text] for name, text in TEXTS.items()
    }
    assert {row["state"] for row in rows} <= {"graded", "needs_review"}


@pytest.fixture
def parting(sixteen: Shell) -> Iterator[tuple[Shell, FaultServer]]:
    """A judge that finds nothing where it is asked about all key points at once."""

    def script(question: Question) -> Mapping[str, Said]:
        return {} if "cells" in properties(question.schema) else truth(question)

    with serving(script) as server:
        yield sixteen, server


def test_a_judge_whose_two_ways_part_grades_nobody(parting: tuple[Shell, FaultServer]) -> None:
    """It stops with the figure and with what would help; nobody gets points of it."""
    shell, server = parting

    said = shell(*GRADE, *at(server))

    words = " ".join((said.out + said.err).split())
    assert said.code == 5
    assert "this model cannot be relied on for this rubric" in words
    assert "accept_unreliable = true under [judge]" in words
    assert {row["proposed_grade"] for row in shell.rows()} == {""}


@pytest.mark.parametrize("target", ["xlsx", "report", "feedback"])
def test_what_was_accepted_all_the_same_says_so_when_it_goes_out(
    parting: tuple[Shell, FaultServer], target: str
) -> None:
    """Following the hint grades the class; each export then prints the figure, as JSON too."""
    shell, server = parting
    shell.write("assessor.toml", "[judge]\naccept_unreliable = true\n")
    graded = shell(*GRADE, *at(server))
    figure = json.loads((shell.home / "graded/answers/run.json").read_text(encoding="utf-8"))
    shell("export", "--to", "xlsx", "--release-unread", "--yes")

    said = shell("export", "--to", target, "--yes")
    as_json = shell("export", "--to", target, "--yes", "--json")

    method = figure["method"]
    words = f"only {method['same_level']} of {method['cells']} decisions got the same level"
    assert (graded.code, said.code, as_json.code) == (0, 0, 0)
    assert words in " ".join(said.out.split())
    assert any(words in note for note in as_json.json["notes"])


def test_of_a_judge_that_is_relied_on_no_export_says_otherwise(sixteen: Shell) -> None:
    """Only the accepted one carries the figure."""
    with serving(truth) as server:
        sixteen(*GRADE, *at(server))

    said = sixteen("export", "--to", "xlsx", "--release-unread", "--yes")

    assert said.code == 0
    assert "relied on" not in said.out
