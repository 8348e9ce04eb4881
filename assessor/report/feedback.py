"""One page per student, fit to hand out: their points, their own words, how to ask again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.grade import Grade, GradedCell, feedback_of
from assessor.report.material import Material, Part, Row, parts_of
from assessor.report.page import render
from assessor.report.shown import signed
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.submission import InputState
from assessor.writers.results import csv_bytes, guarded, points_text

INDEX = "index-for-the-instructor.csv"
ANSWER_LENGTH = 20_000
ASK_AGAIN = (
    "If you think that something was overlooked, write to your instructor, name the point above "
    "and the words of your answer that you mean, and a person will read it again."
)
# How a grade came about, by who read and who released it.
READ_BY_PERSON = "A person read your answer and decided on these points."
PROPOSED = (
    "A language model looked for each key point in your answer and proposed these points; a point "
    "was given only for words of yours that it could quote."
)
READ_THEN_DECIDED = f"{PROPOSED} Then a person read your answer and decided."
RELEASED_TOGETHER = f"{PROPOSED} Your instructor released them together with others, unread."
AFTER_AUDIT = (
    f"{PROPOSED} Your instructor checked a sample of the class and released the rest together."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One key point or misconception as it is told to the student."""

    about: str
    hint: str
    points: str
    most: str
    kind: str
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One question: the grade, how it came about, and each point, where they add up to it."""

    title: str
    asked: str
    language: str
    attempt: int
    grade: str
    most: str
    how: str
    comment: str
    points: tuple[Point, ...]
    limited: bool
    chosen: str
    answer: str
    cut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One question of this student whose grade is not out yet."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One page: `file` is its name, which nobody can guess from another.

    `total` is "" where not every question is out, or one is out twice (several attempts).
    """

    file: str
    student_id: str
    name: str
    answered: tuple[Answered, ...]
    waiting: tuple[Waiting, ...]
    total: str
    most: str


def feedback_pages(material: Material, secret: bytes, sentence: str = "") -> Mapping[str, bytes]:
    """Return file name → content: a page for each student with a released grade, and the index.

    `sentence`, where given, is said in place of ours on how a grade came about and how to ask
    for another look. `secret` names the files, the same ones each time.
    """
    students = _students(material, secret, sentence)
    pages = {
        each.file: render(
            "report/feedback.html",
            title=material.heading,
            student=each,
            ask_again="" if sentence else ASK_AGAIN,
        ).encode()
        for each in students
    }
    return {**pages, INDEX: _index(students)} if pages else {}


def _students(material: Material, secret: bytes, sentence: str) -> tuple[Student, ...]:
    rows: dict[str, list[tuple[Part, Row]]] = {}
    for part in parts_of(material):
        for row in part.rows:
            rows.setdefault(row.grade.submission.student_id, []).append((part, row))
    found = []
    for student_id, own in rows.items():
        out = [(part, row) for part, row in own if row.grade.grade is not None]
        if not out:
            continue
        waiting = [part for part, row in own if row.grade.grade is None and _is_expected(row)]
        total = sum((row.grade.grade or Decimal(0) for _, row in out), Decimal(0))
        most = sum((row.grade.max_points for _, row in out), Decimal(0))
        asked = sorted(part.question for part, _ in out)
        whole = not waiting and asked == sorted(material.rubrics)
        found.append(
            Student(
                file=f"{_mark(secret, student_id)}.html",
                student_id=student_id,
                name=next((row.grade.submission.name for _, row in own), ""),
                answered=tuple(_answered(part, row, sentence) for part, row in out),
                waiting=tuple(Waiting(title=part.rubric.title) for part in waiting),
                total=points_text(total) if whole else "",
                most=points_text(most) if whole else "",
            )
        )
    return tuple(found)


def _is_expected(row: Row) -> bool:
    return row.grade.submission.state not in {InputState.NOT_SUBMITTED, InputState.NOT_ASKED}


def _answered(part: Part, row: Row, sentence: str) -> Answered:
    grade, rubric = row.grade, part.rubric
    answer = grade.submission.answer
    # Released and then judged anew: the points found since do not explain the grade that is out.
    whole = grade.standing == grade.grade and (row.override is None or row.override.total is None)
    own = feedback_of(rubric, grade.cells)
    return Answered(
        title=rubric.title,
        asked=rubric.question.prompt,
        language=rubric.language,
        attempt=grade.submission.attempt,
        grade=points_text(grade.grade),
        most=points_text(grade.max_points),
        how=sentence or _how(part, row),
        comment=grade.feedback if grade.feedback != own else "",
        points=tuple(_points(rubric, grade.cells)) if whole else (),
        limited=whole and _sum(grade) != grade.grade,
        chosen=_chosen(grade),
        answer=answer[:ANSWER_LENGTH],
        cut=max(len(answer) - ANSWER_LENGTH, 0),
    )


def _how(part: Part, row: Row) -> str:
    if row.grade.released_by == "review":
        return READ_THEN_DECIDED if row.outcome.findings else READ_BY_PERSON
    if not row.outcome.findings:
        return ""
    return AFTER_AUDIT if row.grade.released_by == "audit" else RELEASED_TOGETHER


def _points(rubric: Rubric, cells: Sequence[GradedCell]) -> list[Point]:
    """Return what is said of each cell; of a misconception only where the answer holds it."""
    told = []
    for cell in cells:
        is_wrong = cell.kind is CellKind.MISCONCEPTION
        if cell.points is None or (is_wrong and cell.level == ABSENT):
            continue
        about = rubric.misconception(cell.cell) if is_wrong else rubric.key_point(cell.cell)
        hint = about.feedback.get(cell.level, "")
        made = is_wrong or cell.points == cell.max_points
        told.append(
            Point(
                # What was missed is not given away where the rubric has a hint for it.
                about=about.description if made or not hint else "",
                hint=hint,
                points=signed(cell.points),
                most="" if is_wrong else points_text(cell.max_points),
                kind="wrong" if is_wrong else "full" if made else "part" if cell.points else "none",
                quotes=cell.quotes if cell.level != ABSENT else (),
            )
        )
    return told


def _sum(grade: Grade) -> Decimal:
    chosen = grade.choice.points if grade.choice is not None else None
    parts = [each.points for each in grade.cells if each.points is not None]
    return sum(parts, chosen or Decimal(0))


def _chosen(grade: Grade) -> str:
    choice = grade.choice
    if choice is None or choice.points is None:
        return ""
    picked = ", ".join(choice.options) or "–"
    return f"{picked}: {points_text(choice.points)} of {points_text(choice.max_points)}"


def _mark(secret: bytes, student_id: str) -> str:
    """Return a file name that holds no id and leads to no other student's."""
    key = student_id.encode("utf-8", errors="surrogatepass")
    return hmac.new(secret, b"feedback\0" + key, hashlib.sha256).hexdigest()[:20]


def _index(students: Sequence[Student]) -> bytes:
    rows = [("student_id", "name", "file", "grade", "max_points", "questions_waiting")]
    for each in students:
        rows.append(
            (
                guarded(each.student_id),
                guarded(each.name),
                each.file,
                each.total,
                each.most,
                str(len(each.waiting)),
            )
        )
    return csv_bytes(rows)
