"""Long bodies as they stand in a column: deflated, and still text.

There is an outcome for each answer in each run, and a person reads it in the tables and not here.
"""

from __future__ import annotations

import zlib
from binascii import a2b_base64, b2a_base64

# What most outcomes have in them. Never to be changed: what was packed with it is read with it.
_USUAL = (
    b'"evidence":[{"end":,"start":,"text":"}],"reasons":["near_quote"],"queue_rank":'
    b'"state":"needs_review","partial","full","note":"gap":"not stated","basis":{"digest":'
    b'"basis:sha256:","models":[""],"replies":1},"findings":[{"cell":"","gap":"","kind":"key_point"'
    b',"level":"absent","note":"","probabilities":[0.],"scores":[-3.]},{"cell":"proposed":"0.0",'
    b'"reasons":[],"risk":0.,"state":"graded","submission":{"answer":"","attempt":1,"origin":'
    b'{"file":"","row":0},"question":"answer","state":"answered","student_id":"'
)
# A small window and little memory: bodies are short, and there is one packer for each of them.
_WINDOW, _MEMORY = 12, 5
_PACKER = zlib.compressobj(1, zlib.DEFLATED, _WINDOW, _MEMORY, zdict=_USUAL)
_UNPACKER = zlib.decompressobj(_WINDOW, zdict=_USUAL)
# Nothing that we wrote is as long; what somebody else put there may not fill the memory.
_LONGEST = 64_000_000


def pack(body: str) -> str:
    """Return a JSON object as it is kept."""
    packer = _PACKER.copy()
    data = packer.compress(body.encode()) + packer.flush()
    return b2a_base64(data, newline=False).decode()


def unpack(body: str) -> str:
    """Return what `pack` was given, also where it was kept as it was. Raises ValueError."""
    if body.startswith("{"):
        return body
    unpacker = _UNPACKER.copy()
    try:
        data = unpacker.decompress(a2b_base64(body), _LONGEST)
    except zlib.error as error:
        raise ValueError("cannot be inflated") from error
    if not unpacker.eof:
        raise ValueError("is cut short, or far too long")
    return data.decode()
