"""`assessor rubric new`: from what people have to a file that is ready to grade with."""

from __future__ import annotations

import asyncio
import io
import json
from decimal import Decimal

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.cli.rubric.new import drafted_by
from assessor.errors import InvalidReply
from assessor.judges.scripted import ScriptedJudge
from assessor.rubric import load_rubric
from assessor.rubric.write import Draft, rubric_text
from tests.cli.shell import PLANTS, Shell, at, plants_csv, plants_truth, serving

TABLE = "Criterion\tPoints\trespiration\nit uses up sugar\t2\t\nnothing makes up for it\t1\t\n"
LINES = "2 points: respiration uses up stored sugar\n1 point: nothing makes up for the loss\n"


def test_a_pasted_text_becomes_a_rubric_that_grades(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pasted lines in, graded answers out: two commands."""
    monkeypatch.setattr("sys.stdin", io.StringIO(LINES))
    made = shell("rubric", "new", "--question", "Why does it lose mass?", "--out", "plants.yaml")
    shell.write("answers.csv", plants_csv())
    with serving(plants_truth()) as server:
        graded = shell("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    assert made.code == 0
    assert "2 key points, 3 points, in plants.yaml" in made.out
    assert graded.code == 0
    assert len(shell.rows()) == len(PLANTS)


def test_an_export_gives_the_question_and_flags_the_rest(shell: Shell) -> None:
    """The header of a Canvas export holds what was asked."""
    shell.write(
        "export.csv",
        "name,id,submitted,attempt,77: Why does a plant lose mass?,3.0,n correct,score\n"
        "Ann,1,2026-10-14 18:03:22 UTC,1,It respires and uses up its sugar at night.,,0,0\n"
        "Ben,2,2026-10-14 18:03:22 UTC,1,Because nothing replaces the sugar in the dark.,,0,0\n",
    )
    made = shell("rubric", "new", "--from", "export.csv", "--point", "3: uses up sugar", "--json")

    assert "question: Why does a plant lose mass?" in made.json["rubric"].replace('"', "")
    assert made.json["max_points"] == 3


def test_a_workbook_s_first_sheet_with_points_is_taken(shell: Shell) -> None:
    """A table that people keep in a spreadsheet."""
    with xlsxwriter.Workbook(shell.home / "guide.xlsx") as book:
        book.add_worksheet("Notes").write(0, 0, "for week 4")
        sheet = book.add_worksheet("Guide")
        for row, cells in enumerate([("Criterion", "Points"), ("names sugar", 2), ("light", 1.5)]):
            sheet.write_row(row, 0, cells)
    made = shell("rubric", "new", "--from", "guide.xlsx", "--question", "Why?", "--json")

    assert (made.json["key_points"], made.json["max_points"]) == (2, 3.5)


def test_what_was_not_understood_is_said(shell: Shell) -> None:
    """With its line; the rest is written."""
    shell.write("mine.txt", LINES + "and good style\n")
    made = shell("rubric", "new", "--from", "mine.txt", "--question", "Why?", "--out", "r.yaml")

    assert "not used: 3: and good style" in made.out
    assert made.code == 0


def test_without_key_points_the_reference_answer_s_sentences_are_taken(shell: Shell) -> None:
    """No model is needed to begin; it is said what happened."""
    made = shell(
        "rubric", "new", "--question", "Why?", "--reference",
        "Respiration uses up sugar. Without light nothing replaces it.", "--json",
    )  # fmt: skip

    assert made.json["key_points"] == 2
    assert "each sentence of the reference answer" in made.json["not_understood"][0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--point", "2: says x"), "what was asked is missing"),
        (("--question", "Why?", "--from", "empty.txt"), "empty.txt: is empty"),
        (("--question", "Why?", "--from", "none.txt"), "no such file"),
        (("--question", "Why?", "--point", "2: x y z", "--out", "there.yaml"), "is there already"),
        (("--draft", "--question", "Why?"), "no judge was named"),
        (("--draft", "--question", "Why?", "--judge", "recorded"), "a judge that writes"),
    ],
)
def test_what_is_missing_is_named(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    """One message with what to do, exit code 2, nothing written."""
    shell.write("empty.txt", "\n")
    shell.write("there.yaml", "mine")
    printed = shell("rubric", "new", *arguments)

    assert printed.code == 2
    assert said in printed.err
    assert (shell.home / "there.yaml").read_text(encoding="utf-8") == "mine"


DRAFT = {
    "title": "Photosynthesis",
    "key_points": [
        {
            "description": "respiration uses up sugar",
            "points": 1.5,
            "accepted": ["burns its stores"],
            "not_enough": ["it dies"],
        }
    ],
    "misconceptions": [{"description": "plants eat soil"}],
}


BLANK = Draft(question="Why does it lose mass?", reference="It respires.")


def drafted(text: str) -> tuple[Draft, ScriptedJudge]:
    judge = ScriptedJudge(lambda _: text)
    return asyncio.run(drafted_by(judge, BLANK)), judge  # a test is a door


def test_a_judge_can_draft_it() -> None:
    """The draft loads, says that it is one, and was made of question and reference alone."""
    found, judge = drafted(f"Here it is:\n{json.dumps(DRAFT)}")
    rubric = load_rubric(rubric_text(BLANK.with_(found)), "r.yaml")

    assert (rubric.title, rubric.scoring.max_points) == ("Photosynthesis", Decimal("1.5"))
    assert rubric.key_points[0].not_enough == ("it dies",)
    assert found.notes == ("drafted by scripted: read every line, it is your rubric",)
    assert judge.closed
    (ask,) = judge.asks
    assert (ask.answer, ask.cells) == ("", ())
    assert "Why does it lose mass?" in ask.user
    assert "It respires." in ask.user


@pytest.mark.parametrize(
    "text",
    [
        "Here you are: three key points!",
        '{"title": "T", "key_points": [], "misconceptions": []}',
        json.dumps(DRAFT).replace("1.5", "-1"),
        json.dumps(DRAFT).replace('"title"', '"name"'),
    ],
)
def test_a_draft_in_another_form_is_refused(text: str) -> None:
    """No half of it is taken."""
    with pytest.raises(InvalidReply, match="not in the form that was asked for"):
        drafted(text)


def test_a_draft_of_what_is_there_already_is_refused(shell: Shell) -> None:
    """No judge is asked for nothing, and nobody waits for what does not come."""
    said = shell("rubric", "new", "--point", "1 point: x", "--question", "Q?", "--draft")

    assert said.code == 2
    assert "--draft proposes key points" in said.err
