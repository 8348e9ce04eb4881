"""Every reader's sample, put through what people and programs do to files.

Right, or refused with the words that help: never a wrong student, never a silent blank.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.errors import SubmissionError
from assessor.readers import Answers, ReadOptions, read_answers
from assessor.readers.column_doubts import doubts
from assessor.readers.tables import read_tables
from assessor.submission import InputState, Submission
from tests.readers.build import EXPORTS, archive, export

Rows = list[list[str]]
NAMES = [
    "blackboard_by_question.csv", "blackboard_by_user.xls", "blackboard_grades.xls",
    "brightspace_grades.csv", "brightspace_quiz.csv", "canvas_classic_de.csv",
    "canvas_gradebook_de.csv", "canvas_new_quizzes.csv", "google_forms_de.csv",
    "gradescope_evaluations.csv", "gradescope_scores.csv", "microsoft_forms.xlsx",
    "microsoft_forms_open.csv", "moodle_gradebook.csv", "moodle_questionnaire.csv",
    "moodle_quiz_de.csv", "moodle_quiz_unknown_language.csv", "moodle_worksheet_blind_de.csv",
    "moodle_worksheet_unknown_language.csv", "openedx_ora.csv", "plain_de.csv",
    "prairielearn.csv", "prairielearn_groups.csv", "qualtrics.csv", "sakai_gradebook.csv",
    "sakai_quiz.xls", "surveymonkey.csv",
]  # fmt: skip
HELPS = ("export", "download", "--", "add", "put", "mend", "correct", "fill", "save", "rename")


def rows_of(name: str) -> Rows:
    """Return a sample's records, all as wide as the widest."""
    table = max(read_tables((EXPORTS / name).read_bytes(), name), key=lambda each: len(each.rows))
    width = max(map(len, table.rows))
    return [[*row, *[""] * (width - len(row))] for row in table.rows]


def text(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    return out.getvalue()


def saved(rows: Sequence[Sequence[str]]) -> bytes:
    return text(rows).encode()


def workbook(rows: Sequence[Sequence[str]], *, numbers: bool = False) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("Sheet1")
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if numbers and cell.isdecimal() and len(cell) < 16:
                page.write_number(number, place, int(cell))
            elif cell:
                page.write_string(number, place, cell)
    book.close()
    return data.getvalue()


def each_row(change: Callable[[list[str]], list[str]]) -> Callable[[Rows], bytes]:
    return lambda rows: saved([change(row) for row in rows])


def on_header(change: Callable[[str], str]) -> Callable[[Rows], bytes]:
    return lambda rows: saved([[change(cell) for cell in rows[0]], *rows[1:]])


def shuffled_rows(rows: Rows) -> bytes:
    # Qualtrics has three header rows.
    heads = 3 if any("ImportId" in cell for row in rows[:3] for cell in row) else 1
    head, body = rows[:heads], rows[heads:]
    random.Random(3).shuffle(body)
    return saved(head + body)


def shuffled_columns(rows: Rows) -> bytes:
    places = list(range(len(rows[0])))
    random.Random(7).shuffle(places)
    return saved([[row[place] for place in places] for row in rows])


def without(rows: Rows, row: int, cell: int) -> bytes:
    lines = [list(each) for each in rows]
    del lines[row][cell]
    return saved(lines)


def inserted(rows: Rows, row: int, cell: int) -> bytes:
    lines = [list(each) for each in rows]
    lines[row].insert(cell, "stray")
    return saved(lines)


def cut_ends(rows: Rows) -> bytes:
    """Excel leaves the delimiters of empty cells at the end off."""
    lines = [list(row) for row in rows]
    for row in lines[1:]:
        while len(row) > 1 and not row[-1]:
            row.pop()
    return saved(lines)


def renamed(part: int) -> Callable[[Rows], bytes]:
    """Half of the titles in words of no language."""
    return lambda rows: saved(
        [[f"Zq{p}" if p % 2 == part else t for p, t in enumerate(rows[0])], *rows[1:]]
    )


DISTORTIONS: dict[str, Callable[[Rows], bytes]] = {
    "semicolons": lambda rows: text(rows, ";").encode(),
    "bars": lambda rows: text(rows, "|").encode(),
    "tabs in UTF-16": lambda rows: b"\xff\xfe" + text(rows, "\t").encode("utf-16-le"),
    "UTF-16 the other way": lambda rows: b"\xfe\xff" + text(rows, ";").encode("utf-16-be"),
    "UTF-16 without a mark": lambda rows: text(rows, ";").encode("utf-16-le"),
    "a mark in front": lambda rows: b"\xef\xbb\xbf" + saved(rows),
    "line ends of Windows": lambda rows: text(rows, end="\r\n").encode(),
    "line ends of old Macs": lambda rows: text(rows, end="\r").encode(),
    "sep= in front": lambda rows: b"sep=;\r\n" + text(rows, ";", "\r\n").encode(),
    "Windows text": lambda rows: text(rows, ";").encode("cp1252", "replace"),
    "a zip": lambda rows: archive({"export.csv": saved(rows)}),
    "a workbook": workbook,
    "a workbook with numbers": lambda rows: workbook(rows, numbers=True),
    "a group's title above": lambda rows: workbook([["Class", *[""] * (len(rows[0]) - 1)], *rows]),
    "merged headers": lambda rows: workbook(
        [["Person", *[""] * (len(rows[0]) - 2), "Work"], *rows]
    ),
    "blank lines": lambda rows: "\n".join(text([row]) for row in rows).encode(),
    "empty rows at the end": lambda rows: saved([*rows, *[[""] * len(rows[0])] * 5]),
    "empty columns at the end": each_row(lambda row: [*row, "", ""]),
    "an empty column in front": each_row(lambda row: ["", *row]),
    "columns in another order": shuffled_columns,
    "columns turned round": each_row(lambda row: row[::-1]),
    "rows in another order": shuffled_rows,
    "titles in capitals": on_header(str.upper),
    "titles with blanks around": on_header(lambda title: f" {title} "),
    "no-break spaces in titles": on_header(lambda title: title.replace(" ", "\u00a0")),
    "a line above": lambda rows: saved(
        [["Export of 14 October", *[""] * (len(rows[0]) - 1)], *rows]
    ),
    "two lines above": lambda rows: b"Course A\n\n" + saved(rows),
    "the header again": lambda rows: saved([*rows[:-1], rows[0], rows[-1]]),
    "cells cut off at the end": cut_ends,
    "blanks around cells": lambda rows: saved([rows[0], *[[f"{c} " for c in r] for r in rows[1:]]]),
    "a cell too few": lambda rows: without(rows, len(rows) - 1, 0),
    "a cell too few within": lambda rows: without(rows, len(rows) - 1, len(rows[0]) // 2),
    "a cell too many": lambda rows: inserted(rows, len(rows) - 1, len(rows[0]) // 2),
    "a title too few": lambda rows: without(rows, 0, 0),
    "a title too many": lambda rows: inserted(rows, 0, 0),
    "other words": renamed(0),
    "still other words": renamed(1),
    "a column of one word": lambda rows: saved(
        [["Remark", *rows[0]], *[["seen", *row] for row in rows[1:]]]
    ),
    "a column of numbers": lambda rows: saved(
        [[*rows[0], "No."], *[[*row, str(n)] for n, row in enumerate(rows[1:])]]
    ),
}


@pytest.mark.parametrize("way", DISTORTIONS)
@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_was_worked_on_is_read_right_or_refused(name: str, way: str) -> None:
    """Students and texts belong together as before; what is left out or refused is said."""
    known = export(name)
    data = DISTORTIONS[way](rows_of(name))

    try:
        got = read_answers(data, "class.csv", ReadOptions())
    except SubmissionError as error:
        assert any(word in str(error) for word in HELPS), str(error)
        return

    if doubts(got):
        # "Every answer is a number": nothing is graded before a person says so.
        return
    wrong = [each for each in got.submissions if not _belongs(each, known, rows_of(name))]
    assert not wrong, (got.format, wrong)
    # A roster without its words may look like anything; it has no answers to lose.
    silent = _blank(got) - _blank(known) if known.questions else set()
    assert not silent, (got.format, silent)
    lost = {text for _, text in _texts(known)} - {text for _, text in _texts(got)}
    assert not lost or _is_told(got, known), (got.format, got.warnings, lost)


def _belongs(each: Submission, known: Answers, rows: Rows) -> bool:
    """Whether a text is given to whom it was: by the same key or another one of the same row.

    A column that no word tells may be one question more: nobody grades it unasked.
    """
    if each.state is not InputState.ANSWERED or not _key(each.student_id):
        return True
    own = [k for k in known.submissions if _folded(k.answer) == _folded(each.answer)]
    for other in own:
        row = rows[min(other.row, len(rows)) - 1]
        cells = {_key(cell) for cell in row} | {_key(other.student_id), _key(other.name)}
        if _key(each.student_id) in cells:
            return True
    questions = {question.text for question in known.questions}
    return not own and each.question not in questions


def _key(student: str) -> str:
    """A student as a spreadsheet leaves him; who is not named stands under the row."""
    return "" if student.startswith("row:") else student.strip().casefold().lstrip("0")


def _folded(answer: str) -> str:
    return "".join(answer.encode("cp1252", "replace").decode("cp1252").split())


def _texts(read: Answers) -> set[tuple[str, str]]:
    return {
        (_key(each.student_id), _folded(each.answer))
        for each in read.submissions
        if each.state is InputState.ANSWERED
    }


def _blank(read: Answers) -> set[str]:
    """Students who would get a zero for an empty cell."""
    answered = {student for student, _ in _texts(read)}
    return {
        _key(each.student_id)
        for each in read.submissions
        if each.state is InputState.BLANK and _key(each.student_id) not in answered
    }


def _is_told(got: Answers, known: Answers) -> bool:
    """Whether something is said that is not said of the sample itself."""
    return bool(set(got.warnings) - set(known.warnings))
