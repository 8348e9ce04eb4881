"""Judge many answers: bounded, resumable, cancellable; whole answers finish first."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.engine.desk import Desk, Stopped
from assessor.engine.joint import ask_jointly, read_jointly
from assessor.engine.reading import NOT_KNOWN_YET, Reader
from assessor.errors import JudgeError
from assessor.finding import (
    Cell,
    cell_of,
    contradicts,
    decide,
    needs_repair,
    needs_second_look,
)
from assessor.flags import Flag, find_flags
from assessor.judges.base import form_of
from assessor.method import BothWays, Pair, compare
from assessor.prompt import Asking
from assessor.rubric import Rubric
from assessor.submission import Submission
from assessor.sureness import OTHER_MODEL, Numbers
from assessor.verdict import Finding, Pass, Verdict

# Answers that share their second looks.
BLOCK = 40
# First requests at hand for each place. An ask that has to wait holds up its block, and a block
# the next; meanwhile others must be there to go. More than that would only hold memory.
AHEAD = 8
# Answers for which a judge may spoil the joint form; then it is not asked to fill in another.
SPOILED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What judging one answer came to; `missing` pairs each cell not read with its reason."""

    answer_digest: str
    findings: tuple[Finding, ...]
    missing: tuple[tuple[str, str], ...]
    flags: tuple[Flag, ...]
    verdicts: tuple[Verdict, ...]


def not_judged(answer: Submission, cells: Sequence[str], why: str) -> Judged:
    """Return an answer of which nothing was read, with the reason."""
    return Judged(
        answer_digest=answer.answer_digest,
        findings=(),
        missing=tuple((cell, why) for cell in cells),
        flags=(),
        verdicts=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How often cells are read: everything three times, or what wants it, up to a share of cells.

    `unsure`: doubt alone wants it, too, since another model takes the second look.
    """

    everything: bool = False
    cap: float = 0.25
    unsure: bool = False

    @property
    def at_doubt(self) -> bool:
        """Whether unsure cells are read again at all."""
        return self.everything or self.unsure


class Engine:
    """Judges answers to one question; `first` reads all cells, `second` those left unsure."""

    def __init__(self, first: Reader, second: Reader, desk: Desk, looks: Looks) -> None:
        self._first = first
        self._second = second
        self._desk = desk
        self._looks = looks
        self._allowance = 0.0
        self._form_works = False
        self._spoiled = 0
        self._form = form_of(first.judge)
        self._begun: dict[str, _Sheet] = {}
        self.jointly = first.joint is not None
        self.numbers = NOT_KNOWN_YET

    async def begin(self, answers: Sequence[Submission], *, both_ways: bool) -> None:
        """Read answers a first time, before it is settled how the judge's numbers are taken.

        `both_ways`: alone and together, to compare. `judge` then goes on from there.
        """
        sheets = [_Sheet(each, self._rubric) for each in answers]
        await self._desk.recall([sheet.answer.answer_digest for sheet in sheets])
        async with asyncio.TaskGroup() as group:
            for sheet in sheets:
                self._begun[sheet.answer.answer_digest] = sheet
                if both_ways and self._first.joint is not None:
                    group.create_task(self._read_beside(self._first.joint, sheet))
                    group.create_task(self._read_alone(sheet, self._rubric.cells))
                else:
                    group.create_task(self._read_first(sheet))

    def first_readings(self) -> Iterator[Verdict]:
        """Yield what was said in the readings that were begun."""
        for sheet in self._begun.values():
            for verdicts in sheet.verdicts.values():
                yield from verdicts
            yield from sheet.beside.values()

    def compared(self) -> BothWays:
        """Return how far the two ways agree on the answers that were begun with both."""
        question = next((each.answer.question for each in self._begun.values()), "")
        read = [sheet for sheet in self._begun.values() if sheet.is_compared]
        pairs = [
            Pair(question=question, alone=sheet.verdicts[cell][0], joint=joint)
            for sheet in read
            for cell, joint in sheet.beside.items()
            if cell in sheet.verdicts
        ]
        return compare(pairs, len(read), sum(not sheet.beside for sheet in read))

    async def judge(self, answers: Sequence[Submission]) -> tuple[Judged, ...]:
        """Return what judging each answer came to, in the order given.

        The answers are distinct. Whatever fails, each of them comes back: with findings for the
        cells that were read, and a reason for each that was not.
        """
        results: list[Judged] = []
        under_way = asyncio.Semaphore(self._blocks_under_way())
        before: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        before.set_result(None)
        tasks: list[asyncio.Task[list[Judged]]] = []
        async with asyncio.TaskGroup() as group:
            for start in range(0, len(answers), BLOCK):
                await under_way.acquire()
                allotted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                block = _Block(answers[start : start + BLOCK], before, allotted)
                task = group.create_task(self._judge_block(block))
                task.add_done_callback(lambda _: under_way.release())
                tasks.append(task)
                before = allotted
        for task in tasks:
            results += task.result()
        return tuple(results)

    def _blocks_under_way(self) -> int:
        firsts = BLOCK if self.jointly else BLOCK * len(self._rubric.cells)
        return max(2, math.ceil(AHEAD * self._desk.concurrency / firsts))

    async def _judge_block(self, block: _Block) -> list[Judged]:
        begun = [self._begun.pop(each.answer_digest, None) for each in block.answers]
        sheets = [
            sheet or _Sheet(answer, self._rubric)
            for sheet, answer in zip(begun, block.answers, strict=True)
        ]
        try:
            fresh = [sheet for sheet in sheets if sheet not in begun]
            await self._desk.recall([sheet.answer.answer_digest for sheet in fresh])
            async with asyncio.TaskGroup() as group:
                for sheet in sheets:
                    goes_on = self._read_first if sheet in fresh else self._read_on
                    group.create_task(goes_on(sheet))
            await block.before
            self._allot(sheets)
        finally:
            if not block.allotted.done():  # Cancelled with its run, it is.
                block.allotted.set_result(None)
        async with asyncio.TaskGroup() as group:
            looks = [group.create_task(self._finish(sheet)) for sheet in sheets]
        return [look.result() for look in looks]

    @property
    def _rubric(self) -> Rubric:
        return self._first.asking.rubric

    def _allot(self, sheets: list[_Sheet]) -> None:
        """Choose the cells of this block that get a second look.

        By block and in file order, not by who came first, so that a run that was stopped and
        repeated chooses the same cells. What a block does not use is left to the next.
        """
        self._allowance += self._looks.cap * len(sheets) * len(self._rubric.cells)
        wanted = [
            (urgency, sheet, cell)
            for sheet in sheets
            for cell, urgency in sheet.wanting(self._looks, self.numbers).items()
        ]
        wanted.sort(key=lambda each: -each[0])
        for _, sheet, cell in wanted:
            if self._looks.everything or self._allowance >= 1:
                self._allowance -= 1
                sheet.second.append(cell)
            else:
                sheet.left_out.append(cell)

    async def _finish(self, sheet: _Sheet) -> Judged:
        async with asyncio.TaskGroup() as group:
            for cell in sheet.second:
                # Another model has not been told yet that its quotes are not there.
                doubted = None if self._second.strong else sheet.unverified(cell)
                for asked in (Pass.CHARITABLE, Pass.STRICT):
                    reading = self._read(self._second, sheet, cell, asked, doubted)
                    group.create_task(reading)
        judged = sheet.judged(self.numbers)
        self._desk.progress.answers_done += 1
        self._desk.forget(sheet.answer.answer_digest)
        return judged

    async def _read_first(self, sheet: _Sheet) -> None:
        if self._form != (form := form_of(self._first.judge)):
            # What the judge could not fill in when it was asked so, it may when asked otherwise.
            self._form, self._spoiled = form, 0
        hopeless = self._spoiled >= SPOILED and not self._form_works
        if self.jointly and self._first.joint is not None and not hopeless:
            await self._read_jointly(self._first.joint, sheet)
        else:
            await self._read_alone(sheet, self._rubric.cells)
        # Now, as replies come one by one; for a whole block at once it would hold up the others.
        sheet.look_for_flags()

    async def _read_on(self, sheet: _Sheet) -> None:
        """Read anew, with the reason, what contradicts itself now that the numbers are known."""
        doubted = [
            cell
            for cell, (verdict, *_) in sheet.verdicts.items()
            if contradicts(verdict, self.numbers)
        ]
        before = {cell: sheet.verdicts.pop(cell) for cell in doubted}
        await self._read_alone(sheet, doubted)
        for cell in doubted:
            if cell not in sheet.verdicts:  # The first reading stands, and a person looks.
                sheet.verdicts[cell] = before[cell]
                sheet.missing.pop(cell, None)
        sheet.look_for_flags()

    async def _read_alone(
        self, sheet: _Sheet, cells: Sequence[str] | Mapping[str, Verdict | None]
    ) -> None:
        """Read cells one by one; what was doubted of one is asked again, told why."""
        doubted = cells if isinstance(cells, Mapping) else dict.fromkeys(cells)
        async with asyncio.TaskGroup() as group:
            for cell, each in doubted.items():
                reading = self._read(self._first, sheet, cell, Pass.NEUTRAL, each)
                group.create_task(reading)

    async def _read_beside(self, joint: Asking, sheet: _Sheet) -> None:
        """Read all cells together, only to compare; what fails here leaves nothing missing."""
        try:
            reading = await ask_jointly(self._first, joint, sheet.answer)
        except (Stopped, JudgeError):
            return
        sheet.is_compared = True
        sheet.beside = dict(reading.verdicts)

    async def _read_jointly(self, joint: Asking, sheet: _Sheet) -> None:
        """Read all cells in one request; what that leaves open is read alone."""
        try:
            reading = await read_jointly(self._first, joint, sheet.answer)
        except Stopped as stop:
            sheet.missing.update(dict.fromkeys(self._rubric.cells, f"stopped:{stop.why}"))
            return
        except JudgeError as error:
            why = self._desk.stop_why
            reason = f"stopped:{why}" if why else f"judge:{error.code}"
            sheet.missing.update(dict.fromkeys(self._rubric.cells, reason))
            return
        if reading.verdicts:
            self._form_works = True
        else:
            self._spoiled += 1
            self._desk.progress.spoiled += 1
        alone: dict[str, Verdict | None] = dict.fromkeys(reading.alone)
        for cell, verdict in reading.verdicts.items():
            if needs_repair(sheet.cell(cell), verdict) or contradicts(verdict, self.numbers):
                alone[cell] = verdict
            else:
                sheet.verdicts[cell] = [verdict]
        if reading.changed:
            sheet.alone.update(reading.alone)
        await self._read_alone(sheet, alone)

    async def _read(
        self,
        reader: Reader,
        sheet: _Sheet,
        cell: str,
        asked: Pass,
        doubted: Verdict | None = None,
    ) -> None:
        try:
            numbers = OTHER_MODEL if reader.strong else self.numbers
            verdict = await reader.read(sheet.answer, cell, asked, numbers, doubted)
        except Stopped as stop:
            sheet.missing.setdefault(cell, f"stopped:{stop.why}")
        except JudgeError as error:
            why = self._desk.stop_why
            if asked is Pass.NEUTRAL or why:
                reason = f"stopped:{why}" if why else f"judge:{error.code}"
                sheet.missing.setdefault(cell, reason)
            else:
                # The first reading stands; a person looks, since the second could not be had.
                sheet.unread.setdefault(cell, f"judge:{error.code}")
        else:
            sheet.verdicts.setdefault(cell, []).append(verdict)


@dataclass(frozen=True, slots=True)
class _Block:
    answers: Sequence[Submission]
    before: asyncio.Future[None]
    allotted: asyncio.Future[None]


class _Sheet:
    """One answer while it is being judged."""

    def __init__(self, answer: Submission, rubric: Rubric) -> None:
        self.answer = answer
        self.verdicts: dict[str, list[Verdict]] = {}
        self.missing: dict[str, str] = {}
        self.second: list[str] = []
        self.left_out: list[str] = []
        self.unread: dict[str, str] = {}
        self.alone: set[str] = set()
        self.beside: dict[str, Verdict] = {}
        self.is_compared = False
        self._rubric = rubric
        self._flags: tuple[Flag, ...] = ()

    def look_for_flags(self) -> None:
        """Find what a person should look at whatever the judge says."""
        self._flags = find_flags(self.answer.answer, self.answer.raw, self._rubric)

    def unverified(self, cell: str) -> Verdict | None:
        """Return the first reading of a cell where it claims without evidence, also when asked."""
        first = self.verdicts[cell][0] if self.verdicts.get(cell) else None
        return first if first is not None and needs_repair(self.cell(cell), first) else None

    def wanting(self, looks: Looks, numbers: Numbers) -> Mapping[str, float]:
        """Return the cells that want a second look, each with its urgency (higher first)."""
        wanting = {}
        for cell, verdicts in self.verdicts.items():
            look = needs_second_look(
                self.cell(cell),
                verdicts[0],
                flagged=bool(self._flags),
                unsure=looks.at_doubt,
                numbers=numbers,
            )
            if looks.everything or look is not None:
                wanting[cell] = look or 0.0
        return {cell: wanting[cell] for cell in self._rubric.cells if cell in wanting}

    def judged(self, numbers: Numbers) -> Judged:
        """Return what the verdicts so far come to, the judge's numbers taken so."""
        findings = tuple(
            self._finding(cell, numbers)
            for cell in self._rubric.cells
            if cell in self.verdicts and cell not in self.missing
        )
        return Judged(
            answer_digest=self.answer.answer_digest,
            findings=findings,
            missing=tuple(self.missing.items()),
            flags=self._flags,
            verdicts=tuple(v for cell in self.verdicts.values() for v in _in_pass_order(cell)),
        )

    def _finding(self, cell: str, numbers: Numbers) -> Finding:
        finding = decide(
            self.cell(cell),
            _in_pass_order(self.verdicts[cell]),
            left_out=cell in self.left_out,
            numbers=numbers,
        )
        more = (self.unread[cell],) if cell in self.unread else ()
        if cell in self.alone:
            more = (*more, "asked_alone")
        return replace(finding, reasons=(*finding.reasons, *more)) if more else finding

    def cell(self, cell: str) -> Cell:
        return cell_of(self._rubric, cell, self.answer.answer)


def _in_pass_order(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Replies arrive in any order; a decision must not depend on it."""
    order = list(Pass)
    return tuple(sorted(verdicts, key=lambda each: order.index(each.asked)))
