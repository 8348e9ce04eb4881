"""One submission for a pipeline: its file, its one rubric, the judge that reads it, its grade."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.grading import GradeRequest, grades_now, run_through
from assessor.assignment.judge_choice import JudgeChoice, choose_judge, limits_for, open_bench
from assessor.assignment.rubric_matching import wishes_of
from assessor.assignment.run_job import job_for
from assessor.assignment.run_result import Run, run_of
from assessor.assignment.single_answer import read_answer_file
from assessor.disk import NotOurs, read_regular
from assessor.engine.session import Job, open_session
from assessor.errors import InputError
from assessor.manifest import Command
from assessor.readers.files.limits import MOST_BYTES
from assessor.rubric import Rubric
from assessor.submission import Submission
from assessor.verdict import Release, ReleasedBy, State

RELEASED = frozenset({State.GRADED, State.BLANK})


def read_handed_in(path: Path, student: str) -> Submission:
    """Return the file that a student handed in as one answer. Raises InputError.

    A link is not followed: in a pipeline it may lead to a key, and what is read is shown to whoever
    handed it in.
    """
    try:
        data = read_regular(path, MOST_BYTES)
    except NotOurs as error:
        raise InputError(f"{path}: {error.strerror}; hand in the file itself") from error
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; check the path") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from error
    return read_answer_file(data, path.suffix, student)


def only_rubric(place: ClassFolder, request: GradeRequest) -> Rubric:
    """Return the rubric of the one question. Raises InputError where there are several."""
    wishes = wishes_of(place, request.rubrics)
    if len(wishes) > 1:
        raise InputError("--answer-file is one answer to one question: name one --rubric")
    return wishes[0].rubric


async def reading_judge(place: ClassFolder, *, dry: bool = False) -> JudgeChoice:
    """Return the judge, which must be one that reads. Raises InputError."""
    choice = await choose_judge(place, dry=dry)
    if not choice.facts.reads:
        raise InputError("--answer-file needs a judge that reads: --judge openai or recorded")
    return choice


def job_of_one(
    place: ClassFolder,
    request: GradeRequest,
    rubric: Rubric,
    submitted: Submission,
    choice: JudgeChoice,
) -> Job:
    """Return the run over one submission."""
    return replace(
        job_for(place.config, {submitted.question: rubric}, (submitted,), place.folder),
        # No class, no budget: only mandatory reasons hold one submission back.
        budget=0.0,
        price=choice.price,
        strong_price=choice.strong_price,
        again=request.again,
        limits=limits_for(place, choice),
        command=Command(answers=str(request.answer_file), out="", judge=choice.backend),
    )


async def grade_submission(place: ClassFolder, choice: JudgeChoice, job: Job) -> Run:
    """Grade one submission; with `[pipeline] release = "unread"` its grade goes out at once."""
    with place.open_store() as store:
        async with (
            open_bench(place, choice, store) as bench,
            open_session(job, bench) as session,
        ):
            done = await run_through(session, job, bench)
        (proposal,) = done.settled.outcomes
        if place.config.pipeline.release == "unread" and proposal.state in RELEASED:
            store.release([_release(proposal.submission, proposal.proposed)])
        return run_of(session, job, grades_now(store, job, done), done.manifest)


def _release(submitted: Submission, points: Decimal | None) -> Release:
    return Release(
        student_id=submitted.student_id,
        question=submitted.question,
        attempt=submitted.attempt,
        answer_digest=submitted.answer_digest,
        grade=points if points is not None else Decimal(0),
        by=ReleasedBy.UNREAD,
    )
