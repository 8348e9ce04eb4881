"""Templates as accidents leave them: refused in words, or written without harm; never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.errors import SubmissionError
from assessor.writers import EXPORTS
from tests.writers.samples import COLUMN, TARGET, TEMPLATES, grade, keys


@st.composite
def damaged(draw: st.DrawFn, name: str) -> bytes:
    """The template with lines dropped, doubled, cut or with a few bytes replaced."""
    data = TEMPLATES[name]
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        new = draw(
            st.sampled_from([b"", b"\n", b",", b";", b'"', b"\x00", b"\xff\xfe", b"9,5", b"(Real)"])
        )
        data = data[:start] + new + data[start + length :]
    return data


@pytest.mark.parametrize("name", TEMPLATES)
@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_a_damaged_template_is_refused_or_filled_in_and_never_a_crash(
    name: str, data: st.DataObject
) -> None:
    """One error of ours says what to do; where it is filled in, every grade is accounted for."""
    template = data.draw(damaged(name))
    row = EXPORTS[TARGET[name]]
    grades = [
        grade(key, score, "Well.\nWhy?") for key, score in zip(keys(name), "1357", strict=True)
    ]

    if not row.recognises(template, "file"):
        return
    try:
        row.find(template, COLUMN.get(name, ""))
        written = row.write(template, grades, COLUMN.get(name, ""))
    except SubmissionError as error:
        assert "\n" not in str(error)
        return

    assert {change.key for change in written.changes} == set(keys(name))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_crash_a_writer(data: bytes) -> None:
    """Whatever file is named with --template."""
    for row in EXPORTS.values():
        for prefix in (b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf"):
            assert not row.recognises(prefix + data, "file")
