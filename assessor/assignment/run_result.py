"""What one grading came to, as a program gets it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessor.engine.session import Job, Session
from assessor.errors import JudgeError
from assessor.grade import Grade
from assessor.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one grading came to: the proposed grades, in the order given, and how they came about.

    `stopped` is the word after `stopped:` where the run ended early, else ""; `problem` is what
    the judge refused with, where that was why. `requests` were sent now, `from_store` were known.
    `cost` is in dollars of what the endpoint counted, None where no price is known. `manifest` is
    what `run.json` holds. `id` is what `--run` and `Assignment.standing` take, "" where nothing was
    judged.
    """

    grades: tuple[Grade, ...]
    stopped: str
    requests: int
    from_store: int
    cost: Decimal | None
    manifest: Mapping[str, object]
    problem: JudgeError | None = None
    id: str = ""


def run_of(session: Session, job: Job, grades: tuple[Grade, ...], manifest: Manifest) -> Run:
    """Return what a session came to."""
    return Run(
        grades=grades,
        stopped=session.dispatcher.stop_why,
        requests=session.progress.asked,
        from_store=session.progress.from_store,
        cost=None if job.price is None else session.progress.cost,
        manifest=manifest.facts,
        problem=session.dispatcher.rejection,
        id=session.run_id,
    )
