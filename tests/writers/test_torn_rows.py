"""Characters that tear rows or drive terminals: lists read back as they were, output is inert."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from dataclasses import replace

import pytest

from assessor.cli.screen import print_json
from assessor.errors import SubmissionError
from assessor.readers import ReadOptions, read_answers
from assessor.report.feedback_pages import index_of
from assessor.writers.blind_sheet import blind_csv
from tests.prompt.build import rubric
from tests.store.build import submission

LONE = "one\rtwo\x85three\u2028four"


def test_a_lone_carriage_return_tears_no_blind_sheet() -> None:
    """One row a student, the answer whole."""
    made = blind_csv([replace(submission("S1", LONE), question="Q")], {"Q": rubric()})
    rows = list(csv.DictReader(io.StringIO(made.decode(), newline="")))

    assert [row["Answer"] for row in rows] == [LONE]


def test_a_lone_carriage_return_tears_no_list_of_feedback_pages() -> None:
    """A name may hold anything."""

    class Named:
        student_id, name, file, total, most = "S1", "A\rB", "f.html", "1", "2"
        waiting: tuple[str, ...] = ()

    rows = list(csv.DictReader(io.StringIO(index_of([Named()]).decode(), newline="")))  # type: ignore[list-item] # its like

    assert [row["name"] for row in rows] == ["A\rB"]


def test_json_on_the_screen_holds_nothing_that_drives_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Control characters, marks of direction and separators stand as their codes."""
    told = {"x": "a\x1b[2J\x9b31m\u202eb\u2066c\u2028d\x7fe é 漢 \u200d"}
    print_json(told)
    out = capsys.readouterr().out

    assert json.loads(out) == told
    assert not [c for c in out if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Zl", "Zp"}]
    assert "é 漢" in out


@pytest.mark.parametrize(
    "text",
    [
        '[{"student_id": "S1", "answer": "a", "answer": "b"}]',
        '{"student_id": "S1", "answer": "a"}\n{"student_id": "S2", "answer": "b", "answer": "c"}\n',
    ],
    ids=["one value", "lines"],
)
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    """Which of the two answers was meant, nobody can tell."""
    with pytest.raises(SubmissionError, match="stands twice in one object"):
        read_answers(text.encode(), "class.jsonl", ReadOptions())
