"""What was asked is shown as it was sent."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assessor.engine.hearing import Heard, Hearing
from assessor.judges.scripted import ScriptedJudge
from assessor.privacy import class_people
from assessor.store import Store
from tests.engine.build import answers, grade, job, memory
from tests.review.build import GOOD

TEXT = "As Zoe Quast told me, labels are a finite set."
SENT = "As ███ █████ told me, labels are a finite set."


def heard(store: Store, known: bool) -> tuple[Heard, ...]:
    """Grade an answer with names covered, and read back what was asked."""
    first, second = answers(2)
    first = replace(first, name="Ada Lox", answer=TEXT)
    second = replace(second, name="Zoe Quast")
    rubrics = job([first]).rubrics
    people = class_people([first, second], rubrics)
    grade(job([first, second], conceal=people.conceal), ScriptedJudge(GOOD), store)
    rubric = rubrics[first.question]
    now = people if known else class_people([first], rubrics)
    return Hearing(rubric, store.secret, now.conceal).hear(
        first, store.readings(first.answer_digest)
    )


@pytest.mark.parametrize("known", [True, False])
def test_covered_names_are_shown_covered(known: bool) -> None:
    """And where the class is another one now, nothing is shown for what was sent."""
    with memory() as store:
        found = heard(store, known)

    assert found
    for each in found:
        assert each.is_covered
        assert (SENT in each.user, "Quast" in each.user) == (known, False)
