"""Readers: a platform export as it was downloaded, to submissions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from assessor.errors import SubmissionError
from assessor.readers import (
    blackboard,
    blackboard_submissions,
    brightspace_quiz,
    brightspace_submissions,
    canvas_classic,
    canvas_new_quizzes,
    canvas_submissions,
    forms,
    gradescope,
    hand_in_folder,
    jsons,
    moodle_questionnaire,
    moodle_quiz,
    moodle_submissions,
    moodle_worksheet,
    openedx,
    plain,
    prairielearn,
    pulled,
    qualtrics,
    rosters,
    sakai,
)
from assessor.readers.archive import Archive, open_archive
from assessor.readers.base import Answers, Format, ReadOptions, Unclear
from assessor.readers.column_doubts import doubts
from assessor.readers.other_names import with_other_names
from assessor.readers.parquet import is_parquet
from assessor.readers.spreadsheet import is_workbook
from assessor.readers.tables import XLS, ZIP, read_tables
from assessor.readers.web_tables import is_page
from assessor.readers.whole_rows import passed_over, refuse_torn, without_second_header
from assessor.sheet import FileBytes, Table, encoding_of, is_linked, start_of
from assessor.submission import InputState

# Tried in this order; each says why it recognises a table, and the first that does reads it.
FORMATS: Mapping[str, Format] = {
    "qualtrics": Format(recognise=qualtrics.recognise, read=qualtrics.read),
    "moodle_worksheet": Format(recognise=moodle_worksheet.recognise, read=moodle_worksheet.read),
    "moodle_quiz": Format(recognise=moodle_quiz.recognise, read=moodle_quiz.read),
    "moodle_questionnaire": Format(
        recognise=moodle_questionnaire.recognise, read=moodle_questionnaire.read
    ),
    "canvas_new_quizzes": Format(
        recognise=canvas_new_quizzes.recognise, read=canvas_new_quizzes.read
    ),
    "canvas_classic": Format(recognise=canvas_classic.recognise, read=canvas_classic.read),
    "canvas_gradebook": Format(recognise=rosters.recognise_canvas, read=rosters.read_canvas),
    "gradescope_evaluations": Format(recognise=gradescope.recognise, read=gradescope.read),
    "gradescope_scores": Format(
        recognise=rosters.recognise_gradescope, read=rosters.read_gradescope
    ),
    "brightspace_quiz": Format(recognise=brightspace_quiz.recognise, read=brightspace_quiz.read),
    "brightspace_grades": Format(
        recognise=rosters.recognise_brightspace, read=rosters.read_brightspace
    ),
    "blackboard_grades": Format(
        recognise=rosters.recognise_blackboard, read=rosters.read_blackboard
    ),
    "sakai_gradebook": Format(recognise=rosters.recognise_sakai, read=rosters.read_sakai),
    "blackboard": Format(recognise=blackboard.recognise, read=blackboard.read),
    "sakai_quiz": Format(recognise=sakai.recognise_quiz, read=sakai.read_quiz),
    "sakai_grades": Format(recognise=sakai.recognise_grades, read=sakai.read_grades),
    "openedx_ora": Format(recognise=openedx.recognise, read=openedx.read),
    "prairielearn": Format(recognise=prairielearn.recognise, read=prairielearn.read),
    "microsoft_forms": Format(recognise=forms.recognise_microsoft, read=forms.read_microsoft),
    "google_forms": Format(recognise=forms.recognise_google, read=forms.read_google),
    "moodle_gradebook": Format(recognise=rosters.recognise_moodle, read=rosters.read_moodle),
    "plain": Format(recognise=plain.recognise, read=plain.read),
}
# Somebody's address makes a row a record, and no header.
_ADDRESS = re.compile(r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*")
_HEADS, _LOOKED_AT = 12, 1000
# Zips of hand-ins, each known by the names in it.
_ARCHIVES: tuple[
    tuple[Callable[[Archive], bool], Callable[[Archive, ReadOptions], Answers]], ...
] = (
    (pulled.is_archive, pulled.read_archive),
    (gradescope.is_archive, gradescope.read_archive),
    (sakai.is_archive, sakai.read_archive),
    (moodle_submissions.is_archive, moodle_submissions.read_archive),
    (blackboard_submissions.is_archive, blackboard_submissions.read_archive),
    (brightspace_submissions.is_archive, brightspace_submissions.read_archive),
    (canvas_submissions.is_archive, canvas_submissions.read_archive),
)
# What holds a class where it stands beside documents; a text or a zip there is a student's.
_CLASS_FILES = (".csv", ".tsv", ".xlsx", ".xls", ".json", ".jsonl", ".parquet")
_TABLES = frozenset({*_CLASS_FILES, ".txt", ".zip"})


def read_answers(data: bytes, file: str, options: ReadOptions) -> Answers:
    """Return what an answers file holds; it is recognised by its content, not by its name.

    Raises SubmissionError; Unclear where a column must be named.
    """
    # Handed on and let go of: a large file is not held beside what is made of it.
    held = [data]
    del data
    return _read(held.pop(), file, options, depth=0)


def _read(data: bytes, file: str, options: ReadOptions, depth: int) -> Answers:
    if data.startswith(ZIP):
        archive = open_archive(data, file)
        if not depth and hand_in_folder.is_document(archive):
            return hand_in_folder.read_single(data, file, options)
        if not is_workbook(archive):
            return _read_archive(archive, options, depth)
    elif is_parquet(data):
        return _first_recognised(read_tables(data, file), options, heads=1)
    elif not depth and hand_in_folder.is_single(data, file):
        return _read_report(data, file, options) or hand_in_folder.read_single(data, file, options)
    elif not data.startswith(XLS):
        encoding, mark = encoding_of(data, file, options.encoding)
        start = start_of(data, encoding, mark)
        if jsons.is_json(start, data[-64:].rstrip(b"\0 \t\r\n")):
            table = jsons.read_json(data[mark:].decode(encoding), file)
            return _first_recognised([table], options, heads=1)
        if is_linked(start):
            read = _first_recognised(read_tables(data, file, options.encoding), options)
            note = f"its first line begins with {start[:30]!r}, which is no title: left out"
            return replace(read, warnings=(*read.warnings, note))
    held = FileBytes(data)
    del data
    return _first_recognised(read_tables(held, file, options.encoding), options)


def _read_report(data: bytes, file: str, options: ReadOptions) -> Answers | None:
    """Return the class of a platform's report that was downloaded as a page; None for a hand-in."""
    if not is_page(data[:1024].decode("ascii", errors="ignore")):
        return None
    try:
        tables = read_tables(data, file, options.encoding)
    except SubmissionError:
        return None  # A hand-in without a table.
    known = [each for _, each in _candidates(tables[0], _HEADS) if each is not FORMATS["plain"]]
    return _first_recognised(tables, options) if known else None


def _first_recognised(tables: list[Table], options: ReadOptions, heads: int = _HEADS) -> Answers:
    tables = _named(tables, options.worksheet)
    for place, table in enumerate(tables):
        for found, each in _candidates(table, heads):
            whole, passed = _with_further_sheets(found, tables[place + 1 :], heads)
            refuse_torn(whole, strict=each is FORMATS["plain"])
            answers = _told(each.read(whole, options), whole)
            return replace(answers, warnings=(*answers.warnings, *passed))
    table = max(tables, key=lambda each: len(each.rows))
    table = table.below(_widest(table) if heads > 1 else 0)
    table = without_second_header(table)
    refuse_torn(table, strict=True)
    return _told(plain.read(table, options), table)


def _named(tables: list[Table], worksheet: str) -> list[Table]:
    """Return the worksheet that --sheet-name names; without one, all. Raises SubmissionError."""
    if not worksheet:
        return tables
    named = [each for each in tables if _sheet_of(each).casefold() == worksheet.strip().casefold()]
    if named:
        return named
    listed = ", ".join(repr(_sheet_of(each)) for each in tables)
    raise SubmissionError(
        f"{tables[0].file}: --sheet-name {worksheet!r} is not there; the worksheets are {listed}"
    )


def _sheet_of(table: Table) -> str:
    """Return a worksheet's name, which stands behind its file's; "" for a file that has none."""
    _, found, name = table.file.rpartition(" (")
    return name.removesuffix(")") if found else ""


def _with_further_sheets(found: Table, others: list[Table], heads: int) -> tuple[Table, list[str]]:
    """Return a worksheet with the rows of those of the same header, and what was passed over.

    One with other columns that holds answers as well is refused: nobody knows which is meant.
    Raises SubmissionError naming both.
    """
    passed = []
    for other in others:
        head = next(
            (each for each in _titled(other)[:heads] if other.rows[each] == found.header), None
        )
        if head is not None:
            lines = (*found.lines, *other.lines[head + 1 :])
            rows = (*found.rows, *other.rows[head + 1 :])
            notes = (*found.notes, *other.notes)
            found = replace(found, rows=rows, lines=lines, notes=notes)
        elif _holds_answers(other, heads):
            raise SubmissionError(
                f"{found.file}: the worksheets {_sheet_of(found)!r} and {_sheet_of(other)!r} both "
                "hold answers and have different columns; name one with --sheet-name, or give "
                "both the same columns"
            )
        else:
            passed.append(f"the worksheet {_sheet_of(other)!r} was not read: no answers are in it")
    return found, passed


def _holds_answers(table: Table, heads: int) -> bool:
    for found, each in _candidates(table, heads):
        try:
            read = each.read(found, ReadOptions())
        except SubmissionError:
            return True  # It is a platform's, and something is wrong with it.
        return any(one.state is InputState.ANSWERED for one in read.submissions)
    return False


def _told(answers: Answers, table: Table) -> Answers:
    """Say where a file was not what files are today: accents may have suffered before."""
    notes = [*answers.warnings, *table.notes, *passed_over(table), *doubts(answers)]
    if table.encoding not in {"utf-8", "utf-16-le", "utf-16-be"}:
        notes.append(
            f"is not UTF-8: read as {table.encoding}, look whether accents and dashes are right; "
            "--encoding names another one"
        )
    return with_other_names(replace(answers, warnings=tuple(notes)), table)


def _candidates(table: Table, heads: int) -> Iterator[tuple[Table, Format]]:
    """Yield where a header stands and whose it is: the first row that any platform knows."""
    for place in _titled(table)[:heads]:
        head = without_second_header(table.below(place))
        yield from ((head, each) for each in FORMATS.values() if each.recognise(head))


def _widest(table: Table) -> int:
    """Return where the header most likely is: the first row with as many titles as any."""
    places = _titled(table)[:_HEADS] or [0]
    return max(places, key=lambda place: sum(bool(cell.strip()) for cell in table.rows[place]))


def _titled(table: Table) -> list[int]:
    """Return the first rows that may be a header: two cells with something in them."""
    return [
        place
        for place, row in enumerate(table.rows[:_LOOKED_AT])
        if sum(bool(cell.strip()) for cell in row) >= 2 and not any(map(_ADDRESS.fullmatch, row))
    ]


def _read_archive(archive: Archive, options: ReadOptions, depth: int) -> Answers:
    for is_archive, read_archive in _ARCHIVES:
        if is_archive(archive):
            return read_archive(archive, options)
    inside = [n for n in archive.names if PurePosixPath(n).suffix.lower() in _TABLES]
    documents = hand_in_folder.is_archive(archive)
    if depth or not (inside or documents):
        raise SubmissionError(f"{archive.file}: an archive without answers we know; unpack it")
    if documents and not any(n.lower().endswith(_CLASS_FILES) for n in inside):
        return hand_in_folder.read_archive(archive, options)
    read, problems = _read_inside(archive, inside, options, depth)
    with_answers = [
        name
        for name, each in read.items()
        if any(one.state is not InputState.NO_ANSWERS for one in each.submissions)
    ]
    if documents and not with_answers:
        return hand_in_folder.read_archive(archive, options)
    if len(with_answers) == 1 or len(read) == 1:
        return read[(with_answers or list(read))[0]]
    if not read:
        raise SubmissionError(*(problems or [f"{archive.file}: holds no table of answers"]))
    listed = ", ".join(repr(name) for name in with_answers or read)
    raise SubmissionError(f"{archive.file}: holds several exports ({listed}); unpack and name one")


def _read_inside(
    archive: Archive, inside: list[str], options: ReadOptions, depth: int
) -> tuple[dict[str, Answers], list[str]]:
    """Return what the tables in an archive hold, and what is wrong with the others."""
    read: dict[str, Answers] = {}
    problems: list[str] = []
    for name in inside[:50]:
        try:
            where = f"{archive.file}: {name}"
            read[name] = _read(archive.read(name), where, options, depth + 1)
        except SubmissionError as error:
            if len(inside) == 1:
                raise
            problems += error.problems
    return read, problems


__all__ = ["FORMATS", "Answers", "ReadOptions", "Unclear", "read_answers", "read_tables"]
