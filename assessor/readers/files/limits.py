"""How far the reading of one file may go."""

from __future__ import annotations

MOST_BYTES = 60 * 1024 * 1024
MOST_SECONDS = 9
# Address space of the process that reads.
MOST_MEMORY = 500 * 1000 * 1000
