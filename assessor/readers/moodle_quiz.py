"""Moodle quiz, Responses report: one row per attempt, `Response n` columns, in any language.

(moodle mod/quiz/report/responses.) A `-` stands for no attempt, an attempt under way, and no
response. The overview report of the same page has points only: it is recognised, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assessor.readers.base import Answers, ReadOptions, first_filled, named_column
from assessor.readers.content import is_footer
from assessor.readers.entries import Entry, Found, assemble
from assessor.sheet import WORDS, Table, fold_header, score_in
from assessor.sheet.people import address_column, columns, full_name
from assessor.submission import InputState, same_student

_GRADE = re.compile(r"[^\d/]+/\s*\d+(?:[.,]\d+)?\s*")
_POINTS = re.compile(r"\s*[^\W\d]{1,4}\.?\s*\d+\s*/\s*\d+(?:[.,]\d+)?\s*")
_NUMBERED = re.compile(r"\s*(\D*[^\W\d])\s*(\d{1,3})\s*")
_RESPONSE = WORDS["answer"]
_PEOPLE = ("email", "first", "last", "name", "username", "number", "status", "started", "completed")
_NONE = "-"


def recognise(table: Table) -> str:
    """Return why this is the report: an attempt's grade, and a column per response."""
    if not _is_report(table):
        return ""
    responses = _responses(table)
    if responses:
        return f"an attempt's grade and {len(responses)} response columns"
    if any(_POINTS.fullmatch(title) for title in table.header):
        return "an attempt's grade and points per question, the overview report"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every attempt's responses; the key is the e-mail address."""
    header = table.header
    found = Found(file=table.file, format="moodle_quiz", why=recognise(table))
    places = columns(header, *_PEOPLE)
    grade = next((p for p, title in enumerate(header) if _GRADE.fullmatch(title)), None)
    responses = _responses(table)
    if not responses:
        found.format = "moodle_quiz_overview"
        found.warnings.append(
            "the overview report holds points and no answers: download the Responses report "
            "(Results, Responses, with the box 'response' ticked)"
        )
    names = _names(table, responses)
    places["email"] = address_column(table) if places["email"] is None else places["email"]
    keys = [places[name] for name in ("email", "number", "username")]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    under_way: set[int] = set()
    for row, cells in table.records():
        name = full_name(cells, places)
        key = first_filled(cells, keys)
        status = cells[places["status"]].strip() if places["status"] is not None else ""
        if _is_average(cells, key, status):
            found.skip(row, first_filled(cells, range(len(cells))), "a line of averages")
            continue
        absent = _absent(cells, places, status)
        if not absent and _unfinished(cells, places):
            under_way.add(row)
        entry = Entry(
            student=key or name or found.anonymous(row),
            name=name,
            question="",
            raw="",
            row=row,
            attempt=0 if absent else None,
            when=_when(cells, places),
            state=InputState.NOT_SUBMITTED if absent else None,
            score=score_in(cells[grade]) if grade is not None else None,
        )
        if not responses:
            found.entries.append(replace(entry, state=InputState.NO_ANSWERS))
        for place in responses:
            raw = "" if cells[place].strip() == _NONE else cells[place]
            found.entries.append(replace(entry, question=names[place, row], raw=raw))
    _set_aside(found, under_way)
    return assemble(found, options)


def _is_report(table: Table) -> bool:
    header = table.header
    times = columns(header, "started", "completed", "duration", "status")
    known = sum(place is not None for place in times.values())
    graded = any(_GRADE.fullmatch(title) for title in header)
    if known >= 2:
        return graded or bool(_RESPONSE & set(_groups(header)))
    return graded and address_column(table) is not None


def _responses(table: Table) -> list[int]:
    """Return the response columns: by their word, in an unknown language by what varies."""
    groups = _groups(table.header)
    for word, places in groups.items():
        if word in _RESPONSE:
            return places
    unknown = [each for each in groups.values() if _varies(table, each)]
    return unknown[0] if len(unknown) == 1 and len(groups) <= 3 else []


def _groups(header: Sequence[str]) -> dict[str, list[int]]:
    """Return numbered columns by their word: `Response 1`, `Response 2`; points are not words."""
    groups: dict[str, dict[int, int]] = {}
    for place, title in enumerate(header):
        match = _NUMBERED.fullmatch(title)
        if match and not _POINTS.fullmatch(title) and not _GRADE.fullmatch(title):
            groups.setdefault(fold_header(match[1]), {})[int(match[2])] = place
    return {word: [places[n] for n in sorted(places)] for word, places in groups.items()}


def _varies(table: Table, places: Sequence[int]) -> bool:
    rows = table.first(50)
    return any(len({cells[place] for cells in rows}) > 1 for place in places)


def _names(table: Table, responses: Sequence[int]) -> dict[tuple[int, int], str]:
    """Return what each row's responses answer: the column, and the text where the file has it.

    In a quiz with random questions the text differs by row, and then it alone is the name.
    """
    texts = _questions(table, responses)
    names: dict[tuple[int, int], str] = {}
    for place in responses:
        title = table.header[place].strip()
        told = {row: cells[texts[place]].strip() for row, cells in table.records() if texts}
        one = len({text for text in told.values() if text not in {"", _NONE}}) <= 1
        for row, _ in table.records():
            text = told.get(row, "")
            if text in {"", _NONE}:
                text = next((each for each in told.values() if each), "") if one else ""
            names[place, row] = (f"{title}: {text}" if one else text) if text else title
    return names


def _questions(table: Table, responses: Sequence[int]) -> dict[int, int]:
    """Return for each response the column with its question's text."""
    groups = _groups(table.header)
    for word, places in groups.items():
        if places != responses and len(places) == len(responses):
            pairs = dict(zip(responses, places, strict=True))
            beside = all(question == place - 1 for place, question in pairs.items())
            if beside or word in WORDS["question"]:
                return pairs
    return {}


def _is_average(cells: Sequence[str], key: str, status: str) -> bool:
    if status not in {"", _NONE}:
        return False
    alone = sum(map(bool, cells)) <= 1
    return any(map(is_footer, cells)) or (not key and alone)


def _absent(cells: Sequence[str], places: dict[str, int | None], status: str) -> bool:
    """No attempt at all: the state, or without one every time, is a dash."""
    if status:
        return status == _NONE
    times = [cells[p].strip() for p in (places["started"], places["completed"]) if p is not None]
    if times:
        return all(time in {_NONE, ""} for time in times)
    # A language we do not know: nothing but dashes after the address.
    after = [cell.strip() for cell in cells[(places["email"] or 0) + 1 :]]
    return bool(after) and all(cell == _NONE for cell in after)


def _unfinished(cells: Sequence[str], places: dict[str, int | None]) -> bool:
    place = places["completed"]
    return place is not None and cells[place].strip() in {_NONE, ""}


def _when(cells: Sequence[str], places: dict[str, int | None]) -> str:
    started = first_filled(cells, [places["started"]])
    return started if started != _NONE else ""


def _set_aside(found: Found, under_way: set[int]) -> None:
    """Let an attempt under way not stand for one that was handed in; say which there are."""
    if not under_way:
        return
    handed_in = {same_student(each.student) for each in found.entries if each.row not in under_way}
    found.entries = [
        replace(each, state=InputState.NOT_SUBMITTED)
        if each.row in under_way and same_student(each.student) in handed_in and not each.raw
        else each
        for each in found.entries
    ]
    number = len(under_way)
    found.warnings.append(
        f"{number} attempt{'s are' if number > 1 else ' is'} not finished "
        f"(record {', '.join(str(row) for row in sorted(under_way)[:5])}): what is there is read"
    )
