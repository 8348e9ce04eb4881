"""TeX to lines and tables: tabular environments, lists and sections, without the commands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessor.intake.source import Block, Grid, Line

_TABLE = re.compile(
    r"\\begin\{(tabular[xy*]?|longtable|tblr|array)\*?\}(.*?)\\end\{\1\*?\}", re.DOTALL
)
_SECTION = re.compile(r"\\(?:sub)*(?:section|paragraph|question|title|part)\*?(?:\[([^\]]*)\])?\{")
_COMMENT = re.compile(r"(?<!\\)%.*")


def is_tex(text: str) -> bool:
    """Say whether a text is written in TeX."""
    return bool(re.search(r"\\begin\{\w+\*?\}|\\documentclass|\\item\b", text))


def tex_blocks(text: str) -> tuple[Block, ...]:
    """Return the lines and tables of a TeX source."""
    text = "\n".join(_COMMENT.sub("", each) for each in text.split("\n"))
    if "\\begin{document}" in text:
        before, _, rest = text.partition("\\begin{document}")
        text = "\n" * before.count("\n") + rest.partition("\\end{document}")[0]
    blocks: list[Block] = []
    place = 0
    for match in _TABLE.finditer(text):
        blocks += _lines(text[place : match.start()], text.count("\n", 0, place) + 1)
        rows = list(_rows(match[2], text.count("\n", 0, match.start()) + 1))
        if rows:
            blocks.append(Grid(rows=tuple(r for _, r in rows), lines=tuple(n for n, _ in rows)))
        place = match.end()
    blocks += _lines(text[place:], text.count("\n", 0, place) + 1)
    return tuple(blocks)


def _rows(body: str, first: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    head = _arguments(body)
    number = first + body[:head].count("\n")
    for raw in re.split(r"\\\\(?:\[[^\]]*\])?|\\tabularnewline", body[head:]):
        start = number + raw[: len(raw) - len(raw.lstrip())].count("\n")
        number += raw.count("\n")
        cells = tuple(plain(each) for each in re.split(r"(?<!\\)&", raw))
        if any(cells):
            yield start, cells


def _arguments(body: str) -> int:
    """Return where the column specification in front of a table ends."""
    place = 0
    while (match := re.compile(r"\s*(?:\[[^\]]*\]|\{)").match(body, place)) is not None:
        if not match[0].endswith("{"):
            place = match.end()
            continue
        depth, place = 1, match.end()
        while depth and place < len(body):
            depth += {"{": 1, "}": -1}.get(body[place], 0)
            place += 1
    return place


def _lines(text: str, first: int) -> Iterator[Line]:
    depth = 0
    kinds: list[str] = []
    counts: list[int] = []
    text = re.sub(
        r"\n(?=[ \t]*(?![ \t]*\\(?:item|begin|end|section|sub|question|part|paragraph))\S[^\n]*)",
        "\n",
        text,
    )
    for offset, raw in enumerate(text.split("\n")):
        opened = re.findall(
            r"\\(begin|end)\{(itemize|enumerate|description|parts|questions|compactitem)\}", raw
        )
        item = re.match(r"\s*\\(?:item|part|question)\b\s*(?:\[([^\]]*)\])?(.*)", raw)
        section = _SECTION.search(raw)
        mark = item[1] if item and item[1] else ""
        mark = f"[{mark}]" if mark and mark[0] not in "([" else mark
        words = plain(f"{mark} {item[2]}" if item else raw)
        if item:
            if counts:
                counts[-1] += 1
            mark = f"{counts[-1]}." if kinds and kinds[-1] != "itemize" else "•"
            yield Line(number=first + offset, text=words, indent=4 * max(depth - 1, 0), mark=mark)
        elif words and section:
            yield Line(number=first + offset, text=words, heading=2)
        elif words:
            yield Line(number=first + offset, text=words, indent=4 * depth)
        for what, kind in opened:
            depth = max(depth + (1 if what == "begin" else -1), 0)
            if what == "begin":
                kinds.append(kind)
                counts.append(0)
            elif kinds:
                kinds.pop()
                counts.pop()


def plain(text: str) -> str:
    """Return what a reader of the page would see of TeX."""
    text = re.sub(r"\\(?:begin|end)\{[^}]*\}(?:\[[^\]]*\])?", " ", text)
    text = re.sub(
        r"\\(?:hline|toprule|midrule|bottomrule|centering|noindent|small|footnotesize|large|Large"
        r"|bfseries|itshape|raggedright|newline|medskip|bigskip|smallskip|endhead|par)\b"
        r"|\\(?:cline|cmidrule|vspace|hspace|label|usepackage|documentclass|setlength)\*?(?:\([^)]*\))?(?:\[[^\]]*\])?(?:\{[^}]*\})+",
        " ",
        text,
    )
    text = re.sub(r"\\multi(?:column|row)\{[^}]*\}\{[^}]*\}\{", "{", text)
    text = re.sub(r"\\(?:hfill|dotfill|quad|qquad|,|;|:|!)", " ", text)
    for _ in range(4):
        text = re.sub(r"\\[a-zA-Z]+\*?(?:\[([^\]]*)\])?\s*\{([^{}]*)\}", _argument, text)
    text = re.sub(
        r"\\([%&$#_{}])", r"\1", text.replace("~", " ").replace("``", "“").replace("''", "”")
    )
    text = re.sub(r"\\[a-zA-Z]+\b", " ", text)
    return " ".join(re.sub(r"[{}]", "", text.replace("$\\frac12$", "½")).split())


def _argument(match: re.Match[str]) -> str:
    """`\\question[4] words` keeps its points: exam classes write them there."""
    return match[2]
