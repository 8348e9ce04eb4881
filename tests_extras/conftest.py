"""One cluster for all tests of Ray, with a token of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator

import pytest

from tests_extras.cluster import cluster

KEY = "sk-canary-9876543210"
# Before Ray is imported by any test: it reads these once.
os.environ["RAY_AUTH_MODE"] = "token"
os.environ["RAY_AUTH_TOKEN"] = secrets.token_hex(32)
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


@pytest.fixture(scope="session")
def ray_files() -> Iterator[str]:
    """Where Ray keeps its own files: short, since sockets stand there."""
    folder = tempfile.mkdtemp(prefix="ray", dir="/tmp")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def address(ray_files: str) -> Iterator[str]:
    """A cluster whose nodes have the key."""
    environ = {**os.environ, "ASSESSOR_API_KEY": KEY, "RAY_TMPDIR": ray_files}
    with cluster(environ) as where:
        yield where
