"""The pages on which several answers are decided by one key, each of them looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from assessor.counting import plural
from assessor.digest import digest
from assessor.errors import StaleDecision
from assessor.reasons import reason_words
from assessor.review.alike import groups_of
from assessor.review.class_routes import Blind
from assessor.review.class_state import ClassState
from assessor.review.decision_keys import accept, levels_of, points_at, set_level
from assessor.review.entry import ReviewEntry
from assessor.review.page_templates import Pages
from assessor.review.security import Lock, read_form
from assessor.review.view import letter_of, marked_text, points_text
from assessor.rubric import ABSENT, CellKind
from assessor.verdict import Override

LOOK_FIRST = "Not decided: {} not looked at yet (j goes through them)."
CHANGED = "Not decided: the group changed meanwhile; look again."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """What was done to a group before it is decided: nothing of it is kept.

    `levels` are set for all of it, `out` are taken out, `seen` looked at; `framed` is the cell.
    """

    levels: Mapping[str, str] = field(default_factory=dict)
    out: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()
    framed: int = 0


class Together:
    """The handlers of groups."""

    def __init__(self, class_state: ClassState, lock: Lock, pages: Pages) -> None:
        self._class_state = class_state
        self._lock = lock
        self._pages = pages

    def routes(self) -> list[Route]:
        """Return the routes of this part."""
        return [
            Route("/groups", self.first, methods=["GET"]),
            Route("/groups/{id}", self.show, methods=["GET"]),
            Route("/groups/{id}", self.decide, methods=["POST"]),
        ]

    async def first(self, _: Request) -> Response:
        """Go to the first group, or say that there is none."""
        groups = self._groups()
        if not groups:
            return HTMLResponse(self._page((), ""))
        return RedirectResponse(f"/groups/{groups[0][0].id}", 303)

    async def show(self, request: Request) -> Response:
        """Show one group."""
        return self._shown(request.path_params["id"])

    async def decide(self, request: Request) -> Response:
        """Set a level for all, take one out, undo, or decide all that were looked at."""
        form = await read_form(request, self._lock)
        groups = self._groups()
        kind, _, rest = form.get("do", "").partition(" ")
        if kind == "undo":
            return self._undone()
        leader = request.path_params["id"]
        group = _of(groups, leader)
        draft = _draft(form, _cells(group))
        if form.get("shown", "") not in {"", _shown_by(group)}:
            return HTMLResponse(self._page(groups, leader, said=CHANGED), 409)
        if kind == "out":
            draft = replace(draft, out=draft.out ^ {rest})
        elif kind == "level":
            draft = _with_level(draft, group, rest)
        elif kind == "done":
            return self._decided(groups, leader, form.get("members", ""), draft)
        return HTMLResponse(self._page(groups, leader, draft))

    def _decided(
        self, groups: Sequence[Sequence[ReviewEntry]], leader: str, members: str, draft: _Draft
    ) -> Response:
        group = _of(groups, leader)
        kept = [each for each in group if each.id not in draft.out]
        if not kept or {each.id for each in group} != set(members.split()):
            return HTMLResponse(self._page(groups, leader, said=CHANGED), 409)
        missing = [each for each in kept if each.id not in draft.seen]
        if missing:
            said = LOOK_FIRST.format(len(missing))
            return HTMLResponse(self._page(groups, leader, draft, said=said), 400)
        try:
            self._class_state.say_together([(each, word_for(each, draft.levels)) for each in kept])
        except StaleDecision:
            return self._shown(leader, CHANGED, 409)
        left = self._groups()
        following = _after(groups, left, leader) if left else ""
        return HTMLResponse(self._page(left, following, said=_done(kept)))

    def _undone(self) -> Response:
        entry = self._class_state.undo()
        groups = self._groups()
        if entry is None:
            leader = groups[0][0].id if groups else ""
            return HTMLResponse(self._page(groups, leader, said="Nothing left to undo"))
        leader = next(
            (group[0].id for group in groups if entry.id in {each.id for each in group}), ""
        )
        if not leader:
            return RedirectResponse(f"/answer/{entry.id}", 303)
        return HTMLResponse(self._page(groups, leader, said="Undone"))

    def _groups(self) -> tuple[tuple[ReviewEntry, ...], ...]:
        if self._class_state.seat.blind:
            raise Blind
        self._class_state.refresh()
        return groups_of(self._class_state.entries, self._class_state.like)

    def _shown(self, leader: str, said: str = "", status: int = 200) -> Response:
        groups = self._groups()
        if not _of(groups, leader):
            return RedirectResponse("/groups", 303)
        return HTMLResponse(self._page(groups, leader, said=said), status)

    def _page(
        self,
        groups: Sequence[Sequence[ReviewEntry]],
        leader: str,
        draft: _Draft | None = None,
        *,
        said: str = "",
    ) -> str:
        draft = draft or _Draft()
        leaders = [group[0].id for group in groups]
        place = leaders.index(leader) if leader in leaders else -1
        group = _of(groups, leader)
        values: dict[str, Any] = {
            "said": said,
            "framed": draft.framed,
            "group": leader,
            "count": len(groups),
            "place": place + 1,
            "answers": sum(map(len, groups)),
            "members": [self._member(each, draft) for each in group],
            "shown": _shown_by(group),
            "kept": sum(each.id not in draft.out for each in group),
            "out": " ".join(sorted(draft.out)),
            "cells": _cell_views(group[0], draft.levels) if group else [],
            "levels": draft.levels,
            "previous": leaders[place - 1] if place > 0 else "",
            "next": leaders[place + 1] if 0 <= place < len(leaders) - 1 else "",
        }
        return self._pages.render("groups.html", "groups", values)

    def _member(self, entry: ReviewEntry, draft: _Draft) -> dict[str, Any]:
        return {
            "id": entry.id,
            "number": entry.number,
            "is_out": entry.id in draft.out,
            "is_seen": entry.id in draft.seen,
            "points": points_text(entry.shown.standing),
            "marked": marked_text(entry, (), {}),
            "reasons": list(dict.fromkeys(map(reason_words, entry.outcome.reasons))),
        }


def word_for(entry: ReviewEntry, levels: Mapping[str, str]) -> Override:
    """Return the decision on one answer of a group: as it is proposed, some cells at a level.

    Raises KeyError for a level that is none.
    """
    word = accept(entry)
    for cell, level in levels.items():
        given = dict(set_level(entry, cell, level).points)
        points = dict(word.points)
        points[cell] = given[cell]
        word = replace(word, points=tuple(points.items()))
    return word


def _cell_views(entry: ReviewEntry, levels: Mapping[str, str]) -> list[dict[str, Any]]:
    rubric = entry.rubric
    proposed = {each.cell: each.level or ABSENT for each in entry.outcome.findings}
    views = []
    for number, cell in enumerate(rubric.cells, start=1):
        wrong = rubric.kind_of(cell) is CellKind.MISCONCEPTION
        about = rubric.misconception(cell) if wrong else rubric.key_point(cell)
        now = levels.get(cell, proposed[cell])
        views.append(
            {
                "id": cell,
                "letter": letter_of(number),
                "number": number,
                "title": about.description,
                "set": now,
                "is_changed": now != proposed[cell],
                "levels": [
                    {
                        "digit": digit,
                        "id": level,
                        "points": "" if wrong else points_text(points_at(rubric, cell, level)),
                        "is_set": level == now,
                    }
                    for digit, level in enumerate(levels_of(rubric, cell))
                ],
            }
        )
    return views


def _shown_by(group: Sequence[ReviewEntry]) -> str:
    """Return what a page of a group is known again by: its answers, as they were shown."""
    return digest("shown", [[each.id, each.mark] for each in group])


def _of(groups: Sequence[Sequence[ReviewEntry]], leader: str) -> Sequence[ReviewEntry]:
    return next((group for group in groups if group[0].id == leader), ())


def _cells(group: Sequence[ReviewEntry]) -> tuple[str, ...]:
    return group[0].rubric.cells if group else ()


def _draft(form: Mapping[str, str], cells: Sequence[str]) -> _Draft:
    """Return what the page holds: an answer was looked at where it was framed or ticked."""
    return _Draft(
        levels={cell: form[f"level {cell}"] for cell in cells if f"level {cell}" in form},
        out=frozenset(form.get("out", "").split()),
        seen=frozenset(name.partition(" ")[2] for name in form if name.startswith("look ")),
    )


def _with_level(draft: _Draft, group: Sequence[ReviewEntry], asked: str) -> _Draft:
    """Return the draft with a cell at a level for all, and the next cell framed."""
    cell, _, level = asked.partition(" ")
    cells = _cells(group)
    if cell not in cells or level not in levels_of(group[0].rubric, cell):
        return draft
    return replace(draft, levels={**draft.levels, cell: level}, framed=cells.index(cell) + 1)


def _after(
    before: Sequence[Sequence[ReviewEntry]], left: Sequence[Sequence[ReviewEntry]], leader: str
) -> str:
    """Return the group that followed the one that was decided, else the first."""
    leaders = [group[0].id for group in before]
    still = {group[0].id for group in left}
    later = leaders[leaders.index(leader) + 1 :] if leader in leaders else []
    return next((each for each in later if each in still), left[0][0].id)


def _done(kept: Sequence[ReviewEntry]) -> str:
    return f"Decided together: {plural(len(kept), 'answer')}. u takes all of them back."
