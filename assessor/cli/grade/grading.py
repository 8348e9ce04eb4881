"""Grade a class: read, say what it takes, five first, the rest, the files, the closing table."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from assessor.assignment.answers_file import attempts_words, confirm_doubts, read_class
from assessor.assignment.class_folder import passed_over
from assessor.assignment.cost_estimate import estimate
from assessor.assignment.judge_choice import (
    Choice,
    choose_judge,
    confirm_sending,
    limits_for,
    open_bench,
)
from assessor.assignment.rubric_matching import assign, attempts, left_out, offer_to_keep, wishes_of
from assessor.assignment.run_changes import answered_before, changes_since
from assessor.assignment.run_job import job_for
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.run_words import plan_words
from assessor.assignment.standing import write_ours
from assessor.assignment.whereabouts import GRADED, kept, refuse_foreign
from assessor.cli.check.canary import canary_notes
from assessor.cli.grade.advice import advise
from assessor.cli.grade.closing import close
from assessor.cli.grade.names import heed_names
from assessor.cli.grade.planning import show_plan
from assessor.cli.grade.progress import follow, show_pilot
from assessor.cli.grade.wording import put_into_words
from assessor.cli.screen import console, plain
from assessor.cli.workplace import Workplace
from assessor.disk import NotOurs, check_folder
from assessor.engine.session import Bench, Job, Session, grade_by_hand, open_session
from assessor.engine.stability import read_again, stability_words
from assessor.engine.trusting import draw_anew, is_ranked_by_trust
from assessor.errors import InputError
from assessor.readers import Answers
from assessor.store import Store
from assessor.submission import InputState, Key, Submission
from assessor.writers.places import groups_csv, places_csv


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line, beyond the settings."""

    rubrics: tuple[str, ...]
    answers: Path | None = None
    limit: int | None = None
    only: tuple[str, ...] = ()
    again: bool = False
    stability: float = 0.0
    dry_run: bool = False
    show_payloads: bool = False
    worded: bool = False
    out: Path | None = None
    answer_file: Path | None = None
    results: Path | None = None


async def grade_class(workplace: Workplace, request: Request) -> int:
    """Grade an answers file and return the exit code."""
    path = request.answers
    if path is None:
        raise InputError("name the answers file")
    screen = console(as_json=workplace.common.as_json)
    out = request.out or workplace.folder / GRADED / path.stem
    if request.out is None:
        _refuse_links(out)
    refuse_foreign(out, path)
    wishes = wishes_of(workplace, request.rubrics)
    read = read_class(workplace, path, [each.match for each in wishes if each.match])
    assigned = assign(workplace, wishes, read, path.name)
    submissions = attempts(workplace, read, assigned)
    selected = select(submissions, request)
    choice = await choose_judge(workplace, dry=request.dry_run)
    say_where(screen, workplace)
    introduce(screen, path, read, submissions)
    said = attempts_words(read, workplace.config.assignment.attempt)
    if said:
        screen.print(plain(f"  {said}"))
    confirm_doubts(workplace, read, list(assigned), dry=request.dry_run)
    for text in left_out(read, assigned):
        screen.print(plain(f"  not graded, no rubric for it: {text}", 96), style="yellow")
    command = {
        **kept(workplace, path, out),
        "format": read.format,
        "judge": choice.backend,
    }
    rubrics = {question: wish.rubric for question, wish in assigned.items()}
    job = job_for(workplace.config, rubrics, submissions)
    job = replace(
        job,
        selected=selected,
        price=choice.price,
        strong_price=choice.strong_price,
        again=request.again,
        worded=request.worded,
        limits=limits_for(workplace, choice),
        command=command,
    )
    job = heed_names(workplace, screen, choice, job, read.submissions)
    if request.dry_run:
        return show_plan(workplace, choice, job, whole=request.show_payloads)
    with workplace.open_store() as store:
        for note in (*store.notes, *canary_notes(store, choice)):
            screen.print(plain(note), style="yellow")
        if choice.backend == "none":
            return _by_hand(workplace, store, job, out)
        code = await _grade_by_judge(workplace, choice, job, store, request.stability)
        worked = not store.runs()[-1].read_nothing
    if worked:
        offer_to_keep(workplace, read, assigned, choice)
    return code


def _refuse_links(out: Path) -> None:
    """Refuse to write through a link that came with the folder. Raises InputError."""
    for each in (out.parent, out):
        try:
            check_folder(each)
        except NotOurs as error:
            raise InputError(f"{each}: {error.strerror}; name a folder with --out") from error


async def _grade_by_judge(
    workplace: Workplace, choice: Choice, job: Job, store: Store, stability: float
) -> int:
    requests, _, cost = estimate(job, choice)
    confirm_sending(workplace, choice, requests, cost)
    async with open_bench(workplace, choice, store) as bench:
        screen = console(as_json=workplace.common.as_json)
        _announce(screen, choice, job, bench)
        if stability:
            screen.print(
                f"{stability:.0%} of the answers are read a second time, for as much more."
            )
        return await _judge_class(workplace, job, bench, stability)


def _announce(screen: Console, choice: Choice, job: Job, bench: Bench) -> None:
    """Say what will be asked and what it costs, and what changed since the last run."""
    if choice.host:
        screen.print(plain(plan_words(choice, job)))
    if changed := changes_since(bench.store, job, bench.judge.identity.model):
        screen.print(plain(changed), style="yellow")
    if choice.host and (kept := answered_before(bench.store, bench.judge, job)):
        screen.print(f"{kept} of these requests were answered before and are not asked again.")


def _by_hand(workplace: Workplace, store: Store, job: Job, out: Path) -> int:
    """Grade nothing: say where to look in each answer, and which are alike."""
    grade_by_hand(job, store, workplace.ambient)
    code = close(workplace, store, job.selected)
    write_ours(out / "places.csv", places_csv(job.rubrics, job.submissions), workplace.person)
    write_ours(out / "groups.csv", groups_csv(job.rubrics, job.submissions), workplace.person)
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
        await session.prepare()
        started = workplace.ambient.monotonic()
        shown = await session.pilot()
        pace = workplace.ambient.monotonic() - started
        show_pilot(screen, job, session, shown, pace)
        job = advise(workplace, screen, job, session, pace)
        with follow(screen, session.progress, job.price is not None, workplace.ambient):
            await session.rest()
        await session.settle()
        told = {}
        if stability:
            repeated = await read_again(session, job, bench, stability)
            screen.print(plain(f"\n{stability_words(repeated)}"))
            told = {"stability": repeated.record()}
        run = await session.finish(manifest_of(job, bench, session) | told)
        if is_ranked_by_trust(bench.store, run):
            draw_anew(bench.store, run, job.rubrics)
    if job.worded and not session.desk.stop_why:
        await put_into_words(workplace, screen, job, bench)
    price_known = job.price is not None
    return close(workplace, bench.store, job.selected, session, price_known=price_known)


def share_of(text: str | None) -> float:
    """Return the share that --stability names, 0 where it is left out. Raises InputError."""
    if text is None:
        return 0.0
    try:
        share = float(text.strip().removesuffix("%")) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise InputError(
            f"--stability must be a share above 0 and up to 100%, such as 10% or 0.1 (got {text!r})"
        )
    return share


def _stop_on_interrupt(session: Session) -> None:
    """First Ctrl-C: send nothing more and store what arrives in five seconds. Second: out."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        loop.remove_signal_handler(signal.SIGINT)
        session.desk.stop("interrupted")

    if hasattr(signal, "SIGINT") and sys.platform != "win32":
        loop.add_signal_handler(signal.SIGINT, first)


def select(submissions: Sequence[Submission], request: Request) -> frozenset[Key] | None:
    """Return what --limit and --only leave to ask about; None is everything."""
    answered = [each for each in submissions if each.state is InputState.ANSWERED]
    if request.only:
        wanted = {each.casefold() for each in request.only}
        known = {each.student_id.casefold() for each in submissions}
        missing = [repr(each) for each in request.only if each.casefold() not in known]
        if missing:
            raise InputError(
                f"--only: no student {', '.join(missing)} in the file; see which ids it has: "
                f"assessor check {request.answers}"
            )
        answered = [each for each in answered if each.student_id.casefold() in wanted]
    if request.limit is not None:
        answered = answered[: request.limit]
    if not request.only and request.limit is None:
        return None
    return frozenset(each.key for each in answered)


def say_where(screen: Console, workplace: Workplace) -> None:
    """Name the assignment's folder where it is not the current one, and a memory passed over."""
    folder = workplace.folder
    if folder.resolve() == Path.cwd().resolve():
        return
    screen.print(plain(f"Assignment: {folder} (its memory and its graded/ stand there)"))
    other = passed_over(folder, Path.home())
    if other is not None and not workplace.store_named:
        screen.print(
            plain(
                f"  {other} is not used: it speaks of answers files in its own folder. To grade "
                f"all below {other.parent} as one assignment, put an assessor.toml there."
            ),
            style="yellow",
        )


def introduce(
    screen: Console, path: Path, read: Answers, submissions: Sequence[Submission]
) -> None:
    """Say what was understood of the file."""
    states = Counter(each.state for each in submissions)
    listed = ", ".join(f"{states[s]} {s.value.replace('_', ' ')}" for s in InputState if states[s])
    screen.print(plain(f"{path.name}: {read.format} ({read.why}): {listed}"))
    for warning in read.warnings:
        screen.print(plain(f"  {warning}"), style="yellow")
    if read.unused:
        screen.print(plain(f"  columns not used: {', '.join(read.unused)}"), style="dim")
