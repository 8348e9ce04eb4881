"""Tables with a row per key point and a column of points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.counting import plural
from assessor.intake.frame import Frame, Row, criterion_of, id_at, number_at, phrases_at, share
from assessor.intake.marks import Mark, amount_in, deduction_in, mark_in
from assessor.intake.roles import (
    Head,
    Role,
    role_of,
)
from assessor.intake.source import Group, Reading, Sum
from assessor.intake.words import (
    ACCEPT,
    ACCEPT_BARE,
    ANY,
    BONUS,
    EACH,
    NEGATIVE,
    OR,
    REJECT,
    REJECT_BARE,
    SECTION_OFF,
    SUM_OF,
)
from assessor.rubric.write import DraftLevel, DraftPoint


def plain_rows(frame: Frame) -> list[Reading]:
    """A row per key point, with its points in a column."""
    place = next(
        (p for p in (points_column(frame), *frame.places(Role.OFF)) if p is not None), None
    )
    if place is None:
        return _marked_rows(frame)
    listing = _Listing(frame, place)
    for row in frame.rows:
        listing.take(row)
    if not listing.points:
        return []
    left = [
        each
        for each in frame.heads
        if each.role is Role.NUMBER or (each.role is Role.WEIGHT and each.place != place)
    ]
    ranges = [number_at(row, [place]) for row in frame.rows]
    if len(listing.points) > 2 and all(e is None or e.low for e in ranges):
        listing.doubts.append("every row has a range of points: are they levels of one scale?")
    is_weight = frame.heads[place].role is Role.WEIGHT and len(listing.points) > 1
    if is_weight and sum(each.points for each in listing.points) == 1:
        listing.points = [replace(e, points=e.points * 100) for e in listing.points]
        said = "the weights add up to 1: they were taken as percent, of 100 points"
        listing.doubts.append(said)
    notes = [
        *listing.notes,
        *(f"column {e.title!r} was not used" for e in left if e.title and e.title != "#"),
        *_percent(listing.percents, frame.heads[place].title),
    ]
    doubts = [*listing.doubts, *_unlike_a_rubric(frame), *_in_words(frame, place)]
    reading = Reading(
        how="a row per key point",
        points=tuple(listing.points),
        groups=tuple(listing.groups),
        notes=tuple(dict.fromkeys(notes)),
        unused=tuple(listing.unused),
        doubts=tuple(doubts),
        sums=tuple(listing.sums),
    )
    return [reading, *_by_weight(frame, listing, left, reading)]


def _by_weight(
    frame: Frame, listing: _Listing, left: Sequence[Head], reading: Reading
) -> list[Reading]:
    """Return the reading by a column of weights beside the points, where it says another."""
    weights = [e for e in left if e.role is Role.WEIGHT and _is_all_points(frame.rows, e.place)]
    if not weights:
        return []
    by_weight = _Listing(frame, weights[0].place)
    for row in frame.rows:
        by_weight.take(row)
    shares = [
        (one.points * 100, other.points * 100)
        for one, other in zip(listing.points, by_weight.points, strict=False)
    ]
    if len({a / b for a, b in shares if b}) == 1 and len(by_weight.points) == len(listing.points):
        return []  # the same in percent
    title = weights[0].title
    other = replace(
        reading,
        how=f"a row per key point, worth what column {title!r} says",
        points=tuple(by_weight.points),
        notes=(f"column {frame.heads[listing.place].title!r} was not used",),
        stated=None,
    )
    return [other]


_OR_ELSE = re.compile(r"^(?:OR|ODER|OU)\b[:\s]\s*(?=\S)")
_TIMES = frozenset(
    {"week", "date", "due", "due date", "deadline", "woche", "datum", "semaine", "semana", "fecha"}
)


_ASKED = re.compile(r"(?i)\b(?:question|frage|aufgabe|pregunta|q)\b")


def _unlike_a_rubric(frame: Frame) -> list[str]:
    """Return what speaks for a table of something else: a quiz, a plan of the course."""
    found = []
    last = max((head.place for head in frame.heads if head.title), default=0)
    for head in frame.heads:
        cells = [row.at(head.place) for row in frame.rows if row.at(head.place)]
        if head.role is Role.NUMBER and sum(e.endswith("?") for e in cells) * 3 > len(cells):
            found.append(f"column {head.title!r} holds questions: is each row one of its own?")
        if "?" in head.title and len(head.title.split()) > 2:
            found.append(f"column {head.title!r} is named by a question: do answers stand in it?")
        if head.role is Role.LEVEL and cells:
            found.append(f"column {head.title!r} holds levels: is each row a level of one scale?")
        if frame.headed and not head.title and cells and head.place > last:
            found.append(f"{cells[0][:40]!r} stands beyond the last column: is a quote missing?")
        mains = [m[0] for e in cells if (m := re.match(r"\D{0,3}\d+", e))]
        if _ASKED.search(head.title) and 1 < len(set(mains)) < len(mains) == len(cells):
            found.append(f"column {head.title!r} counts {plural(len(set(mains)), 'question')}")
        if head.title.casefold().strip() in _TIMES:
            found.append(f"column {head.title!r} belongs to a plan of a course, not to a rubric")
    return found


class _Listing:
    """Key points while the rows of a table are gone through."""

    def __init__(self, frame: Frame, place: int) -> None:
        self.points: list[DraftPoint] = []
        self.groups: list[Group] = []
        self.unused: list[tuple[int, str]] = []
        self.notes: list[str] = []
        self.doubts: list[str] = []
        self.sums: list[Sum] = []
        self.percents = 0
        self._frame, self.place = frame, place
        self._off = self._either = False

    def take(self, row: Row) -> None:
        """Take one row: a key point, a heading, an OR, or what was not used."""
        own = number_at(row, [self.place])
        offs = self._frame.places(Role.OFF)
        off = number_at(row, offs)
        text = criterion_of(self._frame, row, leave=self.place)
        if off is not None and off.points:
            if own is not None and own.points and self.place not in offs:
                self.doubts.append(f"line {row.line}: earns points, and takes some off")
            own = replace(off, points=-abs(off.points))
        if own is not None and _is_off(self._frame, row):
            own = replace(own, points=-abs(own.points))
        if own is None and not row.at(self.place) and text:
            self._heading(row, text)
        elif own is not None and not text and _sums_up(row):
            told = " ".join(e for e in row.cells if e and amount_in(e) is None)
            self.sums.append(Sum(line=row.line, text=told, numbers=(own.points,)))
        elif own is None or not text or not own.points:
            self.unused.append((row.line, " | ".join(each for each in row.cells if each)))
            if own is None and text and re.search(r"\w", row.at(self.place)):
                self.doubts.append(
                    f"line {row.line}: {row.at(self.place)[:40]!r} is no number of points"
                )
        else:
            if found := _OR_ELSE.match(text):
                self._either, text = True, text[found.end() :]
            self.percents += own.how == "percent"
            point, said = _listed(self._frame, row, own, text, off=self._off)
            self.points.append(point)
            self.notes += said
            if self._either and len(self.points) > 1:
                self._tie()
            self._either = False

    def _heading(self, row: Row, text: str) -> None:
        if OR.match(text):
            self._either = True
            return
        self._off = bool(SECTION_OFF.match(text))
        roles = {Role.POINTS, Role.UNKNOWN, Role.RATING, Role.WEIGHT}
        beside = [h for h in self._frame.heads if h.role in roles and amount_in(row.at(h.place))]
        if beside:
            title = beside[0].title or f"{beside[0].place + 1}"
            self.doubts.append(f"line {row.line}: its number stands in column {title!r}")
        if ANY.search(text):
            self.doubts.append(f"line {row.line}: {text!r} stands in a table, over which rows?")
        elif not self._off:
            self.unused.append((row.line, text))

    def _tie(self) -> None:
        """Tie the last two points, of which one counts."""
        last = len(self.points) - 1
        if self.groups and last - 1 in self.groups[-1].of:
            self.groups[-1] = Group(of=(*self.groups[-1].of, last), count=1)
        else:
            self.groups.append(Group(of=(last - 1, last), count=1))


def _sums_up(row: Row) -> bool:
    """Say whether a row says what it is the sum of, in a column of sections: `Methods total`."""
    words = [e for e in row.cells if e and amount_in(e) is None]
    return len(words) == 1 and SUM_OF.match(words[0]) is not None


def _in_words(frame: Frame, place: int) -> list[str]:
    """Ask about a column of weights that says in words what a row is worth: `counts double`."""
    columns = [each for each in frame.heads if each.role is Role.WEIGHT and each.place != place]
    return [
        f"line {row.line}: what does {row.at(head.place)[:40]!r} make of its points?"
        for head in columns
        for row in frame.rows
        if re.search(r"[^\W\d_]{3}", row.at(head.place)) and not amount_in(row.at(head.place))
    ][:3]


def _is_off(frame: Frame, row: Row) -> bool:
    """Say whether a row names a mistake, or a cell beside it says that it is taken off."""
    mistakes = frame.places(Role.MISTAKE)
    said = [row.at(p).casefold() for p in frame.places(Role.UNKNOWN, Role.NUMBER, Role.ASIDE)]
    return bool(mistakes) or any(each in NEGATIVE for each in said)


def _percent(percents: int, title: str) -> list[str]:
    if percents or "%" in title or "percent" in title.casefold() or "prozent" in title.casefold():
        return ["percent were taken as points of 100"]
    if role_of(title) is Role.WEIGHT:
        return ["weights were taken as points"]
    return []


def _listed(
    frame: Frame, row: Row, own: Mark, text: str, *, off: bool
) -> tuple[DraftPoint, list[str]]:
    notes = []
    taken = deduction_in(text)
    number = own.points
    if own.low is not None:
        notes.append(
            f"line {row.line}: a range or list of points; the greatest, {own.points}, was taken"
        )
    if own.times:
        notes.append(
            f"line {row.line}: '{row.at(points_column(frame) or 0)}' was taken as "
            f"{plural(str(own.points), 'point')}"
        )
    if BONUS.search(text):
        notes.append(f"line {row.line}: a bonus counts like any other point, up to the maximum")
    wrong = number < 0 or off or taken is not None
    accepted, refused = phrases_at(frame, row)
    more = []
    for said in (row.at(e.place) for e in frame.heads if e.role is Role.MORE):
        for phrase in re.split(r"\n|;\s*", said):
            if found := (REJECT.match(phrase) or REJECT_BARE.match(phrase)):
                refused += (phrase[found.end() :].strip(),)
            elif found := (ACCEPT.match(phrase) or ACCEPT_BARE.match(phrase)):
                accepted += (phrase[found.end() :].strip(),)
            elif (part := mark_in(phrase)) and 0 < part.points < number and not EACH.search(phrase):
                notes.append(f"line {row.line}: left to whoever marks: {phrase.strip()[:80]!r}")
            elif phrase.strip():
                more.append(phrase.strip())
    kept = more and number > 0 and not wrong
    levels = (DraftLevel(points=number, when="; ".join(more)),) if kept else ()
    point = DraftPoint(
        description=taken.text if taken else text,
        points=abs(number),
        wrong=wrong,
        place=row.line,
        levels=levels,
        accepted=accepted,
        not_enough=refused,
        id=id_at(frame, row),
    )
    return point, notes


def _marked_rows(frame: Frame) -> list[Reading]:
    """Rows whose text states its own points: `Names light (2)`."""
    texts = [
        e
        for e in frame.heads
        if share(frame.rows, e.place, lambda c: (m := mark_in(c)) is not None and m.how != "bare")
        >= 0.8
    ]
    if len(texts) != 1:
        return []
    points = []
    for row in frame.rows:
        mark = mark_in(row.at(texts[0].place))
        if mark is None:
            continue
        others = [
            row.at(h.place)
            for h in frame.heads
            if h.place != texts[0].place and h.role in {Role.CRITERION, Role.DESCRIPTION}
        ]
        words = ": ".join(each for each in (*others, mark.text) if each)
        points.append(
            DraftPoint(
                description=words, points=abs(mark.points), wrong=mark.points < 0, place=row.line
            )
        )
    left = [
        e.title
        for e in frame.heads
        if e.role in {Role.RATING, Role.UNKNOWN, Role.LEVEL_TEXT, Role.LEVEL}
        and e.place != texts[0].place
        and any(row.at(e.place) for row in frame.rows)
    ]
    doubts = (f"columns with text were not used: {', '.join(map(repr, left))}",) if left else ()
    reading = Reading(
        how="a row per key point, points in its text", points=tuple(points), doubts=doubts
    )
    return [reading] if points else []


def points_column(frame: Frame) -> int | None:
    """Return the column of points: by its title, else the only one that holds nothing else."""
    for role in (Role.POINTS, Role.WEIGHT):
        places = [p for p in frame.places(role) if any(number_at(row, [p]) for row in frame.rows)]
        if len(places) > 1:
            sure = [
                p
                for p in places
                if re.search(
                    r"(?i)max|possible|available|höchst|mögl|posib|soll|be\b|pts|points|punkte|puntos|marks",
                    frame.heads[p].title,
                )
            ]
            full = [p for p in places if all(number_at(row, [p]) for row in frame.rows)]
            return (sure or full or places)[0]
        if places:
            return places[0]
    found = [
        each.place
        for each in frame.heads
        if each.role in {Role.UNKNOWN, Role.RATING}
        and not (frame.headed and each.role is Role.RATING and each.points is None)
        and _is_all_points(frame.rows, each.place)
        and not _counts_up(frame.rows, each.place)
    ]
    return found[0] if len(found) == 1 else None


def _is_all_points(rows: Sequence[Row], place: int) -> bool:
    """Say whether a column holds points in most rows, and nothing else."""
    given = [row.at(place) for row in rows if row.at(place)]
    most = len(given) * 2 > len(rows) and (len(given) > 1 or len(rows) == 1)
    return most and all(amount_in(each) is not None for each in given)


def _counts_up(rows: Sequence[Row], place: int) -> bool:
    numbers = [
        mark.points
        for row in rows
        if (mark := amount_in(row.at(place))) is not None and mark.how == "bare"
    ]
    return (
        len(numbers) > 1
        and numbers == [Decimal(n) for n in range(1, len(numbers) + 1)]
        and place == 0
    )
