"""Times as platforms write them, made comparable: which of two attempts came first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assessor.wordlists import sets_of, word_lists

_MONTHS = sets_of(word_lists("assessor.sheet")["months"])
_MONTH = {name: int(number) for number, names in _MONTHS.items() for name in names}
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap])?\.?\s*m?\b", re.I)
_ZONE = re.compile(r"(?:GMT|UTC|\d|\s)\s*([+-])(\d{1,2}):?(\d{2})?\s*$")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_WORDED = re.compile(r"(?<!\d)(\d{1,2})\.?\s+(?:de\s+)?([^\W\d]{3,})\.?,?\s+(?:de\s+)?(\d{4})")
_WORD_FIRST = re.compile(r"([^\W\d]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})")


def moments(texts: Sequence[str]) -> list[int | None]:
    """Return each time as a number of seconds that grows with time; None where there is none.

    `10/04/2026` is read as day or month first by what the whole column allows; where it allows
    both, by what keeps the column in order, for exports grow from top to bottom.
    """
    month_first = [_moment(text, day_first=False) for text in texts]
    if not any(_YEAR_LAST.search(text) for text in texts):
        return month_first
    day_first = [_moment(text, day_first=True) for text in texts]
    return min(month_first, day_first, key=lambda column: (column.count(None), _falls(column)))


def _falls(column: Sequence[int | None]) -> int:
    known = [each for each in column if each is not None]
    return sum(later < sooner for sooner, later in pairwise(known))


def _moment(text: str, *, day_first: bool) -> int | None:
    date = _date(text, day_first=day_first)
    if date is None:
        return None
    year, month, day = date
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    seconds = _days(year, month, day) * 86_400
    clock = _CLOCK.search(re.sub(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}T?", " ", text))
    if clock is not None:
        hour, half = int(clock[1]), (clock[4] or "").lower()
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        seconds += hour * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
        zone = _ZONE.search(text[clock.start() :]) if clock is not None else None
        if zone is not None:
            offset = int(zone[2]) * 3600 + int(zone[3] or 0) * 60
            seconds -= offset if zone[1] == "+" else -offset
    return seconds


def _date(text: str, *, day_first: bool) -> tuple[int, int, int] | None:
    match = _YEAR_FIRST.search(text)
    if match is not None:
        return int(match[1]), int(match[2]), int(match[3])
    match = _YEAR_LAST.search(text)
    if match is not None:
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        year += 2000 if year < 100 else 0
        return (year, second, first) if day_first else (year, first, second)
    for match in _WORDED.finditer(text):
        month = _month(match[2])
        if month:
            return int(match[3]), month, int(match[1])
    for match in _WORD_FIRST.finditer(text):
        month = _month(match[1])
        if month:
            return int(match[3]), month, int(match[2])
    return None


def _month(word: str) -> int:
    word = word.casefold()
    for length in (4, 3):
        number = _MONTH.get(word[:length], 0)
        if number:
            return number
    return 0


def _days(year: int, month: int, day: int) -> int:
    """Return days since some day, by the Gregorian calendar."""
    year -= month <= 2
    return (
        365 * year
        + year // 4
        - year // 100
        + year // 400
        + (153 * (month + (9 if month <= 2 else -3)) + 2) // 5
        + day
    )
