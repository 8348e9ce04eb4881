"""Readers: a platform export as it was downloaded, to submissions."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.errors import SubmissionError
from assessor.readers import canvas_classic, jsonl, moodle_worksheet, plain
from assessor.readers.base import Answers, Format, ReadOptions
from assessor.sheet import decode, parse_table

# Tried in this order; each says why it recognises a table, and the first that does reads it.
FORMATS: Mapping[str, Format] = {
    "moodle_worksheet": Format(recognise=moodle_worksheet.recognise, read=moodle_worksheet.read),
    "canvas_classic": Format(recognise=canvas_classic.recognise, read=canvas_classic.read),
    "plain": Format(recognise=plain.recognise, read=plain.read),
}


def read_answers(data: bytes, file: str, options: ReadOptions) -> Answers:
    """Return what an answers file holds; it is recognised by its content, not by its name.

    Raises SubmissionError.
    """
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise SubmissionError(
            f"{file}: is a spreadsheet or archive, which cannot be read yet; save it as CSV"
        )
    text, _, _ = decode(data, file, options.encoding)
    if jsonl.is_json_lines(text):
        return jsonl.read(text, file, options)
    table = parse_table(data, file, options.encoding)
    for each in FORMATS.values():
        if each.recognise(table):
            return each.read(table, options)
    raise SubmissionError(f"{file}: no known export; name the columns: --student and --answer")


__all__ = ["FORMATS", "Answers", "ReadOptions", "read_answers"]
