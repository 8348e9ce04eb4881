"""Names of batches and files, from a host or from a memory that was sent, lead nowhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from assessor.ambient import real
from assessor.errors import JudgeRejected
from assessor.judges.batch.anthropic import AnthropicBatches
from assessor.judges.batch.base import SoughtBatch, Status, results_in
from assessor.judges.batch.batch_client import BatchClient
from assessor.judges.batch.folder import FolderBatches
from assessor.judges.batch.openai import OpenAIBatches

HOSTILE = ("../models/m", "..", "a/../../x", "%2e%2e/x", "x?all=1", "x#", "", "a//b", "a\\b", "/x")


class Untouched:
    """A client that is never asked."""

    async def asked(self, *_: object, **__: object) -> NoReturn:
        raise AssertionError("asked for something")

    get = post = delete = asked


@pytest.mark.parametrize("name", HOSTILE)
def test_no_other_path_of_the_host_is_asked_or_deleted(name: str) -> None:
    """A file that is to be cleared, and a batch that is to be looked at."""
    host = OpenAIBatches(BatchClient(Untouched(), "a.example", "https://a.example/v1", real()))

    with pytest.raises(JudgeRejected, match="names nothing of a batch"):
        asyncio.run(host.clear("b", (name,)))
    with pytest.raises(JudgeRejected, match="names nothing of a batch"):
        asyncio.run(host.status(name))


@pytest.mark.parametrize("mark", ["../aside", "/etc/x", "a/b"])
def test_no_file_beside_the_batches_folder_is_read_or_removed(tmp_path: Path, mark: str) -> None:
    """Whatever a memory calls its batch."""
    aside = tmp_path / "aside.out.jsonl"
    aside.write_text("precious", encoding="utf-8")
    host = FolderBatches(tmp_path / "batches")

    with pytest.raises(JudgeRejected, match="names no file"):
        asyncio.run(host.clear(mark, ()))
    with pytest.raises(JudgeRejected, match="names no file"):
        asyncio.run(host.status(mark))
    assert aside.read_text(encoding="utf-8") == "precious"


def test_a_line_that_nests_without_end_is_no_result() -> None:
    """The others are read."""
    good = b'{"custom_id": "a", "response": {"status_code": 200, "body": {}}}'
    found = list(results_in(b"[" * 100_000 + b"\n" + good))

    assert [each.name for each in found] == ["a"]


def test_a_batches_folder_that_is_a_link_gets_no_answer(tmp_path: Path) -> None:
    """The requests hold whole answers: they go into a folder of ours or nowhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "batches").symlink_to(elsewhere)
    host = FolderBatches(tmp_path / "batches")

    with pytest.raises(JudgeRejected, match="is a link"):
        asyncio.run(host.upload("m", b"an answer"))
    assert list(elsewhere.iterdir()) == []


def test_broken_lines_of_a_host_with_a_form_of_its_own_are_no_results() -> None:
    """Nor is a batch in its list that says nothing sensible of itself."""
    good = {
        "custom_id": "a",
        "result": {"type": "succeeded", "message": {"content": [{"type": "text", "text": "x"}]}},
    }
    lines = (b"[" * 100_000, b"no json", b"[]", b'{"custom_id": "b"}', json.dumps(good).encode())
    listed = {
        "data": [
            {"id": "p", "created_at": "yesterday"},
            {"id": "q", "created_at": "2026-09-01T12:00:00"},
            {"id": "r", "created_at": "2026-09-01T12:00:00Z", "request_counts": {"done": "1"}},
            {"id": "s", "created_at": "2026-09-01T12:00:00Z", "request_counts": {"done": 1}},
        ]
    }
    host = AnthropicBatches(Says({"/results": b"\n".join(lines)}, listed))

    found = asyncio.run(host.results("s", Status(state="ended", ended=True)))
    sought = SoughtBatch(mark="m", since="2026-09-01T00:00:00+00:00", requests=1)

    assert [each.name for each in found] == ["a"]
    assert asyncio.run(host.find(sought)).batch == "s"


class Says(BatchClient):
    """A host that says what it was told to say."""

    def __init__(self, bodies: Mapping[str, bytes], page: Mapping[str, object]) -> None:
        self.bodies, self.page = bodies, page

    async def file(self, path: str) -> bytes:
        return next(body for end, body in self.bodies.items() if path.endswith(end))

    async def read(self, path: str, **params: object) -> Mapping[str, object]:
        return self.page
