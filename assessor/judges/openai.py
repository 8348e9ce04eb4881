"""The judge behind any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from assessor.ambient import Ambient
from assessor.config import OPENAI_URL, host_of
from assessor.errors import JudgeError, JudgeRejected, JudgeUnavailable
from assessor.judges.base import ClosedAfterUse, Identity, JudgeReply, Listener, nobody
from assessor.judges.completion import (
    Cuts,
    NoText,
    Unusable,
    both,
    error_inside,
    no_text,
    read_body,
    read_completion,
)
from assessor.judges.dialect import (
    CONSTRAINED,
    Dialect,
    Output,
    adapt,
    first_dialect,
    next_output,
)
from assessor.judges.faults import NotUnderstood, ServerFault, context_exceeded, sort_fault
from assessor.judges.pace import Pace
from assessor.judges.retry import Patience
from assessor.judges.trial import FEW, Trial
from assessor.prompt import Ask
from assessor.verdict import Pass

CONNECT_TIMEOUT = 10.0
# Room for a reply: the fields are short, thinking is not. Cut off, it is asked once with more.
_TOKENS_PER_ASK = 1500
_TOKENS_PER_CELL = 400
_MORE_ROOM = 4
_LEAST_KEY = 12
# Asks refused in a row, and the answers they must be about, before the endpoint is doubted.
_REFUSED_ASKS, _REFUSED_ANSWERS = 8, 3
_PROBE = Ask(
    system="Reply with JSON.",
    user='Reply with the JSON object {"ok": true}.',
    schema={
        "type": "object",
        "properties": {"ok": {"type": "boolean"}},
        "required": ["ok"],
        "additionalProperties": False,
    },
    cells=(),
    asked=Pass.NEUTRAL,
    answer="",
    answer_digest="",
    prefix_key="probe",
    prompt="",
    shown="",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAISettings:
    """What the judge needs to know; `timeout` is in seconds for a whole request."""

    model: str
    base_url: str = OPENAI_URL
    timeout: float = 120.0
    concurrency: int = 16
    rpm: int | None = None
    tpm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How one try at an ask departs from the common way: more room, another form."""

    room: int = 1
    output: Output | None = None


class OpenAIJudge(ClosedAfterUse):
    """Asks an OpenAI-compatible endpoint through `client`, an `AsyncOpenAI` or its like.

    What the endpoint can do is found on the first requests and kept in `capabilities`. `key` is
    what the client sends: it is cut out of replies.
    """

    def __init__(
        self,
        client: Any,
        settings: OpenAISettings,
        ambient: Ambient,
        pace: Pace | None = None,
        key: str | None = None,
    ) -> None:
        # Any: the SDK's own type comes with its import, which is late.
        self._client = client
        self._settings = settings
        self._ambient = ambient
        self._where = host_of(settings.base_url)
        self._identity = Identity(
            backend="openai",
            model=settings.model,
            endpoint=bare_url(settings.base_url),
            parameters=(("seed", "0"), ("temperature", "0")),
        )
        # A shorter one is a placeholder, and may well be a word of an honest reply.
        self._key = key.encode() if key and len(key) >= _LEAST_KEY else b""
        self._first = first_dialect(self._where)
        self._dialect = self._first
        self._confirmed = False
        self._alone = asyncio.Lock()
        self._room = 1
        self._cuts = Cuts()
        self._refused: list[str] = []
        self._over: JudgeRejected | JudgeUnavailable | None = None
        self._trial = Trial()
        self._silent = 0
        self._spoke: set[Output] = set()
        self.pace = pace or pace_for(settings, ambient)
        self._patience = Patience(pace=self.pace, ambient=ambient)
        self._tell: Listener = nobody

    @property
    def identity(self) -> Identity:
        """Which judge this is: what was asked for, not what the endpoint was found to take."""
        return self._identity

    @property
    def capabilities(self) -> dict[str, str]:
        """What the endpoint was found to take so far."""
        return self._dialect.facts()

    @property
    def form(self) -> str:
        """The form in which replies are asked for just now."""
        return self._dialect.output.value

    def learn(self, ask: Ask, reply: JudgeReply, *, usable: bool) -> None:
        """Take in whether a reply could be used; where most cannot, the next form is tried.

        A reply about many cells that fits its schema and is still of no use is not the form's
        fault: a model may be too weak to fill in so much.
        """
        output = Output(reply.form)
        if len(ask.cells) > 1 and output in CONSTRAINED and not usable:
            return
        self._trial.count(output, usable=usable)
        if output is self._dialect.output and (better := self._trial.better(output)):
            self._take_up(replace(self._dialect, output=better))

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of retries, pauses and what is found of the endpoint."""
        self._tell = self._patience.tell = self.pace.tell = listener

    async def prepare(self) -> None:
        """Send one small request without student text: a bad key stops here, features are found."""
        self._dialect = replace(self._dialect, logprobs=True)
        given = False
        try:
            reply = await self.ask(_PROBE)
            given = bool(reply.chances)
            if reply.form == Output.JSON_SCHEMA and '"ok"' not in reply.text:
                # Some servers take the schema and ignore it: the text then has to show it.
                self._take_up(replace(self._dialect, output=Output.SCHEMA_OBJECT))
        except NotUnderstood as error:
            raise JudgeRejected(str(error), code=error.code) from error
        except JudgeError as error:
            # Any other odd reply to an odd question says nothing; the asks will tell.
            if isinstance(error, JudgeRejected) or error.code == "unreachable":
                raise
        finally:
            # Many take the parameter and give nothing; what is not given is not asked for.
            self._dialect = replace(self._dialect, logprobs=given)

    async def ask(self, ask: Ask) -> JudgeReply:
        """Return the reply to `ask`. Raises JudgeError and nothing else."""
        if self._confirmed:
            return await self._ask(ask)
        async with self._alone:
            if not self._confirmed:
                return await self._ask(ask)
        return await self._ask(ask)

    async def close(self) -> None:
        """Close the client's connections."""
        await self._client.close()

    async def _ask(self, ask: Ask) -> JudgeReply:
        way = _Way(room=self._room)
        try:
            return await self._send(ask, way)
        except Unusable as error:
            other = self._differently(way, error)
            if other is None:
                raise
            reply = await self._send(ask, other)
            self._room = max(self._room, other.room)
            return replace(reply, usage=both(error.usage, reply.usage))

    def _differently(self, way: _Way, error: Unusable) -> _Way | None:
        """Return the way to ask once more after a reply that waiting does not mend."""
        if error.code == "truncated":
            return replace(way, room=way.room * _MORE_ROOM)
        if error.code == "whitespace" and self._dialect.output is not Output.TEXT:
            # Whatever holds the model to a form lets it write white space for ever.
            return replace(way, output=Output.TEXT)
        return None

    async def _send(self, ask: Ask, way: _Way) -> JudgeReply:
        while True:
            if self._over is not None:
                # A new one for each ask: one error raised often would gather every traceback.
                raise type(self._over)(str(self._over), code=self._over.code)
            dialect = self._dialect
            try:
                request = partial(self._try, ask, way, dialect)
                reply = await self._patience.send(request, _size(ask), ask.answer_digest)
            except NoText as error:
                self._hear_nothing(dialect, error)
            except (NotUnderstood, ServerFault) as error:
                if not self._adapted(dialect, error):
                    if isinstance(error, NotUnderstood):
                        self._doubt(ask, error)
                    raise
            except (JudgeRejected, JudgeUnavailable) as error:
                if isinstance(error, JudgeRejected) or error.code == "unreachable":
                    self._over = error
                raise
            else:
                self._confirmed = True
                self._refused.clear()
                return reply

    def _hear_nothing(self, spoken: Dialect, error: NoText) -> None:
        """Take in a reply without a text where none had one: after a few, another form is tried.

        Raises JudgeRejected where no form is left.
        """
        if self._dialect.output is not spoken.output:
            return
        self._silent += 1
        if self._silent < FEW:
            return
        self._silent = 0
        lower = next_output(spoken.output)
        if lower is None:
            self._over = JudgeRejected(str(error), code="empty")
            raise self._over from error
        self._take_up(replace(self._dialect, output=lower))

    def _take_up(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._tell("capability", **dialect.facts())

    def _doubt(self, ask: Ask, error: NotUnderstood) -> None:
        """Take in a refusal that nothing mends; many in a row are not the answers' fault.

        Features are then looked for anew, one request at a time; where none can be left out any
        more, the run stops. Raises JudgeRejected.
        """
        self._refused.append(ask.answer_digest)
        doubted = len(self._refused) >= _REFUSED_ASKS
        doubted = doubted and len(set(self._refused)) >= _REFUSED_ANSWERS
        if self._confirmed:
            self._confirmed = not doubted
        elif doubted:
            self._over = JudgeRejected(str(error), code=error.code)
            raise self._over from error

    def _adapted(self, spoken: Dialect, error: NotUnderstood | ServerFault) -> bool:
        """Leave out what was refused; True when there is another way to ask."""
        if self._dialect is not spoken:
            return True  # Another worker has learned it meanwhile.
        lower = adapt(spoken, error.said, self._first, blind=not self._confirmed)
        if lower is None:
            return False
        self._take_up(lower)
        return True

    async def _try(self, ask: Ask, way: _Way, dialect: Dialect) -> JudgeReply:
        import httpx2  # noqa: PLC0415  # comes with openai, and as late
        import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

        room = (_TOKENS_PER_ASK + _TOKENS_PER_CELL * len(ask.cells)) * way.room
        spoken = replace(dialect, output=way.output) if way.output else dialect
        started = self._ambient.monotonic()
        try:
            async with asyncio.timeout(self._settings.timeout):
                # Not `chat.completions.create`: to walk through request and reply as typed models
                # takes the SDK longer than all the rest, and trips over replies we can read.
                response = await self._client.post(
                    "/chat/completions",
                    body=spoken.request(self._settings.model, ask, room),
                    cast_to=httpx2.Response,
                )
        except openai.APIStatusError as error:
            headers = error.response.headers
            raise self._fault(error.status_code, error.body, headers, spoken) from error
        except (TimeoutError, openai.APITimeoutError) as error:
            raise JudgeUnavailable(f"{self._where}: no reply in time", code="timeout") from error
        except openai.APIConnectionError as error:
            raise self._unconnected(error) from error
        except openai.OpenAIError as error:
            message = f"{self._where}: the reply cannot be read"
            raise JudgeUnavailable(message, code="server") from error
        body = read_body(self._without_key(response.content), self._where)
        inside = error_inside(body)
        if inside is not None:
            raise self._fault(_status_in(inside), inside, {}, spoken)
        output = spoken.output
        try:
            reply = read_completion(body, self._where, self._settings.model)
        except JudgeUnavailable as error:
            if error.code == "empty" and output not in self._spoke:
                raise no_text(body, self._where) from error
            raise
        self._spoke.add(output)
        self._silent = 0
        if self._cuts.has_cut(ask.system + ask.user, reply.usage):
            raise context_exceeded(self._where)
        latency = self._ambient.monotonic() - started
        return replace(reply, latency=latency, form=output.value)

    def _without_key(self, content: bytes) -> bytes:
        """Return a reply without the key, which some gateways send back: it is kept nowhere."""
        return content.replace(self._key, b"(key)") if self._key else content

    def _fault(
        self, status: int, body: object, headers: Mapping[str, str], spoken: Dialect
    ) -> JudgeError:
        error = sort_fault(status, body, headers, self._where, self._ambient.now())
        if isinstance(error, ServerFault) and adapt(spoken, error.said, self._first, blind=False):
            # Some servers answer 500 to a feature they lack; waiting would not teach them.
            return NotUnderstood(str(error), said=error.said, status=status)
        return error

    def _unconnected(self, error: Exception) -> JudgeUnavailable:
        cause = type(error.__cause__).__name__
        if cause in {"ConnectError", "ConnectTimeout", "NoneType"}:
            return JudgeUnavailable(f"{self._where}: cannot connect", code="connection")
        return JudgeUnavailable(f"{self._where}: the connection was lost", code="reset")


def pace_for(settings: OpenAISettings, ambient: Ambient) -> Pace:
    """Return a fresh pace for the endpoint and limits of `settings`."""
    where = host_of(settings.base_url)
    return Pace(ambient=ambient, where=where, rpm=settings.rpm, tpm=settings.tpm)


def bare_url(url: str) -> str:
    """Return a URL without credentials, query or closing slash."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path.rstrip('/')}"


def _size(ask: Ask) -> int:
    """Estimate the tokens of an ask, for limits per minute."""
    return (len(ask.system) + len(ask.user)) // 4 + 300


def _status_in(error: Mapping[str, object]) -> int:
    for key in ("status", "code", "status_code"):
        value = error.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:
            return value
        if isinstance(value, str) and value.isdigit() and 400 <= int(value) < 600:
            return int(value)
    return 500
