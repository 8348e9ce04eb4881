"""Google Forms (sheet as CSV, or the form's own download) and Microsoft Forms: a row per filling.

Both put their own columns first and a column per question after them; quizzes add points and
feedback per question. Filling it in again is another row: an attempt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assessor.readers.base import (
    Answers,
    QuestionKind,
    ReadOptions,
    asked_columns,
    first_filled,
    named_column,
)
from assessor.readers.content import identifies
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import NAMES, Table, fold_header, score_in
from assessor.sheet.moments import moments
from assessor.sheet.people import address_column, columns, full_name
from assessor.sheet.word_lists import PEOPLE
from assessor.wordlists import names_in, word_lists

_LISTS = word_lists("assessor.readers")["forms"]

_STAMP = frozenset(names_in(_LISTS["stamp"]))
_GOOGLE_OWN = re.compile(
    r".*\[(?:score|feedback|punkte|punktzahl|note|puntuación|punteggio)\]", re.I
)
_ANONYMOUS = frozenset(names_in(_LISTS["anonymous"]))
_MICROSOFT = ("started", "completed", "email", "name")
# A quiz's columns of points and feedback, in any language: a word, a dash and the question.
_PARTS = re.compile(r"[^\W\d][\w ]{1,30}?\s+[-–—]\s+(.+)", re.DOTALL)
_MICROSOFT_OWN = frozenset(names_in(_LISTS["microsoft_own"]))


def recognise_google(table: Table) -> str:
    """Return why this is a Google form: a time stamp first."""
    titles = [fold_header(title) for title in table.header]
    if titles[0] in _STAMP:
        return f"the first column is {table.header[0].strip()!r}"
    if _STAMP & set(titles) and PEOPLE["email"] & set(titles) and not NAMES["answer"] & set(titles):
        return "a time stamp and an address"
    if len(table.header) > 2 and address_column(table) == 1 and _are_times(table, 0):
        return "a time first, then an address"
    return ""


def read_google(table: Table, options: ReadOptions) -> Answers:
    """Return every filling; the key is the e-mail address."""
    found = EntriesFound(file=table.file, format="google_forms", why=recognise_google(table))
    places = columns(table.header, "email", "username", "score", "name", "first", "last", "number")
    places["email"] = address_column(table) if places["email"] is None else places["email"]
    stamps = (p for p, title in enumerate(table.header) if fold_header(title) in _STAMP)
    when = next(stamps, 0)
    own = {when} | {
        place for name, place in places.items() if place is not None and name != "number"
    }
    own |= {place for place, title in enumerate(table.header) if _GOOGLE_OWN.fullmatch(title)}
    keys = [places[name] for name in ("email", "username", "number")]
    keys += _who_columns(table, own, keys)
    _read(table, found, options, (keys, own, when, places))
    return assemble(found, options)


def recognise_microsoft(table: Table) -> str:
    """Return why this is a Microsoft form: ID, start, completion, e-mail, name, in this order."""
    header = [fold_header(title) for title in table.header]
    if len(header) < 5:
        return ""
    if _is_numbered(table) and address_column(table) == 3 and _are_times(table, 1):
        return "a number, times and an address: " + ", ".join(table.header[:5])
    if "id" not in header:
        return ""
    if None not in columns(table.header, *_MICROSOFT).values():
        return "ID, start, completion, e-mail and name"
    if header[0] == "id" and _are_times(table, 1) and _are_times(table, 2):
        return ", ".join(table.header[:5])
    return ""


def _is_numbered(table: Table) -> bool:
    """Return whether the first column only counts the rows, and the third holds times."""
    given = [cells[0].strip() for cells in table.first(50)]
    return all(cell.isdecimal() for cell in given) and _are_times(table, 2)


def _are_times(table: Table, place: int) -> bool:
    given = [cells[place] for cells in table.first(50)]
    return bool(given) and None not in moments(given) and all(":" in each for each in given)


def read_microsoft(table: Table, options: ReadOptions) -> Answers:
    """Return every filling; the key is Email, on open forms the question that asks who it is."""
    header = table.header
    found = EntriesFound(file=table.file, format="microsoft_forms", why=recognise_microsoft(table))
    places = columns(header, *_MICROSOFT)
    if None in places.values():
        places = dict(zip(_MICROSOFT, (1, 2, 3, 4), strict=True))
    when = places["completed"] or 2
    places["score"] = columns(header, "score")["score"]
    titles_at = [fold_header(title) for title in header]
    lead = {place for place in places.values() if place is not None}
    others = ["" if place in lead else title for place, title in enumerate(header)]
    asked_for = columns(others, "email", "number", "username")
    titles = set(titles_at)
    own = {titles_at.index("id") if "id" in titles else 0} | {
        place for place in places.values() if place is not None
    }
    scored = []
    for place, title in enumerate(header):
        match = _PARTS.fullmatch(title)
        if match and fold_header(match[1]) in titles:
            own.add(place)
            scored.append(titles_at.index(fold_header(match[1])))
        elif fold_header(title) in _MICROSOFT_OWN:
            own.add(place)
    # Every question of a quiz has its points; what stands before the first is the quiz's own.
    before = range(max(lead) + 1, min(scored, default=0))
    own |= {p for p in before if not identifies(header[p], _column(table, p))}
    keys = [places["email"], *asked_for.values()]
    keys += _who_columns(table, own, keys)
    _read(table, found, options, (keys, own, when, places))
    return assemble(found, options)


def _who_columns(table: Table, own: set[int], keys: Sequence[int | None]) -> list[int]:
    """Return the questions of an open form that ask who answers, those with codes first."""
    places = [
        place
        for place, title in enumerate(table.header)
        if place not in own and place not in keys and identifies(title, _column(table, place))
    ]
    return sorted(places, key=lambda place: any(" " in cell for cell in _column(table, place)))


def _column(table: Table, place: int) -> list[str]:
    return [cells[place] for _, cells in table.records()]


def _read(
    table: Table,
    found: EntriesFound,
    options: ReadOptions,
    build: tuple[Sequence[int | None], set[int], int, dict[str, int | None]],
) -> None:
    keys, own, when, places = build
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    asked = [place for place in range(len(table.header)) if place not in own]
    who = {
        place
        for place in asked
        if fold_header(table.header[place]) in PEOPLE["name"] | PEOPLE["section"] | PEOPLE["number"]
        or place in keys
        or identifies(table.header[place], _column(table, place))
    }
    if who:
        listed = ", ".join(repr(table.header[place].strip()) for place in sorted(who))
        found.warnings.append(f"taken for who answers and not for a question: {listed}")
    titled = [place for place in asked if table.header[place].strip() and place not in who]
    for row, cells in table.records():
        filled = [cells[p].strip() if p is not None else "" for p in keys]
        key = next((cell for cell in filled if cell and fold_header(cell) not in _ANONYMOUS), "")
        name = full_name(cells, places)
        entry = ArchiveEntry(
            student=key or found.anonymous(row),
            question="",
            raw="",
            row=row,
            name=name if fold_header(name) not in _ANONYMOUS else first_filled(cells, sorted(who)),
            when=cells[when],
            score=score_in(first_filled(cells, [places["score"]])),
        )
        for place in asked_columns(table, options, titled):
            kind = QuestionKind.WRITTEN if options.answer else None
            # What Excel writes for the carriage return of a line break within a cell.
            raw = cells[place].replace("_x000D_", "")
            found.add(entry, question=table.header[place].strip(), raw=raw, kind=kind)
