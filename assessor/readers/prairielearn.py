"""PrairieLearn, submissions for manual grading: one row per submission, answers as JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled, named_column
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import Table, fold_header, number_in

_NEEDED = {"qid", "submission_id", "submitted_answer"}
# Group work has the group's name and a list of its members in place of one student.
_KEYS = ("uid", "group_name", "uin")


def recognise(table: Table) -> str:
    """Return why this is the file: uid or group_name, qid, submission_id and submitted_answer."""
    titles = {fold_header(title) for title in table.header}
    key = next((each for each in _KEYS[:2] if each in titles), "")
    return f"{key}, qid, submission_id and submitted_answer" if key and titles >= _NEEDED else ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every submission; the key is `uid`, of groups `group_name`; the question `qid`."""
    found = EntriesFound(file=table.file, format="prairielearn", why=recognise(table))
    at = {fold_header(title): place for place, title in enumerate(table.header)}
    keys = [at.get(key) for key in _KEYS]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    seen: dict[tuple[str, str], int] = {}
    for row, cells in table.records():
        student = first_filled(cells, keys) or found.anonymous(row)
        question = cells[at["qid"]].strip()
        attempt = seen[student, question] = seen.get((student, question), 0) + 1
        found.entries.append(
            ArchiveEntry(
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
