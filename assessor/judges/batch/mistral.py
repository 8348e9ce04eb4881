"""Batches at Mistral: jobs over uploaded files, one model for all of their requests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from assessor.judges.batch.base import PATH, FoundBatch, SoughtBatch, Status
from assessor.judges.batch.openai import MARK, OpenAIBatches, rows_of

_ENDED = frozenset({"success", "failed", "timeout_exceeded", "cancelled"})
_HOURS, _PAGE, _PAGES = 24, 100, 20


class MistralBatches(OpenAIBatches):
    """`/files` and `/batch/jobs`."""

    def line(self, name: str, body: Mapping[str, object]) -> dict[str, object]:
        """Return one request as a line: the job names the model."""
        return {"custom_id": name, "body": {k: v for k, v in body.items() if k != "model"}}

    async def find(self, sought: SoughtBatch) -> FoundBatch:
        """Return the job that bears our mark, else the file that has our name."""
        file = await self._own_file(sought.mark)
        async for row in self._paged("/batch/jobs", page_size=_PAGE):
            marks = row.get("metadata")
            if isinstance(marks, Mapping) and marks.get(MARK) == sought.mark:
                return FoundBatch(batch=str(row.get("id", "")), file=file)
        return FoundBatch(file=file)

    async def create(self, mark: str, model: str, file: str, content: bytes) -> str:
        """Make a job of the file."""
        order = {
            "input_files": [file],
            "endpoint": PATH,
            "model": model,
            "timeout_hours": _HOURS,
            "metadata": {MARK: mark},
        }
        return self._named(await self._wire.post("/batch/jobs", order))

    async def status(self, batch: str) -> Status:
        """Return how the job stands."""
        row = await self._wire.look(f"/batch/jobs/{batch}")
        state = str(row.get("status", "")).lower()
        files = (row.get("output_file"), row.get("error_file"))
        named = tuple(str(each) for each in files if each)
        total, done = (row.get(each) for each in ("total_requests", "completed_requests"))
        return Status(
            state=state,
            ended=state in _ENDED,
            done=done if isinstance(done, int) else 0,
            total=total if isinstance(total, int) else 0,
            files=named,
            # With an output, some of it was done all the same.
            problem="failed" if state == "failed" and not files[0] else "",
        )

    async def _file_named(self, name: str) -> str:
        async for row in self._paged("/files", page_size=_PAGE, purpose=self.purpose):
            if row.get("filename") == name:
                return str(row.get("id", ""))
        return ""

    async def _paged(self, path: str, **params: object) -> AsyncIterator[Mapping[str, object]]:
        for page in range(_PAGES):
            rows = list(rows_of(await self._wire.read(path, page=page, **params)))
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return
