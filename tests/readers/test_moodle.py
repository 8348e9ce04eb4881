"""Moodle: quiz responses, worksheets and gradebooks, in the site's language and whatever is on."""

from __future__ import annotations

import json

import pytest

from assessor.readers.base import FoundQuestion, QuestionKind
from assessor.submission import InputState
from tests.readers.build import EXPORTS, plainly, read, table

LONG = "It breathes up its stored sugar, and the carbon dioxide leaves in the dark."
ANN, CID = "ann@example.edu", "cid@example.edu"
# Header lines as the site writes them in each language.
HEADERS = json.loads((EXPORTS.parent / "moodle_headers.json").read_text(encoding="utf-8"))
QUIZ, WORKSHEETS = HEADERS["quiz"], HEADERS["worksheet"]


@pytest.mark.parametrize(("lead", "word"), [each.values() for each in QUIZ.values()], ids=[*QUIZ])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_responses_are_read_in_any_language(lead: str, word: str, delimiter: str) -> None:
    """The choice in front is told from the essay, and no attempt from an empty one."""
    titles = (*lead.split(","), "X/10,00", f"{word} 1", f"{word} 2")
    done = ("Done", "14 October 2026  6:01 PM", "14 October 2026  6:03 PM", "2 mins")
    rows = [
        ("Bee", "Ann", ANN, *done, "5,00", "sugar", LONG),
        ("Dee", "Cid", CID, *done, "5,00", "sugar", "-"),
        ("Eff", "Eve", "eve@example.edu", "-", "-", "-", "-", "-", "-", "-"),
    ]

    got = read(table(titles, *rows, delimiter=delimiter))

    assert got.format == "moodle_quiz"
    assert plainly(got.submissions) == [
        (ANN, 1, LONG, "answered"),
        (CID, 1, "", "blank"),
        ("eve@example.edu", 0, "", "not_submitted"),
    ]
    assert got.choices == {(ANN, 1): {f"{word} 1": "sugar"}, (CID, 1): {f"{word} 1": "sugar"}}


def responses(*rows: tuple[str, ...]) -> bytes:
    titles = ("Last name", "First name", "Email address", "Status", "Started", "Completed")
    return table((*titles, "Grade/10.00", "Question 1", "Response 1"), *rows)


def test_attempts_are_numbered_in_time_whatever_the_order_of_rows() -> None:
    """The site sorts by any column; 9 AM is before 6 PM."""
    late = ("Bee", "Ann", ANN, "Finished", "14 October 2026  6:01 PM", "x", "4", "Why?", LONG)
    soon = ("Bee", "Ann", ANN, "Finished", "14 October 2026  9:01 AM", "x", "9", "Why?", "Soon.")

    got = read(responses(late, soon)).submissions

    assert [(each.attempt, each.answer) for each in got] == [(2, LONG), (1, "Soon.")]
    assert [str(each.score) for each in got] == ["4", "9"]


def test_an_attempt_under_way_does_not_hide_one_handed_in() -> None:
    """Unfinished and empty counts as not handed in where there is another attempt."""
    done = ("Bee", "Ann", ANN, "Finished", "14 October 2026  6:01 PM", "x", "4", "Why?", LONG)
    begun = ("Bee", "Ann", ANN, "In progress", "15 October 2026  6:01 PM", "-", "-", "Why?", "-")

    got = read(responses(done, begun))

    assert [each.state for each in got.submissions] == [
        InputState.ANSWERED,
        InputState.NOT_SUBMITTED,
    ]
    assert "1 attempt is not finished (record 3)" in got.warnings[0]


def test_random_questions_are_known_by_their_text() -> None:
    """Response 1 is another question for each student; each question has its own answers."""
    ann = ("Bee", "Ann", ANN, "Finished", "14 October 2026  6:01 PM", "x", "4", "Why dark?", LONG)
    cid = ("Dee", "Cid", CID, "Finished", "14 October 2026  6:01 PM", "x", "4", "Why light?", LONG)

    got = read(responses(ann, cid)).submissions

    assert [each.question for each in got] == ["Why dark?", "Why light?"]


def test_a_fixed_question_is_called_by_column_and_text() -> None:
    """Both `Response 1` and the question's text name it."""
    row = ("Bee", "Ann", ANN, "Finished", "14 October 2026  6:01 PM", "x", "4", "Why dark?", LONG)

    assert read(responses(row)).questions == (
        FoundQuestion(text="Response 1: Why dark?", kind=QuestionKind.WRITTEN),
    )


def test_text_beside_an_attachment_is_read_and_told() -> None:
    """The list that Moodle appends does not make the text unreadable."""
    said = f"{LONG}\nAttachments: plan.pdf (12 KB), more.png (3.4 MB)"
    row = ("Bee", "Ann", ANN, "Finished", "14 October 2026  6:01 PM", "x", "4", "Why?", said)

    got = read(responses(row))

    assert got.submissions[0].state is InputState.ANSWERED
    assert "beside the text" in got.warnings[0]


def test_the_same_report_as_json_is_read() -> None:
    """Moodle's JSON download holds the same columns under short names."""
    row = {
        "lastname": "Bee",
        "firstname": "Ann",
        "emailaddress": ANN,
        "status": "Finished",
        "started": "14 October 2026  6:01 PM",
        "completed": "14 October 2026  6:03 PM",
        "duration": "2 mins",
        "grade1000": "5.00",
        "response1": LONG,
    }

    got = read(json.dumps([[row]]))

    assert (got.format, plainly(got.submissions)) == (
        "moodle_quiz",
        [(ANN, 1, LONG, "answered")],
    )


def test_the_same_report_as_a_page_is_a_class_and_a_page_handed_in_is_not() -> None:
    """Moodle's HTML download is a table of attempts; a student's page may hold a table as well."""
    head = ["Last name", "First name", "Email address", "Status", "Started", "Completed"]
    rows = [
        [*head, "Duration", "Grade/10.00", "Response 1"],
        [
            "Bee",
            "Ann",
            ANN,
            "Finished",
            "14 October 2026",
            "14 October 2026",
            "2 mins",
            "5.00",
            LONG,
        ],
    ]
    cells = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in rows)
    own = "<tr><th>Organ</th><th>Loss</th></tr><tr><td>leaf</td><td>2 g</td></tr>"
    essay = f"<p>{LONG}</p><table>{own}</table>"

    report = read(f"<!DOCTYPE html><html><body><table>{cells}</table></body></html>", "quiz.html")
    handed_in = read(f"<!DOCTYPE html><html><body>{essay}</body></html>", "bee.html")

    assert (report.format, plainly(report.submissions)) == (
        "moodle_quiz",
        [(ANN, 1, LONG, "answered")],
    )
    assert (handed_in.format, [each.student_id for each in handed_in.submissions]) == (
        "file",
        ["bee"],
    )


@pytest.mark.parametrize("titles", WORKSHEETS.values(), ids=WORKSHEETS.keys())
def test_a_worksheet_is_read_in_any_language(titles: str) -> None:
    """The identifier stays whole; who handed nothing in is told by the time that is a dash."""
    rows = [
        (
            "Part. 17001",
            "Ann Bee",
            ANN,
            "xx - ",
            "",
            "10,00",
            "J",
            "Wed",
            f"<p>{LONG}</p>",
            "-",
            "",
        ),
        ("Part. 17002", "Cid Dee", CID, "yy - ", "", "10,00", "J", "-", "", "-", ""),
    ]

    got = read(table(titles.split(","), *rows, delimiter=";"))

    assert got.format == "moodle_worksheet"
    assert plainly(got.submissions) == [
        ("Part. 17001", 1, LONG, "answered"),
        ("Part. 17002", 0, "", "not_submitted"),
    ]
    assert [each.name for each in got.submissions] == ["Ann Bee", "Cid Dee"]


def test_a_worksheet_of_file_submissions_has_no_answers() -> None:
    """Without online text the file is good for grades only, and says so."""
    titles = WORKSHEETS["english"].replace("Online text,", "").split(",")
    got = read(
        table(titles, ("Participant 17001", "Ann", ANN, "x", "", "10", "Yes", "Wed", "-", ""))
    )

    assert [each.state for each in got.submissions] == [InputState.NO_ANSWERS]
    assert "no online text" in got.warnings[0]
