"""Judges: what reads an answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from assessor.ambient import Ambient
from assessor.config import JudgeSettings, RunSettings, host_of
from assessor.errors import ConfigError
from assessor.judges.base import Judge
from assessor.judges.batch.folder import FolderBatches
from assessor.judges.endpoints import (
    LocalServer,
    find_local_servers,
    list_models,
    open_openai,
)
from assessor.judges.openai import OpenAIJudge
from assessor.judges.openai_settings import OpenAISettings
from assessor.judges.ray_workers import RayWorkers
from assessor.judges.recorded import RecordedJudge, Recording
from assessor.judges.replicas import ReplicatedJudge
from assessor.tiers import Delivery

__all__ = [
    "BACKENDS",
    "Backend",
    "Endpoint",
    "Judge",
    "LocalServer",
    "Opening",
    "find_local_servers",
    "list_models",
    "open_judge",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An address and the key that goes there, which stands in `variable`; None for none."""

    url: str
    key: str | None = field(default=None, repr=False)
    variable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a backend may need to open. `file` is what stands behind the colon of its name.

    Endpoints were settled before; several are replicas of one model. `read_recording` reads a file
    of recorded verdicts. `workers` send the requests where they are given. `folder` is where files
    of requests are put that are carried to a machine by hand.
    """

    judge: JudgeSettings
    run: RunSettings
    ambient: Ambient
    endpoints: tuple[Endpoint, ...] = ()
    workers: RayWorkers | None = None
    folder: Path | None = None
    file: str = ""
    read_recording: Callable[[str], Recording] | None = None


def _nowhere(_: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """One judge as --judge names it, and all that follows for whoever chooses it.

    `open` is None where a person reads. `sends_text_to` gives the host that gets the answers' text
    for the address of an endpoint, "" where it stays here. `needs_model`: it is one model of
    several, which may be swayed and written with; `priced`: its requests may cost something.
    `instead_of_cost` says what is said of money where there is none in it.
    """

    open: Callable[[Opening], Judge] | None
    sends_text_to: Callable[[str], str] = _nowhere
    needs_model: bool = False
    priced: bool = False
    instead_of_cost: str = ""

    @property
    def reads(self) -> bool:
        """Whether anything but a person reads the answers."""
        return self.open is not None


def _openai(opening: Opening) -> Judge:
    if not opening.judge.model:
        raise ConfigError("judge openai: no model is named; give one with --model")
    endpoints = opening.endpoints or (Endpoint(url=opening.judge.base_url),)
    if len(endpoints) == 1:
        return _at_one(opening, endpoints[0])
    openers = {each.url: partial(_at_one, opening, each) for each in endpoints}
    return ReplicatedJudge(openers, opening.run.concurrency, opening.ambient)


def _at_one(opening: Opening, endpoint: Endpoint) -> OpenAIJudge:
    settings = OpenAISettings(
        model=opening.judge.model,
        base_url=endpoint.url,
        timeout=opening.judge.timeout,
        tier=opening.judge.tier,
        concurrency=opening.run.concurrency,
        rpm=opening.run.rpm,
        tpm=opening.run.tpm,
    )
    if opening.workers is not None:
        return opening.workers.judge(settings, endpoint.key, endpoint.variable, opening.ambient)
    judge = open_openai(settings, endpoint.key, opening.ambient)
    if settings.delivery is Delivery.BY_FILE and opening.folder is not None:
        judge.batch_host = FolderBatches(opening.folder)
    return judge


def _recorded(opening: Opening) -> Judge:
    if opening.read_recording is None:
        raise ConfigError("judge recorded: no recording was read; name one as recorded:FILE")
    return RecordedJudge(opening.read_recording(opening.file))


# One row for each backend; nothing else asks which one it is. `recorded:FILE` goes by the word
# before the colon.
BACKENDS: dict[str, Backend] = {
    "openai": Backend(open=_openai, sends_text_to=host_of, needs_model=True, priced=True),
    "recorded": Backend(
        open=_recorded,
        instead_of_cost="Judge: recorded verdicts were replayed; nothing was sent or spent.",
    ),
    "none": Backend(open=None),
}
# Which one a person at a terminal is asked about where none is named.
USUAL = next(iter(BACKENDS))
_UNKNOWN = Backend(open=_recorded)


def backend_of(use: str) -> Backend:
    """Return the row of a judge by its name, as it was typed or kept by a run of any version."""
    return BACKENDS.get(use.partition(":")[0], _UNKNOWN)


def open_judge(opening: Opening) -> Judge:
    """Return the judge that `opening.judge.use` names. Raises ConfigError."""
    name = opening.judge.use.partition(":")[0]
    backend = BACKENDS.get(name)
    if backend is None or backend.open is None:
        raise ConfigError(f"judge {name!r} is unknown; choose one of {', '.join(BACKENDS)}")
    return backend.open(opening)
