"""Tables with levels: in columns, in rows, in one cell, with points in titles or in cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.draft import ONE_SCALE, RANGES, level_points, spread
from assessor.intake.frame import (
    Frame,
    Row,
    criterion_of,
    number_at,
    phrases_at,
    share,
)
from assessor.intake.levels import falls_or_rises, level_cell, levels_in
from assessor.intake.listed import plain_rows, points_column
from assessor.intake.marks import Mark, amount_in, mark_in
from assessor.intake.roles import (
    NUMBERED,
    Head,
    Role,
    role_of,
)
from assessor.intake.source import Reading
from assessor.rubric.write import DraftPoint


def matrix(frame: Frame) -> list[Reading]:
    """Levels in columns, their points in the titles: `Exemplary (4)`."""
    rated = [each for each in frame.heads if each.role is Role.RATING and each.points is not None]
    if len(rated) < 2 or not falls_or_rises([each.points for each in rated]):
        return []
    weights = frame.places(Role.WEIGHT, Role.POINTS)
    points, notes, unused = [], [], []
    if any(each.low is not None for each in rated):
        notes.append(RANGES)
    percent = all(each.is_percent for each in rated)
    if len(rated) == 2 and not any(row.at(e.place) for row in frame.rows for e in rated):
        return _ticked(frame, rated)
    scaled: list[DraftPoint] = []
    factors = 0
    for row in frame.rows:
        text = criterion_of(frame, row)
        levels = [(each.points or Decimal(0), row.at(each.place)) for each in rated]
        if not text or not any(words for _, words in levels):
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
            continue
        levels = [(number, words) for number, words in levels if words]
        own = number_at(row, weights)
        if own is None and percent and (own := mark_in(text)) is not None:
            text = own.text
        if own is not None:
            top = max(e.points or Decimal(0) for e in rated)
            most = own.points * top if own.how == "times" else own.points
            factors += own.how == "times"
            scaled.append(level_points(text, spread(levels, most, top), row.line))
        points.append(level_points(text, levels, row.line, phrases_at(frame, row)))
    reading = Reading(
        how="levels in columns, their points in the titles",
        points=tuple(points),
        notes=tuple(notes),
        unused=tuple(unused),
    )
    return _weighed(frame, reading, scaled, weights, sure=percent or 0 < factors == len(scaled))


def _ticked(frame: Frame, rated: Sequence[Head]) -> list[Reading]:
    """Rows to tick off below `Yes (1)` and `No (0)`: each earns what the better of both says."""
    most = max(each.points or Decimal(0) for each in rated)
    points = tuple(
        DraftPoint(description=text, points=most, place=row.line)
        for row in frame.rows
        if (text := criterion_of(frame, row))
    )
    if min(each.points or Decimal(0) for each in rated) != 0 or not points:
        return []
    return [Reading(how="rows to tick off, their points in the titles", points=points)]


def _weighed(
    frame: Frame, reading: Reading, scaled: list[DraftPoint], weights: list[int], *, sure: bool
) -> list[Reading]:
    """Return the readings that a column of weights beside levels with points allows."""
    points, notes = reading.points, reading.notes
    same = [e.points for e in scaled] == [e.points for e in points]
    if weights and len({each.points for each in scaled}) == 1 and scaled[0].points == 1:
        title = frame.heads[weights[0]].title  # of the same weight, each: it changes nothing
        return [
            replace(reading, notes=(*notes, f"column {title!r} was not used: all are the same"))
        ]
    if len(scaled) == len(points) and points and not same:
        if not weights:
            said = "the percent of each level were taken of the points of its row"
            return [replace(reading, points=tuple(scaled), notes=(*notes, said))]
        title = frame.heads[weights[0]].title
        weighed = replace(
            reading,
            points=tuple(scaled),
            how=f"levels in columns, scaled to the column {title!r}",
            notes=(
                *notes,
                f"the points of the levels were scaled to the weights of column {title!r}",
            ),
        )
        return (
            [weighed]
            if sure
            else [
                replace(
                    reading,
                    notes=(*notes, f"column {title!r} was not used: it is no points"),
                    how="levels in columns, as many points as their titles say",
                ),
                weighed,
            ]
        )
    if all(each.is_percent for each in frame.heads if each.role is Role.RATING and each.points):
        return (
            [replace(reading, notes=(*notes, "percent were taken as points of 100"))]
            if len(points) == 1
            else []
        )
    return [reading] if points else []


def rated_cells(frame: Frame) -> list[Reading]:
    """Levels in columns, each cell with its own points: `Points: 6 (60%) …`, `3 - …`."""
    roles = {Role.RATING, Role.UNKNOWN, Role.LEVEL}
    if all(_ends_with_its_most([level_cell(c) for c in row.cells if c]) for row in frame.rows):
        # Canvas's page: `Criteria, Ratings, Pts` stand above more cells than they name.
        ends = (max(n for n, c in enumerate(row.cells) if c) for row in frame.rows)
        rows = [replace(r, cells=r.cells[:end]) for r, end in zip(frame.rows, ends, strict=True)]
        frame, roles = replace(frame, rows=tuple(rows)), {*roles, Role.POINTS}
    columns = [
        each
        for each in frame.heads
        if each.role in roles
        and share(frame.rows, each.place, lambda cell: level_cell(cell) is not None) >= 0.7
    ]
    rated = [each for each in columns if each.role is Role.RATING]
    columns = rated if len(rated) > 1 and columns[0].place == 0 else columns
    named_so = all(each.role is Role.RATING for each in columns)
    if len(columns) < 2 or not (
        named_so
        or any((c := level_cell(r.at(e.place))) and c.text for r in frame.rows for e in columns)
    ):
        return _packed_cells(frame)
    points, unused, notes = [], [], list[str]()
    for row in frame.rows:
        text = criterion_of(frame, row, levels=columns)
        cells = [
            (cell, each.title)
            for each in columns
            if (cell := level_cell(row.at(each.place))) is not None
        ]
        if not text or not cells:
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
            continue
        if any(mark.low is not None for mark, _ in cells):
            notes = [RANGES]
        levels = [(mark.points, mark.text or title) for mark, title in cells]
        own = number_at(row, frame.places(Role.POINTS, Role.WEIGHT)) or mark_in(text)
        if all(mark.how == "percent" for mark, _ in cells) and own is not None:
            text = own.text or text
            levels = spread(levels, own.points, Decimal(100))
            notes = ["the percent of each level were taken of the points of its row"]
        points.append(level_points(text, levels, row.line, phrases_at(frame, row)))
    reading = Reading(
        how="levels in columns, points in their cells",
        points=tuple(points),
        unused=tuple(unused),
        notes=tuple(notes),
    )
    return [reading] if points else []


def _ends_with_its_most(cells: Sequence[Mark | None]) -> bool:
    """Say whether the last cell of a row has no words, and repeats what its levels reach."""
    marks = [each for each in cells if each is not None]
    return (
        len(marks) > 2
        and marks[-1] is cells[-1]
        and not marks[-1].text
        and marks[-1].points == max(each.points for each in marks[:-1])
        and any(each.text for each in marks[:-1])
    )


def _packed_cells(frame: Frame) -> list[Reading]:
    """All levels of a criterion in one cell, a line each: `3 pts: …⏎1 pt: …`."""
    column = next(
        (
            h
            for h in frame.heads
            if h.role in {Role.LEVEL, Role.RATING, Role.UNKNOWN, Role.LEVEL_TEXT, Role.DESCRIPTION}
            and share(frame.rows, h.place, lambda cell: len(levels_in(cell)) >= 2) >= 0.7
        ),
        None,
    )
    if column is None:
        return []
    points, unused = [], []
    for row in frame.rows:
        others = Row(
            line=row.line,
            cells=tuple("" if p == column.place else c for p, c in enumerate(row.cells)),
        )
        text, levels = criterion_of(frame, others), levels_in(row.at(column.place))
        if text and levels:
            points.append(level_points(text, levels, row.line, phrases_at(frame, others)))
        else:
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
    return (
        [
            Reading(
                how="all levels of a criterion in one cell",
                points=tuple(points),
                unused=tuple(unused),
            )
        ]
        if points
        else []
    )


def numbered_levels(frame: Frame) -> list[Reading]:
    """Columns for each level: `Level 1 title`, `Level 1 description`, `Level 1 points`, …"""
    columns: dict[str, dict[Role | None, int]] = {}
    for head in frame.heads:
        if found := NUMBERED.match(head.title.strip()):
            number, what = found["a"] or found["b"], found["what"] or found["what2"]
            columns.setdefault(number, {})[role_of(what)] = head.place
    columns = columns or _repeated(frame)
    if len(columns) < 2 or not all(Role.POINTS in each for each in columns.values()):
        return []
    places = {place for each in columns.values() for place in each.values()}
    taken = [head for head in frame.heads if head.place in places]
    points = []
    for row in frame.rows:
        text = criterion_of(frame, row, levels=taken)
        levels = [
            (mark.points, row.at(each.get(Role.DESCRIPTION)) or row.at(each.get(Role.CRITERION)))
            for each in columns.values()
            if (mark := amount_in(row.at(each[Role.POINTS]))) is not None
        ]
        if text and levels:
            points.append(level_points(text, levels, row.line, phrases_at(frame, row)))
    reading = Reading(how="levels in numbered columns", points=tuple(points))
    return [reading] if points else []


def _repeated(frame: Frame) -> dict[str, dict[Role | None, int]]:
    """Return groups of columns with the same titles again and again, up to the last column."""
    titles = [head.title.casefold().strip() for head in frame.heads]
    for start in range(1, len(titles) - 3):
        rest = titles[start:]
        for width in range(2, len(rest) // 2 + 1):
            group = rest[:width]
            if len(set(group)) == width and rest == (group * len(rest))[: len(rest)]:
                if len(rest) % width or "" in group:
                    continue
                roles = {
                    role_of(title.replace("level", "").replace("rating", "").strip()): n
                    for n, title in enumerate(group)
                }
                return {
                    str(n): {role: start + n + place for role, place in roles.items()}
                    for n in range(0, len(rest), width)
                }
    return {}


def levels_in_rows(frame: Frame) -> list[Reading]:
    """A row per level: the criterion stands once above its levels, or is repeated."""
    names = frame.places(Role.CRITERION) or [
        p for p in frame.places(Role.UNKNOWN, Role.DESCRIPTION) if p == 0
    ]
    worth = frame.places(Role.POINTS) or _unnamed_points(frame)
    levels = frame.places(Role.LEVEL)
    if not names or not (worth or levels) or len(frame.rows) < 2:
        return []
    groups: list[tuple[str, int, list[tuple[Decimal, str]]]] = []
    for row in frame.rows:
        name = " ".join(row.at(each) for each in names[:1])
        number = number_at(row, worth)
        words = [
            row.at(e.place)
            for e in frame.heads
            if e.role in {Role.DESCRIPTION, Role.LEVEL_TEXT, Role.CRITERION, Role.UNKNOWN}
            and e.place not in names[:1]
        ]
        label = " ".join(row.at(each) for each in levels)
        if number is None and label:
            number = amount_in(label) or mark_in(label)
        if number is None:
            if name and not any(words):
                groups.append((name, row.line, []))
                continue
            return []
        said = " ".join(each for each in words if each) or label
        if name and (not groups or name != groups[-1][0]):
            groups.append((name, row.line, []))
        if not groups:
            return []
        groups[-1][2].append((number.points, said))
    rows = [len(each) for _, _, each in groups]
    if max(rows) < 2 or not all(
        each and falls_or_rises([n for n, _ in each]) for _, _, each in groups
    ):
        return []
    points = tuple(level_points(name, each, line) for name, line, each in groups)
    reading = Reading(how="a row per level", points=points)
    sure = levels or all(min(n for n, _ in each) == 0 for _, _, each in groups)
    if sure:
        return [reading]
    readings = [reading, *plain_rows(frame)]
    fitting = [e for e in readings if sum(p.points for p in e.points) == frame.stated]
    return fitting if len(fitting) == 1 else readings


def _unnamed_points(frame: Frame) -> list[int]:
    """Return the column of points where none has a title, and each name stands above its levels."""
    firsts = [bool(row.at(0)) for row in frame.rows]
    place = None
    if not frame.headed and firsts and firsts[0] and not all(firsts):
        place = points_column(frame)
    return [] if place is None else [place]


# Over a column these say what stands in it; they are no criterion's name.
_NO_NAMES = frozenset(
    {Role.CRITERION, Role.DESCRIPTION, Role.LEVEL_TEXT, Role.ACCEPT, Role.REJECT, Role.PERSON}
)


def transposed(frame: Frame) -> list[Reading]:
    """Levels in rows and criteria in columns: the first column holds the points of each level."""
    others = [each for each in frame.heads[1:] if any(row.at(each.place) for row in frame.rows)]
    if len(frame.rows) < 2 or (not frame.headed and len(others) != 1):
        return []
    if any(row.at(0).startswith("+") for row in frame.rows):
        return []  # they add up
    first = frame.heads[0]
    beside = [e for e in frame.heads[1:] if e.role is Role.POINTS]
    if first.role is Role.NUMBER or (beside and first.role not in {Role.LEVEL, Role.RATING}):
        return []
    number = _number_column(frame) if first.role in {Role.LEVEL, Role.RATING} else None
    marks = [
        amount_in(r.at(number)) if number else amount_in(r.at(0)) or mark_in(r.at(0))
        for r in frame.rows
    ]
    known = [each for each in marks if each is not None]
    if len(known) < len(frame.rows) or not falls_or_rises([each.points for each in known]):
        return []
    columns = [
        e
        for e in others
        if e.place != number and e.role not in {Role.ASIDE, Role.POINTS, Role.WEIGHT, Role.NUMBER}
    ]
    single = [
        e
        for e in columns
        if e.role in {Role.DESCRIPTION, Role.LEVEL_TEXT, Role.CRITERION, Role.UNKNOWN}
    ]
    notes = [RANGES] if any(e.low is not None for e in known) else []
    if len(columns) == 1 and single:
        return _one_scale(frame, columns[0], known, notes)
    if len(columns) < 2 or any(
        each.role is not Role.UNKNOWN and not each.title for each in columns
    ):
        return []
    if any(e.role in _NO_NAMES for e in columns):
        return []
    points = [
        level_points(
            each.title,
            [
                (m.points, r.at(each.place))
                for m, r in zip(known, frame.rows, strict=True)
                if r.at(each.place)
            ],
            frame.rows[0].line,
        )
        for each in columns
    ]
    return [
        Reading(how="levels in rows, criteria in columns", points=tuple(points), notes=tuple(notes))
    ]


def _one_scale(frame: Frame, column: Head, marks: list[Mark], notes: list[str]) -> list[Reading]:
    levels = [(m.points, r.at(column.place)) for m, r in zip(marks, frame.rows, strict=True)]
    name = frame.title or levels[marks.index(max(marks, key=lambda e: e.points))][1]
    point = level_points(name, levels, frame.rows[0].line)
    said = ONE_SCALE
    scale = Reading(how="one holistic scale", points=(point,), notes=(*notes, said))
    sure = (
        frame.heads[0].role is Role.LEVEL
        or min(e.points for e in marks) == 0
        or any(e.text for e in marks)
    )
    if sure:
        return [scale]
    steps = sorted(e.points for e in marks)
    if len(steps) >= 3 and steps == [Decimal(n) for n in range(1, len(steps) + 1)]:
        return [scale, *plain_rows(frame)]
    return []


def _number_column(frame: Frame) -> int | None:
    worth = frame.places(Role.POINTS)
    return worth[0] if worth else None
