"""Lines as they are read: what a legend or a heading says once is written beside each."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from assessor.intake.marks import amount_in, mark_in, number_of
from assessor.intake.source import Line
from assessor.intake.words import ANY, DOUBLE, SHARES, TOTAL, UNIT

_BAND = re.compile(r"^(\d{1,3}\s*[-–]\s*\d{1,3})\s+(?=[^\W\d])")
_STEP = re.compile(rf"^(\d{{1,2}}(?:[.,]\d)?)\s+(?!{UNIT})(?=[^\W\d])", re.IGNORECASE)
_NUMBER = r"(?:\d{1,2}(?:[.,]\d)?|[½¼¾])"
_TIMES = re.compile(
    rf"^(\d{{1,2}}\s*[x\u00d7*]\s*{_NUMBER})\s+(?!{UNIT})([^\W\d_].*)$", re.IGNORECASE
)
_TIMES_BEHIND = re.compile(
    rf"^(.*[^\W\d_].*?[^\W\d])\s+(\d{{1,2}}\s*[x\u00d7*]\s*{_NUMBER})$", re.I
)
_OF = re.compile(rf"^[_\s]*/\s*\d{{1,3}}\s*(?:{UNIT})?$", re.IGNORECASE)
_SHARE = re.compile(
    r"^(?P<text>.*[^\W_])\s*[:(,–—-]+\s*"
    r"(?:(?:worth|counts?(?: for)?|zählt|compte pour|vaut|vale)\s+)?"
    rf"(?P<share>{'|'.join(sorted(SHARES, key=len, reverse=True))})"
    r"(?:\s+(?:of|der|de|des|del)\b[^()]{0,30})?\s*\)?\.?$",
    re.IGNORECASE,
)
_EACH_BELOW = re.compile(
    rf"^\(?(?P<each>\d{{1,2}}\s*{UNIT}\s*(?:each|jeweils|chacune?|cada una?)|je\s+\d[^,;]{{0,9}})"
    r"\b(?:[,;]\s*max[^)]{0,20})?\)?$",
    re.IGNORECASE,
)
_SAID = r"(?P<name>[A-F][+-]?|[^\W\d][^=:,;()\d]{2,24}?)\s*=\s*(?P<n>\d{1,2}(?:[.,]\d)?)"
_LEGEND = re.compile(
    rf"^(?:[^=:]{{0,40}}:)?\s*{_SAID.replace('?P<name>', '').replace('?P<n>', '')}\s*(?:{UNIT})?"
    rf"(?:\s*[,;/|]\s*{_SAID.replace('?P<name>', '').replace('?P<n>', '')}\s*(?:{UNIT})?)+\W*$",
    re.IGNORECASE,
)


def written_out(lines: Sequence[Line]) -> list[Line]:
    """Return lines with the points that a legend gives, and with a colon behind those in front."""
    lines = [_once(each) for each in lines]
    return _shared(_multiplied(_stepped(_banded(_with_maxima(_by_legend(_with_worth(lines)))))))


def _with_worth(lines: Sequence[Line]) -> list[Line]:
    """Put `(1 mark each, max 3)` below a list behind the `Any three from:` above it."""
    found: list[Line] = []
    for line in lines:
        above = [n for n, each in enumerate(found) if ANY.search(each.text)]
        closing = _EACH_BELOW.match(line.text)
        is_bare = bool(above) and mark_in(found[above[-1]].text) is None
        if closing and is_bare and all(mark_in(e.text) is None for e in found[above[-1] + 1 :]):
            head = found[above[-1]]
            found[above[-1]] = replace(head, text=f"{head.text.rstrip(': ')} ({closing['each']}):")
        else:
            found.append(line)
    return found


def legend_in(text: str) -> dict[str, str]:
    """Return what each level is worth in `A = 6, B = 4, C = 2`; {} where a text is no legend."""
    if not _LEGEND.match(text):
        return {}
    rest = text.rpartition(":")[2]
    found = {m["name"].casefold().strip(): m["n"] for m in re.finditer(_SAID, rest)}
    return found if len(found) == rest.count("=") else {}


def _by_legend(lines: Sequence[Line]) -> list[Line]:
    """Take a legend out, and write the points that it gives before the lines that name a level."""
    legends = [(n, found) for n, each in enumerate(lines) if (found := legend_in(each.text))]
    if len(legends) != 1:
        return list(lines)
    place, legend = legends[0]
    rest = [*lines[:place], *lines[place + 1 :]]
    named = [_level_of(each) for each in rest]
    worth = [legend.get(name, "") for name, _ in named]
    if sum(map(bool, worth)) < 2:
        return list(lines)
    written: list[Line] = []
    for n, line in enumerate(rest):
        below = list(itertools.takewhile(bool, worth[n + 1 :]))
        if worth[n]:
            written.append(replace(line, mark="", text=f"{worth[n]}: {named[n][1]}"))
        elif below and mark_in(line.text) is None:  # it is worth what its best level is
            best = max(below, key=lambda each: number_of(each) or 0)
            written.append(replace(line, text=f"{line.text.rstrip(': ')} ({best})"))
        else:
            written.append(line)
    return written


def _level_of(line: Line) -> tuple[str, str]:
    """Return the name of a level that a line begins with, and what it says of it."""
    if line.mark[-1:] in {")", "."} and line.mark[:-1].isalpha():
        return line.mark[:-1].casefold(), line.text
    name, _, said = re.sub(r"\s[-–—]\s", ": ", line.text, count=1).partition(":")
    return (name.strip().casefold(), said.strip()) if said.strip() else ("", line.text)


def _with_maxima(lines: Sequence[Line]) -> list[Line]:
    """Put a line that says `/5` and nothing else behind the words above it."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and _OF.match(line.text) and mark_in(last.text) is None:
            found[-1] = replace(last, text=f"{last.text} {line.text.strip('_ ')}")
        else:
            found.append(line)
    return found


def _banded(lines: Sequence[Line]) -> list[Line]:
    """Put a colon behind the ranges in front of lines, where all but a title begin with one."""
    found = [bool(_BAND.match(each.text)) for each in lines]
    if sum(found) < 3 or not all(found[1:]):
        return list(lines)
    return [replace(each, text=_BAND.sub(r"\1: ", each.text)) for each in lines]


def _once(line: Line) -> Line:
    """Leave `counts double` out of a line with points: how these count is asked of all at once."""

    def closed(match: re.Match[str]) -> str:
        is_end = match[0].rstrip()[-1:] in ")]" and not re.search(r"[\[(]", match[0])
        return match[0].rstrip()[-1:] if is_end else ""

    text = DOUBLE.sub(closed, line.text)
    return line if text == line.text or mark_in(text) is None else replace(line, text=text)


def _shared(lines: Sequence[Line]) -> list[Line]:
    """Write `half of the grade` behind a line as percent, where all such shares make the whole."""
    found = [_SHARE.match(each.text) for each in lines]
    percents = [SHARES[match["share"].casefold()] for match in found if match]
    others = [mark for each in lines if (mark := mark_in(each.text)) is not None]
    if len(percents) < 2 or sum(map(int, percents)) != 100 or len(others) > 1:
        return list(lines)
    return [
        replace(line, text=f"{match['text']} ({SHARES[match['share'].casefold()]}%)")
        if match
        else line
        for line, match in zip(lines, found, strict=True)
    ]


def _multiplied(lines: Sequence[Line]) -> list[Line]:
    """Put a colon between `2 x 1` and the words beside it, where all points stand on that side."""
    for pattern, side in ((_TIMES, "front"), (_TIMES_BEHIND, "end")):
        found = [pattern.match(each.text) for each in lines]
        rest = [each.text for each in lines if not TOTAL.match(each.text)]
        marks = [mark for each in rest if (mark := mark_in(each)) is not None]
        at_side = sum(map(bool, found)) + sum(each.place == side for each in marks)
        if any(found) and at_side > 1 and all(each.place == side for each in marks):
            return [
                replace(line, text=f"{match[1]}: {match[2]}") if match else line
                for line, match in zip(lines, found, strict=True)
            ]
    return list(lines)


def _stepped(lines: Sequence[Line]) -> list[Line]:
    """Put a colon behind numbers that fall from what the line above is worth, to 0 or thrice."""
    found = list(lines)
    for place, head in enumerate(lines):
        most = mark_in(head.text) if not amount_in(head.text) else None
        run: list[tuple[int, re.Match[str]]] = []
        for n in range(place + 1, len(lines)):
            step = _STEP.match(lines[n].text)
            is_other = lines[n].mark[:1].isalnum() or mark_in(lines[n].text) is not None
            if step is None or (is_other and not lines[n].text.startswith("0")):
                break
            run.append((n, step))
        numbers = [number_of(each[1]) or 0 for _, each in run]
        falls = all(a > b for a, b in itertools.pairwise(numbers))
        is_scale = len(run) > 1 and falls and (len(run) > 2 or numbers[-1] == 0)
        if most is not None and is_scale and numbers[0] == most.points:
            for n, each in run:
                found[n] = replace(lines[n], text=f"{each[1]}: {lines[n].text[each.end() :]}")
    return found
