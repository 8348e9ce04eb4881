"""Bend files at random for a while, and say which one is not read right or refused in words.

    python -m tests.readers.fuzz [--seconds 60] [--seed 0]

Ends with 1 at the first that breaks the promise, with the numbers that make it again. Bounded by
its time, so that it can run in every build.
"""

from __future__ import annotations

import argparse
import random
import sys
import time

from tests.readers.test_hostile_kinds import KINDS, broken_promise


def bent(data: bytes, dice: random.Random) -> bytes:
    """Return `data` after some random cuts, repeats and changed bytes."""
    made = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        place = dice.randrange(len(made) or 1)
        match dice.randrange(4):
            case 0:
                del made[place : place + dice.randint(1, 40)]
            case 1:
                made[place:place] = made[place : place + dice.randint(1, 400)]
            case 2:
                made[place:place] = dice.randbytes(dice.randint(1, 8))
            case _:
                made[place : place + 1] = bytes([dice.choice(b'",\n\r\t{}[]<>=\x00\x1b\xff')])
    return bytes(made)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    until, tried = time.monotonic() + options.seconds, 0
    while time.monotonic() < until:
        seed = options.seed + tried
        name = sorted(KINDS)[seed % len(KINDS)]
        data = bent(KINDS[name][0], random.Random(seed))
        if why := broken_promise(name, data, rows_whole=False):
            print(f"{name}, seed {seed}: {why}")  # noqa: T201 - the program's own output
            return 1
        tried += 1
    print(f"{tried} bent files: each read right, or refused in words")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
