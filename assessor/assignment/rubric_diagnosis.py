"""What people's grades say is wrong with a rubric, and the phrasings that would mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from assessor.assets import shipped_rubrics
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.key_point_diagnosis import (
    EDITS,
    SHOWN,
    TakenEdit,
    Ward,
    seen_of,
    taken_edits,
    wards_of,
)
from assessor.assignment.named_files import read_text
from assessor.assignment.spoken_lines import GAP, SpokenLine, Tone
from assessor.assignment.standing import Standing, load_standing
from assessor.counting import plural
from assessor.errors import InputError
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.phrasings import add_phrasing
from assessor.statistics.diagnosis import Fault
from assessor.store import Store
from assessor.trust.labels import levels_of
from assessor.tuning import Apart, Seen, Suggestion
from assessor.writers.files import write_file


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosedRubric:
    """A rubric's key points, each with what is wrong with it by `graded` answers."""

    rubric: Rubric
    wards: tuple[Ward, ...]
    graded: int

    @property
    def offered(self) -> tuple[Suggestion, ...]:
        """The phrasings that would mend something, in the order of their numbers, from 1."""
        return tuple(each for ward in self.wards for each in ward.suggestions)

    def numbered(self, number: int) -> Suggestion:
        """Return the phrasing of this number. Raises InputError."""
        if not 1 <= number <= len(self.offered):
            raise InputError(f"there is no suggestion {number}; there are {len(self.offered)}")
        return self.offered[number - 1]

    def lines(self) -> Iterator[SpokenLine]:
        """Yield what is wrong with each key point, on whom, and what to do about it."""
        heading = f"{self.rubric.title}: {plural(self.graded, 'answer')} graded by hand"
        yield SpokenLine(heading, Tone.HEADING)
        number = 0
        fine = [each.diagnosis for each in self.wards if each.diagnosis.fault is Fault.FINE]
        for ward in self.wards:
            each = ward.diagnosis
            if each in fine and not ward.partings:
                continue
            n = each.agree_sure + each.agree_unsure + each.part_sure + each.part_unsure
            part = each.part_sure + each.part_unsure
            tone = Tone.PLAIN if each.fault in {Fault.FINE, Fault.TOO_FEW} else Tone.WARNING
            yield GAP
            yield SpokenLine(f"{each.key_point}: {each.fault.value}", tone)
            told = f"  The judge agrees with you on {n - part} of {n}"
            if part:
                told += f", gave less on {each.misses} and more on {each.extras}"
            yield SpokenLine(f"{told}. To do: {each.remedy}.")
            for apart in ward.partings[:SHOWN]:
                yield from _parted(self.rubric, apart)
            for suggestion in ward.suggestions:
                number += 1
                yield from _suggested(number, suggestion)
        same = (f"{each.key_point} ({each.agree_sure + each.agree_unsure})" for each in fine)
        yield GAP
        listed = ", ".join(same) or "none"
        yield SpokenLine(f"Fine, with the number of answers on which you agree: {listed}")

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        numbers = iter(range(1, 1 + sum(len(ward.suggestions) for ward in self.wards)))
        return {
            "graded": self.graded,
            "cells": [
                {
                    **{
                        name: getattr(ward.diagnosis, name)
                        for name in ("agree_sure", "agree_unsure", "part_sure", "part_unsure")
                    },
                    "cell": ward.diagnosis.key_point,
                    "fault": ward.diagnosis.fault.value,
                    "remedy": ward.diagnosis.remedy,
                    "partings": [asdict(each) for each in ward.partings],
                    "suggestions": [
                        {
                            "number": next(numbers),
                            **asdict(each),
                            "where": each.where.value,
                            "gain": round(each.gain, 4),
                            "by_luck": round(each.by_luck, 4),
                        }
                        for each in ward.suggestions
                    ],
                }
                for ward in self.wards
            ],
        }


def diagnose(place: ClassFolder, store: Store, name: str) -> DiagnosedRubric:
    """Return what is wrong with a rubric by the latest run. Raises InputError."""
    standing = load_standing(place, store)
    rubric, seen = _graded(store, standing, _id_of(place, name))
    wards = tuple(wards_of(rubric, seen))
    return DiagnosedRubric(rubric=rubric, wards=wards, graded=len(seen))


def _graded(store: Store, standing: Standing, rubric_id: str) -> tuple[Rubric, tuple[Seen, ...]]:
    fitting = [q for q, rubric in standing.rubrics.items() if rubric.id == rubric_id]
    if not fitting:
        known = ", ".join(rubric.id for rubric in standing.rubrics.values())
        raise InputError(f"the latest run was graded by {known}, not by {rubric_id}; use --run")
    seen = seen_of(store, standing, fitting[0])
    if not seen:
        raise InputError(
            "no answer was graded by hand yet: draw some with 'assessor trust sample', grade them, "
            "and give the sheet to 'assessor trust SHEET'"
        )
    return standing.rubrics[fitting[0]], seen


def _id_of(place: ClassFolder, name: str) -> str:
    for path in (Path(name), place.folder / name):
        if path.suffix in {".yaml", ".yml"} and path.is_file():
            return load_rubric(read_text(path), str(path)).id
    return name


def take_phrasing(
    place: ClassFolder, store: Store, name: str, chosen: Suggestion
) -> tuple[SpokenLine, ...]:
    """Put a phrasing into the file; a shipped rubric is copied beside the class first."""
    path = next((p for p in (Path(name), place.folder / name) if p.is_file()), None)
    said = []
    if path is None:
        path = place.folder / f"{name}.yaml"
        source = path if path.is_file() else shipped_rubrics()[name]
        said.append(SpokenLine(f"The shipped rubric is now yours to change: {path.name}"))
        text = read_text(source)
    else:
        text = read_text(path)
    edited = add_phrasing(text, str(path), chosen.cell, chosen.where, chosen.phrase)
    write_file(path, edited.encode())
    taken = TakenEdit(
        rubric=load_rubric(edited, str(path)).id,
        cell=chosen.cell,
        where=chosen.where.value,
        phrase=chosen.phrase,
        student=chosen.student,
        considered=chosen.considered,
    )
    known = [asdict(each) for each in taken_edits(store)]
    store.remember(EDITS, json.dumps([*known, asdict(taken)], ensure_ascii=False))
    said.append(SpokenLine(f"{path.name}: {chosen.cell} {chosen.where.value} + “{chosen.phrase}”"))
    following = f"See what it would ask and cost: assessor rubric diff {path.name}"
    return (*said, SpokenLine(following, Tone.HEADING))


def _parted(rubric: Rubric, apart: Apart) -> Iterator[SpokenLine]:
    levels = levels_of(rubric, apart.cell)
    who = f"  {apart.student}: you {levels[apart.human]}, judge {levels[apart.judge]}"
    yield SpokenLine(who, Tone.NAME)
    if apart.passage:
        yield SpokenLine(f"    the answer   “{apart.passage}”", limit=150)
    quoted = f"“{apart.quotes[0]}”" if apart.quotes else "no quote"
    missing = f"; missing: {apart.gap}" if apart.gap else ""
    yield SpokenLine(f"    the judge    {quoted}{missing}", limit=150)


def _suggested(number: int, each: Suggestion) -> Iterator[SpokenLine]:
    phrase = f"  [{number}] {each.where.value} + “{each.phrase}” (from {each.student})"
    yield SpokenLine(phrase, Tone.HEADING, 150)
    yield SpokenLine(
        f"      Of {plural(each.of, 'other answer')}, {each.helps} that the judge got wrong "
        "say nearly the "
        f"same, and {each.harms} that you decided the other way ({each.gain:+.0%})."
    )
    yield SpokenLine(f"      {luck_words(each.considered, each.by_luck)}")


def luck_words(considered: int, gain: float) -> str:
    """Return what the best of several useless edits would seem to gain, in words."""
    if considered < 2:
        return "There was nothing to choose from, so none of it is picked by luck."
    return f"The best of {considered} edits that do nothing would seem to gain {gain:.0%} by luck."
