"""From borders to at most five questions: one line, two or three passages, the choices. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from assessor.candidates import Guide, sentences_of
from assessor.evidence import Span, locate
from assessor.privacy import COVER
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.rulings.border import Border, borders_of
from assessor.rulings.borrowed import Borrowings
from assessor.rulings.doubt import Doubt, ReadAnswer, cases_of
from assessor.rulings.ruling import Ruling, is_settled
from assessor.submission import Submission
from assessor.trust.records import Bound

MOST_QUESTIONS, MOST_PASSAGES = 5, 3
LONGEST_PASSAGE = 280

Hide = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A student's words, names hidden; what the readings quoted stands from `start` to `end`."""

    text: str
    start: int
    end: int
    bound: Bound


@dataclass(frozen=True, slots=True, kw_only=True)
class BorderQuestion:
    """One border as it is put to the instructor; `choices` are its levels, absent first.

    `name` is the border in the readings' words, which no student wrote; "" where there are none.
    """

    border: Border
    name: str
    about: str
    is_wrong: bool
    choices: tuple[str, ...]
    passages: tuple[Passage, ...]

    @property
    def shown(self) -> tuple[Bound, ...]:
        """The answers of which a passage is shown."""
        return tuple(each.bound for each in self.passages)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRead:
    """What questions are made from: a rubric, its answers as they were read, what was ruled."""

    question: str
    rubric: Rubric
    answers: tuple[ReadAnswer, ...]
    rulings: tuple[Ruling, ...]
    everybody: tuple[Submission, ...]


def questions_of(asked: Sequence[QuestionRead], hide: Hide) -> tuple[BorderQuestion, ...]:
    """Return at most five questions over all rubrics, those that move most points first.

    A border that was put to a person before is not among them.
    """
    found = [
        (border, each)
        for each in asked
        for border in borders_of(each.rubric, each.question, cases_of(each.rubric, each.answers))
        if not is_settled(border, each.rulings, each.rubric.language)
    ]
    found.sort(key=lambda pair: (-pair[0].weight, pair[0].id))
    first = found[:MOST_QUESTIONS]
    read = {each.question: each for _, each in first}
    borrowed = {
        question: borrowings_of(each.rubric, (one.answer for one in each.everybody))
        for question, each in read.items()
    }
    return tuple(_question(border, each, borrowed[each.question], hide) for border, each in first)


def borrowings_of(rubric: Rubric, answers: Iterable[str]) -> Borrowings:
    """Return the words of a question's class, to keep them out of its rubric."""
    return Borrowings(answers, rubric_texts(rubric))


def rubric_texts(rubric: Rubric) -> tuple[str, ...]:
    """Return all that a rubric and its question say, text by text."""
    return tuple(_texts(rubric.model_dump(mode="json")))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _question(
    border: Border, asked: QuestionRead, borrowed: Borrowings, hide: Hide
) -> BorderQuestion:
    rubric, cell = asked.rubric, border.cell
    is_wrong = rubric.kind_of(cell) is CellKind.MISCONCEPTION
    about = rubric.misconception(cell) if is_wrong else rubric.key_point(cell)
    return BorderQuestion(
        border=border,
        name=_name(border, borrowed, hide),
        about=about.description,
        is_wrong=is_wrong,
        choices=(ABSENT, *rubric.levels_of(cell)),
        passages=tuple(_passages(border, asked, hide)),
    )


def _name(border: Border, borrowed: Borrowings, hide: Hide) -> str:
    """Return the gap that most of the others resemble, of those that hold no student's words."""
    weights: dict[str, float] = {}
    for case in border.cases:
        if case.gap and COVER not in hide(case.gap):
            weights[case.gap] = weights.get(case.gap, 0.0) + case.weight
    free = [
        gap
        for gap in sorted(weights, key=lambda each: (-weights[each], each))
        if not borrowed.passage(gap, [quote for case in border.cases for quote in case.quotes])
    ]
    return free[0].rstrip(" .") if free else ""


def _passages(border: Border, asked: QuestionRead, hide: Hide) -> Iterator[Passage]:
    """Take the heaviest cases, of either side of the border where both are there."""
    sides: dict[bool, list[Doubt]] = {True: [], False: []}
    for case in border.cases:
        sides[case.level in {ABSENT, border.lower}].append(case)
    chosen = [side[0] for side in sides.values() if side]
    chosen += [case for case in border.cases if case not in chosen]
    guide: Guide | None = None
    for case in chosen[:MOST_PASSAGES]:
        span = _quoted(case)
        if span is None:
            if guide is None:
                guide = Guide(asked.rubric, [each.submission.answer for each in asked.answers])
            span = _nearest(case, guide)
        yield _passage(case, span, hide)


def _quoted(case: Doubt) -> Span | None:
    """Return where the first quote that stands in the answer stands."""
    for quote in case.quotes:
        located = locate(quote, case.submission.answer)
        if located.span is not None:
            return located.span
        if located.near is not None:
            return located.near
    return None


def _nearest(case: Doubt, guide: Guide) -> Span | None:
    """Return the sentence that comes nearest to the key point, where nothing was quoted."""
    answer = case.submission.answer
    for found in guide.places(answer):
        if found.cell == case.cell and (start := answer.find(found.sentence)) >= 0:
            return Span(start=start, end=start + len(found.sentence), text=found.sentence)
    return None


def _passage(case: Doubt, span: Span | None, hide: Hide) -> Passage:
    """Return the sentences around what was quoted; what is covered keeps its length."""
    answer = case.submission.answer
    hidden = hide(answer)
    if span is None:
        end = min(len(answer), LONGEST_PASSAGE)
        return Passage(text=hidden[:end], start=0, end=0, bound=case.bound)
    start, end = _sentences_around(answer, span)
    text = hidden[start:end]
    return Passage(
        text=text,
        start=max(span.start - start, 0),
        end=min(span.end - start, len(text)),
        bound=case.bound,
    )


def _sentences_around(answer: str, span: Span) -> tuple[int, int]:
    start, end, place = span.start, span.end, 0
    for sentence in sentences_of(answer):
        begin = answer.find(sentence, place)
        place = begin + len(sentence)
        if begin < span.end and place > span.start:
            start, end = min(start, begin), max(end, place)
    if end - start > LONGEST_PASSAGE:
        start = max(start, span.start - LONGEST_PASSAGE // 4)
        end = min(end, max(span.end, start + LONGEST_PASSAGE))
    return start, end
