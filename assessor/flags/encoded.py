"""Text in a code that a machine reads and a person does not."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise

from assessor.flags.flag import Sighting, sighting
from assessor.flags.reading import kinds_of
from assessor.flags.sought import Sought
from assessor.flags.word_kinds import PLAIN, WORDS, Act, words

_BLOB = re.compile(r"(?<![\w/+.:-])[A-Za-z0-9+/_-]{16,}={0,2}(?![\w/+])")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0[xX])?(?:[0-9A-Fa-f]{2}[ :,-]?){8,}(?![0-9A-Za-z])")
_BITS = re.compile(r"(?<!\d)(?:[01]{7,8}[ ,_-]?){4,}(?!\d)")
_CODES = re.compile(r"(?<!\d)(?:\d{2,3}[ ,;-]{1,2}){7,}\d{2,3}(?!\d)")
_ESCAPES = Sought(
    r"(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2}|&#x?[0-9a-fA-F]{2,5};){5,}",
    *("\\", "%", "&#"),
)
MORSE = 10
_MORSE = re.compile(rf"(?:[.\u00b7-]{{1,5}}[ /|]{{1,3}}){{{MORSE},}}")
_DIGIT = re.compile(r"\d")
# Two letters alone, of the ten that `_SPACED` takes; it begins with what is rare in a text.
_APART = re.compile(r"[ ._\-*|]\w[ ._\-*|]{1,3}\w[ ._\-*|]")
_SPACED = re.compile(r"(?:(?<!\w)[^\W_][ ._\-*|]{1,3}){9,}[^\W_](?!\w)")
# Three words and more, each spelt with something between its letters.
_WORDS_APART = re.compile(
    r"(?<!\w)(?:[A-Za-z]([._*\-|~])(?:[A-Za-z]\1){0,14}[A-Za-z][ \n]{1,3}){2,}[A-Za-z]\1"
    r"(?:[A-Za-z]\1){0,14}[A-Za-z](?!\w)"
)
_SPEECH = words("the and to of is that this for it in you as be with are a my on")


def encoded(answer: str) -> Iterator[Sighting]:
    """Yield at most one flag: the first piece of `answer` that decodes to words."""
    place = _blobs(answer) or _escapes(answer) or _spaced(answer) or _shifted(answer)
    if place:
        why, start, end = place
        yield sighting(why, answer, start, end)


def _blobs(answer: str) -> tuple[str, int, int] | None:
    for pattern, decode, why in _DECODERS if _DIGIT.search(answer) else _DECODERS[:2]:
        for found in pattern.finditer(answer):
            if _is_text(decode(found.group()[:4000])):
                return why, found.start(), found.end()
    for found in _BLOB.finditer(answer):
        if _is_opaque(found.group()):
            return "a long coded block", found.start(), found.end()
    return None


def _escapes(answer: str) -> tuple[str, int, int] | None:
    if found := _ESCAPES.search(answer):
        return "escaped characters", found.start(), found.end()
    # As many pauses as Morse code has: most answers have not, and that is soon counted.
    if sum(map(answer.count, ".\u00b7-")) < MORSE:
        return None
    for found in _MORSE.finditer(answer):
        # Ruled lines and tables are dashes too.
        if len(set(re.findall(r"[.\u00b7-]+", found.group()))) >= 5:
            return "Morse code", found.start(), found.end()
    return None


def _from_base64(text: str) -> str:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    plain = plain[: len(plain) - (len(plain) % 4 == 1)]
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _from_hex(text: str) -> str:
    digits = re.sub(r"(?i)^0x|[^0-9a-f]", "", text)
    return bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "replace")


def _from_bits(text: str) -> str:
    return "".join(chr(int(bits, 2)) for bits in re.findall(r"[01]{7,8}", text))


def _from_codes(text: str) -> str:
    return "".join(chr(int(code)) for code in re.findall(r"\d+", text))


_DECODERS = (
    (_BLOB, _from_base64, "text in base64"),
    (_HEX, _from_hex, "text in hexadecimal"),
    (_BITS, _from_bits, "text in binary"),
    (_CODES, _from_codes, "text as character codes"),
)


def _is_text(decoded: str) -> bool:
    """Return whether what came out is words: letters, mostly small, and nothing unprintable."""
    if len(decoded) < 5 or (
        not decoded.isprintable() and not decoded.replace("\n", "").isprintable()
    ):
        return False
    if "\ufffd" in decoded:
        return False
    letters = sum(c.isalpha() or c == " " for c in decoded)
    return letters * 10 >= len(decoded) * 8


def _is_opaque(block: str) -> bool:
    if len(block) < 40 or "/" in block[:2]:
        return False
    changes = sum(
        a.isdigit() != b.isdigit() or a.isupper() != b.isupper() for a, b in pairwise(block)
    )
    return (
        changes * 4 > len(block)
        and any(map(str.isdigit, block))
        and any(map(str.isupper, block))
        and any(map(str.islower, block))
    )


def _spaced(answer: str) -> tuple[str, int, int] | None:
    """Find letters set apart that spell words of marking."""
    apart = sum(map(answer.count, "._*-|~")) >= 3
    for found in _WORDS_APART.finditer(answer) if apart else ():
        spelt = {re.sub(r"[\W_]", "", word) for word in found.group().lower().split()}
        if len(spelt) >= 3 and max(map(len, spelt)) >= 4:
            return "letters set apart", found.start(), found.end()
    for found in _SPACED.finditer(answer) if _APART.search(answer) else ():
        letters = re.sub(r"[\W_]", "", found.group()[:4000].lower())
        if _known(letters) >= 2:
            return "letters set apart", found.start(), found.end()
    return None


def _known(letters: str) -> int:
    count = place = 0
    while place < len(letters):
        length = next((n for n in range(12, 3, -1) if _is_known(letters[place : place + n], n)), 0)
        count += bool(length)
        place += length or 1
    return count


def _is_known(word: str, length: int) -> bool:
    return len(word) == length and bool(kinds_of(word) & _MARKING)


_MARKING = frozenset(
    {Act.DROP, Act.RULES, Act.GIVE, Act.MARKS, Act.JARGON, Act.FULL, Act.ANSWER, Act.PRIOR}
)


def _shifted(answer: str) -> tuple[str, int, int] | None:
    """Find a sentence that is English only when read backwards or with its alphabet moved."""
    for found in _CLAUSE.finditer(answer[:20_000]):
        plain = re.findall(r"[a-z]+", found.group().lower())
        if len(plain) < 4 or sum(word in _SPEECH for word in plain) * 5 >= len(plain):
            continue
        if why := _reads(set(plain)):
            return why, found.start(), found.end()
    return None


_CLAUSE = re.compile(r"[^.!?:\n]{12,600}")


def _reads(different: set[str]) -> str:
    """Return how words must be read to be mostly those of marking or the small ones of English.

    "" where they are so in no way. Each word is looked up once, and not read in each way.
    """
    spelt = _spelt()
    of_marking, known = Counter[int](), Counter[int]()
    for word in different:
        for way, is_of_marking in spelt.get(word, ()):
            known[way] += 1
            of_marking[way] += is_of_marking
    ways = [
        way
        for way, count in known.items()
        if of_marking[way] >= 2 and count >= 4 and count * 2 >= len(different)
    ]
    if not ways:
        return ""
    return "words turned round" if min(ways) == 0 else "letters changed for others"


@cache
def _spelt() -> Mapping[str, Sequence[tuple[int, bool]]]:
    """The known words as they are written in each way: turned round, by each moved alphabet."""
    marking, small = _english()
    spelt: dict[str, list[tuple[int, bool]]] = {}
    for word in marking | small:
        for way, written in enumerate((word[::-1], *map(word.translate, _WRITTEN))):
            spelt.setdefault(written, []).append((way, word in marking))
    return spelt


@cache
def _english() -> tuple[frozenset[str], frozenset[str]]:
    kinds = (*PLAIN.values(), *(WORDS[kind] for kind in _SPELT))
    known = frozenset(word for each in kinds for word in each.split() if word.isascii())
    return known - _SPEECH, _SPEECH


_SPELT = (
    *(Act.RULES, Act.FULL, Act.MARKS, Act.CRITERIA, Act.JARGON),
    *(Act.MET, Act.ANSWER, Act.ALL, Act.PRIOR),
)


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
# The ways to write; each is read by the one that leads back.
_WRITTEN = (
    str.maketrans(_LETTERS[::-1], _LETTERS),
    *(str.maketrans(_LETTERS[by:] + _LETTERS[:by], _LETTERS) for by in range(1, 26)),
)
