"""What each platform's page has people type, typed: from the export to the file that goes back."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assessor.judges.schema_filler import properties
from tests.cli.shell import Shell, csv_text, serving
from tests.servers.openai_server import Question, Said
from tests.writers.samples import TEMPLATES, keys

DOCS = Path(__file__).parent.parent.parent / "docs" / "platforms"
EXPORTS = Path(__file__).parent.parent / "fixtures" / "exports"
RUBRIC = """\
title: Essay
question: What is wrong with counting replies?
key_points:
  - {id: proxy, points: 8, description: the count stands for something else}
"""
Files = Mapping[str, bytes]


def by_keys(name: str) -> bytes:
    """A table of answers by the ids of a platform's own file."""
    rows = [["student_id", "answer"], *([key, f"Words of {key} about it"] for key in keys(name))]
    return csv_text(rows).encode()


# Page → its blocks of commands → the files that the block speaks of.
CLASSES: Mapping[str, tuple[Callable[[], Files], ...]] = {
    "moodle": (
        lambda: {"worksheet.csv": TEMPLATES["moodle"]},
        lambda: {
            "responses.csv": by_keys("moodle-gradebook"),
            "gradebook.csv": TEMPLATES["moodle-gradebook"],
        },
    ),
    "canvas": (lambda: {"analysis.csv": by_keys("canvas"), "gradebook.csv": TEMPLATES["canvas"]},),
    "brightspace": (
        lambda: {
            "attempts.csv": by_keys("brightspace"),
            "grades.csv": TEMPLATES["brightspace"],
        },
    ),
    "blackboard": (
        lambda: {
            "results.xls": by_keys("blackboard"),
            "gradecenter.xls": TEMPLATES["blackboard"],
        },
    ),
    "sakai": (lambda: {"bulk_download.zip": TEMPLATES["sakai-zip"]},),
    "prairielearn": (lambda: {"manual_grading.csv": TEMPLATES["prairielearn"]},),
    "gradescope": (
        lambda: {"submissions.zip": (EXPORTS / "gradescope_submissions.zip").read_bytes()},
    ),
    "forms": (
        lambda: {
            "responses.csv": csv_text(
                [
                    ["Timestamp", "Email Address", "Why does a plant in the dark lose mass?"],
                    ["2026/03/02 9:00:00 AM GMT", "ada@example.edu", "It respires, I should say."],
                    ["2026/03/02 9:05:00 AM GMT", "ben@example.edu", "It lost all of its water."],
                ]
            ).encode(),
            "guide.txt": b"2 points: respiration uses up stored sugar\n1 point: without light\n",
        },
    ),
}
BLOCKS = [(page, number) for page, rows in CLASSES.items() for number in range(len(rows))]


def commands(page: str, number: int) -> list[list[str]]:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    block = re.findall(r"^```\n(assessor .*?)^```", text, re.M | re.S)[number]
    return [shlex.split(line)[1:] for line in block.splitlines()]


def finds_nothing(question: Question) -> dict[str, Said]:
    """A judge for answers that nobody graded before."""
    fields = properties(question.schema)
    cells = properties(fields["cells"]) if "cells" in fields else {"it": {}}
    return {cell: Said() for cell in cells}


def test_every_page_is_played() -> None:
    """A new page without a class here would be one that nobody tried."""
    assert {each.stem for each in DOCS.glob("*.md")} == set(CLASSES)


@pytest.mark.parametrize(("page", "number"), BLOCKS)
def test_what_the_page_says_can_be_typed(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, page: str, number: int
) -> None:
    """Each command as it stands there; the review page's part is done by a sheet."""
    shell.write("essay.yaml", RUBRIC)
    for name, data in CLASSES[page][number]().items():
        (shell.home / name).write_bytes(data)
    if page == "forms":
        (shell.home / "essay.yaml").unlink()
    shell.write(
        "assessor.toml", "[export.sakai]\npoints = 8\n[export.moodle-gradebook]\npoints = 8\n"
    )
    with serving(finds_nothing) as server:
        monkeypatch.setenv("ASSESSOR_BASE_URL", server.url)
        for words in commands(page, number):
            if words == ["review"]:
                decide_all(shell)
                continue
            said = shell(*(word.replace("MODEL", "test-model") for word in words), "--yes")
            assert said.code == 0, (words, said.err, said.out)

    (graded,) = (shell.home / "graded").iterdir()
    assert {row["state"] for row in shell.rows(f"graded/{graded.name}/grades.csv")} >= {"graded"}
    shutil.rmtree(graded)


def decide_all(shell: Shell) -> None:
    """Give everybody a point by hand, for the page of the review."""
    (graded,) = (shell.home / "graded").iterdir()
    rows = shell.rows(f"graded/{graded.name}/grades.csv")
    sheet = [[row["student_id"], "1"] for row in rows if row["state"] in {"graded", "needs_review"}]
    shell.write("sheet.csv", csv_text([["student_id", "total"], *sheet]))
    said = shell("review", "--sheet", "sheet.csv", "--yes")
    assert said.code == 0, said.err
