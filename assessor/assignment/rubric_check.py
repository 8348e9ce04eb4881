"""Whether a rubric's own reference answer earns everything by it, and what is weak, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.grading import grade_job
from assessor.assignment.judge_choice import choose_judge, judge_for
from assessor.assignment.run_job import job_for
from assessor.assignment.single_answer import make_submission
from assessor.config import Config
from assessor.engine.session import Bench
from assessor.errors import InputError
from assessor.grade import Grade
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.rubric.lint import Weakness
from assessor.store import open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A cell of the reference answer that does not earn what a reference should."""

    cell: str
    level: str
    wanted: str
    gap: str


def fails_of(rubric: Rubric, reference: Grade) -> tuple[Failing, ...]:
    """Return where a reference answer misses a key point's top level or makes a misconception.

    Of an either-or group the reference need only earn the best ones.
    """
    levels = {each.cell: each for each in reference.cells}
    excused: set[str] = set()
    for group in rubric.scoring.best_of:
        full = [cell for cell in group.of if levels[cell].level == rubric.levels_of(cell)[-1]]
        excused |= set(group.of) if len(full) >= group.count else set()
    found = []
    for each in reference.cells:
        wanted = rubric.levels_of(each.cell)[-1]
        if each.kind is CellKind.MISCONCEPTION:
            wanted = ABSENT
        if each.level and each.level != wanted and each.cell not in excused:
            failing = Failing(cell=each.cell, level=each.level, wanted=wanted, gap=each.gap)
            found.append(failing)
    return tuple(found)


async def graded_reference(place: ClassFolder, rubric: Rubric) -> Grade:
    """Return the grade that the judge gives the rubric's reference answer. Raises InputError."""
    if not rubric.question.reference:
        raise InputError(f"{rubric.id}: has no reference answer to ask about; add 'reference'")
    choice = await choose_judge(place)
    if not choice.facts.reads:
        raise InputError("a judge that reads is needed: --judge openai")
    judge = judge_for(place, choice)
    submitted = make_submission("reference", rubric.question.reference, question="reference")
    job = job_for(Config(), {submitted.question: rubric}, (submitted,))
    try:
        with open_store(None, place.ambient) as store:
            bench = Bench(judge=judge, strong=None, store=store, ambient=place.ambient)
            run = await grade_job(job, bench)
    finally:
        await judge.close()
    if run.problem is not None:
        raise run.problem
    return run.grades[0]


def rubric_check_json(
    rubric: Rubric,
    weak: Sequence[Weakness],
    reference: Grade | None,
    failing: Sequence[Failing],
) -> dict[str, object]:
    """Return what is weak in a rubric, and how its reference fares, as a program reads it."""
    found: dict[str, object] = {
        "id": rubric.id,
        "digest": rubric.digest,
        "problems": [],
        "warnings": [asdict(each) for each in weak],
    }
    if reference is not None:
        points = reference.proposed
        found["reference"] = {
            "earned": None if points is None else float(points),
            "max_points": float(reference.max_points),
            "reasons": list(reference.reasons),
            "failing": [asdict(each) for each in failing],
        }
    return found
