"""Pages for students speak the language of the class, in every one of its sentences."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from assessor.cli.export.options import LANGUAGES
from assessor.report.catalogue import DECIMALS, DOMAIN, ENGLISH, LOCALE, language_of, speech
from assessor.report.feedback_pages import INDEX, Told, feedback_pages
from assessor.rubric import Rubric
from tests.report.build import judged, material, release, rubric, submission
from tests.report.reading import words

ROOT = LOCALE.parent
TRANSLATED = sorted(set(DECIMALS) - {ENGLISH})
WAYS = [("report/**.py", "python"), ("templates/report/**.html", "jinja2")]
# A few words of each that stand on every page, and what an unread grade says.
SAID = {
    "de": ("Frage und Ihre Antwort", "hat noch kein Mensch gelesen"),
    "en": ("Question and your answer", "No person has read this answer yet; you can ask for it."),
    "es": ("La pregunta y tu respuesta", "Ninguna persona ha leído todavía"),
    "fr": ("La question et votre réponse", "Aucune personne n’a encore lu cette réponse"),
    "it": ("La domanda e la tua risposta", "Nessuna persona ha ancora letto"),
    "nl": ("De vraag en jouw antwoord", "Nog niemand heeft dit antwoord gelezen"),
}


def catalogue(code: str) -> Catalog:
    with _place(code).with_suffix(".po").open("rb") as file:
        return read_po(file, locale=code)


def _place(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / DOMAIN


def blanks(form: str | None) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s", form or ""))


def in_use() -> set[str | tuple[str, ...]]:
    """Every sentence that code and templates ask a catalogue for."""
    found = extract_from_dir(str(ROOT), method_map=WAYS, options_map={"**": {"newstyle": "true"}})
    return {message for _, _, message, _, _ in found}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_has_its_words_and_nothing_is_left_over(code: str) -> None:
    """Also both forms of what is counted, and every blank that is filled in."""
    ours = {each.id: each for each in catalogue(code) if each.id}

    assert set(ours) == in_use()
    for each in ours.values():
        forms = each.string if isinstance(each.string, tuple | list) else (each.string,)
        assert all(forms), each.id
        assert not each.fuzzy
        assert len(forms) == (2 if each.pluralizable else 1)
        source = each.id if isinstance(each.id, str) else each.id[1]
        for form in forms:
            assert blanks(form) == blanks(source)


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_read_is_what_was_edited(code: str) -> None:
    """`make catalogues` was run after the last word was changed."""
    made = io.BytesIO()
    write_mo(made, catalogue(code))

    assert _place(code).with_suffix(".mo").read_bytes() == made.getvalue()


@pytest.mark.parametrize("code", sorted(SAID))
def test_a_page_speaks_the_language_of_its_rubric(code: str) -> None:
    """Every sentence of ours; numbers as they are written there; English nowhere else."""
    ours = in_language(code)
    anna = submission("S1", "It burns its sugar.")
    built = material(
        [judged(ours, anna, {"respires": "full"})],
        released=[release(anna, "1.5")],
        rubrics={"Q1": ours},
    )

    (page,) = (
        text
        for name, text in feedback_pages(built, Told(secret=b"secret")).items()
        if name != INDEX
    )

    assert f'<html lang="{code}">' in page.decode()
    for said in SAID[code]:
        assert said in words(page)
    assert f"1{DECIMALS[code]}5" in words(page)
    if code != ENGLISH:
        assert not re.search(r"\b(Your|your|the rubric|person|answer)\b", words(page))


def in_language(code: str) -> Rubric:
    return rubric().model_copy(update={"language": code})


def test_one_point_is_no_points() -> None:
    """In every language that tells them apart."""
    assert [speech(code).catalogue.ngettext("point", "points", 1) for code in LANGUAGES] == [
        "Punkt",
        "point",
        "punto",
        "point",
        "punto",
        "punt",
    ]
    assert [speech(code).catalogue.ngettext("point", "points", 2) for code in LANGUAGES] == [
        "Punkte",
        "points",
        "puntos",
        "points",
        "punti",
        "punten",
    ]


@pytest.mark.parametrize(
    ("named", "text", "code"),
    [
        ("de", "", "de"),
        ("de-AT", "", "de"),
        ("fr_CA", "", "fr"),
        ("pt", "", ""),
        ("", "Warum verliert die Pflanze Masse, und was ist mit der Atmung?", "de"),
        ("", "Why is it that the plant loses mass?", "en"),
        ("", "42", "en"),
    ],
)
def test_the_language_is_the_rubrics_else_that_of_its_words(
    named: str, text: str, code: str
) -> None:
    """Of a language without a catalogue it is said, rather than guessed."""
    assert language_of(named, text) == code
