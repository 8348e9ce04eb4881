"""An outline to key points: what each line is worth, and what goes with it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from assessor.counting import plural
from assessor.intake.draft import RANGES, level_points
from assessor.intake.levels import levels_in
from assessor.intake.lines import Entry, Kind
from assessor.intake.nesting import adopted, are_bands, is_scored
from assessor.intake.source import Group, Reading, Sum
from assessor.intake.steps import stems_of
from assessor.intake.sums import attainable, attainable_of, subtotals
from assessor.intake.words import BONUS, EACH, SCALE, SCHEME
from assessor.rubric.write import DraftLevel, DraftPoint

_ONE_SCALE = (
    "one scale for the whole answer: it became a single key point with levels; split it if you can"
)


_BLANK = re.compile(
    r"(?i)^\W*(?:no (?:answer|response|attempt|submission|work)|blank|not attempted|empty|leer"
    r"|nothing (?:written|submitted)|keine (?:antwort|abgabe)|sin respuesta|en blanco"
    r"|pas de réponse)"
)


_IS_CAP = re.compile(r"(?i)max|höchst|at most|máx|up to|not (?:above|more|over)")


def _may_add_up(node: Entry, scored: Sequence[Entry]) -> bool:
    """Say whether points that go down to 0, for a blank, are as likely key points as levels."""
    least = min(scored, key=lambda each: each.points or Decimal(0))
    is_scheme = node.name == "scale" or SCHEME.match(node.line.text)
    texts = [stems_of(each.words) for each in scored if each is not least]
    is_alike = len(texts) < 2 or bool(set.intersection(*texts))
    is_scale = bool(SCALE.search(node.line.text)) or is_alike
    return bool(is_scheme) and not is_scale and bool(_BLANK.match(least.words))


@dataclass(slots=True)
class Maker:
    """Makes key points of a tree of lines; `as_scale` says how what can be read twice is read."""

    as_scale: bool = True
    points: list[DraftPoint] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unused: list[tuple[int, str]] = field(default_factory=list)
    totals: list[Decimal] = field(default_factory=list)
    sums: list[Decimal] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)
    percents: int = 0
    bands: list[Entry] = field(default_factory=list)
    doubted: bool = False
    listed: tuple[int, ...] = ()
    caps: list[Decimal] = field(default_factory=list)
    stated_sums: list[Sum] = field(default_factory=list)

    def walk(
        self, nodes: Sequence[Entry], each: Decimal | None = None, *, off: bool = False
    ) -> None:
        """Go through lines beside each other; `each` is what every one of them is worth."""
        nodes = adopted(nodes)
        pending: tuple[int, int] | None = None
        span = (0, 0)
        in_field = ""
        for node in nodes:
            start = len(self.points)
            if node.kind is Kind.OR:
                pending = span
                continue
            if node.kind is Kind.FIELD:
                in_field = node.name
                self.fields.setdefault(node.name, []).extend([node.words] if node.words else [])
                self._rest(node)
                continue
            if (
                in_field
                and node.kind is Kind.WORDS
                and node.mark is None
                and not node.below
                and not node.line.mark
                and not node.line.heading
            ):
                self.fields[in_field].append(node.words)
                continue
            in_field = ""
            if node.is_or:
                pending = span
            self._one(node, each, off=off)
            if len(self.points) > start:
                if pending is not None:
                    self._either(pending, (start, len(self.points)), node)
                    span = (pending[0], len(self.points))
                    pending = None
                else:
                    span = (start, len(self.points))

    def _rest(self, node: Entry) -> None:
        for child in node.below:
            if child.mark is not None or child.below:
                self.walk([child])
            else:
                self.fields[node.name].append(child.words)

    def _either(self, one: tuple[int, int], other: tuple[int, int], node: Entry) -> None:
        """Tie alternatives, of which one counts."""
        if one[0] == one[1] or one[1] != other[0]:
            return
        known = next(
            (n for n, group in enumerate(self.groups) if set(range(*one)) <= set(group.of)), None
        )
        if known is not None and self.groups[known].count == 1:
            self.groups[known] = Group(of=(*self.groups[known].of, *range(*other)), count=1)
        elif one[1] - one[0] == 1 and other[1] - other[0] == 1:
            self.groups.append(Group(of=(*range(*one), *range(*other)), count=1))
        else:
            self.doubts.append(f"line {node.line.number}: alternatives of several points each")

    def _one(self, node: Entry, each: Decimal | None, *, off: bool) -> None:
        if node.kind is Kind.TOTAL:
            self._total(node)
        elif node.kind in {Kind.ACCEPT, Kind.REJECT}:
            self._phrase(node)
        elif node.kind is Kind.ASIDE:
            self.unused.append((node.line.number, node.line.text))
        elif node.kind is Kind.SECTION_OFF:
            if not node.below:
                self.unused.append((node.line.number, node.line.text))
            self.walk(node.below, off=True)
        elif node.kind in {Kind.ANY, Kind.EACH} and node.below:
            self._several(node)
        elif node.below:
            self._parent(node, each, off=off)
        else:
            self._leaf(node, each, off=off)
        for kind, words in node.phrases:
            self._add_phrase(kind, words)

    def _total(self, node: Entry) -> None:
        if node.most is None:
            return
        self.totals.append(node.most)
        if _IS_CAP.search(node.line.text):
            self.caps.append(node.most)
        else:
            stated = Sum(line=node.line.number, text=node.line.text, numbers=(node.most,))
            self.stated_sums.append(stated)

    def _leaf(self, node: Entry, each: Decimal | None, *, off: bool) -> None:
        mark = node.mark
        if node.kind is Kind.ANY and self._inline(node):
            return
        if mark is not None and (levels := levels_in(mark.text)) and mark.place == "end":
            self.points.append(level_points(node.words, levels, node.line.number))
            return
        name, colon, rest = node.line.text.partition(":")
        if colon and (levels := levels_in(rest.strip())) and node.kind is not Kind.OFF:
            self.points.append(level_points(name.strip(), levels, node.line.number))
            return
        if mark is not None and node.lesser:
            levels = [(mark.points, node.words), *node.lesser]
            self.points.append(level_points(node.words, levels, node.line.number))
        elif mark is not None and mark.points:
            self._add(node, abs(mark.points), wrong=off or mark.points < 0)
        elif mark is not None or node.kind is Kind.OFF:
            self.unused.append((node.line.number, node.line.text))
        elif each is not None and node.words:
            self._add(node, each, wrong=off)
        elif not node.line.heading and not node.line.text.rstrip().endswith(":"):
            self.unused.append((node.line.number, node.line.text))

    def _inline(self, node: Entry) -> bool:
        """Take the list behind `Any two of: rain; hail; snow [2]` as points of which two count."""
        _before, colon, after = node.words.partition(":")
        listed = [each.strip(" .") for each in after.split(";") if each.strip(" .")]
        if not colon or len(listed) <= node.count or not node.points:
            self.doubts.append(f"line {node.line.number}: says that {node.count} count: of which?")
            return False
        worth = node.points if node.mark and node.mark.is_each else node.points / node.count
        start = len(self.points)
        for each in listed:
            self.points.append(DraftPoint(description=each, points=worth, place=node.line.number))
        self.groups.append(Group(of=tuple(range(start, len(self.points))), count=node.count))
        return True

    def _add(self, node: Entry, number: Decimal, *, wrong: bool) -> None:
        mark, line = node.mark, node.line.number
        if mark is not None:
            self.percents += mark.how == "percent"
            self.bands += [node] * (mark.low is not None)
            if mark.low is not None and number > 1:
                self.notes.append(
                    f"line {line}: a range of points; the upper end, {number}, was taken"
                )
            if mark.times:
                self.notes.append(
                    f"line {line}: {mark.given!r} was taken as {plural(str(number), 'point')} "
                    "together"
                )
        if BONUS.search(node.words):
            self.notes.append(
                f"line {line}: a bonus counts like any other point, up to the maximum"
            )
        self.points.append(
            DraftPoint(description=node.words, points=number, wrong=wrong, place=line)
        )

    def _phrase(self, node: Entry) -> None:
        self._add_phrase(node.kind, node.words)

    def _add_phrase(self, kind: Kind, words: str) -> None:
        """Give a phrase to the point above it; below a list, to the one that it speaks of."""
        if not self.points:
            self.unused.append((0, words))
            return
        place = len(self.points) - 1
        group = next((g.of for g in self.groups if place in g.of), self.listed)
        if place in group:
            stems = {each[:5] for each in re.findall(r"\w{4,}", words.casefold())}
            shared = [
                n
                for n in group
                if stems
                & {e[:5] for e in re.findall(r"\w{4,}", self.points[n].description.casefold())}
            ]
            place = shared[0] if len(shared) == 1 else place
        point = self.points[place]
        several = [
            e.strip(" “”\"'.") for e in re.split(r"\s+/\s+|;\s*", words) if e.strip(" “”\"'.")
        ]
        if kind is Kind.ACCEPT:
            self.points[place] = replace(point, accepted=(*point.accepted, *several))
        else:
            self.points[place] = replace(point, not_enough=(*point.not_enough, *several))

    def _several(self, node: Entry) -> None:
        """`any two from`, `1 mark for each of the following (max 3)`."""
        worth = node.points or Decimal(1)
        if (
            node.kind is Kind.ANY
            and node.mark is not None
            and not (node.mark.is_each or EACH.search(node.line.text))
            and node.count
            and worth % node.count == 0
        ):
            worth /= node.count
        start, stated = len(self.points), len(self.totals)
        self.walk(node.below, worth)
        made = range(start, len(self.points))
        self.listed = tuple(made)
        count = node.count or (int(node.most / worth) if node.most else len(made))
        if worth * count in self.totals[stated:]:
            self.totals.remove(worth * count)  # `[max 2]` below `any two of:` says the same again
            self.caps = [each for each in self.caps if each != worth * count]
        if not made:
            self.unused.append((node.line.number, node.line.text))
        elif count > len(made):
            few = plural(len(made), "point stands", "points stand")
            self.doubts.append(f"line {node.line.number}: {count} may count, but {few} below it")
        elif len({self.points[n].points for n in made}) > 1:
            self.doubts.append(f"line {node.line.number}: {count} of points of different worth")
        elif count < len(made) and not any(set(made) & set(g.of) for g in self.groups):
            self.groups.append(Group(of=tuple(made), count=count))
        elif count < len(made):
            self.doubts.append(f"line {node.line.number}: alternatives within a choice of {count}")

    def _parent(self, node: Entry, each: Decimal | None, *, off: bool) -> None:
        scored = [child for child in node.below if is_scored(child)]
        if scored and self._is_scale(node, scored):
            self._scale(node, scored)
            return
        start = len(self.points)
        if node.points and scored and all(child.kind is Kind.OFF for child in scored) and not off:
            self._leaf(node, each, off=off)
            self.walk(node.below)
            return
        if scored or off:
            self.walk(node.below, off=off)
            self._subtotal(node, start)
            return
        lines = [child for child in node.below if child.kind is Kind.WORDS]
        phrases = [child for child in node.below if child.kind in {Kind.ACCEPT, Kind.REJECT}]
        ends = lines and all(child.line.text.rstrip().endswith(";") for child in lines[:-1])
        if lines and (node.most is not None or (ends and len(lines) > 1)):
            said = "one point was taken for each marking point, as the scheme's maximum says"
            self.notes.append(said)
            most = node.most if node.most is not None else node.points
            self.walk(node.below, Decimal(1))
            self._cap(node, start, most)
        elif node.points is not None and lines and len(lines) == node.points and len(lines) > 1:
            times = node.mark.times if node.mark is not None else 0
            self.doubted = self.doubted or times != len(lines)
            if self.as_scale or times == len(lines):
                self.notes.append(
                    f"line {node.line.number}: its "
                    f"{plural(len(lines), 'line was', 'lines were')} taken as one point each"
                )
                self.walk(node.below, Decimal(1))
            else:
                self._detailed(node, lines)
        elif node.points:
            self._detailed(node, lines, wrong=node.points < 0)
            for child in phrases:
                self._phrase(child)
        else:
            self.walk(node.below, each, off=off)

    def _detailed(self, node: Entry, lines: list[Entry], *, wrong: bool = False) -> None:
        self._add(node, abs(node.points or Decimal(1)), wrong=wrong)
        said = "; ".join(child.words for child in lines if child.words)
        if said and not wrong:
            point = self.points[-1]
            self.points[-1] = replace(point, levels=(DraftLevel(points=point.points, when=said),))

    def _cap(self, node: Entry, start: int, most: Decimal | None) -> None:
        made = range(start, len(self.points))
        total = sum((self.points[n].points for n in made), Decimal(0))
        if most is not None and most < total:
            self.groups.append(Group(of=tuple(made), count=int(most)))
        elif most is not None and most > total:
            self.notes.append(
                f"line {node.line.number}: states {most}, its lines add up to {total}"
            )

    def _subtotal(self, node: Entry, start: int) -> None:
        """Hold the points of a heading against those below it."""
        stated = node.most if node.most is not None else node.points
        made = [n for n in range(start, len(self.points)) if not self.points[n].wrong]
        if stated is None or not made:
            return
        of = attainable(self.points, self.groups, made)
        worth = {self.points[n].points for n in made}
        if stated == of and len(made) == 1 and node.mark and node.mark.place == "front":
            self.doubts.append(
                f"line {node.line.number}: is it a heading of what stands below it, or earns it?"
            )
        if stated == of:
            self.sums.append(stated)
            return
        if (
            stated < of
            and len(worth) == 1
            and stated % min(worth) == 0
            and not any(set(made) & set(g.of) for g in self.groups)
        ):
            self.groups.append(Group(of=tuple(made), count=int(stated / min(worth))))
            self.notes.append(
                f"line {node.line.number}: at most {stated} of the {plural(str(of), 'point')} "
                "below it may count"
            )
        elif len(made) == len(self.points) - sum(p.wrong for p in self.points):
            self.totals.append(stated)
        else:
            self.doubts.append(
                f"line {node.line.number}: states {plural(str(stated), 'point')}, but those "
                "below it add up to "
                f"{of}"
            )

    def _is_scale(self, node: Entry, scored: list[Entry]) -> bool:
        numbers = [child.points if child.points is not None else Decimal(-1) for child in scored]
        if (
            len(scored) < 2
            or any(child.below and any(map(is_scored, child.below)) for child in scored)
            or min(numbers) < 0
            or any(child.mark and child.mark.given.startswith("+") for child in scored)
            or any(child.line.mark == "+" for child in scored)
        ):
            return False
        pairs = list(itertools.pairwise(numbers))
        if not (all(a > b for a, b in pairs) or all(a < b for a, b in pairs)) or any(
            c.kind in {Kind.ANY, Kind.EACH} for c in scored
        ):
            return False
        total = sum(numbers, Decimal(0))
        if node.points is not None:
            return max(numbers) == node.points and (total != node.points or min(numbers) == 0)
        front = all(child.mark and child.mark.place != "end" for child in scored)
        called = SCALE.search(node.line.text) and len(scored) > 2 and front
        if min(numbers) == 0 and _may_add_up(node, scored):
            self.doubted = True
            return self.as_scale
        if min(numbers) == 0 or called or are_bands(scored):
            return True
        steps = sorted(numbers) == [Decimal(n) for n in range(1, len(numbers) + 1)]
        if steps and all(c.mark and c.mark.place != "end" and c.mark.how == "bare" for c in scored):
            self.doubted = True
            return self.as_scale
        return False

    def _scale(self, node: Entry, scored: list[Entry]) -> None:
        levels = [
            (
                child.points or Decimal(0),
                "; ".join(
                    [
                        (child.mark.rest if child.mark and child.mark.rest else child.words),
                        *(e.words for e in child.below if e.words),
                    ]
                ),
            )
            for child in scored
        ]
        if any(child.mark and child.mark.low for child in scored):
            self.notes.append(RANGES)
        if node.name == "scale":
            self.notes.append(_ONE_SCALE)
        self.points.append(level_points(node.words.strip(" :"), levels, node.line.number))
        for child in node.below:
            if child.kind in {Kind.ACCEPT, Kind.REJECT}:
                self._phrase(child)
            elif child not in scored and child.words and child.kind is not Kind.OR:
                said = f"line {child.line.number}: {child.line.text[:40]!r} stands among levels"
                is_amid = child.line.number < scored[-1].line.number
                self.doubts += [said] if child.kind is Kind.WORDS and is_amid else []
                self.unused.append((child.line.number, child.line.text))

    def reading(self) -> Reading:
        """Return what was made."""
        said = {name: "\n".join(lines) for name, lines in self.fields.items()}
        notes = list(dict.fromkeys(self.notes))
        if len(self.points) == 1 and len(self.points[0].levels) > 2:
            notes.append(_ONE_SCALE)
        points, stated = self.points, self._stated()
        if self.percents and self.percents == len(points):
            if stated is not None and stated != 100:
                points = [replace(each, points=each.points * stated / 100) for each in points]
                notes.append(
                    f"percent were taken of the stated total, {plural(str(stated), 'point')}"
                )
            else:
                notes.append("percent were taken as points of 100")
        elif self.percents:
            self.doubts.append("percent and points stand side by side")
        if len(self.bands) > 1 and len(self.bands) >= len(points) - 1 and are_bands(self.bands):
            self.doubts.append("every line has a range of points: are they levels of one scale?")
        self.doubts += self._other_heads()
        how = (
            "one scale with levels"
            if self.as_scale and self.doubted and len(points) == 1
            else "a line per key point"
        )
        return Reading(
            how=how if self.as_scale else "each line a key point of its own",
            points=tuple(points),
            groups=tuple(self.groups),
            stated=stated,
            notes=tuple(notes),
            unused=tuple(self.unused),
            doubts=tuple(self.doubts),
            is_cap=stated in self.caps,
            sums=tuple(self.stated_sums),
            **said,
        )

    def _other_heads(self) -> list[str]:
        """Ask about a point of a short name that heads its sum, where a heading does so."""
        heads = [self.points[n] for n in subtotals(self.points, least=2) if self.sums]
        return [
            f"line {each.place}: {each.description!r} is the sum of what follows: does it earn?"
            for each in heads
            if len(each.description.split()) < 3
        ]

    def _stated(self) -> Decimal | None:
        """Return the maximum that the source states, of all its totals."""
        of = attainable_of(self.points, self.groups)
        if not self.totals:
            return of if of in self.sums else None
        if of in self.totals:
            return of
        if len(set(self.totals)) == 1 and (
            len(self.totals) == 1 or subtotals(self.points, least=2)
        ):
            return self.totals[0]
        if sum(self.totals) == of or len(set(self.totals)) == 1:
            return of if sum(self.totals) == of else self.totals[0]
        largest = max(self.totals)
        if largest < of:
            self.doubts.append(
                f"states several totals ({', '.join(map(str, self.totals))}); the points add up "
                f"to {of}"
            )
        return largest
