"""A table taken apart: its header, its rows, the total it states, and who must not be in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.intake.levels import level_cell
from assessor.intake.lines import is_total
from assessor.intake.marks import Mark, amount_in, mark_in
from assessor.intake.roles import (
    Head,
    Role,
    heads_of,
    is_header,
    is_rating,
    people_in,
    role_of,
)
from assessor.intake.source import NotARubric, Sum
from assessor.intake.sums import names_a_part
from assessor.intake.words import SHARES, TOTAL
from assessor.intake.written_out import legend_in


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
    sums: tuple[Sum, ...] = ()

    def places(self, *roles: Role) -> list[int]:
        """Return the columns of these roles, in their order."""
        return [each.place for each in self.heads if each.role in roles]


def frame_of(rows: list[Row]) -> Frame:
    """Find the header, and take off what stands above it and the totals below."""
    rows = _by_legend(rows)
    head = next((n for n, row in enumerate(rows[:12]) if is_header(row.cells)), None)
    if head is not None and _is_like_its_rows(rows[head], rows[head + 1 :]):
        head = None
    if head is None and _is_words_above_points(rows):
        head = 0
    title, stated, unused = _above(rows[: head or 0])
    if head is None:
        width = max(len(row.cells) for row in rows)
        body, titles = rows, [""] * width
    else:
        body, titles = rows[head + 1 :], list(rows[head].cells)
        titles, body = _second_header(titles, body)
    width = max([len(titles), *(len(row.cells) for row in body)])
    titles += [""] * (width - len(titles))
    kept, sums, stated, cap = _without_totals(body, titles, stated)
    heads = heads_of(titles, [each.cells for each in kept])
    kept = [_in_percent(each, [h.place for h in heads if h.role is Role.WEIGHT]) for each in kept]
    for each in heads:
        if (
            each.role is Role.POINTS
            and stated is None
            and (own := mark_in(each.title)) is not None
            and (own.how == "bracket" or re.search(r":\s*\d+$", each.title))
        ):
            stated = own.points
    return Frame(
        heads=tuple(heads),
        rows=tuple(kept),
        stated=stated,
        title=title.strip("# "),
        notes=(),
        unused=tuple(unused),
        headed=head is not None,
        is_cap=cap,
        sums=tuple(sums),
    )


def _in_percent(row: Row, weights: Sequence[int]) -> Row:
    """Return a row with `half` and `a quarter` in a column of weights as percent."""
    shares = [
        SHARES.get(row.at(p).casefold()) if p in weights else None for p in range(len(row.cells))
    ]
    cells = (f"{n}%" if n else cell for cell, n in zip(row.cells, shares, strict=True))
    return replace(row, cells=tuple(cells)) if any(shares) else row


def _without_totals(
    body: Sequence[Row], titles: Sequence[str], stated: Decimal | None
) -> tuple[list[Row], list[Sum], Decimal | None, bool]:
    """Return the rows that state no sum, the sums, the greatest of these, and if it is a cap."""
    kept: list[Row] = []
    sums: list[Sum] = []
    cap = False
    for row in body:
        total = _total(row)
        if is_header(row.cells) and [c for c in row.cells if c] == [t for t in titles if t]:
            continue
        if total is None:
            kept.append(row)
            continue
        is_max = bool(re.search(r"(?i)max|höchst|máx", " ".join(row.cells)))
        if total and not is_max:
            sums.append(Sum(line=row.line, text=_words_of(row), numbers=total))
        if total and (stated is None or max(total) > stated):
            stated, cap = max(total), is_max
    return kept, sums, stated, cap


def _by_legend(rows: list[Row]) -> list[Row]:
    """Take a legend out of a table, and write what it says beside the names of levels."""
    legends = [(row, e) for row in rows if (e := legend_in(" ".join(c for c in row.cells if c)))]
    if len(legends) != 1:
        return rows
    ((of, legend),) = legends
    return [_worth(each, legend) for each in rows if each is not of]


def _worth(row: Row, legend: Mapping[str, str]) -> Row:
    """Return a row of names of levels with the points that a legend gives them."""
    worth = [legend.get(each.strip().casefold()) for each in row.cells]
    if sum(map(bool, worth)) < 2:
        return row
    cells = (f"{c} ({n})" if n else c for c, n in zip(row.cells, worth, strict=True))
    return replace(row, cells=tuple(cells))


def _is_like_its_rows(head: Row, body: Sequence[Row]) -> bool:
    """Say whether a row of levels with points stands above others of its kind: it is no header."""
    known = [role_of(each) for each in head.cells]
    worded = [c for c in head.cells[1:] if level_cell(c) is not None and len(c.split()) > 3]
    if not body or known[0] is Role.CRITERION or (any(known) and len(worded) < 2):
        return False
    if sum(level_cell(c) is not None for c in head.cells if c) < 2:
        return False
    alike = sum(sum(level_cell(c) is not None for c in row.cells if c) >= 2 for row in body)
    return alike == len(body)


def _is_words_above_points(rows: Sequence[Row]) -> bool:
    """Say whether the first row has a known title and no points, and all below it have some."""
    head, below = rows[0], rows[1:]
    if len(below) < 2 or sum(bool(c) for c in head.cells) < 2:
        return False
    if any(level_cell(c) for c in head.cells):
        return False
    worth = [p for p, title in enumerate(head.cells) if role_of(title) is Role.POINTS]
    if any(amount_in(row.at(p)) for p in worth for row in below):
        return all(amount_in(row.at(worth[0])) or _total(row) is not None for row in below)
    known = any(role_of(each) in {Role.CRITERION, Role.DESCRIPTION} for each in head.cells)
    return known and all(any(level_cell(c) for c in row.cells if c) for row in below)


def _above(rows: Sequence[Row]) -> tuple[str, Decimal | None, list[tuple[int, str]]]:
    """Return the title and the total above a header, and what else stands there."""
    title, stated, unused = "", None, list[tuple[int, str]]()
    for row in rows:
        words = " ".join(each for each in row.cells if each)
        total = _total(row)
        if total is not None:
            stated = max(total, default=None)
        elif not title and len(words) <= 120:
            title = words
        else:
            unused.append((row.line, words))
    return title, stated, unused


def _second_header(titles: list[str], body: list[Row]) -> tuple[list[str], list[Row]]:
    """Join names of levels with the row of points below them."""
    if not body:
        return titles, body
    below = body[0]
    if (spread := _below_one_title(titles, below)) is not None:
        return spread, body[1:]
    rated = [p for p in range(len(titles)) if amount_in(below.at(p)) is not None]
    words = [below.at(p) for p in range(len(titles)) if below.at(p) and p not in rated]
    plain = [
        p for p in rated if titles[p] and role_of(titles[p]) is None and not is_rating(titles[p])
    ]
    if len(plain) >= 2 and all(role_of(each) is Role.POINTS or not each for each in words):
        joined = [f"{t} ({below.at(p)})" if p in plain else t for p, t in enumerate(titles)]
        return joined, body[1:]
    return titles, body


_STEP = re.compile(r"^([^\W\d][^\d()]{1,40}?)\s+(\d{1,2})$")


def _below_one_title(titles: Sequence[str], below: Row) -> list[str] | None:
    """Return titles with the levels that stand below one title over several columns; or None."""
    cells = {p: below.at(p) for p in range(max(len(titles), len(below.cells))) if below.at(p)}
    said = [_STEP.sub(r"\1 (\2)", each) for each in cells.values()]
    marks = [amount_in(each) or mark_in(each) for each in said]
    over = [titles[p] for p in cells if p < len(titles) and titles[p]]
    numbers = [each.points for each in marks if each is not None]
    if (
        len(cells) < 2
        or len(numbers) < len(cells)
        or len(over) > 1
        or not all(map(is_rating, said))
    ):
        return None
    if sorted(cells) != list(range(min(cells), max(cells) + 1)) or min(cells) == 0:
        return None
    if numbers not in (sorted(numbers), sorted(numbers, reverse=True)):
        return None
    found = [*titles, *[""] * (max(cells) + 1 - len(titles))]
    for place, title in zip(cells, said, strict=True):
        found[place] = title
    return found


def _total(row: Row) -> tuple[Decimal, ...] | None:
    """Return the numbers that a row of a total states, if any; None for another row."""
    words = [each for each in row.cells if each and amount_in(each) is None]
    marks = [mark for each in row.cells if each and (mark := amount_in(each)) is not None]
    if len(words) > 1 and names_a_part(words[0]):
        words = words[1:]
    if not words:
        return (marks[0].points,) if len(marks) == 1 and marks[0].how == "bare" else None
    first = words[0]
    if not TOTAL.match(first) or len(first.split()) > 8 or len(words) > 2 or not is_total(first):
        return None
    inside = mark_in(first) or mark_in(re.sub(r"^\W*\w+\W*", "", first) + " x")
    marks = [each for each in marks if each.how != "percent"] or marks
    known = [each.points for each in marks] + ([inside.points] if inside else [])
    found = re.findall(r"\d+(?:[.,]\d+)?", first) if not known else []
    return (*known, *(Decimal(each.replace(",", ".")) for each in found))


def _words_of(row: Row) -> str:
    return " ".join(each for each in row.cells if each and amount_in(each) is None)


def refuse_people_in(frame: Frame, rows: Sequence[Row]) -> None:
    """Refuse a table of students, by its titles or its cells. Raises NotARubric."""
    titles = [each.title for each in frame.heads]
    found = people_in(
        titles if frame.headed else [""] * len(titles),
        [each.cells for each in (frame.rows or rows)],
    )
    if found:
        listed = ", ".join(repr(each) for each in found[:4])
        raise NotARubric(
            f"has columns of students ({listed}): it is a gradebook or an export of answers, not "
            f"a rubric; "
            "no student may get into a rubric",
            "give the file in which the criteria and their points stand",
        )
    named_so = [
        e.title
        for e in frame.heads[1:]
        if frame.headed
        and (NAME.match(e.title) or _INITIAL.match(e.title))
        and e.role in {Role.UNKNOWN, Role.PERSON}
        and (cells := [row.at(e.place) for row in frame.rows if row.at(e.place)])
        and all(amount_in(cell) is not None for cell in cells)
    ]
    if len(named_so) > 1:
        raise NotARubric(
            f"has columns that are named like people ({', '.join(map(repr, named_so[:3]))}) and "
            "hold marks: no student may get into a rubric",
            "take these columns out, or give the file in which the criteria and their points stand",
        )
    stats = [each.title for each in frame.heads if fold(each.title) in _STATISTICS]
    if len(stats) > 1:
        raise NotARubric(
            f"holds statistics of grades ({', '.join(map(repr, stats[:3]))}), not a rubric",
            "give the file in which the criteria and their points stand",
        )
    if _looks_like_people(frame):
        raise NotARubric(
            "looks like a list of students with their grades, not like a rubric",
            "put a row with 'Criterion' and 'Points' above it if these are criteria",
        )


_INITIAL = re.compile(r"^[A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ]\.$")
_STATISTICS = frozenset(
    {"mean", "median", "average", "avg", "std dev", "std. dev.", "standard deviation", "sd"}
    | {"mittelwert", "durchschnitt", "standardabweichung", "moyenne", "médiane", "media", "mediana"}
)
NAME = re.compile(r"^[A-ZÀ-Þ][\w'’-]+,? +(?:[A-ZÀ-Þ]\.? +)?[A-ZÀ-Þ][\w'’-]+$")


def _looks_like_people(frame: Frame) -> bool:
    """Say whether names of people stand where criteria would: first in a row, or below `Name`."""
    for head in frame.heads:
        cells = [row.at(head.place) for row in frame.rows if row.at(head.place)]
        is_name = fold(head.title) in {"name", "nom", "nombre", "nome"}
        is_first = head.place == 0 and head.role in {Role.UNKNOWN, Role.PERSON}
        stands = is_name or is_first or (head.place == 0 and not frame.headed)
        if stands and len(cells) > 1 and all(map(NAME.match, cells)):
            return True
    return False


def number_at(row: Row, places: Sequence[int]) -> Mark | None:
    """Return the first cell of these columns that is points and nothing else."""
    return next((mark for place in places if (mark := amount_in(row.at(place))) is not None), None)


def criterion_of(
    frame: Frame, row: Row, leave: int | None = None, levels: Sequence[Head] = ()
) -> str:
    """Return the words that say what is looked for: name and description, in the file's order.

    `leave` is the column of points; `levels` are those whose cells are levels.
    """
    roles = {Role.CRITERION, Role.DESCRIPTION, Role.MISTAKE, Role.UNKNOWN} | (
        set() if frame.headed else {Role.RATING}
    )
    parts = [
        row.at(each.place)
        for each in frame.heads
        if each.role in roles
        and each.place != leave
        and each not in levels
        and row.at(each.place)
        and not (
            each.role is Role.UNKNOWN and (amount_in(row.at(each.place)) or not _tells(frame, each))
        )
        and not holds_names(frame, each)
        and not (each.role is Role.CRITERION and id_at(frame, row) == row.at(each.place))
    ]
    return ": ".join(dict.fromkeys(" ".join(each.split()).strip(" :") for each in parts))


def holds_names(frame: Frame, head: Head) -> bool:
    """Say whether a column of another title than a rubric's holds names of people: `Seen by`."""
    cells = [row.at(head.place) for row in frame.rows if row.at(head.place)]
    is_other = frame.headed and bool(head.title) and head.role is Role.UNKNOWN
    beside = frame.places(Role.CRITERION, Role.DESCRIPTION)
    return is_other and bool(beside) and len(cells) > 1 and all(map(NAME.match, cells))


# An id, or a day: they say nothing of an answer.
_CODE = re.compile(
    r"\S*[\d_]\S*|\d{1,2}\W\d{1,2}\W\d{2,4}\b.*|\d{4}-\d\d-\d\d.*"
    r"|(?:\d{1,2}\.? )?(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zäû]*"
    r"\.?(?: \d{1,2})?,? \d{4}",
    re.IGNORECASE,
)


def holds_codes(frame: Frame, head: Head) -> bool:
    """Say whether a column of an unknown title holds ids or days, and no numbers."""
    cells = [row.at(head.place) for row in frame.rows if row.at(head.place)]
    are_codes = bool(cells) and all(_CODE.fullmatch(e) and not amount_in(e) for e in cells)
    return frame.headed and head.role is Role.UNKNOWN and are_codes


def _tells(frame: Frame, head: Head) -> bool:
    """A column of short codes beside a description says nothing of the answer."""
    cells = [row.at(head.place) for row in frame.rows if row.at(head.place)]
    if holds_codes(frame, head) and frame.places(Role.CRITERION, Role.DESCRIPTION):
        return False
    others = frame.places(Role.CRITERION, Role.DESCRIPTION, Role.UNKNOWN)
    return others == [head.place] == [0] or any(len(each) > 5 for each in cells)


def id_at(frame: Frame, row: Row) -> str:
    """Return a row's id, where a column of that title holds one."""
    place = next((h.place for h in frame.heads if fold(h.title) == "id"), None)
    name = row.at(place)
    return name if re.fullmatch(r"[a-z][a-z0-9_]{2,59}", name) else ""


def fold(title: str) -> str:
    """Return a title as it is compared here."""
    return " ".join(title.casefold().split())


def phrases_at(frame: Frame, row: Row) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a row accepts, and what it does not."""
    accept, reject = (
        tuple(each for place in frame.places(role) for each in phrases(row.at(place)))
        for role in (Role.ACCEPT, Role.REJECT)
    )
    return accept, reject


def phrases(cell: str) -> list[str]:
    """Return the phrases of a cell: one a line, or parted by semicolons or spaced strokes."""
    return [each.strip(" •-*") for each in re.split(r"\n|;|\s/\s", cell) if each.strip(" •-*")]


def share(rows: Sequence[Row], place: int, fits: object, *, blank: bool = True) -> float:
    """Return the share of a column's cells that fit; with `blank` the empty ones do not count."""
    cells = [row.at(place) for row in rows if row.at(place) or not blank]
    if not cells or not callable(fits):
        return 0.0
    return sum(bool(fits(each)) for each in cells) / len(cells)
