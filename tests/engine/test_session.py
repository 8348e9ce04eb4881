"""Limits, stops and resuming: nothing is lost, nothing is asked twice, every answer has a state."""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from assessor.ambient import Ambient, real
from assessor.assignment.run_job import job_for
from assessor.assignment.single_answer import make_submission
from assessor.config import Config
from assessor.engine.budget import Budget
from assessor.engine.by_hand import grade_by_hand
from assessor.engine.judged import Looks
from assessor.engine.session import Session
from assessor.errors import JudgeError, JudgeRejected, JudgeUnavailable, StoreError
from assessor.judges.base import JudgeReply, Usage
from assessor.judges.scripted import ScriptedJudge, fill
from assessor.plan import Price
from assessor.prompt import Ask, isolated_ask
from assessor.submission import InputState
from assessor.trust.records import frozen_digest
from assessor.verdict import Override, Pass, ReasonCode, State
from tests.engine.build import (
    FULL,
    RUBRIC,
    UNSURE,
    HeldJudge,
    JumbledJudge,
    Said,
    answers,
    by_answer,
    by_cell,
    failing,
    grade,
    job,
    memory,
    rubric,
    sentence,
)

START = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
PRICE = Price(
    input=Decimal(1), cached=Decimal(1), cache_written=Decimal(1), output=Decimal(1_000_000)
)


def test_equal_answers_are_asked_once() -> None:
    """Two students with one text cost one reading and get the same points."""
    one, other = answers(2)
    judge = ScriptedJudge(by_cell(samples=FULL))

    ran = grade(job([one, replace(other, answer=one.answer)]), judge)

    assert len(judge.asks) == 3
    assert [each.proposed for each in ran.proposals] == [2, 2]
    assert ran.why == {name: ("graded", ("same_answer",)) for name in ("S000", "S001")}


class _Together(ScriptedJudge):
    """Notes how many requests of one prefix were under way when its first came back."""

    def __init__(self) -> None:
        super().__init__(by_cell())
        self.under_way: Counter[str] = Counter()
        self.at_first_reply: dict[str, int] = {}

    async def ask(self, ask: Ask) -> JudgeReply:
        self.under_way[ask.prefix_key] += 1
        for _ in range(50):
            await asyncio.sleep(0)
        self.at_first_reply.setdefault(ask.prefix_key, self.under_way[ask.prefix_key])
        return await super().ask(ask)


def test_the_first_request_of_each_prefix_goes_alone() -> None:
    """So it fills the endpoint's cache; the model of the second look has its own."""
    first, strong = _Together(), _Together()
    strong.model = "strong"

    grade(job(answers(9), looks=Looks(everything=True)), first, strong=strong)

    assert len(first.at_first_reply) == len(strong.at_first_reply) == 3
    assert set(first.at_first_reply.values()) | set(strong.at_first_reply.values()) == {1}


def test_near_equal_answers_are_each_judged_and_unlike_verdicts_are_looked_at() -> None:
    """A letter more is another answer: asked by itself, never given the other's grade."""
    one, other, third = answers(3)
    more = replace(other, answer=f"{one.answer}!")
    table = {one.answer: {"samples": FULL}, more.answer: {"samples": Said()}}
    judge = ScriptedJudge(by_answer(table))

    ran = grade(job([one, more, third]), judge)

    assert Counter(each.answer for each in judge.asks) == dict.fromkeys(
        (one.answer, more.answer, third.answer), 3
    )
    assert [each.proposed for each in ran.proposals] == [2, 0, 0]
    unlike = ("needs_review", ("near_equal_unlike",))
    assert [ran.why[name] == unlike for name in ("S000", "S001", "S002")] == [True, True, False]


@pytest.mark.parametrize("seed", range(4))
def test_results_do_not_depend_on_the_order_of_replies(seed: int) -> None:
    """However replies overtake each other, states, reasons, points and findings are the same."""
    table = {
        sentence(n): {"samples": Said("partial", 0.5 + 0.01 * n), "proxy": UNSURE}
        for n in range(0, 60, 2)
    }
    what = job(answers(60), looks=Looks(cap=0.2))

    straight = grade(what, ScriptedJudge(by_answer(table)))
    jumbled = grade(what, JumbledJudge(by_answer(table), seed))

    assert jumbled.settled == straight.settled


def test_a_second_run_asks_nothing_and_comes_to_the_same() -> None:
    """What was answered is not asked again, and gives the same proposals."""
    what = job(answers(9), looks=Looks(cap=0.3))
    script = by_cell(samples=UNSURE, proxy=FULL)
    with memory() as store:
        first = grade(what, ScriptedJudge(script), store)
        idle = ScriptedJudge(script)

        second = grade(what, idle, store)

    assert idle.asks == []
    assert second.settled == first.settled
    assert second.manifest["circumstances"]["requests"] == 0


def test_a_clock_that_jumps_changes_nothing() -> None:
    """Wall clocks may go back by years and on by days: grades, order and --again stay right."""
    days = itertools.cycle([0, -3000, 12, -1, 4000])
    jumping = replace(real(), now=lambda: START + timedelta(days=next(days)))
    script = by_cell(samples=UNSURE, proxy=FULL)
    with memory() as store:
        first = grade(job(answers(6)), ScriptedJudge(script), store, ambient=jumping)
        anew = ScriptedJudge(script)
        again = grade(job(answers(6), again=True), anew, store, ambient=jumping)
        latest, damage = store.latest_run(), store.verify()

    calm = grade(job(answers(6)), calm_judge := ScriptedJudge(script))
    assert first.settled == again.settled == calm.settled
    assert len(anew.asks) == len(calm_judge.asks)
    assert latest is not None
    assert (latest.id, damage) == (again.session.run_id, ())


def test_a_run_whose_store_was_taken_over_asks_nothing_more() -> None:
    """A run that was silent for too long keeps what it was told, stops, and says why."""

    async def sleep(seconds: float) -> None:
        await asyncio.sleep(0.01)

    def take_over(ask: Ask) -> str | JudgeReply | JudgeError:
        if len(judge.asks) == 4:
            with store.database.write() as connection:
                connection.execute("UPDATE lease SET holder = 'another'")
            time.sleep(0.05)
        return by_cell()(ask)

    class Patient(ScriptedJudge):
        async def ask(self, ask: Ask) -> JudgeReply:
            await asyncio.sleep(0.02)
            return await super().ask(ask)

    judge = Patient(take_over)
    with memory() as store:
        with pytest.raises(StoreError, match="another command took over"):
            limits = Budget(concurrency=1)
            hurried = replace(real(), sleep=sleep)
            grade(job(answers(30), limits=limits), judge, store, ambient=hurried)

        assert 4 <= len(judge.asks) < 30
        ((kept,),) = store.database.rows("SELECT count(*) FROM replies")
        assert kept == len(judge.asks)


def test_again_asks_anew_and_the_new_replies_count() -> None:
    """`--again` passes over what is stored, once; what it brought is what a later run reads."""
    with memory() as store:
        grade(job(answers(3)), ScriptedJudge(by_cell()), store)
        anew = ScriptedJudge(by_cell(proxy=FULL))
        later = ScriptedJudge(by_cell())

        again = grade(job(answers(3), again=True), anew, store)
        after = grade(job(answers(3)), later, store)

    assert (len(anew.asks), later.asks) == (9, [])
    assert [each.proposed for each in again.proposals] == [1, 1, 1]
    assert after.settled == again.settled


def test_a_run_after_three_broken_replies_tries_afresh_and_keeps_what_it_gets() -> None:
    """An answer that could not be read is asked again by the next run, and only by that one."""
    broken = ScriptedJudge(lambda ask: "no" if ask.cells == ("proxy",) else by_cell()(ask))

    def mended(ask: Ask) -> str | JudgeReply | JudgeError:
        return by_cell(proxy=FULL)(ask) if ask.repair else "{}"

    with memory() as store:
        grade(job(answers(1)), broken, store)
        second, third = ScriptedJudge(mended), ScriptedJudge(mended)

        better = grade(job(answers(1)), second, store)
        same = grade(job(answers(1)), third, store)

    assert [each.repair[:4] for each in second.asks] == ["", "Your"]
    assert better.of("S000").proposed == 1
    assert third.asks == []
    assert same.settled == better.settled


@pytest.mark.parametrize(
    "error",
    [JudgeRejected("bad key", code="key"), JudgeUnavailable("no route", code="unreachable")],
    ids=["rejected", "unreachable"],
)
def test_an_unusable_judge_stops_the_run_and_keeps_what_was_read(error: JudgeError) -> None:
    """Nothing more is asked; what is missing says why, what was read is kept and used again."""
    with memory() as store:
        judge = ScriptedJudge(
            failing(
                error, when=lambda ask: ask.answer == sentence(5), otherwise=by_cell(proxy=FULL)
            )
        )
        stopped = grade(job(answers(40), limits=Budget(concurrency=1), budget=0.0), judge, store)
        rest = ScriptedJudge(by_cell(proxy=FULL))

        resumed = grade(job(answers(40)), rest, store)

    assert Counter(stopped.why.values()) == {
        ("graded", ()): 5,
        ("ungraded", (f"stopped:{error.code}",)): 35,
    }
    assert (stopped.status, stopped.session.dispatcher.rejection) == ("stopped", error)
    assert len(judge.asks) == 16
    assert len(rest.asks) == 3 * 35
    assert {each.proposed for each in resumed.proposals} == {Decimal(1)}


def test_cells_that_were_read_before_a_stop_are_kept() -> None:
    """The cells read before a bad key showed are in the proposal, which stays ungraded."""
    bad = JudgeRejected("bad key", code="key")
    judge = ScriptedJudge(
        failing(bad, when=lambda ask: ask.cells == ("proxy",), otherwise=by_cell(samples=FULL))
    )

    ran = grade(job(answers(1), limits=Budget(concurrency=1)), judge)

    assert [(each.cell, each.level) for each in ran.of("S000").findings] == [("samples", "full")]
    assert ran.why["S000"] == ("ungraded", ("stopped:key",))
    assert ran.of("S000").proposed is None


def test_a_judge_that_cannot_be_prepared_is_asked_nothing() -> None:
    """A bad key that shows before the first request stops the run before it."""

    class Locked(ScriptedJudge):
        async def prepare(self) -> None:
            raise JudgeRejected("bad key", code="key")

    judge = Locked(by_cell())

    ran = grade(job(answers(3)), judge)

    assert judge.asks == []
    assert set(ran.why.values()) == {("ungraded", ("stopped:key",))}
    assert ran.status == "stopped"


def _priced(output: int) -> ScriptedJudge:
    """Every reply costs `output` dollars."""
    usage = Usage(input=0, cached=0, cache_written=0, output=output)
    script = by_cell()
    return ScriptedJudge(
        lambda ask: JudgeReply(text=str(script(ask)), model="scripted", usage=usage)
    )


def test_the_cost_is_checked_before_each_request() -> None:
    """A request that could pass the limit is not sent, also with many under way at once."""
    judge = _priced(190)
    limits = Budget(concurrency=8, max_cost=Decimal(2000))

    ran = grade(job(answers(9), price=PRICE, limits=limits), judge)

    assert ran.session.progress.cost <= 2000
    assert len(judge.asks) == 10
    assert ran.session.dispatcher.stop_why == "cost"
    assert ran.why["S008"] == ("ungraded", ("stopped:cost",))


def test_a_reply_that_costs_more_than_thought_still_counts() -> None:
    """Dear replies stop the run one request later, not never."""
    judge = _priced(900)
    limits = Budget(concurrency=1, max_cost=Decimal(2000))

    ran = grade(job(answers(9), price=PRICE, limits=limits), judge)

    assert len(judge.asks) == 3
    assert ran.session.progress.cost == 2700


def test_the_cost_is_limited_by_length_where_no_tokens_are_told() -> None:
    """An endpoint that does not count must not get past the limit; the bill says it is a guess."""
    script = by_cell()
    judge = ScriptedJudge(
        lambda ask: JudgeReply(text=str(script(ask)), model="scripted", usage=Usage())
    )
    limits = Budget(concurrency=2, max_cost=Decimal(2000))

    ran = grade(job(answers(9), price=PRICE, limits=limits), judge)

    assert ran.session.dispatcher.stop_why == "cost"
    assert len(judge.asks) == 10
    assert ran.session.progress.cost == 0
    assert 1800 <= ran.session.progress.estimated <= 2000


def test_the_time_is_checked_before_each_request() -> None:
    """After so many seconds nothing more is asked."""
    judge = ScriptedJudge(by_cell())
    ambient = replace(real(), monotonic=lambda: float(len(judge.asks)))

    ran = grade(
        job(answers(9), limits=Budget(concurrency=1, max_seconds=9.5)), judge, ambient=ambient
    )

    assert len(judge.asks) == 10
    assert ran.why["S008"] == ("ungraded", ("stopped:time",))
    assert ran.status == "stopped"


def test_a_stopped_run_leaves_whole_answers_also_when_it_is_resumed() -> None:
    """Answers are read one after the other, whatever the store knows of the first ones."""
    script = by_cell()
    with memory() as store:
        for done in (9, 20):
            judge = HeldJudge(script, 3 * 11)
            limits = Budget(concurrency=4)

            async def interrupt(session: Session, judge: HeldJudge = judge) -> None:
                await judge.held.wait()
                session.dispatcher.stop("interrupted")
                session.dispatcher.abandon()

            ran = grade(job(answers(60), limits=limits), judge, store, meanwhile=interrupt)
            partly = [
                each
                for each in ran.proposals
                if each.findings and each.reasons == ("stopped:interrupted",)
            ]
            assert len(partly) <= 2
            states = Counter(each.state.value for each in ran.proposals)
            assert states["graded"] + states["needs_review"] >= done, states


def test_the_time_runs_out_while_an_endpoint_is_waited_for() -> None:
    """A run that only waits ends when its time is over, and its answers have no grade."""
    judge = HeldJudge(by_cell(), 4)

    ran = grade(
        job(answers(9), limits=Budget(max_seconds=0.2)),
        judge,
        meanwhile=_let_go_at_once,
    )

    assert ran.status == "stopped"
    assert ran.why["S008"] == ("ungraded", ("stopped:time",))


async def _let_go_at_once(session: Session) -> None:
    """Spare the test the seconds that replies under way are given."""
    while not session.dispatcher.stop_why:
        await asyncio.sleep(0.01)
    session.dispatcher.abandon()


def test_a_run_that_is_done_is_not_stopped_by_the_clock() -> None:
    """Time that runs out while the proposals are drawn up stops nothing any more."""
    ran = grade(job(answers(3), limits=Budget(max_seconds=600)), ScriptedJudge(by_cell()))
    ran.session.dispatcher.stop("time")

    assert ran.session.dispatcher.stop_why == ""
    assert ran.status == "done"


@pytest.mark.parametrize("free", [0, 4, 17, 40])
def test_an_interrupted_run_goes_on_where_it_was(free: int) -> None:
    """Ctrl-C in the middle loses no reply; the next run asks for the rest alone."""
    script = by_cell(samples=UNSURE)
    what = job(answers(20))
    whole = grade(what, ScriptedJudge(script))
    with memory() as store:
        judge = HeldJudge(script, free)

        async def interrupt(session: Session) -> None:
            await judge.held.wait()
            session.dispatcher.stop("interrupted")
            session.dispatcher.abandon()

        broken = grade(what, judge, store, meanwhile=interrupt)
        rest = ScriptedJudge(script)
        resumed = grade(what, rest, store)

    assert broken.status == "interrupted"
    assert Counter(each.state.value for each in broken.proposals)["ungraded"] > 0
    assert resumed.settled == whole.settled
    assert len(rest.asks) == whole.session.progress.asked - free


def test_a_reply_under_way_at_an_interrupt_is_still_taken_in() -> None:
    """What arrives within the grace time after Ctrl-C is stored, not thrown away."""
    asks_arrived = asyncio.Event()
    go_on = asyncio.Event()
    under_way: list[Ask] = []

    class Slow(ScriptedJudge):
        async def ask(self, ask: Ask) -> JudgeReply:
            under_way.append(ask)
            if len(under_way) == 3:
                asks_arrived.set()
            await go_on.wait()
            return await super().ask(ask)

    async def interrupt(session: Session) -> None:
        await asks_arrived.wait()
        session.dispatcher.stop("interrupted")
        go_on.set()

    with memory() as store:
        judge = Slow(by_cell())
        grade(job(answers(1)), judge, store, meanwhile=interrupt)
        rest = ScriptedJudge(by_cell())
        grade(job(answers(1)), rest, store)

    assert (len(judge.asks), len(rest.asks)) == (3, 0)


def test_what_is_not_selected_is_not_asked_but_taken_from_the_store() -> None:
    """`--limit` asks for the chosen rows; others keep what is known of them, or say why not."""
    what = job(answers(6))
    chosen = frozenset(each.key for each in what.submissions[4:5])
    with memory() as store:
        grade(
            replace(what, submissions=what.submissions[:2]),
            ScriptedJudge(by_cell(proxy=FULL)),
            store,
        )
        judge = ScriptedJudge(by_cell(proxy=FULL))

        ran = grade(replace(what, selected=chosen), judge, store)

    assert {each.answer for each in judge.asks} == {sentence(4)}
    waiting = ("ungraded", ("stopped:limit",))
    assert [ran.why[f"S00{n}"] == waiting for n in range(6)] == [0, 0, 1, 1, 0, 1]


def test_a_request_holds_nothing_of_other_rows() -> None:
    """Requests about one answer are byte-identical whichever rows stand around it (G5)."""
    own = answers(1)[0]
    with memory() as store:
        alone, many, turned = (ScriptedJudge(by_cell(samples=UNSURE)) for _ in range(3))
        others = answers(30, 1)
        looks = Looks(everything=True)

        for judge, rows in (
            (alone, [own]),
            (many, [*others[:20], own, *others[20:]]),
            (turned, [*others[::-1], replace(own, student_id="Z", name="Zoe", attempt=3)]),
        ):
            grade(job(rows, looks=looks, again=True), judge, store)

    asked = [
        sorted((e.cells, e.asked, e.system, e.user) for e in judge.asks if e.answer == own.answer)
        for judge in (alone, many, turned)
    ]
    assert len(asked[0]) == 9
    assert asked[0] == asked[1] == asked[2]


def test_passes_are_told_apart_in_requests() -> None:
    """The three ways of asking about one cell share the prefix and differ after it."""
    judge = ScriptedJudge(by_cell())

    grade(job(answers(1), looks=Looks(everything=True)), judge)

    about = [each for each in judge.asks if each.cells == ("proxy",)]
    assert len({each.system for each in about}) == 1
    assert len({each.user for each in about}) == len(Pass)


def test_two_runs_differ_in_circumstances_alone() -> None:
    """run.json of equal runs is equal but for what stands under `circumstances`."""
    script = by_cell(proxy=FULL)
    later = replace(real(), now=lambda: datetime.now(UTC) + timedelta(days=3))

    one = grade(job(answers(4)), ScriptedJudge(script)).manifest
    other = grade(job(answers(4)), ScriptedJudge(script), ambient=_standing(later)).manifest

    assert one.pop("circumstances") != other.pop("circumstances")
    assert one == other
    assert one["states"] == {"graded": 4}


def _standing(ambient: Ambient) -> Ambient:
    now = ambient.now()
    return replace(ambient, now=lambda: now)


def test_asks_are_worded_as_they_go_not_hundreds_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is worded ahead keeps replies waiting: the first of a class, and those under way."""
    worded, most = 0, 0

    def counted(*given: Any, **named: Any) -> Ask:
        nonlocal worded
        worded += 1
        return isolated_ask(*given, **named)

    class Watching(ScriptedJudge):
        async def ask(self, ask: Ask) -> JudgeReply:
            nonlocal most
            most = max(most, worded - len(self.asks))
            await asyncio.sleep(0)
            return await super().ask(ask)

    monkeypatch.setattr("assessor.engine.cell_reader.isolated_ask", counted)
    judge = Watching(by_cell(samples=FULL))

    grade(job(answers(80), limits=Budget(concurrency=4)), judge)

    assert len(judge.asks) == 240
    assert most <= 8


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_text_that_is_gone_after_a_person_decided_is_no_zero(by_hand: bool) -> None:
    """Two points stood there by a person's word: 0 of the empty text is for a person to say."""
    before = answers(12)
    gone = replace(before[2], answer="", state=InputState.BLANK)
    after = [*before[:2], gone, *before[3:], make_submission("S099", "")]
    with memory() as store:
        grade(job(before), ScriptedJudge(by_cell()), store)
        store.decide(
            Override(
                student_id="S002",
                question=gone.question,
                attempt=1,
                answer_digest=before[2].answer_digest,
                total=Decimal(2),
            )
        )
        if by_hand:
            grade_by_hand(job(after), store, real())
            found = store.outcomes(store.runs()[-1].id)
        else:
            found = grade(job(after), ScriptedJudge(by_cell()), store).settled.outcomes

    of = {each.submission.student_id: each for each in found}
    assert of["S002"].state is State.NEEDS_REVIEW
    assert (of["S002"].proposed, of["S002"].reasons) == (None, (ReasonCode.CHANGED,))
    assert (of["S099"].state, of["S099"].proposed) == (State.BLANK, Decimal(0))


def test_a_part_of_a_class_is_read_on_as_the_class_was() -> None:
    """One answer cannot show whether one request is enough: its class did, and stays as it was."""
    given = answers(30)
    whole = job_for(Config(), {"answer": rubric()}, given)
    late = replace(whole, submissions=(*given, *answers(1, start=30)), selected=frozenset())
    late = replace(late, selected=frozenset({late.submissions[30].key}))
    with memory() as store:
        grade(whole, ScriptedJudge(_says_eighty), store)
        before = frozen_digest(store.runs()[-1].manifest)
        judge = ScriptedJudge(_says_eighty)
        ran = grade(late, judge, store)
        after = frozen_digest(store.runs()[-1].manifest)

    assert ran.manifest["method"]["used"] == "quick"
    assert ran.manifest["method"]["answers_read_both_ways"] == 5
    assert ran.manifest["numbers"]["unused"] == "it says 80% of everything"
    assert [len(each.cells) for each in judge.asks] == [3]
    assert not any(ReasonCode.EARLIER in each.reasons for each in ran.proposals)
    assert after == before


@pytest.mark.parametrize("change", ["model", "rubric"])
def test_another_reader_does_not_go_on_as_the_last_one(change: str) -> None:
    """Of another model or rubric nobody knows whether one request is enough."""
    given = answers(30)
    whole = job_for(Config(), {"answer": rubric()}, given)
    part = replace(whole, selected=frozenset({given[20].key}))
    model = "scripted"
    if change == "model":
        model = "other"
    else:
        other = rubric(RUBRIC.replace("a finite set never", "no finite set ever"))
        part = replace(part, rubrics={"answer": other})
    with memory() as store:
        grade(whole, ScriptedJudge(_says_eighty), store)
        ran = grade(part, ScriptedJudge(_says_eighty, model=model), store)

    assert ran.manifest["method"] == {"asked": "auto", "used": "careful"}


def _says_eighty(ask: Ask) -> str:
    """Full marks for each second answer; 80 % sure of whatever it says."""
    is_good = int(ask.answer.rstrip(".").split()[-1]) % 2 == 0
    levels = {"samples": "full", "proxy": "full"} if is_good else {}
    return re.sub(
        r'("p_\w+": )[\d.]+', r"\g<1>80", fill(ask, levels, dict.fromkeys(levels, (ask.answer,)))
    )
