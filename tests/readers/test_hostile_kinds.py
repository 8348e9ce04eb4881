"""Files of many kinds, each bent in every way: what is read is right, or it is refused in words."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.errors import InputError
from assessor.readers import ReadOptions, read_answers

CLASS = {
    "S1": 'It respires, and "uses up" sugar.',
    "S2": "Without light\nnothing makes up for it.",
    "S3": "Ohne Licht: kein Zucker; 用光糖分。",
    "S4": "=1+1 is no formula here",
}
Bend = Callable[[bytes], bytes]


def as_csv(delimiter: str = ",") -> bytes:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    rows = [["student_id", "answer"], *map(list, CLASS.items())]
    return "".join(delimiter.join(map(cell, row)) + "\n" for row in rows).encode()


def as_json() -> bytes:
    rows = [{"student_id": k, "answer": v} for k, v in CLASS.items()]
    return json.dumps(rows, ensure_ascii=False).encode()


def as_lines() -> bytes:
    rows = [{"student_id": k, "answer": v} for k, v in CLASS.items()]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def as_book() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    # The same bytes in every run, so that a seed of the fuzzer makes its finding again.
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  # a workbook has no zone
    sheet = book.add_worksheet("class")
    for number, row in enumerate([("student_id", "answer"), *CLASS.items()]):
        sheet.write_row(number, 0, row)
    book.close()
    return stream.getvalue()


def _bent_part(name: str, bend: Bend) -> Bend:
    """Bend one part of a workbook, and leave the archive whole."""

    def of(data: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            for each in old.namelist():
                part = old.read(each)
                new.writestr(each, bend(part) if each.endswith(name) else part)
        return made.getvalue()

    return of


def _flipped(seed: int) -> Bend:
    def of(data: bytes) -> bytes:
        dice, bent = random.Random(seed), bytearray(data)
        for _ in range(1 + len(bent) // 100):
            bent[dice.randrange(len(bent))] = dice.randrange(256)
        return bytes(bent)

    return of


def _cut(share: float) -> Bend:
    return lambda data: data[: int(len(data) * share)]


def _put(what: bytes, share: float = 0.5) -> Bend:
    return lambda data: data[: int(len(data) * share)] + what + data[int(len(data) * share) :]


# Whatever the kind: what is cut, flipped, doubled, or holds what no such file holds.
ANY: dict[str, Bend] = {
    "nothing": lambda data: b"",
    "white space": lambda data: b" \n\t\r\n" * 100,
    "zeros": lambda data: bytes(4000),
    "noise": lambda data: random.Random(1).randbytes(4000),
    "twice": lambda data: data + data,
    "backwards": lambda data: data[::-1],
    "a zero byte": _put(b"\0"),
    "a page": lambda data: b"<!doctype html><html><body>Log in</body></html>",
    "a pdf": lambda data: b"%PDF-1.7\n" + data,
    **{f"cut at {share}": _cut(share) for share in (0.1, 0.3, 0.5, 0.7, 0.9, 0.99)},
    **{f"flipped {seed}": _flipped(seed) for seed in range(10)},
}
TEXT: dict[str, Bend] = {
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "utf-8 with a mark": lambda data: b"\xef\xbb\xbf" + data,
    "cp1252": lambda data: data.decode().encode("cp1252", "replace"),
    "lines of Windows": lambda data: data.replace(b"\n", b"\r\n"),
    "an unclosed quote": _put(b'"', 0.6),
    "a long cell": _put(b"x" * 300_000, 0.6),
    "a deep nest": lambda data: b"[" * 100_000 + data,
    "a lone surrogate": _put(b"\xed\xa0\x80", 0.6),
    "controls": _put(b"\x1b[2J\x9b\x07", 0.6),
    "many digits": lambda data: data.replace(b'"S1"', b"9" * 10_000),
}
BOOK: dict[str, Bend] = {
    "a lying dimension": _bent_part(
        "sheet1.xml", lambda part: part.replace(b'ref="A1:B5"', b'ref="A1:XFD1048576"')
    ),
    "hidden rows": _bent_part(
        "sheet1.xml", lambda part: part.replace(b"<row ", b'<row hidden="1" ')
    ),
    "a hidden sheet": _bent_part(
        "workbook.xml", lambda part: part.replace(b"<sheet ", b'<sheet state="hidden" ')
    ),
    "entities": _bent_part(
        "sharedStrings.xml",
        lambda part: part.replace(b"<sst", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><sst', 1),
    ),
    "no strings": _bent_part("sharedStrings.xml", lambda part: b""),
    "a sheet of nothing": _bent_part("sheet1.xml", lambda part: b"<x/>"),
}
KINDS: dict[str, tuple[bytes, dict[str, Bend]]] = {
    "class.csv": (as_csv(), {**ANY, **TEXT}),
    "class.tsv": (as_csv("\t"), {**ANY, **TEXT}),
    "class.json": (as_json(), {**ANY, **TEXT}),
    "class.jsonl": (as_lines(), {**ANY, **TEXT}),
    "class.xlsx": (as_book(), {**ANY, **BOOK}),
}


def every() -> Iterator[object]:
    for name, (data, bends) in KINDS.items():
        for bend, of in bends.items():
            yield pytest.param(name, data, of, id=f"{name}, {bend}")


def test_there_are_a_hundred_and_fifty() -> None:
    """So many kinds of harm, each made anew here and none kept as a file."""
    assert len(list(every())) >= 150


@pytest.mark.parametrize(("name", "data", "bend"), list(every()))
def test_a_bent_file_is_read_right_or_refused_in_words(name: str, data: bytes, bend: Bend) -> None:
    """Never a traceback, never two answers made one, never one student's answer under another's.

    A flipped or foreign byte may change an answer; it may not give a student somebody else's.
    """
    assert broken_promise(name, bend(data)) == ""


def broken_promise(name: str, data: bytes, *, rows_whole: bool = True) -> str:
    """Return what is wrong with how a file is read, "" where nothing is.

    Without `rows_whole` ids and ends of lines may be gone, and with them whose an answer is.
    """
    try:
        read = read_answers(data, name, ReadOptions())
    except InputError as error:
        told = str(error).startswith(name) and "; " in str(error)
        return "" if told else f"the refusal says not where or what to do: {error}"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        return f"{type(error).__name__}: {error}"
    for each in read.submissions if rows_whole else ():
        for student, answer in CLASS.items():
            if each.student_id in CLASS and student != each.student_id and answer in each.answer:
                return f"{each.student_id} has the answer of {student}"
    return ""
