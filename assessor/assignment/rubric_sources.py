"""From the bytes of a file to what it says of a rubric: which reading of it, or why none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import read_bytes
from assessor.counting import plural
from assessor.errors import InputError, SubmissionError
from assessor.intake import (
    NotARubric,
    Reading,
    Source,
    draft_of,
    lines_as_points,
    read_text,
    readings_of,
    refuse_people_anywhere,
)
from assessor.intake import (
    read_tables as sheets_of,
)
from assessor.readers import FORMATS, ReadOptions, read_answers
from assessor.readers.base import QuestionKind
from assessor.readers.document import is_document, read_document
from assessor.readers.tables import XLS, ZIP, read_tables
from assessor.rubric import load_rubric
from assessor.rubric.write import Draft
from assessor.sheet.table import decode

PASTED = "what was pasted"
_OURS = re.compile(r"^key_points\s*:", re.MULTILINE)
_BINARY = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What a file gave: a draft, and the source and reading that it came from."""

    draft: Draft
    source: Source | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How sources are to be read; `show` shows the ways to read one, before one is picked."""

    question: str = ""
    reading: int | None = None
    lines: bool = False
    show: Callable[[Sequence[Reading]], None] = lambda readings: None


def gather_file(place: ClassFolder, path: Path, asked: Asked) -> Gathered:
    """Return what a file says. Raises InputError with what was found and the nearest way."""
    opened = open_source(path)
    return opened if isinstance(opened, Gathered) else _gather(place, opened, asked)


def open_source(path: Path) -> Source | Gathered:
    """Return a file in its neutral form; of an export or a rubric file of ours what it gives."""
    data = read_bytes(path)
    name = str(path)
    for mark, what in _BINARY.items():
        if data.startswith(mark):
            raise InputError(
                f"{path}: is {what}; copy its text and paste it (--from -), "
                "or save it as .docx or .html"
            )
    if not data.strip():
        raise InputError(f"{path}: is empty; paste lines such as '2 points: mentions …'")
    if data.startswith(ZIP) and is_document(data):
        page = read_text(read_document(data, name), "document.html")
        return replace(page, file=name)
    exported = _exported(data, name)
    if exported is not None:
        return exported
    if data.startswith((ZIP, XLS)):
        return sheets_of(read_tables(data, name), name)
    text, _, _ = decode(data, name)
    return open_text(text, name)


def read_file(path: Path, asked: Asked) -> tuple[Source, list[Reading]]:
    """Return a file in its neutral form and all ways to read it. Raises InputError."""
    opened = open_source(path)
    if isinstance(opened, Gathered):
        raise InputError(f"{path}: there is nothing to mend; {'; '.join(opened.draft.notes)}")
    readings = _readings(opened, asked)
    if asked.reading is not None:
        readings = [_numbered(opened, readings, asked.reading)]
    return opened, readings


def _readings(source: Source, asked: Asked) -> list[Reading]:
    try:
        if asked.lines:
            return [lines_as_points(source)]
        return readings_of(source, (asked.question,))
    except NotARubric as refusal:
        raise _refused(source.file, refusal) from refusal


def open_text(text: str, file: str) -> Source | Gathered:
    """Return a text in its neutral form, or a rubric file of ours as it is. Raises InputError."""
    if _OURS.search(text):
        # An error in our own form is an error, and no list of lines.
        rubric = load_rubric(text, file)
        note = f"{file}: is a rubric file already; it was taken as it is"
        asked = rubric.question.prompt
        return Gathered(draft=Draft(title=rubric.title, question=asked, whole=text, notes=(note,)))
    try:
        return read_text(text, file)
    except NotARubric as refusal:
        raise _refused(file, refusal) from refusal


def text_to_send(source: Source) -> str:
    """Return the text that a judge may structure. Raises InputError where it holds people."""
    try:
        refuse_people_anywhere(source)
    except NotARubric as refusal:
        raise _refused(source.file, refusal) from refusal
    return source.text


def gather_text(place: ClassFolder, text: str, file: str, asked: Asked) -> Gathered:
    """Return what a text says. Raises InputError with what was found and the nearest way."""
    opened = open_text(text, file)
    return opened if isinstance(opened, Gathered) else _gather(place, opened, asked)


def _gather(place: ClassFolder, source: Source, asked: Asked) -> Gathered:
    reading = _picked(place, source, _readings(source, asked), asked)
    return Gathered(draft=draft_of(reading, source.file), source=source, reading=reading)


def _refused(file: str, refusal: NotARubric) -> InputError:
    way = f"; {refusal.way}" if refusal.way else ""
    return InputError(f"{file}: {refusal.found}{way}")


def _picked(
    place: ClassFolder, source: Source, readings: Sequence[Reading], asked: Asked
) -> Reading:
    """Return the reading that is meant; the only one where nothing in it is doubtful."""
    if asked.reading is not None:
        return _numbered(source, readings, asked.reading)
    if len(readings) == 1 and not readings[0].doubts:
        return readings[0]
    asked.show(readings)
    if place.person.is_there:
        keys = [str(n) for n in range(1, len(readings) + 1)]
        return readings[int(place.person.picks("Which of them", keys)) - 1]
    raise InputError(f"{source.file}: {_ambiguous(readings)}")


def _numbered(source: Source, readings: Sequence[Reading], number: int) -> Reading:
    if number > len(readings):
        raise InputError(
            f"--reading {number}: {source.file} has {len(readings)}; choose one of those"
        )
    return readings[number - 1]


def _ambiguous(readings: Sequence[Reading]) -> str:
    if len(readings) == 1:
        why = "; ".join(readings[0].doubts)
        return f"{why}. Mend it in the file, or take it as shown: --reading 1"
    listed = "; ".join(f"{n}: {each.how}" for n, each in enumerate(readings, start=1))
    several = all(
        each.how.startswith(("only ", "the rubric ", "test ", "sample ", "the metric "))
        for each in readings
    )
    what = (
        f"holds {plural(len(readings), 'rubric or question', 'rubrics or questions')}, and a "
        "rubric is of one question"
        if several
        else f"can be read in {len(readings)} ways"
    )
    return f"{what} ({listed}); choose with --reading N"


def _exported(data: bytes, name: str) -> Gathered | None:
    """Return the question of an answers export. Raises InputError for a gradebook."""
    try:
        read = read_answers(data, name, ReadOptions())
    except SubmissionError:
        return None
    if read.format not in FORMATS or read.format in {"plain", "gradescope_evaluations"}:
        return None
    written = [each.text for each in read.questions if each.kind is QuestionKind.WRITTEN]
    kind = read.format.replace("_", " ")
    if not written:
        if read.submissions:
            raise InputError(
                f"{name}: is a list of students or their grades ({kind}), not a rubric; no "
                f"student may get into a rubric. "
                "Give the file in which the criteria and their points stand"
            )
        return None
    question = re.sub(r"^\s*\d+:\s*", "", written[0]).strip()
    notes = [
        f"{name}: is an export of answers ({kind}), not a rubric: its question was taken, and no "
        f"answer"
    ]
    if others := [each[:60] for each in written[1:]]:
        notes.append(f"{name}: has other questions, left out: {'; '.join(others)}")
    return Gathered(draft=Draft(question=question, notes=tuple(notes)))
