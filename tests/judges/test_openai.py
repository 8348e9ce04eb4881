"""The openai judge with a fake client: every kind of reply and error."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx2
import openai
import pytest

from assessor.errors import JudgeError, JudgeRefused, JudgeRejected, JudgeUnavailable
from assessor.judges.base import Identity, JudgeReply, Usage, waste_of
from assessor.judges.completion import Cuts, read_completion
from assessor.judges.openai import OpenAIJudge
from assessor.judges.openai_settings import OpenAISettings
from tests.judges.builders import URL, FakeClient, ask, completion, in_turn, judge, status_error
from tests.judges.clock import ambient, run

REQUEST = httpx2.Request("POST", "http://judge.test/v1")


def error_of(client: Any, **settings: Any) -> JudgeError:
    with pytest.raises(JudgeError) as caught:
        run(judge(client, **settings).ask(ask()))
    return caught.value


def test_a_reply_comes_back_as_text_with_model_and_usage() -> None:
    """The reply is the message's text, with the model that answered and the tokens it took."""
    got = run(judge(in_turn(completion())).ask(ask()))

    assert got == JudgeReply(
        text='{"full": true}',
        model="model-2026",
        usage=Usage(input=100, output=20),
        latency=0.01,
        response_id="chatcmpl-1",
        form="json_schema",
    )


def test_the_request_asks_for_the_schema_strictly() -> None:
    """System and user stand apart, the schema is strict, the temperature is 0."""
    client = in_turn(completion())
    run(judge(client).ask(ask()))

    form = {"name": "reply", "strict": True, "schema": ask().schema}
    assert client.requests == [
        {
            "model": "model",
            "messages": [
                {"role": "system", "content": ask().system},
                {"role": "user", "content": ask().user},
            ],
            "response_format": {"type": "json_schema", "json_schema": form},
            "max_tokens": 1900,
            "temperature": 0,
            "seed": 0,
        }
    ]


def test_identity_holds_no_secret_and_nothing_found() -> None:
    """Credentials and query of a base URL are not part of who the judge is."""
    settings = OpenAISettings(model="m", base_url="http://me:pw@host:8000/v1/?key=s")
    got = OpenAIJudge(in_turn(completion()), settings, ambient()).identity

    assert got == Identity(
        backend="openai",
        model="m",
        endpoint="http://host:8000/v1",
        parameters=(("seed", "0"), ("temperature", "0")),
    )


def test_the_key_is_cut_out_of_a_reply() -> None:
    """Some gateways send it back; what is kept of a reply never holds it."""
    key = "sk-canary-0123456789"
    echo = completion(text=f'{{"note": "your key is {key}"}}', model=f"m-{key}")
    settings = OpenAISettings(model="model", base_url=URL)

    got = run(OpenAIJudge(in_turn(echo), settings, ambient(), key=key).ask(ask()))

    assert (got.text, got.model) == ('{"note": "your key is (key)"}', "m-(key)")


def refusals_after(good: int) -> FakeClient:
    """A client that takes so many requests and refuses all later ones in words of its own."""
    return FakeClient(
        lambda body, number: (
            completion() if number <= good else status_error(400, {"message": "no"})
        )
    )


def outcomes(client: FakeClient, answers: int = 60) -> list[str]:
    """Ask about so many answers one after the other; "stop" stands for what ends a run."""
    one = judge(client)

    async def once(number: int) -> str:
        try:
            await one.ask(replace(ask(), answer_digest=str(number)))
        except JudgeError as error:
            return "stop" if isinstance(error, JudgeRejected) else error.code
        return "ok"

    async def play() -> list[str]:
        return [await once(number) for number in range(answers)]

    return run(play())


def test_an_endpoint_that_refuses_everything_midway_stops_the_run() -> None:
    """Eight asks in a row are not to blame; features are tried once more before that."""
    client = refusals_after(20)

    assert outcomes(client) == ["ok"] * 20 + ["bad_request"] * 8 + ["stop"] * 32
    assert len(client.requests) <= 20 + 8 + 10


def test_a_feature_that_is_refused_midway_in_unknown_words_is_left_out() -> None:
    """A gateway that changes its mind costs eight asks, not the rest of the class."""
    client = FakeClient(
        lambda body, number: (
            status_error(400, {"message": "no"})
            if number > 20 and "response_format" in body
            else completion()
        )
    )

    assert outcomes(client) == ["ok"] * 20 + ["bad_request"] * 8 + ["ok"] * 32


def test_refusals_between_good_replies_are_no_reason_to_stop() -> None:
    """Two of five answers are refused for reasons of their own; the others go on to the end."""
    no = status_error(400, {"message": "no"})
    client = FakeClient(lambda body, number: no if number % 5 in {4, 0} else completion())

    assert outcomes(client, 100) == (["ok"] * 3 + ["bad_request"] * 2) * 20
    assert all("response_format" in each for each in client.requests)


def test_two_answers_that_are_refused_are_no_reason_to_stop() -> None:
    """However many of their cells are asked about."""
    client = refusals_after(20)
    one = judge(client)

    async def play() -> set[str]:
        for number in range(20):
            await one.ask(replace(ask(), answer_digest=str(number)))
        said = set()
        for number in range(30):
            with pytest.raises(JudgeError) as caught:
                await one.ask(replace(ask(), answer_digest=f"bad{number % 2}"))
            said.add(type(caught.value).__name__)
        return said

    assert run(play()) == {"NotUnderstood"}


FATAL = [
    pytest.param(401, {"code": "invalid_api_key"}, "bad_key", id="401"),
    pytest.param(400, {"message": "API key not valid."}, "bad_key", id="400-key"),
    pytest.param(403, {"message": "no access"}, "no_access", id="403"),
    pytest.param(404, {"code": "model_not_found"}, "unknown_model", id="404"),
    pytest.param(400, {"message": "model 'x' not found"}, "unknown_model", id="400-model"),
    pytest.param(429, {"code": "insufficient_quota"}, "quota", id="429-quota"),
    pytest.param(402, None, "quota", id="402"),
    pytest.param(307, None, "redirect", id="redirect"),
]


@pytest.mark.parametrize(("status", "body", "code"), FATAL)
def test_what_no_request_can_mend_stops_at_the_first(status: int, body: object, code: str) -> None:
    """A bad key, unknown model, used-up quota or redirect costs one request, then none."""
    client = in_turn(status_error(status, body))
    asked = judge(client)

    async def many() -> list[Any]:
        return await asyncio.gather(*(asked.ask(ask()) for _ in range(50)), return_exceptions=True)

    got = run(many())

    assert {(type(error), error.code) for error in got} == {(JudgeRejected, code)}
    assert len(client.requests) == 1


REFUSED = [
    pytest.param(completion(None, refusal="No."), "refused", id="refusal"),
    pytest.param(completion("", "content_filter"), "content_filter", id="filtered"),
    pytest.param(status_error(400, {"code": "content_filter"}), "content_filter", id="400"),
    pytest.param(status_error(400, {"code": "context_length_exceeded"}), "context", id="context"),
    pytest.param(status_error(413), "too_large", id="413"),
    pytest.param(status_error(413, {"message": "prompt is too long"}), "context", id="413-context"),
    pytest.param(
        status_error(413, {"message": "tokens per minute (TPM): Limit 6000, Requested 7000"}),
        "too_large",
        id="413-per-minute",
    ),
    pytest.param(completion("", "SAFETY"), "content_filter", id="safety"),
    pytest.param(completion("x", "PROHIBITED_CONTENT"), "content_filter", id="prohibited"),
    pytest.param(
        completion(
            choices=[
                {
                    "message": {"content": ""},
                    "finish_reason": "stop",
                    "native_finish_reason": "RECITATION",
                }
            ]
        ),
        "content_filter",
        id="recitation",
    ),
    pytest.param(
        completion(choices=[], promptFeedback={"blockReason": "SAFETY"}),
        "content_filter",
        id="blocked",
    ),
]


@pytest.mark.parametrize(("said", "code"), REFUSED)
def test_a_refusal_is_of_this_answer_only(said: Any, code: str) -> None:
    """A refusal, a filter or a full context raises JudgeRefused, and the next ask is sent."""
    client = in_turn(completion(), said, completion())
    asked = judge(client)

    async def three() -> list[Any]:
        return [await asyncio.gather(asked.ask(ask()), return_exceptions=True) for _ in range(3)]

    first, second, third = run(three())

    assert isinstance(first[0], JudgeReply)
    assert (type(second[0]), second[0].code) == (JudgeRefused, code)
    assert isinstance(third[0], JudgeReply)


MENDED = [
    pytest.param(status_error(400, {"code": "json_validate_failed"}), id="not-generated"),
    pytest.param(
        status_error(
            413,
            {
                "message": "tokens per minute (TPM): Limit 6000, Used 5000, "
                "Requested 1200. Please try again in 2s."
            },
        ),
        id="413-refills",
    ),
    pytest.param(status_error(429, retry_after="3"), id="429"),
    pytest.param(status_error(408), id="408"),
    pytest.param(status_error(409), id="409"),
    pytest.param(status_error(500), id="500"),
    pytest.param(status_error(529), id="529"),
    pytest.param(openai.APITimeoutError(REQUEST), id="timeout"),
    pytest.param(openai.APIConnectionError(request=REQUEST), id="connection"),
    pytest.param(completion(choices=None), id="choices-null"),
    pytest.param(completion(choices=[]), id="choices-empty"),
    pytest.param(completion(None), id="content-null"),
    pytest.param(completion(error={"message": "x", "code": 502}), id="error-in-200"),
    pytest.param("<html>", id="not-json"),
    pytest.param(completion("{", "length"), id="cut-off"),
    pytest.param(completion("{" + " " * 200, "length"), id="white-space"),
]


@pytest.mark.parametrize("said", MENDED)
def test_what_passes_is_asked_again(said: Any) -> None:
    """What waiting or asking differently mends costs one more request and ends well."""
    client = in_turn(said, completion())

    got = run(judge(client).ask(ask()))

    assert (got.text, len(client.requests)) == ('{"full": true}', 2)


def test_a_reply_cut_off_gets_more_room_once() -> None:
    """A cut-off reply is never used: asked once more with four times the room, then given up."""
    client = in_turn(completion('{"full": true}', "length"))
    error = error_of(client)

    assert error.code == "truncated"
    assert [body["max_tokens"] for body in client.requests] == [1900, 7600]


def test_white_space_without_end_is_asked_for_in_words() -> None:
    """What holds a model to a form lets it write white space for ever; words alone do not."""
    client = in_turn(completion("{" + "\n" * 200, "length"), completion())
    run(judge(client).ask(ask()))

    assert ["response_format" in body for body in client.requests] == [True, False]


REFUSALS = [
    pytest.param(400, "This response_format type is unavailable now", id="400"),
    pytest.param(404, "No endpoints found for the requested parameters", id="404"),
    pytest.param(422, "Input should be 'text' or 'json_object'", id="422"),
    pytest.param(500, "json_schema is not one of 'text', 'json_object'", id="500"),
]


@pytest.mark.parametrize(("status", "message"), REFUSALS)
def test_a_refused_schema_goes_into_the_text(status: int, message: str) -> None:
    """Without json_schema the system text shows the form; learned once for the run."""
    client = in_turn(status_error(status, {"message": message}), completion())
    asked = judge(client)

    async def twice() -> None:
        await asked.ask(ask())
        await asked.ask(ask())

    run(twice())

    assert len(client.requests) == 3
    shown = client.requests[2]["messages"][0]["content"].splitlines()[-1]
    assert '"at_least_partial": <true or false>, "full": <true or false>' in shown
    assert asked.capabilities["output"] == "json_object with schema"


FEATURES = [
    pytest.param("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.",
                 "max_tokens", id="max_tokens"),
    pytest.param("'temperature' does not support 0 with this model", "temperature", id="heat"),
    pytest.param("Unrecognized argument: seed", "seed", id="seed"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "feature"), FEATURES)
def test_a_refused_parameter_is_left_out(message: str, feature: str) -> None:
    """A parameter that the endpoint names in its refusal is not sent again."""
    client = in_turn(status_error(400, {"message": message}), completion())
    run(judge(client).ask(ask()))

    assert set(client.requests[0]) - set(client.requests[1]) == {feature}


def test_a_refused_system_role_is_folded_into_the_user_message() -> None:
    """Where roles must alternate, rules and answer go out as one user message."""
    client = in_turn(status_error(400, {"message": "Conversation roles must alternate"}),
                     completion())  # fmt: skip
    run(judge(client).ask(ask()))

    content = f"{ask().system}\n\n{ask().user}"
    assert client.requests[1]["messages"] == [{"role": "user", "content": content}]


def test_the_cache_breakpoint_goes_to_openai_only() -> None:
    """OpenAI's own host gets a breakpoint at the end of the system text; others get plain text."""
    client = in_turn(completion())
    own = OpenAIJudge(client, OpenAISettings(model="m"), ambient())
    run(own.ask(ask()))

    part = {"type": "text", "text": ask().system, "prompt_cache_breakpoint": {"mode": "explicit"}}
    assert client.requests[0]["messages"][0]["content"] == [part]
    assert client.requests[0]["prompt_cache_key"] == "prefix"


def test_a_hanging_request_ends_at_the_deadline() -> None:
    """A request that never ends is given up after the timeout, three times at most."""

    class Hanging(FakeClient):
        async def post(self, path: str, *, body: dict[str, Any], cast_to: type) -> Any:
            await asyncio.sleep(10**6)

    client = Hanging(lambda body, number: completion())

    assert error_of(client, timeout=5).code in {"timeout", "unreachable"}


def test_nonsense_usage_is_unknown_not_zero() -> None:
    """Negative, absurd or zero counts are recorded as unknown."""
    usage = {"prompt_tokens": -5, "completion_tokens": 10**12}
    got = run(judge(in_turn(completion(usage=usage))).ask(ask()))

    assert got.usage == Usage()


def test_no_error_repeats_what_the_server_said() -> None:
    """A server's words may quote the answer, so they stay out of our messages."""
    error = error_of(in_turn(status_error(400, {"message": "bad input: It rains."})))

    assert "rain" not in str(error)


def test_prepare_sends_no_student_text_and_finds_an_ignored_schema() -> None:
    """The probe alone goes out; a server that ignores the schema gets it as text from then on."""
    client = in_turn(completion("Sure!"))
    asked = judge(client)
    run(asked.prepare())

    assert len(client.requests) == 1
    assert asked.capabilities["output"] == "json_object with schema"


def test_a_request_that_is_never_understood_stops_the_run() -> None:
    """When nothing is left to leave out, prepare gives up instead of failing every answer."""
    client = in_turn(status_error(400, {}))

    with pytest.raises(JudgeRejected) as caught:
        run(judge(client).prepare())

    assert caught.value.code == "bad_request"
    assert len(client.requests) <= 10


def test_a_dead_endpoint_is_unreachable_within_seconds() -> None:
    """Where nothing ever listened, the run stops soon and says so."""

    async def seconds() -> float:
        with pytest.raises(JudgeUnavailable, match="run again"):
            await judge(in_turn(openai.APIConnectionError(request=REQUEST))).prepare()
        return asyncio.get_running_loop().time()

    assert run(seconds()) < 30


def test_a_prompt_that_was_silently_cut_is_not_graded() -> None:
    """Fewer tokens counted than the text can have: the server cut it, so no verdict stands."""
    usage = {"prompt_tokens": 2048, "completion_tokens": 20}
    client = in_turn(completion(usage=usage))
    with pytest.raises(JudgeRefused) as caught:
        run(judge(client).ask(ask(answer="long " * 3000)))

    assert caught.value.code == "context"


def told_of(*asked: tuple[int, int]) -> list[bool]:
    """Whether each reply is taken for cut: of prompts so long, counted as so many tokens."""
    cuts = Cuts()
    return [cuts.has_cut("long " * (sent // 5), Usage(input=count)) for sent, count in asked]


def test_an_honest_round_count_is_no_cut() -> None:
    """One reply in some hundred counts 1,024 or 2,048 tokens exactly, and some count more."""
    class_of = [(4 * count, count) for count in (900, 1024, 1023, 1024, 1024, 1030)]
    class_of += [(4 * 1024 + 40 * place, 1024) for place in range(20)]

    assert not any(told_of(*class_of, (8200, 2048), (8150, 2048), (8300, 2048)))


def test_many_unlike_prompts_with_one_round_count_were_cut() -> None:
    """Where nothing counts more than a context holds, and prompts of any length just that."""
    got = told_of((4100, 1000), (9000, 2048), (9900, 2048), (10800, 2048), (11700, 2048))

    assert got == [False, False, False, False, True]


def test_a_line_of_dashes_is_no_cut() -> None:
    """A hundred of them are one token."""
    honest = "long " * 1000 + "-" * 9000

    assert not Cuts().has_cut(honest, Usage(input=1100))


@pytest.mark.parametrize("name", ["\ud800", "m" * 500_000, "\x1b[31mm", 7, {"m": 1}])
def test_names_that_a_reply_bears_can_be_kept_and_shown(name: Any) -> None:
    """Whatever an endpoint calls its model, its reply and its end: they are written into files."""
    got = read_completion(completion(finish=name, model=name, id=name), "host", "asked")

    assert got.model
    for each in (got.model, got.response_id, got.finish):
        assert each.isprintable()
        assert len(each.encode()) <= 300


def test_the_tokens_of_an_unusable_reply_are_on_the_bill() -> None:
    """What a cut-off reply took stands beside the reply that followed it."""
    got = run(judge(in_turn(completion("{", "length"), completion())).ask(ask()))

    used = Usage(input=100, output=20)
    assert (got.usage, got.waste) == (used, (used,))


def test_the_tokens_of_an_ask_that_came_to_nothing_are_on_the_bill() -> None:
    """All that was billed counts, whatever came of it: cut off twice, or declined by a filter."""
    cut = error_of(in_turn(completion("{", "length")))
    filtered = error_of(in_turn(completion("", "content_filter")))

    used = Usage(input=100, output=20)
    assert (waste_of(cut), waste_of(filtered)) == ((used, used), (used,))


def at_flex(*said: Any) -> FakeClient:
    return in_turn(*(completion(service_tier=tier) for tier in said))


def test_a_cheaper_tier_is_asked_for_and_told() -> None:
    """Each request names it, and the reply that says so is paid at it."""
    client = at_flex("flex")
    got = run(judge(client, tier="flex").ask(ask()))

    assert client.requests[0]["service_tier"] == "flex"
    assert got.full_price is False


@pytest.mark.parametrize("tier", ["default", None])
def test_a_tier_that_is_passed_over_in_silence_stops_the_run(tier: str | None) -> None:
    """The small first request is paid in full, no other one is."""
    client = at_flex(tier)
    asked = judge(client, tier="flex")

    with pytest.raises(JudgeRejected, match="leave out --tier flex") as caught:
        run(asked.prepare())

    assert (caught.value.code, len(client.requests)) == ("tier", 1)


def test_a_reply_that_is_paid_in_full_counts_in_full_and_is_the_last() -> None:
    """It was paid for, so it is used; what comes after it is not sent."""
    asked = judge(client := at_flex("flex", "default"), tier="flex")

    async def three() -> list[Any]:
        return [await asyncio.gather(asked.ask(ask()), return_exceptions=True) for _ in range(3)]

    (first,), (second,), (third,) = run(three())

    assert (first.full_price, second.full_price, type(third)) == (False, True, JudgeRejected)
    assert len(client.requests) == 2


def test_a_refused_tier_stops_the_run() -> None:
    """Never at the full price because it is not to be had."""
    client = in_turn(status_error(400, {"message": "service_tier flex is not available here"}))

    with pytest.raises(JudgeRejected, match="leave out --tier flex"):
        run(judge(client, tier="flex").prepare())

    assert len(client.requests) == 1


def test_a_tier_without_room_is_waited_for_and_then_given_up() -> None:
    """Nothing is charged for it, and it is no limit of rates: ten tries over some minutes."""
    full = status_error(429, {"message": "Resource Unavailable"})
    mended = in_turn(full, full, completion(service_tier="flex"))
    given_up = in_turn(full)

    assert run(judge(mended, tier="flex").ask(ask())).text == '{"full": true}'
    error = error_of(given_up, tier="flex")
    assert (error.code, len(given_up.requests)) == ("tier", 10)
