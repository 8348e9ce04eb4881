"""Batches at Together: OpenAI's shape with a purpose of its own, and no mark on a batch."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.judges.batch.base import PATH
from assessor.judges.batch.openai import WINDOW, OpenAIBatches


class TogetherBatches(OpenAIBatches):
    """A batch is found again by its file; what is made comes wrapped as a job."""

    most_bytes = 95_000_000
    purpose = "batch-api"

    def _order(self, mark: str, model: str, file: str) -> dict[str, object]:
        return {"input_file_id": file, "endpoint": PATH, "completion_window": WINDOW}

    def _named(self, row: Mapping[str, object]) -> str:
        job = row.get("job")
        return super()._named(job if isinstance(job, Mapping) else row)
