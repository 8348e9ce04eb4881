"""Points added on top of what a column holds: to whom, under which title, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from assessor.assignment.export_draft import ExportWish
from assessor.assignment.push_receipt import Plan
from assessor.platforms.base import Held
from assessor.store import TAKEN_BACK, Deed, Store

# A column's own number stays when it is renamed: "Essay (345)", "Essay [… 8 Score] |664617".
_NUMBER = re.compile(r"[(|](\d+)\)?\s*\Z")
_NUMBERED = frozenset({"blackboard", "canvas", "moodle"})


def with_additions(
    store: Store, wish: ExportWish, column: str, told: Collection[str] = ()
) -> ExportWish:
    """Return a wish with what was put into its column before, or added to it and to others.

    `told` are the students, where our very words stand there already: where these records know of
    no addition to this column, another machine made one.
    """
    target = f"{wish.target}:add"
    titles = dict.fromkeys(e.column for e in store.history(Deed.EXPORT) if e.target == target)
    same = [each for each in titles if each == column or _is_renamed(wish.target, each, column)]
    added = {} if same else dict.fromkeys(told, Decimal(0))
    for each in same:
        added |= store.exported(target, each)
    others = [each for each in titles if each not in same and store.exported(target, each)]
    put = store.exported(wish.target, column)
    return replace(wish, added=added, put=put, elsewhere=tuple(others))


def _is_renamed(target: str, one: str, other: str) -> bool:
    numbers = [each[-1] if (each := _NUMBER.findall(title)) else "" for title in (one, other)]
    return target in _NUMBERED and numbers[0] == numbers[1] != ""


def note_added(store: Store, plan: Plan) -> None:
    """Write down an addition that is finished now, where it was cut short before that was done."""
    target = f"{plan.address.platform}:add"
    known = store.exported(target, plan.column)
    scores = {each.student: each.sending.score for each in plan.items}
    rows = {each: scores.get(each) or Decimal(0) for each in plan.added if each not in known}
    if rows:
        store.record_export(target, plan.column, rows)


def note_not_added(
    store: Store,
    plan: Plan,
    held: Mapping[str, Held],
    quiet_since: datetime,
    *,
    undone: bool = False,
) -> None:
    """Write down to whom nothing of an addition stands there: it may be added again.

    Of a request that was never answered something may be on its way. Where the addition is
    `undone`, those to whom 0 was added are among them.
    """
    target, begun = f"{plan.address.platform}:add", plan.unanswered()
    known = store.exported(target, plan.column)
    sent = {
        each.student: each
        for each in plan.items
        if each.student in plan.added and each.sending.score is not None
    }
    gone = []
    for student, each in sent.items():
        there, at = held.get(each.sending.user), begun.get(each.sending.user)
        late = at is not None and at > quiet_since
        ours = known.get(student) == each.sending.score
        if ours and there is not None and there.score == each.before and not late:
            gone.append(student)
    if undone:
        gone += [student for student in plan.added if student not in sent]
    if gone:
        rows = dict.fromkeys(gone, Decimal(0))
        store.record_export(target, plan.column, rows, source=TAKEN_BACK)
