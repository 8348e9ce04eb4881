"""`assessor rubric new`: from what people have to a file that is ready to grade with."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shlex
from decimal import Decimal

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.assignment.rubric_drafts import drafted_by, structured_by
from assessor.errors import InputError, InvalidReply
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


def test_what_is_printed_to_grade_with_can_be_typed(shell: Shell) -> None:
    """Also where the file's name holds a space."""
    shell.write("mine.txt", LINES)
    shell.write("answers.csv", "student_id,answer\nS1,It uses sugar up.\n")
    made = shell(
        "rubric", "new", "--from", "mine.txt", "--question", "Why?", "--out", "week 4.yaml"
    )

    (typed,) = re.findall(r"To grade with it: assessor (.*)", made.out)
    words = [each.replace("ANSWERS", "answers.csv") for each in shlex.split(typed)]
    assert shell(*words, "--judge", "none").code == 0


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
    assert found.notes == (
        "proposed misconception, which costs nothing until you add it: plants eat soil",
        "drafted by scripted: read every line, it is your rubric",
    )
    assert rubric.misconceptions == ()
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


MESSY = """\
In the answer we want to see that respiration uses up sugar, for two points (half of that
for "sugar" alone). One point goes to whoever says that nothing replaces it. We take off 0.5
if someone says that plants eat soil.
"""
STRUCTURED = {
    "key_points": [
        {
            "description": "respiration uses up sugar",
            "points": 2,
            "levels": [],
            "accepted": [],
            "not_enough": ["it dies"],
        },
        {
            "description": "nothing replaces it",
            "points": 1,
            "levels": [],
            "accepted": [],
            "not_enough": [],
        },
        {
            "description": "photosynthesis stops",
            "points": 1,
            "levels": [],
            "accepted": [],
            "not_enough": [],
        },
        {
            "description": "plants eat soil",
            "points": 7,
            "levels": [],
            "accepted": [],
            "not_enough": [],
        },
    ],
    "misconceptions": [{"description": "plants eat soil", "points": 0.5}],
}


def test_what_a_judge_structures_stands_in_the_source_or_is_left_out_by_name() -> None:
    """Words and numbers are looked up, as quotes of answers are."""
    judge = ScriptedJudge(lambda _: json.dumps(STRUCTURED))
    found = asyncio.run(structured_by(judge, BLANK, MESSY))  # a test is a door

    assert [(e.description, e.points, e.wrong) for e in found.points] == [
        ("respiration uses up sugar", Decimal(2), False),
        ("nothing replaces it", Decimal(1), False),
        ("plants eat soil", Decimal("0.5"), True),
    ]
    assert found.points[0].not_enough == ()
    told = "\n".join(found.notes)
    assert "it does not stand in the source: 'photosynthesis stops'" in told
    assert "its points do not stand in the source: 'plants eat soil'" in told
    assert MESSY in judge.asks[0].user


def test_a_judge_that_finds_nothing_in_the_source_makes_no_rubric() -> None:
    """Nothing is written of what it made up."""
    made_up = {"key_points": [STRUCTURED["key_points"][2]], "misconceptions": []}
    judge = ScriptedJudge(lambda _: json.dumps(made_up))

    with pytest.raises(InputError, match="no key point whose words and points stand"):
        asyncio.run(structured_by(judge, BLANK, MESSY))  # a test is a door


def test_a_class_never_goes_to_a_judge_that_structures(shell: Shell) -> None:
    """Before any judge is chosen."""
    shell.write("class.csv", "Student,Points\nAna Ruiz,3\nBo Lind,4\n")
    said = shell("rubric", "new", "--from", "class.csv", "--question", "Q?", "--draft")

    assert said.code == 2
    assert "has columns of students ('Student')" in said.err


def test_what_can_be_read_in_two_ways_is_shown_and_chosen(shell: Shell) -> None:
    """Nothing is written before somebody says which."""
    shell.write("scale.txt", "3 - cause and timing\n2 - cause\n1 - on topic\n")
    ask = ("rubric", "new", "--from", "scale.txt", "--question", "Q?", "--out", "r.yaml")
    asked = shell(*ask)
    second = shell(*ask, "--reading", "2")

    assert asked.code == 2
    assert "can be read in 2 ways" in asked.err
    assert "3 key points, 6 points, in r.yaml" in second.out


def test_lines_and_points_without_numbers_are_worth_one_on_purpose(shell: Shell) -> None:
    """`--lines` for a file, `--point` for one."""
    shell.write("ideas.txt", "names sugar\nnames light\n")
    refused = shell("rubric", "new", "--from", "ideas.txt", "--question", "Q?", "--out", "r.yaml")
    lines = shell("rubric", "new", "--from", "ideas.txt", "--lines", "--question", "Q?", "--json")
    point = shell("rubric", "new", "--point", "names sugar", "--question", "Q?", "--json")

    assert (refused.code, (shell.home / "r.yaml").exists()) == (2, False)
    assert (lines.json["key_points"], lines.json["max_points"]) == (2, 2)
    assert (point.json["key_points"], point.json["max_points"]) == (1, 1)


def test_the_source_stands_beside_the_draft_and_leftovers_are_named(shell: Shell) -> None:
    """With the sum against the stated maximum; what was assumed is in the file, too."""
    shell.write("guide.txt", "names sugar (60%)\nnames light (40%)\nplease be kind\n")
    made = shell("rubric", "new", "--from", "guide.txt", "--question", "Q?", "--out", "r.yaml")
    text = (shell.home / "r.yaml").read_text(encoding="utf-8")

    assert "names sugar (60%)" in made.out
    assert "not used: 3: please be kind" in made.out
    assert "sum: 100; maximum: none stated" in made.out
    assert "# guide.txt: percent were taken as points of 100" in text


def test_a_guide_that_does_not_say_what_was_asked_is_completed_at_the_terminal(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one thing that is missing is asked for; the rubric is headed by it, not by its file."""
    shell.write("guide.txt", LINES)
    monkeypatch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("Why does it lose mass at night?\n"))
    made = shell("rubric", "new", "--from", "guide.txt", "--out", "week-4.yaml")
    rubric = load_rubric((shell.home / "week-4.yaml").read_text(encoding="utf-8"), "week-4.yaml")

    assert made.code == 0, made.err
    assert "The question: " in made.err
    assert rubric.question.prompt == "Why does it lose mass at night?"
    assert (rubric.id, rubric.title) == ("week-4", "Why does it lose mass at night?")
