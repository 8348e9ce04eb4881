"""Rich text (rtf): striprtf reads it, once what is hidden or deleted was taken out of its way."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from striprtf.striprtf import rtf_to_text

from assessor.readers.files.parsed_text import Page

_TOKEN = re.compile(
    r"\\bin(?P<binary>\d+) ?|\\(?P<word>[a-z]{1,32})(?P<number>-?\d{1,10})? ?"
    r"|\\'[0-9a-fA-F]{2}|\\[^a-z]|(?P<brace>[{}])|(?P<text>[^\\{}]+)",
    re.DOTALL,
)
_COLOURS = re.compile(r"\{\\colortbl([^{}]*)\}")
_WHITE = re.compile(r"\\red25[0-5]\b.*\\green25[0-5]\b.*\\blue25[0-5]\b", re.DOTALL)
_UNREAD = {"pict": "picture", "annotation": "comment", "object": "embedded object"}


@dataclass(frozen=True, slots=True)
class _Look:
    hidden: bool = False
    deleted: bool = False
    white: bool = False
    ground: bool = False
    tiny: bool = False

    @property
    def unseen(self) -> bool:
        return self.hidden or self.tiny or (self.white and not self.ground)


def read(data: bytes) -> Page:
    """Return what a rich text shows; hidden text stands at the end, marked as hidden."""
    page = Page(kind="rtf")
    source = data.decode("latin-1")
    seen, unseen = _apart(source, page)
    for line in _text(seen).splitlines():
        page.text(line)
        page.line()
    page.text(_text(unseen).strip() if unseen else "", hidden=True)
    return page


def _text(source: str) -> str:
    text = rtf_to_text(source, errors="replace")  # type: ignore[no-untyped-call]  # has no types
    return str(text).replace("|\n", "\n").replace("|", " | ")


def _apart(source: str, page: Page) -> tuple[str, str]:
    """Return the source with only its visible text, and with only its hidden text ("" for none)."""
    table = _COLOURS.search(source)
    colours = [_WHITE.search(each) is not None for each in (table[1] if table else "").split(";")]
    seen: list[str] = []
    unseen: list[str] = []
    stack: list[_Look] = []
    look, any_hidden, at = _Look(), False, 0
    while (token := _TOKEN.match(source, at)) is not None:
        at = token.end() + int(token["binary"] or 0)
        whole, word = token[0], token["word"]
        if token["binary"]:
            continue
        if token["brace"] == "{":
            stack.append(look)
        elif token["brace"]:
            look = stack.pop() if stack else _Look()
        elif word in _UNREAD:
            page.left_out[_UNREAD[word]] += 1
        elif word is not None:
            changed = _changed(look, word, token["number"], colours)
            page.left_out["tracked deletion"] += changed.deleted and not look.deleted
            look = changed
        shown = token["text"] is None and not whole.startswith("\\'") and word != "u"
        seen.append(whole if shown or not (look.unseen or look.deleted) else "")
        unseen.append(whole if shown or (look.unseen and not look.deleted) else "")
        any_hidden = any_hidden or bool(not shown and look.unseen and whole.strip())
    return "".join(seen), "".join(unseen) if any_hidden else ""


def _changed(look: _Look, word: str, number: str | None, colours: list[bool]) -> _Look:
    value = int(number) if number else 0
    if word == "plain":
        return _Look(deleted=look.deleted)
    if word == "v":
        return replace(look, hidden=number != "0")
    if word == "deleted":
        return replace(look, deleted=number != "0")
    if word == "cf":
        return replace(look, white=0 <= value < len(colours) and colours[value])
    if word in {"highlight", "cb", "chcbpat", "cbpat", "clcbpat"}:
        return replace(look, ground=value > 0)
    if word == "fs":
        return replace(look, tiny=0 < value < 6)
    return look
