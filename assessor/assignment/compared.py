"""A and B of `assessor compare`, compared: who differs, who is right more often, by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.compared_arms import ComparedArms, groups_of, open_bench, truth_of
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.counting import plural
from assessor.errors import InputError
from assessor.statistics.checks import Check, group_checks, length_check
from assessor.statistics.comparison import Comparison, compare, say, sign_flip
from assessor.trust.arms import (
    Arm,
    Errors,
    by_student,
    changed_cells,
    changed_totals,
    errors_of,
    pairs_of,
    shared_cells,
)
from assessor.writers.results import points_text

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmsCompared:
    """Two arms on the same answers; `errors` and `found` are against people's blind grades.

    `checks` is arm → whether its error follows length, or a group that a sheet names.
    """

    arms: ComparedArms
    found: Comparison
    errors: tuple[Errors, ...]
    checks: Mapping[str, tuple[Check, ...]]

    def change_lines(self) -> Iterator[SpokenLine]:
        """Yield what the arms are and where they differ."""
        a, b = self.arms.a, self.arms.b
        answers = sum(place in b.marks for place in a.marks)
        shared, cells, totals = shared_cells(a, b), changed_cells(a, b), changed_totals(a, b)
        yield SpokenLine(f"A: {a.name}", Tone.HEADING)
        yield SpokenLine(f"B: {b.name}", Tone.HEADING)
        yield SpokenLine(
            f"{plural(answers, 'answer')} by both: {len(cells)} of "
            f"{plural(len(shared), 'cell')} and "
            f"{plural(len(totals), 'total differs', 'totals differ')}."
        )
        for place, first, second in totals[:LISTED]:
            question = f" ({place[1]})" if place[1] else ""
            text = f"  {place[0]}{question}: {points_text(first)} → {points_text(second)}"
            yield SpokenLine(text, limit=100)
        if len(totals) > LISTED:
            yield SpokenLine(f"  … and {len(totals) - LISTED} more", Tone.ASIDE)

    def verdict_lines(self) -> Iterator[SpokenLine]:
        """Yield which of them is right more often; nothing where no cell was graded by hand."""
        if self.found.cells:
            yield SpokenLine(_capital(say(self.found, self.arms.noise) + "."), Tone.HEADING)
            yield SpokenLine(_limits(self.found))

    def further_lines(self) -> Iterator[SpokenLine]:
        """Yield how far totals are off, what two runs of the same differ by, and the checks."""
        if self.errors:
            yield SpokenLine(_totals(self.errors))
        noisy = self.arms.noise
        if noisy is None:
            yield SpokenLine(
                "How far two runs of the same differ is not known: no run was repeated "
                "(assessor grade … --again makes one).",
                Tone.ASIDE,
            )
        else:
            share = f"{noisy:.1%}".replace("%", " %")
            yield SpokenLine(f"Two runs of A itself decide {share} of the cells differently.")
        yield SpokenLine(
            "Answers that an edit was made for flatter it: the last word is a blind audit "
            "(assessor trust audit).",
            Tone.ASIDE,
        )
        if self.errors:
            yield from _check_lines(self.checks)

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        a, b, found, errors = self.arms.a, self.arms.b, self.found, self.errors
        return {
            "a": a.name,
            "b": b.name,
            "answers": sum(place in b.marks for place in a.marks),
            "cells": len(shared_cells(a, b)),
            "changed_cells": len(changed_cells(a, b)),
            "changed_totals": [
                {
                    "student_id": place[0],
                    "question": place[1],
                    "a": float(first),
                    "b": float(second),
                }
                for place, first, second in changed_totals(a, b)
            ],
            "noise": self.arms.noise,
            "difference": found.difference,
            "low": found.low,
            "high": found.high,
            "p": found.p if found.cells else None,
            "students": found.students,
            "graded_cells": found.cells,
            "changed": found.changed if found.cells else None,
            "detectable": found.detectable,
            "key_points": [asdict(each) for each in found.key_points],
            "totals": {
                "n": len(errors),
                "mae_a": sum(abs(e.a - e.human) for e in errors) / len(errors),
                "mae_b": sum(abs(e.b - e.human) for e in errors) / len(errors),
                "bias_a": sum(e.a - e.human for e in errors) / len(errors),
                "bias_b": sum(e.b - e.human for e in errors) / len(errors),
                "p": _p_of_totals(errors),
            }
            if errors
            else None,
            "checks": {name: [asdict(c) for c in each] for name, each in self.checks.items()},
        }


UNTOLD = (
    "Which of them is right cannot be told: nobody graded these answers by hand. Next: "
    "grade some blind (assessor trust sample), or name a sheet with --grades."
)


def compare_both(place: ClassFolder, first: str, second: str, grades: Path | None) -> ArmsCompared:
    """Compare two runs, rubrics or sheets; `grades` is a sheet to measure both against.

    Nothing is asked and nothing changes. Raises InputError where they have no answer in common.
    """
    with place.open_store() as store:
        arms = open_bench(place, store, first, second)
        truth = truth_of(place, store, arms, grades)
    groups = groups_of(grades)
    a, b = arms.a, arms.b
    if not shared_cells(a, b) and not any(place in b.marks for place in a.marks):
        raise InputError(
            f"{a.name} and {b.name} have no answers in common: nothing can be compared"
        )
    errors = errors_of(a, b, truth)
    checks = {each.name: _checks(each, errors, groups, arm) for each, arm in ((a, "a"), (b, "b"))}
    return ArmsCompared(
        arms=arms, found=compare(pairs_of(a, b, truth)), errors=tuple(errors), checks=checks
    )


def _limits(found: Comparison) -> str:
    parts = [
        f"{plural(found.students, 'student')}, {plural(found.cells, 'cell')}, "
        f"{found.changed:.1%} decided otherwise"
    ]
    if found.low is not None and found.high is not None:
        low, high = _signed(100 * found.low), _signed(100 * found.high)
        parts.append(f"likely {low} to {high} % of the cells (90 % interval)")
    if found.detectable is not None:
        parts.append(f"the least that so few would show: {100 * found.detectable:.1f} %")
    return "; ".join(parts).replace("%", " %").replace("  %", " %") + "."


def _totals(errors: Sequence[Errors]) -> str:
    n = len(errors)
    far_a = sum(abs(each.a - each.human) for each in errors) / n
    far_b = sum(abs(each.b - each.human) for each in errors) / n
    bias_a = sum(each.a - each.human for each in errors) / n
    bias_b = sum(each.b - each.human for each in errors) / n
    return (
        f"Totals of {plural(n, 'answer')}: A is {far_a:.2f} points away on average "
        f"({bias_a:+.2f}), B "
        f"{far_b:.2f} ({bias_b:+.2f}); p = {_p_of_totals(errors):.2f}."
    )


def _p_of_totals(errors: Sequence[Errors]) -> float:
    gains = [(each.student, abs(each.a - each.human) - abs(each.b - each.human)) for each in errors]
    return sign_flip(by_student(gains))


def _checks(
    arm: Arm, errors: Sequence[Errors], groups: Mapping[str, Mapping[str, str]], side: str
) -> tuple[Check, ...]:
    """Check whether an arm's error follows length, or a group that the sheet names."""
    human = [each.human for each in errors]
    given = [each.a if side == "a" else each.b for each in errors]
    found = []
    if any(each.words for each in errors):
        found.append(length_check([each.words for each in errors], human, given))
    for column in groups.values():
        known = [place for place, each in enumerate(errors) if column.get(each.student)]
        found += group_checks(
            [column[errors[place].student] for place in known],
            [human[place] for place in known],
            [given[place] for place in known],
        )
    return tuple(found)


def _check_lines(checks: Mapping[str, Sequence[Check]]) -> Iterator[SpokenLine]:
    for side, (_, found) in zip("AB", checks.items(), strict=False):
        for each in found:
            if each.effect is None or each.p is None:
                text = f"{side}, {each.name}: not checked, {each.reason}."
                yield SpokenLine(text, Tone.ASIDE)
                continue
            what = "per doubling of the length" if each.name == "length" else "beside the others"
            verdict = "more than chance" if each.p < 0.05 else "consistent with chance"
            yield SpokenLine(
                f"{side}, {each.name}: {each.effect:+.2f} points {what} "
                f"({verdict}, p = {each.p:.2f}, n = {each.n})."
            )


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
