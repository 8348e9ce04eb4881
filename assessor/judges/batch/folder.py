"""Batches by hand: a file to carry to a machine that reads it, and the file that comes back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from assessor.disk import check_folder, make_folder, open_ours, read_ours
from assessor.errors import JudgeRejected
from assessor.judges.batch.base import PATH, FoundBatch, Result, SoughtBatch, Status, results_in


class FolderBatches:
    """`vllm run-batch` and its like: requests as JSONL out, results as JSONL in, no host at all."""

    most_requests = 50_000
    most_bytes = 190_000_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def line(self, name: str, body: Mapping[str, object]) -> dict[str, object]:
        """Return one request as a line of the file."""
        return {"custom_id": name, "method": "POST", "url": PATH, "body": dict(body)}

    async def find(self, sought: SoughtBatch) -> FoundBatch:
        """Return the file where it was written."""
        there = self.requests(sought.mark).is_file()
        return FoundBatch(batch=sought.mark if there else "")

    async def upload(self, mark: str, content: bytes) -> str:
        """Write the file: it is there whole or not at all."""
        path = self.requests(mark)
        half = path.with_suffix(".half")
        try:
            make_folder(self.folder)
            half.unlink(missing_ok=True)
            with os.fdopen(open_ours(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(path)
        except OSError as error:
            raise _unfit(path, error) from error
        return ""

    async def create(self, mark: str, model: str, file: str, content: bytes) -> str:
        """Return the file's own mark: a person begins."""
        return mark

    async def status(self, batch: str) -> Status:
        """Return whether the results are there; a file that ends within a line is still copied."""
        try:
            content = read_ours(self.results_file(batch))
        except FileNotFoundError:
            return Status(state="waiting", ended=False)
        except OSError as error:
            raise _unfit(self.results_file(batch), error) from error
        whole = content.endswith(b"\n") or (bool(content) and content.rstrip().endswith(b"}"))
        return Status(state="there" if whole else "torn", ended=whole)

    async def results(self, batch: str, status: Status) -> Iterator[Result]:
        """Return what stands in the results."""
        return results_in(read_ours(self.results_file(batch)))

    async def clear(self, batch: str, files: tuple[str, ...]) -> None:
        """Remove both files: what they held is in the store."""
        for path in (self.requests(batch), self.results_file(batch)):
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                raise _unfit(path, error) from error

    async def close(self) -> None:
        """Nothing is held."""

    def requests(self, mark: str) -> Path:
        """Return where the requests stand."""
        return self._own_folder() / f"{_plain(mark)}.in.jsonl"

    def results_file(self, mark: str) -> Path:
        """Return where the results are looked for."""
        return self._own_folder() / f"{_plain(mark)}.out.jsonl"

    def _own_folder(self) -> Path:
        """Return the folder, which must not lead elsewhere: whole answers stand in it."""
        try:
            check_folder(self.folder)
        except OSError as error:
            raise _unfit(self.folder, error) from error
        return self.folder


def _plain(mark: str) -> str:
    """Return a mark that names a file of the folder; it may stand in a memory that came with it."""
    if Path(mark).name != mark:
        raise JudgeRejected(f"{mark!r}: names no file of the batches' folder", code="at_host")
    return mark


def _unfit(path: Path, error: OSError) -> JudgeRejected:
    what = error.strerror or str(error)
    return JudgeRejected(f"{path}: {what}; mend that and run again", code="at_host")
