"""Which line of an outline stands below which."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.intake.lines import Entry, Kind
from assessor.intake.marks import marks_within
from assessor.intake.source import Line
from assessor.intake.words import QUESTION, SCALE

_LEVEL = re.compile(
    r"^(?:level|band|stufe|niveau|nivel|l)\s*\w{1,3}$|^(?:no|nothing|kein|aucun|ning)\b.{0,40}$",
    re.I,
)


def _with_texts(entries: list[Entry]) -> list[Entry]:
    """Give levels that stand on lines of their own (`Level 2: 3-4 marks`) the text below them."""
    places = [n for n, e in enumerate(entries) if e.mark is not None and _LEVEL.match(e.words)]
    if len(places) < 2 or not are_bands([entries[n] for n in places]):
        return entries
    found: list[Entry] = []
    for place, entry in enumerate(entries):
        last = found[-1] if found else None
        if place in places and entry.mark is not None:
            entry.mark = replace(entry.mark, place="middle", rest="")
        elif (
            last is not None
            and last.mark is not None
            and _LEVEL.match(last.words)
            and entry.kind is Kind.WORDS
            and entry.mark is None
        ):
            said = "; ".join(each for each in (last.mark.rest, entry.words) if each)
            last.mark = replace(last.mark, rest=said)
            continue
        found.append(entry)
    return found


def with_runs(entries: list[Entry]) -> list[Entry]:
    """Put levels that stand at the margin (`4 - …`, `2 - …`) below the line they are of."""
    entries = _with_zeros(_with_details(_with_texts(entries)))
    if _are_rows(entries):
        return _in_rows(entries)
    found: list[Entry] = []
    place = 0
    while place < len(entries):
        end = place
        while (
            end < len(entries)
            and _is_step(entries[end])
            and (end == place or _goes_on(entries[place : end + 1]))
        ):
            end += 1
        run = entries[place:end]
        head = found[-1] if found else None
        if len(run) >= 2 and head is not None and _heads(head, run):
            head.below += run
            place = end
        elif (
            len(run) >= 3
            and (head is None or head.kind in {Kind.FIELD, Kind.TOTAL})
            and (
                min(e.points or Decimal(0) for e in run) == 0
                or _counts_down(run)
                or are_bands(run)
                or all(e.mark and _LEVEL.match(e.mark.label) for e in run)
            )
        ):
            top = max(run, key=lambda e: e.points or Decimal(0))
            found.append(replace_entry(top, run))
            place = end
        else:
            found.append(entries[place])
            place += 1
    return found


def _with_zeros(entries: list[Entry]) -> list[Entry]:
    """Put lines whose points go down to 0 below the line they are levels of."""
    found: list[Entry] = []
    place = 0
    while place < len(entries):
        end = place
        while end < len(entries) and _ends_with_points(entries[end], entries[place]):
            if end > place and not _goes_on(entries[place : end + 1]):
                break
            end += 1
        run = entries[place:end]
        head = found[-1] if found else None
        zero = len(run) > 1 and min(each.points or Decimal(0) for each in run) == 0
        if zero and head is not None and _is_of(head, run):
            head.below += run
            place = end
        else:
            found.append(entries[place])
            place += 1
    return found


def _with_details(entries: list[Entry]) -> list[Entry]:
    """Put the words below `Thesis (2 points)` under it, where all or most titles have some."""
    heads = [n for n, e in enumerate(entries) if _is_title(e)]
    told = {n: run for n in heads if (run := _details(entries, n))}
    gaps = {run[0].line.number - entries[n].line.number for n, run in told.items()}
    if len(told) < 2 or heads[-1] not in told or 2 * len(told) < len(heads) or len(gaps) > 1:
        return entries
    titles = [len(entries[n].words.split()) for n in told]
    texts = [len(each.words.split()) for run in told.values() for each in run]
    if sum(titles) * len(texts) > sum(texts) * len(titles):
        return entries  # names of parts, among key points
    below = [each.line.text for run in told.values() for each in run]
    if any(marks_within(each) or each[0].isdecimal() for each in below):
        return entries
    taken = []
    for n, run in told.items():
        is_list = len(run) == entries[n].points and not any(
            re.search(r"[.?!]$", e.line.text) or e.line.text[:1].islower() for e in run
        )
        whole = " ".join(each.line.text for each in run)
        one = replace(run[0], line=replace(run[0].line, text=whole), words=whole)
        entries[n].below += run if is_list else [one]
        taken += run
    return [each for each in entries if not any(each is e for e in taken)]


def _is_title(entry: Entry) -> bool:
    is_last = entry.mark is not None and entry.mark.place == "end"
    return entry.kind is Kind.POINT and is_last and not entry.below


def _details(entries: Sequence[Entry], place: int) -> list[Entry]:
    """Return the lines of words right below a title, one below the other."""
    head, found = entries[place].line, list[Entry]()
    for each in entries[place + 1 :]:
        last = found[-1].line.number if found else head.number + 1
        is_next = head.number < each.line.number <= last + 1
        is_plain = not (each.line.mark or each.line.heading or each.is_or or each.below)
        if each.kind is not Kind.WORDS or each.mark is not None or not (is_next and is_plain):
            break
        if each.line.indent > head.indent or each.line.text.endswith(":"):
            break
        found.append(each)
    return found


def _ends_with_points(entry: Entry, first: Entry) -> bool:
    mark = entry.mark
    return (
        mark is not None
        and first.mark is not None
        and mark.given[:1] == first.mark.given[:1]
        and mark.given[-1:].isdecimal() == first.mark.given[-1:].isdecimal()
        and mark.place == "end"
        and not mark.text.endswith(":")
        and entry.kind is Kind.POINT
        and not re.search(r"[+−-]", mark.given)
        and not (entry.below or entry.is_or)
        and (entry.line.indent, entry.line.mark) == (first.line.indent, first.line.mark)
    )


def _is_of(head: Entry, run: Sequence[Entry]) -> bool:
    if head.below or head.kind not in {Kind.WORDS, Kind.POINT}:
        return False
    if head.line.indent > run[0].line.indent:
        return False
    most = max(each.points or Decimal(0) for each in run)
    return head.points == most if head.mark is not None else not QUESTION.match(head.line.text)


def _are_rows(entries: Sequence[Entry]) -> bool:
    """Say whether points behind lines (`Row A: Thesis (0-1)`) are those of the lines below each."""
    rows: list[list[Entry]] = []
    for entry in entries:
        if entry.mark is not None and entry.mark.place == "end":
            rows.append([entry])
        elif entry.mark is not None and not (rows and _is_step(entry)):
            return False
        elif entry.mark is not None:
            rows[-1].append(entry)
    is_span = bool(rows) and rows[0][0].mark is not None and rows[0][0].mark.low == 0
    return (len(rows) > 1 or is_span) and all(map(_is_row, rows))


def _is_row(row: Sequence[Entry]) -> bool:
    numbers = [each.points or Decimal(0) for each in row[1:]]
    return bool(numbers) and row[0].points in {max(numbers), sum(numbers)}


def _in_rows(entries: Sequence[Entry]) -> list[Entry]:
    """Put the lines with points in front below the line that states their sum or the most."""
    found: list[Entry] = []
    head: Entry | None = None
    for entry in entries:
        is_below = entry.kind is Kind.OR or (entry.mark is not None and entry.mark.place != "end")
        if head is not None and is_below:
            head.below.append(entry)
            continue
        head = entry if entry.mark is not None else head
        found.append(entry)
    return found


def replace_entry(top: Entry, run: list[Entry]) -> Entry:
    """Return a heading for a scale that has none: what the highest level says."""
    words = top.mark.rest if top.mark and top.mark.rest else top.words
    return Entry(line=top.line, kind=Kind.WORDS, words=words, below=run, name="scale")


def _is_step(entry: Entry) -> bool:
    mark = entry.mark
    return (
        mark is not None
        and not (mark.given.startswith("+") or entry.line.mark == "+")
        and entry.kind in {Kind.POINT, Kind.WORDS}
        and ((mark.place == "front" and mark.points >= 0) or mark.place == "middle")
        and not entry.below
    )


def _goes_on(run: list[Entry]) -> bool:
    numbers = [each.points or Decimal(0) for each in run]
    pairs = list(itertools.pairwise(numbers))
    return all(a > b for a, b in pairs) or all(a < b for a, b in pairs)


def are_bands(run: Sequence[Entry]) -> bool:
    """Say whether the points are ranges that do not overlap, as 5-6, 3-4, 1-2."""
    marks = sorted((e.mark for e in run if e.mark is not None), key=lambda mark: mark.points)
    return any(mark.low is not None for mark in marks) and all(
        a.points < (b.points if b.low is None else b.low) for a, b in itertools.pairwise(marks)
    )


def _heads(head: Entry, run: list[Entry]) -> bool:
    """Say whether these lines are the levels of the line above them."""
    if (
        head.kind not in {Kind.WORDS, Kind.POINT}
        or head.below
        or (head.mark and head.mark.place == "front")
    ):
        return False
    if head.line.indent > run[0].line.indent or (
        head.line.mark
        and not run[0].line.mark
        and head.line.indent == run[0].line.indent
        and head.mark is None
        and min(each.points or Decimal(0) for each in run) > 0
    ):
        return False
    numbers = [each.points or Decimal(0) for each in run]
    total = sum(numbers, Decimal(0))
    if head.points is not None:
        if head.mark and head.mark.place == "middle" == (run[0].mark and run[0].mark.place):
            return False  # `Thesis (4): …`, `Evidence (4): …`: of one kind
        return max(numbers) == head.points and (total != head.points or min(numbers) == 0)
    if min(numbers) == 0 or are_bands(run) or _counts_down(run):
        return True
    return bool(SCALE.search(head.line.text)) and len(run) > 2


def _counts_down(run: Sequence[Entry]) -> bool:
    """Say whether bare numbers go from some number of three or more down to 1."""
    numbers = [each.points or Decimal(0) for each in run]
    return (
        len(numbers) >= 3
        and numbers == [Decimal(n) for n in range(len(numbers), 0, -1)]
        and all(e.mark and e.mark.how == "bare" and e.mark.place == "front" for e in run)
    )


def nested(entries: list[Entry]) -> list[Entry]:
    """Put each line below the nearest one above it that stands further out."""
    for entry in _bulleted_heads(entries):
        entry.line = replace(entry.line, heading=9)
    indents = sorted({each.line.indent for each in entries if not each.line.heading})
    roots: list[Entry] = []
    stack: list[tuple[int, Entry]] = []
    for entry in entries:
        depth = _depth(entry.line, indents)
        if stack and _hangs(entry, stack[-1][1]):
            depth, above = stack[-1][0], stack[-1][1].line
            entry.line = replace(entry.line, mark=above.mark, indent=above.indent)
        while stack and stack[-1][0] >= depth:
            stack.pop()
        if (
            entry.kind in {Kind.ACCEPT, Kind.REJECT, Kind.ASIDE, Kind.OR}
            and stack == []
            and not roots
        ):
            roots.append(entry)
        elif stack:
            stack[-1][1].below.append(entry)
        else:
            roots.append(entry)
        if entry.kind not in {Kind.ACCEPT, Kind.REJECT, Kind.ASIDE, Kind.OR, Kind.TOTAL}:
            stack.append((depth, entry))
    return roots


def _bulleted_heads(entries: Sequence[Entry]) -> list[Entry]:
    """Return the lines with bullets where each stands above lines with points and without one."""
    found = [e for e in entries if e.line.mark and not e.line.heading]
    above = [a for a, b in itertools.pairwise(entries) if b.mark and not b.line.mark]
    margin = {each.line.indent for each in entries}
    is_so = len(found) > 1 and len(margin) == 1 and all(each in above for each in found)
    return found if is_so and all(e.mark for e in entries if not e.line.mark and e in above) else []


def _hangs(entry: Entry, above: Entry) -> bool:
    """Say whether a line goes on below the words of `(b) … (1)`, and earns for itself."""
    one, other = entry.line, above.line
    if one.mark or not other.mark.endswith(")") or entry.mark is None or above.mark is None:
        return False
    beyond = one.indent - other.indent - len(other.mark)
    return 1 <= beyond <= 3 and entry.mark.place == above.mark.place != "middle"


def _depth(line: Line, indents: Sequence[int]) -> int:
    if line.heading:
        return line.heading
    rank = 10 + 10 * indents.index(line.indent)
    if not line.mark:
        return rank
    if re.match(r"^\(?\d", line.mark):
        return rank + 1
    return rank + (2 if re.match(r"^\(?[a-zA-Z]", line.mark) else 4)


def adopted(nodes: Sequence[Entry]) -> list[Entry]:
    """Give `any two from:` the lines right below it, where they are not indented."""
    found: list[Entry] = []
    for node in nodes:
        last = found[-1] if found else None
        if (
            last is not None
            and last.kind in {Kind.ANY, Kind.EACH}
            and node.kind is Kind.WORDS
            and node.mark is None
            and not node.below
            and (not last.below or last.below[-1].name == "adopted")
            and node.line.number == (last.below[-1] if last.below else last).line.number + 1
        ):
            node.name = "adopted"
            last.below.append(node)
        elif last is not None and _is_listed(last, node):
            node.name = "listed"
            last.below.append(node)
        else:
            found.append(node)
    return found


def _is_listed(last: Entry, node: Entry) -> bool:
    """Say whether a line with points goes on the list of `max 2 from:`, which has none."""
    before = last.below[-1] if last.below else None
    return (
        last.kind is Kind.ANY
        and last.mark is None
        and last.line.text.rstrip().endswith(":")
        and node.kind is Kind.POINT
        and node.mark is not None
        and not node.below
        and (before is None or (before.name == "listed" and before.points == node.points))
        and 0 <= node.line.number - (before or last).line.number <= 1
    )


def is_scored(entry: Entry) -> bool:
    """Say whether a line or one below it states points."""
    return (
        entry.mark is not None
        or entry.kind in {Kind.ANY, Kind.EACH}
        or any(map(is_scored, entry.below))
    )
