"""OpenDocument texts (odt): the text as it stands once all tracked changes are accepted."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from assessor.readers.files.package import open_package, tree
from assessor.readers.files.parsed_text import Page, UnreadableFile, local

_UNREAD = {"annotation": "comment", "image": "picture", "object": "embedded object"}
_WHITE = frozenset({"#ffffff", "#fefefe", "#fdfdfd"})
_SKIPPED = frozenset(
    {"annotation-end", "sequence-decls", "variable-decls", "forms", "note-citation", "title"}
    | {"desc", "object-ole", "plugin"}
)


def read(data: bytes) -> Page:
    """Return what an OpenDocument text shows. Raises UnreadableFile."""
    package = open_package(data)
    manifest = tree(package, "META-INF/manifest.xml")
    if manifest is not None and any(local(e.tag) == "encryption-data" for e in manifest.iter()):
        raise UnreadableFile("locked", "is locked with a password")
    page = Page(kind="odt")
    if any(name.startswith("Basic/") for name in package.namelist()):
        page.notes.append("holds macros, which were not run")
    content = tree(package, "content.xml")
    hiding = _hiding_styles(tree(package, "styles.xml"), content)
    body = None if content is None else next((e for e in content if local(e.tag) == "body"), None)
    if body is not None:
        _OdtWalk(page, hiding).visit(body)
    return page


def _attribute(element: Element, name: str) -> str:
    return next((v for k, v in element.attrib.items() if local(k) == name), "")


def _hiding_styles(*roots: Element | None) -> frozenset[str]:
    """Return the names of the styles whose text nobody sees, by themselves or by a parent."""
    hides: dict[str, bool] = {}
    parent: dict[str, str] = {}
    for root in roots:
        for style in root.iter() if root is not None else ():
            if local(style.tag) != "style":
                continue
            name = _attribute(style, "name")
            parent[name] = _attribute(style, "parent-style-name")
            hides[name] = any(_hides(each) for each in style)
    found = set()
    for name in hides:
        at, seen = name, set[str]()
        while at in hides and not hides[at] and at not in seen:
            seen.add(at)
            at = parent[at]
        if hides.get(at):
            found.add(name)
    return frozenset(found)


def _hides(look: Element) -> bool:
    if local(look.tag) == "section-properties":
        return _attribute(look, "display") == "none"
    if local(look.tag) != "text-properties":
        return False
    ground = _attribute(look, "background-color")
    white = _attribute(look, "color").lower() in _WHITE and ground in {"", "transparent", "#ffffff"}
    size = _attribute(look, "font-size").removesuffix("pt")
    tiny = size.replace(".", "", 1).isdigit() and float(size) < 3
    return _attribute(look, "display") == "none" or white or tiny


class _OdtWalk:
    def __init__(self, page: Page, hiding: frozenset[str]) -> None:
        self.page = page
        self._hiding = hiding
        self._hidden = False
        self._in_row = 0

    def visit(self, element: Element) -> None:
        """Read an element and what stands in it."""
        name = local(element.tag)
        if name == "tracked-changes":
            self.page.left_out["tracked deletion"] += sum(
                local(each.tag) == "deletion" for each in element.iter()
            )
        elif name in _UNREAD:
            self.page.left_out[_UNREAD[name]] += 1
        elif name == "s":
            self.page.text(" " * min(int(_attribute(element, "c") or 1), 100))
        elif name == "tab":
            self.page.text(" ")
        elif name == "line-break":
            self.page.line()
        elif name == "table-row":
            self._row(element)
        elif name not in _SKIPPED:
            self._read(element, name)

    def _read(self, element: Element, name: str) -> None:
        before = self._hidden
        self._hidden = (
            before
            or _attribute(element, "style-name") in self._hiding
            or name in {"hidden-text", "hidden-paragraph"}
            or (name == "section" and _attribute(element, "display") == "none")
        )
        if name == "note":
            self.page.text(" [")
        if name in {"hidden-text"}:
            self.page.text(_attribute(element, "string-value"), hidden=True)
        self._inside(element)
        if name == "note":
            self.page.text("] ")
        self._hidden = before
        if name in {"p", "h"} and not self._in_row:
            self.page.line()

    def _inside(self, element: Element) -> None:
        named = local(element.tag) in {"p", "h", "span", "a", "hidden-text", "ruby-base", "meta"}
        if named:
            self.page.text(element.text or "", hidden=self._hidden)
        for each in element:
            self.visit(each)
            if named:
                self.page.text(each.tail or "", hidden=self._hidden)

    def _row(self, element: Element) -> None:
        self._in_row += 1
        for number, cell in enumerate(e for e in element if local(e.tag) == "table-cell"):
            if number:
                self.page.text(" | ")
            for place, each in enumerate(cell):
                if place:
                    self.page.text(" ")
                self.visit(each)
        self._in_row -= 1
        self.page.line()
