"""A run that asks about some, or reads nothing, takes nothing away from the others."""

from __future__ import annotations

import pytest

from tests.cli.shell import SMALL_RUBRIC, Shell, at, plants_truth, serving
from tests.keeping.build import ANSWERS, grading, recording, set_up, snapshot
from tests.servers.scenario import one


@pytest.fixture
def graded(shell: Shell) -> Shell:
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    return shell


def proposals(shell: Shell) -> dict[str, str]:
    """What is proposed for each student; the queue may be drawn anew."""
    return {row["student_id"]: row["proposed_grade"] for row in shell.rows()}


def other_judge(shell: Shell, text: str) -> tuple[str, ...]:
    """Grade the class by another judge, whose replies the store does not hold."""
    path = shell.write("other.jsonl", text)
    return (*grading(shell.home)[:-1], f"recorded:{path}")


def test_asking_one_again_keeps_all_others(graded: Shell) -> None:
    """`--only S --again`: proposals, key points and queue of the class stay what they were."""
    before = snapshot(graded.home / "graded")
    said = graded(*grading(graded.home), "--only", "S2", "--again")

    assert said.code == 0
    after = snapshot(graded.home / "graded")
    for name in ("answers/grades.csv", "answers/key_points.csv"):
        assert after[name] == before[name]


@pytest.mark.parametrize("options", [("--only", "S2"), ("--limit", "2")], ids=" ".join)
def test_another_judge_for_some_keeps_what_the_first_one_read(
    graded: Shell, options: tuple[str, ...]
) -> None:
    """What is not asked keeps its proposal, and says that it is an earlier reading."""
    before = proposals(graded)
    said = graded(*other_judge(graded, recording(0.2)), *options)

    assert said.code == 0
    assert proposals(graded) == before
    marked = {row["student_id"] for row in graded.rows() if "earlier_reading" in row["reasons"]}
    assert "S6" in marked
    assert "S2" not in marked


def test_a_new_wording_for_some_keeps_the_others(graded: Shell) -> None:
    """A key point is edited and tried on one answer: the others keep their proposals."""
    before = proposals(graded)
    edited = SMALL_RUBRIC.replace("uses up stored sugar", "uses up sugar that was stored")
    graded.write("plants.yaml", edited)
    assert graded(*grading(graded.home), "--only", "S1").code == 0

    assert proposals(graded) == before


def test_a_new_key_point_is_missing_where_it_was_not_asked(graded: Shell) -> None:
    """Where what was read does not answer the rubric, nothing is made up."""
    more = SMALL_RUBRIC + "  - {id: soil, points: 1, description: the soil gives nothing}\n"
    graded.write("plants.yaml", more)
    said = recording() + recording().replace("no_light", "soil")
    graded(*other_judge(graded, said), "--only", "S1")

    assert proposals(graded) | {"S1": ""} == dict.fromkeys(ANSWERS, "")
    assert proposals(graded)["S1"] != ""


def test_a_run_that_read_nothing_leaves_the_files(graded: Shell) -> None:
    """A judge that fails on every answer changes no file, and later commands see the class."""
    before = snapshot(graded.home / "graded")
    said = graded(*other_judge(graded, "\n"))

    assert said.code == 3
    assert "Nothing could be read" in said.out
    assert snapshot(graded.home / "graded") == before
    assert graded("runs", "show", "--json").json["states"] == {"graded": 5, "needs_review": 1}


@pytest.mark.parametrize("options", [(), ("--again",), ("--only", "S2", "--again")], ids=" ".join)
def test_a_refused_key_leaves_the_files(graded: Shell, options: tuple[str, ...]) -> None:
    """A run that an endpoint turns away changes no file."""
    before = snapshot(graded.home / "graded")
    with serving(plants_truth(), one("e401")) as server:
        said = graded(*grading(graded.home)[:-2], *at(server), *options)

    assert said.code == 5
    assert snapshot(graded.home / "graded") == before


def test_asking_all_again_that_stops_keeps_what_it_did_not_come_to(plants: Shell) -> None:
    """`--again` that stops half way keeps what the store holds of the others."""
    typed = ("grade", "answers.csv", "--rubric", "plants.yaml")
    with serving(plants_truth(), one("quota", after=10)) as server:
        assert plants(*typed, *at(server)).code == 0
        before = proposals(plants)
        said = plants(*typed, *at(server), "--again", "--concurrency", "1")

    assert said.code == 5
    assert proposals(plants) == before


def test_a_first_run_that_read_nothing_says_who_is_ungraded(shell: Shell) -> None:
    """Where nothing was there before, the list of all that is ungraded is written."""
    set_up(shell.home)
    said = shell(*other_judge(shell, "\n"))

    assert said.code == 3
    assert {row["state"] for row in shell.rows()} == {"ungraded"}


@pytest.mark.parametrize("worked", [True, False], ids=["worked", "failed"])
def test_only_a_judge_that_worked_is_offered_to_be_kept(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, worked: bool
) -> None:
    """A model that read nothing is not offered for assessor.toml."""
    set_up(shell.home)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    offered: list[object] = []
    monkeypatch.setattr(
        "assessor.cli.grade.class_run.offer_to_keep", lambda *given: offered.append(given)
    )
    shell(*other_judge(shell, recording() if worked else "\n"))

    assert bool(offered) is worked
