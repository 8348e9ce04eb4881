"""What a hand-graded sheet would do, told before it is taken in: whose total changes, what not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.assignment.standing import Standing
from assessor.counting import plural
from assessor.grade import grade_of, left_open
from assessor.readers.hand_graded import SkippedRow
from assessor.verdict import Override
from assessor.writers.results import points_text

# So many rows are told one by one.
LISTED = 12
_LONGEST = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalChange:
    """One answer whose total a sheet changes; `line` is where the sheet says so, 0 if unknown.

    `before` is None where no points stood; `was_released` where they were out already.
    """

    line: int
    student_id: str
    name: str
    question: str
    before: Decimal | None
    after: Decimal | None
    was_released: bool

    @property
    def words(self) -> str:
        """The change in one line."""
        out = ", released" if self.was_released else ""
        return (
            f"{who(self.student_id, self.name)}: {points_text(self.before) or 'no points'} → "
            f"{points_text(self.after)}{out}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPreview:
    """All that a sheet would do: totals that change, answers that keep theirs, rows left out."""

    changes: tuple[TotalChange, ...] = ()
    kept: int = 0
    skipped: tuple[SkippedRow, ...] = ()

    @property
    def released(self) -> int:
        """How many of the totals that change were released."""
        return sum(each.was_released for each in self.changes)

    def lines(self, path: Path) -> Iterator[SpokenLine]:
        """Yield it, the first of many rows one by one."""
        if self.changes or self.kept:
            text = f"{path}: {plural(len(self.changes), 'total changes', 'totals change')}"
            if self.kept:
                text += f"; {plural(self.kept, 'answer keeps its', 'answers keep theirs')}"
            yield SpokenLine(f"{text}.")
        else:
            yield SpokenLine(f"{path}: decides nothing.")
        yield from self.change_lines()
        yield from self.left_lines()

    def left_lines(self) -> Iterator[SpokenLine]:
        """Yield which rows are left out and why, the first of many one by one."""
        if not self.skipped:
            return
        yield SpokenLine(f"Left out: {plural(len(self.skipped), 'row')}.")
        for row in self.skipped[:LISTED]:
            text = f"  {_row(row.line)}{who(row.student_id, row.name)}: {row.why}"
            yield SpokenLine(text, Tone.ASIDE, limit=_LONGEST)
        yield from _more(len(self.skipped))

    def change_lines(self) -> Iterator[SpokenLine]:
        """Yield whose total changes from what to what, the first of many one by one."""
        several = len({each.question for each in self.changes}) > 1
        for each in self.changes[:LISTED]:
            about = f" [{each.question}]" if several else ""
            yield SpokenLine(f"  {_row(each.line)}{each.words}{about}", limit=_LONGEST)
        yield from _more(len(self.changes))

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it, all of it."""
        return {
            "changes": [
                {
                    "row": each.line,
                    "student_id": each.student_id,
                    "name": each.name,
                    "question": each.question,
                    "from": points_text(each.before) or None,
                    "to": points_text(each.after) or None,
                    "was_released": each.was_released,
                }
                for each in self.changes
            ],
            "skipped": [
                {
                    "row": each.line,
                    "student_id": each.student_id,
                    "name": each.name,
                    "why": each.why,
                }
                for each in self.skipped
            ],
        }


def preview_sheet(
    standing: Standing,
    decisions: Sequence[tuple[Override, int]],
    skipped: Sequence[SkippedRow] = (),
) -> SheetPreview:
    """Return what these decisions, each with its line in the sheet, would do to a class."""
    proposals = {each.submission.key: each for each in standing.outcomes}
    grades = {each.submission.key: each for each in standing.grades}
    changes, kept = [], 0
    for decision, line in decisions:
        now, proposal = grades[decision.key], proposals[decision.key]
        rubric = standing.rubrics[decision.question]
        before = now.standing if now.grade is None else now.grade
        after = grade_of(rubric, proposal, decision, None).standing
        if before == after:
            kept += 1
            continue
        changes.append(
            TotalChange(
                line=line,
                student_id=decision.student_id,
                name=now.submission.name,
                question=decision.question,
                before=before,
                after=after,
                was_released=now.grade is not None,
            )
        )
    ordered = sorted(skipped, key=lambda each: each.line)
    return SheetPreview(changes=tuple(changes), kept=kept, skipped=tuple(ordered))


def without_begun(
    standing: Standing, decisions: Sequence[Override], lines: Sequence[int]
) -> tuple[tuple[Override, ...], tuple[int, ...], tuple[SkippedRow, ...]]:
    """Return the decisions that leave nothing open, their lines, and the rows that were begun.

    What nobody gave and nothing proposes is no 0.
    """
    proposals = {each.submission.key: each for each in standing.outcomes}
    whole: list[tuple[Override, int]] = []
    begun: list[SkippedRow] = []
    for each, line in zip(decisions, lines, strict=True):
        proposal = proposals[each.key]
        lacking = left_open(standing.rubrics[each.question], proposal, each)
        if not lacking:
            whole.append((each, line))
            continue
        name = proposal.submission.name
        why = f"was begun, and decides nothing yet: lacks {', '.join(lacking)}, or a total"
        begun.append(SkippedRow(line=line, student_id=each.student_id, name=name, why=why))
    return tuple(each for each, _ in whole), tuple(line for _, line in whole), tuple(begun)


def who(student_id: str, name: str) -> str:
    """Return a student as a person looks for them: by id, and by name where it is known."""
    return f"{student_id} ({name})" if name and name != student_id else student_id


def _row(line: int) -> str:
    return f"row {line}, " if line else ""


def _more(count: int) -> Iterator[SpokenLine]:
    if count > LISTED:
        yield SpokenLine(f"  and {count - LISTED} more (--json lists all)", Tone.ASIDE)
