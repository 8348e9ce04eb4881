"""What the tries of one ask took so far, and whether it may be sent once more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from assessor.errors import JudgeError
from assessor.judges.base import Usage
from assessor.prompt import Ask

NO_LEAVE = "no_leave"
# Asked before an ask is sent once more, with what its tries took that were billed and no reply.
Leave = Callable[[Ask, Sequence[Usage]], bool]


def always(_ask: Ask, _billed: Sequence[Usage]) -> bool:
    """Let every try go."""
    return True


@runtime_checkable
class AsksLeave(Protocol):
    """A judge that may send an ask several times, and asks `leave` before it does so again."""

    leave: Leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """The tries of one ask that were billed and came to nothing."""

    ask: Ask
    leave: Leave
    tries: list[Usage] = field(default_factory=list)

    def add(self, usage: Usage) -> None:
        """Take in what a try took."""
        self.tries.append(usage)

    def check(self) -> None:
        """Raise JudgeError where something was billed already and no more may be."""
        if self.tries and not self.leave(self.ask, tuple(self.tries)):
            raise JudgeError("not sent once more: the limit is reached", code=NO_LEAVE)
