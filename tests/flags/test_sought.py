"""What is looked for cheaply first: no match is missed for it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessor.flags.orders import _STRUCTURE, orders, pleading, structure
from assessor.flags.sought import Sought, small_of

NAMES = ("record", "encoded", "orders")
ROOMS = [sys.modules[f"assessor.flags.{name}"] for name in NAMES]
QUICKLY = settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)


def all_sought() -> Iterator[Sought]:
    for value in (value for room in ROOMS for value in vars(room).values()):
        several = value if isinstance(value, tuple) else (value,)
        yield from (each for each in several if isinstance(each, Sought))


SOUGHT = list(dict.fromkeys(all_sought()))


def test_there_are_patterns_to_try() -> None:
    assert len(SOUGHT) > 25
    assert orders("pass me")
    assert pleading("as kp_membrane")


@pytest.mark.parametrize("sought", SOUGHT, ids=lambda each: each.pattern.pattern[:30])
@QUICKLY
@given(data=st.data())
def test_whatever_a_pattern_matches_is_found(sought: Sought, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(sought.pattern))
    # A command is the one that is looked for in small.
    small = small_of(text) if sought is sys.modules["assessor.flags.record"]._COMMAND else None
    assert sought.search(text, small), text


def test_small_is_what_a_pattern_without_case_takes_for_small() -> None:
    every = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    letters = set(re.findall("(?i)[a-z]", every))
    assert len(letters) > 52
    for each in letters:
        small = small_of(each)
        assert len(small) == 1
        assert small.isascii()
        assert re.fullmatch(small, each, re.IGNORECASE)


@QUICKLY
@given(st.text(max_size=30), st.from_regex(_STRUCTURE), st.text(max_size=10))
def test_a_line_that_ends_an_answer_is_found_where_it_stands_first(
    before: str, line: str, after: str
) -> None:
    text = before + line + after
    found = _STRUCTURE.search(text)
    assert structure(text) == (found.span() if found else None)
