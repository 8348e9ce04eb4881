"""A small class that a recording reads: no server, no waiting, any number of folders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from assessor.ambient import real
from assessor.assignment.standing import load_standing, write_results
from assessor.cli.workplace import open_workplace
from assessor.review.class_state import ClassState, ReviewMaterial
from assessor.review.entry import Seat
from assessor.review.outlets import tools_for
from tests.cli.shell import SMALL_RUBRIC, csv_text
from tests.review.build import Visitor, served

# student → answer, and the quote of each key point that it makes.
ANSWERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "S1": (
        "It respires and uses up sugar. Without light nothing replaces it.",
        {"respiration": "uses up sugar", "no_light": "Without light nothing replaces it"},
    ),
    "S2": ("It respires, so sugar is used up.", {"respiration": "sugar is used up"}),
    "S3": ("Plants need love.", {}),
    "S4": ("No light means that nothing is made up.", {"no_light": "nothing is made up"}),
    "S5": ("The sugar in it is burnt for energy.", {"respiration": "sugar in it is burnt"}),
    "S6": ("Because it is dark there.", {}),
}
CELLS = ("respiration", "no_light")


def class_csv(students: Mapping[str, tuple[str, object]] = ANSWERS) -> str:
    """The class's answers file."""
    return csv_text(
        [["student_id", "answer"], *([name, text] for name, (text, _) in students.items())]
    )


def recording(doubt: float = 0.1) -> str:
    """Verdicts on the class; `doubt` is how far each probability is from certain."""
    lines = []
    for student, (answer, made) in ANSWERS.items():
        for cell in CELLS:
            for asked in ("neutral", "charitable", "strict"):
                line: dict[str, object] = {
                    "student_id": student,
                    "answer": answer,
                    "cell": cell,
                    "pass": asked,
                }
                line |= {"gap": "" if cell in made else "not said"}
                line |= {"quotes": [made[cell]] if cell in made else []}
                line |= {"level": "full" if cell in made else "absent"}
                line |= {"p_full": 1 - doubt if cell in made else doubt}
                lines.append(json.dumps(line))
    return "\n".join(lines) + "\n"


def set_up(folder: Path, *, answers: str = "answers.csv") -> Path:
    """Write a class into a folder: answers, rubric, recording."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / answers).write_text(class_csv(), encoding="utf-8")
    (folder / "plants.yaml").write_text(SMALL_RUBRIC, encoding="utf-8")
    (folder / "judge.jsonl").write_text(recording(), encoding="utf-8")
    return folder


def grading(folder: Path, answers: str = "answers.csv") -> tuple[str, ...]:
    """The command that grades the class in a folder, typed from anywhere."""
    return (
        "grade",
        str(folder / answers),
        "--rubric",
        str(folder / "plants.yaml"),
        "--judge",
        f"recorded:{folder / 'judge.jsonl'}",
    )


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder with a digest of what is in it; the database by what it says."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith("store.db")
    }


def decisions(folder: Path) -> list[dict[str, object]]:
    """What people decided in a class, as its mirror tells it."""
    path = folder / ".assessor" / "decisions.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def reviewing() -> Iterator[tuple[ClassState, Visitor]]:
    """The review page of the class in the current folder, as `assessor review` serves it."""
    workplace = open_workplace({}, {})
    with workplace.open_store() as store:

        def load() -> ReviewMaterial:
            found = load_standing(workplace, store)
            return ReviewMaterial(
                run=found.run.id,
                rubrics=found.rubrics,
                outcomes=found.outcomes,
                manifest=found.run.manifest,
            )

        class_state = ClassState(store, load, Seat(login="ada"), real())
        with served(class_state, tools_for(workplace, store)) as opened:
            yield class_state, Visitor(opened).enter()
        write_results(load_standing(workplace, store))
