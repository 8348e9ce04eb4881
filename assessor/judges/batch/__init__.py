"""Batch endpoints: half the price within a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assessor.ambient import Ambient
from assessor.config import host_of
from assessor.judges.batch.anthropic import AnthropicBatches
from assessor.judges.batch.base import BatchHost
from assessor.judges.batch.batch_client import BatchClient
from assessor.judges.batch.groq import GroqBatches
from assessor.judges.batch.mistral import MistralBatches
from assessor.judges.batch.openai import OpenAIBatches
from assessor.judges.batch.together import TogetherBatches

# One row for each host whose batches are not of OpenAI's shape.
BATCH_HOSTS: Mapping[str, Callable[[BatchClient], BatchHost]] = {
    "api.anthropic.com": AnthropicBatches,
    "api.groq.com": GroqBatches,
    "api.mistral.ai": MistralBatches,
    "api.together.ai": TogetherBatches,
    "api.together.xyz": TogetherBatches,
}


def batches_at(
    client: object, base_url: str, ambient: Ambient, of_files: object = None
) -> BatchHost:
    """Return the batch endpoint of the host of `base_url`: OpenAI's shape where no row says so.

    `of_files` is the client for what is as large as a file of replies.
    """
    where = host_of(base_url)
    make = BATCH_HOSTS.get(where.partition(":")[0], OpenAIBatches)
    return make(BatchClient(client, where, base_url, ambient, of_files))
