"""Names of batches and files, from a host or from a memory that was sent, lead nowhere."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import NoReturn

import pytest

from assessor.ambient import real
from assessor.errors import JudgeRejected
from assessor.judges.batch.base import results_in
from assessor.judges.batch.folder import FolderBatches
from assessor.judges.batch.openai import OpenAIBatches
from assessor.judges.batch.wire import Wire

HOSTILE = ("../models/m", "..", "a/../../x", "%2e%2e/x", "x?all=1", "x#", "", "a//b", "a\\b", "/x")


class Untouched:
    """A client that is never asked."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(name)


@pytest.mark.parametrize("name", HOSTILE)
def test_no_other_path_of_the_host_is_asked_or_deleted(name: str) -> None:
    """A file that is to be cleared, and a batch that is to be looked at."""
    host = OpenAIBatches(Wire(Untouched(), "a.example", "https://a.example/v1", real()))

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
