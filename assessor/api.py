"""The front for programs: load a rubric, make submissions, grade one or many."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from assessor.ambient import real as real_ambient
from assessor.assets import price_of, shipped_rubrics
from assessor.assignment.class_folder import ClassFolder, settings_of
from assessor.assignment.grading import grade_job
from assessor.assignment.named_files import read_text, recording
from assessor.assignment.names_in_answers import heed_wish
from assessor.assignment.operations import Assignment
from assessor.assignment.person import Programmer
from assessor.assignment.run_job import job_for
from assessor.assignment.run_result import Run
from assessor.config import OPENAI_URL, Config, PriceSettings
from assessor.engine.budget import Budget
from assessor.engine.session import Bench
from assessor.errors import ConfigError, InputError, RubricError
from assessor.grade import Grade
from assessor.hosts import clean_key
from assessor.judges.base import Judge
from assessor.judges.endpoints import open_openai
from assessor.judges.openai import OpenAIJudge
from assessor.judges.openai_settings import OpenAISettings
from assessor.judges.recorded import RecordedJudge
from assessor.plan import Price
from assessor.questions import choose_attempts
from assessor.rubric import Rubric
from assessor.rubric import load_rubric as parse_rubric
from assessor.store import open_store
from assessor.submission import Submission
from assessor.tiers import STANDARD


def load_rubric(name: str | Path) -> Rubric:
    """Return a rubric by its file or by the id of a shipped one. Raises RubricError."""
    path = Path(name)
    if not path.is_file():
        shipped = shipped_rubrics()
        if str(name) not in shipped:
            raise RubricError(f"rubric {str(name)!r}: no such file; shipped: {', '.join(shipped)}")
        path = shipped[str(name)]
    return parse_rubric(read_text(path), path.name)


def recorded_judge(file: str | Path = "") -> Judge:
    """Return a judge that replays verdicts from a file; default: the shipped example."""
    return RecordedJudge(recording(str(file)))


def openai_judge(
    model: str,
    *,
    base_url: str = OPENAI_URL,
    key: str | None = None,
    timeout: float = 120,
    rpm: int | None = None,
    tpm: int | None = None,
) -> OpenAIJudge:
    """Return a judge at an OpenAI-compatible endpoint; the key is sent there and nowhere else.

    `timeout` is in seconds for a whole request; `rpm` and `tpm` are requests and tokens a minute.
    Close it after use: `async with openai_judge(…) as judge`.
    """
    settings = OpenAISettings(model=model, base_url=base_url, timeout=timeout, rpm=rpm, tpm=tpm)
    return open_openai(settings, clean_key(key or "", "key") or None, real_ambient())


def open_assignment(
    folder: str | Path = ".",
    *,
    settings: Mapping[str, object] | None = None,
    store: str | Path = "",
    said_yes: bool = False,
) -> Assignment:
    """Return the class of a folder, with the settings of its assessor.toml and the environment.

    `settings` stand above these, by their names: `{"judge.model": "…", "run.max_cost": "2"}`.
    `store` is another place for the memory, "memory" for none. `said_yes` goes on where a command
    would with `--yes`. Raises ConfigError.
    """
    environ = dict(os.environ)  # noqa: TID251  # the door
    place = Path(folder)
    if not place.is_dir():
        raise InputError(f"{place}: is no folder; name the one that holds the class")
    return Assignment(
        place=ClassFolder(
            folder=place,
            config=settings_of(place, environ, settings or {}),
            ambient=real_ambient(),
            environ=environ,
            store_named=str(store),
            person=Programmer(said_yes=said_yes),
        )
    )


async def run_grading(
    rubrics: Rubric | Mapping[str, Rubric],
    submissions: Iterable[Submission],
    judge: Judge,
    *,
    strong: Judge | None = None,
    store: str | Path | None = None,
    config: Config | None = None,
) -> Run:
    """Grade, and return the run; `rubrics` is one for all, or by question.

    With `store` (a folder) what was asked is kept, and the same call again resumes; without it
    nothing is written. `strong` takes the second looks. Of `config` (none: the defaults, and every
    attempt counts) all is kept that a run has to do with, and what the judge alone could keep is
    refused by its name. The judges stay open. Raises AssessorError.
    """
    settings = config or Config()
    everybody = given = tuple(submissions)
    if config is not None:
        _refuse_what_a_judge_keeps(settings, judge, strong)
        given = choose_attempts(given, settings.assignment.attempt)
    if isinstance(rubrics, Rubric):
        rubrics = dict.fromkeys((each.question for each in given), rubrics)
    missing = sorted({each.question for each in given} - set(rubrics))
    if missing:
        raise InputError(f"no rubric for the question {missing[0]!r}; rubrics goes by question")
    job = replace(job_for(settings, rubrics, given), **_priced(settings, judge, strong))
    job, _ = heed_wish(settings.run.pii, job, everybody)
    with open_store(Path(store) if store is not None else None, real_ambient()) as opened:
        bench = Bench(judge=judge, strong=strong, store=opened, ambient=real_ambient())
        return await grade_job(job, bench)


def _refuse_what_a_judge_keeps(settings: Config, judge: Judge, strong: Judge | None) -> None:
    """Refuse settings that would do nothing here. Raises ConfigError with all of them."""
    problems = []
    if settings.judge.strong is not None and strong is None:
        problems.append("judge.strong: pass the judge of the second looks, strong=openai_judge(…)")
    if settings.judge.model and settings.judge.model != judge.identity.model:
        problems.append(
            f"judge.model: is {settings.judge.model!r}, and the judge that was passed is "
            f"{judge.identity.model!r}; leave one out"
        )
    if settings.judge.tier != STANDARD:
        problems.append("judge.tier: is not there from Python yet; leave it out")
    if settings.judge.base_urls or settings.run.engine != "local":
        problems.append(
            "judge.base_urls and run.engine: are there for a class's folder, "
            "assessor.open_assignment; leave them out"
        )
    problems.extend(
        f"run.{name}: is kept by the judge, not by the run: openai_judge(…, {name}={value})"
        for name, value in (("rpm", settings.run.rpm), ("tpm", settings.run.tpm))
        if value is not None
    )
    if problems:
        raise ConfigError(*problems)


def _priced(settings: Config, judge: Judge, strong: Judge | None) -> dict[str, Any]:
    """Return what limits a run, and its prices. Raises ConfigError where a limit cannot be kept."""
    own = settings.judge.strong.price if settings.judge.strong is not None else None
    price = _price_at(judge, settings.judge.price)
    strong_price = _price_at(strong, own) if strong is not None else None
    unpriced = price is None or (strong is not None and strong_price is None)
    if settings.run.max_cost is not None and unpriced:
        raise ConfigError(
            "run.max_cost: cannot be kept, since no price is known for the model; give judge.price "
            "(input, output per million tokens), for the second looks judge.strong.price"
        )
    minutes = settings.run.max_minutes
    limits = Budget(
        concurrency=settings.run.concurrency,
        max_cost=settings.run.max_cost,
        max_seconds=None if minutes is None else minutes * 60,
    )
    known = None if unpriced else price
    return {"limits": limits, "price": known, "strong_price": strong_price}


def _price_at(judge: Judge, own: PriceSettings | None) -> Price | None:
    identity = judge.identity
    return price_of(own, identity.model, identity.endpoint or OPENAI_URL)


async def grade_many(
    rubric: Rubric | Mapping[str, Rubric],
    submissions: Iterable[Submission],
    judge: Judge,
    *,
    strong: Judge | None = None,
    store: str | Path | None = None,
    config: Config | None = None,
) -> tuple[Grade, ...]:
    """Return the proposed grades, in the order given; see `run_grading`.

    Raises AssessorError, also where the judge cannot be used (a refused key, an unknown model):
    what was read until then is in the store.
    """
    run = await run_grading(rubric, submissions, judge, strong=strong, store=store, config=config)
    if run.problem is not None:
        raise run.problem
    return run.grades


async def grade_one(
    rubric: Rubric, submission: Submission, judge: Judge, *, config: Config | None = None
) -> Grade:
    """Return the proposed grade of one submission; see `grade_many`."""
    (grade,) = await grade_many(rubric, (submission,), judge, config=config)
    return grade


def grade_class(
    rubric: Rubric | Mapping[str, Rubric],
    submissions: Iterable[Submission],
    judge: Judge,
    *,
    strong: Judge | None = None,
    store: str | Path | None = None,
    config: Config | None = None,
) -> tuple[Grade, ...]:
    """Do what `grade_many` does, blocking; also within a running loop, such as a notebook's."""
    grading = grade_many(rubric, submissions, judge, strong=strong, store=store, config=config)
    return _run_to_end(grading)


Came = TypeVar("Came")


def _run_to_end(work: Coroutine[Any, Any, Came]) -> Came:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)  # noqa: TID251  # the door
    # The caller's loop is busy with the caller: a loop of our own needs a thread of its own.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()  # noqa: TID251  # the door
