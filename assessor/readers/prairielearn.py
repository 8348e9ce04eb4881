"""PrairieLearn, submissions for manual grading: one row per submission, answers as JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled, named_column
from assessor.readers.entries import Entry, Found, assemble
from assessor.sheet import Table, fold_header, number_in

_NEEDED = {"uid", "qid", "submission_id", "submitted_answer"}


def recognise(table: Table) -> str:
    """Return why this is the file: uid, qid, submission_id and submitted_answer."""
    titles = {fold_header(title) for title in table.header}
    return "uid, qid, submission_id and submitted_answer" if titles >= _NEEDED else ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every submission; the key is `uid`, the question `qid`."""
    found = Found(file=table.file, format="prairielearn", why=recognise(table))
    at = {fold_header(title): place for place, title in enumerate(table.header)}
    keys = [at["uid"], at.get("uin")]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    seen: dict[tuple[str, str], int] = {}
    for row, cells in table.records():
        student = first_filled(cells, keys) or found.anonymous(row)
        question = cells[at["qid"]].strip()
        attempt = seen[student, question] = seen.get((student, question), 0) + 1
        found.entries.append(
            Entry(
                student=student,
                question=question,
                attempt=attempt,
                raw=_answer(cells[at["submitted_answer"]]),
                row=row,
                name=first_filled(cells, [at.get("name"), at.get("user_name")]),
                kind=QuestionKind.WRITTEN,
                score=number_in(
                    first_filled(cells, [at.get("score_perc"), at.get("old_score_perc")])
                ),
            )
        )
    return assemble(found, options)


def _answer(cell: str) -> str:
    try:
        value = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    if isinstance(value, str):
        return value
    return "\n\n".join(_texts(value)) if isinstance(value, dict) else cell


def _texts(value: dict[str, object]) -> Iterator[str]:
    for name, part in value.items():
        if name == "_files" and isinstance(part, list):
            yield from (_file(each) for each in part if isinstance(each, dict))
        elif isinstance(part, str) and not name.startswith("_"):
            yield part


def _file(each: dict[str, object]) -> str:
    try:
        return base64.b64decode(str(each.get("contents", "")), validate=True).decode("utf-8")
    except ValueError:
        return str(each.get("name", ""))
