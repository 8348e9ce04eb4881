"""The pictures of README and docs are there and small enough to load on a phone."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_every_picture_is_shown_and_small() -> None:
    """`python -m benchmarks.screenshots` makes them anew."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {
        name
        for page in pages
        for name in re.findall(r"images/([\w-]+\.png)", page.read_text(encoding="utf-8"))
    }
    pictures = list((ROOT / "docs" / "images").glob("*.png"))

    assert shown == {each.name for each in pictures} != set()
    assert [each.name for each in pictures if each.stat().st_size > 150_000] == []
