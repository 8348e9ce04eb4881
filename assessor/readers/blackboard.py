"""Blackboard, Download Results: by user (a row of numbered groups) or by question and user.

With questions in random order, `Question 1` is another question for each student, and so is its
id: a question is known by its text, row by row. Tab-delimited UTF-16 text often carries the name
.xls. Cells are HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assessor.counting import plural
from assessor.readers.base import Answers, ReadOptions, first_filled, named_column
from assessor.readers.content import is_test_student
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import WORDS, Table, fold_header, score_in, visible
from assessor.sheet.people import columns, full_name
from assessor.submission import InputState

_QUESTION, _ANSWER = WORDS["question"], WORDS["answer"]
_NUMBERED = re.compile(r"\s*(.*?[^\W\d])\s*(\d{1,3})\s*", re.DOTALL)
_ID = re.compile(r"\bid\b|kennung")
_MANUAL = re.compile(r"manual|manuell|manuelle|manuale|handmatig")
_AUTO = re.compile(r"auto")
_UNANSWERED = frozenset(
    {"<unanswered>", "[unanswered]", "unanswered", "<nicht beantwortet>", "<sin responder>"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    question: int
    answer: int
    scores: tuple[int, ...]


def recognise(table: Table) -> str:
    """Return why these are Blackboard's results: a user and questions with their answers."""
    if columns(table.header, "username")["username"] is None:
        return ""
    groups = _groups(table.header)
    if groups:
        return f"Username and {plural(len(groups), 'group')} of question and answer"
    return "Username, Question and Answer, a row for each" if _long(table.header) else ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every answer; the key is the user name, a question is known by its text."""
    found = EntriesFound(file=table.file, format="blackboard", why=recognise(table))
    places = columns(table.header, "username", "first", "last", "name", "attempt", "completed")
    groups = _groups(table.header)
    long = None if groups else _long(table.header)
    key = places["username"]
    if options.student:
        key = named_column(table, options.student, "--student")
    seen: dict[tuple[str, str], int] = {}
    for row, cells in table.records():
        name = full_name(cells, places)
        if is_test_student(name):
            found.skip(row, name, "a test student or preview user")
            continue
        student = first_filled(cells, [key]) or found.anonymous(row)
        number = first_filled(cells, [places["attempt"]])
        for group in groups or ([long] if long else []):
            question = visible(cells[group.question], markup=True).strip()
            if not question:
                continue
            sitting = row
            if long:
                # The long form has no attempt: the second row of a question is the next one.
                sitting = seen[student, question] = seen.get((student, question), 0) + 1
            raw = cells[group.answer]
            blank = fold_header(raw) in _UNANSWERED
            found.entries.append(
                ArchiveEntry(
                    student=student,
                    question=question,
                    raw="" if blank else raw,
                    row=row,
                    name=name,
                    attempt=int(number) if number.isdecimal() and len(number) < 6 else None,
                    when=first_filled(cells, [places["completed"]]),
                    sitting=sitting,
                    state=InputState.BLANK if blank else None,
                    score=score_in(first_filled(cells, group.scores)),
                    markup=True,
                )
            )
    return assemble(found, options)


def _groups(header: Sequence[str]) -> list[_Group]:
    """Return the numbered groups: `Question ID 1, Question 1, Answer 1, …, Manual Score 1`."""
    parts: dict[str, dict[str, int]] = {}
    for word, number, place in _numbered(header):
        parts.setdefault(number, {})[word] = place
    found = []
    for words in parts.values():
        question = next((place for word, place in words.items() if word in _QUESTION), None)
        answer = next((place for word, place in words.items() if word in _ANSWER), None)
        scores = _scores(words)
        if question is None or answer is None or not (scores or any(map(_ID.search, words))):
            continue
        found.append(_Group(question=question, answer=answer, scores=scores))
    return found


def _numbered(header: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    for place, title in enumerate(header):
        match = _NUMBERED.fullmatch(title)
        if match:
            yield fold_header(match[1]), match[2], place


def _long(header: Sequence[str]) -> _Group | None:
    words = {fold_header(title): place for place, title in enumerate(header)}
    question = next((place for word, place in words.items() if word in _QUESTION), None)
    answer = next((place for word, place in words.items() if word in _ANSWER), None)
    scored = _scores(words)
    if question is None or answer is None or not (scored and any(map(_ID.search, words))):
        return None
    return _Group(question=question, answer=answer, scores=scored)


def _scores(words: dict[str, int]) -> tuple[int, ...]:
    manual = [place for word, place in words.items() if _MANUAL.search(word)]
    return (*manual, *(place for word, place in words.items() if _AUTO.search(word)))
