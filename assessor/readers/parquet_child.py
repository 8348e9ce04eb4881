"""Run as a process of its own: a Parquet file on stdin, its table as JSON lines on stdout.

The library is C++ and reads counts, offsets and sizes from the file: a damaged or hostile one may
ask for any amount of memory, or abort. Here that ends this process and nobody else's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime, time

import pyarrow
from pyarrow import parquet

if sys.platform != "win32":  # which has no such limits
    import resource

# Address space and seconds; cells, columns and bytes of text that a table may have.
_MOST_MEMORY, _MOST_SECONDS = 4 << 30, 120
_MOST_CELLS, _MOST_COLUMNS, _MOST_TEXT = 12_000_000, 2_000, 1 << 29
# Rows at a time: few, since a few bytes of a file may stand for a long text in each.
_ROWS = 256
TOO_MUCH = 3


def _limit() -> None:
    if sys.platform == "win32":
        return
    for what, most in ((resource.RLIMIT_AS, _MOST_MEMORY), (resource.RLIMIT_CPU, _MOST_SECONDS)):
        _, hard = resource.getrlimit(what)
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(what, (soft, hard))
        except (ValueError, OSError):  # macOS refuses to limit the address space
            continue


def _text(value: object) -> str:
    """Return a value as a table shows it: nothing for none, 731 and not 731.0."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value != value:  # what pandas writes for nothing
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e18 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_text)
    return str(value)


def _rows(file: parquet.ParquetFile) -> Iterator[list[str]]:
    yield [str(each) for each in file.schema_arrow.names]
    for batch in file.iter_batches(batch_size=_ROWS, use_threads=False):
        columns = [column.to_pylist() for column in batch.columns]
        for row in zip(*columns, strict=True):
            yield [_text(value) for value in row]


def _main() -> None:
    _limit()
    pyarrow.set_cpu_count(1)
    file = parquet.ParquetFile(pyarrow.BufferReader(sys.stdin.buffer.read()))
    about = file.metadata
    columns = len(file.schema_arrow.names)
    if columns > _MOST_COLUMNS or about.num_rows * max(columns, 1) > _MOST_CELLS:
        sys.exit(TOO_MUCH)
    print(json.dumps({"name": ""}))  # noqa: T201  # stdout is the answer
    written = 0
    for row in _rows(file):
        line = json.dumps(row)
        written += len(line)
        if written > _MOST_TEXT:
            sys.exit(TOO_MUCH)
        print(line)  # noqa: T201  # the answer


if __name__ == "__main__":
    _main()
