"""--pii: what is told, covered and refused before anything is sent."""

from __future__ import annotations

import json

import pytest

from tests.cli.shell import Shell, asked, at, csv_text, serving
from tests.servers.openai_server import Said, by_answer

OWN = "As Zoe Quast told me, it respires and uses up sugar."
SENT = "As ███ █████ told me, it respires and uses up sugar."
GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml")


@pytest.fixture
def named(plants: Shell) -> Shell:
    rows = [
        ["student_id", "name", "answer"],
        ["S1", "Ada Lox", OWN],
        ["S2", "Zoe Quast", "No idea."],
    ]
    plants.write("answers.csv", csv_text(rows))
    return plants


def truth(text: str) -> object:
    quote = text[: text.index(", it")]
    said = {"respiration": Said(level="full", quotes=(quote,)), "no_light": Said()}
    return by_answer({text: said, "No idea.": {"respiration": Said(), "no_light": Said()}})


@pytest.mark.parametrize("wish", ["mask", "warn", "refuse", ""])
def test_names_in_answers_are_told_covered_or_refused(named: Shell, wish: str) -> None:
    """Told with the count; covered text gives quotes in the student's own words."""
    options = ("--pii", wish) if wish else ()
    with serving(truth(SENT if wish == "mask" else OWN)) as server:  # type: ignore[arg-type] # a Truth
        said = named(*GRADE, *at(server), *options)
        sent = json.dumps([each.body for each in server.chats], ensure_ascii=False)

    if wish == "refuse":
        assert (said.code, sent) == (2, "[]")
        assert "S1" in said.err and "nothing was sent" in said.err
        return
    assert said.code == 0
    assert "1 answer holds names, ids or e-mail addresses of the class (2 places)" in said.out
    assert ("Quast" in sent) == (wish != "mask")
    (row,) = [each for each in named.rows("graded/answers/key_points.csv")
              if (each["student_id"], each["key_point"]) == ("S1", "respiration")]  # fmt: skip
    assert (row["level"], json.loads(row["quotes"])) == ("full", ["As Zoe Quast told me"])


def test_every_request_can_be_seen_before_it_is_sent(named: Shell) -> None:
    """One JSON a line, as it would go out; with --json all of them in one object."""
    options = ("--dry-run", "--show-payloads", "--pii", "mask", "--judge", "openai", "--model", "m")
    said = named(*GRADE, *options)
    lines = [json.loads(line) for line in said.out.splitlines() if line.startswith("{")]

    assert len(lines) == 4
    assert all("Quast" not in json.dumps(each) for each in lines)
    assert len(named(*GRADE, *options, "--json").json["payloads"]) == 4
    assert named(*GRADE, "--show-payloads", "--judge", "none").code == 2


def test_feedback_in_words_and_covered_names_do_not_go_together(named: Shell) -> None:
    """The quotes in it would be sent as they are."""
    said = named(
        *GRADE,
        "--judge",
        "openai",
        "--model",
        "m",
        "--dry-run",
        "--pii",
        "mask",
        "--feedback",
        "llm",
    )

    assert said.code == 2
    assert "leave one of them out" in said.err


@pytest.mark.parametrize("wish", ["mask", "warn", "refuse"])
def test_known_tricks_are_tried_on_what_may_be_sent(named: Shell, wish: str) -> None:
    """The trial sends answers of the class, too."""
    named.write("assessor.toml", f'[run]\npii = "{wish}"\n')
    trial = ("check", "judge", "--canary", "answers.csv", "--rubric", "plants.yaml")
    blank = {"respiration": Said(), "no_light": Said()}
    with serving(lambda _: blank) as server:
        said = named(*trial, "--model", "test-model", "--base-url", server.url)
        sent = json.dumps([each.body for each in server.chats], ensure_ascii=False)

    assert said.code == (2 if wish == "refuse" else 0)
    assert "1 answer holds names, ids or e-mail addresses" in said.out + said.err
    assert ("respires" in sent) == (wish != "refuse")
    assert ("Quast" in sent) == (wish == "warn")


def test_what_is_covered_is_another_request(named: Shell) -> None:
    """A reply about the open text does not serve for the covered one, nor the other way."""
    blank = {"respiration": Said(), "no_light": Said()}
    with serving(lambda _: blank) as server:
        for wish, requests in (("warn", 4), ("mask", 6), ("mask", 6), ("warn", 6)):
            assert named(*GRADE, *at(server), "--pii", wish).code == 0
            assert asked(server) == requests


@pytest.mark.parametrize("wish", ["mask", "warn", "refuse"])
def test_names_in_files_that_are_carried_away_are_treated_alike(named: Shell, wish: str) -> None:
    """Nothing is sent, and yet the answers are read on another machine."""
    judge = ("--judge", "openai", "--model", "m", "--tier", "file", "--method", "careful")
    said = named(*GRADE, *judge, "--pii", wish)

    carried = "".join(each.read_text("utf-8") for each in (named.home / "batches").glob("*"))
    assert said.code == (2 if wish == "refuse" else 5)
    assert "1 answer holds names, ids or e-mail addresses" in said.out + said.err
    assert ("respires" in carried) == (wish != "refuse")
    assert ("Quast" in carried) == (wish == "warn")


def test_whatever_the_file_calls_a_student_is_covered(plants: Shell) -> None:
    """The key is one column of several: the others name the same people."""
    header = ["student_id", "name", "Email", "Username", "Matrikelnummer", "First name", "answer"]
    text = "I am 70441 (aquast77, zq9@x.example), Bea knows: it respires and uses up sugar."
    rows = [
        header,
        ["S1", "Ada Lox", "adalox99@uni.example", "alox88", "60331", "Ada", text],
        ["S2", "Zoe Quast", "zq9@x.example", "aquast77", "70441", "Bea", "Ask adalox99, alox88."],
    ]
    plants.write("answers.csv", csv_text(rows))
    blank = {"respiration": Said(), "no_light": Said()}
    with serving(lambda _: blank) as server:
        said = plants(*GRADE, *at(server), "--student", "student_id", "--pii", "mask")
        sent = json.dumps([each.body for each in server.chats], ensure_ascii=False)

    assert said.code == 0
    assert "respires" in sent
    named = ("70441", "aquast77", "zq9", "Bea", "adalox99", "alox88")
    assert [each for each in named if each in sent] == []


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("SIS ID", "70441 70442 70443 70444 70445 70446"),
        ("Primary email", "zq@x.example be@x.example ci@x.example do@x.example e@x.example f@x.eu"),
        ("Kennziffer", "Q7-0441 Q7-0442 B3-0443 C1-0444 D9-0445 E2-0446"),
        ("Net Login", "zquast bellis cidron dovrek ehrling fassbind"),
        ("STUDENTS LEGAL NAME", "Zoe_Quast Bea_Ellis Ci_Dron Do_Vrek Eh_Ling Fa_Bind"),
    ],
)
def test_a_column_of_an_unknown_title_that_names_people_is_covered(
    plants: Shell, title: str, cells: str
) -> None:
    """By its cells: addresses, ids of one form, or, where one word of the title says so, names."""
    named = cells.replace("_", " ") if "NAME" in title else cells
    values = [each.replace("_", " ") for each in cells.split()]
    text = f"I am {values[0]} and ask {values[1]}: it respires and uses up sugar."
    rows = [["student_id", title, "answer"], ["S0", values[0], text]]
    rows += [[f"S{n}", each, f"No idea {n}."] for n, each in enumerate(values[1:], start=1)]
    plants.write("answers.csv", csv_text(rows))
    blank = {"respiration": Said(), "no_light": Said()}
    with serving(lambda _: blank) as server:
        said = plants(*GRADE, *at(server), "--pii", "mask")
        sent = json.dumps([each.body for each in server.chats], ensure_ascii=False)

    assert said.code == 0
    assert "respires" in sent
    assert "No idea 3." in sent
    assert [each for each in named.split() if each in sent] == []


@pytest.mark.parametrize(
    ("title", "cells"),
    [
        ("Measured charge", "964850 964900 965010 964770 964800 964990"),
        ("Group name", "Osmosis Osmosis Diffusion Diffusion Respiration Respiration"),
        ("Course ID", "BIO-2026 BIO-2026 BIO-2026 BIO-2026 BIO-2026 BIO-2026"),
        ("Mean", "0.12345 0.22345 0.32345 0.42345 0.52345 0.62345"),
    ],
)
def test_a_column_that_says_something_else_covers_nothing(
    plants: Shell, title: str, cells: str
) -> None:
    """What was measured, a group's topic, a course: the answers need these."""
    values = cells.split()
    rows = [["student_id", title, "answer"]]
    rows += [[f"S{n}", each, f"It was {each}. {n}"] for n, each in enumerate(values)]
    plants.write("answers.csv", csv_text(rows))
    blank = {"respiration": Said(), "no_light": Said()}
    with serving(lambda _: blank) as server:
        said = plants(*GRADE, *at(server), "--pii", "mask")
        sent = json.dumps([each.body for each in server.chats], ensure_ascii=False)

    assert said.code == 0
    assert [each for each in values if f"It was {each}." not in sent] == []
