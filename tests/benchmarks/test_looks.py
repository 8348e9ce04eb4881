"""The second look on the shipped class stays within what was promised, and the queue its budget."""

from __future__ import annotations

import math

from assessor.api import grade_class, load_rubric, recorded_judge
from assessor.assets import folder
from assessor.assignment.named_files import read_submissions
from assessor.submission import InputState
from assessor.verdict import Pass, State
from benchmarks.looks import CountingJudge


def test_few_cells_are_read_again_and_the_queue_stays_within_its_budget() -> None:
    """At most 15 % of the cells, and a fifth of the readable answers."""
    rubric, judge = (
        load_rubric("critique-of-an-ai-alignment-strategy"),
        CountingJudge(recorded_judge()),
    )
    answers = read_submissions(folder("examples") / "critique" / "answers.csv")

    grades = grade_class(rubric, answers, judge)

    readable = sum(each.state is InputState.ANSWERED for each in answers)
    queued = sum(each.state is State.NEEDS_REVIEW for each in grades)
    assert 0 < judge.passes[Pass.STRICT] <= 0.15 * len(answers) * len(rubric.cells)
    assert 0 < queued <= math.floor(0.2 * readable)
