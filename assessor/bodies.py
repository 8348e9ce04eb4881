"""Bodies that an endpoint or a platform sends, unpacked as they come and bounded all the while."""

from __future__ import annotations

import zlib
from typing import Any

try:
    from lzma import LZMAError
except ImportError:  # not in every Python
    LZMAError = zlib.error  # type: ignore[assignment,misc]  # asked for beside it

# What unpacking raises where what was packed is torn.
TORN = (zlib.error, LZMAError, EOFError)
ASKED_FOR = "gzip, deflate"
_PACKED = frozenset({"gzip", "x-gzip", "deflate"})
# Headers of a body as it travelled, which it has no more once it is here; no cookie is kept.
_OF_THE_WAY = frozenset({"set-cookie", "content-encoding", "content-length", "transfer-encoding"})


class TooMuch(Exception):
    """A body that is larger than any honest one, or packed in a way that cannot be bounded."""


class Body:
    """One body of at most `most` bytes, as it comes and as it unpacks.

    `packing` is its content-encoding. Raises TooMuch, here and while it is taken in.
    """

    def __init__(self, packing: str, most: int) -> None:
        self.content = bytearray()
        self._packing = packing.strip().lower()
        if self._packing not in _PACKED | {"identity", ""}:
            raise TooMuch(f"is packed as {self._packing[:20]!r}, which was not asked for")
        self._most, self._came, self._loose = most, 0, False
        self._unpacker = zlib.decompressobj(
            zlib.MAX_WBITS | (32 if self._packing != "deflate" else 0)
        )

    def take(self, part: bytes) -> None:
        """Take in what came next."""
        self._came += len(part)
        self.content += self._unpacked(part) if self._packing in _PACKED else part
        if len(self.content) > self._most or self._came > self._most:
            raise TooMuch(f"is larger than any honest one (over {self._most // 1_000_000} MB)")

    def _unpacked(self, part: bytes) -> bytes:
        room = self._most + 1 - len(self.content)
        try:
            return self._unpacker.decompress(part, room)
        except zlib.error as error:
            if self._came != len(part) or self._loose or self._packing != "deflate":
                raise TooMuch("cannot be unpacked") from error
        # Some servers send the bare stream under this name.
        self._loose, self._unpacker = True, zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            return self._unpacker.decompress(part, room)
        except zlib.error as error:
            raise TooMuch("cannot be unpacked") from error


def kept_headers(raw: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers that still hold of a body that was taken in here."""
    gone = unkept_headers(raw)
    return [each for each in raw if each[0].decode("latin-1").lower() not in gone]


def unkept_headers(raw: list[tuple[bytes, bytes]]) -> frozenset[str]:
    """Return the names of the headers that do not hold of a body that was taken in here."""
    return _OF_THE_WAY & {name.decode("latin-1").lower() for name, _ in raw}


# Where the http library keeps a connection, from an answer inwards: nothing but this way leads.
_INWARDS = ("_httpcore_stream", "_stream", "_connection")


def brought_more(answer: Any) -> bool:
    """Return whether more came than this answer: the next request would take it for its own.

    For an answer whose body was read and that is not closed yet.
    """
    inner = answer.stream
    while inner is not None and not hasattr(inner, "_h11_state"):
        parts = (getattr(inner, name, None) for name in _INWARDS)
        inner = next((each for each in parts if each is not None), None)
    return inner is not None and bool(inner._h11_state.trailing_data[0])
