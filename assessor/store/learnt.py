"""What was found out of endpoints on this machine: a memory that came along is not believed in it.

What stands in a memory decides how an endpoint is asked, and with it what a reply costs.
"""

from __future__ import annotations

import hashlib

from assessor.disk import make_folder, read_ours
from assessor.store.place import append_line, user_data

FILE = "learnt.txt"


def vouch(text: str) -> None:
    """Note that this was found out here. Where that cannot be kept, it is found out once more."""
    path = user_data() / FILE
    try:
        if not is_vouched(text):
            make_folder(path.parent)
            append_line(path, _mark(text))
    except OSError:
        return


def is_vouched(text: str) -> bool:
    """Return whether this was found out on this machine, by this user."""
    try:
        return _mark(text).encode() in read_ours(user_data() / FILE).splitlines()
    except OSError:
        return False


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
