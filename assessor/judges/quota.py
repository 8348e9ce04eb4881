"""Whether an error says that what a key may use is used up: waiting does not mend that."""

from __future__ import annotations

import re

from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.judges")["quota"]

_CODES = "".join(_LISTS["codes"])
_ENGLISH = "".join(_LISTS["english"])
_OTHERS = "".join(_LISTS["others"])
_SAID = re.compile(f"{_CODES}|{_ENGLISH}|{_OTHERS}")
# Some providers say "quota" of a limit per minute, which refills.
_REFILLS = re.compile("".join(_LISTS["refills"]))


def is_used_up(said: str) -> bool:
    """Return whether small text says that a quota, a balance or a budget is used up."""
    if "insufficient_quota" in said:
        return True
    return bool(_SAID.search(said)) and not _REFILLS.search(said)
