"""Canvas Classic Quizzes, Student Analysis: pairs of a question column and its points.

Columns are found by what they say and never by place: most lead columns come and go, and their
headers are translated (instructure/canvas-lms, student_analysis.rb, `to_csv`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.readers.base import Answers, ReadOptions, named_column
from assessor.readers.canvas_rows import students_in
from assessor.readers.entries import EntriesFound, assemble
from assessor.sheet import Table, fold_header, score_in
from assessor.sheet.people import columns
from assessor.submission import InputState

_QUESTION = re.compile(r"\s*\d+:(?:\s.*)?", re.DOTALL)
_ID = ("id", "identifiant", "identificador")
_POINTS = re.compile(r"\s*\d+(?:[.,]\d+)?\s*")


def recognise(table: Table) -> str:
    """Return why this is the report: at least one question column followed by its points."""
    pairs = _pairs(table)
    # Three numbers close the report, and something stands before the first question.
    if pairs and len(table.header) >= 2 * len(pairs) + 3:
        return f"{plural(len(pairs), 'question column')}, each followed by its points"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every attempt at every question; the key is the column `id`."""
    header = table.header
    found = EntriesFound(file=table.file, format="canvas_classic", why=recognise(table))
    pairs = _pairs(table)
    questions = sum(_QUESTION.fullmatch(title) is not None for title in header)
    if questions > len(pairs) or _POINTS.fullmatch(header[min(pairs) - 1]):
        raise SubmissionError(
            f"{table.file}: its columns stand in another order than Canvas writes them (a "
            "question, then its points); export it again"
        )
    taken = {*pairs, *(place + 1 for place in pairs)}
    rest = ["" if place in taken else title for place, title in enumerate(header)]
    places = columns(rest, "name", "attempt", "completed", "number", "score")
    ids = [place for place, title in enumerate(rest) if fold_header(title) in _ID]
    if not ids:
        ids = [place for place in range(pairs[0]) if _is_id(table, place)]
    keys = [*ids[:1], places["number"]]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    score = places["score"]
    if score is None:
        score = max(place for place in range(len(header)) if place not in taken)
    for cells, student in students_in(table, found, keys, places):
        # The report is newest first: of two rows of one minute the lower one came before.
        entry = replace(student, sitting=-student.row, score=score_in(cells[score]))
        for place in pairs:
            # Both cells of a pair empty: a question group gave this student another question.
            asked = bool(cells[place].strip() or cells[place + 1].strip())
            found.add(
                entry,
                question=header[place],
                raw=cells[place],
                state=None if asked else InputState.NOT_ASKED,
            )
    return assemble(found, options)


def _is_id(table: Table, place: int) -> bool:
    """Return whether a column of an unknown title holds Canvas's ids: numbers and nothing else."""
    given = [cells[place].strip() for _, cells in table.records() if cells[place].strip()]
    return bool(given) and all(cell.isdecimal() and len(cell) > 2 for cell in given)


def _pairs(table: Table) -> list[int]:
    header = table.header
    return [
        place
        for place in range(1, len(header) - 1)
        if _QUESTION.fullmatch(header[place]) and _POINTS.fullmatch(header[place + 1])
    ]
