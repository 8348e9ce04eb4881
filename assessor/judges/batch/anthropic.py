"""Batches at Anthropic: requests inline, in that host's own form of a message."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any

from assessor.errors import JudgeUnavailable
from assessor.judges.batch.base import FoundBatch, Result, SoughtBatch, Status
from assessor.judges.batch.batch_client import BatchClient
from assessor.judges.batch.openai import rows_of
from assessor.judges.dialect import BOUNDS

_PATH = "/messages/batches"
_PAGE, _PAGES = 100, 20
# What a request of OpenAI's form holds that a message of this host has under the same name.
_SAME = ("model", "temperature")
_FINISHES = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length"}


class AnthropicBatches:
    """`/messages/batches`: there is no file and no mark of ours on a batch."""

    most_requests = 100_000
    most_bytes = 240_000_000

    def __init__(self, wire: BatchClient) -> None:
        self._wire = wire

    def line(self, name: str, body: Mapping[str, object]) -> dict[str, object]:
        """Return one request as one of the list."""
        return {"custom_id": name, "params": _message(body)}

    async def find(self, sought: SoughtBatch) -> FoundBatch:
        """Return the batch that holds as many requests, was made since, and is nobody else's.

        A host that puts no mark on a batch leaves no surer way; two such batches of one key within
        the same moment, from two machines, could be taken for each other, and their results then
        bear names that nobody here asked.
        """
        since = datetime.fromisoformat(sought.since)
        async for row in self._listed():
            name, counts = str(row.get("id", "")), row.get("request_counts")
            try:
                is_since = datetime.fromisoformat(str(row.get("created_at", ""))) >= since
                held = sum(counts.values()) if isinstance(counts, Mapping) else 0
            except (ValueError, TypeError):
                continue  # no batch of ours says such things
            if is_since and held == sought.requests and name not in sought.known:
                return FoundBatch(batch=name)
        return FoundBatch()

    async def upload(self, mark: str, content: bytes) -> str:
        """Nothing is uploaded: the requests go along with the order."""
        return ""

    async def create(self, mark: str, model: str, file: str, content: bytes) -> str:
        """Hand in the requests."""
        requests = [json.loads(line) for line in content.splitlines()]
        made = await self._wire.post(_PATH, {"requests": requests})
        name = made.get("id")
        if not isinstance(name, str) or not name:
            raise JudgeUnavailable(f"{self._wire.where}: gave the batch no name", code="server")
        return name

    async def status(self, batch: str) -> Status:
        """Return how the batch stands."""
        row = await self._wire.look(f"{_PATH}/{batch}")
        state = str(row.get("processing_status", ""))
        return Status(state=state, ended=state == "ended")

    async def results(self, batch: str, status: Status) -> Iterator[Result]:
        """Return what came of it, each as a chat completion or an error."""
        return _results(await self._wire.file(f"{_PATH}/{batch}/results"))

    async def clear(self, batch: str, files: tuple[str, ...]) -> None:
        """Delete the batch, requests and results, at the host."""
        await self._wire.delete(f"{_PATH}/{batch}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()

    async def _listed(self) -> AsyncIterator[Mapping[str, object]]:
        after: dict[str, object] = {}
        for _ in range(_PAGES):
            page = await self._wire.read(_PATH, limit=_PAGE, **after)
            for row in rows_of(page):
                yield row
            if not page.get("has_more"):
                return
            after = {"after_id": page.get("last_id", "")}


def _message(body: Mapping[str, Any]) -> dict[str, object]:
    """Return a request of OpenAI's form as one of this host's."""
    said = body["messages"]
    message: dict[str, object] = {name: body[name] for name in _SAME if name in body}
    message["max_tokens"] = body.get("max_tokens") or body.get("max_completion_tokens") or 4000
    system = [each["content"] for each in said if each.get("role") == "system"]
    if system:
        # The same for the whole class: read from this host's cache where it is long enough.
        text = "\n\n".join(map(str, system))
        message["system"] = [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]
    message["messages"] = [
        {"role": each["role"], "content": each["content"]}
        for each in said
        if each.get("role") != "system"
    ]
    form = body.get("response_format")
    schema = form.get("json_schema") if isinstance(form, Mapping) else None
    if isinstance(schema, Mapping):
        held = {"type": "json_schema", "schema": _unbounded(schema["schema"])}
        message["output_config"] = {"format": held}
    return message


def _unbounded(schema: object) -> object:
    """Return a schema without limits on values, which this host takes none of; we check them."""
    if isinstance(schema, list):
        return [_unbounded(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {name: _unbounded(each) for name, each in schema.items() if name not in BOUNDS}


def _results(content: bytes) -> Iterator[Result]:
    for line in io.BytesIO(content):
        try:
            yield _result(json.loads(line))
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            ArithmeticError,
            RecursionError,
        ):
            continue  # no result: its request is asked once more


def _result(row: Mapping[str, Any]) -> Result:
    name, result = str(row["custom_id"]), row["result"]
    if result["type"] == "succeeded":
        return Result(name=name, status=200, body=_completion(result["message"]))
    # What expired or was cancelled was neither done nor charged.
    error = result.get("error", {}).get("error", {"type": result["type"]})
    status = 400 if "invalid" in str(error.get("type", "")) else 503
    return Result(name=name, status=status, body={"error": error})


def _completion(message: Mapping[str, Any]) -> dict[str, object]:
    """Return a message of this host as a chat completion."""
    parts = [part for part in message["content"] if part.get("type") == "text"]
    reason = str(message.get("stop_reason") or "")
    usage = message.get("usage") or {}
    fresh, read, written = (
        int(usage.get(name) or 0)
        for name in ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    )
    said = {"role": "assistant", "content": "".join(str(part["text"]) for part in parts)}
    return {
        "id": message.get("id"),
        "model": message.get("model"),
        "choices": [{"message": said, "finish_reason": _FINISHES.get(reason, reason)}],
        "usage": {
            "prompt_tokens": fresh + read + written,
            "prompt_tokens_details": {"cached_tokens": read, "cache_write_tokens": written},
            "completion_tokens": usage.get("output_tokens"),
        },
    }
