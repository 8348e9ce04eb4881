"""Handed in as batches, a class is graded as if it had been asked at once, and paid once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assessor.ambient import real
from assessor.assignment.run_job import job_for
from assessor.assignment.run_manifest import manifest_of
from assessor.config import Config, JudgeSettings
from assessor.engine.budget import Budget
from assessor.engine.outbox import _MOST_TRIES
from assessor.engine.session import Bench, Job, Session, open_session
from assessor.judges.endpoints import open_openai
from assessor.judges.openai_settings import OpenAISettings
from assessor.plan import Price
from assessor.store import open_store
from assessor.store.batches import Step
from assessor.verdict import State, StopWhy
from tests.servers.batch_server import BatchServer, Made
from tests.servers.play import answers, points_of, rubric, truth

ANSWERS = 60
HALF = Price(
    input=Decimal(1),
    cached=Decimal(1),
    cache_written=Decimal(1),
    output=Decimal(1),
    share=Decimal("0.5"),
)


def job(**changes: Any) -> Job:
    config = Config(judge=JudgeSettings(method="careful"))
    what = job_for(config, {"answer": rubric()}, answers(ANSWERS))
    return replace(what, by_batch=True, **changes)


async def run(
    place: Path,
    server: BatchServer,
    what: Job,
    *,
    tier: str = "batch",
    meanwhile: Callable[[Session], Any] | None = None,
) -> tuple[Session, dict[str, object], list[Any]]:
    settings = OpenAISettings(model="test-model", base_url=server.url, tier=tier)
    quick = replace(real(), sleep=lambda seconds: asyncio.sleep(seconds / 100))
    with open_store(place, quick) as store:
        async with open_openai(settings, None, quick) as judge:
            bench = Bench(judge=judge, strong=None, store=store, ambient=quick)
            async with open_session(what, bench) as session:
                await session.prepare()
                await session.pilot()
                if meanwhile is not None:
                    meanwhile(session)
                await session.rest()
                settled = await session.settle()
                await session.finish(manifest_of(what, bench, session))
                # What they stand on names the rows of a store, which are its own.
                records = [replace(each, basis=None) for each in settled.outcomes]
        assert store.verify() == ()
        manifest = manifest_of(what, bench, session).facts
        del manifest["circumstances"]
        return session, manifest, records


def play(story: Callable[[BatchServer], Any], **options: Any) -> Any:
    async def told() -> Any:
        async with BatchServer(truth=truth, **options) as server:
            return await story(server)

    return asyncio.run(told())


async def until_done(place: Path, server: BatchServer, what: Job) -> tuple[int, Any]:
    """Run the same command until nothing waits; return how often, and the last."""
    for number in range(1, 9):
        came = await run(place, server, what)
        if came[0].dispatcher.stop_why != StopWhy.BATCH:
            return number, came
    raise AssertionError("it never ends")


def test_the_same_command_collects_and_grades_as_if_asked_at_once(tmp_path: Path) -> None:
    """Grades, findings and record are those of tier standard; each request is paid once."""

    async def story(server: BatchServer) -> None:
        _, manifest, records = await run(
            tmp_path / "standard", server, replace(job(), by_batch=False), tier="standard"
        )
        asked = len(server.chats)
        server.chats.clear()
        first = await run(tmp_path / "batch", server, job())
        assert first[0].dispatcher.stop_why == StopWhy.BATCH
        times, (_, by_batch, again) = await until_done(tmp_path / "batch", server, job())
        assert times <= 3
        assert json.dumps(by_batch, sort_keys=True) == json.dumps(manifest, sort_keys=True)
        assert again == records
        assert max(server.paid.values()) == 1
        assert len(server.names) == len(set(server.names)) < asked
        assert {each.proposed for each in again} == {points_of(n) for n in range(ANSWERS)}

    play(story)


def test_what_was_collected_is_deleted_at_the_host_and_here(tmp_path: Path) -> None:
    """No answer lies at the host once its batch is collected, and no file of it here."""

    async def story(server: BatchServer) -> None:
        await until_done(tmp_path, server, job())

        assert server.files == {}
        assert list((tmp_path / "batches").iterdir()) == []

    play(story)


def test_replies_that_a_killed_run_had_taken_in_leave_no_file_here(tmp_path: Path) -> None:
    """They are in the store and are not read from the file again: the rest is, and it goes."""

    def dies(session: Session) -> None:
        assert session.waves is not None
        outbox, left = session.waves.post.outbox, iter(range(40))
        take = outbox.take

        def once_more(*about: Any) -> Any:
            if next(left, None) is None:
                raise RuntimeError("killed")
            return take(*about)

        outbox.take = once_more  # type: ignore[assignment, method-assign]  # it dies

    async def story(server: BatchServer) -> None:
        await run(tmp_path, server, job())
        with pytest.raises(ExceptionGroup):
            await run(tmp_path, server, job(), meanwhile=dies)
        assert list((tmp_path / "batches").iterdir()) != []
        await run(tmp_path, server, job())
        for _ in range(3):
            session, _, _ = await run(tmp_path, server, job())
        assert session.dispatcher.stop_why == ""
        assert list((tmp_path / "batches").iterdir()) == []
        assert dict(server.files) == {}
        assert sum(server.paid.values()) == len(server.paid)

    play(story)


def test_a_file_whose_name_there_was_never_heard_is_deleted_there(tmp_path: Path) -> None:
    """Killed right after the upload, at a host that lists a file a moment after it took it."""

    def dies(session: Session) -> None:
        assert session.waves is not None
        post = session.waves.post
        note = post._note

        def unless_uploaded(name: str, step: Step, **what: Any) -> None:
            if step is Step.UPLOADED:
                raise RuntimeError("killed")
            note(name, step, **what)

        post._note = unless_uploaded  # type: ignore[method-assign]  # it dies

    async def story(server: BatchServer) -> None:
        server.files["file_theirs"] = ("assessor-of-somebody-else.jsonl", b"{}\n")
        with pytest.raises(RuntimeError):
            await run(tmp_path, server, job(), meanwhile=dies)
        assert len(server.files) == 2
        server.unlisted = 1
        await until_done(tmp_path, server, job())

        assert list(server.files) == ["file_theirs"]
        assert sum(server.paid.values()) == len(server.paid)

    play(story)


def test_waiting_goes_on_by_itself(tmp_path: Path) -> None:
    """With `wait` one command hands in, waits, collects, and hands in the second looks."""

    async def story(server: BatchServer) -> None:
        session, _, records = await run(tmp_path, server, job(wait=True))

        assert session.dispatcher.stop_why == ""
        assert {str(each.state) for each in records} <= {"graded", "needs_review"}

    play(story, looks=3)


def test_a_batch_under_way_is_not_handed_in_again(tmp_path: Path) -> None:
    """However often the command runs meanwhile, nothing goes out a second time."""

    async def story(server: BatchServer) -> None:
        for _ in range(3):
            session, _, _ = await run(tmp_path, server, job())
            assert session.dispatcher.stop_why == StopWhy.BATCH
        assert len(server.batches) == 1
        server.wait = False
        _, (session, _, _) = await until_done(tmp_path, server, job())
        assert session.dispatcher.stop_why == ""
        assert max(server.paid.values()) == 1

    play(story, wait=True)


def test_what_expired_is_handed_in_once_more(tmp_path: Path) -> None:
    """What an expired batch brought is kept and paid; only the rest is asked again."""

    async def story(server: BatchServer) -> None:
        await run(tmp_path, server, job())
        await run(tmp_path, server, job())
        server.expire = 0.0
        _, (_, _, records) = await until_done(tmp_path, server, job())

        assert all(each.proposed is not None for each in records)
        assert max(server.paid.values()) == 1

    play(story, expire=0.5)


def test_a_request_that_failed_is_told_and_the_others_are_kept(tmp_path: Path) -> None:
    """A line that a filter declined is that answer's reason, as if it had been asked at once."""
    declined = {"error": {"code": "content_filter", "message": "declined"}}

    async def story(server: BatchServer) -> None:
        _, (session, _, records) = await until_done(tmp_path, server, job())

        assert session.dispatcher.stop_why == ""
        whys = [reason for each in records for reason in each.reasons if "judge:" in reason]
        assert whys == ["judge:content_filter"]

    play(story, broken={9: (400, declined)})


@pytest.mark.parametrize("status", [401, 429])
def test_a_quota_that_ran_out_within_a_batch_holds_nothing_up(tmp_path: Path, status: int) -> None:
    """The replies before it are taken in, and the next run asks what it left: it may be mended."""
    used_up = {"error": {"code": "insufficient_quota", "message": "quota exceeded"}}

    async def story(server: BatchServer) -> None:
        _, (_, _, records) = await until_done(tmp_path, server, job())
        left = [each for each in records if each.state is State.UNGRADED]
        assert [reason for each in left for reason in each.reasons] == ["judge:quota"] * 2
        server.broken = {}
        _, (session, _, records) = await until_done(tmp_path, server, job())
        assert session.dispatcher.stop_why == ""
        assert not [each for each in records if each.state is State.UNGRADED]

    play(story, broken={9: (status, used_up), 40: (status, used_up)})


def test_a_refused_batch_stops_with_the_hosts_code(tmp_path: Path) -> None:
    """What a host refuses whole was not done: the run says so, and later hands it in again."""

    async def story(server: BatchServer) -> None:
        await run(tmp_path, server, job())
        session, _, _ = await run(tmp_path, server, job())
        assert "token_limit_exceeded" in str(session.dispatcher.rejection)
        server.refuse = ""
        _, (session, _, _) = await until_done(tmp_path, server, job())
        assert session.dispatcher.stop_why == ""
        assert max(server.paid.values()) == 1

    play(story, refuse="token_limit_exceeded")


def test_a_host_without_batches_is_told_so(tmp_path: Path) -> None:
    """Nothing is asked at the full price instead."""

    async def story(server: BatchServer) -> None:
        session, _, _ = await run(tmp_path, server, job())

        assert session.dispatcher.stop_why == "tier"
        assert "has no batch endpoint" in str(session.dispatcher.rejection)

    play(story, has_batches=False)


def test_the_limit_is_kept_over_all_waves(tmp_path: Path) -> None:
    """Only what fits is handed in, and running again does not start the sum anew."""

    async def story(server: BatchServer) -> None:
        limits = Budget(max_cost=Decimal("0.09"))
        session, _, _ = await run(tmp_path, server, job(price=HALF, limits=limits))
        assert session.dispatcher.stop_why == "cost"
        handed = session.waves.post.handed if session.waves else None
        assert handed is not None and handed.requests > 0 < handed.left_out
        server.wait = True
        await run(tmp_path, server, job(price=HALF, limits=limits))
        assert len(server.batches) == 1

    play(story)


@pytest.mark.parametrize("most", ["0.07", "0.09", "0.15"])
def test_what_was_handed_in_is_not_billed_beyond_the_limit(tmp_path: Path, most: str) -> None:
    """The form of a reply is billed, too, and nothing stops a batch that is handed in."""

    async def story(server: BatchServer) -> None:
        what = job(price=HALF, limits=Budget(max_cost=Decimal(most)))
        costs = [(await run(tmp_path, server, what))[0].progress.cost for _ in range(3)]

        assert server.paid
        assert sum(costs) <= Decimal(most)

    play(story)


def test_the_limit_is_kept_over_what_is_asked_at_once(tmp_path: Path) -> None:
    """Too little for a batch is asked at once: running again does not start the sum anew there."""

    async def story(server: BatchServer) -> None:
        most = Decimal("0.01")
        few = job(price=HALF, limits=Budget(max_cost=most), wait=True)
        few = replace(few, submissions=answers(12))
        costs = [(await run(tmp_path, server, few))[0].progress.cost for _ in range(3)]

        assert most / 2 < sum(costs) <= most

    play(story)


def test_batches_are_billed_by_their_price_and_the_first_answers_in_full(tmp_path: Path) -> None:
    """Half of the price for what came by batches; what was asked at once is paid in full."""

    async def story(server: BatchServer) -> None:
        what = job(price=HALF, wait=True)
        session, _, _ = await run(tmp_path, server, what)
        cost, tokens = session.progress.cost, session.progress.tokens
        full = Decimal(tokens.input + tokens.output) / 1_000_000

        assert full / 2 < cost < full * Decimal("0.62")

    play(story)


@pytest.mark.parametrize("wait", [True, False], ids=["waits", "returns"])
def test_a_small_class_is_asked_at_once(tmp_path: Path, wait: bool) -> None:
    """What is too little for a batch is asked at once, and said to be."""

    async def story(server: BatchServer) -> None:
        few = replace(job(wait=wait), submissions=answers(8))
        session, _, records = await run(tmp_path, server, few)

        assert session.dispatcher.stop_why == ""
        assert server.batches == {}
        assert session.waves is not None and session.waves.post.at_once > 0
        assert all(each.proposed is not None for each in records)

    play(story)


@dataclass(slots=True)
class Keeper(BatchServer):
    """Gives back one of its replies and parts of the others, or none and names no file."""

    cut: bool = False
    doubts: bool = False
    names_files: bool = True
    ends: str = "completed"

    def _keep(self, rows: list[dict[str, Any]]) -> str:
        made = BatchServer._keep(self, rows)
        name, content = self.files[made]
        first, *others = content.splitlines(keepends=True)
        kept = b"".join([first, *(each[:40] + b"\n" for each in others)])
        if self.doubts:
            gone = {"response": {"status_code": 500, "body": {"error": {"message": "oh"}}}}
            kept = content + b"".join(
                json.dumps({"custom_id": row["custom_id"], **gone}).encode() + b"\n" for row in rows
            )
        self.files[made] = (name, kept if self.cut or self.doubts else content)
        return made

    def _row(self, made: Made) -> dict[str, Any]:
        row = BatchServer._row(self, made)
        if row["status"] == "completed":
            row["status"] = self.ends
            if not self.names_files:
                row |= {"output_file_id": None, "error_file_id": None}
        return row


def test_replies_that_a_host_keeps_for_itself_are_not_paid_for_ever(tmp_path: Path) -> None:
    """Where lines of each batch are cut, the others are asked anew a few times, and then told."""

    async def story() -> None:
        async with Keeper(truth=truth, cut=True) as server:
            times, (session, _, records) = await until_done(tmp_path, server, job())
            assert times <= _MOST_TRIES + 1
            assert session.dispatcher.stop_why == ""
            assert max(server.paid.values()) == _MOST_TRIES
            reasons = {reason for each in records for reason in each.reasons}
            assert "judge:empty" in reasons

    asyncio.run(story())


def test_an_error_beside_a_reply_to_the_same_request_is_passed_over(tmp_path: Path) -> None:
    """The reply is there and paid for."""

    async def story() -> None:
        async with Keeper(truth=truth, doubts=True) as server:
            _, (session, _, _) = await until_done(tmp_path, server, job())
            assert session.dispatcher.stop_why == ""
            assert max(server.paid.values()) == 1

    asyncio.run(story())


@pytest.mark.parametrize("ends", ["completed", "expired"])
def test_replies_whose_file_is_not_named_yet_are_waited_for(tmp_path: Path, ends: str) -> None:
    """A host may say that a batch is done before it says where: to ask anew would pay twice."""

    async def story() -> None:
        async with Keeper(truth=truth, names_files=False, ends=ends) as server:
            await run(tmp_path, server, job())
            session, _, _ = await run(tmp_path, server, job())
            assert session.dispatcher.stop_why == "at_host"
            server.names_files = True
            _, (session, _, _) = await until_done(tmp_path, server, job())
            assert session.dispatcher.stop_why == ""
            assert max(server.paid.values()) == 1
            assert server.files == {}

    asyncio.run(story())


def test_what_a_failed_batch_did_is_taken_in(tmp_path: Path) -> None:
    """It is paid for; only a batch without an output did nothing."""

    async def story() -> None:
        async with Keeper(truth=truth, ends="failed") as server:
            _, (session, _, _) = await until_done(tmp_path, server, job())
            assert session.dispatcher.stop_why == ""
            assert max(server.paid.values()) == 1
            assert server.files == {}

    asyncio.run(story())


def test_a_refused_batchs_errors_are_deleted_with_it(tmp_path: Path) -> None:
    """A host may write what it found wrong into a file, and quote the requests there."""

    async def story(server: BatchServer) -> None:
        await run(tmp_path, server, job())
        (made,) = server.batches.values()
        made.errors = server._keep([{"custom_id": "x", "error": {"code": "bad_line"}}])
        session, _, _ = await run(tmp_path, server, job())
        assert session.dispatcher.stop_why == "at_host"
        assert server.files == {}

    play(story, refuse="token_limit_exceeded")
