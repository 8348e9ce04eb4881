"""Who answered, when, and with what result: the columns that say so, and names in them.

A reader takes the meanings that its platform has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from assessor.sheet.names import fold_header
from assessor.sheet.table import Table
from assessor.sheet.word_lists import PEOPLE


def columns(header: Sequence[str], *names: str) -> dict[str, int | None]:
    """Return where each meaning stands in a header, None where it does not stand."""
    folded = [fold_header(title) for title in header]
    return {
        name: next((place for place, title in enumerate(folded) if title in PEOPLE[name]), None)
        for name in names
    }


def full_name(cells: Sequence[str], places: Mapping[str, int | None]) -> str:
    """Return a row's name: the column that has the whole of it, else first and last."""
    full = places.get("name")
    if full is not None and cells[full].strip():
        return cells[full].strip()
    parts: Iterable[int | None] = (places.get("first"), places.get("last"))
    return " ".join(cells[part].strip() for part in parts if part is not None).strip()


def alike(one: str, other: str) -> bool:
    """Return whether two names have a word in common, whatever its accents and capitals."""
    first, second = (set(_plain(name).replace(",", " ").split()) for name in (one, other))
    return bool(first & second)


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(each for each in parts if not unicodedata.combining(each))


def address_column(table: Table) -> int | None:
    """Return the first column whose cells are e-mail addresses, whatever it is called."""
    rows = table.first(100)
    for place in range(len(table.header)):
        given = [cells[place].strip() for cells in rows if cells[place].strip()]
        if given and sum("@" in cell and " " not in cell for cell in given) * 2 > len(given):
            return place
    return None
