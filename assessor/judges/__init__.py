"""Judges: what reads an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assessor.ambient import Ambient
from assessor.config import JudgeSettings, RunSettings
from assessor.errors import ConfigError
from assessor.judges.base import Judge
from assessor.judges.batch.folder import FolderBatches
from assessor.judges.endpoints import (
    LocalServer,
    find_local_servers,
    list_models,
    open_openai,
)
from assessor.judges.openai_settings import FILE, OpenAISettings
from assessor.judges.recorded import RecordedJudge, Recording

__all__ = [
    "BACKENDS",
    "Judge",
    "LocalServer",
    "Opening",
    "find_local_servers",
    "list_models",
    "open_judge",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a backend may need to open; the door read the key, the endpoint and the recording.

    `folder` is where files of requests are put that are carried to a machine by hand.
    """

    judge: JudgeSettings
    run: RunSettings
    ambient: Ambient
    endpoint: str = ""
    key: str | None = field(default=None, repr=False)
    recording: Recording | None = None
    folder: Path | None = None


def _openai(opening: Opening) -> Judge:
    if not opening.judge.model:
        raise ConfigError("judge openai: no model is named; give one with --model")
    settings = OpenAISettings(
        model=opening.judge.model,
        base_url=opening.endpoint or opening.judge.base_url,
        timeout=opening.judge.timeout,
        tier="" if opening.judge.tier == "standard" else opening.judge.tier,
        concurrency=opening.run.concurrency,
        rpm=opening.run.rpm,
        tpm=opening.run.tpm,
    )
    judge = open_openai(settings, opening.key, opening.ambient)
    if settings.tier == FILE and opening.folder is not None:
        judge.batch_host = FolderBatches(opening.folder)
    return judge


def _recorded(opening: Opening) -> Judge:
    if opening.recording is None:
        raise ConfigError("judge recorded: no recording was read; name one as recorded:FILE")
    return RecordedJudge(opening.recording)


# One row for each backend: `recorded:FILE` goes by the word before the colon.
BACKENDS: Mapping[str, Callable[[Opening], Judge]] = {"openai": _openai, "recorded": _recorded}


def open_judge(opening: Opening) -> Judge:
    """Return the judge that `opening.judge.use` names. Raises ConfigError."""
    name = opening.judge.use.partition(":")[0]
    backend = BACKENDS.get(name)
    if backend is None:
        known = ", ".join([*BACKENDS, "none"])
        raise ConfigError(f"judge {name!r} is unknown; choose one of {known}")
    return backend(opening)
