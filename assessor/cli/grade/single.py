"""One submission in, one result out: for a pipeline, which always gets its results file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from rich.console import Console

from assessor.assignment.grading import GradeRequest
from assessor.assignment.judge_choice import (
    JudgeChoice,
    choose_judge,
    limits_for,
    open_bench,
)
from assessor.assignment.names_in_answers import heed_names
from assessor.assignment.pipeline_result import (
    result_of,
    stopped,
    tells_details,
    why_stopped,
    write_result,
)
from assessor.assignment.rubric_matching import wishes_of
from assessor.assignment.run_job import job_for
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.single_answer import read_answer_file
from assessor.cli import Exit
from assessor.cli.grade.planning import show_plan
from assessor.cli.screen import console, plain, print_json, show_grade
from assessor.cli.workplace import Workplace
from assessor.disk import NotOurs, read_regular
from assessor.engine.session import Job, Session, decided_on, open_session
from assessor.engine.settle import grades_of
from assessor.errors import AssessorError, InputError
from assessor.grade import Grade
from assessor.readers.files.limits import MOST_BYTES
from assessor.rubric import Rubric
from assessor.submission import Submission
from assessor.verdict import Release, State


async def grade_one(workplace: Workplace, request: GradeRequest) -> int:
    """Grade one submission and return the exit code; the results file is written whatever happens.

    What could not be graded is `pending` with its reason, never a zero.
    """
    path = request.answer_file
    if path is None:
        raise InputError("name the submission's file with --answer-file")
    student = request.only[0] if request.only else path.stem
    if request.dry_run:
        rubric = _only_rubric(workplace, request)
        choice = await _reading_judge(workplace, dry=True)
        job = _job(workplace, request, rubric, _submitted(path, student), choice)
        job = _heeded(workplace, console(), choice, job)
        return show_plan(workplace, choice, job, whole=request.show_payloads)
    form = workplace.config.pipeline.results
    # First of all, so that a result is there even if this process is killed.
    write_result(request.results, stopped(student, "interrupted", form))
    try:
        details = tells_details(workplace.config.pipeline.feedback, workplace.ambient.now())
        rubric = _only_rubric(workplace, request)
        submitted = _submitted(path, student)
        if submitted.reading and not workplace.common.as_json:
            console().print(plain(f"Read from a {submitted.reading}"), style="dim")
        grade, run, code = await _grade(workplace, request, rubric, submitted)
    except AssessorError as error:
        result = stopped(student, why_stopped(error), form)
        _report(workplace, request.results, result)
        raise
    _report(workplace, request.results, result_of(grade, run, form, details=details))
    return code


def handed_in(path: Path) -> bytes:
    """Return the content of a file that a student handed in. Raises InputError.

    A link is not followed: in a pipeline it may lead to a key, and what is read is shown to whoever
    handed it in.
    """
    try:
        return read_regular(path, MOST_BYTES)
    except NotOurs as error:
        raise InputError(f"{path}: {error.strerror}; hand in the file itself") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; check the path") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from error


def _only_rubric(workplace: Workplace, request: GradeRequest) -> Rubric:
    wishes = wishes_of(workplace, request.rubrics)
    if len(wishes) > 1:
        raise InputError("--answer-file is one answer to one question: name one --rubric")
    return wishes[0].rubric


def _submitted(path: Path, student: str) -> Submission:
    return read_answer_file(handed_in(path), path.suffix, student)


async def _grade(
    workplace: Workplace, request: GradeRequest, rubric: Rubric, submitted: Submission
) -> tuple[Grade, str, int]:
    choice = await _reading_judge(workplace)
    job = _job(workplace, request, rubric, submitted, choice)
    screen = console(as_json=workplace.common.as_json)
    job = _heeded(workplace, screen, choice, job)
    grade, session = await _judge(workplace, choice, job)
    if not workplace.common.as_json:
        show_grade(console(), grade)
        if session.desk.rejection is not None:
            console().print(plain(f"Stopped: {session.desk.rejection}"), style="red")
    if session.desk.stop_why:
        return grade, session.run_id, Exit.STOPPED
    code = Exit.SOME_UNGRADED if grade.state is State.UNGRADED else Exit.DONE
    return grade, session.run_id, code


def _heeded(workplace: Workplace, screen: Console, choice: JudgeChoice, job: Job) -> Job:
    """Return the job after it was said how many names the answer holds."""
    job, names = heed_names(workplace, choice, job, job.submissions)
    if names:
        screen.print(plain(names), style="yellow")
    return job


async def _reading_judge(workplace: Workplace, *, dry: bool = False) -> JudgeChoice:
    choice = await choose_judge(workplace, dry=dry)
    if not choice.facts.reads:
        raise InputError("--answer-file needs a judge that reads: --judge openai or recorded")
    return choice


def _job(
    workplace: Workplace,
    request: GradeRequest,
    rubric: Rubric,
    submitted: Submission,
    choice: JudgeChoice,
) -> Job:
    return replace(
        job_for(workplace.config, {submitted.question: rubric}, (submitted,), workplace.folder),
        # No class, no budget: only mandatory reasons hold one submission back.
        budget=0.0,
        price=choice.price,
        strong_price=choice.strong_price,
        again=request.again,
        limits=limits_for(workplace, choice),
        command={"answers": str(request.answer_file), "out": "", "judge": choice.backend},
    )


async def _judge(workplace: Workplace, choice: JudgeChoice, job: Job) -> tuple[Grade, Session]:
    with workplace.open_store() as store:
        async with (
            open_bench(workplace, choice, store) as bench,
            open_session(job, bench) as session,
        ):
            await session.prepare()
            await session.pilot()
            settled = await session.settle()
            await session.finish(manifest_of(job, bench, session))
        proposal = settled.proposals[0]
        if workplace.config.pipeline.release == "unread" and proposal.state in {
            State.GRADED,
            State.BLANK,
        }:
            store.release([_release(proposal.submission, proposal.proposed)])
        decided = decided_on(store, job.submissions)
        (grade,) = grades_of(job.rubrics, settled.proposals, decided, store.releases())
        return grade, session


def _release(submitted: Submission, points: Decimal | None) -> Release:
    return Release(
        student_id=submitted.student_id,
        question=submitted.question,
        attempt=submitted.attempt,
        answer_digest=submitted.answer_digest,
        grade=points if points is not None else Decimal(0),
        by="unread",
    )


def _report(workplace: Workplace, path: Path | None, result: Mapping[str, object]) -> None:
    write_result(path, result)
    if workplace.common.as_json:
        print_json(result)
