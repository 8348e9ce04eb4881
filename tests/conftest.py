"""What every test gets: no network beyond loopback, golden files, a forbidden skip on CI."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no fault of an example. A build draws the same ones each time: what passed
# passes again; new ones are drawn wherever people work, and by `make fuzz`.
settings.register_profile(
    "busy",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("ASSESSOR_NO_SKIPS")),
)
# A fault put in on purpose shows in a few examples, the same ones each time, or in the tables.
settings.register_profile(
    "few",
    deadline=None,
    derandomize=True,
    max_examples=25,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("busy")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite tests/golden")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with its golden file, or rewrite the file under --update-golden."""

    def check(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.exists(), f"{path} is missing: run pytest --update-golden and read the diff"
        assert text == path.read_text(encoding="utf-8")

    return check


def pytest_collection_finish() -> None:
    """Look for garbage among ten thousand tests less often: a tenth of the time went there."""
    gc.collect()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.skipped and os.environ.get("ASSESSOR_NO_SKIPS"):  # type: ignore[attr-defined] # hook's own type
        report.outcome = "failed"  # type: ignore[attr-defined]  # hook's own type
    return report


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0]) if isinstance(address, tuple) else ""
            if host not in {"localhost", "::1"} and not host.startswith("127."):
                raise AssertionError(f"a test tried to reach {host!r}")
        connect(self, address)  # type: ignore[arg-type]  # any address the caller gave

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key, no setting and no data folder of this machine reaches a test."""
    for name in list(os.environ):
        if name.startswith(("ASSESSOR_", "OPENAI_")) and name != "ASSESSOR_NO_SKIPS":
            monkeypatch.delenv(name)
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data-home"))
    monkeypatch.setenv("COLUMNS", "100")
