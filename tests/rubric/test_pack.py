"""The shipped rubrics: complete, each with sample answers across the range that fit it."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.api import load_rubric
from assessor.assets import folder, shipped_rubrics
from assessor.assignment.named_files import read_submissions
from assessor.choice import chosen_in
from assessor.questions import choice_question, with_choices
from assessor.readers import ReadOptions, read_answers
from assessor.readers.base import QuestionKind
from assessor.readers.hand_graded import read_sheet
from assessor.rubric import CellKind, Rubric
from assessor.scoring import score_points
from assessor.verdict import DecisionSource, Override

IDS = (
    "analysis-of-an-alignment-failure",
    "core-difficulties-in-guiding-model-behaviour",
    "critique-of-an-ai-alignment-strategy",
    "perfect-labels",
    "weakness-of-data-fitting",
    "which-challenge-is-this",
)
WITH_CHOICE = ("perfect-labels", "weakness-of-data-fitting", "which-challenge-is-this")
PACK = [pytest.param(each, id=each) for each in IDS]


def examples(name: str) -> Path:
    sixty = name == "critique-of-an-ai-alignment-strategy"
    return folder("examples") / ("critique" if sixty else name)


def human_grades(name: str, rubric: Rubric) -> tuple[Override, ...]:
    place = examples(name)
    submissions = read_submissions(place / "answers.csv")
    rubrics = {each.question: rubric for each in submissions}
    data = (place / "human_grades.csv").read_bytes()
    return read_sheet(
        data, "human_grades.csv", rubrics, submissions, DecisionSource.SHEET
    ).decisions


def test_all_six_questions_have_a_rubric() -> None:
    """And nothing else lies in the folder."""
    assert tuple(sorted(shipped_rubrics())) == IDS


@pytest.mark.parametrize("name", PACK)
def test_a_shipped_rubric_leaves_nothing_out(name: str) -> None:
    """A reference answer, phrasings on both sides, boundary examples and feedback everywhere."""
    rubric = load_rubric(name)
    bare = [
        cell
        for cell in rubric.cells
        for of in (
            rubric.key_point(cell)
            if rubric.kind_of(cell) is CellKind.KEY_POINT
            else rubric.misconception(cell),
        )
        if not (of.accepted and of.not_enough and of.feedback)
        or len({each.level for each in of.examples}) < len(rubric.levels_of(cell)) + 1
    ]

    assert rubric.id == name
    assert len(rubric.question.reference.split()) > 60
    assert rubric.misconceptions
    assert not bare


@pytest.mark.parametrize("name", PACK)
def test_sample_answers_span_the_range(name: str) -> None:
    """At least six, all graded by hand, from nothing to full or nearly full points."""
    rubric = load_rubric(name)
    decided = human_grades(name, rubric)
    totals = []
    for each in decided:
        points = dict(each.points)
        assert set(points) == set(rubric.graded)
        totals.append(sum(points[key_point.id] for key_point in rubric.key_points))

    assert len(decided) >= 6
    assert min(totals) == 0
    assert max(totals) >= Decimal("0.8") * sum(each.points for each in rubric.key_points)


@pytest.mark.parametrize("name", PACK)
def test_every_key_point_and_misconception_is_met_by_some_answer(name: str) -> None:
    """And missed by another: an example that never varies shows nothing."""
    rubric = load_rubric(name)
    decided = [dict(each.points) for each in human_grades(name, rubric)]
    flat = [
        cell
        for cell in rubric.graded
        if not any(each[cell] for each in decided) or all(each[cell] for each in decided)
    ]

    assert not flat


@pytest.mark.parametrize("name", WITH_CHOICE)
def test_the_choice_is_read_from_column_or_first_words(name: str) -> None:
    """Code gives the choice the points that the sheet gives it, or leaves it to a person."""
    rubric = load_rubric(name)
    assert rubric.choice is not None
    given = {each.student_id: dict(each.points)["choice"] for each in human_grades(name, rubric)}
    data = (examples(name) / "answers.csv").read_bytes()
    read = read_answers(data, "answers.csv", ReadOptions())
    found = [(each.text, each.kind is QuestionKind.CHOICE) for each in read.questions]
    column = {"answer": choice_question(found, "answer", "")}
    for each in with_choices(read.submissions, column, read.choices):
        chosen = chosen_in(rubric.choice, each)
        if chosen is None:
            assert each.student_id == "P06"
        else:
            assert chosen.points == given[each.student_id], each.student_id


@pytest.mark.parametrize("name", PACK)
def test_the_total_in_a_sheet_is_what_its_points_add_up_to(name: str) -> None:
    """By our arithmetic: deductions taken, nothing below zero or above the maximum."""
    rubric = load_rubric(name)
    text = (examples(name) / "human_grades.csv").read_text(encoding="utf-8")
    totals = {row["student_id"]: Decimal(row["total"]) for row in csv.DictReader(text.splitlines())}
    added = {
        each.student_id: score_points(rubric, dict(each.points)).total
        for each in human_grades(name, rubric)
    }

    assert added == totals
