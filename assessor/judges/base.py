"""What every judge is: something that answers an ask or raises `JudgeError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self, TypeGuard, runtime_checkable

from assessor.errors import JudgeError
from assessor.prompt import Ask


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Tokens as the endpoint counted them, None where it did not; `input` includes `cached`.

    `full_price`: they were not used at the cheaper tier that was asked for.
    """

    input: int | None = None
    cached: int | None = None
    cache_written: int | None = None
    output: int | None = None
    full_price: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeReply:
    """What came back for one ask: the reply's text, unparsed, and what is known of how it was made.

    `latency` is in seconds. `finish` is the endpoint's own word for why it stopped, `form` the one
    in which the reply was asked for, "" where a judge has but one. `chances` are those of a yes, in
    0..1 by the path of the field, where the endpoint gives log-probabilities. `waste` is what the
    tries before it took that gave no reply. `full_price`: it did not come at the tier asked for.
    """

    text: str
    model: str
    usage: Usage = field(default_factory=Usage)
    latency: float = 0.0
    finish: str = "stop"
    response_id: str = ""
    form: str = ""
    chances: tuple[tuple[str, float], ...] = ()
    waste: tuple[Usage, ...] = ()
    full_price: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which judge this is, for request keys and the record; no secret, nothing of the day."""

    backend: str
    model: str
    endpoint: str = ""
    parameters: tuple[tuple[str, str], ...] = ()


def waste_of(error: JudgeError) -> tuple[Usage, ...]:
    """Return what was billed for an ask that ended in `error`."""
    return tuple(each for each in error.waste if isinstance(each, Usage))


class Judge(Protocol):
    """Anything that reads an answer."""

    @property
    def identity(self) -> Identity:
        """Which judge this is."""

    async def prepare(self) -> None:
        """Find out what the endpoint can do. Raises JudgeRejected where no request can succeed."""

    async def ask(self, ask: Ask) -> JudgeReply:
        """Return the reply to one ask, after the retries that waiting can justify.

        Raises JudgeError and nothing else.
        """

    async def close(self) -> None:
        """Let go of connections."""


class ClosedAfterUse:
    """A judge that `async with` closes on the way out."""

    __slots__ = ()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of connections."""


# Told what happens between an ask and its reply: an event's name and its facts.
Listener = Callable[..., None]


def nobody(event: str, **facts: object) -> None:
    """Listen to nothing."""


@runtime_checkable
class Tells(Protocol):
    """A judge with an endpoint behind it, which says what it found there and what it waits for."""

    @property
    def capabilities(self) -> Mapping[str, str]:
        """What the endpoint was found to take so far."""

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of retries, pauses and what is found."""


class Learns(Judge, Protocol):
    """A judge that can be asked in several forms, and finds out by use which of them serves."""

    @property
    def form(self) -> str:
        """The form in which replies are asked for just now."""

    @property
    def learnt(self) -> str:
        """What was found out of the endpoint, as a text to be kept; "" where nothing is sure."""

    def take_up(self, learnt: str) -> None:
        """Go on with what was found out before; a text that cannot be read is passed over."""

    def learn(self, ask: Ask, reply: JudgeReply, *, usable: bool) -> None:
        """Take in whether the reply to `ask` could be used."""


@runtime_checkable
class SpreadOut(Protocol):
    """A judge behind several addresses, which says how many replies came from each."""

    @property
    def used(self) -> Mapping[str, int]:
        """Replies by address."""


def learns(judge: Judge | None) -> TypeGuard[Learns]:
    """Return whether a judge can be asked in several forms.

    By its method: to look for properties would work them out, and this is asked with every reply.
    """
    return hasattr(judge, "learn")


def form_of(judge: Judge) -> str:
    """Return the form in which `judge` is asked just now, "" where it has but one."""
    return judge.form if learns(judge) else ""
