"""How requests travel: several small pools, through a proxy where one is set, and replies bounded.

An endpoint may send anything: a body without an end, a few bytes that unpack to gigabytes, cookies
that would tell it who comes back. None of it gets further than here.
"""

from __future__ import annotations

import socket
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from assessor.bodies import Body, brought_more, unkept_headers
from assessor.errors import ConfigError

# Bytes of a body as it comes and as it unpacks; no honest completion or list of models has more.
MOST_BYTES = 8_000_000
# Connections in one pool.
_POOL = 4
# Half-open connections are found out while a long reply is waited for.
_ALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]


def proxy_for(base_url: str) -> str:
    """Return the proxy that the environment sets for this URL, "" where it sets none.

    A host is excepted where the system's settings say so, or `no_proxy` as the stock client reads
    it: with a port, by a star, as a range of addresses.
    """
    parts, proxies = urlsplit(base_url), urllib.request.getproxies()
    if not parts.hostname or not any(map(proxies.get, ("http", "https", "all"))):
        return ""
    if urllib.request.proxy_bypass(parts.hostname):
        return ""
    import httpx2  # noqa: PLC0415  # comes with openai, and as late
    from httpx2._utils import URLPattern, get_environment_proxies  # noqa: PLC0415  # as above

    url = httpx2.URL(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
    found = {URLPattern(each): proxy for each, proxy in get_environment_proxies().items()}
    return next((found[each] or "" for each in sorted(found) if each.matches(url)), "")


def bounded_pools(base_url: str, at_once: int, most: int = MOST_BYTES) -> Any:
    """Return a transport with room for `at_once` connections that are told to stay alive.

    A pool looks at each of its connections for each request, so that one large pool takes more
    time than the requests; hence several small ones.
    """
    import httpx2  # noqa: PLC0415  # comes with openai, and as late

    limits = httpx2.Limits(max_connections=_POOL + 1, max_keepalive_connections=_POOL + 1)
    pools = _opened(base_url, limits, -(-at_once // _POOL))
    busy = [0] * len(pools)

    class Pools(httpx2.AsyncBaseTransport):
        """Sends each request through the pool that has the least to do."""

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            place = busy.index(min(busy))
            busy[place] += 1
            try:
                response = await pools[place].handle_async_request(request)
                try:
                    content = await _bounded(response, most)
                    if brought_more(response):
                        await response.extensions["network_stream"].aclose()
                finally:
                    await response.stream.aclose()
            finally:
                busy[place] -= 1
            # The very response, with its body in: to make another one takes as long as to read it.
            for name in unkept_headers(response.headers.raw):
                response.headers.pop(name, None)
            response.stream = httpx2.ByteStream(content)
            answer: httpx2.Response = response
            return answer

        async def aclose(self) -> None:
            for pool in pools:
                await pool.aclose()

    return Pools()


def _opened(base_url: str, limits: Any, count: int) -> list[Any]:
    """Return so many pools. Raises ConfigError for a proxy that cannot be used."""
    import httpx2  # noqa: PLC0415  # comes with openai, and as late

    proxy = proxy_for(base_url) or None
    # To read the certificates takes a tenth of a second, and without TLS they are for nothing.
    verify = base_url.startswith("https") or (proxy or "").startswith("https")
    options = None if proxy else _ALIVE
    try:
        return [
            httpx2.AsyncHTTPTransport(
                verify=verify, limits=limits, socket_options=options, proxy=proxy
            )
            for _ in range(count)
        ]
    except (ImportError, ValueError) as error:
        raise ConfigError(
            f"the proxy that the environment sets cannot be used ({error}); unset it, or except "
            "this host from it (no_proxy)"
        ) from error


async def _bounded(response: Any, most: int) -> bytes:
    """Return a response's body, unpacked. Raises TooMuch."""
    body = Body(response.headers.get("content-encoding", ""), most)
    async for part in response.stream:
        body.take(part)
    return bytes(body.content)
