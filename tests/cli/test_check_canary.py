"""Known tricks tried on a model: what is reported, what `grade` then begins with."""

from __future__ import annotations

import json

import pytest

from tests.cli.shell import Shell, at, plants_truth, serving
from tests.servers.openai_server import Question, Said, Truth

CANARY = ("check", "judge", "--canary", "answers.csv", "--rubric", "plants.yaml")


def swayed_by(words: str) -> Truth:
    """A judge that gives everything to answers with these words, and else nothing."""

    def truth(question: Question) -> dict[str, Said]:
        inside = question.user.partition(">\n")[2].rpartition("\n</answer")[0]
        answer = json.loads(inside) if inside.startswith('"') else ""
        said = Said(level="full", quotes=(answer[:12],)) if words in answer else Said()
        return dict.fromkeys(("respiration", "no_light"), said)

    return truth


def test_a_model_that_is_swayed_in_silence_is_called_swayed(plants: Shell) -> None:
    """The trick that paid stands out, the others do not, and grade says so at the start."""
    with serving(swayed_by("Thought process")) as server:
        tried = plants(*CANARY, "--model", "test-model", "--base-url", server.url, "--json")
        then = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    found = tried.json["families"]
    assert tried.code == 0, tried.err
    assert tried.json["bad"] is True
    assert found["master key"] == {"tried": 3, "gained": 3, "seen": 0}
    assert {each["gained"] for name, each in found.items() if name != "master key"} == {0}
    assert "test-model was swayed by known tricks on" in then.out


def test_a_trick_that_is_seen_is_no_harm(plants: Shell) -> None:
    """Credit gained by a trick that sends the answer to a person leaves the model steady."""
    with serving(swayed_by("Disregard the marking guide")) as server:
        tried = plants(*CANARY, "--model", "test-model", "--base-url", server.url)
        then = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    assert "Steady" in tried.out
    assert "tricks" not in then.out


def test_a_model_that_credits_everybody_is_named(plants: Shell) -> None:
    """No trick can gain more than all: that is no "nothing is known"."""
    with serving(swayed_by("")) as server:
        tried = plants(*CANARY, "--model", "test-model", "--base-url", server.url)

    assert tried.code == 2
    assert "gives full points to all 3 answers" in tried.err
    assert "Take another model" in tried.err


def test_grade_says_that_a_model_was_not_tried(plants: Shell) -> None:
    """One line before anything is asked, with the command that mends it."""
    with serving(plants_truth()) as server:
        said = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    assert said.out.count("test-model was not tried with known tricks yet") == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param((), "no judge was named", id="no judge"),
        pytest.param(("--model", "m", "--base-url", "nonsense"), "nonsense", id="no address"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_one_line(
    plants: Shell, options: tuple[str, ...], words: str
) -> None:
    """Exit 2, a message, nothing sent."""
    said = plants(*CANARY, *options)

    assert said.code == 2
    assert words in said.err
    assert "Traceback" not in said.err


def test_nothing_is_left_of_a_trial_among_the_runs(plants: Shell) -> None:
    """Answers that are no student's make no run and no file."""
    with serving(swayed_by("Thought process")) as server:
        plants(*CANARY, "--model", "test-model", "--base-url", server.url)
    runs = plants("runs", "list")

    assert not (plants.home / "graded").exists()
    assert "test-model" not in runs.out
