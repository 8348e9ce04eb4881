"""Each host's batches by its documents: handed in, found again, collected, deleted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from assessor.ambient import real
from assessor.judges.batch import BATCH_HOSTS, batches_at
from assessor.judges.batch.anthropic import AnthropicBatches
from assessor.judges.batch.base import BatchHost, SoughtBatch
from assessor.judges.batch.batch_client import BatchClient
from assessor.judges.batch.groq import GroqBatches
from assessor.judges.batch.mistral import MistralBatches
from assessor.judges.batch.openai import OpenAIBatches
from assessor.judges.batch.together import TogetherBatches
from assessor.judges.completion import read_completion, read_usage
from assessor.judges.endpoints import client_at
from tests.servers.batch_hosts import Anthropic, Mistral, NoFileList, Together
from tests.servers.batch_server import BatchServer

SCHEMA = {
    "type": "object",
    "properties": {"sure": {"type": "number", "maximum": 100}},
    "required": ["sure"],
}
SHAPES: dict[str, tuple[Callable[[BatchClient], BatchHost], type[BatchServer]]] = {
    "openai": (OpenAIBatches, BatchServer),
    "groq": (GroqBatches, BatchServer),
    "together": (TogetherBatches, Together),
    "mistral": (MistralBatches, Mistral),
    "anthropic": (AnthropicBatches, Anthropic),
    "no list of files": (OpenAIBatches, NoFileList),
}


def body(number: int) -> dict[str, Any]:
    form = {"type": "json_schema", "json_schema": {"name": "reply", "schema": SCHEMA}}
    said = [
        {"role": "system", "content": "You grade."},
        {"role": "user", "content": f"answer {number}"},
    ]
    return {"model": "test-model", "messages": said, "max_tokens": 9, "response_format": form}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_batch_goes_in_is_found_again_and_comes_back(shape: str) -> None:
    """What was handed in is known again by mark, file or kind; all of it comes back, and is then
    no more there."""
    make, imitation = SHAPES[shape]

    async def story() -> None:
        async with imitation() as server:
            host = make(
                BatchClient(client_at(server.url, None, 20, []), "host", server.url, real())
            )
            content = b"".join(
                json.dumps(host.line(f"n{n}-1", body(n))).encode() + b"\n" for n in range(3)
            )
            sought = SoughtBatch(mark="m1", since="2026-01-01T00:00:00+00:00", requests=3)
            assert not (await host.find(sought)).batch
            file = await host.upload("m1", content)
            name = await host.create("m1", "test-model", file, content)
            assert (await host.find(sought)).batch == name
            status = await host.status(name)
            assert status.ended
            results = {each.name: each for each in await host.results(name, status)}
            assert sorted(results) == ["n0-1", "n1-1", "n2-1"]
            good = results["n0-1"]
            reply = read_completion(good.body, "host", "test-model")
            assert (good.status, reply.finish) == (200, "stop")
            assert read_usage(good.body["usage"]).output
            for _ in range(2):
                await host.clear(name, (*filter(None, [file]), *status.files))
            assert server.files == {}
            await host.close()

    asyncio.run(story())


def test_every_row_is_tried_here() -> None:
    """A host with a shape of its own has an imitation; any other is taken to be of OpenAI's."""
    assert set(BATCH_HOSTS.values()) <= {make for make, _ in SHAPES.values()}
    assert isinstance(batches_at(None, "https://llm.example.org/v1", real()), OpenAIBatches)
    assert isinstance(batches_at(None, "https://api.mistral.ai/v1", real()), MistralBatches)
