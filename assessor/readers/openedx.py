"""Open edX, the ORA data report: one row per submission of every open response in the course.

(edx-ora2 data.py.) `Response` is JSON with the parts that were typed; what is missing prints as
`None`. A student whose state was reset may have handed in a block twice: those are attempts.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence

from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled, named_column
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import Table, fold_header, number_in
from assessor.submission import InputState

_NEEDED = {"submission id", "response", "anonymized student id"}
_NONE = "None"


def recognise(table: Table) -> str:
    """Return why this is the report: submission, anonymized student and response."""
    titles = {fold_header(title) for title in table.header}
    if titles >= _NEEDED and titles & {"item id", "location", "assessment details"}:
        return "Submission ID, Anonymized Student ID and Response"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every response; the key is Username where the report has it."""
    found = EntriesFound(file=table.file, format="openedx_ora", why=recognise(table))
    titles = [fold_header(title) for title in table.header]
    at = {title: place for place, title in reversed(list(enumerate(titles)))}
    keys = [at.get("username"), at["anonymized student id"]]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    names = _names(table, at)
    score = at.get("final score points earned")
    seen: dict[tuple[str, str], int] = {}
    for row, cells in table.records():
        known = [None if p is not None and cells[p].strip() == _NONE else p for p in keys]
        text, files = _response(cells[at["response"]])
        student = first_filled(cells, known) or found.anonymous(row)
        question = names[_block(cells, at)]
        attempt = seen[student, question] = seen.get((student, question), 0) + 1
        found.entries.append(
            ArchiveEntry(
                student=student,
                question=question,
                attempt=attempt,
                raw=text,
                row=row,
                state=InputState.UNREADABLE if files and not text.strip() else None,
                kind=QuestionKind.WRITTEN,
                score=number_in(cells[score]) if score is not None else None,
                markup=True,
            )
        )
    return assemble(found, options)


def _block(cells: Sequence[str], at: dict[str, int]) -> str:
    return first_filled(cells, [at.get("location"), at.get("item id"), at.get("problem name")])


def _names(table: Table, at: dict[str, int]) -> dict[str, str]:
    """Return what each block is called; two of one name are told apart by their location."""
    titles: dict[str, str] = {}
    for _, cells in table.records():
        block = _block(cells, at)
        name = first_filled(cells, [at.get("problem name")])
        titles.setdefault(block, name if name and name != _NONE else block or "response")
    called = list(titles.values())
    return {
        block: title if called.count(title) == 1 else f"{title} ({block.rpartition('@')[2]})"
        for block, title in titles.items()
    }


def _value(cell: str) -> object:
    """Return what a cell holds: JSON, or as older reports print it, Python's own writing."""
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(cell) if cell.startswith("{") and len(cell) < 500_000 else cell
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return cell


def _response(cell: str) -> tuple[str, bool]:
    """Return what was typed, part after part, and whether files were handed in as well."""
    if cell.strip() in {"", _NONE}:
        return "", False
    value = _value(cell)
    if not isinstance(value, dict):
        return (value, False) if isinstance(value, str) else (cell, False)
    parts = value.get("parts")
    if not isinstance(parts, list):
        parts = [value]
    texts = [
        part["text"]
        for part in parts
        if isinstance(part, dict) and isinstance(part.get("text"), str)
    ]
    files = any(value.get(key) for key in ("file_keys", "files", "file_key", "files_names"))
    return "\n\n".join(text for text in texts if text.strip()), files
