"""The words of a key point, changed where they are read: previewed, written, then read again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from assessor.errors import RubricError
from assessor.review.class_routes import Blind, RubricFiles
from assessor.review.class_state import ClassState
from assessor.review.page_templates import Pages
from assessor.review.security import Lock, read_form
from assessor.review.view import letter_of
from assessor.review.weights import RubricFile, why_not
from assessor.rubric import Rubric, load_rubric
from assessor.rubric.lint import lint
from assessor.rubric.rewording import DESCRIPTION, with_wording, wording_of

LONGEST = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingPlace:
    """Which words are changed: of what cell, in what file, and the answer to go back to."""

    question: str
    cell: str
    rubric: Rubric
    file: RubricFile | None
    back: str


class Wording:
    """The handlers for the words of one key point; `regrade` is the command that reads it again."""

    def __init__(
        self,
        desk: ClassState,
        lock: Lock,
        pages: Pages,
        files: RubricFiles,
        regrade: Callable[[], str],
    ) -> None:
        self._desk = desk
        self._lock = lock
        self._pages = pages
        self._files = files
        self._regrade = regrade

    def routes(self) -> list[Route]:
        """Return the routes of this part."""
        return [
            Route("/wording", self.show, methods=["GET"]),
            Route("/wording", self.change, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the words of a key point, to be changed."""
        place = self._place(request.query_params)
        if place is None:
            return RedirectResponse("/rubric", 303)
        return HTMLResponse(self._page(place))

    async def change(self, request: Request) -> Response:
        """Show what other words would mean, or write them into the rubric's file."""
        form = await read_form(request, self._lock)
        place = self._place(form)
        if place is None:
            return RedirectResponse("/rubric", 303)
        if place.file is None or self._desk.seat.apart:
            return HTMLResponse(self._page(place), 409)
        typed = {name.removeprefix("field "): each[:LONGEST] for name, each in form.items()}
        try:
            text = with_wording(place.file.text, place.file.target, place.cell, typed)
        except RubricError as error:
            return HTMLResponse(self._page(place, typed=typed, problem=str(error)), 400)
        if text == place.file.text:
            return HTMLResponse(self._page(place, typed=typed, problem="These are the same words."))
        if form.get("do") != "apply":
            changes = self._changes(place, text)
            return HTMLResponse(self._page(place, typed=typed, changes=changes))
        self._files.write(place.file, text)
        place = self._place(form) or place
        told = f"Written to {place.file.target if place.file else 'the file'}."
        return HTMLResponse(self._page(place, done=told))

    def _place(self, asked: Mapping[str, str]) -> WordingPlace | None:
        if self._desk.seat.blind:
            raise Blind
        self._desk.refresh()
        question, cell = asked.get("question", ""), asked.get("cell", "")
        rubric = self._desk.material.rubrics.get(question)
        if rubric is None or cell not in rubric.cells:
            return None
        back = asked.get("back", "")
        return WordingPlace(
            question=question,
            cell=cell,
            rubric=rubric,
            file=self._files.find(rubric),
            back=back if back.startswith("/answer/") else "/rubric",
        )

    def _changes(self, place: WordingPlace, text: str) -> dict[str, object]:
        """Return what other words would mean: before and after, what is weak, who is read again."""
        file = place.file
        if file is None:
            raise RubricError(why_not(None, apart=False))
        new = load_rubric(text, file.target)
        before = wording_of(load_rubric(file.text, file.target), place.cell)
        after = wording_of(new, place.cell)
        weak = {each.what: each.remedy for each in lint(text, file.target)}
        for each in lint(file.text, file.target):
            weak.pop(each.what, None)
        read = [e for e in self._desk.entries if e.key[1] == place.question and e.is_readable]
        return {
            "words": [
                (field, before[field], after[field])
                for field in after
                if before[field] != after[field]
            ],
            "weak": list(weak.items()),
            "answers": len({each.outcome.submission.answer_digest for each in read}),
            "decided": sum(each.is_done for each in read),
        }

    def _page(
        self,
        place: WordingPlace,
        *,
        typed: Mapping[str, str] | None = None,
        problem: str = "",
        done: str = "",
        changes: Mapping[str, object] | None = None,
    ) -> str:
        file, rubric = place.file, place.rubric
        now = rubric if file is None else load_rubric(file.text, file.target)
        words = wording_of(now, place.cell)
        values = {
            "place": place,
            "letter": letter_of(rubric.cells.index(place.cell) + 1),
            "title": words[DESCRIPTION],
            "fields": [
                (field, _label(field), (typed or {}).get(field, text))
                for field, text in words.items()
            ],
            "why_not": why_not(file, apart=self._desk.seat.apart),
            "is_ahead": words != wording_of(rubric, place.cell),
            "longest": LONGEST,
            "problem": problem,
            "done": done,
            "changes": changes,
            "command": self._regrade(),
        }
        return self._pages.render("wording.html", "rubric", values)


def _label(field: str) -> str:
    name, _, level = field.partition(" ")
    if name == DESCRIPTION:
        return "What it is about"
    return f"When it is {level}" if level else "When it counts"
