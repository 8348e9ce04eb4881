"""Levels are what readings say with yes or no, whatever numbers a judge speaks beside them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from assessor.assignment.run_job import JOINT_PROMPT, shipped_prompt
from assessor.engine.session import Job
from assessor.judges.base import JudgeReply
from assessor.judges.scripted import ScriptedJudge, fill
from assessor.method_choice import Method
from assessor.prompt import Ask
from tests.engine.build import CELLS, Ran, answers, grade, job, memory

# How the judges of these tests read the answer of each student: by its place in the class.
TRUTH = {0: {"samples": "full"}, 1: {"samples": "partial", "proxy": "full"}, 2: {"proxy": "full"}}
POINTS = [2, 2, 1]
Number = Callable[[bool], object]


def job_by(method: str, count: int = 18) -> Job:
    joint = None if method == "careful" else shipped_prompt(JOINT_PROMPT)
    return job(answers(count), joint=joint, method=Method(method))


def level_of(ask: Ask, count: int = 18) -> dict[str, str]:
    place = next(n for n, each in enumerate(answers(count)) if each.answer == ask.answer)
    return TRUTH[place % 3]


def honest(ask: Ask) -> dict[str, Any]:
    """The reply of a judge that reads rightly, as fields."""
    levels = level_of(ask)
    said: dict[str, Any] = json.loads(fill(ask, levels, {c: [ask.answer] for c in levels}))
    return said


def cells_in(said: dict[str, Any]) -> list[dict[str, Any]]:
    return list(said["cells"].values()) if "cells" in said else [said]


def speaking(number: Number | None) -> ScriptedJudge:
    """A judge that says the right yes or no, and beside it what `number` makes of that."""

    def script(ask: Ask) -> str:
        said = honest(ask)
        for cell in cells_in(said):
            for name in [each for each in cell if each.startswith("p_")]:
                level = name.removeprefix("p_")
                met = bool(cell.get(level, cell.get(f"at_least_{level}")))
                if number is None:
                    del cell[name]
                else:
                    cell[name] = number(met)
        return json.dumps(said)

    return ScriptedJudge(script)


METHODS = pytest.mark.parametrize("method", ["careful", "quick", "auto"])
ODD: dict[str, Number | None] = {
    "fractions": lambda met: 0.95 if met else 0.05,
    "ones and noughts": lambda met: 1 if met else 0,
    "always forty": lambda met: 40,
    "always nought": lambda met: 0,
    "turned round": lambda met: 5 if met else 95,
    "words": lambda met: "high" if met else "low",
    "null": lambda met: None,
    "none": None,
}


@METHODS
@pytest.mark.parametrize("number", ODD.values(), ids=ODD)
def test_odd_numbers_never_cost_a_point(method: str, number: Number | None) -> None:
    """Every answer gets the points of the yeses, whatever stands beside them."""
    ran = grade(job_by(method), speaking(number))

    assert [each.proposed for each in ran.proposals] == POINTS * 6
    assert all(
        each.evidence for p in ran.proposals for each in p.findings if each.level != "absent"
    )


@METHODS
def test_numbers_that_say_nothing_are_not_used_and_that_is_kept(method: str) -> None:
    """A judge that always says 40: its numbers order nothing, nobody is reviewed for them."""
    ran = grade(job_by(method), speaking(ODD["always forty"]))

    assert ran.manifest["numbers"]["unused"] == "it says 40% of everything"
    assert {reason for each in ran.proposals for reason in each.reasons} <= {"risk"}


def test_fractions_are_read_as_fractions() -> None:
    """A spoken 0.95 is 95 %, also where other numbers are percentages."""
    plain = grade(job_by("careful"), speaking(ODD["fractions"]))
    mixed = speaking(lambda met: 0.9 if met else 8)

    both = grade(job_by("careful"), mixed)

    assert plain.manifest["numbers"]["scale"] == "fractions"
    assert both.manifest["numbers"]["scale"] == "percentages and fractions"
    for ran, chance in ((plain, 0.95), (both, 0.9)):
        (got,) = ran.finding("S002", "proxy").probabilities
        assert got == pytest.approx(chance)


def one_odd(place: int, **fields: object) -> ScriptedJudge:
    """A judge whose numbers fit its yes, but for what it says of `proxy` in one answer."""
    odd = answers(18)[place].answer

    def script(ask: Ask) -> str:
        said = honest(ask)
        if ask.answer == odd and "proxy" in ask.cells:
            (said["cells"]["proxy"] if "cells" in said else said).update(fields)
        return json.dumps(said)

    return ScriptedJudge(script)


@METHODS
@pytest.mark.parametrize("place", [1, 16], ids=["in the pilot", "later"])
def test_a_contradiction_is_asked_once_more_and_then_reviewed(method: str, place: int) -> None:
    """A yes with 10 % beside it stands, and a person looks at it, whatever the budget."""
    judge = one_odd(place, p_full=10)
    student = f"S{place:03}"

    ran = grade(replace(job_by(method), budget=0.0), judge)

    again = [each for each in judge.asks if each.repair]
    assert [(each.cells, "opposite" in each.repair) for each in again] == [(("proxy",), True)]
    assert ran.of(student).proposed == 2
    assert ran.why[student] == ("needs_review", ("contradiction",))
    assert [each for each, (state, _) in ran.why.items() if state == "needs_review"] == [student]


def test_a_contradiction_that_is_cleared_is_none() -> None:
    """Where the second reply agrees with itself it is taken, and nobody needs to look."""
    judge = one_odd(16, p_full=10)
    wavering = ScriptedJudge(
        lambda ask: json.dumps(honest(ask)) if ask.repair else judge.script(ask)
    )

    ran = grade(replace(job_by("careful"), budget=0.0), wavering)

    assert ran.why["S016"] == ("graded", ())


def test_doubt_is_no_contradiction() -> None:
    """A yes with 45 is what prompts ask for where two instructors could differ."""
    judge = one_odd(16, p_full=45)

    ran = grade(replace(job_by("careful"), budget=0.0), judge)

    assert not any(each.repair for each in judge.asks)
    assert ran.why["S016"] == ("graded", ())
    assert ran.finding("S016", "proxy").probabilities == pytest.approx((0.5,))


def test_a_higher_level_without_the_lower_one_is_a_contradiction() -> None:
    """A yes to full beside a no to partial earns nothing in silence."""

    def script(ask: Ask) -> str:
        said = honest(ask)
        if ask.cells == ("samples",) and ask.answer == answers(1)[0].answer:
            said |= {"at_least_partial": False, "p_partial": 5}
        return json.dumps(said)

    ran = grade(replace(job_by("careful"), budget=0.0), ScriptedJudge(script))

    assert ran.why["S000"] == ("needs_review", ("contradiction",))


@METHODS
def test_the_chance_of_the_yes_token_is_the_probability(method: str) -> None:
    """Where the endpoint gives log-probabilities those count, not what was spoken; kept so."""
    plain = speaking(ODD["always forty"])

    def script(ask: Ask) -> JudgeReply:
        text = plain.script(ask)
        said = json.loads(str(text))
        paths = {
            (f"cells/{cell}/{name}" if "cells" in said else name): 0.8 if fields[name] else 0.1
            for cell, fields in (said.get("cells") or {ask.cells[0]: said}).items()
            for name in fields
            if isinstance(fields[name], bool)
        }
        return JudgeReply(text=str(text), model="scripted", chances=tuple(paths.items()))

    with memory() as store:
        first = grade(job_by(method), ScriptedJudge(script), store)
        silent = ScriptedJudge(script)
        again = grade(job_by(method), silent, store)

    assert silent.asks == []
    for ran in (first, again):
        assert ran.finding("S002", "proxy").probabilities == pytest.approx((0.8,))
        assert ran.finding("S002", "samples").probabilities == pytest.approx((0.1, 0.1))
        assert ran.manifest["numbers"]["source"] == "tokens"


def forms(judge: ScriptedJudge) -> Counter[int]:
    return Counter(len(each.cells) for each in judge.asks)


def test_auto_goes_on_quickly_where_both_ways_agree() -> None:
    """Five answers are read both ways, the other thirteen in one request each."""
    judge = speaking(lambda met: 95 if met else 5)

    ran = grade(job_by("auto"), judge)

    assert forms(judge) == {1: 5 * len(CELLS), 3: 18}
    assert ran.manifest["method"] | {"by_key_point": None} == {
        "asked": "auto",
        "used": "quick",
        "answers_read_both_ways": 5,
        "cells": 15,
        "same_level": 15,
        "agreement": 1.0,
        "joint_replies_broken": 0,
        "by_key_point": None,
        "unreliable": False,
    }


def test_a_small_class_is_read_carefully_its_pilot_both_ways() -> None:
    """With fewer than twelve answers there is little to save."""
    judge = speaking(lambda met: 95 if met else 5)

    ran = grade(job_by("auto", 11), judge)

    assert forms(judge) == {1: 11 * len(CELLS), 3: 5}
    assert ran.manifest["method"]["used"] == "careful"


def parting(wrong: int) -> ScriptedJudge:
    """A judge whose joint reading misses `proxy` and `samples` in `wrong` of the first five."""
    texts = [each.answer for each in answers(5)]

    def script(ask: Ask) -> str:
        said = honest(ask)
        if len(ask.cells) > 1 and (ask.answer not in texts or texts.index(ask.answer) < wrong):
            for cell in cells_in(said):
                cell |= {name: False for name in cell if isinstance(cell[name], bool)}
        return json.dumps(said)

    return ScriptedJudge(script)


def test_where_the_two_ways_part_a_little_the_careful_one_goes_on() -> None:
    """Between three quarters and nine tenths one request per key point is worth its price."""
    judge = parting(2)

    ran = grade(job_by("auto"), judge)

    assert ran.manifest["method"]["agreement"] == 0.8
    assert ran.manifest["method"]["used"] == "careful"
    assert [each.proposed for each in ran.proposals] == POINTS * 6
    assert forms(judge) == {1: 18 * len(CELLS), 3: 5}


def test_where_they_part_much_the_run_stops_and_grades_nobody() -> None:
    """The model cannot be relied on; nothing it said becomes a grade, and no more is asked."""
    judge = parting(5)

    ran = grade(job_by("auto"), judge)

    assert (ran.status, ran.session.dispatcher.stop_why) == ("stopped", "unreliable")
    assert set(ran.why.values()) == {("ungraded", ("stopped:unreliable",))}
    assert ran.manifest["method"]["unreliable"] is True
    assert forms(judge) == {1: 15, 3: 5}


def test_an_unreliable_model_that_is_accepted_goes_on_carefully() -> None:
    """The figure stays in the record."""
    ran = grade(replace(job_by("auto"), accept_unreliable=True), parting(5))

    assert [each.proposed for each in ran.proposals] == POINTS * 6
    assert (ran.manifest["method"]["unreliable"], ran.manifest["method"]["used"]) == (
        True,
        "careful",
    )


def test_broken_joint_replies_lead_to_the_careful_method() -> None:
    """What is read alone is whole; nothing is said of agreement."""
    good = speaking(lambda met: 95 if met else 5)
    judge = ScriptedJudge(lambda ask: "{}" if len(ask.cells) > 1 else good.script(ask))

    ran = grade(job_by("auto"), judge)

    assert ran.manifest["method"]["used"] == "careful"
    assert ran.manifest["method"]["agreement"] is None
    assert [each.proposed for each in ran.proposals] == POINTS * 6


def same_grades(first: Ran, second: Ran) -> bool:
    return first.settled == second.settled


def test_what_was_read_either_way_is_not_asked_again() -> None:
    """Again, by auto or by the method that it chose: not one request, and the same proposals."""
    judge = speaking(lambda met: 95 if met else 5)
    with memory() as store:
        first = grade(job_by("auto"), judge, store)
        asked = len(judge.asks)

        again = [grade(job_by(method), judge, store) for method in ("auto", "quick")]

    assert len(judge.asks) == asked
    assert all(same_grades(first, each) for each in again)
