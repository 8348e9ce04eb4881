"""Canonical JSON and tagged fingerprints: `rubric:sha256:…`, the same on every machine."""

from __future__ import annotations

import hashlib
import hmac
import json


def canonical_json(value: object) -> str:
    """Return `value` as JSON with sorted keys, no spaces and no NaN.

    A lone surrogate is kept as its escape, so that any text has a digest.
    """
    return _ENCODER.encode(value)


# Made once: `json.dumps` makes one for each call.
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
)


def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object of JSON (for `object_pairs_hook`). Raises ValueError for a key twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def digest(kind: str, value: object) -> str:
    """Return the tagged fingerprint of a JSON value, such as `answer:sha256:ab…`."""
    return digest_of(kind, canonical_json(value))


def digest_of(kind: str, written: str) -> str:
    """Return the same of a value that is canonical JSON already."""
    return f"{kind}:sha256:{hashlib.sha256(written.encode()).hexdigest()}"


def keyed_nonce(secret: bytes, about: object) -> str:
    """Return 128 bits in hex that only a holder of `secret` can foretell (HMAC-SHA-256)."""
    return hmac.new(secret, canonical_json(about).encode(), "sha256").hexdigest()[:32]
