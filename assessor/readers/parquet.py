"""A Parquet file as a table of text; pyarrow reads it, in a process of its own (extra parquet)."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

from assessor.errors import SubmissionError
from assessor.readers.spreadsheet import tables_from
from assessor.sheet import Table

MAGIC = b"PAR1"
INSTALL = "pip install 'assessor-critique[parquet]'"
_CHILD = Path(__file__).with_name("parquet_child.py")


def is_parquet(data: bytes) -> bool:
    """Return whether a file begins as Parquet does."""
    return data.startswith(MAGIC)


def read_parquet(data: bytes, file: str) -> list[Table]:
    """Return the one table of a Parquet file. Raises SubmissionError."""
    if importlib.util.find_spec("pyarrow") is None:
        raise SubmissionError(
            f"{file}: is a Parquet file, which needs pyarrow; install it with: {INSTALL} (or save "
            "the table as CSV)"
        )
    return [replace(each, file=file) for each in tables_from(data, file, _CHILD, "Parquet file")]
