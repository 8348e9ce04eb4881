"""Why a person must look at an answer, in words: what is said of each reason code."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.flags import FLAGS
from assessor.verdict import ReasonKind
from assessor.wordlists import word_lists

# By reason code; those of flags stand in `FLAGS`.
_REASONS: Mapping[str, str] = word_lists("assessor")["reasons"]


def reasons() -> Mapping[str, str]:
    """Return every reason code that a person may meet, in words."""
    return {**_REASONS, **{ReasonKind.FLAG.of(code): kind.words for code, kind in FLAGS.items()}}


def reason_words(reason: str, unknown: str | None = None) -> str:
    """Return a reason code in words; `unknown` (else the code as it stands) for one of no kind."""
    kind, _, word = reason.partition(":")
    if kind == ReasonKind.FLAG and word in FLAGS:
        return FLAGS[word].words
    said = _REASONS.get(reason) or _REASONS.get(f"{kind}:*")
    return said or (reason if unknown is None else unknown)
