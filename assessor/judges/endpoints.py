"""Ways to an endpoint: the client, its list of models, servers on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from assessor.ambient import Ambient
from assessor.bodies import ASKED_FOR, TooMuch
from assessor.config import OPENAI_HOST, host_of
from assessor.errors import JudgeError, JudgeRejected, JudgeUnavailable
from assessor.judges.base_url import read_address
from assessor.judges.batch import batches_at
from assessor.judges.completion import read_body
from assessor.judges.faults import sort_fault
from assessor.judges.openai import OpenAIJudge, pace_for
from assessor.judges.openai_settings import CONNECT_TIMEOUT, OpenAISettings
from assessor.judges.reach import (
    by_other_scheme,
    is_page,
    no_api,
    redirected,
    unconnected,
    wants_https,
)
from assessor.judges.transport import MOST_BYTES, bounded_pools, proxy_for
from assessor.tiers import Delivery

LOCAL_SERVERS: Mapping[str, str] = {
    "Ollama": "http://127.0.0.1:11434/v1",
    "LM Studio": "http://127.0.0.1:1234/v1",
    "llama.cpp": "http://127.0.0.1:8080/v1",
}
# The names of vLLM, LM Studio, OpenRouter and llama.cpp; what is loaded goes before what might be.
_CONTEXT_NAMES = (
    "loaded_context_length",
    "max_model_len",
    "n_ctx",
    "context_length",
    "max_context_length",
    "context_window",
    "n_ctx_train",
)
_LIST_TIMEOUT = 10.0
ANTHROPIC_HOST, ANTHROPIC_VERSION = "api.anthropic.com", "2023-06-01"
# Seconds for a file of requests or replies, and bytes of one that comes.
_FILE_TIMEOUT, _MOST_OF_A_FILE = 600.0, 1_000_000_000
_LOCAL_TIMEOUT = 1.5
# What the SDK says of this machine with every request: nobody's business, and half of its headers.
_SDK_WORDS = tuple(
    f"X-Stainless-{word}"
    for word in ("Lang", "Package-Version", "OS", "Arch", "Runtime", "Runtime-Version", "Async")
)
# All that another host than the SDK's own gets, beside what is added below.
_SENT_ANYWHERE = frozenset(
    {
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
        *("transfer-encoding", "user-agent"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalServer:
    """An OpenAI-compatible server found on this machine, and the models it offers."""

    name: str
    base_url: str
    models: tuple[str, ...]


class _OnUse:
    """The SDK's client, opened by the first request: its import takes longer than a run without."""

    def __init__(self, opened: Callable[[], Any]) -> None:
        self.opened = cache(opened)
        self._is_used = False

    async def post(self, path: str, **sent: Any) -> Any:
        """Post as the client does."""
        self._is_used = True
        return await self.opened().post(path, **sent)

    async def close(self) -> None:
        """Close the connections, where any were opened."""
        if self._is_used:
            await self.opened().close()


def open_openai(settings: OpenAISettings, key: str | None, ambient: Ambient) -> OpenAIJudge:
    """Return a judge with a client of its own; without a key none is sent."""
    pace = pace_for(settings, ambient)

    async def observe(response: Any) -> None:  # the http library comes with the SDK, late
        pace.observe(response.headers)

    def opened() -> Any:
        own = [observe]
        return client_at(settings.base_url, key, settings.patience, own, settings.concurrency)

    client = _OnUse(opened)
    if proxy_for(settings.base_url):
        client.opened()  # One that cannot be used is said before anything is begun.
    judge = OpenAIJudge(client, settings, ambient, pace, key)
    if settings.delivery is Delivery.BY_BATCH:
        # Orders are long where a host takes its requests in them; their replies are short.
        own = client_at(settings.base_url, key, _FILE_TIMEOUT, [])
        of_files = client_at(settings.base_url, key, _FILE_TIMEOUT, [], most=_MOST_OF_A_FILE)
        judge.batch_host = batches_at(own, settings.base_url, ambient, of_files)
    return judge


async def list_models(
    base_url: str, key: str | None, ambient: Ambient, timeout: float = _LIST_TIMEOUT
) -> tuple[str, ...]:
    """Return the ids of the endpoint's models, sorted. Raises JudgeError."""
    return tuple(sorted(await list_contexts(base_url, key, ambient, timeout)))


async def list_contexts(
    base_url: str, key: str | None, ambient: Ambient, timeout: float = _LIST_TIMEOUT
) -> dict[str, int | None]:
    """Return the size of each model's context in tokens, None where the list does not say.

    Raises JudgeError.
    """
    import httpx2  # noqa: PLC0415  # comes with openai, and as late
    import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

    where = host_of(base_url)
    try:
        async with client_at(base_url, key, timeout, []) as client, asyncio.timeout(timeout):
            response = await client.get("/models", cast_to=httpx2.Response)
    except openai.APIStatusError as error:
        headers, content = error.response.headers, error.response.content
        if 300 <= error.status_code < 400:
            raise redirected(headers, where, base_url) from error
        if wants_https(content):
            raise by_other_scheme(where, base_url) from error
        raise sort_fault(error.status_code, error.body, headers, where, ambient.now()) from error
    except TooMuch as error:
        raise JudgeUnavailable(f"{where}: the reply {error}", code="server") from error
    except openai.APIConnectionError as error:
        found = unconnected(error, where, base_url)
        if isinstance(found, JudgeRejected):
            raise found from error
        message = f"{found}; start the server, or mend --base-url"
        raise JudgeUnavailable(message, code="connection") from error
    except (TimeoutError, openai.OpenAIError) as error:
        message = f"{where}: cannot be reached; see that it is up and that --base-url is right"
        raise JudgeUnavailable(message, code="connection") from error
    if is_page(response.content):
        raise no_api(response.content, where, base_url)
    data = read_body(response.content, where).get("data")
    rows = [row for row in (data if isinstance(data, list) else []) if isinstance(row, Mapping)]
    return {row["id"]: _context(row) for row in rows if isinstance(row.get("id"), str)}


def _context(row: Mapping[str, object]) -> int | None:
    """Return what a server says of a model's context; each has its own name for it."""
    meta = row.get("meta")
    places = [row, meta if isinstance(meta, Mapping) else {}]
    found = [place.get(name) for name in _CONTEXT_NAMES for place in places]
    sizes = [size for size in found if isinstance(size, int) and not isinstance(size, bool)]
    return sizes[0] if sizes and sizes[0] > 0 else None


async def find_local_servers(
    ambient: Ambient, places: Mapping[str, str] = LOCAL_SERVERS
) -> tuple[LocalServer, ...]:
    """Return the servers that answer on their usual ports of this machine; sends no key.

    What is reached through a proxy stands on the proxy's machine, and not here.
    """

    async def look(name: str, url: str) -> LocalServer | None:
        if proxy_for(url):
            return None
        try:
            models = await list_models(url, None, ambient, _LOCAL_TIMEOUT)
        except JudgeError:
            return None
        return LocalServer(name=name, base_url=url, models=models)

    found = await asyncio.gather(*(look(name, url) for name, url in places.items()))
    return tuple(server for server in found if server is not None)


def client_at(
    base_url: str,
    key: str | None,
    timeout: float,
    observers: Sequence[Any],
    at_once: int = 1,
    most: int = MOST_BYTES,
) -> Any:
    """Return the SDK's client: no retries of its own, no redirects, no header we did not choose."""
    import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

    host = host_of(base_url)
    address = read_address(base_url)

    async def choose_headers(request: Any) -> None:  # the http library comes with the SDK, late
        # The SDK takes keys and headers from the environment of its own accord, for any host.
        request.headers.pop("Authorization", None)
        if host != OPENAI_HOST:
            for name in set(request.headers) - _SENT_ANYWHERE:
                del request.headers[name]
        if key and address.by_api_key:
            request.headers["api-key"] = key
        elif key:
            request.headers["Authorization"] = f"Bearer {key}"
        if host == ANTHROPIC_HOST and "/messages" in request.url.path:
            # That host's own form has its own headers; its OpenAI form takes the common one.
            request.headers["anthropic-version"] = ANTHROPIC_VERSION
            if key:
                request.headers["x-api-key"] = key
                request.headers.pop("Authorization", None)

    words: dict[str, Any] = {"Accept-Encoding": ASKED_FOR, **dict.fromkeys(_SDK_WORDS, openai.omit)}
    hooks = {"request": [choose_headers], "response": list(observers)}
    return openai.AsyncOpenAI(
        api_key="sent-by-the-hook",
        base_url=address.base,
        default_query=dict(address.query),
        default_headers=words,
        max_retries=0,
        timeout=openai.Timeout(timeout, connect=min(CONNECT_TIMEOUT, timeout)),
        http_client=openai.DefaultAsyncHttpxClient(
            follow_redirects=False,
            event_hooks=hooks,
            transport=bounded_pools(base_url, at_once, most),
        ),
    )
