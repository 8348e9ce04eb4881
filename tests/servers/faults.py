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

    def fault(exchange: Exchange) -> Answer:
        reply = json.loads(exchange.text)
        change(next(iter(reply["cells"].values())) if "cells" in reply else reply)
        return as_json(with_text(exchange, json.dumps(reply)))

    return fault


def _drop_boolean(fields: dict[str, Any]) -> None:
    del fields[_verdict_of(fields)]


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
    return lambda exchange: answer() if _uses(exchange.asked, feature) else None


def _uses(asked: Body, feature: str) -> bool:
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
    "quota": lambda x: error(429, _QUOTA, "insufficient_quota"),
    "quota_402": lambda x: error(402, "Insufficient credits"),
    "e500": lambda x: error(500, "The server had an error while processing your request"),
    "e503": lambda x: error(503, "The engine is currently overloaded"),
    "e529": lambda x: error(529, "Overloaded"),
    "html502": lambda x: Answer(status=502, body=_HTML, content_type="text/html"),
    "html200": lambda x: Answer(status=200, body=_HTML, content_type="text/html"),
    "e401": lambda x: error(401, "Incorrect API key provided", "invalid_api_key"),
    "e403": lambda x: error(403, "Your project has no access to this resource"),
    "unknown_model": lambda x: error(404, "The model `x` does not exist", "model_not_found"),
    "hang": lambda x: Answer(manner=Manner.HANG),
    "drip_body": lambda x: replace(as_json(x.good), manner=Manner.DRIP),
    "reset": lambda x: Answer(manner=Manner.RESET),
    "truncated": lambda x: as_json(with_text(x, x.text[: len(x.text) // 2], "length")),
    "cut_json": _said(lambda text: text[: len(text) // 2]),
    "broken_json": lambda x: Answer(body=as_json(x.good).body[:60]),
    "null_content": _choice(content=None),
    "reasoning_ate_it": _choice(content="", finish="length"),
    "whitespace_loop": lambda x: as_json(with_text(x, x.text[:20] + " \n" * 2000, "length")),
    "fenced_json": _said(lambda text: f"```json\n{text}\n```"),
    "think_then_json": _said(lambda text: f"<think>Perhaps {{full}}. No.</think>\n\n{text}"),
    "two_json_objects": _said(lambda text: f"{text}\n{text}"),
    "schema_ignored": lambda x: (
        as_json(with_text(x, "Sure! The answer is fine."))
        if _uses(x.asked, "json_schema")
        else None
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
    "no_json_object": _refuses("json_object", lambda: error(400, "json_object is not supported")),
    "max_tokens_refused": _refuses(
        "max_tokens", lambda: error(400, _BUDGET, "unsupported_parameter")
    ),
    "temperature_refused": _refuses("temperature", lambda: error(400, _HEAT, "unsupported_value")),
    "seed_refused": _refuses("seed", lambda: error(422, "Unrecognized argument: seed")),
    "system_refused": _refuses("system", lambda: error(400, _ROLES)),
    "wordless_400": _refuses("json_schema", lambda: as_json({}, 400)),
    "missing_field": _object_fault(_drop_boolean),
    "unknown_field": _object_fault(lambda fields: fields.update(score=10)),
    "duplicate_field": _said(_duplicate),
    "false_as_text": _object_fault(_boolean_as_text),
    "choices_null": lambda x: as_json({**x.good, "choices": None}),
    "choices_empty": lambda x: as_json({**x.good, "choices": []}),
    "error_in_200": lambda x: as_json({"error": {"message": "Provider error", "code": 502}}),
    "refusal": _choice(content=None, refusal="I cannot help with that."),
    "content_filter": _choice(content="", finish="content_filter"),
    "content_filter_400": lambda x: error(400, _FILTERED, "content_filter"),
    "context": lambda x: error(400, _LONG, "context_length_exceeded"),
    "usage_nonsense": lambda x: as_json({**x.good, "usage": _NONSENSE}),
    "usage_missing": lambda x: as_json({**x.good, "usage": None}),
    "model_name_changes": lambda x: as_json({**x.good, "model": f"test-model-{x.number % 2}"}),
    "redirect": lambda x: Answer(status=307, headers={"location": "http://127.0.0.2:9/v1"}),
}
