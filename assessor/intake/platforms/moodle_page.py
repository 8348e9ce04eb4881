"""Moodle's marking guide copied from its page as text: names, descriptions, `Maximum score`."""

from __future__ import annotations

import re
from decimal import Decimal

from assessor.intake.marks import amount_in
from assessor.intake.platforms.stacked import pieces_of
from assessor.intake.source import Line, Reading, Source
from assessor.rubric.write import DraftLevel, DraftPoint

_MOST = re.compile(
    r"(?i)^(?:max(?:imum|imale?|\.)? (?:score|mark|marks|points|punkte|punktzahl)|höchstpunktzahl"
    r"|note maximale|puntuación máxima|score max(?:imum|imal)?)\s*:?\s*(?P<n>\d+(?:[.,]\d+)?)?$"
)
_STUDENTS = re.compile(
    r"(?i)^(?:description for students|beschreibung für (?:teilnehmer/innen|teilnehmende)"
    r"|description pour les étudiants|descripción para los estudiantes)\s*:?$"
)
_MARKERS = re.compile(
    r"(?i)^(?:description for markers|beschreibung für (?:bewerter/innen|bewertende)"
    r"|description pour les évaluateurs|descripción para (?:los )?evaluadores)\s*:?$"
)
_NOISE = re.compile(r"(?i)^(?:criterion name|marking guide|click to edit.*|criterion remark)$")
_ENDS = re.compile(r"(?i)^(?:frequently used comments|marking guide options)\b")


def recognise(source: Source) -> bool:
    """Say whether criteria end with their maximum score, all through a text."""
    return bool(read(source))


def read(source: Source) -> list[Reading]:
    """Return the one reading of such a page; none where a line does not fit."""
    if source.kind not in {"text", "html"}:
        return []
    blocks: list[tuple[list[tuple[int, str]], Decimal]] = []
    words: list[tuple[int, str]] = []
    is_most = False
    for line, text in _pieces(source):
        found = _MOST.match(text)
        number = amount_in(found["n"] if found and found["n"] else text)
        if ((found and found["n"]) or is_most) and number is not None:
            blocks.append((words, number.points))
            words, is_most = [], False
        elif is_most:
            return []
        elif found:
            is_most = True
        elif _ENDS.match(text):
            break
        elif not _NOISE.match(text):
            words.append((line, text))
    if len(blocks) < 2 or is_most or not all(said for said, _ in blocks):
        return []
    title = _taken_title(blocks)
    return [
        Reading(
            how="a marking guide, the maximum below each criterion",
            title=title,
            points=tuple(_point(said, number) for said, number in blocks),
            unused=tuple(words),
        )
    ]


def _pieces(source: Source) -> list[tuple[int, str]]:
    if source.kind == "text":
        return pieces_of(source.text)
    found: list[tuple[int, str]] = []
    for block in source.blocks:
        if isinstance(block, Line):
            found.append((block.number, block.text))
            continue
        for number, row in zip(block.lines, block.rows, strict=True):
            found += [(number, line) for cell in row for line in cell.split("\n") if line]
    return found


def _taken_title(blocks: list[tuple[list[tuple[int, str]], Decimal]]) -> str:
    """Take the title of the page off the first criterion, where that has one line too many."""
    first = blocks[0][0]
    labels = [n for n, (_, text) in enumerate(first) if _STUDENTS.match(text)]
    most = max(len(said) for said, _ in blocks[1:])
    if (labels and labels[0] == 2) or (not labels and len(first) == most + 1 and most > 1):
        return first.pop(0)[1]
    return ""


def _point(said: list[tuple[int, str]], number: Decimal) -> DraftPoint:
    parts: list[list[str]] = [[], []]
    place = 0
    for _, text in said:
        if _STUDENTS.match(text) or _MARKERS.match(text):
            place = int(bool(_MARKERS.match(text)))
        else:
            parts[place].append(text)
    name, *more = parts[0]
    words = ": ".join(dict.fromkeys(each for each in (name, " ".join(more)) if each))
    when = " ".join(parts[1])
    levels = (DraftLevel(points=number, when=when),) if when else ()
    return DraftPoint(description=words, points=number, levels=levels, place=said[0][0])
