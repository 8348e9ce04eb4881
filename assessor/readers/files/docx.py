"""Word documents (docx, docm): the text as it stands once all tracked changes are accepted.

Walked by hand over the standard library's parser: python-docx leaves inserted text, text boxes and
notes out and gives hidden text as if it were seen. Macros are never looked at.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

from assessor.readers.files.package import open_package, tree
from assessor.readers.files.parsed_text import Page, local

_ASIDE = {"drawing": "picture", "pict": "picture", "object": "embedded object"}
_DELETED = frozenset({"del", "moveFrom"})
_SKIPPED = frozenset(
    {"instrText", "delText", "delInstrText", "rPr", "pPr", "tblPr", "sectPr", "tcPr", "trPr"}
    | {"sdtPr", "rt"}
)
_BREAKS = frozenset({"br", "cr"})
_SIGNS = {"tab": " ", "noBreakHyphen": "-"}
_OFF = frozenset({"0", "false", "off", "none"})
# Half points; what is smaller leaves no mark that a person reads.
_TINY = 6


def read(data: bytes) -> Page:
    """Return what a Word document shows. Raises UnreadableFile."""
    package = open_package(data)
    page = Page(kind="docx")
    names = package.namelist()
    document = next((n for n in names if n.endswith("word/document.xml")), "word/document.xml")
    root = tree(package, document)
    if any(name.endswith("vbaProject.bin") for name in names):
        page.notes.append("holds macros, which were not run")
    if root is None:
        return page
    styles = tree(package, "word/styles.xml")
    walk = _DocxWalk(page, _hiding_styles(styles), coloured="background" in map(_name, root))
    walk.visit(root)
    page.line()
    for name, what in (("footnotes", "footnote"), ("endnotes", "endnote")):
        walk.notes(tree(package, f"word/{name}.xml"), what)
    comments = tree(package, "word/comments.xml")
    page.left_out["comment"] += 0 if comments is None else len(comments)
    shown = [n for n in names if n.startswith(("word/header", "word/footer"))]
    if any(
        (each := tree(package, n)) is not None and "".join(each.itertext()).strip() for n in shown
    ):
        page.left_out["header or footer"] += 1
    return page


def _name(element: Element) -> str:
    return local(element.tag)


def _value(element: Element, name: str = "val") -> str:
    return next((v for k, v in element.attrib.items() if local(k) == name), "")


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((each for each in element if _name(each) == name), None)


def _hiding_styles(root: Element | None) -> frozenset[str]:
    """Return the ids of the styles whose text is hidden, by themselves or by what they build on."""
    hides: dict[str, bool | None] = {}
    base: dict[str, str] = {}
    for style in root if root is not None else ():
        if _name(style) != "style":
            continue
        own = _value(style, "styleId")
        based = _child(style, "basedOn")
        base[own] = _value(based) if based is not None else ""
        hides[own] = _hides(_child(style, "rPr"))
    found = set()
    for own in hides:
        at, seen = own, set[str]()
        while at in hides and hides[at] is None and at not in seen:
            seen.add(at)
            at = base[at]
        if hides.get(at):
            found.add(own)
    return frozenset(found)


def _hides(look: Element | None) -> bool | None:
    """Return whether run properties hide text; None where they do not say."""
    vanish = _child(look, "vanish")
    if vanish is not None:
        return _value(vanish) not in _OFF
    size = _child(look, "sz")
    if size is not None and _value(size).isdigit() and int(_value(size)) < _TINY:
        return True
    return None


def _is_shaded(properties: Element | None) -> bool:
    """Return whether something stands on a ground on which white letters are seen."""
    shade = _child(properties, "shd")
    if shade is not None and _value(shade, "fill").lower() not in {"", "auto", "ffffff"}:
        return True
    mark = _child(properties, "highlight")
    return mark is not None and _value(mark) not in {"none", "white"}


class _DocxWalk:
    def __init__(self, page: Page, hiding: frozenset[str], *, coloured: bool) -> None:
        self.page = page
        self._hiding = hiding
        self._hidden = False
        self._shaded = coloured

    def visit(self, element: Element) -> None:
        """Read an element and what stands in it."""
        name = _name(element)
        reads = {"p": self._paragraph, "tr": self._row, "r": self._run}
        if name in _DELETED:
            self.page.left_out["tracked deletion"] += 1
        elif name in reads:
            reads[name](element)
        elif name == "t":
            self.page.text(element.text or "", hidden=self._hidden)
        elif name in _BREAKS:
            self.page.line()
        elif name in _SIGNS:
            self.page.text(_SIGNS[name])
        elif name == "AlternateContent":
            # The same thing twice, for new and for old programs.
            self._inside(next(iter(element), element))
        elif name not in _SKIPPED:
            self._aside(element, name)

    def _aside(self, element: Element, name: str) -> None:
        inside = {_name(each) for each in element.iter()} if name in _ASIDE else set()
        if name in _ASIDE and "txbxContent" not in inside:
            self.page.left_out["chart" if "chart" in inside else _ASIDE[name]] += 1
            return
        if name == "oMath":
            self.page.notes.append("formulas are read as plain text")
        self._inside(element)

    def _inside(self, element: Element) -> None:
        for each in element:
            self.visit(each)

    def _paragraph(self, element: Element) -> None:
        properties = _child(element, "pPr")
        style = _child(properties, "pStyle")
        before = self._hidden, self._shaded
        self._hidden = style is not None and _value(style) in self._hiding
        self._shaded = self._shaded or _is_shaded(properties)
        self._inside(element)
        self._hidden, self._shaded = before
        mark = _child(properties, "rPr")
        if _child(mark, "del") is None:
            self.page.line()

    def _row(self, element: Element) -> None:
        """Read a row of a table as one line, its cells apart."""
        if _child(_child(element, "trPr"), "del") is not None:
            self.page.left_out["tracked deletion"] += 1
            return
        cells = [each for each in element if _name(each) in {"tc", "sdt"}]
        for number, cell in enumerate(cells):
            if number:
                self.page.text(" | ")
            before, self._shaded = self._shaded, self._shaded or _is_shaded(_child(cell, "tcPr"))
            for place, each in enumerate(e for e in cell if _name(e) != "tcPr"):
                if place and self.page.begun:
                    self.page.text(" ")
                if _name(each) == "p":
                    self._cell_paragraph(each)
                else:
                    self.visit(each)
            self._shaded = before
        self.page.line()

    def _cell_paragraph(self, element: Element) -> None:
        style = _child(_child(element, "pPr"), "pStyle")
        before, self._hidden = self._hidden, style is not None and _value(style) in self._hiding
        self._inside(element)
        self._hidden = before

    def _run(self, element: Element) -> None:
        look = _child(element, "rPr")
        before = self._hidden
        style = _child(look, "rStyle")
        said = _hides(look)
        if said is None and style is not None and _value(style) in self._hiding:
            said = True
        colour = _child(look, "color")
        shaded = self._shaded or _is_shaded(look)
        white = colour is not None and _value(colour).lower() in {"ffffff", "fefefe", "fdfdfd"}
        self._hidden = (before if said is None else said) or (white and not shaded)
        self._inside(element)
        self._hidden = before

    def notes(self, root: Element | None, what: str) -> None:
        """Read foot- or endnotes below the text; the separators have a type of their own."""
        own = [each for each in root if not _value(each, "type")] if root is not None else []
        for each in own:
            self._inside(each)
            self.page.line()
        if own:
            self.page.notes.append(f"{what}s stand below the text")
