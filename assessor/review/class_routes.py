"""The routes beside the answers: release and export, the rubric's points and phrasings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from assessor.counting import plural
from assessor.errors import AssessorError, InputError, RubricError, StaleDecision
from assessor.review.class_state import ClassState
from assessor.review.entry import ReviewEntry
from assessor.review.page_templates import Pages
from assessor.review.page_words import TARGETS
from assessor.review.release_preview import Outlets, Preview, outgoing, releases, shown_by
from assessor.review.rereading import ReadsAgain
from assessor.review.reweigh import Reweighed, repointed, reweigh
from assessor.review.security import ROOT, Lock, read_file, read_form
from assessor.review.weights import (
    RubricFile,
    asked_points,
    change_text,
    changed_points,
    offer,
    point_fields,
    points_before,
    preview,
    where_text,
    why_not,
)
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.phrasings import Phrasings, add_phrasing
from assessor.rubric.points import with_points
from assessor.store import Deed, Event, OutcomeRecord, PointsChange
from assessor.trust.audit_standing import audit_words

GONE = "Not taken back: it does not stand any more; this is how things are now."

# It began with the rubric as it was, and what it comes to would stand above what is changed now.
BEING_READ = (
    "Not changed: the class is being read just now, by the rubric as it is. Wait until that is "
    "done, or stop it."
)

DECIDED_MEANWHILE = (
    "Not done: somebody decided on one of these answers just now. Look again at who changes, then "
    "do the same once more."
)


class Blind(Exception):
    """A blind seat asks for what shows the judge's reading."""


class RubricFiles(Protocol):
    """Finds the file that a question was graded by, and writes it."""

    def find(self, rubric: Rubric) -> RubricFile | None:
        """Return the file that holds this rubric; None where there is none."""

    def write(self, file: RubricFile, text: str) -> None:
        """Write the file anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingTools:
    """What rulings and other words need: `costs` says what another version of a rubric asks.

    `reader` says who would read, and sends nothing; it raises ConfigError like `read_again`.
    """

    costs: Callable[[Rubric, Rubric], str]
    reader: Callable[[], Awaitable[str]]
    read_again: ReadsAgain


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the application lends the page: `keep` stores a class under changed rubrics.

    `regrade` says which command reads the class again, what is unchanged coming from the store.
    Without `rulings` borders are shown and cannot be ruled on.
    """

    outlets: Outlets
    files: RubricFiles
    keep: Callable[[Mapping[str, Rubric], Sequence[OutcomeRecord]], None]
    regrade: Callable[[], str]
    rulings: RulingTools | None = None


class ClassRoutes:
    """The handlers of release, export and rubric."""

    def __init__(self, class_state: ClassState, lock: Lock, pages: Pages, tools: Tools) -> None:
        self._class_state = class_state
        self._lock = lock
        self._pages = pages
        self._tools = tools

    def routes(self) -> list[Route]:
        """Return the routes of this part."""
        return [
            Route("/release", self.release, methods=["GET"]),
            Route("/release", self.give, methods=["POST"]),
            Route("/template", self.template, methods=["POST"]),
            Route("/rubric", self.rubric, methods=["GET"]),
            Route("/rubric", self.weigh, methods=["POST"]),
            Route("/phrase", self.phrase, methods=["POST"]),
        ]

    async def release(self, request: Request) -> Response:
        """Show what would go out, and what a platform's file would change."""
        self._refresh()
        asked = request.query_params
        return HTMLResponse(self._release_page(asked.get("to", ""), column=asked.get("column", "")))

    async def template(self, request: Request) -> Response:
        """Take a platform's own file that was put on the page, and say where it is filled in."""
        data = await read_file(request, self._lock)
        self._refresh()
        try:
            targets = self._tools.outlets.take(request.query_params.get("name", "")[:200], data)
        except AssessorError as error:
            return PlainTextResponse(f"Not taken: {error}", 400)
        return PlainTextResponse(f"{request.scope[ROOT]}/release?to={targets[0]}#export")

    async def give(self, request: Request) -> Response:
        """Release what nobody has read, or write a platform's file."""
        form = await read_form(request, self._lock)
        self._refresh()
        target = form.get("to", "")
        if form.get("do") == "undo":
            event = self._standing(Deed.RELEASE, form.get("event", ""))
            if event is None:
                return HTMLResponse(self._release_page("", GONE), 409)
            self._class_state.take_back(event)
            told = f"Taken back: the release of {plural(len(event.released), 'grade')}."
            return HTMLResponse(self._release_page("", told))
        if form.get("do") == "export" and target in self._tools.outlets.names:
            try:
                done = self._tools.outlets.write(target, form.get("column", ""))
            except InputError as error:
                done = f"Not written: {error}"
            return HTMLResponse(self._release_page("", done))
        words = releases(self._class_state.entries, self._class_state.audit())
        if form.get("sure") != "yes":
            return HTMLResponse(self._release_page("", "Not released: tick the box first."), 400)
        if form.get("shown") != shown_by(words):
            told = "Not released: what would go out changed meanwhile; look again."
            return HTMLResponse(self._release_page("", told), 409)
        self._class_state.release(words)
        return HTMLResponse(
            self._release_page("", f"{plural(len(words), 'grade')} released unread.")
        )

    def _refresh(self) -> None:
        if self._class_state.seat.blind:
            raise Blind
        self._class_state.refresh()

    def _release_page(self, target: str, done: str = "", column: str = "") -> str:
        outlets, audit = self._tools.outlets, self._class_state.audit()
        preview: Preview | None = None
        if target in outlets.names:
            try:
                preview = outlets.preview(target, column)
            except AssessorError as error:
                preview = Preview(problem=str(error))
        values = {
            "r": outgoing(self._class_state.entries),
            "shown": shown_by(releases(self._class_state.entries, audit)),
            "outlets": {name: TARGETS.get(name, name) for name in outlets.names},
            "target": target,
            "column": column,
            "preview": preview,
            "audit": audit_words(audit),
            "done": done,
            "deed": self._latest(Deed.RELEASE),
        }
        return self._pages.render("release.html", "release", values)

    async def rubric(self, _: Request) -> Response:
        """Show the points of every key point."""
        self._refresh()
        return HTMLResponse(self._rubric_page())

    async def weigh(self, request: Request) -> Response:
        """Show who would change under other points, or change them."""
        form = await read_form(request, self._lock)
        self._refresh()
        if form.get("do") in {"apply", "undo"} and self._class_state.store.in_use():
            return HTMLResponse(self._rubric_page(problem=BEING_READ, typed=form), 409)
        if form.get("do") == "undo":
            return self._weigh_back(form.get("event", ""))
        question = form.get("question", "")
        old = self._class_state.material.rubrics.get(question)
        file = self._tools.files.find(old) if old is not None else None
        if old is None or file is None or self._class_state.seat.apart:
            return RedirectResponse("/rubric", 303)
        try:
            text = with_points(file.text, file.target, asked_points(form, old))
            new = repointed(old, load_rubric(text, file.target))
            weighed = self._reweighed(question, new)
        except InputError as error:
            return HTMLResponse(self._rubric_page(problem=str(error), typed=form), 400)
        if form.get("do") != "apply":
            return HTMLResponse(self._rubric_page(typed=form, question=question, weighed=weighed))
        change = PointsChange(question=question, file=file.target, points=changed_points(old, new))
        # On record before any grade is another one, so that what is cut short can be taken back.
        self._tools.files.write(file, text)
        try:
            self._class_state.follow_points(change, weighed.decisions)
        except StaleDecision:
            self._tools.files.write(file, file.text)
            return HTMLResponse(self._rubric_page(problem=DECIDED_MEANWHILE, typed=form), 409)
        self._keep(question, new, weighed)
        return HTMLResponse(self._rubric_page(done=f"Points changed, written to {file.target}."))

    def _reweighed(self, question: str, new: Rubric) -> Reweighed:
        weighed = reweigh(self._of(question), new)
        if weighed is None:
            raise RubricError("The findings do not answer this rubric; run assessor grade again.")
        return weighed

    def _keep(self, question: str, new: Rubric, weighed: Reweighed) -> None:
        rubrics = {**self._class_state.material.rubrics, question: new}
        changed = {each.submission.key: each for each in weighed.outcomes}
        self._tools.keep(
            rubrics,
            [changed.get(e.submission.key, e) for e in self._class_state.material.outcomes],
        )
        self._pages.forget_rubrics()
        self._class_state.refresh()

    def _weigh_back(self, event_id: str) -> Response:
        """Take a change of points back, in the rubric's file and in every grade."""
        event = self._standing(Deed.POINTS, event_id)
        change = event.change if event is not None else None
        if event is None or change is None or self._class_state.seat.apart:
            return HTMLResponse(self._rubric_page(problem=GONE), 409)
        old = self._class_state.material.rubrics.get(change.question)
        file = self._tools.files.find(old) if old is not None else None
        if old is None or file is None:
            return HTMLResponse(self._rubric_page(problem=why_not(None, apart=False)), 409)
        try:
            text = with_points(file.text, file.target, points_before(change, old))
            new = repointed(old, load_rubric(text, file.target))
            weighed = self._reweighed(change.question, new)
        except InputError as error:
            return HTMLResponse(self._rubric_page(problem=str(error)), 409)
        self._tools.files.write(file, text)
        self._keep(change.question, new, weighed)
        try:
            self._class_state.points_back(event, weighed.decisions)
        except StaleDecision:
            return HTMLResponse(self._rubric_page(problem=DECIDED_MEANWHILE), 409)
        told = f"Taken back: {change_text(change)}. Written to {file.target}."
        return HTMLResponse(self._rubric_page(done=told))

    def _standing(self, deed: Deed, event_id: str) -> Event | None:
        found = self._class_state.store.standing_deeds(deed)
        return next((each for each in found if each.id == event_id), None)

    def _latest(self, deed: Deed) -> dict[str, object] | None:
        """Return the newest of these deeds that stands, in words: what, by whom and when."""
        found = self._class_state.store.standing_deeds(deed)
        if not found:
            return None
        event = found[-1]
        what = f"{plural(len(event.released), 'grade was', 'grades were')} released unread"
        if event.change is not None:
            what = f"Points changed: {change_text(event.change)}"
        by = f" by {event.who}" if event.who else ""
        return {"id": event.id, "what": f"{what}{by}, {event.at[:16].replace('T', ' ')}."}

    async def phrase(self, request: Request) -> Response:
        """Offer to put marked words into the rubric's file, or put them there."""
        form = await read_form(request, self._lock)
        self._refresh()
        rubric = self._class_state.material.rubrics.get(form.get("question", ""))
        cell, words = form.get("cell", ""), " ".join(form.get("phrase", "").split())
        if rubric is None or cell not in rubric.cells or not words:
            return RedirectResponse("/rubric", 303)
        file = self._tools.files.find(rubric)
        deed = form.get("do", "")
        if deed not in {"accepted", "not_enough"} or file is None:
            return HTMLResponse(self._rubric_page(phrase=offer(form, rubric, file)))
        try:
            text = add_phrasing(file.text, file.target, cell, Phrasings(deed), words)
        except RubricError as error:
            return HTMLResponse(self._rubric_page(problem=str(error)), 400)
        self._tools.files.write(file, text)
        told = f"“{words}” is written into {file.target}. It is asked about at the next grade run."
        return HTMLResponse(self._rubric_page(done=told))

    def _of(self, question: str) -> list[ReviewEntry]:
        return [each for each in self._class_state.entries if each.key[1] == question]

    def _rubric_page(
        self,
        *,
        done: str = "",
        problem: str = "",
        phrase: Mapping[str, object] | None = None,
        typed: Mapping[str, str] | None = None,
        question: str = "",
        weighed: Reweighed | None = None,
    ) -> str:
        questions = []
        for asked, rubric in self._class_state.material.rubrics.items():
            file = self._tools.files.find(rubric)
            mine = (typed or {}).get("question") == asked
            questions.append(
                {
                    "question": asked,
                    "title": rubric.title,
                    "where": where_text(file),
                    "cells": point_fields(rubric, typed if mine and typed else {}),
                    "may_change": file is not None and not self._class_state.seat.apart,
                    "why_not": why_not(file, apart=self._class_state.seat.apart),
                    "preview": preview(weighed, len(self._of(asked)))
                    if weighed is not None and asked == question
                    else None,
                }
            )
        values = {
            "done": done,
            "problem": problem,
            "phrase": phrase,
            "questions": questions,
            "deed": None if self._class_state.seat.apart else self._latest(Deed.POINTS),
        }
        return self._pages.render("rubric.html", "rubric", values)
