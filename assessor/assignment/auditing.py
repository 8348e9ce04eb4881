"""An audit of the grades that nobody read: prepared, its blind grades taken in, its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assessor.assignment.named_files import new_sheet
from assessor.assignment.platform_file import export_command
from assessor.assignment.trust_basis import Trust
from assessor.statistics.audit import AuditState as Test
from assessor.statistics.audit import audit_size
from assessor.store import Store
from assessor.trust.audit_standing import AuditStanding, human_points
from assessor.trust.records import AuditPlan, Bound, Unit
from assessor.trust.units import (
    plan_audit,
)
from assessor.verdict import DecisionSource, Override

# What an audit that meets one early error takes, and a few more, so that one sheet is enough.
SPARE = 5


ANEW = "Prepare it anew, as the class is now? A sheet handed out before is void then."


ANOTHER = (
    "Prepare another audit of this class? All audits of a class share the same doubt, so it takes "
    "more answers than the one before."
)


def audit_units(trust: Trust) -> tuple[Unit, ...]:
    """Return whose grades would go out unread, and are certain enough for it."""
    return plan_audit(trust.drawable, trust.chances, tuned=trust.fitted is not None).chosen


def earlier_audits(store: Store, trust: Trust) -> list[tuple[AuditPlan, int]]:
    """Return all audits with how many of their grades were given."""
    found = []
    for plan in store.kept(AuditPlan):
        parts = [part for unit in plan.order for part in unit.parts]
        given = store.ever_said((part.key for part in parts), DecisionSource.AUDIT)
        bounds = {part.bound for part in parts}
        draws = [each for each in given if (*each.key, each.answer_digest) in bounds]
        found.append((plan, len(draws)))
    return found


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
        return (
            "grade the next answers blind: here in a terminal (assessor trust audit), on the "
            "review page (assessor review --blind), or on a sheet (assessor trust audit --out "
            f"{new_sheet('audit.xlsx')})"
        )
    if audit is not None and audit.holds:
        review = f"review the {trust.to_review} that wait, and " if trust.to_review else ""
        export = export_command(trust.standing.answers)
        return f"{review}release the unread grades: {export} --release-unread"
    if audit is not None and not audit.void and audit.test.standing is Test.CANNOT_CERTIFY:
        return (
            "mend the key points on which you part (assessor trust shows them) and grade again, or "
            "review what is left (assessor review); a new audit asks more of itself"
        )
    return "prepare a new audit: assessor trust audit"
