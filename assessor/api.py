"""The front for programs: load a rubric, make submissions, grade one or many."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from assessor.ambient import real as real_ambient
from assessor.assets import folder, price_of, prompt_text, shipped_rubrics
from assessor.assignment import choose_attempts
from assessor.config import OPENAI_URL, Config, PriceSettings
from assessor.engine.progress import Limits
from assessor.engine.run import Looks
from assessor.engine.session import Bench, Job, Session, decided_on, open_session
from assessor.engine.settle import grades_of
from assessor.errors import ConfigError, InputError, JudgeError, RubricError
from assessor.grade import Grade
from assessor.hosts import clean_key
from assessor.judges.base import Judge
from assessor.judges.endpoints import open_openai
from assessor.judges.openai import OpenAIJudge, OpenAISettings
from assessor.judges.recorded import RecordedJudge, Recording, read_recording
from assessor.method import Method
from assessor.plan import Price
from assessor.prompt import JUDGING, PromptFile, Vocabulary, read_prompt
from assessor.readers import ReadOptions, read_answers
from assessor.readers.files import FileReader
from assessor.readers.hand_in import one_answer
from assessor.rubric import Rubric
from assessor.rubric import load_rubric as parse_rubric
from assessor.sheet import visible
from assessor.store import open_store
from assessor.submission import InputState, Origin, Submission, state_of
from assessor.version import VERSION

ISOLATED_PROMPT = "judge-isolated.v2"
JOINT_PROMPT = "judge-joint.v2"


def load_rubric(name: str | Path) -> Rubric:
    """Return a rubric by its file or by the id of a shipped one. Raises RubricError."""
    path = Path(name)
    if not path.is_file():
        shipped = shipped_rubrics()
        if str(name) not in shipped:
            raise RubricError(f"rubric {str(name)!r}: no such file; shipped: {', '.join(shipped)}")
        path = shipped[str(name)]
    return parse_rubric(path.read_text(encoding="utf-8-sig"), path.name)


def make_submission(student_id: str, answer: str, *, question: str = "answer") -> Submission:
    """Return one student's answer, ready to be graded."""
    return Submission(
        student_id=student_id,
        question=question,
        attempt=1,
        answer=answer,
        state=state_of(answer),
        origin=Origin(file="", row=0),
    )


def read_answer_file(
    data: bytes, suffix: str, student_id: str, *, question: str = "answer"
) -> Submission:
    """Return a hand-in (docx, odt, rtf, pdf, txt, md, html, ipynb) as one answer.

    `suffix` is the end of its name. What cannot be read is `unreadable`, with the reason in
    `unread` and `reading`.
    """
    with FileReader() as reader:
        work = one_answer((), reader.read(data, suffix.lower()))
    submitted = make_submission(student_id, visible(work.raw, markup=True), question=question)
    raw = work.raw if work.raw != submitted.answer else ""
    if work.unread == "empty" and suffix.lower() in {"", ".txt", ".md"}:
        # A text with nothing in it is what a runner hands over for a blank answer.
        return replace(submitted, state=InputState.BLANK)
    state = InputState.UNREADABLE if work.unread else submitted.state
    return replace(submitted, raw=raw, state=state, reading=work.reading, unread=work.unread)


def read_submissions(file: str | Path, *, student: str = "", answer: str = "") -> list[Submission]:
    """Return every attempt in an answers file. Raises SubmissionError."""
    path = Path(file)
    options = ReadOptions(student=student, answer=answer)
    return list(read_answers(path.read_bytes(), str(path), options).submissions)


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


def recording(file: str = "") -> Recording:
    """Read recorded verdicts; answers that they name by student stand in answers.csv beside them.

    Raises InputError.
    """
    path = Path(file) if file else folder("examples") / "critique" / "recorded_verdicts.jsonl"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: no recording can be read there; check the path") from error
    beside = path.with_name("answers.csv")
    known = read_submissions(beside) if beside.is_file() else []
    return read_recording(text, {each.student_id: each.answer for each in known}, str(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one grading came to: the proposed grades, in the order given, and how they came about.

    `stopped` is the word after `stopped:` where the run ended early, else ""; `problem` is what
    the judge refused with, where that was why. `requests` were sent now, `from_store` were known.
    `cost` is in dollars of what the endpoint counted, None where no price is known. `manifest` is
    what `run.json` holds.
    """

    grades: tuple[Grade, ...]
    stopped: str
    requests: int
    from_store: int
    cost: Decimal | None
    manifest: Mapping[str, object]
    problem: JudgeError | None = None


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
    given = tuple(submissions)
    if config is not None:
        _refuse_what_a_judge_keeps(settings, judge, strong)
        given = choose_attempts(given, settings.assignment.attempt)
    if isinstance(rubrics, Rubric):
        rubrics = dict.fromkeys((each.question for each in given), rubrics)
    missing = sorted({each.question for each in given} - set(rubrics))
    if missing:
        raise InputError(f"no rubric for the question {missing[0]!r}; rubrics goes by question")
    job = replace(job_for(settings, rubrics, given), **_priced(settings, judge, strong))
    with open_store(Path(store) if store is not None else None, real_ambient()) as opened:
        bench = Bench(judge=judge, strong=strong, store=opened, ambient=real_ambient())
        async with open_session(job, bench) as session:
            await session.prepare()
            await session.rest()
            settled = await session.settle()
            manifest = manifest_of(job, bench, session)
            await session.finish(manifest)
        decided = decided_on(opened, job.submissions)
        return Run(
            grades=grades_of(job.rubrics, settled.proposals, decided, opened.releases()),
            stopped=session.desk.stop_why,
            requests=session.progress.asked,
            from_store=session.progress.from_store,
            cost=None if job.price is None else session.progress.cost,
            manifest=manifest,
            problem=session.desk.rejection,
        )


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
    if settings.judge.tier != "standard":
        problems.append("judge.tier: is not there from Python yet; leave it out")
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
    limits = Limits(
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


def job_for(
    config: Config, rubrics: Mapping[str, Rubric], submissions: tuple[Submission, ...]
) -> Job:
    """Return what a run with these settings is about; `rubrics` is by question."""
    method = Method(config.judge.method)
    return Job(
        rubrics=rubrics,
        prompt=shipped_prompt(ISOLATED_PROMPT),
        joint=None if method is Method.CAREFUL else shipped_prompt(JOINT_PROMPT),
        method=method,
        accept_unreliable=config.judge.accept_unreliable,
        submissions=submissions,
        looks=Looks(everything=config.judge.passes == "all", cap=config.judge.second_look_cap),
        budget=config.review.budget,
    )


@functools.cache
def shipped_prompt(name: str, vocabulary: Vocabulary = JUDGING) -> PromptFile:
    """Return a shipped prompt by its name. Raises PromptError."""
    return read_prompt(prompt_text(name), f"{name}.j2", vocabulary)


def manifest_of(job: Job, bench: Bench, session: Session) -> dict[str, object]:
    """Return run.json: how these grades came about; what may differ between equal runs apart."""
    identity, progress = bench.judge.identity, session.progress
    return {
        "assessor": VERSION,
        "questions": [
            {"question": question, "rubric": rubric.id, "digest": rubric.digest}
            for question, rubric in job.rubrics.items()
        ],
        "prompts": {each.name: each.digest for each in _prompts_used(job, session)},
        "method": _method(job, session),
        "numbers": {
            "scale": session.numbers.scale.value,
            "source": session.numbers.source,
            "unused": session.numbers.unused,
        },
        "judge": {
            "backend": identity.backend,
            "model_asked": identity.model,
            "models_answered": sorted(progress.models),
            "parameters": dict(identity.parameters),
        },
        "strong": bench.strong.identity.model if bench.strong is not None else None,
        "looks": {"everything": job.looks.everything, "cap": job.looks.cap},
        "review_budget": job.budget,
        "states": session.states(),
        "circumstances": {
            "run": session.run_id,
            "started_at": session.started_at,
            "finished_at": bench.ambient.now().isoformat(),
            "endpoint": identity.endpoint,
            "capabilities": session.capabilities(),
            "stopped": session.desk.stop_why,
            "read_nothing": session.read_nothing,
            "requests": progress.replied,
            "from_store": progress.from_store,
            "failed": progress.failed,
            "wasted": progress.wasted,
            "failed_codes": dict(sorted(progress.failed_codes.items())),
            "unusable": progress.invalid,
            "tokens": _tokens(session),
            "cost": None if job.price is None else str(progress.cost),
            "cost_of_uncounted": None if job.price is None else str(progress.estimated),
            "head": bench.store.head(),
        },
    }


def _prompts_used(job: Job, session: Session) -> tuple[PromptFile, ...]:
    """Return the prompts that the class was read by; reading both ways first is the record's."""
    if job.joint is None or session.method is not Method.QUICK:
        return (job.prompt,)
    return (job.prompt, job.joint)


def _method(job: Job, session: Session) -> dict[str, object]:
    """Return how the class was read, and how far the two ways agreed where both were tried."""
    found: dict[str, object] = {"asked": job.method.value, "used": session.method.value}
    both = session.both_ways
    if both is None:
        return found
    return found | {
        "answers_read_both_ways": both.answers,
        "cells": both.read,
        "same_level": both.same,
        "agreement": None if both.share is None else round(both.share, 4),
        "joint_replies_broken": both.broken,
        "by_key_point": [
            {"question": question, "key_point": cell, "cells": read, "same_level": same}
            for (question, cell), (same, read) in both.cells.items()
        ],
        "unreliable": both.is_unreliable,
    }


def _tokens(session: Session) -> Mapping[str, int]:
    tokens = session.progress.tokens
    return {
        "input": tokens.input,
        "cached": tokens.cached,
        "cache_written": tokens.cache_written,
        "output": tokens.output,
        "replies_without_count": session.progress.usage_unknown,
    }
