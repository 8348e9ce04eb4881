"""The README's pictures are there and small enough to load on a phone."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_every_picture_of_the_readme_is_there_and_small() -> None:
    """`python -m benchmarks.screenshots` makes them anew."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = {ROOT / name for name in re.findall(r"docs/images/[\w-]+\.png", readme)}

    assert len(pictures) == 3
    assert [each.name for each in pictures if each.stat().st_size > 150_000] == []
