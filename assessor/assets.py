"""Find what ships with the package: rubrics, prompts, examples, prices."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from assessor.errors import InputError
from assessor.plan import Price

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


def shipped_rubrics() -> Mapping[str, Path]:
    """Return the shipped rubrics: id → file."""
    return {path.stem: path for path in sorted(folder("rubrics").glob("*.yaml"))}


def prompt_text(name: str) -> str:
    """Return a shipped prompt's text, such as `judge-isolated.v1`."""
    return (folder("prompts") / f"{name}.j2").read_text(encoding="utf-8")


def prices() -> Mapping[str, Price]:
    """Return the shipped price list: model → price, with the day on which it was checked."""
    table = tomllib.loads((_PACKAGE / "prices.toml").read_text(encoding="utf-8"))
    return {
        model: Price(
            input=Decimal(row["input"]),
            cached=Decimal(row["cached"]),
            cache_written=Decimal(row["cache_written"]),
            output=Decimal(row["output"]),
            checked=table["checked"],
        )
        for model, row in table["models"].items()
    }
