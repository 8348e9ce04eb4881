"""What every batch endpoint is: it takes many requests at once and gives the replies back later."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assessor.judges.base import JudgeReply
from assessor.prompt import Ask

PATH = "/v1/chat/completions"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtBatch:
    """A batch that may be at the host though nobody heard so: how it would be known again.

    `mark` is our own name for it, `since` when it was about to be handed in (ISO 8601), `requests`
    how many it holds. `known` are the host's names of batches that are accounted for.
    """

    mark: str
    since: str
    requests: int
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundBatch:
    """What the host has of a batch that was sought: its name there, and that of its file."""

    batch: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a batch stands: `state` in the host's word, `files` hold what came of it.

    `problem` is the host's code where it took none of the requests.
    """

    state: str
    ended: bool
    done: int = 0
    total: int = 0
    files: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one request: an HTTP status and the body of a chat completion or an error."""

    name: str
    status: int
    body: Mapping[str, object]

    def as_line(self) -> bytes:
        """Return it as a line that `read_result` reads."""
        line = {"custom_id": self.name, "status": self.status, "body": dict(self.body)}
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"


class BatchHost(Protocol):
    """One host's batch endpoint. Every method raises JudgeError and nothing else."""

    most_requests: int
    most_bytes: int

    def line(self, name: str, body: Mapping[str, object]) -> dict[str, object]:
        """Return one request as a line of what is handed in."""

    async def find(self, sought: SoughtBatch) -> FoundBatch:
        """Return what the host has of a batch whose handing in was not seen to its end."""

    async def upload(self, mark: str, content: bytes) -> str:
        """Hand over the requests; return the host's name of the file, "" where it has none."""

    async def create(self, mark: str, model: str, file: str, content: bytes) -> str:
        """Have the host begin; return its name of the batch."""

    async def status(self, batch: str) -> Status:
        """Return how a batch stands."""

    async def results(self, batch: str, status: Status) -> Iterator[Result]:
        """Return what came of a batch that has ended, in any order, expired ones as they are.

        Each is read when it is asked for: there are tens of thousands.
        """

    async def clear(self, batch: str, files: tuple[str, ...]) -> None:
        """Delete at the host what it still has of a batch; what is gone already is fine."""

    async def close(self) -> None:
        """Let go of connections."""


@runtime_checkable
class Batched(Protocol):
    """A judge whose requests can be written down, and its replies read back later."""

    batch_host: BatchHost | None

    def written(self, ask: Ask) -> dict[str, object]:
        """Return the request for `ask` as a batch's file holds it."""

    def read_back(self, ask: Ask, status: int, body: Mapping[str, object]) -> JudgeReply:
        """Return the reply that a batch brought for `ask`. Raises JudgeError."""


def results_in(content: bytes) -> Iterator[Result]:
    """Yield the results in a file of OpenAI's form, its output or its errors."""
    for line in io.BytesIO(content):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(row, Mapping) and isinstance(row.get("custom_id"), str):
            yield _result(row)


def read_result(line: bytes) -> Result:
    """Return the result that `Result.as_line` wrote."""
    row = json.loads(line)
    return Result(name=row["custom_id"], status=row["status"], body=row["body"])


def _result(row: Mapping[str, object]) -> Result:
    name, response, error = str(row["custom_id"]), row.get("response"), row.get("error")
    if isinstance(response, Mapping):
        status, body = response.get("status_code"), response.get("body")
        if isinstance(body, Mapping):
            known = status if isinstance(status, int) else 200
            return Result(name=name, status=known, body=body)
        if "choices" in response:  # Some put the completion there itself.
            return Result(name=name, status=200, body=response)
    body = error if isinstance(error, Mapping) else {"message": str(error or "no reply")}
    return Result(name=name, status=_status_of(body), body={"error": dict(body)})


def _status_of(error: Mapping[str, object]) -> int:
    """Return the status that an error without one stands for: only what is ours is not passing."""
    code = error.get("code") or error.get("status_code")
    if isinstance(code, int) and 400 <= code < 600:
        return code
    return 400 if "invalid" in f"{code} {error.get('type', '')}" else 503
