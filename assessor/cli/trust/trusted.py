"""`assessor trust [SHEET …]`: take people's grades in, measure, say where one stands."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console

from assessor.assignment.diagnosis import faults
from assessor.assignment.named_files import new_sheet
from assessor.assignment.platform_file import export_command
from assessor.assignment.sheet_corrections import is_a_copy, refuse_a_copy
from assessor.assignment.standing import spoken_of, spoken_of_json, write_results
from assessor.assignment.trust_basis import Trust, decide_new, load_trust, read_graded, refit
from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.trust.agreement import (
    figures_json,
    show_agreement,
    show_cells,
    show_faults,
    show_partings,
    show_ranking,
    show_said,
)
from assessor.cli.trust.drawing import still_to_tune
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.statistics.calibration import FEWEST
from assessor.store import Store
from assessor.submission import Key
from assessor.trust.agree import (
    agree,
    between_people,
    partings,
    ranking,
    tolerance_of,
    with_judge,
)
from assessor.trust.ahead import Ahead, next_once_tuned, workload
from assessor.trust.audit import TUNING, audit_words, is_unread, students_of
from assessor.trust.fitting import Calibrator, fit_words
from assessor.trust.plainly import (
    Said,
    agreement_said,
    audit_said,
    chances_said,
    people_said,
    queue_said,
)
from assessor.trust.units import SMALL_CLASS, expected_draws, plan_audit, to_tune
from assessor.verdict import State
from assessor.writers.results import points_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the answers taken in one sheet covers, and how many the other sheets do, too."""

    sheet: str
    covers: int
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came of the sheets: rows taken in, rows left, records without a number are neither."""

    taken: int = 0
    left: int = 0
    sheets: int = 0
    shares: tuple[Share, ...] = ()


def tell_trust(workplace: Workplace, paths: Sequence[Path], *, take_all: bool) -> int:
    """Take in the sheets, fit and rank by them, write the files, and say what to do next."""
    with workplace.open_store() as store:
        trust = load_trust(workplace, store)
        intake = Intake()
        if paths:
            intake = _take_in(workplace, store, trust, paths, take_all=take_all)
            trust = load_trust(workplace, store)
        trust = refit(workplace, store, trust)
        write_results(trust.standing)
        waiting = len(still_to_tune(store, trust))
    if workplace.common.as_json:
        print_json(_as_json(trust, intake, waiting))
        return Exit.DONE
    screen = console()
    screen.print(plain(spoken_of(trust.standing)), style="dim")
    if paths:
        _say_intake(screen, intake)
    said = _show_measured(screen, trust, verbose=workplace.common.verbose)
    _say_standing(workplace, screen, trust, waiting, said)
    return Exit.DONE


def _take_in(
    workplace: Workplace, store: Store, trust: Trust, paths: Sequence[Path], *, take_all: bool
) -> Intake:
    """Keep people's grades: of the drawn answers, or all. The first sheet's word is what counts."""
    if trust.audit is not None and trust.audit.is_open and take_all:
        raise InputError(
            "an audit is open, and --all would take answers out of it: finish it first "
            "(assessor trust audit), or give its rows to it: assessor trust audit SHEET"
        )
    sheets = read_graded(trust, paths, TUNING)
    for path, sheet in zip(paths, sheets, strict=True):
        if take_all and is_a_copy(trust.standing, sheet):
            refuse_a_copy(workplace, path, len(sheet))
    drawn = {
        part.bound for unit in (trust.sample.units if trust.sample else ()) for part in unit.parts
    }
    if not take_all and not drawn:
        raise InputError(
            "no answers were drawn to tune with: draw them first (assessor trust sample), or take "
            "every row of the sheet with --all"
        )
    wanted = [
        each
        for sheet in sheets
        for each in sheet
        if take_all or (*each.key, each.answer_digest) in drawn
    ]
    # One sheet corrects what was said before; of several the first one's word is what counts.
    several = len(sheets) > 1 or len({each.key for each in wanted}) < len(wanted)
    decide_new(store, wanted, apart=several)
    taken = {each.key for each in wanted}
    rows = {each.key for sheet in sheets for each in sheet}
    shares = _shares(
        [each.name for each in paths], [{each.key for each in s} & taken for s in sheets]
    )
    return Intake(taken=len(taken), left=len(rows - taken), sheets=len(sheets), shares=shares)


def _shares(names: Sequence[str], covered: Sequence[Set[Key]]) -> tuple[Share, ...]:
    """Return what each of several sheets covers of the others; nothing of a single one."""
    if len(covered) < 2:
        return ()
    found = []
    for place, (name, own) in enumerate(zip(names, covered, strict=True)):
        others = {key for each in (*covered[:place], *covered[place + 1 :]) for key in each}
        found.append(Share(sheet=name, covers=len(own), shared=len(own & others)))
    return tuple(found)


def _say_intake(screen: Console, intake: Intake) -> None:
    text = f"{intake.taken} answers graded by a person were taken in"
    if intake.left:
        text += (
            f"; {intake.left} further rows were left: those answers were not drawn to tune "
            "(--all takes them, too)"
        )
    screen.print(text + ".")
    for each in intake.shares:
        alone = each.covers - each.shared
        screen.print(
            plain(
                f"  {each.sheet}: covers {each.covers} of the {intake.taken}; "
                f"{each.shared} of them another sheet covers, too, {alone} it covers alone"
            )
        )
    if not intake.taken:
        screen.print("Does the sheet hold the drawn answers, and numbers?", style="yellow")


def _show_measured(screen: Console, trust: Trust, *, verbose: bool) -> tuple[Said, ...]:
    """Show the heading and, behind -v, the tables; return what the figures say."""
    rubrics = trust.standing.rubrics
    pairs = between_people(trust.opinions, rubrics)
    people = agree(pairs, rubrics) if pairs else None
    both = with_judge(trust.labels)
    if not both and people is None:
        return ()
    if not both and people is not None:
        _head(screen, f"Two people on {len(pairs)} answers")
        if verbose:
            show_agreement(screen, people, None, "All figures", "the second", "the first")
        show_partings(screen, partings(pairs, rubrics), rubrics, "other")
        return people_said(people)
    _head(screen, f"You and the judge on {len(both)} answers graded blind")
    measured, wrong = agree(both, rubrics), faults(trust.labels)
    ranked = ranking(trust.labels, rubrics, Calibrator(trust.fitted))
    if verbose:
        show_agreement(screen, measured, people, "All figures", "the judge")
        show_cells(screen, measured, rubrics)
        show_ranking(screen, ranked)
    if verbose or len(students_of(trust.standing.grades)) < SMALL_CLASS:
        show_partings(screen, partings(both, rubrics), rubrics, "judge")
    show_faults(screen, wrong)
    for question in dict.fromkeys(each.key_point.split("\x1f")[0] for each in wrong):
        name = rubrics[question].id
        screen.print(
            plain(f"Side by side, with phrasings to take: assessor rubric show {name} --diagnose")
        )
    said = agreement_said(measured, people, "you")
    if trust.fitted is None:
        return said
    tolerance = points_text(tolerance_of(rubrics))
    return (*said, Said("Were the risky ones wrong?", queue_said(ranked, tolerance)))


def _head(screen: Console, text: str) -> None:
    screen.print(plain(f"{text} (in brackets: 90 % intervals)"), style="bold")


def _say_standing(
    workplace: Workplace, screen: Console, trust: Trust, waiting: int, said: tuple[Said, ...]
) -> None:
    size = len(students_of(trust.standing.grades))
    graded = len({each.student for each in trust.labels})
    answers = len(trust.labels)
    lines = [
        Said(
            "What was read?",
            f"{trust.read} {'answer' if trust.read == 1 else 'answers'} of {size} "
            f"{'student' if size == 1 else 'students'} by the judge; {answers} of them graded by "
            "you, blind.",
        ),
        *said,
    ]
    if trust.read:
        lines += [
            Said("Which chances count?", chances_said(trust.fitted, answers, FEWEST)),
            Said("May the unread go out?", _unread_said(trust)),
            Said("What is left to read?", workload(_ahead(trust, size, graded), size)),
        ]
    show_said(screen, lines)
    if said and not workplace.common.verbose:
        screen.print("-v shows all figures and where you part.", style="dim")
    screen.print(plain(workplace.carried(f"Next: {_next(trust, size, graded, waiting)}")))


def _unread_said(trust: Trust) -> str:
    if trust.audit is None and not any(map(is_unread, trust.standing.grades)):
        return "There are none: what has a grade was read by a person, or waits for one."
    return audit_said(trust.audit)


def _ahead(trust: Trust, size: int, graded: int) -> Ahead:
    """Return the whole way, as far as it lies ahead."""
    review = sum(
        any(each.state is State.NEEDS_REVIEW for each in student)
        for student in students_of(trust.standing.grades)
    )
    tune = max(to_tune(size) - graded, 0) if trust.fitted is None else 0
    if trust.audit is not None and trust.audit.holds:
        return Ahead(tune=0, unread=0, draws=None, uncertain=0, review=review)
    plan = plan_audit(trust.standing.grades, trust.chances, tuned=trust.fitted is not None)
    unread = max(len(plan.chosen) - tune, 0)
    number = trust.audit.plan.number if trust.audit is not None else 1
    draws = expected_draws(unread, plan.predicted, number)
    return Ahead(
        tune=tune,
        unread=unread,
        draws=draws,
        uncertain=len(plan.left),
        review=review,
    )


def _next(trust: Trust, size: int, graded: int, waiting: int) -> str:
    if not trust.read:
        return (
            "no judge read these answers; to measure two people: assessor trust A.csv B.csv --all"
        )
    audit = trust.audit
    if audit is not None and audit.is_open:
        return "go on with the audit: assessor trust audit"
    if audit is not None and audit.holds:
        if trust.to_review:
            return f"review the {trust.to_review} that wait (assessor review), then export"
        return f"give them back: {export_command(trust.standing.answers)} --release-unread"
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
        sheet = new_sheet("tune.xlsx")
        size_drawn = len(trust.sample.units) if trust.sample else waiting
        return (
            f"{waiting} drawn answers wait for your grade: on the review page (assessor review "
            f"--blind, then assessor trust), or on a sheet (assessor trust sample -n {size_drawn} "
            f"--out {sheet}, filled in and given back with assessor trust {sheet})"
        )
    if trust.fitted is None:
        return f"draw answers to grade blind: assessor trust sample -n {to_tune(size)}"
    return next_once_tuned(_ahead(trust, size, graded), export_command(trust.standing.answers))


def _as_json(trust: Trust, intake: Intake, waiting: int) -> dict[str, object]:
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
            {"question": question, "cell": cell, "fault": each.fault.value}
            for each in faults(trust.labels)
            for question, cell in [each.key_point.split("\x1f")]
        ],
        "risk_coverage": [
            {"share": each.share, "n": each.n, "wrong": each.wrong} for each in ranked.coverage
        ],
        "auroc": ranked.auroc,
        "audit": audit_words(audit),
        "audit_draws": len(audit.draws) if audit is not None else 0,
        "next": _next(trust, size, graded, waiting),
    }
