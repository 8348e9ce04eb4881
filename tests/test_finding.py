"""From readings to the decision on a cell: the table of what earns, costs and is reviewed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from assessor.finding import (
    Cell,
    decide,
    evidence_of,
    is_unsure,
    needs_repair,
    needs_second_look,
)
from assessor.rubric import ABSENT, PRESENT, CellKind
from assessor.verdict import Pass, Threshold, Verdict

ANSWER = "A fixed set leaves much out. Labels lose the reason behind them. I doubt it."
GIVEN = "Say why a fixed set of labels does not hold all that may come up."
ONE, TWO, THREE = "fixed set leaves much out", "lose the reason", "I doubt it"
MADE_UP = "values are complex"

KEY_POINT = Cell(
    id="c", kind=CellKind.KEY_POINT, levels=("partial", "full"), answer=ANSWER, given=GIVEN
)
CLAIM = Cell(id="w", kind=CellKind.MISCONCEPTION, levels=(PRESENT,), answer=ANSWER, given=GIVEN)


def says(
    level: str, *quotes: str, withdrawn: bool = False, strong: bool = False, p: float = 0.95
) -> Verdict:
    """A reading of the key point that says a level, sure of each yes and no by `p`."""
    reached = ("absent", "partial", "full").index(level)
    return Verdict(
        cell="c",
        asked=Pass.NEUTRAL,
        thresholds=tuple(
            Threshold(level=each, met=reached > n, probability=p if reached > n else 1 - p)
            for n, each in enumerate(("partial", "full"))
        ),
        quotes=quotes,
        withdrawn=withdrawn,
        strong=strong,
        gap=f"gap of {level}",
        note=f"note of {level}",
    )


def claims_it(yes: bool, *quotes: str, withdrawn: bool = False, strong: bool = False) -> Verdict:
    """A reading of the misconception."""
    return Verdict(
        cell="w",
        asked=Pass.NEUTRAL,
        thresholds=(Threshold(level=PRESENT, met=yes, probability=0.95 if yes else 0.05),),
        quotes=quotes,
        withdrawn=withdrawn,
        strong=strong,
    )


@dataclass(frozen=True)
class Case:
    """Readings, and the level, the quotes and the reasons that come of them."""

    readings: tuple[Verdict, ...]
    level: str
    quotes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


CREDITS = {
    "full with its quote": Case((says("full", ONE),), "full", (ONE,)),
    "partial with its quote": Case((says("partial", ONE),), "partial", (ONE,)),
    "absent": Case((says("absent"),), ABSENT),
    "absent, whatever it quotes": Case((says("absent", ONE),), ABSENT),
    "full without a quote": Case((says("full"),), ABSENT, (), ("unverified_quote",)),
    "full with a made-up quote": Case((says("full", MADE_UP),), ABSENT, (), ("unverified_quote",)),
    "full with a nearly true quote": Case(
        (says("full", "Labels lose the reasons behind them"),), ABSENT, (), ("near_quote",)
    ),
    "one of two quotes holds": Case((says("full", MADE_UP, TWO),), "full", (TWO,)),
    "withdrawn": Case((says("full", ONE, withdrawn=True),), ABSENT),
    "withdrawn in half of the readings": Case(
        (says("full", ONE, withdrawn=True), says("full", ONE)), ABSENT, (), ("even_split",)
    ),
    "withdrawn in one of three": Case(
        (says("full", ONE, withdrawn=True), says("full", TWO), says("full", TWO)), "full", (TWO,)
    ),
    "the median of three": Case(
        (says("partial", ONE), says("full", TWO), says("absent")), "partial", (ONE, TWO)
    ),
    "two of three say full": Case(
        (says("full", ONE), says("full", TWO), says("absent")), "full", (ONE, TWO)
    ),
    "two of three say absent": Case((says("full", ONE), says("absent"), says("absent")), ABSENT),
    "a quote of a lower level carries that level only": Case(
        (says("partial", ONE), says("full", MADE_UP), says("full")),
        "partial",
        (ONE,),
        ("unverified_quote",),
    ),
    "at most two quotes are kept": Case(
        (says("full", ONE, TWO), says("full", THREE)), "full", (ONE, TWO)
    ),
    "the strong model decides alone": Case(
        (says("full", ONE), says("full", ONE), says("absent", strong=True)), ABSENT
    ),
    "the strong model's quote counts alone": Case(
        (says("full", ONE), says("full", MADE_UP, strong=True)), ABSENT, (), ("unverified_quote",)
    ),
    "the strong model's credit stands": Case(
        (says("absent"), says("full", TWO, strong=True)), "full", (TWO,)
    ),
}


@pytest.mark.parametrize("name", CREDITS)
def test_a_credit_is_decided_so(name: str) -> None:
    """No verified quote, no credit; the level is what the readings say."""
    case = CREDITS[name]

    got = decide(KEY_POINT, case.readings)

    assert (got.level, tuple(span.text for span in got.evidence), got.reasons) == (
        case.level,
        case.quotes,
        case.reasons,
    )


DEDUCTIONS = {
    "claimed with its quote": Case((claims_it(True, ONE),), PRESENT, (ONE,)),
    "not claimed": Case((claims_it(False, ONE),), ABSENT),
    "claimed without a quote": Case((claims_it(True),), ABSENT, (), ("unverified_quote",)),
    "withdrawn": Case((claims_it(True, ONE, withdrawn=True),), ABSENT),
    "all three claim it": Case(
        (claims_it(True, ONE), claims_it(True, TWO), claims_it(True, ONE)), PRESENT, (ONE, TWO)
    ),
    "one of three doubts": Case(
        (claims_it(True, ONE), claims_it(True, TWO), claims_it(False)),
        ABSENT,
        (),
        ("readings_part",),
    ),
    "one of three has no quote": Case(
        (claims_it(True, ONE), claims_it(True, TWO), claims_it(True)),
        ABSENT,
        (),
        ("unverified_quote",),
    ),
    "one of two saw it withdrawn": Case(
        (claims_it(True, ONE), claims_it(True, ONE, withdrawn=True)), ABSENT, (), ("readings_part",)
    ),
    "the strong model decides alone": Case(
        (claims_it(False), claims_it(True, ONE, strong=True)), PRESENT, (ONE,)
    ),
}


@pytest.mark.parametrize("name", DEDUCTIONS)
def test_a_deduction_is_decided_so(name: str) -> None:
    """Doubt favours the student: every reading, each with its own quote."""
    case = DEDUCTIONS[name]

    got = decide(CLAIM, case.readings)

    assert (got.level, tuple(span.text for span in got.evidence), got.reasons) == (
        case.level,
        case.quotes,
        case.reasons,
    )


QUOTES = {
    "own words": ((ONE,), (ONE,)),
    "made up": ((MADE_UP,), ()),
    "twice the same": ((ONE, ONE.upper()), (ONE,)),
    "the question's words": (("a fixed set of labels does not hold all",), ()),
    "four words of the question are anybody's": (
        ("set of labels does",),
        ("set of labels does",),
    ),
    "five words of the question are the question's": (("fixed set of labels does",), ()),
}


@pytest.mark.parametrize("name", QUOTES)
def test_evidence_is_the_students_own(name: str) -> None:
    """What only repeats the question is no evidence; a few common words are."""
    quotes, wanted = QUOTES[name]
    copied = "A fixed set of labels does not hold all. " + ANSWER
    cell = replace(KEY_POINT, answer=copied)

    got = evidence_of(cell, says("full", *quotes))

    assert tuple(span.text for span in got) == wanted


def test_chances_never_rise_with_the_level() -> None:
    """P(full) is at most P(partial), whatever a judge says."""
    odd = replace(
        says("partial", ONE),
        thresholds=(
            Threshold(level="partial", met=True, probability=0.6),
            Threshold(level="full", met=False, probability=0.45),
        ),
    )
    other = replace(
        odd,
        thresholds=(
            Threshold(level="partial", met=True, probability=0.55),
            Threshold(level="full", met=True, probability=0.9),
        ),
    )

    for readings in ((odd,), (other,), (odd, other), (other, other, odd)):
        got = decide(KEY_POINT, readings).probabilities
        assert len(got) == 2
        assert got[1] <= got[0]


def test_chances_are_the_mean_of_the_log_odds() -> None:
    """Readings that are sure of opposite things leave a half; two that agree leave their own."""
    split = decide(KEY_POINT, (says("full", ONE, p=0.9), says("absent", p=0.9))).probabilities
    same = decide(KEY_POINT, (says("full", ONE, p=0.9), says("full", ONE, p=0.9))).probabilities

    assert split == pytest.approx((0.5, 0.5))
    assert same == pytest.approx((0.9, 0.9))


def test_a_sure_judge_is_never_taken_for_certain() -> None:
    """What is said at the ends says no more than .03 and .97."""
    got = decide(KEY_POINT, (says("full", ONE, p=1.0),)).probabilities

    assert got == pytest.approx((0.97, 0.97))


def test_what_was_kept_back_is_told() -> None:
    """The reviewer sees which level was claimed, and on what quote."""
    got = decide(KEY_POINT, (says("full", MADE_UP),))

    assert (got.claimed, got.claimed_quotes) == ("full", (MADE_UP,))
    assert decide(KEY_POINT, (says("full", ONE),)).claimed == ""


def test_the_words_shown_are_of_a_reading_that_agrees() -> None:
    """Gap and note fit the level that was decided."""
    got = decide(KEY_POINT, (says("absent"), says("full", ONE), says("full", ONE)))

    assert (got.level, got.gap, got.note) == ("full", "gap of full", "note of full")


def test_a_missing_second_look_is_named() -> None:
    """It ranks the answer, and is said beside the other reasons."""
    got = decide(KEY_POINT, (says("full", MADE_UP),), left_out=True)

    assert got.reasons == ("unverified_quote", "second_look_left_out")


@pytest.mark.parametrize(
    ("verdict", "wanted"),
    [
        pytest.param(says("full", MADE_UP), True, id="made up"),
        pytest.param(says("full"), True, id="no quote"),
        pytest.param(says("full", ONE), False, id="verified"),
        pytest.param(says("absent", MADE_UP), False, id="absent"),
        pytest.param(says("full", MADE_UP, withdrawn=True), False, id="withdrawn"),
    ],
)
def test_only_a_claim_without_a_quote_is_repaired(verdict: Verdict, wanted: bool) -> None:
    """Nothing is asked twice that would earn nothing."""
    assert needs_repair(KEY_POINT, verdict) is wanted


@pytest.mark.parametrize(
    ("p", "unsure"), [(0.95, False), (0.81, False), (0.8, True), (0.5, True), (0.75, True)]
)
def test_a_chance_in_the_middle_leaves_a_cell_open(p: float, unsure: bool) -> None:
    """From .2 to .8, both ends counted."""
    assert is_unsure(says("full", ONE, p=p)) is unsure


def test_a_yes_above_a_no_leaves_a_cell_open() -> None:
    """Full and not at least partial is no level."""
    broken = replace(
        says("full", ONE),
        thresholds=(
            Threshold(level="partial", met=False, probability=0.01),
            Threshold(level="full", met=True, probability=0.99),
        ),
    )

    assert is_unsure(broken)
    assert broken.level == ABSENT


def test_missing_evidence_is_more_urgent_than_a_flag_and_a_flag_than_none() -> None:
    """The second looks that there is room for go where they matter most."""
    without = needs_second_look(KEY_POINT, says("full", MADE_UP), flagged=True)
    flagged = needs_second_look(KEY_POINT, says("full", ONE), flagged=True)
    sure = needs_second_look(KEY_POINT, says("full", ONE), flagged=False)

    assert without is not None
    assert flagged is not None
    assert without > flagged > 1
    assert sure is None


def test_a_yes_above_a_no_earns_nothing_by_itself() -> None:
    """Full, and not at least partial: no level is said, and a person looks."""
    broken = replace(
        says("full", ONE),
        thresholds=(
            Threshold(level="partial", met=False, probability=0.05),
            Threshold(level="full", met=True, probability=0.95),
        ),
    )

    got = decide(KEY_POINT, (broken,))

    assert (got.level, got.evidence) == (ABSENT, ())
    assert got.reasons
