"""Who may talk to the page: host, token, origin and CSRF check; the headers of every answer.

Loopback alone is no protection: any web page can send requests there, and a name that is made to
point at 127.0.0.1 (DNS rebinding) makes them same-origin. So each request names an allowed host,
carries the cookie that the printed address set, and each write comes from this very page. Cookies
know no ports: so that no other server of this machine is sent ours, the page lives under a path
that cannot be guessed, and the cookie is for that path alone.
"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LONGEST_FORM = 100_000
LARGEST_FILE = 30_000_000
# The form of a rubric's points has a field for each of its levels.
MOST_FIELDS = 2000
# Where a request's scope holds the path under which the page lives.
ROOT = "assessor.root"
CSRF = "csrf"
_SAFE = frozenset({"GET", "HEAD"})
_ELSEWHERE = frozenset({"cross-site", "same-site"})
# Answer headers that hold a place on the page.
_PLACES = ("location", "hx-push-url", "hx-redirect")
_CLOSED = (
    "This page opens only by the address that 'assessor review' printed. "
    "Copy the whole address, with its token, from the terminal."
)

# Referrer-Policy is same-origin and not no-referrer: under that, browsers send `Origin: null`
# even with our own forms, and there would be nothing to check.
HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Refused(Exception):
    """A form that did not come from this page, or is none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """What a request must know: the page's path, the token of the address, that of every form.

    `names` are the hosts that may be called, with `port`; `any_address` allows bare IP addresses
    too, for a page that was opened to the network (a rebound name is never an address).
    """

    port: int
    names: frozenset[str]
    any_address: bool = False
    root: str = field(default_factory=lambda: f"/{secrets.token_urlsafe(16)}", repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def cookie(self) -> str:
        """The cookie's name: cookies know no ports, and two pages may be open."""
        return f"assessor-{self.port}"

    def allows_host(self, host: str) -> bool:
        """Return whether a Host header names this page."""
        name, colon, port = host.rpartition(":")
        if not colon or port != str(self.port):
            return False
        name = name.removeprefix("[").removesuffix("]").casefold()
        return name in self.names or (self.any_address and _is_address(name))


class Guard:
    """The middleware around every route."""

    def __init__(self, app: ASGIApp, lock: Lock) -> None:
        self._app = app
        self._lock = lock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                given.update(HEADERS)
                for name in _PLACES:
                    if given.get(name, "").startswith("/"):
                        given[name] = self._lock.root + given[name]
            await send(message)

        answer = self._refusal(scope, Headers(scope=scope))
        if answer is None:
            path = scope["path"].removeprefix(self._lock.root)
            scope = {**scope, "path": path, "raw_path": path.encode(), ROOT: self._lock.root}
        await (answer or self._app)(scope, receive, guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that goes no further; None lets it in."""
        host = headers.get("host", "")
        if not self._lock.allows_host(host):
            return PlainTextResponse("Not a name of this page.", 421)
        if not _is_same(scope["path"][: len(self._lock.root) + 1], f"{self._lock.root}/"):
            return PlainTextResponse(_CLOSED, 403)
        at_door = scope["path"] == f"{self._lock.root}/"
        if at_door and scope["method"] == "GET" and scope["query_string"]:
            return self._entrance(scope)
        held = cookie_parser(headers.get("cookie", "")).get(self._lock.cookie, "")
        if not _is_same(held, self._lock.token):
            return PlainTextResponse(_CLOSED, 403)
        if headers.get("sec-fetch-site") in _ELSEWHERE:
            return PlainTextResponse("Not from this page.", 403)
        if scope["method"] not in _SAFE and headers.get("origin") != f"http://{host}":
            return PlainTextResponse("Not from this page.", 403)
        return None

    def _entrance(self, scope: Scope) -> Response:
        """Turn the token of the printed address into a cookie, and take it out of the address."""
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        if not _is_same(given, self._lock.token):
            return PlainTextResponse(_CLOSED, 403)
        answer = RedirectResponse("/", 303)
        answer.set_cookie(
            self._lock.cookie,
            self._lock.token,
            path=self._lock.root,
            httponly=True,
            samesite="strict",
        )
        return answer


async def read_form(request: Request, lock: Lock) -> dict[str, str]:
    """Return a form's fields, the last of each name. Raises Refused without our CSRF token."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise Refused("That is more than this page takes; shorten it.")
    try:
        fields = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Refused("That is no form of this page.") from error
    form = {name: values[-1] for name, values in fields.items()}
    if not _is_same(form.get(CSRF, ""), lock.csrf):
        raise Refused("That form is not from this page, or the page was started anew: reload it.")
    return form


async def read_file(request: Request, lock: Lock) -> bytes:
    """Return a file that the page's script sends whole. Raises Refused without our CSRF token."""
    if not _is_same(request.headers.get("x-csrf", ""), lock.csrf):
        raise Refused("That file is not from this page, or the page was started anew: reload it.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FILE:
            raise Refused(f"That file is larger than {LARGEST_FILE // 1_000_000} MB.")
    return bytes(body)


def _is_same(given: str, secret: str) -> bool:
    """Compare with a secret in a time that tells nothing of it."""
    return secrets.compare_digest(given.encode(errors="replace"), secret.encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
