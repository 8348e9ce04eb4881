"""HTML in cells: the text that a person would read."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]

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
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d]*[1-9])"
    r"|opacity\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)


# A tag as an editor writes it. `a<b and c>d` has words where attributes would need an `=`.
_ATTRIBUTES = r"""(?:\s+[\w:.-]+(?:\s*=\s*(?:"[^"<]*"|'[^'<]*'|[^\s"'<>=]+))?)*"""
_TAG = re.compile(
    rf"<(?P<end>/)?(?P<tag>[a-zA-Z][a-zA-Z0-9]{{0,15}})(?P<attributes>{_ATTRIBUTES})\s*/?>"
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_ALONE = frozenset({"br", "hr", "img"})
_DATA_URL = re.compile(r"data:[\w/+.;-]{0,80}base64,[A-Za-z0-9+/=\s]*")
_COMMENT = re.compile(r"<!--[^>]*>?")
# Within a script or a style a comment is none, and the element ends in it.
_NO_SCRIPT_END = re.compile(r"(?i)<(?!/(?:script|style))")
_COMMENT_END = re.compile(r"--!?\s*>")
_DECLARATION = re.compile(r"<!\[[^>]*>?|<\?[^>]*>?|<!(?!--)[^>]*>?")


def is_html(text: str) -> bool:
    """Return whether real markup occurs: `reward(x) < reward(y)` and "the <b> tag" are text.

    Markup is a line break, a picture or a comment, an element that is closed again, or a text
    that begins with a block.
    """
    if "<" not in text or ">" not in text:
        return False
    if "-->" in text.partition("<!--")[2]:
        return True
    start = len(text) - len(text.lstrip())
    opened: set[str] = set()
    for match in _TAG.finditer(text):
        tag = match["tag"].lower()
        if tag in _ALONE:
            return True
        if tag not in _TAGS or (match["attributes"].strip() and "=" not in match["attributes"]):
            continue
        if match["end"]:
            if tag in opened:
                return True
        elif tag in _BLOCKS and match.start() == start:
            return True
        else:
            opened.add(tag)
    return False


def has_picture(text: str) -> bool:
    """Return whether markup shows a picture, which nobody can read from the text."""
    if "<img" not in text and "<IMG" not in text:
        return False
    return any(match["tag"].lower() == "img" for match in _TAG.finditer(text))


def without_pictures(text: str) -> str:
    """Return a cell without the data of the pictures pasted into it: they can be megabytes."""
    return _DATA_URL.sub("data:", text) if "base64," in text else text


def visible(text: str, *, markup: bool = False) -> str:
    """Return a cell as a person reads it; `markup` says that its column always holds HTML."""
    if is_html(text):
        return html_to_text(text)
    return html.unescape(text).replace("\u00a0", " ") if markup and "&" in text else text


def html_to_text(text: str) -> str:
    """Return the text that a person would read; what markup hides is left out."""
    reader = _MarkupReader()
    # Word's conditional marks and half a declaration: the parser stumbles over them.
    text = _DECLARATION.sub("", text) if "<!" in text or "<?" in text else text
    # What is never closed is text. The parser would look for its end from each of its marks anew.
    whole = text.rfind(">") + 1
    closed = max((each.end() for each in _COMMENT_END.finditer(text)), default=0)
    reader.feed(text[:closed] + _COMMENT.sub(_as_text, text[closed:whole]))
    reader.close()
    if whole < len(text):
        reader.handle_data(html.unescape(text[whole:]))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _as_text(found: re.Match[str]) -> str:
    return _NO_SCRIPT_END.sub("&lt;", found[0])


class SeenReader(HTMLParser):
    """Reads markup as a page shows it: elements that are not shown are never told of."""

    unseen, hiding = _UNSEEN, _HIDING

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in _VOID:
            if not self._hidden and tag in {"br", "hr"}:
                self.broken()
        elif self._hidden or tag in self.unseen or self.hides(attrs):
            self._hidden.append(tag)
        else:
            self.opened(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._hidden:
            self.closed(tag)
        elif tag in self._hidden:
            while self._hidden and self._hidden.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.shown(data)

    def hides(self, attrs: Attributes) -> bool:
        """Return whether an element with these attributes is not shown."""
        return any(
            name == "hidden"
            or (name == "aria-hidden" and value == "true")
            or (name == "style" and self.hiding.search(value or "") is not None)
            for name, value in attrs
        )

    def opened(self, tag: str, attrs: Attributes) -> None:
        """Take in the begin of an element."""

    def closed(self, tag: str) -> None:
        """Take in the end of an element."""

    def shown(self, data: str) -> None:
        """Take in text."""

    def broken(self) -> None:
        """Take in a line break."""


class _MarkupReader(SeenReader):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._lists: list[int | None] = []
        self._marked = -1
        self._verbatim = 0

    def broken(self) -> None:
        self.parts.append("\n")

    def opened(self, tag: str, attrs: Attributes) -> None:
        self._verbatim += tag == "pre"
        if tag in _BLOCKS:
            self._break()
        if tag in {"ol", "ul"}:
            self._lists.append(_start(attrs) if tag == "ol" else None)
        elif tag == "li":
            self.parts.append(self._mark(attrs))
            self._marked = len(self.parts)
        elif tag in {"td", "th"} and self.parts and not self.parts[-1][-1:].isspace():
            self.parts.append(" ")

    def closed(self, tag: str) -> None:
        self._verbatim = max(0, self._verbatim - (tag == "pre"))
        if tag in {"ol", "ul"} and self._lists:
            self._lists.pop()
        if tag in _BLOCKS:
            self._break()

    def shown(self, data: str) -> None:
        if not self._verbatim:
            # A line end in the source is a space on the page.
            data = _SPACE.sub(" ", data)
            if data.startswith(" ") and (not self.parts or self.parts[-1][-1:].isspace()):
                data = data[1:]
        if data:
            self.parts.append(data.replace("\u00a0", " "))

    def _mark(self, attrs: Attributes) -> str:
        """Return what a page shows in front of a list's item: its number, a dash for a bullet."""
        number = self._lists[-1] if self._lists else None
        if number is None:
            return "- "
        told = next((value for name, value in attrs if name == "value"), None) or ""
        number = int(told) if told.isdecimal() and len(told) < 6 else number
        self._lists[-1] = number + 1
        return f"{number}. "

    def _break(self) -> None:
        # A paragraph right behind a list's mark stands beside it.
        if self.parts and len(self.parts) != self._marked and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")


def _start(attrs: Attributes) -> int:
    """Return the number that a list begins with."""
    told = next((value for name, value in attrs if name == "start"), None) or ""
    return int(told) if told.isdecimal() and len(told) < 6 else 1
