"""Notebooks (ipynb): what was written into the cells, in their order; what they printed is not."""

from __future__ import annotations

import json

from assessor.readers.files.parsed_text import Page, UnreadableFile


def read(data: bytes) -> Page:
    """Return the cells' own text. Raises UnreadableFile where it is no notebook."""
    page = Page(kind="ipynb")
    try:
        book = json.loads(data)
    except (ValueError, RecursionError):
        raise UnreadableFile("torn", "is damaged: not a notebook's JSON") from None
    cells = book.get("cells") if isinstance(book, dict) else None
    if cells is None and isinstance(book, dict):
        # Version 3 kept them in worksheets.
        sheets = book.get("worksheets")
        cells = [
            cell
            for sheet in (sheets if isinstance(sheets, list) else ())
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    if not isinstance(cells, list):
        raise UnreadableFile("torn", "is damaged: a notebook without cells")
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        for line in _text(cell.get("source", cell.get("input", ""))).splitlines():
            page.text(line)
            page.line()
        outputs = cell.get("outputs")
        page.left_out["output of a cell"] += bool(outputs)
        attached = cell.get("attachments")
        page.left_out["picture"] += len(attached) if isinstance(attached, dict) else 0
    return page


def _text(source: object) -> str:
    if isinstance(source, list):
        return "".join(each for each in source if isinstance(each, str))
    return source if isinstance(source, str) else ""
