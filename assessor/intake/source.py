"""What every shape of a source is turned into: lines and tables, with their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from assessor.rubric.write import DraftPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an outline: `indent` in columns, `mark` its bullet, `heading` its rank."""

    number: int
    text: str
    indent: int = 0
    mark: str = ""
    heading: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of text cells; `lines` is the line (of a sheet: the row) each row starts on."""

    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    name: str = ""


Block = Line | Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source in its neutral form; `tree` holds the values where it is JSON, YAML or XML."""

    file: str
    kind: str
    blocks: tuple[Block, ...] = ()
    tree: object = None
    text: str = ""

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The tables."""
        return tuple(each for each in self.blocks if isinstance(each, Grid))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines that belong to no table."""
        return tuple(each for each in self.blocks if isinstance(each, Line))


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Of the points at these places only the best `count` earn."""

    of: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """A line or row that states a sum or a maximum, and the numbers in it."""

    line: int
    text: str
    numbers: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a source: what it makes of it, what it assumed, what it did not use."""

    how: str
    points: tuple[DraftPoint, ...] = ()
    groups: tuple[Group, ...] = ()
    stated: Decimal | None = None
    title: str = ""
    question: str = ""
    reference: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    unused: tuple[tuple[int, str], ...] = ()
    doubts: tuple[str, ...] = field(default=())
    is_cap: bool = False
    sums: tuple[Sum, ...] = ()


class NotARubric(Exception):
    """Why a source gives no rubric: what was found in it, and the nearest way to one."""

    def __init__(self, found: str, way: str = "") -> None:
        super().__init__(found)
        self.found = found
        self.way = way
