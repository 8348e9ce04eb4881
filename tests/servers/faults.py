"""The faults themselves: each looks at one exchange and answers in the good reply's stead."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from email.utils import formatdate
from typing import Any

from tests.servers.http import Answer, Manner

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request, the completion a good server would give, and what a wait should name."""

    asked: Body
    good: Body
    text: str
    number: int
    now: float
    seconds: float


Fault = Callable[[Exchange], Answer | None]


def as_json(body: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status=status, body=json.dumps(body).encode(), headers=named)


def error(status: int, message: str, code: str | None = None, **headers: str) -> Answer:
    kind = "invalid_request_error" if status < 429 else "server_error"
    body = {"error": {"message": message, "type": kind, "param": None, "code": code}}
    return as_json(body, status, **headers)


def _limited(**headers: str) -> Answer:
    return error(429, "Rate limit reached for requests", "rate_limit_exceeded", **headers)


def _rl_garbage(exchange: Exchange) -> Answer:
    answer = _limited(retry_after_ms="soon")
    return replace(answer, headers={**answer.headers, "retry-after": "1e999, perhaps"})


def _said(change: Callable[[str], str]) -> Fault:
    """A fault in the reply's text."""
    return lambda exchange: as_json(with_text(exchange, change(exchange.text)))


def _choice(**fields: object) -> Fault:
    """A fault in the fields of the only choice; `content` and `refusal` belong to its message."""

    def fault(exchange: Exchange) -> Answer:
        message = {
            "role": "assistant",
            "content": fields.get("content", exchange.text),
            "refusal": fields.get("refusal"),
        }
        finish = fields.get("finish", "stop")
        choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
        return as_json({**exchange.good, "choices": [choice]})

    return fault


def with_text(exchange: Exchange, text: str, finish: str = "stop") -> Body:
    message = {"role": "assistant", "content": text, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": finish, "logprobs": None}
    return {**exchange.good, "choices": [choice]}


def _object_fault(change: Callable[[dict[str, Any]], None]) -> Fault:
    """A fault in the reply's fields (of the first cell, in the joint layout)."""

    def fault(exchange: Exchange) -> Answer | None:
        reply = json.loads(exchange.text)
        if "cells" not in reply and "quotes" not in reply:
            return None  # A request about no cell.
        change(next(iter(reply["cells"].values())) if "cells" in reply else reply)
        return as_json(with_text(exchange, json.dumps(reply)))

    return fault


def _drop_boolean(fields: dict[str, Any]) -> None:
    del fields[_verdict_of(fields)]


def _set_chance(fields: dict[str, Any], value: object) -> None:
    fields[next(name for name in fields if name.startswith("p_"))] = value


def _number_fault(number: Callable[[bool], object] | None) -> Fault:
    """Another number beside each right yes and no, in all cells; without `number` none at all."""

    def fault(exchange: Exchange) -> Answer | None:
        reply = json.loads(exchange.text)
        if "cells" not in reply and "quotes" not in reply:
            return None
        for fields in reply["cells"].values() if "cells" in reply else [reply]:
            for name in [each for each in fields if each.startswith("p_")]:
                met = fields[name] > 50
                if number is None:
                    del fields[name]
                else:
                    fields[name] = number(met)
        return as_json(with_text(exchange, json.dumps(reply)))

    return fault


def _set_verdict(fields: dict[str, Any], value: object) -> None:
    fields[_verdict_of(fields)] = value


def _boolean_as_text(fields: dict[str, Any]) -> None:
    fields[_verdict_of(fields)] = "false"


def _verdict_of(fields: dict[str, Any]) -> str:
    names = [name for name, value in fields.items() if isinstance(value, bool)]
    return names[-1]


def _duplicate(text: str) -> str:
    """The same object with one verdict twice, the second time turned round."""
    fields = json.loads(text)
    cell = next(iter(fields["cells"].values())) if "cells" in fields else fields
    name = _verdict_of(cell)
    value = "true" if cell[name] else "false"
    other = "false" if cell[name] else "true"
    return text.replace(f'"{name}": {value}', f'"{name}": {value}, "{name}": {other}', 1)


def _refuses(feature: str, answer: Callable[[], Answer]) -> Fault:
    """Refuse requests that make use of `feature`."""
    return lambda exchange: answer() if uses(exchange.asked, feature) else None


def uses(asked: Body, feature: str) -> bool:
    if feature in {"json_schema", "json_object"}:
        return bool((asked.get("response_format") or {}).get("type") == feature)
    if feature == "system":
        return any(message["role"] == "system" for message in asked["messages"])
    return feature in asked


def _pydantic(location: list[str], message: str, given: object) -> dict[str, object]:
    return {"type": "literal_error", "loc": location, "msg": message, "input": given}


def _schema_500() -> Answer:
    detail = _pydantic(
        ["body", "response_format", "type"],
        "Input should be 'text' or 'json_object'",
        "json_schema",
    )
    return as_json({"error": {"message": str([detail]), "type": "internal_server_error"}}, 500)


def _schema_422() -> Answer:
    detail = _pydantic(
        ["body", "response_format", "type"],
        "Input should be 'text' or 'json_object'",
        "json_schema",
    )
    return as_json({"detail": [detail]}, 422)


def _forbidden() -> Answer:
    row = {"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are forbidden"}
    return as_json({"object": "error", "message": str([row]), "code": 400}, 400)


def _rate_headers(exchange: Exchange) -> Answer:
    left = exchange.number % 50
    headers = {
        "x-ratelimit-remaining-requests": str(left),
        "x-ratelimit-reset-requests": "1s" if not left else "20ms",
        "x-ratelimit-remaining-tokens": "soon",
    }
    return replace(as_json(exchange.good), headers=headers)


def _streamed(exchange: Exchange) -> Answer:
    delta = {"index": 0, "delta": {"content": exchange.text}, "finish_reason": None}
    chunk = {**exchange.good, "object": "chat.completion.chunk", "choices": [delta]}
    body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()
    return Answer(body=body, content_type="text/event-stream")


def _two_choices(exchange: Exchange) -> Answer:
    good = with_text(exchange, exchange.text)
    other = with_text(exchange, _turned(exchange.text))["choices"][0]
    return as_json({**good, "choices": [*good["choices"], {**other, "index": 1}]})


def _turned(text: str) -> str:
    """The reply with each yes a no and each no a yes."""
    turned = text.replace("true", "?").replace("false", "true")
    return turned.replace("?", "false")


def _google(delay: str, window: str) -> Body:
    quota = {"quotaId": f"GenerateRequests{window}PerProjectPerModel"}
    details: list[Body] = [{"violations": [quota]}, {"retryDelay": delay}]
    return {"code": 429, "message": _QUOTA, "status": "RESOURCE_EXHAUSTED", "details": details}


def _at_full_price(exchange: Exchange, text: str) -> Answer:
    return as_json({**with_text(exchange, text), "service_tier": "default"})


def _thought_only(exchange: Exchange) -> Body:
    """LM Studio, OpenRouter, Ollama: all that the model said is called reasoning."""
    body = with_text(exchange, "")
    body["choices"][0]["message"]["reasoning_content"] = exchange.text
    return body


def _with_content(exchange: Exchange, content: object) -> Body:
    body = with_text(exchange, exchange.text)
    body["choices"][0]["message"]["content"] = content
    return body


def _with_reasoning(exchange: Exchange) -> Body:
    body = with_text(exchange, exchange.text)
    body["choices"][0]["message"]["reasoning_content"] = "Perhaps {full}. No."
    return body


_NO_PAGE = b"<html><body><h1>404 Not Found</h1></body></html>"
_HTML = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
_NONSENSE = {"prompt_tokens": -5, "completion_tokens": 10**12, "total_tokens": None}
_ROLES = "Conversation roles must alternate user/assistant/user/assistant/..."
_BUDGET = (
    "Unsupported parameter: 'max_tokens' is not supported with this model. "
    "Use 'max_completion_tokens' instead."
)
_HEAT = "Unsupported value: 'temperature' does not support 0 with this model."
_QUOTA = "You exceeded your current quota, please check your plan and billing details."
_FILTERED = "The response was filtered due to the prompt triggering the content management policy."
_LONG = "This model's maximum context length is 4096 tokens, however you requested 6000 tokens."

FAULTS: dict[str, Fault] = {
    "rl_seconds": lambda x: _limited(retry_after=f"{x.seconds:g}", retry_after_ms="bad"),
    "rl_ms": lambda x: _limited(retry_after_ms=f"{x.seconds * 1000:g}"),
    "rl_date": lambda x: _limited(retry_after=formatdate(x.now + x.seconds + 1, usegmt=True)),
    "rl_garbage": _rl_garbage,
    "tier_passed_over": lambda x: _at_full_price(x, x.text),
    "tier_passed_over_empty": lambda x: _at_full_price(x, ""),
    "tier_refused": lambda x: (
        error(400, "Invalid service_tier argument: flex is not available for this model.")
        if uses(x.asked, "service_tier")
        else None
    ),
    "tier_full": lambda x: error(429, "Resource Unavailable", "resource_unavailable"),
    "quota": lambda x: error(429, _QUOTA, "insufficient_quota"),
    "json_validate_failed": lambda x: (
        error(400, "Failed to generate JSON. See 'failed_generation'.", "json_validate_failed")
        if uses(x.asked, "json_schema")
        else None
    ),
    "retry_delay": lambda x: as_json([{"error": _google(f"{x.seconds:g}s", "PerMinute")}], 429),
    "day_quota": lambda x: as_json([{"error": _google("20s", "PerDay")}], 429),
    "native_filter": lambda x: as_json(with_text(x, "", "PROHIBITED_CONTENT")),
    "too_large": lambda x: Answer(status=413, body=_HTML, content_type="text/html"),
    "tokens_per_minute": lambda x: error(
        413,
        "Request too large on tokens per minute (TPM): Limit 6000, Used 5500, Requested 900. "
        "Please try again in 1s.",
        "rate_limit_exceeded",
    ),
    "data_policy": lambda x: error(404, "No endpoints found matching your data policy."),
    "bounds_refused": lambda x: (
        error(400, "Invalid schema for response_format 'reply': 'minimum' is not permitted.")
        if uses(x.asked, "json_schema") and '"minimum"' in json.dumps(x.asked)
        else None
    ),
    "rl_none": lambda x: _limited(),
    "rl_spoken": lambda x: error(
        429, "Limit 500000 tokens per day. Please try again in 1h12m.", "rate_limit_exceeded"
    ),
    "rl_per_minute": lambda x: error(
        429, "Quota exceeded for requests per minute. Please retry in 0.4s.", retry_after="0.4"
    ),
    "rate_limit_in_200": lambda x: as_json(
        {"error": {"message": "Rate limit reached, slow down", "code": 429}}
    ),
    "rate_headers": _rate_headers,
    "rate_headers_empty": lambda x: replace(
        as_json(x.good),
        headers={"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "300ms"},
    ),
    "quota_403": lambda x: error(403, "Your credit balance is too low to access the API."),
    "quota_402": lambda x: error(402, "Insufficient credits"),
    "e500": lambda x: error(500, "The server had an error while processing your request"),
    "e503": lambda x: error(503, "The engine is currently overloaded"),
    "poison": lambda x: (
        error(500, "internal error") if " 0." in x.asked["messages"][-1]["content"] else None
    ),
    "e503_long": lambda x: error(503, "Maintenance", retry_after="3600"),
    "e529": lambda x: error(529, "Overloaded"),
    "e408": lambda x: error(408, "Request timeout"),
    "e409": lambda x: error(409, "Conflict, try again"),
    "e504": lambda x: error(504, "upstream request timeout"),
    "e520": lambda x: Answer(status=520, body=b"error code: 520", content_type="text/plain"),
    "loading": lambda x: error(503, "Loading model", "unavailable_error"),
    "html502": lambda x: Answer(status=502, body=_HTML, content_type="text/html"),
    "html200": lambda x: Answer(status=200, body=_HTML, content_type="text/html"),
    "e401": lambda x: error(401, "Incorrect API key provided", "invalid_api_key"),
    "e403": lambda x: error(403, "Your project has no access to this resource"),
    "unknown_model": lambda x: error(404, "The model `x` does not exist", "model_not_found"),
    "unknown_model_400": lambda x: error(400, "Invalid model name passed in model=test-model"),
    "no_such_path": lambda x: Answer(status=404, body=_NO_PAGE, content_type="text/html"),
    "hang": lambda x: Answer(manner=Manner.HANG),
    "drip_body": lambda x: replace(as_json(x.good), manner=Manner.DRIP),
    "reset": lambda x: Answer(manner=Manner.RESET),
    "cut_body": lambda x: replace(as_json(x.good), manner=Manner.CUT),
    "no_keep_alive": lambda x: replace(as_json(x.good), manner=Manner.LAST),
    "slow": lambda x: replace(as_json(x.good), manner=Manner.SLOW),
    "empty_body": lambda x: Answer(body=b""),
    "text_plain": lambda x: replace(as_json(x.good), content_type="text/plain"),
    "charset": lambda x: Answer(
        body=b"\xef\xbb\xbf" + as_json(x.good).body, content_type="application/json; charset=UTF-8"
    ),
    "streamed": _streamed,
    "truncated": lambda x: as_json(with_text(x, x.text[: len(x.text) // 2], "length")),
    "cut_json": _said(lambda text: text[: len(text) // 2]),
    "broken_json": lambda x: Answer(body=as_json(x.good).body[:60]),
    "null_content": _choice(content=None),
    "reasoning_ate_it": _choice(content="", finish="length"),
    "whitespace_loop": lambda x: as_json(with_text(x, x.text[:20] + " \n" * 2000, "length")),
    "whitespace_under_schema": lambda x: (
        as_json(with_text(x, x.text[:20] + " \n" * 2000, "length"))
        if uses(x.asked, "json_schema")
        else None
    ),
    "prose_around_json": _said(lambda text: f"Here is my verdict:\n{text}\nI hope this helps!"),
    "think_unclosed": _said(lambda text: f"<think>Perhaps {text}"),
    "reasoning_field": lambda x: as_json(_with_reasoning(x)),
    "json_list": _said(lambda text: f"[{text}]"),
    "empty_object": _said(lambda text: "{}"),
    "schema_echo": _said(lambda text: json.dumps({"type": "object", "properties": {"a": {}}})),
    "content_parts": lambda x: as_json(_with_content(x, [{"type": "text", "text": x.text}])),
    "tool_call": _choice(content=None, finish="tool_calls"),
    "two_choices": _two_choices,
    "fenced_json": _said(lambda text: f"```json\n{text}\n```"),
    "think_then_json": _said(lambda text: f"<think>Perhaps {{full}}. No.</think>\n\n{text}"),
    "think_no_open": _said(
        lambda text: f'It may. Draft: {{"quotes": [], "full": false}} {text[:9]}.\n</think>\n{text}'
    ),
    "channel_marks": _said(
        lambda text: (
            f"<|channel|>analysis<|message|>Perhaps {{{text}<|end|>"
            f"<|start|>assistant<|channel|>final<|message|>{text}<|return|>"
        )
    ),
    "encoded_twice": _said(json.dumps),
    "braces_in_prose": _said(lambda text: f"The set {{a, b}} says so:\n{text}\nSee {{1}}."),
    "schema_filled_in": _said(
        lambda text: json.dumps({"type": "object", "properties": json.loads(text)})
    ),
    "python_spelling": _said(lambda text: str(json.loads(text))),
    "draft_turned_round": _said(lambda text: f"{_turned(text)}\nNo, rather:\n{text}"),
    "content_object": lambda x: as_json(_with_content(x, json.loads(x.text))),
    "thinking_parts": lambda x: as_json(
        _with_content(
            x,
            [
                {"type": "thinking", "thinking": [{"type": "text", "text": _turned(x.text)}]},
                {"type": "reasoning", "text": _turned(x.text)},
                {"type": "text", "text": x.text},
            ],
        )
    ),
    "reasoning_holds_answer": lambda x: (
        as_json(_thought_only(x)) if uses(x.asked, "json_schema") else None
    ),
    "reasoning_always": lambda x: as_json(_thought_only(x)),
    "only_quotes": lambda x: (
        as_json(with_text(x, '{"quotes": []}'))
        if uses(x.asked, "json_object") and "nonce" in x.asked["messages"][-1]["content"]
        else None
    ),
    "two_json_objects": _said(lambda text: f"{text}\n{text}"),
    "schema_ignored": lambda x: (
        as_json(with_text(x, "Sure! The answer is fine.")) if uses(x.asked, "json_schema") else None
    ),
    "no_json_schema_400": _refuses(
        "json_schema", lambda: error(400, "This response_format type is unavailable now")
    ),
    "no_json_schema_404": _refuses(
        "json_schema",
        lambda: error(404, "No endpoints found that can handle the requested parameters."),
    ),
    "no_json_schema_422": _refuses("json_schema", _schema_422),
    "no_json_schema_500": _refuses("json_schema", _schema_500),
    "no_json_schema_501": _refuses("json_schema", lambda: as_json({"error": "unimplemented"}, 501)),
    "no_json_own_words": lambda x: (
        error(400, "This server does not do that.") if x.asked.get("response_format") else None
    ),
    "max_completion_tokens_refused": _refuses(
        "max_completion_tokens",
        lambda: error(400, "Unrecognized request argument: max_completion_tokens"),
    ),
    "seed_forbidden": _refuses("seed", _forbidden),
    "system_refused_500": _refuses("system", lambda: error(500, f"jinja2 TemplateError: {_ROLES}")),
    "no_json_object": _refuses("json_object", lambda: error(400, "json_object is not supported")),
    "no_schema_object": lambda x: (
        error(400, "response_format.schema: Extra inputs are not permitted")
        if "schema" in (x.asked.get("response_format") or {})
        else None
    ),
    "no_tools": _refuses("tools", lambda: error(500, "tools param requires --jinja flag")),
    "max_tokens_refused": _refuses(
        "max_tokens", lambda: error(400, _BUDGET, "unsupported_parameter")
    ),
    "temperature_refused": _refuses("temperature", lambda: error(400, _HEAT, "unsupported_value")),
    "seed_refused": _refuses("seed", lambda: error(422, "Unrecognized argument: seed")),
    "system_refused": _refuses("system", lambda: error(400, _ROLES)),
    "wordless_always": lambda x: as_json({}, 400),
    "wordless_400": _refuses("json_schema", lambda: as_json({}, 400)),
    "missing_field": _object_fault(_drop_boolean),
    "missing_quotes": _object_fault(lambda fields: fields.pop("quotes")),
    "number_as_text": _object_fault(lambda fields: _set_chance(fields, "95")),
    "out_of_range": _object_fault(lambda fields: _set_chance(fields, 950)),
    "numbers_as_fractions": _number_fault(lambda met: 0.95 if met else 0.05),
    "numbers_always_forty": _number_fault(lambda met: 40),
    "numbers_turned_round": _number_fault(lambda met: 5 if met else 95),
    "numbers_left_out": _number_fault(None),
    "nan": _object_fault(lambda fields: _set_chance(fields, float("nan"))),
    "verdict_as_number": _object_fault(lambda fields: _set_verdict(fields, 1)),
    "null_verdict": _object_fault(lambda fields: _set_verdict(fields, None)),
    "unknown_field": _object_fault(lambda fields: fields.update(score=10)),
    "duplicate_field": _said(_duplicate),
    "false_as_text": _object_fault(_boolean_as_text),
    "choices_null": lambda x: as_json({**x.good, "choices": None}),
    "choices_empty": lambda x: as_json({**x.good, "choices": []}),
    "no_message": lambda x: as_json({**x.good, "choices": [{"index": 0, "finish_reason": "stop"}]}),
    "error_in_200": lambda x: as_json({"error": {"message": "Provider error", "code": 502}}),
    "refusal": _choice(content=None, refusal="I cannot help with that."),
    "content_filter": _choice(content="", finish="content_filter"),
    "content_filter_400": lambda x: error(400, _FILTERED, "content_filter"),
    "context": lambda x: error(400, _LONG, "context_length_exceeded"),
    "context_500": lambda x: error(500, "the request exceeds the available context size"),
    "silent_truncation": lambda x: as_json(
        {**x.good, "usage": {"prompt_tokens": 1024, "completion_tokens": 60, "total_tokens": 1084}}
    ),
    "usage_zero": lambda x: as_json(
        {**x.good, "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}
    ),
    "usage_nonsense": lambda x: as_json({**x.good, "usage": _NONSENSE}),
    "usage_missing": lambda x: as_json({**x.good, "usage": None}),
    "model_name_changes": lambda x: as_json({**x.good, "model": f"test-model-{x.number % 2}"}),
    "redirect_302": lambda x: Answer(status=302, headers={"location": "/login"}),
    "redirect": lambda x: Answer(status=307, headers={"location": "http://127.0.0.2:9/v1"}),
}
