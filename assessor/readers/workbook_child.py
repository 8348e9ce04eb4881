"""Run as a process of its own: a spreadsheet on stdin, its sheets as JSON lines on stdout.

A damaged or hostile file makes the library ask for any amount of memory and abort. Here that ends
this process and nobody else's. Only what the script names is imported, for it starts each time.
"""

from __future__ import annotations

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import IO
from xml.etree import ElementTree

import python_calamine

if sys.platform != "win32":  # which has no such limits
    import resource

# Address space and seconds; a class of 100,000 in a workbook needs a third of either.
_MOST_MEMORY = 3 << 30
_MOST_SECONDS = 120
_MOST_COLUMNS, _MOST_ROWS = 16_384, 100_000
_TORN = re.compile(rb"(<table:table-cell\b[^<>]*)(?=<)")
_PLACE = re.compile(r"([A-Z]{1,3})\d{1,7}")


def _limit() -> None:
    if sys.platform == "win32":
        return
    for what, most in ((resource.RLIMIT_AS, _MOST_MEMORY), (resource.RLIMIT_CPU, _MOST_SECONDS)):
        _, hard = resource.getrlimit(what)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (soft, hard))
        except (ValueError, OSError):  # macOS refuses to limit the address space
            continue


def _text(cell: object) -> str:
    """Return a cell as it is seen: 731 and not 731.0, times in one form."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _main() -> None:
    _limit()
    data = sys.stdin.buffer.read()
    for about, rows in _sheets(data):
        print(json.dumps(about))  # noqa: T201  # stdout is the answer
        for row in rows:
            print(json.dumps(row))  # noqa: T201  # the answer


def _sheets(data: bytes) -> Iterator[tuple[dict[str, object], Iterable[list[str]]]]:
    """Yield what there is to know of each sheet, and its rows."""
    try:
        opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    except python_calamine.CalamineError:
        # What Moodle writes as .ods is none to calamine.
        for name, texts, unseen in _open_document(data):
            yield {"name": name, "hidden_rows": unseen}, texts
        return
    with opened as book:
        parts = _looked_at(data) if data.startswith(b"PK") else {}
        for sheet in book.sheets_metadata:
            if sheet.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            cells = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            typed, hidden = parts.get(sheet.name, ({}, []))
            about = {
                "name": sheet.name,
                "is_hidden": sheet.visible != python_calamine.SheetVisibleEnum.Visible,
                "hidden_rows": hidden,
            }
            yield about, _with_formulas([list(map(_text, row)) for row in cells], typed)


def _with_formulas(rows: list[list[str]], typed: dict[tuple[int, int], str]) -> list[list[str]]:
    """Put what a student typed behind `=` where a spreadsheet took it for a formula."""
    for (row, column), text in typed.items():
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [""] * (column + 1 - len(rows[row]))
        rows[row][column] = text
    return rows


def _looked_at(data: bytes) -> dict[str, tuple[dict[tuple[int, int], str], list[int]]]:
    """Return by sheet what the library does not tell: formulas, by place, and hidden rows.

    The formulas are those without a value: texts that were no formulas.
    """
    found: dict[str, tuple[dict[tuple[int, int], str], list[int]]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        if "xl/workbook.xml" not in opened.namelist():
            return _hidden_in_open_document(data)
        for name, part in _parts(opened).items():
            hidden: list[int] = []
            with opened.open(part) as sheet:
                found[name] = dict(_formula_cells(sheet, hidden)), hidden
    return found


def _hidden_in_open_document(
    data: bytes,
) -> dict[str, tuple[dict[tuple[int, int], str], list[int]]]:
    try:
        return {name: ({}, hidden) for name, _, hidden in _open_document(data)}
    except ElementTree.ParseError:  # which the library read nonetheless
        return {}


def _parts(opened: zipfile.ZipFile) -> dict[str, str]:
    """Return the file of each sheet by the sheet's name."""
    book = ElementTree.fromstring(opened.read("xl/workbook.xml"))  # noqa: S314  # no entities: looked at
    links = ElementTree.fromstring(opened.read("xl/_rels/workbook.xml.rels"))  # noqa: S314  # looked at
    targets = {each.get("Id", ""): each.get("Target", "") for each in links}
    parts: dict[str, str] = {}
    for sheet in book.iter():
        if _bare(sheet.tag) == "sheet":
            link = next((value for key, value in sheet.items() if _bare(key) == "id"), "")
            target = targets.get(link, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in opened.namelist():
                parts[sheet.get("name", "")] = part
    return parts


def _formula_cells(sheet: IO[bytes], hidden: list[int]) -> Iterator[tuple[tuple[int, int], str]]:
    """Yield formulas without a value by their place; fill `hidden` with the rows nobody sees."""
    row = column = -1
    for event, each in ElementTree.iterparse(sheet, events=("start", "end")):  # noqa: S314  # looked at
        tag = _bare(each.tag)
        if event == "start" and tag == "row":
            row = int(each.get("r") or row + 2) - 1
            column = -1
            if each.get("hidden") in {"1", "true"}:
                hidden.append(row)
        elif event == "start" and tag == "c":
            match = _PLACE.fullmatch(each.get("r", ""))
            column = _number(match[1]) if match else column + 1
        elif event == "end" and tag == "c":
            parts = {_bare(part.tag): part.text or "" for part in each}
            # A value that a program computed stands; an error is a text that was no formula.
            if parts.get("f") and (not parts.get("v") or each.get("t") == "e"):
                yield (row, column), "=" + parts["f"]
        elif event == "end" and tag == "row":
            each.clear()


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _open_document(data: bytes) -> Iterator[tuple[str, list[list[str]], list[int]]]:
    """Yield the tables of an OpenDocument spreadsheet, each with its hidden rows."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        # Moodle leaves the tag of a cell open where an answer began with "=": its text is lost.
        mended = _TORN.sub(rb"\1/>", opened.read("content.xml"))
    with io.BytesIO(mended) as content:
        name, rows, cells = "", list[list[str]](), list[str]()
        hidden: list[int] = []
        for event, each in ElementTree.iterparse(content, events=("start", "end")):  # noqa: S314  # looked at
            tag = _bare(each.tag)
            if event == "start" and tag == "table":
                name, rows, hidden = _attribute(each, "name"), [], []
            elif event == "start" and tag == "table-row":
                cells = []
            elif event == "end" and tag in {"table-cell", "covered-table-cell"}:
                cells += [_cell(each)] * _times(each, "number-columns-repeated", _MOST_COLUMNS)
            elif event == "end" and tag == "table-row":
                while cells and not cells[-1]:
                    cells.pop()
                # Thousands of empty rows stand at the end of a sheet; they are cut off later.
                most = _MOST_ROWS if cells else 1
                if _attribute(each, "visibility") in {"collapse", "filter"}:
                    hidden.append(len(rows))
                rows += [list(cells) for _ in range(_times(each, "number-rows-repeated", most))]
                each.clear()
            elif event == "end" and tag == "table":
                yield name, rows, hidden


def _cell(each: ElementTree.Element) -> str:
    """Return a cell of an OpenDocument table as it is seen."""
    lines = ["".join(_written(part)) for part in each if _bare(part.tag) == "p"]
    return "\n".join(lines) if lines else _attribute(each, "value")


def _written(part: ElementTree.Element) -> Iterator[str]:
    """Yield the text of a paragraph; spaces, tabs and line breaks are elements there."""
    yield part.text or ""
    for each in part:
        tag = _bare(each.tag)
        if tag == "s":
            yield " " * _times(each, "c", 1000)
        elif tag in {"tab", "line-break"}:
            yield "\t" if tag == "tab" else "\n"
        elif tag != "annotation":
            yield from _written(each)
        yield each.tail or ""


def _times(each: ElementTree.Element, name: str, most: int) -> int:
    number = _attribute(each, name)
    return min(int(number), most) if number.isdecimal() else 1


def _attribute(each: ElementTree.Element, name: str) -> str:
    return next((value for key, value in each.items() if _bare(key) == name), "")


def _bare(name: str) -> str:
    return name.rpartition("}")[2]


if __name__ == "__main__":
    _main()
