"""Points between two levels, which a person gave, stay points: no level is made of them."""

from __future__ import annotations

from decimal import Decimal

from assessor.rubric import load_rubric
from assessor.trust.labels import human_levels
from assessor.verdict import Override
from tests.cli.shell import SMALL_RUBRIC, Shell, rows_of
from tests.keeping.build import grading, set_up


def test_half_a_point_has_no_level(shell: Shell) -> None:
    """key_points.csv shows the points and no level, the total counts them."""
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    shell.write("own.csv", "student_id,respiration,no_light\nS2,1.5,0.5\nS3,0,1\n")
    assert shell("review", "--sheet", "own.csv").code == 0
    cells = {
        (row["student_id"], row["key_point"]): (row["level"], row["points"])
        for row in rows_of(shell.home / "graded" / "answers" / "key_points.csv")
    }

    assert cells["S2", "respiration"] == ("", "1.5")
    assert cells["S2", "no_light"] == ("", "0.5")
    assert cells["S3", "no_light"] == ("full", "1")
    assert next(row["grade"] for row in shell.rows() if row["student_id"] == "S2") == "2"


def test_half_a_point_is_no_label() -> None:
    """Nothing is learned of the judge's level from points that no level is worth."""
    override = Override(
        student_id="S",
        question="Q",
        attempt=1,
        answer_digest="d",
        points=(("respiration", Decimal("0.5")), ("no_light", Decimal(1))),
    )

    assert human_levels(load_rubric(SMALL_RUBRIC, "r.yaml"), override) == {"no_light": 1}


def test_half_points_do_not_enter_the_diagnosis(shell: Shell) -> None:
    """`rubric show --diagnose` lists no parting where the person gave half a point."""
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    shell.write("own.csv", "student_id,respiration,no_light\nS1,1,0.5\nS2,2,0\nS3,0,0\n")
    assert shell("trust", "own.csv", "--all").code == 0
    said = shell("rubric", "show", "plants.yaml", "--diagnose", "--json")

    assert said.code == 0, said.err
    assert "S1" not in said.out


def test_reports_and_pages_are_written_with_half_points(shell: Shell) -> None:
    """Every file of a class with points between two levels is written."""
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    shell.write("own.csv", "student_id,respiration,no_light\nS1,1,0.5\n")
    assert shell("review", "--sheet", "own.csv").code == 0

    for typed in (("runs", "show"), ("trust",), ("export", "--to", "xlsx")):
        assert shell(*typed).code == 0
    for target in ("report", "feedback"):
        assert shell("export", "--to", target, "--yes").code == 0
