"""Letters of another script that pass for Latin ones, and what they pass for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from assessor.flags.flag import Sighting, sighting

# What looks like a Latin letter: Cyrillic first, then Greek; the order is that of the letters.
_LIKE = dict(
    zip(
        "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u0501\u051b\u051d\u04bb\u0475"
        "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
        "\u03bf\u03b1\u03b5\u03b9\u03ba\u03bd\u03c1\u03c4\u03c5\u03c7\u03b7"
        "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
        "\u0578\u057d\u0585\u0570\u0581",
        "aeopcxyijsdqwhvABEKMHOPCTYXIJSoaeiknptuxnABEZHIKMNOPTYXnuohg",
        strict=True,
    )
)
_WORD = re.compile(r"[^\W\d_]+")
_FANCY = re.compile(
    "(?:[\U0001d400-\U0001d6a3\uff21-\uff3a\uff41-\uff5a\u24b6-\u24e9\U0001f130-\U0001f189"
    "\u1d00-\u1d2b\u0280\u0299\u029c\u029f\u0262\u026a\u0274\u0276\ua730\ua731\u01eb\u028f]){3,}"
)


def mixed_script(answer: str) -> Iterator[Sighting]:
    """Yield a flag when words are spelt with letters of another script that look the same."""
    if answer.isascii():
        return
    latin = sum(c.isascii() and c.isalpha() for c in answer)
    mostly_latin = latin * 2 > sum(c.isalpha() for c in answer)
    words = [m.span() for m in _WORD.finditer(answer) if _is_disguised(m.group(), mostly_latin)]
    # A slip of the keyboard leaves a Latin letter in a Cyrillic word now and then.
    if len(words) >= (1 if mostly_latin else 3):
        why = "a word mixes look-alike letters of two scripts"
        yield sighting(why, answer, *words[0])
    fancy = [m.span() for m in _FANCY.finditer(answer)]
    if len(fancy) >= 2 and not _has_widescript_of(answer):
        why = "words in letters that only look like letters"
        yield sighting(why, answer, fancy[0][0], fancy[-1][1])


def _has_widescript_of(answer: str) -> bool:
    return any(script_of(c) in {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"} for c in answer)


def _is_disguised(word: str, mostly_latin: bool) -> bool:
    if word.isascii() or len(word) < 3:
        return False
    alike = [i for i, c in enumerate(word) if c in _LIKE]
    if not alike:
        return False
    latin = sum(script_of(c) == "LATIN" and c not in _LIKE for c in word)
    if len(alike) + latin < len(word):
        return False
    if not latin:
        return mostly_latin and len(word) >= 4 and script_of(word[0]) == "CYRILLIC"
    if any(script_of(word[i]) != "GREEK" for i in alike):
        return True
    return len(word) >= 5 and any(_is_inside(word, i) for i in alike)


def _is_inside(word: str, place: int) -> bool:
    """Return whether a Greek letter stands where a Latin one would: formulas put it at an end."""
    before, after = word[place - 1 : place], word[place + 1 : place + 2]
    within = before.islower() and after.islower()
    # Omicron has no use of its own in formulas.
    return within or (word[place] in "\u03bf\u039f" and len(word) >= 5)


def folded(character: str) -> str:
    """Return the plain small Latin letters that `character` looks like, else it in small."""
    return _folded(character)


@lru_cache(maxsize=8192)
def _folded(character: str) -> str:
    name = unicodedata.name(character, "")
    if "SMALL CAPITAL" in name:
        return name.rsplit(" ", 1)[-1].casefold()[:1]
    return unicodedata.normalize("NFKC", character).casefold()


def unlike(word: str) -> str:
    """Return `word` with look-alike letters replaced by the Latin ones they pass for."""
    return "".join(_LIKE.get(c, c) for c in word)


@lru_cache(maxsize=4096)
def script_of(character: str) -> str:
    """Return the first word of a character's name, which for letters is its script."""
    return unicodedata.name(character, "").split(" ")[0] if character else ""
