"""The page on which the judge's border cases are put to the instructor, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from assessor.assignment.ruled_class import (
    RubricChange,
    changes_of,
    keep_change,
    keep_passed,
    latest_ruling,
    never_written,
    not_read_yet,
    undone,
)
from assessor.engine.borders import gather_questions, proposals_of, tell_shown
from assessor.errors import ConfigError, InputError
from assessor.privacy import class_people
from assessor.review.class_routes import BEING_READ, Blind, Tools
from assessor.review.class_state import ClassState
from assessor.review.page_templates import Pages
from assessor.review.rereading import Rereading
from assessor.review.security import Lock, read_form
from assessor.review.view import points_text
from assessor.review.weights import RubricFile
from assessor.rubric import ABSENT, Rubric, load_rubric
from assessor.rubric.diff import diff_rubrics
from assessor.rulings.change import follows, problem_with
from assessor.rulings.question import BorderQuestion, borrowings_of
from assessor.rulings.ruling import RulingKind, Spoken, said_words
from assessor.verdict import ReasonCode

LONGEST_LINE = 300
SHOWN = 10


@dataclass(slots=True)
class _Picked:
    """What was pressed and typed for one question so far."""

    key: int = -1
    words: str = ""
    example: str = ""


@dataclass(slots=True)
class _State:
    picked: dict[str, _Picked] = field(default_factory=dict)
    framed: int = 0
    # The questions, and what they were worked out from.
    asked: tuple[BorderQuestion, ...] = ()
    as_of: tuple[int, str] | None = None


class BorderPages:
    """The handlers of rulings."""

    def __init__(
        self,
        class_state: ClassState,
        lock: Lock,
        pages: Pages,
        tools: Tools,
        reading: Rereading | None,
    ) -> None:
        self._class_state = class_state
        self._lock = lock
        self._pages = pages
        self._files = tools.files
        self._tools = tools.rulings
        self._reading = reading
        self._state = _State()

    def routes(self) -> list[Route]:
        """Return the routes of this part."""
        return [
            Route("/rulings", self.show, methods=["GET"]),
            Route("/rulings", self.rule, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Put the open questions, or show how far a reading by what was ruled is."""
        if self._reading and (ended := self._reading.look_again(request, "/rulings")):
            return ended
        self._state.framed = 0
        return HTMLResponse(self._page(self._questions()))

    async def rule(self, request: Request) -> Response:
        """Take in a key, show what follows, do it, or take the latest ruling back."""
        form = await read_form(request, self._lock)
        deed, _, rest = form.get("do", "").partition(" ")
        questions = self._questions()
        self._take_words(questions, form)
        if self._tools is None or self._reading is None or self._class_state.seat.apart:
            return HTMLResponse(self._page(questions), 403)
        if deed == "stop":
            await self._reading.stop()
            return RedirectResponse("/rulings", 303)
        is_read = deed in {"apply", "undo", "read"} and self._class_state.store.in_use()
        if is_read or self._reading.is_under_way:
            return HTMLResponse(self._page(questions, problem=BEING_READ), 409)
        self._reading.forget()
        if deed == "pick":
            border, _, number = rest.partition(" ")
            passed = self._pick(questions, border, int(number) if number.isdecimal() else -1)
            return HTMLResponse(self._page(self._questions() if passed else questions))
        if deed == "undo":
            return await self._undo(form.get("event", ""))
        if deed == "read":
            return await self._read_again(self._unread())
        return await self._rule_on(questions, deed)

    async def _rule_on(self, questions: Sequence[BorderQuestion], deed: str) -> Response:
        """Show what follows from the keys that were pressed, or do it."""
        said, problem = self._said(questions)
        if problem or not said or deed not in {"preview", "apply"}:
            return HTMLResponse(self._page(questions, problem=problem), 400 if problem else 200)
        try:
            changes = changes_of(
                self._class_state.material.run,
                self._class_state.material.rubrics,
                said,
                self._files.find,
            )
        except InputError as error:
            return HTMLResponse(self._page(questions, problem=str(error)), 409)
        if deed == "preview":
            return HTMLResponse(self._page(questions, changes=changes))
        return await self._apply(changes)

    async def _apply(self, changes: Sequence[RubricChange]) -> Response:
        for change in changes:
            write = self._write(change.old)
            who = self._class_state.seat.who
            keep_change(self._class_state.store, change, self._files.find, write, who)
            self._state.picked.clear()
        rubrics = {
            **self._class_state.material.rubrics,
            **{each.question: each.new for each in changes},
        }
        ruled = sum(len(each.rulings) for each in changes)
        names = ", ".join(Path(each.file).name for each in changes)
        return await self._read_again(
            rubrics, f"{ruled} {'ruling' if ruled == 1 else 'rulings'} written into {names}."
        )

    async def _undo(self, event_id: str) -> Response:
        event = latest_ruling(self._class_state.store)
        ruling = event.ruling if event is not None else None
        if event is None or ruling is None or event.id != event_id:
            gone = "Not taken back: it does not stand any more; this is how things are now."
            return HTMLResponse(self._page(self._questions(), problem=gone), 409)
        old = self._class_state.material.rubrics[ruling.question]
        try:
            text, target = undone(ruling, self._files.find(old))
        except InputError as error:
            return HTMLResponse(self._page(self._questions(), problem=str(error)), 409)
        self._write(old)(target, text)
        self._class_state.store.take_back(event.id, who=self._class_state.seat.who)
        rubrics = {**self._class_state.material.rubrics, ruling.question: load_rubric(text, target)}
        return await self._read_again(rubrics, f"Taken back: {said_words(ruling)}.")

    async def _read_again(self, rubrics: Mapping[str, Rubric], *done: str) -> Response:
        """Begin to read by other rubrics, or say why nobody can from here. Raises nothing."""
        self._class_state.changed = True
        self._pages.forget_rubrics()
        if self._tools is None or self._reading is None:
            return HTMLResponse(self._page(self._questions(), done=done))
        try:
            await self._tools.reader()
        except ConfigError as error:
            told = (*done, f"Not read again yet: {error}", "In the terminal: assessor rulings")
            return HTMLResponse(self._page(self._questions(), done=told))
        self._reading.start({**self._class_state.material.rubrics, **rubrics}, *done)
        return HTMLResponse(self._page(self._questions()))

    def _unread(self) -> dict[str, Rubric]:
        """Return the rubrics whose rulings the class was not read by yet."""
        state = self._class_state
        material = state.material
        return not_read_yet(state.store, material.run, material.rubrics, self._files.find)

    def _never_written(self) -> Iterator[str]:
        """Yield what was ruled and cut short before it came into the rubric's file."""
        state = self._class_state
        material = state.material
        return never_written(state.store, material.run, material.rubrics, self._files.find)

    def _unread_asks(self) -> list[str]:
        """Return what reading by those rulings asks, a line for each rubric."""
        if self._tools is None:
            return []
        rubrics = self._class_state.material.rubrics
        return [self._tools.costs(rubrics[each], new) for each, new in self._unread().items()]

    def _write(self, rubric: Rubric) -> Callable[[str, str], None]:
        """Return what writes a rubric's file anew; its own place is asked for once more."""

        def write(name: str, text: str) -> None:
            file = self._files.find(rubric)
            is_own = file is not None and file.is_own
            self._files.write(RubricFile(text=text, target=name, is_own=is_own), text)

        return write

    def _questions(self) -> tuple[BorderQuestion, ...]:
        if self._class_state.seat.blind:
            raise Blind
        self._class_state.refresh()
        material = self._class_state.material
        if ReasonCode.HAND_GRADING in {r for each in material.outcomes[:50] for r in each.reasons}:
            return ()
        if self._state.as_of != self._class_state.as_of:
            self._state.asked = gather_questions(
                self._class_state.store, material.rubrics, material.outcomes
            ).questions
            self._state.as_of = self._class_state.as_of
        found = self._state.asked
        if not self._class_state.seat.apart:
            tell_shown(self._class_state.store, found, material.run, self._class_state.seat.who)
        return found

    def _take_words(self, questions: Sequence[BorderQuestion], form: Mapping[str, str]) -> None:
        for each in questions:
            border = each.border.id
            picked = self._state.picked.setdefault(border, _Picked())
            picked.words = _line(form.get(f"words {border}", picked.words))
            picked.example = _line(form.get(f"example {border}", picked.example))

    def _pick(self, questions: Sequence[BorderQuestion], border: str, key: int) -> bool:
        """Note a key for a question; return whether it was passed over, so that others are open."""
        for place, each in enumerate(questions):
            if each.border.id != border or not 0 <= key <= len(each.choices) + 1:
                continue
            if key == len(each.choices) + 1:
                rubric = self._class_state.material.rubrics[each.border.question]
                run, who = self._class_state.material.run, self._class_state.seat.who
                keep_passed(self._class_state.store, run, rubric, each, who)
                self._state.framed = place
                return True
            self._state.picked[border].key = key
            self._state.framed = place + 1
        return False

    def _said(
        self, questions: Sequence[BorderQuestion]
    ) -> tuple[list[tuple[BorderQuestion, Spoken]], str]:
        """Return what was decided so far, or why it cannot stand in the rubric."""
        said = []
        material = self._class_state.material
        people = class_people([e.submission for e in material.outcomes], material.rubrics)
        for place, each in enumerate(questions):
            picked = self._state.picked.get(each.border.id, _Picked())
            if picked.key < 0:
                continue
            spoken = _spoken(each, picked)
            answers = [
                e.submission.answer
                for e in material.outcomes
                if e.submission.question == each.border.question
            ]
            rubric = material.rubrics[each.border.question]
            borrowed = borrowings_of(rubric, answers)
            if problem := problem_with(each, spoken, borrowed, people):
                self._state.framed = place
                return [], f"{each.border.cell}: {problem}"
            said.append((each, spoken))
        return said, ""

    def _page(
        self,
        questions: Sequence[BorderQuestion],
        *,
        problem: str = "",
        done: Sequence[str] = (),
        changes: Sequence[RubricChange] = (),
    ) -> str:
        views = [self._view(number, each) for number, each in enumerate(questions, start=1)]
        reads = self._reading is not None and self._reading.is_under_way
        may_rule = self._tools is not None and not self._class_state.seat.apart
        values = {
            "reading": self._reading,
            "unread": self._unread_asks() if may_rule and not reads else [],
            "questions": views,
            "decided": sum(each["key"] >= 0 for each in views),
            "points": f"{sum(each.border.weight for each in questions):.1f}",
            "problem": problem,
            "done": (*done, *self._never_written()),
            "follows": [self._follows(each) for each in changes],
            "deed": self._deed(),
            "framed": self._state.framed,
            "may_rule": may_rule,
        }
        return self._pages.render("rulings.html", "rulings", values)

    def _view(self, number: int, asked: BorderQuestion) -> dict[str, Any]:
        border = asked.border
        picked = self._state.picked.get(border.id, _Picked())
        names = {ABSENT: "not made" if asked.is_wrong else "does not count"}
        labels = [names.get(each, f"counts for {each}") for each in asked.choices]
        return {
            "id": border.id,
            "number": number,
            "cell": border.cell,
            "about": asked.about,
            "between": f"{border.lower} and {border.upper}",
            "upper": border.upper,
            "answers": border.answers,
            "points": f"{border.weight:.1f}",
            "name": asked.name,
            "key": picked.key,
            "words": picked.words,
            "example": picked.example,
            "depends": picked.key == len(asked.choices),
            "keys": list(enumerate([*labels, "depends", "skip"])),
            "passages": [
                (each.text[: each.start], each.text[each.start : each.end], each.text[each.end :])
                for each in asked.passages
            ],
        }

    def _follows(self, change: RubricChange) -> dict[str, Any]:
        proposals = proposals_of(self._class_state.material.outcomes)
        numbers = {each.key: each.number for each in self._class_state.entries}
        changed = [
            {
                "said": said_words(ruling),
                "moved": [
                    {
                        "number": numbers[each.key],
                        "before": points_text(each.before),
                        "after": points_text(each.after),
                    }
                    for each in moved[:SHOWN]
                ],
                "count": len(moved),
            }
            for ruling in change.rulings
            for moved in [follows(change.new, ruling, proposals)]
        ]
        return {
            "file": Path(change.file).name,
            "lines": [
                (each.cell, line)
                for each in diff_rubrics(change.old, change.new).cells
                for line in each.lines
            ],
            "asks": self._tools.costs(change.old, change.new) if self._tools is not None else "",
            "rulings": changed,
        }

    def _deed(self) -> dict[str, str] | None:
        event = latest_ruling(self._class_state.store)
        if event is None or event.ruling is None or self._class_state.seat.apart:
            return None
        by = f" by {event.who}" if event.who else ""
        at = event.at[:16].replace("T", " ")
        return {"id": event.id, "what": f"decided: {said_words(event.ruling)}{by}, {at}."}


def _spoken(asked: BorderQuestion, picked: _Picked) -> Spoken:
    if picked.key == len(asked.choices):
        return Spoken(kind=RulingKind.DEPENDS, words=picked.words)
    return Spoken(
        kind=RulingKind.LEVEL,
        level=asked.choices[picked.key],
        words=picked.words,
        example=picked.example,
    )


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_LINE]
