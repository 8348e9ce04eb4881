"""What is left unexplained in a source makes a reading doubtful, whatever its shape."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessor.intake import NotARubric, Reading, read_text, readings_of

UNEXPLAINED = {
    "a line of the list that states no points we can read": (
        "- names the cause (1)\n- names the effect (1 whatsit)\n- gives an example (1)\n"
    ),
    "points in a line that was not used": "Names the cause (2)\nComputes 4 A (2, 1 without unit)\n",
    "a cap that nothing shows": "At most 3 points for both.\nNames it (2)\nExplains it (2)\n",
    "points within a level's words": "A,0 pts,3 pts two (1) or one (2)\nB,0 pts,2 pts one\n",
    "what counts instead": "Right result (3)\nIf the answer is wrong, award:\nFormula (1)\n",
    "a choice": "Answer EITHER A or B.\nA. Explains tides (5)\nB. Explains currents (5)\n",
    "names of levels as key points": "Excellent: all of it (4)\nGood: most of it (3)\n",
    "names of parts as key points": "Part A (4)\nPart B (3)\n",
    "the same words twice": "Names the cause (2)\nNames the cause (3)\n",
    "a row whose number stands elsewhere": "Criterion,Points,B\nNames it,2,\nExplains it,,3\n",
    "two amounts in an item": (
        '{"a": [{"criterion": "Names it", "score": 1, "max": 3},'
        ' {"criterion": "Explains it", "score": 2, "max": 2}]}'
    ),
    "an amount that each earns": (
        "Any TWO reasons (2 marks each = 4 marks)\n- cost\n- noise\n- safety\nEnds (1 mark)\n"
    ),
    "amounts in words": "One mark for naming a polymer, one mark for its monomer.\n",
    "levels without a mark of a scale": (
        "Derivation:\n - all steps right: 3\n - one step wrong: 2\n - two steps wrong: 1\n"
    ),
    "a cell beyond the last column": "Criterion,Points\nNames risks (fire, flood),3\nEnds,1\n",
    "a question for a column": "Id,Why do tides occur?,Points\nr1,The moon pulls it,3\nr2,Sun,1\n",
    "a column of levels": "Level,Percentage,Description\nHigh,90%,All of it\nLow,40%,Some\n",
    "a number beside the points": "Criterion,Points,Minutes\nNames it,2,5\nExplains it,1,3\n",
    "a column of names": "Item,Points,Seen by\nNames it,2,Ada Moss\nExplains it,1,Bo Lind\n",
    "steps below headings": (
        "# Form\n2 points: clear\n1 point: vague\n# Tone\n2 points: apt\n1 point: odd\n"
    ),
    "sums written as key points are": (
        "Form: 3 p\nNeat: 2 p\nDated: 1 p\nTone: 2 p\nApt: 1 p\nKind: 1 p\n"
    ),
    "a heading that earns": "## Essay (8)\n## Evidence\n2: one letter\n4: two letters\n",
    "levels that begin at nothing": "Form\nneat (1)\nbad: 0\nTone\napt (1)\nodd: 0\n",
    "a full answer or its parts": (
        "Whole proof: 6 points\nIf it is not complete:\n2 points for a start\n"
    ),
    "parts of a course": "Homework 20%\nMidterm 30%\nFinal exam 50%\n",
}


def read(text: str) -> list[Reading]:
    suffix = "json" if text.startswith("{") else "csv" if "," in text.split("\n")[0] else "txt"
    return readings_of(read_text(text, f"guide.{suffix}"))


@pytest.mark.parametrize("text", UNEXPLAINED.values(), ids=UNEXPLAINED.keys())
def test_nothing_is_written_while_something_is_unexplained(text: str) -> None:
    try:
        readings = read(text)
    except NotARubric:
        return
    assert len(readings) > 1 or readings[0].doubts


@pytest.mark.parametrize(
    "text",
    [
        "Names the cause (2)\nExplains it (3)\n",
        "Part A (5)\nNames the cause (2)\nExplains it (3)\n",
        "Guide\n+2 names the cause\n+0 nothing\n+3 explains it\n",
        "Names two of them (1 mark each, max 2)\nExplains it (3)\nMax 5\n",
        "Names the cause (2)\nExplains it (3)\nSee also page 12 of the book.\n",
    ],
)
def test_what_is_explained_is_read(text: str) -> None:
    (reading,) = read(text)

    assert not reading.doubts
    assert sum(each.points for each in reading.points) == 5


def test_a_doubt_names_its_line_and_what_stands_there() -> None:
    (reading,) = read("Names the cause (2)\nExplains 3 A (2, less without unit)\nDraws it (1)\n")

    assert any(each.startswith("line 2: ") and "Explains 3 A" in each for each in reading.doubts)


@pytest.mark.parametrize("leader", ["........", " . . . . . . ", " .... "])
def test_dots_lead_to_the_points_however_they_are_set(leader: str) -> None:
    """Those with gaps between them led to nothing: the guide had no points."""
    (reading,) = read(f"Names the light{leader}2\nNames the water{leader}3\n")

    assert [(each.description, each.points) for each in reading.points] == [
        ("Names the light", Decimal(2)),
        ("Names the water", Decimal(3)),
    ]
    assert reading.doubts == ()


def test_a_maximum_in_running_text_is_asked_about() -> None:
    """Else the key point would be worth one of the four points that it may earn, in silence."""
    for said in ("One point per power, 4 max.", "1 point for each power (4 maximum)"):
        readings = read(f"5 points: names the alliances\n{said}\n2 points: names the treaty\n")

        for reading in readings:
            assert any("'4 max" in each for each in reading.doubts), reading.doubts
    # Where it is the key point's own worth there is nothing to ask.
    (reading,) = read("Names the alliances (2)\nNames each power (4 max)\n")
    assert reading.doubts == ()


@pytest.mark.parametrize("leader", [".", ". ", "_", "_ ", "…"])
def test_a_leader_of_any_length_reads_as_a_short_one(leader: str) -> None:
    """A line of 1,500 dots took ten seconds; what it leads to is the same."""

    def read_with(times: int) -> list[tuple[str, Decimal | None]]:
        lines = [f"Names the light {leader * times} 2", leader * times, "Names the water (3)"]
        (reading, *_) = readings_of(read_text("\n".join(lines), "guide.txt"))
        return [(each.description, each.points) for each in reading.points]

    assert read_with(20_000) == read_with(12)


def test_a_list_as_long_as_a_book_is_read_as_one_of_a_page() -> None:
    """Each line was held against the sums of all others anew: some hundred lines took minutes."""
    (reading, *_) = readings_of(read_text("2 points: names a cause of it\n" * 400, "guide.txt"))

    assert len(reading.points) == 400
    assert {each.points for each in reading.points} == {Decimal(2)}
