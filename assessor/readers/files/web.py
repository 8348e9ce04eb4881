"""Web pages (html): what a browser shows without running or fetching anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from assessor.readers.files.parsed_text import Page

_BLOCKS = frozenset(
    {"p", "div", "ul", "ol", "li", "table", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "br"}
    | {"blockquote", "hr", "section", "article", "center", "body", "header", "footer", "main", "dd"}
    | {"dt", "dl", "figure", "figcaption", "aside", "nav", "address", "form", "fieldset", "option"}
)
_VOID = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "embed", "source"}
    | {"track", "param"}
)
_UNREAD = frozenset(
    {"script", "style", "template", "head", "title", "noscript", "svg", "iframe", "object"}
    | {"select", "textarea", "canvas", "audio", "video", "datalist"}
)
_PICTURES = frozenset({"img", "svg", "canvas", "video", "audio", "iframe", "object", "embed"})
_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0\d*)?(?:;|$|!)"
    r"|font-size:[012](?:\.\d+)?(?:px|pt)?(?:;|$|!)|text-indent:-\d{3}|(?:left|top):-\d{3}"
    r"|mso-hide:all|(?<!-)color:transparent"
)
_WHITE = re.compile(
    r"(?<![\w-])color:(?:white|#fff(?:fff)?|#f[de]f[de]f[de]|rgb\(25[3-5],25[3-5],25[3-5]\))"
    r"(?:;|$|!)"
)
_GROUND = re.compile(r"background(?:-color)?:(?!none|transparent|white|#fff|inherit|initial)")
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")


def read(text: str) -> Page:
    """Return what a web page shows, its hidden text marked."""
    page = Page(kind="html")
    reader = _WebReader(page, _styles(text))
    reader.feed(re.sub(r"<!\[[^>]*>?|<\?[^>]*>?", "", text))
    reader.close()
    return page


def _styles(text: str) -> dict[str, str]:
    """Return what the page's own style sheets say of single classes, ids and elements."""
    found: dict[str, str] = {}
    for sheet in re.findall(
        r"<style\b[^>]*>(.{0,200000}?)</style", text, re.DOTALL | re.IGNORECASE
    ):
        for selectors, rules in _RULE.findall(re.sub(r"/\*.*?\*/|<!--|-->", "", sheet, flags=re.S)):
            for each in selectors.split(","):
                name = each.strip().rpartition(" ")[2].lower()
                if re.fullmatch(r"[a-z0-9]*[.#]?[\w-]+", name):
                    found[name] = found.get(name, "") + ";" + "".join(rules.lower().split())
    return found


class _WebReader(HTMLParser):
    def __init__(self, page: Page, styles: dict[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page
        self._styles = styles
        # Each open element: its tag, whether it is unread, hidden, on a coloured ground.
        self._open: list[tuple[str, bool, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        _, unread, hidden, ground = self._open[-1] if self._open else ("", False, False, False)
        if not unread:
            self._page.left_out["picture"] += tag in _PICTURES
            if tag in _BLOCKS:
                self._page.line()
            elif tag in {"td", "th"}:
                self._page.text(" | " if self._page.begun else "")
        if tag in _VOID:
            return
        look = self._look(tag, values)
        ground = ground or _GROUND.search(look) is not None or "bgcolor" in values
        white = _WHITE.search(look) is not None or values.get("color", "").lower() in {
            "white",
            "#ffffff",
            "#fff",
        }
        hides = "hidden" in values or _HIDING.search(look) is not None or (white and not ground)
        self._open.append((tag, unread or tag in _UNREAD, hidden or hides, ground))

    def _look(self, tag: str, values: dict[str, str]) -> str:
        names = [tag, f"#{values.get('id', '').lower()}"]
        for each in values.get("class", "").lower().split():
            names += [f".{each}", f"{tag}.{each}"]
        own = "".join(values.get("style", "")[:4000].lower().split())
        return ";".join([*(self._styles.get(name, "") for name in names), own])

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, max(-1, len(self._open) - 40), -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                break
        if tag in _BLOCKS and not (self._open and self._open[-1][1]):
            self._page.line()

    def handle_data(self, data: str) -> None:
        _, unread, hidden, _ = self._open[-1] if self._open else ("", False, False, False)
        if unread:
            return
        in_pre = any(each[0] == "pre" for each in self._open[-12:])
        pieces = data.splitlines() if in_pre else [re.sub(r"\s+", " ", data)]
        for number, piece in enumerate(pieces):
            if number:
                self._page.line()
            self._page.text(piece.replace("\u00a0", " "), hidden=hidden)

    def handle_comment(self, data: str) -> None:
        if data.strip() and not data.lstrip().startswith(("[if", "[endif", "<![endif")):
            self._page.left_out["comment"] += bool(re.search(r"\w{2}", data))
