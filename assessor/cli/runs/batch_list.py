"""What the store knows of batches: how far each has come, and what of it lies at its host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessor.assignment.batch_dropping import DROPPED
from assessor.config import host_of
from assessor.counting import plural
from assessor.errors import ConfigError
from assessor.store.batches import Batch, Step

_WORDS = {
    "intended": "about to be handed in",
    "uploaded": "about to be handed in",
    "created": "under way",
    "collected": "collected",
    "cleared": "collected",
    "given_up": "refused or lost; asked anew",
}


def batch_rows(batches: Sequence[Batch]) -> list[dict[str, object]]:
    """Return the batches as --json tells them."""
    return [
        {
            "batch": each.id,
            "at": each.intent.at,
            "host": each.intent.host,
            "model": each.intent.model,
            "requests": len(each.intent.asks),
            "step": each.standing,
            "host_batch": each.remote,
            "host_files": list(each.files) if each.is_at_the_host else [],
        }
        for each in batches
    ]


def batch_lines(batches: Sequence[Batch]) -> Iterator[str]:
    """Yield a line for each batch."""
    for each in batches:
        at = each.intent.at[:16].replace("T", " ")
        where = _host(each.intent.host)
        yield (
            f"batch {each.id}  {at}  {plural(len(each.intent.asks), 'request')} to {where}: "
            f"{_words(each)}"
        )


def _words(batch: Batch) -> str:
    given_up = batch.steps.get(Step.GIVEN_UP)
    if given_up is not None:
        return "dropped; asked anew" if given_up.state == DROPPED else _WORDS["given_up"]
    return _WORDS.get(batch.standing, batch.standing)


def left_at_hosts(batches: Sequence[Batch]) -> Iterator[str]:
    """Yield what still lies at hosts, with the names that it has there."""
    for each in batches:
        if each.is_at_the_host:
            names = ", ".join(filter(None, (each.remote, *each.files)))
            yield f"{_host(each.intent.host)}: {names}"


def _host(endpoint: str) -> str:
    try:
        return host_of(endpoint)
    except ConfigError:
        return endpoint
