"""Markup that hides text from a reader, in the cell or typed into the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from assessor.flags.addressed import weigh
from assessor.flags.flag import Sighting, clip, sighting, visible
from assessor.flags.reading import sentences, view_of
from assessor.flags.word_kinds import Act, words


def hidden_markup(answer: str, raw: str) -> Iterator[Sighting]:
    """Yield a flag when the raw cell, or markup typed into the answer, hides text from a reader."""
    if "<" in raw:
        parser = _Hidden(raw)
        for text in (*parser.veiled, *parser.aside):
            if _words(text) >= 1 and text.strip() not in _PASTE_MARKS:
                what = clip(f"the cell hides text: {visible(text)}")
                yield Sighting(what=what, start=0, end=0)
                return
    if "<" in answer:
        parser = _Hidden(answer)
        long = [text for text in parser.veiled if _words(text) >= 3]
        for text in (*long, *filter(_is_for_marker, parser.aside)):
            start = max(0, answer.find(text.strip()))
            end = min(len(answer), start + len(text.strip()))
            yield sighting("markup hides text", answer, start, end)
            return
    if found := _WHITE_INK.search(answer):
        yield sighting("formula in white ink", answer, *found.span())


_WHITE_INK = re.compile(r"\\(?:text)?color\s{0,2}\{\s{0,2}white\s{0,2}\}")
_PASTE_MARKS = frozenset({"StartFragment", "EndFragment", "more", "pagebreak"})


def _words(text: str) -> int:
    return len(re.findall(r"\w{2,}", text))


def _is_for_marker(text: str) -> bool:
    plain = view_of(text).text
    kinds = {kind for sentence in sentences(plain) for word in sentence for kind in word.kinds}
    return _words(text) >= 2 and (weigh(plain) is not None or bool(kinds & _MARKING))


_MARKING = frozenset({Act.MARKS, Act.JARGON, Act.WHO, Act.MET})


_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0\d*)?(?:;|$|!)"
    r"|font-size:[01](?:\.\d+)?(?:px|pt|em|rem|%)?(?:;|$|!)"
    r"|(?:left|top|right|text-indent|margin-left|margin-top):-\d{3,}|clip(?:-path)?:(?:rect\(0"
    r"|inset\((?:50|100)%)"
    r"|(?<!max-)(?<!min-)(?:width|height):[01](?:px)?;.*overflow:hidden"
    r"|overflow:hidden;.*(?:width|height):[01](?:px)?(?:;|$)"
    r"|transform:scale\(0|(?<!-)color:transparent|mso-hide:all"
)
_INK = re.compile(r"(?<![-\w])color:([^;]+)")
_PAPER = re.compile(r"background(?:-color)?:([^;]+)")
_WHITE = re.compile(
    r"^(?:white|#f{3}(?:f{3})?|#fe[f-]{2}\w*|snow|rgba?\(25[0-5],25[0-5],25[0-5](?:,[\d.]+)?\)"
    r"|hsl\(0,0%,100%\))(?:!important)?$"
)
_UNSEEN_ELEMENTS = frozenset({"script", "style", "template", "noscript", "title", "object"})
_VOID = words(
    """
    area base br col embed hr img input link meta source track wbr
    """
)
_SPOKEN = ("alt", "title", "aria-label", "placeholder", "value", "content", "data-content")


# The standard parser needs minutes for some hostile cells; this one never looks back.
_PIECE = re.compile(
    r"<!--(?P<comment>.{0,600}?)(?:-->|\Z)"
    r"|<(?P<close>/?)(?P<tag>[A-Za-z][\w:-]{0,40})(?P<attrs>[^<>]{0,3000})>|(?P<text>[^<]+)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"""(?<![\w:-])([\w:-]{1,40})(?:\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?"""
)


class _Hidden:
    """Collects the text of hidden elements, and that of comments and speaking attributes."""

    def __init__(self, markup: str) -> None:
        self.veiled: list[str] = []
        self.aside: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []
        for found in _PIECE.finditer(markup):
            if (comment := found.group("comment")) is not None:
                if not comment.lstrip().startswith(("[if", "<![endif", "[endif")):
                    self.aside.append(comment)
            elif text := found.group("text"):
                self._read(unescape(text))
            elif found.group("close"):
                self._close(found.group("tag").lower())
            else:
                self._enter(found.group("tag").lower(), found.group("attrs"))

    def _read(self, text: str) -> None:
        if self._open and self._open[-1][1] and self._open[-1][0] != "style" and text.strip():
            self.veiled.append(text)

    def _enter(self, tag: str, attributes: str) -> None:
        values = {
            found.group(1).lower(): unescape(next(filter(None, found.groups()[1:]), ""))
            for found in _ATTRIBUTE.finditer(attributes)
        }
        for name in _SPOKEN:
            if (text := values.get(name, "")) and _is_for_marker(text):
                self.aside.append(text)
        if tag in _VOID or attributes.endswith("/"):
            return
        hidden, dark = self._open[-1][1:] if self._open else (False, False)
        style = "".join(values.get("style", "")[:2000].lower().split())
        ink = _INK.search(style)
        colour = ink.group(1) if ink else "".join(values.get("color", "").lower().split())
        if paper := _PAPER.search(style):
            dark = not _WHITE.match(paper.group(1)) and "transparent" not in paper.group(1)
        hides = "hidden" in values or tag in _UNSEEN_ELEMENTS or bool(_HIDING.search(style))
        white = bool(_WHITE.match(colour)) and not dark
        self._open.append((tag, hidden or hides or white, dark))

    def _close(self, tag: str) -> None:
        for place in range(len(self._open) - 1, max(-1, len(self._open) - 20), -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return
