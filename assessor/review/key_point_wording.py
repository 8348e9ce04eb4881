"""The words of a key point, changed where they are read: previewed, written, then read again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from assessor.errors import AssessorError, RubricError
from assessor.review.class_routes import Blind, Tools
from assessor.review.class_state import ClassState
from assessor.review.page_templates import Pages
from assessor.review.rereading import Rereading
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOffer:
    """What reading by the file's words asks, who would read, or why nobody can from here."""

    asks: str = ""
    reader: str = ""
    why_not: str = ""


class Wording:
    """The handlers for the words of one key point, and for reading it again by them."""

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
        self._regrade = tools.regrade
        self._tools = tools.rulings
        self._reading = reading

    def routes(self) -> list[Route]:
        """Return the routes of this part."""
        return [
            Route("/wording", self.show, methods=["GET"]),
            Route("/wording", self.change, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Show the words of a key point, to be changed, and how far a reading by them is."""
        place = self._place(request.query_params)
        if place is None:
            return RedirectResponse("/rubric", 303)
        ended = self._reading and self._reading.look_again(request, _address(place))
        return ended or HTMLResponse(self._page(place, offer=await self._offer(place)))

    async def change(self, request: Request) -> Response:
        """Show what other words would mean, write them into the rubric's file, or read by them."""
        form = await read_form(request, self._lock)
        place = self._place(form)
        if place is None:
            return RedirectResponse("/rubric", 303)
        if place.file is None or self._class_state.seat.apart:
            return HTMLResponse(self._page(place), 409)
        if form.get("do") in {"read", "stop"}:
            return await self._read(place, form)
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
        if self._reading is not None:
            self._reading.forget()
        place = self._place(form) or place
        told = f"Written to {place.file.target if place.file else 'the file'}."
        return HTMLResponse(self._page(place, done=told, offer=await self._offer(place)))

    async def _read(self, place: WordingPlace, form: Mapping[str, str]) -> Response:
        """Begin to read the class by the file's words, or stop it, and lead to how far it is."""
        reading, offer = self._reading, await self._offer(place)
        if reading is None or place.file is None:
            return HTMLResponse(self._page(place, offer=offer), 409)
        if form.get("do") == "stop":
            await reading.stop()
        elif not reading.is_under_way:
            if offer.why_not or form.get("asks") != offer.asks:
                told = offer.why_not or "Not begun: what there is to ask changed; look again."
                return HTMLResponse(self._page(place, offer=offer, problem=told), 409)
            new = load_rubric(place.file.text, place.file.target)
            reading.start({**self._class_state.material.rubrics, place.question: new})
        return RedirectResponse(_address(place), 303)

    async def _offer(self, place: WordingPlace) -> ReadingOffer:
        """Return what reading by the file's words takes. Nothing of an answer is sent for it."""
        if self._reading is not None and self._reading.is_under_way:
            return ReadingOffer()
        tools = None if self._class_state.seat.apart else self._tools
        if tools is None or place.file is None or not _is_ahead(place):
            return ReadingOffer()
        new = load_rubric(place.file.text, place.file.target)
        asks = tools.costs(place.rubric, new)
        try:
            return ReadingOffer(asks=asks, reader=await tools.reader())
        except AssessorError as error:
            return ReadingOffer(asks=asks, why_not=str(error))

    def _place(self, asked: Mapping[str, str]) -> WordingPlace | None:
        if self._class_state.seat.blind:
            raise Blind
        self._class_state.refresh()
        question, cell = asked.get("question", ""), asked.get("cell", "")
        rubric = self._class_state.material.rubrics.get(question)
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
        read = [
            e for e in self._class_state.entries if e.key[1] == place.question and e.is_readable
        ]
        return {
            "words": [
                (field, before[field], after[field])
                for field in after
                if before[field] != after[field]
            ],
            "weak": list(weak.items()),
            "asks": self._tools.costs(place.rubric, new) if self._tools is not None else "",
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
        offer: ReadingOffer | None = None,
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
            "why_not": why_not(file, apart=self._class_state.seat.apart),
            "is_ahead": _is_ahead(place),
            "longest": LONGEST,
            "problem": problem,
            "done": done,
            "changes": changes,
            "command": self._regrade(),
            "offer": offer,
            "reading": self._reading,
            "where": _where(place),
        }
        return self._pages.render("wording.html", "rubric", values)


def _where(place: WordingPlace) -> dict[str, str]:
    return {"question": place.question, "cell": place.cell, "back": place.back}


def _address(place: WordingPlace) -> str:
    return f"/wording?{urlencode(_where(place))}"


def _is_ahead(place: WordingPlace) -> bool:
    """Return whether the file has other words for this key point than the class was read by."""
    if place.file is None:
        return False
    now = load_rubric(place.file.text, place.file.target)
    return wording_of(now, place.cell) != wording_of(place.rubric, place.cell)


def _label(field: str) -> str:
    name, _, level = field.partition(" ")
    if name == DESCRIPTION:
        return "What it is about"
    return f"When it is {level}" if level else "When it counts"
