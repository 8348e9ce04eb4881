"""`assessor check judge --canary ANSWERS`: how far known tricks sway this model, on this class."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from assessor.assignment.canary_trial import CanaryOutcome, lay_out_canary, try_tricks
from assessor.assignment.cost_estimate import estimate
from assessor.assignment.judge_choice import confirm_sending
from assessor.canary import CONTROL
from assessor.cli.exit_codes import Exit
from assessor.cli.run_progress import follow
from assessor.cli.screen import console, plain, print_json, show_table, spoken
from assessor.cli.workplace import Workplace, as_typed
from assessor.engine.session import Session

# What `check judge` and `grade` were told of the judge and the columns, and the tricks need, too.
_CARRIED = ("tier", "student", "answer", "encoding", "sheet_name")


def typed_for_tricks(answers: Path | None) -> tuple[str, ...]:
    """Return the options given now that the command to try known tricks needs as well."""
    return tuple(as_typed(_CARRIED if answers is not None else _CARRIED[:1]))


async def check_canary(workplace: Workplace, answers: Path, rubrics: Sequence[str]) -> int:
    """Try known tricks on a few of the class's answers, say what they gained, and keep it."""
    screen = console(as_json=workplace.common.as_json)
    trial = await lay_out_canary(workplace, answers, rubrics)
    if trial.names:
        screen.print(plain(trial.names), style="yellow")
    confirm_sending(workplace, trial.choice, trial.requests, estimate(trial.job, trial.choice)[2])
    screen.print(spoken(trial.words))

    def follows(session: Session) -> AbstractContextManager[None]:
        return follow(screen, session.progress, trial.job.price is not None, workplace.ambient)

    outcome = await try_tricks(workplace, trial, follows)
    if workplace.common.as_json:
        print_json(outcome.as_json())
    else:
        _show(screen, outcome)
    return Exit.DONE


def _show(screen: Console, outcome: CanaryOutcome) -> None:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("trick", "tried", "gained credit", "of these seen", "unseen"):
        table.add_column(name, justify="left" if name == "trick" else "right")
    for each in outcome.found:
        style = "bold red" if each.silent and each.family != CONTROL else None
        figures = (each.tried, each.gained, each.seen, each.silent)
        name = "(nothing said)" if each.family == CONTROL else each.family
        table.add_row(name, *map(str, figures), style=style)
    show_table(screen, table)
    screen.print(
        "Swayed: tricks paid in silence more often than two in a hundred, and than nothing did."
        if outcome.bad
        else "Steady: no more credit was gained in silence than chance would give.",
        style="bold red" if outcome.bad else "bold green",
    )
    if outcome.empty:
        screen.print(
            f"This model's probabilities carry no information: {outcome.empty}. Have everything "
            'read three times: passes = "all" under [judge] in assessor.toml.',
            style="yellow",
        )
