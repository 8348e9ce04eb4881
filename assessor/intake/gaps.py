"""Gaps to write points into, as forms on paper have them: `____ / 2 Names the cause`."""

from __future__ import annotations

import re

from assessor.intake.words import UNIT

_GAP = r"(?:_{2,}|\.{4,}|…{2,}|_ _(?: _)*)"
_N = rf"(?P<n>\d{{1,3}}(?:[.,]\d+)?)\s*(?P<unit>{UNIT})?"
_N2 = _N.replace("<n>", "<n2>").replace("<unit>", "<unit2>")
_OF = r"\s*(?:/|\bout of\b|\bof\b|\bvon\b|\bsur\b|\bsobre\b|\bde\b)\s*"
_FRONT = re.compile(
    rf"^[\[(]?\s*{_GAP}(?:{_OF}{_N}\s*[\])]?|\s*[\[(]\s*/?\s*{_N2}\s*[\])]"
    rf"|\s*(?P<n3>\d{{1,2}}(?:[.,]\d)?)\s*(?P<unit3>{UNIT}))\s*[:.–-]?\s+(?P<text>[^\W\d_].*)$",
    re.IGNORECASE,
)
# Begun at its first character alone: else a line of a thousand dots is tried at each of them.
_WHOLE = r"(?:(?<!_)_{2,}|(?<!\.)\.{4,}|(?<!…)…{2,}|(?<!_ )_ _(?: _)*)"
_END = re.compile(
    rf"{_WHOLE}(?:{_OF}{_N}\s*[\])]?|\s*[\[(]\s*/?\s*{_N2}\s*[\])])\s*$", re.IGNORECASE
)
_BARE = re.compile(rf"^{_GAP}\s+(?=[^\W\d_])")


def without_gap(text: str) -> str:
    """Return a line whose gap for points is left out, and the points in brackets at its place."""
    if front := _FRONT.match(text):
        return f"{_worth(front)} {front['text'].strip()}"
    if end := _END.search(text):
        words = text[: end.start()].strip().removesuffix("[").removesuffix("(").rstrip()
        words = words.removesuffix(":").removesuffix(".").rstrip()
        if any(map(str.isalnum, words)):
            return f"{words} {_worth(end)}"
    return _BARE.sub("", text)


def _worth(match: re.Match[str]) -> str:
    found = match.groupdict()
    number = found["n"] or found.get("n2") or found.get("n3")
    unit = found["unit"] or found.get("unit2") or found.get("unit3") or ""
    return "[" + f"{number} {unit}".strip() + "]"
