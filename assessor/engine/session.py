"""One run over a class: from submissions to stored proposals, five answers first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace

from assessor.ambient import Ambient
from assessor.engine.budget import Budget, Progress
from assessor.engine.cell_reader import NOT_KNOWN_YET, Reader
from assessor.engine.dispatcher import Dispatcher
from assessor.engine.garbage import seldom_collected
from assessor.engine.holding import hold_store, in_time
from assessor.engine.inquiry import note_of
from assessor.engine.judged import Judged, Looks, not_judged
from assessor.engine.kept import ReadBefore, kept_readings, outcomes_before, read_before
from assessor.engine.outcome_cache import OutcomeCache
from assessor.engine.run import Engine
from assessor.engine.settle import Settled, settle, states_of
from assessor.engine.waves import Waves, post_of
from assessor.engine.writer import Writer
from assessor.errors import JudgeError
from assessor.judges.base import Judge, Tells, learns
from assessor.judges.bill import AsksLeave
from assessor.judges.ray_workers import RayWorkers
from assessor.manifest import Command, Manifest, ManifestMethod
from assessor.method_choice import BothWays, Method, answers_to_compare, choose, together
from assessor.plan import Price
from assessor.privacy import Conceal
from assessor.prompt import Asking, PromptFile
from assessor.rubric import Rubric
from assessor.store import RunRecord, RunStatus, Store
from assessor.store.learnt import is_vouched, vouch
from assessor.submission import AnswerKey, InputState, Key, Submission
from assessor.sureness import Numbers, read_numbers
from assessor.verdict import Override, ReasonKind, StopWhy

PILOT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a run is about: rubrics by question; `selected` limits what is asked (None: all).

    `joint` is the prompt for all key points at once, which `method` needs unless it is careful.
    `worded`: the judge puts the feedback into words afterwards. `accept_unreliable`: go on where
    reading alone and together part too often. `conceal` covers names in what is sent.
    `by_batch`: all but the first answers are handed in as batches, and `wait` for them; `by_file`:
    the first ones, too, since there is nobody to ask at once.
    """

    rubrics: Mapping[str, Rubric]
    prompt: PromptFile
    submissions: tuple[Submission, ...]
    joint: PromptFile | None = None
    method: Method = Method.CAREFUL
    accept_unreliable: bool = False
    selected: frozenset[Key] | None = None
    looks: Looks = field(default_factory=Looks)
    limits: Budget = field(default_factory=Budget)
    price: Price | None = None
    strong_price: Price | None = None
    budget: float = 0.20
    again: bool = False
    worded: bool = False
    conceal: Conceal | None = None
    by_batch: bool = False
    by_file: bool = False
    wait: bool = False
    command: Command = field(default_factory=Command)

    def distinct(self) -> list[Submission]:
        """Return one submission per different answer to ask about: equal ones are asked once."""
        if self.selected is None:
            return self.answered()
        wanted = {each.answer_key for each in self.submissions if each.key in self.selected}
        return [each for each in self.answered() if each.answer_key in wanted]

    def answered(self) -> list[Submission]:
        """Return one submission per different answer of the whole file."""
        first: dict[tuple[str, str], dict[str, Submission]] = {}  # less than digests take
        found = []
        for each in self.submissions:
            texts = first.setdefault((each.question, each.choice), {})
            if each.state is InputState.ANSWERED and texts.setdefault(each.answer, each) is each:
                found.append(each)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The judges of a run and what keeps its records; `echo` hears each line of its log.

    `workers` send the requests where it is not this process that does.
    """

    judge: Judge
    strong: Judge | None
    store: Store
    ambient: Ambient
    echo: Callable[[str], None] | None = None
    workers: RayWorkers | None = None


class Session:
    """A run under way. Make one with `open_session`.

    `read_nothing`: once it is settled, whether no answer that it asked about was read whole.
    """

    def __init__(self, job: Job, bench: Bench, run_id: str, writer: Writer) -> None:
        self.run_id = run_id
        log = bench.store.open_log(run_id, bench.echo)
        self.dispatcher = Dispatcher(
            bench.store, writer, bench.ambient, job.limits, again=job.again, log=log
        )
        for judge in (bench.judge, bench.strong):
            if isinstance(judge, Tells):
                judge.listen(log.write)
            if isinstance(judge, AsksLeave):
                judge.leave = self.dispatcher.leave
        self.judged: dict[AnswerKey, Judged] = {}
        self._job = job
        self._bench = bench
        self._waiting = job.distinct()
        self._states: dict[str, int] = {}
        self._prepared = False
        self.read_nothing = False
        self._piloted = False
        self.method = job.method
        self.numbers = NOT_KNOWN_YET
        self.both_ways: BothWays | None = None
        self._before: ReadBefore | None = None
        self.as_before: ManifestMethod | None = None
        self._earlier: OutcomeCache | None = None
        self._is_trial = True
        self.waves = _waves_of(job, bench, self.dispatcher) if job.by_batch else None
        self._resting: asyncio.Task[None] | None = None
        self._engines = {question: self._build_engine(question) for question in job.rubrics}
        self.started_at = self._now()
        self.dispatcher.progress.answers = len(self._waiting)

    @property
    def progress(self) -> Progress:
        """What has been done so far."""
        return self.dispatcher.progress

    async def prepare(self) -> None:
        """Find out what the endpoint can do before the first request goes out.

        A run that finds everything in the store sends nothing, not even that. An endpoint that
        cannot be used stops the run.
        """
        self.dispatcher.prepare_with(self._prepare)

    def build_on(self, earlier: OutcomeCache | None) -> None:
        """Be a run over a class, and no trial: what an earlier one came to is taken as it is.

        Where nothing that decides it is another one; None works all out anew. A run about a part
        of the class goes on as the class was read, in what that part alone cannot settle.
        """
        self._is_trial = False
        job, store = self._job, self._bench.store
        if job.selected is not None:
            told, prompts = job.command.graded_by(job.rubrics), (job.prompt, job.joint)
            self._before = read_before(store, told, prompts, self._bench.judge.identity)
        self._earlier = earlier
        for engine in self._engines.values():
            engine.earlier = earlier
            engine.keeps_verdicts = False

    async def _prepare(self) -> None:
        for judge in (self._bench.judge, self._bench.strong):
            if learns(judge):
                learnt = self._bench.store.recall(name := note_of(judge))
                if learnt and is_vouched(f"{name} {learnt}"):
                    judge.take_up(learnt)
            try:
                if judge is not None:
                    await judge.prepare()
            except JudgeError as error:
                self.dispatcher.rejection = self.dispatcher.rejection or error
                self.dispatcher.stop(error.code)
        self._prepared = True
        self.dispatcher.log.write("prepared", **self.capabilities())

    def capabilities(self) -> dict[str, str]:
        """Return what the endpoint was found to take; empty where nothing was asked of one."""
        judge = self._bench.judge
        return dict(judge.capabilities) if self._prepared and isinstance(judge, Tells) else {}

    async def pilot(self, *, going_on: bool = False) -> tuple[Submission, ...]:
        """Judge one answer to each question, then more up to five; return those that were judged.

        The first request of each prompt prefix goes alone so that it is cached before many requests
        share it. Where the method is still open they are read alone and together, and what that
        shows settles it. What the judge's numbers mean is settled by them, too. `going_on`: the
        rest is asked from then on, while whoever waits is still shown these.
        """
        self._piloted = True
        if self.waves is not None:
            await self.waves.collect()
        firsts = list({each.question: each for each in reversed(self._waiting)}.values())
        others = [each for each in self._waiting if each not in firsts]
        compared = answers_to_compare_in(self._job)
        if self._before is not None and self.method is Method.AUTO and not compared:
            self.as_before = self._before.method
            self._use(Method(self.as_before.used))
        more = others[: max(0, max(compared, PILOT) - len(firsts))]
        await self._begin([*firsts, *more], both_ways=bool(compared))
        chosen = {each.answer_key for each in (*firsts, *more)}
        first = [each for each in self._waiting if each.answer_key in chosen]
        if self.waves is not None and self.waves.holds_the_first:
            await self._judge(first)
            if self._job.method is Method.AUTO:
                await self.waves.hand_in()
            return ()
        self.dispatcher.stop_if_useless(self._bench.judge)
        self._settle_numbers()
        self._settle_method()
        judging = asyncio.create_task(self._judge(first))
        if going_on and self.waves is None:
            others = [each for each in self._waiting if each.answer_key not in chosen]
            self._resting = asyncio.create_task(self._judge(others))
        await judging
        return tuple(
            each
            for each in self._waiting
            if each.answer_key in chosen and each.answer_key in self.judged
        )

    def _is_read(self, answer: Submission) -> bool:
        judged = self.judged.get(answer.answer_key)
        return judged is not None and not judged.missing

    def turn_quick(self, joint: PromptFile) -> None:
        """Read what is left with one request per answer; what was read stays."""
        self._job = replace(self._job, joint=joint)
        self.method = Method.QUICK
        self._engines = {question: self._build_engine(question) for question in self._job.rubrics}

    async def _begin(self, answers: Sequence[Submission], *, both_ways: bool) -> None:
        async with asyncio.TaskGroup() as group:
            for question, engine in self._engines.items():
                own = [each for each in answers if each.question == question]
                if own:
                    group.create_task(engine.begin(own, both_ways=both_ways))

    def _settle_numbers(self) -> None:
        engines = self._engines.values()
        found = read_numbers(each for engine in engines for each in engine.first_readings())
        self.numbers = self._before.numbers if self._before and found == Numbers() else found
        for engine in engines:
            engine.numbers = self.numbers

    def _settle_method(self) -> None:
        """Choose how the rest is read; stop where the judge turned out not to be relied on."""
        if self.method is not Method.AUTO:
            return
        both = together(engine.compared() for engine in self._engines.values())
        self._use(choose(both, len(self._job.answered())))
        if not both.answers:
            return
        self.both_ways = both
        self.dispatcher.log.write("method", used=self.method.value, same=both.same, read=both.read)
        if both.is_unreliable and not self._job.accept_unreliable:
            self.dispatcher.stop(StopWhy.UNRELIABLE)

    def _use(self, method: Method) -> None:
        self.method = method
        for engine in self._engines.values():
            engine.jointly = method is Method.QUICK

    async def let_go(self) -> None:
        """Leave what is under way, where the run ends before its rest is waited for."""
        if self._resting is not None:
            self._resting.cancel()
            await asyncio.gather(self._resting, return_exceptions=True)
            self._resting = None
        if self.waves is not None:
            self.waves.post.outbox.clear()

    async def rest(self) -> None:
        """Judge what the pilot left, then once more where the judge could not be had in passing.

        What was read is not asked again: only the cells that are missing go out a second time.
        By batches, what the store and they do not have is handed in, and the run stops or waits.
        """
        if not self._piloted:
            await self.pilot(going_on=True)
        if self.waves is None:
            await self._read_rest()
            return
        piloted, done = dict(self.judged), self.progress.answers_done

        async def read_anew() -> None:
            self.judged, self.progress.answers_done = dict(piloted), done
            await self._read_rest()

        await self.waves.go(read_anew, self._engines)

    async def _read_rest(self) -> None:
        if self._resting is not None:
            resting, self._resting = self._resting, None
            await resting
        await self._judge([each for each in self._waiting if each.answer_key not in self.judged])
        found = ((each, self.judged.get(each.answer_key)) for each in self._waiting)
        failed = [each for each, read in found if read is not None and read.may_be_had]
        done = self.progress.answers_done
        if failed and not self.dispatcher.stop_why:
            await self._judge(failed)
            self.progress.answers_done = done

    async def settle(self) -> Settled:
        """Return the proposals for the whole file and keep them as this run's outcome.

        What was not selected, and what --again did not come to, is taken from the store where it
        was judged before; nothing is asked for it.
        """
        asked = {each.answer_key for each in self._waiting}
        others = [each for each in self._job.answered() if each.answer_key not in asked]
        unread = [each for each in self._waiting if not self._is_read(each)]
        self.read_nothing = bool(unread) and len(unread) == len(self._waiting)
        late = unread if self._job.again else []
        self.dispatcher.close(StopWhy.LIMIT)
        await self._judge([*others, *late])
        store = self._bench.store
        left = [each for each in others if self.judged[each.answer_key].missing]
        file = self._job.command.answers
        self.judged |= await asyncio.to_thread(kept_readings, store, file, self._job.rubrics, left)
        decided = {each.key: each for each in decided_on(store, self._job.submissions)}
        # In a thread, so that the run still says that it lives while a large class is compared.
        settled = await asyncio.to_thread(
            settle,
            self._job.rubrics,
            self._job.submissions,
            self.judged,
            decided,
            self._job.budget,
            by_lot=bool(self.numbers.unused),
        )
        await asyncio.to_thread(store.save_outcomes, self.run_id, settled.outcomes)
        self._states = states_of(settled.outcomes)
        return settled

    def states(self) -> dict[str, int]:
        """Return how many submissions are in each state; nothing before `settle`."""
        return dict(self._states)

    async def finish(self, manifest: Manifest) -> RunRecord:
        """Write down how the run ended, and return its record; what it came to is in the store."""
        self.dispatcher.log.write("finish", **self.states())
        if self.waves is not None:
            await asyncio.to_thread(self.waves.close)
        for judge in (self._bench.judge, self._bench.strong):
            if self._prepared and learns(judge) and judge.learnt:
                self._bench.store.remember(name := note_of(judge), judge.learnt)
                vouch(f"{name} {judge.learnt}")
        status = RunStatus.DONE
        if self.dispatcher.stop_why:
            interrupted = self.dispatcher.stop_why == StopWhy.INTERRUPTED
            status = RunStatus.INTERRUPTED if interrupted else RunStatus.STOPPED
        self.judged.clear()
        return await asyncio.to_thread(
            self._bench.store.finish_run,
            self.run_id,
            finished_at=self._now(),
            status=status,
            manifest=manifest,
        )

    def _now(self) -> str:
        return self._bench.ambient.now().isoformat()

    async def _judge(self, answers: Sequence[Submission]) -> None:
        """Judge the answers to all questions side by side; the dispatcher bounds what is under way.

        A judge that cannot be relied on grades nobody, not even those it has read already.
        """
        if self.dispatcher.stop_why == StopWhy.UNRELIABLE:
            for each in answers:
                cells = self._job.rubrics[each.question].cells
                self.judged[each.answer_key] = not_judged(
                    each, cells, ReasonKind.STOPPED.of(StopWhy.UNRELIABLE)
                )
            return
        async with asyncio.TaskGroup() as group:
            for question in self._engines:
                own = [each for each in answers if each.question == question]
                if own:
                    group.create_task(self._judge_question(question, own))

    async def _judge_question(self, question: str, answers: Sequence[Submission]) -> None:
        for judged in await self._engines[question].judge(answers):
            self.judged[question, judged.answer_digest] = judged

    def _build_engine(self, question: str) -> Engine:
        job, bench, rubric = self._job, self._bench, self._job.rubrics[question]
        asking = Asking(
            prompt=job.prompt, rubric=rubric, secret=bench.store.secret, conceal=job.conceal
        )
        joint = None
        if job.joint is not None:
            joint = Asking(
                prompt=job.joint, rubric=rubric, secret=bench.store.secret, conceal=job.conceal
            )
        first = Reader(
            judge=bench.judge,
            asking=asking,
            dispatcher=self.dispatcher,
            price=job.price,
            joint=joint,
        )
        second = first
        if bench.strong is not None:
            second = replace(
                first, judge=bench.strong, price=job.strong_price, joint=None, strong=True
            )
        looks = replace(job.looks, unsure=job.looks.unsure or bench.strong is not None)
        engine = Engine(first, second, self.dispatcher, looks)
        engine.jointly = self.method is Method.QUICK
        engine.numbers = self.numbers
        engine.earlier = self._earlier
        engine.keeps_verdicts = self._is_trial
        return engine


def _waves_of(job: Job, bench: Bench, dispatcher: Dispatcher) -> Waves:
    post = post_of((bench.judge, bench.strong), bench.store, bench.ambient, dispatcher)
    return Waves(post, dispatcher, job.limits.max_cost, by_file=job.by_file, wait=job.wait)


@asynccontextmanager
async def open_session(job: Job, bench: Bench) -> AsyncIterator[Session]:
    """Yield a run that nobody else is working on; on the way out everything is on disk.

    Raises StoreError where the store is in use or could not keep a record.
    """
    run_id = bench.ambient.new_id()
    async with hold_store(bench.store, bench.ambient, run_id) as writer:
        bench.store.start_run(run_record(job, bench.store, bench.ambient, run_id))
        with seldom_collected(), _logged(Session(job, bench, run_id, writer)) as session:
            session.build_on(
                None if job.again else outcomes_before(bench.store, job.command.answers)
            )
            async with in_time(session.dispatcher.stop, bench.ambient, job.limits.max_seconds):
                try:
                    yield session
                finally:
                    await session.let_go()


@asynccontextmanager
async def open_trial(job: Job, bench: Bench) -> AsyncIterator[Session]:
    """Yield a session that leaves no run behind: replies are kept, nothing is proposed.

    For answers that are no student's. `settle` and `finish` are not for it. Raises StoreError.
    """
    run_id = bench.ambient.new_id()
    async with hold_store(bench.store, bench.ambient, run_id) as writer:
        with _logged(Session(job, bench, run_id, writer)) as session:
            yield session


@contextmanager
def _logged(session: Session) -> Iterator[Session]:
    try:
        yield session
    finally:
        session.dispatcher.log.close()


def answers_to_compare_in(job: Job) -> int:
    """Return how many answers of a job are read both ways before its method is settled."""
    if job.method is not Method.AUTO or job.joint is None:
        return 0
    waiting = job.distinct()
    cells = [len(job.rubrics[each.question].cells) for each in waiting]
    return answers_to_compare(min(cells, default=0), len(waiting), PILOT)


def decided_on(store: Store, submissions: Sequence[Submission]) -> tuple[Override, ...]:
    """Return people's standing decisions on these submissions, on whichever text of them."""
    answers = {each.key: each.answer_digest for each in submissions}
    return tuple(each.override for each in store.decisions(answers))


def run_record(job: Job, store: Store, ambient: Ambient, run_id: str) -> RunRecord:
    """Return the record of a run that begins now; its rubrics are kept."""
    for rubric in job.rubrics.values():
        store.keep_rubric(rubric.digest, rubric.model_dump_json())
    return RunRecord(
        id=run_id,
        started_at=ambient.now().isoformat(),
        command=job.command.graded_by(job.rubrics),
    )
