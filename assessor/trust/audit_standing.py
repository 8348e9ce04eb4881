"""Where an audit stands, from what was frozen and the blind grades since; and its words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.counting import plural
from assessor.grade import Grade
from assessor.rubric import CHOICE, CellKind, Rubric
from assessor.scoring import score_points
from assessor.statistics.audit import NOT_PROVEN, AuditState, GradeAudit, say
from assessor.trust.records import AuditPlan, Bound, DrawnAnswer, Unit
from assessor.verdict import DecisionSource, Override, ReleasedBy, State

# Where a blind grade came in: in an audit, or among those drawn to tune with.

NO_AUDIT = "No audit was made: how many of them differ from your own grade is not known."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One grade of the audit, graded blind."""

    unit: Unit
    human: Decimal
    wrong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditStanding:
    """An audit as it stands: `draws` in the frozen order, and what may have overtaken it.

    `void`: nothing can be said of it any more. `is_doubled` is why where another audit begun in
    another store had its number, and so its share of the doubt; `gone` counts the answers it waits
    for that are not in the class any more (renamed, changed, taken out), so that it cannot be
    finished; `is_in_parts`: one question alone goes out, of totals over several; else rubric,
    prompt or model changed since. `uncovered` counts the grades that could go out unread now and
    are not those that were frozen; `apart` are parts of those: a total of which a person decided a
    part since is another number than the one that was frozen.
    """

    plan: AuditPlan
    draws: tuple[Draw, ...]
    test: GradeAudit
    is_overtaken: bool = False
    is_doubled: bool = False
    is_in_parts: bool = False
    uncovered: int = 0
    gone: int = 0
    apart: frozenset[DrawnAnswer] = frozenset()

    @property
    def void(self) -> bool:
        """Whether nothing can be said of it any more."""
        return self.is_overtaken or self.is_doubled or self.is_in_parts or bool(self.gone)

    @property
    def is_open(self) -> bool:
        """Whether a further blind grade would count."""
        return not self.void and self.test.standing is AuditState.CONTINUE

    @property
    def holds(self) -> bool:
        """Whether it was certified, and nothing has overtaken it."""
        return not self.void and self.test.standing is AuditState.CERTIFIED

    @property
    def binds(self) -> bool:
        """Whether something rests on it, so that queue and samples must leave its grades alone."""
        return self.holds or (self.is_open and bool(self.draws))

    @property
    def waiting(self) -> tuple[Unit, ...]:
        """The grades still to be graded blind, in order; none once it is settled."""
        return self.plan.order[len(self.draws) :] if self.is_open else ()

    def covers(self, grade: Grade) -> bool:
        """Return whether this grade, as it is proposed now, is one of those that were frozen."""
        frozen = {part for unit in self.plan.order for part in unit.parts}
        return part_of(grade) in frozen - self.apart


def follow(
    plan: AuditPlan, decisions: Iterable[Override], rubrics: Mapping[str, Rubric]
) -> AuditStanding:
    """Return where an audit stands after these decisions (oldest first), in its frozen order.

    Of each answer the first grade given in an audit counts: a change of mind with the judge's
    evidence in view is no blind grade, and one that was taken back was drawn all the same: it must
    be among `decisions`. One that is not next in the order waits for its turn, and
    the test stops where it is settled.
    """
    given: dict[Bound, Override] = {}
    for each in decisions:
        if each.source == DecisionSource.AUDIT:
            given.setdefault((*each.key, each.answer_digest), each)
    test = GradeAudit(grades=len(plan.order), alpha=plan.alpha, delta=plan.delta)
    draws: list[Draw] = []
    for unit in plan.order:
        human = unit_points(unit, given, rubrics)
        if human is None or test.standing is not AuditState.CONTINUE:
            break
        wrong = abs(human - unit.proposed) > plan.tolerance
        draws.append(Draw(unit=unit, human=human, wrong=wrong))
        test = test.add(wrong)
    return AuditStanding(plan=plan, draws=tuple(draws), test=test)


def overtaken(standing: AuditStanding, frozen: str, grades: Iterable[Grade]) -> AuditStanding:
    """Return the standing beside the class as it is now: whom it covers, whether it still holds.

    `frozen` is the digest of rubrics, prompts and models as they are now.
    """
    order, waiting = standing.plan.order, standing.waiting
    whole = {part: set(unit.parts) for unit in order for part in unit.parts}
    # Of what waits for its turn a part may be graded blind, and the next one not yet.
    awaited = {part for unit in waiting for part in unit.parts}
    grades = tuple(grades)
    here = {(*each.submission.key, each.submission.answer_digest) for each in grades}
    uncovered, apart = 0, set[DrawnAnswer]()
    for student in students_of(grades):
        unread = {part_of(each) for each in student if is_unread(each)}
        if any(part not in awaited and whole.get(part) != unread for part in unread):
            apart |= unread
            uncovered += all(map(can_go_out, student))
    return replace(
        standing,
        is_overtaken=standing.plan.frozen != frozen,
        uncovered=uncovered,
        apart=frozenset(apart),
        gone=sum(part.bound not in here for unit in waiting for part in unit.parts),
    )


def of_question(standing: AuditStanding | None, question: str) -> AuditStanding | None:
    """Return what an audit says of one question alone: of totals over several, nothing."""
    if standing is None:
        return None
    parts = (part for unit in standing.plan.order for part in unit.parts)
    return replace(standing, is_in_parts=any(part.question != question for part in parts))


def audit_words(standing: AuditStanding | None) -> str:
    """Return what an audit says of the grades that nobody has read, in the words of all pages."""
    if standing is None:
        return NO_AUDIT
    plan = standing.plan
    if standing.is_doubled:
        return (
            f"{NOT_PROVEN}: another store that was taken in made an audit "
            f"{plan.number} of this class too, each with the whole doubt that one of them may have."
        )
    if standing.is_in_parts:
        return (
            f"{NOT_PROVEN}: audit {plan.number} of this class is of the totals over several "
            "questions, and one question alone goes out here."
        )
    if standing.is_overtaken:
        return (
            f"{NOT_PROVEN}: the rubric, the prompt or the model changed after "
            f"audit {plan.number} of this class, so its result no longer holds."
        )
    if standing.gone:
        waits = plural(
            standing.gone, "answer that it waits for is", "answers that it waits for are"
        )
        return (
            f"{NOT_PROVEN}: of audit {plan.number} of this class, {waits} not in "
            "the class any more under that student and in those words (renamed, changed or taken "
            "out), so it cannot be finished. What was graded in it stays; a new audit of the class "
            "as it is now can be prepared."
        )
    if standing.is_open and not standing.draws:
        return (
            f"{NOT_PROVEN} yet: an audit of {plural(len(plan.order), 'grade')} is "
            "prepared, and none of them was graded blind so far."
        )
    text = say(
        standing.test,
        tolerance=format(plan.tolerance.normalize(), "f"),
        confidence=plan.confidence,
        number=plan.number,
    )
    if standing.holds:
        text += f" {len(standing.draws)} of the {len(plan.order)} you graded blind."
    if standing.is_open:
        text = text.replace(NOT_PROVEN, f"{NOT_PROVEN} yet", 1)
    if standing.uncovered:
        one = standing.uncovered == 1
        what, they = ("grade is", "it was") if one else ("grades are", "they were")
        text += (
            f" {standing.uncovered} unread {what} not covered: {they} not there in this form when "
            "the audit was prepared."
        )
    return text


def audit_facts(standing: AuditStanding | None) -> dict[str, object] | None:
    """Return an audit as run.json tells it; None without one."""
    if standing is None:
        return None
    plan = standing.plan
    return {
        "said": audit_words(standing),
        "number": plan.number,
        "standing": standing.test.standing.value,
        "void": standing.void,
        "grades": len(plan.order),
        "graded_blind": len(standing.draws),
        "differ": standing.test.errors,
        "tolerated": standing.test.tolerated,
        "tolerance": float(plan.tolerance),
        "confidence": plan.confidence,
        "not_covered": standing.uncovered,
        "frozen": plan.frozen,
        "seed": plan.seed,
    }


def released_by(standing: AuditStanding | None, grade: Grade) -> ReleasedBy:
    """Return what a grade goes out by that nobody has read: an audit that covers it, or nothing."""
    covered = standing is not None and standing.holds and standing.covers(grade)
    return ReleasedBy.AUDIT if covered else ReleasedBy.UNREAD


def students_of(grades: Iterable[Grade]) -> list[list[Grade]]:
    """Return what is released as one grade together: a student's questions, attempt by attempt."""
    listed = list(grades)
    keys = [(each.submission.student_id, each.submission.question) for each in listed]
    several = len(set(keys)) < len(keys)
    found: dict[tuple[str, int], list[Grade]] = {}
    for each in listed:
        attempt = each.submission.attempt if several else 0
        found.setdefault((each.submission.student_id, attempt), []).append(each)
    return list(found.values())


def human_points(
    rubric: Rubric, override: Override, chosen: Decimal = Decimal(0)
) -> Decimal | None:
    """Return the total a person gave an answer; None where key points are missing without one.

    `chosen` are the points of its multiple-choice part, where the person said nothing of that.
    """
    if override.total is not None:
        return override.total
    points = {CHOICE: chosen, **dict(override.points)}
    if any(
        cell not in points for cell in rubric.cells if rubric.kind_of(cell) is CellKind.KEY_POINT
    ):
        return None
    return score_points(rubric, points).total


def part_of(grade: Grade) -> DrawnAnswer:
    """Return a grade as it is frozen: by what is out, though it be proposed otherwise since."""
    submission = grade.submission
    points = grade.proposed if grade.grade is None else grade.grade
    return DrawnAnswer(
        student_id=submission.student_id,
        question=submission.question,
        attempt=submission.attempt,
        answer_digest=submission.answer_digest,
        proposed=points or Decimal(0),
        chosen=grade.choice.points or Decimal(0) if grade.choice is not None else Decimal(0),
    )


def can_go_out(grade: Grade) -> bool:
    """Return whether a grade has points and waits for nobody."""
    return grade.state in {State.GRADED, State.BLANK} and grade.standing is not None


def is_unread(grade: Grade) -> bool:
    """Return whether a grade was judged, waits for nobody, and no person has decided on it."""
    return (
        grade.state is State.GRADED
        and grade.proposed is not None
        and grade.released_by in {"", ReleasedBy.AUDIT, ReleasedBy.UNREAD}
    )


def unit_points(
    unit: Unit, given: Mapping[Bound, Override], rubrics: Mapping[str, Rubric]
) -> Decimal | None:
    """Return what a person gave a unit in all; None where a part has no whole grade."""
    found = []
    for part in unit.parts:
        override = given.get(part.bound)
        points = None
        if override is not None:
            points = human_points(rubrics[part.question], override, part.chosen)
        if points is None:
            return None
        found.append(points)
    return sum(found, Decimal(0))
