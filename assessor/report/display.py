"""How values look on a page: text that hides nothing and turns nothing round, short numbers."""

from __future__ import annotations

import re
from decimal import Decimal

from markupsafe import Markup

from assessor.counting import plural
from assessor.submission import is_invisible

# Joiners, marks of direction and variation selectors belong to honest writing in many scripts.
_HONEST = frozenset("\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")
_RUN = re.compile("\ufffc+")


def shown(value: object) -> object:
    """Return what a template prints: plain text with everything hidden made visible.

    Characters that steer a terminal, turn the reading direction or are not Unicode at all are
    replaced by a mark that says what was there. Escaping is the template's.
    """
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    if value.isprintable():
        return value
    hidden = [c for c in value if _is_hidden(c)]
    text = "".join("\ufffc" if _is_hidden(c) else c for c in value)
    place = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal place
        count = len(found.group())
        first = hidden[place]
        place += count
        return f"[U+{ord(first):04X}]" if count == 1 else f"[{plural(count, 'hidden character')}]"

    return _RUN.sub(mark, text)


def short(text: str, limit: int) -> str:
    """Return text on one line, cut at `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def share(part: int, whole: int) -> str:
    """Return a share in whole percent."""
    return percent(part / whole) if whole else "–"


def percent(value: float) -> str:
    """Return a share of one in whole percent; none and all are said only where it is so."""
    if 0 < value < 0.005:
        return "<1%"
    if 0.995 <= value < 1:
        return ">99%"
    return f"{round(100 * value)}%".replace("-", "−")


def signed(points: Decimal) -> str:
    """Return points with a true minus sign."""
    text = format(points.normalize(), "f")
    return text.replace("-", "−") if points else "0"


def spaced(text: str) -> str:
    """Return percentages as they are set in a text: 95 %, with a space that does not break."""
    return text.replace("%", "\u00a0%")


def _is_hidden(character: str) -> bool:
    if character in _HONEST or 0xFE00 <= ord(character) <= 0xFE0F:
        return False
    return character == "\ufffc" or (character != "\u3164" and is_invisible(character))
