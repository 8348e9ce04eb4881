"""Plain JSON lines: one object per answer."""

from __future__ import annotations

import json

from assessor.errors import SubmissionError
from assessor.readers import plain
from assessor.readers.base import Answers, ReadOptions
from assessor.sheet import Table


def is_json_lines(text: str) -> bool:
    """Return whether the first line that is not empty is a JSON object."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def read(text: str, file: str, options: ReadOptions) -> Answers:
    """Return the answers of JSON lines, by the same columns as a plain table."""
    objects: list[tuple[int, dict[str, object]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            message = f"{file}:{number}: not valid JSON; mend that line or export it again"
            raise SubmissionError(message) from error
        if not isinstance(value, dict):
            raise SubmissionError(f"{file}:{number}: no JSON object; write one per line")
        objects.append((number, value))
    header = tuple(dict.fromkeys(key for _, value in objects for key in value))
    rows = [tuple(_text(value.get(key)) for key in header) for _, value in objects]
    table = Table(
        file=file,
        rows=(header, *rows),
        lines=(1, *(number for number, _ in objects)),
        encoding="utf-8",
        bom=False,
        delimiter=",",
        line_end="\n",
    )
    return plain.read(table, options)


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
