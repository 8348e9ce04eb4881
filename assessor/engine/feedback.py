"""Feedback put into words by the judge, kept, and used only while it says what still holds."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.digest import digest
from assessor.engine.dispatcher import Stopped
from assessor.engine.inquiry import Inquiry
from assessor.engine.session import Bench, Job, Session
from assessor.errors import JudgeError
from assessor.grade import Grade, feedback_of
from assessor.prompt import Ask, PromptFile, Remarks, feedback_ask
from assessor.reply import parse_feedback
from assessor.rubric import Rubric
from assessor.store import Store
from assessor.wording import gives_away, remarks_of

TRIES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Worded:
    """How many feedback texts were written, and how many would have given the answer away."""

    written: int = 0
    gave_away: int = 0
    failed: int = 0


async def word_feedback(
    session: Session, job: Job, bench: Bench, prompt: PromptFile, grades: Sequence[Grade]
) -> Worded:
    """Have the judge put each grade's remarks into words, and keep what gives nothing away.

    Equal answers with equal remarks are asked about once; what the store holds is not asked
    again. A text that could not be had leaves the rubric's sentences where they are.
    """
    wanted: dict[str, tuple[Ask, Grade]] = {}
    for grade in grades:
        if (remarks := remarks_of(job.rubrics[grade.submission.question], grade)) is not None:
            ask = feedback_ask(prompt, bench.store.secret, grade.submission, remarks)
            wanted.setdefault(_name(grade, remarks), (ask, grade))
    async with asyncio.TaskGroup() as group:
        asking = {
            name: group.create_task(_text_of(session, job, bench, ask))
            for name, (ask, _) in wanted.items()
        }
    texts = {name: task.result() for name, task in asking.items()}
    gave_away = 0
    for name, text in texts.items():
        grade = wanted[name][1]
        away = bool(text) and gives_away(job.rubrics[grade.submission.question], grade, text)
        gave_away += away
        if text:
            kept = json.dumps({"text": text, "gives_away": away}, ensure_ascii=False)
            await asyncio.to_thread(bench.store.remember, name, kept)
    written = sum(bool(text) for text in texts.values()) - gave_away
    failed = sum(not text for text in texts.values())
    return Worded(written=written, gave_away=gave_away, failed=failed)


async def _text_of(session: Session, job: Job, bench: Bench, ask: Ask) -> str:
    """Return the judge's text, "" where none could be had."""
    for before in range(TRIES):
        inquiry = Inquiry(ask=ask, judge=bench.judge, price=job.price, cell_keys=(), before=before)
        try:
            replied = await session.dispatcher.reply(inquiry, parse_feedback)
        except (JudgeError, Stopped):
            return ""
        if replied.parsed is not None:
            return replied.parsed
    return ""


def with_words(
    store: Store, rubrics: Mapping[str, Rubric], grades: Sequence[Grade]
) -> tuple[Grade, ...]:
    """Return the grades with the feedback that was written for just what they say now.

    A person's own words stand above it; a grade that changed since has the rubric's sentences.
    """
    return tuple(_with_words(store, rubrics[each.submission.question], each) for each in grades)


def _with_words(store: Store, rubric: Rubric, grade: Grade) -> Grade:
    remarks = remarks_of(rubric, grade)
    if remarks is None or grade.feedback != feedback_of(rubric, grade.cells):
        return grade
    kept = store.recall(_name(grade, remarks))
    if kept is None:
        return grade
    found = json.loads(kept)
    return grade if found["gives_away"] else replace(grade, feedback=str(found["text"]))


def _name(grade: Grade, remarks: Remarks) -> str:
    said = [grade.submission.question, remarks.earned, remarks.missing]
    return f"feedback {grade.submission.answer_digest} {digest('remarks', said)}"
