"""`assessor compare`: two rubrics, prompts, models or graders on the same answers, paired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from assessor.assignment.compared_arms import ComparedArms, groups_of, open_bench, truth_of
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, show_table
from assessor.cli.trust.agreement_table import show_agreement, show_cells
from assessor.cli.workplace import open_workplace
from assessor.errors import InputError
from assessor.statistics.checks import Check, group_checks, length_check
from assessor.statistics.comparison import Comparison, compare, say, sign_flip
from assessor.trust.agree import agree
from assessor.trust.arms import (
    Arm,
    Errors,
    by_student,
    changed_cells,
    changed_totals,
    errors_of,
    pairs_of,
    shared_cells,
    side_by_side,
)
from assessor.writers.results import points_text

LISTED = 10


def compare_arms(options: Mapping[str, Any]) -> int:
    """Compare A and B on the same answers: two rubrics, prompts, models or graders."""
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        bench = open_bench(workplace, store, options["a"], options["b"])
        truth = truth_of(workplace, store, bench, options["grades"])
    groups = groups_of(options["grades"])
    a, b = bench.a, bench.b
    shared = shared_cells(a, b)
    if not shared and not any(place in b.marks for place in a.marks):
        raise InputError(
            f"{a.name} and {b.name} have no answers in common: nothing can be compared"
        )
    errors = errors_of(a, b, truth)
    found = compare(pairs_of(a, b, truth))
    checks = {each.name: _checks(each, errors, groups, arm) for each, arm in ((a, "a"), (b, "b"))}
    if workplace.common.as_json:
        print_json(_as_json(bench, found, errors, checks))
        return Exit.DONE
    screen = console()
    _show_changes(screen, a, b, len(shared))
    if bench.people and options["grades"] is None:
        _show_people(screen, bench)
        return Exit.DONE
    _show_truth(screen, bench, found, errors)
    if errors:
        _show_checks(screen, checks)
    return Exit.DONE


def _show_changes(screen: Console, a: Arm, b: Arm, shared: int) -> None:
    answers = sum(place in b.marks for place in a.marks)
    cells, totals = len(changed_cells(a, b)), changed_totals(a, b)
    screen.print(plain(f"A: {a.name}"), style="bold")
    screen.print(plain(f"B: {b.name}"), style="bold")
    screen.print(
        f"{answers} answers by both: {cells} of {shared} cells and {len(totals)} totals differ."
    )
    for place, first, second in totals[:LISTED]:
        question = f" ({place[1]})" if place[1] else ""
        screen.print(
            plain(f"  {place[0]}{question}: {points_text(first)} → {points_text(second)}", 100)
        )
    if len(totals) > LISTED:
        screen.print(f"  … and {len(totals) - LISTED} more", style="dim")


def _show_people(screen: Console, bench: ComparedArms) -> None:
    """Show how far two people part; which of them is right is nobody's to say."""
    measured = agree(side_by_side(bench.a, bench.b), bench.rubrics)
    heading = f"Two people on {measured.students} answers (90 % intervals)"
    screen.print()
    show_agreement(screen, measured, None, heading, "B", "A")
    screen.print()
    show_cells(screen, measured, bench.rubrics)


def _show_truth(
    screen: Console, bench: ComparedArms, found: Comparison, errors: Sequence[Errors]
) -> None:
    noisy = bench.noise
    screen.print()
    if not found.cells and not errors:
        screen.print(
            "Which of them is right cannot be told: nobody graded these answers by hand. Next: "
            "grade some blind (assessor trust sample), or name a sheet with --grades."
        )
        return
    if found.cells:
        screen.print(plain(_capital(say(found, noisy)) + "."), style="bold")
        screen.print(_limits(found))
        show_table(screen, _cells(found))
    if errors:
        screen.print(plain(_totals(errors)))
    if noisy is None:
        screen.print(
            "How far two runs of the same differ is not known: no run was repeated "
            "(assessor grade … --again makes one).",
            style="dim",
        )
    else:
        share = f"{noisy:.1%}".replace("%", " %")
        screen.print(f"Two runs of A itself decide {share} of the cells differently.")
    screen.print(
        "Answers that an edit was made for flatter it: the last word is a blind audit "
        "(assessor trust audit).",
        style="dim",
    )


def _limits(found: Comparison) -> str:
    parts = [
        f"{found.students} students, {found.cells} cells, {found.changed:.1%} decided otherwise"
    ]
    if found.low is not None and found.high is not None:
        low, high = _signed(100 * found.low), _signed(100 * found.high)
        parts.append(f"90 % interval {low} to {high} % of the cells")
    if found.detectable is not None:
        parts.append(f"the least that so few would show: {100 * found.detectable:.1f} %")
    return "; ".join(parts).replace("%", " %").replace("  %", " %") + "."


def _cells(found: Comparison) -> Table:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("key point", "only A right", "only B right", "cells", "p (Holm)"):
        table.add_column(name, justify="left" if name == "key point" else "right", no_wrap=True)
    for each in found.key_points:
        counts = (str(each.only_a), str(each.only_b), str(each.cells))
        table.add_row(plain(each.key_point), *counts, f"{each.p:.2f}")
    return table


def _totals(errors: Sequence[Errors]) -> str:
    n = len(errors)
    far_a = sum(abs(each.a - each.human) for each in errors) / n
    far_b = sum(abs(each.b - each.human) for each in errors) / n
    bias_a = sum(each.a - each.human for each in errors) / n
    bias_b = sum(each.b - each.human for each in errors) / n
    return (
        f"Totals of {n} answers: A is {far_a:.2f} points away on average ({bias_a:+.2f}), B "
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


def _show_checks(screen: Console, checks: Mapping[str, Sequence[Check]]) -> None:
    for side, (_, found) in zip("AB", checks.items(), strict=False):
        for each in found:
            if each.effect is None or each.p is None:
                screen.print(
                    plain(f"{side}, {each.name}: not checked, {each.reason}."), style="dim"
                )
                continue
            what = "per doubling of the length" if each.name == "length" else "beside the others"
            verdict = "more than chance" if each.p < 0.05 else "consistent with chance"
            screen.print(
                plain(
                    f"{side}, {each.name}: {each.effect:+.2f} points {what} "
                    f"({verdict}, p = {each.p:.2f}, n = {each.n})."
                )
            )


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _as_json(
    bench: ComparedArms,
    found: Comparison,
    errors: Sequence[Errors],
    checks: Mapping[str, Sequence[Check]],
) -> dict[str, object]:
    a, b = bench.a, bench.b
    return {
        "a": a.name,
        "b": b.name,
        "answers": sum(place in b.marks for place in a.marks),
        "cells": len(shared_cells(a, b)),
        "changed_cells": len(changed_cells(a, b)),
        "changed_totals": [
            {"student_id": place[0], "question": place[1], "a": float(first), "b": float(second)}
            for place, first, second in changed_totals(a, b)
        ],
        "noise": bench.noise,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "p": found.p if found.cells else None,
        "students": found.students,
        "graded_cells": found.cells,
        "changed": found.changed if found.cells else None,
        "detectable": found.detectable,
        "key_points": [
            {
                "key_point": each.key_point,
                "only_a": each.only_a,
                "only_b": each.only_b,
                "cells": each.cells,
                "p": each.p,
            }
            for each in found.key_points
        ],
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
        "checks": {
            name: [
                {"name": c.name, "effect": c.effect, "p": c.p, "n": c.n, "reason": c.reason}
                for c in each
            ]
            for name, each in checks.items()
        },
    }
