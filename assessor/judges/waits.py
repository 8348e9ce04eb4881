"""How long an endpoint says to wait: in headers, as durations, in the words of a message."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_WEEK = 7 * 24 * 3600.0
_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_UNIT = r"(?:ms|milliseconds?|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?![a-z])"
_PIECE = re.compile(rf"(\d{{1,9}}(?:\.\d{{1,6}})?)\s?({_UNIT})")
_SPOKEN = re.compile(
    r"\b(?:try again|retry(?:ing)?|wait)(?: again)?(?: after| in| for)?:?\s"
    rf"((?:\d[\d.]{{0,15}}\s?{_UNIT}[\s,]?(?:and )?)+)"
)
_SECONDS = {"ms": 0.001, "mil": 0.001, "m": 60.0, "min": 60.0, "s": 1.0, "h": 3600.0, "d": 86400.0}


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the longest valid wait that the headers name, in seconds; garbage counts for none."""
    waits = [
        _number(headers.get("retry-after-ms"), 1000.0),
        _number(headers.get("retry-after"), 1.0),
        _date(headers.get("retry-after"), now),
    ]
    return longest(*waits)


def spoken_wait(said: str) -> float | None:
    """Return the wait that small text names, as in `try again in 1h12m`, in seconds."""
    found = _SPOKEN.search(said)
    if found is None:
        return None
    seconds = sum(
        float(number) * _SECONDS[unit if unit == "ms" else unit[: 3 if unit[:2] == "mi" else 1]]
        for number, unit in _PIECE.findall(found.group(1))
    )
    return seconds if seconds <= _WEEK else None


def told_wait(said: str) -> float | None:
    """Return the wait that Google tells apart from its message, in seconds."""
    found = re.search(r"retrydelay (\d{1,6}(?:\.\d{1,9})?)s", said)
    return float(found[1]) if found and float(found[1]) <= _WEEK else None


def longest(*waits: float | None) -> float | None:
    """Return the longest wait of those that are known."""
    return max((wait for wait in waits if wait is not None), default=None)


def read_duration(text: str) -> float | None:
    """Return a duration such as `6m0s`, `1.5s`, `20ms` or `7` in seconds, None for garbage."""
    text = text.strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    found = _DURATION.fullmatch(text)
    if not text or found is None:
        return None
    hours, minutes, seconds, milliseconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000


def _number(text: str | None, per_second: float) -> float | None:
    try:
        value = float(text or "") / per_second
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= _WEEK else None


def _date(text: str | None, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    seconds = (moment - now).total_seconds()
    return max(0.0, seconds) if seconds <= _WEEK else None
