"""The marking guide: its types, its file, its faults."""

from __future__ import annotations

from assessor.rubric.form import json_schema
from assessor.rubric.load import load_rubric
from assessor.rubric.model import (
    ABSENT,
    CHOICE,
    PRESENT,
    BestOf,
    CellKind,
    Choice,
    Effect,
    Example,
    KeyPoint,
    Level,
    Misconception,
    Question,
    Rubric,
    Scoring,
)

__all__ = [
    "ABSENT",
    "CHOICE",
    "PRESENT",
    "BestOf",
    "CellKind",
    "Choice",
    "Effect",
    "Example",
    "KeyPoint",
    "Level",
    "Misconception",
    "Question",
    "Rubric",
    "Scoring",
    "json_schema",
    "load_rubric",
]
