"""What people type first is answered with what they meant."""

from __future__ import annotations

import shlex

import pytest

from tests.cli.shell import RUBRIC, Shell

GRADE = ("grade", "answers.csv", "--rubric", RUBRIC)


@pytest.mark.parametrize("option", ["--key", "--api-key", "--token"])
def test_a_key_is_no_misspelt_yes(plants: Shell, option: str) -> None:
    """It is told where a key goes, and the key is not repeated."""
    printed = plants(*GRADE, option, "sk-secret")

    assert printed.code == 2
    assert "ASSESSOR_API_KEY" in printed.err
    assert "--yes" not in printed.err
    assert "sk-secret" not in printed.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gpt-4o", "--judge openai --model gpt-4o"),
        ("ollama", "--judge openai --base-url http://127.0.0.1:11434/v1"),
        ("LMStudio", "--judge openai --base-url http://127.0.0.1:1234/v1"),
    ],
)
def test_a_judge_named_by_its_model_or_server_is_told_in_full(
    plants: Shell, typed: str, meant: str
) -> None:
    """With what to type instead."""
    printed = plants(*GRADE, "--judge", typed)

    assert printed.code == 2
    assert meant in printed.err


def test_a_target_may_be_written_as_its_name_is(plants: Shell) -> None:
    """Canvas is canvas; what it then lacks is another matter."""
    assert "is not one of" not in plants("export", "--to", "Canvas").err


def test_who_asks_for_a_csv_is_told_where_it_stands(plants: Shell) -> None:
    """It was written by grade already."""
    printed = plants("export", "--to", "csv")

    assert printed.code == 2
    assert "grades.csv stands beside the report" in printed.err
    assert "--to xlsx" in printed.err


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (("garde", "answers.csv"), "did you mean: assessor grade answers.csv"),
        (("answers.csv",), "to grade a file: assessor grade answers.csv --rubric"),
    ],
)
def test_what_is_no_command_is_answered_with_the_one_that_was_meant(
    plants: Shell, typed: tuple[str, ...], meant: str
) -> None:
    """A slip of the keys, or a file in the command's place."""
    printed = plants(*typed)

    assert printed.code == 2
    assert meant in printed.err


@pytest.mark.parametrize("group", [("runs",), ("rubric",), ("trust",)], ids=" ".join)
def test_the_help_of_a_group_says_of_each_command_its_whole_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, group: tuple[str, ...]
) -> None:
    """On a screen of 80 columns, too."""
    monkeypatch.setenv("COLUMNS", "80")
    _, _, listed = shell(*group, "--help").out.partition("Commands:\n")

    assert listed
    assert "..." not in listed
    assert all(len(line) <= 80 for line in listed.splitlines())
    assert listed.rstrip().endswith(".")


@pytest.mark.parametrize("place", ["google-forms", "Microsoft Forms", "qualtrics", "openedx"])
def test_a_place_that_takes_nothing_back_says_what_to_hand_out(plants: Shell, place: str) -> None:
    """Whoever's answers came from a form looks for it among the targets."""
    printed = plants("export", "--to", place)

    assert printed.code == 2
    assert "takes no file of grades back: --to xlsx makes a workbook" in printed.err


def test_a_marking_guide_in_the_answers_place_is_told_how_it_becomes_a_rubric(
    plants: Shell,
) -> None:
    """It has a single column, and nobody's name in it; what is told can be typed."""
    asked = "Why does a plant in the dark lose mass? (3 points)"
    plants.write("my guide.txt", f"{asked}\n2 points: respiration\n1 point: no light\n")

    printed = plants("check", "my guide.txt")

    assert printed.code == 2
    command = printed.err.strip().partition("made of it by: assessor ")[2]
    assert plants(*shlex.split(command)).code == 0


def test_a_marking_guide_in_the_rubrics_place_is_told_how_it_becomes_one(plants: Shell) -> None:
    """And what is told can be typed."""
    lines = (
        "Why does a plant in the dark lose mass? (3 points)",
        "2 points: respiration uses up stored sugar",
        "1 point: without light no photosynthesis makes up for it",
    )
    plants.write("guide.txt", "\n".join(lines))

    printed = plants("grade", "answers.csv", "--rubric", "guide.txt", "--judge", "none")

    assert printed.code == 2
    assert "assessor rubric new --from guide.txt --out rubric.yaml" in printed.err
    assert plants("rubric", "new", "--from", "guide.txt", "--out", "rubric.yaml").code == 0
