"""A table to a rubric: its header, its rows, and which of the layouts that people use it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.intake.draft import level_points, spread
from assessor.intake.marks import Mark, amount_in, deduction_in, mark_in
from assessor.intake.roles import Head, Role, heads_of, is_header, is_rating, level_name, named, people_in, role_of
from assessor.intake.source import Grid, NotARubric, Reading
from assessor.intake.words import BONUS, SECTION_OFF, TOTAL
from assessor.rubric.write import DraftLevel, DraftPoint

_LABELLED = re.compile(
    r"^(?:points?|punkte|puntos|pts)(?:\s*range)?\s*:\s*(?P<n>\d+(?:[.,]\d+)?)\s*(?:\([\d.,]+\s*%\))?"
    r"(?:\s*[-–]\s*(?P<m>\d+(?:[.,]\d+)?)\s*(?:\([\d.,]+\s*%\))?)?\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row below the header, with the line it starts on."""

    line: int
    cells: tuple[str, ...]

    def at(self, place: int | None) -> str:
        """Return the cell of a column; a dash says that there is nothing."""
        if place is None or place >= len(self.cells):
            return ""
        said = self.cells[place].strip()
        return "" if said in {"-", "–", "—", "n/a", "N/A", "/"} else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A table taken apart: columns, rows, the maximum it states, and what stood around them."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    stated: Decimal | None
    title: str
    notes: tuple[str, ...]
    unused: tuple[tuple[int, str], ...]
    headed: bool
    is_cap: bool = False

    def places(self, *roles: Role) -> list[int]:
        """Return the columns of these roles, in their order."""
        return [each.place for each in self.heads if each.role in roles]


def read_grid(grid: Grid) -> list[Reading]:
    """Return the ways to read a table, the likeliest first; none where it has no points.

    Raises NotARubric for a table of people.
    """
    rows = [Row(line=n, cells=cells) for n, cells in zip(grid.lines, grid.rows, strict=True) if any(cells)]
    if not rows:
        return []
    blocks = _blocks(rows)
    if blocks:
        return blocks
    frame = _frame(rows)
    _refuse_people(frame, rows)
    for layout in (_matrix, _rated_cells, _named_levels, _levels_in_rows, _transposed, _plain):
        readings = layout(frame)
        if readings:
            return [
                replace(
                    each,
                    title=each.title or frame.title or grid.name * (not re.fullmatch(r"(?i)(?:sheet|tabelle|feuille|hoja)\s*\d*", grid.name)),
                    stated=each.stated if each.stated is not None else frame.stated, is_cap=frame.is_cap,
                    notes=(*frame.notes, *each.notes),
                    unused=(*frame.unused, *each.unused),
                )
                for each in readings
            ]
    return []


def _refuse_people(frame: Frame, rows: Sequence[Row]) -> None:
    titles = [each.title for each in frame.heads]
    found = people_in(titles if frame.headed else [""] * len(titles), [each.cells for each in (frame.rows or rows)])
    if found:
        listed = ", ".join(repr(each) for each in found[:4])
        raise NotARubric(
            f"has columns of students ({listed}): it is a gradebook or an export of answers, not a rubric; "
            "no student may get into a rubric",
            "give the file in which the criteria and their points stand",
        )
    if not frame.headed and _looks_like_people(frame):
        raise NotARubric(
            "looks like a list of students with their grades, not like a rubric",
            "put a row with 'Criterion' and 'Points' above it if these are criteria",
        )


NAME = re.compile(r"^[A-ZÀ-Þ][\w'’-]+,? +(?:[A-ZÀ-Þ]\.? +)?[A-ZÀ-Þ][\w'’-]+$")


def _looks_like_people(frame: Frame) -> bool:
    firsts = [each.at(0) for each in frame.rows if each.at(0)]
    return len(firsts) >= 2 and all(NAME.match(each) for each in firsts)


def _frame(rows: list[Row]) -> Frame:
    """Find the header, and take off what stands above it and the totals below."""
    head = next((n for n, row in enumerate(rows[:12]) if is_header(row.cells)), None)
    title, notes, unused, stated, cap = "", [], [], None, False
    for row in rows[: head or 0]:
        words = " ".join(each for each in row.cells if each)
        total = _total(row)
        if total is not None:
            stated = total
        elif not title and len(words) <= 120:
            title = words
        else:
            unused.append((row.line, words))
    if head is None:
        width = max(len(row.cells) for row in rows)
        body, titles = rows, [""] * width
    else:
        body, titles = rows[head + 1 :], list(rows[head].cells)
        titles, body = _second_header(titles, body)
    width = max([len(titles), *(len(row.cells) for row in body)])
    titles += [""] * (width - len(titles))
    kept: list[Row] = []
    for row in body:
        total = _total(row)
        if is_header(row.cells) and [c for c in row.cells if c] == [t for t in titles if t]:
            continue
        if total is None:
            kept.append(row)
        elif total >= 0 and (stated is None or total > stated):
            stated, cap = total, bool(re.search(r"(?i)max|höchst|máx", " ".join(row.cells)))
    heads = heads_of(titles, [each.cells for each in kept])
    for each in heads:
        if each.role is Role.POINTS and stated is None and (own := mark_in(each.title)) is not None and own.how == "bracket":
            stated = own.points
    return Frame(
        heads=tuple(heads), rows=tuple(kept), stated=stated, title=title.strip("# "),
        notes=tuple(notes), unused=tuple(unused), headed=head is not None, is_cap=cap,
    )  # fmt: skip


def _second_header(titles: list[str], body: list[Row]) -> tuple[list[str], list[Row]]:
    """Join names of levels with the row of points below them."""
    if not body:
        return titles, body
    below = body[0]
    rated = [p for p in range(len(titles)) if amount_in(below.at(p)) is not None]
    words = [below.at(p) for p in range(len(titles)) if below.at(p) and p not in rated]
    plain = [p for p in rated if titles[p] and role_of(titles[p]) is None and not is_rating(titles[p])]
    if len(plain) >= 2 and all(role_of(each) is Role.POINTS or not each for each in words):
        joined = [f"{t} ({below.at(p)})" if p in plain else t for p, t in enumerate(titles)]
        return joined, body[1:]
    return titles, body


def _total(row: Row) -> Decimal | None:
    """Return what a total row states; -1 where it is one without a number; None for another row."""
    words = [each for each in row.cells if each and amount_in(each) is None]
    numbers = [mark for each in row.cells if each and (mark := amount_in(each)) is not None]
    first = words[0] if words else ""
    if not words:
        return None
    if TOTAL.match(first) and len(first.split()) <= 8 and len(words) <= 2:
        inside = mark_in(first) or mark_in(re.sub(r"^\W*\w+\W*", "", first) + " x")
        known = [each.points for each in numbers] + ([inside.points] if inside else [])
        found = re.findall(r"\d+(?:[.,]\d+)?", first) if not known else []
        known += [Decimal(each.replace(",", ".")) for each in found]
        return max(known, default=Decimal(-1))
    return None


def _matrix(frame: Frame) -> list[Reading]:
    """Levels in columns, their points in the titles: `Exemplary (4)`."""
    rated = [each for each in frame.heads if each.role is Role.RATING and each.points is not None]
    if len(rated) < 2 or not _falls_or_rises([each.points for each in rated]):
        return []
    weights = frame.places(Role.WEIGHT, Role.POINTS)
    points, notes, unused = [], [], []
    if any(each.low is not None for each in rated):
        notes.append("the levels are ranges of points: the upper end of each was taken")
    percent = all(each.is_percent for each in rated)
    scaled: list[DraftPoint] = []
    for row in frame.rows:
        text = _criterion(frame, row)
        levels = [(each.points or Decimal(0), row.at(each.place)) for each in rated]
        if not text or not any(words for _, words in levels):
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
            continue
        levels = [(number, words) for number, words in levels if words]
        own = _number(row, weights)
        if own is not None:
            scaled.append(level_points(text, spread(levels, own.points, max(e.points or Decimal(0) for e in rated)), row.line))
        points.append(level_points(text, levels, row.line, _phrases(frame, row)))
    reading = Reading(how="levels in columns, their points in the titles", points=tuple(points), notes=tuple(notes), unused=tuple(unused))
    if len(scaled) == len(points) and points and [e.points for e in scaled] != [e.points for e in points]:
        title = frame.heads[weights[0]].title
        weighed = replace(
            reading, points=tuple(scaled), how=f"levels in columns, scaled to the column {title!r}",
            notes=(*notes, f"the points of the levels were scaled to the weights of column {title!r}"),
        )  # fmt: skip
        return [weighed] if percent else [
            replace(reading, notes=(*notes, f"column {title!r} was not used: it is no points"), how="levels in columns, as many points as their titles say"),
            weighed,
        ]
    if percent:
        return [replace(reading, notes=(*notes, "percent were taken as points of 100"))] if len(points) == 1 else []
    return [reading] if points else []


def _rated_cells(frame: Frame) -> list[Reading]:
    """Levels in columns, each cell with its own points: `Points: 6 (60%) …`, `3 - …`."""
    columns = [
        each for each in frame.heads
        if each.role in {Role.RATING, Role.UNKNOWN, Role.LEVEL}
        and _share(frame.rows, each.place, lambda cell: level_cell(cell) is not None) >= 0.7
    ]  # fmt: skip
    if len(columns) < 2:
        return _packed_cells(frame)
    points, unused, notes = [], [], []
    for row in frame.rows:
        text = _criterion(frame, row)
        cells = [(cell, row.at(each.place)) for each in columns if (cell := level_cell(row.at(each.place))) is not None]
        if not text or not cells:
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
            continue
        if any(mark.low is not None for mark, _ in cells):
            notes = ["the levels are ranges of points: the upper end of each was taken"]
        named_by = {each.place: each.title for each in columns}
        levels = [
            (mark.points, mark.text or named_by.get(place, ""))
            for place, mark in ((e.place, level_cell(row.at(e.place))) for e in columns)
            if mark is not None
        ]
        points.append(level_points(text, levels, row.line, _phrases(frame, row)))
    return [Reading(how="levels in columns, points in their cells", points=tuple(points), unused=tuple(unused), notes=tuple(notes))] if points else []


def _packed_cells(frame: Frame) -> list[Reading]:
    """All levels of a criterion in one cell, a line each: `3 pts: …⏎1 pt: …`."""
    column = next(
        (h for h in frame.heads if h.role in {Role.LEVEL, Role.RATING, Role.UNKNOWN, Role.LEVEL_TEXT, Role.DESCRIPTION}
         and _share(frame.rows, h.place, lambda cell: len(levels_in(cell)) >= 2) >= 0.7),
        None,
    )  # fmt: skip
    if column is None:
        return []
    points, unused = [], []
    for row in frame.rows:
        others = Row(line=row.line, cells=tuple("" if p == column.place else c for p, c in enumerate(row.cells)))
        text, levels = _criterion(frame, others), levels_in(row.at(column.place))
        if text and levels:
            points.append(level_points(text, levels, row.line, _phrases(frame, others)))
        else:
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
    return [Reading(how="all levels of a criterion in one cell", points=tuple(points), unused=tuple(unused))] if points else []


def levels_in(cell: str) -> list[tuple[Decimal, str]]:
    """Return the levels that one text lists, by line or between `;` `/` `|`; [] where it does not."""
    parts = [each for each in re.split(r"\n|\s*[;|]\s*|\s+/\s+", cell) if each.strip()]
    if len(parts) < 2:
        parts = [e for e in re.split(r",\s*(?=\d+(?:[.,]\d+)?\s*(?:pts?\.?|points?|punkte?|puntos?)?\s*[:=–—-])", cell) if e.strip()]
    marks = [mark_in(each.strip("•-* ")) or amount_in(each) for each in parts]
    levels = [(each.points, each.text) for each in marks if each is not None]
    if len(levels) < 2 or len(levels) < len(parts) or not _falls_or_rises([n for n, _ in levels]):
        return []
    return levels


def level_cell(cell: str) -> Mark | None:
    """Return the points and words of a level's cell; None where it states no points."""
    if not cell:
        return None
    labelled = _LABELLED.match(cell)
    if labelled is not None:
        numbers = [Decimal(each.replace(",", ".")) for each in labelled.groups() if each]
        low = min(numbers) if len(numbers) > 1 else None
        return Mark(points=max(numbers), text=cell[labelled.end() :].strip(), low=low)
    lines = cell.split("\n")
    for line, rest in ((lines[0], lines[1:]), (lines[-1], lines[:-1])):
        mark = amount_in(line)
        if mark is not None:
            return replace(mark, text="\n".join(rest).strip())
    return mark_in(cell)


def _named_levels(frame: Frame) -> list[Reading]:
    """Levels in columns without points of their own, beside a column with the most there is."""
    rated = [each for each in frame.heads if each.role is Role.RATING and each.points is None]
    worth = frame.places(Role.POINTS, Role.WEIGHT)
    if not rated or (len(rated) < 2 and not named(rated[0].title)):
        return []
    if not worth:
        titles = ", ".join(repr(each.title) for each in rated[:4])
        raise NotARubric(f"has levels ({titles}) without points", "write the points behind their names, as in 'Good (2)'")
    kinds = {named(each.title): each.place for each in rated}
    if "full" in kinds or kinds.keys() <= {"full", "partial", "none"}:
        return _full_and_half(frame, kinds, worth)
    even, top = [], []
    shown = [each for each in rated if named(each.title) != "none"]
    for row in frame.rows:
        text, own = _criterion(frame, row), _number(row, worth)
        if not text or own is None:
            continue
        steps = [(own.points * (len(shown) - n) / len(shown), row.at(e.place)) for n, e in enumerate(shown)]
        even.append(level_points(text, [(n, words) for n, words in steps if words], row.line))
        top.append(DraftPoint(description=text, points=own.points, place=row.line, levels=(DraftLevel(points=own.points, when=row.at(shown[0].place)),)))
    if not even:
        return []
    return [
        Reading(how="levels evenly spaced below the points of each row", points=tuple(even), notes=("the points of the lower levels are not in the source: they were spaced evenly",)),
        Reading(how="only the highest level earns", points=tuple(top), notes=("only the highest level was taken: the source gives the others no points",)),
    ]


def _full_and_half(frame: Frame, kinds: dict[str, int], worth: list[int]) -> list[Reading]:
    points, notes, unused = [], [], []
    for row in frame.rows:
        text, own = _criterion(frame, row), _number(row, worth)
        full, half, nothing = (row.at(kinds.get(each)) for each in ("full", "partial", "none"))
        text = text or full
        if not text or own is None:
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
            continue
        levels = [(own.points, full or text)] if full and full != text or half else []
        if half:
            levels.append((own.points / 2, half))
            notes = ["half of the points were taken for partial credit: its column gives none"]
        point = level_points(text, [*levels, *([(Decimal(0), nothing)] if nothing else [])], row.line, _phrases(frame, row))
        points.append(replace(point, points=abs(own.points), wrong=own.points < 0, id=_id(frame, row)))
    return [Reading(how="full and partial credit in columns", points=tuple(points), notes=tuple(notes), unused=tuple(unused))] if points else []


def _levels_in_rows(frame: Frame) -> list[Reading]:
    """A row per level: the criterion stands once above its levels, or is repeated."""
    names = frame.places(Role.CRITERION) or [p for p in frame.places(Role.UNKNOWN, Role.DESCRIPTION) if p == 0]
    worth = frame.places(Role.POINTS)
    levels = frame.places(Role.LEVEL)
    if not names or not (worth or levels) or len(frame.rows) < 2:
        return []
    groups: list[tuple[str, int, list[tuple[Decimal, str]]]] = []
    for row in frame.rows:
        name = " ".join(row.at(each) for each in names[:1])
        number = _number(row, worth)
        words = [row.at(e.place) for e in frame.heads if e.role in {Role.DESCRIPTION, Role.LEVEL_TEXT, Role.UNKNOWN} and e.place not in names[:1]]
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
    if max(rows) < 2 or not all(each and _falls_or_rises([n for n, _ in each]) for _, _, each in groups):
        return []
    points = tuple(level_points(name, each, line) for name, line, each in groups)
    reading = Reading(how="a row per level", points=points)
    sure = levels or all(min(n for n, _ in each) == 0 for _, _, each in groups)
    return [reading] if sure else [reading, *_plain(frame)]


def _transposed(frame: Frame) -> list[Reading]:
    """Levels in rows and criteria in columns: the first column holds the points of each level."""
    others = [each for each in frame.heads[1:] if any(row.at(each.place) for row in frame.rows)]
    if len(frame.rows) < 2 or not frame.headed and len(others) != 1:
        return []
    first = frame.heads[0]
    number = _number_column(frame) if first.role in {Role.LEVEL, Role.RATING} else None
    marks = [amount_in(r.at(number)) if number else amount_in(r.at(0)) or mark_in(r.at(0)) for r in frame.rows]
    known = [each for each in marks if each is not None]
    if len(known) < len(frame.rows) or not _falls_or_rises([each.points for each in known]):
        return []
    columns = [e for e in others if e.place != number and e.role not in {Role.ASIDE, Role.POINTS, Role.WEIGHT, Role.NUMBER}]
    single = [e for e in columns if e.role in {Role.DESCRIPTION, Role.LEVEL_TEXT, Role.CRITERION, Role.UNKNOWN}]
    notes = ["the levels are ranges of points: the upper end of each was taken"] if any(e.low is not None for e in known) else []
    if len(columns) == 1 and single:
        return _one_scale(frame, columns[0], known, notes)
    if len(columns) < 2 or any(each.role is not Role.UNKNOWN and not each.title for each in columns):
        return []
    if any(e.role in {Role.DESCRIPTION, Role.LEVEL_TEXT, Role.ACCEPT, Role.REJECT} for e in columns) or first.role is Role.NUMBER:
        return []
    points = [
        level_points(each.title, [(m.points, r.at(each.place)) for m, r in zip(known, frame.rows, strict=True) if r.at(each.place)], frame.rows[0].line)
        for each in columns
    ]  # fmt: skip
    return [Reading(how="levels in rows, criteria in columns", points=tuple(points), notes=tuple(notes))]


def _one_scale(frame: Frame, column: Head, marks: list[Mark], notes: list[str]) -> list[Reading]:
    levels = [(m.points, r.at(column.place)) for m, r in zip(marks, frame.rows, strict=True)]
    name = frame.title or levels[marks.index(max(marks, key=lambda e: e.points))][1]
    point = level_points(name, levels, frame.rows[0].line)
    said = "one scale for the whole answer: it became a single key point with levels; split it if you can"
    scale = Reading(how="one holistic scale", points=(point,), notes=(*notes, said))
    sure = frame.heads[0].role is Role.LEVEL or min(e.points for e in marks) == 0 or any(e.text for e in marks)
    if sure:
        return [scale]
    steps = sorted(e.points for e in marks)
    if len(steps) >= 3 and steps == [Decimal(n) for n in range(1, len(steps) + 1)]:
        return [scale, *_plain(frame)]
    return []


def _number_column(frame: Frame) -> int | None:
    worth = frame.places(Role.POINTS)
    return worth[0] if worth else None


def _plain(frame: Frame) -> list[Reading]:
    """A row per key point, with its points in a column."""
    place = _points_column(frame)
    if place is None:
        return _marked_rows(frame)
    points: list[DraftPoint] = []
    unused: list[tuple[int, str]] = []
    notes: list[str] = []
    percents, section, off = 0, "", False
    for row in frame.rows:
        own = _number(row, [place])
        text = _criterion(frame, row, leave=place)
        if own is None and text and not row.at(place):
            section, off = text, bool(SECTION_OFF.match(text))
            if TOTAL.match(text) is None and not off:
                unused.append((row.line, text))
            continue
        if own is None or not text:
            unused.append((row.line, " | ".join(each for each in row.cells if each)))
            continue
        percents += own.how == "percent"
        point, said = _listed(frame, row, own, text, off=off)
        points.append(point)
        notes += said
    if not points:
        return []
    left = [h for h in frame.heads if h.role is Role.NUMBER or (h.role is Role.WEIGHT and h.place != place)]
    notes += [f"column {each.title!r} was not used" for each in left if each.title and each.title != "#"]
    notes += _percent(percents, frame.heads[place].title, len(points))
    return [Reading(how="a row per key point", points=tuple(points), notes=tuple(dict.fromkeys(notes)), unused=tuple(unused))]


def _percent(percents: int, title: str, rows: int) -> list[str]:
    if percents or "%" in title or "percent" in title.casefold() or "prozent" in title.casefold():
        return ["percent were taken as points of 100"]
    if role_of(title) is Role.WEIGHT:
        return ["weights were taken as points"]
    return []


def _listed(frame: Frame, row: Row, own: Mark, text: str, *, off: bool) -> tuple[DraftPoint, list[str]]:
    notes = []
    taken = deduction_in(text)
    number = own.points
    if own.low is not None:
        notes.append(f"line {row.line}: a range or list of points; the greatest, {own.points}, was taken")
    if own.times:
        notes.append(f"line {row.line}: '{row.at(_points_column(frame) or 0)}' was taken as {own.points} points")
    if BONUS.search(text):
        notes.append(f"line {row.line}: a bonus counts like any other point, up to the maximum")
    wrong = number < 0 or off or taken is not None
    more = [row.at(h.place) for h in frame.heads if h.role is Role.MORE and row.at(h.place)]
    levels = (DraftLevel(points=number, when="; ".join(more)),) if more and number > 0 and not wrong else ()
    accepted, refused = _phrases(frame, row)
    point = DraftPoint(
        description=taken.text if taken else text, points=abs(number), wrong=wrong, place=row.line,
        levels=levels, accepted=accepted, not_enough=refused, id=_id(frame, row),
    )  # fmt: skip
    return point, notes


def _marked_rows(frame: Frame) -> list[Reading]:
    """Rows whose text states its own points: `Names light (2)`."""
    texts = [e for e in frame.heads if _share(frame.rows, e.place, lambda c: (m := mark_in(c)) is not None and m.how != "bare") >= 0.8]
    if len(texts) != 1:
        return []
    points = []
    for row in frame.rows:
        mark = mark_in(row.at(texts[0].place))
        if mark is None:
            continue
        others = [row.at(h.place) for h in frame.heads if h.place != texts[0].place and h.role in {Role.CRITERION, Role.DESCRIPTION}]
        words = ": ".join(each for each in (*others, mark.text) if each)
        points.append(DraftPoint(description=words, points=abs(mark.points), wrong=mark.points < 0, place=row.line))
    return [Reading(how="a row per key point, points in its text", points=tuple(points))] if points else []


def _points_column(frame: Frame) -> int | None:
    """Return the column of points: by its title, else the only one that holds nothing else."""
    for role in (Role.POINTS, Role.WEIGHT):
        places = [p for p in frame.places(role) if any(_number(row, [p]) for row in frame.rows)]
        if len(places) > 1:
            sure = [p for p in places if re.search(r"(?i)max|possible|available|höchst|mögl|posib|soll|be\b|pts|points|punkte|puntos|marks", frame.heads[p].title)]
            full = [p for p in places if all(_number(row, [p]) for row in frame.rows)]
            return (sure or full or places)[0]
        if places:
            return places[0]
    found = [
        each.place for each in frame.heads
        if each.role in {Role.UNKNOWN, Role.RATING} and not (frame.headed and each.title and each.points is None and each.role is Role.RATING)
        and _share(frame.rows, each.place, lambda cell: amount_in(cell) is not None, blank=False) >= 0.9
        and not _counts_up(frame.rows, each.place)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _counts_up(rows: Sequence[Row], place: int) -> bool:
    numbers = [mark.points for row in rows if (mark := amount_in(row.at(place))) is not None and mark.how == "bare"]
    return len(numbers) > 1 and numbers == [Decimal(n) for n in range(1, len(numbers) + 1)] and place == 0


def _number(row: Row, places: Sequence[int]) -> Mark | None:
    return next((mark for place in places if (mark := amount_in(row.at(place))) is not None), None)


def _criterion(frame: Frame, row: Row, leave: int | None = None) -> str:
    """Return the words that say what is looked for: name and description, in the file's order."""
    roles = {Role.CRITERION, Role.DESCRIPTION, Role.UNKNOWN} | (set() if frame.headed else {Role.RATING})
    parts = [
        row.at(each.place)
        for each in frame.heads
        if each.role in roles and each.place != leave and row.at(each.place)
        and not (each.role is Role.UNKNOWN and (amount_in(row.at(each.place)) or not _tells(frame, each)))
        and not (each.role is Role.CRITERION and _id(frame, row) == row.at(each.place))
    ]  # fmt: skip
    return ": ".join(dict.fromkeys(" ".join(each.split()).strip(" :") for each in parts))


def _tells(frame: Frame, head: Head) -> bool:
    """A column of short codes beside a description says nothing of the answer."""
    cells = [row.at(head.place) for row in frame.rows if row.at(head.place)]
    return any(len(each) > 5 for each in cells)


def _id(frame: Frame, row: Row) -> str:
    place = next((h.place for h in frame.heads if fold(h.title) == "id"), None)
    name = row.at(place)
    return name if re.fullmatch(r"[a-z][a-z0-9_]{2,59}", name) else ""


def fold(title: str) -> str:
    """Return a title as it is compared here."""
    return " ".join(title.casefold().split())


def _phrases(frame: Frame, row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    accept, reject = (
        tuple(each for place in frame.places(role) for each in phrases(row.at(place)))
        for role in (Role.ACCEPT, Role.REJECT)
    )
    return accept, reject


def phrases(cell: str) -> list[str]:
    """Return the phrases of a cell: one a line, or parted by semicolons or spaced strokes."""
    return [each.strip(" •-*") for each in re.split(r"\n|;|\s/\s", cell) if each.strip(" •-*")]


def _share(rows: Sequence[Row], place: int, fits: object, *, blank: bool = True) -> float:
    cells = [row.at(place) for row in rows if row.at(place) or not blank]
    if not cells or not callable(fits):
        return 0.0
    return sum(bool(fits(each)) for each in cells) / len(cells)


def _falls_or_rises(numbers: Sequence[Decimal | None]) -> bool:
    known = [each for each in numbers if each is not None]
    pairs = list(zip(known, known[1:], strict=False))
    return len(known) > 1 and (all(a > b for a, b in pairs) or all(a < b for a, b in pairs))


def _blocks(rows: list[Row]) -> list[Reading]:
    """Blocks of rows: names of levels, their points below, their texts below those; for each criterion."""
    numbered = [n for n, row in enumerate(rows) if _is_points_row(row)]
    starts = [n for n in numbered if n and not _is_points_row(rows[n - 1]) and sum(bool(c) for c in rows[n - 1].cells) >= 2]
    if not starts or (len(starts) < 2 and is_header(rows[starts[0] - 1].cells) and role_of(rows[starts[0] - 1].at(0)) is not None):
        return []
    if starts[0] > 3:
        return []
    points, notes = [], []
    for n, start in enumerate(starts):
        end = starts[n + 1] - 1 if n + 1 < len(starts) else len(rows)
        if end - start > 4:
            return []
        names, numbers, texts = rows[start - 1], rows[start], rows[start + 1 : end]
        levels = []
        for place in range(1, len(numbers.cells)):
            mark = amount_in(numbers.at(place))
            said = " ".join(row.at(place) for row in texts if row.at(place))
            if mark is not None:
                levels.append((mark.points, said or names.at(place)))
        more = [row.at(0) for row in (numbers, *texts) if row.at(0) and role_of(row.at(0)) is None and amount_in(row.at(0)) is None]
        text = ": ".join(each for each in (names.at(0), *more) if each)
        if not text or len(levels) < 1:
            return []
        points.append(level_points(text, levels, names.line))
    title = " ".join(c for c in rows[0].cells if c) if starts[0] > 1 else ""
    return [Reading(how="a block of rows per criterion", points=tuple(points), notes=tuple(notes), title=title)]


def _is_points_row(row: Row) -> bool:
    rest = [row.at(place) for place in range(1, len(row.cells)) if row.at(place)]
    return len(rest) >= 2 and all(amount_in(each) is not None for each in rest)
