"""Small builders for the tests of the page: a graded class, its state, a served page, a visitor."""

from __future__ import annotations

import contextvars
import http.client
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode, urlsplit

import uvicorn
from starlette.types import ASGIApp

from assessor.ambient import real
from assessor.engine.by_hand import grade_by_hand
from assessor.engine.reweighed import keep_reweighed
from assessor.grade import proposed_points
from assessor.judges.scripted import Script, ScriptedJudge
from assessor.review.class_routes import Tools
from assessor.review.class_state import ClassState, ReviewMaterial
from assessor.review.entry import ReviewEntry, Seat
from assessor.review.release_preview import Preview
from assessor.review.serve import Opened, application, bind
from assessor.review.weights import RubricFile
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord, Store
from assessor.submission import Submission
from tests.engine.build import FULL, RUBRIC, UNSURE, by_cell, grade, job

OWNER = Seat(name="ada")
GOOD = by_cell(samples=FULL, proxy=UNSURE)


def grade_class(store: Store, submissions: Sequence[Submission], script: Script = GOOD) -> None:
    grade(job(submissions, budget=1.0), ScriptedJudge(script), store)


def hand_class(store: Store, submissions: Sequence[Submission]) -> None:
    grade_by_hand(job(submissions), store, real())


def material(store: Store) -> ReviewMaterial:
    run = store.latest_run()
    assert run is not None
    questions = run.command.rubrics
    return ReviewMaterial(
        run=run.id,
        rubrics={
            question: Rubric.model_validate_json(store.rubric_text(digest))
            for question, digest in questions
        },
        outcomes=store.outcomes(run.id),
        manifest=run.manifest,
        answers="answers.csv",
    )


def class_state_in(store: Store, seat: Seat = OWNER) -> ClassState:
    return ClassState(store, lambda: material(store), seat, real())


def entry_of(class_state: ClassState, student: str) -> ReviewEntry:
    class_state.refresh()
    return next(each for each in class_state.entries if each.key[0] == student)


def read_otherwise(store: Store, level: str = "absent") -> None:
    """Another run comes to another level of the first key point for everybody."""
    run = store.latest_run()
    assert run is not None
    rubrics, found = material(store).rubrics, []
    for each in store.outcomes(run.id):
        first, *others = each.findings
        findings = (replace(first, level=level), *others)
        points = proposed_points(rubrics[each.submission.question], findings, each.submission)
        found.append(replace(each, findings=findings, proposed=points))
    store.save_outcomes(run.id, found)


class NoOutlets:
    """A page from which nothing can be exported."""

    names: Sequence[str] = ()

    def preview(self, target: str, column: str = "") -> Preview:
        raise AssertionError(target)

    def write(self, target: str, column: str = "") -> str:
        raise AssertionError(target)

    def take(self, name: str, data: bytes) -> Sequence[str]:
        raise AssertionError(name)


@dataclass
class OneFile:
    """A rubric's file in memory."""

    text: str = RUBRIC

    def find(self, rubric: Rubric) -> RubricFile | None:
        return RubricFile(text=self.text, target="labels.yaml", is_own=True)

    def write(self, file: RubricFile, text: str) -> None:
        self.text = text


def tools_for(class_state: ClassState, files: OneFile | None = None) -> Tools:
    def keep(rubrics: Mapping[str, Rubric], outcomes: Sequence[OutcomeRecord]) -> None:
        before = class_state.store.latest_run()
        assert before is not None
        keep_reweighed(class_state.store, before, rubrics, outcomes)

    return Tools(
        outlets=NoOutlets(),
        files=files or OneFile(),
        keep=keep,
        regrade=lambda: "assessor grade answers.csv",
    )


@contextmanager
def served(class_state: ClassState, tools: Tools | None = None) -> Iterator[Opened]:
    """Serve a class on loopback; the server has ended when the block has."""
    opened = bind("127.0.0.1", 0)
    app = application(class_state, opened, real(), lambda: None, tools or tools_for(class_state))
    with running(app, opened):
        yield opened


@contextmanager
def running(app: ASGIApp, opened: Opened) -> Iterator[None]:
    """Run an application on an address; the server has ended when the block has."""
    config = uvicorn.Config(app, log_level="error", access_log=False, ws="none", lifespan="on")
    server = uvicorn.Server(config)
    # In the thread of the command, as far as that is told: how commands are called.
    carried = contextvars.copy_context()
    thread = threading.Thread(target=carried.run, args=(server.run, [opened.socket]))
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        opened.socket.close()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def place(self) -> str:
        return self.headers.get("location", "")

    def value(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, name
        return found.group(1)


@dataclass
class Visitor:
    """A browser's manners without a browser: keeps the cookie, names host and origin."""

    opened: Opened
    cookie: str = ""
    host: str = field(init=False)
    root: str = field(init=False)

    def __post_init__(self) -> None:
        self.host = f"127.0.0.1:{self.opened.lock.port}"
        self.root = urlsplit(self.opened.address).path.rstrip("/")

    def enter(self) -> Visitor:
        answer = self.get("/?" + self.opened.address.partition("?")[2])
        self.cookie = answer.headers["set-cookie"].partition(";")[0]
        return self

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, form: Mapping[str, str], **headers: str) -> Answer:
        return self._ask(
            "POST", path, urlencode(form), {"Origin": f"http://{self.host}", **headers}
        )

    def do(self, path: str, deed: str, **fields: str) -> Answer:
        """Press a button on a page, with what the page's form holds."""
        page = self.get(path)
        form = {"csrf": page.value("csrf"), "seen": page.value("seen"), "do": deed, **fields}
        return self.post(path, form)

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        sent = {"Host": self.host, "Cookie": self.cookie, **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.opened.lock.port, timeout=60)
        try:
            connection.request(method, self.root + path, body, sent)
            reply = connection.getresponse()
            text = reply.read().decode()
            told = {
                name.lower(): value.removeprefix(self.root) for name, value in reply.getheaders()
            }
            return Answer(reply.status, told, text)
        finally:
            connection.close()
