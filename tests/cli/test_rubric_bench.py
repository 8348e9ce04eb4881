"""Tune one key point on a small class: diagnose, edit, preview, re-judge, compare."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from assessor.assets import folder
from tests.cli.shell import RUBRIC, Shell, at, critique_truth, csv_text, rows_of, serving
from tests.servers.openai_server import FaultServer, Question, Said, Truth

CELL = "better_method"
MINE = f"{RUBRIC}.yaml"
STUDENTS = 14
SHIPPED_PHRASES = 3


def misreading() -> Truth:
    """A judge that misses better_method until the rubric has one more phrasing for it."""
    right = critique_truth()

    def truth(question: Question) -> Mapping[str, Said]:
        cells = dict(right(question))
        counted = re.search(r"Wordings that count.*?\n(.*?)\n\n", question.system, re.DOTALL)
        phrases = counted.group(1).count("\n- ") + 1 if counted else 0
        if phrases <= SHIPPED_PHRASES and CELL in cells:
            cells[CELL] = Said()
        return cells

    return truth


def about(server: FaultServer, start: int = 0) -> set[str]:
    """Which cells the requests were about, from request `start` on."""
    found = set()
    for each in server.chats[start:]:
        text = str(each.body["messages"])
        found |= set(re.findall(r"Item to decide: (\w+),", text))
    return found


@pytest.fixture
def tuned(shell: Shell) -> Shell:
    """The first answers of the example class, with their hand grades."""
    place = folder("examples") / "critique"
    for name in ("answers.csv", "human_grades.csv"):
        rows = rows_of(place / name)[:STUDENTS]
        shell.write(name, csv_text([list(rows[0]), *(list(row.values()) for row in rows)]))
    return shell


def changed_of(preview: Any) -> list[tuple[str, float]]:
    return [(each["student_id"], each["after"] - each["before"]) for each in preview["changed"]]


def test_mending_one_key_point_asks_only_its_own_cells(tuned: Shell) -> None:
    """Diagnose → take → diff → re-judge → diff: under ten commands, one column asked again."""
    tuned.write("assessor.toml", '[judge]\nmethod = "careful"\n')
    with serving(misreading()) as server:
        tuned("grade", "answers.csv", "--rubric", RUBRIC, *at(server))
        tuned("trust", "human_grades.csv", "--all")
        diagnosis = tuned("rubric", "show", RUBRIC, "--diagnose", "--json").json
        worst = diagnosis["cells"][0]
        asked = len(server.chats)
        taken = tuned("rubric", "show", RUBRIC, "--diagnose", "--take", "1")
        before = tuned("rubric", "diff", MINE, "--json").json
        asked_by_bench = len(server.chats) - asked
        again = tuned("grade", "answers.csv", "--rubric", MINE, *at(server))
        after = tuned("rubric", "diff", MINE, "--json").json
        cells = about(server, asked)

    assert (worst["cell"], worst["fault"]) == (CELL, "missing rule, judge too strict")
    assert "To do: add what you accepted" in taken.out
    assert f"{MINE}: {CELL} accepted + " in taken.out
    assert asked_by_bench == 0
    assert (before["asks"]["cells"], before["changed"]) == ([CELL], None)
    assert again.code == 0
    assert cells == {CELL}
    assert after["asks"]["requests"] == 0
    assert after["changed"]
    line = after["cells"][0]["lines"][0]
    assert all(gain == 1 for _, gain in changed_of(after))
    (measured,) = after["agreement"]
    assert measured["after"] == measured["graded"] == STUDENTS
    assert measured["without_sources"]["graded"] == STUDENTS - 1
    assert measured["gain_by_luck"] > 0
    first, second = tuned("runs", "log", "--json").json["versions"]
    assert first["same"]["value"] < second["same"]["value"] == 1
    assert [each["changes"] for each in (first, second)] == [[], [f"{CELL}  {line}"]]


def test_new_points_rescore_at_once_without_a_request(tuned: Shell) -> None:
    """The preview is what grading with the new points gives, and neither asks anything."""
    text = (folder("rubrics") / MINE).read_text(encoding="utf-8")
    heavier = text.replace("    points: 2\n", "    points: 3\n", 1).replace(
        "points: 2\n        when: >\n          Says that a fixed",
        "points: 3\n        when: >\n          Says that a fixed",
    )
    tuned.write("mine.yaml", heavier.replace("max_points: 8", "max_points: 9"))
    with serving(critique_truth()) as server:
        tuned("grade", "answers.csv", "--rubric", RUBRIC, *at(server))
        asked = len(server.chats)
        preview = tuned("rubric", "diff", RUBRIC, "mine.yaml", "--json").json
        old = {row["student_id"]: row["proposed_grade"] for row in tuned.rows()}
        tuned("grade", "answers.csv", "--rubric", "mine.yaml", *at(server))
        anew = {row["student_id"]: row["proposed_grade"] for row in tuned.rows()}
        asked_again = len(server.chats) - asked

    gains = {student: float(anew[student]) - float(old[student]) for student in anew}
    assert preview["asks"]["requests"] == 0
    assert dict(changed_of(preview)) == {name: gain for name, gain in gains.items() if gain}
    assert gains
    assert asked_again <= 1  # the one probe of the endpoint


def test_a_changed_description_warns_that_everything_is_asked_again(tuned: Shell) -> None:
    """With the number of requests, before any is sent."""
    text = (folder("rubrics") / MINE).read_text(encoding="utf-8")
    tuned.write("mine.yaml", text.replace("A fitting remedy is", "One remedy is"))
    with serving(critique_truth()) as server:
        tuned("grade", "answers.csv", "--rubric", RUBRIC, *at(server))
        printed = tuned("rubric", "diff", RUBRIC, "mine.yaml")

    words = " ".join(printed.out.split())
    assert "every key point is asked again" in words
    assert f"To ask: {STUDENTS * 8} requests" in words
    assert "Nothing has changed yet" in words


def test_released_grades_stay_and_are_named(tuned: Shell) -> None:
    """A person released them: a new version of the rubric does not move them in silence."""
    with serving(misreading()) as server:
        tuned("grade", "answers.csv", "--rubric", RUBRIC, *at(server))
        tuned("trust", "human_grades.csv", "--all")
        tuned("rubric", "show", RUBRIC, "--diagnose", "--take", "1")
        tuned("export", "--to", "xlsx", "--release-unread", "--yes", "--out", "grades.xlsx")
        before = {row["student_id"]: row["grade"] for row in tuned.rows()}
        tuned("grade", "answers.csv", "--rubric", MINE, *at(server))
        after = {row["student_id"]: row["grade"] for row in tuned.rows()}
        printed = tuned("rubric", "diff", MINE)

    assert any(before.values())
    assert after == before
    assert "their grades stay as they are" in " ".join(printed.out.split())


def test_a_wish_that_cannot_be_met_says_what_there_is(tuned: Shell) -> None:
    """No grades by hand yet, no other version, no such number."""
    assert "nothing was graded here yet" in tuned("rubric", "show", RUBRIC, "--diagnose").err
    assert "knows no other version" in tuned("rubric", "diff", RUBRIC).err
    with serving(critique_truth()) as server:
        tuned("grade", "answers.csv", "--rubric", RUBRIC, *at(server))
    none = tuned("rubric", "show", RUBRIC, "--diagnose")
    assert (none.code, "no answer was graded by hand yet" in none.err) == (2, True)
