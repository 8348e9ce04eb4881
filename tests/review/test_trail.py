"""One student again: before and after side by side, and what was decided with its reason."""

from __future__ import annotations

from assessor.judges.scripted import ScriptedJudge
from tests.engine.build import FULL, Said, answers, by_cell, grade, job, memory
from tests.review.build import Visitor, class_state_in, entry_of, grade_class, served


def test_a_second_reading_stands_beside_the_first() -> None:
    """After `--only STUDENT --again` both are shown, what changed is marked, the reason is kept."""
    given = answers(2)
    with memory() as store:
        grade_class(store, given)
        class_state = class_state_in(store)
        entry = entry_of(class_state, "S000")
        again = ScriptedJudge(by_cell(samples=Said("absent"), proxy=FULL))
        grade(
            job(given, budget=1.0, again=True, selected=frozenset({entry.key})),
            again,
            store,
        )
        with served(class_state) as opened:
            visitor = Visitor(opened).enter()
            path = f"/answer/{entry.id}"
            visitor.do(path, "level samples partial", reason="complaint of 3 May")
            visitor.do(path, "undo")
            page = visitor.get(f"{path}/trail").text

    cells = page.partition("<th>samples</th>")[2].partition("</tr>")[0]
    assert cells.index("full") < cells.index("absent")
    assert '<td class="changed">absent <b>(changed)</b>' in cells
    assert "complaint of 3 May" in page
    assert "taken back" in page


def test_names_are_shown_only_when_asked_for() -> None:
    """An id on the screen is a choice, and it stays chosen from answer to answer."""
    with memory() as store:
        grade_class(store, answers(2))
        class_state = class_state_in(store)
        with served(class_state) as opened:
            visitor = Visitor(opened).enter()
            path = f"/answer/{entry_of(class_state, 'S001').id}"
            hidden, shown = visitor.get(path).text, visitor.get(f"{path}?names=yes").text

    assert "S001" not in hidden
    assert "S001" in shown
    assert "?names=yes" in shown.partition('data-key="n"')[0]
