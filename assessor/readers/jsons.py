"""JSON: lines of objects, a list of them, or answers nested in students or questions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from assessor.errors import SubmissionError
from assessor.sheet import NAMES, Table, fold_header, table_of

_DEPTH = 12
# Lists and objects under these names hold records; their own name says nothing of a column.
_HOLDERS = ("submissions", "responses", "answers", "attempts", "students", "data", "results")
_ANSWERS = ("answers", "responses")
_PERSON = frozenset({"student", "user", "author", "learner", "submitter", "participant"})
Row = dict[str, str]


def is_json(start: str, end: bytes) -> bool:
    """Return whether a text that starts and ends so is JSON: one value or an object per line."""
    text = start.lstrip()
    if text[:1] == "[":
        return end.endswith((b"]", b"]\0", b"\0]"))
    if text[:1] != "{":
        return False
    first = text.partition("\n")[0].rstrip()
    return first == "{" or first.endswith(("}", "{", "[", ",")) or len(first) > 60_000


def read_json(text: str, file: str) -> Table:
    """Return JSON as a table: a row per innermost record. Raises SubmissionError."""
    rows: list[tuple[int, Row]] = []
    try:
        for line, value in _values(text, file):
            rows.extend((line, row) for row in _rows(value, {}, 0, file))
    except RecursionError as error:
        raise SubmissionError(f"{file}: is nested too deeply; export it again") from error
    except _TwiceInJson as error:
        raise SubmissionError(f"{file}: {error}") from error
    if not rows:
        raise SubmissionError(f"{file}: holds no records; export it again")
    _join([row for _, row in rows])
    header = tuple(dict.fromkeys(key for _, row in rows for key in row))
    lines = (1, *(line for line, _ in rows))
    cells = (tuple(row.get(key, "") for key in header) for _, row in rows)
    return table_of(file, (_titles(header), *cells), lines)


class _TwiceInJson(Exception):
    """An object names a key twice: which of the two is meant, nobody can tell."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
        raise _TwiceInJson(f"{twice!r} stands twice in one object; mend that or export it again")
    return found


def _values(text: str, file: str) -> Iterator[tuple[int, object]]:
    """Yield the whole value, or the value of each line, with the line it starts on."""
    try:
        yield 1, json.loads(text, object_pairs_hook=_once)
        return
    except RecursionError as error:
        raise SubmissionError(f"{file}: is nested too deeply; export it again") from error
    except _TwiceInJson as error:
        raise SubmissionError(f"{file}: {error}") from error
    except ValueError as error:
        lines = [(n, line) for n, line in enumerate(text.split("\n"), start=1) if line.strip()]
        if len(lines) < 2 or not _is_object(lines[0][1]):
            place = getattr(error, "lineno", 1)
            raise SubmissionError(
                f"{file}:{place}: not valid JSON; mend that line or export it again"
            ) from error
    for number, line in lines:
        try:
            value = json.loads(line, object_pairs_hook=_once)
        except _TwiceInJson as error:
            raise SubmissionError(f"{file}:{number}: {error}") from error
        except (ValueError, RecursionError) as error:
            message = f"{file}:{number}: not valid JSON; mend that line or export it again"
            raise SubmissionError(message) from error
        if not isinstance(value, dict):
            raise SubmissionError(f"{file}:{number}: no JSON object; write one per line")
        yield number, value


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line, object_pairs_hook=_once), dict)
    except _TwiceInJson:
        return True
    except (ValueError, RecursionError):
        return False


def _rows(value: object, above: Row, depth: int, file: str) -> Iterator[Row]:
    """Yield a row per innermost record; what stands above it is repeated in each."""
    if depth > _DEPTH:
        raise SubmissionError(f"{file}: is nested too deeply; export it again")
    if isinstance(value, list):
        for each in value:
            if isinstance(each, dict):
                yield from _record(each, above, depth, file)
            else:
                yield from _rows(each, above, depth + 1, file)
        return
    if not isinstance(value, dict):
        yield {**above, "answer": _text(value)}
    elif records := _turned(value, file):
        yield from _rows(records, above, depth + 1, file)
    elif _is_keyed(value, above):
        for key, each in value.items():
            yield from _rows(each, {**above, "student_id": key}, depth + 1, file)
    else:
        yield from _record(value, above, depth, file)


def _turned(value: Mapping[str, object], file: str) -> list[dict[str, object]]:
    """Return records of columns: {"student_id": ["7", …], "answer": ["It …", …]}.

    Data frames write them so, or with an object of row numbers in place of each list. Raises
    SubmissionError where one column is longer than another.
    """
    columns = [list(e.values()) if isinstance(e, dict) else e for e in value.values()]
    numbered = {tuple(e) if isinstance(e, dict) else None for e in value.values()}
    if len(columns) < 2 or len(numbered) > 1 or not _named(value):
        return []
    lists = [each for each in columns if isinstance(each, list)]
    if len(lists) < len(columns) or not lists[0]:
        return []
    if any(isinstance(cell, dict | list) for each in lists for cell in each):
        return []
    if len({len(each) for each in lists}) > 1:
        if {fold_header(key) for key in value} & NAMES["student"]:
            told = ", ".join(f"{k!r} {len(each)}" for k, each in zip(value, lists, strict=True))
            raise SubmissionError(
                f"{file}: its columns are of unlike length ({told}): whose answer is whose, nobody "
                "can tell; export it again as a list of objects"
            )
        return []
    return [dict(zip(value, cells, strict=True)) for cells in zip(*lists, strict=True)]


def _record(value: Mapping[str, object], above: Row, depth: int, file: str) -> Iterator[Row]:
    """Yield the row of an object, or the rows of the records within it."""
    row, inner = _split(value, above)
    if not inner:
        yield row
    for each in inner:
        yield from _rows(each, row, depth + 1, file)


def _is_keyed(value: Mapping[str, object], above: Row) -> bool:
    """Return whether the keys are students: {"00420001": "the answer"} or {"00420001": {…}}."""
    if not value or _named(value) or {key.casefold() for key in value} & {*_HOLDERS, *_PERSON}:
        return False
    texts = all(isinstance(each, str) for each in value.values())
    return texts or (not above and all(isinstance(each, dict) for each in value.values()))


def _split(value: Mapping[str, object], above: Row) -> tuple[Row, list[object]]:
    """Return an object's own cells and the records within it."""
    row = dict(above)
    inner: list[object] = []
    for key, each in value.items():
        if isinstance(each, list) and each and all(isinstance(part, dict) for part in each):
            inner.append(each)
        elif isinstance(each, dict) and key.casefold() in _HOLDERS:
            inner.append([{"question": name, "answer": _said(part)} for name, part in each.items()])
        elif isinstance(each, dict):
            flat, deeper = _split(each, {})
            row.update({f"{key}.{name}": cell for name, cell in flat.items()})
            inner += deeper if _named(each) else []
        elif isinstance(each, list) and key.casefold() in _ANSWERS:
            row.update({f"answer_{n}": _text(part) for n, part in enumerate(each, start=1)})
        else:
            row[key] = _text(each)
    return row, inner


def _named(value: Mapping[str, object]) -> bool:
    names = {fold_header(key) for key in value}
    return bool(
        names
        & (NAMES["student"] | NAMES["answer"] | NAMES["text"] | NAMES["question"] | NAMES["name"])
    )


def _join(rows: list[Row]) -> None:
    """Make one column of an answer that is a text in some records and an object in others."""
    plain = {key for row in rows for key in row}
    for row in rows:
        for key in [key for key in row if _title(key) != key]:
            title = _title(key)
            if title in NAMES["answer"] and title not in row and title in plain:
                row[title] = row.pop(key)


def _titles(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return `student.id` as `student_id`, `answer.text` as `answer` and so on, where alone."""
    titles = [_title(each) for each in header]
    times = Counter(titles)
    taken = set(header)
    return tuple(
        title if times[title] == 1 and title not in taken else whole
        for title, whole in zip(titles, header, strict=True)
    )


def _title(key: str) -> str:
    first, _, last = key.rpartition(".")
    if not first:
        return key
    outer = first.rpartition(".")[2]
    if fold_header(outer) in NAMES["answer"] | NAMES["question"]:
        return outer if fold_header(last) in {"text", "value", "body", "content", "title"} else key
    if outer.casefold() in _PERSON:
        return f"student_{last}" if last.casefold() == "id" else last
    return last


def _said(value: object) -> str:
    """Return the text in an answer that a service wraps in objects and lists."""
    if isinstance(value, list):
        return "\n".join(_said(each) for each in value)
    if not isinstance(value, dict):
        return _text(value)
    telling = [key for key in value if _is_telling(key)]
    return _said(value[telling[0]]) if telling else _text(value)


def _is_telling(key: str) -> bool:
    folded = fold_header(key)
    return folded in NAMES["answer"] | NAMES["text"] or folded.endswith(("answers", "answer"))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
