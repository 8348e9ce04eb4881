"""Two graders of the same answers, side by side: cells, totals, and who of them was right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.rubric import Rubric
from assessor.statistics.comparison import ComparedPair
from assessor.trust.agree import Both
from assessor.trust.audit_standing import human_points
from assessor.trust.labels import human_levels, level_points
from assessor.verdict import Override

# Whose answer to which question; the question is "" where there is only one.
Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedAnswer:
    """One answer by one grader: levels per cell, the total where there is one, the words in it."""

    levels: Mapping[str, int]
    total: Decimal | None
    words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One grader: its name as it was typed, the rubrics it graded by, and its grades."""

    name: str
    rubrics: Mapping[str, Rubric]
    marks: Mapping[Place, MarkedAnswer]

    def rubric_at(self, place: Place) -> Rubric:
        """Return the rubric that an answer was graded by."""
        return self.rubrics[place[1]] if place[1] else next(iter(self.rubrics.values()))

    def points(self, place: Place, cell: str) -> float:
        """Return what its level of a cell is worth."""
        return level_points(self.rubric_at(place), cell)[self.marks[place].levels[cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Totals of one answer: a person's, and both arms'."""

    student: str
    human: float
    a: float
    b: float
    words: int


def place_of(key: tuple[str, str, int], rubrics: Mapping[str, Rubric]) -> Place:
    """Return where an answer stands; the only question of a class needs no name."""
    return (key[0], key[1] if len(rubrics) > 1 else "", key[2])


def marked_by(override: Override, rubric: Rubric) -> MarkedAnswer:
    """Return a person's grade as a mark."""
    return MarkedAnswer(levels=human_levels(rubric, override), total=human_points(rubric, override))


def changed_cells(a: Arm, b: Arm) -> list[tuple[Place, str]]:
    """Return the cells that both graded and to which they give unlike points."""
    return [
        (place, cell)
        for place, cell in shared_cells(a, b)
        if a.points(place, cell) != b.points(place, cell)
    ]


def shared_cells(a: Arm, b: Arm) -> list[tuple[Place, str]]:
    """Return the cells that both graded."""
    return [
        (place, cell)
        for place, mark in a.marks.items()
        if place in b.marks
        for cell in mark.levels
        if cell in b.marks[place].levels
    ]


def pairs_of(a: Arm, b: Arm, truth: Mapping[Place, Override]) -> list[ComparedPair]:
    """Return, per cell that a person graded, whether each arm was right by its own rubric."""
    human_a = {p: human_levels(a.rubric_at(p), truth[p]) for p in truth if p in a.marks}
    human_b = {p: human_levels(b.rubric_at(p), truth[p]) for p in truth if p in b.marks}
    return [
        ComparedPair(
            student=place[0],
            key_point=f"{place[1]}.{cell}" if place[1] else cell,
            a=a.marks[place].levels[cell] == human_a[place][cell],
            b=b.marks[place].levels[cell] == human_b[place][cell],
        )
        for place, cell in shared_cells(a, b)
        if place in truth and cell in human_a[place] and cell in human_b[place]
    ]


def errors_of(a: Arm, b: Arm, truth: Mapping[Place, Override]) -> list[Errors]:
    """Return the totals that a person and both arms gave."""
    found = []
    for place, override in truth.items():
        if place not in a.marks or place not in b.marks:
            continue
        human = human_points(a.rubric_at(place), override)
        first, second = a.marks[place].total, b.marks[place].total
        if human is None or first is None or second is None:
            continue
        found.append(
            Errors(
                student=place[0],
                human=float(human),
                a=float(first),
                b=float(second),
                words=a.marks[place].words or b.marks[place].words,
            )
        )
    return found


def by_student(values: Iterable[tuple[str, float]]) -> list[float]:
    """Return the sums per student, in the order of first appearance."""
    sums: dict[str, float] = {}
    for student, value in values:
        sums[student] = sums.get(student, 0.0) + value
    return list(sums.values())


def changed_totals(a: Arm, b: Arm) -> list[tuple[Place, Decimal, Decimal]]:
    """Return the answers whose totals differ, farthest first."""
    found = []
    for place, mark in a.marks.items():
        other = b.marks.get(place)
        if other is None or mark.total is None or other.total is None:
            continue
        if mark.total != other.total:
            found.append((place, mark.total, other.total))
    return sorted(found, key=lambda each: (-abs(each[2] - each[1]), each[0]))


def noise(a: Arm, replicates: Sequence[Arm]) -> float | None:
    """Return the share of cells that a run of the very same grader decides otherwise."""
    cells = flips = 0
    for other in replicates:
        cells += len(shared_cells(a, other))
        flips += len(changed_cells(a, other))
    return flips / cells if cells else None


def side_by_side(a: Arm, b: Arm) -> list[Both]:
    """Return the answers that both graded, the first one as what is measured against."""
    one = next(iter(a.rubrics), "")
    return [
        Both(
            student=place[0],
            question=place[1] or one,
            first=mark.levels,
            second=b.marks[place].levels,
            first_total=mark.total,
            second_total=b.marks[place].total,
        )
        for place, mark in a.marks.items()
        if place in b.marks
    ]
