"""How long reading a large class takes, and how much memory.

    python benchmarks/reading.py [STUDENTS]

Each file is read in a process of its own, so that its peak is its own. The bare `csv` module over
the same bytes is the yardstick.
"""

from __future__ import annotations

import csv
import io
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from assessor.readers import ReadOptions, read_answers

SENTENCE = "The label is a proxy – whoever optimises hard for it gets what raters like, not more. "
HTML = f"<p>{SENTENCE}</p><ul><li>{SENTENCE}</li><li>R&amp;D</li></ul>"
LEAD = (
    *("Identifier", "Status", "Grade", "Maximum Grade", "Grade can be changed"),
    *("Last modified (submission)", "Online text", "Last modified (grade)", "Feedback comments"),
)


def main(students: int) -> None:
    """Make the files, read each in a fresh process, print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in {
            "plain, 60 words": _plain(students, 4),
            "plain, 200 words, line breaks": _plain(students, 13),
            "Moodle worksheet, HTML": _worksheet(students),
        }.items():
            path = Path(folder) / "class.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
            done = subprocess.run(
                [sys.executable, __file__, "--read", str(path)],
                capture_output=True,
                text=True,
                check=True,
            )
            size = path.stat().st_size / 1e6
            print(f"{name:32} {students:>8,} students {size:6.0f} MB  {done.stdout.strip()}")


def _plain(students: int, sentences: int) -> Iterator[tuple[str, ...]]:
    answer = "\n".join([SENTENCE] * sentences)
    yield ("student_id", "answer")
    for number in range(students):
        yield (f"{number:08d}", f"{number} {answer}")


def _worksheet(students: int) -> Iterator[tuple[str, ...]]:
    yield LEAD
    for number in range(students):
        key = f"Participant {number}"
        yield (key, "Submitted", "", "10", "Yes", "Wed", f"{HTML}{number}", "-", "")


def _read(path: str) -> None:
    data = Path(path).read_bytes()
    start = time.perf_counter()
    rows = sum(1 for _ in csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")))
    bare = time.perf_counter() - start
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start = time.perf_counter()
    read = read_answers(data, path, ReadOptions())
    taken = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert len(read.submissions) == rows - 1
    print(
        f"{taken:5.2f} s ({taken / bare:.1f} times the bare csv module), "
        f"peak {peak:.0f} MB ({before:.0f} MB with the bytes alone)"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        _read(sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
