"""Text to its neutral form: which notation it is in, its tables and the lines around them."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence

from assessor.intake.delimited import aligned, records_in
from assessor.intake.gaps import without_gap
from assessor.intake.html import html_blocks
from assessor.intake.source import Block, Grid, Line, NotARubric, Source
from assessor.intake.tex import is_tex, tex_blocks
from assessor.intake.words import UNIT
from assessor.intake.xml import xml_tree
from assessor.rubric.yaml_tree import read_tree
from assessor.sheet import Table, is_html

_BULLET = re.compile(
    r"^(?P<mark>[-*•·◦‣▪●○–—+]|\[[ "
    r"xX]\]|☐|✓|✔|➢|»|>)\s+(?=\S)|^(?P<enum>(?:\(?(?:[a-zA-Z]|[ivxIVX]{1,4})|\d{1,2})[.)]|"
    rf"(?!0)\d{{1,2}}(?:\.\d{{1,2}})+\.?(?!\s*{UNIT})|\d{{1,2}}(?:[a-h]\)?|\s?\([a-h]\)(?:\([ivx]{{1,4}}\))?))\s+(?=\S)"
)
# A leader wider than a page says no more than a short one, and would take each pattern seconds.
_LEADER = re.compile(r"([._…])(?: ?\1){99,}|(?:[-–—] ){99,}")
_RULE = re.compile(r"^\s*[|+]?\s*:?[-=]{2,}:?\s*(?:[|+]\s*:?[-=]{2,}:?\s*)*[|+]?\s*$")
_BORDER = re.compile(r"\s*\+[-=+]+\+\s*$")
_YAML_KEY = re.compile(r"^(?:- )?[A-Za-z_][\w-]*:(?:\s|$)")


def read_text(text: str, file: str) -> Source:
    """Return the neutral form of a text. Raises NotARubric for what is empty or broken."""
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc"})
    text = text.replace("\ufeff", "").replace("\u2028", "\n").replace("\u00a0", " ")
    text = _LEADER.sub(lambda found: found[0][:12], text)
    text = re.sub(
        r"(?:[ \t]\.){3,}[ \t]+(?=[\d½¼¾])", " .... ", text
    )  # dots with gaps between them
    if not text.strip():
        raise NotARubric("is empty", "paste lines such as '2 points: mentions …'")
    suffix = file.rpartition(".")[2].casefold()
    start = text.lstrip()
    if suffix == "toml" or re.match(r"\[\[?\w+(?:\.\w+)*\]\]?\s*\n\w+\s*=", start):
        return Source(file=file, kind="toml", tree=_toml(text), text=text)
    if start[0] in "{[" and (suffix in {"json", "jsonl", "ndjson"} or _looks_json(start)):
        return Source(file=file, kind="json", tree=_json(text, suffix), text=text)
    if suffix == "xml" or re.match(
        r"<\?xml\b|<(?!!|/)(?!html|table|div|p\b|ul|ol|h\d|meta|body|span|b\b|google)[\w:-]+[\s>]",
        start,
    ):
        return Source(file=file, kind="xml", tree=xml_tree(text), text=text)
    is_piped = len(re.findall(r"(?m)^\s*\|.*\|\s*$", text)) > 1
    if (
        suffix in {"html", "htm"}
        or (is_html(text) and not is_piped)
        or re.search(r"(?i)<table\b", text)
    ):
        if "\n" not in text.strip():  # a document on one line: number its paragraphs and rows
            text = re.sub(r"(?i)(?=<(?:tr|p|li|h[1-6])\b)", "\n", text)
        return Source(file=file, kind="html", blocks=html_blocks(text), text=text)
    if suffix in {"yaml", "yml"} or _looks_yaml(text):
        return Source(file=file, kind="yaml", tree=_yaml(text), text=text)
    if suffix == "tex" or is_tex(text):
        return Source(file=file, kind="tex", blocks=tex_blocks(text), text=text)
    return Source(file=file, kind="text", blocks=tuple(_blocks(text, suffix)), text=text)


def read_tables(tables: Sequence[Table], file: str) -> Source:
    """Return the neutral form of a workbook's sheets."""
    grids = [
        Grid(
            rows=tuple(each.rows),
            lines=tuple(each.lines),
            name=each.file.rpartition("(")[2].rstrip(")"),
        )
        for each in tables
    ]
    text = "\n".join("\t".join(row) for each in grids for row in each.rows)
    return Source(file=file, kind="sheet", blocks=tuple(grids), text=text)


def line_of(number: int, raw: str) -> Line | None:
    """Return a line of text with its bullet and heading taken off; None where it is empty."""
    stripped = re.sub(r"^(\s*)−\s+(?=[\d½¼¾])", r"\1−", raw).strip()  # a minus, no bullet
    stripped = without_gap(stripped)
    if re.match(r"#\+[A-Z]\w+:", stripped):
        return None  # a setting of an outline's editor
    if not stripped or _RULE.match(raw) or re.fullmatch(r"[=_*~\-–—#\s]+", stripped):
        return None
    indent = len(raw.expandtabs(4)) - len(raw.expandtabs(4).lstrip())
    heading = len(stripped) - len(stripped.lstrip("#"))
    if heading and re.match(r"#+\s", stripped):
        return Line(number=number, text=clean(stripped.lstrip("#")), heading=heading)
    bold = re.fullmatch(
        r"(?:\*\*(?:[^*]+)\*\*|__(?:[^_]+)__):?(?:\s*[\[(][^\])]{1,20}[\])]:?)?", stripped
    )
    mark = _BULLET.match(stripped)
    if mark:
        words = _untabbed(stripped[mark.end() :])
        again = re.match(r"^(?:[-*•]|\[[ xX]\])\s+", words)
        return Line(
            number=number,
            text=clean(words[again.end() :] if again else words),
            indent=indent,
            mark=(mark["mark"] or mark["enum"]).strip(),
        )
    return Line(
        number=number, text=clean(_untabbed(stripped)), indent=indent, heading=9 if bold else 0
    )


def _untabbed(text: str) -> str:
    """Put a colon between a number and the words that a tab parts from it."""
    if text.count("\t") != 1:
        return text
    text = re.sub(r"^(\+?\d{1,2}(?:[.,]\d)?)\t\s*(?=[^\W\d])", r"\1: ", text)
    return re.sub(r"(?<=[^\d\s:])\s*\t\s*(\+?\d{1,2}(?:[.,]\d)?)$", r": \1", text)


def clean(text: str) -> str:
    """Return words without the marks of Markdown around and within them, on their lines."""
    text = re.sub(r"(?<![\w*])(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?![\w*])", r"\2", text)
    text = re.sub(r"(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])", r"\1", text)
    text = re.sub(r"`([^`]+)`", r"\1", text)
    lines = (" ".join(line.split()) for line in re.sub(r"(?i)<br\s*/?>", "\n", text).split("\n"))
    return "\n".join(line for line in lines if line).strip()


def _looks_json(start: str) -> bool:
    return bool(re.match(r'\{\s*(?:"|\})|\[\s*(?:\{|"|\[)', start))


def _json(text: str, suffix: str) -> object:
    try:
        return json.loads(text, parse_float=str, parse_int=str)
    except json.JSONDecodeError as error:
        lines = [each for each in text.splitlines() if each.strip()]
        if suffix in {"jsonl", "ndjson"} or (
            len(lines) > 1 and all(e.lstrip()[0] in "{[" for e in lines)
        ):
            try:
                return [json.loads(each, parse_float=str, parse_int=str) for each in lines]
            except json.JSONDecodeError:
                pass
        raise NotARubric(
            f"is JSON that is broken at line {error.lineno} ({error.msg.lower()})", "mend it there"
        ) from error
    except RecursionError as error:
        raise NotARubric("is JSON that is nested too deep", "paste the rubric alone") from error


def _toml(text: str) -> object:
    try:
        return tomllib.loads(text, parse_float=str)
    except tomllib.TOMLDecodeError as error:
        raise NotARubric(f"is TOML that is broken ({error})", "mend it there") from error


def _looks_yaml(text: str) -> bool:
    """Say whether most lines at the margin are keys, and some stand below others."""
    lines = [
        each for each in text.splitlines() if each.strip() and not each.lstrip().startswith("#")
    ]
    if not lines or any("\t" in each for each in lines[:1]):
        return False
    margin = [each for each in lines if not each[0].isspace()]
    keys = [each for each in margin if _YAML_KEY.match(each)]
    nested = any(re.match(r"^(?:\s+)?- \w+:\s|^\s+\w[\w ]*:\s|^\s*- \{", each) for each in lines)
    return bool(keys) and nested and len(keys) >= 0.8 * len(margin) and _has_lists(keys)


def _has_lists(keys: Sequence[str]) -> bool:
    """A key with nothing behind it opens a list or mapping; 'Question: …' is a line of prose."""
    return any(re.match(r"^(?:- )?[a-z_][\w-]*:\s*$", each) for each in keys) or all(
        each.startswith("- ") for each in keys
    )


def _yaml(text: str) -> object:
    tree = read_tree(text)
    if tree.problems:
        line, what = min(tree.problems)
        raise NotARubric(f"is YAML that is broken at line {line}: {what}", "")
    return tree.value


def _blocks(text: str, suffix: str) -> Iterator[Block]:
    lines = text.splitlines()
    if lines and re.fullmatch(r"sep=.", lines[0].strip()):
        lines[0] = ""
    joined = "\n".join(lines)
    grid = _delimited(joined, suffix)
    if grid is not None:
        yield from grid
        return
    if (found := aligned(lines)) is not None:
        first, last, table = found
        around = [line_of(n, raw) for n, raw in enumerate(lines, start=1)]
        yield from filter(None, around[:first])
        yield table
        yield from filter(None, around[last + 1 :])
        return
    run: list[tuple[int, str]] = []
    for number, raw in enumerate([*lines, ""], start=1):
        if _is_piped(raw):
            run.append((number, raw))
            continue
        if run:
            yield from _piped(run)
            run = []
        if (line := line_of(number, raw)) is not None:
            yield line


def _is_piped(raw: str) -> bool:
    stripped = raw.strip()
    return (
        stripped.count("|") >= 2
        or ("|" in stripped and stripped.startswith("|"))
        or bool(re.fullmatch(r"\+[-=+]+\+", stripped))
        or (stripped.count("|") >= 1 and bool(_RULE.match(raw)))
    )


def _piped(run: list[tuple[int, str]]) -> Iterator[Block]:
    """Yield a Markdown table; a row that is alone in the middle of text is a line."""
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    ruled = sum(bool(_BORDER.match(raw)) for _, raw in run) > 2
    goes_on = False
    for number, raw in run:
        if _RULE.match(raw) or _BORDER.match(raw):
            goes_on = False
            continue
        cells = re.split(r"(?<!\\)\|", re.sub(r"^\||\|$", "", raw.strip()))
        said = tuple(clean(each.replace("\\|", "|")) for each in cells)
        if goes_on and len(said) == len(rows[-1]):
            rows[-1] = tuple(f"{a} {b}".strip() for a, b in zip(rows[-1], said, strict=True))
        else:
            rows.append(said)
            lines.append(number)
        goes_on = ruled  # between two borders, lines are of one row
    if len(rows) < 2:
        yield from (each for n, raw in run if (each := line_of(n, raw)) is not None)
        return
    yield Grid(rows=tuple(rows), lines=tuple(lines))


def _delimited(text: str, suffix: str) -> list[Block] | None:
    """Return tables of delimited text and the lines around them; None where there is none."""
    records = records_in(text, suffix)
    if records is None:
        return None
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    for number, cells in [*records, (0, ())]:
        if (
            len([each for each in cells if each]) >= 2
            or (len(cells) >= 2 and rows)
            or (rows and not any(cells) and number)
        ):
            if any(not re.fullmatch(r":?-{2,}:?|", each) for each in cells):
                rows.append(tuple(clean(each) for each in cells))
                lines.append(number)
            continue
        if rows:
            blocks.append(Grid(rows=tuple(rows), lines=tuple(lines)))
            rows, lines = [], []
        if (
            cells
            and (line := line_of(number, " ".join(each for each in cells if each))) is not None
        ):
            blocks.append(line)
    return blocks
