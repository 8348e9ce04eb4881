"""HTML to lines and tables: a page, or what a word processor puts on the clipboard."""

from __future__ import annotations

import re

from assessor.intake.source import Block, Grid, Line
from assessor.sheet.html_text import Attributes, SeenReader

_BREAKS = frozenset(
    {"p", "div", "li", "br", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "hr", "dt", "dd", "section"}
)
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "button"})
_MOST_SPAN = 50
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE
)


def html_blocks(text: str) -> tuple[Block, ...]:
    """Return the lines and tables of a page; cells that span others are repeated as empty ones."""
    reader = _Reader()
    text = re.sub(r"(?is)<!--\[if\b.*?<!\[endif\]-->", "", text)  # for one word processor only
    reader.feed(re.sub(r"<!\[[^>]*>|<\?[^>]*>", "", text))
    reader.close()
    reader.broken()
    return tuple(reader.blocks)


class _Reader(SeenReader):
    unseen, hiding = _UNSEEN, _HIDDEN

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._words: list[str] = []
        self._lists: list[str] = []
        self._counts: list[int] = []
        self._mark = ""
        self._heading = 0
        self._indent = 0
        self._rows: _Rows | None = None
        self._within: list[bool] = []
        self._line = 1

    def hides(self, attrs: Attributes) -> bool:
        return super().hides(attrs) or any(
            name == "class" and re.search(r"screenreader-only|sr-only|accesshide", value or "")
            for name, value in attrs
        )

    def opened(self, tag: str, attrs: Attributes) -> None:
        if tag == "table":
            self._open_table()
        elif tag == "tr" and self._rows is not None:
            self._rows.open_row(self.getpos()[0])
        elif tag in {"td", "th"} and self._rows is not None:
            self._close_cell()
            self._rows.open_cell(_span(attrs, "colspan"), _span(attrs, "rowspan"))
        else:
            self._open(tag)

    def _open_table(self) -> None:
        """Begin a table; one within a cell goes on with the row around it, if that has words."""
        if self._rows is None:
            self.broken()
            self._rows = _Rows()
            self._within.append(False)
        elif self._rows.grid() is None and not "".join(self._words).strip():
            self._rows = _Rows()  # a table that only lays out a page
            self._within.append(False)
        else:
            if "".join(self._words).strip():
                self._close_cell()
            self._rows.go_on()
            self._within.append(True)

    def _close_table(self) -> None:
        if self._rows is None or self._within.pop():
            return
        grid = self._rows.grid()
        if grid is not None:
            self.blocks.append(grid)
        self._rows = _Rows() if self._within else None
        if self._rows is not None:
            self._rows.open_row(self.getpos()[0])

    def _open(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self.broken()
            self._lists.append(tag)
            self._counts.append(0)
        elif tag in _BREAKS:
            self.broken()
        self._indent = 4 if tag == "dd" else 0 if tag in _BREAKS else self._indent
        if tag == "li":
            if self._counts:
                self._counts[-1] += 1
            ordered = bool(self._lists) and self._lists[-1] == "ol"
            self._mark = f"{self._counts[-1]}." if ordered else "•"
        if re.fullmatch(r"h[1-6]", tag):
            self._heading = int(tag[1])

    def closed(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"} and self._rows is not None:
            self._close_cell()
            if tag == "table":
                self._close_table()
            return
        if tag in _BREAKS or tag in {"ul", "ol"}:
            self.broken()
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._counts.pop()

    def shown(self, data: str) -> None:
        if not self._words:
            self._line = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self._words.append(re.sub(r"\s+", " ", data))

    def broken(self) -> None:
        if self._rows is not None and self._rows.is_open:
            self._words.append("\n")
            return
        words = " ".join("".join(self._words).split())
        self._words = []
        if words:
            found = re.match(r"^[•·o§-]\s+(?=\S)", words) if not self._mark else None
            self.blocks.append(
                Line(
                    number=self._line,
                    text=words[found.end() :] if found else words,
                    indent=self._indent + 4 * max(len(self._lists) - 1, 0),
                    mark=self._mark or ("•" if found else ""),
                    heading=self._heading,
                )
            )
        self._mark, self._heading = "", 0

    def _close_cell(self) -> None:
        lines = (" ".join(each.split()) for each in "".join(self._words).split("\n"))
        self._words = []
        if self._rows is not None:
            self._rows.close_cell("\n".join(each for each in lines if each))


class _Rows:
    """The rows of a table while it is read."""

    def __init__(self) -> None:
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self._down: dict[int, int] = {}
        self._spans = (1, 1)
        self.is_open = False
        self._goes_on = False

    def go_on(self) -> None:
        """Take the first row of a table within a cell as more cells of the row around it."""
        self.is_open, self._goes_on = False, True

    def open_row(self, line: int) -> None:
        if self._goes_on:
            self._goes_on = False
            return
        self._rows.append([])
        self._lines.append(line)
        self._skip()

    def open_cell(self, across: int, down: int) -> None:
        self._spans = (across, down)
        self.is_open = True

    def close_cell(self, text: str) -> None:
        if not self.is_open or not self._rows:
            return
        self.is_open = False
        row, (across, down) = self._rows[-1], self._spans
        for place in range(len(row), len(row) + across):
            if down > 1:
                self._down[place] = down
        row += [text, *[""] * (across - 1)]
        self._skip()

    def _skip(self) -> None:
        """Leave the places free that a cell above reaches down to."""
        row = self._rows[-1]
        while self._down.get(len(row), 0) > 1 and len(row) < WIDEST_ROW:
            self._down[len(row)] -= 1
            row.append("")

    def grid(self) -> Grid | None:
        kept = [(n, tuple(r)) for n, r in zip(self._lines, self._rows, strict=True) if any(r)]
        if not kept:
            return None
        return Grid(rows=tuple(r for _, r in kept), lines=tuple(n for n, _ in kept))


WIDEST_ROW = 200


def _span(attrs: Attributes, name: str) -> int:
    value = dict(attrs).get(name) or "1"
    return max(1, min(int(value), _MOST_SPAN)) if value.isdecimal() else 1
