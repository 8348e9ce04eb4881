"""Qualtrics: three header rows (names, question texts, ImportIds), a row per response."""

from __future__ import annotations

import json
import re

from assessor.counting import plural
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
from assessor.sheet import Table, fold_header, number_in, visible
from assessor.submission import InputState

_TEXT = re.compile(r"QID\d+_TEXT")
_QUESTION = re.compile(r"(?:\d+_)?QID\d+(?:[_#]\d+)*(?:_TEXT)?")
_UPLOAD = re.compile(r"QID\d+_FILE_(?:ID|NAME)")
_TESTS = frozenset({"survey preview", "survey test", "1", "2", "17", "offline survey preview"})
_SPAM = frozenset({"spam", "8"})
_IDS = ("recipientemail", "email", "externalreference", "externaldatareference", "responseid")


def recognise(table: Table) -> str:
    """Return why this is Qualtrics: the third row holds ImportIds."""
    _, third = _heads(table)
    if any(cell.lstrip().startswith('{"ImportId"') for cell in third):
        return "three header rows, the third with ImportIds"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every response; the key is RecipientEmail, ExternalReference or ResponseId."""
    found = EntriesFound(file=table.file, format="qualtrics", why=recognise(table))
    names = [fold_header(title).replace(" ", "") for title in table.header]
    width = len(names)
    texts, imports = (
        (*row, *("",) * (width - len(row)))[:width]
        for row in (table.rows[place] for place in _places(table))
    )
    ids = [_import_id(cell) for cell in imports]
    data = table.below(_places(table)[1])
    rows = [
        (row, cells + ("",) * (width - len(cells)))
        for row, cells in data.records()
        if cells[:2] != table.header[:2]
    ]
    keys: list[int | None] = [names.index(name) for name in _IDS if name in names]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    at = {name: place for place, name in reversed(list(enumerate(names)))}
    asked = {place for place, each in enumerate(ids) if _QUESTION.fullmatch(each)}
    asked = {p for p in asked if not identifies(texts[p], [cells[p] for _, cells in rows])}
    uploads = {place for place, each in enumerate(ids) if _UPLOAD.fullmatch(each)}
    unfinished = 0
    for row, cells in rows:
        status = fold_header(first_filled(cells, [at.get("status")]))
        channel = fold_header(first_filled(cells, [at.get("distributionchannel")]))
        if channel == "preview" or status in _TESTS | _SPAM:
            why = "marked as spam" if status in _SPAM else "a preview of the survey"
            found.skip(row, first_filled(cells, keys), why)
            continue
        unfinished += fold_header(first_filled(cells, [at.get("finished")])) in {"false", "0"}
        entry = ArchiveEntry(
            student=first_filled(cells, keys) or found.anonymous(row),
            question="",
            raw="",
            row=row,
            name=" ".join(
                first_filled(cells, [at.get(name)])
                for name in ("recipientfirstname", "recipientlastname")
            ),
            when=first_filled(cells, [at.get("recordeddate"), at.get("enddate")]),
            score=number_in(first_filled(cells, [at.get("sc0"), at.get("score")])),
        )
        for place in asked_columns(table, options, sorted(asked | uploads)):
            state = InputState.UNREADABLE if place in uploads and cells[place].strip() else None
            kind = QuestionKind.WRITTEN if _TEXT.fullmatch(ids[place]) or place in uploads else None
            question = visible(texts[place], markup=True).strip() or table.header[place]
            found.add(entry, question=question, raw=cells[place], state=state, kind=kind)
    if unfinished:
        found.warnings.append(
            f"{plural(unfinished, 'response was', 'responses were')} not finished: what is "
            "there is read"
        )
    return assemble(found, options)


def _places(table: Table) -> tuple[int, ...]:
    """Return where the two rows below the first header stand; blank lines may be between."""
    below = range(table.head + 1, len(table.rows))
    return tuple(place for place in below if any(map(str.strip, table.rows[place])))[:2]


def _heads(table: Table) -> tuple[tuple[str, ...], tuple[str, ...]]:
    rows = [table.rows[place] for place in _places(table)]
    return (rows[0], rows[1]) if len(rows) == 2 else ((), ())


def _import_id(cell: str) -> str:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return ""
    return str(value.get("ImportId", "")) if isinstance(value, dict) else ""
