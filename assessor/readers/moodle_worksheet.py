"""Moodle assignment, offline grading worksheet: one row per participant, the latest attempt.

(moodle mod/assign/gradingtable.php; headers in the site's language, names left out under blind
marking.) In a language we do not know it is still known by its build: `X` and `… (X)` for the
grade and when it was changed, and identifiers that are one word and a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled, named_column
from assessor.readers.entries import Entry, Found, assemble
from assessor.sheet import WORKSHEET, Table, find_column, fold_header, number_in
from assessor.sheet.people import columns
from assessor.submission import InputState

_IDENTIFIER = re.compile(r"\s*(\D*[^\W\d]\D*?)\s*(\d+)\s*")
_IN_BRACKETS = re.compile(r".+\((.+)\)\s*", re.DOTALL)
_NOT_TEXT = re.compile(
    r"file|datei|fichier|archivo|fitxer|bestand|arquivo|ficheiro|comment|kommentar|comentari"
    r"|comentário|opmerking",
    re.IGNORECASE,
)
_FILE = re.compile(r"file|datei|fichier|archivo|fitxer|bestand|arquivo|ficheiro", re.IGNORECASE)
_NO_SUBMISSION = (
    "no submission",
    "keine abgabe",
    "nicht abgegeben",
    "aucun",
    "pas de remise",
    "sin entrega",
    "no entregado",
    "no hay entrega",
    "sense tramesa",
    "cap tramesa",
    "nessuna consegna",
    "non consegnato",
    "geen inzending",
    "niets ingestuurd",
    "nenhum envio",
    "nenhuma submissão",
    "sem envio",
    "ingen inlämning",
    "ingen besvarelse",
    "brak",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Build:
    identifier: int
    grade: int
    graded_at: int
    submitted_at: int | None


def recognise(table: Table) -> str:
    """Return why this is the worksheet: an identifier, a grade and when it was last changed."""
    build = _build(table)
    if build is None:
        return ""
    places = (build.identifier, build.grade, build.graded_at)
    return "{}, {} and {}".format(*(table.header[place] for place in places))


def read(table: Table, options: ReadOptions) -> Answers:
    """Return the online texts; the key is the whole identifier, as the import needs it."""
    header = table.header
    found = Found(file=table.file, format="moodle_worksheet", why=recognise(table))
    build = _build(table)
    if build is None:
        return assemble(found, options)
    text, files = _texts(table, build)
    if options.answer:
        text = named_column(table, options.answer, "--answer")
    key = named_column(table, options.student, "--student") if options.student else None
    key = build.identifier if key is None else key
    status = find_column(header, WORKSHEET["status"])
    name = columns(header, "name")["name"]
    for row, cells in table.records():
        answer = cells[text] if text is not None else ""
        handed_over = first_filled(cells, files)
        absent = not answer.strip() and not handed_over and _absent(cells, status, build)
        state = InputState.NOT_SUBMITTED if absent else None
        if text is None:
            state = InputState.NO_ANSWERS
        elif handed_over and not answer.strip():
            state = InputState.UNREADABLE
        found.entries.append(
            Entry(
                student=cells[key].strip() or found.anonymous(row),
                question=header[text] if text is not None else "",
                raw=answer,
                row=row,
                name=cells[name] if name is not None else "",
                attempt=0 if absent else 1,
                state=state,
                kind=QuestionKind.WRITTEN,
                score=number_in(cells[build.grade]),
                markup=True,
            )
        )
    if text is None:
        found.warnings.append(
            "holds no online text: students hand in files here, or the site leaves the text out"
        )
    return assemble(found, ReadOptions(student=options.student))


def _build(table: Table) -> _Build | None:
    """Return where grade and times stand: one title repeats the grade's in brackets."""
    header = table.header
    folded = [fold_header(title) for title in header]
    for place, title in enumerate(folded):
        bracketed = _IN_BRACKETS.fullmatch(title)
        if bracketed is None:
            continue
        inner = bracketed[1].strip()
        grade = next((p for p, each in enumerate(folded) if each == inner), None)
        if grade is None and title in WORKSHEET["last_modified_grade"]:
            grade = find_column(header, WORKSHEET["grade"])
        identifier = None if grade is None else _identifier(table)
        if grade is None or identifier is None:
            continue
        before = title[: title.rindex("(")]
        submitted = next(
            (p for p, each in enumerate(folded) if p != place and each.startswith(before)), None
        )
        return _Build(identifier=identifier, grade=grade, graded_at=place, submitted_at=submitted)
    return None


def _identifier(table: Table) -> int | None:
    """Return the column of identifiers: by its title, else one word and a number in every row."""
    rows = table.first(200)
    names = WORKSHEET["identifier"]
    titled = [p for p, title in enumerate(table.header) if fold_header(title) in names]
    places: list[int] = [*titled, *range(len(table.header))]
    for place in places:
        found = [_IDENTIFIER.fullmatch(row[place]) for row in rows]
        words = {str(match[1]) if match else "" for match in found}
        if len(words) == 1 and words != {""}:
            return place
    return None if rows or not titled else titled[0]


def _texts(table: Table, build: _Build) -> tuple[int | None, list[int]]:
    """Return the column of the online text, and those that name files."""
    header = table.header
    start = build.submitted_at + 1 if build.submitted_at is not None else build.grade + 1
    between = range(start, build.graded_at)
    files = [
        place
        for place, title in enumerate(header)
        if _FILE.search(title) and "feedback" not in fold_header(title)
    ]
    known = find_column(header, WORKSHEET["online_text"])
    if known is None and build.submitted_at is not None:
        left = [place for place in between if not _NOT_TEXT.search(header[place])]
        known = left[0] if len(left) == 1 else None
    return known, files


def _absent(cells: Sequence[str], status: int | None, build: _Build) -> bool:
    said = fold_header(cells[status]) if status is not None else ""
    if said.startswith(_NO_SUBMISSION):
        return True
    at = build.submitted_at
    return at is not None and cells[at].strip() in {"-", ""}
