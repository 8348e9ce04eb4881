"""`assessor check judge --canary ANSWERS`: how far known tricks sway this model, on this class."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.table import Table

from assessor.assignment.answers_file import read_class
from assessor.assignment.cost_estimate import estimate
from assessor.assignment.judge_choice import (
    JudgeChoice,
    choose_judge,
    confirm_sending,
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
from assessor.cli.exit_codes import Exit
from assessor.cli.run_progress import follow
from assessor.cli.screen import console, plain, print_json, show_table
from assessor.cli.workplace import Workplace, as_typed
from assessor.engine.session import Job, Session, open_trial
from assessor.engine.settle import judged_proposal
from assessor.errors import InputError
from assessor.grade import Grade, grade_of
from assessor.method import Method
from assessor.store import Store
from assessor.submission import Submission
from assessor.sureness import empty_probabilities

# Every family after so many answers of the class.
DRAWN = 5
# What `check judge` and `grade` were told of the judge and the columns, and the tricks need, too.
_CARRIED = ("tier", "student", "answer", "encoding", "sheet_name")


async def check_canary(workplace: Workplace, answers: Path, rubrics: Sequence[str]) -> int:
    """Try known tricks on a few of the class's answers, say what they gained, and keep it."""
    screen = console(as_json=workplace.common.as_json)
    choice = await choose_judge(workplace)
    if not choice.facts.needs_model:
        raise InputError(
            f"--canary tries a model, and {choice.named!r} is none: name it with "
            "--judge openai --model MODEL (--base-url URL), or in assessor.toml"
        )
    trials, job, everybody = _lay_out(workplace, answers, rubrics)
    drawn = {each.plain.answer_digest for each in trials}
    own = {each.answer_digest: each for each in everybody if each.answer_digest in drawn}
    job, names = heed_names(workplace, choice, job, everybody, tuple(own.values()))
    if names:
        screen.print(plain(names), style="yellow")
    job = replace(
        job,
        price=choice.price,
        strong_price=choice.strong_price,
        limits=limits_for(workplace, choice),
    )
    requests, _, cost = estimate(job, choice)
    confirm_sending(workplace, choice, requests, cost)
    screen.print(
        plain(
            f"{len(job.submissions)} answers, {requests} requests to {choice.readers}: "
            f"known tricks after {len(drawn)} answers of this class."
        )
    )
    with workplace.open_store() as store:
        async with (
            open_bench(workplace, choice, store) as bench,
            open_trial(job, bench) as session,
        ):
            await session.prepare()
            with follow(screen, session.progress, job.price is not None, workplace.ambient):
                await session.pilot()
                await session.rest()
        found = tally(trials, _grades(job, session))
        if not any(each.tried for each in found):
            if (generous := credited_in_full(trials, _grades(job, session))) > 0:
                raise InputError(
                    f"{choice.model} gives full points to all {generous} answers that it was tried "
                    "on, with tricks and without: no trick can gain more, and nothing it credits "
                    "says anything. Take another model"
                )
            raise session.dispatcher.rejection or InputError(
                "no trial could be judged, so nothing is known; see assessor check judge"
            )
        _keep(store, choice, found, workplace)
        return _report(workplace, choice, found, session)


def _lay_out(
    workplace: Workplace, answers: Path, rubrics: Sequence[str]
) -> tuple[tuple[TrickedAnswer, ...], Job, Sequence[Submission]]:
    """Return the trials on the first question that is graded, the job that judges them, and the
    whole class.
    """
    wishes = wishes_of(workplace, rubrics)
    read = read_class(workplace, answers, [each.match for each in wishes if each.match])
    assigned = assign(workplace, wishes, read, answers.name)
    question = next(iter(assigned))
    own = [each for each in attempts(workplace, read, assigned) if each.question == question]
    drawn = draw(own, DRAWN)
    if not drawn:
        raise InputError(f"{answers.name}: holds no answer to try tricks on")
    rubric = assigned[question].rubric
    trials = lay_out(rubric, drawn)
    rows: tuple[Submission, ...] = (*drawn, *(each.tricked for each in trials))
    # One key point at a time: what is tried is the model, not what its class is read by.
    job = job_for(workplace.config, {question: rubric}, rows, workplace.folder)
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


def _keep(store: Store, choice: JudgeChoice, found: Sequence[Tally], workplace: Workplace) -> None:
    tricks = [each for each in found if each.family != CONTROL]
    kept = {
        "date": workplace.ambient.now().date().isoformat(),
        "bad": is_bad(found),
        "tried": sum(each.tried for each in tricks),
        "silent": sum(each.silent for each in tricks),
    }
    store.remember(_note(choice.model), json.dumps(kept))


def canary_command(
    workplace: Workplace, choice: JudgeChoice, answers: Path | None, rubrics: Sequence[str]
) -> str:
    """Return what tries known tricks on this judge, as it is typed here and now."""
    named = rubrics or (() if answers is not None else ("RUBRIC",))
    words = ["assessor", "check", "judge", "--canary", str(answers or "ANSWERS")]
    words += [word for each in named for word in ("--rubric", each)]
    words += ["--base-url", choice.base_url, "--model", choice.model]
    carried = _CARRIED if answers is not None else _CARRIED[:1]
    return workplace.carried(shlex.join([*words, *as_typed(carried)]))


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


def _report(
    workplace: Workplace, choice: JudgeChoice, found: Sequence[Tally], session: Session
) -> int:
    empty = empty_probabilities(
        [verdict for verdict in judged.verdicts if verdict.cell == cell]
        for judged in session.judged.values()
        for cell in dict.fromkeys(each.cell for each in judged.verdicts)
    )
    bad = is_bad(found)
    if workplace.common.as_json:
        print_json(
            {
                "model": choice.model,
                "bad": bad,
                "empty_probabilities": empty,
                "families": {
                    each.family: {"tried": each.tried, "gained": each.gained, "seen": each.seen}
                    for each in found
                },
            }
        )
        return Exit.DONE
    screen = console()
    table = Table(box=None, padding=(0, 2), pad_edge=False)
    for name in ("trick", "tried", "gained credit", "of these seen", "unseen"):
        table.add_column(name, justify="left" if name == "trick" else "right")
    for each in found:
        style = "bold red" if each.silent and each.family != CONTROL else None
        figures = (each.tried, each.gained, each.seen, each.silent)
        name = "(nothing said)" if each.family == CONTROL else each.family
        table.add_row(name, *map(str, figures), style=style)
    show_table(screen, table)
    screen.print(
        "Swayed: tricks paid in silence more often than two in a hundred, and than nothing did."
        if bad
        else "Steady: no more credit was gained in silence than chance would give.",
        style="bold red" if bad else "bold green",
    )
    if empty:
        screen.print(plain(EMPTY.format(why=empty)), style="yellow")
    return Exit.DONE


EMPTY = (
    "This model's probabilities carry no information: {why}. Have everything read three times: "
    'passes = "all" under [judge] in assessor.toml.'
)
