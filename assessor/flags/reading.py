"""An answer as a marker would hear it: plain small words with their places and their kinds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from assessor.flags.mixed_script import folded, unlike
from assessor.flags.word_kinds import PLAIN, TONGUES, WORDS, Act
from assessor.submission import is_invisible


class Word(NamedTuple):
    """A word: its plain text, its place in the answer, its kinds, and whether it opens a clause."""

    text: str
    start: int
    end: int
    kinds: frozenset[Act]
    opens: bool


@dataclass(frozen=True, slots=True)
class TextView:
    """Text without what cannot be seen and without disguise; `places` lead back to the answer."""

    text: str
    places: tuple[int, ...]


def view_of(answer: str) -> TextView:
    """Return the plain small text of `answer`."""
    if answer.isascii():
        return TextView(answer.lower(), tuple(range(len(answer) + 1)))
    kept: list[str] = []
    places: list[int] = []
    for place, character in enumerate(answer):
        if character.isascii():
            kept.append(character.lower())
            places.append(place)
        elif not is_invisible(character):
            plain = folded(character)
            kept.append(plain)
            places.extend([place] * len(plain))
    return TextView("".join(kept), (*places, len(answer)))


_NONE: frozenset[Act] = frozenset()
# Runs of letters give nothing back: what follows them is never a letter.
_MARKS_ON = "\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0963\u0970-\u0dff\u0e00-\u0eff"
_LETTERS = rf"(?:[^\W_]++|[{_MARKS_ON}]++)++"
_TOKEN = re.compile(
    r"(\d{1,3})\s*(?:/|(?:out )?of|von|de|sur|su|van|из|z)\s*(\d{1,3})(?!\d)|100\s?%|a\+(?!\w)"
    rf"|{_LETTERS}(?:['\u2019-]{_LETTERS})*"
    r"|\.(?=\W|$)|[!?;:,()\[\]{}<>|*#\"\n\u3002\uff0c\uff1a\uff01\uff1b\u3001\u0964\u061f\u2013\u2014]"
)
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_ASSIGNED = re.compile(r"\s?(?:=|\(|\.\w|\[)")
_STOPS = frozenset(".!?;\n\u3002\uff01\uff1f\uff1b\u0964\u061f")
_LEET = str.maketrans("013457@$!", "oleastasi")
# And, then, in, to, like, the: in Arabic and in Hebrew.
_LEADS = frozenset("\u0648\u0641\u0628\u0644\u0643\u0627\u05d5\u05d4\u05d1\u05dc\u05de\u05db\u05e9")
_LONGEST = 14
# Some write without a full stop; what stands forty words apart is not one request.
_LONG = 40


def sentences(text: str) -> Iterator[tuple[Word, ...]]:
    """Yield the sentences of plain `text` as words; places are offsets in `text`."""
    words: list[Word] = []
    opens = True
    for found in _TOKEN.finditer(text):
        seen = found.group()
        if not seen[0].isalnum():
            # The bracket of a call, as in `f(x)`, begins no clause.
            opens = opens or seen != "(" or not text[found.start() - 1 : found.start()].isalnum()
            if seen in _STOPS and words:
                yield tuple(words)
                words = []
            continue
        opens = opens and not _ASSIGNED.match(text, found.end())
        if seen.isascii() and seen.isalpha():  # Nearly all words are.
            words.append(Word(seen, *found.span(), kinds_of(seen), opens))
        else:
            words.extend(_words_of(found, opens))
        opens = False
        while len(words) >= _LONG:
            yield tuple(words[:_LONG])
            words = words[_LONG:]
    if words:
        yield tuple(words)


def _words_of(found: re.Match[str], opens: bool) -> Iterator[Word]:
    seen, start = found.group(), found.start()
    if found.group(1) or (seen.startswith("100") and seen.endswith("%")) or seen == "a+":
        perfect = found.group(1) in (None, found.group(2)) and not _is_sum(found)
        kinds = frozenset({Act.FULL, Act.MARKS} if perfect else {Act.MARKS})
        yield Word(seen, start, found.end(), kinds if int(found.group(2) or 1) else _NONE, opens)
    elif _UNSPACED.search(seen):
        yield from _unspaced(seen, start, opens)
    else:
        yield Word(seen, start, found.end(), kinds_of(seen), opens)


def _is_sum(found: re.Match[str]) -> bool:
    """Return whether a ratio or a share is worked with: `5/5 = 1`, `100% of the sample`."""
    around = found.string[max(0, found.start() - 3) : found.start()] + "|"
    around += found.string[found.end() : found.end() + 7]
    return bool(re.search(r"[=+*\u00d7\u2248<>-]|\|\s?of (?:the|a)\b|\w\|", around))


def _unspaced(token: str, start: int, opens: bool) -> Iterator[Word]:
    """Yield the known words in a run of a script that writes no spaces, longest first."""
    exact, _ = _lexicon()
    place = 0
    while place < len(token):
        for length in range(min(12, len(token) - place), 0, -1):
            piece = token[place : place + length]
            if piece in exact:
                yield Word(piece, start + place, start + place + length, exact[piece], opens)
                break
        else:
            length = 1
        place += length


@lru_cache(maxsize=20_000)
def kinds_of(word: str) -> frozenset[Act]:
    """Return the kinds of a plain word, seen through digits for letters and swapped letters."""
    if kinds := _look_up(word):
        return kinds
    if not word.isalpha() and not word.isdigit() and len(word) > 2:
        if "-" in word or "'" in word:
            return frozenset().union(*(_look_up(part) for part in re.split(r"[-'\u2019]", word)))
        return _look_up(word.translate(_LEET)) or _look_up(word.replace("1", "i").translate(_LEET))
    if word.isalpha() and not word.isascii():
        if (plain := unlike(word)) != word and plain.isascii():
            return _look_up(plain)
        bare = "".join(c for c in unicodedata.normalize("NFKD", word) if c.isascii())
        if len(bare) == len(word) > 3 and (kinds := _look_up(bare)):
            return kinds
        for bare in _without_leads(word):
            if kinds := _look_up(bare):
                return kinds
    return _scrambled().get(_scramble(word), _NONE) if len(word) > 4 else _NONE


def _without_leads(word: str) -> Iterator[str]:
    """Yield a Hebrew or Arabic word without the little words that are written onto it."""
    for place in range(1, min(4, len(word) - 2)):
        if word[place - 1] not in _LEADS:
            return
        yield word[place:]


def _look_up(word: str) -> frozenset[Act]:
    exact, stems = _lexicon()
    if kinds := exact.get(word):
        return kinds
    for length in range(min(len(word), _LONGEST), 1, -1):
        if kinds := stems.get(word[:length]):
            return kinds
    if len(word) > _LONGEST - 4:
        for end in _ENDS:
            if word.endswith(end):
                return exact[end]
    return _NONE


# The words that Germanic languages put at the end of compounds: `Bewertungskriterien`.
_ENDS = (
    *("kriterien", "anweisungen", "richtlijnen", "punkte", "punkten", "punktzahl", "punten"),
    *("korrektur", "bewertung", "beoordeling", "criteria"),
)


def _scramble(word: str) -> str:
    return word[0] + "".join(sorted(word[1:-1])) + word[-1]


@cache
def _lexicon() -> tuple[Mapping[str, frozenset[Act]], Mapping[str, frozenset[Act]]]:
    exact: dict[str, frozenset[Act]] = {}
    stems: dict[str, frozenset[Act]] = {}
    for table in (PLAIN, WORDS, TONGUES):
        for kind, words in table.items():
            for word in words.split():
                into = stems if word.endswith("*") else exact
                key = unicodedata.normalize("NFKC", word.rstrip("*")).casefold()
                into[key] = into.get(key, _NONE) | {kind}
    return exact, stems


@cache
def _scrambled() -> Mapping[str, frozenset[Act]]:
    """The English words by their letters with the inner ones in any order."""
    exact, _ = _lexicon()
    return {
        _scramble(word): kinds for word, kinds in exact.items() if len(word) > 4 and word.isascii()
    }
