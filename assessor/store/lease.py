"""One `grade` run at a time: a lease with a heartbeat, taken over from a holder that died."""

from __future__ import annotations

import os
import platform
import secrets

from assessor.ambient import Ambient
from assessor.errors import StoreError
from assessor.store.database import Database, Records
from assessor.store.place import Place

SILENCE = 30.0
"""Seconds without a heartbeat after which a holder counts as dead; beat every ten."""


class LeaseRecords(Records):
    """The lease as this process sees it."""

    def __init__(self, database: Database, place: Place, ambient: Ambient) -> None:
        super().__init__(database, place, ambient)
        self._holder = secrets.token_hex(8)

    def acquire_lease(self, run_id: str) -> None:
        """Take the lease for a run. Raises StoreError while a living run has it."""
        now = self.ambient.now()
        with self.database.write() as connection:
            row = connection.execute(
                "SELECT host, pid, started_at, beat, run FROM lease WHERE holder <> ?",
                (self._holder,),
            ).fetchone()
            if row and _is_alive(row[0], row[1], row[3], now.timestamp()):
                raise StoreError(
                    f"{self.database.where}: in use by {_deed(str(row[4]))} started {row[2]} "
                    f"(process {row[1]} on {row[0]}); wait for it or stop it"
                )
            connection.execute(
                "INSERT OR REPLACE INTO lease (only, run, holder, host, pid, started_at, beat) "
                "VALUES (1, ?, ?, ?, ?, ?, ?)",
                (
                    run_id,
                    self._holder,
                    platform.node(),
                    os.getpid(),
                    now.isoformat(timespec="seconds"),
                    now.timestamp(),
                ),
            )

    def in_use(self) -> str:
        """Return who has the lease and lives, in words, this process too; "" where nobody has."""
        rows = self.database.rows("SELECT host, pid, beat, run FROM lease")
        now = self.ambient.now().timestamp()
        return next(
            (_deed(str(run)) for host, pid, beat, run in rows if _is_alive(host, pid, beat, now)),
            "",
        )

    def heartbeat(self) -> None:
        """Say that the run lives. Raises StoreError where another run has taken the lease."""
        with self.database.write() as connection:
            beaten = connection.execute(
                "UPDATE lease SET beat = ? WHERE holder = ?",
                (self.ambient.now().timestamp(), self._holder),
            )
            if not beaten.rowcount:
                raise StoreError(
                    f"{self.database.where}: another command took over while this one was "
                    "silent; run again when it is done"
                )

    def release_lease(self) -> None:
        """Give the lease back; one that another run took over stays theirs."""
        with self.database.write() as connection:
            connection.execute("DELETE FROM lease WHERE holder = ?", (self._holder,))


# Who holds it while no run does, in words; else its holder is a run's name.
_DEEDS = {
    "merge": "a merge of stores (assessor runs merge)",
    "drop": "a batch being given up (assessor runs drop)",
    "purge": "a purge (assessor runs purge)",
}


def _deed(holder: str) -> str:
    return _DEEDS.get(holder, "another grade run")


def _is_alive(host: object, pid: object, beat: object, now: float) -> bool:
    # What is no number there was put in by hand, and is nobody who works.
    if not isinstance(pid, int) or not isinstance(beat, int | float):
        return False
    # A beat from the future is a clock that was set back: neither direction may lock for ever.
    if abs(now - beat) > SILENCE:
        return False
    # Elsewhere than on POSIX, os.kill(pid, 0) is not a question but a signal.
    if host != platform.node() or os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
