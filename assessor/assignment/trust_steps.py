"""Where a class stands on its way to being trusted, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from assessor.assignment.auditing import go_on_with, sheet_of_audit
from assessor.assignment.class_folder import near
from assessor.assignment.key_point_diagnosis import faults
from assessor.assignment.named_files import new_sheet
from assessor.assignment.platform_file import export_command
from assessor.assignment.sheet_handed_out import to_decide
from assessor.assignment.standing import spoken_of_json
from assessor.assignment.trust_basis import Trust
from assessor.assignment.trust_sheets import Intake, filled_sheets
from assessor.counting import plural
from assessor.statistics.calibration import FEWEST
from assessor.statistics.intervals import Estimate
from assessor.trust.agree import (
    Agreement,
    agree,
    between_people,
    partings,
    ranking,
    with_judge,
)
from assessor.trust.ahead import Ahead, next_once_tuned, workload
from assessor.trust.audit_standing import audit_words, is_unread, students_of
from assessor.trust.fitting import Calibrator, fit_words
from assessor.trust.plainly import Said, audit_said, chances_said
from assessor.trust.ruling_gain import gain_facts
from assessor.trust.units import SMALL_CLASS, expected_draws, plan_audit, to_tune
from assessor.verdict import State


def unread_said(trust: Trust) -> str:
    """Return whether the unread grades may go out, in words."""
    if trust.audit is None and not any(map(is_unread, trust.standing.grades)):
        return "There are none: what has a grade was read by a person, or waits for one."
    return audit_said(trust.audit)


def ahead_of(trust: Trust, size: int, graded: int) -> Ahead:
    """Return the whole way, as far as it lies ahead."""
    review = sum(
        any(each.state is State.NEEDS_REVIEW for each in student)
        for student in students_of(trust.standing.grades)
    )
    tune = max(to_tune(size) - graded, 0) if trust.fitted is None else 0
    if trust.audit is not None and trust.audit.holds:
        return Ahead(tune=0, unread=0, draws=None, uncertain=0, review=review)
    plan = plan_audit(trust.drawable, trust.chances, tuned=trust.fitted is not None)
    unread = max(len(plan.chosen) - tune, 0)
    number = 1
    if trust.audit is not None:
        # One that has ended has spent its share: the next one has less.
        number = trust.audit.plan.number + (not trust.audit.is_open and bool(trust.audit.draws))
    draws = expected_draws(unread, plan.predicted, number)
    return Ahead(
        tune=tune,
        unread=unread,
        draws=draws,
        uncertain=len(plan.left),
        review=review,
    )


def next_step(trust: Trust, size: int, graded: int, waiting: int) -> str:
    """Return what to do next, as a person types it."""
    if not trust.read:
        return _two_people(trust)
    audit = trust.audit
    if audit is not None and audit.is_open:
        if (out := sheet_of_audit(trust, audit)) is not None:
            return go_on_with(out)
        return "go on with the audit: assessor trust audit"
    if audit is not None and audit.holds:
        back = f"give them back: {export_command(trust.standing.answers)} --release-unread"
        if trust.to_review:
            wait = plural(trust.to_review, "answer that waits", "answers that wait")
            return f"review {wait} (assessor review), then {back}"
        return back
    if size < SMALL_CLASS and not graded and not waiting:
        return (
            f"with fewer than {SMALL_CLASS} answers, grade them all yourself and let assessor be "
            f"the second reader: assessor trust sample -n {size}   then, on the page, assessor "
            "review --blind   then assessor trust says where the two of you part"
        )
    if size < SMALL_CLASS and graded:
        export = export_command(trust.standing.answers)
        return f"look at the answers on which you part (assessor review), then: {export}"
    if waiting:
        return _drawn_waits(trust, waiting)
    if trust.fitted is None:
        return f"draw answers to grade blind: assessor trust sample -n {to_tune(size)}"
    return next_once_tuned(ahead_of(trust, size, graded), export_command(trust.standing.answers))


def _drawn_waits(trust: Trust, waiting: int) -> str:
    """Return how drawn answers are graded blind: on the page or on a sheet, the one that is out."""
    units = trust.sample.units if trust.sample else ()
    out = trust.sheet_with(part for unit in units for part in unit.parts)
    if out is not None:
        sheet, which = near(out), "the sheet that is out"
    else:
        sheet = new_sheet("tune.xlsx")
        which = f"a sheet (assessor trust sample -n {len(units) or waiting} --out {sheet})"
    return (
        f"{plural(waiting, 'drawn answer waits', 'drawn answers wait')} for your grade: on the "
        f"review page (assessor review --blind, then assessor trust), or on {which}, filled in, "
        f"then: assessor trust {sheet}"
    )


def _two_people(trust: Trust) -> str:
    """Return how two people are measured: by sheets that lie there, else how to come by them."""
    sheets = filled_sheets(trust.standing)
    if len(sheets) > 1:
        named = " ".join(map(near, sheets))
        return f"no judge read these answers; to measure two people: assessor trust {named} --all"
    if not to_decide(trust.standing, blind=True):
        back = export_command(trust.standing.answers)
        return f"no judge read these answers, and every one is decided; give them back: {back}"
    blind = new_sheet("blind.xlsx", trust.standing.places.home)
    return (
        "no judge read these answers. To measure two people, write a sheet (assessor review "
        f"--blind-sheet {blind}), have each fill in a copy without the other's, put both copies "
        "beside it, and type assessor trust again: it names them"
    )


def standing_said(trust: Trust, measured: Sequence[Said]) -> Iterator[Said]:
    """Yield where the class stands, question by question, around what was measured of it."""
    size, answers = len(students_of(trust.standing.grades)), len(trust.labels)
    yield Said(
        "What was read?",
        f"{trust.read} {'answer' if trust.read == 1 else 'answers'} of {size} "
        f"{'student' if size == 1 else 'students'} by the judge; {answers} of them graded by "
        "you, blind.",
    )
    yield from measured
    if trust.read:
        graded = len({each.student for each in trust.labels})
        yield Said("Which chances count?", chances_said(trust.fitted, answers, FEWEST))
        yield Said("May the unread go out?", unread_said(trust))
        yield Said("What is left to read?", workload(ahead_of(trust, size, graded), size))


def next_of(trust: Trust, waiting: int) -> str:
    """Return what to do next; `waiting` drawn answers have no grade yet."""
    size = len(students_of(trust.standing.grades))
    return next_step(trust, size, len({each.student for each in trust.labels}), waiting)


def trust_json(trust: Trust, intake: Intake, waiting: int) -> dict[str, object]:
    """Return all that is known of how far the grades can be trusted, for a program."""
    rubrics = trust.standing.rubrics
    both = with_judge(trust.labels)
    size = len(students_of(trust.standing.grades))
    graded = len({each.student for each in trust.labels})
    ranked = ranking(trust.labels, rubrics, Calibrator(trust.fitted))
    audit = trust.audit
    return {
        **spoken_of_json(trust.standing),
        "taken": intake.taken,
        "left": intake.left,
        "sheets": [asdict(each) for each in intake.shares],
        "changes": intake.preview.as_json()["changes"],
        "students": size,
        "graded_to_tune": graded,
        "waiting_to_tune": waiting,
        "calibrated": trust.fitted is not None and trust.fitted.is_used,
        "chances": fit_words(trust.fitted) if trust.fitted is not None else "",
        "to_review": trust.to_review,
        "agreement": figures_json(agree(both, rubrics)) if both else None,
        "people": figures_json(agree(between_people(trust.opinions, rubrics), rubrics))
        if trust.opinions
        else None,
        "partings": [
            {
                "student_id": each.student,
                "question": each.question,
                "you": None if each.first is None else float(each.first),
                "judge": None if each.second is None else float(each.second),
                "cells": {cell: [first, second] for cell, first, second in each.cells},
            }
            for each in partings(both, rubrics)
        ],
        "faults": [
            {"question": each.question, "cell": each.key_point, "fault": each.fault.value}
            for each in faults(trust.labels)
        ],
        "risk_coverage": [
            {"share": each.share, "n": each.n, "wrong": each.wrong} for each in ranked.coverage
        ],
        "auroc": ranked.auroc,
        "rulings": None if trust.gain is None else gain_facts(trust.gain),
        "audit": audit_words(audit),
        "audit_draws": len(audit.draws) if audit is not None else 0,
        "next": next_of(trust, waiting),
    }


def figures_json(measured: Agreement) -> dict[str, object]:
    """Return every figure with its interval, for a program."""

    def plain_figures(figures: Mapping[str, Estimate]) -> dict[str, object]:
        return {
            name: {
                "value": each.value,
                "low": each.low,
                "high": each.high,
                "students": each.n,
                "interval": each.interval.value,
                "reason": each.reason,
            }
            for name, each in figures.items()
        }

    return {
        "students": measured.students,
        "tolerance": float(measured.tolerance),
        "total": plain_figures(measured.total),
        "all_cells": plain_figures(measured.together),
        "cells": [
            {"question": each.question, "cell": each.cell, "figures": plain_figures(each.figures)}
            for each in measured.cells
        ],
    }
