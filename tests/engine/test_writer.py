"""Records that arrive together are one write, made where it holds up least."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from assessor.ambient import real
from assessor.engine.writer import Writer
from assessor.store import AskRecord, ReplyRecord, Store
from tests.store.build import ask, reply, store_in


class Watched:
    """A store's writes, with the thread each was made in and how much it wrote."""

    def __init__(self, store: Store) -> None:
        self.inner = store
        self.made: list[tuple[bool, int]] = []

    def record_at_once(self, asks: Sequence[AskRecord], replies: Sequence[ReplyRecord]) -> None:
        self.inner.record_at_once(asks, replies)
        self._note(asks, replies)

    def record(self, asks: Sequence[AskRecord], replies: Sequence[ReplyRecord]) -> None:
        self.inner.record(asks, replies)
        self._note(asks, replies)

    def _note(self, asks: Sequence[AskRecord], replies: Sequence[ReplyRecord]) -> None:
        in_the_loop = threading.current_thread() is threading.main_thread()
        self.made.append((in_the_loop, len(asks) + len(replies)))


def written(store: Store, groups: Sequence[Sequence[str]], *, seconds: float = 0.0) -> Watched:
    """Write groups of asks, one after the other, on a clock by which each write takes so long."""
    clock = {"now": 0.0}

    def monotonic() -> float:
        clock["now"] += seconds
        return clock["now"]

    watched = Watched(store)
    writer = Writer(watched, replace(real(), monotonic=monotonic))  # type: ignore[arg-type]

    async def play() -> None:
        running = asyncio.create_task(writer.run())
        for group in groups:
            await asyncio.gather(*(writer.write(asks=(ask(key),)) for key in group))
        writer.close()
        await running

    asyncio.run(play())
    return watched


def test_what_arrives_together_is_one_write_in_the_event_loop(tmp_path: Path) -> None:
    """A disk that is fast is written to in place; each group is one transaction."""
    with store_in(tmp_path) as store:
        watched = written(store, [("k1", "k2", "k3"), ("k4",)])

        assert watched.made == [(True, 3), (True, 1)]
        assert [store.tries(key) for key in ("k1", "k4")] == [1, 1]


def test_a_slow_disk_is_written_to_in_a_thread(tmp_path: Path) -> None:
    """After a write that took long the next ones do not hold up the replies."""
    with store_in(tmp_path) as store:
        watched = written(store, [("k1",), ("k2",), ("k3",)], seconds=0.02)

        assert watched.made == [(True, 1), (False, 1), (False, 1)]


def test_another_program_is_waited_for_in_a_thread(tmp_path: Path) -> None:
    """While somebody else holds the database the event loop goes on, and nothing is lost."""
    with store_in(tmp_path) as store:
        place = store.place.database
        assert place
        with closing(sqlite3.connect(place, isolation_level=None, check_same_thread=False)) as held:
            held.execute("BEGIN IMMEDIATE")
            letting_go = threading.Timer(0.2, held.execute, ("ROLLBACK",))
            letting_go.start()
            watched = written(store, [("k1", "k2")])
            letting_go.join()

        assert watched.made == [(False, 2)]
        assert store.tries("k2") == 1
        assert store.database.rows("PRAGMA busy_timeout") == [(10_000,)]


def test_a_reply_is_written_at_once_as_well(tmp_path: Path) -> None:
    """Both ways of writing leave the same rows and the same chain."""
    with store_in(tmp_path) as store:
        store.record_at_once([ask("k1")], [])
        store.record_at_once([], [reply("k1")])

        assert store.usable_replies(["k1"]) == {"k1": reply("k1")}
        assert store.verify() == ()


def test_a_reply_waits_for_no_ask_and_takes_those_along_that_wait(tmp_path: Path) -> None:
    """Its place is free as soon as the disk has it, however long asks may gather."""

    async def for_ever(_: float) -> None:
        await asyncio.Event().wait()

    with store_in(tmp_path) as store:
        watched = Watched(store)
        writer = Writer(watched, replace(real(), sleep=for_ever))  # type: ignore[arg-type]

        async def play() -> None:
            running = asyncio.create_task(writer.run())
            asking = asyncio.create_task(writer.write(asks=(ask("k2"),)))
            await asyncio.sleep(0)
            await writer.write(replies=(reply("k1"),))
            await asking
            running.cancel()

        asyncio.run(play())

        assert watched.made == [(True, 2)]
        assert store.verify() == ()
