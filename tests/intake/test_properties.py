"""Whatever the order, dialect or language of a table: the same rubric, or a refusal."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assessor.intake import NotARubric, Reading, attainable_of, draft_of, read_text, readings_of
from assessor.rubric import load_rubric
from assessor.rubric.write import Draft, rubric_text
from assessor.sheet import csv_text
from assessor.writers import canvas_rubric, gradescope_rubric
from assessor.writers.base import ClassGrades

TITLES = {
    "en": ("Criterion", "Points", "No.", "Total"),
    "de": ("Kriterium", "Punkte", "Nr.", "Summe"),
    "fr": ("Critère", "Points", "N°", "Total"),
    "es": ("Criterio", "Puntos", "Núm.", "Suma"),
}
IDEAS = (
    "names what pulls the water",
    "says how often it comes",
    "draws both bulges",
    "gives a unit",
)
HALVES = st.integers(1, 12).map(lambda n: Decimal(n) / 2)
WORTH = st.lists(HALVES, min_size=2, max_size=4)


def only(text: str, file: str = "table.csv") -> Reading:
    (reading,) = readings_of(read_text(text, file))
    assert not reading.doubts
    return reading


def shown(number: Decimal, *, comma: bool) -> str:
    text = f"{number.normalize():f}"
    return text.replace(".", ",") if comma else text


@settings(deadline=None, max_examples=80)
@given(
    worth=WORTH,
    language=st.sampled_from(sorted(TITLES)),
    order=st.permutations([0, 1, 2]),
    delimiter=st.sampled_from([";", "\t"]),
    total=st.booleans(),
    comma=st.booleans(),
)
def test_the_same_table_in_any_order_dialect_and_language_is_the_same_rubric(
    worth: list[Decimal],
    language: str,
    order: list[int],
    delimiter: str,
    total: bool,
    comma: bool,
) -> None:
    """Columns shuffled, a total added, commas for points: the same key points."""
    criterion, points, number, last = TITLES[language]
    rows = [[criterion, points, number]]
    rows += [
        [idea, shown(each, comma=comma), str(n)]
        for n, (idea, each) in enumerate(zip(IDEAS, worth, strict=False), start=1)
    ]
    if total:
        rows.append([last, shown(sum(worth, Decimal(0)), comma=comma), ""])
    text = csv_text([[row[place] for place in order] for row in rows], delimiter=delimiter)

    reading = only(text)

    assert [(e.description, e.points) for e in reading.points] == list(
        zip(IDEAS, worth, strict=False)
    )
    assert attainable_of(reading.points, reading.groups) == sum(worth, Decimal(0))


@settings(deadline=None, max_examples=60)
@given(
    steps=st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True),
    rises=st.booleans(),
    delimiter=st.sampled_from([";", "\t", ","]),
    unit=st.sampled_from(["", " points", " Punkte", " pts", " puntos"]),
)
def test_levels_keep_their_points_whichever_way_they_stand(
    steps: list[int], rises: bool, delimiter: str, unit: str
) -> None:
    """Highest first or last, with or without a unit."""
    levels = sorted([0, *steps], reverse=not rises)
    rows = [["Criterion", *(f"Stage {'abcd'[n]} ({each}{unit})" for n, each in enumerate(levels))]]
    rows += [[idea, *(f"{idea} to stage {each}" for each in levels)] for idea in IDEAS[:2]]

    reading = only(csv_text(rows, delimiter=delimiter))

    assert [e.points for e in reading.points] == [max(steps)] * 2
    for point in reading.points:
        got = [(f"{e.points:f}", e.when.rpartition(" ")[2]) for e in point.levels]
        assert got == [(str(each), str(each)) for each in sorted(steps)]


NAMES = ("Ana Ruiz", "Bo Lind", "Cy Oda", "Di Poe")
PEOPLE = ("Student", "E-Mail", "Vorname", "Nom d'utilisateur", "Apellidos", "Matrikelnummer", "SID")


@settings(deadline=None, max_examples=60)
@given(
    title=st.sampled_from(PEOPLE),
    extra=st.lists(st.sampled_from(["Quiz 1", "Points", "Criterion", "Total"]), unique=True),
    place=st.integers(0, 4),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_no_text_of_a_column_of_people_is_ever_in_a_draft(
    title: str, extra: list[str], place: int, delimiter: str
) -> None:
    """Wherever the column stands, and however much like a rubric the rest looks."""
    header = [*extra, "Points"] if "Points" not in extra else extra
    header = [*header[:place], title, *header[place:]]
    rows = [header] + [
        [name if each == title else "names the moon" if each == "Criterion" else str(n + 1)
         for each in header]
        for n, name in enumerate(NAMES)
    ]  # fmt: skip

    with pytest.raises(NotARubric):
        readings_of(read_text(csv_text(rows, delimiter=delimiter), "class.csv"))


@settings(deadline=None, max_examples=80)
@given(worth=WORTH, stated=st.integers(1, 30))
def test_a_sum_above_the_stated_maximum_is_never_without_a_word(
    worth: list[Decimal], stated: int
) -> None:
    """It caps and says so, or both ways are shown; and the file that comes of it loads."""
    lines = [f"{idea} ({each})" for idea, each in zip(IDEAS, worth, strict=False)]
    text = "\n".join([*lines, f"Total: {stated} points"])
    total = sum(worth, Decimal(0))

    readings = readings_of(read_text(text, "guide.txt"))

    for reading in readings:
        draft = Draft(title="T", question="Why?").with_(draft_of(reading, "guide.txt"))
        load_rubric(rubric_text(draft), "r.yaml")
        told = " ".join((*reading.notes, *reading.doubts))
        assert total == stated or str(stated) in told or "headings" in told
    if total > stated:
        assert len(readings) > 1 or "headings" in " ".join(readings[0].notes)


RUBRIC = """\
title: Tides
question: Why do tides come?
key_points:
  - description: names what pulls the water
    points: 3
    levels:
      - {id: partial, points: 1, when: names a body}
      - {id: full, points: 3, when: names the moon and its pull}
  - {points: 2, description: says how often it comes}
"""


def same(text: str, file: str) -> list[tuple[str, Decimal, list[tuple[Decimal, str]]]]:
    return [
        (e.description, e.points, [(level.points, level.when) for level in e.levels])
        for e in only(text, file).points
    ]


def test_a_rubric_that_went_to_canvas_comes_back_the_same() -> None:
    """Key points, levels, points and title."""
    rubric = load_rubric(RUBRIC, "tides.yaml")
    material = ClassGrades(rubrics={"": rubric}, grades=(), totals=())

    back = only(canvas_rubric.document(material).decode(), "canvas.csv")

    assert back.title == "Tides"
    assert same(canvas_rubric.document(material).decode(), "canvas.csv") == [
        (
            "names what pulls the water",
            Decimal(3),
            [(Decimal(1), "names a body"), (Decimal(3), "names the moon and its pull")],
        ),
        ("says how often it comes", Decimal(2), []),
    ]


def test_a_rubric_that_went_to_gradescope_comes_back_the_same() -> None:
    """Key points, levels as groups, points, deductions and title; two questions as two."""
    off = "misconceptions:\n  - {points: 1, description: calls it a current}\n"
    rubric = load_rubric(RUBRIC + off, "tides.yaml")
    one = ClassGrades(rubrics={"": rubric}, grades=(), totals=())
    two = ClassGrades(rubrics={"a": rubric, "b": rubric}, grades=(), totals=())
    text = gradescope_rubric.document(one).decode()

    back = only(text, "gradescope-rubric.txt")
    both = readings_of(read_text(gradescope_rubric.document(two).decode(), "two.txt"))

    assert (back.title, back.stated) == ("Tides", Decimal(5))
    assert same(text, "gradescope-rubric.txt") == [
        (
            "names what pulls the water",
            Decimal(3),
            [(Decimal(1), "names a body"), (Decimal(3), "names the moon and its pull")],
        ),
        ("says how often it comes", Decimal(2), []),
        ("calls it a current", Decimal(1), []),
    ]
    assert [each.wrong for each in back.points] == [False, False, True]
    texts = [[point.description for point in each.points] for each in both]
    assert texts == [[point.description for point in back.points]] * 2


@settings(deadline=None, max_examples=40)
@given(worth=WORTH, off=HALVES)
@example(worth=[Decimal(5), Decimal(5), Decimal("2.5"), Decimal(5)], off=Decimal("0.5"))
def test_items_as_gradescope_writes_them_come_back_the_same(
    worth: list[Decimal], off: Decimal
) -> None:
    """`+2.0 pts` above or before each item; a minus is what costs points."""
    items = list(zip(IDEAS, worth, strict=False))
    before = "\n".join([*(f"+{n} {idea}" for idea, n in items), f"-{off} calls it a current"])
    above = "\n".join(
        [*(f"+{n} pts\n{idea}\n" for idea, n in items), f"-{off} pts\ncalls it a current"]
    )

    for text in (before, above):
        points = only(text, "items.txt").points
        assert [(e.description, e.points) for e in points if not e.wrong] == items
        assert [(e.description, e.points) for e in points if e.wrong] == [
            ("calls it a current", off)
        ]
