"""What is added is one file, or one thing in it, and one row: a judge, a reader, a flag, …

Each test adds one as a newcomer would, grades or reads with it, and touches nothing else.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import assessor
from assessor.assets import prompt_text, shipped_price
from assessor.flags import FLAGS, FlagKind
from assessor.judges.backends import BACKENDS, Backend, Opening
from assessor.judges.scripted import ScriptedJudge
from assessor.readers import FORMATS, read_answers
from assessor.readers.base import Answers, Format, FoundQuestion, QuestionKind, ReadOptions
from assessor.reasons import reason_words
from assessor.sheet import Table
from assessor.submission import Submission, state_of
from assessor.tiers import TIERS, Tier
from assessor.writers import EXPORTS
from assessor.writers.base import Column, Export, PlatformGrade, Written, change_of
from tests.cli.conftest import plants, shell
from tests.cli.shell import Shell, at, plants_truth, serving
from tests.servers.scenario import SCENARIOS

__all__ = ["plants", "shell"]

TEXT = "No set of examples covers every case"
RUBRIC = """
title: Examples
question: What is wrong with learning from examples?
key_points:
  - {id: limited, points: 2, description: examples never cover every case}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A class of one, with a rubric of its own: that is one file."""
    (tmp_path / "mine.yaml").write_text(RUBRIC, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(f"student_id,answer\nS1,{TEXT}.\n", encoding="utf-8")
    return tmp_path


def reads(ask: assessor.Ask) -> str:
    return assessor.fill(ask, {"limited": "full"}, {"limited": [TEXT]})


def graded(folder: Path, **settings: object) -> assessor.Run:
    assignment = assessor.open_assignment(
        folder, settings={f"judge.{name}": value for name, value in settings.items()}
    )
    return asyncio.run(assignment.grade("answers.csv", ["mine.yaml"]))


def test_a_judge_is_its_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is chosen by its name, reads, and nothing asks of which kind it is."""

    def opened(opening: Opening) -> assessor.Judge:
        return ScriptedJudge(reads)

    monkeypatch.setitem(BACKENDS, "mine", Backend(open=opened))

    run = graded(folder, use="mine")

    assert [each.proposed for each in run.grades] == [Decimal(2)]
    assert run.manifest["states"] == {"graded": 1}


def test_a_reader_is_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says why it knows a table, and reads it."""

    def read(table: Table, options: ReadOptions) -> Answers:
        rows = [
            Submission(
                student_id=cells[0],
                question="Q",
                attempt=1,
                answer=cells[1],
                state=state_of(cells[1]),
                row=row,
            )
            for row, cells in table.records()
        ]
        asked = (FoundQuestion(text="Q", kind=QuestionKind.WRITTEN),)
        return Answers(format="mine", why="told", questions=asked, submissions=tuple(rows))

    known = Format(recognise=lambda table: "mine" * (table.header[0] == "MineId"), read=read)
    monkeypatch.setattr("assessor.readers.FORMATS", {"mine": known, **FORMATS})

    found = read_answers(b"MineId,Words\nS1,It covers nothing.\n", "x.csv", ReadOptions())

    assert (found.format, found.submissions[0].answer) == ("mine", "It covers nothing.")


def test_a_writer_is_its_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fills in the platform's own file under all the rules of an export."""

    def write(data: bytes, grades: Sequence[PlatformGrade], column: str) -> Written:
        lines = [f"{each.student_key}={each.score}" for each in grades]
        changes = tuple(change_of(each.student_key, None, each.score) for each in grades)
        return Written(data="\n".join(lines).encode(), changes=changes)

    row = Export(
        sample="a mine file",
        recognises=lambda data, file: data.startswith(b"mine"),
        find=lambda data, column: Column(title="grade", max_points=Decimal(2)),
        write=write,
    )
    monkeypatch.setitem(EXPORTS, "mine", row)
    (folder / "gradebook.mine").write_bytes(b"mine\n")
    assignment = assessor.open_assignment(folder)
    judge = ScriptedJudge(reads)
    asyncio.run(assignment.grade("answers.csv", ["mine.yaml"], judge=judge))

    written = assignment.export("mine", template="gradebook.mine", release_unread=True)

    assert written.path.read_text(encoding="utf-8").startswith("S1=2")


def test_a_prompt_is_a_file_in_a_folder_of_ones_own(folder: Path) -> None:
    """The newest of its kind is graded with, and named in the record."""
    own = folder / "prompts"
    own.mkdir()
    text = prompt_text("judge-joint.v2").split("\n", 1)[1]
    for version in (3, 12):
        words = text.replace("{% block system %}", "{% block system %}\nBe just. " + str(version))
        (own / f"judge-joint.v{version}.j2").write_text(words, encoding="utf-8")
    sent: list[str] = []

    def listens(ask: assessor.Ask) -> str:
        sent.append(ask.system)
        return reads(ask)

    assignment = assessor.open_assignment(
        folder, settings={"judge.prompts": "prompts", "judge.method": "quick"}
    )
    judge = ScriptedJudge(listens)
    run = asyncio.run(assignment.grade("answers.csv", ["mine.yaml"], judge=judge))

    assert "Be just. 12" in sent[0]
    assert "judge-joint.v12" in dict(run.manifest["prompts"])  # type: ignore[call-overload]  # told as an object


def test_a_folder_of_prompts_that_is_not_there_is_told(folder: Path) -> None:
    """Before anything is asked."""
    with pytest.raises(assessor.AssessorError, match=r"prompts: is no folder"):
        graded(folder, use="recorded", prompts="prompts")


@pytest.mark.parametrize("kind", ["link", "pipe", "flood"])
def test_a_prompt_that_is_no_file_of_its_own_is_refused(folder: Path, kind: str) -> None:
    """A folder from somebody else holds nobody up, and sends nothing that stands elsewhere."""
    (folder / "prompts").mkdir()
    prompt = folder / "prompts" / "judge-joint.v9.j2"
    if kind == "link":
        prompt.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(prompt)
    else:
        prompt.write_bytes(b" " * 300_000)

    with pytest.raises(assessor.AssessorError, match=r"judge-joint\.v9\.j2: "):
        graded(folder, use="recorded", prompts="prompts")


FLAG = '''
from assessor.flags.flag import sighting


def shouting(answer):
    """Yield a flag where all of an answer is in capitals."""
    if answer.isupper():
        yield sighting("all in capitals", answer, 0, len(answer))
'''


def test_a_flag_is_a_file_and_its_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sends the answer to a person, and says why in its own words, wherever reasons stand."""
    (folder / "shouting.py").write_text(FLAG, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("shouting", folder / "shouting.py")
    assert spec is not None and spec.loader is not None
    added = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(added)
    row = FlagKind(words="is all in capitals", in_answer=lambda answer, *_: added.shouting(answer))
    monkeypatch.setitem(FLAGS, "shouting", row)
    (folder / "answers.csv").write_text(
        f"student_id,answer\nS1,{TEXT}.\nS2,{TEXT.upper()}.\n", encoding="utf-8"
    )

    assignment = assessor.open_assignment(folder)
    run = asyncio.run(assignment.grade("answers.csv", ["mine.yaml"], judge=ScriptedJudge(reads)))

    flagged = {each.submission.student_id: "flag:shouting" in each.reasons for each in run.grades}
    report = folder / "graded" / "answers" / "report.html"
    assert flagged == {"S1": False, "S2": True}
    assert reason_words("flag:shouting") == "is all in capitals"
    assert "is all in capitals" in report.read_text(encoding="utf-8")


def test_a_tier_is_its_row(plants: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request asks for it, each reply must name it, and its share of the price is reckoned."""
    for name in ("check", "grade"):
        # Their help is made when they are first loaded, and must not keep what is added here.
        importlib.import_module(f"assessor.cli.{name}.options")
    row = Tier(words="a third by morning", service_tier="night", share=Decimal("0.3"))
    monkeypatch.setitem(TIERS, "night", row)
    plants.write("assessor.toml", '[judge]\ntier = "night"\n')
    typed = ("grade", "answers.csv", "--rubric", "plants.yaml")
    has = replace(SCENARIOS["flex"], tiers=("night",))

    with serving(plants_truth(), SCENARIOS["flex"]) as server:
        without = plants(*typed, *at(server))
    with serving(plants_truth(), has) as server:
        told = plants(*typed, *at(server))
        tiers = {each.body.get("service_tier") for each in server.chats}

    price = shipped_price("gpt-5-mini", "api.openai.com", "night")
    assert (without.code, told.code) == (5, 0)
    assert "night was asked for and this host answered" in " ".join(without.out.split())
    assert tiers == {"night"}
    assert price is not None
    assert price.share == Decimal("0.3")


def test_a_rubric_is_a_file(folder: Path) -> None:
    """It is found by its name in the folder."""
    assert assessor.open_assignment(folder).rubric("mine.yaml").key_points[0].id == "limited"
