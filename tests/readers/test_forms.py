"""Google and Microsoft Forms, Qualtrics: a row per filling, and who it was."""

from __future__ import annotations

import io
import json

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # ships no types

from assessor.readers.base import QuestionKind
from assessor.submission import InputState
from tests.readers.build import export, plainly, read, table

LONG = "It breathes up its stored sugar, and the carbon dioxide leaves in the dark."


@pytest.mark.parametrize(
    ("stamp", "email"),
    [
        ("Timestamp", "Email Address"),
        ("Horodateur", "Adresse e-mail"),
        ("Marca temporal", "Dirección de correo electrónico"),
        ("Informazioni cronologiche", "Indirizzo email"),
        ("Tijdstempel", "E-mailadres"),
        ("Carimbo de data/hora", "Endereço de e-mail"),
        ("Отметка времени", "Адрес электронной почты"),
    ],
)
def test_a_google_sheet_is_read_in_any_language(stamp: str, email: str) -> None:
    """The last filling is the latest attempt, also where day and month look alike."""
    rows = [
        ("10/04/2026 17:41:19", "ann@example.edu", f"first {LONG}"),
        ("11/04/2026 17:41:19", "ANN@example.edu", f"second {LONG}"),
        ("12/04/2026 17:41:19", "cid@example.edu", ""),
    ]

    got = read(table((stamp, email, "Why? "), *rows))

    assert got.format == "google_forms"
    assert plainly(got.submissions) == [
        ("ann@example.edu", 1, f"first {LONG}", "answered"),
        ("ann@example.edu", 2, f"second {LONG}", "answered"),
        ("cid@example.edu", 1, "", "blank"),
    ]
    assert [each.question for each in got.submissions] == ["Why?"] * 3


def test_who_somebody_is_is_no_question() -> None:
    """Name and number are taken as the student's, the choice as a choice."""
    got = export("google_forms_de.csv")

    assert [(each.text, each.kind) for each in got.questions] == [
        ("Welches Gas entweicht?", QuestionKind.CHOICE),
        ("Warum verliert eine Pflanze im Dunkeln Masse?", QuestionKind.WRITTEN),
        ("Skizze hochladen", QuestionKind.WRITTEN),
    ]
    assert any("Matrikelnummer" in warning for warning in got.warnings)


def test_a_form_without_addresses_still_has_answers() -> None:
    """Nobody is named: the row stands for the student."""
    rows = [("10/14/2026 17:41:19", LONG), ("10/14/2026 17:50:00", f"And more: {LONG}")]

    got = read(table(("Timestamp", "Why?"), *rows))

    assert [each.student_id for each in got.submissions] == ["row:2", "row:3"]


def forms(*rows: tuple[object, ...]) -> bytes:
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"strings_to_numbers": False})
    page = book.add_worksheet("Sheet1")
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return data.getvalue()


@pytest.mark.parametrize(
    "lead",
    [
        ("ID", "Start time", "Completion time", "Email", "Name"),
        ("ID", "Startzeit", "Fertigstellungszeit", "E-Mail", "Name"),
        ("ID", "Heure de début", "Heure de fin", "Adresse de messagerie", "Nom"),
        ("Id", "Hora de inicio", "Hora de finalización", "Correo electrónico", "Nombre"),
        ("ID", "Aika 1", "Aika 2", "Osoite", "Nimi"),
    ],
)
def test_a_microsoft_form_is_read_in_any_language(lead: tuple[str, ...]) -> None:
    """Its first five columns are known by their order and what is in them."""
    times = ("2026-10-14 18:00:00", "2026-10-14 18:09:00")
    rows = [
        (1, *times, "ann@example.edu", "Ann Bee", LONG, "B"),
        (2, *times, "cid@example.edu", "Cid Dee", f"{LONG}_x000D_\nMore.", "B"),
    ]

    got = read(forms((*lead, "Why?", "Which?"), *rows))

    assert got.format == "microsoft_forms"
    assert [(each.student_id, each.name) for each in got.submissions] == [
        ("ann@example.edu", "Ann Bee"),
        ("cid@example.edu", "Cid Dee"),
    ]
    assert got.choices["cid@example.edu", 1] == {"Which?": "B"}


def test_an_uploaded_file_is_unreadable() -> None:
    """A form's upload is a link or a list of them, which nobody can grade as text."""
    times = ("2026-10-14 18:00:00", "2026-10-14 18:09:00")
    upload = json.dumps([{"name": "a.docx", "link": "https://x.sharepoint.com/a", "id": "1"}])
    lead = ("ID", "Start time", "Completion time", "Email", "Name", "Upload your essay")

    got = read(forms(lead, (1, *times, "ann@example.edu", "Ann Bee", upload)))

    assert [each.state for each in got.submissions] == [InputState.UNREADABLE]


def test_qualtrics_previews_and_unfinished_responses_are_told() -> None:
    """A preview is left out by name, an unfinished response is kept."""
    warnings = export("qualtrics.csv").warnings

    assert any("a preview of the survey" in warning for warning in warnings)
    assert any("1 response was not finished" in warning for warning in warnings)


def test_an_open_google_form_is_keyed_by_the_question_that_asks_for_a_number() -> None:
    """Without addresses the student's own number can go back, and a row's number cannot."""
    titles = ("Timestamp", "Your name", "What is your student number?", "Critique this.")
    rows = [
        (
            "10/14/2026 18:03:22",
            "Ann Ames",
            "00420001",
            "It is a proxy_x000D_\nand no goal at all.",
        ),
        ("10/14/2026 18:09:22", "Ben Byrd", "00420002", "More data would be of great help to it."),
    ]

    got = read(table(titles, *rows)).submissions

    assert [(each.student_id, each.answer) for each in got] == [
        ("00420001", "It is a proxy\nand no goal at all."),
        ("00420002", "More data would be of great help to it."),
    ]


@pytest.mark.parametrize(
    "titles",
    [
        "ID|Begintijd|Tijd van voltooien|E-mail|Naam|Totaalaantal punten|Feedback over de toets"
        "|Critique this.|Punten - Critique this.",
        "Identyfikator|Godzina rozpoczęcia|Godzina ukończenia|Adres|Nazwa|Łącznie|Opinia o teście"
        "|Critique this.|Punkty — Critique this.",
    ],
    ids=["known", "unknown"],
)
def test_a_microsoft_quiz_is_read_in_any_language(titles: str) -> None:
    """A number, two times and an address come first; a quiz's own columns are no questions."""
    rows = [
        (str(n), "10/14/2026 18:03:22", "10/14/2026 18:13:22", who, "X", "0", "", text, "0")
        for n, who, text in ((1, "ann@example.edu", LONG), (2, "ben@example.edu", "=> short"))
    ]

    got = read(table(titles.split("|"), *rows))

    assert got.format == "microsoft_forms"
    assert [each.text for each in got.questions] == ["Critique this."]
    assert plainly(got.submissions) == [
        ("ann@example.edu", 1, LONG, "answered"),
        ("ben@example.edu", 1, "=> short", "answered"),
    ]
