"""A class behind an endpoint that refuses haste: what is lost, refused, and how long it takes.

A loopback server lets 100 requests a second through and refuses the rest; 64 places could ask 320 a
second. The best there is would use up each token as it comes:

    python -m benchmarks.limiter --answers 1000 --rounds 5
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Sequence

from assessor.ambient import real
from tests.servers.play import Played, play
from tests.servers.scenario import Scenario

RATE, BURST = 100.0, 10.0
LATENCY = 0.2
CONCURRENCY = 64


def played(answers: int) -> Played:
    """Grade a class behind the limiter on the real clock, one request per answer."""
    limiter = Scenario(bucket=(RATE, BURST), latency=LATENCY, concurrency=CONCURRENCY)
    return play(limiter, answers, method="quick", ambient=real())


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line per round, and the medians."""
    parser = argparse.ArgumentParser(description="assessor behind a token bucket")
    parser.add_argument("--answers", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    best = (options.answers - BURST) / RATE + LATENCY
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; best possible {best:.1f} s")
    rounds = []
    for _ in range(options.rounds):
        got = played(options.answers)
        refused = got.requests - got.asks - 1  # one small request asks what the endpoint can do
        rounds.append((got.seconds / best, refused))
        print(
            f"{got.seconds:.1f} s, {got.seconds / best:.2f} of the best; "
            f"{refused} refused, {len(got.lost)} lost, {len(got.wrong)} wrong"
        )
    walls, refusals = zip(*rounds, strict=True)
    print(f"median {statistics.median(walls):.2f}, {statistics.median(refusals):.0f} refused")


if __name__ == "__main__":
    main()
