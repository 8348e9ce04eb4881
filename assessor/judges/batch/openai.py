"""Batches in OpenAI's shape: a file is uploaded, a batch made of it, and files come of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from itertools import chain

from assessor.errors import JudgeRejected, JudgeUnavailable
from assessor.judges.batch.base import PATH, FoundBatch, Result, SoughtBatch, Status, results_in
from assessor.judges.batch.batch_client import BatchClient

MARK = "assessor"
WINDOW = "24h"
_ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
# Rows of one page of a list, and pages that are looked through for a batch of ours.
_PAGE, _PAGES = 100, 20


class OpenAIBatches:
    """`/files` and `/batches` as OpenAI, Groq, LiteLLM and others have them."""

    most_requests = 50_000
    most_bytes = 190_000_000
    purpose = "batch"

    def __init__(self, wire: BatchClient) -> None:
        self._wire = wire

    def line(self, name: str, body: Mapping[str, object]) -> dict[str, object]:
        """Return one request as a line of the file."""
        return {"custom_id": name, "method": "POST", "url": PATH, "body": dict(body)}

    async def find(self, sought: SoughtBatch) -> FoundBatch:
        """Return the batch that bears our mark, else the file that has our name."""
        file = await self._own_file(sought.mark)
        async for row in self._listed("/batches"):
            marked = _part(row, "metadata", MARK) == sought.mark
            if marked or (file and row.get("input_file_id") == file):
                return FoundBatch(
                    batch=str(row.get("id", "")), file=file or str(row.get("input_file_id") or "")
                )
        return FoundBatch(file=file)

    async def upload(self, mark: str, content: bytes) -> str:
        """Upload the file."""
        fields = {"purpose": self.purpose}
        made = await self._wire.upload("/files", file_name(mark), content, fields)
        return self._named(made)

    async def create(self, mark: str, model: str, file: str, content: bytes) -> str:
        """Make a batch of the file."""
        return self._named(await self._wire.post("/batches", self._order(mark, model, file)))

    async def status(self, batch: str) -> Status:
        """Return how the batch stands."""
        row = await self._wire.look(f"/batches/{batch}")
        state = str(row.get("status", "")).lower()
        counts = row.get("request_counts")
        files = (row.get("output_file_id"), row.get("error_file_id"))
        return Status(
            state=state,
            ended=state in _ENDED,
            done=_number(counts, "completed") + _number(counts, "failed"),
            total=_number(counts, "total"),
            files=tuple(str(each) for each in files if each),
            # With an output, some of it was done all the same.
            problem=_problem(row) if state == "failed" and not files[0] else "",
        )

    async def results(self, batch: str, status: Status) -> Iterator[Result]:
        """Return what stands in the output and in the errors."""
        files = [await self._wire.file(f"/files/{file}/content") for file in status.files]
        return chain.from_iterable(map(results_in, files))

    async def clear(self, batch: str, files: tuple[str, ...]) -> None:
        """Delete the files at the host."""
        for file in files:
            await self._wire.delete(f"/files/{file}")

    async def close(self) -> None:
        """Let go of connections."""
        await self._wire.close()

    def _order(self, mark: str, model: str, file: str) -> dict[str, object]:
        return {
            "input_file_id": file,
            "endpoint": PATH,
            "completion_window": WINDOW,
            "metadata": {MARK: mark},
        }

    def _named(self, row: Mapping[str, object]) -> str:
        name = row.get("id")
        if not isinstance(name, str) or not name:
            raise JudgeUnavailable(f"{self._wire.where}: gave the batch no name", code="server")
        return name

    async def _own_file(self, mark: str) -> str:
        """Return the file that has our name; "" also at a host that lists no files."""
        try:
            return await self._file_named(file_name(mark))
        except JudgeRejected as error:
            if error.code != "tier":
                raise
            # It is uploaded once more: that costs nothing.
            return ""

    async def _file_named(self, name: str) -> str:
        async for row in self._listed("/files", purpose=self.purpose):
            if row.get("filename") == name:
                return str(row.get("id", ""))
        return ""

    async def _listed(self, path: str, **params: object) -> AsyncIterator[Mapping[str, object]]:
        """Yield the rows of a list, page by page, newest first."""
        after: dict[str, object] = {}
        for _ in range(_PAGES):
            page = await self._wire.read(path, limit=_PAGE, **params, **after)
            rows = list(rows_of(page))
            for row in rows:
                yield row
            if not page.get("has_more") or not rows:
                return
            after = {"after": rows[-1].get("id", "")}


def file_name(mark: str) -> str:
    """Return what a batch's file is called at the host."""
    return f"{MARK}-{mark}.jsonl"


def rows_of(page: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a page of a list."""
    rows = page.get("data")
    for row in rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ():
        if isinstance(row, Mapping):
            yield row


def _part(row: object, *names: str) -> object:
    for name in names:
        row = row.get(name) if isinstance(row, Mapping) else None
    return row


def _number(of: object, name: str) -> int:
    value = _part(of, name)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _problem(row: Mapping[str, object]) -> str:
    """Return the code of what the host found wrong with the whole batch."""
    rows = _part(row, "errors", "data")
    codes = [
        str(each.get("code") or "")
        for each in (rows if isinstance(rows, list) else [])
        if isinstance(each, Mapping)
    ]
    return next(filter(None, codes), "failed")
