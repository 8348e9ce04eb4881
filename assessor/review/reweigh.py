"""Other points for the same findings: every affected grade, before anything is changed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.grade import grade_of, rescored
from assessor.review.entry import ReviewEntry
from assessor.rubric import CellKind, Rubric
from assessor.store import OutcomeRecord
from assessor.verdict import Override


@dataclass(frozen=True, slots=True, kw_only=True)
class RegradedAnswer:
    """One grade under the old points and under the new ones."""

    entry: ReviewEntry
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reweighed:
    """What new points come to: the outcomes and decisions as they would be, and who moves.

    `kept` are decisions with points between two levels, or a total alone: a person's own numbers,
    which stay.
    """

    outcomes: tuple[OutcomeRecord, ...]
    decisions: tuple[tuple[ReviewEntry, Override], ...]
    moved: tuple[RegradedAnswer, ...]
    kept: int


def reweigh(entries: Sequence[ReviewEntry], new: Rubric) -> Reweighed | None:
    """Return what a question's grades become under `new`, which differs in points alone.

    A person's decision at a level follows the level. None where the findings do not answer the
    new rubric.
    """
    outcomes: list[OutcomeRecord] = []
    decisions: list[tuple[ReviewEntry, Override]] = []
    moved: list[RegradedAnswer] = []
    kept = 0
    for entry in entries:
        proposal = rescored(new, entry.outcome)
        if proposal is None:
            return None
        outcomes.append(
            replace(
                entry.outcome,
                proposed=proposal.proposed,
                findings=proposal.findings,
                reasons=proposal.reasons,
            )
        )
        word = entry.mine
        if word is not None:
            followed = follow(word, entry.rubric, new)
            kept += followed is None
            if followed is not None and followed != word:
                decisions.append((entry, followed))
            word = followed or word
        after = grade_of(new, proposal, word if entry.is_done else None, None).standing
        before = entry.shown.standing
        if before is not None and after is not None and before != after:
            moved.append(RegradedAnswer(entry=entry, before=before, after=after))
    return Reweighed(
        outcomes=tuple(outcomes),
        decisions=tuple(decisions),
        moved=tuple(sorted(moved, key=lambda each: (each.after - each.before, each.entry.number))),
        kept=kept,
    )


def repointed(old: Rubric, new: Rubric) -> Rubric:
    """Return the rubric that a class was read by, with the points of `new` and nothing else."""
    key_points = tuple(
        each.model_copy(
            update={
                "points": new.key_point(each.id).points,
                "levels": tuple(
                    level.model_copy(update={"points": new.key_point(each.id).points_at(level.id)})
                    for level in each.levels
                ),
            }
        )
        for each in old.key_points
    )
    misconceptions = tuple(
        each.model_copy(update={"points": new.misconception(each.id).points})
        for each in old.misconceptions
    )
    return old.model_copy(
        update={
            "key_points": key_points,
            "misconceptions": misconceptions,
            "scoring": new.scoring,
        }
    )


def follow(word: Override, old: Rubric, new: Rubric) -> Override | None:
    """Return a decision with each level's new points; None where it gives points of its own."""
    if word.total is not None:
        return None
    points = []
    for cell, given in word.points:
        if cell not in old.cells or old.kind_of(cell) is CellKind.MISCONCEPTION:
            points.append((cell, given))
            continue
        level = _level_at(old, cell, given)
        if level is None:
            return None
        points.append((cell, new.key_point(cell).points_at(level)))
    return replace(word, points=tuple(points))


def _level_at(rubric: Rubric, cell: str, given: Decimal) -> str | None:
    at: Mapping[Decimal, str] = {Decimal(0): "absent"} | {
        each.points: each.id for each in rubric.key_point(cell).levels
    }
    return at.get(given)
