"""A file's tables, whatever carries them: delimited text, an Excel workbook, an old .xls."""

from __future__ import annotations

from assessor.errors import SubmissionError
from assessor.readers.archive import open_archive
from assessor.readers.parquet import is_parquet, read_parquet
from assessor.readers.spreadsheet import is_workbook, read_workbook, read_xls
from assessor.readers.web_tables import is_page, read_page
from assessor.sheet import FileBytes, Table, encoding_of, parse_table, start_of

ZIP, XLS = b"PK", b"\xd0\xcf\x11\xe0"


def holds_workbook(data: bytes, file: str) -> bool:
    """Return whether a file is a workbook, new or old. Raises SubmissionError."""
    return data.startswith(XLS) or (data.startswith(ZIP) and is_workbook(open_archive(data, file)))


def read_tables(data: bytes | FileBytes, file: str, encoding: str | None = None) -> list[Table]:
    """Return a file's tables: one of delimited text, the sheets of a workbook.

    Raises SubmissionError.
    """
    held = data if isinstance(data, FileBytes) else FileBytes(data)
    data = held.data
    if data.startswith(XLS):
        return read_xls(data, file)
    if is_parquet(data):
        return read_parquet(data, file)
    if data.startswith(ZIP):
        archive = open_archive(data, file)
        if not is_workbook(archive):
            raise SubmissionError(f"{file}: is an archive and no table; unpack it first")
        return read_workbook(data, archive)
    name, mark = encoding_of(data, file, encoding)
    if is_page(start_of(data, name, mark)):
        return [read_page(data[mark:].decode(name), file)]
    del data
    return [parse_table(held, file, encoding)]
