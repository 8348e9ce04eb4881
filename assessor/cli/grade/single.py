"""One submission in, one result out: for a pipeline, which always gets its results file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assessor.assignment.grading import GradeRequest
from assessor.assignment.judge_choice import JudgeChoice
from assessor.assignment.names_in_answers import heed_names
from assessor.assignment.pipeline_grading import (
    grade_submission,
    job_of_one,
    only_rubric,
    read_handed_in,
    reading_judge,
)
from assessor.assignment.pipeline_result import (
    result_of,
    stopped,
    tells_details,
    why_stopped,
    write_result,
)
from assessor.assignment.run_result import Run
from assessor.cli.exit_codes import Exit
from assessor.cli.grade.planning import show_plan
from assessor.cli.screen import console, plain, print_json, show_grade, spoken
from assessor.cli.workplace import Workplace
from assessor.engine.session import Job
from assessor.errors import AssessorError, InputError
from assessor.rubric import Rubric
from assessor.submission import Submission
from assessor.verdict import State, StopWhy

_KILLED = "ended before there was a grade: run the same command again"


async def grade_one(workplace: Workplace, request: GradeRequest) -> int:
    """Grade one submission and return the exit code; the results file is written whatever happens.

    What could not be graded is `pending` with its reason, never a zero.
    """
    path = request.answer_file
    if path is None:
        raise InputError("name the submission's file with --answer-file")
    student = request.only[0] if request.only else path.stem
    if request.dry_run:
        rubric = only_rubric(workplace, request)
        choice = await reading_judge(workplace, dry=True)
        job = _job(workplace, request, rubric, read_handed_in(path, student), choice)
        return show_plan(workplace, choice, job, whole=request.show_payloads)
    form = workplace.config.pipeline.results
    # First of all, so that a result is there even if this process is killed.
    write_result(request.results, stopped(student, StopWhy.INTERRUPTED, _KILLED, form))
    try:
        details = tells_details(workplace.config.pipeline.feedback, workplace.ambient.now())
        rubric = only_rubric(workplace, request)
        submitted = read_handed_in(path, student)
        if submitted.reading and not workplace.common.as_json:
            console().print(plain(f"Read from a {submitted.reading}"), style="dim")
        choice = await reading_judge(workplace)
        job = _job(workplace, request, rubric, submitted, choice)
        run = await grade_submission(workplace, choice, job)
    except AssessorError as error:
        result = stopped(student, why_stopped(error), str(error), form)
        _report(workplace, request.results, result)
        raise
    if not workplace.common.as_json:
        show_grade(console(), run.grades[0])
        if run.problem is not None:
            console().print(spoken(f"Stopped: {run.problem}"), style="red")
    problem = str(run.problem or "")
    result = result_of(run.grades[0], run.id, form, details=details, problem=problem)
    _report(workplace, request.results, result)
    return _exit_code(run)


def _job(
    workplace: Workplace,
    request: GradeRequest,
    rubric: Rubric,
    submitted: Submission,
    choice: JudgeChoice,
) -> Job:
    """Return the run, after it was said how many names the answer holds."""
    job = job_of_one(workplace, request, rubric, submitted, choice)
    job, names = heed_names(workplace, choice, job, job.submissions)
    if names:
        console(as_json=workplace.common.as_json).print(plain(names), style="yellow")
    return job


def _exit_code(run: Run) -> Exit:
    if run.stopped:
        return Exit.STOPPED
    return Exit.SOME_UNGRADED if run.grades[0].state is State.UNGRADED else Exit.DONE


def _report(workplace: Workplace, path: Path | None, result: Mapping[str, object]) -> None:
    write_result(path, result)
    if workplace.common.as_json:
        print_json(result)
