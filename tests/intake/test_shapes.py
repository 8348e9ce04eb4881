"""From what people have to the short form of a rubric; what is not understood is said."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assessor.errors import RubricError
from assessor.intake import NotARubric, draft_of, read_text, readings_of
from assessor.rubric import load_rubric
from assessor.rubric.write import Draft, DraftLevel, DraftPoint, fitted, one_line, rubric_text

CANVAS = (
    "Rubric Name,Criteria Name,Criteria Description,Criteria Enable Range,"
    "Rating Name,Rating Description,Rating Points,Rating Name,Rating Description,Rating Points,"
    "Rating Name,Rating Description,Rating Points\n"
    "Essay 1,Coverage,,FALSE,Full,says that no set covers all,2,Half,says it is limited,1,"
    "None,asks for more data,0\n"
    "Essay 1,Remedy,how to do better,FALSE,Yes,,1,No,,0\n"
    "Essay 2,Other,,FALSE,Yes,,1,No,,0\n"
)
GRADESCOPE = (
    "Assignment Submission ID,Question Submission ID,First Name,Last Name,SID,Email,Sections,"
    "Score,Submission Time,Names the proxy,Off the data,Misconception: more is enough,Adjustment,"
    "Comments,Grader,Tags\n"
    "1,11,A,B,01,a@b.example,01,3.0,2026-10-14,true,false,false,,,X,\n"
    "2,12,C,D,02,c@d.example,01,7.0,2026-10-14,true,true,false,,,X,\n"
    "3,13,E,F,03,e@f.example,01,0.0,2026-10-14,false,false,true,,,X,\n"
)


def read_pasted(text: str, file: str = "pasted") -> Draft:
    """Return the only reading of a text as a draft."""
    (reading,) = readings_of(read_text(text, file))
    assert not reading.doubts
    return draft_of(reading, file)


def short(draft: Draft) -> list[tuple[str, str]]:
    return [
        (f"{'-' * each.wrong}{each.points.normalize():f}", each.description)
        for each in draft.points
    ]


@pytest.mark.parametrize(
    "line",
    [
        "2 points: uses up sugar",
        "2: uses up sugar",
        "2p uses up sugar",
        "(2) uses up sugar",
        "[2 pts] uses up sugar",
        "- uses up sugar (2)",
        "1. uses up sugar (2 points)",
        "a) uses up sugar [2]",
        "• uses up sugar - 2 pts",
        "uses up sugar: 2 points",
        "+2 uses up sugar",
        "2 Punkte: uses up sugar",
        "2 pts for uses up sugar",
    ],
)
def test_a_line_with_points_is_a_key_point(line: str) -> None:
    """However people write them."""
    assert short(read_pasted(line, "pasted")) == [("2", "uses up sugar")]


def test_fields_halves_deductions_and_what_is_not_understood() -> None:
    """Named lines fill fields, a minus is a misconception, the rest is told with its line."""
    text = (
        "Question: Why does it lose mass?\nModel answer: It respires.\nIt makes nothing.\n\n"
        "½ P. names water\n1,5 points: names light\n-1 says that plants eat soil\n"
        "something about style\nTotal: 2\n"
    )

    (reading,) = readings_of(read_text(text, "pasted"))
    draft = draft_of(reading, "pasted")

    assert (draft.question, draft.reference) == (
        "Why does it lose mass?",
        "It respires.\nIt makes nothing.",
    )
    assert short(draft) == [
        ("0.5", "names water"),
        ("1.5", "names light"),
        ("-1", "says that plants eat soil"),
    ]
    assert reading.unused == ((8, "something about style"),)


def test_lines_without_any_points_are_no_rubric() -> None:
    """Nothing is guessed: it is said how to make key points of them on purpose."""
    with pytest.raises(NotARubric) as refusal:
        read_pasted("- names sugar\n- names light\n")

    assert "no points" in refusal.value.found
    assert "--lines" in refusal.value.way


@pytest.mark.parametrize(
    "table",
    [
        "Criterion\tPoints\nnames sugar\t2\nnames light, too\t1.5\nTotal\t3.5\n",
        "names sugar\t2\nnames light, too\t1.5\n",
        "Points;Kriterium\n2;names sugar\n1,5;names light, too\n",
        '"Criterion","Max Points"\n"names sugar","2"\n"names light, too","1.5"\n',
        "| What | Pts |\n|:--|--:|\n| names sugar | 2 |\n| names light, too | 1.5 |\n",
    ],
    ids=["tabs", "no header", "semicolons", "csv", "markdown"],
)
def test_a_table_from_a_document_is_read_by_its_columns(table: str) -> None:
    """Points by title or by their numbers; a total is no key point."""
    assert short(read_pasted(table, "pasted")) == [
        ("2", "names sugar"),
        ("1.5", "names light, too"),
    ]


def test_columns_of_credit_become_levels() -> None:
    """Full and half credit are levels, no credit is what is not enough, ids stay."""
    draft = read_pasted(
        "| id | points | full credit | half credit | no credit |\n|---|---|---|---|---|\n"
        "| `samples` | 2 | no set covers all | data is limited | more data |\n"
        "| `values` | 1 | values are complex | – | labels are wrong |\n",
        "pasted",
    )

    assert [each.id for each in draft.points] == ["samples", "values"]
    assert [level.when for level in draft.points[0].levels] == [
        "data is limited",
        "no set covers all",
    ]
    assert draft.points[1].levels == ()
    assert [each.not_enough for each in draft.points] == [("more data",), ("labels are wrong",)]


def test_a_canvas_rubric_s_ratings_are_levels() -> None:
    """Ratings of 0 points are absent; several rubrics in a file are several readings."""
    essay, other = readings_of(read_text(CANVAS, "rubric.csv"))
    rubric = load_rubric(rubric_text(Draft(question="Why?").with_(draft_of(essay, "r.csv"))), "r.y")

    assert rubric.title == "Essay 1"
    assert [(each.points, each.description) for each in rubric.key_points] == [
        (Decimal(2), "Coverage"),
        (Decimal(1), "Remedy: how to do better"),
    ]
    assert rubric.key_points[0].levels[0].when == "says it is limited"
    assert (essay.how, other.how) == ("the rubric 'Essay 1'", "the rubric 'Essay 2'")


def test_gradescope_items_get_the_points_that_the_scores_tell() -> None:
    """What was given with a score of 0 earns nothing, and is named."""
    draft = read_pasted(GRADESCOPE, "evaluations.csv")

    assert short(draft) == [("3", "Names the proxy"), ("4", "Off the data")]
    assert "'Misconception: more is enough' earns nothing; left out" in draft.notes[1]


def test_more_ratings_than_levels_are_thinned_out() -> None:
    """Judges tell three apart at most; lowest, middle and highest stay."""
    levels = tuple(DraftLevel(points=Decimal(n), when=f"level {n}") for n in range(1, 6))
    point = fitted(DraftPoint(description="x", points=Decimal(5), levels=levels))

    assert [each.when for each in point.levels] == ["level 1", "level 3", "level 5"]


WORDS = st.text(min_size=1, max_size=60).filter(lambda text: bool(one_line(text)))


@settings(deadline=None, max_examples=60)
@given(WORDS, WORDS, st.lists(WORDS, min_size=1, max_size=4), st.text(max_size=80))
@example("0", "\x1b\x1e\x1b", ["0"], "0")
@example("0", "\x1b 0\x1e0", ["0"], "0")
def test_whatever_was_gathered_is_written_so_that_it_loads(
    title: str, question: str, descriptions: list[str], reference: str
) -> None:
    """And says the same when it is read back."""
    draft = Draft(
        title=title,
        question=question,
        reference=reference if one_line(reference) else "",
        points=tuple(
            DraftPoint(description=each, points=Decimal(1), accepted=(each,))
            for each in descriptions
        ),
    )
    rubric = load_rubric(rubric_text(draft), "r.yaml")

    assert [each.description for each in rubric.key_points] == [
        one_line(each) for each in descriptions
    ]
    assert [each.accepted for each in rubric.key_points] == [
        (one_line(each),) for each in descriptions
    ]


def test_a_terminal_s_escapes_do_not_come_along() -> None:
    """Control characters are dropped; a text of nothing else is empty."""
    assert short(read_pasted("2: \x1b[31mred\x1b[0m ink")) == [("2", "[31mred[0m ink")]
    with pytest.raises(NotARubric, match="is empty"):
        read_text("\x00\x01\n", "p")


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300))
def test_any_pasted_text_is_read_or_refused(text: str) -> None:
    """Nothing breaks; what has points in it gives a rubric that loads or is refused clearly."""
    try:
        readings = readings_of(read_text(text, "pasted"))
    except NotARubric as refusal:
        assert refusal.found
        return
    for reading in readings:
        whole = Draft(title="T", question="Why?").with_(draft_of(reading, "pasted"))
        try:
            load_rubric(rubric_text(whole), "r.yaml")
        except RubricError as error:
            assert "r.yaml:" in str(error)
