"""Gradescope: its exported evaluations; every rubric item is a column of true and false."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from assessor.intake.marks import amount_in
from assessor.intake.source import NotARubric, Reading, Source
from assessor.rubric.write import DraftPoint, one_line
from assessor.sheet import fold_header, number_in

_WRONG = re.compile(
    r"\W*(?:misconception|wrong|incorrect|error|fehl|falsch|blank|no answer|missing|not attempted)",
    re.IGNORECASE,
)
_MARKED = re.compile(
    r"[\[(]\s*(?:misconception|wrong|incorrect|error|falsch)\s*[\])]", re.IGNORECASE
)


def recognise(source: Source) -> bool:
    """Say whether this is an export of evaluations."""
    if not source.grids:
        return False
    titles = [fold_header(each) for each in source.grids[0].rows[0]]
    return "question submission id" in titles and "adjustment" in titles


def read(source: Source) -> list[Reading]:
    """Return the items with the points that the footer states or that the scores tell.

    Only the titles of items leave this table; nothing of its rows does. Raises NotARubric where
    items take points off, or where no item's points are known.
    """
    grid = source.grids[0]
    header = grid.rows[0]
    titles = [fold_header(each) for each in header]
    first = titles.index("submission time") + 1 if "submission time" in titles else 0
    items = [p for p in range(first, titles.index("adjustment")) if header[p].strip()]
    rows = [row + ("",) * (len(header) - len(row)) for row in grid.rows[1:]]
    values = next((r for r in rows if fold_header(r[0]).startswith("point values")), None)
    names = {place: one_line(header[place]) for place in items}
    if any(
        fold_header(r[0]).startswith(("scoring method", "rubric type"))
        and "negative" in " ".join(r).casefold()
        for r in rows
    ):
        listed = "; ".join(
            f"{names[p]} (-{mark.points.normalize():f})"
            for p in items
            if values is not None and (mark := amount_in(values[p])) and mark.points
        )
        raise NotARubric(
            f"scores negatively: its items take points off ({listed or 'no points given'}), so "
            f"none of them is an idea that earns",
            "write the key points yourself (--point '2: …') and add these as 'misconceptions' to "
            "the file",
        )
    notes = []
    if values is not None:
        known = {p: (mark.points if (mark := amount_in(values[p])) else None) for p in items}
    else:
        notes.append("tells no points per item; they were worked out from the scores")
        known = _solved(rows, items, titles.index("score"))
    return [_reading(names, known, _never_earned(rows, items, titles.index("score")), notes)]


def _reading(
    names: dict[int, str], known: dict[int, Decimal | None], worthless: set[int], notes: list[str]
) -> Reading:
    points, unused = [], []
    for place, title in names.items():
        number = known[place]
        if number is not None and number < 0:
            points.append(
                DraftPoint(description=_stripped(title), points=abs(number), wrong=True, place=1)
            )
        elif number is not None and number > 0 and place not in worthless:
            points.append(DraftPoint(description=title, points=number, place=1))
        elif place in worthless or number == 0 or _WRONG.match(title) or _MARKED.search(title):
            unused.append((1, title))
            notes.append(
                f"{title!r} earns nothing; left out (make it a misconception if it should cost "
                f"points)"
            )
        else:
            unused.append((1, title))
            notes.append(f"the points of {title!r} are not known; left out")
    if not any(not each.wrong for each in points):
        raise NotARubric(
            "gives no item's points, and its scores do not tell them",
            "write the key points yourself (--point '2: …')",
        )
    return Reading(
        how="items of a Gradescope export",
        points=tuple(points),
        notes=tuple(notes),
        unused=tuple(unused),
    )


def _stripped(title: str) -> str:
    return re.sub(r"^\W*misconception\W*", "", title, flags=re.IGNORECASE) or title


def _given(
    rows: Sequence[Sequence[str]], items: Sequence[int], score: int
) -> list[tuple[list[int], Decimal]]:
    found = []
    for row in rows:
        total = number_in(row[score]) if score < len(row) and row[score].strip() else None
        if total is not None:
            found.append(([p for p in items if row[p].strip().casefold() == "true"], total))
    return found


def _never_earned(rows: Sequence[Sequence[str]], items: Sequence[int], score: int) -> set[int]:
    """Return the items that were given in rows whose score is 0: they cannot earn."""
    return {
        p
        for true, total in _given(rows, items, score)
        if total <= 0 and len(true) == 1
        for p in true
    }


def _solved(
    rows: Sequence[Sequence[str]], items: Sequence[int], score: int
) -> dict[int, Decimal | None]:
    """Return each item's points, from rows in which all other items' points are known."""
    worthless = _never_earned(rows, items, score)
    known: dict[int, Decimal | None] = {p: Decimal(0) if p in worthless else None for p in items}
    given = _given(rows, items, score)
    for _ in items:
        for true, total in given:
            unknown = [place for place in true if known[place] is None]
            if len(unknown) != 1:
                continue
            rest = total - sum((known[p] or Decimal(0) for p in true), Decimal(0))
            if rest > 0:
                known[unknown[0]] = rest
    consistent = all(
        any(known[p] is None for p in true)
        or sum((known[p] or Decimal(0) for p in true), Decimal(0)) == total
        for true, total in given
    )
    return known if consistent else {p: known[p] if p in worthless else None for p in items}
