"""The routes of the review page. What they decide is in the pure modules beside this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route
from starlette.types import Lifespan

from assessor.called import as_called
from assessor.errors import AssessorError, InputError, NothingGraded, StaleDecision
from assessor.report.display import shown
from assessor.review.border_pages import BorderPages
from assessor.review.class_routes import Blind, ClassRoutes, Tools
from assessor.review.class_state import ClassState
from assessor.review.decide_together import Together
from assessor.review.decision_keys import (
    accept,
    adjust,
    gives_nothing,
    set_level,
    settle,
    toggle_flag,
    with_remarks,
)
from assessor.review.entry import ReviewEntry
from assessor.review.filters import Filters, wish_from
from assessor.review.key_point_wording import Wording
from assessor.review.page_templates import TEMPLATES, Conflict, Pages
from assessor.review.page_words import given, saved_text
from assessor.review.rereading import Rereading
from assessor.review.security import ROOT, Guard, Lock, Refused, read_form
from assessor.review.student_list import asked_of
from assessor.review.view import letter_of
from assessor.store import Deed, Event
from assessor.verdict import Override

STATIC: Mapping[str, str] = {
    "review.css": "text/css",
    "keys.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


class NotFound(Exception):
    """There is no such answer."""


class Unknown(Exception):
    """A form asks for what this page does not do."""


READ_ANEW = (
    "Not saved: what is proposed here changed meanwhile (read again, or other points). Look again."
)
GIVES_ZERO = "Not saved: no points are given yet, so this gives 0. Press it again to give 0."


class ReviewRoutes:
    """The handlers of one class."""

    def __init__(self, class_state: ClassState, lock: Lock, tools: Tools) -> None:
        self.class_state = class_state
        self.lock = lock
        self._asked = ""
        self.pages = Pages(class_state, lock)
        self.office = ClassRoutes(class_state, lock, self.pages, tools)
        # One of the class at a time, whatever it was begun for.
        reading = Rereading(tools.rulings.read_again, self._was_read) if tools.rulings else None
        self.wording = Wording(class_state, lock, self.pages, tools, reading)
        self.borders = BorderPages(class_state, lock, self.pages, tools, reading)
        self.together = Together(class_state, lock, self.pages)

    def _was_read(self) -> None:
        self.class_state.changed = True
        self.pages.forget_rubrics()

    def routes(self) -> list[Route]:
        """Return the routes of this page."""
        return [
            Route("/", self.start),
            Route("/go", self.go),
            Route("/end", self.end),
            Route("/class", self.numbers),
            Route("/students", self.students),
            Route("/find", self.find),
            Route("/undo", self.undo, methods=["POST"]),
            Route("/answer/{id}", self.answer, methods=["GET"]),
            Route("/answer/{id}", self.change, methods=["POST"]),
            Route("/answer/{id}/text", self.text),
            Route("/answer/{id}/asked", self.asked),
            Route("/answer/{id}/trail", self.trail),
            Route("/static/{name}", static),
            *self.office.routes(),
            *self.wording.routes(),
            *self.borders.routes(),
            *self.together.routes(),
        ]

    async def start(self, _: Request) -> Response:
        """Go to the first answer that waits."""
        return RedirectResponse("/go", 303)

    async def go(self, request: Request) -> Response:
        """Go to the first open answer of a list, or to its end."""
        wish = wish_from(request.query_params)
        self.class_state.refresh()
        listed = self.class_state.list_for(wish)
        first = next((each for each in listed if not each.is_done), None)
        if first is None and wish.query and listed:
            first = listed[0]
        if first is None:
            return RedirectResponse(f"/end{wish.query}", 303)
        return RedirectResponse(f"/answer/{first.id}{wish.query}", 303)

    async def end(self, request: Request) -> Response:
        """Say that a list is through, and what there is to do."""
        self.class_state.refresh()
        wish = wish_from(request.query_params)
        return HTMLResponse(self.pages.end(wish, fragment=_partial(request)))

    async def answer(self, request: Request) -> Response:
        """Show one answer."""
        self.class_state.look()
        entry, wish = self._entry(request), wish_from(request.query_params)
        return HTMLResponse(self.pages.answer(entry, wish, fragment=_partial(request)))

    async def change(self, request: Request) -> Response:
        """Write down what was pressed, and show what stands then."""
        form = await read_form(request, self.lock)
        entry, wish = self._entry(request), wish_from(request.query_params)
        deed = form.get("do", "remarks")
        if deed == "undo":
            return self._undone(request, entry, wish)
        together = deed.startswith("settle")
        seen, _, shown = form.get("newest" if together else "seen", "").partition(" ")
        if shown and entry.mark.startswith(f"{seen} ") and entry.mark != f"{seen} {shown}":
            # Another reading or other points: what is pressed was said of what stood there before.
            page = self.pages.answer(
                entry, wish, fragment=_partial(request), said=READ_ANEW, typed=form
            )
            return HTMLResponse(page, 409)
        nobodys = self.class_state.seat.blind or entry.by_hand
        gives_zero = nobodys and deed in {"accept", "done"} and gives_nothing(entry)
        if gives_zero and self._asked != entry.id:
            self._asked = entry.id
            page = self.pages.answer(entry, wish, fragment=_partial(request), said=GIVES_ZERO)
            return HTMLResponse(page)
        self._asked = ""
        try:
            word, what = self._word(entry, deed, form)
        except InputError as error:
            told = f"Not saved: {error}."
            page = self.pages.answer(entry, wish, fragment=_partial(request), said=told, typed=form)
            return HTMLResponse(page)
        try:
            entry = self.class_state.say(entry, word, seen, together=together)
        except StaleDecision:
            return self._conflict(request, entry.id, word, deed)
        if deed == "equal":
            count = self.class_state.give_equals(entry)
            what = f"Given to {count} more"
        return self._after(request, entry, wish, what, forward=deed == "done")

    async def numbers(self, _: Request) -> Response:
        """Show the class in numbers."""
        self._refuse_blind()
        self.class_state.refresh()
        return HTMLResponse(self.pages.numbers())

    async def students(self, request: Request) -> Response:
        """Show the class as a list of students with their grades."""
        self._refuse_blind()
        self.class_state.refresh()
        return HTMLResponse(self.pages.students(asked_of(request.query_params)))

    async def find(self, request: Request) -> Response:
        """Go to a student's answer, by id or name."""
        self._refuse_blind()
        self.class_state.refresh()
        wanted = request.query_params.get("student", "").strip()
        found = self.class_state.find(wanted)
        if found is None:
            return HTMLResponse(self.pages.numbers(not_found=wanted))
        return RedirectResponse(f"/answer/{found.id}?show=all", 303)

    async def undo(self, request: Request) -> Response:
        """Take back the latest change and show its answer."""
        await read_form(request, self.lock)
        self.class_state.refresh()
        if (event := self.class_state.latest_for_all()) is not None:
            return _led_to(event, request)
        entry = self.class_state.undo()
        if entry is None:
            return RedirectResponse("/go", 303)
        return self._after(request, entry, wish_from(request.query_params), "Undone")

    async def text(self, request: Request) -> Response:
        """Show a long answer in full, as plain text."""
        return PlainTextResponse(self._entry(request).answer)

    async def asked(self, request: Request) -> Response:
        """Show the exact prompts and replies."""
        self._refuse_blind()
        return HTMLResponse(self.pages.asked(self._entry(request)))

    async def trail(self, request: Request) -> Response:
        """Show what was decided when by whom, and earlier runs beside the present one."""
        self._refuse_blind()
        return HTMLResponse(self.pages.trail(self._entry(request)))

    def _refuse_blind(self) -> None:
        """Keep from a blind seat what the judge said."""
        if self.class_state.seat.blind:
            raise Blind

    def _entry(self, request: Request) -> ReviewEntry:
        self.class_state.refresh()
        entry = self.class_state.entry(request.path_params["id"])
        if entry is None:
            raise NotFound
        return entry

    def _word(self, entry: ReviewEntry, deed: str, form: Mapping[str, str]) -> tuple[Override, str]:
        """Return the word that a deed comes to, and what it is called."""
        kind, _, rest = deed.partition(" ")
        noted = _noted(entry, form)
        try:
            match kind:
                case "level":
                    cell, level = rest.split(" ")
                    what = f"{letter_of(entry.rubric.cells.index(cell) + 1)} {level}"
                    word = noted(set_level(entry, cell, level))
                    if entry.mine is not None and entry.mine.total is not None:
                        word = replace(word, reason="")
                        what = f"{what}, and the points given in all are gone"
                    return word, what
                case "accept" | "done":
                    return noted(accept(entry)), "Accepted"
                case "adjust":
                    total, reason = form.get("total", ""), form.get("why", "")
                    return adjust(entry, total, reason), "Points in all given"
                case "flag":
                    return noted(toggle_flag(entry)), "Unflagged" if entry.is_flagged else "Flagged"
                case "remarks":
                    return noted(with_remarks(entry)), "Feedback and reason"
                case "equal" if entry.mine is not None:
                    return entry.mine, "Given"
                case "settle" if entry.mine is not None:
                    kept = entry.mine if rest == "mine" else entry.rivals[int(rest)]
                    return settle(entry, kept), "Settled"
        except (KeyError, ValueError, IndexError) as error:
            raise Unknown from error
        raise Unknown

    def _undone(self, request: Request, entry: ReviewEntry, wish: Filters) -> Response:
        if (event := self.class_state.latest_for_all()) is not None:
            return _led_to(event, request)
        taken_back = self.class_state.undo()
        if taken_back is None:
            return self._after(request, entry, wish, "Nothing left to undo")
        return self._after(request, taken_back, wish, "Undone")

    def _after(
        self,
        request: Request,
        entry: ReviewEntry,
        wish: Filters,
        what: str,
        *,
        forward: bool = False,
    ) -> Response:
        said = saved_text(entry, what)
        shown = self._next(entry, wish) if forward else entry
        url = f"/end{wish.query}" if shown is None else f"/answer/{shown.id}{wish.query}"
        if not _partial(request):
            return RedirectResponse(url, 303)
        if shown is None:
            page = self.pages.end(wish, fragment=True, said=said)
        else:
            page = self.pages.answer(shown, wish, fragment=True, said=said)
        moved = url.partition("?")[0] != request.url.path
        return HTMLResponse(page, headers={"HX-Push-Url": url} if moved else None)

    def _next(self, entry: ReviewEntry, wish: Filters) -> ReviewEntry | None:
        """Return the next answer of a list that is open, from here on and then from its start."""
        self.class_state.look()
        listed = self.class_state.list_for(wish)
        later = [each for each in listed if each.number > entry.number]
        return next((each for each in (*later, *listed) if not each.is_done), None)

    def _conflict(self, request: Request, entry_id: str, word: Override, deed: str) -> Response:
        self.class_state.refresh()
        entry = self.class_state.entry(entry_id)
        if entry is None:
            raise NotFound
        theirs = given(entry.rubric, entry.mine) if entry.mine is not None else "nothing"
        who = entry.mine.grader if entry.mine is not None and entry.mine.grader else ""
        conflict = Conflict(
            mine=given(entry.rubric, word),
            theirs=f"{theirs} ({who})" if who else theirs,
            again="accept" if deed == "done" else deed,
        )
        page = self.pages.answer(
            entry,
            wish_from(request.query_params),
            fragment=_partial(request),
            said="Not saved: somebody changed this answer meanwhile.",
            conflict=conflict,
        )
        return HTMLResponse(page, 409)


def build_app(review: ReviewRoutes, life: Lifespan[Starlette]) -> Starlette:
    """Return the application: guarded routes, and plain words for what goes wrong."""
    return Starlette(
        routes=review.routes(),
        lifespan=life,
        middleware=[Middleware(Guard, lock=review.lock)],
        exception_handlers={
            Refused: _told(403),
            NotFound: _told(404, "There is no such answer here; go back to the queue."),
            Blind: _told(403, "You grade blind: this would show what the judge said."),
            Unknown: _told(400, "That is nothing this page does; reload it."),
            NothingGraded: _told(410),
            AssessorError: _told(500),
        },
    )


async def static(request: Request) -> Response:
    """Return one of the page's own files."""
    name = request.path_params["name"]
    if name not in STATIC:
        return PlainTextResponse("No such file.", 404)
    return FileResponse(TEMPLATES / "static" / name, media_type=STATIC[name])


def _told(status: int, text: str = "") -> Callable[[Request, Exception], Response]:
    def answer(request: Request, error: Exception) -> Response:
        words = text or as_called(str(error))
        if request.method == "POST":
            words = f"Not saved. {words}"
        if _partial(request):
            root = request.scope[ROOT]
            alarm = _ALARM.format(words=words, root=root, place=request.url.path)
            return HTMLResponse(alarm, status)
        return PlainTextResponse(words, status)

    return answer


# What takes the place of an answer that could not be changed. Markup escapes what it is given.
_ALARM = Markup(
    '<main id="desk" tabindex="-1" data-answer="none" data-said="{words}">'
    '<section class="note alarm" role="alert"><p>{words}</p></section>'
    '<p><a class="button" href="{root}{place}">Show the answer again</a> '
    '<a class="button" href="{root}/go">Go on with the queue</a></p></main>'
)


def _led_to(event: Event, request: Request) -> Response:
    """Go where a release or a change of points is taken back, by the same key."""
    place = "/release" if event.deed is Deed.RELEASE else "/rubric"
    if _partial(request):
        return Response(headers={"HX-Redirect": place})
    return RedirectResponse(place, 303)


def _partial(request: Request) -> bool:
    return "hx-request" in request.headers


def _noted(entry: ReviewEntry, form: Mapping[str, str]) -> Callable[[Override], Override]:
    """Return what puts the typed feedback and reason on a word, where they were changed.

    The rubric's own sentences are no feedback of a person: they follow the levels.
    """
    mine = entry.mine
    own = _typed(form, "feedback", entry.shown.feedback, mine.feedback if mine else "")
    reason = _typed(form, "reason", mine.reason if mine else "", mine.reason if mine else "")

    def put(word: Override) -> Override:
        return replace(word, feedback=own, reason=reason)

    return put


def _typed(form: Mapping[str, str], name: str, seen: str, own: str) -> str:
    """Return a field as it was typed; where it is as it was shown, what stood behind it (`own`)."""
    typed = form.get(name, seen).replace("\r\n", "\n").strip()
    return own if typed in {seen.strip(), str(shown(seen)).strip()} else typed
