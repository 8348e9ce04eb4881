"""Judge many answers: bounded, resumable, cancellable; whole answers finish first."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.engine.cell_reader import NOT_KNOWN_YET, Reader
from assessor.engine.dispatcher import Dispatcher, Stopped
from assessor.engine.joint import ask_jointly, read_jointly
from assessor.engine.judged import Judged, Looks, UnderWay
from assessor.engine.outcome_cache import OutcomeCache, Rules
from assessor.errors import JudgeError
from assessor.finding import contradicts, needs_repair
from assessor.judges.base import form_of
from assessor.method_choice import BothWays, Pair, compare
from assessor.prompt import Asking
from assessor.rubric import Rubric
from assessor.submission import Submission
from assessor.sureness import OTHER_MODEL
from assessor.verdict import Pass, ReasonKind, StopWhy, Verdict

# Answers that share their second looks.
BLOCK = 40
# First requests at hand for each place. An ask that has to wait holds up its block, and a block
# the next; meanwhile others must be there to go. More than that would only hold memory.
AHEAD = 8
# Why a cell is not read that waits for a batch.
_WAITS = ReasonKind.STOPPED.of(StopWhy.BATCH)
# Answers for which a judge may spoil the joint form; then it is not asked to fill in another.
SPOILED = 3


class Engine:
    """Judges answers to one question; `first` reads all cells, `second` those left unsure."""

    def __init__(self, first: Reader, second: Reader, dispatcher: Dispatcher, looks: Looks) -> None:
        self._first = first
        self._second = second
        self._dispatcher = dispatcher
        self._looks = looks
        self._allowance = 0.0
        self._is_open = False
        # When the second looks of the last block are allotted, so that they are in file order.
        self._allotted: asyncio.Future[None] | None = None
        self._form_works = False
        self._spoiled = 0
        self._form = form_of(first.judge)
        self._begun: dict[str, UnderWay] = {}
        self.earlier: OutcomeCache | None = None
        # What each reading said is for trials alone: of a large class it is most of the memory.
        self.keeps_verdicts = True
        self.jointly = first.joint is not None
        self.numbers = NOT_KNOWN_YET

    def mark(self) -> tuple[float, bool, bool, int]:
        """Return where it stands, for `rewind`."""
        return self._allowance, self._is_open, self._form_works, self._spoiled

    def rewind(self, mark: tuple[float, bool, bool, int]) -> None:
        """Go back to where it stood: the same answers are then decided as if for the first time."""
        self._allowance, self._is_open, self._form_works, self._spoiled = mark

    async def begin(self, answers: Sequence[Submission], *, both_ways: bool) -> None:
        """Read answers a first time, before it is settled how the judge's numbers are taken.

        `both_ways`: alone and together, to compare. `judge` then goes on from there.
        """
        sheets = [UnderWay(each, self._rubric) for each in answers]
        await self._dispatcher.recall([sheet.answer.answer_digest for sheet in sheets])
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
        tasks: list[asyncio.Task[list[Judged]]] = []
        async with asyncio.TaskGroup() as group:
            for start in range(0, len(answers), BLOCK):
                await under_way.acquire()
                allotted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                block = _Block(answers[start : start + BLOCK], self._allotted, allotted)
                task = group.create_task(self._judge_block(block))
                task.add_done_callback(lambda _: under_way.release())
                tasks.append(task)
                self._allotted = allotted
        for task in tasks:
            results += task.result()
        return tuple(results)

    def _blocks_under_way(self) -> int:
        firsts = BLOCK if self.jointly else BLOCK * len(self._rubric.cells)
        return max(2, math.ceil(AHEAD * self._dispatcher.concurrency / firsts))

    async def _judge_block(self, block: _Block) -> list[Judged]:
        begun = [self._begun.pop(each.answer_digest, None) for each in block.answers]
        sheets = [
            sheet or UnderWay(answer, self._rubric)
            for sheet, answer in zip(begun, block.answers, strict=True)
        ]
        try:
            fresh = [sheet for sheet, known in zip(sheets, begun, strict=True) if known is None]
            await self._dispatcher.recall([sheet.answer.answer_digest for sheet in fresh])
            await self._look_back(fresh)
            async with asyncio.TaskGroup() as group:
                for sheet, known in zip(sheets, begun, strict=True):
                    if sheet.earlier is None:
                        goes_on = self._read_first if known is None else self._read_on
                        group.create_task(goes_on(sheet))
            if block.before is not None:
                await block.before
            self._allot(sheets)
        finally:
            if not block.allotted.done():  # Cancelled with its run, it is.
                block.allotted.set_result(None)
        async with asyncio.TaskGroup() as group:
            for sheet in sheets:
                if not sheet.holds:
                    group.create_task(self._finish(sheet))
        judged = []
        for sheet in sheets:
            judged.append(self._close(sheet))
            if sheet.earlier is None:  # That took a while: replies that came meanwhile go first.
                await asyncio.sleep(0)
        return await self._with_bases(fresh, judged)

    async def _look_back(self, sheets: Sequence[UnderWay]) -> None:
        """Take what the last run came to where nothing that decides it is another one."""
        if self.earlier is None:
            return
        found = await self.earlier.find(
            self._rules(), [each.answer for each in sheets], self._dispatcher, self._first.asking
        )
        for sheet in sheets:
            sheet.earlier = found.get(sheet.answer.answer_digest)

    async def _with_bases(self, fresh: Sequence[UnderWay], judged: list[Judged]) -> list[Judged]:
        """Say on what it stands where the next run may take it as it is.

        Not of the answers that were read first, before anything of the judge was settled.
        """
        bases = {
            sheet.answer.answer_digest: sheet.basis(
                self._dispatcher.used(sheet.answer.answer_digest)
            )
            for sheet in fresh
            if sheet.is_settled and not sheet.holds
        }
        if bases and self.earlier is not None:
            rules, answers = self._rules(), [each.answer for each in fresh]
            found = await self.earlier.sealed(rules, bases, answers, self._first.asking)
            judged = [
                replace(each, basis=found[each.answer_digest])
                if each.answer_digest in found
                else each
                for each in judged
            ]
        for each in judged:
            self._dispatcher.forget(each.answer_digest)
        return judged if self.keeps_verdicts else [replace(each, verdicts=()) for each in judged]

    def _rules(self) -> str:
        return Rules(
            first=self._first,
            second=self._second,
            jointly=self.jointly,
            everything=self._looks.everything,
            unsure=self._looks.unsure,
            numbers=self.numbers,
        ).digest

    @property
    def _rubric(self) -> Rubric:
        return self._first.asking.rubric

    def _allot(self, sheets: list[UnderWay]) -> None:
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
        # What waits for a batch may want a look each, and before all others: what is chosen
        # meanwhile is then chosen in the end, too, and of the rest nothing is sure yet.
        waiting = sum(list(sheet.missing.values()).count(_WAITS) for sheet in sheets)
        self._is_open = self._is_open or waiting > 0
        self._allowance -= waiting
        for _, sheet, cell in wanted:
            if self._looks.everything or self._allowance >= 1:
                self._allowance -= 1
                sheet.second.append(cell)
            elif self._is_open:
                sheet.missing.setdefault(cell, _WAITS)
            else:
                sheet.left_out.append(cell)

    async def _finish(self, sheet: UnderWay) -> None:
        if sheet.earlier is not None:  # Other cells get a second look than in the last run.
            sheet.earlier = None
            await self._read_first(sheet)
        async with asyncio.TaskGroup() as group:
            for cell in sheet.second:
                # Another model has not been told yet that its quotes are not there.
                doubted = None if self._second.strong else sheet.unverified(cell)
                for asked in (Pass.CHARITABLE, Pass.STRICT):
                    reading = self._read(self._second, sheet, cell, asked, doubted)
                    group.create_task(reading)
        self._dispatcher.progress.answers_done += 1

    def _close(self, sheet: UnderWay) -> Judged:
        """Return what an answer came to, in this run or in the last."""
        if sheet.earlier is None:
            return sheet.judged(self.numbers)
        basis, progress = sheet.earlier.basis, self._dispatcher.progress
        self._form_works = self._form_works or self.jointly
        progress.answers_done += 1
        progress.from_store += basis.replies
        progress.models.update(basis.models)
        return Judged(
            answer_digest=sheet.answer.answer_digest,
            findings=sheet.earlier.findings,
            missing=(),
            flags=basis.flags,
            basis=basis,
        )

    async def _read_first(self, sheet: UnderWay) -> None:
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

    async def _read_on(self, sheet: UnderWay) -> None:
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
        self, sheet: UnderWay, cells: Sequence[str] | Mapping[str, Verdict | None]
    ) -> None:
        """Read cells one by one; what was doubted of one is asked again, told why."""
        doubted = cells if isinstance(cells, Mapping) else dict.fromkeys(cells)
        async with asyncio.TaskGroup() as group:
            for cell, each in doubted.items():
                reading = self._read(self._first, sheet, cell, Pass.NEUTRAL, each)
                group.create_task(reading)

    async def _read_beside(self, joint: Asking, sheet: UnderWay) -> None:
        """Read all cells together, only to compare; what fails here leaves nothing missing."""
        try:
            reading = await ask_jointly(self._first, joint, sheet.answer)
        except (Stopped, JudgeError):
            return
        sheet.is_compared = True
        sheet.beside = dict(reading.verdicts)

    async def _read_jointly(self, joint: Asking, sheet: UnderWay) -> None:
        """Read all cells in one request; what that leaves open is read alone."""
        try:
            reading = await read_jointly(self._first, joint, sheet.answer)
        except Stopped as stop:
            sheet.missing.update(dict.fromkeys(self._rubric.cells, ReasonKind.STOPPED.of(stop.why)))
            return
        except JudgeError as error:
            why = self._dispatcher.stop_why
            reason = ReasonKind.STOPPED.of(why) if why else ReasonKind.JUDGE.of(error.code)
            sheet.missing.update(dict.fromkeys(self._rubric.cells, reason))
            return
        if reading.verdicts:
            self._form_works = True
        else:
            sheet.is_spoiled = True
            self._spoiled += 1
            self._dispatcher.progress.spoiled += 1
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
        sheet: UnderWay,
        cell: str,
        asked: Pass,
        doubted: Verdict | None = None,
    ) -> None:
        try:
            numbers = OTHER_MODEL if reader.strong else self.numbers
            verdict = await reader.read(sheet.answer, cell, asked, numbers, doubted)
        except Stopped as stop:
            sheet.missing.setdefault(cell, ReasonKind.STOPPED.of(stop.why))
        except JudgeError as error:
            why = self._dispatcher.stop_why
            if asked is Pass.NEUTRAL or why:
                reason = ReasonKind.STOPPED.of(why) if why else ReasonKind.JUDGE.of(error.code)
                sheet.missing.setdefault(cell, reason)
            else:
                # The first reading stands; a person looks, since the second could not be had.
                sheet.unread.setdefault(cell, ReasonKind.JUDGE.of(error.code))
        else:
            sheet.verdicts.setdefault(cell, []).append(verdict)


@dataclass(frozen=True, slots=True)
class _Block:
    answers: Sequence[Submission]
    before: asyncio.Future[None] | None
    allotted: asyncio.Future[None]
