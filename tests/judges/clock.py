"""An event loop whose clock jumps to the next timer: hours of waiting in no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from assessor.ambient import Ambient

T = TypeVar("T")
START = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)


class _Jumping(selectors.SelectSelector):
    """Instead of waiting for a timer, move the clock there."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is not None and timeout > 0:
            self.now += timeout
        return ready


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the jumping clock."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)


def ambient() -> Ambient:
    """The facts of the moment by the running loop's clock."""

    def monotonic() -> float:
        return asyncio.get_running_loop().time()

    return Ambient(
        now=lambda: START + timedelta(seconds=monotonic()),
        monotonic=monotonic,
        new_id=lambda: "id",
        sleep=asyncio.sleep,
    )
