"""A Ray of its own for the tests: two CPUs, no dashboard, a small object store.

    python -m tests_extras.cluster

prints its address, and ends with its standard input.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def cluster(environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the address of a cluster whose nodes have this environment."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests_extras.cluster"],
        cwd=ROOT,
        env=dict(environ),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield next(line.split()[1] for line in process.stdout if line.startswith("address "))
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def main() -> None:
    """Hold a cluster until nobody is there any more."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    held = ray.init(
        address="local",
        num_cpus=2,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=100_000_000,
    )
    sys.stdout.write(
        f"address {held.address_info['gcs_address']} {held.address_info['session_dir']}\n"
    )
    sys.stdout.flush()
    sys.stdin.read()
    ray.shutdown()


if __name__ == "__main__":
    main()
