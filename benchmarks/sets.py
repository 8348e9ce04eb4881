"""Human-graded sets in one layout, as rubrics, submissions and people's marks. Reads files only."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from assessor.rubric import Rubric, load_rubric
from assessor.submission import InputState, Submission

# Where a set has grades and no key points, its reference answer is one, in halves.
WHOLE = "reference"
HALVES = (("partial", "states part of the reference answer"), ("full", "states all of it"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a set: its rubric, its answers, and what each person gave.

    `people` holds per rater the points by answer and key point, none where people gave totals
    only; `totals` the points by answer of each rater.
    """

    rubric: Rubric
    answers: tuple[Submission, ...]
    people: tuple[Mapping[tuple[str, str], Decimal], ...]
    totals: tuple[Mapping[str, Decimal], ...]


def read_questions(folder: Path) -> tuple[Question, ...]:
    """Return the questions of the set in `folder`.

    It holds `questions.jsonl`, `answers.csv` and, where
    people marked key points, `keypoint_labels.csv`; or the made-up class with its two raters.
    """
    if (folder / "rater_1.csv").is_file():
        return (_class_of_one_rubric(folder),)
    marks = _marks(folder / "keypoint_labels.csv")
    answers: dict[str, list[dict[str, str]]] = {}
    for row in rows(folder / "answers.csv"):
        answers.setdefault(row["question_id"], []).append(row)
    found = []
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        asked = json.loads(line)
        own = answers.get(asked["question_id"], [])
        names = {row["answer_id"] for row in own}
        found.append(
            Question(
                rubric=rubric_of(asked),
                answers=tuple(submission(row["answer_id"], row["answer"], asked) for row in own),
                people=tuple(
                    {cell: points for cell, points in each.items() if cell[0] in names}
                    for each in marks
                ),
                totals=_totals(own),
            )
        )
    return tuple(found)


def rubric_of(asked: Mapping[str, object]) -> Rubric:
    """Return the rubric that a set's question comes with, its own words untouched."""
    details = asked.get("key_point_details")
    longer = details if isinstance(details, dict) else {}
    key_points: list[dict[str, object]] = []
    given = asked["key_points"]
    for each in given if isinstance(given, list) else ():
        text = " ".join(str(each["text"]).split())
        key_point = {"id": each["id"], "description": text, "points": str(each["points"])}
        if each["id"] in longer:
            when = " ".join(str(longer[each["id"]]).split())
            key_point["levels"] = [{"id": "full", "points": str(each["points"]), "when": when}]
        if wrong := str(asked.get("misconceptions") or "").strip():
            key_point["not_enough"] = [" ".join(part.split()) for part in wrong.split("\n\n")]
        key_points.append(key_point)
    if not key_points:
        most = Decimal(str(asked["max_points"]))
        steps = [most / 2, most]
        key_points.append(
            {
                "id": WHOLE,
                "description": "gives the reference answer",
                "points": str(most),
                "levels": [
                    {"id": level, "points": str(points), "when": when}
                    for (level, when), points in zip(HALVES, steps, strict=True)
                ],
            }
        )
    question = {"prompt": str(asked["question"]) or "(see the reference answer)"}
    if reference := str(asked.get("reference_answer") or "").strip():
        question["reference"] = reference
    value = {"title": asked["question_id"], "question": question, "key_points": key_points}
    return load_rubric(json.dumps(value, ensure_ascii=False), f"{asked['question_id']}.yaml")


def submission(name: str, answer: str, asked: Mapping[str, object]) -> Submission:
    """Return one answer as its own student's."""
    return Submission(
        student_id=name,
        question=str(asked["question_id"]),
        attempt=1,
        answer=answer,
        state=InputState.ANSWERED if answer.strip() else InputState.BLANK,
        row=1,
    )


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _marks(path: Path) -> tuple[dict[tuple[str, str], Decimal], ...]:
    people: list[dict[tuple[str, str], Decimal]] = []
    for row in rows(path) if path.is_file() else ():
        for place in range(int(row["n_raters"])):
            if place == len(people):
                people.append({})
            mark = Decimal(row[f"label_{place + 1}"])
            people[place][row["answer_id"], row["key_point_id"]] = mark
    return tuple(people)


def _totals(own: Sequence[Mapping[str, str]]) -> tuple[dict[str, Decimal], ...]:
    names = [name for name in (own[0] if own else ()) if name.startswith("grade_")]
    raters = [name for name in names if name.removeprefix("grade_").isdigit()] or ["grade"]
    return tuple(
        {row["answer_id"]: Decimal(row[rater]) for row in own if row.get(rater)} for rater in raters
    )


def _class_of_one_rubric(folder: Path) -> Question:
    """The class that ships with its raters: columns are the cells of the shipped rubric."""
    text = (Path("rubrics") / "critique-of-an-ai-alignment-strategy.yaml").read_text("utf-8")
    rubric = load_rubric(text, "critique-of-an-ai-alignment-strategy.yaml")
    asked = {"question_id": rubric.id}
    people, totals = [], []
    for rater in ("rater_1.csv", "rater_2.csv"):
        given = list(rows(folder / rater))
        people.append(
            {(r["student_id"], cell): Decimal(r[cell]) for r in given for cell in rubric.cells}
        )
        totals.append({r["student_id"]: Decimal(r["total"]) for r in given})
    return Question(
        rubric=rubric,
        answers=tuple(
            submission(row["student_id"], row["answer"], asked)
            for row in rows(folder / "answers.csv")
        ),
        people=tuple(people),
        totals=tuple(totals),
    )
