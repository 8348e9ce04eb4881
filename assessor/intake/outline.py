"""Lines to a rubric: one question or several, an outline or none at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.counting import plural
from assessor.intake.frame import NAME
from assessor.intake.levels import levels_in
from assessor.intake.lines import Entry, Kind, entries_of
from assessor.intake.maker import Maker
from assessor.intake.marks import marks_within
from assessor.intake.nesting import nested, with_runs
from assessor.intake.source import Line, NotARubric, Reading
from assessor.intake.words import QUESTION, SCHEME, UNIT

LONG = 25
_OUT_OF = re.compile(
    rf"(?:\b(?:out of|sur|von|sobre)|/)\s*(\d{{1,3}})\s*(?:{UNIT})?\W*$"
    rf"|\b(\d{{1,3}})\s*{UNIT}\s*(?:in all|in total|insgesamt|en tout|en total)\W*$",
    re.IGNORECASE,
)
_PERSON = re.compile(r"^[A-ZÀ-Þ][\w'’-]+, [A-ZÀ-Þ][\w'’.-]+(?: [A-ZÀ-Þ]\.)?\s+\d+(?:[.,]\d+)?$")


def read_lines(lines: Sequence[Line]) -> list[Reading]:
    """Return the ways to read an outline, the likeliest first; none where no line has points.

    Raises NotARubric for an e-mail, prose, and a list of people.
    """
    _refuse_mail(lines)
    entries = entries_of(lines)
    parts = _questions(entries)
    if len(parts) > 1:
        found = [(head, _reading(part)) for head, part in parts]
        return [
            replace(
                each, how=f"only {_short(head.line.text)}", question=each.question or _asked(head)
            )
            for head, readings in found
            for each in readings[:1]
        ]
    return _reading(entries)


def _reading(entries: list[Entry]) -> list[Reading]:
    _take_title_for_total(entries)
    roots = nested(with_runs(entries))
    makers = [Maker(as_scale=True)]
    makers[0].walk(roots)
    if makers[0].doubted:
        makers.append(Maker(as_scale=False))
        makers[1].walk(roots)
    readings = [each.reading() for each in makers]
    for each in readings:
        _refuse_prose(each, entries)
    return [each for each in readings if each.points]


def _take_title_for_total(entries: list[Entry]) -> None:
    """`Free response, 4 points total` in the first line states the sum of all that follows."""
    first = entries[0] if entries else None
    scheme = _OUT_OF.search(first.line.text) if first else None
    if first is not None and scheme and SCHEME.match(first.line.text) and first.kind is Kind.WORDS:
        first.kind, first.most = Kind.TOTAL, Decimal(scheme[1] or scheme[2])
    alike = [e for e in entries if e.mark is not None and "total" in e.mark.given.casefold()]
    if len(alike) > 1:
        return  # each part states its own
    if (
        first is not None
        and first.kind is Kind.POINT
        and first.mark is not None
        and (
            _is_shared(first, entries)
            or re.search(r"(?i)\b(?:total|in all|insgesamt|au total|en total)\b", first.mark.given)
            or (SCHEME.match(first.words) and len(entries) > 2)
        )
    ):
        first.kind, first.most, first.mark = Kind.TOTAL, first.mark.points, None


def _is_shared(first: Entry, entries: Sequence[Entry]) -> bool:
    """Say whether all that is below `Essay, 20 points` states percent of it, 100 together."""
    rest = [e.mark for e in entries if e is not first and e.mark is not None]
    is_all = first.mark is not None and first.mark.how != "percent" and len(rest) > 1
    return is_all and all(e.how == "percent" for e in rest) and sum(e.points for e in rest) == 100


def _short(text: str) -> str:
    return text if len(text) <= 50 else f"{text[:49]}…"


def _asked(head: Entry) -> str:
    """Return the question that a heading such as `Q7  Explain …  [3]` puts, if it does."""
    found = QUESTION.match(head.line.text)
    words = (
        head.words[found.end() :]
        if found and head.words[: found.end()] == head.line.text[: found.end()]
        else ""
    )
    words = words.strip(" :.–—-)")
    return (
        words + ("" if words.endswith(("?", ".")) or not words else ".")
        if len(words.split()) >= 3
        else ""
    )


def _questions(entries: list[Entry]) -> list[tuple[Entry, list[Entry]]]:
    """Return the parts of a file with several questions, each with its heading."""
    starts: list[int] = []
    numbers: list[str] = []
    for place, entry in enumerate(entries):
        found = QUESTION.match(entry.line.text)
        if found is None or entry.kind in {Kind.TOTAL, Kind.ACCEPT, Kind.REJECT}:
            continue
        number = found[1] or found[3]
        if number not in numbers:
            starts.append(place)
            numbers.append(number)
    if len(starts) < 2:
        return []
    ends = [*starts[1:], len(entries)]
    parts = [(entries[a], entries[a:b]) for a, b in zip(starts, ends, strict=True)]
    return [each for each in parts if any(e.mark is not None for e in each[1])]


def _refuse_mail(lines: Sequence[Line]) -> None:
    text = [each.text for each in lines]
    heads = sum(
        bool(
            re.match(
                r"(?i)^(?:from|to|subject|cc|sent|date|von|an|betreff|gesendet|de|objet|asunto|para|à|envoyé)\s*:\s*\S",
                each,
            )
        )
        for each in text[:12]
    )
    greets = any(
        re.match(
            r"(?i)^(?:dear|hi|hello|hey|liebe[rs]?|sehr "
            r"geehrte[rs]?|hallo|bonjour|chère?s?|cher|estimad[oa]s?|hola|querid[oa]s?|good "
            r"morning)\b[^.:]{0,60}[,!–-]?$",
            each,
        )
        for each in text[:12]
    )
    signs = any(
        re.match(
            r"(?i)^(?:best|kind regards|regards|best regards|best wishes|cheers|thanks|thank "
            r"you|many thanks|sincerely|yours|viele grüße|mit freundlichen|liebe grüße|beste "
            r"grüße|cordialement|bien à (?:toi|vous)|saludos|un "
            r"saludo|atentamente|lg|vg)\b.{0,30}$",
            each,
        )
        for each in text[2:]
    )
    quotes = any(re.search(r"(?i)\b(?:wrote|schrieb|a écrit|escribió)\s?:$", e) for e in text)
    if heads >= 2 or (greets and signs) or quotes:
        raise NotARubric(
            "is an e-mail, not a rubric",
            "copy the lines with the key points and their points out of it",
        )


def _refuse_prose(reading: Reading, entries: list[Entry]) -> None:
    running = [
        e
        for e in entries
        if e.kind in {Kind.WORDS, Kind.POINT}
        and marks_within(e.line.text) >= 2
        and len(e.line.text.split()) >= 12
        and not (levels_in(e.line.text) or e.lesser)
        and not e.below
    ]
    if running:
        raise NotARubric(
            f"is running text that gives points within its sentences (line "
            f"{running[0].line.number})",
            "write one key point a line with its points, or let a judge structure it (--draft)",
        )
    listed = [e for e in entries if _PERSON.match(e.line.text)]
    if not reading.points and len(listed) > 1 and len(listed) * 2 > len(entries):
        raise NotARubric(
            "looks like a list of students' names with grades, not like a rubric",
            "give the file in which the criteria and their points stand",
        )
    words = [e for e in entries if len(e.line.text.split()) >= LONG]
    if not reading.points and words and len(words) * 2 >= len(entries):
        raise NotARubric(
            "is prose: no points stand in it",
            "write one key point a line with its points, or let a judge structure it (--draft)",
        )
    if (
        reading.points
        and all(NAME.match(each.description) and not each.levels for each in reading.points)
        and len(reading.points) > 1
    ):
        raise NotARubric(
            "looks like a list of names with grades, not like a rubric",
            "write what is looked for behind each, with its points",
        )
    left = [text for _, text in reading.unused]
    if reading.points and len(left) > len(reading.points) + 2:
        raise NotARubric(
            f"states points in {plural(len(reading.points), 'line')}, and "
            f"{plural(len(left), 'other is', 'others are')} neither "
            f"headings nor details of them (such as {_short(left[0])!r})",
            "write one key point a line with its points, or let a judge structure it (--draft)",
        )
