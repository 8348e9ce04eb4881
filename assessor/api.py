"""The front for programs: load a rubric, make submissions, grade one or many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from assessor.ambient import real as real_ambient
from assessor.assets import folder, prompt_text, shipped_rubrics
from assessor.config import OPENAI_URL, Config
from assessor.engine.run import Looks
from assessor.engine.session import Bench, Job, Session, decided_on, open_session
from assessor.engine.settle import grades_of
from assessor.errors import InputError, RubricError
from assessor.grade import Grade
from assessor.hosts import clean_key
from assessor.judges.base import Judge
from assessor.judges.endpoints import open_openai
from assessor.judges.openai import OpenAISettings
from assessor.judges.recorded import RecordedJudge, Recording, read_recording
from assessor.method import Method
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
    model: str, *, base_url: str = OPENAI_URL, key: str | None = None, timeout: float = 120
) -> Judge:
    """Return a judge at an OpenAI-compatible endpoint; the key is sent there and nowhere else."""
    settings = OpenAISettings(model=model, base_url=base_url, timeout=timeout)
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


async def grade_many(
    rubric: Rubric,
    submissions: Iterable[Submission],
    judge: Judge,
    *,
    store: str | Path | None = None,
    config: Config | None = None,
) -> tuple[Grade, ...]:
    """Return the proposed grades, in the order given.

    With `store` (a folder) what was asked is kept, and the same call again resumes; without it
    nothing is written. Raises AssessorError.
    """
    given = tuple(submissions)
    job = job_for(config or Config(), {each.question: rubric for each in given}, given)
    with open_store(Path(store) if store is not None else None, real_ambient()) as opened:
        bench = Bench(judge=judge, strong=None, store=opened, ambient=real_ambient())
        async with open_session(job, bench) as session:
            await session.prepare()
            await session.rest()
            settled = await session.settle()
            await session.finish(manifest_of(job, bench, session))
        decided = decided_on(opened, job.submissions)
        return grades_of(job.rubrics, settled.proposals, decided, opened.releases())


async def grade_one(rubric: Rubric, submission: Submission, judge: Judge) -> Grade:
    """Return the proposed grade of one submission; see `grade_many`."""
    (grade,) = await grade_many(rubric, (submission,), judge)
    return grade


def grade_class(
    rubric: Rubric,
    submissions: Iterable[Submission],
    judge: Judge,
    *,
    store: str | Path | None = None,
    config: Config | None = None,
) -> tuple[Grade, ...]:
    """Do what `grade_many` does, without an event loop of one's own."""
    grading = grade_many(rubric, submissions, judge, store=store, config=config)
    return asyncio.run(grading)  # noqa: TID251  # the door


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
