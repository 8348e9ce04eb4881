"""One grade run at a time, and none kept out by the dead."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assessor.errors import StoreError
from assessor.store import Store, open_store
from tests.store.build import Clock


def test_a_second_run_is_told_who_has_the_store(tmp_path: Path) -> None:
    """The second of two grade runs does not start; when the first is done it may."""
    clock = Clock()
    with opened(tmp_path, clock) as first, opened(tmp_path, clock) as second:
        first.acquire_lease("one")
        clock.turn(29)

        with pytest.raises(
            StoreError,
            match=r"in use by another grade run started 2026-03-01T12:00:00\+00:00 .*; "
            r"wait for it or stop it",
        ):
            second.acquire_lease("two")
        first.release_lease()
        second.acquire_lease("two")


def test_what_holds_the_store_is_named_as_what_it_is(tmp_path: Path) -> None:
    """Two merges at once: the second is told of a merge, and of no run that nobody started."""
    clock = Clock()
    with opened(tmp_path, clock) as first, opened(tmp_path, clock) as second:
        first.acquire_lease("merge")

        with pytest.raises(StoreError, match=r"in use by a merge of stores .* started 2026"):
            second.acquire_lease("merge")


def test_a_heartbeat_keeps_the_lease(tmp_path: Path) -> None:
    """A run that beats is never taken for dead, however long it takes."""
    clock = Clock()
    with opened(tmp_path, clock) as first, opened(tmp_path, clock) as second:
        first.acquire_lease("one")
        for _ in range(5):
            clock.turn(25)
            first.heartbeat()

        with pytest.raises(StoreError, match="in use"):
            second.acquire_lease("two")


@pytest.mark.parametrize("seconds", [31, -3600], ids=["silent", "clock set back"])
def test_a_silent_holder_is_taken_over_and_learns_of_it(tmp_path: Path, seconds: float) -> None:
    """After thirty seconds without a beat the lease is free; who wakes up then must stop."""
    clock = Clock()
    with opened(tmp_path, clock) as first, opened(tmp_path, clock) as second:
        first.acquire_lease("one")
        clock.turn(seconds)
        second.acquire_lease("two")

        with pytest.raises(StoreError, match="took over while this one was silent"):
            first.heartbeat()
        first.release_lease()
        second.heartbeat()


@pytest.mark.parametrize("column", ["pid", "beat"])
@pytest.mark.parametrize("value", ["x", b"\xff", 2**62, float("inf")])
def test_what_is_no_process_holds_nothing(tmp_path: Path, column: str, value: object) -> None:
    """A memory that came with a folder may say anything of who is at work in it."""
    clock = Clock()
    with opened(tmp_path, clock) as first, opened(tmp_path, clock) as second:
        first.acquire_lease("one")
        with first.database.write() as connection:
            connection.execute(f"UPDATE lease SET {column} = ?", (value,))  # noqa: S608  # ours

        assert second.in_use() == ""
        second.acquire_lease("two")


def test_a_dead_process_is_taken_over_at_once(tmp_path: Path) -> None:
    """A killed run on this machine keeps nobody waiting."""
    code = (
        "import sys, os, pathlib\n"
        "from tests.store.build import Clock\n"
        "from assessor.store import open_store\n"
        "open_store(pathlib.Path(sys.argv[1]), Clock().ambient()).acquire_lease('one')\n"
        "os._exit(9)\n"
    )
    died = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / ".assessor")],
        check=False,
        cwd=Path(__file__).parents[2],
    )
    with opened(tmp_path, Clock()) as store:
        rows = store.database.rows("SELECT run FROM lease")
        store.acquire_lease("two")

        assert (died.returncode, rows) == (9, [("one",)])
        assert store.database.rows("SELECT run FROM lease") == [("two",)]


def opened(folder: Path, clock: Clock) -> closing[Store]:
    return closing(open_store(folder / ".assessor", clock.ambient(), data_home=folder / "data"))
