"""Sakai: Tests & Quizzes responses (a real .xls), and the assignment zip with its grades.csv."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from assessor.counting import plural
from assessor.readers.archive import Archive
from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled, named_column
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.readers.hand_in import ReadWork, Work, read_works
from assessor.sheet import Table, decode, fold_header, parse_table, score_in
from assessor.sheet.people import columns, full_name
from assessor.sheet.word_lists import PEOPLE
from assessor.submission import InputState

_RESPONSE = re.compile(
    r"(?:[^\d,]+\d+\s*,\s*)?[^\d,]+\d+\s*,\s*"
    r"(?:response|antwort|respuesta|réponse|risposta|resposta|antwoord|svar)\s*(?::.*)?",
    re.IGNORECASE | re.DOTALL,
)
_NO_SUBMISSION = frozenset({"no submission", "keine abgabe", "sin entrega", "aucune soumission"})
_IDS = frozenset({"display id", "user id", "eid", "user eid"})
_ANONYMOUS = frozenset({"submission id", "anonymous id", "anonymous grading id"})
GRADES = "grades.csv"
_FOLDER = re.compile(r"\(([^()]+)\)$")
_ATTACHED = re.compile(r"submission attachment", re.IGNORECASE)
_TYPED = re.compile(r"submission\s*text", re.IGNORECASE)
_NOT_ANSWERS = re.compile(r"(?:comments|timestamp|feedback|instructor|grades)", re.IGNORECASE)


def recognise_quiz(table: Table) -> str:
    """Return why these are Tests & Quizzes responses: `Part n, Question n, Response`."""
    number = sum(bool(_RESPONSE.fullmatch(title)) for title in table.header)
    return f"{plural(number, 'column')} 'Part …, Question …, Response'" if number else ""


def read_quiz(table: Table, options: ReadOptions) -> Answers:
    """Return every submission; the key is the user name, else the anonymous submission id."""
    header = table.header
    found = EntriesFound(file=table.file, format="sakai_quiz", why=recognise_quiz(table))
    places = columns(header, "username", "first", "last", "name", "email", "attempt", "score")
    times = columns(header, "started", "completed")
    titles = [fold_header(title) for title in header]
    keys = [p for p, title in enumerate(titles) if title in _IDS | PEOPLE["username"]]
    keys += [p for p, title in enumerate(titles) if title in _ANONYMOUS | PEOPLE["email"]]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    asked = [place for place, title in enumerate(header) if _RESPONSE.fullmatch(title)]
    for row, cells in table.records():
        absent = any(fold_header(cell) in _NO_SUBMISSION for cell in cells)
        name = full_name(cells, places)
        key = first_filled(cells, keys)
        if not key and not name and not absent:
            found.skip(row, first_filled(cells, range(len(cells))), "no student")
            continue
        number = first_filled(cells, [places["attempt"]])
        entry = ArchiveEntry(
            student=key or found.anonymous(row),
            question="",
            raw="",
            row=row,
            name=name,
            attempt=0 if absent else _number(number),
            when=first_filled(cells, [times["completed"], times["started"]]),
            state=InputState.NOT_SUBMITTED if absent else None,
            score=score_in(first_filled(cells, [places["score"]])),
            markup=True,
        )
        for place in asked:
            found.add(entry, question=header[place].strip(), raw=cells[place])
    return assemble(found, options)


def recognise_grades(table: Table) -> str:
    """Return why this is an assignment's grades.csv: Display ID, ID and grade."""
    titles = {fold_header(title) for title in table.header}
    if {"display id", "id"} <= titles and titles & {"grade", "last name", "submission date"}:
        return "Display ID, ID and grade" + (f" in row {table.head + 1}" * bool(table.head))
    return ""


def read_grades(table: Table, options: ReadOptions) -> Answers:
    """Return the class; the key is Display ID."""
    found = _members(table)
    found.warnings.append("holds no answers; give the whole zip that it came in")
    return assemble(found, ReadOptions(student=options.student))


def is_archive(archive: Archive) -> bool:
    """Return whether an archive is an assignment: grades.csv and folders with ids."""
    name = _grades(archive)
    return name is not None and any(_FOLDER.search(p) for n in archive.names for p in n.split("/"))


def read_archive(archive: Archive, options: ReadOptions) -> Answers:
    """Return the submission texts of an assignment's zip, for everybody in its grades.csv."""
    name = _grades(archive) or GRADES
    table = parse_table(archive.read(name), f"{archive.file}: {name}")
    head = next(
        (head for head in range(min(8, len(table.rows))) if recognise_grades(table.below(head))), 0
    )
    roster = _members(table.below(head))
    found = EntriesFound(
        file=archive.file, format="sakai_assignment", why=f"a zip with {GRADES} and a folder each"
    )
    works = _works(archive)
    read = read_works(archive, works, found)
    known = {each.student.casefold() for each in roster.entries}
    for owner in works.keys() - known:
        found.skip(0, owner, f"handed in, but not in {GRADES}")
    for each in roster.entries:
        work = read.get(each.student.casefold(), ReadWork(raw=""))
        handed_in = bool(each.when or work.raw.strip() or work.unread)
        entry = ArchiveEntry(
            student=each.student,
            question=str(PurePosixPath(name).parent.name) or "submission",
            raw="",
            row=each.row,
            name=each.name,
            attempt=1 if handed_in else 0,
            state=None if handed_in else InputState.NOT_SUBMITTED,
            kind=QuestionKind.WRITTEN,
            score=each.score,
        )
        found.entries.append(work.fill(entry))
    return assemble(found, options)


def _grades(archive: Archive) -> str | None:
    """Return the list of the assignment: the one beside the students' folders."""
    folders = {
        "".join(f"{p}/" for p in parts[:place])
        for parts in (name.split("/") for name in archive.names)
        for place, part in enumerate(parts[:-1])
        if _FOLDER.search(part)
    }
    beside = [f"{folder}{GRADES}" for folder in folders]
    return next((n for n in beside if n in archive.names), archive.find(GRADES))


def _members(table: Table) -> EntriesFound:
    found = EntriesFound(file=table.file, format="sakai_grades", why=recognise_grades(table))
    titles = [fold_header(title) for title in table.header]
    key = titles.index("display id") if "display id" in titles else 0
    grade = titles.index("grade") if "grade" in titles else None
    places = columns(table.header, "first", "last", "completed")
    for row, cells in table.records():
        if not cells[key].strip():
            found.skip(row, first_filled(cells, range(len(cells))), "no student")
            continue
        when = first_filled(cells, [places["completed"]])
        found.entries.append(
            ArchiveEntry(
                student=cells[key].strip(),
                question="",
                raw="",
                row=row,
                name=full_name(cells, places),
                attempt=1 if when else 0,
                when=when,
                state=InputState.NO_ANSWERS,
                score=score_in(cells[grade]) if grade is not None else None,
            )
        )
    return found


def _works(archive: Archive) -> dict[str, Work]:
    """Return what was handed in by the id in the folder's brackets."""
    works: dict[str, Work] = {}
    for name in archive.names:
        path = PurePosixPath(name)
        owner = next((match[1] for p in path.parts[:-1] if (match := _FOLDER.search(p))), "")
        if not owner or any("Feedback" in p for p in path.parts[:-1]):
            continue
        title = path.name.removeprefix(path.parent.name)
        attached = any(_ATTACHED.match(part) for part in path.parts[:-1])
        if not attached and _NOT_ANSWERS.search(title):
            continue
        work = works.setdefault(owner.casefold(), Work())
        if not attached and _TYPED.search(title):
            typed, _, _ = decode(archive.read(name), f"{archive.file}: a submission's text")
            work.texts.append(typed)
        else:
            work.members.append(name)
    return works


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 6 else None
