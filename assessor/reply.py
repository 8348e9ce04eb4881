"""A judge's reply: strictly the verdicts that were asked for, or InvalidReply."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import lru_cache

from assessor.errors import InvalidReply
from assessor.json_in_prose import find_reply
from assessor.privacy import uncovered
from assessor.prompt import Ask
from assessor.prompt.fields import (
    CELLS,
    FEEDBACK,
    GAP,
    MAX_QUOTES,
    NOTE,
    QUOTES,
    WITHDRAWN,
    field_names,
    questions_of,
)
from assessor.prompt.skeleton import TEXT_GAP
from assessor.rubric.model import Rubric
from assessor.verdict import Threshold, Verdict

# Gap and note are asked for in at most twenty words; what is longer is cut.
MAX_REMARK = 300
MAX_FEEDBACK = 2_000

_SPOKEN = re.compile(r"\s*([0-9]{1,3}(?:\.[0-9]{1,9})?)\s*%?\s*")


def parse_reply(ask: Ask, rubric: Rubric, text: str) -> tuple[Verdict, ...]:
    """Return the verdicts in a judge's reply, in the order of `ask.cells`.

    Where it stands in the text is the matter of `assessor.json_in_prose`; what stands there must be
    exactly what the ask's schema says, without coercion; only a number that cannot be read is none
    (no level depends on it). Empty quotes are dropped, gap and note cut to one line of 300
    characters. Thresholds that contradict each other are kept as given. Raises InvalidReply, whose
    message holds nothing of the reply, since it may be shown to the judge outside of the answer's
    markers.
    """
    if CELLS not in _properties(ask):
        names, cell = field_names(questions_of(rubric, ask.cells[0])), ask.cells[0]
        found = find_reply(text, names, ask.answer, (cell,))
        return (_verdict(ask, rubric, cell, found),)
    found = find_reply(text, (CELLS,), ask.answer)
    _check_names(found, (CELLS,), "the reply")
    cells = found[CELLS]
    if not isinstance(cells, Mapping):
        raise InvalidReply(f"{CELLS!r} must be an object")
    _check_names(cells, ask.cells, repr(CELLS))
    return tuple(_verdict(ask, rubric, cell, cells[cell]) for cell in ask.cells)


def parse_joint_cell(ask: Ask, rubric: Rubric, text: str) -> Verdict:
    """Return the verdict on the one cell of `ask` out of a reply about several cells.

    The other cells of the reply may be of another version of the rubric. Raises InvalidReply.
    """
    cells = find_reply(text, (CELLS,), ask.answer).get(CELLS)
    if not isinstance(cells, Mapping) or ask.cells[0] not in cells:
        raise InvalidReply(f"the reply says nothing of {ask.cells[0]!r}")
    return _verdict(ask, rubric, ask.cells[0], cells[ask.cells[0]])


def with_chances(verdict: Verdict, rubric: Rubric, chances: Mapping[str, float]) -> Verdict:
    """Return a verdict with the chances of its yeses, by the endpoint's log-probabilities.

    `chances` is by the path of the field in the reply, such as `full` or `cells/samples/full`.
    """
    if not chances:
        return verdict
    thresholds = []
    asked = questions_of(rubric, verdict.cell)
    for threshold, question in zip(verdict.thresholds, asked, strict=True):
        joint = chances.get(f"{CELLS}/{verdict.cell}/{question.asks}")
        token = joint if joint is not None else chances.get(question.asks)
        thresholds.append(replace(threshold, token=token))
    return replace(verdict, thresholds=tuple(thresholds))


def parse_feedback(text: str) -> str:
    """Return the feedback in a judge's reply, on one line. Raises InvalidReply."""
    found = find_reply(text, (FEEDBACK,))
    _check_names(found, (FEEDBACK,), "the reply")
    feedback = _remark(found[FEEDBACK], FEEDBACK, MAX_FEEDBACK)
    if not feedback:
        raise InvalidReply(f"{FEEDBACK!r} is empty")
    return feedback


def _properties(ask: Ask) -> Mapping[str, object]:
    properties = ask.schema["properties"]
    return properties if isinstance(properties, Mapping) else {}


def _verdict(ask: Ask, rubric: Rubric, cell: str, found: object) -> Verdict:
    questions = questions_of(rubric, cell)
    if not isinstance(found, Mapping):
        raise InvalidReply(f"{cell!r} must be an object")
    chances = {each.chance for each in questions}
    _check_names(found, field_names(questions), repr(cell), chances)
    thresholds = tuple(
        Threshold(
            level=each.level,
            met=_truth(found[each.asks], each.asks),
            probability=_percent(found.get(each.chance)),
        )
        for each in questions
    )
    return Verdict(
        cell=cell,
        asked=ask.asked,
        thresholds=thresholds,
        quotes=tuple(
            uncovered(quote, ask.answer, ask.own) if ask.own else quote
            for quote in _quotes(found[QUOTES])
        ),
        gap=_remark(found[GAP], GAP),
        withdrawn=_truth(found[WITHDRAWN], WITHDRAWN),
        note=_remark(found[NOTE], NOTE),
    )


def _check_names(
    found: Mapping[str, object],
    wanted: tuple[str, ...],
    where: str,
    optional: AbstractSet[str] = frozenset(),
) -> None:
    missing = [name for name in wanted if name not in found and name not in optional]
    if missing:
        raise InvalidReply(f"{where} lacks {', '.join(missing)}")
    if not set(found) <= set(wanted):
        raise InvalidReply(f"{where} holds fields other than {', '.join(wanted)}")


def _truth(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidReply(f"{name!r} must be true or false")
    return value


def _percent(value: object) -> float | None:
    """Return a spoken percentage as a share; None for anything else.

    No level depends on it, so that one that cannot be read is no reason to ask again.
    """
    if isinstance(value, str) and (spoken := _SPOKEN.fullmatch(value)):
        value = float(spoken[1])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # NaN and Infinity, which Python's JSON lets through, are in no range either.
    return float(value) / 100 if 0 <= value <= 100 else None


def _quotes(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise InvalidReply(f"{QUOTES!r} must be a list of texts")
    if len(value) > MAX_QUOTES:
        raise InvalidReply(f"{QUOTES!r} must hold at most {MAX_QUOTES}")
    return tuple(_storable(each) for each in value if each.strip() not in {"", TEXT_GAP})


def _remark(value: object, name: str, most: int = MAX_REMARK) -> str:
    if not isinstance(value, str):
        raise InvalidReply(f"{name!r} must be a text")
    return _line(value, most)


@lru_cache(maxsize=4096)
def _line(value: str, most: int) -> str:
    """A judge says the same of many answers: it is read once, and held once."""
    line = value
    if not value.isprintable():
        plain = "".join(" " if unicodedata.category(each) == "Cc" else each for each in value)
        line = _storable(plain)
    line = " ".join(line.split()).removeprefix(TEXT_GAP)  # A gap left standing says nothing.
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def _storable(text: str) -> str:
    """A lone surrogate cannot be written to any file; U+FFFD stands for it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
