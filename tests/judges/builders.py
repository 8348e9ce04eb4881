"""Small builders for the judges' tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import openai

from assessor.judges.openai import OpenAIJudge
from assessor.judges.openai_settings import OpenAISettings
from assessor.prompt import Ask
from assessor.verdict import Pass
from tests.judges.clock import ambient

URL = "http://judge.test/v1"


def schema(*levels: str) -> dict[str, object]:
    """The schema of one cell with these levels above absent."""
    yes = [f"at_least_{level}" for level in levels[:-1]] + [levels[-1]]
    fields: dict[str, object] = {
        "quotes": {"type": "array", "items": {"type": "string"}},
        "gap": {"type": "string"},
        "withdrawn": {"type": "boolean"},
        **{name: {"type": "boolean"} for name in yes},
        **{f"p_{level}": {"type": "number"} for level in levels},
        "note": {"type": "string"},
    }
    return {"type": "object", "properties": fields, "required": list(fields)}


def joint(**cells: dict[str, object]) -> dict[str, object]:
    """The schema of several cells."""
    inner = {"type": "object", "properties": cells}
    return {"type": "object", "properties": {"cells": inner}, "required": ["cells"]}


def ask(
    answer: str = "It rains.",
    cells: tuple[str, ...] = ("rain",),
    form: dict[str, object] | None = None,
    asked: Pass = Pass.NEUTRAL,
) -> Ask:
    return Ask(
        system="Grade the answer.",
        user=f"The answer: {answer}",
        schema=form or schema("partial", "full"),
        cells=cells,
        asked=asked,
        answer=answer,
        answer_digest="",
        prefix_key="prefix",
        prompt="p",
        shown="s",
    )


def completion(text: str | None = '{"full": true}', finish: str = "stop", **more: Any) -> Any:
    """A completion as the endpoint sends it."""
    message = {"role": "assistant", "content": text, "refusal": more.pop("refusal", None)}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "model-2026",
        "choices": [{"index": 0, "finish_reason": finish, "message": message}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        **more,
    }
    return body


def status_error(status: int, body: object = None, **headers: str) -> openai.APIStatusError:
    """An error as the SDK raises it for an HTTP status; `body` is what stands under `error`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = httpx2.Request("POST", URL)
    response = httpx2.Response(status, headers=named, request=request)
    return openai.APIStatusError("said by the server", response=response, body=body)


class FakeClient:
    """An AsyncOpenAI whose replies come from `script`, by request body and number."""

    def __init__(self, script: Callable[[dict[str, Any], int], Any]) -> None:
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.closed = False

    async def post(self, path: str, *, body: dict[str, Any], cast_to: type) -> Any:
        assert path == "/chat/completions"
        self.requests.append(body)
        said = self.script(body, len(self.requests))
        await asyncio.sleep(0.01)
        if isinstance(said, Exception):
            raise said
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        return cast_to(200, content=content)

    async def close(self) -> None:
        self.closed = True


def in_turn(*said: Any) -> FakeClient:
    """A client that says these things one after the other, the last one for ever."""
    return FakeClient(lambda body, number: said[min(number, len(said)) - 1])


def judge(client: FakeClient, **settings: Any) -> OpenAIJudge:
    named = OpenAISettings(model="model", base_url=URL, **settings)
    return OpenAIJudge(client, named, ambient())
