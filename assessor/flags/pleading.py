"""What a text says of itself to be taken for a full answer, and where it ends or leads away."""

from __future__ import annotations

from assessor.flags.sought import sought_in

_PLEADING = sought_in("pleading")


def pleading(text: str) -> tuple[int, int] | None:
    """Return the place in plain `text` where it speaks for itself, or breaks off as an answer."""
    found = next(filter(None, (sought.search(text) for sought in _PLEADING)), None)
    return found.span() if found else None
