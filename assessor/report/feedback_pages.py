"""One page per student, fit to hand out: their points, their own words, how to ask again."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.grade import Grade, GradedCell, feedback_of, was_released_otherwise
from assessor.report.catalogue import ENGLISH, Speech, language_of, speech
from assessor.report.display import signed
from assessor.report.material import QuestionPart, ReportMaterial, ReportRow, parts_of
from assessor.report.page import render
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.submission import InputState
from assessor.verdict import ReleasedBy
from assessor.writers.results import csv_bytes, guarded, guarded_text, points_text

INDEX = "index-for-the-instructor.csv"
ANSWER_LENGTH = 20_000


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
    worth: int
    how: str
    comment: str
    points: tuple[Point, ...]
    limited: bool
    chosen: str
    answer: str
    cut: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingQuestion:
    """One question of this student whose grade is not out yet."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One page: `file` is its name, which nobody can guess from another.

    `speech` is the language of its words. `total` is "" where not every question is out, or one is
    out twice (several attempts).
    """

    file: str
    speech: Speech
    student_id: str
    name: str
    answered: tuple[Answered, ...]
    waiting: tuple[WaitingQuestion, ...]
    total: str
    most: str
    worth: int

    @property
    def names_points(self) -> bool:
        """Whether some point is told in words, so that a student can name it."""
        return any(point.about or point.hint for each in self.answered for point in each.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the pages are written with, but for the class itself.

    `secret` names the files, the same ones each time. `sentence`, where given, is said in place of
    ours on how a grade came about and how to ask for another look. `language` is one of those that
    there is a catalogue of; "" is that of each student's first question.
    """

    secret: bytes
    sentence: str = ""
    language: str = ""


def feedback_pages(material: ReportMaterial, told: Told) -> Mapping[str, bytes]:
    """Return file name → content: a page for each student with a released grade, and the index."""
    students = students_of(material, told)
    pages = {each.file: page_of(each, material.heading, told) for each in students}
    return {**pages, INDEX: index_of(students)} if pages else {}


def page_of(student: Student, heading: str, told: Told) -> bytes:
    """Return one student's page."""
    text = render(
        "report/feedback.html",
        student.speech,
        title=heading,
        student=student,
        ask_again=not told.sentence,
    )
    return text.encode()


def languages_of(material: ReportMaterial) -> Mapping[str, str]:
    """Return each rubric's language as it is written there → the one of the pages, "" for none."""
    return {
        rubric.language: language_of(rubric.language, _words(rubric))
        for rubric in material.rubrics.values()
    }


def _words(rubric: Rubric) -> str:
    return " ".join([rubric.question.prompt, *(each.description for each in rubric.key_points)])


def students_of(material: ReportMaterial, told: Told) -> tuple[Student, ...]:
    """Return what each student with a released grade is told."""
    rows: dict[str, list[tuple[QuestionPart, ReportRow]]] = {}
    for part in parts_of(material):
        for row in part.rows:
            rows.setdefault(row.grade.submission.student_id, []).append((part, row))
    spoken = {
        question: told.language or language_of(rubric.language, _words(rubric)) or ENGLISH
        for question, rubric in material.rubrics.items()
    }
    found = []
    for student_id, own in rows.items():
        out = [(part, row) for part, row in own if row.grade.grade is not None]
        if not out:
            continue
        words = speech(spoken[out[0][0].question])
        waiting = [part for part, row in own if row.grade.grade is None and _is_expected(row)]
        total = sum((row.grade.grade or Decimal(0) for _, row in out), Decimal(0))
        most = sum((row.grade.max_points for _, row in out), Decimal(0))
        asked = sorted(part.question for part, _ in out)
        whole = not waiting and asked == sorted(material.rubrics)
        found.append(
            Student(
                file=f"{_mark(told.secret, student_id)}.html",
                speech=words,
                student_id=student_id,
                name=next((row.grade.submission.name for _, row in own), ""),
                answered=tuple(_answered(part, row, told.sentence, words) for part, row in out),
                waiting=tuple(WaitingQuestion(title=part.rubric.title) for part in waiting),
                total=points_text(total) if whole else "",
                most=points_text(most) if whole else "",
                worth=_counted(most),
            )
        )
    return tuple(found)


def _is_expected(row: ReportRow) -> bool:
    return row.grade.submission.state not in {InputState.NOT_SUBMITTED, InputState.NOT_ASKED}


def _answered(part: QuestionPart, row: ReportRow, sentence: str, words: Speech) -> Answered:
    grade, rubric = row.grade, part.rubric
    answer = grade.submission.answer
    # Released and then judged anew: the points found since do not explain the grade that is out.
    whole = grade.standing == grade.grade and (row.override is None or row.override.total is None)
    own, otherwise = feedback_of(rubric, grade.cells), was_released_otherwise(grade)
    return Answered(
        title=rubric.title,
        asked=rubric.question.prompt,
        language=rubric.language,
        attempt=grade.submission.attempt,
        grade=words.number(points_text(grade.grade)),
        most=words.number(points_text(grade.max_points)),
        worth=_counted(grade.max_points),
        how=sentence or _how(row, words),
        comment=grade.feedback if grade.feedback != own and not otherwise else "",
        points=tuple(_points(rubric, grade.cells, words)) if whole else (),
        limited=whole and _sum(grade) != grade.grade,
        chosen=_chosen(grade, words),
        answer=answer[:ANSWER_LENGTH],
        cut=max(len(answer) - ANSWER_LENGTH, 0),
    )


def _counted(points: Decimal) -> int:
    """Return the number by which a noun after these points is bent; a part of one is several."""
    return int(points) if points == int(points) else 2


def _how(row: ReportRow, words: Speech) -> str:
    """Return how a grade came about, by who read and who released it."""
    _ = words.catalogue.gettext
    proposed = _(
        "A language model looked for each key point in your answer and proposed these points; a "
        "point was given only for words of yours that it could quote."
    )
    judged = bool(row.outcome.findings)
    if row.grade.released_by == ReleasedBy.REVIEW:
        if not judged:
            return _("A person read your answer and decided on these points.")
        decided = _("Then a person read your answer and decided.")
        return f"{proposed} {decided}"
    if not judged:
        return ""
    unread = _("No person has read this answer yet; you can ask for it.")
    if row.grade.released_by == ReleasedBy.AUDIT:
        how = _("Your instructor checked a sample of the class and released the rest together.")
    else:
        how = _("Your instructor released them together with others.")
    return f"{proposed} {how} {unread}"


def _points(rubric: Rubric, cells: Sequence[GradedCell], words: Speech) -> list[Point]:
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
                points=words.number(signed(cell.points)),
                most="" if is_wrong else words.number(points_text(cell.max_points)),
                kind="wrong" if is_wrong else "full" if made else "part" if cell.points else "none",
                quotes=cell.quotes if cell.level != ABSENT else (),
            )
        )
    return told


def _sum(grade: Grade) -> Decimal:
    chosen = grade.choice.points if grade.choice is not None else None
    parts = [each.points for each in grade.cells if each.points is not None]
    return sum(parts, chosen or Decimal(0))


def _chosen(grade: Grade, words: Speech) -> str:
    choice = grade.choice
    if choice is None or choice.points is None:
        return ""
    said = words.catalogue.gettext("%(picked)s: %(points)s of %(most)s")
    return said % {
        "picked": ", ".join(choice.options) or "–",
        "points": words.number(points_text(choice.points)),
        "most": words.number(points_text(choice.max_points)),
    }


def _mark(secret: bytes, student_id: str) -> str:
    """Return a file name that holds no id and leads to no other student's."""
    key = student_id.encode("utf-8", errors="surrogatepass")
    return hmac.new(secret, b"feedback\0" + key, hashlib.sha256).hexdigest()[:20]


def index_of(students: Sequence[Student]) -> bytes:
    """Return the table that says whose page is whose."""
    rows = [("student_id", "name", "file", "grade", "max_points", "questions_waiting")]
    for each in students:
        rows.append(
            (
                guarded(each.student_id),
                guarded_text(each.name),
                each.file,
                each.total,
                each.most,
                str(len(each.waiting)),
            )
        )
    return csv_bytes(rows)
