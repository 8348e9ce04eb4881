"""`runs merge`: a class that several drivers graded, each its part, becomes one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.store import open_store
from tests.cli.shell import Shell, asked, at, rows_of, serving
from tests.crash.trials import make_class, tables
from tests.servers.openai_server import FaultServer
from tests.servers.play import truth
from tests.trust.build import plan, unit

HALF = 10


def grade(shell: Shell, server: FaultServer, folder: Path, *options: str) -> int:
    """Grade the class in a folder, there."""
    file, rubric = str(folder / "answers.csv"), str(folder / "labels.yaml")
    return shell(
        "grade", file, "--rubric", rubric, *at(server), "--method", "careful", *options
    ).code


def make_part(folder: Path, whole: Path, rows: slice) -> None:
    folder.mkdir()
    head, *lines = (whole / "answers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "answers.csv").write_text(head + "".join(lines[rows]), encoding="utf-8")
    (folder / "labels.yaml").write_bytes((whole / "labels.yaml").read_bytes())


@pytest.fixture
def parts(shell: Shell) -> tuple[Path, Path, Path]:
    """A whole class, and its halves in folders of their own."""
    whole = shell.home / "whole"
    make_class(whole, 2 * HALF)
    make_part(shell.home / "a", whole, slice(0, HALF))
    make_part(shell.home / "b", whole, slice(HALF, None))
    return whole, shell.home / "a", shell.home / "b"


def test_merged_parts_are_the_class_and_nothing_is_asked_again(
    shell: Shell, parts: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files and record are those of one driver, the chain holds, people's words are there."""
    whole, *halves = parts
    with serving(truth) as server:
        calm = shell.home / "calm"
        make_class(calm, 2 * HALF)
        assert grade(shell, server, calm) == 0
        for half in halves:
            assert grade(shell, server, half) == 0
        monkeypatch.chdir(halves[1])
        sheet = halves[1] / "sheet.csv"
        sheet.write_text("student_id,samples,proxy,more_data\nS011,2,1,0\n", encoding="utf-8")
        assert shell("review", "--sheet", str(sheet), "--yes").code == 0
        monkeypatch.chdir(whole)
        before = asked(server)

        merged = shell("runs", "merge", *map(str, halves))
        assert merged.code == 0, merged.err
        assert "1 decision by people" in merged.out
        assert grade(shell, server, whole) == 0
        assert asked(server) == before
        assert _but_states(whole) == _but_states(calm)
        assert _but_s011(whole) == _but_s011(calm)
        rows = {row["student_id"]: row for row in shell.rows("whole/graded/answers/grades.csv")}
        assert rows["S011"]["grade"] != ""
        assert shell("runs", "verify").code == 0

        again = shell("runs", "merge", *map(str, halves), "--json").json
        assert [(each["asks"], each["replies"], each["decisions"]) for each in again["taken"]] == [
            (0, 0, 0),
            (0, 0, 0),
        ]


def _but_states(folder: Path) -> dict[str, object]:
    """A run's record but for its states: a person had a word in one of them."""
    record: dict[str, object] = json.loads(tables(folder)["run.json"])
    return {name: value for name, value in record.items() if name != "states"}


def _but_s011(folder: Path) -> list[dict[str, str]]:
    rows = rows_of(folder / "graded" / "answers" / "key_points.csv")
    return [row for row in rows if row["student_id"] != "S011"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("points: 2\n    levels", "points: 2\n    accepted: [finite]\n    levels"),
            "another rubric",
        ),
        (("", ""), "another judge"),
    ],
    ids=["rubric", "model"],
)
def test_what_is_unlike_is_refused_and_nothing_is_taken(
    shell: Shell,
    parts: tuple[Path, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    change: tuple[str, str],
    said: str,
) -> None:
    """Readings under two rubrics, or of two models, do not become one class in silence."""
    whole, first, second = parts
    labels = second / "labels.yaml"
    labels.write_text(labels.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with serving(truth) as server:
        assert grade(shell, server, first) == 0
        other = ("--model", "other-model") if said == "another judge" else ()
        assert grade(shell, server, second, *other) == 0
    monkeypatch.chdir(whole)

    printed = shell("runs", "merge", str(first), str(second))

    assert (printed.code, said in printed.err) == (2, True), printed.err
    assert shell("runs", "list", "--json").json["runs"] == []


def test_an_audit_that_was_not_drawn_is_not_merged(
    shell: Shell, parts: tuple[Path, Path, Path]
) -> None:
    """A stranger's audit whose order was picked would certify the class: nothing is taken."""
    _, *halves = parts
    with serving(truth) as server:
        for half in halves:
            assert grade(shell, server, half) == 0
    units = [unit(f"S0{number}") for number in range(11, 20)]
    with open_store(halves[1] / ".assessor", real()) as store:
        store.keep(plan(units))

    refused = shell("runs", "merge", *map(str, halves))

    assert refused.code != 0
    assert "audit 1 there was not drawn as one is" in refused.err


def test_a_folder_without_a_store_is_named(shell: Shell, parts: tuple[Path, Path, Path]) -> None:
    """A wrong path is wrong input, and makes no store there."""
    printed = shell("runs", "merge", str(parts[1]))

    assert printed.code == 2
    assert "no store is there" in printed.err
    assert not (parts[1] / ".assessor").exists()
