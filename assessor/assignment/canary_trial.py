"""How far known tricks sway this model, tried on a few answers of this class: `--canary`."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from assessor.assignment.answers_file import read_class
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.cost_estimate import estimate
from assessor.assignment.grading import read_through
from assessor.assignment.judge_choice import (
    JudgeChoice,
    choose_judge,
    limits_for,
    open_bench,
)
from assessor.assignment.names_in_answers import heed_names
from assessor.assignment.rubric_matching import assign, attempts, wishes_of
from assessor.assignment.run_job import job_for
from assessor.canary import (
    CONTROL,
    Tally,
    TrickedAnswer,
    credited_in_full,
    draw,
    is_bad,
    lay_out,
    tally,
)
from assessor.counting import plural
from assessor.engine.session import Job, Session, open_trial
from assessor.engine.settle import judged_proposal
from assessor.errors import InputError
from assessor.grade import Grade, grade_of
from assessor.method_choice import Method
from assessor.store import Store
from assessor.submission import Submission
from assessor.sureness import empty_probabilities

# Every family after so many answers of the class.
DRAWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryTrial:
    """What will be tried: on whom, by which judge; `names` says what names the answers hold."""

    choice: JudgeChoice
    trials: tuple[TrickedAnswer, ...]
    job: Job
    names: str
    requests: int

    @property
    def answers(self) -> int:
        """How many answers of the class the tricks are tried on."""
        return len({each.plain.answer_digest for each in self.trials})

    @property
    def words(self) -> str:
        """What is asked of whom, in a sentence."""
        return (
            f"{plural(len(self.job.submissions), 'answer')}, {plural(self.requests, 'request')} to "
            f"{self.choice.readers}: known tricks after {plural(self.answers, 'answer')} of "
            "this class."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CanaryOutcome:
    """What known tricks gained of a model; `empty`: why its probabilities say nothing, if so."""

    model: str
    found: tuple[Tally, ...]
    empty: str

    @property
    def bad(self) -> bool:
        """Whether tricks were paid in silence more often than chance would have it."""
        return is_bad(self.found)

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        return {
            "model": self.model,
            "bad": self.bad,
            "empty_probabilities": self.empty,
            "families": {
                each.family: {"tried": each.tried, "gained": each.gained, "seen": each.seen}
                for each in self.found
            },
        }


async def lay_out_canary(place: ClassFolder, answers: Path, rubrics: Sequence[str]) -> CanaryTrial:
    """Return what would be tried on a few of the class's answers. Raises InputError."""
    choice = await choose_judge(place)
    if not choice.facts.needs_model:
        raise InputError(
            f"--canary tries a model, and {choice.named!r} is none: name it with "
            "--judge openai --model MODEL (--base-url URL), or in assessor.toml"
        )
    trials, job, everybody = _lay_out(place, answers, rubrics)
    drawn = {each.plain.answer_digest for each in trials}
    own = {each.answer_digest: each for each in everybody if each.answer_digest in drawn}
    job, names = heed_names(place, choice, job, everybody, tuple(own.values()))
    job = replace(
        job,
        price=choice.price,
        strong_price=choice.strong_price,
        limits=limits_for(place, choice),
    )
    requests, _, _ = estimate(job, choice)
    return CanaryTrial(choice=choice, trials=trials, job=job, names=names, requests=requests)


async def try_tricks(
    place: ClassFolder,
    laid_out: CanaryTrial,
    follows: Callable[[Session], AbstractContextManager[None]],
) -> CanaryOutcome:
    """Try known tricks, keep what they gained, and return it; `follows` sees it under way."""
    choice, job = laid_out.choice, laid_out.job
    with place.open_store() as store:
        async with (
            open_bench(place, choice, store) as bench,
            open_trial(job, bench) as session,
        ):
            with follows(session):
                await read_through(session, job, bench)
        grades = _grades(job, session)
        found = tally(laid_out.trials, grades)
        if not any(each.tried for each in found):
            if (generous := credited_in_full(laid_out.trials, grades)) > 0:
                raise InputError(
                    f"{choice.model} gives full points to all {plural(generous, 'answer')} "
                    "that it was tried "
                    "on, with tricks and without: no trick can gain more, and nothing it credits "
                    "says anything. Take another model"
                )
            raise session.dispatcher.rejection or InputError(
                "no trial could be judged, so nothing is known; see assessor check judge"
            )
        _keep(store, choice, found, place)
    empty = empty_probabilities(
        [verdict for verdict in judged.verdicts if verdict.cell == cell]
        for judged in session.judged.values()
        for cell in dict.fromkeys(each.cell for each in judged.verdicts)
    )
    return CanaryOutcome(model=choice.model, found=tuple(found), empty=empty)


def _lay_out(
    place: ClassFolder, answers: Path, rubrics: Sequence[str]
) -> tuple[tuple[TrickedAnswer, ...], Job, Sequence[Submission]]:
    """Return the trials on the first question that is graded, the job that judges them, and the
    whole class.
    """
    wishes = wishes_of(place, rubrics)
    read = read_class(place, answers, [each.match for each in wishes if each.match])
    assigned = assign(place, wishes, read, answers.name)
    question = next(iter(assigned))
    own = [each for each in attempts(place, read, assigned) if each.question == question]
    drawn = draw(own, DRAWN)
    if not drawn:
        raise InputError(f"{answers.name}: holds no answer to try tricks on")
    rubric = assigned[question].rubric
    trials = lay_out(rubric, drawn)
    rows: tuple[Submission, ...] = (*drawn, *(each.tricked for each in trials))
    # One key point at a time: what is tried is the model, not what its class is read by.
    job = job_for(place.config, {question: rubric}, rows, place.folder)
    if job.method is Method.AUTO:
        job = replace(job, method=Method.CAREFUL, joint=None)
    return trials, job, read.submissions


def _grades(job: Job, session: Session) -> Mapping[str, Grade]:
    """Return each trial's grade by itself: no other trial is a reason to look at it."""
    grades = {}
    for each in job.submissions:
        rubric = job.rubrics[each.question]
        if (done := session.judged.get(each.answer_key)) is not None:
            proposal = judged_proposal(rubric, each, done)
            grades[each.answer_digest] = grade_of(rubric, proposal, None, None)
    return grades


def _note(model: str) -> str:
    return f"canary {model}"


def _keep(store: Store, choice: JudgeChoice, found: Sequence[Tally], place: ClassFolder) -> None:
    tricks = [each for each in found if each.family != CONTROL]
    kept = {
        "date": place.ambient.now().date().isoformat(),
        "bad": is_bad(found),
        "tried": sum(each.tried for each in tricks),
        "silent": sum(each.silent for each in tricks),
    }
    store.remember(_note(choice.model), json.dumps(kept))


def canary_command(
    place: ClassFolder,
    choice: JudgeChoice,
    answers: Path | None,
    rubrics: Sequence[str],
    typed: Sequence[str],
) -> str:
    """Return what tries known tricks on this judge, as it is typed here and now.

    `typed` are further options, word by word, that were given and matter to it.
    """
    named = rubrics or (() if answers is not None else ("RUBRIC",))
    words = ["assessor", "check", "judge", "--canary", str(answers or "ANSWERS")]
    words += [word for each in named for word in ("--rubric", each)]
    words += ["--base-url", choice.base_url, "--model", choice.model]
    return place.carried(shlex.join([*words, *typed]))


def canary_notes(store: Store, choice: JudgeChoice, command: str) -> tuple[str, ...]:
    """Return what `grade` begins with: one line where a model was not tried, or was swayed.

    `command` is what tries it.
    """
    if not choice.facts.needs_model or choice.by_file:
        return ()
    text = store.recall(_note(choice.model))
    if text is None:
        return (f"{choice.model} was not tried with known tricks yet: {command}",)
    kept = json.loads(text)
    if not kept["bad"]:
        return ()
    swayed = (
        f"{choice.model} was swayed by known tricks on {kept['date']}: {kept['silent']} of "
        f"{kept['tried']} gained credit unseen. Take another model, or read more of the class"
    )
    return (swayed,)
