"""What is shown fits the screen it is shown on, and nothing of it is cut short."""

from __future__ import annotations

import pytest
from rich.table import Table

from assessor.cli.screen import WIDTH, console, show_table
from tests.cli.shell import Shell, plants_csv

LONG = "why-a-plant-that-stands-in-the-dark-for-a-long-time-loses-mass"


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("120", 120), ("", WIDTH)])
def test_a_pipe_is_as_wide_as_columns_says(
    monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    """Where nothing is said it is a hundred wide."""
    monkeypatch.setenv("COLUMNS", columns)

    assert console().width == width


def show(columns: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for title in ("key point", "n", "same"):
        table.add_column(title, no_wrap=True)
    table.add_row("imitation_not_understanding", "30", "97 % (91–100)")
    screen = console()
    screen.width = columns
    show_table(screen, table)
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_a_table_that_fits_stays_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """One row, one line."""
    assert len(show(60, capsys)) == 2


def test_a_row_that_does_not_fit_stands_in_lines_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each figure with its title, none of it cut."""
    assert show(36, capsys) == ["imitation_not_understanding", "  n 30; same 97 % (91–100)"]


@pytest.mark.parametrize("columns", ["40", "60", "80"])
def test_a_long_rubric_is_listed_whole(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """It is what one types next."""
    monkeypatch.setenv("COLUMNS", columns)
    shell.write("answers.csv", plants_csv())
    shell.write(
        f"{LONG}.yaml",
        "title: T\nquestion: Q?\nkey_points:\n  - {points: 1, description: sugar is used up}\n",
    )
    shell("grade", "answers.csv", "--rubric", f"{LONG}.yaml", "--judge", "none")

    said = shell("runs", "list").out

    assert LONG in "".join(said.split())
    assert all(len(line) <= int(columns) for line in said.splitlines())
