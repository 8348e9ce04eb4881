"""One connection to a platform: the token goes to its own host by TLS, one request at a time.

What only asks is asked again where that may help. What writes is sent once: whether a write whose
answer did not come was done is for reading back to say.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2

from assessor.bodies import ASKED_FOR, Body, TooMuch, brought_more, kept_headers
from assessor.errors import InputError, PlatformError

_TIMEOUT = 60.0
_TRIES = 6
_LONGEST_WAIT = 120.0
_MOST_BYTES = 300_000_000
_LONGEST_BODY = 1200.0  # seconds
# Seconds until an answer begins: what comes before it ("Early Hints") may come without an end.
_LONGEST_START = 120.0
# Students of one assignment: a list that goes on beyond has no end.
_MOST_LISTED = 100_000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Below this many units Canvas soon refuses; its bucket fills again within seconds.
_LOW = 60.0


@dataclass(slots=True, kw_only=True)
class PlatformConnection:
    """Asks and writes at one site. `headers` carry the token where the platform wants it there."""

    site: str
    headers: Mapping[str, str] = field(default_factory=dict)
    sleep: Callable[[float], None] = time.sleep
    transport: httpx2.BaseTransport | None = None
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        check_site(self.site)
        self._client = self._opened()

    def _opened(self) -> httpx2.Client:
        return httpx2.Client(timeout=_TIMEOUT, trust_env=True, transport=self.transport)

    def get(self, path: str, params: list[tuple[str, str]] | None = None) -> httpx2.Response:
        """Ask, and again where the site is busy or did not answer. Raises PlatformError."""
        url = path if path.startswith(("http://", "https://")) else f"{self.site}{path}"
        if not same_origin(url, self.site):
            raise PlatformError(f"{self.site}: names another host for its next page: not followed")
        return self._sent("GET", url, safe=True, params=params)

    def write(
        self, path: str, data: list[tuple[str, str]], *, method: str = "POST", safe: bool = False
    ) -> httpx2.Response:
        """Send once; `safe`: it only asks, and may be sent again. Raises PlatformError."""
        return self._sent(method, f"{self.site}{path}", safe=safe, data=data)

    def download(self, url: str, data: list[tuple[str, str]] | None = None) -> bytes:
        """Return a file; the token goes along to the site's own host and to no other."""
        for _ in range(5):
            own = same_origin(url, self.site)
            if not own:
                check_site(url)
                self._refuse_inner(url)
            answer = self._asked("POST" if data and own else "GET", url, own, data if own else None)
            if answer.status_code in {301, 302, 303, 307, 308}:
                url, data = _led_to(answer), None
                continue
            if answer.status_code != 200:
                raise PlatformError(
                    f"{_host(url)}: a file cannot be fetched ({answer.status_code})"
                )
            return answer.content
        raise PlatformError(f"{_host(url)}: a file is passed on from place to place without end")

    def _refuse_inner(self, url: str) -> None:
        """Refuse a server of this machine that a site elsewhere names. Raises PlatformError."""
        if urlsplit(url).hostname in _LOOPBACK and urlsplit(self.site).hostname not in _LOOPBACK:
            raise PlatformError(
                f"{_host(self.site)}: passes a file on to this machine's own {url!r}: not followed"
            )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _sent(
        self,
        method: str,
        url: str,
        *,
        safe: bool,
        params: list[tuple[str, str]] | None = None,
        data: list[tuple[str, str]] | None = None,
    ) -> httpx2.Response:
        wait = 1.0
        for tries in range(1, _TRIES + 1):
            try:
                answer = self._asked(method, url, True, data, params)
            except PlatformError:
                if not safe or tries == _TRIES:
                    raise
            else:
                if not (_is_busy(answer) or (safe and answer.status_code >= 500)):
                    return self._checked(answer)
                # A refusal for coming too often was not done: it may be sent again.
                wait = max(wait, _asked_to_wait(answer))
                if tries == _TRIES:
                    return self._checked(answer)
            self.sleep(min(wait, _LONGEST_WAIT))
            wait *= 2
        raise AssertionError("the last try returns or raises")

    def _asked(
        self,
        method: str,
        url: str,
        own: bool,
        data: list[tuple[str, str]] | None,
        params: list[tuple[str, str]] | None = None,
    ) -> httpx2.Response:
        headers = dict(self.headers) if own else {}
        if data is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        headers["accept-encoding"] = ASKED_FOR
        if self._client.is_closed:
            self._client = self._opened()
        ends = threading.Timer(_LONGEST_START, self._client.close)
        ends.daemon = True
        ends.start()
        try:
            with self._client.stream(
                method,
                url,
                params=params,  # type: ignore[arg-type]  # pairs, some names more than once
                content=None if data is None else str(httpx2.QueryParams(data)).encode(),  # type: ignore[arg-type]  # pairs, as above
                headers=headers,
            ) as answer:
                ends.cancel()
                content = _bounded(answer)
                if brought_more(answer):
                    self._client.close()
                return httpx2.Response(
                    answer.status_code,
                    headers=kept_headers(answer.headers.raw),
                    content=content,
                    request=answer.request,
                )
        except TooMuch as error:
            raise InputError(f"{_host(url)}: what it sent {error}") from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise PlatformError(
                f"{_host(url)}: did not answer ({type(error).__name__}); run the same again"
            ) from error
        finally:
            ends.cancel()
            self._client.cookies.clear()

    def _checked(self, answer: httpx2.Response) -> httpx2.Response:
        status, host = answer.status_code, _host(self.site)
        left = answer.headers.get("x-rate-limit-remaining", "")
        if _is_number(left) and float(left) < _LOW:
            self.sleep(2.0)
        if status < 300:
            return answer
        if status == 401:
            raise InputError(f"{host}: refuses the token; make a new one on the site")
        if status in {403, 429} and _is_busy(answer):
            raise PlatformError(f"{host}: asks to come back later (too many requests)")
        if status == 403:
            raise InputError(f"{host}: the token may not do this; it needs a grader's rights")
        if status == 404:
            raise InputError(
                f"{host}: there is no such assignment for this token; check the address"
            )
        if 300 <= status < 400:
            raise InputError(f"{host}: sends this address elsewhere; give the address it ends at")
        raise PlatformError(f"{host}: answered with {status}; run the same again")


def check_site(url: str) -> None:
    """Refuse an address without TLS but for this machine. Raises InputError."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise InputError(f"{url!r}: is no address ({error})") from error
    if parts.username or parts.password:
        raise InputError(f"{parts.hostname}: take the name and password out of the address")
    if not (parts.hostname or "").isascii():
        # Who agrees to a host must see which one it is.
        raise InputError(f"{parts.hostname!a}: write the host's letters as its xn-- form")
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    raise InputError(f"{url!r}: begins with https:// where grades and a token go over a network")


def _led_to(answer: httpx2.Response) -> str:
    try:
        return str(answer.url.join(answer.headers.get("location", "")))
    except (httpx2.InvalidURL, ValueError) as error:
        raise PlatformError(
            f"{_host(str(answer.url))}: passes a file on to no address ({error})"
        ) from error


def check_count(site: str, count: int) -> None:
    """Refuse a list without an end. Raises PlatformError."""
    if count > _MOST_LISTED:
        raise PlatformError(
            f"{_host(site)}: lists more than {_MOST_LISTED:,} students of one assignment; "
            "check the address"
        )


def same_origin(url: str, site: str) -> bool:
    """Return whether two addresses are of one host, by one scheme and port."""
    try:
        one, other = urlsplit(url), urlsplit(site)
        return (one.scheme, one.hostname, one.port) == (other.scheme, other.hostname, other.port)
    except ValueError:
        return False  # no address at all


def json_of(answer: httpx2.Response) -> Any:
    """Return an answer's JSON. Raises PlatformError where it is none: a login page, mostly."""
    try:
        return answer.json()
    except (ValueError, RecursionError) as error:
        raise PlatformError(
            f"{_host(str(answer.url))}: answers with a page and not with data; "
            "check the address, and whether the site's interface is switched on"
        ) from error


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _is_busy(answer: httpx2.Response) -> bool:
    if answer.status_code == 429:
        return True
    return answer.status_code == 403 and "rate limit" in answer.text[:400].lower()


def _asked_to_wait(answer: httpx2.Response) -> float:
    said = answer.headers.get("retry-after", "")
    return float(said) if _is_number(said) else 0.0


def _is_number(said: str) -> bool:
    return said.isascii() and said.replace(".", "", 1).isdigit()


def _bounded(answer: httpx2.Response) -> bytes:
    """Return a body, unpacked. Raises TooMuch for one without an end."""
    body = Body(answer.headers.get("content-encoding", ""), _MOST_BYTES)
    began = time.monotonic()
    for part in answer.iter_raw():
        body.take(part)
        if time.monotonic() - began > _LONGEST_BODY:
            raise TooMuch(f"did not end within {_LONGEST_BODY / 60:.0f} minutes")
    return bytes(body.content)
