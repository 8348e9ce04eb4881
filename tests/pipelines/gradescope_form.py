"""Gradescope's documented form of results.json, as a check."""

from __future__ import annotations

from typing import Any

VISIBILITIES = {"hidden", "after_due_date", "after_published", "visible"}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
_TOP = {
    "score": (int, float), "execution_time": (int, float), "output": str, "output_format": str,
    "test_output_format": str, "test_name_format": str, "visibility": str,
    "stdout_visibility": str, "extra_data": dict, "tests": list, "leaderboard": list,
}  # fmt: skip
_TEST = {
    "score": (int, float), "max_score": (int, float), "status": str, "name": str,
    "name_format": str, "number": str, "output": str, "output_format": str, "tags": list,
    "visibility": str, "extra_data": dict,
}  # fmt: skip


def faults(result: dict[str, Any]) -> list[str]:
    """What in a result the documentation does not allow."""
    found = _faults(result, _TOP, "")
    for number, test in enumerate(result.get("tests", [])):
        found += _faults(test, _TEST, f"tests[{number}].")
    return found


def _faults(part: dict[str, Any], known: dict[str, Any], where: str) -> list[str]:
    return [
        f"{where}{key}: {value!r}" for key, value in part.items() if not _allowed(key, value, known)
    ]


def _allowed(key: str, value: object, known: dict[str, Any]) -> bool:
    if key not in known or not isinstance(value, known[key]) or isinstance(value, bool):
        return False
    if key.endswith("visibility"):
        return value in VISIBILITIES
    return value in FORMATS if key.endswith("_format") else True
