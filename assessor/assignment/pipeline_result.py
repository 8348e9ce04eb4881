"""The result of one submission as its runner reads it: always there, never a guessed zero."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path

from assessor.errors import AssessorError, ConfigError, JudgeError, PlatformError, StoreError
from assessor.grade import Grade
from assessor.verdict import ReasonKind, State
from assessor.writers import gradescope
from assessor.writers.files import write_file
from assessor.writers.results import result_json

GRADESCOPE = "gradescope"
_AFTER = "after "


def result_of(
    grade: Grade, run: str, form: str, *, details: bool, problem: str = ""
) -> dict[str, object]:
    """Return a submission's result in the runner's form; `problem` is what ended the work early.

    Without `details` it holds the points and the state, and nothing of how they came about.
    """
    if form == GRADESCOPE:
        points = grade.grade if grade.grade is not None else grade.proposed
        settled = gradescope.is_settled(grade)
        return gradescope.result(grade, points if settled else None, details=details)
    result = result_json(grade, run) | {"problem": problem}
    return result if details else result | {"feedback": "", "key_points": []}


def stopped(student: str, why: str, problem: str, form: str) -> dict[str, object]:
    """Return the result where there is no grade: pending, with the reason.

    `problem` says in words what is wrong and what to do; it never stands where a student looks.
    """
    if form == GRADESCOPE:
        return gradescope.pending(State.UNGRADED.value, [ReasonKind.STOPPED.of(why)], problem)
    return {
        "student_id": student,
        "question": "",
        "state": State.UNGRADED.value,
        "status": "pending",
        "proposed_grade": None,
        "grade": None,
        "max_points": None,
        "reasons": [ReasonKind.STOPPED.of(why)],
        "feedback": "",
        "key_points": [],
        "run": "",
        "problem": problem,
    }


def why_stopped(error: AssessorError) -> str:
    """Return the stable word for what ended the work."""
    if isinstance(error, StoreError):
        return "store"
    return "judge" if isinstance(error, JudgeError | PlatformError) else "input"


def tells_details(feedback: str, now: datetime) -> bool:
    """Return whether a result may tell more than its points: `full`, `none` or `after DATE`.

    A date means its end, and a time without a zone is UTC. Raises ConfigError.
    """
    if not feedback.startswith(_AFTER):
        return feedback == "full"
    text = feedback.removeprefix(_AFTER).strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(
            f"assessor.toml: pipeline.feedback {feedback!r}: no date; write it as "
            '"after 2026-12-01" or "after 2026-12-01T18:00+01:00"'
        ) from error
    if len(text) <= len("2026-12-01"):
        moment = datetime.combine(moment.date(), time.max)
    return now > (moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def write_result(path: Path | None, result: Mapping[str, object]) -> None:
    """Write a result where it was asked for; a runner sees the old file or the whole new one."""
    if path is not None:
        text = json.dumps(result, ensure_ascii=False, indent=1)
        write_file(path, text.encode(errors="backslashreplace") + b"\n")
