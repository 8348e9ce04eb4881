"""The Sakai files: grades.csv of an assignment's zip (or alone), or the gradebook's CSV.

Follows the assignment tool's "Upload all" (header on row 3, matched by Display ID, the zip goes
back with everything else as it was; a comment goes into the student's own comments file, where the
download made one) and the gradebook's import (`Student ID`, `Student Name`, `Item [10]`,
`* Item` for comments, English headers). An assignment's file does not say what it is worth. Not
tried on a live site.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.bodies import TORN
from assessor.errors import SubmissionError
from assessor.sheet import (
    RawTable,
    Table,
    encode_rows,
    find_column,
    fold_header,
    number_in,
    parse_raw,
    parse_table,
)
from assessor.writers.base import (
    Change,
    ChangeKind,
    Column,
    PlatformGrade,
    Written,
    shown,
    with_text,
)
from assessor.writers.roster import Roster, RosterRow, choose_column, has_decimal_comma, number_text

# Far above any class, far below what would fill the memory.
_MOST_BYTES = 1_000_000_000
_HEADER = 2
_DISPLAY = frozenset({"display id", "anzeige-id", "id de visualización"})
_GRADE = frozenset({"grade", "note", "bewertung", "calificación", "qualificació", "nota"})
_POINTS_TYPE = "SCORE_GRADE_TYPE"
_ITEM = re.compile(r"(?P<item>[^*#].*?)\s*\[(?P<points>[\d.,]+)\]\s*", re.DOTALL)
_COMMENTS = re.compile(r"(?:^|.*/)[^/]*\((?P<id>[^()/]+)\)/comments\.txt", re.DOTALL)


def recognises(data: bytes, file: str) -> bool:
    """Return whether this is an assignment's zip, its grades.csv, or a gradebook export."""
    try:
        if _is_zip(data):
            _unpack(data)
            return True
        table = parse_table(data, file)
        return _is_assignment(table) or bool(_items(table))
    except SubmissionError:
        return False


def find(data: bytes, column: str) -> Column:
    """Return the grade column; a gradebook's item says what it is worth."""
    if _is_zip(data):
        return find(_unpack(data).grades, column)
    table = parse_table(data, "Sakai file")
    if not _is_assignment(table):
        title = table.header[_chosen(table, column)]
        match = _ITEM.fullmatch(title)
        return Column(title=title, max_points=number_in(match["points"]) if match else None)
    title, kind, *_ = (*(cell.strip() for cell in table.rows[0]), "", "")
    if kind != _POINTS_TYPE:
        raise SubmissionError(
            f"{table.file}: the assignment is not graded in points ({kind!r}); "
            "set its grade scale to points in Sakai and download it again"
        )
    return Column(title=title, max_points=None)


def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
    """Return the file with these grades, everything else in it as it was."""
    find(data, column)
    if _is_zip(data):
        return _write_zip(_unpack(data), grades)
    table = parse_table(data, "Sakai file")
    if not _is_assignment(table):
        return _write_gradebook(table, _chosen(table, column), grades)
    raw, met, absent = _fill(data, grades)
    return Written(data=raw.encode(), changes=(*(row.change for row in met), *absent))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Zip:
    """An assignment's download: its grades.csv and every entry, in order."""

    name: str
    grades: bytes
    entries: tuple[tuple[zipfile.ZipInfo, bytes], ...]


def _write_zip(zipped: _Zip, grades: Sequence[PlatformGrade]) -> Written:
    raw, met, absent = _fill(zipped.grades, grades)
    texts: dict[str, bytes] = {}
    changes: list[Change] = []
    names = _comment_files(zipped)
    display = find_column(raw.table.rows[_HEADER], _DISPLAY) or 0
    for row in met:
        change, name = row.change, names.get(row.cells[display].strip(), "")
        text = shown(row.grade.feedback)
        if name and text and change.new is not None:
            there = dict((info.filename, data) for info, data in zipped.entries)[name]
            change = with_text(change, there.decode("utf-8", "replace"), text)
            texts[name] = text.encode()
        changes.append(change)
    new = {zipped.name: raw.encode(), **texts}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for info, data in zipped.entries:
            target.writestr(info, new.get(info.filename, data))
    return Written(data=out.getvalue(), changes=(*changes, *absent))


def _fill(
    data: bytes, grades: Sequence[PlatformGrade]
) -> tuple[RawTable, tuple[RosterRow, ...], tuple[Change, ...]]:
    raw = parse_raw(data, "grades.csv")
    table = raw.table
    header = table.rows[_HEADER]
    place = find_column(header, _GRADE)
    if place is None:
        raise SubmissionError(f"{table.file}: has no grade column; download it again")
    keys = [find_column(header, _DISPLAY), find_column(header, {"id"})]
    roster = Roster(
        table=table,
        keys=tuple(each for each in keys if each is not None),
        grade=place,
        header=_HEADER,
    )
    met, absent = roster.meet(grades)
    comma = has_decimal_comma(table, [place], _HEADER)
    for row in met:
        if row.change.new is not None and row.change.kind is not ChangeKind.SAME:
            raw.put(row.place, place, number_text(row.score, comma=comma))
    return raw, met, absent


def _write_gradebook(table: Table, place: int, grades: Sequence[PlatformGrade]) -> Written:
    header = table.header
    match = _ITEM.fullmatch(header[place])
    comment = f"* {match['item'] if match else header[place]}"
    texts = find_column(header, {fold_header(comment)})
    identity = [find_column(header, {name}) for name in ("student id", "student name")]
    keep = [each for each in identity if each is not None]
    met, absent = Roster(table=table, keys=(keep[0],), grade=place).meet(grades)
    comma = has_decimal_comma(table, [place])
    with_feedback = any(row.grade.feedback for row in met)
    titles = [*(header[each] for each in keep), header[place]]
    rows = [[*titles, comment] if with_feedback else titles]
    changes: list[Change] = []
    for row in met:
        change = row.change
        if change.new is not None:
            there = row.cells[texts] if texts is not None else ""
            text = _plain(row.grade.feedback, table)
            change = with_text(change, there, text)
            cells = [*(row.cells[each] for each in keep), number_text(row.score, comma=comma)]
            rows.append([*cells, text or there] if with_feedback else cells)
        changes.append(change)
    return Written(data=encode_rows(rows, table), changes=(*changes, *absent))


def _plain(feedback: str, table: Table) -> str:
    return shown(feedback).encode(table.encoding, "replace").decode(table.encoding)


def _is_assignment(table: Table) -> bool:
    if len(table.rows) <= _HEADER:
        return False
    header = table.rows[_HEADER]
    return find_column(header, _DISPLAY) is not None and find_column(header, _GRADE) is not None


def _items(table: Table) -> dict[int, list[str]]:
    if find_column(table.header, {"student id"}) is None:
        return {}
    found = {}
    for place, title in enumerate(table.header):
        match = _ITEM.fullmatch(title)
        if match:
            found[place] = [title, match["item"]]
    return found


def _chosen(table: Table, column: str) -> int:
    return choose_column(table, _items(table), column, "gradebook item such as 'Essay [10]'")


def _is_zip(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04")


def _comment_files(zipped: _Zip) -> Mapping[str, str]:
    """Return the comments file of each student whose folder the download made, by Display ID."""
    found = {}
    for info, _ in zipped.entries:
        match = _COMMENTS.fullmatch(info.filename)
        if match:
            found[match["id"].strip()] = info.filename
    return found


def _unpack(data: bytes) -> _Zip:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if sum(info.file_size for info in infos) > _MOST_BYTES:
                raise SubmissionError("the zip unpacks to over 1 GB; upload grades.csv alone")
            entries = tuple((info, archive.read(info)) for info in infos)
    except (*TORN, zipfile.BadZipFile, RuntimeError, OSError, ValueError) as error:
        raise SubmissionError(f"the zip cannot be read ({error}); download it again") from error
    for info, content in entries:
        if info.filename.rpartition("/")[2] == "grades.csv":
            if not _is_assignment(parse_table(content, info.filename)):
                break
            return _Zip(name=info.filename, grades=content, entries=entries)
    raise SubmissionError("the zip holds no grades.csv of a Sakai assignment")
