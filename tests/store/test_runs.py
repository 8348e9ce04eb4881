"""Runs, outcomes and rubrics are all that later commands need."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessor.ambient import real
from assessor.errors import InputError, StoreError
from assessor.manifest import Command, Manifest
from assessor.store import RunStatus, open_store
from assessor.verdict import State
from tests.store.build import finish, outcome, run, store_in


@given(
    student=st.text(st.characters(codec=None)),
    answer=st.text(st.characters(codec=None)),
    points=st.none() | st.decimals(allow_nan=False, allow_infinity=False),
    risk=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    state=st.sampled_from(State),
)
@example(student="", answer="", points=Decimal(0), risk=0.0, state=State.BLANK)
def test_any_outcome_comes_back_as_it_went_in(
    student: str, answer: str, points: Decimal | None, risk: float | None, state: State
) -> None:
    """Texts, exact points and probabilities survive the store to the last digit."""
    went_in = replace(outcome(student, answer), proposed=points, risk=risk, state=state)
    with open_store(None, real()) as store:
        store.save_outcomes("run1", [went_in])

        assert repr(store.outcomes("run1")) == repr((went_in,))


def test_outcomes_keep_their_order_and_replace_earlier_ones() -> None:
    """Saving a run's outcomes again leaves the new ones only, in order, page after page."""
    rows = tuple(outcome(f"s{n}") for n in range(1_100))
    with open_store(None, real()) as store:
        store.save_outcomes("run1", (outcome("old"), *rows))
        store.save_outcomes("run2", [outcome("other")])
        store.save_outcomes("run1", iter(rows))

        assert store.outcomes("run1") == rows
        assert store.outcomes("none") == ()


def test_a_failed_save_leaves_the_outcomes_that_were_there() -> None:
    """Outcomes are written as a whole or not at all."""

    def broken() -> object:
        yield outcome("new")
        raise RuntimeError

    with open_store(None, real()) as store:
        store.save_outcomes("run1", [outcome("old")])
        with pytest.raises(RuntimeError):
            store.save_outcomes("run1", broken())  # type: ignore[arg-type]  # a generator

        assert store.outcomes("run1") == (outcome("old"),)


def test_a_run_is_found_as_it_ended(tmp_path: Path) -> None:
    """Settings, status and manifest of each run are kept, in the order of their start."""
    with store_in(tmp_path) as store:
        assert store.latest_run() is None
        store.start_run(run("one"))
        store.start_run(run("two"))
        ended = finish(store, "one", Manifest(strong="m"))

    with store_in(tmp_path) as store:
        assert store.runs() == (ended, run("two"))
        assert store.latest_run() == ended
        assert (ended.status, ended.manifest) == (RunStatus.DONE, Manifest(strong="m"))


def test_what_another_version_wrote_of_a_run_is_kept_as_it_was() -> None:
    """What is not known here stays, what is missing is not made up; nothing changes its form."""
    command = (
        '{"answers": "a.csv", "judge": "openai", "out": "graded/a", "rubrics": [["Q", "r:1"]]}'
    )
    manifest = (
        '{"assessor": "0.0.1", "circumstances": {"cost": null, "head": "", "later": [1, 0.5]}, '
        '"judge": {"backend": "none"}, "looks": {"cap": 1, "everything": false}, '
        '"review_budget": 1, "rubric": {"id": "Prüfung"}}'
    )
    with open_store(None, real()) as store:
        store.start_run(replace(run("old"), command=Command.read(command)))
        found = finish(store, "old", Manifest.read(manifest))

        assert store.runs() == (found,)
        (body,) = store.database.rows("SELECT body FROM runs")[0]

    kept = json.loads(body)
    assert (kept["command"], kept["manifest"]) == (command, manifest)
    assert found.manifest.numbers.unused == ""
    assert found.manifest.circumstances.requests is None


def test_a_run_whose_record_is_none_is_told() -> None:
    """A record that was edited into something else is refused where it is read."""
    with open_store(None, real()) as store:
        store.start_run(run("one"))
        for told in ('"[]"', '"{"', '"{\\"judge\\": []}"'):
            body = '{"id":"one","started_at":"2026-03-01T12:00:00Z","manifest":' + told + "}"
            with store.database.write() as connection:
                connection.execute("UPDATE runs SET body = ?", (body,))

            with pytest.raises(StoreError, match="a stored RunRecord cannot be read"):
                store.runs()


def test_a_run_that_is_not_there_is_told() -> None:
    """An unknown run, and a second run of one id, are refused with what to do."""
    with open_store(None, real()) as store:
        store.start_run(run())

        with pytest.raises(InputError, match="has no run 'other'; 'assessor runs list'"):
            store.run("other")
        with pytest.raises(StoreError, match="run 'run1' is there already"):
            store.start_run(run())


def test_a_rubric_is_kept_under_its_digest() -> None:
    """The text a class was graded by is found by its digest, and a missing one is told."""
    with open_store(None, real()) as store:
        store.keep_rubric("rubric:sha256:1", "title: Ü")
        store.keep_rubric("rubric:sha256:1", "title: Ü")

        assert store.rubric_text("rubric:sha256:1") == "title: Ü"
        with pytest.raises(StoreError, match="has no rubric 'rubric:sha256:2'"):
            store.rubric_text("rubric:sha256:2")
