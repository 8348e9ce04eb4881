"""`assessor rulings` as a person uses it: questions, preview, one column again, undo, trust."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.engine.reweighed import keep_reweighed
from assessor.rubric import load_rubric
from assessor.rulings.borrowed import Borrowings
from assessor.rulings.question import rubric_texts
from assessor.sheet import csv_text
from assessor.store import open_store
from tests.cli.shell import Shell, at, rows_of, serving
from tests.rulings.build import (
    AIM,
    RUBRIC,
    answer_of,
    answers_csv,
    kind_of,
    person_grades,
    rubric,
    sheet_csv,
    truth,
)
from tests.servers.openai_server import FaultServer, Received

SIZE = 40
OWN_WORDS = "naming an aim"
GRADE = ("grade", "answers.csv", "--rubric", "lake.yaml")


@pytest.fixture
def lake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """A folder with the class and its rubric."""
    home = tmp_path / "lake"
    home.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.setenv("COLUMNS", "200")
    shell = Shell(home, capsys)
    shell.write("answers.csv", answers_csv(SIZE))
    shell.write("lake.yaml", RUBRIC)
    return shell


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    return Person(monkeypatch)


class Person:
    """Somebody at the terminal: presses keys, types lines."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.keys: list[str] = []
        self.lines: list[str] = []
        monkeypatch.setattr(
            "assessor.cli.workplace.is_terminal", lambda: bool(self.keys or self.lines)
        )
        monkeypatch.setattr("click.getchar", lambda: self.keys.pop(0))
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _: self.lines.pop(0))

    def says(self, keys: Sequence[str], lines: Sequence[str]) -> None:
        self.keys, self.lines = list(keys), list(lines)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with serving(truth(SIZE)) as opened:
        yield opened


def cells_asked(chats: Sequence[Received]) -> Counter[str]:
    """Which cells requests are about, one by one; `all` for those about every cell at once."""
    found: Counter[str] = Counter()
    for each in chats:
        user = each.body["messages"][-1]["content"]
        if "answer nonce" in user:
            last = user.rsplit("Decide ", 1)[-1].split(" only", 1)[0]
            found[last if last in rubric().cells else "all"] += 1
    return found


def levels(home: Path) -> dict[tuple[str, str], str]:
    rows = rows_of(home / "graded" / "answers" / "key_points.csv")
    return {(row["student_id"], row["key_point"]): row["level"] for row in rows}


def test_two_rulings_ask_only_their_columns_and_agreement_rises_on_unseen_answers(
    lake: Shell, person: Person, server: FaultServer
) -> None:
    """Two planted borders: two questions, two columns again, and trust says what that gained."""
    assert lake(*GRADE, *at(server)).code == 0
    before = len(server.chats)
    person.says(
        ["0", "0", "1"],
        [f"those who say {AIM}", "", OWN_WORDS, "", "calling it outdated", "", "y"],
    )

    said = lake("rulings", *at(server))

    assert said.code == 0, said.err
    text = said.out + said.err
    assert "2 questions where the rubric does not say" in text
    assert "are a student's words" in text
    assert "Nora" not in text
    assert f"remedy  not_enough + “{OWN_WORDS}”" in text
    assert "limit  not_enough + “calling it outdated: partial, not more”" in text
    assert "To ask again: 80 requests about limit, remedy" in text
    asked = cells_asked(server.chats[before:])
    assert asked == {"limit": SIZE, "remedy": SIZE}
    told = levels(lake.home)
    people = {(f"S{n:03}", c): person_grades(n)[c] for n in range(SIZE) for c in rubric().cells}
    assert told == people
    file = (lake.home / "lake.yaml").read_text(encoding="utf-8")
    assert "# what last year's class wrote" in file

    lake.write("own.csv", sheet_csv(range(SIZE)))
    trust = lake("trust", "own.csv", "--all", "--yes", "--json").json["rulings"]

    assert trust["rulings"] == 2
    assert trust["shown"] == 6
    assert trust["students"] == SIZE - 6
    assert trust["before"]["value"] == pytest.approx(0.93, abs=0.01)
    assert trust["after"]["value"] == 1.0
    assert trust["before"]["low"] < trust["before"]["value"] < trust["before"]["high"]
    assert 0 < trust["low"] < trust["difference"] < trust["high"]
    words = lake("trust").out
    assert "not shown there" in " ".join(words.split())
    report = (lake.home / "graded" / "answers" / "report.html").read_text(encoding="utf-8")
    assert "decided:" in report
    assert OWN_WORDS in report


@pytest.mark.parametrize("wish", ["mask", "refuse"])
def test_reading_again_heeds_names_as_the_settings_say_by_now(
    lake: Shell, person: Person, server: FaultServer, wish: str
) -> None:
    """Neither the host of before nor a ruling is a reason to send what may not be sent any more."""
    assert "Nora Quist" in answer_of(4)
    assert lake(*GRADE, *at(server)).code == 0
    before = len(server.chats)
    lake.write("assessor.toml", f'[run]\npii = "{wish}"\n')
    person.says(["0", "1"], [OWN_WORDS, "", "calling it outdated", "", "y"])

    said = lake("rulings", *at(server))

    sent = json.dumps([each.body for each in server.chats[before:]], ensure_ascii=False)
    assert "Quist" not in sent
    if wish == "refuse":
        assert (said.code, sent) == (2, "[]")
        told = " ".join(said.out.split())
        assert "Not read again yet" in told
        assert "S004" in told and "--pii refuse" in told
    else:
        assert said.code == 0
        assert "████" in sent


@pytest.mark.parametrize("line", ["as Quist puts it", "the S004x case", "see n.quist@x.example"])
def test_a_ruling_that_names_somebody_of_the_class_is_asked_for_anew(
    lake: Shell, person: Person, server: FaultServer, line: str
) -> None:
    """It would be sent with every answer, and that name be covered in none any more."""
    rows = list(csv.reader(answers_csv(SIZE).splitlines()))
    renamed = [[each.replace("S004", "S004x") for each in row] for row in rows]
    lake.write("answers.csv", csv_text(renamed))
    assert lake(*GRADE, *at(server), "--pii", "mask").code == 0
    person.says(["0", "0", "1"], [line, "", OWN_WORDS, "", "calling it outdated", "", "y"])

    said = lake("rulings", *at(server))

    assert said.code == 0, said.err
    assert "names somebody of the class" in said.out + said.err
    sent = json.dumps([each.body for each in server.chats], ensure_ascii=False)
    assert "████" in sent
    assert [each for each in ("Quist", "quist", "S004x") if each in sent] == []


def test_who_was_asked_something_else_is_covered_when_a_class_is_read_again(
    lake: Shell, person: Person, server: FaultServer
) -> None:
    """Nora answered another question of the quiz, as from a pool; her neighbour names her here."""
    rows = list(csv.DictReader(answers_csv(SIZE).splitlines()))
    graded = [["question", "student_id", "name", "answer"]]
    graded += [["Ducks?", f"{each['student_id']}b", "Jo", each["answer"]] for each in rows]
    lake.write("answers.csv", csv_text([*graded, ["Geese?", "S99", "Nora Quist", "They fly."]]))
    grade = ("grade", "answers.csv", "--rubric", "Ducks=lake.yaml", "--pii", "mask")
    assert lake(*grade, *at(server)).code == 0
    before = len(server.chats)
    person.says(["0", "1"], [OWN_WORDS, "", "calling it outdated", "", "y"])

    said = lake("rulings", *at(server))

    assert said.code == 0
    assert len(server.chats) > before
    sent = json.dumps([each.body for each in server.chats], ensure_ascii=False)
    assert "Quist" not in sent
    assert "████" in sent
    asked = cells_asked(server.chats[before:])
    assert set(asked.values()) == {SIZE}


def test_a_ruling_is_not_asked_twice_and_is_taken_back_without_a_request(
    lake: Shell, person: Person, server: FaultServer
) -> None:
    """What stood before the latest ruling comes from the store; the others stay."""
    assert lake(*GRADE, *at(server)).code == 0
    first = levels(lake.home)
    person.says(["0", "1"], [OWN_WORDS, "", "calling it outdated", "", "y"])
    assert lake("rulings", *at(server)).code == 0
    before = len(server.chats)

    again = lake("rulings", *at(server))
    undone = lake("rulings", "--undo", *at(server))

    assert "No border is open" in again.out
    assert "2 were decided before" in again.out
    assert undone.code == 0, undone.err
    assert cells_asked(server.chats[before:]) == {}
    text = (lake.home / "lake.yaml").read_text(encoding="utf-8")
    assert "outdated" not in text
    assert OWN_WORDS in text
    now = levels(lake.home)
    assert {key: now[key] for key in now if key[1] == "limit"} == {
        key: first[key] for key in first if key[1] == "limit"
    }
    assert now["S001", "remedy"] == "absent"
    assert lake("rulings", "--undo", *at(server)).code == 0
    assert (lake.home / "lake.yaml").read_text(encoding="utf-8") == RUBRIC
    assert levels(lake.home) == first
    assert "no ruling to take back" in lake("rulings", "--undo").out


def test_no_request_after_a_ruling_holds_another_students_words(
    lake: Shell, person: Person, server: FaultServer
) -> None:
    """Taken as they come, with Enter: the readings' names of the borders quote nobody."""
    assert lake(*GRADE, *at(server)).code == 0
    before = len(server.chats)
    person.says(["0", "1"], ["", "", "", "", "y"])

    assert lake("rulings", *at(server)).code == 0

    after = [e for e in server.chats[before:] if "answer nonce" in json.dumps(e.body)]
    borrowed = Borrowings(map(answer_of, range(SIZE)), rubric_texts(rubric()))
    assert after
    for each in after:
        system, user = (message["content"] for message in each.body["messages"])
        assert borrowed.passage(system.partition("Item to decide")[2]) == ""
        own = [n for n in range(SIZE) if json.dumps(answer_of(n), ensure_ascii=False) in user]
        assert len(own) == 1
        assert not any(answer_of(n) in user for n in range(SIZE) if n not in own)


def test_no_means_nothing_and_skip_is_not_asked_again(
    lake: Shell, person: Person, server: FaultServer
) -> None:
    """On no the file stays and the question comes again; what was passed over does not."""
    assert lake(*GRADE, *at(server)).code == 0
    asked = len(server.chats)
    person.says(["s", "d"], ["it says since when", "n"])

    said = lake("rulings", *at(server))

    assert "Nothing was written" in said.out
    assert "full only if it says since when" in said.out
    assert (lake.home / "lake.yaml").read_text(encoding="utf-8") == RUBRIC
    assert len(server.chats) == asked
    questions = lake("rulings", "--json").json["questions"]
    assert [each["cell"] for each in questions] == ["limit"]


def test_a_pilot_of_fifteen_leaves_the_rest_to_be_read_once(
    lake: Shell, person: Person, server: FaultServer
) -> None:
    """Ruled before grading, the other answers are asked about once, by the ruled rubric."""
    person.says(["0", "1"], ["n", OWN_WORDS, "", "calling it outdated", "", "y"])

    said = lake("rulings", "--pilot", "answers.csv", "--rubric", "lake.yaml", *at(server))

    assert said.code == 0, said.err
    assert "assessor grade answers.csv --rubric lake.yaml" in said.out
    before = len(server.chats)
    assert lake(*GRADE, *at(server)).code == 0
    numbers = [
        n
        for each in server.chats[before:]
        for n in range(SIZE)
        if json.dumps(answer_of(n), ensure_ascii=False) in each.body["messages"][-1]["content"]
    ]
    assert set(numbers) >= set(range(15, SIZE))
    assert kind_of(0).name == "old"
    assert levels(lake.home)["S016", "limit"] == "partial"


def test_another_judge_than_the_class_was_read_by_is_refused(
    lake: Shell, person: Person, server: FaultServer
) -> None:
    """One column by another model would be no ruling; the rubric is written and waits."""
    assert lake(*GRADE, *at(server)).code == 0
    person.says(["0", "s"], [OWN_WORDS, "", "y"])
    other = ("--judge", "openai", "--model", "other-model", "--base-url", server.url)

    said = lake("rulings", *other)

    assert "name the same judge" in said.out
    assert load_rubric((lake.home / "lake.yaml").read_text(), "lake.yaml") != rubric()
    person.says([], ["y"])
    waiting = lake("rulings", *at(server))
    assert "was not read yet by what was ruled" in waiting.out
    assert waiting.code == 0
    assert levels(lake.home)["S001", "remedy"] == "absent"


def test_a_ruling_is_taken_back_in_the_folder_at_hand_and_nowhere_else(
    lake: Shell, person: Person, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record names the file as it was then: in a copy, or one from somebody, another's."""
    assert lake(*GRADE, *at(server)).code == 0
    person.says(["0", "1"], [OWN_WORDS, "", "calling it outdated", "", "y"])
    assert lake("rulings", *at(server)).code == 0
    ruled = (lake.home / "lake.yaml").read_text(encoding="utf-8")
    copy = lake.home.parent / "copy"
    shutil.copytree(lake.home, copy)
    monkeypatch.chdir(copy)

    undone = lake("rulings", "--undo", *at(server))

    assert undone.code == 0, undone.err
    assert "Written: lake.yaml" in undone.out + undone.err
    assert "outdated" not in (copy / "lake.yaml").read_text(encoding="utf-8")
    assert (lake.home / "lake.yaml").read_text(encoding="utf-8") == ruled


def test_a_rubric_that_was_edited_while_one_decided_is_not_written_over(
    lake: Shell, person: Person, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved in an editor while the question waits, the file stays as it was saved."""
    assert lake(*GRADE, *at(server)).code == 0
    person.says(["s", "1"], ["calling it outdated", ""])
    edited = RUBRIC.replace("ducks move between lakes", "ducks fly from lake to lake")

    def answer(question: str) -> str:
        if "Write this into the rubric" not in question:
            return person.lines.pop(0)
        (lake.home / "lake.yaml").write_text(edited, encoding="utf-8")
        return "y"

    monkeypatch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", answer)

    said = lake("rulings", *at(server))

    assert said.code == 2
    assert "lake.yaml: was changed while this was decided" in said.err
    assert (lake.home / "lake.yaml").read_text(encoding="utf-8") == edited
    kept = (lake.home / ".assessor" / "decisions.jsonl").read_text(encoding="utf-8")
    assert "calling it outdated" not in kept


def test_points_that_were_changed_while_one_decided_do_not_go_back(
    lake: Shell, person: Person, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another question they were changed on the page: the run by rulings would undo that."""
    assert lake(*GRADE, *at(server)).code == 0
    person.says(["s", "1"], ["calling it outdated", ""])
    worth_more = load_rubric(RUBRIC.replace("points: 1\n", "points: 5\n"), "lake.yaml")

    def answer(question: str) -> str:
        if "Write this into the rubric" not in question:
            return person.lines.pop(0)
        with open_store(lake.home / ".assessor", real()) as store:
            run = store.latest_run()
            assert run is not None
            keep_reweighed(store, run, {"answer": worth_more}, store.outcomes(run.id))
        return "y"

    monkeypatch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
    monkeypatch.setattr("click.termui.visible_prompt_func", answer)

    said = lake("rulings", *at(server))

    assert said.code == 2
    assert "than when you were asked; nothing was written" in " ".join(said.err.split())
    assert (lake.home / "lake.yaml").read_text(encoding="utf-8") == RUBRIC
    with open_store(lake.home / ".assessor", real()) as store:
        run = store.latest_run()
        assert run is not None
        assert dict(run.command.rubrics) == {"answer": worth_more.digest}


class Killed(BaseException):
    """What no handler of ours catches, as nothing does when a process is killed."""


@pytest.mark.parametrize(
    ("step", "how"),
    [
        ("assessor.store.Store.rule", Killed()),
        ("assessor.cli.rulings.following.write_text", Killed()),
        ("assessor.cli.rulings.following.write_text", OSError(28, "No space left on device")),
    ],
)
def test_a_ruling_that_was_cut_short_leaves_nothing_that_cannot_be_taken_back(
    lake: Shell,
    person: Person,
    server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    how: BaseException,
) -> None:
    """Whatever the rubric's file holds is on record, and what is on record alone is told."""
    assert lake(*GRADE, *at(server)).code == 0
    person.says(["s", "1"], ["calling it outdated", "", "y"])
    with monkeypatch.context() as broken:
        broken.setattr("assessor.cli.rulings.ask_person.tell_shown", lambda *_: None)
        broken.setattr("assessor.cli.rulings.ask_person.keep_passed", lambda *_: "")
        broken.setattr(step, _raises(how))
        with pytest.raises(Killed) if isinstance(how, Killed) else nullcontext():
            assert lake("rulings", *at(server)).code != 0

    told = " ".join(lake("rulings", *at(server)).out.split())
    stands = "was cut short before it was written into lake.yaml" in told
    undone = lake("rulings", "--undo", *at(server))

    assert undone.code == 0, undone.err
    assert stands == ("Taken back" in undone.out) == (how.args == () and "write_text" in step)
    assert (lake.home / "lake.yaml").read_text(encoding="utf-8") == RUBRIC
    open_now = [each["cell"] for each in lake("rulings", "--json").json["questions"]]
    assert open_now == ["remedy", "limit"]


def _raises(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail
