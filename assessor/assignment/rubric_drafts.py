"""A rubric in the making: key points as typed or proposed by a judge, and what can be derived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from assessor.assignment.run_job import shipped_prompt
from assessor.counting import plural
from assessor.drafting import draft_ask, parse_draft, parse_structured, structure_ask
from assessor.errors import InputError
from assessor.intake import Line, entries_of
from assessor.judges.base import Judge, JudgeReply
from assessor.prompt import DRAFTING, STRUCTURING, Ask
from assessor.rubric.write import Draft, DraftPoint
from assessor.tuning import sentences

TITLE_WORDS = 8
DRAFT_PROMPT = "draft-key-points.v1"
STRUCTURE_PROMPT = "structure-guide.v1"


WORTH_ONE = "each of those is worth 1 (write '2 points: mentions …')"


def draft_from_points(points: Sequence[str]) -> Draft:
    """Return what `--point` says, one key point each; without points it is worth 1, told once."""
    found: list[DraftPoint] = []
    unmarked = 0
    for text in points:
        entries = entries_of([Line(number=0, text=text)])
        mark = entries[0].mark if entries else None
        words = entries[0].words if mark is not None else " ".join(text.split())
        if not words:
            raise InputError(f"--point {text!r}: has no text; write '2 points: mentions …'")
        number = Decimal(1) if mark is None else mark.points
        unmarked += mark is None
        found.append(DraftPoint(description=words, points=abs(number), wrong=number < 0))
    notes = (
        f"{unmarked} of {plural(len(found), 'key point was', 'key points were')} given "
        f"without points: {WORTH_ONE}",
    )
    return Draft(points=tuple(found), notes=notes if unmarked else ())


def has_earning_points(draft: Draft) -> bool:
    """Return whether there is a key point that can earn something."""
    return any(not each.wrong for each in draft.points)


def completed_draft(draft: Draft) -> Draft:
    """Fill in what can be derived. Raises InputError for what only a person can say."""
    if draft.whole:
        return draft
    if not draft.question:
        notes = "".join(f"\n{note}" for note in draft.notes)
        raise InputError(
            "what was asked is missing: give --question TEXT, or a further --from with an export "
            f"whose header holds it{notes}"
        )
    if not has_earning_points(draft):
        points = tuple(
            DraftPoint(description=each.strip(" ."), points=Decimal(1))
            for each in sentences(draft.reference)
        )
        if not points:
            notes = "".join(f"\n{note}" for note in draft.notes)
            raise InputError(
                "no key point was found: give lines such as '2 points: mentions …' (--from FILE, "
                "--point, or pasted), a --reference answer to take them from, or --draft to have a "
                f"judge propose some{notes}"
            )
        note = "each sentence of the reference answer became a key point worth 1: mend the file"
        draft = replace(draft, points=(*points, *draft.points), notes=(*draft.notes, note))
    title = draft.title
    if not title:
        # No file name: it heads the class's report and the review page.
        words = draft.question.split()
        title = " ".join(words[:TITLE_WORDS]) + ("…" if len(words) > TITLE_WORDS else "")
    return replace(draft, title=title)


async def drafted_by(judge: Judge, draft: Draft) -> Draft:
    """Return what a judge proposes for a question and reference. Raises JudgeError."""
    reply = await _asked_of(
        judge, draft_ask(shipped_prompt(DRAFT_PROMPT, DRAFTING), draft.question, draft.reference)
    )
    found = parse_draft(reply.text)
    note = f"drafted by {reply.model}: read every line, it is your rubric"
    return replace(found, notes=(*found.notes, note))


async def structured_by(judge: Judge, draft: Draft, text: str) -> Draft:
    """Return what a judge made of a source's text; what is not in that text is left out, named.

    Raises JudgeError, and InputError where nothing is left.
    """
    reply = await _asked_of(
        judge, structure_ask(shipped_prompt(STRUCTURE_PROMPT, STRUCTURING), draft.question, text)
    )
    reading = parse_structured(reply.text, text)
    if not any(not each.wrong for each in reading.points):
        raise InputError(
            "the judge found no key point whose words and points stand in the source",
            *reading.notes,
        )
    note = f"structured by {reply.model}: every word and number stands in the source; read it all"
    return Draft(points=reading.points, notes=(*reading.notes, note))


async def _asked_of(judge: Judge, ask: Ask) -> JudgeReply:
    try:
        await judge.prepare()
        return await judge.ask(ask)
    finally:
        await judge.close()
