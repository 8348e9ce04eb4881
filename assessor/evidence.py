"""Find a judge's quote in the visible answer: a verified quote is an exact span, nothing less."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from assessor.submission import has_substance, is_invisible

LEAST_CHARACTERS = 3
NEAR = 85.0
# Beyond this a near match is not looked for: it is only a help for the reviewer.
NEAR_LIMIT = 20_000

_FOLDED = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032`\u00b4\u02bc\uff07", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
}
_WRAPPERS = "\"'.\u2026 "
# What is left out, joined or written otherwise of a text in ASCII, and its white space.
_UNEVEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f`]|\s\s")
_SPACES = dict.fromkeys(map(ord, "\t\n\r"), " ")
# Scripts that put no spaces between words: a quote may begin and end anywhere.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A verified quote: `answer[start:end]` (code points) is `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """Where a quote stands: `span` is verified; `near` only shows a person what comes close."""

    quote: str
    span: Span | None = None
    near: Span | None = None


@lru_cache(maxsize=4096)
def locate(quote: str, answer: str) -> Located:
    """Look for `quote` in the visible text of `answer`.

    Verified is an exact span after folding spaces, case, and typographic quotes and dashes; at
    least three letters or digits, or the whole answer; and no cut through a word, since "limited"
    is no quote of "unlimited". A near match (a changed word can be a deleted "not") is none.
    """
    visible = _visible(answer)
    wanted = _fold(quote).strip()
    for attempt in (wanted, wanted.strip(_WRAPPERS)):
        span = _find(attempt, visible, answer)
        if span is not None:
            return Located(quote=quote, span=span)
    return Located(quote=quote, near=_nearest(wanted, visible, answer))


@dataclass(frozen=True, slots=True)
class _VisibleAnswer:
    """The folded text, and for each of its characters the offsets it came from."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


@lru_cache(maxsize=512)
def _visible(answer: str) -> _VisibleAnswer:
    if answer.isascii() and not _UNEVEN.search(answer):
        # Most answers: each character stands for itself.
        places = range(len(answer) + 1)
        return _VisibleAnswer(answer.lower().translate(_SPACES), places[:-1], places[1:])
    characters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    while position < len(answer):
        end = position + 1
        while end < len(answer) and unicodedata.combining(answer[end]):
            end += 1
        for each in _fold_cluster(answer[position:end]):
            if each == " " and characters and characters[-1] == " ":
                ends[-1] = end
                continue
            characters.append(each)
            starts.append(position)
            ends.append(end)
        position = end
    return _VisibleAnswer("".join(characters), tuple(starts), tuple(ends))


@lru_cache(maxsize=1024)
def _fold(text: str) -> str:
    """Return a quote's text; apart from the answers, so that neither drives the other out."""
    return _visible.__wrapped__(text).text


def _fold_cluster(cluster: str) -> str:
    """A base character with its marks, as NFC: a judge may compose what the student did not."""
    if len(cluster) == 1 and cluster.isascii() and cluster.isalnum():
        return cluster.lower()
    shown = "".join(c for c in cluster if not is_invisible(c))
    if not shown:
        return ""
    if shown.isspace():
        return " "
    folded = unicodedata.normalize("NFC", shown).casefold()
    return "".join(_FOLDED.get(c, c) for c in unicodedata.normalize("NFC", folded))


def _find(wanted: str, visible: _VisibleAnswer, answer: str) -> Span | None:
    whole = wanted.strip(_WRAPPERS) == visible.text.strip(_WRAPPERS)
    if not wanted or not has_substance(wanted):
        return None
    if sum(c.isalnum() for c in wanted) < LEAST_CHARACTERS and not whole:
        return None
    start = visible.text.find(wanted)
    while start >= 0:
        end = start + len(wanted)
        if not _cuts(visible.text, start) and not _cuts(visible.text, end):
            return _span(visible, start, end, answer)
        start = visible.text.find(wanted, start + 1)
    return None


def _cuts(text: str, place: int) -> bool:
    """Return whether a boundary at `place` goes through a word."""
    if place <= 0 or place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    if not (_in_word(before) and _in_word(after)):
        return False
    return not (_is_unspaced(before) or _is_unspaced(after))


def _in_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _is_unspaced(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_UNSPACED)


def _nearest(wanted: str, visible: _VisibleAnswer, answer: str) -> Span | None:
    if len(wanted) < LEAST_CHARACTERS or len(visible.text) > NEAR_LIMIT or not visible.text:
        return None
    if len(wanted) > len(visible.text) * 2:
        return None
    found = fuzz.partial_ratio_alignment(wanted, visible.text, score_cutoff=NEAR)
    if found is None or found.dest_end <= found.dest_start:
        return None
    return _span(visible, found.dest_start, found.dest_end, answer)


def _span(visible: _VisibleAnswer, start: int, end: int, answer: str) -> Span:
    first, last = visible.starts[start], visible.ends[end - 1]
    return Span(start=first, end=last, text=answer[first:last])
