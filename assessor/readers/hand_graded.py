"""A hand-graded sheet: student, points per key point, 1 or 0 per misconception, perhaps a total.

Gradescope's evaluations are such a sheet too: each rubric item that a person gave or not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.readers import gradescope
from assessor.readers.tables import read_tables
from assessor.rubric import CHOICE, CellKind, Rubric
from assessor.scoring import score_points
from assessor.sheet import JUDGE, Table, columns_of, fold_header, number_in
from assessor.submission import Key, Submission, same_student
from assessor.verdict import DecisionSource, Override

_HEADS = 12
_NAMED = 5
# What stands in a file of our own alone: grades.csv, or the workbook of the class.
_OWN = frozenset({"proposed_grade", "released_by"})
_TRUE = frozenset({"1", "true", "yes", "x"})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRow:
    """A row of a file of our own: its points as a decision would have them, and its grades."""

    where: str
    line: int
    points: Override
    proposed: Decimal | None
    grade: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedRow:
    """A row that decides nothing: where it stands, whose it is, and why."""

    line: int
    student_id: str
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The decisions a sheet holds, each with its `lines`' place in it, and the rows with none.

    `own`: it is a file that we wrote, with the judge's points in it; then only what was changed in
    its rows is anybody's word. `seen`: it showed the judge's points.
    """

    decisions: tuple[Override, ...]
    lines: tuple[int, ...] = ()
    skipped: tuple[SkippedRow, ...] = ()
    notes: tuple[str, ...] = ()
    own: tuple[OwnRow, ...] = ()
    seen: bool = False

    @property
    def empty(self) -> int:
        """How many rows hold no number."""
        return len(self.skipped)


def read_sheet(
    data: bytes,
    file: str,
    rubrics: Mapping[str, Rubric],
    submissions: Sequence[Submission],
    source: DecisionSource,
) -> Sheet:
    """Return what a person decided in a sheet, bound to the answers as they are.

    The sheet is a CSV, a workbook or Gradescope's evaluations of one question, whose items count
    as the key points and misconceptions that they name by id or description. A record without any
    number is no decision. Raises SubmissionError with every problem at once: unknown students,
    points beyond a key point's, numbers that are none.
    """
    table = _sheet_of(read_tables(data, file))
    if gradescope.recognise(table):
        return _evaluations(table, _SheetReader(table, rubrics, submissions, source), rubrics)
    reader = _SheetReader(table, rubrics, submissions, source)
    if set(reader.titles) & _OWN:
        return _own_file(table, reader)
    for row, cells in table.records():
        reader.take(row, dict(zip(reader.titles, cells, strict=False)))
    return replace(reader.sheet(), seen=JUDGE in reader.titles, notes=reader.notes())


def _own_file(table: Table, reader: _SheetReader) -> Sheet:
    """Return the rows of a file that we wrote ourselves; none of them decides anything as such."""
    rows = []
    for row, cells in table.records():
        found = reader.own_row(row, dict(zip(reader.titles, cells, strict=False)))
        if found is not None:
            rows.append(found)
    if reader.problems:
        raise SubmissionError(*reader.problems)
    return Sheet(decisions=(), own=tuple(rows), seen=True)


def _sheet_of(tables: Sequence[Table]) -> Table:
    """Return the sheet with students in it, its header where it stands."""
    for table in tables:
        for head in range(min(_HEADS, len(table.rows))):
            found = table.below(head)
            if "student_id" in columns_of(found.header) or gradescope.recognise(found):
                return found
    return tables[0]


def _evaluations(table: Table, reader: _SheetReader, rubrics: Mapping[str, Rubric]) -> Sheet:
    """Return the decisions in Gradescope's evaluations; what no item names is in the total."""
    question = _evaluated(table, rubrics)
    rubric = rubrics[question]
    names = _names(rubric)
    worth = {cell: Decimal(1) for cell in rubric.cells}
    worth |= {each.id: each.points for each in rubric.key_points}
    for each in gradescope.evaluations(table):
        cells = {
            names[fold_header(title)]: str(worth[names[fold_header(title)]] if given else 0)
            for title, given in each.items.items()
            if fold_header(title) in names
        }
        cells |= {"total": each.score, "feedback": each.comments, "grader": each.grader}
        cells |= {"student_id": reader.known(each.keys), "question": question}
        reader.take(each.row, cells)
    return replace(reader.sheet(), notes=reader.unlike())


def _names(rubric: Rubric) -> dict[str, str]:
    """Return the cells of a rubric by what an item may call them."""
    names = {fold_header(each.description): each.id for each in rubric.key_points}
    names |= {fold_header(each.description): each.id for each in rubric.misconceptions}
    return names | {fold_header(cell): cell for cell in rubric.cells}


def _evaluated(table: Table, rubrics: Mapping[str, Rubric]) -> str:
    """Return the question that evaluations are of: the one whose rubric names most items."""
    titles = {fold_header(title) for title in table.header}
    met = {question: len(titles & set(_names(rubric))) for question, rubric in rubrics.items()}
    best = [question for question in met if met[question] == max(met.values())]
    if len(best) == 1:
        return best[0]
    raise SubmissionError(
        f"{table.file}: does not say which question was evaluated ({', '.join(map(repr, best))}); "
        "give the rubric's key points the descriptions that Gradescope shows"
    )


class _SheetReader:
    def __init__(
        self,
        table: Table,
        rubrics: Mapping[str, Rubric],
        submissions: Sequence[Submission],
        source: DecisionSource,
    ) -> None:
        self.titles = columns_of(table.header)
        self.problems: list[str] = []
        self.shortened: dict[str, str] = {}
        self._unlike: list[str] = []
        self._said: dict[tuple[Key, str], tuple[int, object]] = {}
        self._table = table
        self._rubrics = rubrics
        self._submissions = submissions
        self._source = source
        self._taken: list[tuple[Override, int]] = []
        self._skipped: list[SkippedRow] = []
        if gradescope.recognise(table):
            return
        if "student_id" not in self.titles:
            raise SubmissionError(
                f"{table.file}: has no column 'Student' (or 'student_id'); add it"
            )
        cells = {cell for rubric in rubrics.values() for cell in rubric.graded}
        if set(self.titles) & _OWN:
            return
        if not {"total", *cells} & set(self.titles):
            raise SubmissionError(
                f"{table.file}: has neither a column per key point nor 'total'; "
                f"name them {', '.join(sorted(cells))} or total"
            )

    def known(self, keys: Sequence[str]) -> str:
        """Return the student of the class whom one of these names; else the first of them."""
        students = {same_student(each.student_id): each.student_id for each in self._submissions}
        found = (students[same_student(key)] for key in keys if same_student(key) in students)
        return next(found, keys[0])

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """Read one record: a decision, a row without one, or a problem."""
        found = self.decision(row, cells)
        if found is not None:
            self._taken.append((found, self._line(row)))
        elif (submission := self._named(cells)) is not None:
            self._skipped.append(
                SkippedRow(
                    line=self._line(row),
                    student_id=submission.student_id,
                    name=submission.name,
                    why="holds no number",
                )
            )

    def sheet(self) -> Sheet:
        """Return what was read. Raises SubmissionError with every problem at once."""
        if self.problems:
            raise SubmissionError(*self.problems)
        return Sheet(
            decisions=tuple(each for each, _ in self._taken),
            lines=tuple(line for _, line in self._taken),
            skipped=tuple(self._skipped),
        )

    def decision(self, row: int, cells: Mapping[str, str]) -> Override | None:
        """Return the decision in one record; None where it holds no number or is wrong."""
        submission = self._submission(row, cells)
        if submission is None:
            return None
        rubric = self._rubrics[submission.question]
        points = {
            cell: number
            for cell in rubric.graded
            if (number := self._number(row, cell, cells.get(cell, ""), rubric)) is not None
        }
        total = self._total(row, cells.get("total", ""), rubric)
        if total is not None and len(points) == len(rubric.graded):
            # With every cell given, the total is our arithmetic, as everywhere else.
            made = score_points(rubric, points).total
            if made != total:
                self._unlike.append(f"{submission.student_id} {total:f} for {made.normalize():f}")
            total = None
        if not points and total is None:
            return None
        if self._source is not DecisionSource.TUNING:  # there it is one person's second try
            self._check_once(row, submission, (points, total), cells.get("grader", ""))
        return Override(
            student_id=submission.student_id,
            question=submission.question,
            attempt=submission.attempt,
            answer_digest=submission.answer_digest,
            points=tuple(points.items()),
            total=total,
            feedback=cells.get("feedback", ""),
            grader=cells.get("grader", ""),
            source=self._source,
            unsure=cells.get("unsure", "").strip().casefold() in _TRUE,
        )

    def own_row(self, row: int, cells: Mapping[str, str]) -> OwnRow | None:
        """Return a row of our own file; with several questions its columns are `question.cell`."""
        submission = self._submission(row, cells)
        if submission is None:
            return None
        rubric = self._rubrics[submission.question]
        points = {}
        for cell in rubric.graded:
            long = fold_header(f"{submission.question}.{cell}")
            text = next((cells[each] for each in (long, f"'{long}", cell) if each in cells), "")
            if (number := self._number(row, cell, text, rubric)) is not None:
                points[cell] = number
        proposed, grade = (
            self._points(row, name, cells.get(name, ""), rubric.scoring.max_points)
            for name in ("proposed_grade", "grade")
        )
        self._check_once(row, submission, (points, proposed, grade))
        return OwnRow(
            where=f"{self._table.file}:{self._line(row)}",
            line=self._line(row),
            points=Override(
                student_id=submission.student_id,
                question=submission.question,
                attempt=submission.attempt,
                answer_digest=submission.answer_digest,
                points=tuple(points.items()),
                source=self._source,
            ),
            proposed=proposed,
            grade=grade,
        )

    def _line(self, row: int) -> int:
        return self._table.lines[row - 1]

    def _named(self, cells: Mapping[str, str]) -> Submission | None:
        student = self._student(cells["student_id"])
        return next((each for each in self._submissions if each.student_id == student), None)

    def _check_once(self, row: int, of: Submission, said: object, grader: str = "") -> None:
        """Refuse a second row on one answer that gives other points: no one knows which counts.

        A mistyped id, or zeros that a spreadsheet dropped, name another student so.
        """
        first, before = self._said.setdefault((of.key, grader.strip()), (row, said))
        if before != said:
            line = self._line(first)
            what = f"student {of.student_id!r} has other points in line {line}"
            self._wrong(row, f"{what}; correct the row that means somebody else, or remove one")

    def _submission(self, row: int, cells: Mapping[str, str]) -> Submission | None:
        student = self._student(cells["student_id"])
        question, attempt = cells.get("question", ""), cells.get("attempt", "").strip()
        found = [
            each
            for each in self._submissions
            if each.student_id == student
            and (not question or each.question == question.removeprefix("'"))
            and (not attempt or str(each.attempt) == attempt)
        ]
        if len(found) == 1:
            return found[0]
        what = "is not in the class" if not found else "has several answers: add 'attempt'"
        self._wrong(row, f"student {student!r} {what}; correct the sheet")
        return None

    def _student(self, cell: str) -> str:
        """Return the student that an id means: blanks around it and zeros lost by Excel aside."""
        key = cell.removeprefix("'")
        known = {each.student_id for each in self._submissions}
        if key in known:
            return key
        found = {each for each in known if same_student(each.strip()) == same_student(key.strip())}
        if not found and key.strip().isdecimal():
            bare = key.strip().lstrip("0")
            found = {e for e in known if e.strip().isdecimal() and e.strip().lstrip("0") == bare}
            if len(found) == 1:
                self.shortened[key.strip()] = next(iter(found))
        return next(iter(found)) if len(found) == 1 else key.strip()

    def notes(self) -> tuple[str, ...]:
        """Return what was read otherwise than it stands there, and the columns that say nothing."""
        known = {cell for rubric in self._rubrics.values() for cell in rubric.graded}
        idle = [
            f"the column {title!r} is no key point of this rubric: nothing in it was taken"
            for title, name in zip(self._table.header, self.titles, strict=True)
            if title.endswith(f"[{name}]") and name not in known
        ]
        told = (*idle, *self.unlike())
        if not self.shortened:
            return told
        pairs = [f"{key!r} is {other!r}" for key, other in self.shortened.items()]
        more = " …" * (len(pairs) > _NAMED)
        return (
            *told,
            f"{plural(len(pairs), 'id differs', 'ids differ')} by the zeros in front, which a "
            "spreadsheet drops: "
            f"{', '.join(pairs[:_NAMED])}{more}",
        )

    def unlike(self) -> tuple[str, ...]:
        """Return the totals that stand beside points which make another one, if there are any."""
        if not self._unlike:
            return ()
        more = " …" * (len(self._unlike) > _NAMED)
        return (
            f"{plural(len(self._unlike), 'total is', 'totals are')} not what the points beside it "
            f"make, and the points count: {', '.join(self._unlike[:_NAMED])}{more}",
        )

    def _number(self, row: int, cell: str, text: str, rubric: Rubric) -> Decimal | None:
        most = Decimal(1)
        if cell == CHOICE and rubric.choice is not None:
            most = rubric.choice.points
        elif rubric.kind_of(cell) is CellKind.KEY_POINT:
            most = rubric.key_point(cell).points
        else:
            return self._points(row, cell, text, most, "1 where the answer says that, else 0")
        return self._points(row, cell, text, most)

    def _total(self, row: int, text: str, rubric: Rubric) -> Decimal | None:
        return self._points(row, "total", text, rubric.scoring.max_points)

    def _points(
        self, row: int, column: str, text: str, most: Decimal, means: str = ""
    ) -> Decimal | None:
        if not text.strip():
            return None
        number = number_in(text)
        if number is None or not 0 <= number <= most:
            wanted = means or f"a number from 0 to {most}"
            self._wrong(row, f"{column} must be {wanted} (got {text!r})")
            return None
        return number

    def _wrong(self, row: int, what: str) -> None:
        self.problems.append(f"{self._table.file}:{self._line(row)}: {what}")
