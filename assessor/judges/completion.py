"""A chat completion, looked at closely: a usable reply, or the error that it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assessor.errors import InvalidReply, JudgeRefused, JudgeUnavailable
from assessor.judges.base import JudgeReply, Usage

# No honest reply holds this much white space in one run.
_LOOP = re.compile(r"\s{120}")
_MOST_TOKENS = 10_000_000


class Unusable(InvalidReply):
    """A reply that must be asked for differently; it was paid for, so `usage` is kept."""

    def __init__(self, message: str, *, code: str, usage: Usage) -> None:
        super().__init__(message, code=code)
        self.usage = usage


def read_completion(completion: Any, where: str, asked_model: str) -> JudgeReply:  # SDK object
    """Return the reply that `completion` holds. Raises JudgeError for everything else."""
    choices = getattr(completion, "choices", None)
    if not isinstance(choices, list) or not choices:
        raise JudgeUnavailable(f"{where}: answered without a choice", code="empty")
    choice = choices[0]
    message = getattr(choice, "message", None)
    finish = str(getattr(choice, "finish_reason", None) or "stop")
    if finish == "content_filter":
        raise JudgeRefused(f"{where}: a content filter declined this answer", code="content_filter")
    if getattr(message, "refusal", None):
        raise JudgeRefused(f"{where}: the model declined this answer", code="refused")
    text = _text_of(getattr(message, "content", None))
    usage = read_usage(getattr(completion, "usage", None))
    if _LOOP.search(text):
        message = f"{where}: the reply runs off into white space"
        raise Unusable(message, code="whitespace", usage=usage)
    if finish == "length":
        raise Unusable(f"{where}: the reply was cut off", code="truncated", usage=usage)
    if not text.strip():
        raise JudgeUnavailable(f"{where}: the reply is empty", code="empty")
    model = getattr(completion, "model", None)
    identifier = getattr(completion, "id", None)
    return JudgeReply(
        text=text,
        model=model if isinstance(model, str) and model else asked_model,
        usage=usage,
        finish=finish,
        response_id=identifier if isinstance(identifier, str) else "",
    )


def _text_of(content: object) -> str:
    """Return the text of a message; some servers send it in parts."""
    parts = content if isinstance(content, list) else [content]
    texts = (part.get("text") if isinstance(part, Mapping) else part for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def error_inside(completion: Any) -> Mapping[str, object] | None:  # SDK object
    """Return the error that some proxies put into an answer with status 200."""
    error = getattr(completion, "error", None)
    if isinstance(error, Mapping):
        return error
    return {"message": error} if isinstance(error, str) and error else None


def read_usage(usage: Any) -> Usage:  # SDK object
    """Return the tokens as counted; what is missing or cannot be is None, never 0."""
    prompt = _count(getattr(usage, "prompt_tokens", None))
    details = getattr(usage, "prompt_tokens_details", None)
    cached = _count(getattr(details, "cached_tokens", None))
    written = _count(getattr(details, "cache_write_tokens", None))
    if prompt == 0:
        prompt = None
    if prompt is None or (cached or 0) > prompt:
        cached = None
    if prompt is None or (written or 0) > prompt:
        written = None
    output = _count(getattr(usage, "completion_tokens", None))
    return Usage(input=prompt, cached=cached, cache_written=written, output=output or None)


def both(first: Usage, second: Usage) -> Usage:
    """Return the tokens of two requests; what is unknown of one is unknown of both."""
    return Usage(
        input=_sum(first.input, second.input),
        cached=_sum(first.cached, second.cached),
        cache_written=_sum(first.cache_written, second.cache_written),
        output=_sum(first.output, second.output),
    )


def is_cut(sent: int, usage: Usage) -> bool:
    """Return whether the endpoint counted far too few tokens for `sent` characters.

    Some servers cut what exceeds their context and answer as if nothing were missing. No
    tokenizer averages six characters a token over our prompts; a count below 1,000 is no context.
    """
    return usage.input is not None and usage.input >= 1000 and sent > 6 * usage.input


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_TOKENS:
        return None
    return value
