"""Names, ids and e-mail addresses of the class inside answers: found, and covered where wished.

What is covered keeps its length, so that every offset stays what it was: a quote of the covered
text is one of the student's own words.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from assessor.evidence import locate
from assessor.rubric.model import Rubric
from assessor.submission import Submission

COVER = "█"
Conceal = Callable[[str], str]

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")
# What stands between the parts of a name or login that is written as one word.
_FAR_APART = re.compile(r"[\W_]+")
# What no space parts, and how many pieces of it are looked at as one name or id.
_RUN, _MOST_PIECES = re.compile(r"[^\W_][\w'’./:+-]*"), 6
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LETTER = re.compile(r"[\s\S][\u0300-\u036f\u1160-\u11ff\u3099\u309a]*")
# A shorter part of a name or an id is too likely an ordinary word or number.
_LEAST_PART, _LEAST_ID = 3, 5
# A login that more answers use than these, or than one in ten, is an ordinary word.
_FEW_USES, _FEW_OF = 2, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The class as it may stand in an answer; `common` are words that say nobody's name here.

    `parts` are the parts of all names, `pairs` each name's parts that may stand side by side, `ids`
    the ids and addresses, all case-folded and without accents; `joined` are whole names and logins
    as one word, however they are written; `unspaced` are whole names in letters that no space
    parts.
    """

    parts: AbstractSet[str]
    pairs: AbstractSet[tuple[str, str]]
    ids: AbstractSet[str]
    joined: AbstractSet[str]
    unspaced: AbstractSet[str]
    common: AbstractSet[str] = field(repr=False)
    _pieces: AbstractSet[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # An id that is one piece, as most are, is not held a second time.
        pairs = itertools.chain.from_iterable(self.pairs)
        names = itertools.chain(self.parts, self.ids, self.joined, pairs)
        found = (piece for name in names for piece in _PIECE.findall(name))
        object.__setattr__(self, "_pieces", {each for each in found if each not in self.ids})

    def found_in(self, text: str) -> tuple[tuple[int, int], ...]:
        """Return the spans of names, ids and addresses in `text`, in order, none overlapping."""
        bare = _bare(text)
        if len(bare) == len(text) and unicodedata.is_normalized("NFC", text):
            return self._found(bare)  # Sign for sign.
        composed, places = _composed(text)
        return tuple((places[a], places[b]) for a, b in self._found(composed))

    def _found(self, text: str) -> tuple[tuple[int, int], ...]:
        spans = list(self._within(text)) if self.unspaced else []
        pieces = _PIECE.findall(text.casefold())
        if (
            not spans
            and "@" not in text
            and self._pieces.isdisjoint(pieces)
            and self.ids.isdisjoint(pieces)
        ):
            return ()  # As in most answers: nothing that any name or id is made of.
        spans += [match.span() for match in _ADDRESS.finditer(text)]
        for one, other in _side_by_side(text, self.pairs):
            written = _begins_a_name(one.group()) and _begins_a_name(other.group())
            if written or self._is_whole_name(text, one, other):
                spans += [one.span(), other.span()]
        for run in _RUN.finditer(text):
            spans += self._in_run(run.group(), run.start())
        return _joined(spans)

    def _within(self, text: str) -> Iterable[tuple[int, int]]:
        """Yield where whole names stand in what no space parts, as in "田中太郎さんは"."""
        lengths = sorted({len(each) for each in self.unspaced})
        for run in _PIECE.finditer(text):
            if text[run.start() : run.end()].isascii():
                continue
            for start in range(run.start(), run.end()):
                for end in (start + each for each in lengths if start + each <= run.end()):
                    if text[start:end] in self.unspaced:
                        yield start, end

    def _in_run(self, run: str, start: int) -> Iterable[tuple[int, int]]:
        """Yield where names and ids stand in what no space parts, as in "s_12345" or "Ana.Then"."""
        pieces = [each.span() for each in _PIECE.finditer(run)]
        for place, (begin, _) in enumerate(pieces):
            for _, end in reversed(pieces[place : place + _MOST_PIECES]):
                part = run[begin:end]
                folded = part.casefold()
                whole = _FAR_APART.sub("", folded)
                if folded in self.ids or whole in self.joined or self._is_name(part, folded):
                    yield start + begin, start + end
                    break

    def conceal(self, text: str) -> str:
        """Return `text` with all that was found covered, character for character."""
        for start, end in self.found_in(text):
            text = text[:start] + COVER * (end - start) + text[end:]
        return text

    def _is_whole_name(self, text: str, one: re.Match[str], other: re.Match[str]) -> bool:
        """First and last name in small letters count where no sentence ends between them.

        And where not both are words that are written small for themselves.
        """
        pair = {one.group().casefold(), other.group().casefold()}
        telling = {each for each in pair if len(each) >= _LEAST_PART}
        return text[one.end() : other.start()].strip() in {"", ","} and not telling <= self.common

    def _is_name(self, word: str, folded: str) -> bool:
        """A lone part of a name counts where it is written as one and is no word of the class."""
        folded = folded.removesuffix("'s").removesuffix("’s")
        return word[:1].isupper() and folded in self.parts and folded not in self.common


def people_of(submissions: Sequence[Submission], rubric_words: str) -> People:
    """Return the class's names, ids and addresses.

    Words that the rubric uses, or that some answer writes small, are words and not names: a student
    called May, or Darwin in a question about Darwin.
    """
    parts: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    ids: set[str] = set()
    joined: set[str] = set()
    logins: set[str] = set()
    unspaced: set[str] = set()
    for each in submissions:
        called = (each.student_id, *each.known_as)
        for name in (each.name, *filter(_is_written_out, called)):
            # Split before it is folded: a folded İ is two signs, of which one is no letter.
            own = [word.casefold() for word in _WORD.findall(_bare(name))]
            halves = [word.casefold() for word in _PIECE.findall(_bare(name))]  # with a hyphen
            unspaced.update(_unspaced(halves))
            parts.update(word for word in (*own, *halves) if len(word) >= _LEAST_PART)
            joined.update(_as_one_word(halves))
            pairs.update(
                (one, other)
                for one in (*own, *halves)
                for other in (*own, *halves)
                if one != other and len(one + other) > 3
            )
        for named in called:
            ids.update(_ids(named))
            logins.update(_login(named))
    used, small = _words_of((each.answer for each in submissions), pairs, logins)
    asked = {word.casefold() for word in _WORD.findall(_bare(rubric_words))}
    most = max(_FEW_USES, len(submissions) // _FEW_OF)
    return People(
        parts=parts,
        pairs=pairs,
        ids=ids,
        joined=(joined | {each for each in logins if used[each] <= most}) - asked,
        unspaced=unspaced - small - asked,
        common=small | asked,
    )


def _words_of(
    answers: Iterable[str], pairs: AbstractSet[tuple[str, str]], logins: set[str]
) -> tuple[Counter[str], set[str]]:
    """Return how many answers use each login as a word, and the words that some write small.

    A name that stands there whole is no use of its parts: who writes "zoe quast" writes a name.
    """
    used, words = Counter[str](), set[str]()
    named = set(itertools.chain.from_iterable(pairs))
    for answer in answers:
        bare = _bare(answer)
        found = _WORD.findall(bare)
        if not logins.isdisjoint(found):
            used.update(logins.intersection(found))
        if named.isdisjoint(found):
            words.update(found)
            continue
        whole = {each.start() for both in _side_by_side(bare, pairs) for each in both}
        words.update(m.group() for m in _WORD.finditer(bare) if m.start() not in whole)
    return used, {word.casefold() for word in words if word[:1].islower()}


def _side_by_side(
    text: str, pairs: AbstractSet[tuple[str, str]]
) -> Iterable[tuple[re.Match[str], re.Match[str]]]:
    """Yield each two words that follow one another in the text and are parts of one name."""
    for one, other in itertools.pairwise(_WORD.finditer(text)):
        pair = (one.group().casefold(), other.group().casefold())
        if pair in pairs or pair[::-1] in pairs:
            yield one, other


def class_people(submissions: Sequence[Submission], rubrics: Mapping[str, Rubric]) -> People:
    """Return the class's names, ids and addresses, beside the words of what it is asked."""
    return people_of(submissions, " ".join(map(str, rubrics.values())))


def counted(people: People, answers: Iterable[Submission]) -> dict[str, int]:
    """Return how many places each of these answers has, by student; those without are left out."""
    found: dict[str, int] = {}
    for each in answers:
        if count := len(people.found_in(each.answer)):
            found[each.student_id] = found.get(each.student_id, 0) + count
    return found


def uncovered(quote: str, sent: str, own: str) -> str:
    """Return the student's own words for a quote of the covered text; `quote` where it is none."""
    if COVER not in quote or len(sent) != len(own):
        return quote
    span = locate(quote, sent).span
    return quote if span is None else own[span.start : span.end]


def _begins_a_name(word: str) -> bool:
    """Return whether a word is written with a capital, or in letters that know none."""
    return word[:1].isalpha() and word[:1] == word[:1].title()


def _unspaced(parts: Sequence[str]) -> Iterable[str]:
    """Yield a whole name as it is written in Han, kana or Hangul, family name first or last."""
    for whole in ("".join(parts), "".join(reversed(parts))):
        if len(whole) >= _LEAST_PART and all(map(_is_wide, whole)):
            yield whole


def _as_one_word(parts: Sequence[str]) -> Iterable[str]:
    """Yield first and last name written together, as in "ZoeQuast" or "quast.zoe"."""
    ends = [parts[0], parts[-1]] if len(parts) > 1 else []
    if ends and all(len(each) >= _LEAST_PART for each in ends):
        yield from {"".join(parts), "".join(ends), "".join(reversed(ends))}


def _login(called: str) -> Iterable[str]:
    """Yield what is one word in letters of one kind, as nobody's name is written."""
    one = called.islower() or called.isupper()
    if one and len(called) >= _LEAST_ID and _is_written_out(called) and not called.split()[1:]:
        yield _FAR_APART.sub("", _bare(called).casefold())


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) == "W"


def _is_written_out(called: str) -> bool:
    """Return whether it is a name, and no id or address."""
    return "@" not in called and not any(c.isdigit() for c in called)


def _ids(student_id: str) -> Iterable[str]:
    """An id is looked for where it cannot be an ordinary word: with a digit, or an address."""
    folded = _bare(student_id).casefold()
    folded = student_id if folded == student_id else folded  # One of the two is enough to hold.
    if len(folded) >= _LEAST_ID and any(c.isdigit() for c in folded):
        yield folded
    if "@" in folded and len(local := folded.partition("@")[0]) >= _LEAST_ID:
        yield local


def _bare(text: str) -> str:
    """Return `text` with no accents and other marks, no unseen signs, and letters of one form.

    So what is a word stays one: a vowel sign is no letter to `re`, nor is a soft hyphen. And one
    name is one, whoever leaves out its accents or the capital's dot.
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).translate(_BARE)


class _Bare(dict[int, str | None]):
    """What is left of each sign, looked up once: never more than one."""

    def __missing__(self, code: int) -> str | None:
        sign = chr(code)
        if unicodedata.category(sign) in {"Mn", "Mc", "Me", "Cf"}:
            self[code] = None
            return None
        parts = unicodedata.normalize("NFD", sign)
        if all("\u0300" <= mark <= "\u036f" for mark in parts[1:]):
            sign = parts[0]
        plain, _, stroke = unicodedata.name(sign, "").partition(" WITH ")
        if stroke == "STROKE" and plain.startswith("LATIN"):  # No mark to Unicode, as in Soren.
            sign = unicodedata.lookup(plain)
        if unicodedata.decomposition(sign).startswith(("<wide>", "<narrow>")):
            sign = unicodedata.normalize("NFKC", sign)
        # Of two small letters with one capital, as i with a dot and without, one is taken.
        small = sign.upper().lower()
        self[code] = small if sign.islower() and len(small) == 1 else sign
        return self[code]


_BARE = _Bare()


def _composed(text: str) -> tuple[str, list[int]]:
    """Return `text` bare, and where each place of that stood in it."""
    parts, places = list[str](), list[int]()
    for found in _LETTER.finditer(text):
        parts.append(_bare(found.group()))
        places += [found.start()] * len(parts[-1])
    return "".join(parts), [*places, len(text)]


def _joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(set(spans)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)
