"""What was handed in and what was not, as a live Moodle writes it: nobody gets a zero unearned."""

from __future__ import annotations

import pytest

from assessor.submission import InputState
from tests.readers.build import plainly, read, table

LONG = "It burns its stored sugar, and the carbon dioxide leaves it in the dark."
ZONE = "Saturday, 28 November 2026, 11:01 AM"
WORKSHEET = (
    "Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade",
    "Grade can be changed", "Last modified (submission)", "Online text",
    "Last modified (grade)", "Feedback comments",
)  # fmt: skip
QUIZ = (
    "Last name", "First name", "Email address", "Status", "Started", "Completed", "Duration",
    "Grade/10.00", "Question 1", "Response 1",
)  # fmt: skip


def sheet(*rows: tuple[str, str, str, str], titles: tuple[str, ...] = WORKSHEET) -> bytes:
    """Return a worksheet of rows: number, status, time of handing in, text."""
    return table(
        titles,
        *(
            (
                f"Participant {n}",
                f"P {n}",
                f"p{n}@uni.example",
                status,
                "",
                "10.00",
                "Yes",
                when,
                text,
                "-",
                "",
            )
            for n, status, when, text in rows
        ),
    )


@pytest.mark.parametrize("text", ["", "   ", "\u00a0 "])
def test_work_handed_in_without_text_is_unreadable_and_never_blank(text: str) -> None:
    """The worksheet has no column for files and drops pictures: a person has to look."""
    got = read(sheet(("1", "Submitted for grading -  - ", ZONE, text), ("2", "x", ZONE, LONG)))

    assert got.submissions[0].state is InputState.UNREADABLE
    assert "Download all submissions" in got.warnings[0] + got.warnings[-1]


@pytest.mark.parametrize(
    "status",
    [
        "Draft (not submitted) -  - ",
        "Reopened - 1 day late -  - ",
        "Entwurf (nicht abgegeben) -  - ",
        "Wieder geöffnet -  - ",
        "下書き (未提出) -  - ",
        "草稿（未提交） -  - ",
        "مسودة (غير مسلمة) -  - ",
        "Zork (blah glorp) -  - ",
    ],
)
def test_a_draft_and_work_opened_again_are_not_handed_in(status: str) -> None:
    """There is text in it, but the student did not give it away; it is told by its status."""
    done = ("1", "Submitted for grading -  - ", ZONE, LONG)

    got = read(sheet(done, ("2", status, ZONE, LONG)))

    assert [(each.attempt, each.state.value) for each in got.submissions] == [
        (1, "answered"),
        (0, "not_submitted"),
    ]
    assert status.split(" - ")[0] in " ".join(got.warnings)


def test_in_a_language_without_words_only_the_status_of_most_is_handed_in() -> None:
    """One word stands beside "Submitted" of the rest: it is not graded in silence."""
    rows = [(str(n), "Vekrat sor mi -  - ", ZONE, LONG + str(n)) for n in range(1, 5)]
    rows += [("5", "Ruvekrat -  - ", ZONE, LONG), ("6", "Nul vekrat -  - ", "-", "")]

    got = read(sheet(*rows))

    assert [each.state.value for each in got.submissions] == [
        *["answered"] * 4,
        *["not_submitted"] * 2,
    ]
    assert "'vekrat sor mi'" in " ".join(got.warnings)


def test_what_a_student_typed_as_a_tag_stays() -> None:
    """The worksheet's text is text: read as markup, `<b>` and `<script>` would vanish."""
    typed = "if (a < b) the <b>cat</b> wins<br><script>x</script> &amp; <img src=1>"

    got = read(sheet(("1", "Submitted for grading -  - ", ZONE, typed)))

    assert got.submissions[0].answer == typed


def test_texts_that_lost_their_line_breaks_are_told() -> None:
    """Moodle glues list items: the zip holds the true text."""
    rows = [("1", "Submitted for grading -  - ", ZONE, "My answerFirst: no lightSecond: burned")]

    assert "'answerFirst'" in read(sheet(*rows)).warnings[0]
    assert not read(sheet(("1", "Submitted for grading", ZONE, LONG))).warnings


def attempts(*rows: tuple[str, str, str, str, str]) -> bytes:
    """Return a report of rows: student, status, completed, question, response."""
    return table(
        QUIZ,
        *(
            (
                "Bee",
                name,
                f"{name}@uni.example",
                status,
                "-" if status == "-" else "14 October 2026  6:01 PM",
                completed,
                "2 mins",
                "-",
                question,
                response,
            )
            for name, status, completed, question, response in rows
        ),
    )


def test_attempts_under_way_and_never_submitted_are_not_handed_in() -> None:
    """Text may have been saved, the report shows a dash: no zero, and it is said."""
    end = "14 October 2026  6:05 PM"

    got = read(
        attempts(
            ("ann", "Finished", end, "Why?", LONG),
            ("bo", "In progress", "-", "Why?", "-"),
            ("cy", "Never submitted", "-", "Why?", "-"),
            ("di", "Finished", end, "Why?", "-"),
            ("ed", "Finished", end, "Why?", ""),
            ("fy", "-", "-", "-", "-"),
        )
    )

    assert plainly(got.submissions) == [
        ("ann@uni.example", 1, LONG, "answered"),
        ("bo@uni.example", 0, "", "not_submitted"),
        ("cy@uni.example", 0, "", "not_submitted"),
        ("di@uni.example", 1, "", "blank"),
        ("ed@uni.example", 1, "", "unreadable"),
        ("fy@uni.example", 0, "", "not_submitted"),
    ]
    assert [each.text for each in got.questions] == ["Response 1: Why?"]
    assert "2 attempts are not finished (record 3, 4)" in got.warnings[0]
    assert "(record 6): unreadable, not blank" in got.warnings[1]


def test_two_attempts_that_were_never_handed_in_are_one_student() -> None:
    """Nothing of either is there; a student stands once."""
    got = read(
        attempts(
            ("bo", "Never submitted", "-", "Why?", "-"),
            ("bo", "In progress", "-", "Why?", "-"),
            ("ann", "Finished", "14 October 2026  6:05 PM", "Why?", LONG),
        )
    )

    assert [(each.student_id, each.attempt) for each in got.submissions] == [
        ("bo@uni.example", 0),
        ("ann@uni.example", 1),
    ]


# A language that there is not: nothing in the word lists can help.
PACK = {
    "lead": ("Zurn", "Vorn", "Postok", "Sost", "Nachal", "Konch", "Dlit", "Ocet/10,00"),
    "worksheet": (
        "Nomik", "Celnam", "Postok", "Sost", "Ocet", "Vrek ocet", "Ocet muzmenit",
        "Posmen (zdacha)", "Onvek tek", "Posmen (ocenka)", "Vozkom",
    ),
}  # fmt: skip


@pytest.mark.parametrize("words", ["Vop {}|Otv {}", "{}. vop|{}. otv", "Vop{}|Otv{}|Prav{}"])
def test_a_report_in_a_made_up_language_is_read(words: str) -> None:
    """Order and content tell what is a question and what a response."""
    titles = [word.format(n) for n in (1, 2) for word in words.split("|")]
    extra = ["-"] * (len(titles) // 2 - 2)
    rows = []
    for n in range(4):
        done = ("Zat", "9 hurb 2026  18:01", "9 hurb 2026  18:05", "4 m", "-")
        cells = [
            "Why dark?",
            f"{LONG} {n}",
            *extra,
            "Why light?",
            f"It drives it, {n} say so",
            *extra,
        ]
        rows.append(("Bee", f"A{n}", f"a{n}@uni.example", *done, *cells))
    rows.append(
        (
            "Bee",
            "Bo",
            "bo@uni.example",
            "Vork",
            "9 hurb 2026  18:01",
            "-",
            "-",
            "-",
            "Why dark?",
            "-",
            *extra,
            "Why light?",
            "-",
            *extra,
        )
    )
    rows.append(("Bee", "Cy", "cy@uni.example", *["-"] * 5, *["-"] * len(titles)))

    got = read(table((*PACK["lead"], *titles), *rows))

    response = words.split("|")[1].format(1)
    first = [each for each in got.submissions if each.question == f"{response}: Why dark?"]
    assert plainly(first) == [
        *((f"a{n}@uni.example", 1, f"{LONG} {n}", "answered") for n in range(4)),
        ("bo@uni.example", 0, "", "not_submitted"),
        ("cy@uni.example", 0, "", "not_submitted"),
    ]
    assert len(got.questions) == 2


def test_a_worksheet_in_a_made_up_language_is_read() -> None:
    """Neither the column that is "Yo" in every row nor the status is taken for the answer."""
    rows = [
        (
            "Uchast 1",
            "Ann",
            "a@uni.example",
            "Zdan -  - ",
            "",
            "10,00",
            "Yo",
            "9 hurb 2026, 18:01",
            LONG,
            "-",
            "",
        ),
        (
            "Uchast 2",
            "Bo",
            "b@uni.example",
            "Cher (ne zdan) -  - ",
            "",
            "10,00",
            "Yo",
            "9 hurb 2026, 18:01",
            "half",
            "-",
            "",
        ),
        ("Uchast 3", "Cy", "c@uni.example", "Net -  - ", "", "10,00", "Yo", "-", "", "-", ""),
        (
            "Uchast 4",
            "Di",
            "d@uni.example",
            "Zdan -  - ",
            "",
            "10,00",
            "Yo",
            "9 hurb 2026, 18:01",
            " ",
            "-",
            "",
        ),
    ]

    got = read(table(PACK["worksheet"], *rows))

    assert (got.format, got.questions[0].text) == ("moodle_worksheet", "Onvek tek")
    assert plainly(got.submissions) == [
        ("Uchast 1", 1, LONG, "answered"),
        ("Uchast 2", 0, "", "not_submitted"),
        ("Uchast 3", 0, "", "not_submitted"),
        ("Uchast 4", 1, "", "unreadable"),
    ]
    assert [each.name for each in got.submissions] == ["Ann", "Bo", "Cy", "Di"]
