"""Headers in the platforms' languages, and how a header is compared."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def find_column(header: Sequence[str], names: Iterable[str]) -> int | None:
    """Return the first column whose folded header is among `names`."""
    wanted = set(names)
    for place, title in enumerate(header):
        if fold_header(title) in wanted:
            return place
    return None


def fold_header(title: str) -> str:
    """Return a header as it is compared: case, spaces, accents' forms and apostrophes folded."""
    plain = title.replace("\u2019", "'").replace("\ufeff", "").replace("\u200b", "")
    return " ".join(unicodedata.normalize("NFC", plain).casefold().split())
