"""A rubric's file made of what was gathered: completed, checked, written, and what to say of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.judge_choice import choose_judge, judge_for
from assessor.assignment.rubric_drafts import (
    completed_draft,
    drafted_by,
    has_earning_points,
    structured_by,
)
from assessor.assignment.rubric_sources import Gathered, text_to_send
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.counting import plural
from assessor.errors import ConfigError, InputError
from assessor.intake import Source
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.lint import lint, pressing
from assessor.rubric.write import Draft, rubric_text
from assessor.writers.files import write_file
from assessor.writers.results import points_text

DEFAULT_FILE = "rubric.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a rubric is to be made of, as `rubric new` is told it."""

    said: Draft
    files: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    reading: int | None = None
    lines: bool = False
    draft: bool = False
    out: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeRubric:
    """A rubric as it was made: its file's text, what it came from, what is to be said of it.

    `out` is where it was written, None where it was only made; `weak` counts places that could
    judge badly.
    """

    text: str
    rubric: Rubric
    out: Path | None
    gathered: tuple[Gathered, ...]
    notes: tuple[str, ...]
    weak: int

    def lines(self) -> Iterator[SpokenLine]:
        """Yield what was made, what was assumed, and how to go on."""
        rubric, out = self.rubric, self.out
        points = points_text(rubric.scoring.max_points)
        where = f", in {out}" if out is not None else ""
        key_points = plural(len(rubric.key_points), "key point")
        yield SpokenLine(f"{key_points}, {plural(points, 'point')}{where}", Tone.HEADING)
        for note in self.notes:
            yield SpokenLine(f"! {note}", Tone.WARNING, 400)
        if out is None:
            yield SpokenLine(f"Nothing was written: add --out {DEFAULT_FILE}")
            return
        yield SpokenLine(f"To grade with it: assessor grade ANSWERS --rubric {near(out)}")

    def as_json(self) -> dict[str, object]:
        """Return the rubric and what is to be said of it as a program reads it."""
        rubric = self.rubric
        unused = [each.reading.unused for each in self.gathered if each.reading is not None]
        return {
            "rubric": self.text,
            "id": rubric.id,
            "out": None if self.out is None else str(self.out),
            "max_points": float(rubric.scoring.max_points),
            "key_points": len(rubric.key_points),
            "misconceptions": len(rubric.misconceptions),
            "not_understood": list(self.notes),
            "not_used": [words for each in unused for _, words in each],
            "warnings": self.weak,
        }


def refuse_written(place: ClassFolder, out: Path | None) -> None:
    """Refuse to write over a file without a yes. Raises InputError."""
    if out is not None and out.exists() and not place.person.said_yes:
        raise InputError(f"{out}: is there already; choose another --out, or add --yes")


async def make_rubric(
    place: ClassFolder, wanted: Wanted, gathered: Sequence[Gathered]
) -> MadeRubric:
    """Complete what was gathered into a rubric, and write it where that is asked for.

    Raises InputError and RubricError.
    """
    out = wanted.out
    draft = functools.reduce(Draft.with_, (each.draft for each in gathered))
    if wanted.draft and has_earning_points(draft):
        raise InputError(
            "--draft proposes key points, and some are given: leave it out, or leave them out"
        )
    if wanted.draft:
        sources = [each.source for each in gathered if each.source is not None]
        draft = draft.with_(await _drafted(place, draft, sources))
    draft = completed_draft(draft)
    text = rubric_text(draft)
    rubric = load_rubric(text, str(out or DEFAULT_FILE))
    weak = pressing(rubric, lint(text, str(out or DEFAULT_FILE)))
    if out is not None:
        write_file(out, text.encode())
    return MadeRubric(
        text=text,
        rubric=rubric,
        out=out,
        gathered=tuple(gathered),
        notes=tuple(draft.notes),
        weak=len(weak),
    )


async def _drafted(place: ClassFolder, draft: Draft, sources: Sequence[Source]) -> Draft:
    """Have a judge propose key points, or bring the text of `sources` into our form.

    Question and reference answer are sent, or question and text, and nothing else.
    """
    if not draft.question:
        raise InputError("--draft needs the question: give --question TEXT")
    text = "\n\n".join(text_to_send(each) for each in sources)
    choice = await choose_judge(place)
    if not choice.facts.needs_model:
        raise ConfigError("--draft needs a judge that writes: --judge openai")
    names = ", ".join(each.file for each in sources)
    what = (
        f"the text of {names} ({plural(len(text), 'character')})"
        if text
        else "the reference answer"
    )
    question = f"Send the question and {what} to {choice.host}, model {choice.model}?"
    if not place.config.judge.use and not place.person.agrees(question):
        raise ConfigError("nothing was sent; write the key points by hand with --point")
    judge = judge_for(place, choice)
    return await (structured_by(judge, draft, text) if text else drafted_by(judge, draft))
