"""Released grades, or their key points, as a Parquet file for programs (extra parquet).

The rows are those of the workbook. Points are numbers, all else is text; what is not there is null.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from decimal import Decimal

from assessor.errors import ConfigError
from assessor.writers.base import ClassGrades
from assessor.writers.xlsx import Value, cell_rows, grade_rows

INSTALL = "pip install 'assessor-critique[parquet]'"
# Columns of text besides the points; one that is nobody's in this class keeps its type, too.
_TEXTS = frozenset(
    {"student_id", "name", "question", "attempt", "state", "released_by", "reasons", "feedback"}
    | {"key_point", "level", "quotes", "gap"}
)


def document(material: ClassGrades) -> bytes:
    """Return the grades, one row per answer. Raises ConfigError without pyarrow."""
    return _table(grade_rows(material))


def key_points(material: ClassGrades) -> bytes:
    """Return one row per key point of a released grade. Raises ConfigError without pyarrow."""
    return _table(cell_rows(material))


def _table(rows: Sequence[Sequence[Value]]) -> bytes:
    if importlib.util.find_spec("pyarrow") is None:
        raise ConfigError(f"--to parquet needs pyarrow; install it with: {INSTALL}")
    import pyarrow  # noqa: PLC0415  # an extra, and large
    from pyarrow import parquet  # noqa: PLC0415  # as above

    titles, *lines = rows
    columns = []
    for place, title in enumerate(titles):
        values = [row[place] for row in lines]
        if title in _TEXTS:
            texts = [None if each in {None, ""} else str(each) for each in values]
            columns.append(pyarrow.array(texts, pyarrow.string()))
        else:
            points = [float(each) if isinstance(each, Decimal) else None for each in values]
            columns.append(pyarrow.array(points, pyarrow.float64()))
    out = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(columns, names=[str(each) for each in titles]), out)
    written: bytes = out.getvalue().to_pybytes()
    return written
