"""Moodle quiz, Responses report: one row per attempt, `Response n` columns, in any language.

(moodle mod/quiz/report/responses.) A `-` stands for no attempt, an attempt under way, and no
response; an empty cell for a response of which no text is left (a picture). What stands where is
told by words, in other languages by the report's order: who, state, start, end, duration, grade,
responses. The overview report of the same page has points only: it is recognised, and said so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.counting import plural
from assessor.readers.base import (
    Answers,
    ReadOptions,
    Unclear,
    columns_of,
    first_filled,
    named_column,
)
from assessor.readers.content import is_footer
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import WORDS, Table, fold_header, score_in
from assessor.sheet.people import address_column, columns, full_name
from assessor.sheet.word_lists import UNFINISHED
from assessor.submission import InputState, same_student

_GRADE = re.compile(r"[^\d/]+/\s*\d+(?:[.,]\d+)?\s*")
_POINTS = re.compile(r"\s*[^\W\d]{1,4}\.?\s*\d+\s*/\s*\d+(?:[.,]\d+)?\s*")
# `Response 1`, `回答1`; some languages put the number first: `1. válasz`.
_NUMBERED = re.compile(r"\s*(?P<word>\D*[^\W\d]\D*?)\s*(?P<number>\d{1,3})\s*")
_NUMBER_FIRST = re.compile(r"\s*(?P<number>\d{1,3})\s*[.:)]?\s*(?P<word>[^\W\d]\D*?)\s*")
_RESPONSE = WORDS["answer"]
_PEOPLE = ("email", "first", "last", "name", "username", "number", "status", "started", "completed")
_TIMES = ("status", "started", "completed", "duration")
_NONE = "-"
_TIME = re.compile(r"\d[:.]\d\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What a row of the report says besides its responses."""

    absent: bool
    unfinished: bool
    when: str


def recognise(table: Table) -> str:
    """Return why this is the report: an attempt's grade, and a column per response."""
    if not _is_report(table):
        return ""
    responses = _responses(table)
    if responses or _alike(table):
        return (
            f"an attempt's grade and {plural(len(responses or _alike(table)), 'response column')}"
        )
    if any(_POINTS.fullmatch(title) for title in table.header):
        return "an attempt's grade and points per question, the overview report"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every attempt's responses; the key is the e-mail address."""
    found = EntriesFound(file=table.file, format="moodle_quiz", why=recognise(table))
    places = _places(table)
    grade = _grade(table.header)
    responses = _responses(table)
    if options.answer and not responses:
        responses = [named_column(table, options.answer, "--answer")]
    if not responses:
        _refuse_unclear(table)
        found.format = "moodle_quiz_overview"
        found.warnings.append(
            "the overview report holds points and no answers: download the Responses report "
            "(Results, Responses, with the box 'response' ticked)"
        )
    names = _names(table, responses)
    keys = [places[name] for name in ("email", "number", "username")]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    under_way: set[int] = set()
    for row, cells in table.records():
        name = full_name(cells, places)
        key = first_filled(cells, keys)
        status = cells[places["status"]].strip() if places["status"] is not None else ""
        if _is_average(cells, key, status, places):
            found.skip(row, first_filled(cells, range(len(cells))), "a line of averages")
            continue
        said = _said(cells, places, status, grade, responses)
        if said.unfinished:
            under_way.add(row)
        entry = ArchiveEntry(
            student=key or name or found.anonymous(row),
            name=name,
            question="",
            raw="",
            row=row,
            attempt=0 if said.absent else None,
            when=said.when,
            state=InputState.NOT_SUBMITTED if said.absent or said.unfinished else None,
            score=score_in(cells[grade]) if grade is not None else None,
            plain=True,
        )
        if not responses:
            found.entries.append(replace(entry, state=InputState.NO_ANSWERS))
        for place in responses:
            raw = "" if cells[place].strip() == _NONE else cells[place]
            found.entries.append(
                replace(
                    entry,
                    question=names[place, row],
                    raw=raw,
                    state=entry.state or (None if cells[place].strip() else InputState.UNREADABLE),
                )
            )
    _set_aside(found, under_way)
    _tell_unseen(found)
    return assemble(found, options)


def _is_report(table: Table) -> bool:
    header = table.header
    known = sum(place is not None for place in columns(header, *_TIMES).values())
    graded = _grade(header) is not None
    if known >= 2:
        return graded or bool(_RESPONSE & set(_groups(header)))
    return graded and (address_column(table) is not None or _timed(table) is not None)


def _grade(header: Sequence[str]) -> int | None:
    return next((p for p, title in enumerate(header) if _GRADE.fullmatch(title)), None)


def _timed(table: Table) -> int | None:
    """Return where the end of an attempt stands in a report without words we know, if it does."""
    grade = _grade(table.header)
    rows = table.first(50)
    if grade is None or grade < 4 or not rows:
        return None
    started, completed = ([cells[grade - each].strip() for cells in rows] for each in (3, 2))
    times = [cell for cell in (*started, *completed) if cell != _NONE]
    return grade - 2 if times and all(map(_TIME.search, times)) else None


def _places(table: Table) -> dict[str, int | None]:
    """Return the columns of people and times: by their words, else by the report's order."""
    places = columns(table.header, *_PEOPLE)
    completed = _timed(table)
    if completed is not None:
        order = {"status": completed - 2, "started": completed - 1, "completed": completed}
        places |= {name: p for name, p in order.items() if places[name] is None}
    if places["email"] is None:
        places["email"] = address_column(table)
    named = any(places[name] is not None for name in ("first", "last", "name"))
    before = [p for p in (places["email"], places["status"]) if p is not None]
    if not named and before and min(before) >= 2:
        places["last"], places["first"] = 0, 1
    return places


def _responses(table: Table) -> list[int]:
    """Return the response columns: by their word, in an unknown language by order and content."""
    groups = _groups(table.header)
    for word, places in groups.items():
        if word in _RESPONSE:
            return places
    grade = _grade(table.header)
    behind = [each for each in groups.values() if grade is None or min(each) > grade]
    unknown = [each for each in behind if _varies(table, each)]
    if len(unknown) == 1 and len(behind) <= 3:
        return unknown[0]
    if len(behind) == 1:
        return behind[0]
    if len(behind) == 3 and len({len(each) for each in behind}) == 1:
        # Question, response, right answer: always in this order.
        return sorted(behind, key=min)[1]
    told = [(word, each) for word, each in groups.items() if each in behind]
    known = [each for word, each in told if word in WORDS["question"]]
    if len(behind) == 2 and known:
        return next(each for each in behind if each != known[0])
    return []


def _alike(table: Table) -> list[int]:
    """Return numbered columns behind the grade of which none is known to hold the responses."""
    grade = _grade(table.header)
    groups = [each for each in _groups(table.header).values() if grade and min(each) > grade]
    return groups[0] if groups else []


def _refuse_unclear(table: Table) -> None:
    if _alike(table):
        titles = [table.header[p] for each in _groups(table.header).values() for p in each]
        raise Unclear(
            f"{table.file}: no column is known to hold the responses; "
            f"name it with --answer: {columns_of(table)}",
            meaning="answer",
            choices=titles,
        )


def _groups(header: Sequence[str]) -> dict[str, list[int]]:
    """Return numbered columns by their word: `Response 1`, `Response 2`; points are not words."""
    groups: dict[str, dict[int, int]] = {}
    for place, title in enumerate(header):
        if _POINTS.fullmatch(title) or _GRADE.fullmatch(title):
            continue
        match = _NUMBERED.fullmatch(title) or _NUMBER_FIRST.fullmatch(title)
        if match:
            groups.setdefault(fold_header(match["word"]), {})[int(match["number"])] = place
    return {word: [places[n] for n in sorted(places)] for word, places in groups.items()}


def _varies(table: Table, places: Sequence[int]) -> bool:
    """Return whether answers differ: a question's text is the same wherever it was asked."""
    rows = table.first(50)
    given = ({cells[p].strip() for cells in rows} - {_NONE, ""} for p in places)
    return any(len(each) > 1 for each in given)


def _names(table: Table, responses: Sequence[int]) -> dict[tuple[int, int], str]:
    """Return what each row's responses answer: the column, and the text where the file has it.

    In a quiz with random questions the text differs by row, and then it alone is the name. Who
    made no attempt has a dash there: the text is in the other rows.
    """
    texts = _questions(table, responses)
    names: dict[tuple[int, int], str] = {}
    for place in responses:
        title = table.header[place].strip()
        told = {row: cells[texts[place]].strip() for row, cells in table.records() if texts}
        asked = list(dict.fromkeys(text for text in told.values() if text not in {"", _NONE}))
        for row, _ in table.records():
            text = told.get(row, "")
            if text in {"", _NONE}:
                text = asked[0] if len(asked) == 1 else ""
            names[place, row] = (f"{title}: {text}" if len(asked) == 1 else text) if text else title
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


def _is_average(
    cells: Sequence[str], key: str, status: str, places: Mapping[str, int | None]
) -> bool:
    if status not in {"", _NONE}:
        return False
    alone = sum(map(bool, cells)) <= 1
    # Whoever made no attempt has dashes there; a line of averages has nothing.
    untold = not key and not status and not first_filled(cells, [places["started"]])
    return any(map(is_footer, cells)) or (not key and alone) or untold


def _said(
    cells: Sequence[str],
    places: Mapping[str, int | None],
    status: str,
    grade: int | None,
    responses: Sequence[int],
) -> _Row:
    """Return whether there was an attempt and whether it was handed in."""
    times = [cells[p].strip() for p in (places["started"], places["completed"]) if p is not None]
    if status:
        absent = status == _NONE
    elif times:
        absent = all(time in {_NONE, ""} for time in times)
    else:
        # A language we do not know: nothing but dashes after the address.
        after = [cell.strip() for cell in cells[(places["email"] or 0) + 1 :]]
        absent = bool(after) and all(cell == _NONE for cell in after)
    completed = places["completed"]
    open_ = completed is not None and cells[completed].strip() in {_NONE, ""}
    if completed is None:
        dashes = [cells[p].strip() == _NONE for p in (*responses, *([grade] if grade else ()))]
        # Without a state and a time nobody can say that it was handed in.
        open_ = bool(dashes) and all(dashes) and (grade is not None or not status)
    started = first_filled(cells, [places["started"]])
    return _Row(
        absent=absent,
        unfinished=not absent and (open_ or fold_header(status) in UNFINISHED),
        when=started if started != _NONE else "",
    )


def _set_aside(found: EntriesFound, under_way: set[int]) -> None:
    """Count an attempt that was not handed in as none, beside one that was; say which there are.

    The report shows a dash for all of it, though text may have been saved.
    """
    if not under_way:
        return
    handed_in = {same_student(each.student) for each in found.entries if each.row not in under_way}
    alone: dict[str, int] = {}
    kept: list[ArchiveEntry] = []
    for each in found.entries:
        student = same_student(each.student)
        if each.row in under_way and student not in handed_in:
            if alone.setdefault(student, each.row) != each.row:
                continue
            each = replace(each, attempt=0)
        kept.append(each)
    found.entries = kept
    number = len(under_way)
    found.warnings.append(
        f"{number} attempt{'s are' if number > 1 else ' is'} not finished "
        f"(record {', '.join(str(row) for row in sorted(under_way)[:5])}): in progress or never "
        "submitted, so not handed in; the report shows nothing of what was typed"
    )


def _tell_unseen(found: EntriesFound) -> None:
    rows = sorted({each.row for each in found.entries if each.state is InputState.UNREADABLE})
    if rows:
        listed = ", ".join(map(str, rows[:5])) + " …" * (len(rows) > 5)
        found.warnings.append(
            "an empty cell is an answer of which the report shows no text, such as a picture "
            "(in an .ods also one that begins with '=') "
            f"(record {listed}): unreadable, not blank; look at it in Moodle"
        )
