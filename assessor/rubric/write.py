"""A first rubric as it is written down: the short form, ready to grade with and to add to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLevel:
    """One step above absent of a drafted key point."""

    points: Decimal
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPoint:
    """A key point, or with `wrong` a misconception that takes its points.

    `levels` stand lowest first and are empty where the point is all or nothing. Without an `id`
    it gets one of its description when the file is read.
    """

    description: str
    points: Decimal
    levels: tuple[DraftLevel, ...] = ()
    accepted: tuple[str, ...] = ()
    not_enough: tuple[str, ...] = ()
    wrong: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What was gathered of a rubric so far; `notes` say what could not be understood."""

    title: str = ""
    question: str = ""
    reference: str = ""
    language: str = ""
    points: tuple[DraftPoint, ...] = ()
    notes: tuple[str, ...] = ()

    def with_(self, other: Draft) -> Draft:
        """Return both together: what this one says stands above the other."""
        return Draft(
            title=self.title or other.title,
            question=self.question or other.question,
            reference=self.reference or other.reference,
            language=self.language or other.language,
            points=(*self.points, *other.points),
            notes=(*self.notes, *other.notes),
        )


LEVEL_IDS: dict[int, tuple[str, ...]] = {
    1: ("full",),
    2: ("partial", "full"),
    3: ("partial", "mostly", "full"),
}


def rubric_text(draft: Draft) -> str:
    """Return a rubric file in the short form; it takes longer forms only where they are needed."""
    lines = [f"title: {quoted(draft.title)}"]
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
    return "\n".join(lines) + "\n"


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
    paragraphs = [line for line in map(one_line, text.splitlines()) if line]
    if len(paragraphs) < 2:
        return [f"  {name}: {quoted(text)}"]
    clean = ["".join(c for c in each if c.isprintable()) for each in paragraphs]
    return [f"  {name}: |", *(f"    {each}" for each in clean)]


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
