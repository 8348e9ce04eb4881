"""Grading one answer blind in the terminal: the answer, then points, key point by key point."""

from __future__ import annotations

from decimal import Decimal

import click
from rich.console import Console
from rich.panel import Panel

from assessor.cli.screen import plain
from assessor.grade import choice_points
from assessor.rubric import CHOICE, CellKind, Rubric
from assessor.sheet import number_in
from assessor.submission import Submission
from assessor.verdict import DecisionSource, Override
from assessor.writers.results import points_text


class StoppedByPerson(Exception):
    """The person stops here; nothing of the answer in hand is kept."""


def show_question(screen: Console, rubric: Rubric) -> None:
    """Show what was asked, and what earns points."""
    screen.print(plain(rubric.title), style="bold")
    screen.print(plain(rubric.question.prompt))
    for key_point in rubric.key_points:
        steps = ", ".join(points_text(each.points) for each in key_point.levels)
        screen.print(plain(f"  {key_point.id} (0, {steps}): {key_point.description}"))
    for wrong in rubric.misconceptions:
        screen.print(plain(f"  {wrong.id} (1 if claimed, else 0): {wrong.description}"))
    screen.print("Enter points; q stops, and what was graded is kept.", style="dim")


def grade_blind(
    screen: Console, rubric: Rubric, submission: Submission, source: DecisionSource
) -> Override:
    """Show an answer without name and verdict; return a person's points. Raises StoppedByPerson."""
    answer = "\n".join(plain(line).plain for line in submission.answer.splitlines())
    screen.print()
    screen.print(Panel(answer, width=min(screen.width, 100)))
    points = [(cell, _ask(rubric, cell)) for cell in rubric.cells]
    if rubric.choice is not None:
        points.insert(0, (CHOICE, choice_points(rubric, submission) or Decimal(0)))
    return Override(
        student_id=submission.student_id,
        question=submission.question,
        attempt=submission.attempt,
        answer_digest=submission.answer_digest,
        points=tuple(points),
        source=source,
    )


def _ask(rubric: Rubric, cell: str) -> Decimal:
    """Ask for the points of one cell until they are some that exist."""
    most, default = Decimal(1), "0"
    if rubric.kind_of(cell) is CellKind.KEY_POINT:
        most, default = rubric.key_point(cell).points, ""
    while True:
        text = click.prompt(f"  {cell}", default=default or None, type=str, err=True).strip()
        if text.casefold() == "q":
            raise StoppedByPerson
        number = number_in(text)
        if number is not None and 0 <= number <= most:
            return number
        click.echo(f"  a number from 0 to {points_text(most)}, or q", err=True)
