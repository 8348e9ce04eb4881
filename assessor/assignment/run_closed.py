"""A run at its end: how it went, in words and as values, and the next command to type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.named_files import new_sheet
from assessor.assignment.run_words import (
    is_partly_read,
    judge_warnings,
    money_words,
    stopped_because,
)
from assessor.assignment.spoken_lines import SpokenLine, Tone, warnings
from assessor.assignment.standing import (
    Standing,
    judged_beside,
    keep_results,
    load_standing,
    released_otherwise,
    spoken_of_json,
)
from assessor.engine.session import Session
from assessor.grade import Grade
from assessor.store import OutcomeRecord, Store
from assessor.submission import Key
from assessor.verdict import State, StopWhy


class RunEnding(StrEnum):
    """How a run ended."""

    DONE = "done"
    SOME_UNGRADED = "some_ungraded"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedRun:
    """The latest run with its files written: `grades` are those that were asked about.

    `session` is how it went, None where nothing was asked; `kept`: nothing could be read, so the
    files stay as they were.
    """

    place: ClassFolder
    standing: Standing
    grades: Sequence[Grade]
    session: Session | None
    price_known: bool
    kept: bool

    @property
    def stop_why(self) -> str:
        """Why it stopped, in a word; "" where it came to its end."""
        return self.session.dispatcher.stop_why if self.session is not None else ""

    @property
    def ending(self) -> RunEnding:
        """How it ended."""
        if self.stop_why:
            interrupted = self.stop_why == StopWhy.INTERRUPTED
            return RunEnding.INTERRUPTED if interrupted else RunEnding.STOPPED
        ungraded = any(grade.state is State.UNGRADED for grade in self.grades)
        return RunEnding.SOME_UNGRADED if ungraded else RunEnding.DONE

    def lines(self) -> Iterator[SpokenLine]:
        """Yield what was spent, what is to be known of the judge, where the files are, what next.

        The last line says why it stopped, since that is the one that is read.
        """
        if self.session is not None:
            yield from map(SpokenLine, self._spent())
            yield from warnings(judge_warnings(self.session))
        yield from warnings(released_otherwise(self.standing.grades))
        yield from warnings(judged_beside(self.standing))
        out = near(self.standing.out)
        if self.kept:
            yield SpokenLine(f"Nothing could be read, so all in {out} stays as it was.")
        else:
            files = "grades.csv, key_points.csv, report.html, run.json"
            yield SpokenLine(f"Written to {out}: {files}")
        yield SpokenLine(f"Next: {_next_words(self.place, self.grades, self.session)}")
        if why := stopped_because(self.session):
            if self.stop_why == StopWhy.BATCH:
                yield SpokenLine(why, Tone.WARNING)
            else:
                yield SpokenLine(f"Stopped: {why}", Tone.TROUBLE)

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        manifest, grades = self.standing.run.manifest, self.grades
        return {
            **spoken_of_json(self.standing),
            "status": self.standing.run.status.value,
            "out": str(self.standing.out),
            "states": dict(Counter(grade.state.value for grade in grades)),
            "reasons": dict(Counter(reason for grade in grades for reason in grade.reasons)),
            "partly_read": sum(map(is_partly_read, grades)),
            "stopped": self.stop_why,
            "stopped_because": stopped_because(self.session),
            "warnings": [
                *([] if self.session is None else judge_warnings(self.session)),
                *released_otherwise(self.standing.grades),
                *judged_beside(self.standing),
            ],
            "spent": " ".join(self._spent()),
            "method": manifest.method.facts,
            "numbers": manifest.numbers.facts,
            "stability": None if manifest.stability is None else manifest.stability.facts,
            "circumstances": manifest.circumstances.facts,
        }

    def _spent(self) -> list[str]:
        if self.session is None:
            return []
        return [*money_words(self.standing, self.session, price_known=self.price_known)]


def close_run(
    place: ClassFolder,
    store: Store,
    selected: frozenset[Key] | None,
    session: Session | None = None,
    *,
    price_known: bool = False,
    outcomes: tuple[OutcomeRecord, ...] | None = None,
) -> ClosedRun:
    """Write the files of the latest run, for the whole class, and return how it went.

    What is told of it is of the `selected` submissions; `outcomes` are what it came to.
    """
    standing = load_standing(place, store, store.runs()[-1].id, outcomes=outcomes)
    kept = keep_results(standing)
    spoken = [g for g in standing.grades if selected is None or g.submission.key in selected]
    return ClosedRun(
        place=place,
        standing=standing,
        grades=spoken,
        session=session,
        price_known=price_known,
        kept=kept,
    )


# Why a run stopped that the same model would stop again.
_ANOTHER_MODEL = frozenset({StopWhy.UNRELIABLE, StopWhy.UNUSABLE, "empty"})


def _next_words(place: ClassFolder, grades: Sequence[Grade], session: Session | None) -> str:
    """Return the next command to type, in a sentence."""
    states = Counter(grade.state for grade in grades)
    if session is not None and session.dispatcher.stop_why in _ANOTHER_MODEL:
        return "take a larger model (--model), or grade by hand: assessor grade … --judge none"
    if place.store_named == "memory":
        return (
            "nothing of this run is kept beside its files (--store memory); to review and "
            "release, grade without it."
        )
    missing = [grade for grade in grades if grade.state is State.UNGRADED]
    if missing and all("judge:not_recorded" in grade.reasons for grade in missing):
        return (
            "the recording is of another class: name a judge that reads (--judge openai), or grade "
            "by hand: assessor grade … --judge none"
        )
    if ungraded := states[State.UNGRADED]:
        begun = sum(map(is_partly_read, grades))
        verb = "is" if begun == 1 else "are"
        kept = f" {begun} of them {verb} partly read, and what was read of them is kept."
        left = "answer that has" if ungraded == 1 else "answers that have"
        return (
            f"run the same command again; it asks only for the {ungraded} {left} no grade yet."
            f"{kept if begun else ''}"
        )
    if states[State.NEEDS_REVIEW]:
        page = place.typed("assessor review")
        sheet = place.typed(
            f"assessor review --sheet-out {new_sheet('to-review.xlsx', place.folder)}"
        )
        return (
            f"review them in the browser, by keyboard: {page}   (or on a sheet to fill in: {sheet})"
        )
    trust = place.typed("assessor trust")
    return f"see how far these grades can be trusted, and when to export: {trust}"
