"""What the page says in words: states, points, times, differences. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from assessor.counting import plural
from assessor.reasons import reason_words
from assessor.review.entry import ReviewEntry
from assessor.review.filters import Filters
from assessor.review.view import letter_of, points_text
from assessor.rubric import Rubric
from assessor.verdict import Override, State

STATES: Mapping[State, str] = {
    State.GRADED: "proposed",
    State.NEEDS_REVIEW: "to review",
    State.BLANK: "blank",
    State.NOT_SUBMITTED: "not handed in",
    State.NOT_ASKED: "not asked",
    State.UNREADABLE: "cannot be read here",
    State.UNGRADED: "no grade",
}
# What a file is for, as a person calls it.
TARGETS: Mapping[str, str] = {
    "xlsx": "a workbook (xlsx)",
    "feedback": "pages for students",
    "moodle": "Moodle, grading worksheet",
    "moodle-gradebook": "Moodle, gradebook",
    "canvas": "Canvas",
    "brightspace": "Brightspace",
    "blackboard": "Blackboard",
    "sakai": "Sakai",
    "prairielearn": "PrairieLearn",
    "gradescope": "Gradescope",
}
EMPTY: Mapping[State, str] = {
    State.BLANK: "The answer is empty, or nothing in it can be seen.",
    State.NOT_SUBMITTED: "Nothing was handed in.",
    State.NOT_ASKED: "This student did not get the question.",
    State.UNREADABLE: "This cannot be read here: look at it on the platform.",
}
ONLY = {
    "open": "open ones only",
    "done": "decided ones only",
    "flagged": "flagged ones only",
    "differ": "where graders differ",
    "changed": "where a person changed the points",
    "unsure": "where a reading was unsure or the readings disagree",
}


def chip(entry: ReviewEntry) -> tuple[str, str]:
    """Return an answer's state for a reader: words and a class for its colour."""
    if entry.is_done:
        who = entry.mine.grader if entry.mine is not None and entry.mine.grader else "you"
        return f"decided by {who}", "decided"
    if entry.is_begun:
        return "begun", "begun"
    if entry.by_hand and entry.is_readable:
        return "open", "open"
    state = entry.grade.state
    return STATES[state], "open" if state in {State.NEEDS_REVIEW, State.UNGRADED} else "rest"


def given(rubric: Rubric, word: Override) -> str:
    """Return a decision in short: `A 2, B 0 …`, a total of its own last."""
    letters = {cell: letter_of(number) for number, cell in enumerate(rubric.cells, start=1)}
    told = [f"{letters.get(cell, cell)} {points_text(points)}" for cell, points in word.points]
    told += [f"{points_text(word.total)} in all"] * (word.total is not None)
    return ", ".join(told) or "no points"


def difference(rubric: Rubric, one: Override, other: Override) -> str:
    """Return where two decisions give different points."""
    mine, theirs = dict(one.points), dict(other.points)
    letters = {cell: letter_of(number) for number, cell in enumerate(rubric.cells, start=1)}
    cells = [each for each in rubric.cells if mine.get(each) != theirs.get(each)]
    told = (
        f"{letters[each]} {points_text(theirs.get(each))} against {points_text(mine.get(each))}"
        for each in cells
    )
    return ", ".join(told) or "the same key points, another total"


def time_text(seconds: float | None) -> str:
    """Return a time that is left, roughly; "" where it is not known."""
    if seconds is None or seconds < 1:
        return ""
    if seconds < 90:
        return "a minute"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def wish_text(wish: Filters, rubrics: Mapping[str, Rubric]) -> str:
    """Return what a list is limited to; "" for the plain queue."""
    shows = {
        "rest": "what need not be looked at, in random order",
        "all": "everything",
    }
    told = (
        shows.get(wish.show, ""),
        wish.question[:60] if len(rubrics) > 1 else "",
        STATES.get(_state(wish.state), "") if wish.state else "",
        reason_words(wish.reason) if wish.reason else "",
        f"{wish.cell} {wish.level or 'at any level'}" if wish.cell else "",
        plural(str(wish.points), "point") if wish.points else "",
        "alike answers" if wish.like else "",
        ONLY.get(wish.only, ""),
        f"part {wish.part.replace('of', ' of ')}" if wish.part else "",
    )
    return ", ".join(filter(None, told))


def saved_text(entry: ReviewEntry, what: str) -> str:
    """Return what is told after a change."""
    total = f"{points_text(entry.shown.standing)} of {points_text(entry.shown.max_points)}"
    if entry.is_done:
        return f"{what}. Saved: {total}."
    return f"{what}. Saved; not decided yet."


def given_points(entry: ReviewEntry) -> Decimal:
    """Return the points given so far, where a grade is not complete."""
    zero = Decimal(0)
    return sum((each.points for each in entry.shown.cells if each.points is not None), zero)


def _state(value: str) -> State:
    return State(value) if value in set(State) else State.GRADED
