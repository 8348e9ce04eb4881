"""Run as a process of its own: a spreadsheet on stdin, its sheets as JSON lines on stdout.

A damaged or hostile file makes the library ask for any amount of memory and abort. Here that ends
this process and nobody else's. Only what the script names is imported, for it starts each time.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time

import python_calamine

if sys.platform != "win32":  # which has no such limits
    import resource

# Address space and seconds; a class of 100,000 in a workbook needs a third of either.
_MOST_MEMORY = 3 << 30
_MOST_SECONDS = 120


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


def _text(cell: object) -> str:
    """Return a cell as it is seen: 731 and not 731.0, times in one form."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def _main() -> None:
    _limit()
    data = sys.stdin.buffer.read()
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            print(json.dumps({"name": name}))  # noqa: T201  # stdout is the answer
            for row in rows:
                print(json.dumps([_text(cell) for cell in row]))  # noqa: T201  # the answer


if __name__ == "__main__":
    _main()
