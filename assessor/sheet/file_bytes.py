"""The bytes of a file, which are let go of while they are read the last time."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

# From 32 MB on glibc gives memory back to the system as soon as it is let go of.
_PIECE = 48 << 20


class FileBytes:
    """Bytes that whoever reads them last takes over, so that no frame above holds them on."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @property
    def data(self) -> bytes:
        """The bytes; nothing, once they were streamed."""
        return self._data

    def stream(self, start: int = 0) -> BinaryIO:
        """Return them from `start` on, to be read once: what was read is let go of."""
        data, self._data = self._data, b""
        places = range(start, len(data), _PIECE)
        pieces = [data[place : place + _PIECE] for place in places][::-1]
        return io.BufferedReader(_Pieces(pieces))


class _Pieces(io.RawIOBase):
    """A stream of pieces that stand last first."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left and self._pieces:
            self._left = memoryview(self._pieces.pop())
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)
