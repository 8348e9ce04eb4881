"""What makes a reading doubtful whatever its shape: then a person looks, and nothing is written."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.counting import plural
from assessor.intake.ledger import NAMED, overlooked
from assessor.intake.lines import is_total
from assessor.intake.marks import amount_in, mark_in, marks_within, number_of
from assessor.intake.source import Line, Reading, Source
from assessor.intake.steps import of_steps, short, stems_of
from assessor.intake.sums import attainable, attainable_of, is_question, names_a_part
from assessor.intake.words import ASIDE, EACH, LEVELISH, QUESTION, SCHEME, UNIT
from assessor.rubric.write import DraftPoint

_WITH_UNIT = re.compile(
    rf"(?<![\w.,/–-])(?<!\d[x\u00d7*])(?<!\d [x\u00d7*] )"
    rf"(?P<n>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s*{UNIT}(?!\s+minimum|\s*[x\u00d7*]\s*\d)"
    rf"|(?:\bmax\w*\.?|up to|at most|no more than|bis zu|höchstens|jusqu'à|au plus|hasta)\s*:?\s*"
    rf"(?P<m>\d{{1,3}}(?:[.,]\d{{1,2}})?)(?!\s*%)"
    r"|(?<![\w.,/–-])(?P<k>\d{1,2}(?:[.,]\d{1,2})?)\s*max(?:imum|imal)?\b(?!\s+\w)",
    re.IGNORECASE,
)
_EACH_ONE = re.compile(
    rf"(?<![\d.,])(\d{{1,2}}(?:[.,]\d{{1,2}})?)\s*(?:{UNIT}\s*)?"
    rf"(?:each|jeweils|chacune?|cada una?)\b",
    re.IGNORECASE,
)
_OPENED = re.compile(r"[\[(]\s*\d{1,2}(?:[.,]\d)?\s*[,;:]")
_CHOICE = re.compile(
    r"(?i)\b(?:either\b.*\bor\b|(?:choose|answer|pick|select) (?:one|two|three|any|either|a or)"
    r"|entweder\b.*\boder\b|wähle[n]? |soit\b.*\bsoit\b|au choix|choisissez|elige|elegir|escoge)"
)
_COURSE = re.compile(
    r"(?i)^\W*(?:homeworks?|assignments?|quizz?(?:es)?|midterms?|finals?|attendance|participation"
    r"|labs?|projects?|exams?|tests?|hausaufgaben|klausur(?:en)?|mitarbeit|examen(?:es)?|devoirs)\b"
)
_LEVEL_ENDS = re.compile(r"\s*(?:\([^)]*\)\s*)?(?:[:–—-]|$)")
_INSTEAD = re.compile(
    r"(?i)^\W*(?:if (?:the |an |no )?(?:\w+ )?(?:answer|result|value)\b.{0,30}"
    r"\b(?:wrong|incorrect|missing|given)|if (?:not|none|wrong|incorrect)\b|otherwise"
    r"|failing (?:that|this)|alternatively|sonst|ansonsten|andernfalls|sinon|à défaut|si no\b"
    r"|de lo contrario|en su defecto"
    r"|(?:if|when|wenn|falls|si|quand)\b(?!.*\d).*:\s*$)"
)
_POINTS = re.compile(
    rf"\d\s*{UNIT}|^[\[(]\s*\d{{1,2}}\s*[\])]|(?:^|\s)[\[(]\s*\d{{1,2}}(?:[.,]\d)?\s*[\])](?=[\s,;]|$)",
    re.IGNORECASE,
)
_SPELT = re.compile(
    rf"\b(?:one|two|three|half a|ein|eine[nr]?|zwei|une?|deux|una?|dos)\s+{UNIT}"
    r"\s+(?:for|if|when|für|wenn|pour|si|por)\b",
    re.IGNORECASE,
)
_AWARDS = re.compile(rf"(?i)\b(?:award|give)s? (?:\d|one|two|three) ?{UNIT} (?:for|if|when)\b")
_NUMBERED = re.compile(r"(?i)(?:level|band|stufe|niveau|nivel)\s*\w{1,3}")
_INNER = re.compile(r"(?:^|[\s,;])\((?:i{1,3}|iv|v|[a-e]|[1-5])\)\s")
_OPEN = re.compile(
    r"(?i)^each (?:for|of)\b|\b(?:\d|one|two|three|any|each) (?:of|from)\s*:?$"
    r"|\bthe following\s*:?$"
)
_FULLER = re.compile(
    r"(?i)^\W*(?:an? |the |eine? |une? |una? )?(?:full(?:y)?|complete(?:ly)?|correct(?:ly)?|right"
    r"|thorough|detailed|clear|vollständig\w*|richtige?\w*|complète?|correcte?|completa?o?|both|all)\b"
)
_SHORT_OF = re.compile(
    r"(?i)\b(?:but (?:not|no|without|lacks|fails)|incomplete|partial(?:ly)?|only one"
    r"|one of (?:the|them)|aber (?:nicht|kein\w*)|unvollständig|teilweise|mais (?:pas|sans)"
    r"|incomplet\w*|pero (?:no|sin))\b"
)
_TOTAL_OF = re.compile(
    r"(?i)^\W*(?:sub)?total (?:for|of|question|marks|points|score|\W*\d)"
    r"|^\W*(?:gesamt|total|maximum)(?:punkt\w*)? (?:für|der|por|pour)\b"
)
_ENDS_IN = re.compile(r"(?:[:=–-]|\d\s*[x\u00d7*])\s*\d{1,2}(?:[.,]\d)?\W*$")
_SIGNED = re.compile(r"(?:^|[\s:(])[+−–-]\d+(?:[.,]\d+)?(?=\s|$)")
_NO_WORTH = re.compile(
    r"(?!\D.* \| [+-]?0*[.,]?0*[1-9][\d.,]*(?: \||$))"
    rf".* \| [+-]?0(?:[.,]0+)?\s*(?:{UNIT})?(?: \||$)",
    re.IGNORECASE,
)
LARGE = 200


def with_doubts(reading: Reading, source: Source | None, *, is_general: bool) -> Reading:
    """Return a reading with what is doubtful in it; with `source` where it reads all of that.

    `is_general` says that no platform's form was read, whose every field is known.
    """
    lines = source.lines if source is not None else ()
    instead = tuple(
        f"{_at(each.number)}says what counts instead: {short(each.text)!r}"
        for each in lines
        if _INSTEAD.match(each.text)
    )
    exam = tuple(_of_exam(reading, source)) if source is not None else ()
    is_leveled = all(each.levels for each in reading.points)
    if is_general and not is_leveled and (said := _alone(lines)):
        reading = replace(reading, doubts=(*reading.doubts, said))
    left = tuple(overlooked(reading, source)) if source is not None and is_general else ()
    found = (*reading.doubts, *_doubts(reading), *instead, *exam, *_of_lines(reading, lines), *left)
    found = (*found, *_of_headings(reading, lines), *of_steps(reading, lines))
    return replace(reading, doubts=tuple(dict.fromkeys(found)))


def _alone(lines: Sequence[Line]) -> str:
    """Ask about points on lines of their own that go down to 0: they may be those of levels."""
    alone = [mark.points for each in lines if (mark := amount_in(each.text)) is not None]
    is_so = len(alone) > 2 and 0 in alone
    return "points stand on lines of their own, down to 0: are they of levels?" if is_so else ""


def _doubts(reading: Reading) -> Iterator[str]:
    yield from _of_left(reading)
    first = reading.points[0]
    if len(reading.points) > 1 and is_question(first.description) and not first.levels:
        yield f"{_at(first.place)}asks, and no key point does: {short(first.description)!r}"
    for point in reading.points:
        yield from _of_point(point)
    yield from _of_all(reading.points)
    for line, text in reading.unused:
        states = marks_within(NAMED.sub(" ", text)) or _OPENED.search(text)
        if states and not (_NO_WORTH.match(text) or _sums_up(text, line, reading.points)):
            yield f"{_at(line)}states points and was not used: {short(text)!r}"


def _of_left(reading: Reading) -> Iterator[str]:
    """Name the lines below the first key point that were not used and have a number."""
    first = min((each.place for each in reading.points), default=0)
    left = [
        (n, text)
        for n, text in reading.unused
        if n > first > 0 or (n > 0 and _ENDS_IN.search(text))
    ]
    left += [e for e in reading.unused if e not in left and _SIGNED.search(e[1])]
    left = [(n, text) for n, text in left if not _NO_WORTH.match(text)]
    worthless = [
        text for _, text in left if (m := mark_in(text) or amount_in(text)) and not m.points
    ]
    if len(worthless) > 1 and not all(text.startswith(("+", "-")) for text in worthless):
        yield f"{short(worthless[0])!r} and others earn nothing: are they the least of levels?"
    sums = {reading.stated, attainable_of(reading.points, reading.groups)}
    last = max((each.place for each in reading.points), default=0)
    left = [(n, text) for n, text in left if n <= last or re.search(r"[^\W\d_]", text)]
    for line, text in left:
        is_sum = (mark := amount_in(text)) is not None and mark.points in sums
        if (
            text not in worthless
            and not is_sum
            and re.search(r"\d", NAMED.sub(" ", text))
            and not _sums_up(text, line, reading.points)
        ):
            yield f"{_at(line)}was not used: {short(text)!r}"


def _of_exam(reading: Reading, source: Source) -> Iterator[str]:
    """Name the key points that are parts of an exam: `\\part[2] Name the layers.`"""
    lines = source.text.split("\n") if source.kind == "tex" else []
    for point in reading.points:
        if 0 < point.place <= len(lines) and re.search(
            r"\\(?:sub)?(?:part|question)\b", lines[point.place - 1]
        ):
            yield f"line {point.place}: is what an exam asks, and no key point of an answer"


def _of_lines(reading: Reading, lines: Sequence[Line]) -> Iterator[str]:
    """Hold the lines of an outline against what was made of them."""
    unused, used = dict(reading.unused), {each.place for each in reading.points}
    first, last = min(used, default=0), max(used, default=0)
    siblings = {(e.indent, _bullet(e)) for e in lines if e.number in used and e.mark}
    known = _explained(reading)
    for line in lines:
        if line.number not in used and not reading.groups:
            yield from _of_unused(line)
        mark = mark_in(line.text) or amount_in(line.text)
        is_left = line.number in unused and (mark is None or mark.points != 0)
        if is_left and (line.indent, _bullet(line)) in siblings:
            yield f"line {line.number}: others of its list earn, it does not: {short(line.text)!r}"
        between = is_left and first < line.number < last
        says = re.search(r"\d", line.text) or len(line.text.split()) > 2
        if between and not (line.mark or line.heading or ASIDE.match(line.text)) and says:
            left = short(line.text)
            yield f"line {line.number}: stands among key points and was not used: {left!r}"
        if line.number not in used:
            yield from _of_each(reading, line)
        for given in _WITH_UNIT.finditer(line.text):
            number = number_of(given["n"] or given["m"] or given["k"])
            own = [e.points for e in reading.points if e.place == line.number]
            if number and EACH.search(line.text) and any(e % number == 0 for e in own):
                continue
            if number is not None and number not in known:
                yield f"line {line.number}: nothing was made of {given[0].strip()!r}"


def _of_each(reading: Reading, line: Line) -> Iterator[str]:
    for given in _EACH_ONE.findall(line.text):
        number = number_of(given)
        if number is not None and all(number != e.points for e in reading.points):
            yield f"line {line.number}: no key point is worth the {given} that each earns"


def _of_headings(reading: Reading, lines: Sequence[Line]) -> Iterator[str]:
    """Name headings that earn, among lines that are none."""
    heads = {each.number for each in lines if each.heading}
    places = [each.place for each in reading.points]
    if all(each in heads for each in places):
        return
    for point in reading.points:
        if not point.levels and point.place in heads and point.place < max(places):
            yield f"line {point.place}: {short(point.description)!r} is a heading: does it earn?"


def _of_unused(line: Line) -> Iterator[str]:
    if _AWARDS.search(line.text) and not EACH.search(line.text):
        yield f"line {line.number}: gives points and was not used: {short(line.text)!r}"
    if _CHOICE.search(line.text):
        yield f"line {line.number}: says that only some count: {short(line.text)!r}"


def _bullet(line: Line) -> str:
    return "1" if line.mark[:-1].isdecimal() else "a" if line.mark[:1].isalpha() else line.mark


def _explained(reading: Reading) -> set[Decimal]:
    """Return the numbers that a reading accounts for: points, levels, and sums in a row."""
    known = {Decimal(0), attainable_of(reading.points, reading.groups)}
    known |= {each.points for each in reading.points} | {reading.stated or Decimal(0)}
    known |= {level.points for each in reading.points for level in each.levels}
    tied = {n for group in reading.groups for n in group.of}
    free = [e for n, e in enumerate(reading.points) if n not in tied and not e.wrong]
    for start in range(len(free)):
        known.update(itertools.accumulate(each.points for each in free[start:]))
    for group in reading.groups:
        known.update(reading.points[n].points * group.count for n in group.of)
        known.add(attainable(reading.points, reading.groups, group.of))
    return known


def _of_point(point: DraftPoint) -> Iterator[str]:
    at, said = _at(point.place), point.description
    if why := _is_no_description(point):
        yield f"{at}{short(said)!r} {why}, and does not say what is looked for"
    if said.count(" | ") > 1 or said.strip(" \0").endswith(" |") or said.startswith("| "):
        yield f"{at}{short(said)!r} reads as several cells of a table"
    if _POINTS.search(said) or _SPELT.search(said):
        yield f"{at}more points stand within {short(said)!r}"
    if point.points >= LARGE:
        yield (
            f"{at}{plural(str(point.points), 'point')} for {short(said)!r}: is that a "
            "number of points?"
        )
    if len(_INNER.findall(said)) > 1:
        yield f"{at}lists several things, which earn what? {short(said)!r}"
    label = QUESTION.match(said)
    if label is not None and not said[label.end() :].strip(" .:"):
        yield f"{at}{short(said)!r} is the number of a question"
    yield from _of_levels(point)


def _of_levels(point: DraftPoint) -> Iterator[str]:
    at, said = _at(point.place), point.description
    for level in point.levels:
        if amount_in(level.when) is not None:
            yield f"{at}a level of {short(said)!r} says only {level.when!r}"
        elif _POINTS.search(level.when):
            yield f"{at}more points stand within the level {short(level.when)!r}"
        parts = level.when.split("; ")
        if sum(bool(re.match(r"\W*(?:\w+\W+)?\d+(?:[.,]\d)?\W*\s", e)) for e in parts) > 1:
            yield f"{at}more points stand within the level {short(level.when)!r}"
    whens = [each.when for each in point.levels if each.when]
    names = [each for each in whens if _NUMBERED.fullmatch(each)]
    if names and len(names) < len(whens):
        yield f"{at}a level of {short(said)!r} says only its name, {names[0]!r}"
    if any(times > 1 for times in Counter(each.points for each in point.levels).values()):
        yield f"{at}two levels of {short(said)!r} earn the same"


def _of_all(points: tuple[DraftPoint, ...]) -> Iterator[str]:
    earning = [each for each in points if not each.wrong]
    plain = [each for each in earning if not each.levels]
    named = [each for each in plain if _is_level(each.description)]
    if len({each.points for each in named}) >= 2:
        listed = ", ".join(repr(short(each.description)) for each in named[:3])
        yield f"{listed} sound like levels of one scale"
    for run in (plain[n : n + 3] for n in range(len(plain) - 2)):
        stems = [stems_of(e.description) for e in run]
        if run[0].points > run[1].points > run[2].points and set.intersection(*stems):
            said = ", ".join(repr(short(each.description)) for each in run)
            yield f"{said} sound like levels of one scale"
    for one, other in itertools.pairwise(plain):
        is_less = one.points > other.points and _SHORT_OF.search(other.description)
        if is_less and _FULLER.match(one.description):
            said = f"{short(one.description)!r}, {short(other.description)!r}"
            yield f"{said} sound like levels of one scale"
    parts = [each for each in plain if _COURSE.match(each.description)]
    if len(parts) >= 2 and all(len(each.description.split()) <= 3 for each in parts):
        yield "homework, tests and the like are the parts of a course's grade, not of an answer"
    for one, other in itertools.combinations(earning, 2):
        if one.description.casefold() == other.description.casefold():
            yield f"{_at(other.place)}{short(one.description)!r} stands there twice"
            return


def _is_level(text: str) -> bool:
    """Say whether a text begins with the name of a level: `Level 3: …`, `Good - …`."""
    found = LEVELISH.match(text.lstrip(" *•-"))
    return bool(found and _LEVEL_ENDS.match(text.lstrip(" *•-"), found.end()))


def _sums_up(text: str, line: int, points: tuple[DraftPoint, ...]) -> bool:
    """Say whether a line earns nothing, or states the sum of the points right below it."""
    stated = [Decimal(each.replace(",", ".")) for each in re.findall(r"\d+(?:[.,]\d+)?", text)]
    if mark_in(text) is None and amount_in(text) is None and not is_total(text):
        return False
    below = [each.points for each in points if each.place > line and not each.wrong]
    sums = {Decimal(0), *itertools.accumulate(below)}
    return (bool(stated) and stated[-1] in sums) or stated[:1] == [Decimal(0)]


def _is_no_description(point: DraftPoint) -> str:
    """Return what a text is instead of a description; "" where it may be one."""
    said = point.description
    wordless = not re.search(r"[^\W\d_]{2}|[=<>≤≥+*/^]", said)
    if not point.levels and (names_a_part(said) or wordless):
        return "names a part"
    if len(said.split()) <= 2 and LEVELISH.fullmatch(said):
        return "names a level"
    if len(said.split()) < 2 and SCHEME.match(said):
        return "names a scheme"
    if said.endswith("?") and not point.levels:
        return "is a question"
    if _OPEN.search(said) and not point.levels:
        return "is the beginning of a list"
    return "reads as a total" if is_total(said) or _TOTAL_OF.match(said) else ""


def _at(line: int) -> str:
    return f"line {line}: " if line else ""
