"""Parquet in and out; hostile files end their own process and become one clear message."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from assessor.errors import SubmissionError
from assessor.readers import ReadOptions, read_answers
from assessor.submission import InputState
from tests.cli.shell import PLANTS, SMALL_RUBRIC, Shell, at, plants_truth, rows_of, serving


@pytest.fixture
def shell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    home = tmp_path / "class"
    home.mkdir()
    monkeypatch.chdir(home)
    return Shell(home, capsys)


def file_of(**columns: Any) -> bytes:
    out = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(columns), out)
    return bytes(out.getvalue().to_pybytes())


def plants() -> bytes:
    return file_of(student_id=list(PLANTS), answer=[text for text, _ in PLANTS.values()])


def test_a_parquet_file_is_graded_as_its_csv(shell: Shell) -> None:
    """The same answers, the same grades, whatever carries them; and out again."""
    (shell.home / "answers.parquet").write_bytes(plants())
    shell.write("plants.yaml", SMALL_RUBRIC)
    with serving(plants_truth()) as server:
        graded = shell("grade", "answers.parquet", "--rubric", "plants.yaml", *at(server))
    assert graded.code == 0, graded.err
    points = {row["student_id"]: row["proposed_grade"] for row in shell.rows()}
    assert points == {name: str(most) for name, (_, most) in PLANTS.items()}

    shell.write("sheet.csv", "student_id,total\nS1,3\nS2,2\n")
    assert shell("review", "--sheet", "sheet.csv").code == 0
    for target in ("parquet", "parquet-key-points"):
        said = shell("export", "--to", target)
        assert said.code == 0, said.err

    folder = shell.home / "graded/answers"
    table = parquet.read_table(folder / "grades.parquet")
    released = dict(zip(table["student_id"].to_pylist(), table["grade"].to_pylist(), strict=True))
    assert released == {"S1": 3.0, "S2": 2.0, "S3": None, "S4": None}
    assert table.schema.field("grade").type == pyarrow.float64()
    cells = parquet.read_table(folder / "key_points.parquet").to_pylist()
    assert {each["student_id"] for each in cells} == {"S1", "S2"}
    assert rows_of(folder / "grades.csv")[0]["grade"] == "3"


def test_values_are_read_as_they_are_seen() -> None:
    """Numbers, times, nothing and lists; the file's columns are the header, with no guess."""
    data = file_of(
        student_id=[731.0, 732.0],
        name=["Ä", None],
        submitted=[datetime(2026, 11, 30, 20, 15, tzinfo=UTC), None],
        answer=["It rains.\nOften.", None],
        points=[Decimal("1.50"), None],
        tags=[["a"], []],
    )

    answers = read_answers(
        data, "answers.parquet", ReadOptions(student="student_id", answer="answer")
    )

    assert [each.student_id for each in answers.submissions] == ["731", "732"]
    assert answers.submissions[0].answer == "It rains.\nOften."
    assert answers.submissions[1].state is InputState.BLANK


def hostile() -> dict[str, bytes]:
    good = file_of(student_id=[f"S{n}" for n in range(50)], answer=["It rains."] * 50)
    chance = random.Random(0)
    torn = bytearray(good)
    for _ in range(40):
        torn[chance.randrange(4, len(torn))] = chance.randrange(256)
    long = "x" * 4_000_000
    return {
        "only its mark": b"PAR1",
        "cut off": good[: len(good) // 2],
        "no end": good[:-8],
        "a footer longer than the file": good[:-8] + (2**31 - 1).to_bytes(4, "little") + b"PAR1",
        "bytes turned": bytes(torn),
        # A text that stands once in a file of kilobytes, and in every one of its rows.
        "a bomb": file_of(
            student_id=list(range(2000)),
            answer=pyarrow.DictionaryArray.from_arrays([0] * 2000, [long]),
        ),
        "too wide": file_of(**{f"c{n}": [1] for n in range(2100)}),
    }


@pytest.mark.parametrize("name", sorted(hostile()))
def test_a_hostile_file_is_one_clear_message(name: str) -> None:
    """No crash, no flood of memory here, and what to do."""
    data = hostile()[name]

    with pytest.raises(SubmissionError, match="cannot be read as a Parquet file"):
        read_answers(data, "answers.parquet", ReadOptions())


def test_damaged_files_end_in_a_message_or_a_table() -> None:
    """Whatever byte is turned."""
    good = file_of(student_id=["S1", "S2"], answer=["It rains.", "It does not."])
    for seed in range(8):
        chance = random.Random(seed)
        torn = bytearray(good)
        torn[chance.randrange(len(torn))] ^= 1 << chance.randrange(8)
        try:
            read_answers(bytes(torn), "answers.parquet", ReadOptions())
        except SubmissionError as error:
            assert "answers.parquet" in str(error)
