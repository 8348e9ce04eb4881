"""Every platform's sample export parses to its list, with no option and whatever its name."""

from __future__ import annotations

import pytest

from assessor.readers import FORMATS
from tests.readers.build import EXPORTS, expected, export, plainly

NAMES = sorted(path.name.removesuffix(".expected.json") for path in EXPORTS.glob("*.expected.json"))


@pytest.mark.parametrize("name", NAMES)
def test_an_export_parses_to_its_list(name: str) -> None:
    """Students, attempts, texts and states are those of the list, in the file's order."""
    got = plainly(export(name).submissions)

    assert sorted(map(repr, got)) == sorted(map(repr, expected(name)))


@pytest.mark.parametrize("name", NAMES)
def test_an_export_says_why_it_is_what_it_is(name: str) -> None:
    """Nothing is recognised in silence."""
    read = export(name)

    assert read.why


def test_every_format_has_a_sample() -> None:
    """A row in FORMATS without a file that it reads is a promise nobody checked."""
    seen = {export(name).format for name in NAMES}

    assert set(FORMATS) <= seen
