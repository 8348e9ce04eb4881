"""From plain values to the written form: what does not fit is told, the rest is kept to check."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from rapidfuzz import fuzz, process

from assessor.rubric.form import (
    WrittenBestOf,
    WrittenChoice,
    WrittenExample,
    WrittenKeyPoint,
    WrittenLevel,
    WrittenMisconception,
    WrittenQuestion,
    WrittenRubric,
    WrittenScoring,
)
from assessor.rubric.yaml_tree import Path

Problem = tuple[Path, str]

# Where in a file which keys are known; list places are left out of a path.
_KNOWN: dict[tuple[str, ...], type[BaseModel]] = {
    (): WrittenRubric,
    ("question",): WrittenQuestion,
    ("choice",): WrittenChoice,
    ("key_points",): WrittenKeyPoint,
    ("key_points", "levels"): WrittenLevel,
    ("key_points", "examples"): WrittenExample,
    ("misconceptions",): WrittenMisconception,
    ("misconceptions", "examples"): WrittenExample,
    ("scoring",): WrittenScoring,
    ("scoring", "best_of"): WrittenBestOf,
}
_KEY_POINT = {"description": "-", "points": "1"}
# What stands in for a part that is wrong, so that the rest can be checked in the same go.
_STAND_INS: dict[str, object] = {
    "title": "-",
    "question": "-",
    "prompt": "-",
    "description": "-",
    "points": "1",
    "answer": "-",
    "level": "absent",
    "id": "-",
    "count": 1,
    "options": ["-", "+"],
    "correct": ["-"],
    "key_points": [_KEY_POINT],
}
_STAND_IN_ENTRIES: dict[str, object] = {"key_points": _KEY_POINT, "misconceptions": _KEY_POINT}
_ROUNDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReading:
    """A written rubric whose wrong parts are stood in for, and what was wrong with them."""

    written: WrittenRubric | None
    problems: tuple[Problem, ...]

    def is_doubtful(self, path: Path) -> bool:
        """Say whether `path` hangs on a part that was stood in for, so that a fault may be ours."""
        return any(_hangs_on(path, wrong) for wrong, _ in self.problems)


def read_form(value: object) -> WrittenReading:
    """Return the written form of a file's values."""
    problems: list[Problem] = []
    mended: Any = json.loads(json.dumps(value))
    for _ in range(_ROUNDS):
        try:
            written = WrittenRubric.model_validate_json(json.dumps(mended))
            return WrittenReading(written=written, problems=tuple(problems))
        except ValidationError as error:
            wrong = error.errors()
        for each in wrong:
            path: Path = each["loc"]
            if all(path != told for told, _ in problems):
                problems.append((path, _say(path, dict(each))))
            _stand_in(mended, path)
    return WrittenReading(written=None, problems=tuple(problems))


def _hangs_on(path: Path, wrong: Path) -> bool:
    if wrong[:1] == ("key_points",) and len(wrong) == 1:
        return True
    if "levels" in wrong:
        return path[:2] == wrong[:2]
    return path[: len(wrong)] == wrong or wrong[: len(path)] == path


def _stand_in(value: Any, path: Path) -> None:
    for part in path[:-1]:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return
    name = path[-1]
    if isinstance(name, int):
        value[name] = _STAND_IN_ENTRIES.get(str(path[-2]), "-")
    elif isinstance(value, dict) and name in _STAND_INS and name in _known(path[:-1]):
        value[name] = _STAND_INS[name]
    elif isinstance(value, dict):
        value.pop(name, None)


def _say(path: Path, error: Mapping[str, Any]) -> str:
    kind, given = str(error["type"]), error.get("input")
    if kind == "extra_forbidden" and given is None:
        return "is not known here; where a text has a comma or colon, put the text in quotes"
    if kind == "extra_forbidden":
        return f"is not known here; {_suggestion(path)}"
    if kind == "missing":
        return "is missing; add it"
    if given is None or kind == "string_too_short":
        return "is empty; fill it in or remove the line"
    if path == ("schema",):
        return f"must be 1, the only version there is (got {_got(given)}); correct it"
    if kind == "too_short":
        least = error["ctx"]["min_length"]
        return f"must have at least {least} (got {len(given)}); add to it"
    if kind in _KINDS:
        return f"must be {_KINDS[kind]} (got {_got(given)}); correct it"
    message = str(error["msg"]).removeprefix("Input ").removeprefix("Decimal input ")
    return f"{message.replace('should', 'must', 1)} (got {_got(given)}); correct it"


_KINDS = {
    "string_type": "text",
    "tuple_type": "a list, lines that start with '- '",
    "dict_type": "a mapping, lines such as 'full: …'",
    "model_type": "a mapping, lines such as 'key: value'",
    "decimal_type": "a number such as 1 or 0.5",
    "decimal_parsing": "a number such as 1 or 0.5",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "finite_number": "a finite number",
}


def _got(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = str(value)
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _known(path: Path) -> list[str]:
    model = _KNOWN.get(tuple(part for part in path if isinstance(part, str)))
    fields = model.model_fields if model is not None else {}
    return [field.alias or name for name, field in fields.items()]


def _suggestion(path: Path) -> str:
    known = _known(path[:-1])
    close = process.extractOne(str(path[-1]).casefold(), known, scorer=fuzz.ratio, score_cutoff=60)
    return f"did you mean {close[0]!r}?" if close else f"use one of {', '.join(known)}"
