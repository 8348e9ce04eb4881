"""A platform's table of students: who stands in which row, and what a grade does to a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.errors import ColumnUnclear, SubmissionError
from assessor.sheet import Table, fold_header, number_in, parse_table
from assessor.sheet.people import columns, full_name
from assessor.writers.base import (
    Change,
    ChangeKind,
    PlatformGrade,
    change_of,
    left,
    one_grade_each,
    two_decimals,
)

# What platforms write into a grade cell that holds no grade yet.
_NO_GRADE = frozenset({"", "-", "needs grading", "not yet graded", "noch nicht bewertet"})


def table_in(data: bytes, file: str) -> Table | None:
    """Return the table of a file, None where it has none that can be read."""
    try:
        return parse_table(data, file)
    except SubmissionError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One student's row that a grade meets: its place in the table, its cells, what happens."""

    place: int
    cells: tuple[str, ...]
    grade: PlatformGrade
    change: Change

    @property
    def score(self) -> Decimal:
        """The score as it is written: two decimals."""
        return two_decimals(self.grade.score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Where a table keeps its students: the header's row, the columns that may name them, best
    first, and the grade column. `mark` is what stands in front of a key and is no part of it.
    """

    table: Table
    keys: tuple[int, ...]
    grade: int
    header: int = 0
    mark: str = ""

    def students(self) -> Iterable[tuple[int, tuple[str, ...]]]:
        """Yield (place in `table.rows`, cells) of every row below the header."""
        for number, cells in self.table.records(self.header):
            yield number - 1, cells

    def meet(
        self, grades: Sequence[PlatformGrade]
    ) -> tuple[tuple[RosterRow, ...], tuple[Change, ...]]:
        """Return the rows that grades meet, in the file's order, and the grades that meet none.

        One column names all students: the one that knows most of them. An id that a spreadsheet
        shortened (`3` for `00003`) is met where it can be one student only. Raises SubmissionError
        where a student stands twice.
        """
        wanted = {_folded(key): grade for key, grade in one_grade_each(grades).items()}
        found: dict[int, PlatformGrade] = {}
        for column in self.keys:
            other = self._named_in(column, wanted)
            if len(other) > len(found):
                found = other
        if not found:
            for column in self.keys:
                other = self._shortened_in(column, wanted)
                if len(other) > len(found):
                    found = other
        names = columns(self.table.rows[self.header], "name", "first", "last")
        rows = tuple(
            RosterRow(
                place=place,
                cells=cells,
                grade=found[place],
                change=self._change(cells, found[place], names),
            )
            for place, cells in self.students()
            if place in found
        )
        met = {each.grade.student_key for each in rows}
        absent = (each.student_key for each in grades if each.student_key not in met)
        return rows, tuple(left(key, None, ChangeKind.MISSING) for key in absent)

    def _named_in(
        self, column: int, wanted: Mapping[str, PlatformGrade]
    ) -> dict[int, PlatformGrade]:
        found: dict[int, PlatformGrade] = {}
        seen: set[str] = set()
        for place, cells in self.students():
            key = _folded(cells[column].strip().removeprefix(self.mark))
            if key not in wanted:
                continue
            if key in seen:
                raise SubmissionError(
                    f"{self.table.file}: student {key!r} stands there twice; export it again"
                )
            seen.add(key)
            found[place] = wanted[key]
        return found

    def _shortened_in(
        self, column: int, wanted: Mapping[str, PlatformGrade]
    ) -> dict[int, PlatformGrade]:
        """Return who is met by an id without the zeros in front of it, on either side."""
        there: dict[str, list[int]] = {}
        for place, cells in self.students():
            there.setdefault(without_zeros(cells[column].removeprefix(self.mark)), []).append(place)
        ours: dict[str, list[PlatformGrade]] = {}
        for key, grade in wanted.items():
            ours.setdefault(without_zeros(key), []).append(grade)
        return {
            there[key][0]: grades[0]
            for key, grades in ours.items()
            if key and len(grades) == 1 and len(there.get(key, ())) == 1
        }

    def _change(
        self, cells: tuple[str, ...], grade: PlatformGrade, names: Mapping[str, int | None]
    ) -> Change:
        there = cells[self.grade]
        old = number_in(there)
        if old is None and there.strip().casefold() not in _NO_GRADE:
            # EX is excused, N/A not assigned, a word a scale: a number would undo a person's word.
            return left(grade.student_key, None, ChangeKind.LOCKED)
        change = change_of(grade.student_key, old, two_decimals(grade.score))
        change = replace(change, called=full_name(cells, names))
        ids = {_folded(cells[key].strip().removeprefix(self.mark)) for key in self.keys}
        if _folded(grade.student_key) in ids:
            return change
        key = without_zeros(grade.student_key)
        return replace(change, matched=next((i for i in ids if without_zeros(i) == key), ""))


def choose_column(table: Table, titles: Mapping[int, Sequence[str]], wanted: str, what: str) -> int:
    """Return the place of the grade column that is meant.

    `titles` holds the names by which each candidate may be called. Raises ColumnUnclear with
    the choices.
    """
    header = {place: names[0] for place, names in titles.items()}
    chosen = [
        place
        for place, names in titles.items()
        if not wanted or fold_header(wanted) in {fold_header(each) for each in names}
    ]
    if len(chosen) == 1:
        return chosen[0]
    if not header:
        raise SubmissionError(f"{table.file}: has no {what}; export it again with that column")
    problem = f"no single {what} is {wanted!r}" if wanted else f"it has more than one {what}"
    listed = ", ".join(repr(each) for each in header.values())
    raise ColumnUnclear(
        f"{table.file}: {problem}; name one with --column: {listed}", tuple(header.values())
    )


def number_text(score: Decimal, *, comma: bool) -> str:
    """Return a score with two decimals and the file's own decimal sign."""
    text = str(two_decimals(score))
    return text.replace(".", ",") if comma else text


def has_decimal_comma(table: Table, places: Iterable[int], header: int = 0) -> bool:
    """Return whether the numbers in these columns are written with a comma."""
    wanted = tuple(places)
    cells = (cells[place] for _, cells in table.records(header) for place in wanted)
    return any("," in cell and "." not in cell and number_in(cell) is not None for cell in cells)


def without_zeros(key: str) -> str:
    """Return an id of digits as a spreadsheet leaves it, `3` for `00003`; "" for other ids."""
    key = key.strip()
    return key.lstrip("0") if key.isdecimal() else ""


def _folded(key: str) -> str:
    """An e-mail address is the same in capitals; other keys are not."""
    return key.strip().casefold() if "@" in key else key.strip()
