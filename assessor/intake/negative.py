"""Schemes that begin with all points and take off: nothing in them is credit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from assessor.intake.source import NotARubric, Reading, Source
from assessor.intake.sums import attainable_of
from assessor.intake.words import CHOICE, NEGATIVE, SCORES, SECTION_OFF, TAKES_OFF
from assessor.rubric.write import DraftPoint


def as_negative(reading: Reading, source: Source) -> Reading:
    """Return a reading whose points take off where its source says so above them.

    Raises NotARubric where only right and wrong choices are scored.
    """
    _refuse_choices(reading)
    earning = [each for each in reading.points if not each.wrong]
    first = min((each.place for each in earning), default=0)
    used = {each.place for each in reading.points}
    said = [
        each
        for each in source.lines
        if each.number not in used
        if TAKES_OFF.search(each.text) or SECTION_OFF.match(each.text)
    ]
    if any(map(is_negative, _around(source.tree))):
        return _all_off(reading)
    if any(each.number < first for each in said):
        return _all_off(reading)
    doubts = [
        f"line {each.number}: says what is taken off: do the lines below it earn?"
        for each in said
        if any(e.place > each.number for e in earning)
    ]
    return replace(reading, doubts=(*reading.doubts, *doubts), notes=_noted(reading))


def is_negative(item: Mapping[str, object]) -> bool:
    """Say whether a mapping says of its own that it takes points off: `type: deduction`."""
    said = {str(key).casefold(): str(value).casefold().strip() for key, value in item.items()}
    return any(
        (key in SCORES and value in NEGATIVE)
        or (TAKES_OFF.search(key.replace("_", " ")) and value in {"true", "yes", "on", "1"})
        for key, value in said.items()
    )


def _around(value: object) -> Iterator[Mapping[str, object]]:
    """Yield the mappings of a tree that hold others, as those around lists of items do."""
    within = (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    )
    for each in within:
        yield from _around(each)
    if isinstance(value, Mapping) and any(isinstance(e, list | Mapping) for e in value.values()):
        yield value


def _all_off(reading: Reading) -> Reading:
    return replace(reading, points=tuple(replace(each, wrong=True) for each in reading.points))


def _noted(reading: Reading) -> tuple[str, ...]:
    """Add a word where more can be taken off than earned: a total does not fall below 0."""
    off = sum(each.points for each in reading.points if each.wrong)
    earned = attainable_of(reading.points, reading.groups)
    if not off > earned > 0:
        return reading.notes
    said = f"deductions add up to {off}, and {earned} can be earned: no total falls below 0"
    return (*reading.notes, said)


def _refuse_choices(reading: Reading) -> None:
    def is_choice(point: DraftPoint) -> bool:
        return CHOICE.match(point.description) is not None and not point.levels

    wrong = [each for each in reading.points if each.wrong]
    if wrong and all(map(is_choice, reading.points)):
        listed = "; ".join(
            f"{re.sub(' +', ' ', e.description)} ({'-' if e.wrong else '+'}{e.points})"
            for e in reading.points
        )
        raise NotARubric(
            f"scores choices by right and wrong (negative scoring): {listed}; nothing in it says "
            "what an answer has to name",
            "write the key points of the justification (--point '2: …'), and the right choice "
            "under 'choice' in the file",
        )
