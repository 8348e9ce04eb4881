"""Web pages as tables: what some platforms call a download, and an .xls that is a page in truth."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from assessor.errors import SubmissionError
from assessor.sheet import Table, table_of

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|table)\b", re.I | re.S
)


def is_page(start: str) -> bool:
    """Return whether a text is a page with a table in it."""
    return _PAGE.match(start) is not None and "<t" in start


def read_page(text: str, file: str) -> Table:
    """Return the largest table of a page. Raises SubmissionError where it has none."""
    reader = _PageReader()
    reader.feed(text)
    reader.close()
    rows = max(reader.tables, key=len, default=[])
    if len(rows) < 2:
        raise SubmissionError(f"{file}: is a web page without a table; download it as CSV")
    return table_of(file, rows)


class _PageReader(HTMLParser):
    """Cells of tables, their text as it stands there: line ends and all."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._end()  # of the cell around it
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self._end()
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self._end()
            self._cell = []
        elif tag in {"br", "p", "li"} and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._end()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _end(self) -> None:
        if self._cell is not None:
            self.tables[-1][-1].append("".join(self._cell))
            self._cell = None
