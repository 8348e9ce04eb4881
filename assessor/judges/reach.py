"""Why no API answers at an address: one line that says what came back and what to type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from assessor.bodies import TooMuch
from assessor.errors import JudgeError, JudgeRejected, JudgeUnavailable
from assessor.judges.base_url import other_scheme, with_version

_PAGE = re.compile(rb"\A(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|\?xml|title)", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>([^<]{1,80})", re.IGNORECASE)
_NO_NAME = r"name or service|nodename|getaddrinfo|name resolution|no address associated"
_NO_TLS = r"wrong_version_number|record layer|packet length|http_request|unexpected_message"
_HTTPS_WANTED = rb"plain http request|client sent an http request to an https server"


def is_page(content: bytes) -> bool:
    """Return whether a body is a web page and not an API's."""
    return bool(_PAGE.match(content[:300]))


def no_api(content: bytes, where: str, base: str) -> JudgeRejected:
    """Return the error for a web page in the place of an API's reply."""
    found = _TITLE.search(content[:4000])
    title = _printable(found[1].decode(errors="replace")) if found else ""
    named = f" ({title!r})" if title else ""
    better = with_version(base)
    hint = f"try --base-url {better}" if better else "give the address of its API with --base-url"
    message = f"{where}: a web page came back{named}, no API's reply; {hint}"
    return JudgeRejected(message, code="no_api")


def in_its_words(error: JudgeError, said: str, status: int, base: str) -> str:
    """Return an error's message with what the endpoint `said`, "" for nothing.

    Where an address without a version is not found, the usual one is what to try.
    """
    what, _, hint = str(error).partition("; ")
    better = with_version(base) if status == 404 and error.code == "bad_request" else None
    hint = f"try --base-url {better}" if better else hint
    what = f"{what}. It said: {said}" if said else what
    return f"{what}; {hint}" if hint else what


def wants_https(content: bytes) -> bool:
    """Return whether a server says that it speaks https alone."""
    return bool(re.search(_HTTPS_WANTED, content[:2000], re.IGNORECASE))


def by_other_scheme(where: str, base: str) -> JudgeRejected:
    """Return the error for http where https is spoken, or the other way round."""
    scheme = base.partition("://")[0]
    return JudgeRejected(
        f"{where}: does not speak {scheme}; use --base-url {other_scheme(base)}", code="scheme"
    )


def redirected(headers: Mapping[str, str], where: str, base: str) -> JudgeRejected:
    """Return the error for a redirect; its target is shown without a query."""
    target = _parts_of(headers.get("location", ""))
    hint = "nothing was sent on; name the final address with --base-url"
    if (
        target.scheme == "https"
        and base.startswith("http:")
        and target.hostname in {"", None, urlsplit(base).hostname}
    ):
        hint = f"nothing was sent on; use --base-url {other_scheme(base)}"
    elif target.scheme in {"http", "https"} and target.hostname:
        path = re.sub(r"/(chat/completions|models)/?$", "", target.path)
        to = f"{target.scheme}://{target.hostname}{_port(target.port)}{path}"
        hint = f"nothing was sent on; if you trust it: --base-url {_printable(to)}"
    return JudgeRejected(f"{where}: redirects to another address; {hint}", code="redirect")


def broken_off(error: Exception, where: str, base: str) -> JudgeError:
    """Return the error for a request that no whole answer came to, as the SDK raises it."""
    import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

    if isinstance(error, TooMuch):
        return JudgeUnavailable(f"{where}: the reply {error}", code="server")
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return JudgeUnavailable(f"{where}: no reply in time", code="timeout")
    if isinstance(error, openai.APIConnectionError):
        return unconnected(error, where, base)
    return JudgeUnavailable(f"{where}: the reply cannot be read", code="server")


def unconnected(error: BaseException, where: str, base: str) -> JudgeError:
    """Return the error for a connection that did not come about, or broke off."""
    cause = error.__cause__
    said = f"{cause} {cause.__cause__ if cause else ''}".lower()
    if type(cause).__name__ not in {"ConnectError", "ConnectTimeout", "NoneType"}:
        return JudgeUnavailable(f"{where}: the connection was lost", code="reset")
    if re.search(_NO_TLS, said):
        return by_other_scheme(where, base)
    if "certificate" in said:
        hint = "mend its certificate, or name an address that has a valid one with --base-url"
        return JudgeRejected(f"{where}: its certificate is not trusted; {hint}", code="certificate")
    if re.search(_NO_NAME, said):
        what = "no host of this name is known"
    elif "timeout" in type(cause).__name__.lower():
        what = "does not answer at all"
    else:
        what = "nothing listens there"
    return JudgeUnavailable(f"{where}: {what}", code="connection")


def _parts_of(location: str) -> SplitResult:
    """Return the parts of a redirect's target; those of "" where it is no address."""
    try:
        parts = urlsplit(location)
        _ = parts.port  # It is read here, and may be none.
    except ValueError:
        return urlsplit("")
    return parts


def _port(port: int | None) -> str:
    return f":{port}" if port else ""


def _printable(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:120]
