"""Plain tables and JSON: columns found by name, asked for where no name tells."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from assessor.errors import SubmissionError
from assessor.readers import ReadOptions, Unclear, read_answers
from tests.readers.build import plainly, read, table

LONG = "It breathes up its stored sugar, and the carbon dioxide leaves in the dark."
HEADERS = [
    ("student_id", "answer"),
    ("Matrikelnummer", "Antwort"),
    ("Numéro d’étudiant", "Réponse"),
    ("email", "Student response"),
    ("netid", "essay_text"),
    ("SID", "Antworttext"),
    ("id", "text"),
]


@pytest.mark.parametrize("titles", HEADERS, ids=["-".join(each) for each in HEADERS])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_columns_are_found_by_name(titles: tuple[str, str], delimiter: str) -> None:
    """What scripts and people call the two columns is known."""
    got = read(table(titles, ("00420001", LONG), ("00420002", "N/A"), delimiter=delimiter))

    assert plainly(got.submissions) == [
        ("00420001", 1, LONG, "answered"),
        ("00420002", 1, "N/A", "answered"),
    ]


def test_numbered_columns_are_a_question_each() -> None:
    """`answer_1` and `answer_2` are two questions of the same students."""
    got = read(table(("student_id", "answer_1", "answer_2"), ("s1", LONG, "")))

    assert [(each.question, each.state.value) for each in got.submissions] == [
        ("answer_1", "answered"),
        ("answer_2", "blank"),
    ]


def test_times_number_the_attempts_of_a_plain_file() -> None:
    """Two rows of one student are two attempts where a column says when."""
    titles = ("student_id", "submitted_at", "answer")
    rows = [("s1", "2026-10-14 18:00", "later"), ("s1", "2026-10-14 09:00", "sooner")]

    got = read(table(titles, *rows)).submissions

    assert [(each.attempt, each.answer) for each in got] == [(2, "later"), (1, "sooner")]


def test_tabs_without_quoting_keep_their_quotes() -> None:
    """A script's tab-separated text has no quoting: a quote is what the student typed."""
    got = read('student_id\tanswer\ns1\t"Aligned" is never defined.\ns2\tSo "what"?\n')

    assert [each.answer for each in got.submissions] == [
        '"Aligned" is never defined.',
        'So "what"?',
    ]


def test_ids_that_excel_was_kept_from_counting_are_ids() -> None:
    """`="00420001"` is how a spreadsheet is made to keep zeros."""
    got = read('student_id;answer\n="00420001";It respires.\n')

    assert [each.student_id for each in got.submissions] == ["00420001"]


def test_a_line_that_names_the_delimiter_is_no_record() -> None:
    """Excel's `sep=;` stands above the header."""
    got = read("sep=;\nstudent_id;answer\ns1;It respires, in the dark.\n")

    assert plainly(got.submissions) == [("s1", 1, "It respires, in the dark.", "answered")]


def test_an_answer_that_looks_like_a_platforms_header_is_an_answer() -> None:
    """The first row with the names of a student and an answer is the header, not a later one."""
    rows = [("s1", "1: because it breathes", "2", "a", "b")]

    got = read(table(("student_id", "answer", "points", "x", "y"), *rows))

    assert (got.format, got.submissions[0].answer) == ("plain", "1: because it breathes")


def test_unused_columns_are_named() -> None:
    """What the reader made nothing of is said, so that nobody wonders."""
    assert read(table(("student_id", "answer", "mood"), ("s1", LONG, "x"))).unused == ("mood",)


def test_a_title_above_the_header_is_passed_over() -> None:
    """The header is the first row that names a student and an answer."""
    got = read(f"Week 4\n\nstudent_id,answer\ns1,{LONG.replace(',', ';')}\n")

    assert [(each.student_id, each.row) for each in got.submissions] == [("s1", 4)]


@pytest.mark.parametrize(
    ("titles", "meaning"),
    [(("Kennziffer", "answer"), "student"), (("student_id", "Aufsatz"), "answer")],
)
def test_an_unknown_column_is_asked_for(titles: tuple[str, str], meaning: str) -> None:
    """The choices are there to be shown, the one with most words first for the answer."""
    with pytest.raises(Unclear) as caught:
        read(table(titles, ("s1", LONG)))

    assert caught.value.meaning == meaning
    assert set(caught.value.choices) == set(titles)
    assert caught.value.choices[0] == ("Kennziffer" if meaning == "student" else "Aufsatz")


def test_several_columns_that_may_hold_the_answer_are_told() -> None:
    """A guess between two is no guess."""
    with pytest.raises(Unclear, match="several columns may hold the answer"):
        read(table(("student_id", "answer", "response"), ("s1", LONG, LONG)))


def test_a_named_column_must_be_there_once() -> None:
    """An option that names nothing, or two columns, is refused with the choices."""
    data = table(("student_id", "x", "x"), ("s1", LONG, LONG))

    for option, says in (("x", "stands there twice"), ("y", "is not there")):
        with pytest.raises(SubmissionError, match=says):
            read(data, answer=option)


SHAPES = {
    "list": [{"student_id": "s1", "answer": LONG}],
    "by student": {"s1": LONG},
    "records by student": {"s1": {"answer": LONG, "section": "A"}},
    "under a name": {"meta": {"course": "B"}, "responses": [{"id": "s1", "response": LONG}]},
    "answer within": [{"student": {"id": "s1", "name": "Ann"}, "answer": {"text": LONG}}],
    "answers within": [{"student_id": "s1", "answers": [{"question": "Q", "answer": LONG}]}],
    "attempts within": [{"user": {"id": "s1"}, "attempts": [{"attempt": 1, "text": LONG}]}],
    "canvas's interface": [{"user_id": "s1", "attempt": 1, "body": f"<p>{LONG}</p>"}],
    "google's interface": {
        "responses": [
            {
                "responseId": "r",
                "respondentEmail": "s1",
                "answers": {"q": {"textAnswers": {"answers": [{"value": LONG}]}}},
            }
        ]
    },
    "by question": {"questions": [{"question": "Q", "responses": [{"sid": "s1", "text": LONG}]}]},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
@pytest.mark.parametrize("indent", [None, 2])
def test_json_of_any_shape_is_read(shape: object, indent: int | None) -> None:
    """Answers nested in students, or students in questions, are the same answers."""
    got = read(json.dumps(shape, indent=indent, ensure_ascii=False))

    assert plainly(got.submissions) == [("s1", 1, LONG, "answered")]


def test_a_question_known_to_be_graded_is_written() -> None:
    """`--answer` names it, whatever its answers look like."""
    titles = ("Timestamp", "Email Address", "Which?", "Why?")
    rows = [("10/14/2026 17:41:19", f"{n}@example.edu", "yes", LONG) for n in "abc"]

    got = read(table(titles, *rows), answer="Which?")

    assert [each.answer for each in got.submissions] == ["yes"] * 3
    assert [each.text for each in got.questions] == ["Which?"]


def test_a_question_with_a_rubric_is_written() -> None:
    """What the assignment names as graded is listed as written, by column or part of its text."""
    titles = ("Timestamp", "Email Address", "Which one?", "Why?")
    rows = [("10/14/2026 17:41:19", f"{n}@example.edu", "yes", LONG) for n in "abc"]
    options = ReadOptions(written=("which",))

    got = read_answers(table(titles, *rows), "class.csv", options)

    assert [(each.text, each.kind.value) for each in got.questions] == [
        ("Which one?", "written"),
        ("Why?", "written"),
    ]


@pytest.mark.parametrize("title", ["Kürzel", "matrícula", "学号"])
def test_the_one_column_of_codes_beside_the_answer_names_the_student(title: str) -> None:
    """A title that nobody foresaw is no reason to ask where one column alone can be meant."""
    got = read(table((title, "Antwort"), ("müa", LONG), ("zoë", "=x")))

    assert plainly(got.submissions) == [("müa", 1, LONG, "answered"), ("zoë", 1, "=x", "answered")]


@pytest.mark.parametrize("codes", [("a", "a"), ("a", ""), ("a b", "c")])
def test_a_column_that_may_be_something_else_is_asked_for(codes: tuple[str, str]) -> None:
    """Codes that repeat, are missing or are words are no student's."""
    with pytest.raises(Unclear, match="--student"):
        read(table(("Kürzel", "Antwort"), (codes[0], LONG), (codes[1], "=x")))


def test_a_learning_platforms_records_say_who_handed_in_nothing() -> None:
    """The records of a Canvas course: a null attempt and no text is nobody's blank answer."""
    records = [
        {"id": 1, "user_id": 11, "attempt": 2, "body": "<p>One &amp; two</p>"},
        {"id": 2, "user_id": 12, "attempt": None, "body": None},
    ]

    assert plainly(read(json.dumps(records)).submissions) == [
        ("11", 2, "One & two", "answered"),
        ("12", 0, "", "not_submitted"),
    ]


def test_an_answer_is_one_column_whether_a_text_or_an_object() -> None:
    """Two writers of one log: `"response": "…"` and `"response": {"text": "…"}`."""
    lines = ['{"id": 1, "response": "plain"}', '{"id": 2, "response": {"text": "deep"}}']

    assert plainly(read("\n".join(lines)).submissions) == [
        ("1", 1, "plain", "answered"),
        ("2", 1, "deep", "answered"),
    ]


def test_a_column_that_has_the_question_for_its_title_is_the_answer() -> None:
    """A form's sheet that a person cut down to who and what."""
    titles = ("Name", "Email", "Why does a leaf lose weight overnight?")

    got = read(table(titles, ("Ann", "a@example.edu", LONG), ("Ben", "b@example.edu", "")))

    assert plainly(got.submissions) == [
        ("a@example.edu", 1, LONG, "answered"),
        ("b@example.edu", 1, "", "blank"),
    ]


def test_two_columns_with_questions_for_titles_are_asked_about() -> None:
    """Which of them is graded is a person's word."""
    titles = (
        "email",
        "Why does a leaf lose weight overnight?",
        "What did you think of this class?",
    )

    with pytest.raises(Unclear, match="--answer"):
        read(table(titles, ("a@example.edu", LONG, "Fine.")))


def test_an_empty_column_of_the_same_title_is_no_second_answer() -> None:
    """A join left an empty twin; two filled twins stay an error."""
    got = read(table(("id", "answer", "answer"), ("1", LONG, ""), ("2", "x", " ")))

    assert [each.answer for each in got.submissions] == [LONG, "x"]
    with pytest.raises(SubmissionError, match="twice"):
        read(table(("id", "answer", "answer"), ("1", LONG, "y")))


def test_a_list_of_answers_is_an_answer_for_each_question() -> None:
    """`"answers": ["…", "…"]` numbers the questions by their place."""
    records = [{"student": "s1", "answers": [LONG, LONG]}, {"student": "s2", "answers": [LONG]}]

    got = read(json.dumps(records)).submissions

    assert [(each.student_id, each.question, each.answer) for each in got] == [
        ("s1", "answer_1", LONG),
        ("s1", "answer_2", LONG),
        ("s2", "answer_1", LONG),
        ("s2", "answer_2", ""),
    ]


def test_a_large_file_is_not_held_beside_what_is_made_of_it() -> None:
    """Its bytes go once its rows are there: at the most it takes two and a half times its size."""
    rows = "".join(f'S{n},"{n} {"words of an answer " * 24}end"\n' for n in range(8000))
    file = f"student_id,answer\n{rows}"
    read_answers(b"student_id,answer\nS1,some words\n", "small.csv", ReadOptions())

    tracemalloc.start()
    try:
        read = read_answers(file.encode(), "large.csv", ReadOptions())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert len(read.submissions) == 8000
    assert peak < 2.8 * len(file)
