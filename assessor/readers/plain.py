"""Plain tables: a column that names the student and one, or a numbered few, with answers."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from assessor.errors import SubmissionError
from assessor.readers.base import (
    Answers,
    QuestionKind,
    ReadOptions,
    Unclear,
    columns_of,
    named_column,
)
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import NAMES, Table, find_column, fold_header, number_in
from assessor.sheet.people import columns, full_name
from assessor.sheet.word_lists import PEOPLE
from assessor.submission import InputState
from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.readers")["plain"]

_ANSWER = re.compile("".join(_LISTS["answer"]))
_NUMBERED = re.compile("".join(_LISTS["numbered"]))
# Words that say something about an answer: a column that is called so never holds it.
_ABOUT = re.compile("".join(_LISTS["about"]))
_ASIDE = re.compile(r"\([^()]*\)|\[[^][]*\]")
_FEW = 3
_CODE, _QUESTION_WORDS = 40, 5
_SCORE = ("score", "points", "punkte", "total")


def recognise(table: Table) -> str:
    """Return why this may be a plain table: it has a student and an answer by name."""
    if _students(table) and _answers(table):
        return "columns found by name"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return the answers of a plain table. Raises SubmissionError naming what is unclear."""
    student = _student_column(table, options)
    answers = _answer_columns(table, options)
    if student in answers:
        raise SubmissionError(f"{table.file}: --student and --answer name the same column")
    attempt = find_column(table.header, NAMES["attempt"])
    question = find_column(table.header, NAMES["question"]) if len(answers) == 1 else None
    choice = find_column(table.header, NAMES["choice"])
    score = find_column(table.header, _SCORE)
    times = columns(table.header, "completed", "started") if attempt is None else {}
    when = next((place for place in times.values() if place not in (None, student)), None)
    people = {name: find_column(table.header, PEOPLE[name]) for name in ("name", "first", "last")}
    people = {name: place if place != student else None for name, place in people.items()}
    found = EntriesFound(
        file=table.file,
        format="plain",
        why=f"student in {table.header[student]!r}, answer in "
        + ", ".join(repr(table.header[place]) for place in answers),
    )
    if not options.student and not _students(table):
        title = table.header[student]
        found.warnings.append(f"taken for who answers: {title!r}; --student names another column")
    used = {student, *answers, attempt, question, choice, score, when, *people.values()}
    found.unused = tuple(t for place, t in enumerate(table.header) if t and place not in used)
    seen: _Seen = {}
    kind = QuestionKind.WRITTEN if len(answers) == 1 else None
    for row, cells in table.records():
        who = _student(table, row, cells[student])
        entry = ArchiveEntry(
            student=who,
            question="",
            raw="",
            row=row,
            name=full_name(cells, people),
            attempt=_attempt(table, row, cells, attempt, when),
            when=cells[when] if when is not None else "",
            score=number_in(cells[score]) if score is not None else None,
        )
        if choice is not None and choice not in answers and choice != student:
            title = table.header[choice]
            found.add(entry, question=title, raw=cells[choice], kind=QuestionKind.CHOICE)
        nothing = attempt is not None and cells[attempt].strip() in ("", "0")
        if nothing and not any(cells[place].strip() for place in answers):
            entry.attempt, entry.state = 0, InputState.NOT_SUBMITTED
        for place in answers:
            asked = cells[question] if question is not None else ""
            title = asked.strip() or table.header[place]
            if entry.attempt is not None:
                _refuse_twice(table, seen, entry, title)
            found.add(entry, question=title, raw=cells[place], kind=kind)
    if not found.entries:
        raise SubmissionError(f"{table.file}: has a header and no answers; export it again")
    seen.clear()
    return assemble(found, ReadOptions())


# The record of each student, by question and attempt.
_Seen = dict[tuple[str, int], dict[str, int]]


def _refuse_twice(table: Table, seen: _Seen, entry: ArchiveEntry, question: str) -> None:
    students = seen.setdefault((question, entry.attempt or 0), {})
    folded = entry.student.casefold()
    # Of an id without capitals nothing is held twice.
    other = students.setdefault(entry.student if folded == entry.student else folded, entry.row)
    if other != entry.row:
        raise SubmissionError(
            f"{table.where(entry.row)}: student {entry.student!r} stands there "
            f"twice (records {other} and {entry.row}); add an 'attempt' column or remove one"
        )


def _student_column(table: Table, options: ReadOptions) -> int:
    if options.student:
        return named_column(table, options.student, "--student")
    places = _students(table) or _codes(table)
    if places:
        return places[0]
    guide = ""
    if len(table.header) == 1:
        made = f"assessor rubric new --from {shlex.quote(table.file)} --out rubric.yaml"
        guide = f"; if it is a marking guide, a rubric is made of it by: {made}"
    raise Unclear(
        f"{table.file}: no column is known to hold the student; "
        f"name it with --student: {columns_of(table)}{guide}",
        meaning="student",
        choices=table.header,
    )


def _answer_columns(table: Table, options: ReadOptions) -> list[int]:
    if options.answer:
        return [named_column(table, options.answer, "--answer")]
    places = _answers(table) or _asked_in_title(table)
    if not places:
        raise Unclear(
            f"{table.file}: no column is known to hold the answer; "
            f"name it with --answer: {columns_of(table)}",
            meaning="answer",
            choices=_by_prose(table),
        )
    titles = [fold_header(table.header[place]) for place in places]
    if len(set(titles)) < len(titles):
        # A second column of the title with nothing in it is no second answer.
        places = [p for p in places if any(row[p].strip() for _, row in table.records())] or places
        titles = [fold_header(table.header[place]) for place in places]
    if len(set(titles)) < len(titles):
        raise SubmissionError(
            f"{table.file}: {table.header[places[0]]!r} stands there twice; rename one of them"
        )
    if len(places) > 1 and not all(_NUMBERED.fullmatch(title) for title in titles):
        listed = ", ".join(repr(table.header[place]) for place in places)
        raise Unclear(
            f"{table.file}: several columns may hold the answer; name one with --answer: {listed}",
            meaning="answer",
            choices=[table.header[place] for place in places],
        )
    return places


def _students(table: Table) -> list[int]:
    """Return the columns that may name the student, the surest first."""
    folded = [fold_header(title) for title in table.header]
    sure = {"student_id", "studentid", "student.id", "user_id", "userid"} | PEOPLE["number"]
    maybe = NAMES["student"] | PEOPLE["email"] | PEOPLE["username"]
    found = [place for place, title in enumerate(folded) if title in sure]
    found += [place for place, title in enumerate(folded) if title in maybe]
    # A name is better than nobody; two students of one name are then told as one twice.
    named = [place for place, title in enumerate(folded) if title in PEOPLE["name"]]
    return list(dict.fromkeys(found)) or named


def _codes(table: Table) -> list[int]:
    """Return the one column beside the answer that is filled and different in every row."""
    answers = _answers(table)
    rows = [cells for _, cells in table.records()]
    found = []
    for place, title in enumerate(table.header):
        cells = [row[place].strip() for row in rows]
        codes = all(cell and len(cell) <= _CODE and not cell.split()[1:] for cell in cells)
        if title.strip() and place not in answers and codes and len(set(cells)) == len(rows) > 1:
            found.append(place)
    return found if answers and len(found) == 1 else []


def _asked_in_title(table: Table) -> list[int]:
    """Return the one column that has a question for its title, as forms make them."""
    titles = [len(title.split()) for title in table.header]
    found = [place for place, words in enumerate(titles) if words >= _QUESTION_WORDS]
    return [place for place in found if place not in _students(table)] if len(found) == 1 else []


def _answers(table: Table) -> list[int]:
    """Return the columns that may hold the answer: by an exact name, by number, by a word in it."""
    students = set(_students(table)[:1])
    folded = [fold_header(title) for title in table.header]
    places = [place for place in range(len(folded)) if place not in students]
    places = [place for place in places if not _is_about(folded[place])]
    exact = [place for place in places if folded[place] in NAMES["answer"]]
    exact = exact or [place for place in places if folded[place] in NAMES["text"]]
    numbered = [place for place in places if _NUMBERED.fullmatch(folded[place])]
    if numbered and not exact:
        return numbered
    found = exact or [place for place in places if _ANSWER.fullmatch(folded[place])]
    telling = [place for place in found if not _says_one_thing(table, place)]
    others = [place for place in places if place not in found]
    # Where nothing else is there to be the answer, a class that agrees is believed.
    return telling or ([] if any(_is_prose(table, place) for place in others) else found)


def _is_about(title: str) -> bool:
    """Return whether a title names a fact about answers: their time, count, id, length, score."""
    plain = _ASIDE.sub(" ", title).strip()
    return (
        len(plain.split()) < _QUESTION_WORDS and "?" not in plain and bool(_ABOUT.fullmatch(plain))
    )


def _says_one_thing(table: Table, place: int) -> bool:
    cells = [row[place].strip() for row in table.first(200)]
    return len(cells) >= _FEW and len(set(cells)) == 1


def _is_prose(table: Table, place: int) -> bool:
    cells = [row[place].split() for row in table.first(200)]
    return bool(cells) and sum(map(len, cells)) >= _FEW * len(cells)


def _student(table: Table, row: int, cell: str) -> str:
    if not cell.strip():
        raise SubmissionError(f"{table.where(row)}: record {row} names no student; fill it in")
    return cell


def _attempt(
    table: Table, row: int, cells: Sequence[str], attempt: int | None, when: int | None
) -> int | None:
    """Return a row's attempt: as it says, else the first, or None where times number them."""
    if attempt is None:
        return 1 if when is None or not cells[when].strip() else None
    cell = cells[attempt]
    if not cell.strip():
        return 1
    if not re.fullmatch(r"\s*\d{1,6}\s*", cell):
        raise SubmissionError(f"{table.where(row)}: attempt {cell!r} is no number; correct it")
    return int(cell)


def _by_prose(table: Table) -> list[str]:
    """Return the columns, those with the most words first: what to offer a person."""
    rows = table.first(200)
    sizes = [sum(len(cells[p].split()) for cells in rows) for p in range(len(table.header))]
    return [table.header[p] for p in sorted(range(len(sizes)), key=lambda p: -sizes[p])]
