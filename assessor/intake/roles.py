"""What a column is, by its title and by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from assessor.intake.marks import amount_in, mark_in
from assessor.intake.words import FULL, LEVELISH, MISTAKES, MORE, NONE, PARTIAL, STUDENTS, TITLES
from assessor.sheet import NAMES, fold_header
from assessor.sheet.word_lists import PEOPLE


class Role(StrEnum):
    """What a column holds."""

    POINTS = "points"
    WEIGHT = "weight"
    CRITERION = "criterion"
    DESCRIPTION = "description"
    NUMBER = "number"
    LEVEL = "level"
    LEVEL_TEXT = "level_text"
    OFF = "off"
    MISTAKE = "mistake"
    ACCEPT = "accept"
    REJECT = "reject"
    ASIDE = "aside"
    MORE = "more"
    PERSON = "person"
    RATING = "rating"
    UNKNOWN = "unknown"


_PEOPLE = STUDENTS.union(
    *(PEOPLE[each] for each in ("email", "first", "last", "username", "number"))
) - {"nombre", "nome", "nom", "first", "last", "user"}
_OF_STUDENT = re.compile(
    r"(?:student|pupil|learner|candidate|schüler)(?:'?s|in)?'? "
    r"(?:answer|response|work|text|antwort)"
)
_OF_PERSON = re.compile(
    r"(?:student|pupil|learner|candidate|participant)(?:'?s|s')?\W+"
    r"(?:(?:first|last|full|given|family) )?"
    r"(?:names?|id|no\.?|number|e-?mail)"
)
_IDS = frozenset({"id", "sid", "uid", "user id", "student id", "name", "attempt"})
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A column's title as it was understood; a rating's `points` may stand in its title."""

    place: int
    title: str
    role: Role
    points: Decimal | None = None
    low: Decimal | None = None
    is_percent: bool = False


def _on_one_line(title: str) -> str:
    """Return `Strong⏎5` as `Strong (5)`: points on a line of their own in a title."""
    lines = title.split("\n")
    rest = [each for each in lines if amount_in(each) is None]
    numbers = [each for each in lines if amount_in(each) is not None]
    if len(lines) > 1 and len(numbers) == 1 and rest:
        return f"{' '.join(rest)} ({numbers[0].strip('()')})"
    return title


def heads_of(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Head]:
    """Return what each column of a table is; `rows` are those below the titles."""
    found = [_head(place, _on_one_line(title), rows) for place, title in enumerate(titles)]
    if any(each.role in {Role.CRITERION, Role.DESCRIPTION} for each in found):
        # Beside what is looked for, a column of mistakes is not what the points are for.
        found = [replace(e, role=Role.UNKNOWN) if e.role is Role.MISTAKE else e for e in found]
    if sum(each.role is Role.RATING for each in found) < 2:
        return found
    # Beside levels, `Insufficient` is one more of them.
    return [
        replace(each, role=Role.RATING)
        if each.role is Role.REJECT and level_name(each.title)
        else each
        for each in found
    ]


def role_of(title: str) -> Role | None:
    """Return what a title says that its column holds; None where it is no known word."""
    folded = _folded(title)
    if folded in MORE or folded in MISTAKES:
        return Role.MORE if folded in MORE else Role.MISTAKE
    whole = fold_header(title)
    for name, words in TITLES.items():
        if folded in words or whole in words:
            return Role(name)
    inner = re.sub(r"\s*(?:[\[(][^\])]*[\])]|:\s*\d+)\s*$", "", folded)
    if inner and inner != folded:
        for name in ("points", "weight", "criterion", "description", "aside"):
            if inner in TITLES[name]:
                return Role(name)
    return Role.PERSON if folded in _PEOPLE else None


def is_header(cells: Sequence[str]) -> bool:
    """Say whether a row reads as the titles of a rubric's columns."""
    shown = [_on_one_line(each) for each in cells if each.strip()]
    if len(shown) < 2:
        return False
    known = [role_of(each) for each in shown]
    rated = [
        each for each, role in zip(shown, known, strict=True) if role is None and is_rating(each)
    ]
    sure = sum(role is not None for role in known)
    levels = sum(role is None and level_name(each) for each, role in zip(shown, known, strict=True))
    if sum(map(_is_worth, shown)) == 1 and not rated[1:]:
        return False
    if not sure and rated and all(amount_in(each) is not None for each in rated):
        # Numbers above empty corner; beside a word they are the cells of a row.
        return not cells[0].strip() and len(rated) == len(shown)
    if known[0] in {Role.LEVEL, Role.POINTS} and len(shown) > 2 and not rated:
        return all(len(each.split()) <= 6 for each in shown)
    return (
        sure >= 2
        or (sure >= 1 and (len(rated) >= 2 or levels >= 2))
        or len(rated) >= 2
        or (levels >= 2 and levels >= len(shown) - 1)
    )


def _is_worth(cell: str) -> bool:
    """Say whether a cell is points with their unit: a row of the table, and no title."""
    mark = amount_in(cell)
    return mark is not None and mark.how != "bare"


def is_rating(title: str) -> bool:
    """Say whether a title names a level with its points: `Exemplary (4)`, `3 - Good`, `4`."""
    if len(title) > 70:
        return False
    if amount_in(title) is not None:
        return True
    mark = mark_in(title.replace("\n", " "))
    return (
        mark is not None
        and len(mark.text) <= 45
        and role_of(mark.text) in {None, Role.NUMBER, Role.LEVEL, Role.REJECT}
    )


def level_name(title: str) -> bool:
    """Say whether a title is the name of a level, whatever it earns."""
    return (len(title.split()) <= 5 and bool(LEVELISH.search(title))) or named(title) != ""


def named(title: str) -> str:
    """Return `full`, `partial` or `none` where a title says just that; "" otherwise."""
    folded = _folded(re.sub(r"[\[(].*|(?<=\w)\s+(?:for|if|when|für|pour|si|por):?\s*$", "", title))
    for name, words in (("partial", PARTIAL), ("none", NONE), ("full", FULL)):
        if folded in words:
            return name
    return ""


def people_in(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the titles of columns that hold people: by title, or by addresses in the cells."""
    found = [
        e
        for e in titles
        if _folded(e) in _PEOPLE
        or _OF_STUDENT.match(_folded(e))
        or _OF_PERSON.fullmatch(_folded(e))
    ]
    folded = {_folded(each) for each in titles}
    if folded & {"name", "full name", "nom", "nombre", "vollständiger name"} and folded & {
        "grade",
        "note",
        "id",
        "status",
        "attempt",
        "section",
        "group",
        "answer",
        "response",
        "submission",
        "antwort",
        "bewertung",
        "nota",
        "calificación",
        "klasse",
        "kurs",
    }:
        found.append("name")
    if folded & _IDS and folded & {each.replace("_", " ") for each in NAMES["answer"]}:
        found.append("answer")
    for place in range(max(map(len, rows), default=0)):
        given = [row[place] for row in rows if place < len(row) and row[place]]
        if len(given) > 0 and sum(
            bool(_ADDRESS.fullmatch(each.strip())) for each in given
        ) * 2 > len(given):
            found.append(titles[place] if place < len(titles) and titles[place] else "addresses")
    return list(dict.fromkeys(found))


# `Level 1 title`, `Level 1 points`: a group of columns for each level.
NUMBERED = re.compile(
    r"(?i)^(?P<of>level|rating|band|stufe|niveau|nivel)[ _-]*"
    r"(?:(?P<a>\d)[ _-]+(?P<what>[a-zäöüéí]+)"
    r"|(?P<what2>[a-zäöüéí]+)[ _-]*(?P<b>\d))$"
)


def _head(place: int, title: str, rows: Sequence[Sequence[str]]) -> Head:
    role = role_of(title)
    if NUMBERED.match(title):
        return Head(place=place, title=title, role=Role.UNKNOWN)
    is_worded = named(title) != "" and not re.search(r"\d", title)  # "Half marks for"
    if role is None and title and not is_worded and is_rating(title):
        mark = amount_in(title) or mark_in(title.replace("\n", " "))
        if mark is not None:
            return Head(
                place=place,
                title=mark.text or title,
                role=Role.RATING,
                points=mark.points,
                low=mark.low,
                is_percent=mark.how == "percent",
            )
    if role is None and level_name(title):
        return Head(place=place, title=title, role=Role.RATING)
    if role is Role.POINTS and _is_text(place, rows):
        role = Role.DESCRIPTION  # "Point" over what is looked for
    if role in {Role.LEVEL, Role.NUMBER} and _is_text(place, rows):
        # "Question", "Part" or "Level" over whole sentences is what is looked for.
        role = Role.DESCRIPTION if role is Role.NUMBER else role
    return Head(place=place, title=title, role=role or Role.UNKNOWN)


def _is_text(place: int, rows: Sequence[Sequence[str]]) -> bool:
    given = [row[place] for row in rows if place < len(row) and row[place]]
    return bool(given) and sum(len(each.split()) >= 4 for each in given) * 2 > len(given)


def _folded(title: str) -> str:
    plain = fold_header(title.replace("_", " "))
    return plain.strip("*: .#") or plain.strip()
