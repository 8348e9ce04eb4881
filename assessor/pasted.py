"""What people have in place of a rubric file: lines with points, a table, a platform's rubric."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.errors import SubmissionError
from assessor.rubric.write import Draft, DraftLevel, DraftPoint, fitted, one_line
from assessor.sheet import Table, fold_header, number_in, parse_table

# What a title over a column or in front of a line may say, folded.
_POINTS = frozenset(
    {"points", "point", "pts", "pt", "p", "marks", "mark", "max", "max points", "score", "weight"}
    | {"punkte", "punkt", "pkt", "credits", "points possible", "puntos", "pontos", "punti"}
)
_TEXT = frozenset(
    {"criterion", "criteria", "key point", "description", "what", "item", "kriterium", "text"}
    | {"beschreibung", "rubric", "expectation", "erwartung", "criteria name", "requirement"}
    | {"criterio", "critère", "answer element", "content", "inhalt", "aspekt", "name", "id"}
)
_FULL = ("full", "excellent", "complete", "voll", "sehr gut", "full credit", "all")
_PARTIAL = ("partial", "half", "partly", "good", "fair", "teil", "halb", "some")
_NONE = ("no credit", "none", "absent", "poor", "missing", "not enough", "keine", "zero", "fail")
_FIELDS: Mapping[str, str] = {
    **dict.fromkeys(("title", "titel", "titre", "título", "rubric", "name"), "title"),
    **dict.fromkeys(("question", "frage", "q", "task", "aufgabe", "pregunta"), "question"),
    **dict.fromkeys(
        (
            *("reference", "reference answer", "model answer", "answer", "solution"),
            *("musterlösung", "sample answer", "lösung", "respuesta", "erwartete antwort"),
        ),
        "reference",
    ),
    **dict.fromkeys(("language", "sprache", "langue"), "language"),
}


def read_pasted(text: str, file: str) -> Draft:
    """Return what a pasted text or a file's text says of a rubric; notes tell what it does not.

    A Canvas rubric CSV, a Gradescope evaluations export, a table (tab, comma, semicolon or
    markdown) with points and texts, or lines such as "2 points: mentions …".
    """
    # What cannot be seen cannot be meant: escapes of a terminal, marks of a word processor.
    text = "".join(c for c in text if c in "\n\r\t" or unicodedata.category(c) != "Cc")
    if not text.strip():
        return Draft(notes=(f"{file}: is empty; paste lines such as '2 points: mentions …'",))
    table = _table(text, file)
    if table is not None:
        titles = [fold_header(each) for each in table.header]
        if "criteria name" in titles and "rating points" in titles:
            return _canvas(table)
        if "question submission id" in titles and "adjustment" in titles:
            return _gradescope(table)
        if _point_column(table) is not None and len(titles) > 1:
            return _plain_table(table)
    return _lines(text, file)


def _table(text: str, file: str) -> Table | None:
    """Return the table in a text; None where its lines are no rows."""
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and sum(line.count("|") >= 2 for line in lines) >= max(2, len(lines) - 1):
        rows = [line.strip().strip("|").split("|") for line in lines if "|" in line]
        kept = [row for row in rows if not all(re.fullmatch(r"\s*:?-+:?\s*", c) for c in row)]
        text = "\n".join("\t".join(" ".join(c.split()).strip("`* ") for c in row) for row in kept)
    try:
        table = parse_table(text.encode(errors="replace"), file)
    except SubmissionError:
        return None
    widths = [len(row) for row in table.rows if any(row)]
    even = sum(width == len(table.header) for width in widths)
    is_even = len(table.header) > 1 and even >= 0.7 * len(widths)
    return table if is_even or _ragged(table) else None


def _ragged(table: Table) -> bool:
    """Canvas repeats rating columns as often as each criterion needs."""
    return "criteria name" in [fold_header(each) for each in table.header]


def _plain_table(table: Table) -> Draft:
    headed = any(fold_header(each) in _POINTS | _TEXT for each in table.header)
    titles = [fold_header(each) if headed else "" for each in table.header]
    where = _point_column(table)
    rows = list(table.records()) if headed else list(enumerate(table.rows, start=1))
    columns = {
        name: next((i for i, title in enumerate(titles) if _means(title, words)), None)
        for name, words in (("full", _FULL), ("partial", _PARTIAL), ("none", _NONE))
    }
    texts = [
        place
        for place in range(len(titles))
        if place != where and place not in columns.values() and titles[place] not in {"id", "#"}
    ]
    points, notes = [], []
    for row, cells in rows:
        if _is_total(" ".join(cells)):
            continue
        said = cells[where] if where is not None and where < len(cells) else ""
        number = _points_in(said)
        words = "; ".join(c.strip() for p, c in enumerate(cells) if p in texts and c.strip())
        full = _cell(cells, columns["full"])
        if not words:
            words = full or _cell(cells, _place(titles, "id"))
        if number is None or not words:
            notes.append(f"{table.where(row)}: no points or no text in {' | '.join(cells)[:80]!r}")
            continue
        credit = (_cell(cells, columns["partial"]), full)
        point = _with_levels(words, number, credit, _cell(cells, columns["none"]))
        name = _cell(cells, _place(titles, "id"))
        points.append(replace(point, id=name if re.fullmatch(r"[a-z]\w{2,59}", name) else ""))
    return Draft(points=tuple(points), notes=tuple(notes))


def _with_levels(words: str, number: Decimal, credit: tuple[str, str], nothing: str) -> DraftPoint:
    partial, full = credit
    levels: tuple[DraftLevel, ...] = ()
    if partial:
        half = DraftLevel(points=number / 2, when=partial)
        levels = (half, DraftLevel(points=number, when=full or words))
    elif full and full != words:
        levels = (DraftLevel(points=number, when=full),)
    return DraftPoint(
        description=words,
        points=abs(number),
        levels=levels if number > 0 else (),
        not_enough=(nothing,) if nothing else (),
        wrong=number < 0,
    )


def _canvas(table: Table) -> Draft:
    """A criterion is a key point; its ratings above zero are its levels."""
    titles = [fold_header(each) for each in table.header]
    ratings = [place for place, title in enumerate(titles) if title == "rating name"]
    name, text = titles.index("criteria name"), _place(titles, "criteria description")
    rubrics = _place(titles, "rubric name")
    first = ""
    points, notes = [], []
    for row, cells in table.records():
        first = first or (_cell(cells, rubrics).strip() or "")
        if _cell(cells, rubrics).strip() not in {"", first}:
            notes.append(f"{table.where(row)}: belongs to another rubric; it was left out")
            continue
        levels, nothing = [], []
        for place in ratings:
            number = _points_in(_cell(cells, place + 2))
            said = _cell(cells, place + 1).strip() or _cell(cells, place).strip()
            if number is not None and number > 0:
                levels.append(DraftLevel(points=number, when=said))
            elif number is not None and _cell(cells, place + 1).strip():
                nothing.append(said)
        if not levels:
            notes.append(f"{table.where(row)}: {_cell(cells, name)!r} has no rating above 0 points")
            continue
        title, more = _cell(cells, name).strip(), _cell(cells, text).strip()
        point = fitted(
            DraftPoint(
                description=f"{title}: {more}" if more else title,
                points=levels[0].points,
                levels=tuple(levels),
                not_enough=tuple(nothing),
            )
        )
        if len(point.levels) < len(levels):
            notes.append(
                f"{table.where(row)}: {title!r} has {len(levels)} ratings above 0; "
                f"kept are {len(point.levels)} of them, judges tell no more apart"
            )
        points.append(point)
    return Draft(title=first, points=tuple(points), notes=tuple(notes))


def _gradescope(table: Table) -> Draft:
    """Each rubric item is a column of true and false; its points stand in a footer, if at all."""
    titles = [fold_header(each) for each in table.header]
    first = titles.index("submission time") + 1 if "submission time" in titles else 0
    items = list(range(first, titles.index("adjustment")))
    rows = [cells for _, cells in table.records()]
    footer = next((r for r in rows if fold_header(r[0]).startswith("point values")), None)
    notes = []
    if footer is not None:
        known = {place: _points_in(footer[place]) for place in items}
    else:
        known = _solved(rows, items, titles.index("score"), table.header)
        notes.append(
            f"{table.file}: tells no points per item; they were worked out from the scores"
        )
    if any(
        fold_header(r[0]).startswith("scoring method") and "negative" in " ".join(r).casefold()
        for r in rows
    ):
        notes.append(f"{table.file}: takes points off; check which items are ideas that earn")
    points = []
    for place in items:
        title, number = one_line(table.header[place]), known[place]
        wrong = _is_wrong(title) or (number is not None and number < 0)
        if not number:
            notes.append(f"{table.file}: the points of {title!r} are not known; 1 was put there")
            number = Decimal(1)
        text = re.sub(r"^\W*misconception\W*", "", title, flags=re.IGNORECASE) or title
        points.append(DraftPoint(description=text, points=abs(number), wrong=wrong))
    return Draft(points=tuple(points), notes=tuple(notes))


def _solved(
    rows: Sequence[Sequence[str]], items: Sequence[int], score: int, header: Sequence[str]
) -> dict[int, Decimal | None]:
    """Return each item's points, from rows in which all other items' points are known."""
    known: dict[int, Decimal | None] = dict.fromkeys(items)
    given = [
        ([p for p in items if row[p].strip().casefold() == "true"], number_in(row[score]))
        for row in rows
    ]
    for _ in items:
        for true, total in given:
            unknown = [place for place in true if known[place] is None]
            if total is None or len(unknown) != 1 or _is_wrong(header[unknown[0]]):
                continue
            rest = total - sum((known[p] or Decimal(0) for p in true), Decimal(0))
            if rest > 0:
                known[unknown[0]] = rest
    return known


def _is_wrong(title: str) -> bool:
    return bool(re.match(r"\W*(?:misconception|wrong|error|fehl|falsch)", title, re.IGNORECASE))


_NUMBER = r"[+-]?\d+(?:[.,]\d+)?|[½¼¾]"
_UNIT = r"(?:points?|punkte?|pkt\.?|puntos?|pontos?|punti|credits?|marks?|pts?\.?|p\.?)(?![^\W\d_])"
_BULLET = re.compile(r"^\s*(?:[-*•·–]\s+|\(?[a-z]\)\s+|\d{1,2}[.)]\s+)", re.IGNORECASE)
_LEADING = re.compile(
    rf"^[\[(]?({_NUMBER})\s*(?:{_UNIT}\s*[\])]?\s*(?:[:=–-]|for\b|für\b)?|[\])]|:)\s*(.+)$",
    re.IGNORECASE,
)
_TRAILING = re.compile(
    rf"^(.+?)\s*(?:[\[(]\s*({_NUMBER})\s*(?:{_UNIT})?\s*[\])]|[:=–-]\s*({_NUMBER})\s*{_UNIT}?)\s*\.?$",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"^([+-]\d+(?:[.,]\d+)?)\s+(.+)$")


def _lines(text: str, file: str) -> Draft:
    fields: dict[str, list[str]] = {}
    points: list[DraftPoint] = []
    notes: list[str] = []
    bare: list[tuple[int, str]] = []
    current = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = one_line(raw)
        if not line or _is_total(line):
            continue
        name, colon, rest = line.partition(":")
        field = _FIELDS.get(name.strip("*# ").casefold(), "")
        point = _point(line)
        if colon and field and point is None:
            current = field
            fields.setdefault(field, []).extend([rest.strip()] if rest.strip() else [])
        elif point is not None:
            current = ""
            points.append(point)
        elif current:
            fields[current].append(line)
        elif _is_heading(line):
            continue
        else:
            bare.append((number, line))
    if not points and len(bare) > 1:
        points = [DraftPoint(description=_bare(line), points=Decimal(1)) for _, line in bare]
        notes.append(f"{file}: no points in it; each line became a key point worth 1")
    else:
        notes += [f"{file}:{number}: no points in {line[:80]!r}" for number, line in bare]
    said = {name: "\n".join(lines) for name, lines in fields.items()}
    return Draft(points=tuple(points), notes=tuple(notes), **said)


def _point(line: str) -> DraftPoint | None:
    """Return the key point that a line with points in it describes."""
    words = line if _SIGNED.match(line) else _BULLET.sub("", line)
    for pattern, number, text in ((_SIGNED, 1, 2), (_LEADING, 1, 2), (_TRAILING, 2, 1)):
        match = pattern.match(words)
        if match is None:
            continue
        given = match.group(number) or match.group(number + 1)
        points = _points_in(given)
        description = _bare(match.group(text))
        if points and description:
            return DraftPoint(description=description, points=abs(points), wrong=points < 0)
    return None


def _bare(line: str) -> str:
    return _BULLET.sub("", line).strip(" \t:;,*")


def _points_in(text: str) -> Decimal | None:
    halves = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
    cleaned = re.sub(_UNIT, "", text, flags=re.IGNORECASE).strip(" ()[]+")
    return halves.get(cleaned, number_in(cleaned) if cleaned else None)


def _point_column(table: Table) -> int | None:
    """Return the column that holds points: by its title, else the one with small numbers only."""
    for place, title in enumerate(table.header):
        if fold_header(title) in _POINTS:
            return place
    for place in range(len(table.header)):
        cells = [row[place].strip() for row in table.rows if place < len(row)]
        numbers = [n for n in map(_points_in, cells) if n is not None and abs(n) <= 100]
        # The first row may be a title, the last a total.
        if len(cells) > 1 and len(numbers) >= len(cells) - 1:
            return place
    return None


def _means(title: str, words: Sequence[str]) -> bool:
    return any(title == word or title.startswith(f"{word} ") for word in words)


def _is_total(line: str) -> bool:
    return bool(re.match(r"\W*(?:total|sum|summe|gesamt|insgesamt)\b", line, re.IGNORECASE))


def _is_heading(line: str) -> bool:
    return (
        bool(
            re.match(
                r"\W*(?:criteria|rubric|key points?|scoring|marking|bewertung)\b[^.]*:?$",
                line,
                re.IGNORECASE,
            )
        )
        and len(line.split()) <= 5
    )


def _place(titles: Sequence[str], name: str) -> int | None:
    return titles.index(name) if name in titles else None


def _cell(cells: Sequence[str], place: int | None) -> str:
    said = cells[place].strip() if place is not None and place < len(cells) else ""
    return "" if said in {"-", "\u2013", "\u2014"} else said
