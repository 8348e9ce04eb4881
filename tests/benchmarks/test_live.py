"""The benchmark that grades human-graded sets through the product."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = {
    "question_id": "q1",
    "question": "Why does a plant in the dark lose mass?",
    "reference_answer": "It respires.",
    "max_points": 2,
    "key_points": [
        {"id": "kp1", "text": "says that it respires", "points": 1},
        {"id": "kp2", "text": "says that there is no light", "points": 1},
    ],
}
ANSWERS = {"a1": "It respires sugar.", "a2": "No light comes in.", "a3": "It is sad."}
PEOPLE = {"a1": (1, 0), "a2": (0, 1), "a3": (0, 0)}


@pytest.fixture
def graded_set(tmp_path: Path) -> Path:
    """Three answers by two people, and a judge that is wrong, and unsure, on the last."""
    place = tmp_path / "plants"
    place.mkdir()
    (place / "questions.jsonl").write_text(json.dumps(ASKED) + "\n", encoding="utf-8")
    rows = [f"{each},q1,{text},{sum(PEOPLE[each])},2" for each, text in ANSWERS.items()]
    head = "answer_id,question_id,answer,grade,max_points"
    (place / "answers.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    marks = [
        f"{each},q1,kp{n},{mark},2,{mark},{mark}"
        for each, given in PEOPLE.items()
        for n, mark in enumerate(given, start=1)
    ]
    head = "answer_id,question_id,key_point_id,label,n_raters,label_1,label_2"
    (place / "keypoint_labels.csv").write_text("\n".join([head, *marks]) + "\n", encoding="utf-8")
    lines = []
    for each, given in PEOPLE.items():
        for n, mark in enumerate(given, start=1):
            wrong = (each, n) == ("a3", 1)
            said = {
                "student_id": each,
                "answer": ANSWERS[each],
                "cell": f"kp{n}",
                "pass": "neutral",
                "quotes": [ANSWERS[each]] if mark or wrong else [],
                "gap": "",
                "level": "full" if mark or wrong else "absent",
                "p_full": 0.6 if wrong else 0.95 if mark else 0.05,
            }
            lines += [json.dumps(said | {"pass": each_pass}) for each_pass in PASSES]
    (tmp_path / "recorded.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return place


PASSES = ("neutral", "charitable", "strict")


def test_a_set_is_graded_through_the_product(graded_set: Path) -> None:
    """One line of figures: who graded, how far they agree, what the queue would have caught."""
    recording = graded_set.parent / "recorded.jsonl"

    done = subprocess.run(
        [
            sys.executable,
            str(ROOT / "benchmarks" / "agreement.py"),
            str(graded_set.parent),
            "--judge",
            f"recorded:{recording}",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    line = next(each for each in done.stdout.splitlines() if each.startswith("plants"))
    assert line.split()[1] == "3"
    assert "0.33" in line
    assert "0 of 1" in line
    assert "3 graded, 0 not" in done.stdout
