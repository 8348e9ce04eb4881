"""`assessor trust audit`: how many of the grades that nobody read can differ from one's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from assessor.assignment.auditing import (
    ANEW,
    ANOTHER,
    audit_units,
    earlier_audits,
    given_by_bound,
    grades_of_unit,
    next_of_audit,
    rows_of_audit,
    unit_given,
)
from assessor.assignment.class_folder import near
from assessor.assignment.named_files import require_sheet_name
from assessor.assignment.standing import spoken_of, spoken_of_json, write_results
from assessor.assignment.trust_basis import Trust, decide_new, load_trust, read_graded, refit
from assessor.assignment.tuning_sample import new_seed, write_blind
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.trust.grade_blind import StoppedByPerson, grade_blind, show_question
from assessor.cli.workplace import Workplace
from assessor.engine.blind import audit_standing
from assessor.engine.trusting import keep_outcomes, send_to_review
from assessor.errors import InputError
from assessor.report.display import plural
from assessor.statistics.audit import audit_size, delta_of_audit
from assessor.store import Store
from assessor.trust.agree import tolerance_of
from assessor.trust.audit_standing import AuditStanding, audit_words
from assessor.trust.records import AuditPlan, Bound
from assessor.trust.units import (
    ALPHA,
    DELTA,
    frozen_order,
    number_of_audit,
    plan_audit,
)
from assessor.verdict import DecisionSource, Override


def audit_class(
    workplace: Workplace, sheet: Path | None, out: Path | None, size: int | None
) -> int:
    """Prepare an audit where none is open, hand out and take in blind grades, say the result."""
    if out is not None:
        require_sheet_name(out)
    screen = console(as_json=workplace.common.as_json)
    with workplace.open_store() as store:
        # By the same labels as `trust`, whichever of the two was typed first.
        trust = refit(workplace, store, load_trust(workplace, store))
        screen.print(plain(spoken_of(trust.standing)), style="dim")
        given = (
            given_by_bound(read_graded(trust, [sheet], DecisionSource.AUDIT)[0])
            if sheet is not None
            else None
        )
        has_sheet = given is not None
        audit = _open_or_prepare(workplace, store, trust, screen, has_sheet=has_sheet)
        if audit is None:
            write_results(trust.standing)
            return _tell(workplace, screen, trust, trust.audit)
        trust = replace(load_trust(workplace, store), audit=audit)
        if given is not None:
            _take_in(store, trust, audit, given, screen)
        elif out is not None:
            rows = size or rows_of_audit(audit)
            write_blind(out, audit.waiting[:rows], trust)
            count = min(rows, len(audit.waiting))
            screen.print(
                plain(f"Written: {out}, {plural(count, 'answer')} in the order of the audit.")
            )
        elif workplace.person.is_there:
            _grade_here(store, trust, audit, screen)
        after = load_trust(workplace, store)
        write_results(after.standing)
    return _tell(workplace, screen, after, after.audit, out)


def _open_or_prepare(
    workplace: Workplace, store: Store, trust: Trust, screen: Console, *, has_sheet: bool
) -> AuditStanding | None:
    """Return the open audit, a new one, or None where the last one is all there is to say."""
    audit = trust.audit
    number = number_of_audit(earlier_audits(store, trust), audit_units(trust))
    if audit is None or audit.void:
        return _prepare(workplace, store, trust, screen, number)
    if audit.is_open:
        frozen = {part for unit in audit.plan.order for part in unit.parts}
        now = {part for unit in audit_units(trust) for part in unit.parts}
        begun = has_sheet or audit.draws or frozen == now
        if begun or not _agreed(workplace, screen, audit, ANEW):
            return audit
        return _prepare(workplace, store, trust, screen, number)
    nothing_new = audit.holds and not audit.uncovered
    if nothing_new or not audit_units(trust) or not _agreed(workplace, screen, audit, ANOTHER):
        return None
    return _prepare(workplace, store, trust, screen, number)


def _agreed(workplace: Workplace, screen: Console, audit: AuditStanding, question: str) -> bool:
    """Say how the audit stands and ask; without a person at the terminal only --yes is a yes."""
    if workplace.person.said_yes:
        return True
    if not workplace.person.is_there:
        return False
    screen.print(plain(audit_words(audit)))
    return workplace.person.agrees(question)


def _prepare(
    workplace: Workplace, store: Store, trust: Trust, screen: Console, number: int
) -> AuditStanding | None:
    """Freeze what would go out unread and the order of the draws, before any grade is given."""
    tuned = trust.fitted is not None
    unread = plan_audit(trust.drawable, trust.chances, tuned=tuned)
    if not unread.chosen:
        raise InputError(
            "there is nothing to audit: no grade could go out unread"
            + (
                f"; {len(unread.left)} are too uncertain and want review (assessor review)"
                if unread.left
                else " (all were read by a person, or wait for review)"
            )
        )
    seed = new_seed(workplace)
    plan = AuditPlan(
        id=workplace.ambient.new_id(),
        at=workplace.ambient.now().isoformat(),
        run=trust.standing.run.id,
        frozen=trust.frozen,
        seed=seed,
        number=number,
        alpha=ALPHA,
        delta=delta_of_audit(number, DELTA),
        confidence=1 - DELTA,
        tolerance=tolerance_of(trust.standing.rubrics),
        order=frozen_order(unread.chosen, seed),
    )
    store.keep(plan)
    if unread.left:
        keys = {part.key for unit in unread.left for part in unit.parts}
        keep_outcomes(store, trust.standing.run, send_to_review(trust.standing.outcomes, keys))
    _say_prepared(screen, plan, len(unread.left), tuned=tuned, predicted=unread.predicted)
    return audit_standing(store, trust.standing.rubrics, trust.standing.grades, trust.frozen)


def _say_prepared(
    screen: Console, plan: AuditPlan, left: int, *, tuned: bool, predicted: float
) -> None:
    size = audit_size(len(plan.order), plan.alpha, plan.delta, predicted)
    screen.print(
        f"Audit {plan.number} of this class: {len(plan.order)} grades would go out unread. Their "
        "grades and the order in which you grade some of them blind are fixed now."
    )
    if size.clean is None:
        screen.print("It takes all of them: so few grades are sooner read than audited.")
    else:
        one = f", {size.one_error} with one" if size.one_error is not None else ""
        screen.print(f"It takes {size.clean} blind grades if none differs{one}.")
    if left:
        screen.print(
            f"{left} more grades are too uncertain to go out unread: they now wait for review.",
            style="yellow",
        )
    if not tuned:
        screen.print(
            "There are no tuning labels to tell the uncertain ones by, so all unread grades are in "
            "it.",
            style="yellow",
        )


def _take_in(
    store: Store,
    trust: Trust,
    audit: AuditStanding,
    given: Mapping[Bound, Override],
    screen: Console,
) -> None:
    """Take rows in the frozen order, and stop as soon as the audit is settled."""
    taken, rubrics = 0, trust.standing.rubrics
    while audit.is_open:
        found = grades_of_unit(audit.waiting[0], given, trust)
        if found is None:
            break
        decide_new(store, found)
        taken += 1
        standing = audit_standing(store, rubrics, trust.standing.grades, trust.frozen)
        if standing is None or len(standing.draws) == len(audit.draws):
            break
        audit = standing
    kept = sum(unit_given(unit, given) for unit in audit.plan.order[len(audit.draws) :])
    screen.print(f"{taken} blind grades taken in, in the order of the audit.")
    if audit.is_open:
        student = audit.waiting[0].parts[0].student_id
        screen.print(
            plain(
                f"Next in the order is {student}, who has no complete grade in the sheet"
                + (f"; {kept} rows after it wait for their turn." if kept else ".")
            )
        )
    elif kept:
        screen.print(f"The audit is settled: {kept} further rows were not needed and not taken.")


def _grade_here(store: Store, trust: Trust, audit: AuditStanding, screen: Console) -> None:
    """Hand out answers one by one in the terminal, until it is settled or the person stops."""
    submissions = {each.submission.key: each.submission for each in trust.standing.grades}
    rubrics = trust.standing.rubrics
    for rubric in rubrics.values():
        show_question(screen, rubric)
    while audit.is_open:
        try:
            grades = [
                grade_blind(
                    screen, rubrics[part.question], submissions[part.key], DecisionSource.AUDIT
                )
                for part in audit.waiting[0].parts
            ]
        except StoppedByPerson:
            screen.print("Stopped. What you graded is kept; go on with: assessor trust audit")
            return
        decide_new(store, grades)
        standing = audit_standing(store, rubrics, trust.standing.grades, trust.frozen)
        if standing is None:
            return
        audit = standing


def _tell(
    workplace: Workplace,
    screen: Console,
    trust: Trust,
    audit: AuditStanding | None,
    out: Path | None = None,
) -> int:
    words = audit_words(audit)
    if workplace.common.as_json:
        print_json(
            {
                **spoken_of_json(trust.standing),
                "audit": words,
                "number": audit.plan.number if audit is not None else 0,
                "standing": audit.test.standing.value if audit is not None else "",
                "void": audit.void if audit is not None else False,
                "grades": len(audit.plan.order) if audit is not None else 0,
                "graded_blind": len(audit.draws) if audit is not None else 0,
                "differ": audit.test.errors if audit is not None else 0,
                "waiting": [
                    part.student_id
                    for unit in (audit.waiting if audit is not None else ())
                    for part in unit.parts
                ],
            }
        )
        return Exit.DONE
    screen.print(plain(words), style="bold")
    following = next_of_audit(trust, audit)
    if out is not None and audit is not None and audit.is_open:
        following = (
            "grade the sheet from the top without looking at the grades, then: assessor trust "
            f"audit {near(out)}"
        )
    screen.print(plain(workplace.carried(f"Next: {following}")))
    return Exit.DONE
