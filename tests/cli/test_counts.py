"""One class is counted one way: in the terminal, in the report and on the page; and not before."""

from __future__ import annotations

import json
import re
from pathlib import Path

from assessor.grade import level_that_counts
from assessor.review.numbers import cells
from tests.cli.shell import Shell, csv_text
from tests.keeping.build import reviewing

RUBRIC = """\
title: Photosynthesis
question: Why does a plant in the dark lose mass?
key_points:
  - {id: respiration, points: 2, description: respiration uses up stored sugar}
misconceptions:
  - {id: love, description: plants need love, effect: deduct, points: 1}
"""
ANSWERS = {"S1": "It respires.", "S2": "Plants need love.", "S3": "", "S4": "", "S5": "Dark."}
SAID = {"It respires.": "respiration", "Plants need love.": "love"}


def set_up(shell: Shell) -> None:
    shell.write("plants.yaml", RUBRIC)
    shell.write("answers.csv", csv_text([["student_id", "answer"], *ANSWERS.items()]))
    lines = [
        {
            "student_id": student,
            "answer": answer,
            "cell": cell,
            "pass": asked,
            "gap": "",
            "quotes": [answer] if SAID.get(answer) == cell else [],
            "level": _level(cell) if SAID.get(answer) == cell else "absent",
            "p_full" if cell == "respiration" else "p_present": 0.97
            if SAID.get(answer) == cell
            else 0.03,
        }
        for student, answer in ANSWERS.items()
        for cell in ("respiration", "love")
        for asked in ("neutral", "charitable", "strict")
    ]
    shell.write("judge.jsonl", "\n".join(map(json.dumps, lines)) + "\n")


def _level(cell: str) -> str:
    return "full" if cell == "respiration" else "present"


def words(page: Path) -> str:
    text = re.sub(r"<style.*?</style>|<[^>]+>", " ", page.read_text("utf-8"), flags=re.DOTALL)
    return " ".join(text.replace("&nbsp;", " ").split())


def test_blank_answers_are_in_every_share_alike(shell: Shell) -> None:
    """One of five holds the misconception, two of the five being blank: 20 % everywhere."""
    set_up(shell)
    typed = ("--rubric", "plants.yaml", "--judge", "recorded:judge.jsonl", "--method", "careful")
    said = shell("grade", "answers.csv", *typed)

    assert said.code == 0, said.err
    assert re.search(r"love +1 +4 +20%", said.out)
    assert "20% hold it: 1 of 5" in words(shell.home / "graded/answers/report.html")
    with reviewing() as (class_state, visitor):
        rubric = class_state.material.rubrics["answer"]
        love = cells(rubric, class_state.entries, "answer")[1]
        shares = {each.words: (each.count, each.share) for each in love.levels}
        assert shares == {"absent": (4, 80.0), "present": (1, 20.0)}
        assert "<small>20 %</small>" in visitor.get("/class").text
        counted = [level_that_counts(each.shown, "love") for each in class_state.entries]
        assert counted.count("present") == 1


def test_a_class_that_nobody_graded_has_no_chart(shell: Shell) -> None:
    """Blank answers stand at 0 by themselves: that is no distribution, and no median."""
    set_up(shell)
    said = shell("grade", "answers.csv", "--rubric", "plants.yaml", "--judge", "none")
    report = (shell.home / "graded/answers/report.html").read_text(encoding="utf-8")

    assert said.code == 0, said.err
    assert "█" not in said.out
    assert 'class="histogram"' not in report
    told = words(shell.home / "graded/answers/report.html")
    assert "Nobody has graded an answer yet; 2 blank ones stand at 0." in told
    assert "make it:" not in told
    assert "hold it:" not in told
    with reviewing() as (_, visitor):
        page = visitor.get("/class").text
        assert "Nobody has graded an answer yet" in page
        assert "Key points" not in page
    shell.write("own.csv", "Student,respiration,love\nS1,2,0\n")
    assert shell("review", "--sheet", "own.csv", "--yes").code == 0
    assert 'class="histogram"' in (shell.home / "graded/answers/report.html").read_text("utf-8")


def test_equal_answers_are_no_reason_why_any_has_no_grade(shell: Shell) -> None:
    """Two that no verdict is recorded for, two that have theirs: told once, and of all."""
    set_up(shell)
    both = dict.fromkeys(("S6", "S7"), "Nobody knows.") | {"S8": ANSWERS["S1"]}
    rows = [["student_id", "answer"], *(ANSWERS | both).items()]
    shell.write("answers.csv", csv_text(rows))

    judge = ("--rubric", "plants.yaml", "--judge", "recorded:judge.jsonl")
    said = shell("grade", "answers.csv", *judge).out
    ungraded, equal = said.split("Ungraded (no grade, not a zero)")[1].split("Equal answers")

    assert "2  judge:not_recorded" in ungraded
    assert "same_answer" not in ungraded
    assert "4  same_answer" in equal
