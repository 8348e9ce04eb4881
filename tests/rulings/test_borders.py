"""Doubtful cells become borders, borders become at most five questions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from assessor.engine.borders import gather_questions, standing_rulings
from assessor.judges.scripted import ScriptedJudge
from assessor.rubric import CellKind
from assessor.rulings.border import borders_of
from assessor.rulings.change import RuledBy, ruling_of
from assessor.rulings.doubt import ReadAnswer, cases_of
from assessor.rulings.question import MOST_QUESTIONS
from assessor.rulings.ruling import RulingKind, Spoken
from assessor.store import Store
from assessor.verdict import Finding, Override
from tests.engine.build import grade, job, memory
from tests.rulings.build import AIM, OLD, class_of, rubric, script


def graded(store: Store, size: int = 40) -> None:
    what = replace(job(class_of(size)), rubrics={"answer": rubric()})
    grade(what, ScriptedJudge(script(size)), store)


def finding(cell: str, level: str, chances: tuple[float, ...], **more: object) -> Finding:
    plain = Finding(cell=cell, kind=CellKind.KEY_POINT, level=level, probabilities=chances)
    return replace(plain, **more)  # type: ignore[arg-type]


def one(*findings: Finding, **more: object) -> ReadAnswer:
    read = ReadAnswer(submission=class_of(1)[0], findings=findings)
    return replace(read, **more)  # type: ignore[arg-type]


def test_what_is_in_doubt_and_what_hangs_on_it() -> None:
    """Unsure, against itself, split, or read both ways and parted: each is open; sure is not."""
    limit = finding("limit", "partial", (0.9, 0.4))
    cases = cases_of(
        rubric(),
        [
            one(limit, copies=3),
            one(finding("remedy", "absent", (0.05,), reasons=("contradiction",))),
            one(finding("remedy", "full", (0.97,)), parted={"remedy": (0, 1)}),
            one(finding("birds", "full", (0.95,)), finding("limit", "absent", (0.05, 0.02))),
        ],
    )

    assert [(each.cell, each.place, each.doubt, each.points) for each in cases] == [
        ("limit", 1, 0.4, Decimal(1)),
        ("remedy", 0, 0.5, Decimal(2)),
        ("remedy", 0, 0.5, Decimal(2)),
    ]
    assert [each.weight for each in cases] == [0.4 * 3, 1.0, 1.0]


def test_two_ways_that_part_over_several_levels_are_open_between_them() -> None:
    """The border lies between the two levels that were read, where the reading is least sure."""
    read = one(finding("limit", "full", (0.6, 0.9)), parted={"limit": (1, 2)})

    (case,) = cases_of(rubric(), [read])

    assert case.place == 1


def test_unlike_matters_are_two_borders_and_the_heavier_comes_first() -> None:
    """What the readings miss tells the borders of one key point apart."""
    gaps = ["only an aim, no way of counting", "an aim and no way of counting", "cites a neighbour"]
    reads = [
        replace(one(finding("remedy", "absent", (0.45,), gap=gap)), submission=class_of(9)[number])
        for number, gap in enumerate(gaps)
    ]

    borders = borders_of(rubric(), "answer", cases_of(rubric(), reads))

    assert [each.answers for each in borders] == [2, 1]
    assert borders[0].weight > borders[1].weight


def test_both_planted_borders_are_found_and_put_with_names_hidden() -> None:
    """Of forty answers the two open kinds come as two questions, in verbatim passages."""
    with memory() as store:
        graded(store)
        run = store.latest_run()
        assert run is not None
        found = gather_questions(store, {"answer": rubric()}, store.outcomes(run.id))

    first, second = found.questions
    assert (first.border.cell, first.border.answers) == ("remedy", 10)
    assert (second.border.cell, second.border.lower, second.border.upper) == (
        "limit", "partial", "full",
    )  # fmt: skip
    assert first.name == "States an aim without any way of counting"
    assert all(AIM in each.text for each in first.passages)
    assert all(each.text[each.start : each.end] == OLD for each in second.passages)
    assert 2 <= len(first.passages) <= 3
    assert not any("Nora" in each.text for each in (*first.passages, *second.passages))
    assert len(found.questions) <= MOST_QUESTIONS


def test_a_border_is_not_asked_twice_also_where_others_stand_on_it() -> None:
    """Ruled, skipped or read anew in other words: the same border is settled; another is not."""
    with memory() as store:
        graded(store)
        run = store.latest_run()
        assert run is not None
        outcomes = store.outcomes(run.id)
        first, second = gather_questions(store, {"answer": rubric()}, outcomes).questions
        place = RuledBy(rubric=rubric(), file="lake.yaml", run=run.id)
        event = store.rule(ruling_of(first, Spoken(kind=RulingKind.SKIP), place), who="ada")
        left = gather_questions(store, {"answer": rubric()}, outcomes).questions
        others = gather_questions(store, {"answer": rubric()}, outcomes[20:]).questions
        kept = standing_rulings(store)
        store.take_back(event, who="ada")
        again = gather_questions(store, {"answer": rubric()}, outcomes).questions

    assert [each.border.cell for each in left] == ["limit"]
    assert [each.border.cell for each in others] == ["limit"]
    assert [each.kind for each in kept] == [RulingKind.SKIP]
    assert [each.border.id for each in again] == [first.border.id, second.border.id]


def test_answers_that_a_person_decided_are_not_in_doubt() -> None:
    """A person's word settles its answer."""
    with memory() as store:
        graded(store)
        run = store.latest_run()
        assert run is not None
        outcomes = store.outcomes(run.id)
        before = gather_questions(store, {"answer": rubric()}, outcomes).doubted
        from_person = outcomes[0].submission
        store.decide(
            Override(
                student_id=from_person.student_id,
                question="answer",
                attempt=1,
                answer_digest=from_person.answer_digest,
                points=(("limit", Decimal(1)), ("remedy", Decimal(0)), ("birds", Decimal(0))),
            )
        )
        after = gather_questions(store, {"answer": rubric()}, outcomes).doubted

    assert after == before - 1
