"""`assessor check RUBRIC`: what is wrong or weak in a rubric, and whether its reference passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console

from assessor.api import grade_many
from assessor.assignment.judge_choice import choose_judge, judge_for
from assessor.assignment.named_files import find_rubric
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.grade import Grade
from assessor.reasons import reason_words
from assessor.report.display import plural
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.rubric.lint import SURER, Weakness, lint, pressing
from assessor.submission import Origin, Submission, state_of
from assessor.writers.results import points_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A cell of the reference answer that does not earn what a reference should."""

    cell: str
    level: str
    wanted: str
    gap: str


async def check_rubric(workplace: Workplace, name: str, *, ask: bool) -> int:
    """Print what is weak in a rubric; with `ask` a judge reads the reference answer as well.

    Warnings do not change the exit code. Raises RubricError, and InputError where there is no
    reference answer to ask about.
    """
    rubric, text = find_rubric(name, workplace.folder)
    weak = lint(text, name)
    pressed = pressing(rubric, weak)
    reference = await _reference(workplace, rubric) if ask else None
    failing = () if reference is None else fails_of(rubric, reference)
    if workplace.common.as_json:
        print_json(_as_json(rubric, weak, reference, failing))
        return Exit.DONE
    screen = console()
    screen.print(
        plain(
            f"{rubric.id}: {plural(len(rubric.key_points), 'key point')}, "
            f"{len(rubric.misconceptions)} misconceptions, "
            f"{points_text(rubric.scoring.max_points)} points. {_verdict(pressed)}"
        ),
        style="bold",
    )
    for each in pressed:
        screen.print(plain(f"{name}:{each.line}: {each.what}; {each.remedy}"), soft_wrap=True)
    if len(pressed) < len(weak):
        screen.print(SURER, style="dim")
    if reference is not None:
        _show_reference(screen, rubric, reference, failing)
    elif rubric.question.reference:
        screen.print(
            "Whether the reference answer earns everything, a judge can say: add --judge NAME.",
            style="dim",
        )
    return Exit.DONE


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


async def _reference(workplace: Workplace, rubric: Rubric) -> Grade:
    if not rubric.question.reference:
        raise InputError(f"{rubric.id}: has no reference answer to ask about; add 'reference'")
    choice = await choose_judge(workplace)
    if not choice.facts.reads:
        raise InputError("a judge that reads is needed: --judge openai")
    judge = judge_for(workplace, choice)
    try:
        (grade,) = await grade_many(rubric, (_submitted(rubric.question.reference),), judge)
        return grade
    finally:
        await judge.close()


def _submitted(text: str) -> Submission:
    return Submission(
        student_id="reference",
        question="reference",
        attempt=1,
        answer=text,
        state=state_of(text),
        origin=Origin(file="", row=0),
    )


def _verdict(weak: Sequence[Weakness]) -> str:
    if not weak:
        return "No problems."
    return f"It can be graded with; {len(weak)} place{'s' * (len(weak) > 1)} could judge badly:"


def _show_reference(
    screen: Console, rubric: Rubric, reference: Grade, failing: Sequence[Failing]
) -> None:
    earned = f"{points_text(reference.proposed)} of {points_text(reference.max_points)}"
    if reference.proposed is None:
        why = "; ".join(map(reason_words, reference.reasons)) or reference.state.value
        screen.print(plain(f"The reference answer could not be judged: {why}."), style="yellow")
        return
    screen.print(plain(f"The reference answer earns {earned} points."), style="bold")
    for each in failing:
        gap = f": {each.gap}" if each.gap else ""
        screen.print(
            plain(
                f"  {each.cell}: judged {each.level}, should be {each.wanted}{gap}; "
                "mend the reference answer or the text of the levels"
            ),
            soft_wrap=True,
        )


def _as_json(
    rubric: Rubric,
    weak: Sequence[Weakness],
    reference: Grade | None,
    failing: Sequence[Failing],
) -> dict[str, object]:
    found: dict[str, object] = {
        "id": rubric.id,
        "digest": rubric.digest,
        "problems": [],
        "warnings": [
            {
                "line": each.line,
                "path": each.path,
                "kind": each.kind,
                "what": each.what,
                "remedy": each.remedy,
            }
            for each in weak
        ],
    }
    if reference is not None:
        points = reference.proposed
        found["reference"] = {
            "earned": None if points is None else float(points),
            "max_points": float(reference.max_points),
            "reasons": list(reference.reasons),
            "failing": [
                {"cell": each.cell, "level": each.level, "wanted": each.wanted, "gap": each.gap}
                for each in failing
            ],
        }
    return found
