"""Who must be looked at, who next: the table of the queue's rules."""

from __future__ import annotations

import csv
import json
import random
from decimal import Decimal

import pytest

from assessor import api
from assessor.assets import folder
from assessor.assignment.single_answer import make_submission
from assessor.judges.recorded import RecordedJudge, read_recording
from assessor.judges.scripted import ScriptedJudge, fill
from assessor.prompt import Ask
from assessor.queue import Queue, QueueCandidate, QueuePlace, Risk, draw_queue, lot_of
from assessor.rubric import CellKind, load_rubric
from assessor.verdict import Finding, State


def of(key: str, risk: float = 0.0, *reasons: str, **more: object) -> QueueCandidate:
    expected = float(str(more.pop("expected", 0.0)))
    return QueueCandidate(
        key=key,
        reasons=reasons,
        risk=Risk(differs=risk, expected=expected),
        **more,  # type: ignore[arg-type]  # truth values
    )


QUEUES = {
    "the riskiest first": ([of("a", 0.1), of("b", 0.3), of("c", 0.2)], 0.67, ["b", "c"]),
    "the budget is rounded down": ([of("a", 0.1), of("b", 0.3), of("c", 0.2)], 0.6, ["b"]),
    "no budget, no risk": ([of("a", 0.9)], 0.0, []),
    "mandatory first": ([of("a", 0.9), of("b", 0.1, "flag:copied")], 1.0, ["b", "a"]),
    "mandatory counts": ([of("a", 0.9), of("b", 0.1, "near_quote")], 0.5, ["b"]),
    "mandatory in any case": (
        [of("a", 0.1, "flag:copied"), of("b", 0.2, "unverified_quote")],
        0.0,
        ["b", "a"],
    ),
    "a missing look only ranks": (
        [of("a", 0.1, "second_look_left_out"), of("b", 0.2), of("c", 0.3, "same_answer")],
        0.34,
        ["c"],
    ),
    "of equal risk the farther": (
        [of("a", 0.4, expected=0.4), of("b", 0.4, expected=0.8)],
        0.5,
        ["b"],
    ),
    "decided ones keep their place": (
        [of("a", 0.1, decided=True), of("b", 0.9), of("c", 0.8)],
        0.67,
        ["b", "a"],
    ),
    "graded to tune or audit is outside": (
        [of("a", 0.9, outside=True), of("b", 0.1), of("c", 0.5, "flag:copied", outside=True)],
        0.34,
        ["b"],
    ),
    "not for its risk under an audit": ([of("a", 0.9, for_risk=False), of("b", 0.1)], 0.5, ["b"]),
    "but for a reason under an audit": (
        [of("a", 0.9, "flag:copied", for_risk=False), of("b", 0.1)],
        0.5,
        ["a"],
    ),
}


@pytest.mark.parametrize("name", QUEUES)
def test_the_queue_is_drawn_so(name: str) -> None:
    """Each row: the candidates, the budget, the order that comes of it."""
    candidates, budget, wanted = QUEUES[name]

    got = draw_queue(candidates, budget, len(candidates))

    assert list(got.order) == wanted
    assert list(draw_queue(candidates[::-1], budget, len(candidates)).order) == wanted


def test_the_budget_is_of_the_readable_answers() -> None:
    """Blank ones make no place; one fifth of fifteen is three, not two by a float's hair."""
    candidates = [of(f"S{n}", n / 100) for n in range(15)]

    assert len(draw_queue(candidates, 0.2, 15).order) == 3
    assert len(draw_queue(candidates, 0.2, 30).order) == 6
    assert draw_queue((), 0.29, 100).places == 29


def test_more_mandatory_ones_than_places_are_said_to_be() -> None:
    """They all stand in the queue, and it says that they exceed the budget."""
    candidates = [of("a", 0.1, "flag:copied"), of("b", 0.1, "flag:copied"), of("c", 0.9)]

    got = draw_queue(candidates, 0.34, 3)

    assert (set(got.order), got.mandatory, got.places, got.over_budget) == ({"a", "b"}, 2, 1, True)


PLACES = {
    "waits by risk": (of("in", 0.3), State.NEEDS_REVIEW, ("risk",), 1),
    "waits for a reason": (of("in", 0.3, "near_quote"), State.NEEDS_REVIEW, ("near_quote",), 1),
    "a look left out is no reason": (
        of("in", 0.3, "second_look_left_out"),
        State.NEEDS_REVIEW,
        ("second_look_left_out", "risk"),
        1,
    ),
    "decided in its place": (of("in", 0.3, "risk", decided=True), State.GRADED, (), 1),
    "outside": (of("out", 0.1), State.GRADED, (), None),
    "no longer among the riskiest": (of("out", 0.1, "risk"), State.GRADED, (), None),
}


@pytest.mark.parametrize("name", PLACES)
def test_a_place_makes_an_answer_wait(name: str) -> None:
    """Each row: the answer, and its state, reasons and rank."""
    candidate, state, reasons, rank = PLACES[name]

    got = Queue(order=("in",), places=1).place(candidate)

    assert got == QueuePlace(state=state, reasons=reasons, rank=rank)


def test_ties_follow_neither_names_nor_the_order_in_the_file() -> None:
    """Where no number says anything the queue is a random draw, the same one each time."""
    names = [f"S{n:03}" for n in range(200)]
    shuffled = random.Random(1).sample(names, 200)

    got = draw_queue([of(each, 0.5) for each in names], 0.2, 200).order

    assert got == draw_queue([of(each, 0.5) for each in shuffled], 0.2, 200).order
    assert list(got) != sorted(got)
    assert 12 <= sum(each < "S100" for each in got) <= 28


def finding(*probabilities: float, reasons: tuple[str, ...] = ()) -> Finding:
    return Finding(
        cell="c",
        kind=CellKind.KEY_POINT,
        level="full",
        probabilities=probabilities,
        reasons=reasons,
    )


@pytest.mark.parametrize(
    ("findings", "first"),
    [
        pytest.param([finding(0.9, 0.9)], False, id="said full"),
        pytest.param([finding(0.9, 0.1)], False, id="said partial"),
        pytest.param([finding(0.9, 0.9), finding(0.5, 0.1)], True, id="readings part"),
        pytest.param([finding(0.9, reasons=("second_look_left_out",))], True, id="a look left out"),
        pytest.param([finding(0.9, reasons=("near_quote",))], False, id="another reason"),
    ],
)
def test_where_numbers_say_nothing_only_the_readings_rank(
    findings: list[Finding], first: bool
) -> None:
    """What the readings left open goes before the rest; points and levels rank nobody."""
    assert lot_of(findings) == Risk(differs=1.0 if first else 0.0)


def test_a_judge_that_says_forty_of_everything_has_its_queue_drawn_by_lot() -> None:
    """Half of the class is credited, and the places go to either half."""

    def script(ask: Ask) -> str:
        good = "good" in ask.answer
        level = {cell: ("full" if good else "absent") for cell in ask.cells}
        said = json.loads(fill(ask, level, dict.fromkeys(ask.cells, ("words",))))
        for each in said.get("cells", {"": said}).values():
            each |= {name: 40 for name in each if name.startswith("p_")}
        return json.dumps(said)

    rubric = load_rubric(
        "title: T\nquestion: Why?\nkey_points: [{points: 3, description: says one}, "
        "{points: 1, description: says two}]",
        "t.yaml",
    )
    class_ = [
        make_submission(f"S{n:02}", f"{'good' if n % 2 else 'bad'} words number {n} {'x' * n}")
        for n in range(60)
    ]

    grades = api.grade_class(rubric, class_, ScriptedJudge(script))

    waiting = [each for each in grades if each.state is State.NEEDS_REVIEW]
    credited = sum(each.proposed != 0 for each in waiting)
    assert len(waiting) == 12
    assert 2 <= credited <= 10


def test_risks_that_are_equal_but_for_rounding_are_ties() -> None:
    """One tenth thrice and three tenths are one risk, whichever name comes first."""
    summed = 0.1 + 0.1 + 0.1
    pairs = [(0.3, 0.3), (summed, 0.3), (0.3, summed)]

    drawn = {draw_queue([of("a", one), of("b", two)], 1.0, 2).order for one, two in pairs}

    assert len(drawn) == 1


def test_the_wrong_totals_of_the_shipped_class_are_in_its_queue() -> None:
    """The queue's purpose: three totals differ from the people's; eleven places hold all three."""
    examples = folder("examples") / "critique"
    with (examples / "answers.csv").open(encoding="utf-8", newline="") as file:
        answers = {row["student_id"]: row["answer"] for row in csv.DictReader(file)}
    with (examples / "human_grades.csv").open(encoding="utf-8", newline="") as file:
        people = {row["student_id"]: Decimal(row["total"]) for row in csv.DictReader(file)}
    lines = (examples / "recorded_verdicts.jsonl").read_text(encoding="utf-8")
    judge = RecordedJudge(read_recording(lines, answers, "recorded_verdicts.jsonl"))
    rubric = api.load_rubric(folder("rubrics") / "critique-of-an-ai-alignment-strategy.yaml")

    grades = api.grade_class(rubric, [make_submission(*each) for each in answers.items()], judge)

    wrong = {
        each.submission.student_id
        for each in grades
        if each.proposed is not None and each.proposed != people[each.submission.student_id]
    }
    queue = {each.submission.student_id for each in grades if each.state is State.NEEDS_REVIEW}
    assert (len(wrong), len(queue)) == (3, 11)
    assert wrong <= queue
