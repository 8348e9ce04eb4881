"""While a run is under way: the first five answers, then a bar with rate, cost and time left."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as LiveBar

from assessor.ambient import Ambient
from assessor.assignment.run_words import duration, money
from assessor.cli.screen import plain, show_grade
from assessor.engine.budget import Progress
from assessor.engine.session import PILOT, Job, Session
from assessor.engine.settle import judged_proposal
from assessor.grade import grade_of
from assessor.report.display import plural
from assessor.submission import Submission
from assessor.verdict import StopWhy

REFRESH_SECONDS = 0.25
# Beyond this a person should know before they wait.
LONG_SECONDS = 20 * 60


def show_pilot(
    screen: Console, job: Job, session: Session, shown: Sequence[Submission], seconds: float
) -> None:
    """Show the first answers with their quotes and points, and what the rest will take."""
    if not shown:
        return
    if session.dispatcher.stop_why == StopWhy.UNRELIABLE:
        return
    screen.print(f"\nThe first {len(shown[:PILOT])}:\n", style="bold")
    for submission in shown[:PILOT]:
        rubric = job.rubrics[submission.question]
        proposal = judged_proposal(rubric, submission, session.judged[submission.answer_key])
        show_grade(screen, grade_of(rubric, proposal, None, None), several=len(job.rubrics) > 1)
    left = session.progress.answers - len(shown)
    if left > 0 and all(_unreadable(session, each) for each in shown):
        screen.print(
            "\nThe judge's replies were of no use for any of these: it cannot fill in the form. "
            "Ctrl-C, and take a larger model; 'assessor check judge' tries one.",
            style="yellow",
        )
    if left <= 0 or session.dispatcher.stop_why:
        return
    if job.by_batch:
        screen.print(f"\n{plural(left, 'answer')} to go, by batches.")
        return
    estimate = seconds_left(session, job, seconds, left)
    if session.progress.replied:
        cost = session.progress.cost / len(shown) * left
        price = f", about ${money(cost)}" if job.price is not None else ""
        screen.print(f"\n{plural(left, 'answer')} to go: about {duration(estimate)}{price}.")
        if estimate > LONG_SECONDS:
            screen.print(
                "That is long. Ctrl-C stops cleanly, and the same command goes on where it was.",
                style="yellow",
            )
    else:
        screen.print(f"\n{plural(left, 'answer')} to go.")


def _unreadable(session: Session, answer: Submission) -> bool:
    missing = session.judged[answer.answer_key].missing
    return any(why == "judge:invalid_reply" for _, why in missing)


def seconds_left(session: Session, job: Job, seconds: float, answers: int) -> float:
    """Return how long `answers` more will take at the pace of the replies so far."""
    progress = session.progress
    if not progress.latencies or not progress.answers_done:
        return seconds
    requests = answers * progress.replied / progress.answers_done
    mean = sum(progress.latencies) / len(progress.latencies)
    return requests * mean / job.limits.concurrency


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
