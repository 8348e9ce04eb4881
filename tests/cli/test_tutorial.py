"""The tutorial's evening, command by command, as it stands on the page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from assessor.assets import folder
from tests.cli.shell import Shell, csv_text, rows_of, sheet_of

PAGE = Path(__file__).parent.parent.parent / "docs" / "tutorial.md"
CLASS = folder("examples") / "critique"


def test_every_command_of_the_tutorial_does_what_the_page_says(shell: Shell) -> None:
    """From the export to the pages for students; the review page has tests of its own."""
    shell.write("answers.csv", (CLASS / "answers.csv").read_text(encoding="utf-8"))
    by_hand = {row["student_id"]: row for row in rows_of(CLASS / "human_grades.csv")}
    blocks = re.findall(r"^```\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("assessor ")]
    assert len(commands) == 9

    for words in commands:
        if words == ["review"]:
            continue
        if words[-1] == "tune.csv" and "--out" not in words:
            rows = [
                {**row, **by_hand[row["student_id"]]} for row in sheet_of(shell.home / "tune.csv")
            ]
            assert len(rows) == 30
            shell.write("tune.csv", csv_text([list(rows[0]), *(list(r.values()) for r in rows)]))
        printed = shell(*words)
        assert printed.code == 0, (words, printed.err)

    released = {row["released_by"] for row in shell.rows()}
    assert {"review", "unread"} <= released
