"""JSON, YAML and XML to a rubric: lists of criteria with points, or with levels that have some."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.intake.draft import RANGES, level_points
from assessor.intake.frame import NAME
from assessor.intake.marks import amount_in, mark_in
from assessor.intake.negative import is_negative
from assessor.intake.roles import people_in
from assessor.intake.source import NotARubric, Reading, Source
from assessor.intake.words import KEYS, QUESTION
from assessor.rubric.write import DraftPoint

NAMES = KEYS["names"]
TEXTS = KEYS["texts"]
CRITERIA = KEYS["criteria"]
POINTS = KEYS["points"]
LEVELS = KEYS["levels"]
STATED = KEYS["stated"]
QUESTIONS = KEYS["questions"]
REFERENCES = KEYS["references"]
TITLES = KEYS["titles"]
ACCEPTED = KEYS["accepted"]
REFUSED = KEYS["refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A list of criteria, the mapping around it, and the path to it."""

    items: tuple[Mapping[str, object], ...]
    around: Mapping[str, object]
    path: tuple[str, ...]


def read_tree_values(source: Source) -> list[Reading]:
    """Return the ways to read a tree of values; none where nothing in it has points."""
    refuse_people(source.tree)
    lists = _with_deductions(list(criteria(source.tree, {}, ())) or _alone(source.tree))
    if not lists:
        return []
    if (
        len(lists) > 1
        and not any(question_of(each.around) for each in lists)
        and len({e.path[-1:] for e in lists}) == 1
    ):
        merged = tuple(item for each in lists for item in each.items)
        root = source.tree if isinstance(source.tree, Mapping) else {}
        reading = made_of(source, Found(items=merged, around=root, path=()))
        if lists[0].path[-1:] and lists[0].path[-1].casefold() in _OF_ONE:
            said = f"each {lists[0].path[-1]!r} is of something that has no name"
            reading = replace(reading, doubts=(*reading.doubts, said))
        return [reading]
    readings = [made_of(source, each) for each in lists]
    if len(readings) == 1:
        return readings
    return [each for each in readings if each.points]


_DEDUCTS = re.compile(
    r"(?i)deduct|penalt|misconception|common_(?:error|mistake)|abz[uü]g|malus|descuento"
)


def _with_deductions(lists: list[Found]) -> list[Found]:
    """Join a list of deductions with the one list of criteria beside it."""
    off = [each for each in lists if each.path and _DEDUCTS.search(each.path[-1])]
    rest = [each for each in lists if each not in off]
    if len(off) != 1 or len(rest) != 1 or off[0].path[:-1] != rest[0].path[:-1]:
        return lists
    taken = [
        {k: v for k, v in item.items() if k.casefold() not in POINTS}
        | {"points": str(-abs(number))}
        for item in off[0].items
        if (number := points_of(item)) is not None
    ]
    return (
        [replace(rest[0], items=(*rest[0].items, *taken))]
        if len(taken) == len(off[0].items)
        else lists
    )


def criteria(value: object, around: Mapping[str, object], path: tuple[str, ...]) -> Iterator[Found]:
    """Yield the lists of criteria in a tree, the outermost of each branch."""
    if isinstance(value, list):
        items = [_spelt_out(each) for each in value if isinstance(each, Mapping)]
        if (
            items
            and len(items) == len(value)
            and sum(map(_is_criterion, items)) >= 0.6 * len(items)
        ):
            yield Found(items=tuple(items), around=around, path=path)
            return
        for each in value:
            yield from criteria(each, each if isinstance(each, Mapping) else around, path)
    elif isinstance(value, Mapping):
        if path and _is_criterion(value) and levels_of(value):
            yield Found(items=(value,), around=around, path=path)
            return
        if named := _named_items(value) or _texts_with_numbers(value):
            yield Found(items=named, around=around, path=path)
            return
        for name, each in value.items():
            yield from criteria(each, value, (*path, str(name)))


def _alone(tree: object) -> list[Found]:
    """Return the one criterion of a tree that holds no list of them, with what is around it."""
    found = list(_single(tree, {}, ()))
    return found if len(found) == 1 else []


def _single(value: object, around: Mapping[str, object], path: tuple[str, ...]) -> Iterator[Found]:
    for each in value if isinstance(value, list) else ():
        yield from _single(each, around, path)
    if not isinstance(value, Mapping):
        return
    item: Mapping[str, object] = value
    is_so = any(str(key).casefold() in _SAYS_SO for key in value)
    if path and path[-1].casefold() in _OF_CRITERIA | _SAYS_SO:
        is_so, item = True, _spelt_out(value)
        within = next(iter(value.values()), None) if len(value) == 1 else None
        if isinstance(within, Mapping) and points_of(within) is not None:
            item = {"title": str(next(iter(value))), **within}
    if is_so and _is_criterion(item) and not any(isinstance(e, Mapping) for e in item.values()):
        yield Found(items=(item,), around=around if path else value, path=path)
        return
    for name, each in value.items():
        yield from _single(each, value, (*path, str(name)))


def _texts_with_numbers(value: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    """Return criteria that are texts with their points: `{"Names the cause of it": 3, …}`."""
    items = [_spelt_out({str(text): number}) for text, number in value.items()]
    whole = all(len(each) == 2 and len(str(each["description"]).split()) > 2 for each in items)
    titled = any(str(text).istitle() for text in value)
    return tuple(items) if whole and len(items) > 1 and not titled else ()


def _spelt_out(item: Mapping[str, object]) -> Mapping[str, object]:
    """Return `{"Names the cause": 2}` with its text and its points under names of their own."""
    if len(item) != 1:
        return item
    ((text, _),) = item.items()
    number = number_at(item, text)
    if number is None or len(text.split()) < 2 or NAME.match(text):
        return item
    return {"description": text, "points": str(number)}


def _named_items(value: Mapping[str, object]) -> tuple[Mapping[str, object], ...]:
    """Return criteria that stand under their names: `{"Cause": {"points": 3, …}, …}`."""
    items = [each for each in value.values() if isinstance(each, Mapping)]
    if len(items) < 2 or len(items) < len(value) or any(map(amount_in, map(str, value))):
        return ()
    named = tuple(
        {"title": str(name), **each} for name, each in zip(value, items, strict=True) if each
    )
    worth = [points_of(each) is not None or bool(levels_of(each)) for each in items]
    return named if all(worth) and not any(words_of(e) in e.values() for e in items) else ()


def made_of(source: Source, found: Found) -> Reading:
    """Return the reading of one list of criteria."""
    points, notes, unused = [], [], []
    weights = 0
    for item in found.items:
        words, levels, number = words_of(item), levels_of(item), points_of(item)
        if not words or (number is None and not levels):
            unused.append((0, str(words or dict(item))[:100]))
            continue
        line = line_in(source.text, words.split(": ")[-1])
        phrases = (texts_of(item, ACCEPTED), texts_of(item, REFUSED))
        if levels:
            if any(low for _, _, low in levels):
                notes.append(RANGES)
            points.append(level_points(words, [(n, said) for n, said, _ in levels], line, phrases))
            if number is not None and number != points[-1].points and not weights:
                notes.append(
                    f"{words[:40]!r}: states {number}, its highest level {points[-1].points}"
                )
        elif number is not None and number:
            weights += "weight" in item and not any(k in item for k in POINTS if k != "weight")
            points.append(
                DraftPoint(
                    description=words,
                    points=abs(number),
                    wrong=number < 0 or is_negative(item),
                    place=line,
                    accepted=phrases[0],
                    not_enough=phrases[1],
                )
            )
        else:
            unused.append((line, words))
    if weights:
        notes.append("weights were taken as points")
    doubts = [each for item in found.items if (each := _two_numbers(item))]
    if len({question_of(item) for item in found.items} - {""}) > 1:
        doubts.append("each holds a question of its own: is it a quiz?")
    notes += _left_out(found.items)
    return Reading(
        how=f"the list {'.'.join(found.path) or 'at the top'}",
        points=tuple(points),
        notes=tuple(dict.fromkeys(notes)),
        unused=tuple(unused),
        stated=next((n for key in STATED if (n := number_at(found.around, key)) is not None), None),
        title=text_of(found.around, TITLES),
        question=question_of(found.around),
        reference=text_of(found.around, REFERENCES),
        doubts=tuple(doubts[:3]),
    )


def _two_numbers(item: Mapping[str, object]) -> str:
    """Say where an item states two amounts that differ: what it is worth, and what it earned."""
    amounts = {
        key: number
        for key in item
        if key.casefold() in POINTS
        and key.casefold() != "weight"
        and (number := number_at(item, key)) is not None
    }
    if len(set(amounts.values())) < 2:
        return ""
    listed = ", ".join(f"{key} {number}" for key, number in amounts.items())
    return f"{words_of(item)[:40]!r} states several amounts ({listed}): is it a graded answer?"


def words_of(item: Mapping[str, object]) -> str:
    """Return what an item looks for: its name and its text, where it has both."""
    low = {str(key).casefold(): value for key, value in item.items()}
    name = next(
        (
            str(low[key]).strip()
            for key in NAMES
            if isinstance(low.get(key), str) and str(low[key]).strip()
        ),
        "",
    )
    text = [
        str(low[key]).strip()
        for key in TEXTS
        if isinstance(low.get(key), str) and str(low[key]).strip()
    ]
    if (
        text
        and not name
        and len(text) > 1
        and "long_description" in low
        and str(low.get("long_description") or "").strip()
    ):
        name, text = (
            str(low.get("description") or "").strip(),
            [str(low["long_description"]).strip()],
        )
    if not name and low.get("description") and any(low.get(key) for key in CRITERIA):
        return ": ".join(dict.fromkeys(" ".join(each.split()).rstrip(":") for each in text[:2]))
    parts = [name, *text[:1]]
    return ": ".join(dict.fromkeys(" ".join(each.split()).rstrip(":") for each in parts if each))


_SAYS_SO = frozenset(
    {*CRITERIA, "key_point", "rubric_item", "expectation", "kriterium", "criterio", "critère"}
)
_OF_CRITERIA = frozenset({"items", "criteria", "key_points", "kriterien", "rubric_items", "rubric"})


def levels_of(item: Mapping[str, object]) -> list[tuple[Decimal, str, bool]]:
    """Return an item's levels as (points, words, whether it is a range); [] where it has none."""
    low = {str(key).casefold(): value for key, value in item.items()}
    value = next((low[key] for key in LEVELS if isinstance(low.get(key), list | Mapping)), None)
    value = _unwrapped(value)
    found: list[tuple[Decimal, str, bool]] = []
    if isinstance(value, Mapping) and points_of(value) is not None:
        value = [value]
    if isinstance(value, Mapping):
        for name, said in value.items():
            mark = amount_in(str(name)) or mark_in(str(name))
            if isinstance(said, Mapping):
                number = points_of(said)
                if number is not None:
                    found.append((number, _level_words(said) or str(name), False))
            elif mark is not None and isinstance(said, str):
                found.append((mark.points, said.strip(), mark.low is not None))
    for each in value if isinstance(value, list) else ():
        level = _level(each)
        if level is None:
            return []
        found.append(level)
    return found if len(found) >= 2 or (found and isinstance(value, list)) else []


def _unwrapped(value: object) -> object:
    """Return what levels stand in, without mappings of one around it; None for criteria."""
    while isinstance(value, Mapping) and len(value) == 1:
        ((key, within),) = value.items()
        if not isinstance(within, list | Mapping):
            break
        if str(key).casefold() in _OF_CRITERIA:
            return None
        value = within
    return value


def _level(each: object) -> tuple[Decimal, str, bool] | None:
    if isinstance(each, str):
        mark = mark_in(each)
        return None if mark is None else (mark.points, mark.text, mark.low is not None)
    if not isinstance(each, Mapping):
        return None
    span = each.get("score_range")
    if isinstance(span, list) and span and (mark := amount_in(str(span[-1]))):
        return mark.points, _level_words(each), span[0] != span[-1]
    number = points_of(each)
    if number is None:
        label = amount_in(str(each.get("level") or each.get("label") or each.get("name") or ""))
        number = label.points if label else None
    return None if number is None else (number, _level_words(each), False)


def _level_words(level: Mapping[str, object]) -> str:
    low = {str(key).casefold(): value for key, value in level.items()}
    for key in (
        "long_description",
        "definition",
        "descriptor",
        "expected_outcome",
        "description",
        "criteria",
        "requirement",
        "when",
        "text",
        "content",
        "label",
        "title",
        "name",
    ):
        if isinstance(low.get(key), str) and str(low[key]).strip():
            return " ".join(str(low[key]).split())
    return ""


def points_of(item: Mapping[str, object]) -> Decimal | None:
    """Return the points that an item states."""
    low = {str(key).casefold(): key for key in item}
    return next(
        (n for key in POINTS if key in low and (n := number_at(item, str(low[key]))) is not None),
        None,
    )


def number_at(item: Mapping[str, object], key: str) -> Decimal | None:
    """Return the number at a key; None where there is none."""
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    mark = amount_in(str(value))
    return None if mark is None else mark.points.normalize() + 0


def text_of(item: Mapping[str, object], keys: Sequence[str]) -> str:
    """Return the first text at these keys."""
    return next(
        (
            str(item[key]).strip()
            for key in keys
            if isinstance(item.get(key), str) and str(item[key]).strip()
        ),
        "",
    )


def texts_of(item: Mapping[str, object], keys: Sequence[str]) -> tuple[str, ...]:
    """Return the list of texts, or the one, at these keys."""
    value = next((item[key] for key in keys if item.get(key)), ())
    if isinstance(value, str):
        return (value.strip(),)
    return (
        tuple(str(each).strip() for each in value if str(each).strip())
        if isinstance(value, list)
        else ()
    )


def question_of(around: Mapping[str, object]) -> str:
    """Return what was asked: a text, or what the user says in a list of messages."""
    found = text_of(around, QUESTIONS)
    if found:
        return found
    messages = around.get("prompt") or around.get("input")
    for each in messages if isinstance(messages, list) else ():
        if (
            isinstance(each, Mapping)
            and each.get("role") == "user"
            and isinstance(each.get("content"), str)
        ):
            return str(each["content"]).strip()
    return ""


def line_in(text: str, words: str) -> int:
    """Return the line on which words stand in a source; 0 where they are broken over lines."""
    for probe in (words, words[:30]):
        place = text.find(probe)
        if probe and place >= 0:
            return text.count("\n", 0, place) + 1
    return 0


def refuse_people(value: object) -> None:
    """Refuse records of students. Raises NotARubric."""
    for item in _mappings(value, 0):
        keys = [str(key).replace("_", " ") for key in item]
        found = people_in(keys, [])
        if found and not (found == ["name"] and _says_more(item)):
            raise NotARubric(
                f"holds records of students ({', '.join(map(repr, found[:3]))}): grades or "
                f"answers, not a rubric",
                "give the file in which the criteria and their points stand",
            )


def _says_more(item: Mapping[str, object]) -> bool:
    """Say whether what has a name and an id is no person: it says or holds more, or is a phrase."""
    holds = any(isinstance(each, list | Mapping) for each in item.values())
    named = str(item.get("name") or item.get("Name") or "")
    is_text = any(str(key).casefold() in TEXTS for key in item if key != "answer")
    return holds or is_text or len(named.split()) > 3


def _mappings(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    if isinstance(value, Mapping):
        yield value
    for each in (
        value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    ):
        if depth < 12:
            yield from _mappings(each, depth + 1)


def _is_criterion(item: Mapping[str, object]) -> bool:
    words = words_of(item)
    if (asked := QUESTION.match(words)) and not words[asked.end() :].strip(" .:"):
        return False  # what it holds is the rubric of a question
    return bool(words) and (points_of(item) is not None or bool(levels_of(item)))


_OF_ONE = frozenset(LEVELS) - {"rubric", "scoring", "options"}
_KNOWN = frozenset({*NAMES, *TEXTS, *POINTS, *LEVELS, *ACCEPTED, *REFUSED, *KEYS["bookkeeping"]})


def _left_out(items: Sequence[Mapping[str, object]]) -> list[str]:
    keys = dict.fromkeys(
        str(key)
        for item in items
        for key, value in item.items()
        if str(key).casefold() not in _KNOWN and value not in ("", None, [], False)
    )
    keys = {key: None for key in keys if re.search(r"[a-z]", key)}
    return [f"left out: {', '.join(list(keys)[:6])}"] if keys else []
