"""Read all cells of an answer in one request, where that is the method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from assessor.engine.cell_reader import TRIES, Reader
from assessor.errors import InvalidReply
from assessor.prompt import Ask, Asking, isolated_ask, joint_ask
from assessor.reply import parse_joint_cell, parse_reply, with_chances
from assessor.rubric import Rubric
from assessor.store import ReplyRecord
from assessor.submission import Submission
from assessor.verdict import Pass, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JointReading:
    """What one request, or the store, says of the cells; the others are asked alone."""

    verdicts: Mapping[str, Verdict]
    alone: tuple[str, ...]
    changed: bool = False


async def read_jointly(reader: Reader, joint: Asking, answer: Submission) -> JointReading:
    """Return the neutral readings of all cells of one answer.

    Readings that the store holds serve, isolated ones too. Where some of them are there, a key
    point was changed since: only that is asked, alone (`changed`). Where the judge cannot fill the
    joint form after three tries, no verdicts come, and all cells are left to be asked alone.
    Raises JudgeError or Stopped.
    """
    cells = reader.asking.rubric.cells
    known = await _known(reader, answer)
    missing = tuple(cell for cell in cells if cell not in known)
    if len(missing) < len(cells):
        return JointReading(verdicts=known, alone=missing, changed=bool(missing))
    return await ask_jointly(reader, joint, answer)


async def ask_jointly(reader: Reader, joint: Asking, answer: Submission) -> JointReading:
    """Return the neutral readings of all cells in one request, whatever is known of them alone.

    Raises JudgeError or Stopped.
    """
    cells = reader.asking.rubric.cells
    repair = ""
    repairs: list[str] = []
    for _ in range(TRIES):
        async with reader.dispatcher.at_hand:
            ask = joint_ask(joint, cells, Pass.NEUTRAL, answer, repair=repair)
            inquiry = replace(reader.inquiry(ask, answer), before=repairs.count(repair))
            repairs.append(repair)
            parse = partial(_verdicts, ask, reader.asking.rubric)
            replied = await reader.dispatcher.reply(inquiry, parse)
        if replied.parsed is not None:
            told = (
                with_chances(each, reader.asking.rubric, replied.chances) for each in replied.parsed
            )
            verdicts = {each.cell: each for each in told}
            return JointReading(verdicts=verdicts, alone=())
        repair = f"Your reply could not be used: {replied.problem}"
    return JointReading(verdicts={}, alone=cells)


async def _known(reader: Reader, answer: Submission) -> dict[str, Verdict]:
    """Return the stored neutral readings of the answer's cells: alone where there is one, and of
    several the newest."""
    readings = await reader.dispatcher.known_about(answer.answer_digest)
    if not readings:
        return {}
    rubric = reader.asking.rubric
    wanted = {reader.key(cell, Pass.NEUTRAL, answer): cell for cell in rubric.cells}
    found: dict[str, Verdict] = {}
    alone: dict[str, Verdict] = {}
    said: dict[str, ReplyRecord] = {}
    for reading in readings:
        keys = reading.ask.cell_key.split()
        for cell in (wanted[key] for key in keys if key in wanted):
            if reading.reply is None:
                continue
            ask = isolated_ask(reader.asking, cell, Pass.NEUTRAL, answer)
            text, chances = reading.reply.text, dict(reading.reply.chances)
            try:
                if len(reading.ask.cell.split()) == 1:
                    verdict = parse_reply(ask, rubric, text)[0]
                    alone[cell] = with_chances(verdict, rubric, chances)
                    said[cell] = reading.reply
                else:
                    verdict = parse_joint_cell(ask, rubric, text)
                    found[cell] = with_chances(verdict, rubric, chances)
                    said.setdefault(cell, reading.reply)
            except InvalidReply:
                continue
    used = {(each.request_key, each.attempt): each for each in said.values()}
    reader.dispatcher.take_from_store(answer.answer_digest, list(used.values()))
    return found | alone


def _verdicts(ask: Ask, rubric: Rubric, text: str) -> tuple[Verdict, ...]:
    return parse_reply(ask, rubric, text)
