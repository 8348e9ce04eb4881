"""HTML in cells: the text that a person would read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser

_TAGS = frozenset(
    {"p", "br", "div", "span", "ul", "ol", "li", "b", "i", "u", "em", "strong", "a", "table"}
    | {"tr", "td", "th", "tbody", "thead", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "code"}
    | {"blockquote", "sub", "sup", "img", "hr", "font", "center", "s", "del", "ins", "small"}
    | {"big", "script", "style", "template", "section", "article"}
)
_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre"}
    | {"blockquote", "hr", "section", "article", "center"}
)
_UNSEEN = frozenset({"script", "style", "template", "head", "title", "noscript"})
_VOID = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area"})
_TAG = re.compile(r"<(?:/?([a-zA-Z][a-zA-Z0-9]*)(?:\s[^<>]*)?/?|!--.*?--)>", re.DOTALL)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)


def is_html(text: str) -> bool:
    """Return whether a real tag occurs: `reward(x) < reward(y)` is text."""
    return any(
        match.group(1) is None or match.group(1).lower() in _TAGS for match in _TAG.finditer(text)
    )


def html_to_text(text: str) -> str:
    """Return the text that a person would read; what markup hides is left out."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            if not self._hidden and tag in {"br", "hr"}:
                self.parts.append("\n")
            return
        if self._hidden or tag in _UNSEEN or _hides(attrs):
            self._hidden.append(tag)
            return
        if tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            if tag in self._hidden:
                while self._hidden and self._hidden.pop() != tag:
                    pass
            return
        if tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\u00a0", " "))

    def _break(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")


def _hides(attrs: Sequence[tuple[str, str | None]]) -> bool:
    for name, value in attrs:
        if name == "hidden" or (name == "aria-hidden" and value == "true"):
            return True
        if name == "style" and value and _HIDING.search(value):
            return True
    return False
