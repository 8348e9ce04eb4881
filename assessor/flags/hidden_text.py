"""Characters that hide text: a reader does not see it, and a judge does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from assessor.counting import plural
from assessor.flags.flag import Sighting, sighting
from assessor.flags.mixed_script import script_of

# A flag emoji of a region is spelt with tag characters: the one honest use of them.
_FLAG_EMOJI = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
_TAGS = re.compile("[\U000e0000-\U000e007f]+")
_OVERRIDE = re.compile("[\u202d\u202e]")
_TERMINAL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]+")
_SELECTORS = re.compile(
    "[\U000e0100-\U000e01ef\ufe00-\ufe0f]{2,}|(?<=[A-Za-z])[\U000e0100-\U000e01ef]+"
)
_PILE = re.compile("(?:[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]){5}")
_BLANK_LINES = re.compile(r"\n(?:[ \t\u00a0]*+\r?\n){24}")
_BLANK = r"[ \t\u00a0\u2000-\u200a\u3000]"
_BLANK_SPACE = re.compile(rf"(?<!{_BLANK}){_BLANK}{{120,}}+(?=\S)")
_EMPTY = re.compile(
    "[\u200b\u2060-\u2064\ufeff\u180e\u115f\u1160\u3164\uffa0\u2800\u034f\u00ad\u200c\u200d]+"
)
# Word breaks in scripts that write no spaces, and joiners in scripts that shape with them.
_SPACELESS = ("THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN", "CJK", "HIRAGANA", "KATAKANA")
_JOINING = (
    "ARABIC", "SYRIAC", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA",
    "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "THAANA", "NKO",
    "HEBREW", "TIBETAN", "JAVANESE", "BALINESE",
)  # fmt: skip


def hidden_text(answer: str) -> Iterator[Sighting]:
    """Yield a flag for each way in which `answer` holds text that a reader would not see."""
    if answer.isascii():
        yield from _matches(answer, ((_TERMINAL, "control characters"),))
    else:
        yield from _tags(answer)
        yield from _empty(answer)
        yield from _matches(
            answer,
            (
                (_TERMINAL, "control characters"),
                (_OVERRIDE, "text turned round by a direction override"),
                (_SELECTORS, "invisible variation selectors"),
                (_PILE, "a pile of combining marks"),
            ),
        )
    yield from _matches(
        answer.rstrip(),
        ((_BLANK_LINES, "text far below blank lines"), (_BLANK_SPACE, "text behind long blanks")),
    )


def _matches(answer: str, table: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[Sighting]:
    for pattern, why in table:
        if found := pattern.search(answer):
            end = min(len(answer), found.end() + 40)
            yield sighting(why, answer, found.start(), end)


def _tags(answer: str) -> Iterator[Sighting]:
    honest = {found.start() + 1 for found in _FLAG_EMOJI.finditer(answer)}
    for found in _TAGS.finditer(answer):
        if found.start() not in honest:
            why = f"invisible tag characters that spell {_untag(found.group())!r}"
            yield sighting(why, answer, found.start(), found.end())
            return


def _untag(tags: str) -> str:
    return "".join(chr(ord(c) - 0xE0000) for c in tags if 0xE0020 <= ord(c) < 0xE007F)[:40]


def _empty(answer: str) -> Iterator[Sighting]:
    """Flag runs of empty characters, many of them, or several inside words.

    One or two are what editors and word processors leave behind when text is pasted.
    """
    seen: list[tuple[int, int]] = []
    inside = longest = total = hyphens = 0
    for found in _EMPTY.finditer(answer):
        start, end = found.span()
        before, after = answer[start - 1 : start], answer[end : end + 1]
        if start == 0 or _is_shaping(found.group(), before, after):
            longest = max(longest, 0 if end - start < 3 else end - start)
            continue
        if set(found.group()) == {"\u00ad"}:
            hyphens += 1
            continue
        seen.append((start, end))
        total += end - start
        longest = max(longest, end - start)
        inside += _is_word(before) and _is_word(after)
    if longest >= 3 or total >= 4 or inside >= 2:
        first = seen[0] if seen else next(_EMPTY.finditer(answer)).span()
        around = (max(0, first[0] - 10), min(len(answer), first[1] + 30))
        why = plural(max(total, longest), "invisible character")
        yield sighting(why, answer, *around)
    elif hyphens >= 5 and hyphens * 12 > len(answer):
        yield sighting("soft hyphens everywhere", answer, 0, len(answer))


def _is_shaping(run: str, before: str, after: str) -> bool:
    if len(run) > 2:
        return False
    scripts = {script_of(before), script_of(after)}
    if run[0] == "\u200b" and scripts & set(_SPACELESS):
        return True
    emoji = any(c and (unicodedata.category(c) in {"So", "Sk"} or c == "\ufe0f") for c in before)
    return run[0] in "\u200c\u200d" and (emoji or script_of(before) in _JOINING)


def _is_word(character: str) -> bool:
    return character.isalpha()
