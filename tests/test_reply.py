"""Replies: exactly the verdicts that were asked for, or InvalidReply, whatever comes back."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessor.errors import InvalidReply
from assessor.json_in_prose import MAX_REPLY
from assessor.prompt import Ask, isolated_ask, joint_ask
from assessor.reply import MAX_FEEDBACK, MAX_REMARK, parse_feedback, parse_reply
from assessor.verdict import Pass, Threshold, Verdict
from tests.prompt.build import asking, rubric, submission

RUBRIC = rubric()
ISOLATED = isolated_ask(asking(), "respiration", Pass.CHARITABLE, submission("It breathes."))
JOINT = joint_ask(asking("judge-joint.v2"), RUBRIC.cells, Pass.NEUTRAL, submission("It breathes."))


def fields(**changes: object) -> dict[str, object]:
    """A valid reply about `respiration`; a change to None leaves the field out."""
    whole: dict[str, object] = {
        "quotes": ["It breathes"],
        "gap": "no loss of sugar",
        "withdrawn": False,
        "at_least_partial": True,
        "full": False,
        "p_partial": 90,
        "p_full": 12.5,
        "note": "Say where the sugar goes.",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def one(top: str, **changes: object) -> dict[str, object]:
    """A valid reply about a cell with one level."""
    return {
        "quotes": [],
        "gap": "not stated",
        "withdrawn": False,
        top: False,
        f"p_{top}": 3,
        "note": "",
    } | changes


def joint() -> dict[str, object]:
    cells = {"respiration": fields(), "no_light": one("full"), "soil_food": one("present")}
    return {"cells": cells}


def reply(**changes: object) -> str:
    return json.dumps(fields(**changes))


VERDICT = Verdict(
    cell="respiration",
    asked=Pass.CHARITABLE,
    thresholds=(
        Threshold(level="partial", met=True, probability=0.9),
        Threshold(level="full", met=False, probability=0.125),
    ),
    quotes=("It breathes",),
    gap="no loss of sugar",
    withdrawn=False,
    note="Say where the sugar goes.",
)


def test_a_reply_becomes_a_verdict() -> None:
    """Each field finds its place; probabilities are in 0..1; the pass is the ask's."""
    assert parse_reply(ISOLATED, RUBRIC, reply()) == (VERDICT,)


def test_a_joint_reply_becomes_one_verdict_for_each_cell() -> None:
    """In the order of the ask, whatever the order of the reply."""
    turned = {"cells": dict(reversed(joint()["cells"].items()))}  # type: ignore[attr-defined]  # a dict

    verdicts = parse_reply(JOINT, RUBRIC, json.dumps(turned))

    assert [each.cell for each in verdicts] == list(RUBRIC.cells)
    assert [each.level for each in verdicts] == ["partial", "absent", "absent"]
    assert verdicts[2].thresholds == (Threshold(level="present", met=False, probability=0.03),)


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("{}", id="bare"),
        pytest.param("\ufeff \n{}\n\n", id="spaces and mark"),
        pytest.param("```json\n{}\n```", id="fence"),
        pytest.param("Here is my verdict:\n{}\nI hope this helps [1].", id="prose"),
        pytest.param('<think>\nMaybe {"full": true}? No.\n</think>\n{}', id="thinking"),
        pytest.param("<think></think>```\n{}\n```", id="thinking and fence"),
    ],
)
def test_words_around_one_object_are_passed_over(around: str) -> None:
    """A fence, a closed think block in front and prose do no harm."""
    assert parse_reply(ISOLATED, RUBRIC, around.replace("{}", reply())) == (VERDICT,)


BROKEN = {
    "empty": "",
    "prose only": "The answer reaches partial.",
    "null": "null",
    "number": "5",
    "an object and a draft": '{"full": true}\n' + reply(),
    "cut off": reply()[:-20],
    "cut off with an object inside": '{"quotes": ["x"], "gap": ' + reply(),
    "wrapped as a joint one": json.dumps({"cells": {"respiration": fields()}}),
    "comment": reply()[:-1] + "/* sure */}",
    "open thinking": "<think>" + reply(),
    "duplicate field": reply()[:-1] + ', "full": true}',
    "duplicate by escape": reply()[:-1] + ', "f\\u0075ll": true}',
    "missing field": reply(gap=None),
    "missing verdict": reply(full=None),
    "extra score": reply(score=2),
    "extra level": reply(excellent=True),
    "field in capitals": reply(full=None, FULL=True),
    "verdict as text": reply(full="false"),
    "verdict as number": reply(full=1),
    "verdict as null": reply()[:-1].replace('"full": false', '"full": null') + "}",
    "verdict as list": reply(full=[True]),
    "withdrawn as text": reply(withdrawn="no"),
    "probability huge": reply(p_full=12).replace(": 12,", f": {'9' * 5000},"),
    "nan inside quotes list": reply(quotes=[float("nan")]),
    "quotes as text": reply(quotes="It breathes"),
    "quotes as objects": reply(quotes=[{"text": "It breathes"}]),
    "quotes with null": reply(quotes=["It breathes", []]),
    "three quotes": reply(quotes=["a", "b", "c"]),
    "gap as list": reply(gap=["x"]),
    "note as number": reply(note=7),
    "deep list": "[" * 100_000,
    "deep object": '{"a":' * 100_000,
    "deep field": reply(gap=None)[:-1] + ', "gap": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "too long": reply(note="x" * MAX_REPLY),
    "raw control character": reply().replace("It breathes", "It\x00breathes"),
}


@pytest.mark.parametrize("text", [pytest.param(each, id=name) for name, each in BROKEN.items()])
def test_a_reply_that_breaks_the_contract_is_not_a_grade(text: str) -> None:
    """Nothing is coerced, completed, chosen among several, or left out."""
    with pytest.raises(InvalidReply):
        parse_reply(ISOLATED, RUBRIC, text)


NO_NUMBER = {
    "missing probability": reply(p_full=None),
    "probability as truth": reply(p_full=True),
    "probability above": reply(p_full=100.5),
    "probability below": reply(p_full=-0.5),
    "probability nan": reply(p_full=float("nan")),
    "probability infinite": reply(p_full=float("inf")),
    "probability overflow": reply(p_full=12).replace(": 12,", ": 1e999,"),
    "probability very large": reply(p_full=10**400),
    "probability as null": reply()[:-1].replace('"p_full": 12.5', '"p_full": null') + "}",
    "probability in words": reply(p_full="high"),
}


@pytest.mark.parametrize("text", [pytest.param(each, id=name) for name, each in NO_NUMBER.items()])
def test_a_number_that_cannot_be_read_is_none(text: str) -> None:
    """No level depends on it: the yes or no counts, and nothing is asked again."""
    (got,) = parse_reply(ISOLATED, RUBRIC, text)

    assert (got.level, got.thresholds[1].met) == (VERDICT.level, False)
    assert got.thresholds[1].probability is None


@pytest.mark.parametrize("said", ["12", " 12 %", "12.0%"])
def test_a_number_in_quotation_marks_is_that_number(said: str) -> None:
    """Small models write numbers as texts."""
    (got,) = parse_reply(ISOLATED, RUBRIC, reply(p_full=said))

    assert got.thresholds[1].probability == 0.12


def without(cell: str) -> object:
    cells = dict(joint()["cells"])  # type: ignore[call-overload]  # a dict
    del cells[cell]
    return {"cells": cells}


BROKEN_JOINT = {
    "isolated": fields(),
    "cell missing": without("soil_food"),
    "cell unknown": {"cells": {**joint()["cells"], "bonus": one("full")}},  # type: ignore[dict-item]  # a dict
    "cell swapped": {"cells": {**without("no_light")["cells"], "light": one("full")}},  # type: ignore[index]
    "total beside": {**joint(), "total": 3},
    "cells as list": {"cells": [fields(), one("full"), one("present")]},
    "cell as level": {"cells": {each: "full" for each in RUBRIC.cells}},
    "cell null": {"cells": {**joint()["cells"], "no_light": None}},  # type: ignore[dict-item]  # a dict
    "another cell's fields": {"cells": {each: fields() for each in RUBRIC.cells}},
}


@pytest.mark.parametrize("said", [pytest.param(v, id=name) for name, v in BROKEN_JOINT.items()])
def test_a_joint_reply_holds_exactly_the_cells_that_were_asked(said: object) -> None:
    """A missing cell is not a zero, and an unknown one is nobody's."""
    with pytest.raises(InvalidReply):
        parse_reply(JOINT, RUBRIC, json.dumps(said))


def test_contradicting_thresholds_are_kept() -> None:
    """Full without partial is for the finding to doubt, not for the parser to mend."""
    (verdict,) = parse_reply(ISOLATED, RUBRIC, reply(at_least_partial=False, full=True))

    assert [each.met for each in verdict.thresholds] == [False, True]
    assert verdict.level == "absent"


def test_a_long_remark_is_cut() -> None:
    """Gap and note are one line of at most 300 characters."""
    (verdict,) = parse_reply(ISOLATED, RUBRIC, reply(gap="word " * 200, note="a\x1b[2J\n\tb "))

    assert len(verdict.gap) <= MAX_REMARK
    assert verdict.gap.endswith("word…")
    assert verdict.note == "a [2J b"


def test_an_empty_quote_is_no_quote() -> None:
    """Only what says something is kept, as it stands."""
    (verdict,) = parse_reply(ISOLATED, RUBRIC, reply(quotes=["  ", " It breathes "]))

    assert verdict.quotes == (" It breathes ",)


def test_what_is_kept_can_be_written() -> None:
    """A half of a surrogate pair becomes U+FFFD, so that no file chokes on it."""
    (verdict,) = parse_reply(ISOLATED, RUBRIC, reply(quotes=["a\ud800b"], note="\udfff", gap="é"))

    assert (verdict.quotes, verdict.note, verdict.gap) == (("a\ufffdb",), "\ufffd", "é")


def test_the_reason_repeats_nothing_of_the_reply() -> None:
    """A repair shows it outside of the answer's markers, where no student's word may stand."""
    canary = "CANARY"
    for said in (
        json.dumps({canary: canary}),
        reply(**{canary: True}),
        reply(full=canary),
        f"{canary} {{{canary}",
        reply()[:-1] + f', "{canary}": 1, "{canary}": 2}}',
    ):
        with pytest.raises(InvalidReply) as caught:
            parse_reply(ISOLATED, RUBRIC, said)
        assert canary not in str(caught.value)


def test_feedback_is_one_line_of_bounded_length() -> None:
    """The one field, as text for a student."""
    said = json.dumps({"feedback": " You say\n that it breathes. " + "more " * 1_000})

    feedback = parse_feedback(said)

    assert feedback.startswith("You say that it breathes. more")
    assert len(feedback) <= MAX_FEEDBACK


@pytest.mark.parametrize(
    "said",
    ["Well done.", "{}", '{"feedback": ""}', '{"feedback": 1}', '{"feedback": "a", "points": 2}'],
)
def test_feedback_that_breaks_the_contract_is_refused(said: str) -> None:
    """Exactly one field with some text in it."""
    with pytest.raises(InvalidReply):
        parse_feedback(said)


def is_valid(ask: Ask, verdicts: tuple[Verdict, ...]) -> bool:
    """Whether the verdicts are exactly those of the ask, each within its bounds."""
    return tuple(each.cell for each in verdicts) == ask.cells and all(
        tuple(t.level for t in verdict.thresholds) == RUBRIC.levels_of(verdict.cell)
        and all(
            isinstance(t.met, bool) and 0 <= (t.probability or 0) <= 1 for t in verdict.thresholds
        )
        and verdict.asked is ask.asked
        and len(verdict.quotes) <= 2
        and len(verdict.gap) <= MAX_REMARK
        and len(verdict.note) <= MAX_REMARK
        and isinstance(verdict.withdrawn, bool)
        for verdict in verdicts
    )


def outcome(ask: Ask, text: str) -> bool:
    """Whether the reply was used; anything but a valid verdict or InvalidReply fails."""
    try:
        verdicts = parse_reply(ask, RUBRIC, text)
    except InvalidReply:
        return False
    assert is_valid(ask, verdicts)
    return True


JUNK: tuple[object, ...] = (
    *(None, True, False, 0, 1, -1, 50, 100, 101, 1e999, 10**30, "", "true", "full", "100"),
    *([], [[]], ["a"], ["a", "b", "c"], {}, {"cells": {}}, {"full": True}, "\ud800", "\x00"),
)
SNIPPETS = ("{", "}", "[", "]", '"', ",", ":", "null", "NaN", "\\", "\\ud800", "<think>", "\x00")


def deform_value(chance: random.Random, value: object) -> object:
    """Change one thing somewhere in a JSON value."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        name = chance.choice(list(value))
        changed = {**value, name: deform_value(chance, value[name])}
        match chance.randrange(6):
            case 0:
                del changed[name]
            case 1:
                changed[chance.choice(("score", "full", "p_full", name.upper()))] = 1
        return changed
    return chance.choice(JUNK)


def deform_text(chance: random.Random, text: str) -> str:
    """Cut, double or insert somewhere in a text."""
    at, to = sorted(chance.randrange(len(text) + 1) for _ in range(2))
    match chance.randrange(4):
        case 0:
            return text[:at] + text[to:]
        case 1:
            return text[:to] + text[at:]
        case 2:
            return text[:at]
        case _:
            return text[:at] + chance.choice(SNIPPETS) + text[at:]


@pytest.mark.parametrize(
    ("ask", "whole"),
    [pytest.param(ISOLATED, fields, id="isolated"), pytest.param(JOINT, joint, id="joint")],
)
def test_ten_thousand_deformed_replies(ask: Ask, whole: Callable[[], object]) -> None:
    """Each is a verdict within its bounds or an InvalidReply, and both kinds occur."""
    chance = random.Random(4)
    used = 0
    for turn in range(5_000):
        value = whole()
        if turn % 2:
            value = deform_value(chance, value)
        text = json.dumps(value, ensure_ascii=bool(turn % 3))
        for _ in range(chance.randrange(3) if turn % 2 else 1 + chance.randrange(2)):
            text = deform_text(chance, text)
        used += outcome(ask, text)

    assert 50 < used < 2_500


@given(st.text(alphabet=st.characters(), max_size=200))
def test_any_text_is_read_without_an_accident(text: str) -> None:
    """No text at all raises anything but InvalidReply."""
    assert not outcome(ISOLATED, text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(fields())), VALUES, max_size=8))
def test_any_values_in_the_fields_are_checked(changes: dict[str, object]) -> None:
    """Whatever JSON stands in a field, it is used within its bounds or refused."""
    said = {**fields(), **changes}

    outcome(ISOLATED, json.dumps(said))
