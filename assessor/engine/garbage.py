"""Look for garbage less often while a run is under way."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Objects made before the youngest are looked through, and how often that reaches the older ones.
_THRESHOLDS = (20_000, 50, 100)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Leave what stood before alone, and look through what is new less often.

    A run makes thousands of small objects that live until their reply comes. To look through all
    that the libraries hold each time holds up the replies that arrive meanwhile (up to 100 ms).
    """
    before = gc.get_threshold()
    if before == _THRESHOLDS or gc.get_freeze_count():
        # Another run of this process did it, and undoes it; or the program that we run in froze
        # objects of its own, which nobody can thaw apart from ours.
        yield
        return
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
