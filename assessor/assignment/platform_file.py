"""The platform's own file that an export fills in: where it is, and what is wrong with another."""

from __future__ import annotations

import os
from pathlib import Path

from assessor.assignment.named_files import read_bytes
from assessor.assignment.platform_site import pulled_from
from assessor.errors import InputError, SubmissionError
from assessor.readers.tables import holds_workbook, read_tables
from assessor.sheet import encode_rows, parse_table
from assessor.writers import EXPORTS


def find_template(target: str, named: Path | None, answers: Path) -> tuple[Path, bytes | None]:
    """Return the platform's file: the one named, else the answers file where it is one.

    None where there is none. Raises InputError where the one named is not the platform's.
    """
    row = EXPORTS.get(target)
    path = named or answers
    if row is None or (named is None and not os.path.isfile(path)):
        return path, None
    data = _delimited(read_bytes(path), path)
    if row.recognises(data, str(path)):
        return path, data
    if named is not None:
        raise InputError(no_template(target, path))
    return path, None


def export_command(answers: Path) -> str:
    """Return the command that gives the grades of this answers file back.

    That is for its platform, where the file is one that a platform takes back, or was fetched
    from one; else a workbook.
    """
    if (address := pulled_from(answers)) is not None:
        return f"assessor export --to {address.platform} --push"
    known: list[str] = []
    if os.path.isfile(answers):
        data = read_bytes(answers)
        known = [name for name, each in EXPORTS.items() if each.recognises(data, str(answers))]
    return f"assessor export --to {known[0] if len(known) == 1 else 'xlsx'}"


def no_template(target: str, path: Path) -> str:
    """Return what a file looks like that a platform does not take, and which one is needed."""
    seen = ""
    if os.path.isfile(path):
        data = _delimited(read_bytes(path), path)
        others = [name for name, each in EXPORTS.items() if each.recognises(data, str(path))]
        seen = f" (it looks like a file for {' or '.join(others)})" if others else _torn(data, path)
    return (
        f"{path}: is no file that {target} takes back{seen}; needed is {EXPORTS[target].sample}: "
        "download it and name it with --template"
    )


def _delimited(data: bytes, path: Path) -> bytes:
    """Return a workbook's table as CSV: no platform takes a workbook back."""
    try:
        if not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or not holds_workbook(data, str(path)):
            return data
        table = max(read_tables(data, str(path)), key=lambda each: len(each.rows))
    except SubmissionError:
        return data
    return encode_rows(table.rows, table)


def _torn(data: bytes, path: Path) -> str:
    """Return what is wrong with a file that no platform's writer knows, if it is torn."""
    if data.startswith(b"PK"):
        return ""
    try:
        parse_table(data, str(path))
    except SubmissionError as error:
        return f" ({error})"
    return ""
