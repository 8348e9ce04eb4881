"""A first rubric as it is written down: the short form, ready to grade with and to add to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.rubric.check import COLUMNS
from assessor.rubric.load import id_from


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLevel:
    """One step above absent of a drafted key point."""

    points: Decimal
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPoint:
    """A key point, or with `wrong` a misconception that takes its points.

    `levels` stand lowest first and are empty where the point is all or nothing. Without an `id`
    it gets one of its description when the file is read. `place` is the line of its source.
    """

    description: str
    points: Decimal
    levels: tuple[DraftLevel, ...] = ()
    accepted: tuple[str, ...] = ()
    not_enough: tuple[str, ...] = ()
    wrong: bool = False
    id: str = ""
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftGroup:
    """Of the points at these places of a draft only the best `count` earn."""

    of: tuple[int, ...]
    count: int

    def shifted(self, by: int) -> DraftGroup:
        """Return the same group where `by` points stand in front."""
        return replace(self, of=tuple(each + by for each in self.of))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was gathered of a rubric so far; `notes` say what was assumed or not understood.

    `whole` is the text of a rubric file that was there already: it is kept as it is.
    """

    title: str = ""
    question: str = ""
    reference: str = ""
    language: str = ""
    points: tuple[DraftPoint, ...] = ()
    groups: tuple[DraftGroup, ...] = ()
    max_points: Decimal | None = None
    notes: tuple[str, ...] = ()
    whole: str = ""

    def with_(self, other: Draft) -> Draft:
        """Return both together: what this one says stands above the other."""
        return Draft(
            title=self.title or other.title,
            question=self.question or other.question,
            reference=self.reference or other.reference,
            language=self.language or other.language,
            points=(*self.points, *other.points),
            groups=(*self.groups, *(each.shifted(len(self.points)) for each in other.groups)),
            max_points=None
            if self.points and other.points
            else self.max_points or other.max_points,
            notes=(*self.notes, *other.notes),
            whole=self.whole or other.whole,
        )


LEVEL_IDS: dict[int, tuple[str, ...]] = {
    1: ("full",),
    2: ("partial", "full"),
    3: ("partial", "mostly", "full"),
}


def rubric_text(draft: Draft) -> str:
    """Return a rubric file in the short form; it takes longer forms only where they are needed.

    What was assumed stands in it as comments.
    """
    if draft.whole:
        return draft.whole
    draft = _with_ids(replace(draft, points=tuple(map(_levelled, draft.points))))
    lines = [f"# {one_line(each)}" for each in draft.notes]
    lines.append(f"title: {quoted(draft.title)}")
    if draft.language:
        lines.append(f"language: {quoted(draft.language)}")
    if draft.reference or "\n" in draft.question:
        lines.append("question:")
        lines += _text("prompt", draft.question)
        lines += _text("reference", draft.reference) if draft.reference else []
    else:
        lines.append(f"question: {quoted(draft.question)}")
    lines.append("key_points:")
    for each in draft.points:
        lines += _entry(each) if not each.wrong else ()
    if any(each.wrong for each in draft.points):
        lines.append("misconceptions:")
        for each in draft.points:
            lines += _entry(each) if each.wrong else ()
    return "\n".join([*lines, *_scoring(draft)]) + "\n"


def _levelled(point: DraftPoint) -> DraftPoint:
    return fitted(point) if point.levels else point


def _with_ids(draft: Draft) -> Draft:
    """Give ids to the key points of groups, which name them."""
    taken = {"", *COLUMNS, *(each.id for each in draft.points)}
    grouped = {place for group in draft.groups for place in group.of}
    points = tuple(
        replace(each, id=each.id or id_from(each.description, taken)) if place in grouped else each
        for place, each in enumerate(draft.points)
    )
    return replace(draft, points=points)


_STEPS = (Decimal("0.5"), Decimal("0.25"), Decimal("0.1"), Decimal("0.05"), Decimal("0.01"))


def _scoring(draft: Draft) -> list[str]:
    """Return what does not follow from the points: a maximum, a finer step, either-of groups."""
    numbers = [each.points for each in draft.points]
    numbers += [level.points for each in draft.points for level in each.levels]
    step = next((each for each in _STEPS if not any(n % each for n in numbers)), _STEPS[-1])
    lines = []
    if draft.max_points is not None:
        lines.append(f"  max_points: {_number(draft.max_points)}")
    if step != _STEPS[0]:
        lines.append(f"  rounding: {_number(step)}")
    if draft.groups:
        lines.append("  best_of:")
        for group in draft.groups:
            of = ", ".join(draft.points[place].id for place in group.of)
            lines.append(f"    - {{of: [{of}], count: {group.count}}}")
    return ["scoring:", *lines] if lines else []


def fitted(point: DraftPoint) -> DraftPoint:
    """Return a key point with at most three levels that rise: what a rubric file takes."""
    rising: list[DraftLevel] = []
    for level in sorted(point.levels, key=lambda each: each.points):
        if level.points > (rising[-1].points if rising else 0):
            rising.append(level)
    if len(rising) > 3:
        rising = [rising[0], rising[len(rising) // 2], rising[-1]]
    points = rising[-1].points if rising else point.points
    return replace(point, points=points, levels=tuple(rising))


def quoted(words: str) -> str:
    """Return words as one line of YAML that reads back as they are; quoted where they must be."""
    words = one_line(words)
    if _PLAIN.fullmatch(words) and words.casefold() not in {"null", "y", "n"}:
        return words
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'


def one_line(text: str) -> str:
    """Return text on one line without what cannot be stored."""
    kept = "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")
    return " ".join(kept.split())


# Words that YAML reads as they stand, also between brackets.
_PLAIN = re.compile(r"[^\W\d_](?:[\w '.;()/%-]*[\w'.;)%])?")


def _text(name: str, text: str) -> list[str]:
    """A paragraph per line; a text of one paragraph stands beside its name."""
    shown = (
        "".join(c for c in each if c.isprintable() or c.isspace()) for each in text.splitlines()
    )
    paragraphs = [line for each in shown if (line := one_line(each))]
    if len(paragraphs) < 2:
        return [f"  {name}: {quoted(text)}"]
    return [f"  {name}: |", *(f"    {each}" for each in paragraphs)]


def _entry(point: DraftPoint) -> Iterator[str]:
    points = _number(point.points)
    description = quoted(point.description)
    plain = not (point.id or point.levels or point.accepted or point.not_enough)
    if plain and len(description) <= 100:
        yield f"  - {{points: {points}, description: {description}}}"
        return
    if point.id:
        yield f"  - id: {point.id}"
    yield f"  {' ' if point.id else '-'} description: {description}"
    yield f"    points: {points}"
    ids = LEVEL_IDS.get(len(point.levels), ())
    if any(each.when for each in point.levels) or len(ids) > 1:
        yield "    levels:"
        for name, each in zip(ids, point.levels, strict=True):
            when = f", when: {quoted(each.when)}" if each.when else ""
            yield f"      - {{id: {name}, points: {_number(each.points)}{when}}}"
    for name, phrases in (("accepted", point.accepted), ("not_enough", point.not_enough)):
        yield from _list(name, phrases)


def _list(name: str, phrases: Sequence[str]) -> Iterator[str]:
    if phrases:
        yield f"    {name}:"
        for each in phrases:
            yield f"      - {quoted(each)}"


def _number(points: Decimal) -> str:
    return format(points.normalize(), "f")
