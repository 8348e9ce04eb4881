"""A base URL as people paste it, as the address that requests go to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

_TAIL = re.compile(r"/(?:chat/completions|completions|responses|models)/*$")
_DEPLOYMENT = re.compile(r"/openai/deployments/[^/]+$")
# What Azure takes of all that are in use; a portal's address names its own.
_AZURE_VERSION = "2024-10-21"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointAddress:
    """Where requests go: `base` with the path that follows, and what stands behind the `?`.

    `by_api_key`: the key goes in the header that Azure's deployments read.
    """

    base: str
    query: Mapping[str, str] = field(default_factory=dict)
    by_api_key: bool = False


def read_address(url: str) -> EndpointAddress:
    """Return the address that a base URL means.

    A tail such as `/chat/completions` is ours to add and is taken off; `?api-version=…` stays
    behind the path. An Azure deployment without one gets the version that all of them take.
    """
    parts = urlsplit(url.strip())
    path = _TAIL.sub("", parts.path).rstrip("/")
    query = dict(parse_qsl(parts.query))
    is_deployment = bool(_DEPLOYMENT.search(path))
    if is_deployment and "api-version" not in query:
        query["api-version"] = _AZURE_VERSION
    base = f"{parts.scheme}://{parts.netloc}{path}"
    return EndpointAddress(base=base, query=query, by_api_key="api-version" in query)


def with_version(base: str) -> str | None:
    """Return the address with the `/v1` that most servers want, None where it has one already."""
    return None if re.search(r"/v\d+\w*(/|$)|/openai/", urlsplit(base).path) else f"{base}/v1"


def other_scheme(base: str) -> str:
    """Return the same address by https, or by http where it is https."""
    scheme, _, rest = base.partition("://")
    return f"{'http' if scheme == 'https' else 'https'}://{rest}"


def bare_url(url: str) -> str:
    """Return a URL without credentials, query or closing slash."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path.rstrip('/')}"
