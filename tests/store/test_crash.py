"""What was acknowledged survives SIGKILL, and two processes do not get in each other's way."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

from tests.store.build import store_in

WRITER = """
import sys, pathlib
from assessor.ambient import real
from assessor.store import open_store
from tests.store.build import group
store = open_store(pathlib.Path(sys.argv[1]), real())
for number in range(int(sys.argv[3])):
    keys = [f"{sys.argv[2]}-{number}-{n}" for n in range(3)]
    store.record(*group(keys))
    print(*keys, flush=True)
"""
ROOT = Path(__file__).parents[2]


def test_nothing_acknowledged_is_lost_to_sigkill(tmp_path: Path) -> None:
    """G14: killed at any moment, every group that was acknowledged is whole and in the chain."""
    moments = random.Random(4)
    acknowledged: list[str] = []
    for life in range(4):
        with writer(tmp_path, f"life{life}", 100_000) as process:
            assert process.stdout
            for _ in range(moments.randrange(1, 60)):
                acknowledged += process.stdout.readline().split()
            process.kill()
            acknowledged += process.stdout.read().rpartition("\n")[0].split()
    with store_in(tmp_path) as store:
        found = store.usable_replies(acknowledged)
        ((groups, rows),) = store.database.rows(
            "SELECT count(DISTINCT link), count(*) FROM replies"
        )

        assert len(acknowledged) > 12
        assert set(found) == set(acknowledged)
        assert rows == 3 * groups
        assert (store.asks_without_reply(), store.verify()) == (0, ())


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    """Two that make the store and write to it at the same time both get through."""
    with writer(tmp_path, "one", 150) as one, writer(tmp_path, "two", 150) as two:
        outputs = [process.communicate()[0] for process in (one, two)]
    with store_in(tmp_path) as store:
        names = " ".join(outputs).split()

        assert (one.returncode, two.returncode, len(names)) == (0, 0, 900)
        assert len(store.usable_replies(names)) == 900
        assert store.verify() == ()


def writer(folder: Path, name: str, groups: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder / ".assessor"), name, str(groups)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
