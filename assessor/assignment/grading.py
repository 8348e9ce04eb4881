"""Grade a class: what is read, what is asked of whom, and the run over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from assessor.assignment.answers_file import read_class
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.judge_choice import (
    JudgeChoice,
    choose_judge,
    limits_for,
)
from assessor.assignment.rubric_matching import assign, attempts, wishes_of
from assessor.assignment.run_job import job_for
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.run_result import Run, run_of
from assessor.assignment.standing import write_ours
from assessor.assignment.whereabouts import GRADED, claim, kept, named_after, refuse_foreign
from assessor.disk import NotOurs, check_folder
from assessor.engine.session import Bench, Job, Session, decided_on, open_session
from assessor.engine.settle import Settled, grades_of
from assessor.engine.stability import Stability, read_again
from assessor.engine.trusting import draw_anew, is_ranked_by_trust
from assessor.errors import InputError
from assessor.grade import Grade
from assessor.manifest import Manifest
from assessor.questions import RubricWish
from assessor.readers import Answers
from assessor.store import RunRecord, Store
from assessor.submission import InputState, Key, Submission
from assessor.tiers import TIERS, Delivery
from assessor.writers.places import groups_csv, places_csv


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRequest:
    """What a grading is asked to do, beyond the settings: `grade`'s options as values."""

    rubrics: tuple[str, ...]
    answers: Path | None = None
    limit: int | None = None
    only: tuple[str, ...] = ()
    again: bool = False
    wait: bool = False
    stability: float = 0.0
    dry_run: bool = False
    show_payloads: bool = False
    worded: bool = False
    out: Path | None = None
    answer_file: Path | None = None
    results: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRead:
    """What a run will be about: the file as it was read, its rubrics, who is asked, by whom."""

    path: Path
    out: Path
    read: Answers
    assigned: Mapping[str, RubricWish]
    submissions: tuple[Submission, ...]
    selected: frozenset[Key] | None
    choice: JudgeChoice


class Watcher(Protocol):
    """Whoever follows a run, and decides how it goes on by what the first answers show."""

    def may_turn(self, job: Job) -> bool:
        """Return whether it may have the rest read otherwise once it saw the first answers."""

    def piloted(self, job: Job, session: Session, shown: Sequence[Submission], pace: float) -> Job:
        """See the first answers, which took `pace` seconds; return the job as it goes on."""

    def follows(self, job: Job, session: Session) -> AbstractContextManager[None]:
        """Follow the rest while it is read."""


class Unwatched:
    """Nobody follows: the run goes on as the settings say."""

    def may_turn(self, job: Job) -> bool:
        """Have nothing read otherwise."""
        return False

    def piloted(self, job: Job, session: Session, shown: Sequence[Submission], pace: float) -> Job:
        """Go on as it was."""
        return job

    def follows(self, job: Job, session: Session) -> AbstractContextManager[None]:
        """Show nothing."""
        return nullcontext()


UNWATCHED = Unwatched()
# What a run's record is made by.
Manifests = Callable[[Job, Bench, Session], Manifest]


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedRun:
    """A run at its end: its proposals, its record, and what was read again for stability."""

    settled: Settled
    record: RunRecord
    manifest: Manifest
    repeated: Stability | None


async def read_to_grade(
    place: ClassFolder, request: GradeRequest, choice: JudgeChoice | None = None
) -> ClassRead:
    """Read the answers file, match its questions with rubrics, and choose the judge.

    `choice` is a judge that is chosen already. Raises InputError.
    """
    path = request.answers
    if path is None:
        raise InputError("name the answers file")
    out = request.out or place.folder / GRADED / named_after(path.stem)
    if request.out is None:
        _refuse_links(out)
    refuse_foreign(out, path)
    wishes = wishes_of(place, request.rubrics)
    read = read_class(place, path, [each.match for each in wishes if each.match])
    assigned = assign(place, wishes, read, path.name)
    submissions = attempts(place, read, assigned)
    return ClassRead(
        path=path,
        out=out,
        read=read,
        assigned=assigned,
        submissions=submissions,
        selected=select(submissions, request),
        choice=choice or await choose_judge(place, dry=request.dry_run),
    )


def job_of(place: ClassFolder, request: GradeRequest, found: ClassRead) -> Job:
    """Return the run over what was read. Raises ConfigError where a limit cannot be kept."""
    rubrics = {question: wish.rubric for question, wish in found.assigned.items()}
    choice, delivery = found.choice, TIERS[place.config.judge.tier].delivery
    return replace(
        job_for(place.config, rubrics, found.submissions, place.folder),
        selected=found.selected,
        price=choice.price,
        strong_price=choice.strong_price,
        again=request.again,
        by_batch=found.choice.facts.needs_model and delivery is not Delivery.AT_ONCE,
        by_file=delivery is Delivery.BY_FILE,
        wait=request.wait,
        worded=request.worded,
        limits=limits_for(place, choice),
        command=kept(place, found.path, found.out).but(
            format=found.read.format,
            judge=choice.backend,
        ),
    )


def claim_results(place: ClassFolder, found: ClassRead) -> None:
    """Say in the results folder whose it is, where it or the memory is not in the class's own."""
    if place.store_named or not found.out.resolve().is_relative_to(place.folder.resolve()):
        claim(found.out, found.path)


async def read_through(
    session: Session, job: Job, bench: Bench, watcher: Watcher = UNWATCHED
) -> Job:
    """Ask all that an open session is about, the first answers first; return the job as it ran."""
    await session.prepare()
    started = bench.ambient.monotonic()
    shown = await session.pilot(going_on=not watcher.may_turn(job))
    pace = bench.ambient.monotonic() - started
    job = watcher.piloted(job, session, shown, pace)
    with watcher.follows(job, session):
        await session.rest()
    return job


async def run_through(
    session: Session,
    job: Job,
    bench: Bench,
    watcher: Watcher = UNWATCHED,
    *,
    stability: float = 0.0,
    manifest_by: Manifests = manifest_of,
) -> FinishedRun:
    """Take an open session from its first answers to its record.

    Of `stability`, a share of the answers, each is read a second time.
    """
    job = await read_through(session, job, bench, watcher)
    settled = await session.settle()
    repeated = await read_again(session, job, bench, stability) if stability else None
    manifest = manifest_by(job, bench, session)
    if repeated is not None:
        manifest = manifest.but(stability=repeated.record())
    record = await session.finish(manifest)
    if is_ranked_by_trust(bench.store, record):
        settled = replace(settled, outcomes=draw_anew(bench.store, record, job.rubrics))
    return FinishedRun(settled=settled, record=record, manifest=manifest, repeated=repeated)


def grades_now(store: Store, job: Job, done: FinishedRun) -> tuple[Grade, ...]:
    """Return a run's grades as they stand: people's words and releases above its proposals."""
    decided = decided_on(store, job.submissions)
    return grades_of(job.rubrics, done.settled.outcomes, decided, store.releases())


async def grade_job(job: Job, bench: Bench) -> Run:
    """Grade all that a job is about, with nobody following, and return what it came to."""
    async with open_session(job, bench) as session:
        done = await run_through(session, job, bench)
    return run_of(session, job, grades_now(bench.store, job, done), done.manifest)


def write_places(place: ClassFolder, job: Job, out: Path) -> None:
    """Write where to look in each answer, and which answers are alike, for grading by hand."""
    for name, data in (
        ("places.csv", places_csv(job.rubrics, job.submissions)),
        ("groups.csv", groups_csv(job.rubrics, job.submissions)),
    ):
        write_ours(out / name, data, place.person)


def _refuse_links(out: Path) -> None:
    """Refuse to write through a link that came with the folder. Raises InputError."""
    for each in (out.parent, out):
        try:
            check_folder(each)
        except NotOurs as error:
            raise InputError(f"{each}: {error.strerror}; name a folder with --out") from error


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


def select(submissions: Sequence[Submission], request: GradeRequest) -> frozenset[Key] | None:
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
