"""Feedback put into words by the judge: only what the rubric says, kept, and never the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from tests.cli.shell import PLANTS, Shell, at, plants_truth, serving
from tests.servers.openai_server import FaultServer, Question, Said, Truth

RUBRIC = """\
title: Photosynthesis
question:
  prompt: Why does a plant in the dark lose mass?
  reference: >-
    Respiration goes on and turns stored sugar into carbon dioxide, which leaves the plant.
key_points:
  - id: respiration
    points: 2
    description: respiration uses up stored sugar
    feedback: {full: You say what uses up the sugar., absent: What goes on in the dark?}
  - id: no_light
    points: 1
    description: without light nothing makes up for the loss
    feedback: {full: You say what is lacking., absent: What does light do for a plant?}
"""
GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml", "--feedback", "llm")
HINT = "You name what uses up the sugar. What does the light do for a plant by day?"


@pytest.fixture
def class_(plants: Shell) -> Shell:
    plants.write("plants.yaml", RUBRIC)
    return plants


def writing(text: str) -> Truth:
    verdicts = plants_truth()

    def truth(question: Question) -> Mapping[str, Said]:
        if "feedback" in question.schema.get("properties", {}):  # type: ignore[operator] # a schema
            return {"feedback": Said(quotes=(text,))}
        return verdicts(question)

    return truth


def asked_for_words(server: FaultServer) -> list[str]:
    bodies = [str(each.body) for each in server.chats]
    return [each for each in bodies if "You write to a student" in each]


def feedback(shell: Shell) -> dict[str, str]:
    return {row["student_id"]: row["feedback"] for row in shell.rows()}


def test_the_judges_words_stand_in_the_file_and_are_asked_for_once(class_: Shell) -> None:
    """One request per graded answer; the same command again asks nothing and writes the same."""
    with serving(writing(HINT)) as server:
        first = class_(*GRADE, *at(server))
        before = feedback(class_)
        requests = len(asked_for_words(server))
        class_(*GRADE, *at(server))

        assert (first.code, requests, len(asked_for_words(server))) == (0, 3, 3)
    assert before == feedback(class_) == {"S1": HINT, "S2": HINT, "S3": HINT, "S4": before["S4"]}
    assert "3 texts written by the judge" in first.out


def test_a_request_for_words_holds_no_reference_and_no_points(class_: Shell) -> None:
    """What the judge does not know it cannot give away."""
    with serving(writing(HINT)) as server:
        class_(*GRADE, *at(server))

        for body in asked_for_words(server):
            assert "carbon dioxide" not in body
            assert "points" not in body.replace("No points", "")


def test_words_that_give_the_answer_away_are_not_used(class_: Shell) -> None:
    """The rubric's sentences stand there instead, and a person is told."""
    away = "Think of this: it turns stored sugar into carbon dioxide, which leaves the plant."
    with serving(writing(away)) as server:
        said = class_(*GRADE, *at(server))

    assert "would have given away" in said.out
    assert feedback(class_)["S3"] == "What goes on in the dark?\nWhat does light do for a plant?"


def test_without_the_option_no_word_is_asked_for(class_: Shell) -> None:
    """Feedback is composed from the rubric's sentences without a request."""
    with serving(writing(HINT)) as server:
        class_(*GRADE[:-2], *at(server))

        assert asked_for_words(server) == []
    assert feedback(class_)["S3"] == "What goes on in the dark?\nWhat does light do for a plant?"


def test_students_of_the_shortest_rubric_get_a_sentence(plants: Shell) -> None:
    """It says what was made, in the rubric's words, and counts the rest untold."""
    with serving(plants_truth()) as server:
        assert plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server)).code == 0

    told = {row["student_id"]: row["feedback"] for row in plants.rows()}

    assert told["S2"] == (
        "Your answer makes 1 of the 2 key points asked for: respiration uses up stored sugar."
    )
    assert told["S3"] == "Your answer makes 0 of the 2 key points asked for."


def test_a_recording_has_no_words_for_students(class_: Shell) -> None:
    """The rubric's own sentences stand, and it is said of how many answers."""
    verdict = {
        "student_id": "S2",
        "answer": PLANTS["S2"][0],
        "pass": "neutral",
        "quotes": [],
        "gap": "none",
    }
    lines = [
        json.dumps({**verdict, "cell": cell, "level": "absent", "p_full": 0.05})
        for cell in ("respiration", "no_light")
    ]
    class_.write("judge.jsonl", "\n".join(lines))
    said = class_(*GRADE, "--judge", "recorded:judge.jsonl")

    assert said.code == 3  # the others are not in it
    assert "Not to be had: 1 text" in said.out + said.err
    assert "What goes on in the dark?" in feedback(class_)["S2"]
