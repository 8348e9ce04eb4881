"""What follows from rulings, in words: before they are written, and once they were read by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.rubric_preview import asks_words, preview_of
from assessor.assignment.rubric_preview_words import cell_lines, moved_lines
from assessor.assignment.ruled_class import Reread, RubricChange
from assessor.assignment.run_words import money_words, stopped_because
from assessor.assignment.spoken_lines import GAP, SpokenLine, Tone, warnings
from assessor.assignment.standing import Standing, released_otherwise, spoken_of_json
from assessor.counting import plural
from assessor.engine.borders import Interview, proposals_of
from assessor.rubric import ABSENT, Rubric
from assessor.rubric.diff import diff_rubrics
from assessor.rulings.change import follows
from assessor.rulings.question import BorderQuestion
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
    yield from warnings(released_otherwise(after.grades))


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


SKIP, DEPENDS = "s", "d"


def introduction_of(interview: Interview) -> str:
    """Return how many questions there are, and what showing them does."""
    count = len(interview.questions)
    points = sum(each.border.weight for each in interview.questions)
    return (
        f"{plural(count, 'question')} where the rubric does not say, "
        f"about {points:.1f} points in all. An answer that is shown here counts for no audit "
        "and no measure of agreement any more."
    )


def nothing_to_ask(place: ClassFolder, interview: Interview, *, pilot: bool) -> tuple[str, str]:
    """Return that no border is open, and what to do next."""
    ruled = f" {interview.settled} were decided before." if interview.settled else ""
    following = "read the whole class: assessor grade ANSWERS --rubric RUBRIC"
    if not pilot:
        following = "see how far the grades can be trusted: assessor trust"
    said = f"No border is open: there is nothing to ask.{ruled}"
    return said, place.carried(f"Next: {following}")


def border_words(asked: BorderQuestion) -> str:
    """Return between which levels how many answers stand, and how many points hang on it."""
    border = asked.border
    unclear = f": {asked.name}" if asked.name else ""
    return (
        f"{plural(border.answers, 'answer')} between {border.lower} and {border.upper}, about "
        f"{border.weight:.1f} points{unclear}"
    )


def choices_words(asked: BorderQuestion) -> str:
    """Return the keys and what they say, in one line."""
    names = {ABSENT: "not made" if asked.is_wrong else "does not count"}
    told = [
        f"[{number}] {names.get(each, f'counts for {each}')}"
        for number, each in enumerate(asked.choices)
    ]
    return "   ".join([*told, f"[{DEPENDS}] depends", f"[{SKIP}] skip"])


def answers_to(standing: Standing, asked: BorderQuestion) -> list[str]:
    """Return every answer of the class to the question that a border is of."""
    return [
        each.submission.answer
        for each in standing.outcomes
        if each.submission.question == asked.border.question
    ]


def interview_json(standing: Standing, interview: Interview) -> dict[str, object]:
    """Return the questions for a program: without any passage, so that nothing was shown."""
    return {
        **spoken_of_json(standing),
        "doubted": interview.doubted,
        "settled": interview.settled,
        "questions": [
            {
                "question": each.border.question,
                "cell": each.border.cell,
                "lower": each.border.lower,
                "upper": each.border.upper,
                "name": each.name,
                "answers": each.border.answers,
                "points": round(each.border.weight, 3),
            }
            for each in interview.questions
        ],
    }
