"""Which column is the answer is known, asked or refused; never a fact about it."""

from __future__ import annotations

import io

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.errors import SubmissionError
from assessor.readers import ReadOptions, read_answers
from tests.cli.shell import Shell, csv_text
from tests.keeping.build import ANSWERS, grading, set_up

TEXTS = [text for text, _ in ANSWERS.values()]


def table(*columns: tuple[str, list[str]]) -> bytes:
    titles = ["student_id", *(title for title, _ in columns)]
    rows = [[f"S{n}", *(cells[n] for _, cells in columns)] for n in range(len(TEXTS))]
    return csv_text([titles, *rows]).encode()


@pytest.mark.parametrize(
    "title",
    [
        "response_time",
        "answer_date",
        "Response length",
        "Answer submitted at",
        "answer id",
        "Response score",
        "answer_count",
        "Antwort Zeit",
        "réponse durée",
    ],
)
def test_a_fact_about_the_answer_is_not_the_answer(title: str) -> None:
    """The column of another name that holds the texts is asked for."""
    data = table((title, [str(n * 7) for n in range(6)]), ("Explanation", TEXTS))

    with pytest.raises(SubmissionError, match="--answer") as refused:
        read_answers(data, "class.csv", ReadOptions())
    assert "Explanation" in str(refused.value)


def test_the_answer_beside_facts_about_it_is_found() -> None:
    """Where one column is the answer by name, the facts are not used, and are said."""
    data = table(("response_time", ["1"] * 6), ("response", TEXTS), ("response length", ["3"] * 6))
    read = read_answers(data, "class.csv", ReadOptions())

    assert [each.answer for each in read.submissions] == TEXTS
    assert read.unused == ("response_time", "response length")


def test_points_behind_a_title_do_not_hide_an_answer() -> None:
    """`Response (2 points)` is the answer."""
    read = read_answers(table(("Response (2 points)", TEXTS)), "class.csv", ReadOptions())

    assert [each.answer for each in read.submissions] == TEXTS


def test_a_column_that_says_one_thing_is_not_the_answer() -> None:
    """Every cell equal, and another column with texts: it is asked which one is meant."""
    data = table(("answer", ["submitted"] * 6), ("Explanation", TEXTS))

    with pytest.raises(SubmissionError, match="Explanation"):
        read_answers(data, "class.csv", ReadOptions())


def test_grade_says_which_columns_were_not_used(shell: Shell) -> None:
    """A person sees at once that a column was passed over."""
    set_up(shell.home)
    shell.write("answers.csv", table(("answer", TEXTS), ("shoe", ["1"] * 6)).decode())

    assert "columns not used: shoe" in shell(*grading(shell.home)).out


def test_a_part_of_a_title_makes_no_choice_a_written_question(shell: Shell) -> None:
    """`--rubric plants=plants.yaml` does not grade a True/False column; the columns are named."""
    set_up(shell.home)
    columns = (
        ("Q1: plants respire at night", ["True", "False"] * 3),
        ("Q2: why does a plant in the dark lose mass?", TEXTS),
    )
    shell.write("answers.csv", table(*columns).decode())
    typed = [
        each.replace(str(shell.home / "plants.yaml"), "plants respire=plants.yaml")
        for each in grading(shell.home)
    ]
    said = shell(*typed)

    assert said.code == 2
    assert "Q2: why does a plant" in said.err


def workbook(*sheets: tuple[str, list[list[str]]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in sheets:
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return stream.getvalue()


HEAD = ["student_id", "answer"]
ROWS = [[f"S{n}", text] for n, text in enumerate(TEXTS)]


def test_worksheets_of_one_header_are_read_together() -> None:
    """A class in two sections, one to a sheet."""
    data = workbook(("A", [HEAD, *ROWS[:3]]), ("B", [HEAD, *ROWS[3:]]))
    read = read_answers(data, "class.xlsx", ReadOptions())

    assert [each.student_id for each in read.submissions] == [row[0] for row in ROWS]


def test_worksheets_of_different_headers_are_refused_by_name() -> None:
    """Nobody knows which is meant; --sheet-name says it."""
    other = [["student_id", "section", "response"], *([n, "B", t] for n, t in ROWS[3:])]
    data = workbook(("Monday", [HEAD, *ROWS[:3]]), ("Tuesday", other))

    with pytest.raises(SubmissionError, match=r"'Monday' and 'Tuesday'.*--sheet-name"):
        read_answers(data, "class.xlsx", ReadOptions())
    read = read_answers(data, "class.xlsx", ReadOptions(worksheet="tuesday"))
    assert [each.student_id for each in read.submissions] == ["S3", "S4", "S5"]


def test_a_worksheet_without_answers_is_named_and_passed_over() -> None:
    """A sheet of notes hides nothing, and is not dropped without a word."""
    data = workbook(("A", [HEAD, *ROWS]), ("Notes", [["remember", "to"], ["buy", "milk"]]))
    read = read_answers(data, "class.xlsx", ReadOptions())

    assert len(read.submissions) == 6
    assert any("'Notes'" in each for each in read.warnings)


def test_a_worksheet_that_is_not_there_is_refused_with_those_that_are() -> None:
    """A typing error names the choices."""
    data = workbook(("A", [HEAD, *ROWS]), ("B", [HEAD, *ROWS]))

    with pytest.raises(SubmissionError, match="'A', 'B'"):
        read_answers(data, "class.xlsx", ReadOptions(worksheet="C"))
