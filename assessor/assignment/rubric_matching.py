"""Which rubric grades which question of an answers file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.host_consent import keep_consent
from assessor.assignment.judge_choice import JudgeChoice
from assessor.assignment.kept_settings import offer
from assessor.assignment.named_files import find_rubric
from assessor.errors import InputError, RubricError
from assessor.questions import (
    RubricWish,
    choice_question,
    choose_attempts,
    match_questions,
    with_choices,
)
from assessor.readers import Answers
from assessor.readers.base import QuestionKind
from assessor.submission import InputState, Submission


def wishes_of(place: ClassFolder, named: Sequence[str]) -> tuple[RubricWish, ...]:
    """Return the rubrics that the options name, else those of assessor.toml.

    `named` holds a rubric, or "COLUMN OR TEXT=RUBRIC". Raises RubricError with every problem.
    """
    pairs = [(*_split(place, each), "") for each in named] or [
        (each.match, each.rubric, each.choice) for each in place.config.question
    ]
    if not pairs:
        raise InputError(
            "name a rubric: --rubric FILE or a shipped id (assessor rubric list), or make one of "
            "a marking guide (assessor rubric new --from GUIDE --out rubric.yaml); "
            'several questions: --rubric "COLUMN OR TEXT=RUBRIC", repeated'
        )
    wishes: list[RubricWish] = []
    problems: list[str] = []
    for match, name, choice in pairs:
        try:
            rubric, _ = find_rubric(name, place.folder)
            wishes.append(RubricWish(rubric=rubric, name=name, match=match, choice=choice))
        except RubricError as error:
            problems += error.problems
    if problems:
        raise RubricError(*problems)
    return tuple(wishes)


def _split(place: ClassFolder, named: str) -> tuple[str, str]:
    """Return the question's name and the rubric's; a file may have an equals sign in its name."""
    match, equals, rubric = named.rpartition("=")
    if not equals or any((folder / named).is_file() for folder in (Path(), place.folder)):
        return "", named
    return match.strip(), rubric.strip()


def assign(
    place: ClassFolder, wishes: Sequence[RubricWish], read: Answers, file: str
) -> Mapping[str, RubricWish]:
    """Return the rubric of each question that is graded, as it was named.

    Where one rubric fits none of several questions by itself, a person at the terminal is asked.
    Raises InputError with the choices.
    """
    written = [each.text for each in read.questions if each.kind is QuestionKind.WRITTEN]
    if not written or all(each.state is InputState.NO_ANSWERS for each in read.submissions):
        raise InputError(
            f"{file}: holds no written answers; download the report that has the texts "
            f"(assessor check {file} says what this one is)"
        )
    try:
        return match_questions(written, wishes, file)
    except InputError:
        if len(wishes) > 1 or wishes[0].match or not place.person.is_there:
            raise
    return match_questions(written, [replace(wishes[0], match=_pick(place, written))], file)


def _pick(place: ClassFolder, written: Sequence[str]) -> str:
    listed = [repr(text[:90]) for text in written]
    return written[place.person.points_at("Which question does this rubric grade?", listed)]


def attempts(
    place: ClassFolder, read: Answers, assigned: Mapping[str, RubricWish]
) -> tuple[Submission, ...]:
    """Return the attempts that count, of the questions that are graded, with their choices."""
    found = [(each.text, each.kind is QuestionKind.CHOICE) for each in read.questions]
    columns = {
        question: choice_question(found, question, wish.choice)
        for question, wish in assigned.items()
        if wish.rubric.choice is not None
    }
    chosen = choose_attempts(read.submissions, place.config.assignment.attempt)
    graded = [each for each in chosen if each.question in assigned]
    return with_choices(graded, columns, read.choices)


def offer_to_keep(
    place: ClassFolder, read: Answers, assigned: Mapping[str, RubricWish], choice: JudgeChoice
) -> None:
    """Offer to keep in assessor.toml what was named or picked for this class."""
    one = sum(each.kind is QuestionKind.WRITTEN for each in read.questions) == 1
    questions = [
        {"match": "" if one else wish.match or question, "rubric": wish.name, "choice": wish.choice}
        for question, wish in assigned.items()
    ]
    judge = {
        "use": choice.named,
        "model": choice.model,
        "base_url": place.config.judge.base_url,
    }
    columns = place.config.assignment
    assignment = {"student": columns.student, "answer": columns.answer}
    settings = {"assignment": assignment, "judge": judge}
    if offer(place, settings, questions) and judge["base_url"]:
        # Who named the host just now need not be asked about the file that says so from now on.
        keep_consent(place)


def left_out(read: Answers, assigned: Mapping[str, RubricWish]) -> tuple[str, ...]:
    """Return the written questions that no rubric grades."""
    return tuple(
        each.text
        for each in read.questions
        if each.kind is QuestionKind.WRITTEN and each.text not in assigned
    )
