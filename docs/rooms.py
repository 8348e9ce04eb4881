"""Draw the house from its code: rooms as boxes on their floors, imports as lines.

    python docs/rooms.py            # writes docs/images/rooms.svg

What may import what is the table of `tests/test_floors.py`; what does, is read from the files.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.test_floors import FLOORS, files, imports, room_of  # noqa: E402  # run as a script

NAMES = (
    "ground",
    "domain",
    "decisions",
    "adapters",
    "engine",
    "pages",
    "application",
    "surfaces",
    "door",
)
WIDTH, LEFT, BAND, ROW, BOX, GAP = 1180, 112, 92, 62, 34, 8
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1b1f24 } .n { font-size: 10px; fill: #57606a }
.f { font-weight: 600 } rect { fill: #fff; stroke: #8c959f } .b { fill: #f6f8fa; stroke: none }
.a { stroke: #0969da; stroke-opacity: .18; fill: none } .up { stroke: #cf222e; stroke-opacity: 1 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .n { fill: #9198a1 }
rect { fill: #0d1117; stroke: #656c76 } .b { fill: #161b22 } .a { stroke: #4493f8 } }
"""


def sizes() -> Counter[str]:
    """Return the lines of code of each room."""
    lines: Counter[str] = Counter()
    for path in files():
        lines[room_of(path)] += len(path.read_text(encoding="utf-8").splitlines())
    return lines


def arrows() -> set[tuple[str, str]]:
    """Return which room imports which."""
    found = set()
    for path in files():
        for name, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
            parts = name.split(".")
            if parts[0] == "assessor" and len(parts) > 1 and parts[1] != room_of(path):
                found.add((room_of(path), parts[1]))
    return found


def width_of(room: str) -> float:
    """Return how wide a room's box is, in pixels: its name is never cramped."""
    return 16 + 7.4 * max(len(room), 5)


def rows_of(rooms: Sequence[str]) -> list[list[str]]:
    """Return a floor's rooms in rows that fit; what comes later in the order stands higher."""
    rows: list[list[str]] = [[]]
    for room in rooms:
        taken = sum(width_of(each) + GAP for each in rows[-1])
        if LEFT + GAP + taken + width_of(room) + GAP > WIDTH:
            rows.append([])
        rows[-1].append(room)
    return rows


def floors_of(lines: Counter[str]) -> list[tuple[float, float, list[list[str]]]]:
    """Return top, height and rows of each floor, from the ground up."""
    rows = [rows_of([room for room in rooms if lines[room]]) for rooms in FLOORS]
    heights = [BAND + ROW * (len(each) - 1) for each in rows]
    return [
        (float(sum(heights[place + 1 :])), float(height), own)
        for place, (height, own) in enumerate(zip(heights, rows, strict=True))
    ]


def places(lines: Counter[str]) -> dict[str, tuple[float, float, float]]:
    """Return the left edge, the top and the width of each room's box, in pixels."""
    placed = {}
    for top, height, rows in floors_of(lines):
        for number, rooms in enumerate(rows):
            wanted = sum(map(width_of, rooms))
            spare = (WIDTH - LEFT - GAP * (len(rooms) + 1) - wanted) / (len(rooms) + 1)
            left = LEFT + GAP + spare
            for room in rooms:
                lowest = top + height - (BAND + BOX) / 2
                placed[room] = (left, lowest - ROW * number, width_of(room))
                left += width_of(room) + GAP + spare
    return placed


def drawing() -> str:
    """Return the picture as SVG."""
    lines = sizes()
    placed = places(lines)
    return "\n".join([*_head(lines), *_lines(placed), *_boxes(placed, lines), "</svg>", ""])


def _head(lines: Counter[str]) -> Iterator[str]:
    floors = floors_of(lines)
    height = sum(each for _, each, _ in floors)
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img">'
    yield "<title>Rooms of assessor by floor, with their lines of code; imports all go down</title>"
    yield f"<style>{STYLE}</style>"
    for floor, (top, tall, _) in enumerate(floors):
        band = f'y="{top + 3:.0f}" width="{WIDTH}" height="{tall - 6:.0f}"'
        yield f'<rect class="b" x="0" {band}/>'
        name = NAMES[floor] if floor < len(NAMES) else ""
        yield f'<text class="f" x="10" y="{top + tall / 2 + 4:.0f}">{floor} {name}</text>'


def _lines(placed: dict[str, tuple[float, float, float]]) -> Iterator[str]:
    for upper, lower in sorted(arrows()):
        if upper not in placed or lower not in placed:
            continue
        (left, top, width), (there, below, wide) = placed[upper], placed[lower]
        x1, y1, x2, y2 = left + width / 2, top + BOX, there + wide / 2, below
        kind = "a" if below >= top else "a up"
        if below == top:  # the same floor: a bow underneath
            bow = f"Q{(x1 + x2) / 2:.0f} {y1 + 26:.0f} {x2:.0f} {y1:.0f}"
            yield f'<path class="a" d="M{x1:.0f} {y1:.0f} {bow}"/>'
            continue
        yield f'<path class="{kind}" d="M{x1:.0f} {y1:.0f} L{x2:.0f} {y2:.0f}"/>'


def _boxes(placed: dict[str, tuple[float, float, float]], lines: Counter[str]) -> Iterator[str]:
    for room, (left, top, width) in placed.items():
        yield f'<rect x="{left:.0f}" y="{top:.0f}" width="{width:.0f}" height="{BOX}" rx="4"/>'
        yield f'<text x="{left + 6:.0f}" y="{top + 15:.0f}">{escape(room)}</text>'
        yield f'<text class="n" x="{left + 6:.0f}" y="{top + 28:.0f}">{lines[room]:,}</text>'


if __name__ == "__main__":
    (ROOT / "docs" / "images" / "rooms.svg").write_text(drawing(), encoding="utf-8")
