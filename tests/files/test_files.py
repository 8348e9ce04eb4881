"""Every kind of hand-in gives the text that a person sees, or the right reason why not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assessor.flags import find_flags
from assessor.readers.files import FileReader, ReadFile
from assessor.readers.hand_in import one_answer
from assessor.rubric import load_rubric
from assessor.sheet import visible
from tests.files.made import CASES, ESSAY, SECRET, Case

RUBRIC = load_rubric(
    "title: T\nquestion: Why?\nkey_points: [{points: 1, description: d}]\n", "r.yaml"
)


@pytest.fixture(scope="module")
def reader() -> Iterator[FileReader]:
    with FileReader() as opened:
        yield opened


def suffix_of(name: str) -> str:
    return "." + name.rpartition(".")[2]


@pytest.mark.parametrize("case", [pytest.param(each, id=each.name) for each in CASES])
def test_a_file_gives_its_text_or_its_reason(reader: FileReader, case: Case) -> None:
    """What nobody sees on the page is never part of the answer."""
    got = reader.read(case.data(), suffix_of(case.name))
    work = one_answer((), got)
    answer = visible(work.raw, markup=True)

    assert SECRET not in answer
    if case.code:
        assert work.unread == case.code or (case.code == "*" and (work.unread or answer))
        assert work.reading
        return
    assert (answer.strip(), work.unread) == (case.text, "")
    assert case.said in work.reading
    if case.hidden:
        assert case.hidden in re.sub(r"</span>\s*<span[^>]*>", "", work.raw)
        flags = find_flags(answer, work.raw, RUBRIC)
        assert "hidden_markup" in {flag.code for flag in flags}


def test_there_are_sixty_kinds_of_oddity() -> None:
    """All kinds and oddities have a file of their own."""
    assert len({case.name for case in CASES}) >= 60


def test_a_file_that_ends_the_process_leaves_the_next_one_readable(reader: FileReader) -> None:
    """One student's bomb is nobody else's."""
    bomb = next(case for case in CASES if case.name == "a million runs.docx")

    reader.read(bomb.data(), ".docx")

    assert reader.read(ESSAY.encode(), ".txt") == (ReadFile(kind="txt", markup=ESSAY, plain=True),)


def test_several_files_are_one_answer_in_their_order(reader: FileReader) -> None:
    """The typed text first, then the files; what is no text is said."""
    files = [*reader.read(b"One < two", ".txt"), *reader.read(b"\x89PNG", ".png")]

    work = one_answer(["<p>Typed.</p>"], files)

    assert visible(work.raw, markup=True) == "Typed.\nOne < two"
    assert work.reading == "file 1: txt; file 2: is a picture"
    assert work.unread == ""
