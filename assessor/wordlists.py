"""Word lists that ship as data beside the code that goes by them."""

from __future__ import annotations

import functools
import pkgutil
import tomllib
from collections.abc import Mapping
from typing import Any


@functools.cache
def word_lists(package: str) -> dict[str, Any]:
    """Return what stands in a package's `words.toml`.

    It is a part of the package: read when that is loaded, as its code is, and once.
    """
    data = pkgutil.get_data(package, "words.toml")
    if data is None:
        raise AssertionError(f"{package}: words.toml did not come with it")
    return tomllib.loads(data.decode("utf-8"))


def names_in(text: str) -> tuple[str, ...]:
    """Return the names of a list in which `|` stands between them, in its order."""
    return tuple(name.strip() for name in text.split("|"))


def sets_of(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    """Return each list of a table as a set, under its own key."""
    return {meaning: frozenset(names_in(text)) for meaning, text in table.items()}
