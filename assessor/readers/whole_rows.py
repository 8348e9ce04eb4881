"""Which rows of a table are records: torn ones are refused, and none is ever shifted in silence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.readers.content import is_footer
from assessor.sheet import Table, fold_header, number_in

# What a survey's second header row says below a question.
_SECOND = frozenset(
    {"response", "open-ended response", "open ended response", "antwort", "offene antwort"}
    | {"réponse", "réponse ouverte", "respuesta", "respuesta abierta", "risposta"}
    | {"risposta aperta", "resposta", "resposta aberta", "open antwoord", "reactie", "svar"}
)
_TIME = re.compile(r"\d{4}.*\d[:.]\d\d|\d[:.]\d\d.*\d{4}|\d{4}-\d\d-\d\d")
_SHOWN = 5


def refuse_torn(table: Table, *, strict: bool) -> None:
    """Refuse records with more or fewer cells than titles: an answer lies cut up or shifted there.

    A record may lack cells at its end only where nothing stands in those columns anywhere. Lines
    of one cell (a note, an average) are left to the reader; in a plain table (`strict`) nothing
    would tell them from a student.
    """
    _refuse_overflow(table)
    width = max((p + 1 for p, title in enumerate(table.header) if title.strip()), default=0)
    below = range(table.head + 1, len(table.rows))
    if not any(len(table.rows[n]) < width for n in below):
        return
    rows = [(n, table.rows[n]) for n in below]
    rows = [(n, row) for n, row in rows if n not in table.skip and any(map(str.strip, row))]
    whole = [row for _, row in rows if len(row) >= width]
    used = [any(row[place].strip() for row in whole) for place in range(width)]
    columns = _Columns(whole)
    short = [
        (n, row)
        for n, row in rows
        if len(row) < width
        and (any(used[len(row) :]) or not whole or columns.is_moved(row))
        and (strict or sum(bool(cell.strip()) for cell in row) > 1)
        and not is_footer(row[0])
    ]
    if not short:
        return
    place, row = short[0]
    if not whole:
        raise SubmissionError(
            f"{table.file}: the header has {plural(width, 'title')} and no record has more than "
            f"{plural(max(len(each) for _, each in short), 'cell')}, so the titles stand over "
            "other columns; "
            f"take the title out that is too many ({', '.join(map(repr, table.header[:6]))}) or "
            "export again"
        )
    raise SubmissionError(
        f"{table.where(place + 1)}: the record of {row[0][:40]!r} has "
        f"{plural(len(row), 'cell')} and the "
        f"header {width} ({plural(len(short), 'such record')}): which one is missing nobody "
        "can tell; "
        "complete them (an empty answer is an empty cell) or export again"
    )


def _refuse_overflow(table: Table) -> None:
    """Refuse records with more cells than titles, also where the last is empty: it was moved."""
    width = len(table.header)
    torn = [
        number
        for number in range(table.head + 1, len(table.rows))
        if len(table.rows[number]) > width and any(map(str.strip, table.rows[number]))
    ]
    if torn:
        first = table.rows[torn[0]]
        raise SubmissionError(
            f"{table.where(torn[0] + 1)}: the record of {first[0][:40]!r} has "
            f"{plural(len(first), 'cell')} "
            f"and the header {width} ({plural(len(torn), 'such record')}); put quotes around "
            "answers that "
            f"hold {table.delimiter!r}, add the title that is missing or export again"
        )


class _Columns:
    """What stands in the columns of the whole records, worked out once and only where it is asked.

    A class of thousands may have a short record for each student who gave nothing.
    """

    def __init__(self, whole: Sequence[Sequence[str]]) -> None:
        self._whole = whole
        self._found: dict[int, tuple[set[str], int]] = {}

    def is_moved(self, row: Sequence[str]) -> bool:
        """Return whether cells of a short record are not of the kind of their columns."""
        for place, cell in enumerate(row):
            if not cell.strip():
                continue
            kinds, words = self._about(place)
            if len(kinds) != 1 or _kind(cell) in kinds:
                continue
            # Among sentences a lone number is one that was moved.
            if "" not in kinds or words > 2:
                return True
        return False

    def _about(self, place: int) -> tuple[set[str], int]:
        """Return the kinds of a column's cells and the fewest words of one."""
        if place not in self._found:
            given = [each[place] for each in self._whole if each[place].strip()]
            kinds = {_kind(each) for each in given}
            self._found[place] = kinds, min((len(each.split()) for each in given), default=0)
        return self._found[place]


def _kind(cell: str) -> str:
    """Return of what kind a cell is: a number, a time, an address; "" for words."""
    text = cell.strip()
    if number_in(text) is not None:
        return "number"
    if _TIME.search(text) and len(text) < 40:
        return "time"
    return "address" if "@" in text and " " not in text else ""


def without_second_header(table: Table) -> Table:
    """Return a table without the row below its header that is a second one, as surveys have it.

    It says "Open-Ended Response" and the like below the questions, and nothing where every other
    row says who and when.
    """
    place = table.head + 1
    rows = list(table.rows[place + 1 : place + 51])
    if place >= len(table.rows) or not rows:
        return table
    first = table.rows[place]
    if not any(fold_header(cell) in _SECOND for cell in first):
        return table
    filled = [
        all(column < len(row) and row[column].strip() for row in rows)
        for column in range(len(first))
    ]
    blank = [each and not cell.strip() for each, cell in zip(filled, first, strict=True)]
    return replace(table, skip=table.skip | {place}) if sum(blank) >= 1 else table


def passed_over(table: Table) -> list[str]:
    """Return what to say of the rows that are no records."""
    said = []
    again = [n + 1 for n in range(table.head + 1, len(table.rows)) if table.repeats_header(n)]
    for rows, what in (
        (again, "the header again"),
        ([n + 1 for n in sorted(table.skip)], "a second header row"),
    ):
        if rows:
            listed = ", ".join(map(str, rows[:_SHOWN])) + " …" * (len(rows) > _SHOWN)
            said.append(f"left out, {what}: record {listed}")
    return said
