"""Find what ships with the package: rubrics, prompts, examples, prices."""

from __future__ import annotations

import hashlib
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from importlib import metadata
from pathlib import Path

from assessor.config import PriceSettings, host_of
from assessor.errors import InputError
from assessor.plan import Price
from assessor.tiers import STANDARD, TIERS

_PACKAGE = Path(__file__).parent


def folder(kind: str) -> Path:
    """Return the folder of shipped `rubrics`, `prompts` or `examples`.

    A wheel carries them inside the package; an editable install finds them beside the checkout's
    pyproject.toml, since it copies nothing.
    """
    inside = _PACKAGE / "_data" / kind
    if inside.is_dir():
        return inside
    beside = _PACKAGE.parent / kind
    if (_PACKAGE.parent / "pyproject.toml").is_file() and beside.is_dir():
        return beside
    raise InputError(f"the shipped {kind} are missing from {_PACKAGE}; install assessor again")


@cache
def code_digest() -> str:
    """Return the fingerprint of this program's code and words, of its Python and its readers.

    What was worked out by any other is worked out anew: no version number has to be thought of.
    """
    content = hashlib.sha256(sys.version.encode())
    for library in ("rapidfuzz", "snowballstemmer"):
        content.update(metadata.version(library).encode())
    for path in sorted((*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("words.toml"))):
        content.update(f"{path.relative_to(_PACKAGE).as_posix()}\n".encode())
        content.update(path.read_bytes())
    return content.hexdigest()


def shipped_rubrics() -> Mapping[str, Path]:
    """Return the shipped rubrics: id → file."""
    return {path.stem: path for path in sorted(folder("rubrics").glob("*.yaml"))}


def prompt_text(name: str) -> str:
    """Return a shipped prompt's text, such as `judge-isolated.v1`."""
    return (folder("prompts") / f"{name}.j2").read_text(encoding="utf-8")


def prices() -> Mapping[str, Mapping[str, Price]]:
    """Return the shipped price list: host → model → full price, and the day it was checked."""
    table = tomllib.loads((_PACKAGE / "prices.toml").read_text(encoding="utf-8"))
    return {
        host: {
            model: _price(row, table["checked"], {n: table.get(n, {}).get(host) for n in TIERS})
            for model, row in models.items()
        }
        for host, models in table["hosts"].items()
    }


def shipped_price(model: str, host: str, tier: str = STANDARD) -> Price | None:
    """Return what a model costs at a host and tier; None where that is not known.

    A gateway or a server of one's own is taken to cost what OpenAI does for a model of that name.
    """
    listed = prices()
    price = listed.get(host.partition(":")[0], listed["api.openai.com"]).get(model)
    if price is None or tier == STANDARD:
        return price
    share = price.shares.get(tier, TIERS[tier].share)
    return replace(price, share=share) if share is not None else None


def price_of(
    own: PriceSettings | None, model: str, base_url: str, tier: str = STANDARD
) -> Price | None:
    """Return the price that the user's file gives, which is that of the tier they chose, else the
    shipped list's; None is unknown.
    """
    if own is not None:
        cached = own.cached if own.cached is not None else own.input
        return Price(input=own.input, cached=cached, cache_written=own.input, output=own.output)
    return shipped_price(model, host_of(base_url), tier)


def _price(row: Mapping[str, str], checked: str, at_host: Mapping[str, str | None]) -> Price:
    full = Decimal(row["input"])
    shares = {name: row.get(name, at_host[name]) for name in at_host}
    return Price(
        input=full,
        cached=Decimal(row.get("cached", full)),
        cache_written=Decimal(row.get("cache_written", full)),
        output=Decimal(row["output"]),
        checked=checked,
        shares={name: Decimal(share) for name, share in shares.items() if share is not None},
    )
