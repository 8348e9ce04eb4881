"""What runs on a Ray worker: it sends requests and brings back what came, and keeps nothing.

The judge itself stays with whoever plans the run: when a request may go, how often, in which form
and at whose expense is decided there, in one place. A worker has the wire alone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessor.bodies import TooMuch
from assessor.config import host_of
from assessor.errors import ConfigError, JudgeRejected
from assessor.hosts import clean_key
from assessor.judges.endpoints import client_at
from assessor.judges.reach import unconnected
from assessor.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class WireAddress:
    """Where a worker sends to; the key stands in `variable` of its own environment, "" for none.

    `timeout` is in seconds for a whole request, `at_once` how many connections there may be.
    """

    url: str
    variable: str
    timeout: float
    at_once: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What came back over the wire: a reply with its status, or the word for what happened.

    `lost` is "timeout", "too_much", "unread", or the code of a connection that failed, of which
    `said` is the message; `rejected` where no further try would help.
    """

    status: int = 0
    headers: Mapping[str, str] | None = None
    content: bytes = b""
    lost: str = ""
    said: str = ""
    rejected: bool = False


class RequestSender:
    """One worker. All failures are values: what Ray would log of an error may quote an answer."""

    def __init__(self) -> None:
        # Any: the SDK's own type comes with its import, which is late.
        self._clients: dict[WireAddress, Any] = {}

    async def about(self, variables: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
        """Return the version that runs here, and which of these variables hold no key."""
        return VERSION, tuple(each for each in variables if not _key_in(each))

    async def send(self, address: WireAddress, path: str, body: Mapping[str, object]) -> Carried:
        """Send one request and return what came of it."""
        import httpx2  # noqa: PLC0415  # comes with openai, and as late
        import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

        try:
            client = self._client(address)
            async with asyncio.timeout(address.timeout):
                response = await client.post(path, body=body, cast_to=httpx2.Response)
        except openai.APIStatusError as error:
            response = error.response
        except TooMuch as error:
            return Carried(lost="too_much", said=str(error))
        except (TimeoutError, openai.APITimeoutError):
            return Carried(lost="timeout")
        except openai.APIConnectionError as error:
            found = unconnected(error, host_of(address.url), address.url)
            rejected = isinstance(found, JudgeRejected)
            return Carried(lost=found.code, said=str(found), rejected=rejected)
        except Exception as error:  # noqa: BLE001  # see above: nothing leaves here as an error
            return Carried(lost="unread", said=type(error).__name__)
        return Carried(
            status=response.status_code, headers=dict(response.headers), content=response.content
        )

    def _client(self, address: WireAddress) -> Any:
        if address not in self._clients:
            key = _key_in(address.variable)
            self._clients[address] = client_at(
                address.url, key, address.timeout, [], address.at_once
            )
        return self._clients[address]


def _key_in(variable: str) -> str | None:
    """Return the key in this worker's own environment: none travels with a request."""
    if not variable:
        return None
    try:
        return clean_key(os.environ.get(variable, ""), variable) or None  # noqa: TID251  # its door
    except ConfigError:
        return None
