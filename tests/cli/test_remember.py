"""What was said once can be kept in assessor.toml, and nothing else there changes."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.assignment.kept_settings import with_settings

OWN = '# mine\n[judge]\nuse = "openai"   # the big one\n\n[run]\nmax_cost = 2\n'


def test_new_keys_go_into_their_section_and_comments_stay() -> None:
    """A key that is there is never changed."""
    got = with_settings(OWN, {"judge": {"use": "recorded", "model": "m"}}, [{"rubric": "r.yaml"}])

    assert got == (
        '# mine\n[judge]\nmodel = "m"\nuse = "openai"   # the big one\n\n[run]\nmax_cost = 2\n'
        '[[question]]\nrubric = "r.yaml"\n'
    )


def test_a_platforms_section_is_found_by_its_dotted_name() -> None:
    """Once a column is known it is not offered again."""
    once = with_settings("", {"export.moodle": {"column": "Grade", "scale": True}})

    assert tomllib.loads(once) == {"export": {"moodle": {"column": "Grade", "scale": True}}}
    assert with_settings(once, {"export.moodle": {"column": "Other"}}) == once


def test_questions_that_are_there_stay() -> None:
    """A second offer adds none."""
    text = '[[question]]\nrubric = "a.yaml"\n'

    assert with_settings(text, {}, [{"rubric": "b.yaml"}]) == text


@pytest.mark.parametrize("text", ["", "[judge]", 'x = "y"', "[judge.price]\ninput = 1\noutput = 2"])
def test_any_file_reads_back_with_the_addition(text: str) -> None:
    """With or without a last line end, a section or a sub-section."""
    got = tomllib.loads(with_settings(text, {"judge": {"model": "m"}}))

    assert got["judge"]["model"] == "m"
    assert got == {**tomllib.loads(text), "judge": got["judge"]}
    assert got["judge"].items() >= tomllib.loads(text).get("judge", {}).items()


@given(st.text(max_size=20))
def test_any_value_reads_back_or_is_not_written(value: str) -> None:
    """A column may be called anything."""
    got = tomllib.loads(with_settings("", {"assignment": {"answer": value}}))

    assert got in ({}, {"assignment": {"answer": value}})
