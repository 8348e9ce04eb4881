"""How much rulings helped, on answers that were not shown to rule by. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.counting import plural
from assessor.rubric import Rubric
from assessor.statistics.comparison import ComparedPair, Comparison, compare
from assessor.statistics.intervals import Estimate
from assessor.submission import key_name
from assessor.trust.agree import agree, with_judge
from assessor.trust.labels import HandGraded
from assessor.trust.plainly import percent
from assessor.trust.records import Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingGain:
    """Agreement of judge and person before the rulings and since, on the same unshown answers.

    `before` and `after` are the shares of cells with the same level, with their intervals;
    `change` compares them cell by cell, students resampled. `shown` answers are left out.
    """

    rulings: int
    shown: int
    students: int
    before: Estimate
    after: Estimate
    change: Comparison


def ruling_gain(
    before: Sequence[HandGraded],
    after: Sequence[HandGraded],
    rubrics: Mapping[str, Rubric],
    counted: tuple[int, int],
) -> RulingGain | None:
    """Return what rulings gained; None where no answer was graded blind and read both times.

    Both are without the answers that were shown; `counted` are the rulings and those answers.
    """
    old = {each.bound: each for each in before}
    new = {each.bound: each for each in after if each.bound in old}
    if not new:
        return None
    pairs = [pair for bound in new for pair in _pairs(bound, old[bound], new[bound])]
    figures = [
        agree(with_judge([side[bound] for bound in new]), rubrics).together["exact"]
        for side in (old, new)
    ]
    return RulingGain(
        rulings=counted[0],
        shown=counted[1],
        students=len({bound[0] for bound in new}),
        before=figures[0],
        after=figures[1],
        change=compare(pairs),
    )


def gain_words(gain: RulingGain) -> str:
    """Return in a sentence what rulings gained, with intervals."""
    ruled = f"{gain.rulings} {'border' if gain.rulings == 1 else 'borders'} decided"
    if gain.before.value is None or gain.after.value is None:
        return f"{ruled}; no cell was graded both times."
    change = gain.change
    difference = 100 * (change.difference or 0.0)
    ends = ""
    if change.low is not None and change.high is not None:
        ends = f", likely {100 * change.low:+.1f} to {100 * change.high:+.1f} (90 % interval)"
    return (
        f"{ruled}. On the {plural(gain.students, 'answer')} graded blind and not shown there, "
        "you and the "
        f"judge agree on {_share(gain.after)} of cells, before on {_share(gain.before)}: "
        f"{difference:+.1f} % of the cells{ends}."
    ).replace("-", "−")


def gain_facts(gain: RulingGain) -> dict[str, object]:
    """Return what rulings gained, for a program."""
    return {
        "rulings": gain.rulings,
        "shown": gain.shown,
        "students": gain.students,
        "before": {"value": gain.before.value, "low": gain.before.low, "high": gain.before.high},
        "after": {"value": gain.after.value, "low": gain.after.low, "high": gain.after.high},
        "difference": gain.change.difference,
        "low": gain.change.low,
        "high": gain.change.high,
    }


def _share(estimate: Estimate) -> str:
    text = f"{percent(estimate.value or 0.0)} %"
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} ({percent(estimate.low)}–{percent(estimate.high)})"


def _pairs(bound: Bound, old: HandGraded, new: HandGraded) -> list[ComparedPair]:
    return [
        ComparedPair(
            student=bound[0],
            key_point=key_name(bound[1], cell),
            a=old.judge[cell] == old.human[cell],
            b=new.judge[cell] == new.human[cell],
        )
        for cell in new.human
        if cell in old.human and cell in old.judge and cell in new.judge
    ]
