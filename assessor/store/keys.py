"""Fingerprints of content as they stand in columns: 44 characters for 78.

A store that was begun with whole ones goes on with them: what is looked for has one form in it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

_LETTERS = {"request": "R", "answer": "A", "cell": "C"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_HEX, _SHORT = 64, 44


def short(key: str) -> str:
    """Return `request:sha256:…` briefly; several stay several, and what is no such key itself."""
    if " " in key:
        return " ".join(map(short, key.split(" ")))
    kind, _, mark = key.partition(":sha256:")
    letter = _LETTERS.get(kind)
    if letter is None or len(mark) != _HEX:
        return key
    return letter + urlsafe_b64encode(bytes.fromhex(mark)).decode().rstrip("=")


def whole(key: str) -> str:
    """Return what `short` was given. Raises ValueError where somebody wrote something else."""
    if " " in key:
        return " ".join(map(whole, key.split(" ")))
    kind = _KINDS.get(key[:1])
    if kind is None or len(key) != _SHORT:
        return key
    return f"{kind}:sha256:{urlsafe_b64decode(key[1:] + '=').hex()}"
