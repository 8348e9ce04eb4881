"""`assessor check RUBRIC`: what is wrong or weak in a rubric, and whether its reference passes."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from assessor.assignment.named_files import find_rubric
from assessor.assignment.rubric_check import Failing, fails_of, graded_reference, rubric_check_json
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.grade import Grade
from assessor.reasons import reason_words
from assessor.rubric import Rubric
from assessor.rubric.lint import SURER, Weakness, lint, pressing
from assessor.writers.results import points_text


async def check_rubric(workplace: Workplace, name: str, *, ask: bool) -> int:
    """Print what is weak in a rubric; with `ask` a judge reads the reference answer as well.

    Warnings do not change the exit code. Raises RubricError, and InputError where there is no
    reference answer to ask about.
    """
    rubric, text = find_rubric(name, workplace.folder)
    weak = lint(text, name)
    pressed = pressing(rubric, weak)
    reference = await graded_reference(workplace, rubric) if ask else None
    failing = () if reference is None else fails_of(rubric, reference)
    if workplace.common.as_json:
        print_json(rubric_check_json(rubric, weak, reference, failing))
        return Exit.DONE
    screen = console()
    screen.print(
        plain(
            f"{rubric.id}: {plural(len(rubric.key_points), 'key point')}, "
            f"{plural(len(rubric.misconceptions), 'misconception')}, "
            f"{plural(points_text(rubric.scoring.max_points), 'point')}. {_verdict(pressed)}"
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
    screen.print(plain(f"The reference answer earns {plural(str(earned), 'point')}."), style="bold")
    for each in failing:
        gap = f": {each.gap}" if each.gap else ""
        screen.print(
            plain(
                f"  {each.cell}: judged {each.level}, should be {each.wanted}{gap}; "
                "mend the reference answer or the text of the levels"
            ),
            soft_wrap=True,
        )
