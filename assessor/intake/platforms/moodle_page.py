"""Moodle's rubric and marking guide, copied from their pages."""

from __future__ import annotations

import re
from decimal import Decimal

from assessor.intake.draft import level_points
from assessor.intake.levels import falls_or_rises
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
    """Say whether a text is such a page, from its first line to its last."""
    return bool(read(source))


def read(source: Source) -> list[Reading]:
    """Return the one reading of such a page; none where a line does not fit."""
    return _guide(source) or _rubric(source)


def _rubric(source: Source) -> list[Reading]:
    """Read a rubric whose levels' points stand on lines of their own: `names none⏎0 points⇥…`."""
    found: list[tuple[int, str, list[tuple[Decimal, str]]]] = []
    waiting = ""
    for line, raw in enumerate(source.text.split("\n"), start=1):
        cells = [" ".join(each.split()) for each in raw.split("\t")]
        mark = amount_in(cells[0])
        if not any(cells):
            continue
        if mark is None and not waiting and len(cells) == 2 and all(cells):
            found.append((line, cells[0], []))
        elif mark is not None and mark.how == "unit" and waiting and found and len(cells) < 3:
            found[-1][2].append((mark.points, waiting))
        else:
            return []
        waiting = cells[1] if len(cells) > 1 else ""
    levels = [[number for number, _ in each] for _, _, each in found]
    if source.kind != "text" or waiting or len(found) < 2 or not all(map(falls_or_rises, levels)):
        return []
    points = tuple(level_points(words, each, line) for line, words, each in found)
    return [Reading(how="a rubric, the points below each level", points=points)]


def _guide(source: Source) -> list[Reading]:
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
