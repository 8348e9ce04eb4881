"""Grade a class: read, say what it takes, five first, the rest, the files, the closing table."""

from __future__ import annotations

import asyncio
import functools
import signal
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from assessor.assignment.answers_file import attempts_words, confirm_doubts, introduction
from assessor.assignment.canary_trial import canary_command, canary_notes
from assessor.assignment.class_folder import where_lines
from assessor.assignment.cost_estimate import estimate
from assessor.assignment.feedback_wording import put_into_words
from assessor.assignment.grading import (
    GradeRequest,
    claim_results,
    job_of,
    read_to_grade,
    run_through,
    write_places,
)
from assessor.assignment.judge_asked_for import ask_for_judge
from assessor.assignment.judge_choice import (
    JudgeChoice,
    confirm_sending,
    open_bench,
)
from assessor.assignment.names_in_answers import heed_names
from assessor.assignment.pilot_advice import advise, may_ask
from assessor.assignment.rubric_matching import left_out, offer_to_keep
from assessor.assignment.run_changes import announcement
from assessor.assignment.run_closed import ClosedRun, close_run
from assessor.cli.check.canary_check import typed_for_tricks
from assessor.cli.exit_codes import Exit
from assessor.cli.grade.planning import show_plan
from assessor.cli.run_progress import follow, show_pilot
from assessor.cli.screen import console, plain, print_json, show_summary, spoken, tell
from assessor.cli.workplace import Workplace
from assessor.engine.by_hand import grade_by_hand
from assessor.engine.session import Bench, Job, Session, open_session
from assessor.engine.stability import stability_words
from assessor.store import Store
from assessor.submission import Submission
from assessor.verdict import StopWhy


async def grade_class(workplace: Workplace, request: GradeRequest) -> int:
    """Grade an answers file and return the exit code."""
    screen = console(as_json=workplace.common.as_json)
    if not request.dry_run and request.answers is not None and request.answers.exists():
        workplace = await ask_for_judge(workplace)
    found = await read_to_grade(workplace, request)
    read, choice = found.read, found.choice
    tell(screen, where_lines(workplace))
    tell(screen, introduction(found.path, read, found.submissions))
    if said := attempts_words(read, workplace.config.assignment.attempt):
        screen.print(plain(f"  {said}"))
    confirm_doubts(workplace, read, list(found.assigned), dry=request.dry_run)
    for text in left_out(read, found.assigned):
        screen.print(plain(f"  not graded, no rubric for it: {text}", 96), style="yellow")
    job = job_of(workplace, request, found)
    job, names = heed_names(workplace, choice, job, read.submissions)
    if names:
        screen.print(plain(names), style="yellow")
    if request.dry_run:
        return show_plan(workplace, choice, job, whole=request.show_payloads)
    claim_results(workplace, found)
    with workplace.open_store() as store:
        for note in store.notes:
            screen.print(spoken(note), style="yellow")
        typed = typed_for_tricks(found.path)
        tried_by = canary_command(workplace, choice, found.path, request.rubrics, typed)
        for note in canary_notes(store, choice, tried_by):
            # Whole, so that its command can be copied.
            screen.print(spoken(note), style="yellow", soft_wrap=True)
        if not choice.facts.reads:
            return _by_hand(workplace, store, job, found.out)
        code = await _grade_by_judge(workplace, choice, job, store, request.stability)
        # None is there where somebody had all forgotten meanwhile.
        worked = any(not each.read_nothing for each in store.runs()[-1:])
    if worked:
        offer_to_keep(workplace, read, found.assigned, choice)
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class _AtTheTerminal:
    """Whoever waits at the terminal: shown the first answers, then a bar."""

    workplace: Workplace
    screen: Console

    def may_turn(self, job: Job) -> bool:
        return may_ask(self.workplace, job)

    def piloted(self, job: Job, session: Session, shown: Sequence[Submission], pace: float) -> Job:
        show_pilot(self.screen, job, session, shown, pace)
        said = functools.partial(tell, self.screen)
        return advise(self.workplace, said, job, session, pace)

    def follows(self, job: Job, session: Session) -> AbstractContextManager[None]:
        ambient = self.workplace.ambient
        return follow(self.screen, session.progress, job.price is not None, ambient)


async def _grade_by_judge(
    workplace: Workplace, choice: JudgeChoice, job: Job, store: Store, stability: float
) -> int:
    requests, _, cost = estimate(job, choice)
    confirm_sending(workplace, choice, requests, cost)
    async with open_bench(workplace, choice, store) as bench:
        screen = console(as_json=workplace.common.as_json)
        tell(screen, announcement(choice, job, bench, stability))
        return await _judge_class(workplace, job, bench, stability)


def _by_hand(workplace: Workplace, store: Store, job: Job, out: Path) -> int:
    """Grade nothing: say where to look in each answer, and which are alike."""
    grade_by_hand(job, store, workplace.ambient)
    code = show_closed(workplace, close_run(workplace, store, job.selected))
    write_places(workplace, job, out)
    screen = console(as_json=workplace.common.as_json)
    screen.print(
        "Beside them: places.csv (sentences to look at first for each key point; no grades) and "
        "groups.csv (equal and nearly equal answers)."
    )
    return code


async def _judge_class(workplace: Workplace, job: Job, bench: Bench, stability: float = 0.0) -> int:
    screen = console(as_json=workplace.common.as_json)
    async with open_session(job, bench) as session:
        _stop_on_interrupt(session)
        watcher = _AtTheTerminal(workplace=workplace, screen=screen)
        done = await run_through(session, job, bench, watcher, stability=stability)
        if done.repeated is not None:
            screen.print(plain(f"\n{stability_words(done.repeated)}"))
    if job.worded and not session.dispatcher.stop_why:
        tell(screen, await put_into_words(workplace, job, bench))
    price_known = job.price is not None
    closed = close_run(
        workplace,
        bench.store,
        job.selected,
        session,
        price_known=price_known,
        outcomes=done.settled.outcomes,
    )
    return show_closed(workplace, closed)


def _stop_on_interrupt(session: Session) -> None:
    """First Ctrl-C: send nothing more and store what arrives in five seconds. Second: out."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        session.dispatcher.stop(StopWhy.INTERRUPTED)

    if hasattr(signal, "SIGINT") and sys.platform != "win32":
        loop.add_signal_handler(signal.SIGINT, first)


def show_closed(workplace: Workplace, closed: ClosedRun) -> Exit:
    """Say how a run went, and return the exit code."""
    screen = console(as_json=workplace.common.as_json)
    if not workplace.common.as_json:
        show_summary(screen, closed.standing.rubrics, closed.grades)
        screen.print()
    tell(screen, closed.lines())
    if workplace.common.as_json:
        print_json(closed.as_json())
    return Exit[closed.ending.name]
