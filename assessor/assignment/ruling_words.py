"""What follows from rulings, in words: before they are written, and once they were read by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.rubric_preview import asks_words, preview_of
from assessor.assignment.rubric_preview_words import cell_lines, moved_lines
from assessor.assignment.ruled_class import Reread, RubricChange
from assessor.assignment.run_words import money_words, stopped_because
from assessor.assignment.spoken_lines import GAP, SpokenLine, Tone
from assessor.assignment.standing import Standing
from assessor.counting import plural
from assessor.engine.borders import proposals_of
from assessor.rubric import Rubric
from assessor.rubric.diff import diff_rubrics
from assessor.rulings.change import follows
from assessor.rulings.ruling import said_words
from assessor.store import Store
from assessor.writers.results import points_text

SHOWN = 10


def change_lines(
    place: ClassFolder, store: Store, standing: Standing, change: RubricChange
) -> Iterator[SpokenLine]:
    """Yield what rulings change in a rubric's file, what it asks, and who may change."""
    yield GAP
    yield SpokenLine(f"What follows for {Path(change.file).name}:", Tone.HEADING)
    yield from cell_lines(diff_rubrics(change.old, change.new))
    preview = preview_of(place, store, change.old, change.new)
    yield SpokenLine(f"  {asks_words(preview.asks)}", Tone.HEADING)
    proposals = proposals_of(standing.outcomes)
    for ruling in change.rulings:
        moved = follows(change.new, ruling, proposals)
        told = ", ".join(
            f"{each.key[0]} {points_text(each.before)} → {points_text(each.after)}"
            for each in moved[:SHOWN]
        )
        more = f" and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
        who_changes = (
            f"{plural(len(moved), 'answer changes', 'answers change')} if the judge "
            f"follows: {told}{more}"
        )
        if not moved:
            who_changes = "who changes is known once they are read"
        yield SpokenLine(f"  {said_words(ruling)}: {who_changes}")


def waiting_lines(
    place: ClassFolder, store: Store, standing: Standing, waiting: Mapping[str, Rubric]
) -> Iterator[SpokenLine]:
    """Yield by which rulings the class was not read yet, and what reading it would ask."""
    names = ", ".join(each.id for each in waiting.values())
    yield SpokenLine(f"The class was not read yet by what was ruled ({names}).")
    for question, new in waiting.items():
        asks = preview_of(place, store, standing.rubrics[question], new).asks
        yield SpokenLine(f"  {asks_words(asks)}", Tone.HEADING)


def reread_lines(
    place: ClassFolder, store: Store, before: Standing, after: Standing, done: Reread
) -> Iterator[SpokenLine]:
    """Yield what reading a class again cost, whether it stopped, and who changed."""
    yield from map(SpokenLine, money_words(after, done.session, price_known=done.price_known))
    if why := stopped_because(done.session):
        yield SpokenLine(f"Stopped: {why}", Tone.TROUBLE)
    for question, new in after.rubrics.items():
        old = before.rubrics[question]
        if old.digest != new.digest:
            yield from moved_lines(preview_of(place, store, old, new))


def after_rulings(
    place: ClassFolder, standing: Standing, changes: Sequence[RubricChange], *, pilot: bool
) -> Iterator[SpokenLine]:
    """Yield what to do next, and how a ruling is taken back."""
    following = "what is left to decide by hand: assessor review"
    if pilot:
        rubrics = " ".join(f"--rubric {near(Path(each.file))}" for each in changes[:1])
        command = f"assessor grade {near(standing.answers)} {rubrics}"
        following = f"read the whole class by it, once: {command}"
    yield SpokenLine(place.carried(f"Next: {following}"))
    yield SpokenLine(place.carried("A ruling is taken back with: assessor rulings --undo"))
