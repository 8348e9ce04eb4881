"""Moodle's Questionnaire activity: a row per response, the answers in `Q01_…`, in any language.

(PoetOS/moodle-mod_questionnaire.) `Response` is the number of the response and no answer. Who and
when stands in front of the questions: number, time, institution, department, course, group, id,
full name, user name.
"""

from __future__ import annotations

import re

from assessor.counting import plural
from assessor.readers.base import Answers, ReadOptions, asked_columns, first_filled, named_column
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import Table
from assessor.sheet.people import columns, full_name

_QUESTION = re.compile(r"\s*Q\d{2,3}_.*", re.DOTALL)
_LEAD = 5


def recognise(table: Table) -> str:
    """Return why this is a questionnaire: columns `Q01_…` behind those of the person."""
    asked = [place for place, title in enumerate(table.header) if _QUESTION.fullmatch(title)]
    if not asked or asked[0] < _LEAD:
        return ""
    who = columns(table.header[: asked[0]], "username", "name", "email")
    numbered = all(cells[0].strip().isdecimal() for cells in table.first(50))
    known = any(place is not None for place in who.values())
    if not numbered and not known:
        return ""
    return f"{plural(len(asked), 'column')} Q01_… behind those of the person"


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every response; the key is the user name, else what stands before the questions."""
    found = EntriesFound(file=table.file, format="moodle_questionnaire", why=recognise(table))
    asked = [place for place, title in enumerate(table.header) if _QUESTION.fullmatch(title)]
    lead = table.header[: asked[0]]
    places = columns(lead, "username", "name", "email", "completed")
    keys = [places["username"], places["email"]]
    if not any(place is not None for place in keys):
        keys = [_username(table, asked[0])]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    when = places["completed"] if places["completed"] is not None else 1
    if places["name"] is None and keys[0]:
        places["name"] = keys[0] - 1
    for row, cells in table.records():
        entry = ArchiveEntry(
            student=first_filled(cells, keys) or found.anonymous(row),
            question="",
            raw="",
            row=row,
            name=full_name(cells, places),
            when=cells[when],
        )
        for place in asked_columns(table, options, asked):
            found.add(entry, question=table.header[place].strip(), raw=cells[place])
    return assemble(found, options)


def _username(table: Table, end: int) -> int | None:
    """Return the last column before the questions with one word, and another one, in every row."""
    rows = table.first(200)
    for place in range(end - 1, 1, -1):
        cells = [cells[place].strip() for cells in rows]
        if all(len(cell.split()) == 1 for cell in cells) and len(set(cells)) == len(cells):
            return place
    return None
