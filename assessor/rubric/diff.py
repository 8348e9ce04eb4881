"""Two versions of a rubric: which key points changed how, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessor.rubric.model import Example, KeyPoint, Level, Misconception, Rubric


class Touch(StrEnum):
    """What a change touches: points alone, what a judge is told, or the cell itself."""

    POINTS = "points"
    WORDING = "wording"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One key point or misconception that changed: `lines` say how, in words."""

    cell: str
    touches: tuple[Touch, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricDiff:
    """What differs between two versions; `everywhere` is what all requests show.

    `scoring` and `everywhere` hold lines in words.
    """

    cells: tuple[Changed, ...]
    scoring: tuple[str, ...]
    everywhere: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that grading would notice."""
        return not (self.cells or self.scoring or self.everywhere)


def diff_rubrics(old: Rubric, new: Rubric) -> RubricDiff:
    """Return what changed from `old` to `new`, in the order of the new file."""
    before, after = _by_id(old), _by_id(new)
    cells = []
    for cell, each in after.items():
        changed = _changed(before[cell], each) if cell in before else _added(each)
        cells += [changed] if changed is not None else []
    cells += [
        Changed(cell=cell, touches=(Touch.REMOVED,), lines=("is no longer there",))
        for cell in before
        if cell not in after
    ]
    return RubricDiff(
        cells=tuple(cells),
        scoring=tuple(_scoring(old, new)),
        everywhere=tuple(dict.fromkeys(_shown(old, new))),
    )


def _by_id(rubric: Rubric) -> Mapping[str, KeyPoint | Misconception]:
    cells: list[KeyPoint | Misconception] = [*rubric.key_points, *rubric.misconceptions]
    return {each.id: each for each in cells}


def _added(each: KeyPoint | Misconception) -> Changed:
    return Changed(cell=each.id, touches=(Touch.ADDED,), lines=(f"is new: {each.description}",))


def _changed(old: KeyPoint | Misconception, new: KeyPoint | Misconception) -> Changed | None:
    if isinstance(old, KeyPoint) and isinstance(new, KeyPoint):
        points, words = list(_points(old, new)), list(_levels(old.levels, new.levels))
        words += _listed("not_required", old.not_required, new.not_required)
    elif isinstance(old, Misconception) and isinstance(new, Misconception):
        points, words = list(_effect(old, new)), list(_text("when", old.when, new.when))
    else:
        points, words = [], ["is now of another kind"]
    words += _listed("accepted", old.accepted, new.accepted)
    words += _listed("not_enough", old.not_enough, new.not_enough)
    words += _listed("examples", _examples(old.examples), _examples(new.examples))
    words += _text("description", old.description, new.description)
    feedback = ["the sentences for students"] if old.feedback != new.feedback else []
    if not (points or words or feedback):
        return None
    touches = ((Touch.WORDING,) if words else ()) + ((Touch.POINTS,) if points else ())
    return Changed(cell=new.id, touches=touches, lines=(*words, *points, *feedback))


def _points(old: KeyPoint, new: KeyPoint) -> Iterator[str]:
    known = {each.id: each.points for each in old.levels}
    for level in new.levels:
        if level.id in known and known[level.id] != level.points:
            yield f"points at {level.id}: {known[level.id]} → {level.points}"
    if old.requires != new.requires:
        yield f"requires: {_names(old.requires)} → {_names(new.requires)}"


def _levels(old: Sequence[Level], new: Sequence[Level]) -> Iterator[str]:
    before, after = [each.id for each in old], [each.id for each in new]
    if before != after:
        yield f"levels: {_names(before)} → {_names(after)}"
    known = {each.id: each.when for each in old}
    for level in new:
        if level.id in known:
            yield from _text(f"when {level.id}", known[level.id], level.when)


def _effect(old: Misconception, new: Misconception) -> Iterator[str]:
    if (old.effect, old.of, old.to) != (new.effect, new.of, new.to):
        yield f"effect: {_effect_words(old)} → {_effect_words(new)}"
    elif old.points != new.points:
        yield f"takes {old.points} → {new.points}"


def _effect_words(each: Misconception) -> str:
    return f"cap {each.of} at {each.to}" if each.of else f"{each.effect.value} {each.points}"


def _listed(name: str, old: Sequence[str], new: Sequence[str]) -> list[str]:
    added = [f"{name} + “{each}”" for each in new if each not in old]
    return added + [f"{name} - “{each}”" for each in old if each not in new]


def _examples(examples: Sequence[Example]) -> list[str]:
    return [f"{each.answer} ({each.level}{': ' * bool(each.why)}{each.why})" for each in examples]


def _text(name: str, old: str, new: str) -> list[str]:
    return [] if old == new else [f"{name}: “{old}” → “{new}”"]


def _scoring(old: Rubric, new: Rubric) -> Iterator[str]:
    for name in ("max_points", "rounding", "tolerance"):
        before, after = getattr(old.scoring, name), getattr(new.scoring, name)
        if before != after:
            yield f"{name}: {before} → {after}"
    if old.scoring.best_of != new.scoring.best_of:
        groups = [
            "; ".join(f"best {each.count} of {_names(each.of)}" for each in one.scoring.best_of)
            for one in (old, new)
        ]
        yield f"best_of: {groups[0] or 'none'} → {groups[1] or 'none'}"
    if old.choice != new.choice:
        said = [
            f"{_names(one.choice.correct)} for {one.choice.points}" if one.choice else "none"
            for one in (old, new)
        ]
        yield f"choice: {said[0]} → {said[1]}"


def _shown(old: Rubric, new: Rubric) -> Iterator[str]:
    """What stands in every request: question, guidelines, outline of ids and descriptions."""
    for name in ("prompt", "stimulus", "reference"):
        if getattr(old.question, name) != getattr(new.question, name):
            yield "the reference answer" if name == "reference" else "the question"
    if old.guidelines != new.guidelines:
        yield "the guidelines"
    outline = [[(each.id, each.description) for each in one.key_points] for one in (old, new)]
    if outline[0] != outline[1]:
        yield "an id or a description of a key point, or their order"


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
