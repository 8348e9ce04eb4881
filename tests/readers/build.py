"""Small tables and files for the readers' tests."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from assessor.readers import Answers, ReadOptions, read_answers
from assessor.submission import InputState, Submission

EXPORTS = Path(__file__).parent.parent / "fixtures" / "exports"


def read(
    data: bytes | str, file: str = "class.csv", *, student: str = "", answer: str = ""
) -> Answers:
    """Read a file that was made here."""
    raw = data.encode() if isinstance(data, str) else data
    return read_answers(raw, file, ReadOptions(student=student, answer=answer))


def table(*rows: Sequence[str], delimiter: str = ",") -> bytes:
    """Return rows as a CSV file, every cell in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    return text.getvalue().encode()


def archive(files: Mapping[str, bytes] | None = None, **members: bytes) -> bytes:
    """Return a zip; in a member's name `__` stands for a slash and the last `_` for a dot."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in (files or {}).items():
            opened.writestr(name, content)
        for name, content in members.items():
            place = "/".join(name.split("__"))
            opened.writestr(".".join(place.rsplit("_", 1)), content)
    return data.getvalue()


def export(name: str) -> Answers:
    """Read one of the sample exports."""
    return read_answers((EXPORTS / name).read_bytes(), name, ReadOptions())


def expected(name: str) -> list[tuple[str, int, str | None, str]]:
    """Return what a sample export is known to hold."""
    listed = json.loads((EXPORTS / f"{name}.expected.json").read_text(encoding="utf-8"))
    return [(e["student_key"], e["attempt"], e["answer_text"], e["state"]) for e in listed]


def plainly(submissions: Sequence[Submission]) -> list[tuple[str, int, str | None, str]]:
    """Return submissions in the form of the expected lists."""
    return [
        (
            each.student_id,
            each.attempt,
            None if each.state is InputState.NO_ANSWERS else each.answer,
            each.state.value,
        )
        for each in submissions
    ]
