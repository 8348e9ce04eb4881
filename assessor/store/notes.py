"""What a store remembers from one command to the next: a name and a text, the newest counts."""

from __future__ import annotations

from assessor.store.database import Records

# Apart from the store's own entries in the same table.
_PREFIX = "note:"


class NoteRecords(Records):
    """Notes are conveniences: not sealed, not part of any grade, replaced without a trace."""

    def remember(self, name: str, text: str) -> None:
        """Keep `text` under `name`, in place of what stood there."""
        with self.database.write() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
                (_PREFIX + name, text.encode()),
            )

    def recall(self, name: str) -> str | None:
        """Return what was kept under `name`, or None."""
        found = self.database.rows("SELECT value FROM meta WHERE name = ?", (_PREFIX + name,))
        return bytes(found[0][0]).decode() if found else None
