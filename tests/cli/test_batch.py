"""`grade --tier batch` and `--tier file`, as a person runs them."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest

from assessor.ambient import real
from assessor.store import open_store
from assessor.store.batches import BatchStep, Step
from assessor.store.handed_in import handed_in_file
from tests.cli.shell import Printed, Shell, at, beside
from tests.crash.trials import make_class, tables
from tests.servers.batch_server import BatchServer
from tests.servers.faults import error
from tests.servers.http import Answer, Request
from tests.servers.play import truth

ANSWERS = 30


@pytest.fixture
def server() -> Iterator[BatchServer]:
    with beside(BatchServer(truth=truth)) as serving:
        yield serving


def grade(shell: Shell, server: BatchServer, *options: str) -> Printed:
    where = at(server) if "file" not in options else ("--judge", "openai", "--model", "test-model")
    return shell("grade", "answers.csv", "--rubric", "labels.yaml", *where, *options)


@pytest.fixture
def big(shell: Shell, tmp_path: Path) -> Shell:
    """A folder with a class that is large enough for a batch."""
    make_class(tmp_path / "made", ANSWERS)
    for name in ("answers.csv", "labels.yaml"):
        shell.write(name, (tmp_path / "made" / name).read_text(encoding="utf-8"))
    return shell


def test_a_batch_is_handed_in_shown_and_collected(big: Shell, server: BatchServer) -> None:
    """It says what was handed in and what to type; the same command then brings the grades."""
    first = grade(big, server, "--tier", "batch", "--method", "careful")
    assert first.code == 5
    assert "Handed in" in first.out
    assert "Run the same command again to collect" in " ".join(first.out.split())
    assert "its answers' text lies as a file" in " ".join(first.out.split())
    listed = big("runs", "list")
    assert "under way" in listed.out

    again = grade(big, server, "--tier", "batch", "--method", "careful")

    assert again.code == 0, again.out
    assert "collected" in big("runs", "list").out
    assert big("runs", "verify").code == 0
    assert {row["state"] for row in big.rows()} <= {"graded", "needs_review"}


def test_requests_that_came_with_a_memory_are_not_handed_in(
    big: Shell, server: BatchServer
) -> None:
    """Whoever sends a folder would have me pay for anything, beyond each limit."""
    theirs = {"custom_id": "x-1", "body": {"model": "dear", "messages": "a stranger's wish"}}
    line = json.dumps(theirs).encode() + b"\n"
    with open_store(big.home / ".assessor", real()) as store:
        intent = BatchStep(
            id="theirs",
            step=Step.INTENDED,
            at="2026-01-01T00:00:00+00:00",
            host=server.url,
            model="test-model",
            sha256=hashlib.sha256(line).hexdigest(),
            asks=(("key", 1),),
        )
        store.intend_batch(intent, [])
        store.keep_batch_file("theirs.jsonl", [line])

    assert grade(big, server, "--tier", "batch", "--method", "careful").code == 2
    assert big("runs", "drop", "--yes").code == 0
    for _ in range(2):
        grade(big, server, "--tier", "batch", "--method", "careful")

    assert server.paid, "a batch of this class came through"
    assert not [each for each in server.paid if "a stranger's wish" in each]
    assert not list((big.home / ".assessor" / "batches").glob("theirs*"))


def test_what_a_batch_cannot_do_is_refused(big: Shell, server: BatchServer) -> None:
    """Options that would do nothing, or something else, are named before anything is sent."""
    refused = {
        ("--tier", "batch", "--again"): "--again means nothing with --tier batch",
        ("--wait",): "--wait means nothing without --tier batch",
        ("--tier", "file", "--max-cost", "1"): "--max-cost means nothing with --tier file",
        ("--tier", "file", "--feedback", "llm"): "--feedback llm asks at once",
    }

    for options, said in refused.items():
        printed = grade(big, server, *options)
        assert (printed.code, said in printed.err) == (2, True), printed.err
    memory = grade(big, server, "--tier", "batch", "--store", "memory", "--method", "careful")
    assert memory.code == 4
    assert "leave out --store memory" in memory.err
    assert server.batches == {}


def test_what_waits_in_a_batch_is_not_asked_at_once_unsaid(big: Shell, server: BatchServer) -> None:
    """To leave --tier out pays for it a second time: that is said before it is done."""
    options = ("--method", "careful", "--tier", "batch")
    assert grade(big, server, *options).code == 5
    (batch,) = server.batches.values()
    handed = server.files[batch.file][1].count(b"\n")

    said = grade(big, server, "--method", "careful")
    assert f"{handed} of these wait in a batch that was handed in" in " ".join(said.out.split())

    said = grade(big, server, *options)
    assert "in a batch that was handed in" not in " ".join(said.out.split())


def test_waiting_that_ends_leaves_the_batch_where_it_is(big: Shell, server: BatchServer) -> None:
    """--max-minutes ends the waiting and not the batch; it says what becomes of it."""
    server.wait = True
    options = ("--tier", "batch", "--method", "careful", "--wait", "--max-minutes")
    for minutes in ("0.05", "0.3", "1.5"):  # until a busy machine comes to hand anything in
        printed = grade(big, server, *options, minutes)
        assert printed.code == 5
        if server.batches:
            break
    assert "go on there; the same command collects them" in " ".join(printed.out.split())

    server.wait = False
    again = grade(big, server, "--tier", "batch", "--method", "careful", "--wait")

    assert again.code == 0
    assert max(server.paid.values()) == 1


def test_a_tier_of_the_folders_file_is_heeded_for_one_answer(
    big: Shell, server: BatchServer
) -> None:
    """One submission is not handed in as a batch, nor read at the full price in silence."""
    big.write("assessor.toml", '[judge]\ntier = "batch"\n')
    big.write("one.txt", "It respires.")

    printed = big("grade", "--answer-file", "one.txt", "--rubric", "labels.yaml", *at(server))

    assert printed.code == 2
    assert "--answer-file means nothing with --tier batch" in printed.err
    assert server.chats == []


def test_forgetting_names_what_still_lies_at_the_host(big: Shell, server: BatchServer) -> None:
    """A class that is forgotten while a batch is under way leaves a file there: it is named."""
    grade(big, server, "--tier", "batch", "--method", "careful")
    (file,) = server.files

    printed = big("runs", "purge", "--yes")

    assert file in printed.out
    assert list((big.home / ".assessor" / "batches").iterdir()) == []


def test_files_are_carried_out_and_in(big: Shell, server: BatchServer, tmp_path: Path) -> None:
    """Wave by wave, on a machine without a network; the tables are those of tier standard."""
    grade(big, server, "--method", "careful")
    wanted = tables(big.home)
    chats = len(server.chats)
    for name in ("answers.csv", "labels.yaml"):
        (tmp_path / "away").mkdir(exist_ok=True)
        (tmp_path / "away" / name).write_bytes((big.home / name).read_bytes())
    (big.home / ".assessor").rename(tmp_path / "old")
    code, rounds = 5, 0
    while code == 5 and rounds < 5:
        printed = grade(big, server, "--tier", "file", "--method", "careful")
        code, rounds = printed.code, rounds + 1
        # No host is there to try tricks on.
        assert "--canary" not in printed.out + printed.err
        for asked in (big.home / "batches").glob("*.in.jsonl"):
            assert asked.name in printed.out
            read_away(server, asked)

    assert code == 0
    assert tables(big.home) == wanted
    assert len(server.chats) == chats
    assert list((big.home / "batches").iterdir()) == []


def read_away(server: BatchServer, asked: Path) -> None:
    """Do what `vllm run-batch -i … -o …` does."""
    rows = []
    for number, line in enumerate(asked.read_text(encoding="utf-8").splitlines(), start=1000):
        row = json.loads(line)
        status, body = server._say(number, row["body"])
        response = {"status_code": status, "request_id": "vllm-batch-1", "body": body}
        said = {"id": "vllm-1", "custom_id": row["custom_id"], "response": response, "error": None}
        rows.append(json.dumps(said) + "\n")
    out = asked.with_name(asked.name.replace(".in.", ".out."))
    out.write_text("".join(rows), encoding="utf-8")


@pytest.mark.parametrize("came", ["of another batch", "as one list", "packed"])
def test_replies_that_are_none_of_the_batchs_are_left_where_they_are(
    big: Shell, server: BatchServer, came: str
) -> None:
    """Hours of a machine, or the replies to somebody's other class: said, and not removed."""
    assert grade(big, server, "--tier", "file", "--method", "careful").code == 5
    (asked,) = (big.home / "batches").glob("*.in.jsonl")
    read_away(server, asked)
    out = asked.with_name(asked.name.replace(".in.", ".out."))
    right = out.read_bytes()
    rows = [json.loads(line) for line in right.splitlines()]
    wrong = {
        "of another batch": right.replace(b'"custom_id": "', b'"custom_id": "x'),
        "as one list": json.dumps(rows, indent=1).encode() + b"\n",
        "packed": gzip.compress(right) + b"\n",
    }[came]
    out.write_bytes(wrong)

    said = grade(big, server, "--tier", "file", "--method", "careful")

    assert said.code == 5
    told = " ".join((said.out + said.err).split())
    assert "holds no reply to the requests of" in told
    assert (out.read_bytes(), asked.exists()) == (wrong, True)
    out.write_bytes(right)
    grade(big, server, "--tier", "file", "--method", "careful")
    assert not asked.exists()
    assert big("runs", "verify").code == 0


@pytest.mark.parametrize("sent", ["packed twice", "of another batch"])
def test_replies_that_a_host_gives_unreadable_are_not_deleted_there(
    big: Shell, server: BatchServer, monkeypatch: pytest.MonkeyPatch, sent: str
) -> None:
    """They are paid for: to delete them and hand the same in again would pay twice."""
    options = ("--tier", "batch", "--method", "careful")
    assert grade(big, server, *options).code == 5
    right = BatchServer._keep

    def keep(self: BatchServer, rows: list[dict[str, Any]]) -> str:
        made = right(self, rows)
        name, content = self.files[made]
        other = content.replace(b'"custom_id": "', b'"custom_id": "x')
        self.files[made] = (name, gzip.compress(content) if sent == "packed twice" else other)
        return made

    monkeypatch.setattr(BatchServer, "_keep", keep)
    for _ in range(2):
        said = grade(big, server, *options)
        assert said.code == 5
        assert "holds none of them" in " ".join((said.out + said.err).split())

    assert len(server.files) == 2
    assert (len(server.batches), max(server.paid.values())) == (1, 1)


class Keeping(BatchServer):
    """Deletes nothing, and answers so, until told otherwise."""

    refusal: int = 0

    async def _handle(self, request: Request) -> Answer:
        if self.refusal and request.method == "DELETE":
            return error(self.refusal, "no")
        return await BatchServer._handle(self, request)


@pytest.mark.parametrize("status", [403, 405, 500])
def test_a_host_that_deletes_nothing_keeps_no_reply_from_counting(big: Shell, status: int) -> None:
    """A key may not delete, or a host has no such thing: it is said, and the class is graded."""
    options = ("--tier", "batch", "--method", "careful")
    with beside(Keeping(truth=truth)) as server:
        server.refusal = status
        assert grade(big, server, *options).code == 5

        again = grade(big, server, *options)

        assert again.code == 0, again.out
        assert "could not be deleted where it lies" in " ".join(again.out.split())
        server.refusal = 0
        assert grade(big, server, *options).code == 0
        assert (server.files, max(server.paid.values())) == ({}, 1)


def test_a_file_that_never_came_back_is_dropped(big: Shell, server: BatchServer) -> None:
    """It asks first, says so in the list, removes the file, and the class is graded otherwise."""
    assert grade(big, server, "--tier", "file", "--method", "careful").code == 5
    (asked,) = (big.home / "batches").glob("*.in.jsonl")

    unasked = big("runs", "drop")
    assert unasked.code == 2
    assert "--yes" in unasked.err
    assert asked.exists()
    wrong = big("runs", "drop", "another", "--yes")
    assert wrong.code == 2
    assert "runs list" in wrong.err

    dropped = big("runs", "drop", "--yes")
    assert dropped.code == 0, dropped.err
    assert asked.name.partition(".")[0] in dropped.out
    assert not asked.exists()
    assert "dropped; asked anew" in big("runs", "list").out
    assert big("runs", "drop", "--yes").code == 2
    assert big("runs", "verify").code == 0
    assert grade(big, server, "--method", "careful").code == 0


def test_a_batch_at_a_host_is_not_dropped(big: Shell, server: BatchServer) -> None:
    """What comes of it is paid for: it is said where it lies, and what to do."""
    assert grade(big, server, "--tier", "batch", "--method", "careful").code == 5

    refused = big("runs", "drop", "--yes")

    assert refused.code == 2
    assert "lies at a host" in refused.err
    assert "under way" in big("runs", "list").out


@pytest.mark.parametrize("steps", [1, 2, 3], ids=["intended", "uploaded", "created"])
def test_what_a_memory_calls_a_batch_of_mine_is_left_alone(
    big: Shell, server: BatchServer, steps: int
) -> None:
    """Whoever knows what my other class's batch is called could have it read and deleted."""
    server.wait = True
    assert grade(big, server, "--tier", "batch", "--method", "careful").code == 5
    mine = dict(server.files)
    (big.home / ".assessor").rename(big.home / "mine")
    with open_store(big.home / "mine", real()) as store:
        (batch,) = store.batches()
    with open_store(big.home / ".assessor", real()) as store:
        for step in list(batch.steps.values())[:steps]:
            store.note_batch(replace(step, id="theirs"))
    server.wait = False
    calls = len(server.calls)

    for more in ((), ("--yes",)):
        said = grade(big, server, "--tier", "batch", "--method", "careful", *more)
        assert said.code == 2
        assert "assessor runs drop theirs" in said.err
    dropped = big("runs", "drop", "theirs", "--yes")
    assert dropped.code == 0, dropped.err

    assert (server.files, len(server.calls)) == (mine, calls)
    assert grade(big, server, "--method", "careful").code == 0
    assert server.files == mine


def test_a_batch_that_was_collected_elsewhere_is_not_cleared_by_its_names(
    big: Shell, server: BatchServer
) -> None:
    """All that is left to do with it is to delete what a memory names."""
    server.files["file_77"] = ("precious.jsonl", b"{}")
    with open_store(big.home / ".assessor", real()) as store:
        first = BatchStep(id="theirs", step=Step.INTENDED, at="2026-01-01")
        for step in (
            replace(first, host=server.url, model="test-model"),
            replace(first, step=Step.UPLOADED, files=("file_77",)),
            replace(first, step=Step.CREATED, remote="batch_1"),
            replace(first, step=Step.COLLECTED),
        ):
            store.note_batch(step)

    for _ in range(2):
        assert grade(big, server, "--tier", "batch", "--method", "careful").code in {0, 5}
    assert "file_77" in server.files


@pytest.mark.parametrize("yes", [True, False])
def test_a_batch_of_another_machine_is_collected_on_a_persons_word(
    big: Shell, server: BatchServer, monkeypatch: pytest.MonkeyPatch, yes: bool
) -> None:
    """A class that moved between two machines of one person is asked about once."""
    assert grade(big, server, "--tier", "batch", "--method", "careful").code == 5
    handed_in_file().unlink()
    asked: list[str] = []

    def confirm(text: str, **_: object) -> bool:
        asked.append(text)
        return yes and "Collect it" in text

    monkeypatch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
    monkeypatch.setattr(click, "confirm", confirm)
    said = grade(big, server, "--tier", "batch", "--method", "careful")

    assert [server.url in each for each in asked if "Collect it" in each] == [True]
    assert said.code == (0 if yes else 2), said.err
    assert server.files == {} if yes else len(server.files) == 1


def test_a_batch_that_another_copy_collected_is_said_to_be_gone(
    big: Shell, server: BatchServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops once, asks nothing anew unsaid, and takes the other copy's replies when told to."""
    server.wait = True
    options = ("--tier", "batch", "--method", "careful")
    assert grade(big, server, *options).code == 5
    copy = big.home.with_name("copy")
    shutil.copytree(big.home, copy)
    server.wait = False
    assert grade(big, server, *options).code == 0
    monkeypatch.chdir(copy)

    told = grade(big, server, *options)
    said = " ".join(told.out.split())
    assert (told.code, len(server.batches)) == (5, 1)
    assert "collected by another copy of this class" in said
    assert "assessor runs merge FOLDER" in said
    assert "under way" not in big("runs", "list").out

    assert big("runs", "merge", str(big.home)).code == 0
    assert grade(big, server, *options).code == 0
    assert (len(server.batches), max(server.paid.values())) == (1, 1)
    assert big("runs", "verify").code == 0


def test_a_batch_that_a_host_does_not_know_yet_is_not_given_up(
    big: Shell, server: BatchServer
) -> None:
    """It was made a moment ago, and is paid for; its file stays where it is."""
    options = ("--tier", "batch", "--method", "careful")
    assert grade(big, server, *options).code == 5
    known, files = dict(server.batches), dict(server.files)
    server.batches.clear()

    said = grade(big, server, *options)
    assert (said.code, "or not yet" in " ".join(said.out.split())) == (5, True)
    assert "under way" in big("runs", "list").out
    assert server.files == files

    server.batches.update(known)
    assert grade(big, server, *options).code == 0
    assert max(server.paid.values()) == 1


def test_why_a_host_refused_a_batch_is_told(big: Shell, server: BatchServer) -> None:
    """Not that it is waited for."""
    server.refuse = "token_limit_exceeded"
    options = ("--tier", "batch", "--method", "careful")
    assert grade(big, server, *options).code == 5

    said = grade(big, server, *options)
    assert said.code == 5
    assert "refused it (token_limit_exceeded)" in " ".join(said.out.split())
