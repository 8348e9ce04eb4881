"""What a run asked, cost and took, in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from assessor.assignment.class_folder import near
from assessor.assignment.cost_estimate import estimate, estimate_least
from assessor.assignment.judge_choice import JudgeChoice
from assessor.assignment.standing import Standing
from assessor.counting import plural
from assessor.engine.budget import Progress
from assessor.engine.post import LEAST
from assessor.engine.session import Job, Session, answers_to_compare_in
from assessor.engine.waves import Waves
from assessor.grade import Grade
from assessor.judges.backends import backend_of
from assessor.reasons import reason_words
from assessor.verdict import ReasonKind, State, StopWhy

_NOT_RECORDED = "not_recorded"


def cost_words(progress: Progress, price_known: bool, checked: str = "") -> str:
    """Return what was spent, in words; unknown stays unknown."""
    tokens = progress.tokens
    used = f"{tokens.input:,} tokens in ({tokens.cached:,} cached), {tokens.output:,} out"
    guess = f", about ${money(progress.estimated)} by their length" if progress.estimated else ""
    if progress.usage_unknown:
        used += f"; {plural(progress.usage_unknown, 'reply', 'replies')} did not say{guess}"
    if not progress.has_sent:
        return "nothing was asked, nothing was spent"
    if not (tokens.input or tokens.output or progress.usage_unknown):
        return "nothing, as far as is known: no request was answered"
    if not (tokens.input or tokens.output):
        silent = f"{plural(progress.usage_unknown, 'reply', 'replies')} told no tokens"
        return f"nothing, as far as is known: {silent}{guess}"
    if not price_known:
        return f"unknown, no price for this model ({used})"
    dated = f", prices of {checked}" if checked else ""
    return f"${money(progress.cost)} ({used}{dated})"


def request_words(progress: Progress) -> str:
    """Return how many requests went out and what came of them, in words.

    Each of them held an answer's text, whatever came of it; what a recording lacks was none.
    """
    said = f"{progress.replied} now, {progress.from_store} from the store"
    troubles = [f"{progress.invalid} of these were of no use"] if progress.invalid else []
    if progress.failed:
        codes = ", ".join(f"{count} {code}" for code, count in progress.failed_codes.most_common())
        troubles.append(f"{progress.failed} more brought no reply ({codes})")
    if progress.wasted:
        troubles.append(
            f"{plural(progress.wasted, 'try', 'tries')} may have been billed and came to nothing"
        )
    if troubles:
        said += f"; {', '.join(troubles)}"
        sent = progress.invalid or progress.wasted or set(progress.failed_codes) - {_NOT_RECORDED}
        said += ". Each was sent with an answer's text" if sent else ""
    return said


def money(amount: Decimal) -> str:
    """Return dollars with two digits, or four where it is less than ten cents."""
    return f"{amount:.4f}" if amount < Decimal("0.1") else f"{amount:.2f}"


def duration(seconds: float) -> str:
    """Return a time span as a person says it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def plan_words(choice: JudgeChoice, job: Job) -> str:
    """Return in one line what a run will ask of whom, and what that costs."""
    requests, tokens, cost = estimate(job, choice)
    price = "cost unknown" if cost is None else f"about ${money(cost)} without caching"
    where = f"{price}; to {choice.readers}"
    if not choice.host:
        where = "for nothing, and nothing leaves here"
    if not choice.facts.reads:
        return (
            f"{plural(len(job.distinct()), 'different answer')} to grade by hand; nothing "
            "is asked or sent."
        )
    doubt = "unsure cells" if choice.strong else "deductions, flagged answers and missing quotes"
    second = f"A second look at {doubt} comes on top."
    if job.looks.everything:
        second = 'Everything is read three times (passes = "all").'
    least, few, low = estimate_least(job, choice)
    asked = (
        f"{plural(requests, 'request')}, about {tokens.input:,} tokens in and {tokens.output:,} out"
    )
    if least < requests:
        if cost is not None and low is not None:
            price = f"about ${money(low)} to ${money(cost)} without caching"
            where = f"{price}; to {choice.readers}"
        asked = (
            f"{least} to {plural(requests, 'request')}, about {few.input:,} to "
            f"{tokens.input:,} tokens in "
            f"and {few.output:,} to {tokens.output:,} out"
        )
        second += (
            f" The first {answers_to_compare_in(job)} are read both ways, together and one key "
            "point at a time; where that agrees, one request per answer is enough for the others."
        )
    if job.by_batch:
        second += f" {batch_words(choice, job)}"
    return f"{plural(len(job.distinct()), 'different answer')}, {asked}, {where}. {second}"


def money_words(standing: Standing, session: Session, *, price_known: bool) -> Iterator[str]:
    """Yield what was spent and what was sent for it, whatever came of it."""
    said = backend_of(standing.run.command.judge).instead_of_cost
    yield said or f"Cost: {cost_words(session.progress, price_known)}."
    yield f"Requests: {request_words(session.progress)}."
    if session.waves is not None:
        yield from handed_words(session.waves)
        if session.dispatcher.stop_why != StopWhy.BATCH and session.waves.post.outbox.under_way:
            away = plural(
                len(session.waves.post.outbox.under_way),
                "request is under way and goes on there; the same command collects it.",
                "requests are under way and go on there; the same command collects them.",
            )
            yield f"Batches: {away}"


def stopped_because(session: Session | None) -> str:
    """Return why a run stopped, in a sentence; "" where it came to its end."""
    if session is None or not session.dispatcher.stop_why:
        return ""
    if session.dispatcher.stop_why == StopWhy.BATCH and session.waves is not None:
        return waiting_words(session.waves)
    if session.dispatcher.rejection is not None:
        return str(session.dispatcher.rejection)
    return reason_words(ReasonKind.STOPPED.of(session.dispatcher.stop_why))


def is_partly_read(grade: Grade) -> bool:
    """Return whether the answer has no grade though some of its cells were read."""
    return grade.state is State.UNGRADED and any(cell.level for cell in grade.cells)


def judge_warnings(session: Session) -> Iterator[str]:
    """Yield what a person should know of the judge: it changed, or does not repeat itself."""
    models = sorted(session.progress.models)
    if len(models) > 1:
        yield (
            f"The endpoint answered as {plural(len(models), 'model')} ({', '.join(models)}); "
            "they may judge differently."
        )
    if spoiled := session.progress.spoiled:
        yield (
            "The judge could not fill in the form for all key points at once "
            f"({plural(spoiled, 'answer')}); "
            "each was asked about alone. --method careful does so from the start."
        )
    found = session.capabilities()
    if found.get("temperature", "0") != "0":
        yield "The model takes no temperature of 0: asked again, it may judge an answer otherwise."


def batch_words(choice: JudgeChoice, job: Job) -> str:
    """Say before anything is sent how batches go, and where the answers lie meanwhile."""
    if job.by_file:
        return "All of it goes into files, and nothing is sent."
    return (
        f"The first five answers, and what is fewer than {LEAST} requests, are read at once and "
        f"paid in full; the rest is handed in as batches, within a day. Until a batch is "
        f"collected, its answers' text lies as a file at {choice.host}; then it is deleted there."
    )


def handed_words(waves: Waves) -> Iterator[str]:
    """Yield what was handed in now, what was too little for it, and what did not fit the limit."""
    handed = waves.post.handed
    if waves.post.undeleted:
        yield (
            "What a batch left could not be deleted where it lies (answers' text is in it), and "
            f"the next run tries again: {waves.post.undeleted}"
        )
    if waves.post.at_once:
        yield (
            f"{plural(waves.post.at_once, 'request was', 'requests were')} too few for a "
            "batch: asked at once, at the full "
            "price."
        )
    if handed.left_out:
        yield (
            f"Not handed in: {plural(handed.left_out, 'more request')}, which would have passed "
            "--max-cost; what was handed in before counts."
        )


def waiting_words(waves: Waves) -> str:
    """Say what waits for batches, and how it is collected."""
    handed = waves.post.handed
    said = (
        f"{plural(handed.waiting, 'request waits', 'requests wait')} for a batch to end, done "
        f"there so far: {handed.done}."
    )
    if handed.requests:
        batches = plural(handed.batches, "batch", "batches")
        price = "" if handed.cost is None else f", for about ${money(handed.cost)}"
        said = f"Handed in {plural(handed.requests, 'request')} in {batches}{price}."
    if not waves.by_file:
        return (
            f"{said} Run the same command again to collect (with --wait it waits; `assessor runs "
            "list` shows what is under way)."
        )
    paths = [str(near(path)) for path in waves.post.carried()]
    return (
        f"{said} Have {', '.join(paths)} read, e.g. vllm run-batch -i FILE.in.jsonl -o "
        "FILE.out.jsonl --model MODEL; put the results beside it under that name, and run the "
        "same command again."
    )
