"""Writers: files for people and for platforms."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.writers import canvas, moodle
from assessor.writers.base import Export

# One row per platform that takes a file back.
EXPORTS: Mapping[str, Export] = {
    "moodle": Export(
        recognises=moodle.recognises, max_points=moodle.max_points, write=moodle.write
    ),
    "canvas": Export(
        recognises=canvas.recognises, max_points=canvas.max_points, write=canvas.write
    ),
}

__all__ = ["EXPORTS"]
