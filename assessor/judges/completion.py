"""A chat completion, looked at closely: a usable reply, or the error that it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from assessor.errors import InvalidReply, JudgeRefused, JudgeUnavailable
from assessor.judges.base import JudgeReply, Usage
from assessor.judges.chances import chances_of

# No honest reply holds this much white space in one run.
_LOOP = re.compile(r"\s{120}")
_MOST_TOKENS = 10_000_000
_LONGEST_NAME = 300
# A provider's own words behind a gateway: Google's, Bedrock's, Zhipu's, Anthropic's.
_FILTERED = re.compile(
    r"content_?filter|safety|prohibited|recitation|blocklist|\bspii\b|guardrail|\bsensitive\b"
    r"|\brefusal\b",
    re.IGNORECASE,
)
_CUT_OFF = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
# Where servers put what a model thinks. It is not its reply: a draft may stand there.
_THOUGHTS = ("reasoning_content", "reasoning", "thinking")
# No tokenizer averages more characters a token over our prompts; a line of dashes is one token.
_MOST_PER_TOKEN = 6
_RUN = re.compile(r"(\W)\1{3,}", re.DOTALL)
# The sizes of contexts are multiples of this; so many prompts, the longest longer than the shortest
# by this factor, do not have the same number of tokens by chance.
_LEAST_CONTEXT, _ROUND = 1000, 256
_ALIKE_COUNTS, _UNLIKE = 4, 1.15


class Unusable(InvalidReply):
    """A reply that must be asked for differently."""


class NoText(InvalidReply):
    """A reply without a text at an endpoint that gave none yet in this form."""

    code = "empty"


def no_text(body: Mapping[str, object], where: str) -> NoText:
    """Return the error for replies that hold no text, and what may be done about it."""
    choices = body.get("choices")
    message = _part(choices[0], "message") if isinstance(choices, list) and choices else None
    if any(_text_of(_part(message, name)).strip() for name in _THOUGHTS):
        said = "the model puts all it says among its thoughts and gives no reply"
    else:
        said = "the replies hold no text"
    hint = "turn thinking off at the server, or take another model with --model"
    return NoText(f"{where}: {said}; {hint}")


def read_body(content: bytes, where: str) -> Mapping[str, object]:
    """Return the JSON object that a reply's body must be, whatever type it calls itself.

    Raises JudgeUnavailable for anything else: a page, an event stream, half an object.
    """
    try:
        body = json.loads(content.decode("utf-8-sig")) if content.strip() else None
    except (ValueError, RecursionError) as error:
        raise JudgeUnavailable(f"{where}: the reply cannot be read", code="server") from error
    if not isinstance(body, Mapping):
        raise JudgeUnavailable(f"{where}: the reply cannot be read", code="server")
    return body


def read_completion(body: Mapping[str, object], where: str, asked_model: str) -> JudgeReply:
    """Return the reply that a completion holds. Raises JudgeError for everything else."""
    choices = body.get("choices")
    if not choices and _part(body.get("promptFeedback"), "blockReason"):
        raise JudgeRefused(f"{where}: a content filter declined this answer", code="content_filter")
    if not isinstance(choices, list) or not choices:
        raise JudgeUnavailable(f"{where}: answered without a choice", code="empty")
    choice = choices[0]
    message = _part(choice, "message")
    finish = str(_part(choice, "finish_reason") or "stop")
    if _FILTERED.search(f"{finish} {_part(choice, 'native_finish_reason') or ''}"):
        raise JudgeRefused(f"{where}: a content filter declined this answer", code="content_filter")
    if _part(message, "refusal"):
        raise JudgeRefused(f"{where}: the model declined this answer", code="refused")
    text = _text_of(_part(message, "content"))
    if not text.strip():
        text = _arguments_of(_part(message, "tool_calls"))
    usage = read_usage(body.get("usage"))
    if _LOOP.search(text):
        message = f"{where}: the reply runs off into white space"
        raise Unusable(message, code="whitespace")
    if finish.lower() in _CUT_OFF:
        raise Unusable(f"{where}: the reply was cut off", code="truncated")
    if not text.strip():
        raise JudgeUnavailable(f"{where}: the reply is empty", code="empty")
    model, identifier = body.get("model"), body.get("id")
    return JudgeReply(
        text=text,
        model=_name_in(model) or asked_model,
        usage=usage,
        finish=_name_in(finish),
        response_id=_name_in(identifier),
        chances=chances_of(choice),
    )


def _name_in(value: object) -> str:
    """Return a name as it can be kept and shown; "" for what is none."""
    return "".join(filter(str.isprintable, value[:_LONGEST_NAME])) if isinstance(value, str) else ""


def _text_of(content: object) -> str:
    """Return the text of a message; some servers send it in parts, some the reply as an object."""
    if isinstance(content, Mapping) and not isinstance(content.get("text"), str):
        return json.dumps(content, ensure_ascii=False)
    parts = content if isinstance(content, list) else [content]
    return "".join(text for part in parts if isinstance(text := _text_in(part), str))


def _text_in(part: object) -> object:
    if not isinstance(part, Mapping):
        return part
    if str(part.get("type", "")) in _THOUGHTS:
        return None
    held = part.get("json")
    return json.dumps(held, ensure_ascii=False) if isinstance(held, Mapping) else part.get("text")


def _arguments_of(calls: object) -> str:
    """Return what functions were called with, one to a line; some servers send it as an object."""
    functions = [_part(call, "function") for call in (calls if isinstance(calls, list) else [])]
    given = [_part(function, "arguments") for function in functions]
    texts = [json.dumps(each) if isinstance(each, Mapping) else each for each in given]
    return "\n".join(text for text in texts if isinstance(text, str))


def _part(of: object, name: str) -> object:
    return of.get(name) if isinstance(of, Mapping) else None


def error_inside(body: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return the error that some proxies put into an answer with status 200."""
    error = body.get("error")
    if isinstance(error, Mapping):
        return error
    return {"message": error} if isinstance(error, str) and error else None


def read_usage(usage: object) -> Usage:
    """Return the tokens as counted; what is missing or cannot be is None, never 0."""
    prompt = _count(_part(usage, "prompt_tokens"))
    details = _part(usage, "prompt_tokens_details")
    cached = _count(_part(details, "cached_tokens"))
    written = _count(_part(details, "cache_write_tokens"))
    if prompt == 0:
        prompt = None
    if prompt is None or (cached or 0) > prompt:
        cached = None
    if prompt is None or (written or 0) > prompt:
        written = None
    output = _count(_part(usage, "completion_tokens"))
    return Usage(input=prompt, cached=cached, cache_written=written, output=output or None)


class Cuts:
    """Finds out whether an endpoint cuts what exceeds its context, and answers as if nothing were
    missing.

    One honest reply in some hundred counts a round number of tokens: no single one proves
    anything, unless it counts far fewer than any tokenizer would.
    """

    def __init__(self) -> None:
        self._most = 0
        self._sent: set[int] = set()

    def has_cut(self, text: str, usage: Usage) -> bool:
        """Return whether the reply to this prompt shows, with those before, that it was cut.

        A context shows in many unlike prompts with the same round count, above which there is
        none. A count below 1,000 is no context.
        """
        count = usage.input
        if count is None or count < _LEAST_CONTEXT:
            return False
        if len(text) > _MOST_PER_TOKEN * count:
            return len(_RUN.sub(r"\1\1", text)) > _MOST_PER_TOKEN * count
        if count < self._most:
            return False
        if count > self._most:
            self._most, self._sent = count, set()
        if count % _ROUND:
            return False
        self._sent.add(len(text))
        unlike = max(self._sent) >= _UNLIKE * min(self._sent)
        return len(self._sent) >= _ALIKE_COUNTS and unlike


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_TOKENS:
        return None
    return value
