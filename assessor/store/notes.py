"""What a store remembers from one command to the next: a name and a text, the newest counts."""

from __future__ import annotations

from assessor.store.chain import TRUST, Seal
from assessor.store.database import Records

NOTE = "note"


class NoteRecords(Records):
    """Notes are part of no grade: what a judge was found to be, feedback put into words.

    They are sealed as all else is, since students and reports are told them.
    """

    def remember(self, name: str, text: str) -> None:
        """Keep `text` under `name`, above what stood there."""
        if self.recall(name) == text:
            return
        with self.database.write() as connection:
            seal = Seal(connection, TRUST)
            seal.insert("trust", self.ambient.new_id(), NOTE, name, text)
            seal.close()

    def recall(self, name: str) -> str | None:
        """Return what was kept under `name` last, or None."""
        found = self.database.rows(
            "SELECT body FROM trust WHERE kind = ? AND run = ? ORDER BY link DESC LIMIT 1",
            (NOTE, name),
        )
        return str(found[0][0]) if found else None

    def notes_called(self, start: str) -> dict[str, str]:
        """Return what was kept last under each name that begins so."""
        found = self.database.rows(
            "SELECT run, body FROM trust WHERE kind = ? AND substr(run, 1, ?) = ? ORDER BY link",
            (NOTE, len(start), start),
        )
        return {str(name): str(text) for name, text in found}
