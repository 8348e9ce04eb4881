"""Fingerprints of content as they stand in columns: 44 characters for 78.

A store that was begun with whole ones goes on with them: what is looked for has one form in it.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache

_LETTERS = {"request": "R", "answer": "A", "cell": "C"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_WHOLE = re.compile(r"(request|answer|cell):sha256:([0-9a-f]{64})")
_SHORT = re.compile(r"([RAC])([A-Za-z0-9_-]{43})")


@lru_cache(maxsize=1024)
def short(key: str) -> str:
    """Return `request:sha256:…` briefly; several stay several, and what is no such key itself."""
    if " " in key:
        return " ".join(map(short, key.split(" ")))
    found = _WHOLE.fullmatch(key)
    if found is None:
        return key
    return _LETTERS[found[1]] + urlsafe_b64encode(bytes.fromhex(found[2])).decode()[:-1]


@lru_cache(maxsize=1024)
def whole(key: str) -> str:
    """Return what `short` was given."""
    if " " in key:
        return " ".join(map(whole, key.split(" ")))
    found = _SHORT.fullmatch(key)
    if found is None:
        return key
    return f"{_KINDS[found[1]]}:sha256:{urlsafe_b64decode(found[2] + '=').hex()}"
