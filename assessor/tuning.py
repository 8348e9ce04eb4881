"""The next edit at hand: what hand-graded answers say that the rubric does not yet. No model.

A phrasing is taken from one student's answer and checked on the others; how much the best of
several useless edits would seem to help is said beside it. Source: method.md §7.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.rubric import CellKind, Rubric
from assessor.rubric.phrasings import Phrasings, phrasings
from assessor.verdict import Finding

# Share of a phrase's words that a sentence must hold to say it in nearly the same words.
ALIKE = 0.6
FEWEST_SHARED = 3
SHORTEST, LONGEST = 3, 30
PER_CELL = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answer by a person and by the judge: levels per cell, counted from 0 (absent)."""

    student: str
    answer: str
    human: Mapping[str, int]
    judge: Mapping[str, int]
    findings: Mapping[str, Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """The same cell as both saw it: the passage that tells most, and what the judge said."""

    cell: str
    student: str
    human: int
    judge: int
    passage: str
    quotes: tuple[str, ...]
    gap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A phrasing for one list of one cell, and what it would meet in answers it is not from.

    `helps` counts other answers missed in the same way that say nearly the same; `harms` those
    that do and that the person decided the other way; `of` is how many others were looked at.
    """

    cell: str
    where: Phrasings
    phrase: str
    student: str
    helps: int
    harms: int
    of: int
    considered: int

    @property
    def gain(self) -> float:
        """The share of other answers that it would mend, less those it would spoil."""
        return (self.helps - self.harms) / self.of if self.of else 0.0

    @property
    def by_luck(self) -> float:
        """What the best of as many useless edits would seem to gain (see `overfit`)."""
        changed = (1 + self.helps + self.harms) / (self.of + 1)
        return overfit(self.considered, changed, self.of + 1)


def overfit(considered: int, changed: float, answers: int) -> float:
    """Return √(2 ln m · d/n): what the best of `considered` useless edits is expected to gain.

    `changed` is the share of cells that an edit changes, `answers` how many it is measured on.
    """
    if considered < 2 or answers < 1:
        return 0.0
    return math.sqrt(2 * math.log(considered) * max(changed, 0.0) / answers)


def partings_of(rubric: Rubric, seen: Sequence[Seen], cell: str) -> tuple[Apart, ...]:
    """Return the answers on which person and judge part in a cell, widest apart first."""
    found = []
    for each in seen:
        if cell not in each.human or each.human[cell] == each.judge[cell]:
            continue
        finding = each.findings[cell]
        quotes = tuple(span.text for span in finding.evidence) or finding.claimed_quotes
        passages = _passages(rubric, each, cell)
        found.append(
            Apart(
                cell=cell,
                student=each.student,
                human=each.human[cell],
                judge=each.judge[cell],
                passage=passages[0] if passages else "",
                quotes=quotes,
                gap=finding.gap,
            )
        )
    return tuple(sorted(found, key=lambda each: -abs(each.human - each.judge)))


def suggestions(
    rubric: Rubric, seen: Sequence[Seen], cell: str, most: int = PER_CELL
) -> tuple[Suggestion, ...]:
    """Return phrasings to add to a cell: missed ones to accept, wrongly credited ones to refuse.

    Those that would help most answers they were not taken from stand first; one that would do
    more harm than good there is left out.
    """
    candidates = [
        (each, where, phrase)
        for each in seen
        if cell in each.human and each.human[cell] != each.judge[cell]
        for where in (_where(each, cell),)
        for phrase in _passages(rubric, each, cell)[:2]
        if phrase not in phrasings(rubric, cell, where)
    ]
    found = [
        _checked(seen, each, cell, (where, phrase), len(candidates))
        for each, where, phrase in candidates
    ]
    good = [each for each in found if each.helps >= each.harms]
    missed = {where: [s for s, other, _ in candidates if other is where] for where in Phrasings}
    good.sort(key=lambda s: (s.harms - s.helps, -_common(s.phrase, missed[s.where])))
    chosen: list[Suggestion] = []
    for each in good:
        known = any(_says(each.phrase, other.phrase) for other in chosen)
        if not known and each.student not in {other.student for other in chosen}:
            chosen.append(each)
    return tuple(chosen[:most])


def _common(phrase: str, missed: Sequence[Seen]) -> float:
    """Return how much of a phrase's words the answers that were missed alike share with it."""
    wanted = _words(phrase)
    shares = [
        max((len(wanted & _words(each)) for each in sentences(answer)), default=0)
        for answer in {each.answer for each in missed}
    ]
    return sum(shares) / (len(wanted) or 1)


def _where(seen: Seen, cell: str) -> Phrasings:
    missed = seen.judge[cell] < seen.human[cell]
    return Phrasings.ACCEPTED if missed else Phrasings.NOT_ENOUGH


def _checked(
    seen: Sequence[Seen], source: Seen, cell: str, edit: tuple[Phrasings, str], considered: int
) -> Suggestion:
    where, phrase = edit
    others = [each for each in seen if each.student != source.student and cell in each.human]
    helps = harms = 0
    for each in others:
        if not says(each.answer, phrase):
            continue
        if each.human[cell] != each.judge[cell]:
            helps += _where(each, cell) is where
        elif where is Phrasings.ACCEPTED:
            harms += each.human[cell] == 0
        else:
            harms += each.human[cell] > 0
    return Suggestion(
        cell=cell,
        where=where,
        phrase=phrase,
        student=source.student,
        helps=helps,
        harms=harms,
        of=len(others),
        considered=considered,
    )


def says(answer: str, phrase: str) -> bool:
    """Return whether some sentence of `answer` says `phrase` in nearly the same words."""
    return any(_says(phrase, sentence) for sentence in sentences(answer))


def sentences(answer: str) -> tuple[str, ...]:
    """Return an answer's sentences, on one line each, long ones cut at their commas."""
    found: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", answer):
        whole = " ".join(sentence.split())
        parts = [whole] if len(whole.split()) <= LONGEST else re.split(r"(?<=[,;:])\s+", whole)
        found += [part for part in parts if len(part.split()) >= SHORTEST]
    return tuple(found)


def _passages(rubric: Rubric, seen: Seen, cell: str) -> tuple[str, ...]:
    """Return the passages of an answer that bear most on a cell, the most telling first.

    Where the judge gave too much, its own quotes are what misled it.
    """
    finding = seen.findings[cell]
    if seen.judge[cell] > seen.human[cell] and finding.evidence:
        return tuple(" ".join(span.text.split()) for span in finding.evidence)
    about = _words(" ".join(_about(rubric, cell)))
    claimed = " ".join(finding.claimed_quotes)
    telling = [each for each in sentences(seen.answer) if len(_words(each)) >= FEWEST_SHARED]
    ranked = sorted(
        telling,
        key=lambda each: (
            -len(_words(each) & about) / math.sqrt(len(_words(each)) or 1)
            - (1.0 if claimed and _says(each, claimed) else 0.0)
        ),
    )
    return tuple(each.strip(" .,;:") for each in ranked)


def _about(rubric: Rubric, cell: str) -> tuple[str, ...]:
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        wrong = rubric.misconception(cell)
        return (wrong.description, wrong.when, *wrong.accepted)
    point = rubric.key_point(cell)
    return (point.description, *(level.when for level in point.levels), *point.accepted)


def _says(phrase: str, sentence: str) -> bool:
    wanted = _words(phrase)
    shared = len(wanted & _words(sentence))
    return shared >= min(FEWEST_SHARED, len(wanted) or 1) and shared >= ALIKE * len(wanted)


_WORD = re.compile(r"[^\W\d_]{3,}")


def _words(text: str) -> frozenset[str]:
    """Return the beginnings of the longer words: a stem in most languages."""
    return frozenset(word.casefold()[:5] for word in _WORD.findall(text)) - _COMMON


_COMMON_WORDS = """
the and that this they them with for from have has had will would can could not are was its but
what which when there their then than just only also into because about should
der die das und ist nicht ein eine dass sie wird les des une que qui est los las por para
"""
_COMMON = frozenset(word[:5] for word in _COMMON_WORDS.split())
