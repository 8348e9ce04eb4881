"""Batches at Groq: OpenAI's shape, in smaller files."""

from __future__ import annotations

from assessor.judges.batch.openai import OpenAIBatches


class GroqBatches(OpenAIBatches):
    """A file holds up to 100 MB."""

    most_bytes = 95_000_000
