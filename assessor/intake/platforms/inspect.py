"""Inspect: samples with an input and a target; a target alone is an answer and no rubric."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.intake.source import NotARubric, Reading, Source
from assessor.intake.tree import criteria, made_of, question_of, text_of


def recognise(source: Source) -> bool:
    """Say whether the values are samples of a dataset."""
    return any(True for _ in _samples(source.tree))


def read(source: Source) -> list[Reading]:
    """Return one reading per sample that has criteria. Raises NotARubric where none has."""
    readings = []
    for number, sample in enumerate(_samples(source.tree), start=1):
        asked = question_of(sample)
        for found in criteria(
            {k: v for k, v in sample.items() if k not in {"input", "choices"}}, sample, ()
        ):
            made = made_of(source, found)
            readings.append(
                Reading(
                    how=f"sample {text_of(sample, ('id',)) or number}",
                    points=made.points,
                    notes=made.notes,
                    unused=made.unused,
                    stated=made.stated,
                    question=asked,
                )
            )
    if not readings:
        raise NotARubric(
            "is a dataset of samples with targets: a target is a good answer, and no points "
            "stand in it",
            "give it as --reference, and the key points with --point '2: …' or --draft",
        )
    return readings


def _samples(value: object) -> list[Mapping[str, object]]:
    items = value.get("samples") if isinstance(value, Mapping) and "samples" in value else value
    items = items if isinstance(items, list) else [items]
    found = [
        each
        for each in items
        if isinstance(each, Mapping)
        and "input" in each
        and ("target" in each or "metadata" in each)
    ]
    return found if len(found) == len(items) else []
