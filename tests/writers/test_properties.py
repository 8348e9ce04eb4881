"""Whatever the grades are: an import erases nothing, and says exactly what it changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessor.sheet import find_column, number_in, parse_table
from assessor.writers import EXPORTS
from assessor.writers.base import ChangeKind, PlatformGrade
from tests.writers.samples import COLUMN, TARGET, TEMPLATES, keys

SCORES = st.decimals(min_value=0, max_value=8, places=3, allow_nan=False)
TEXTS = st.text(st.sampled_from("ab<>&\"',;=-\n\r\t\x07\u2028\u00e9\u2603\ud800 "), max_size=12)


@st.composite
def classes(draw: st.DrawFn, name: str) -> list[PlatformGrade]:
    """Grades for any of the four students and somebody who is not there."""
    who = draw(st.sets(st.sampled_from((*keys(name), "nobody"))))
    return [
        PlatformGrade(student_key=key, score=draw(SCORES), feedback=draw(TEXTS))
        for key in sorted(who)
    ]


def scores_in(name: str, data: bytes) -> Mapping[str, Decimal | None]:
    """Read a file back as the platform would: the grade of each student who is in it."""
    if name == "sakai-zip":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return scores_in("sakai", archive.read("Essay/grades.csv"))
    table = parse_table(data, "file")
    header = 2 if name == "sakai" else 0
    titles = {
        "moodle": {"grade"}, "moodle-german": {"bewertung"}, "canvas": {"essay (501)"},
        "moodle-gradebook": {"assignment: essay (real)"}, "sakai": {"grade"},
        "brightspace": {"essay points grade <numeric maxpoints:8 weight:5>"},
        "blackboard": {"essay [total pts: 8 score] |664617"}, "sakai-gradebook": {"essay [8]"},
        "prairielearn": {"score_perc"},
    }[name]  # fmt: skip
    place = find_column(table.rows[header], titles)
    assert place is not None
    known = {key.casefold(): key for key in keys(name)}
    found = {}
    for _, cells in table.records(header):
        mine = [known[c.strip("#").casefold()] for c in cells if c.strip("#").casefold() in known]
        if mine:
            found[mine[0]] = number_in(cells[place])
    return found


OLD = {name: scores_in(name, data) for name, data in TEMPLATES.items() if name != "prairielearn"}
OLD["prairielearn"] = {
    "aames@example.edu": Decimal(0), "bbyrd@example.edu": Decimal(50), "ccan@example.edu": None,
}  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
@settings(deadline=None)
@given(data=st.data())
def test_an_import_erases_no_score_and_the_changes_are_the_files(
    name: str, data: st.DataObject
) -> None:
    """Read back: who is reported as changed has the new score, everybody else what was there."""
    grades = data.draw(classes(name))

    written = EXPORTS[TARGET[name]].write(TEMPLATES[name], grades, COLUMN.get(name, ""))

    back = scores_in(name, written.data)
    changes = {change.key: change for change in written.changes}
    assert set(changes) == {each.student_key for each in grades}
    for key, score in back.items():
        change = changes.get(key)
        if change is not None and change.new is not None:
            assert score == change.new
        else:
            assert score == OLD[name].get(key)
    for change in changes.values():
        assert change.kind is not ChangeKind.RAISED or change.new > change.old  # type: ignore[operator]
        assert change.kind is not ChangeKind.LOWERED or change.new < change.old  # type: ignore[operator]
        if change.new is not None:
            assert back[change.key] == change.new
        if change.key != "nobody":
            assert change.old == OLD[name].get(change.key) or change.new is None


@pytest.mark.parametrize("name", ["moodle", "moodle-german"])
@settings(deadline=None)
@given(data=st.data())
def test_a_worksheet_with_the_same_grades_is_left_without_rows(
    name: str, data: st.DataObject
) -> None:
    """Only what changes goes back: of a second time nothing is left."""
    grades = data.draw(classes(name))
    row = EXPORTS[TARGET[name]]
    once = row.write(TEMPLATES[name], grades, "")

    again = row.write(once.data, grades, "")

    assert again.data.count(b"\n") <= 1
    assert not any(change.writes for change in again.changes)


@pytest.mark.parametrize("name", ["sakai", "sakai-zip"])
@settings(deadline=None)
@given(data=st.data())
def test_the_same_grades_once_more_change_nothing(name: str, data: st.DataObject) -> None:
    """A file that keeps the whole class takes the same grades again as they are, byte for byte."""
    grades = data.draw(classes(name))
    row = EXPORTS[TARGET[name]]
    once = row.write(TEMPLATES[name], grades, "")

    again = row.write(once.data, grades, "")

    assert again.data == once.data
    assert not any(change.writes for change in again.changes)
