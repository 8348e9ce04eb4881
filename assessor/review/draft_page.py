"""The page on which a draft is mended before it is saved: its source beside it, a row per point.

Nothing is written until "Save"; until then every press only shows the form anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from assessor.ambient import Ambient
from assessor.errors import AssessorError
from assessor.intake import Reading, Source, draft_of
from assessor.intake.mended import form_of, levels_in_row, mended, rows_in
from assessor.intake.traced import said_at, shown_lines, whence
from assessor.review.app import static
from assessor.review.page_templates import environment
from assessor.review.security import Guard, Lock, Refused, read_form
from assessor.rubric.write import Draft, fitted
from assessor.writers.results import points_text

MOST_LINES = 600
# The last page still fetches its style before the server ends.
LINGER_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What a draft comes to as a rubric: its sum, its maximum, and what could judge badly."""

    sum: str
    most: str
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """What can be done with a mended draft; both raise AssessorError with what is wrong."""

    attempt: Callable[[Draft], Tried]
    save: Callable[[Draft], None]
    out: str


class DraftPage:
    """The handlers for one source and its readings."""

    def __init__(
        self, source: Source, readings: Sequence[Reading], asked: Draft, deeds: Deeds
    ) -> None:
        self._source, self._readings, self._deeds = source, readings, deeds
        self._drafts = [asked.with_(_fitted(draft_of(each, source.file))) for each in readings]
        self._environment = environment()
        self.saved: Draft | None = None
        self._stop: Callable[[], None] = lambda: None

    def ends_by(self, stop: Callable[[], None]) -> None:
        """Take what ends the server, once the draft is saved."""
        self._stop = stop

    def application(self, lock: Lock, ambient: Ambient) -> Starlette:
        """Return the guarded application; it stops itself once the draft is saved."""

        async def start(_: Request) -> Response:
            return RedirectResponse("/reading/1", 303)

        async def show(request: Request) -> Response:
            place = self._place(request)
            if place is None:
                return PlainTextResponse("There is no such reading; go back to the first.", 404)
            form = form_of(self._drafts[place], self._readings[place].unused)
            return HTMLResponse(self._page(lock, place, form))

        async def change(request: Request) -> Response:
            form = await read_form(request, lock)
            place = self._place(request)
            if place is None:
                return PlainTextResponse("Not saved. There is no such reading.", 404)
            return self._changed(lock, ambient, place, form)

        return Starlette(
            routes=[
                Route("/", start),
                Route("/reading/{number:int}", show, methods=["GET"]),
                Route("/reading/{number:int}", change, methods=["POST"]),
                Route("/static/{name}", static),
            ],
            middleware=[Middleware(Guard, lock=lock)],
            exception_handlers={Refused: _refused},
        )

    def _place(self, request: Request) -> int | None:
        number = int(request.path_params["number"])
        return number - 1 if 0 < number <= len(self._readings) else None

    def _changed(self, lock: Lock, ambient: Ambient, place: int, form: dict[str, str]) -> Response:
        found = mended(self._drafts[place], form)
        problems = list(found.problems)
        tried: Tried | None = None
        if not problems:
            try:
                tried = self._deeds.attempt(found.draft)
                if form.get("do") == "save":
                    self._deeds.save(found.draft)
                    return self._end(lock, ambient, found.draft)
            except AssessorError as error:
                problems.append(str(error))
        page = self._page(lock, place, form, problems=problems, tried=tried)
        return HTMLResponse(page, 422 if problems else 200)

    def _end(self, lock: Lock, ambient: Ambient, draft: Draft) -> Response:
        self.saved = draft

        async def stop() -> None:
            await ambient.sleep(LINGER_SECONDS)
            self._stop()

        values = {"root": lock.root, "out": self._deeds.out}
        page = self._environment.get_template("drafted.html").render(values)
        return HTMLResponse(page, background=BackgroundTask(stop))

    def _page(
        self,
        lock: Lock,
        place: int,
        form: Mapping[str, str],
        *,
        problems: Sequence[str] = (),
        tried: Tried | None = None,
    ) -> str:
        reading, draft = self._readings[place], self._drafts[place]
        rows = [self._row(draft, form, row) for row in range(rows_in(form))]
        values = {
            "root": lock.root,
            "csrf": lock.csrf,
            "file": self._source.file,
            "out": self._deeds.out,
            "number": place + 1,
            "readings": [each.how for each in self._readings],
            "form": {key: form.get(key, "") for key in ("title", "question", "max")},
            "rows": rows[: len(draft.points)],
            "spare": rows[len(draft.points) :],
            "lines": self._lines(draft, reading),
            "doubts": reading.doubts,
            "notes": reading.notes,
            "stated": "" if reading.stated is None else points_text(reading.stated),
            "problems": problems,
            "tried": tried,
        }
        return self._environment.get_template("draft.html").render(values)

    def _row(self, draft: Draft, form: Mapping[str, str], row: int) -> dict[str, object]:
        point = draft.points[row] if row < len(draft.points) else None
        group = next((g for g in draft.groups if row in g.of), None)
        levels = [
            (form.get(f"points{row}-{n}", ""), form.get(f"when{row}-{n}", ""))
            for n in range(levels_in_row(form, row))
        ]
        return {
            "row": row,
            "line": point.place if point is not None else 0,
            "said": said_at(self._source, point) if point is not None else "",
            "whence": whence(self._source, point) if point is not None else "",
            "kind": whence(self._source, point).name.casefold() if point is not None else "",
            "best": f"best {group.count} of {len(group.of)} count" if group is not None else "",
            "text": form.get(f"text{row}", ""),
            "points": form.get(f"points{row}", ""),
            "wrong": form.get(f"wrong{row}", ""),
            "drop": form.get(f"drop{row}", ""),
            "accepted": form.get(f"accepted{row}", ""),
            "refused": form.get(f"refused{row}", ""),
            "levels": [(n, *each) for n, each in enumerate(filter(any, levels))],
        }

    def _lines(self, draft: Draft, reading: Reading) -> list[tuple[int, str, str]]:
        """Return the lines of the source, each with what was made of it."""
        used = {each.place: str(row + 1) for row, each in reversed(list(enumerate(draft.points)))}
        unused = {line for line, _ in reading.unused}
        return [
            (number, text, used.get(number, "not used" if number in unused else ""))
            for number, text in shown_lines(self._source)[:MOST_LINES]
        ]


def _fitted(draft: Draft) -> Draft:
    """Return a draft with as many levels as a rubric may have, as it would be written."""
    points = tuple(fitted(each) if each.levels else each for each in draft.points)
    return Draft(
        title=draft.title,
        question=draft.question,
        reference=draft.reference,
        language=draft.language,
        points=points,
        groups=draft.groups,
        max_points=draft.max_points,
        notes=draft.notes,
    )


async def _refused(_: Request, error: Exception) -> Response:
    return PlainTextResponse(f"Not saved. {error}", 403)
