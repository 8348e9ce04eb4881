"""Each host's batches by its documents: handed in, found again, collected, deleted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from assessor.ambient import real
from assessor.errors import JudgeError
from assessor.judges.batch import BATCH_HOSTS, batch_client, batches_at
from assessor.judges.batch.anthropic import AnthropicBatches, _results
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
from tests.servers.http import Answer, Manner, Request, serve

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


@pytest.mark.parametrize("told", ["1e999", "-1e999", "[1]", '"many"', "9" * 400])
def test_a_count_that_is_none_costs_no_reply_its_reader(told: str) -> None:
    """Such a line is no result; the others are."""
    line = json.dumps(
        {
            "custom_id": "a-1",
            "result": {
                "type": "succeeded",
                "message": {
                    "content": [{"type": "text", "text": "{}"}],
                    "usage": {"input_tokens": "COUNT"},
                },
            },
        }
    )
    counted = [line.replace('"COUNT"', each) for each in (told, "7")]
    results = list(_results("\n".join(counted).encode()))

    assert results[-1].body["usage"]["prompt_tokens"] == 7  # type: ignore[index]


def test_an_answer_that_drips_for_ever_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, and the whole never does."""
    monkeypatch.setattr(batch_client, "_FOR_WORDS", 0.3)

    async def drip(_: Request) -> Answer:
        return Answer(body=b" " * 9999 + b"{}", manner=Manner.DRIP)

    async def story() -> None:
        server = await serve(drip)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
        ambient = replace(real(), sleep=lambda _: asyncio.sleep(0))
        host = OpenAIBatches(BatchClient(client_at(url, None, 20, []), "host", url, ambient))
        with pytest.raises(JudgeError, match="no reply in time"):
            await asyncio.wait_for(host.status("batch_1"), 20)
        await host.close()
        server.close()

    asyncio.run(story())
