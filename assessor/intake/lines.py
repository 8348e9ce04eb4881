"""The lines of an outline, each with what it is: a point, a total, a phrase, an either-or."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from assessor.intake.levels import partly_in
from assessor.intake.marks import Mark, amount_in, deduction_in, lesser_in, mark_in, number_of
from assessor.intake.numbering import is_count, is_numbering, uncounted
from assessor.intake.source import Line
from assessor.intake.words import (
    ACCEPT,
    ACCEPT_BARE,
    ANY,
    ASIDE,
    COUNTS,
    FIELDS,
    IGNORE,
    OR,
    PARTLY,
    REJECT,
    REJECT_BARE,
    SECTION_OFF,
    START,
    TOTAL,
    UNIT,
)
from assessor.intake.written_out import written_out


class Kind(StrEnum):
    """What a line of an outline is."""

    POINT = "point"
    OFF = "off"
    TOTAL = "total"
    ACCEPT = "accept"
    REJECT = "reject"
    ASIDE = "aside"
    OR = "or"
    ANY = "any"
    EACH = "each"
    SECTION_OFF = "section_off"
    FIELD = "field"
    WORDS = "words"


@dataclass(slots=True, kw_only=True)
class Entry:
    """A line with its points and what stands below it."""

    line: Line
    kind: Kind
    words: str
    mark: Mark | None = None
    count: int = 0
    most: Decimal | None = None
    name: str = ""
    is_or: bool = False
    phrases: list[tuple[Kind, str]] = field(default_factory=list)
    lesser: list[tuple[Decimal, str]] = field(default_factory=list)
    below: list[Entry] = field(default_factory=list)

    @property
    def points(self) -> Decimal | None:
        """The points that the line itself states."""
        return None if self.mark is None else self.mark.points


_LEFT = re.compile(
    rf"\b\d{{1,2}}\s*\([a-z]\)"
    rf"|\b(?:part|section|teil|abschnitt|partie|parte)\s+\(?[a-z]\)?(?![^\W\d_])"
    rf"|\d+(?:[.,]\d+)?|{UNIT}|\b(?:for|question|of|the|available|possible|score|mark "
    rf"scheme|q\d*|this|part|section"
    r"|der|die|für|frage|aufgabe|erreichbar\w*|pour|la|le|de|del|para|pregunta|is|are|in|all|be|can|earned|to|up|grand|task"
    r"|without|with|ohne|mit|sans|avec|bonus|penalty|penalties|incl\w*|inkl\w*|abzüge"
    r"|max(?:imum|imal)?|total|points?|not|above|below|over|more|than)\b|[\W_]",
    re.IGNORECASE,
)
_MOST = re.compile(
    rf"(?:(?:max(?:imum|imal|imaal|\.)?(?: of| von)?|up to|at most|no more than"
    rf"|not (?:above|more than|over)|bis zu|höchstens|jusqu'à|au plus|hasta|como máximo)"
    rf"\s*:?\s*(?P<a>\d+(?:[.,]\d+)?)"
    rf"|(?P<b>\d+(?:[.,]\d+)?)\s*(?:{UNIT})?\s*max(?:imum|imal|\.)?)",
    re.IGNORECASE,
)
_LONE = re.compile(
    rf"^[\[(]\s*\d{{1,3}}(?:[.,]\d)?\s*(?:{UNIT})?\s*[\])]$|^[_\s]*/\s*\d{{1,3}}$", re.IGNORECASE
)
_EQUALS = re.compile(rf"^=\s*\d{{1,3}}(?:[.,]\d+)?\s*(?:{UNIT})?$", re.IGNORECASE)
_EACH_OF = re.compile(
    rf"^((?:je(?:weils)?|each|chacune?)\s+(?:worth\s+)?(?=\d))?(?P<n>\d{{1,2}}(?:[.,]\d)?)\s*{UNIT}"
    rf"(?(1)|\s+(?:each|jeweils|chacune?|cada una?))\s*:$",
    re.IGNORECASE,
)
_OFF_BULLET = re.compile(
    rf"^(?:\d+(?:[.,]\d+)?|[½¼¾])\s*"
    rf"(?:(?:{UNIT})?\s*(?:if|when|wenn|bei|falls|si)\b|(?:for|für|pour|por)\b)",
    re.IGNORECASE,
)
_NAMES_WRONG = re.compile(
    r"(?i)\b(?:wrong|incorrect|false|falsche?[nrs]?|faux|fausse|mauvaise?s?|incorrect[ao]s?) \w+$"
)
_INLINE = re.compile(
    r"(?<!\bnot)(?<!n't)(?<!also)\s*;?\s+"
    r"(?=(?:(?:also )?accept|reject|ignore|do not accept|allow)\s*:|(?:A|R|I|DNA)\s*:\s)",
    re.IGNORECASE,
)


def entries_of(lines: Sequence[Line]) -> list[Entry]:
    """Return what each line is; lines of points alone are joined with the words they belong to."""
    lines, total = _without_sum(written_out(lines))
    joined = _with_bare_points(_unwrapped(uncounted(lines)))
    numbered = is_numbering(joined)
    takes_off = _takes_off([line.text for line, own in joined if own is None])
    entries: list[Entry] = []
    for line, own in joined:
        for part, text in enumerate(_parts(line.text)):
            entry = _entry(replace(line, text=text), own if part == 0 else None, numbered=numbered)
            is_minus = takes_off or _NAMES_WRONG.search(entry.words)
            if is_minus and entry.mark is not None and _is_dashed(entry.mark):
                entry.kind = Kind.OFF
                entry.mark = replace(entry.mark, points=-entry.mark.points)
            if part == 0 and entries and _is_part_of(entries[-1], line.text):
                continue
            if part and entry.kind in {Kind.ACCEPT, Kind.REJECT} and entries:
                entries[-1].phrases.append((entry.kind, entry.words))
            else:
                entries.append(entry)
    if any(each.kind is Kind.TOTAL and each.most for each in entries):
        _take_ticks(entries)
        _take_ends(entries)
    return [*entries, *total]


def _is_part_of(last: Entry, text: str) -> bool:
    """Give a point what earns a part of it (`Partial credit: 1 for …`), and say if that was one."""
    if text.startswith("(") and last.kind is Kind.POINT and last.mark is not None:
        left, lesser = lesser_in(text)
        if lesser and not last.lesser and not left and lesser[0][0] < last.mark.points:
            last.lesser = lesser
            return True
    label = PARTLY.match(text)
    if label is None or last.kind is not Kind.POINT or last.mark is None or last.lesser:
        return False
    if not label["half"] and not re.search(r"\d|[½¼¾]", text):
        return False
    last.lesser = partly_in(text, last.mark.points) or []
    return bool(last.lesser)


_ENDS = re.compile(r"^(?P<text>\D{3,}?)\s+(?P<n>\d{1,3}(?:[.,]\d+)?)$")


def _take_ends(entries: Sequence[Entry]) -> None:
    """Take the numbers behind lines as points, where they add up to the stated total."""
    stated = [each.most for each in entries if each.kind is Kind.TOTAL]
    rest = [each for each in entries if each.kind is not Kind.TOTAL]
    ends = [_ENDS.match(each.words) for each in rest]
    numbers = [number_of(each["n"]) for each in ends if each is not None]
    if len(numbers) < max(2, len(rest)) or any(each.mark is not None for each in rest):
        return
    if sum(each for each in numbers if each is not None) not in stated:
        return
    for entry, found, number in zip(rest, ends, numbers, strict=True):
        if found is not None and number is not None:
            entry.kind, entry.words = Kind.POINT, _trim(found["text"])
            entry.mark = Mark(points=number, text=entry.words, place="end", given=found["n"])


def _without_sum(lines: Sequence[Line]) -> tuple[Sequence[Line], list[Entry]]:
    """Take a lone number below a list off it, where it is the sum of what the lines earn."""
    for each in (lines[:1], lines[-1:]) if len(lines) > 2 else ():
        most = amount_in(each[0].text)
        rest = [mark_in(line.text) for line in lines if line is not each[0]]
        shares = [e.points for e in rest if e is not None and e.how == "percent"]
        if most and most.how == "unit" and len(shares) == len(rest) and sum(shares) == 100:
            total = Entry(line=each[0], kind=Kind.TOTAL, words=each[0].text, most=most.points)
            return [line for line in lines if line is not each[0]], [total]
    last = lines[-1] if len(lines) > 2 else None
    number = number_of(last.text) if last is not None else None
    marks = [mark for each in lines[:-1] if (mark := mark_in(each.text)) is not None]
    if last is None or number is None or len(marks) < 2:
        return lines, []
    if number != sum(mark.points for mark in marks):
        return lines, []
    return lines[:-1], [Entry(line=last, kind=Kind.TOTAL, words=last.text, most=number)]


def _take_ticks(entries: Sequence[Entry]) -> None:
    """Count the ticks behind lines as their marks: schemes with a stated maximum write them so."""
    for entry in entries:
        ticks = re.search(r"[✓✔]+$", entry.line.text.rstrip(" ;."))
        if ticks is not None and entry.kind is Kind.WORDS and entry.mark is None:
            entry.kind = Kind.POINT
            number = Decimal(len(ticks[0]))
            entry.mark = Mark(points=number, text=entry.words, place="end", given=ticks[0])


def _parts(text: str) -> list[str]:
    """Cut phrases to accept or reject off the point in front of them, and a mark from the next."""
    if len(marked := _marked(text)) > 1:
        return marked
    parts = [each for each in _INLINE.split(text) if each.strip(" ;")]
    if not parts or len(parts[0].split()) < 2:
        return [text]  # "Row A: …" names a row
    return parts


_ONE_MARK = re.compile(r"[\[(]\s*(\d)\s*[\])][\s,;]*")


def _marked(text: str) -> list[str]:
    """Return the parts of `water leaves (1) by osmosis (1)`, each with the mark behind it."""
    marks = list(_ONE_MARK.finditer(text))
    if len({each[1] for each in marks}) != 1 or text[marks[-1].end() :].strip(" ."):
        return [text]
    starts = [0, *(each.end() for each in marks)]
    parts = [text[a:b].strip(" ,;") for a, b in itertools.pairwise(starts)]
    return parts if all(len(re.findall(r"[^\W\d_]{2,}", each)) > 1 for each in parts) else [text]


def _entry(line: Line, own: Mark | None, *, numbered: bool) -> Entry:
    text = line.text
    if OR.match(text):
        return Entry(line=line, kind=Kind.OR, words=text)
    if own is not None:
        return Entry(
            line=line, kind=Kind.OFF if own.points < 0 else Kind.POINT, words=text, mark=own
        )
    label = _labelled(line, text)
    if label is not None:
        return label
    inner = re.fullmatch(r"\((.+)\)", text)
    off = deduction_in(
        f"-{text}" if line.mark in {"-", "–", "−"} and _OFF_BULLET.match(text) else text
    ) or (deduction_in(inner[1]) if inner is not None else None)
    if off is not None:
        return Entry(line=line, kind=Kind.OFF, words=off.text, mark=off)
    is_or = bool(re.match(r"^(?:OR|ODER|OU|or)\b[:\s]\s*(?=\S)", text))
    words = re.sub(r"^(?:OR|ODER|OU|or)\b[:\s]\s*", "", text) if is_or else text
    whole, lesser = lesser_in(words)
    mark = mark_in(whole)
    if mark is None or not all(0 < number < mark.points for number, _ in lesser):
        mark, lesser = mark_in(words), []
    if mark is not None and numbered and is_count(mark):
        words = mark.text
        mark = mark_in(words)
    mark = _written_once(mark)
    most = _MOST.search(text)
    entry = Entry(
        line=line,
        kind=Kind.WORDS,
        words=_trim(mark.text if mark else words),
        mark=mark,
        is_or=is_or,
        lesser=lesser,
        most=Decimal((most["a"] or most["b"]).replace(",", ".")) if most else None,
    )
    if mark is not None:
        entry.kind = Kind.OFF if mark.points < 0 else Kind.POINT
    entry.kind, entry.count = _counted(entry, text)
    return entry


def _counted(entry: Entry, text: str) -> tuple[Kind, int]:
    """Return what a line is whose points are each one's below it, and how many of them count."""
    mark, counted = entry.mark, ANY.search(text)
    if (
        counted is not None
        and (mark is None or len(entry.words.split()) <= 8)
        and not (
            mark is not None and mark.is_max and counted[0] in mark.given and entry.words != "from"
        )
    ):
        return Kind.ANY, COUNTS[next(each for each in counted.groups() if each).casefold()]
    opens = r":\s*$|(?i:following|folgende|suivants?|siguientes?)"
    if mark is not None and mark.is_each and re.search(opens, text):
        return Kind.EACH, entry.count
    return entry.kind, entry.count


def _written_once(mark: Mark | None) -> Mark | None:
    """Return the mark of `M1 … (1)`, where the same one is written twice."""
    again = mark_in(mark.text) if mark is not None and re.match(r"[MABE]\d", mark.given) else None
    twice = again is not None and mark is not None and again.points == mark.points
    return again if twice and again is not None and again.how == "bracket" else mark


def _labelled(line: Line, text: str) -> Entry | None:
    for pattern, kind in (
        (REJECT, Kind.REJECT),
        (REJECT_BARE, Kind.REJECT),
        (ACCEPT, Kind.ACCEPT),
        (IGNORE, Kind.REJECT),
        (ASIDE, Kind.ASIDE),
    ):
        found = pattern.match(text)
        if found is not None and text[found.end() :].strip():
            return Entry(line=line, kind=kind, words=text[found.end() :].strip(" .;"))
    if (found := ACCEPT_BARE.match(text)) and mark_in(text) is None:
        return Entry(line=line, kind=Kind.ACCEPT, words=text[found.end() :].strip(" .;"))
    spanned = amount_in(text)
    is_span = spanned is not None and spanned.low is not None and spanned.how == "unit"
    head, dot, tail = text.partition(". ")
    if dot and is_total(head) and re.search(r"\d", head) and not re.search(r"\d", tail):
        text = head  # "Full credit: 5 points. Ask when in doubt."
    if is_total(text) or _LONE.match(text) or is_span or _EQUALS.match(text):
        numbers = [
            Decimal(e.replace(",", "."))
            for e in re.findall(
                r"\d+(?:[.,]\d+)?",
                re.sub(r"(?i)(?:question|q|frage|aufgabe|part|section)\s*\d+", "", text),
            )
        ]
        return Entry(line=line, kind=Kind.TOTAL, words=text, most=max(numbers, default=None))
    if SECTION_OFF.match(text):
        return Entry(line=line, kind=Kind.SECTION_OFF, words=text)
    each = _EACH_OF.match(text)
    if each is not None and (number := number_of(each["n"])) is not None:
        of_each = Mark(points=number, text=text, is_each=True, given=text)
        return Entry(line=line, kind=Kind.EACH, words=text, mark=of_each)
    name, colon, rest = text.partition(":")
    known = FIELDS.get(name.strip("*# ").casefold(), "")
    is_worth = mark_in(rest.strip() or "-") is not None or amount_in(rest) is not None
    is_tongue = known != "language" or re.fullmatch(r"\s*[^\W\d_]{2,12}\s*", rest)
    if colon and known and is_tongue and not is_worth:
        return Entry(line=line, kind=Kind.FIELD, words=rest.strip(), name=known)
    return None


def is_total(text: str) -> bool:
    """Say whether a line states a sum or a maximum and describes nothing."""
    text = START.sub("total", text.strip("[]() "))
    if not TOTAL.match(text) and not re.search(
        r"(?i)\b(?:(?:in |au |en )?total|in all|altogether|en tout|max(?:imum)?\.?|insgesamt)\W*$",
        text,
    ):
        return False
    rest = TOTAL.sub("", text)
    return not [e for e in re.findall(r"[^\W\d_]+", _LEFT.sub(" ", rest))] and (
        bool(re.search(r"\d", text)) or len(text.split()) <= 3
    )


def _trim(words: str) -> str:
    return words.strip().rstrip(";").strip(" \t:,✓✔").strip()


def _unwrapped(lines: Sequence[Line]) -> list[Line]:
    """Join a bullet's second line with its first."""
    found: list[Line] = []
    for place, line in enumerate(lines):
        last = found[-1] if found else None
        after = lines[place + 1] if place + 1 < len(lines) else None
        is_one_of = (
            after is not None
            and (after.indent, after.mark) == (line.indent, line.mark)
            and mark_in(after.text) is not None
            and mark_in(line.text) is not None
        )
        if (
            last is not None
            and last.mark
            and not is_one_of
            and not line.mark
            and not line.heading
            and line.indent > last.indent
            and line.number <= last.number + last.text.count("\n") + 1
            and not re.search(r"[:;.!?\])]$", last.text)
            and mark_in(last.text) is None
            and _labelled(line, line.text) is None
            and not (mark_in(line.text) is not None and mark_in(line.text).place == "front")  # type: ignore[union-attr]  # just seen
        ):
            found[-1] = replace(last, text=f"{last.text} {line.text}")
        else:
            found.append(line)
    return found


def _with_bare_points(lines: Sequence[Line]) -> list[tuple[Line, Mark | None]]:
    """Join lines that are points and nothing else with the words before them, or after them."""
    bare = [_alone(each) for each in lines]
    if (
        sum(each is not None for each in bare) == 1
        and len(lines) > 2
        and _LONE.match(lines[-1].text)
    ):
        return [(each, None) for each in lines]  # it states the sum of what stands above it
    lone = [each for each in bare if each is not None]
    if not any(bare) or (len(lone) == 1 and lone[0].low is not None and len(lines) > 2):
        return [(each, None) for each in lines]
    first = next(place for place, each in enumerate(bare) if each is not None)
    only = bare[first] if sum(each is not None for each in bare) == 1 else None
    ahead = (
        first == 0
        or (only is not None and only.points == 0 and first < len(lines) - 1)
        or all(lines[n].heading or is_total(lines[n].text) for n in range(first))
        or (first == 1 and len(lines) > 3 and bare[-1] is None)
    )
    heads = [line for line, mark in zip(lines, bare, strict=True) if mark is not None]
    is_headed = ahead and all(each.mark[-1:] in {")", "."} for each in heads)  # `(a) (2 points)`
    found: list[tuple[Line, Mark | None]] = []
    waiting: Mark | None = None
    for line, mark in zip(lines, bare, strict=True):
        if (
            mark is None
            and waiting is None
            and is_headed
            and found
            and _runs_on(found[-1][0], line)
        ):
            last, own = found[-1]
            found[-1] = (replace(last, text=f"{last.text} {line.text}"), own)
        elif mark is None:
            found.append((line, waiting))
            waiting = None
        elif ahead:
            waiting = mark
        elif (
            found
            and found[-1][1] is None
            and mark_in(lesser_in(found[-1][0].text)[0]) is None
            and _labelled(found[-1][0], found[-1][0].text) is None
        ):
            found[-1] = (found[-1][0], mark)
        else:
            found.append((line, None))
    return found


def _runs_on(last: Line, line: Line) -> bool:
    """Say whether a line goes on with the sentence of the one right above it."""
    is_next = line.number == last.number + 1 and not (line.mark or line.heading or last.heading)
    is_open = not re.search(r"[.;:!?]$", last.text) and line.text[:1].islower()
    return is_next and is_open and mark_in(line.text) is None and _labelled(line, line.text) is None


def _alone(line: Line) -> Mark | None:
    mark = amount_in(line.text)
    if mark is None or mark.is_max or is_total(line.text):
        return None
    signed = line.text.lstrip()[:1] in {"+", "−"} or (line.mark in {"+"})
    return mark if mark.how == "unit" or signed or re.match(r"^[\[(]", line.text.strip()) else None


def _is_dashed(mark: Mark) -> bool:
    """Say whether a dash touches the number behind a text: `… -2`, a minus or a list's dash."""
    return mark.place == "end" and mark.points > 0 and bool(re.match(r"[-–−]\d", mark.given))


def _takes_off(texts: Sequence[str]) -> bool:
    """Say whether such a dash is a minus: beside lines whose points have none before them."""
    marks = [mark for each in texts if (mark := mark_in(each)) is not None]
    dashed = [_is_dashed(each) for each in marks]
    return any(dashed) and not all(dashed)
