"""The judge behind any OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from assessor.ambient import Ambient
from assessor.bodies import TooMuch
from assessor.config import host_of
from assessor.errors import InvalidReply, JudgeError, JudgeRejected, JudgeUnavailable
from assessor.judges.base import ClosedAfterUse, Identity, JudgeReply, Listener, Usage, nobody
from assessor.judges.base_url import bare_url, read_address
from assessor.judges.batch.base import BatchHost
from assessor.judges.bill import Bill, Leave, always
from assessor.judges.completion import (
    Cuts,
    NoText,
    Unusable,
    error_inside,
    no_text,
    read_body,
    read_completion,
    read_usage,
)
from assessor.judges.dialect import (
    CONSTRAINED,
    Dialect,
    Output,
    adapt,
    first_dialect,
    next_output,
    read_dialect,
)
from assessor.judges.faults import (
    NotGenerated,
    NotUnderstood,
    ServerFault,
    context_exceeded,
    own_words,
    sort_fault,
    status_in,
)
from assessor.judges.openai_settings import OpenAISettings
from assessor.judges.pace import Pace
from assessor.judges.reach import (
    broken_off,
    by_other_scheme,
    in_its_words,
    is_page,
    no_api,
    redirected,
    wants_https,
)
from assessor.judges.retry import Patience
from assessor.judges.trial import FEW, PROBE, FormTrial
from assessor.prompt import Ask
from assessor.tiers import Delivery

# Room for a reply: the fields are short, thinking is not. Cut off, it is asked once with more.
_TOKENS_PER_ASK = 1500
_TOKENS_PER_CELL = 400
_MORE_ROOM = 4
_MOST_GENERATIONS = 3
_LEAST_KEY = 12
# Asks refused in a row, and the answers they must be about, before the endpoint is doubted.
_REFUSED_ASKS, _REFUSED_ANSWERS = 8, 3


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
            endpoint=bare_url(read_address(settings.base_url).base),
            parameters=(("seed", "0"), ("temperature", "0")),
        )
        # A shorter one is a placeholder, and may well be a word of an honest reply.
        self._key = key.encode() if key and len(key) >= _LEAST_KEY else b""
        self._first = replace(first_dialect(self._where), tier=settings.service_tier)
        self._dialect = self._first
        self._confirmed = False
        self._is_known = False
        self._alone = asyncio.Lock()
        self._room = 1
        self._cuts = Cuts()
        self._refused: list[str] = []
        self._over: JudgeRejected | JudgeUnavailable | None = None
        self._trial = FormTrial()
        self._silent = 0
        self._spoke: set[Output] = set()
        self.pace = pace or pace_for(settings, ambient)
        self._patience = Patience(pace=self.pace, ambient=ambient)
        self._tell: Listener = nobody
        self.leave: Leave = always
        self.answered_as = ""
        self.batch_host: BatchHost | None = None
        if settings.delivery is Delivery.BY_FILE:
            said = f"nothing is sent with the tier {settings.tier}; leave it out to ask at once"
            self._over = JudgeRejected(said, code="tier")

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

    @property
    def learnt(self) -> str:
        """What was found out of the endpoint; "" before any reply came."""
        return self._dialect.as_text() if self._confirmed else ""

    def take_up(self, learnt: str) -> None:
        """Go on with what was found out before: then nothing is asked to find it out."""
        known = read_dialect(learnt)
        if known is not None:
            self._dialect = replace(known, tier=self._settings.service_tier)
            self._is_known = True

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
        """Send one small request without student text: a bad key stops here, features are found.

        Where they are known, none is sent, but for a cheaper tier, which may be passed over.
        """
        is_settled = self._is_known and not self._settings.service_tier
        if is_settled or self._settings.delivery is Delivery.BY_FILE:
            return
        await self._probe()

    async def _probe(self) -> None:
        self._dialect = replace(self._dialect, logprobs=True)
        given = False
        try:
            reply = await self.ask(PROBE)
            if self._over is not None:
                raise self._over
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
        if self.batch_host is not None:
            await self.batch_host.close()

    def written(self, ask: Ask) -> dict[str, object]:
        """Return the request for `ask` as a batch's file holds it."""
        return self._dialect.request(self._settings.model, ask, _room_for(ask, self._room))

    def read_back(self, ask: Ask, status: int, body: Mapping[str, object]) -> JudgeReply:
        """Return the reply that a batch brought for `ask`. Raises JudgeError."""
        body = read_body(self._without_key(json.dumps(body).encode()), self._where)
        inside = error_inside(body)
        if inside is not None or status >= 400:
            at = status if status >= 400 else status_in(inside or {})
            raise self._fault(at, inside or body, {}, self._dialect)
        try:
            reply = self._read(ask, body, self._dialect.output)
        except JudgeError as error:
            error.waste = (read_usage(body.get("usage")),)
            if error.code == "truncated":
                self._room = _MORE_ROOM  # Handed in once more, it has that.
            raise
        return replace(reply, form=self._dialect.output.value)

    async def _ask(self, ask: Ask) -> JudgeReply:
        way, bill = _Way(room=self._room), Bill(ask=ask, leave=self.leave)
        try:
            for again in itertools.count(1):
                try:
                    reply = await self._send(ask, way, bill)
                except (Unusable, NotGenerated) as error:
                    other = self._differently(way, error, again)
                    if other is None:
                        raise
                    way = other
                else:
                    break
        except JudgeError as error:
            error.waste = tuple(bill.tries)
            raise
        self._room = max(self._room, way.room)
        return replace(reply, waste=tuple(bill.tries))

    def _differently(self, way: _Way, error: InvalidReply, again: int) -> _Way | None:
        """Return the way to ask once more after a reply that waiting does not mend."""
        if isinstance(error, NotGenerated):
            self._trial.count(self._dialect.output, usable=False)
            return way if again < _MOST_GENERATIONS else None
        if error.code == "truncated" and again == 1:
            return replace(way, room=way.room * _MORE_ROOM)
        if error.code == "whitespace" and way.output is not Output.TEXT:
            # Whatever holds the model to a form lets it write white space for ever.
            return replace(way, output=Output.TEXT)
        return None

    async def _send(self, ask: Ask, way: _Way, bill: Bill) -> JudgeReply:
        while True:
            dialect = self._dialect
            try:
                request = partial(self._try, ask, way, dialect, bill)
                reply = await self._patience.send(request, _size(ask), ask.answer_digest)
            except NoText as error:
                self._hear_nothing(dialect, error)
            except (NotUnderstood, ServerFault) as error:
                if not self._adapted(dialect, error):
                    await self._take_refusal(ask, error)
                    raise
            except (JudgeRejected, JudgeUnavailable) as error:
                await self._take_failure(error)
                raise
            else:
                self._confirmed = True
                self._refused.clear()
                return reply

    async def _take_refusal(self, ask: Ask, error: NotUnderstood | ServerFault) -> None:
        if self._is_known:
            await self._explain()
        if isinstance(error, NotUnderstood):
            self._doubt(ask, error)

    async def _take_failure(self, error: JudgeRejected | JudgeUnavailable) -> None:
        if self._is_known and isinstance(error, JudgeRejected):
            await self._explain()
        if error.code == "capacity":
            self._over = self._no_tier("has no room at it now, run again later to go on")
            raise self._over from error
        if isinstance(error, JudgeRejected) or error.code == "unreachable":
            self._over = error

    async def _explain(self) -> None:
        """Send the small first request that was spared: what is said to it may be shown."""
        self._is_known = False
        if not self._confirmed:
            try:
                await self._ask(PROBE)
            except NotUnderstood as error:
                raise JudgeRejected(str(error), code=error.code) from error

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
        if spoken.tier and re.search(rf"service_?tier|\btier\b|\b{spoken.tier}\b", error.said):
            self._over = self._no_tier("refuses it")
            raise self._over from error
        if self._dialect is not spoken:
            return True  # Another worker has learned it meanwhile.
        # Where an address or a model is not there, leaving features out is no help.
        missing = isinstance(error, NotUnderstood) and error.status in {404, 405}
        blind = not self._confirmed and not missing
        lower = adapt(spoken, error.said, self._first, blind=blind)
        if lower is None:
            return False
        self._take_up(lower)
        return True

    def _check(self, bill: Bill) -> None:
        """Raise where nothing more may be sent: the run is over, or the money is spent."""
        if self._over is not None:
            # A new one for each try: one error raised often would gather every traceback.
            raise type(self._over)(str(self._over), code=self._over.code)
        bill.check()

    async def _try(self, ask: Ask, way: _Way, dialect: Dialect, bill: Bill) -> JudgeReply:
        import httpx2  # noqa: PLC0415  # comes with openai, and as late
        import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

        self._check(bill)
        room = _room_for(ask, way.room)
        spoken = replace(dialect, output=way.output) if way.output else dialect
        started = self._ambient.monotonic()
        try:
            async with asyncio.timeout(self._settings.patience):
                # Not `chat.completions.create`: to walk through request and reply as typed models
                # takes the SDK longer than all the rest, and trips over replies we can read.
                response = await self._client.post(
                    "/chat/completions",
                    body=spoken.request(self._settings.model, ask, room),
                    cast_to=httpx2.Response,
                )
        except openai.APIStatusError as error:
            raise self._refusal(error, ask, spoken) from error
        except (TooMuch, TimeoutError, openai.OpenAIError) as error:
            found = broken_off(error, self._where, self._settings.base_url)
            if isinstance(found, JudgeUnavailable) and found.code != "connection":
                bill.add(Usage())  # It may have been written all the same.
            raise found from error
        if not self._confirmed and is_page(response.content):
            raise no_api(response.content, self._where, self._settings.base_url)
        try:
            body = read_body(self._without_key(response.content), self._where)
        except JudgeError:
            if not is_page(response.content):
                bill.add(Usage())  # Cut short, or in another form: a reply was written.
            raise
        inside = error_inside(body)
        if inside is not None:
            raise self._fault(status_in(inside), inside, {}, spoken)
        full = self._is_full_price(body, spoken)
        try:
            reply = self._read(ask, body, spoken.output)
        except JudgeError:
            bill.add(replace(read_usage(body.get("usage")), full_price=full))
            raise
        latency = self._ambient.monotonic() - started
        return replace(reply, latency=latency, form=spoken.output.value, full_price=full)

    def _is_full_price(self, body: Mapping[str, object], spoken: Dialect) -> bool:
        """Return whether a reply did not come at the tier asked for; where the host had another."""
        told = str(body.get("service_tier") or "another")
        if spoken.tier and told != spoken.tier:
            # It is paid in full, whether or not it is of use; no further one shall be.
            self._over = self._no_tier(f"answered at its {told} tier")
            return True
        return self._settings.delivery is not Delivery.AT_ONCE  # At once is in full.

    def _no_tier(self, what: str) -> JudgeRejected:
        tier = self._settings.tier
        return JudgeRejected(
            f"{self._where}: {tier} was asked for and this host {what}; leave out --tier {tier} to "
            "finish at the full price",
            code="tier",
        )

    def _read(self, ask: Ask, body: Mapping[str, object], output: Output) -> JudgeReply:
        try:
            reply = read_completion(body, self._where, self._settings.model)
        except JudgeUnavailable as error:
            if error.code == "empty" and output not in self._spoke:
                raise no_text(body, self._where) from error
            raise
        self._spoke.add(output)
        self._silent = 0
        self.answered_as = reply.model
        if self._cuts.has_cut(ask.system + ask.user, reply.usage):
            raise context_exceeded(self._where)
        return reply

    def _refusal(self, error: Any, ask: Ask, spoken: Dialect) -> JudgeError:
        """Return the error for a status that is none of success, as the SDK raises it."""
        status, headers = error.status_code, error.response.headers
        content, base = error.response.content, self._settings.base_url
        if 300 <= status < 400:
            return redirected(headers, self._where, base)
        if wants_https(content):
            return by_other_scheme(self._where, base)
        if not self._confirmed and status < 500 and status != 429 and is_page(content):
            return no_api(content, self._where, base)
        found = self._fault(status, error.body, headers, spoken)
        if ask is PROBE and isinstance(found, JudgeRejected | NotUnderstood):
            # Nothing of any student was sent, so nothing of any student can come back.
            said = self._without_key(own_words(error.body).encode()).decode()
            found.args = (in_its_words(found, said, status, base),)
        return found

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


def pace_for(settings: OpenAISettings, ambient: Ambient) -> Pace:
    """Return a fresh pace for the endpoint and limits of `settings`."""
    where = host_of(settings.base_url)
    return Pace(ambient=ambient, where=where, rpm=settings.rpm, tpm=settings.tpm)


def _room_for(ask: Ask, times: int) -> int:
    """Return how many tokens a reply to `ask` may have."""
    return (_TOKENS_PER_ASK + _TOKENS_PER_CELL * len(ask.cells)) * times


def _size(ask: Ask) -> int:
    """Estimate the tokens of an ask, for limits per minute."""
    return (len(ask.system) + len(ask.user)) // 4 + 300
