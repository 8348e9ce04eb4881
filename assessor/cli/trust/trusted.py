"""`assessor trust [SHEET …]`: take people's grades in, measure, say where one stands."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from assessor.assignment.agreement_words import parting_lines, ranking_words
from assessor.assignment.key_point_diagnosis import faults
from assessor.assignment.standing import spoken_of, write_results
from assessor.assignment.trust_basis import Trust, load_trust, refit
from assessor.assignment.trust_sheets import Intake, intake_lines, take_in_graded
from assessor.assignment.trust_steps import (
    next_of,
    standing_said,
    trust_json,
)
from assessor.assignment.tuning_sample import still_to_tune
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken, tell
from assessor.cli.trust.agreement_table import (
    show_agreement,
    show_cells,
    show_faults,
    show_said,
)
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.trust.agree import (
    agree,
    between_people,
    partings,
    ranking,
    tolerance_of,
    with_judge,
)
from assessor.trust.audit_standing import students_of
from assessor.trust.fitting import Calibrator
from assessor.trust.plainly import (
    Said,
    agreement_said,
    people_said,
    queue_said,
)
from assessor.trust.ruling_gain import gain_words
from assessor.trust.units import SMALL_CLASS
from assessor.writers.results import points_text


def tell_trust(workplace: Workplace, paths: Sequence[Path], *, take_all: bool) -> int:
    """Take in the sheets, fit and rank by them, write the files, and say what to do next."""
    with workplace.open_store() as store:
        trust = load_trust(workplace, store)
        intake = Intake()
        if paths:
            intake = take_in_graded(workplace, store, trust, paths, take_all=take_all)
            trust = load_trust(workplace, store)
        trust = refit(workplace, store, trust)
        write_results(trust.standing)
        waiting = len(still_to_tune(store, trust))
    if workplace.common.as_json:
        print_json(trust_json(trust, intake, waiting))
        return Exit.DONE
    screen = console()
    screen.print(plain(spoken_of(trust.standing)), style="dim")
    if paths:
        tell(screen, intake_lines(intake))
    said = _show_measured(screen, trust, verbose=workplace.common.verbose)
    _say_standing(workplace, screen, trust, waiting, said)
    return Exit.DONE


def _show_measured(screen: Console, trust: Trust, *, verbose: bool) -> tuple[Said, ...]:
    """Show the heading and, behind -v, the tables; return what the figures say."""
    rubrics = trust.standing.rubrics
    pairs = between_people(trust.opinions, rubrics)
    people = agree(pairs, rubrics) if pairs else None
    both = with_judge(trust.labels)
    if not both and people is None:
        return ()
    if not both and people is not None:
        _head(screen, f"Two people on {plural(len(pairs), 'answer')}")
        if verbose:
            show_agreement(screen, people, None, "All figures", "the second", "the first")
        tell(screen, parting_lines(partings(pairs, rubrics), rubrics, "other"))
        return people_said(people)
    _head(screen, f"You and the judge on {plural(len(both), 'answer')} graded blind")
    measured, wrong = agree(both, rubrics), faults(trust.labels)
    ranked = ranking(trust.labels, rubrics, Calibrator(trust.fitted))
    if verbose:
        show_agreement(screen, measured, people, "All figures", "the judge")
        show_cells(screen, measured, rubrics)
        if ranking_said := ranking_words(ranked):
            screen.print(plain(ranking_said))
    if verbose or len(students_of(trust.standing.grades)) < SMALL_CLASS:
        tell(screen, parting_lines(partings(both, rubrics), rubrics, "judge"))
    show_faults(screen, wrong)
    for question in dict.fromkeys(each.question for each in wrong):
        name = rubrics[question].id
        screen.print(
            spoken(f"Side by side, with phrasings to take: assessor rubric show {name} --diagnose")
        )
    said = agreement_said(measured, people, "you")
    if trust.gain is not None:
        said = (*said, Said("What did rulings gain?", gain_words(trust.gain)))
    if trust.fitted is None:
        return said
    tolerance = points_text(tolerance_of(rubrics))
    return (*said, Said("Were the risky ones wrong?", queue_said(ranked, tolerance)))


def _head(screen: Console, text: str) -> None:
    screen.print(plain(f"{text} (in brackets: the likely range, a 90 % interval)"), style="bold")


def _say_standing(
    workplace: Workplace, screen: Console, trust: Trust, waiting: int, said: tuple[Said, ...]
) -> None:
    show_said(screen, standing_said(trust, said))
    if said and not workplace.common.verbose:
        screen.print("-v shows all figures and where you part.", style="dim")
    screen.print(spoken(workplace.carried(f"Next: {next_of(trust, waiting)}")))
