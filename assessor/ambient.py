"""The facts of the moment: what time it is, a new id, waiting. The only room that asks for them."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambient:
    """Clock, ids and sleep as callables, so that a test can hold time still.

    `now` is wall time for display and records; `monotonic` (seconds) is what waits are measured
    with; `new_id` names an event such as a run.
    """

    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    new_id: Callable[[], str]
    sleep: Callable[[float], Awaitable[None]]


def real() -> Ambient:
    """Return the machine's own clock, ids and sleep."""
    return Ambient(
        now=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
        new_id=lambda: uuid.uuid4().hex[:12],
        sleep=asyncio.sleep,
    )
