"""What a hijacked reading can hardly avoid: evidence that does not bear on what it is to show.

Not by any word that a trick would use, but by how the quotes of an answer's credits lie: one
passage that carries several key points, nearly all of a long answer as one quote, credits all round
on passages without one of the words in which the rubric speaks of its matter, or on nothing but
sentences that speak of marking.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assessor.candidates import phrasings_of, stems_of
from assessor.counting import plural
from assessor.evidence import Span
from assessor.flags.flag import Sighting, sighting
from assessor.flags.reading import sentences, view_of
from assessor.flags.word_kinds import Act
from assessor.rubric.model import ABSENT, CellKind, Rubric
from assessor.verdict import Finding

# As many key points on one passage that has no word of the matter of any of them.
CARRIES = 3
# A quote as long as this share of an answer of so many words shows nothing in particular.
LONG_ANSWER, MOST_OF_IT = 60, 0.75
# Credits without one word of the rubric's matter.
WORDLESS = 2
# Credits whose quotes lie, but for so little, in sentences that speak of marking.
NEARLY_ALL = 0.9
_MARKING = frozenset(
    {Act.MARKS, Act.FULL, Act.GIVE, Act.RULES, Act.CRITERIA, Act.MET, Act.GRADING}
    | {Act.OUTCOME, Act.APPROVED, Act.WHO, Act.LENIENT, Act.STAFF, Act.DECIDED}
)
# What is shorter is a word of grammar in the languages that the stemmer knows.
_LEAST_WORD = 4
_WORD = re.compile(r"[^\W\d_]+")


def unbearing(answer: str, findings: Sequence[Finding], rubric: Rubric) -> Iterator[Sighting]:
    """Yield at most one flag on the evidence of an answer's credited key points."""
    credited = [
        each
        for each in findings
        if each.kind is CellKind.KEY_POINT and each.level != ABSENT and each.evidence
    ]
    if not credited:
        return
    for why, start, end in (*_carrying(credited, rubric), *_wide(answer, credited)):
        yield sighting(why, answer, start, end)
        return
    span = credited[0].evidence[0]
    if _wordless(answer, credited, rubric):
        why = "credits on passages without a word of the rubric's matter"
        yield sighting(why, answer, span.start, span.end)
    elif _of_marking(answer, credited, rubric):
        why = "credits on nothing but sentences that speak of marking"
        yield sighting(why, answer, span.start, span.end)


def _carrying(credited: Sequence[Finding], rubric: Rubric) -> Iterator[tuple[str, int, int]]:
    """Yield the passage on which several key points stand that it has no word of."""
    sole = Counter(
        (each.evidence[0].start, each.evidence[0].end, each.evidence[0].text)
        for each in credited
        if len(each.evidence) == 1
    )
    for (start, end, text), count in sole.items():
        if count < CARRIES:
            continue
        stems = _stems(text, rubric.language)
        cells = [each.cell for each in credited if each.evidence[0].start == start]
        if not any(stems & _matter(rubric, cell) for cell in cells):
            yield f"one passage carries {plural(count, 'key point')}", start, end


def _wide(answer: str, credited: Sequence[Finding]) -> Iterator[tuple[str, int, int]]:
    """Yield a quote that is most of a long answer, where several credits have no other."""
    if len(_WORD.findall(answer)) < LONG_ANSWER:
        return
    wide = [
        span
        for each in credited
        for span in each.evidence[:1]
        if span.end - span.start >= MOST_OF_IT * len(answer.strip())
    ]
    if len(wide) >= CARRIES:
        why = "several credits have most of a long answer as their quote"
        yield why, wide[0].start, wide[0].end


def _wordless(answer: str, credited: Sequence[Finding], rubric: Rubric) -> bool:
    """Return whether credits stand without one content word of the rubric's.

    An answer in another language than the rubric's has none either: where it shares no word of
    grammar with the rubric, nothing is said.
    """
    if len(credited) < WORDLESS:
        return False
    matter = frozenset[str]().union(*(_matter(rubric, each) for each in rubric.cells))
    said = " ".join(span.text for each in credited for span in each.evidence)
    if _stems(said, rubric.language) & matter:
        return False
    return len(_small(_guide(rubric)) & _small(answer)) >= WORDLESS


def _of_marking(answer: str, credited: Sequence[Finding], rubric: Rubric) -> bool:
    """Return whether several credits have no quote beyond sentences that speak of marking.

    Such a sentence has words of two kinds that belong to it, none of them the rubric's own: a
    course on marking speaks of it, too.
    """
    if len(credited) < WORDLESS:
        return False
    guide = {word.text for words in sentences(view_of(_guide(rubric)).text) for word in words}
    view, spoken = view_of(answer), set[int]()
    for words in sentences(view.text):
        kinds = frozenset[Act]().union(*(each.kinds for each in words if each.text not in guide))
        if len(kinds & _MARKING) >= WORDLESS:
            spoken.update(range(view.places[words[0].start], view.places[words[-1].end]))
    if not spoken:
        return False
    places = {place for each in credited for span in each.evidence for place in _letters(span)}
    return len(places & spoken) >= NEARLY_ALL * len(places)


def _letters(span: Span) -> Iterator[int]:
    return (span.start + place for place, each in enumerate(span.text) if each.isalnum())


def _matter(rubric: Rubric, cell: str) -> frozenset[str]:
    """Return the stems of what the rubric says of one cell, without the question's own words."""
    said = "\n".join(phrasings_of(rubric, cell))
    return _stems(said, rubric.language) - _stems(rubric.question.prompt, rubric.language)


def _guide(rubric: Rubric) -> str:
    texts = [text for each in rubric.cells for text in phrasings_of(rubric, each)]
    return "\n".join((rubric.question.prompt, rubric.question.reference, *texts))


@lru_cache(maxsize=4096)
def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(each for each in stems_of(text, language) if len(each) >= _LEAST_WORD)


def _small(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text) if len(word) < _LEAST_WORD}
