"""What both of Canvas's quiz reports say of who answered, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assessor.readers.base import first_filled
from assessor.readers.content import is_test_student
from assessor.readers.entries import ArchiveEntry, EntriesFound
from assessor.sheet import Table
from assessor.sheet.people import full_name


def students_in(
    table: Table, found: EntriesFound, keys: Sequence[int | None], places: Mapping[str, int | None]
) -> Iterator[tuple[tuple[str, ...], ArchiveEntry]]:
    """Yield each row with an entry of its student, attempt and time; test students are passed over.

    `keys` are the columns that name the student, the first that is filled in counts.
    """
    for row, cells in table.records():
        name = full_name(cells, places)
        if is_test_student(name):
            found.skip(row, name, "a test student")
            continue
        number = first_filled(cells, [places["attempt"]])
        yield (
            cells,
            ArchiveEntry(
                student=first_filled(cells, keys) or found.anonymous(row),
                question="",
                raw="",
                row=row,
                name=name,
                attempt=int(number) if number.isdecimal() and len(number) < 6 else None,
                when=first_filled(cells, [places["completed"]]),
            ),
        )
