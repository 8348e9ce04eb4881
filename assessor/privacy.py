"""Names, ids and e-mail addresses of the class inside answers: found, and covered where wished.

What is covered keeps its length, so that every offset stays what it was: a quote of the covered
text is one of the student's own words.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
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
# What no space parts, and how many pieces of it are looked at as one name or id.
_RUN, _MOST_PIECES = re.compile(r"[^\W_][\w'’./:+-]*"), 6
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LETTER = re.compile(r"[\s\S][\u0300-\u036f\u1160-\u11ff\u3099\u309a]*")
# A shorter part of a name or an id is too likely an ordinary word or number.
_LEAST_PART, _LEAST_ID = 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The class as it may stand in an answer; `common` are words that say nobody's name here.

    `parts` are the parts of all names, `pairs` each name's parts that may stand side by side, `ids`
    the ids and addresses, all case-folded; `unspaced` are whole names in letters that no space
    parts.
    """

    parts: AbstractSet[str]
    pairs: AbstractSet[tuple[str, str]]
    ids: AbstractSet[str]
    unspaced: AbstractSet[str]
    common: AbstractSet[str] = field(repr=False)
    _pieces: AbstractSet[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # An id that is one piece, as most are, is not held a second time.
        names = itertools.chain(self.parts, self.ids, itertools.chain.from_iterable(self.pairs))
        found = (piece for name in names for piece in _PIECE.findall(name))
        object.__setattr__(self, "_pieces", {each for each in found if each not in self.ids})

    def found_in(self, text: str) -> tuple[tuple[int, int], ...]:
        """Return the spans of names, ids and addresses in `text`, in order, none overlapping."""
        if text.isascii() or text == _bare(text):
            return self._found(text)
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
        words = [(match.group(), match.span()) for match in _WORD.finditer(text)]
        for (word, span), (follows, other) in itertools.pairwise(words):
            written = _begins_a_name(word) and _begins_a_name(follows)
            pair = (word.casefold(), follows.casefold())
            if written and (pair in self.pairs or pair[::-1] in self.pairs):
                spans += [span, other]
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
                if folded in self.ids or self._is_name(part, folded):
                    yield start + begin, start + end
                    break

    def conceal(self, text: str) -> str:
        """Return `text` with all that was found covered, character for character."""
        for start, end in self.found_in(text):
            text = text[:start] + COVER * (end - start) + text[end:]
        return text

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
    unspaced: set[str] = set()
    used: set[str] = set()
    for each in submissions:
        for called in (each.name, *filter(_is_written_out, each.known_as)):
            name = _bare(called)
            # Split before it is folded: a folded İ is two signs, of which one is no letter.
            own = [word.casefold() for word in _WORD.findall(name)]
            halves = [word.casefold() for word in _PIECE.findall(name)]  # of a name with a hyphen
            unspaced.update(_unspaced(halves))
            parts.update(word for word in (*own, *halves) if len(word) >= _LEAST_PART)
            pairs.update(
                (one, other)
                for one in own
                for other in own
                if one != other and len(one + other) > 3
            )
        for named in (each.student_id, *each.known_as):
            ids.update(_ids(named))
        used.update(_WORD.findall(each.answer))
    small = {word.casefold() for word in _WORD.findall(rubric_words)}
    small.update(word for word in used if word[:1].islower())
    return People(
        parts=parts,
        pairs=pairs,
        ids=ids,
        unspaced=unspaced - small,
        common=small,
    )


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
    """Return `text` with accents joined to their letters, and no other marks nor unseen signs.

    So what is a word stays one: a vowel sign is no letter to `re`, nor is a soft hyphen.
    """
    return unicodedata.normalize("NFC", text).translate(_BARE)


class _Bare(dict[int, int | None]):
    """What is left of each sign, looked up once."""

    def __missing__(self, code: int) -> int | None:
        unseen = unicodedata.category(chr(code)) in {"Mn", "Mc", "Me", "Cf"}
        self[code] = None if unseen else code
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
