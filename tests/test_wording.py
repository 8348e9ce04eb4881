"""Feedback in a model's words: what it may say, and when it says too much."""

from __future__ import annotations

import pytest

from assessor.assignment.single_answer import make_submission
from assessor.engine.judged import Judged
from assessor.engine.settle import judged_proposal
from assessor.finding import cell_of, decide
from assessor.grade import Grade, grade_of
from assessor.rubric import Rubric, load_rubric
from assessor.verdict import Pass, Threshold, Verdict
from assessor.wording import gives_away, remarks_of

RUBRIC = """\
title: Osmosis
question:
  prompt: Why does a red cell burst in pure water?
  reference: Water moves along the gradient of its potential through the membrane.
key_points:
  - id: inflow
    points: 2
    description: water flows in because the potential outside is higher
    feedback: {full: You say where the water goes., absent: Where does the water go?}
  - id: wall
    points: 1
    description: animal cells have neither cellulose walls nor vacuoles for turgor
    feedback: {absent: What holds a plant cell together?}
misconceptions:
  - id: active
    description: claims that the cell pumps water in
    points: 1
    feedback: {present: Does this need energy?}
"""
ANSWER = "Water flows in, since the potential outside is higher, and the cell pumps it."


def rubric() -> Rubric:
    return load_rubric(RUBRIC, "osmosis.yaml")


def graded(**met: bool) -> Grade:
    own, submission = rubric(), make_submission("S", ANSWER)
    findings = tuple(
        decide(
            cell_of(own, cell, ANSWER),
            [
                Verdict(
                    cell=cell,
                    asked=Pass.NEUTRAL,
                    thresholds=(
                        Threshold(
                            level=own.levels_of(cell)[-1],
                            met=met.get(cell, False),
                            probability=0.95 if met.get(cell) else 0.05,
                        ),
                    ),
                    quotes=("Water flows in",) if met.get(cell) else (),
                )
            ],
        )
        for cell in own.cells
    )
    judged = Judged(answer_digest=submission.answer_digest, findings=findings, missing=(), flags=())
    return grade_of(own, judged_proposal(own, submission, judged), None, None)


def test_what_is_earned_and_what_is_missing_are_told_apart() -> None:
    """Only the rubric's sentences for the student; a misconception is something to think about."""
    remarks = remarks_of(rubric(), graded(inflow=True, active=True))

    assert remarks is not None
    assert remarks.earned == ("You say where the water goes.",)
    assert remarks.missing == ("What holds a plant cell together?", "Does this need energy?")


@pytest.mark.parametrize(
    ("text", "away"),
    [
        pytest.param("You say where it goes. What holds a plant cell together?", False, id="hint"),
        pytest.param("It moves along the gradient of its potential.", True, id="reference"),
        pytest.param("Think: animal cells have neither of two things.", False, id="four words"),
        pytest.param("Animal cells have neither cellulose walls.", True, id="six words"),
        pytest.param("Vacuoles, turgor, cellulose and animal walls.", True, id="telling words"),
        pytest.param("Water flows in, since the potential outside is higher.", False, id="own"),
        pytest.param("Why does a red cell burst in pure water?", False, id="the question"),
    ],
)
def test_words_that_the_student_did_not_say_give_it_away(text: str, away: bool) -> None:
    """Five words in a row, or most of the telling ones, of what is missing or of the reference."""
    assert gives_away(rubric(), graded(inflow=True), text) is away


def test_what_was_earned_may_be_said_back() -> None:
    """The words that count for a key point are no secret from whoever earned it."""
    text = "Right: water flows in because the potential outside is higher."

    assert not gives_away(rubric(), graded(inflow=True), text)
    assert gives_away(rubric(), graded(), text.replace("potential outside", "chemical potential"))
