"""How far the reading of one file may go."""

from __future__ import annotations

MOST_BYTES = 60 * 1024 * 1024
# Of the processor; and by the clock, for a busy machine gives it in pieces.
MOST_SECONDS = 9
MOST_WAIT = 60
# Address space of the process that reads.
MOST_MEMORY = 500 * 1000 * 1000
