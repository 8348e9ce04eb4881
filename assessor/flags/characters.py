"""Characters that hide text or pass for other characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from assessor.flags.flag import Flag, FlagCode, raise_flag

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


def hidden_text(answer: str) -> Iterator[Flag]:
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


def _matches(answer: str, table: tuple[tuple[re.Pattern[str], str], ...]) -> Iterator[Flag]:
    for pattern, why in table:
        if found := pattern.search(answer):
            end = min(len(answer), found.end() + 40)
            yield raise_flag(FlagCode.HIDDEN_TEXT, why, answer, found.start(), end)


def _tags(answer: str) -> Iterator[Flag]:
    honest = {found.start() + 1 for found in _FLAG_EMOJI.finditer(answer)}
    for found in _TAGS.finditer(answer):
        if found.start() not in honest:
            why = f"invisible tag characters that spell {_untag(found.group())!r}"
            yield raise_flag(FlagCode.HIDDEN_TEXT, why, answer, found.start(), found.end())
            return


def _untag(tags: str) -> str:
    return "".join(chr(ord(c) - 0xE0000) for c in tags if 0xE0020 <= ord(c) < 0xE007F)[:40]


def _empty(answer: str) -> Iterator[Flag]:
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
        why = f"{max(total, longest)} invisible characters"
        yield raise_flag(FlagCode.HIDDEN_TEXT, why, answer, *around)
    elif hyphens >= 5 and hyphens * 12 > len(answer):
        yield raise_flag(FlagCode.HIDDEN_TEXT, "soft hyphens everywhere", answer, 0, len(answer))


def _is_shaping(run: str, before: str, after: str) -> bool:
    if len(run) > 2:
        return False
    scripts = {_script(before), _script(after)}
    if run[0] == "\u200b" and scripts & set(_SPACELESS):
        return True
    emoji = any(c and (unicodedata.category(c) in {"So", "Sk"} or c == "\ufe0f") for c in before)
    return run[0] in "\u200c\u200d" and (emoji or _script(before) in _JOINING)


def _is_word(character: str) -> bool:
    return character.isalpha()


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    """Return the first word of a character's name, which for letters is its script."""
    return unicodedata.name(character, "").split(" ")[0] if character else ""


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


def mixed_script(answer: str) -> Iterator[Flag]:
    """Yield a flag when words are spelt with letters of another script that look the same."""
    if answer.isascii():
        return
    latin = sum(c.isascii() and c.isalpha() for c in answer)
    mostly_latin = latin * 2 > sum(c.isalpha() for c in answer)
    words = [m.span() for m in _WORD.finditer(answer) if _is_disguised(m.group(), mostly_latin)]
    # A slip of the keyboard leaves a Latin letter in a Cyrillic word now and then.
    if len(words) >= (1 if mostly_latin else 3):
        why = "a word mixes look-alike letters of two scripts"
        yield raise_flag(FlagCode.MIXED_SCRIPT, why, answer, *words[0])
    fancy = [m.span() for m in _FANCY.finditer(answer)]
    if len(fancy) >= 2 and not _has_wide_script(answer):
        why = "words in letters that only look like letters"
        yield raise_flag(FlagCode.MIXED_SCRIPT, why, answer, fancy[0][0], fancy[-1][1])


def _has_wide_script(answer: str) -> bool:
    return any(_script(c) in {"CJK", "HIRAGANA", "KATAKANA", "HANGUL"} for c in answer)


def _is_disguised(word: str, mostly_latin: bool) -> bool:
    if word.isascii() or len(word) < 3:
        return False
    alike = [i for i, c in enumerate(word) if c in _LIKE]
    if not alike:
        return False
    latin = sum(_script(c) == "LATIN" and c not in _LIKE for c in word)
    if len(alike) + latin < len(word):
        return False
    if not latin:
        return mostly_latin and len(word) >= 4 and _script(word[0]) == "CYRILLIC"
    if any(_script(word[i]) != "GREEK" for i in alike):
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
