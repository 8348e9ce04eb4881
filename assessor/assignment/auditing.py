"""An audit of the grades that nobody read: prepared, its blind grades taken in, its result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.named_files import new_sheet
from assessor.assignment.platform_file import export_command
from assessor.assignment.sheet_corrections import A_COPY
from assessor.assignment.sheet_preview import SheetPreview, preview_sheet
from assessor.assignment.spoken_lines import SpokenLine, Tell, Tone
from assessor.assignment.standing import spoken_of_json
from assessor.assignment.trust_basis import Trust, decide_drawn
from assessor.assignment.tuning_sample import new_seed, write_blind
from assessor.assignment.whereabouts import place_in
from assessor.counting import plural
from assessor.engine.blind import audit_standing
from assessor.engine.trusting import keep_outcomes, send_to_review
from assessor.errors import InputError
from assessor.statistics.audit import AuditState as Test
from assessor.statistics.audit import audit_size, delta_of_audit
from assessor.store import Store
from assessor.trust.agree import tolerance_of
from assessor.trust.audit_standing import AuditStanding, audit_words, human_points, unit_points
from assessor.trust.records import AuditPlan, Bound, HandedOut, Unit
from assessor.trust.units import (
    ALPHA,
    DELTA,
    frozen_order,
    number_of_audit,
    plan_audit,
)
from assessor.verdict import Override

# What an audit that meets one early error takes, and a few more, so that one sheet is enough.
SPARE = 5
# Students who are named in one line.
NAMED = 5
# Nobody reads an answer and grades it in less.
LEAST_LOOK = timedelta(seconds=5)


ANEW = "Prepare it anew, as the class is now? Nobody was shown any of it yet."


# Drawing again after a look would let one choose what is drawn.
KEPT = (
    "The class changed since this audit was prepared. A sheet of it was handed out, so its order "
    "stands: grade that sheet on, or have it written again with --out."
)


ANOTHER = (
    "Prepare another audit of this class? All audits of a class share the same doubt, so it takes "
    "more answers than the one before."
)


def audit_units(trust: Trust) -> tuple[Unit, ...]:
    """Return whose grades would go out unread, and are certain enough for it."""
    return plan_audit(trust.drawable, trust.chances, tuned=trust.fitted is not None).chosen


def _was_lost(store: Store, trust: Trust) -> bool:
    """Return whether an audit of this class was begun of which only the blind grades are left."""
    answers = {each.submission.answer_digest for each in trust.standing.grades}
    return any(each.new and each.new.answer_digest in answers for each in store.of_lost_audits())


def rows_of_audit(audit: AuditStanding) -> int:
    """Return how many rows a sheet needs so that one is enough."""
    plan = audit.plan
    size = audit_size(len(plan.order), plan.alpha, plan.delta, 0.0, runs=1)
    wanted = size.one_error or size.clean or len(plan.order)
    return max(wanted + SPARE - len(audit.draws), SPARE)


def unit_given(unit: Unit, given: Mapping[Bound, Override]) -> bool:
    """Return whether a sheet holds a grade for every part of a unit."""
    return all(part.bound in given for part in unit.parts)


def given_by_bound(decisions: Iterable[Override]) -> dict[Bound, Override]:
    """Return the first grade given to each answer."""
    found: dict[Bound, Override] = {}
    for each in decisions:
        found.setdefault((*each.key, each.answer_digest), each)
    return found


def grades_of_unit(
    unit: Unit, given: Mapping[Bound, Override], trust: Trust
) -> tuple[Override, ...] | None:
    """Return a whole grade of the next unit; None where the sheet has none."""
    if not unit_given(unit, given):
        return None
    found = tuple(given[part.bound] for part in unit.parts)
    rubrics = trust.standing.rubrics
    if any(human_points(rubrics[each.question], each) is None for each in found):
        return None
    return found


def next_of_audit(trust: Trust, audit: AuditStanding | None) -> str:
    """Return what to do next, as a person types it."""
    if audit is not None and audit.is_open:
        if (sheet := sheet_of_audit(trust, audit)) is not None:
            return (
                f"{go_on_with(sheet)}   (or here in a terminal: assessor trust audit   or on the "
                "review page: assessor review --blind)"
            )
        return (
            "grade the next answers blind: here in a terminal (assessor trust audit), on the "
            "review page (assessor review --blind), or on a sheet (assessor trust audit --out "
            f"{new_sheet('audit.xlsx')})"
        )
    if audit is not None and audit.holds:
        review = (
            f"review the {trust.to_review} that wait (assessor review), then "
            if trust.to_review
            else ""
        )
        export = export_command(trust.standing.answers)
        return f"{review}release the unread grades: {export} --release-unread"
    if audit is not None and not audit.void and audit.test.standing is Test.CANNOT_CERTIFY:
        return (
            "mend the key points on which you part (assessor trust shows them) and grade again, or "
            "review what is left (assessor review); a new audit asks more of itself"
        )
    return "prepare a new audit: assessor trust audit"


def sheet_of_audit(trust: Trust, audit: AuditStanding) -> Path | None:
    """Return the sheet of an open audit that was handed out and has the next answers on it."""
    return trust.sheet_with(audit.waiting[0].parts, audit.plan.id)


def go_on_with(sheet: Path) -> str:
    """Return how to go on with an audit's sheet that is out, as a person types it."""
    return f"grade on in the sheet that is out, then: assessor trust audit {near(sheet)}"


def open_or_prepare(
    place: ClassFolder, store: Store, trust: Trust, tell: Tell, *, has_sheet: bool
) -> AuditStanding | None:
    """Return the open audit, a new one, or None where the last one is all there is to say."""
    audit = trust.audit
    number = number_of_audit(store.audits(), audit_units(trust))
    number += _was_lost(store, trust)
    if audit is None or audit.void:
        return _prepare(place, store, trust, tell, number)
    if audit.is_open:
        # What it graded itself is no change of the class.
        frozen = {part for unit in audit.waiting for part in unit.parts}
        now = {part for unit in audit_units(trust) for part in unit.parts}
        looked_at = was_handed_out(store, audit.plan)
        if looked_at and frozen != now:
            tell([SpokenLine(KEPT, Tone.WARNING)])
        begun = has_sheet or audit.draws or looked_at or frozen == now
        if begun or not _agreed(place, tell, audit, ANEW):
            return audit
        return _prepare(place, store, trust, tell, number)
    nothing_new = audit.holds and not audit.uncovered
    if nothing_new or not audit_units(trust) or not _agreed(place, tell, audit, ANOTHER):
        return None
    return _prepare(place, store, trust, tell, number)


def hand_out_audit(
    place: ClassFolder, store: Store, trust: Trust, audit: AuditStanding, out: Path, rows: int
) -> int:
    """Write a sheet of the next answers of an audit, and return how many are on it.

    From then on its draw stands: whoever saw the answers must not be able to draw others. So it is
    kept before anybody can see them.
    """
    units = audit.waiting[:rows]
    store.keep(
        HandedOut(
            id=place.ambient.new_id(),
            at=place.ambient.now().isoformat(),
            run=trust.standing.run.id,
            answers=tuple(part.bound for unit in units for part in unit.parts),
            audit=audit.plan.id,
            sheet=place_in(trust.standing.places.home.resolve(), out.resolve()),
        )
    )
    write_blind(out, units, trust)
    return len(units)


def was_handed_out(store: Store, plan: AuditPlan) -> bool:
    """Return whether a sheet of this audit was ever written."""
    return any(each.audit == plan.id for each in store.kept(HandedOut))


def _agreed(place: ClassFolder, tell: Tell, audit: AuditStanding, question: str) -> bool:
    """Say how the audit stands and ask; without a person at the terminal only --yes is a yes."""
    if place.person.said_yes:
        return True
    if not place.person.is_there:
        return False
    tell([SpokenLine(audit_words(audit))])
    return place.person.agrees(question)


def _prepare(
    place: ClassFolder, store: Store, trust: Trust, tell: Tell, number: int
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
    seed = new_seed(place)
    plan = AuditPlan(
        id=place.ambient.new_id(),
        at=place.ambient.now().isoformat(),
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
    tell(_prepared(plan, len(unread.left), tuned=tuned, predicted=unread.predicted))
    return audit_standing(store, trust.standing.rubrics, trust.standing.grades, trust.frozen)


def _prepared(plan: AuditPlan, left: int, *, tuned: bool, predicted: float) -> Iterator[SpokenLine]:
    size = audit_size(len(plan.order), plan.alpha, plan.delta, predicted)
    yield SpokenLine(
        f"Audit {plan.number} of this class: {plural(len(plan.order), 'grade')} would go out "
        "unread. Their "
        "grades and the order in which you grade some of them blind are fixed now."
    )
    if size.clean is None:
        yield SpokenLine("It takes all of them: so few grades are sooner read than audited.")
    else:
        one = f", {size.one_error} with one" if size.one_error is not None else ""
        yield SpokenLine(f"It takes {plural(size.clean, 'blind grade')} if none differs{one}.")
    if left:
        yield SpokenLine(
            f"{plural(left, 'more grade is', 'more grades are')} too uncertain to go out "
            "unread; put up for review.",
            Tone.WARNING,
        )
    if not tuned:
        yield SpokenLine(
            "There are no tuning labels to tell the uncertain ones by, so all unread grades are in "
            "it.",
            Tone.WARNING,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditIntake:
    """What came of an audit's sheet, in lines, and whose total it changed."""

    said: tuple[SpokenLine, ...]
    preview: SheetPreview


def take_in_audit(
    store: Store, trust: Trust, audit: AuditStanding, given: Mapping[Bound, Override]
) -> AuditIntake:
    """Take rows in the frozen order, and stop as soon as the audit is settled.

    Whose total changes is told after it, unlike with other sheets: who saw it before could grade
    the same answer again, and not blind.
    """
    taken, rubrics, decided = 0, trust.standing.rubrics, list[Override]()
    told_anew = [
        draw.unit.parts[0].student_id
        for draw in audit.draws
        if unit_points(draw.unit, given, rubrics) not in {None, draw.human}
    ]
    while audit.is_open:
        found = grades_of_unit(audit.waiting[0], given, trust)
        if found is None:
            break
        decide_drawn(store, found)
        taken += 1
        decided += found
        standing = audit_standing(store, rubrics, trust.standing.grades, trust.frozen)
        if standing is None or len(standing.draws) == len(audit.draws):
            break
        audit = standing
    kept = sum(unit_given(unit, given) for unit in audit.plan.order[len(audit.draws) :])
    preview = preview_sheet(trust.standing, [(each, 0) for each in decided])
    said = (
        *_taken_lines(taken, kept, preview, audit),
        *_quick_lines(store, audit, taken),
        *_told_anew_lines(told_anew),
    )
    return AuditIntake(said=said, preview=preview)


def _quick_lines(store: Store, audit: AuditStanding, taken: int) -> Iterator[SpokenLine]:
    """Yield that grades which all agree came faster than answers are read, where they did."""
    shown = [each.at for each in store.kept(HandedOut) if each.audit == audit.plan.id]
    since = store.ambient.now() - datetime.fromisoformat([audit.plan.at, *shown][-1])
    agree = all(draw.human == draw.unit.proposed for draw in audit.draws[-taken:])
    if taken >= A_COPY and agree and timedelta(0) <= since < taken * LEAST_LOOK:
        yield SpokenLine(
            f"All {taken} are exactly what the judge proposes, and came within "
            f"{plural(max(1, round(since.total_seconds())), 'second')} of being drawn. Graded from "
            "the answers alone, that is a good sign; copied from the proposals, it says nothing.",
            Tone.WARNING,
        )


def _told_anew_lines(students: Sequence[str]) -> Iterator[SpokenLine]:
    """Yield of whom the sheet holds other points than were given in this audit before."""
    if students:
        named = ", ".join(students[:NAMED]) + (" …" if len(students) > NAMED else "")
        yield SpokenLine(
            f"Not taken: other points than you gave in this audit before, for {named}. The first "
            "blind grade counts; what goes out is changed on the review page (assessor review).",
            Tone.WARNING,
        )


def _taken_lines(
    taken: int, kept: int, preview: SheetPreview, audit: AuditStanding
) -> Iterator[SpokenLine]:
    change = plural(len(preview.changes), "total changes", "totals change")
    yield SpokenLine(
        f"{plural(taken, 'blind grade')} taken in, in the order of the audit"
        + (f"; {change}." if taken else ".")
    )
    yield from preview.change_lines()
    if audit.is_open:
        student = audit.waiting[0].parts[0].student_id
        yield SpokenLine(
            f"Next in the order is {student}, who has no complete grade in the sheet"
            + (f"; {plural(kept, 'later row waits', 'later rows wait')} for that." if kept else ".")
        )
    elif kept:
        yield SpokenLine(
            f"The audit is settled: {plural(kept, 'further row was', 'further rows were')} "
            "not needed and not taken."
        )


def audit_json(
    trust: Trust, audit: AuditStanding | None, preview: SheetPreview | None = None
) -> dict[str, object]:
    """Return how an audit stands as a program reads it, and what a sheet changed."""
    told: dict[str, object] = {**spoken_of_json(trust.standing), "audit": audit_words(audit)}
    if preview is not None:
        told["changes"] = preview.as_json()["changes"]
    if audit is None:
        none: list[str] = []
        zero = dict.fromkeys(("grades", "graded_blind", "differ"), 0)
        return {**told, "number": 0, "standing": "", "void": False, **zero, "waiting": none}
    return {
        **told,
        "number": audit.plan.number,
        "standing": audit.test.standing.value,
        "void": audit.void,
        "grades": len(audit.plan.order),
        "graded_blind": len(audit.draws),
        "differ": audit.test.errors,
        "waiting": [part.student_id for unit in audit.waiting for part in unit.parts],
    }


def audit_lines(
    place: ClassFolder, trust: Trust, audit: AuditStanding | None, out: Path | None = None
) -> Iterator[SpokenLine]:
    """Yield how an audit stands and what to do next; `out` is a sheet just handed out."""
    yield SpokenLine(audit_words(audit), Tone.HEADING)
    following = next_of_audit(trust, audit)
    if out is not None and audit is not None and audit.is_open:
        following = (
            "grade the sheet from the top without looking at the grades, then: assessor trust "
            f"audit {near(out)}"
        )
    yield SpokenLine(place.carried(f"Next: {following}"))
