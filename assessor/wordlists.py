"""Word lists that ship as data beside the code that goes by them."""

from __future__ import annotations

import pkgutil
import tomllib
from typing import Any


def word_lists(package: str) -> dict[str, Any]:
    """Return what stands in a package's `words.toml`.

    It is a part of the package: read when that is loaded, as its code is, and once.
    """
    data = pkgutil.get_data(package, "words.toml")
    if data is None:
        raise AssertionError(f"{package}: words.toml did not come with it")
    return tomllib.loads(data.decode("utf-8"))
