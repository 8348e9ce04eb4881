"""Borders: cells in doubt of one key point, put together by what is unclear in them. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.candidates import stems_of
from assessor.digest import digest
from assessor.rubric import ABSENT, Rubric
from assessor.rulings.doubt import Doubt

# Two groups are about one thing from here on: measured on the shipped class, whose borders a person
# named before (see docs/rulings.md).
ALIKE = 0.12
# A quote says less of what is unclear than the reason that was given.
QUOTE_WEIGHT = 0.5
# More cells than these of one key point between the same levels are not compared pair by pair.
MOST = 150
_ID_LENGTH = 12

Weights = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Border:
    """What one question to the instructor would be about; `cases` stand heaviest first.

    `lower` and `upper` are the levels on its two sides.
    """

    question: str
    cell: str
    lower: str
    upper: str
    cases: tuple[Doubt, ...]

    @property
    def id(self) -> str:
        """What names it on a page and in a form."""
        about = [self.question, self.cell, self.upper, sorted(map(list, self.bounds))]
        return digest("border", about).rpartition(":")[2][:_ID_LENGTH]

    @property
    def bounds(self) -> frozenset[tuple[str, str, int, str]]:
        """The answers that stand on it."""
        return frozenset(each.bound for each in self.cases)

    @property
    def weight(self) -> float:
        """The points that may move by it."""
        return sum(each.weight for each in self.cases)

    @property
    def answers(self) -> int:
        """How many students' answers it is about."""
        return sum(each.copies for each in self.cases)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the readings said is missing, each once."""
        return tuple(dict.fromkeys(each.gap for each in self.cases if each.gap))


def borders_of(rubric: Rubric, question: str, cases: Sequence[Doubt]) -> tuple[Border, ...]:
    """Return the borders of a question, those that move most points first."""
    together: dict[tuple[str, int], list[Doubt]] = {}
    for case in cases:
        together.setdefault((case.cell, case.place), []).append(case)
    found = []
    for (cell, place), own in together.items():
        levels = (ABSENT, *rubric.levels_of(cell))
        heaviest = sorted(own, key=lambda each: (-each.weight, each.submission.answer_digest))
        for group in _grouped(heaviest[:MOST], rubric.language):
            found.append(
                Border(
                    question=question,
                    cell=cell,
                    lower=levels[place],
                    upper=levels[place + 1],
                    cases=tuple(group),
                )
            )
    return tuple(sorted(found, key=lambda each: (-each.weight, each.id)))


def likeness(one: Sequence[str], other: Sequence[str], language: str) -> float:
    """Return how far two sets of texts speak of the same, 0 to 1: the cosine of their stems."""
    counts = [Counter(s for text in texts for s in _told(text, language)) for texts in (one, other)]
    return _cosine(*counts)


def _grouped(cases: Sequence[Doubt], language: str) -> list[list[Doubt]]:
    """Join the two most alike groups as long as they are alike: average link."""
    vectors = _vectors(cases, language)
    likes = [[_cosine(one, other) for other in vectors] for one in vectors]
    groups = [[place] for place in range(len(cases))]
    while len(groups) > 1:
        best, pair = 0.0, (0, 0)
        for first, one in enumerate(groups):
            for second in range(first + 1, len(groups)):
                mean = _mean(likes, one, groups[second])
                if mean > best:
                    best, pair = mean, (first, second)
        if best < ALIKE:
            break
        groups[pair[0]] += groups.pop(pair[1])
    return [[cases[place] for place in sorted(group)] for group in groups]


def _mean(likes: Sequence[Sequence[float]], one: Sequence[int], other: Sequence[int]) -> float:
    return sum(likes[a][b] for a in one for b in other) / (len(one) * len(other))


def _vectors(cases: Sequence[Doubt], language: str) -> list[Weights]:
    """Weigh each case's words by how few of the others have them."""
    told = [
        (Counter(_told(each.gap, language)), Counter(_told(" ".join(each.quotes), language)))
        for each in cases
    ]
    spread = Counter(stem for gap, quotes in told for stem in {*gap, *quotes})
    rare = {stem: math.log(1 + len(cases) / count) for stem, count in spread.items()}
    return [
        {
            stem: rare[stem] * (min(gap[stem], 1) + QUOTE_WEIGHT * min(quotes[stem], 1))
            for stem in {*gap, *quotes}
        }
        for gap, quotes in told
    ]


def _told(text: str, language: str) -> list[str]:
    """Return the stems that can tell one matter from another: short ones are everybody's."""
    return [stem for stem in stems_of(text, language[:2].lower()) if len(stem) > 2]


def _cosine(one: Weights, other: Weights) -> float:
    shared = sum(one[stem] * other[stem] for stem in one.keys() & other.keys())
    lengths = math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
    return shared / lengths if lengths else 0.0
