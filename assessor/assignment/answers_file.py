"""An answers file, read by the settings; a column that no header tells is asked for, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.kept_settings import offer
from assessor.assignment.named_files import read_bytes
from assessor.assignment.spoken_lines import SpokenLine, Tone, warnings
from assessor.counting import plural
from assessor.errors import InputError
from assessor.readers import Answers, ReadOptions, Unclear, read_answers
from assessor.readers.column_doubts import doubts
from assessor.readers.hand_in_folder import our_sheets, packed
from assessor.submission import InputState, Submission, same_student

# A column's title is shown so far.
SHOWN = 90


def read_class(place: ClassFolder, path: Path, graded: Sequence[str] = ()) -> Answers:
    """Read an answers file by the settings; `graded` names questions that have a rubric.

    A person at the terminal is asked which column is meant where that is unclear, and offered to
    have the answer kept in assessor.toml. Raises SubmissionError.
    """
    settings = place.config.assignment
    known = {"student": settings.student, "answer": settings.answer}
    written = tuple(graded) or tuple(each.match for each in place.config.question)
    asked: dict[str, str | bool] = {}
    aside = our_sheets(path) if path.is_dir() else ()
    while True:
        try:
            options = ReadOptions(
                **known,
                written=written,
                encoding=settings.encoding or None,
                worksheet=settings.sheet_name,
            )
            read = read_answers(_content(path, aside), str(path), options)
        except Unclear as unclear:
            if not place.person.is_there or known[unclear.meaning]:
                raise
            # A column that was picked for one thing is not offered for the other.
            left = [each for each in unclear.choices if each not in known.values()]
            if not left:
                raise
            asked[unclear.meaning] = known[unclear.meaning] = _pick(place, unclear.meaning, left)
        else:
            offer(place, {"assignment": asked})
            return replace(read, warnings=(*read.warnings, *_left_aside(aside)))


def _content(path: Path, aside: Sequence[Path]) -> bytes:
    return packed(path, aside) if path.is_dir() else read_bytes(path)


def _left_aside(sheets: Sequence[Path]) -> Iterator[str]:
    if sheets:
        names = ", ".join(each.name for each in sheets)
        are = "is a sheet" if len(sheets) == 1 else "are sheets"
        them = "it is" if len(sheets) == 1 else "they are"
        yield f"{names} {are} of assessor's own and no hand-in: {them} left out here"


def confirm_doubts(
    place: ClassFolder, read: Answers, questions: Sequence[str], *, dry: bool
) -> None:
    """Ask before a class is graded whose answers are all blank, equal, numbers or one word.

    Raises InputError where nobody can be asked; --yes goes on.
    """
    odd = doubts(read, questions)
    if not odd or dry or place.person.said_yes:
        return
    said = "; ".join(odd)
    if not place.person.is_there:
        raise InputError(
            f"{said}: is that the column of the answers? name another one with --answer, or go on "
            "with --yes"
        )
    place.person.goes_on(f"{said}. Is that the column of the answers? Go on?")


def states_words(submissions: Iterable[Submission]) -> str:
    """Return how many submissions are in each state of the input."""
    states = Counter(each.state for each in submissions)
    return ", ".join(f"{states[s]} {s.value.replace('_', ' ')}" for s in InputState if states[s])


def introduction(
    path: Path, read: Answers, submissions: Sequence[Submission]
) -> Iterator[SpokenLine]:
    """Yield what was understood of the file."""
    listed = states_words(submissions)
    yield SpokenLine(f"{path.name}: {read.format} ({read.why}): {listed}")
    yield from warnings(f"  {each}" for each in read.warnings)
    if read.unused:
        yield SpokenLine(f"  columns not used: {', '.join(read.unused)}", Tone.ASIDE)


def attempts_words(read: Answers, policy: str) -> str:
    """Return which attempt counts, where a student has several; "" where nobody has."""
    known: dict[str, set[str]] = {}
    several: set[str] = set()
    for each in read.submissions:
        if each.state is not InputState.NO_ANSWERS:
            student, students = (
                same_student(each.student_id),
                known.setdefault(each.question, set()),
            )
            if student in students:
                several.add(student)
            students.add(student)
    if not several:
        return ""
    who = plural(len(several), "student has", "students have")
    counts = "all count" if policy == "all" else f"the {policy} counts"
    return f"{who} several attempts: {counts} (--attempt latest, first, best or all)"


def _pick(place: ClassFolder, meaning: str, choices: Sequence[str]) -> str:
    listed = [each if len(each) <= SHOWN else f"{each[: SHOWN - 1]}…" for each in choices]
    return choices[place.person.points_at(f"Which column holds the {meaning}?", listed)]


def answers_json(read: Answers) -> dict[str, object]:
    """Return what was understood of a file as a program reads it: written answers and states."""
    return {
        "format": read.format,
        "questions": [
            {"text": question.text, "kind": question.kind.value} for question in read.questions
        ],
        "submissions": [
            {
                "student_key": each.student_id,
                "attempt": each.attempt,
                "question": None if each.state is InputState.NO_ANSWERS else each.question,
                "answer_text": None if each.state is InputState.NO_ANSWERS else each.answer,
                "state": each.state.value,
                **({"reading": each.reading} if each.reading else {}),
            }
            for each in read.submissions
        ],
        "warnings": list(read.warnings),
    }
