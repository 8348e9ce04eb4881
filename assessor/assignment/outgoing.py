"""A class as it would go out: totals, what nobody has read, and what is kept of an export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.assignment.export_draft import ExportDraft, ExportWish
from assessor.assignment.standing import Standing
from assessor.counting import plural
from assessor.errors import InputError
from assessor.grade import Grade, unread
from assessor.store import Store
from assessor.trust.audit_standing import of_question, released_by
from assessor.verdict import Release
from assessor.writers.base import ClassGrades
from assessor.writers.totals import Total, outgoing, totals_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingClass:
    """A class as it would go out: its totals and what nobody has read of it."""

    standing: Standing
    totals: tuple[Total, ...]
    unread: tuple[Grade, ...]

    def of_question(self, question: str) -> OutgoingClass:
        """Return the class as it would go out for one of several questions. Raises InputError."""
        rubrics = self.standing.rubrics
        if len(rubrics) == 1:
            return self
        if question not in rubrics:
            raise InputError(
                f"{question!r} is none of the questions that were graded: "
                f"{', '.join(map(repr, rubrics))}; name one of these with --column"
            )
        standing = replace(
            self.standing,
            rubrics={question: rubrics[question]},
            grades=tuple(g for g in self.standing.grades if g.submission.question == question),
            audit=of_question(self.standing.audit, question),
        )
        unread = tuple(each for each in self.unread if each.submission.question == question)
        keys = {each.submission.key for each in unread}
        totals = totals_of(standing.grades, standing.rubrics, keys)
        return OutgoingClass(standing=standing, totals=totals, unread=unread)

    def grades(self, column: str) -> ClassGrades:
        """Return what a writer needs of it: what is released now counts as released."""
        released = {grade.submission.key for grade in self.unread}
        return ClassGrades(
            rubrics=self.standing.rubrics,
            grades=tuple(
                replace(
                    each,
                    grade=each.proposed,
                    released_by=released_by(self.standing.audit, each),
                )
                if each.submission.key in released
                else each
                for each in self.standing.grades
            ),
            totals=outgoing(self.totals),
            column=column,
        )


def material_of(standing: Standing, *, release_unread: bool) -> OutgoingClass:
    """Return the class as it would go out. Raises InputError where two attempts would."""
    releasing = unread(standing.grades) if release_unread else ()
    keys = {grade.submission.key for grade in releasing}
    totals = totals_of(standing.grades, standing.rubrics, keys)
    twice = [each.student_id for each in totals if each.attempts > 1]
    if twice:
        raise InputError(
            f"{plural(len(twice), 'student has', 'students have')} several attempts graded "
            f"({twice[0]!r} …) and one number "
            "goes out; grade again with --attempt latest, first or best"
        )
    return OutgoingClass(standing=standing, totals=totals, unread=releasing)


def release_grades(store: Store, standing: Standing, grades: Sequence[Grade]) -> str:
    """Release grades as they are proposed: with or without an audit, as the class stands.

    Returns the event's id, "" for no grades.
    """
    return store.release(
        [
            Release(
                student_id=grade.submission.student_id,
                question=grade.submission.question,
                attempt=grade.submission.attempt,
                answer_digest=grade.submission.answer_digest,
                grade=grade.proposed or Decimal(0),
                by=released_by(standing.audit, grade),
            )
            for grade in grades
        ]
    )


def record(store: Store, wish: ExportWish, draft: ExportDraft, material: OutgoingClass) -> None:
    """Keep what was released and what went into the column."""
    release_grades(store, material.standing, material.unread)
    adding = wish.add_to_existing
    rows = {
        change.key: change.new
        for change in draft.changes
        # Who got 0 points added has had this addition, too.
        if (change.writes or adding) and change.new is not None
    }
    store.record_export(record_name(wish), draft.column.title, rows)


def record_name(wish: ExportWish) -> str:
    """Return under which target the records keep what goes into a column: put, or added."""
    return f"{wish.target}:add" if wish.add_to_existing else wish.target
