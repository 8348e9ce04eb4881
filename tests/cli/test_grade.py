"""The main job from the command line: a class in, files out, resumed for nothing."""

from __future__ import annotations

import json
from decimal import Decimal
from shutil import copy

from assessor.assets import folder
from tests.cli.shell import (
    PLANTS,
    RUBRIC,
    SMALL_RUBRIC,
    Shell,
    asked,
    at,
    critique_truth,
    plants_truth,
    rows_of,
    serving,
)
from tests.servers.scenario import one

EXAMPLE = folder("examples") / "critique"


def test_a_judge_that_says_what_people_say_gives_their_totals(shell: Shell) -> None:
    """The whole path, over HTTP with the real client: all sixty totals equal the human ones."""
    copy(EXAMPLE / "answers.csv", shell.home)
    human = {row["student_id"]: row["total"] for row in rows_of(EXAMPLE / "human_grades.csv")}

    with serving(critique_truth()) as server:
        said = shell("grade", "answers.csv", "--rubric", RUBRIC, *at(server))

    assert said.code == 0, said.err
    proposed = {row["student_id"]: row["proposed_grade"] for row in shell.rows()}
    assert {k: Decimal(v) for k, v in proposed.items()} == {k: Decimal(v) for k, v in human.items()}


def test_running_it_again_asks_nothing_and_writes_the_same(plants: Shell) -> None:
    """To resume is to type it again; grades.csv and key_points.csv are byte-identical."""
    with serving(plants_truth()) as server:
        first = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
        files = [plants.home / "graded/answers" / f"{n}.csv" for n in ("grades", "key_points")]
        before = [path.read_bytes() for path in files]
        before_it = asked(server)

        second = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

        assert (first.code, second.code) == (0, 0)
        assert asked(server) == before_it
        assert [path.read_bytes() for path in files] == before


def test_grades_and_quotes_stand_in_the_files(plants: Shell) -> None:
    """Points, states and a verbatim quote beside every credit; nothing is released unasked."""
    with serving(plants_truth()) as server:
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    assert {row["student_id"]: row["proposed_grade"] for row in plants.rows()} == {
        name: str(points) for name, (_, points) in PLANTS.items()
    }
    assert [row["state"] for row in plants.rows()][-1] == "blank"
    assert all(row["grade"] == "" for row in plants.rows())
    cells = plants.rows("graded/answers/key_points.csv")
    credited = [row for row in cells if float(row["points"]) > 0]
    assert len(credited) == 3
    for row in credited:
        (quote,) = json.loads(row["quotes"])
        assert quote in PLANTS[row["student_id"]][0]


def test_no_name_or_id_is_sent(shell: Shell) -> None:
    """Only question, rubric and answer leave the machine, and no other student's answer."""
    shell.write("plants.yaml", SMALL_RUBRIC)
    shell.write(
        "answers.csv",
        "student_id,name,email,answer\nCANARY-7,Canary Finch,finch@example.org,It respires.\n"
        "CANARY-8,Canary Wren,wren@example.org,Plants need love.\n",
    )

    with serving(plants_truth()) as server:
        shell("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

        sent = [json.dumps(each.body) + json.dumps(dict(each.headers)) for each in server.chats]

    assert sent
    assert not any("canary" in each.lower() or "example.org" in each for each in sent)
    assert not any("respires." in each and "need love" in each for each in sent)


def test_json_prints_one_object_and_the_rest_goes_to_stderr(plants: Shell) -> None:
    """A pipeline reads stdout."""
    with serving(plants_truth()) as server:
        said = plants("grade", "answers.csv", "--rubric", "plants.yaml", "--json", *at(server))

    assert said.json["states"] == {"graded": 3, "blank": 1}
    assert "The first" in said.err


def test_limit_asks_about_some_and_the_files_cover_all(plants: Shell) -> None:
    """The rest is ungraded with its reason; the exit code speaks of what was selected."""
    with serving(plants_truth()) as server:
        some = plants(
            "grade", "answers.csv", "--rubric", "plants.yaml", "--limit", "1", *at(server)
        )
        before_it = asked(server)
        states = [row["state"] for row in plants.rows()]
        rest = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

        assert (some.code, rest.code) == (0, 0)
        assert states == ["graded", "ungraded", "ungraded", "blank"]
        assert (before_it, asked(server)) == (2, 6)


def test_only_asks_about_one_student(plants: Shell) -> None:
    """`--again` asks anew; a student that is not there is told."""
    with serving(plants_truth()) as server:
        base = ("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
        plants(*base)
        before_it = asked(server)
        plants(*base, "--only", "S2", "--again")
        again = asked(server)
        missing = plants(*base, "--only", "S9")

        assert again - before_it == 2
        assert missing.code == 2
        assert "no student 'S9'" in missing.err


def test_dry_run_sends_nothing(plants: Shell) -> None:
    """It shows requests, cost and the first messages."""
    with serving(plants_truth()) as server:
        said = plants("grade", "answers.csv", "--rubric", "plants.yaml", "--dry-run", *at(server))

        assert said.code == 0
        assert server.chats == []
        assert "6 requests" in said.out
        assert "respires and uses up sugar" in said.out


def test_a_stop_says_how_many_answers_are_partly_read(plants: Shell) -> None:
    """What was read of them is kept, and the same command asks for the rest."""
    stop = one("quota", after=4)
    base = ("grade", "answers.csv", "--rubric", "plants.yaml", "--concurrency", "1")

    with serving(plants_truth(), stop) as server:
        said = plants(*base, *at(server))
        again = plants(*base, *at(server), "--json")

    told = " ".join(said.out.split())
    assert said.code == 5
    assert "1 of them is partly read, and what was read of them is kept." in told
    assert again.json["partly_read"] == 1
