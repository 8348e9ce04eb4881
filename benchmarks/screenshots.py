"""Make the README's pictures of report and review page from the demo class.

    python -m benchmarks.screenshots

Needs a Chromium; asks nobody anything: the verdicts are the recorded ones.
"""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from assessor.assets import folder
from tests.browser.launch import open_browser

IMAGES = Path(__file__).parent.parent / "docs" / "images"
RUBRIC = "critique-of-an-ai-alignment-strategy"
WIDTH = 1080
# The review page is full of colour: less of it makes as large a file.
REPORT_HEIGHT, REVIEW_HEIGHT = 960, 590
HAND_GRADED = 25
LARGEST = 150_000


def main() -> None:
    """Write docs/images/*.png and say how large they are."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        grade(work)
        with open_browser() as browser:
            report = (work / "graded" / "answers" / "report.html").as_uri()
            shoot(browser, report, "report", REPORT_HEIGHT)
            shoot(browser, report, "report-dark", REPORT_HEIGHT, "dark")
            with reviewing(work) as address:
                shoot(browser, address, "review", REVIEW_HEIGHT)
    for path in sorted(IMAGES.glob("*.png")):
        size = path.stat().st_size
        print(f"{path.name}: {size // 1000} kB{'  TOO LARGE' if size > LARGEST else ''}")


def grade(work: Path) -> None:
    """Grade the demo class and take in some hand grades, so that there is agreement to show."""
    examples = folder("examples") / "critique"
    (work / "answers.csv").write_bytes((examples / "answers.csv").read_bytes())
    sheet = (examples / "human_grades.csv").read_text(encoding="utf-8").splitlines()
    (work / "mine.csv").write_text("\n".join(sheet[: HAND_GRADED + 1]), encoding="utf-8")
    command(work, "grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded")
    command(work, "review", "--sheet", "mine.csv")


def command(work: Path, *arguments: str) -> None:
    """Run assessor in a folder."""
    program = [sys.executable, "-m", "assessor", *arguments]
    subprocess.run(program, cwd=work, check=True, capture_output=True)


@contextmanager
def reviewing(work: Path) -> Iterator[str]:
    """Serve the review page and yield its address."""
    program = [sys.executable, "-u", "-m", "assessor", "review", "--port", "0"]
    server = subprocess.Popen(
        program, cwd=work, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        address = next(found[0] for line in server.stdout or () if (found := _ADDRESS.search(line)))
        _wait_for(address)
        yield address
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=20)


def shoot(
    browser: Browser,
    address: str,
    name: str,
    height: int,
    theme: Literal["light", "dark"] = "light",
) -> None:
    """Take the picture of the top of a page."""
    context = browser.new_context(
        color_scheme=theme, viewport={"width": WIDTH, "height": height}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    page.screenshot(path=IMAGES / f"{name}.png")
    context.close()


def _wait_for(address: str) -> None:
    """The address is printed a moment before the page is served."""
    parts = urlsplit(address)
    for _ in range(100):
        try:
            socket.create_connection((str(parts.hostname), parts.port or 0), timeout=5).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return


_ADDRESS = re.compile(r"http://\S+[?&]token=[\w-]+")

if __name__ == "__main__":
    main()
