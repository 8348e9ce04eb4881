"""Names of the class in its answers: found, covered in place, and given back in quotes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.evidence import locate
from assessor.privacy import COVER, counted, people_of, uncovered
from tests.store.build import submission

CLASS = [
    replace(submission(name, text), name=full)
    for name, full, text in (
        ("u1048576", "Ana María García", "As García said to me, labels are few. Ask Li Wei!"),
        ("may.chen@example.edu", "May Chen", "In May the labels may change. May Chen agrees."),
        ("S3", "Will Darwin", "It will overfit, says Darwin; mail will.d@uni.example."),
        ("wb_20411", "Tess Smith-Jones", "Labels."),
        ("S4", "Li Wei", "My id is u1048576. anna's labels"),
    )
]
PEOPLE = people_of(CLASS, "What did Darwin leave out?")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("As García said", ["García"]),
        ("GARCÍA María, again", ["GARCÍA", "María"]),
        ("Li Wei and Wei Li", ["Li", "Wei", "Wei", "Li"]),
        ("In May it may be", []),
        ("May Chen, and chen", ["May", "Chen"]),
        ("Darwin will see", []),
        ("Write to A.B+c@x.example.", ["A.B+c@x.example"]),
        ("u1048576 or U1048576 but not u10485761", ["u1048576", "U1048576"]),
        ("S3 and S4 are sets", []),
        ("the garcía family", []),
        ("Garcíaesque", []),
        ("I agree with García.Then it fails", ["García"]),
        ("García/Darwin, García-model", ["García", "García"]),
        ("_García_ (u1048576_final, id:u1048576)", ["García", "u1048576", "u1048576"]),
        ("wb_20411 wrote it", ["wb_20411"]),
        ("wb_204112 did not", []),
        ("Jones is right", ["Jones"]),
        (unicodedata.normalize("NFD", "As García said"), [unicodedata.normalize("NFD", "García")]),
    ],
)
def test_names_are_found_and_words_are_not(text: str, found: list[str]) -> None:
    """A word that the class writes small, or the rubric uses, is a word."""
    assert [text[start:end] for start, end in PEOPLE.found_in(text)] == found


def test_the_class_is_counted_by_student() -> None:
    """Those without any are left out."""
    assert counted(PEOPLE, CLASS) == {
        "u1048576": 3, "may.chen@example.edu": 2, "S3": 1, "S4": 1,
    }  # fmt: skip


@given(st.text(max_size=60), st.sampled_from(["García", "Li Wei", "u1048576", "a@b.example"]))
def test_what_is_covered_keeps_every_offset(text: str, name: str) -> None:
    """Length and all other characters stay; nothing that was found is left."""
    whole = f"{text} {name} {text}"
    hidden = PEOPLE.conceal(whole)

    assert len(hidden) == len(whole)
    assert all(new in (old, COVER) for old, new in zip(whole, hidden, strict=True))
    assert COVER in hidden


def test_a_quote_of_covered_text_is_the_students_own_words() -> None:
    """And is verified there; a quote of nothing stays as it came."""
    own = "As García said, the labels  are few."
    sent = PEOPLE.conceal(own)
    quote = f"as {COVER * 6} said, the labels are"

    assert uncovered(quote, sent, own) == "As García said, the labels  are"
    assert locate(uncovered(quote, sent, own), own).span is not None
    assert uncovered(f"{COVER} nobody said", sent, own) == f"{COVER} nobody said"
    assert uncovered("the labels", sent, own) == "the labels"


@pytest.mark.parametrize(
    ("name", "text", "covered"),
    [
        ("محمد علي", "قال محمد علي إن", "قال ████ ███ إن"),
        ("משה כהן", "אמר כהן משה כי", "אמר ███ ███ כי"),
        ("משה כהן", "אמר כהן כי", "אמר כהן כי"),
        ("राम शर्मा", "कहा राम शर्मा ने", "कहा ███ █████ ने"),
        ("გიორგი ბერიძე", "თქვა გიორგი ბერიძე", "თქვა ██████ ██████"),
        ("Hans Müller", "As Mü\u00adller said", "As ███████ said"),
        ("田中 太郎", "田中太郎さんは正しい。", "████さんは正しい。"),
        ("李小龙", "我同意李小龙的看法", "我同意███的看法"),
        ("김민수", "김민수가 말했다", "███가 말했다"),
        ("İbrahim Demir", "As İbrahim said, Demir", "As ███████ said, █████"),
    ],
)
def test_a_whole_name_is_found_in_letters_without_capitals(
    name: str, text: str, covered: str
) -> None:
    """Where no word has a capital, a lone part may be any word; the whole is a name."""
    people = people_of([replace(submission("u1", "a"), name=name)], "")

    assert people.conceal(text) == covered
    assert people.conceal("labels 标签 ラベル") == "labels 标签 ラベル"


@pytest.mark.parametrize(
    ("name", "text", "covered"),
    [
        ("Zoe Quast", "i agree with zoe quast on this", "i agree with ███ █████ on this"),
        ("Zoe Quast", "quast, zoe said so. As Quast said", "█████, ███ said so. As █████ said"),
        ("Zoe Quast", "ask zoe. quast is a word", "ask zoe. quast is a word"),
        ("Zoe Quast", "ZoeQuast, zoe.quast and quast_zoe", "████████, █████████ and █████████"),
        ("Juan Carlos García", "juancarlosgarcia, JuanGarcia", "████████████████, ██████████"),
        ("Zoe Smith-Jones", "so zoe smith says", "so ███ █████ says"),
        ("Will May", "it will may be", "it will may be"),
        ("Ann Oying", "This is annoying.", "This is annoying."),
        ("Ana García", "As Garcia said, GARCIA", "As ██████ said, ██████"),
        ("Ana Garcia", "As García said", "As ██████ said"),
        ("Ay\u015fe Y\u0131lmaz", "As YILMAZ said, Yilmaz", "As ██████ said, ██████"),
        ("Søren Żakł", "As Soren said, ZAKL", "As █████ said, ████"),
        ("Ana Quast", "As \uff31\uff55\uff41\uff53\uff54 said", "As █████ said"),
        ("Νίκος Παπάς", "λέει ΠΑΠΑΣ, νικος παπας", "λέει █████, █████ █████"),
    ],
)
def test_a_name_is_found_however_it_is_spelt(name: str, text: str, covered: str) -> None:
    """Whole in small letters or as one word, without its accents, in capitals; words stay words.

    Also where the answer that has it is one of the class: a name in small letters is no word.
    """
    others = ["it will be", "we may see", "annoying or not"]
    of_class = [submission(f"u{n}", each) for n, each in enumerate([text, *others])]
    people = people_of([replace(of_class[0], name=name), *of_class[1:]], "What is annoying?")

    assert people.conceal(text) == covered


@pytest.mark.parametrize(
    ("key", "text", "covered"),
    [
        ("zquast", "ask zquast, ZQUAST or zquasts", "ask ██████, ██████ or zquasts"),
        ("zoe.quast", "ask zoe.quast or zoequast", "ask █████████ or ████████"),
        ("Quast_Zoe", "As Quast said, zoe quast", "As █████ said, ███ █████"),
        ("marsh", "a marsh is wet", "a marsh is wet"),
        ("heron", "a heron is wet", "a heron is wet"),
    ],
)
def test_a_key_without_a_number_is_a_login_or_a_name(key: str, text: str, covered: str) -> None:
    """It is an ordinary word where the rubric or more than a tenth of the answers use it."""
    of_class = [submission(f"u{n}", f"the heron {n}") for n in range(9)]
    people = people_of([submission(key, text), *of_class], "What is a marsh?")

    assert people.conceal(text) == covered
