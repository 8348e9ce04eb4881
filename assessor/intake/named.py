"""Tables whose levels have names and no points: what a row is worth stands in another column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.draft import level_points
from assessor.intake.frame import Frame, criterion_of, id_at, number_at, phrases_at
from assessor.intake.levels import partly_in
from assessor.intake.roles import Head, Role, named
from assessor.intake.source import NotARubric, Reading
from assessor.rubric.write import DraftLevel, DraftPoint


def named_levels(frame: Frame) -> list[Reading]:
    """Levels in columns without points of their own, beside a column with the most there is."""
    rated = [each for each in frame.heads if each.role is Role.RATING and each.points is None]
    worth = frame.places(Role.POINTS, Role.WEIGHT)
    if not rated or (len(rated) < 2 and not named(rated[0].title)):
        return []
    if not worth:
        titles = ", ".join(repr(each.title) for each in rated[:4])
        raise NotARubric(
            f"has levels ({titles}) without points",
            "write the points behind their names, as in 'Good (2)'",
        )
    kinds = {named(each.title): each.place for each in rated}
    if "full" in kinds or kinds.keys() <= {"full", "partial", "none"}:
        return _full_and_half(frame, kinds, worth)
    even, top = [], []
    shown = [each for each in _from_best(rated) if named(each.title) != "none"]
    for row in frame.rows:
        text, own = criterion_of(frame, row), number_at(row, worth)
        if not text or own is None:
            continue
        steps = [
            (own.points * (len(shown) - n) / len(shown), row.at(e.place))
            for n, e in enumerate(shown)
        ]
        even.append(level_points(text, [(n, words) for n, words in steps if words], row.line))
        top.append(
            DraftPoint(
                description=text,
                points=own.points,
                place=row.line,
                levels=(DraftLevel(points=own.points, when=row.at(shown[0].place)),),
            )
        )
    if not even:
        return []
    return [
        Reading(
            how="levels evenly spaced below the points of each row",
            points=tuple(even),
            notes=(
                "the points of the lower levels are not in the source: they were spaced evenly",
            ),
        ),
        Reading(
            how="only the highest level earns",
            points=tuple(top),
            notes=("only the highest level was taken: the source gives the others no points",),
        ),
    ]


_WEAK = re.compile(
    r"(?i)\b(?:weak|poor|beginning|emerging|novice|basic|below|developing|insufficient|unsatisfactory"
    r"|none|absent|missing|schwach|mangelhaft|ungenügend|faible|insuffisant|insuficiente|deficiente)\b"
)


def _from_best(rated: Sequence[Head]) -> list[Head]:
    """Return levels from the best to the least: some tables begin with the weakest."""
    is_rising = _WEAK.search(rated[0].title) and not _WEAK.search(rated[-1].title)
    return list(reversed(rated)) if is_rising else list(rated)


def _full_and_half(frame: Frame, kinds: dict[str, int], worth: list[int]) -> list[Reading]:
    points, notes, unused = [], [], []
    doubts: list[str] = []
    for row in frame.rows:
        text, own = criterion_of(frame, row), number_at(row, worth)
        full, half, nothing = (row.at(kinds.get(each)) for each in ("full", "partial", "none"))
        text = text or full
        if not text or own is None:
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
            continue
        levels = [(own.points, full or text)] if (full and full != text) or half else []
        partly = partly_in(half, own.points) if half else []
        if partly is None:
            doubts.append(f"line {row.line}: how many points does {half[:50]!r} give?")
        elif half and not re.search(r"\d|[½¼¾]", half):
            notes = ["half of the points were taken for partial credit: its column gives none"]
        levels += partly or []
        point = level_points(
            text,
            [*levels, *([(Decimal(0), nothing)] if nothing else [])],
            row.line,
            phrases_at(frame, row),
        )
        points.append(
            replace(point, points=abs(own.points), wrong=own.points < 0, id=id_at(frame, row))
        )
    return (
        [
            Reading(
                how="full and partial credit in columns",
                points=tuple(points),
                notes=tuple(notes),
                unused=tuple(unused),
                doubts=tuple(doubts),
            )
        ]
        if points
        else []
    )
