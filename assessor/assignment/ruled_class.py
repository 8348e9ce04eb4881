"""From rulings to a class read by them: the rubric's file, the record, the one column again."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.grading import run_through
from assessor.assignment.judge_choice import (
    JudgeChoice,
    choose_judge,
    judge_for,
    limits_for,
    open_bench,
)
from assessor.assignment.names_in_answers import WARN, everybody_of, heed_wish, wish_again
from assessor.assignment.run_job import JOINT_PROMPT, job_for, judging_prompt
from assessor.assignment.run_manifest import manifest_of
from assessor.assignment.standing import Standing, load_standing
from assessor.engine.borders import standing_rulings
from assessor.engine.budget import Progress
from assessor.engine.session import Bench, Job, Session, open_session
from assessor.errors import ConfigError, InputError
from assessor.judges.base import Identity
from assessor.manifest import Manifest
from assessor.method_choice import Method
from assessor.rubric import Rubric, load_rubric
from assessor.rulings.change import RuledBy, ruling_of, with_edits, without_edits
from assessor.rulings.question import BorderQuestion
from assessor.rulings.ruling import Ruling, RulingKind, Spoken, said_words
from assessor.store import Event, RunRecord, Store


class RubricText(Protocol):
    """A rubric's file: its `text`, and the `target` where a change of it is written."""

    @property
    def text(self) -> str:
        """What stands in it."""

    @property
    def target(self) -> str:
        """Where it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricChange:
    """What rulings make of one question's rubric: its text in `file` before and after."""

    question: str
    old: Rubric
    new: Rubric
    file: str
    before: str
    text: str
    rulings: tuple[Ruling, ...]


def changes_of(
    run: str,
    rubrics: Mapping[str, Rubric],
    said: Sequence[tuple[BorderQuestion, Spoken]],
    find: Callable[[Rubric], RubricText | None],
) -> tuple[RubricChange, ...]:
    """Return what these decisions make of the rubrics' files; nothing is written.

    Raises InputError where a rubric's file is not there, RubricError where it cannot be added to.
    """
    found = []
    for question, rubric in rubrics.items():
        own = [pair for pair in said if pair[0].border.question == question]
        if not own:
            continue
        file = find(rubric)
        if file is None:
            raise InputError(
                f"the file of rubric {rubric.id!r} is not here any more (or has other key points "
                "than the class was read by), so no ruling can be written into it; put it back"
            )
        text, rulings = file.text, list[Ruling]()
        for asked, spoken in own:
            now = load_rubric(text, file.target)
            ruling = ruling_of(asked, spoken, RuledBy(rubric=now, file=file.target, run=run))
            text = with_edits(text, file.target, ruling.cell, ruling.edits)
            rulings.append(ruling)
        found.append(
            RubricChange(
                question=question,
                old=rubric,
                new=load_rubric(text, file.target),
                file=file.target,
                before=file.text,
                text=text,
                rulings=tuple(rulings),
            )
        )
    return tuple(found)


def keep_passed(store: Store, run: str, rubric: Rubric, asked: BorderQuestion, who: str) -> str:
    """Write down that a border was passed over; return the event's id."""
    by = RuledBy(rubric=rubric, file="", run=run)
    return store.rule(ruling_of(asked, Spoken(kind=RulingKind.SKIP), by), who=who)


def keep_change(
    store: Store,
    change: RubricChange,
    find: Callable[[Rubric], RubricText | None],
    write: Callable[[str, str], None],
    who: str,
) -> tuple[str, ...]:
    """Write who decided what and the rubric's file; return the events' ids, oldest first.

    `write` takes the file's name and its text. The record comes first: a rubric never holds what
    nobody is known to have put there, and cut short between the two it can be taken back. Raises
    InputError where the file is not the one any more that the change was shown for.
    """
    file = find(change.old)
    if file is None or (file.target, file.text) != (change.file, change.before):
        raise InputError(
            f"{change.file}: was changed while this was decided; nothing was written into it: run "
            "the same again"
        )
    kept = tuple(store.rule(each, who=who) for each in change.rulings)
    try:
        write(change.file, change.text)
    except Exception:
        for event in reversed(kept):
            store.take_back(event, who=who)
        raise
    return kept


def need_same_rubrics(place: ClassFolder, store: Store, shown: Standing) -> None:
    """Refuse to read by rulings where the class goes by other rubrics than it was shown with.

    Else the points that were changed meanwhile would go back to what they were. Raises InputError.
    """
    now = load_standing(place, store).rubrics
    if {each: now[each].digest for each in now} != {
        each: rubric.digest for each, rubric in shown.rubrics.items()
    }:
        raise InputError(
            "the class goes by another rubric, or other points, than when you were asked; nothing "
            "was written: run the same again"
        )


def latest_ruling(store: Store) -> Event | None:
    """Return the newest ruling that put something into a rubric and stands; None for none."""
    standing = (each for each in reversed(store.rulings()) if each.ruling is not None)
    return next((each for each in standing if each.ruling and each.ruling.edits), None)


def not_read_yet(
    store: Store,
    run: str,
    rubrics: Mapping[str, Rubric],
    find: Callable[[Rubric], RubricText | None],
) -> dict[str, Rubric]:
    """Return the rubrics, by question, whose file holds rulings that the class was not read by."""
    found = {}
    for question, rulings in rulings_by_question(store).items():
        rubric = rubrics.get(question)
        if rubric is None or all(each.run != run for each in rulings):
            continue
        file = find(rubric)
        now = load_rubric(file.text, file.target) if file is not None else rubric
        if now.digest != rubric.digest:
            found[question] = now
    return found


def never_written(
    store: Store,
    run: str,
    rubrics: Mapping[str, Rubric],
    find: Callable[[Rubric], RubricText | None],
) -> Iterator[str]:
    """Yield a line for each ruling on this run that was cut short before it came into its file."""
    for question, rulings in rulings_by_question(store).items():
        rubric = rubrics.get(question)
        file = find(rubric) if rubric is not None else None
        if rubric is None or file is None:
            continue
        if load_rubric(file.text, file.target).digest != rubric.digest:
            continue
        for each in rulings:
            asked = each.run == run and each.edits
            if asked and with_edits(file.text, file.target, each.cell, each.edits) != file.text:
                yield (
                    f"{said_words(each)}: was cut short before it was written into "
                    f"{Path(file.target).name}, and nothing goes by it. Take it back and decide "
                    "anew (assessor rulings --undo)."
                )


def undone(ruling: Ruling, file: RubricText | None) -> tuple[str, str]:
    """Return the text of a rubric's file without what a ruling put into it, and where it goes.

    It goes to the file that was found here, whatever the record names: that is the place of a
    class that was copied, or anybody's file where the record came from somebody else. Raises
    InputError where the file is gone, RubricError where it cannot be taken out.
    """
    if file is None:
        raise InputError(
            f"the file of rubric {ruling.rubric!r} is not here any more, so the ruling cannot be "
            "taken out of it; put it back"
        )
    return without_edits(file.text, file.target, ruling), file.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """A class read again: the run of it, how it went, and whether a price was known."""

    run: RunRecord
    session: Session
    price_known: bool


async def read_again(
    place: ClassFolder,
    store: Store,
    standing: Standing,
    rubrics: Mapping[str, Rubric],
    watch: Callable[[Progress], None] | None = None,
) -> Reread:
    """Read a class again by its changed rubrics, the way it was read and by the same judge.

    Only what the store does not hold is asked: the key points that changed. `watch` is given how
    far it is, to be looked at meanwhile. Raises ConfigError where no judge or another one is named.
    """
    choice = await choose_judge(place)
    job = _job_again(place, standing, choice, rubrics)
    async with open_bench(place, choice, store) as bench:
        _refuse_other_reader(standing.run, bench.judge.identity)
        async with open_session(job, bench) as session:
            if watch is not None:
                watch(session.progress)
            done = await run_through(
                session, job, bench, manifest_by=functools.partial(_manifest, standing)
            )
    return Reread(run=done.record, session=session, price_known=job.price is not None)


async def reader_of(place: ClassFolder, before: RunRecord) -> str:
    """Return who would read a class again, host and model, and send nothing.

    Raises ConfigError where `read_again` would: no judge or another one is named, its key is not
    set, or nobody agreed to its host.
    """
    choice = await choose_judge(place)
    judge = judge_for(place, choice)
    try:
        _refuse_other_reader(before, judge.identity)
    finally:
        await judge.close()
    return choice.readers if choice.host else f"{choice.named}, on this machine"


def _job_again(
    place: ClassFolder, standing: Standing, choice: JudgeChoice, rubrics: Mapping[str, Rubric]
) -> Job:
    """Return the job with the run's own method: nothing is read both ways a second time.

    Names are covered where they were before. Raises InputError where none may be sent.
    """
    submissions = tuple(each.submission for each in standing.outcomes)
    run = standing.run
    used = Method(run.manifest.method.used or Method.CAREFUL)
    budget = run.manifest.review_budget
    plain = job_for(place.config, rubrics, submissions, place.folder)
    job = replace(
        plain,
        method=used,
        joint=judging_prompt(place.config, place.folder, JOINT_PROMPT)
        if used is Method.QUICK
        else None,
        budget=plain.budget if budget is None else float(budget),
        price=choice.price,
        strong_price=choice.strong_price,
        limits=limits_for(place, choice),
        command=run.command,
    )
    wish = wish_again(place, run.command)
    if not choice.host or wish == WARN:
        return job
    return heed_wish(wish, job, everybody_of(place, standing))[0]


def _manifest(before: Standing, job: Job, bench: Bench, session: Session) -> Manifest:
    """Return the run's record; how far both ways of reading agreed stays what it was."""
    manifest = manifest_of(job, bench, session)
    told, now = before.run.manifest.method, manifest.method
    said = {name: getattr(now, name) for name in now.model_fields_set}
    return manifest.but(method=told.but(**said | {"asked": told.asked}))


def _refuse_other_reader(before: RunRecord, reader: Identity) -> None:
    """Refuse to read a column by another model than the others. Raises ConfigError."""
    was = (before.manifest.judge.backend, before.manifest.judge.model_asked)
    now = (reader.backend, reader.model)
    if was != now:
        raise ConfigError(
            f"the class was read by {was[1] or was[0]!r}, and {now[1] or now[0]!r} would read "
            "every key point of it anew; name the same judge (--judge, --model)"
        )


def rulings_by_question(store: Store) -> dict[str, tuple[Ruling, ...]]:
    """Return the standing decisions on borders, by question."""
    found: dict[str, tuple[Ruling, ...]] = {}
    for each in standing_rulings(store):
        if each.is_decided:
            found[each.question] = (*found.get(each.question, ()), each)
    return found
