"""Gradescope's results.json, for one submission, and an autograder zip that hands out a class.

Follows "Autograder specifications": `score` above, or on each test; `output`, `visibility`,
`stdout_visibility`, `tests` (score, max_score, name, output, visibility), `extra_data`. What a
person must look at has no score at all: Gradescope then shows the output and counts nothing, where
a 0 would be a mark. Not tried on a live site.

Gradescope takes no file of scores. Grades get there through an autograder: the zip of `document`
holds the released results by student and looks the submitter up, so that "Regrade all
submissions" hands them out.
"""

from __future__ import annotations

import io
import json
import pkgutil
import zipfile
from collections.abc import Sequence
from decimal import Decimal

from assessor.counting import plural
from assessor.grade import Grade, GradedCell, was_released_otherwise
from assessor.rubric import CHOICE, CellKind
from assessor.verdict import State
from assessor.writers.base import ClassGrades, shown
from assessor.writers.results import choice_level, points_text

WAITS = "A person will look at this answer. There is no grade yet."
PUBLISHED = "after_published"
VISIBLE = "visible"


def result(grade: Grade, points: Decimal | None, *, details: bool) -> dict[str, object]:
    """Return one submission's results.json; `points` None is pending and has no score.

    A proposal that no person released is shown only when the instructor publishes grades.
    """
    if points is None:
        return pending(grade.state.value, grade.reasons)
    seen = VISIBLE if grade.grade is not None else PUBLISHED
    answer: dict[str, object] = {
        "score": _number(points),
        "output": shown(grade.feedback) if details else "",
        "output_format": "text",
        "visibility": seen,
        "stdout_visibility": "hidden",
        "tests": _tests(grade, seen) if details else [],
        "extra_data": {"status": "graded", "state": grade.state.value},
    }
    return answer


def pending(state: str, reasons: Sequence[str], problem: str = "") -> dict[str, object]:
    """Return a results.json that says a person must look, and gives no number.

    The reasons, and what to mend, stand where Gradescope shows them to nobody but keeps them.
    """
    why = {"reasons": list(reasons)} | ({"problem": problem} if problem else {})
    return {
        "output": WAITS,
        "output_format": "text",
        "visibility": VISIBLE,
        "stdout_visibility": "hidden",
        "tests": [],
        "extra_data": {"status": "pending", "state": state, **why},
    }


def document(material: ClassGrades) -> bytes:
    """Return an autograder zip with the released results of a class."""
    results = {}
    parts: dict[str, list[Grade]] = {}
    for grade in material.grades:
        parts.setdefault(grade.submission.student_id, []).append(grade)
    for total in material.totals:
        results[total.student_key.casefold()] = _joined(parts[total.student_key], total.score)
    files = {
        **{name: _script(name) for name in ("setup.sh", "run_autograder")},
        "results_by_student.json": json.dumps(results, ensure_ascii=False, indent=1) + "\n",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            # A fixed time: the same grades give the same file.
            info = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            info.external_attr = (0o755 if not name.endswith(".json") else 0o644) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8", "replace"))
    return out.getvalue()


def notes(material: ClassGrades) -> tuple[str, ...]:
    """Return who cannot be found: Gradescope tells an autograder the address, not the number."""
    nameless = [each.student_key for each in material.totals if "@" not in each.student_key]
    if not nameless:
        return ()
    return (
        "Gradescope knows a submitter by e-mail address, and "
        f"{plural(len(nameless), 'student is', 'students are')} not "
        f"named by one ({nameless[0]!r} …): the autograder will not find them. Grade again with "
        "--student naming the column of addresses.",
    )


def _joined(grades: Sequence[Grade], score: Decimal) -> dict[str, object]:
    """Return the results of all questions of a student as one; the total stands above.

    What was found since a grade was released does not explain it, and stays out.
    """
    single = [result(g, g.grade, details=not was_released_otherwise(g)) for g in grades]
    if len(single) == 1:
        return single[0] | {"score": _number(score)}
    tests = [
        {
            "name": shown(each.submission.question),
            "score": _number(each.grade or Decimal(0)),
            "max_score": _number(each.max_points),
            "output": "" if was_released_otherwise(each) else shown(each.feedback),
            "output_format": "text",
            "visibility": VISIBLE,
        }
        for each in grades
    ]
    return single[0] | {"score": _number(score), "output": "", "tests": tests}


def _tests(grade: Grade, seen: str) -> list[dict[str, object]]:
    tests = [_test(cell, seen) for cell in _told(grade)]
    choice = grade.choice
    if choice is not None and choice.points is not None:
        chosen: dict[str, object] = {
            "name": CHOICE,
            "score": _number(choice.points),
            "max_score": _number(choice.max_points),
            "output": shown(f"{choice_level(choice)}: {', '.join(choice.options)}"),
            "output_format": "text",
            "visibility": seen,
        }
        return [chosen, *tests]
    return tests


def _told(grade: Grade) -> tuple[GradedCell, ...]:
    """Return what a student is told of: key points, and the misconceptions that were found."""
    return tuple(
        cell
        for cell in grade.cells
        if cell.points is not None and (cell.kind is CellKind.KEY_POINT or cell.points)
    )


def _test(cell: GradedCell, seen: str) -> dict[str, object]:
    points = cell.points if cell.points is not None else Decimal(0)
    lines = [f"“{quote}”" for quote in cell.quotes]
    level = f"{cell.level}: " if cell.level else ""
    return {
        "name": cell.cell.replace("_", " "),
        # A deduction is a test below 0 of 0: the score above is what counts.
        "score": _number(points),
        "max_score": _number(cell.max_points),
        "output": shown("\n".join([f"{level}{plural(points_text(points), 'point')}", *lines])),
        "output_format": "text",
        "visibility": seen,
    }


def is_settled(grade: Grade) -> bool:
    """Return whether a pipeline may go on: in all other states a person must look first."""
    return grade.state in {State.GRADED, State.BLANK}


def _number(points: Decimal) -> float | int:
    return int(points) if points == points.to_integral_value() else float(points)


def _script(name: str) -> str:
    """Return a script that Gradescope runs on its own machines."""
    data = pkgutil.get_data(__package__, f"autograder/{name}")
    if data is None:
        raise AssertionError(f"autograder/{name} did not come with the program")
    return data.decode()
