"""Recordings: how they are read and what they answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assessor.errors import JudgeRefused, SubmissionError
from assessor.judges.recorded import RecordedJudge, Recording, read_recording
from assessor.judges.scripted import fill
from assessor.verdict import Pass
from tests.judges.builders import ask, joint, schema
from tests.judges.clock import run


def line(**fields: Any) -> str:
    usual = {
        "student_id": "S1",
        "cell": "rain",
        "pass": "neutral",
        "quotes": ["It rains."],
        "gap": "no cause",
        "level": "partial",
        "p_partial": 0.955,
        "p_full": 0.07,
    }
    return json.dumps({**usual, **fields})


def recording(*lines: str, **answers: str) -> Recording:
    return read_recording("\n".join(lines), answers or {"S1": "It rains."}, "v.jsonl")


def test_a_recorded_verdict_comes_back_in_the_form_of_the_ask() -> None:
    """The reply has the schema's fields in its order, yes/no up to the level, exact percents."""
    got = run(RecordedJudge(recording(line())).ask(ask()))

    assert got.text == json.dumps(
        {
            "quotes": ["It rains."],
            "gap": "no cause",
            "withdrawn": False,
            "at_least_partial": True,
            "full": False,
            "p_partial": 95.5,
            "p_full": 7.0,
            "note": "",
        }
    )


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\u0085"])
def test_a_line_ends_where_json_lines_do(end: str) -> None:
    """What looks like a line's end to a text, and may stand in a student's answer, ends none."""
    told = json.loads(line(answer=f"It rains.{end}Always."))
    text = json.dumps(told, ensure_ascii=False)

    assert len(read_recording(f"{text}\n{text}", {}, "v.jsonl").entries) == 1


def test_a_joint_ask_gets_every_cell() -> None:
    """The joint layout holds each cell under its id."""
    cells = joint(rain=schema("partial", "full"), more=schema("present"))
    lines = (
        line(),
        json.dumps(
            {
                "student_id": "S1",
                "cell": "more",
                "pass": "neutral",
                "quotes": [],
                "gap": "",
                "level": "present",
                "p_present": 0.9,
                "withdrawn": True,
            }
        ),
    )
    got = run(RecordedJudge(recording(*lines)).ask(ask(cells=("rain", "more"), form=cells)))

    reply = json.loads(got.text)["cells"]
    assert (reply["rain"]["full"], reply["more"]["present"], reply["more"]["withdrawn"]) == (
        False,
        True,
        True,
    )


def test_of_equal_answers_the_lowest_student_counts() -> None:
    """Two students with one text: the verdict of the lower id, whatever the order of lines."""
    lines = (line(student_id="S9", gap="nine"), line(student_id="S2", gap="two"))
    got = run(RecordedJudge(recording(*lines, S9="It rains.", S2="It rains.")).ask(ask()))

    assert json.loads(got.text)["gap"] == "two"


def test_a_line_may_bring_its_own_answer() -> None:
    """A recording with the answers inside needs no answers beside it."""
    got = run(RecordedJudge(recording(line(answer="It pours."))).ask(ask(answer="It pours.")))

    assert json.loads(got.text)["gap"] == "no cause"


MISSING = [
    pytest.param(ask(answer="Other."), id="answer"),
    pytest.param(ask(cells=("snow",)), id="cell"),
    pytest.param(ask(asked=Pass.STRICT), id="pass"),
    pytest.param(ask(form=schema("full")), id="levels"),
]


@pytest.mark.parametrize("missing", MISSING)
def test_what_was_not_recorded_is_refused(missing: Any) -> None:
    """Another answer, cell, pass or set of levels is ungraded, never guessed."""
    with pytest.raises(JudgeRefused) as caught:
        run(RecordedJudge(recording(line())).ask(missing))

    assert caught.value.code == "not_recorded"
    assert "rains" not in str(caught.value)


def test_all_problems_of_a_recording_come_at_once() -> None:
    """Each bad line is named with its number, and what is wrong in it."""
    lines = (line(p_full=1.5), "{", line(), line(student_id="S7"), line(level="full!"))

    with pytest.raises(SubmissionError) as caught:
        recording(*lines)

    places = [problem.split(": ")[0] for problem in caught.value.problems]
    assert places == ["v.jsonl:1", "v.jsonl:2", "v.jsonl:4", "v.jsonl:5"]


def test_the_identity_holds_the_digest_of_the_recording() -> None:
    """Another recording is another judge."""
    one, other = RecordedJudge(recording(line())), RecordedJudge(recording(line(gap="x")))

    assert one.identity != other.identity


def test_a_filled_reply_says_the_levels_it_was_given() -> None:
    """`fill` writes yes up to the level, the probability where met and its complement else."""
    got = json.loads(fill(ask(), {"rain": "partial"}, {"rain": ["It rains."]}, probability=0.9))

    assert got == {
        "quotes": ["It rains."],
        "gap": "",
        "withdrawn": False,
        "at_least_partial": True,
        "full": False,
        "p_partial": 90.0,
        "p_full": 10.0,
        "note": "",
    }
