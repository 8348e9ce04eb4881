"""Every platform's sample export parses to its list, with no option and whatever its name."""

from __future__ import annotations

import csv
import io
import random

import pytest

from assessor.readers import FORMATS, ReadOptions, read_answers
from assessor.sheet import encode_rows, parse_table
from tests.readers.build import EXPORTS, archive, expected, export, plainly

NAMES = sorted(path.name.removesuffix(".expected.json") for path in EXPORTS.glob("*.expected.json"))


@pytest.mark.parametrize("name", NAMES)
def test_an_export_parses_to_its_list(name: str) -> None:
    """Students, attempts, texts and states are those of the list, in the file's order."""
    got = plainly(export(name).submissions)

    assert sorted(map(repr, got)) == sorted(map(repr, expected(name)))


@pytest.mark.parametrize("name", NAMES)
def test_an_export_says_why_it_is_what_it_is(name: str) -> None:
    """Nothing is recognised in silence."""
    read = export(name)

    assert read.why


FREE = [
    "moodle_quiz_de.csv",
    "moodle_worksheet_blind_de.csv",
    "moodle_gradebook.csv",
    "gradescope_scores.csv",
    "gradescope_evaluations.csv",
    "google_forms_de.csv",
    "microsoft_forms_open.csv",
    "blackboard_by_user.xls",
    "blackboard_by_question.csv",
    "brightspace_quiz.csv",
    "sakai_grades.csv",
    "sakai_gradebook.csv",
    "blackboard_grades.xls",
    "openedx_ora.csv",
    "prairielearn.csv",
    "plain_de.csv",
]


@pytest.mark.parametrize("name", FREE)
@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_columns_means_nothing(name: str, seed: int) -> None:
    """Sites and users choose columns and their order; titles say what they are."""
    table = parse_table((EXPORTS / name).read_bytes(), name)
    places = list(range(len(max(table.rows, key=len))))
    random.Random(seed).shuffle(places)
    rows = [[row[p] if p < len(row) else "" for p in places] for row in table.rows]

    got = read_answers(encode_rows(rows, table), "class.csv", ReadOptions())

    assert got.format == export(name).format
    assert sorted(map(repr, plainly(got.submissions))) == sorted(map(repr, expected(name)))


def _saved(rows: list[list[str]], way: str) -> bytes:
    text = io.StringIO()
    delimiter = {"semicolons": ";", "tabs": "\t"}.get(way, ",")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    if way == "tabs":
        return b"\xff\xfe" + text.getvalue().encode("utf-16-le")
    data = text.getvalue().encode("utf-8-sig")
    return archive({"export.csv": data}) if way == "zip" else data


@pytest.mark.parametrize("name", FREE)
@pytest.mark.parametrize("way", ["semicolons", "tabs", "zip"])
def test_how_a_file_was_saved_means_nothing(name: str, way: str) -> None:
    """People open exports and save them again: another separator, another encoding, a zip."""
    table = parse_table((EXPORTS / name).read_bytes(), name)
    width = max(map(len, table.rows))
    rows = [[*row, *[""] * (width - len(row))] for row in table.rows]

    got = read_answers(_saved(rows, way), "export.txt", ReadOptions())

    assert sorted(map(repr, plainly(got.submissions))) == sorted(map(repr, expected(name)))


def test_every_format_has_a_sample() -> None:
    """A row in FORMATS without a file that it reads is a promise nobody checked."""
    seen = {export(name).format for name in NAMES}

    assert set(FORMATS) <= seen
