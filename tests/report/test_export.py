"""The pages as the command line writes them, from a class graded by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessor.cli import run
from assessor.cli.exit_codes import Exit
from tests.report.build import RUBRIC
from tests.report.reading import words

ANSWERS = "student_id,answer\nS1,It burns its sugar to live.\nS2,Water goes.\n"
SHEET = "student_id,respires,no_gain,evaporates\nS1,2,0,0\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class of two, one of them graded by hand."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("answers.csv", ANSWERS), ("sheet.csv", SHEET), ("plant.yaml", RUBRIC)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run(["grade", "answers.csv", "--rubric", "plant.yaml", "--judge", "none"]) == Exit.DONE
    return tmp_path


def test_grade_writes_the_report(folder: Path) -> None:
    """The report stands beside grades.csv as soon as a class was taken up."""
    page = words((folder / "graded/answers/report.html").read_bytes())

    assert "no judge: graded by hand" in page
    assert "2 of 2 answers are still to be graded by hand" in page


def test_a_decision_refreshes_the_report(folder: Path) -> None:
    """What a person decides stands in the report at once, with the chain's new head."""
    before = (folder / "graded/answers/report.html").read_bytes()
    run(["review", "--sheet", "sheet.csv"])
    after = (folder / "graded/answers/report.html").read_bytes()

    assert "1 of 2 answers are still to be graded by hand" in words(after)
    heads = [words(page).partition("Head of the audit chain")[2][:50] for page in (before, after)]
    assert heads[0] != heads[1]


def test_the_report_goes_where_it_is_wanted(folder: Path) -> None:
    """`export --to report --out FILE` writes the same page elsewhere."""
    assert run(["export", "--to", "report", "--out", "mail/me.html"]) == Exit.DONE

    ours = (folder / "graded/answers/report.html").read_bytes()
    assert (folder / "mail/me.html").read_bytes() == ours


def test_feedback_of_released_grades_goes_into_a_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One page and the index; the sentence comes from assessor.toml."""
    (folder / "assessor.toml").write_text(
        '[export.feedback]\nsentence = "Ask me in class."\n', encoding="utf-8"
    )
    run(["review", "--sheet", "sheet.csv"])
    capsys.readouterr()
    code = run(["export", "--to", "feedback", "--out", "pages", "--json"])

    assert code == Exit.DONE
    said = json.loads(capsys.readouterr().out)
    assert (said.pop("answers"), bool(said.pop("run"))) == (str(folder / "answers.csv"), True)
    assert said == {"folder": "pages", "pages": 1, "files": [], "not_released": 1, "notes": []}
    (page,) = (folder / "pages").glob("*.html")
    assert "Ask me in class." in words(page.read_bytes())
    assert (folder / "pages/index-for-the-instructor.csv").exists()


def test_only_a_page_without_a_released_grade_is_to_be_deleted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A zip beside the pages of before: they are still right; a stranger's page is named."""
    run(["review", "--sheet", "sheet.csv"])
    run(["export", "--to", "feedback", "--out", "pages"])
    (folder / "pages" / "0123456789abcdef0123.html").write_text("old", encoding="utf-8")
    capsys.readouterr()

    assert run(["export", "--to", "feedback", "--out", "pages", "--zip"]) == Exit.DONE

    told = [line for line in capsys.readouterr().out.split("\n") if "delete it" in line]
    assert len(told) == 1
    assert "0123456789abcdef0123.html" in told[0]


def test_nothing_released_is_told_and_nothing_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No empty folder for students: what to do instead."""
    assert run(["export", "--to", "feedback", "--out", "pages"]) == Exit.WRONG_INPUT
    assert "no grade is released yet" in capsys.readouterr().err
    assert not (folder / "pages").exists()


@pytest.mark.parametrize("option", ["--scale", "--add-to-existing", "--release-unread"])
def test_what_only_a_platforms_file_understands_is_refused(
    folder: Path, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is ignored in silence, least of all a release."""
    assert run(["export", "--to", "feedback", option]) == Exit.WRONG_INPUT
    assert option in capsys.readouterr().err
