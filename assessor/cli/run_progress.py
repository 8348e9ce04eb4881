"""While a run is under way: the first five answers, then a bar with rate, cost and time left."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as LiveBar

from assessor.ambient import Ambient
from assessor.assignment.pilot_advice import pilot_grades, what_is_left
from assessor.assignment.run_words import duration, money
from assessor.cli.screen import plain, show_grade, tell
from assessor.engine.budget import Progress
from assessor.engine.session import PILOT, Job, Session
from assessor.submission import Submission
from assessor.verdict import StopWhy

REFRESH_SECONDS = 0.25


def show_pilot(
    screen: Console, job: Job, session: Session, shown: Sequence[Submission], seconds: float
) -> None:
    """Show the first answers with their quotes and points, and what the rest will take."""
    if not shown or session.dispatcher.stop_why == StopWhy.UNRELIABLE:
        return
    screen.print(f"\nThe first {len(shown[:PILOT])}:\n", style="bold")
    for grade in pilot_grades(job, session, shown[:PILOT]):
        show_grade(screen, grade, several=len(job.rubrics) > 1)
    tell(screen, what_is_left(job, session, shown, seconds))


@contextmanager
def follow(
    screen: Console, progress: Progress, price_known: bool, ambient: Ambient
) -> Iterator[None]:
    """Show a live bar on a terminal; elsewhere, nothing: the closing table says it all."""
    if not screen.is_terminal:
        yield
        return
    bar = LiveBar(
        TextColumn("Grading"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[facts]}"),
        console=screen,
        transient=True,
    )
    ended = threading.Event()
    started = ambient.monotonic()
    before = progress.answers_done

    def refresh() -> None:
        while not ended.wait(REFRESH_SECONDS):
            spent = ambient.monotonic() - started
            bar.update(
                task,
                completed=progress.answers_done,
                total=progress.answers,
                facts=_facts(progress, spent, progress.answers_done - before, price_known),
            )

    with bar:
        task = bar.add_task("grade", total=progress.answers, facts="")
        thread = threading.Thread(target=refresh, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _facts(progress: Progress, spent: float, done: int, price_known: bool) -> str:
    parts = []
    if spent > 1 and progress.replied:
        parts.append(f"{progress.replied / spent:.0f} replies/s")
    if price_known:
        parts.append(f"${money(progress.cost)}")
    left = progress.answers - progress.answers_done
    if done and left:
        parts.append(f"{duration(spent / done * left)} left")
    if progress.failed:
        parts.append(f"{progress.failed} failed")
    return plain(", ".join(parts)).plain
