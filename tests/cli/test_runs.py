"""What is in the store: listed, verified, added up again, forgotten only on a person's word."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from assessor.ambient import real
from assessor.cli.runs.recount import recount
from assessor.store import OutcomeRecord, open_store
from tests.cli.shell import Shell, at, plants_truth, serving


@pytest.fixture
def graded(plants: Shell) -> Shell:
    with serving(plants_truth()) as server:
        plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))
    return plants


def test_runs_are_listed_with_their_rubrics(graded: Shell) -> None:
    """One row a run."""
    (row,) = graded("runs", "list", "--json").json["runs"]

    assert (row["rubric"], row["judge"], row["status"]) == ("plants", "openai", "done")


def test_a_store_that_was_left_alone_verifies(graded: Shell) -> None:
    """With the head of its chain."""
    said = graded("runs", "verify", "--json")

    assert (said.code, said.json["problems"]) == (0, [])
    assert said.json["head"]


def test_an_edited_row_is_found(graded: Shell) -> None:
    """Exit 4, and the row is named."""
    with sqlite3.connect(graded.home / ".assessor" / "store.db") as database:
        database.execute("UPDATE outcomes SET body = replace(body, 'full', 'absent')")

    said = graded("runs", "verify")

    assert said.code == 4
    assert said.err


def test_a_total_that_its_findings_do_not_give_is_found(graded: Shell) -> None:
    """Each proposal is added up again from what the store holds (G2)."""
    with open_store(graded.home / ".assessor", real()) as store:
        assert list(recount(store)) == []
        (run,) = store.runs()
        forged = [_one_more(each) for each in store.outcomes(run.id)]
        store.save_outcomes(run.id, forged)

        found = list(recount(store))

    assert len(found) == 3
    assert "'S1' has 4 points there, and its findings give 3" in found[0]


def _one_more(outcome: OutcomeRecord) -> OutcomeRecord:
    return replace(outcome, proposed=None if outcome.proposed is None else outcome.proposed + 1)


def test_an_unknown_run_is_wrong_input(graded: Shell) -> None:
    """Exit 2, with the command that lists them."""
    for command in ("show", "purge"):
        said = graded("runs", command, "--run", "nosuch", "--yes")

        assert (said.code, "has no run 'nosuch'" in said.err) == (2, True)


def test_nothing_is_forgotten_unasked(graded: Shell) -> None:
    """Without a terminal and without --yes it is refused."""
    said = graded("runs", "purge")

    assert (said.code, "cannot be undone" in said.err) == (2, True)
    assert len(graded("runs", "list", "--json").json["runs"]) == 1


def test_a_class_is_forgotten_for_real(graded: Shell) -> None:
    """No text of an answer is left in any file of the store, and the files left are named."""
    said = graded("runs", "purge", "--yes")

    assert said.code == 0, said.err
    assert "graded/answers" in said.out
    assert graded("runs", "list", "--json").json["runs"] == []
    for path in (graded.home / ".assessor").rglob("*"):
        assert not path.is_file() or b"respires" not in path.read_bytes()
