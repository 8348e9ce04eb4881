"""A rubric is read from six lines or in full, with every default filled in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assessor.rubric import (
    BestOf,
    Choice,
    Effect,
    Example,
    KeyPoint,
    Level,
    Misconception,
    Question,
    Rubric,
    Scoring,
)
from tests.rubric.build import FULL, SHORT, instead, loaded


def test_six_lines_are_a_rubric() -> None:
    """The short form derives ids, levels, maximum, rounding and tolerance."""
    got = loaded(SHORT, "rubrics/dark plant.yaml")

    assert got == Rubric(
        id="dark-plant",
        title="Photosynthesis",
        question=Question(prompt="Why does a plant in the dark lose mass?"),
        key_points=(
            KeyPoint(
                id="respiration_uses_up_stored",
                description="respiration uses up stored sugar and releases carbon dioxide",
                points=Decimal(2),
                levels=(Level(id="full", points=Decimal(2)),),
            ),
            KeyPoint(
                id="without_light_no_photosynthesis",
                description="without light no photosynthesis makes up for the loss",
                points=Decimal(1),
                levels=(Level(id="full", points=Decimal(1)),),
            ),
        ),
        scoring=Scoring(max_points=Decimal(3), rounding=Decimal("0.5"), tolerance=Decimal("0.5")),
    )


def test_the_full_form_keeps_every_field() -> None:
    """Everything that a full file says stands in the rubric."""
    got = loaded(FULL)

    assert got == Rubric(
        id="dark-plant",
        title="A plant in the dark",
        language="en",
        question=Question(
            prompt="Why does a plant in the dark lose mass?",
            stimulus="A plant is weighed daily.",
            reference="It respires.",
        ),
        choice=Choice(options=("gains", "loses"), correct=("loses",), points=Decimal(1)),
        key_points=(
            KeyPoint(
                id="respires",
                description="respiration uses up sugar",
                points=Decimal(2),
                levels=(
                    Level(id="partial", points=Decimal("0.5"), when="names respiration"),
                    Level(
                        id="full",
                        points=Decimal(2),
                        when="says that respiration uses up sugar",
                    ),
                ),
                accepted=("burns its sugar",),
                not_enough=("it dies",),
                not_required=("the equation",),
                examples=(Example(answer="It respires.", level="partial", why="no sugar"),),
                feedback={
                    "full": "Yes.",
                    "partial": "What is used up?",
                    "absent": "What does a cell live on?",
                },
            ),
            KeyPoint(
                id="no_gain",
                description="no photosynthesis makes up for the loss",
                points=Decimal(1),
                levels=(Level(id="full", points=Decimal(1)),),
                requires=("respires",),
            ),
        ),
        misconceptions=(
            Misconception(
                id="evaporates",
                description="the loss is water alone",
                when="says as its own view that only water is lost",
                effect=Effect.CAP,
                of="respires",
                to="partial",
                accepted=("it dries up",),
                not_enough=("water is lost too",),
                examples=(Example(answer="Only water.", level="present"),),
                feedback={"present": "Is it only water?"},
            ),
        ),
        scoring=Scoring(
            max_points=Decimal(3),
            rounding=Decimal("0.25"),
            best_of=(BestOf(of=("respires", "no_gain"), count=1),),
            tolerance=Decimal(1),
        ),
    )


def test_points_are_exact() -> None:
    """A number in the file is that decimal number, however many digits it has."""
    got = loaded(instead("points: 2,", "points: 0.100001,", SHORT))

    assert got.key_points[0].points == Decimal("0.100001")


@pytest.mark.parametrize("written", ["2.0", "2.00", "+2", "2e0", "'2'", "02"])
def test_equal_points_have_equal_digests(written: str) -> None:
    """How a number is written does not change the rubric."""
    got = loaded(instead("points: 2,", f"points: {written},", SHORT))

    assert got.digest == loaded(SHORT).digest


def test_comments_and_spacing_do_not_change_the_digest() -> None:
    """The digest is of the parsed value."""
    spaced = "# my rubric\n" + SHORT.replace("question: ", "question:   ").replace("\n", "\r\n")

    assert loaded(spaced).digest == loaded(SHORT).digest


def test_a_byte_order_mark_is_no_key() -> None:
    """A file saved by a Windows editor reads as any other."""
    assert loaded("\ufeff" + SHORT) == loaded(SHORT)


@pytest.mark.parametrize("word", ["no", "yes", "true", "1984", "0.10", "2026-11-24", "0x1F"])
def test_a_word_stays_the_text_it_is(word: str) -> None:
    """Nothing in a rubric is a yes/no or a date: plain words keep their letters."""
    got = loaded(instead("title: Photosynthesis", f"title: {word}", SHORT))

    assert got.title == word


def test_true_and_false_are_options() -> None:
    """A true/false question needs no quotes around its options."""
    got = loaded(instead("[gains, loses]", "[true, false]").replace("[loses]", "[false]"))

    assert got.choice == Choice(options=("true", "false"), correct=("false",), points=Decimal(1))


def test_a_folded_description_is_one_line() -> None:
    """A description is one line of every other key point's request."""
    got = loaded(instead("respiration uses up sugar\n", "|\n      respiration\n      uses\n"))

    assert got.key_points[0].description == "respiration uses"


def test_max_points_is_what_can_be_earned() -> None:
    """The default maximum counts the choice and the best of each either-of group."""
    got = loaded(instead("max_points: 3, ", ""))

    assert got.scoring.max_points == Decimal(3)


@pytest.mark.parametrize(
    ("most", "step", "tolerance"),
    [
        ("8", "0.5", "1"),
        ("10", "0.5", "1"),
        ("10", "1", "1"),
        ("11", "0.5", "1.5"),
        ("3", "0.5", "0.5"),
        ("2", "0.5", "0.5"),
        ("1", "0.5", "0"),
        ("1", "0.25", "0.25"),
        ("2", "1", "0"),
        ("5", "5", "0"),
    ],
)
def test_the_tolerance_is_a_tenth_rounded_up(most: str, step: str, tolerance: str) -> None:
    """A tenth of the maximum rounded up to the step; 0 where that is half of it or more."""
    text = f"title: t\nquestion: q\nkey_points: [{{points: {most}, description: d}}]\n"

    got = loaded(f"{text}scoring: {{rounding: {step}}}\n")

    assert got.scoring.tolerance == Decimal(tolerance)


def test_a_key_point_is_worth_its_last_level() -> None:
    """With levels the key point's own points may be left out."""
    got = loaded(instead("    points: 2\n    levels", "    levels"))

    assert got.key_points[0].points == Decimal(2)


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("Énergie à l'œuvre, partout, toujours", "energie_a_l_uvre"),
        ("2 points for nothing else at all", "point_2_points_for_nothing"),
        ("植物", "point"),
        ("Note", "note_2"),
        ("one two three four five", "one_two_three_four"),
        ("x" * 80, "x" * 50),
    ],
)
def test_ids_come_from_descriptions(description: str, name: str) -> None:
    """A derived id is an identifier, and never the name of a column."""
    text = "title: t\nquestion: q\nkey_points: [{points: 1, description: '{}'}]\n"
    text = text.replace("{}", description.replace("'", "''"))

    assert loaded(text).cells == (name,)


def test_like_descriptions_get_different_ids() -> None:
    """A derived id yields to one that is written, and to the one before it."""
    text = """\
title: t
question: q
key_points:
  - {points: 1, description: a b}
  - {points: 1, description: a b}
  - {points: 1, description: c, id: a_b}
"""
    assert loaded(text).cells == ("a_b_2", "a_b_3", "a_b")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("plant.yaml", "plant"),
        ("C:\\rubrics\\plant.v2.yml", "plant.v2"),
        ("/home/x/Week 4 (final).yaml", "Week-4-final"),
        (".yaml", "rubric"),
        ("", "rubric"),
    ],
)
def test_the_id_is_the_files_name(file: str, name: str) -> None:
    """Without an id of its own a rubric is called what its file is called."""
    assert loaded(SHORT, file).id == name


def test_a_misconception_takes_one_point() -> None:
    """Without an effect it deducts, and without points it deducts 1."""
    got = loaded(f"{SHORT}misconceptions:\n  - {{description: plants eat soil}}\n")

    assert got.misconceptions == (
        Misconception(
            id="plants_eat_soil",
            description="plants eat soil",
            effect=Effect.DEDUCT,
            points=Decimal(1),
        ),
    )
