"""Which form of reply serves, by what the replies were good for."""

from __future__ import annotations

import pytest

from assessor.errors import JudgeError
from assessor.judges.dialect import Dialect, Output, adapt
from assessor.judges.trial import FormTrial
from assessor.prompt.fields import reply_schema
from assessor.prompt.skeleton import skeleton
from tests.judges.builders import ask, completion, in_turn, judge, status_error
from tests.judges.clock import run
from tests.prompt.build import rubric


def tried(told: dict[Output, str]) -> list[Output]:
    """Return the forms in which is asked; `told` is what comes of each ask: + usable, - not."""
    trial, output, forms = FormTrial(), Output.JSON_SCHEMA, [Output.JSON_SCHEMA]
    left = {form: list(marks) for form, marks in told.items()}
    while left.get(output):
        trial.count(output, usable=left[output].pop(0) == "+")
        if better := trial.better(output):
            output = better
            forms.append(output)
    return forms


SCHEMA, OBJECT, PLAIN, TOOL, TEXT = Output


@pytest.mark.parametrize(
    ("told", "forms"),
    [
        pytest.param({SCHEMA: "++++++" + "-" * 30}, [SCHEMA], id="it served in the pilot"),
        pytest.param({SCHEMA: "-+-++-+-+-+" + "-" * 9}, [SCHEMA], id="half of them serve"),
        pytest.param({SCHEMA: "---", OBJECT: "++++++"}, [SCHEMA, OBJECT], id="the next one"),
        pytest.param({SCHEMA: "+--", OBJECT: "-"}, [SCHEMA], id="too early to tell"),
        pytest.param(
            {SCHEMA: "---", OBJECT: "---", PLAIN: "---", TOOL: "---", TEXT: "++++++"},
            [SCHEMA, OBJECT, PLAIN, TOOL, TEXT],
            id="words alone",
        ),
        pytest.param(
            {SCHEMA: "---", OBJECT: "+---", PLAIN: "+--" + "-", TOOL: "---", TEXT: "---"},
            [SCHEMA, OBJECT, PLAIN, TOOL, TEXT, OBJECT],
            id="back to the best of a bad lot",
        ),
        pytest.param(
            dict.fromkeys(Output, "-" * 20), [SCHEMA, OBJECT, PLAIN, TOOL, TEXT], id="none of them"
        ),
    ],
)
def test_the_form_that_serves_is_found(told: dict[Output, str], forms: list[Output]) -> None:
    """A form whose replies are mostly of no use gives way to the next, until all were tried."""
    assert tried(told) == forms


def test_the_form_is_shown_with_gaps() -> None:
    """Neither a schema, which small models send back, nor values, which they copy."""
    schema = reply_schema(rubric(), ("respiration",), joint=False)

    assert skeleton(schema) == (
        '{"quotes": [<0 to 2 texts>], "gap": "<text>", "withdrawn": <true or false>, '
        '"at_least_partial": <true or false>, "full": <true or false>, '
        '"p_partial": <number from 0 to 100>, "p_full": <number from 0 to 100>, "note": "<text>"}'
    )


@pytest.mark.parametrize(
    ("said", "left"),
    [
        pytest.param(
            "invalid schema for response_format 'reply': 'maxitems' is not permitted.",
            Dialect(bounds=False),
            id="azure",
        ),
        pytest.param(
            "for 'number' type, properties maximum, minimum are not supported",
            Dialect(bounds=False),
            id="anthropic",
        ),
        pytest.param(
            "unknown name \"additionalproperties\" at 'generation_config.response_schema'",
            Dialect(closed=False),
            id="gemini",
        ),
        pytest.param("invalid schema", Dialect(bounds=False), id="no word of which part"),
    ],
)
def test_a_refused_part_of_the_schema_is_left_out(said: str, left: Dialect) -> None:
    """Bounds are checked by us anyway, and no form is given up for them."""
    assert adapt(Dialect(), said, Dialect(), blind=True) == left


def test_a_schema_without_bounds_has_its_fields_whole() -> None:
    """All that narrows values down is gone, and a field that is called like a bound stays."""
    sent = Dialect(bounds=False, closed=False).request(
        "m", ask(form={"properties": {"minimum": {"type": "number", "minimum": 0}}}), 10
    )

    form = sent["response_format"]
    assert form == {
        "type": "json_schema",
        "json_schema": {
            "name": "reply",
            "strict": True,
            "schema": {"properties": {"minimum": {"type": "number"}}},
        },
    }


def test_replies_without_text_are_not_waited_for() -> None:
    """Three without a single good one, and the next form is tried; at the last the run stops."""
    thought = {"role": "assistant", "content": "", "reasoning_content": '{"full": true}'}
    client = in_turn(completion(choices=[{"message": thought, "finish_reason": "stop"}]))

    with pytest.raises(Exception, match="turn thinking off"):
        run(judge(client).ask(ask()))

    assert len(client.requests) == 15


def test_a_function_is_called_where_there_is_no_response_format() -> None:
    """What it is called with is the reply."""
    no = status_error(400, {"message": "response_format is not supported"})
    called = {"function": {"name": "reply", "arguments": '{"full": true}'}}
    message = {"content": None, "tool_calls": [called]}
    client = in_turn(
        no, no, no, completion(choices=[{"message": message, "finish_reason": "tool_calls"}])
    )

    got = run(judge(client).ask(ask()))

    assert (got.text, got.form) == ('{"full": true}', "tool")
    assert client.requests[3]["tool_choice"]["function"] == {"name": "reply"}


def test_what_was_learnt_is_not_asked_for_again() -> None:
    """A second run starts where the first one ended, without the small first request."""
    no = status_error(400, {"message": "response_format is not supported"})
    first = judge(in_turn(no, no, no, completion()))
    run(first.prepare())
    second = judge(client := in_turn(completion()))

    second.take_up(first.learnt)
    run(second.prepare())

    assert (second.form, client.requests) == ("tool", [])


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"output": "?"}', '{"output": "text", "x": 1}'])
def test_what_was_learnt_by_another_version_is_passed_over(text: str) -> None:
    """It is then found out anew."""
    asked = judge(client := in_turn(completion('{"ok": true}')))

    asked.take_up(text)
    run(asked.prepare())

    assert (asked.form, len(client.requests)) == ("json_schema", 1)


def test_a_refusal_at_a_known_endpoint_is_still_explained() -> None:
    """The first request that holds nothing of a student goes out after all, to be told why."""
    known = judge(in_turn(completion('{"ok": true}')))
    run(known.prepare())
    asked = judge(client := in_turn(status_error(404, {"message": "Not in your plan."})))
    asked.take_up(known.learnt)

    with pytest.raises(JudgeError, match="Not in your plan"):
        run(asked.ask(ask()))

    assert len(client.requests) == 2
