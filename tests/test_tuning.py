"""The next edit at hand: from one student's words, checked on the others, luck told beside it."""

from __future__ import annotations

import math
import random

import pytest

from assessor.evidence import Span
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.phrasings import Phrasings
from assessor.tuning import Seen, overfit, partings_of, says, suggestions
from assessor.verdict import Finding
from tests.rubric.build import SHORT

RUBRIC: Rubric = load_rubric(SHORT, "r.yaml")
CELL = RUBRIC.cells[0]


def seen(student: str, answer: str, human: int, judge: int, quote: str = "") -> Seen:
    """One answer; the other cell is absent to both."""
    other = RUBRIC.cells[1]
    evidence = (Span(start=0, end=len(quote), text=quote),) if quote else ()
    findings = {
        CELL: Finding(
            cell=CELL,
            kind=RUBRIC.kind_of(CELL),
            level="full" if judge else "absent",
            probabilities=(0.9 if judge else 0.1,),
            evidence=evidence,
            gap="" if judge else "not stated",
        ),
        other: Finding(
            cell=other, kind=RUBRIC.kind_of(other), level="absent", probabilities=(0.1,)
        ),
    }
    return Seen(
        student=student,
        answer=answer,
        human={CELL: human, other: 0},
        judge={CELL: judge, other: 0},
        findings=findings,
    )


MISSED = [
    seen("S1", "Plants are green. The plant burns its reserves at night.", 1, 0),
    seen("S2", "I like biology. At night the reserves are burned by the plant!", 1, 0),
    seen("S3", "It is too cold for it.", 0, 0),
    seen("S4", "Respiration uses up sugar.", 1, 1, "Respiration uses up sugar"),
]


def test_a_missed_phrasing_that_others_use_too_is_offered_first() -> None:
    """It is taken from one student and checked on those it was not taken from."""
    first = suggestions(RUBRIC, MISSED, CELL)[0]

    assert first.where is Phrasings.ACCEPTED
    assert "reserves" in first.phrase
    assert (first.helps, first.harms, first.of) == (1, 0, 3)
    assert first.gain == pytest.approx(1 / 3)


def test_a_wrongly_credited_quote_is_offered_as_not_enough() -> None:
    """The judge's own quote is what misled it."""
    wrong = [seen("S1", "It loses mass as it dries.", 0, 1, "It loses mass"), *MISSED[2:]]
    (only,) = suggestions(RUBRIC, wrong, CELL)

    assert (only.where, only.phrase, only.student) == (Phrasings.NOT_ENOUGH, "It loses mass", "S1")


def test_a_phrasing_that_would_do_more_harm_than_good_is_left_out() -> None:
    """Others say the same and were rightly given nothing."""
    refused = [seen(f"R{n}", "The plant burns its reserves at night.", 0, 0) for n in range(3)]

    assert not any("reserves" in s.phrase for s in suggestions(RUBRIC, [*MISSED, *refused], CELL))


def test_where_both_agree_nothing_is_offered() -> None:
    """No fault, no edit."""
    assert suggestions(RUBRIC, MISSED[2:], CELL) == ()
    assert partings_of(RUBRIC, MISSED[2:], CELL) == ()


def test_partings_put_the_answer_s_words_beside_the_judge_s() -> None:
    """The passage nearest to the key point, and what the judge said was missing."""
    first = partings_of(RUBRIC, MISSED, CELL)[0]

    assert (first.student, first.human, first.judge, first.gap) == ("S1", 1, 0, "not stated")
    assert first.passage


def test_the_expected_gain_by_luck_is_that_of_the_best_of_useless_edits() -> None:
    """√(2 ln m · d/n): for 8 edits, 12 % changed cells and 30 answers, about 13 points at most."""
    assert overfit(8, 0.12, 30) == pytest.approx(math.sqrt(2 * math.log(8) * 0.12 / 30))
    assert overfit(8, 0.12, 30) == pytest.approx(0.129, abs=0.001)
    assert overfit(1, 0.12, 30) == 0.0


def test_luck_bounds_what_simulated_useless_edits_show() -> None:
    """The mean of the best of eight edits that flip cells at random lies below it."""
    chance = random.Random(7)
    best = []
    for _ in range(400):
        gains = []
        for _ in range(8):
            flips = sum(chance.choice((-1, 1)) for _ in range(30) if chance.random() < 0.12)
            gains.append(flips / 30)
        best.append(max(gains))

    assert 0.06 < sum(best) / len(best) < overfit(8, 0.12, 30)


def test_nearly_the_same_words_are_recognised_and_others_are_not() -> None:
    """Stems and order do not matter; one shared word is not enough."""
    assert says("At night, reserves get burned by plants.", "the plant burns reserves at night")
    assert not says("The plant is green.", "the plant burns its reserves at night")
