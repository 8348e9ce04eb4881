"""The chance of a yes is read off the token that says it, however the reply was cut into tokens."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from assessor.judges.chances import chances_of
from assessor.judges.openai import OpenAIJudge
from tests.judges.builders import ask, completion, in_turn, judge
from tests.judges.clock import run

REPLY = (
    '{"quotes": ["so \\"full\\": true, he said"], "withdrawn": false, "full": true, "p_full": 40}'
)


def choice(*tokens: str, likely: dict[str, dict[str, float]] | None = None) -> dict[str, Any]:
    """A completion's choice of these tokens; `likely` holds the alternatives of some of them."""
    content = []
    for token in tokens:
        top = (likely or {}).get(token, {token: 1.0})
        listed = [{"token": t, "logprob": math.log(p), "bytes": None} for t, p in top.items()]
        own = math.log(top.get(token, 0.9))
        content.append({"token": token, "logprob": own, "top_logprobs": listed})
    return {"message": {"content": "".join(tokens)}, "logprobs": {"content": content}}


YES = {" true": 0.6, " false": 0.2, " maybe": 0.1}


@pytest.mark.parametrize(
    ("tokens", "likely", "chance"),
    [
        (('{"full":', " true", "}"), {" true": YES}, 0.75),
        (('{"full": ', "true", "}"), {"true": {"true": 0.3, "false": 0.7}}, 0.3),
        (('{"full": ', "tr", "ue}"), {"tr": {"tr": 0.8, "fal": 0.2}}, 0.8),
        (('{"full": ', "t", "rue}"), {"t": {"t": 0.5, "f": 0.5}}, 0.5),
        (('{"full', '": true', "}"), {'": true': {'": true': 0.9, '": false': 0.1}}, 0.9),
        (('{"full":true}',), {'{"full":true}': {'{"full":true}': 0.4, '{"full":false}': 0.6}}, 0.4),
        (('{"full":', " false", "}"), {" false": {" false": 0.9, " true": 0.1}}, 0.1),
        (('{"full":', " true", "}"), {" true": {" true": 0.999}}, 1.0),
    ],
    ids=["space", "bare", "pieces", "letter", "with the colon", "one token", "no", "alone"],
)
def test_a_yes_is_found_in_its_token(
    tokens: tuple[str, ...], likely: dict[str, dict[str, float]], chance: float
) -> None:
    """Whole, in pieces, or with what stands before it; other words do not count."""
    assert dict(chances_of(choice(*tokens, likely=likely))) == pytest.approx({"full": chance})


def test_a_joint_reply_is_read_by_path() -> None:
    """Each cell's fields have their own, also where they are called alike."""
    parts = ('{"cells": {"one": {"full":', " true", '}, "two": {"full":', " false", "}}}")
    got = dict(chances_of(choice(*parts, likely={" true": YES, " false": {" false": 1.0}})))

    assert got == pytest.approx({"cells/one/full": 0.75, "cells/two/full": 0.0})


def test_what_stands_in_a_quote_is_no_field() -> None:
    """A student's words that look like a field are a text, and thinking before the reply passed."""
    thought = '<think>{"full": false}</think>'
    tokens = [thought, *(f"{part}" for part in REPLY.replace(" true,", "\x00 true,").split("\x00"))]
    got = dict(chances_of(choice(*tokens)))

    assert set(got) == {"withdrawn", "full"}
    assert got["full"] == 1.0


def test_the_older_form_is_read_too() -> None:
    """Some servers give lists side by side, as completions did."""
    given = {
        "tokens": ['{"full":', " true", "}"],
        "token_logprobs": [0.0, math.log(0.6), None],
        "top_logprobs": [None, {" true": math.log(0.6), " false": math.log(0.4)}, {}],
    }

    assert dict(chances_of({"logprobs": given})) == pytest.approx({"full": 0.6})


@pytest.mark.parametrize(
    "odd",
    [
        None,
        [],
        {},
        {"logprobs": None},
        {"logprobs": {"content": None}},
        {"logprobs": {"content": [None, {"token": 4}, {"token": "{"}]}},
        {"logprobs": {"content": [{"token": '{"full": true', "logprob": "much"}]}},
        {"logprobs": {"content": [{"token": '{"full": true', "logprob": -(10**400)}]}},
        {"logprobs": {"tokens": ["{"], "token_logprobs": None}},
        {"logprobs": {"content": [{"token": "} true : , ] true"}]}},
    ],
)
def test_odd_forms_break_nothing(odd: object) -> None:
    """What cannot be read is not there."""
    assert all(0 <= chance <= 1 for _, chance in chances_of(odd))


def with_chances(text: str) -> Any:
    body = json.loads(json.dumps(completion(text)))
    body["choices"][0]["logprobs"] = choice(text)["logprobs"]
    return body


def asked_for(*replies: Any) -> tuple[OpenAIJudge, list[dict[str, Any]]]:
    client = in_turn(*replies)
    asking = judge(client)
    run(asking.prepare())
    run(asking.ask(ask()))
    return asking, client.requests


def test_log_probabilities_are_asked_for_where_they_are_given() -> None:
    """The first small request finds that out; what is given comes with the reply."""
    asking, (first, second) = asked_for(with_chances('{"ok": true}'), with_chances(REPLY))

    assert (first["logprobs"], second["logprobs"], second["top_logprobs"]) == (True, True, 5)
    assert asking.capabilities["logprobs"] == "of a yes or no"


def test_what_is_not_given_is_not_asked_for() -> None:
    """Many endpoints take the parameter and give nothing."""
    asking, (first, second) = asked_for(completion('{"ok": true}'), completion(REPLY))

    assert first["logprobs"] is True
    assert "logprobs" not in second
    assert "logprobs" not in asking.capabilities
