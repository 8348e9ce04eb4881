"""What makes a rubric that loads judge badly: told as warnings, each from a measured failure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.counting import plural
from assessor.rubric.attainable import attainable
from assessor.rubric.load import load_rubric
from assessor.rubric.model import KeyPoint, Rubric
from assessor.rubric.yaml_tree import Path, dotted, read_tree
from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.rubric")["lint"]

# Shares of content words from which two descriptions are one idea, or one holds the other.
SAME, HELD = 0.5, 0.9
FEWEST_WORDS = 3
LONGEST_DESCRIPTION = 30
# LIX: 60 is an academic text. Measured over all that a student reads of a rubric.
HARD_TO_READ, READ_WORDS = 60.0, 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Weakness:
    """One warning: where it stands, what is weak, and what to do."""

    line: int
    path: str
    kind: str
    what: str
    remedy: str


Found = tuple[Path, str, str, str]
# What is not wrong in a rubric of title, question and key points: it is only not there yet.
_NOT_YET = frozenset({"no_reference", "no_not_enough"})
SURER = (
    "What would make it surer, when there is time: one good answer ('reference'), and what is not "
    "enough for each key point ('not_enough')."
)


def lint(text: str, file: str) -> tuple[Weakness, ...]:
    """Return what is weak in a rubric file, in the file's order. Raises RubricError."""
    rubric, tree = load_rubric(text, file), read_tree(text)
    found = [*_key_points(rubric), *_pairs(rubric), *_points(rubric), *_words(rubric)]
    weak = [
        Weakness(line=tree.line_of(path), path=dotted(path), kind=kind, what=what, remedy=remedy)
        for path, kind, what, remedy in found
    ]
    return tuple(sorted(weak, key=lambda each: each.line))


def pressing(rubric: Rubric, weak: Sequence[Weakness]) -> tuple[Weakness, ...]:
    """Return what is weak without what the shortest form of a rubric just does not say yet.

    A rubric that says more than that form is held to all of it.
    """
    says_more = rubric.question.reference or any(
        each.accepted or each.not_enough or each.examples or len(each.levels) > 1
        for each in rubric.key_points
    )
    return tuple(each for each in weak if says_more or each.kind not in _NOT_YET)


def _key_points(rubric: Rubric) -> Iterator[Found]:
    for place, each in enumerate(rubric.key_points):
        path: Path = ("key_points", place)
        if joint := _two_ideas(each.description, rubric.language):
            what = f"{each.id} joins two ideas with {joint!r}: what is an answer with one of them?"
            remedy = "split it, make the second a level above the first, or group both in best_of"
            yield (*path, "description"), "two_ideas", what, remedy
        if len(each.description.split()) > LONGEST_DESCRIPTION:
            what = f"{each.id} takes {plural(len(each.description.split()), 'word')} to describe"
            remedy = "keep the idea in one line and move the rest to 'when'"
            yield (*path, "description"), "long_description", what, remedy
        yield from _levels(each, path)
        if not each.not_enough:
            what = f"{each.id} does not say what is not enough: judges give credit for coming near"
            remedy = "add to 'not_enough' what you would refuse although it comes near"
            yield path, "no_not_enough", what, remedy


def _levels(key_point: KeyPoint, path: Path) -> Iterator[Found]:
    if len(key_point.levels) > 2:
        what = (
            f"{key_point.id} has {plural(len(key_point.levels), 'level')} above absent: "
            "agreement falls"
        )
        remedy = "keep two of them, or split the key point"
        yield (*path, "levels"), "many_levels", what, remedy
    several = len(key_point.levels) > 1
    for place, level in enumerate(key_point.levels):
        where: Path = (*path, "levels", place)
        if several and not level.when:
            what = f"{key_point.id} does not say when an answer is {level.id}"
            yield where, "no_condition", what, "add 'when': what an answer of this level says"
        elif vague := _VAGUE.search(level.when):
            what = f"{key_point.id} at {level.id} cannot be observed in a text: {vague.group()!r}"
            remedy = "write what such an answer says, as in 'says that …'"
            yield (*where, "when"), "not_observable", what, remedy


def _pairs(rubric: Rubric) -> Iterator[Found]:
    words = [_content(each.description) for each in rubric.key_points]
    numbered = list(enumerate(rubric.key_points))
    for (first, one), (second, other) in itertools.combinations(numbered, 2):
        if _grouped(rubric, one.id, other.id):
            continue
        path: Path = ("key_points", second, "description")
        shared = words[first] & words[second]
        alike = len(shared) / max(len(words[first] | words[second]), 1)
        fewer, more = sorted((first, second), key=lambda place: len(words[place]))
        if len(shared) >= FEWEST_WORDS and alike >= SAME:
            what = f"{one.id} and {other.id} describe nearly the same: one sentence earns both"
            yield path, "overlap", what, "make them levels of one key point, or tell them apart"
        elif len(words[fewer]) >= FEWEST_WORDS and len(shared) >= HELD * len(words[fewer]):
            holder, held = rubric.key_points[more].id, rubric.key_points[fewer].id
            what = f"who says {holder} also says {held}: it is implied"
            yield path, "implied", what, "make them levels of one key point"
        if both := _folded(one.accepted) & _folded(other.accepted):
            what = f"{one.id} and {other.id} both accept {min(both)!r}"
            remedy = "keep it where it belongs, or merge the two"
            yield ("key_points", second, "accepted"), "overlap", what, remedy
    for place, each in numbered:
        if both := _folded(each.accepted) & _folded(each.not_enough):
            what = f"{each.id} accepts {min(both)!r} and calls it not enough"
            yield ("key_points", place, "not_enough"), "contradiction", what, "keep one of the two"


def _points(rubric: Rubric) -> Iterator[Found]:
    scoring = rubric.scoring
    most = attainable(rubric.key_points, scoring.best_of, rubric.choice)
    path: Path = ("scoring", "max_points")
    if scoring.max_points < most:
        what = f"the key points add up to {most}, the maximum is {scoring.max_points}"
        remedy = f"make it {most} or lower points, unless fewer than all are meant to be enough"
        yield path, "points_do_not_add_up", what, remedy
    if scoring.max_points % scoring.rounding:
        what = f"the maximum {scoring.max_points} is no multiple of the step {scoring.rounding}"
        yield path, "step", what, "choose a step that divides it"
    for place, each in enumerate(rubric.key_points):
        for number, level in enumerate(each.levels):
            if level.points % scoring.rounding:
                where: Path = ("key_points", place, "levels", number, "points")
                if len(each.levels) == 1:
                    where = ("key_points", place, "points")
                what = f"{each.id} at {level.id} earns {level.points}, which rounding to "
                what += f"{scoring.rounding} does not keep"
                yield where, "step", what, "change the points or 'rounding'"
    deducted = sum((each.points for each in rubric.misconceptions), Decimal(0))
    if deducted * 2 > scoring.max_points:
        what = f"misconceptions can take {deducted} of {plural(str(scoring.max_points), 'point')}"
        yield ("misconceptions",), "heavy_deductions", what, "lower them, or let them cap instead"


def _words(rubric: Rubric) -> Iterator[Found]:
    if not rubric.question.reference:
        what = "there is no reference answer: judges then guess what a good answer says"
        yield ("question",), "no_reference", what, "add 'reference', one good answer"
    read = [rubric.question.stimulus, rubric.question.prompt]
    for sentences in (each.feedback for each in rubric.key_points):
        read += sentences.values()
    text = " ".join(read)
    score = lix(text)
    if len(_WORD.findall(text)) >= READ_WORDS and score > HARD_TO_READ:
        what = f"question and feedback are hard to read (LIX {score:.0f}; 40 is a newspaper)"
        yield ("question",), "reading_level", what, "use shorter sentences and plainer words"


def lix(text: str) -> float:
    """Return the readability index LIX: words per sentence plus the percentage of long words.

    It needs no syllables, so it serves many languages: 30 is easy, 40 a newspaper, 60 academic.
    """
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(re.findall(r"[.!?:]+(?:\s|$)", text)))
    long = sum(len(word) > 6 for word in words)
    return len(words) / sentences + 100 * long / len(words)


_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
# Short words of other languages would be found in the middle of English ones' company.
_JOINING = {"de": "und|sowie|oder", "fr": "et|ou", "es": "y|o|e", "it": "e|o", "nl": "en|of"}
# What follows a joining word when a second claim begins, rather than a second noun.
_CLAIM = re.compile("".join(_LISTS["claim"]), re.IGNORECASE)
_VAGUE = re.compile("".join(_LISTS["vague"]), re.IGNORECASE)
_STOP = frozenset(_LISTS["stop_words"].split())


def _two_ideas(description: str, language: str) -> str:
    """Return the word that joins two claims in a description; "" where there is one claim."""
    words = f"and also|as well as|and|or|{_JOINING.get(language[:2].casefold(), 'und|oder')}"
    for joint in re.finditer(rf"[,;]?\s+({words})\s+", description, re.IGNORECASE):
        before, after = description[: joint.start()].split(), description[joint.end() :]
        if len(before) >= 3 and len(after.split()) >= 2 and _CLAIM.match(after):
            return joint.group(1)
    return ""


def _content(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning; six letters are one in most languages."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return frozenset(word[:6] for word in words if word not in _STOP)


def _folded(phrases: tuple[str, ...]) -> set[str]:
    return {" ".join(_WORD.findall(each.casefold())) for each in phrases} - {""}


def _grouped(rubric: Rubric, one: str, other: str) -> bool:
    """Say whether two key points are tied on purpose: one of a group, or one needs the other."""
    needs = {each.id: each.requires for each in rubric.key_points}
    tied = one in needs[other] or other in needs[one]
    return tied or any({one, other} <= set(group.of) for group in rubric.scoring.best_of)
