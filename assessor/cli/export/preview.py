"""What a person reads before a file is written: how many grades change, and who stays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from rich.console import Console

from assessor.cli.export.filling import Draft
from assessor.cli.screen import plain
from assessor.grade import Grade
from assessor.verdict import State
from assessor.writers.base import ChangeKind
from assessor.writers.results import points_text
from assessor.writers.totals import Total

STAYS_OUT: Mapping[State, str] = {
    State.NEEDS_REVIEW: "wait for review",
    State.UNGRADED: "have no grade yet",
    State.NOT_SUBMITTED: "handed nothing in",
    State.NOT_ASKED: "were not asked every question",
    State.UNREADABLE: "cannot be read here (attachment or image)",
    State.GRADED: "were not read by a person and not released",
    State.BLANK: "are blank and not released",
}
LISTED = 20
KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.NEW: "new",
    ChangeKind.RAISED: "rise",
    ChangeKind.LOWERED: "fall",
    ChangeKind.SAME: "stay as they are",
    ChangeKind.LOCKED: "locked, excused or no grade on the platform: untouched",
    ChangeKind.MISSING: "not in the platform's file: left out",
    ChangeKind.TEXT_THERE: "have feedback there and none from us, which this file would "
    "overwrite: left out (upload this one, download a fresh one, export again)",
    ChangeKind.KEPT: "would fall and are kept (--allow-lower writes them)",
    ChangeKind.ADDED_BEFORE: "got these points before: not added again",
    ChangeKind.NOTHING_THERE: "have no grade there to add to: untouched",
}


def preview_of(draft: Draft, totals: Sequence[Total], unread: Sequence[Grade]) -> dict[str, object]:
    """Return the counts of a draft as they are shown and printed as JSON."""
    kinds = Counter(change.kind for change in draft.changes)
    texts = [change for change in draft.changes if change.text]
    return {
        "column": draft.column.title,
        "changes": {kind.value: kinds[kind] for kind in KINDS if kinds[kind]},
        "feedback": {
            "new": sum(not each.over_text for each in texts),
            "replaced": sum(each.over_text for each in texts),
        },
        "stay_out": dict(Counter(each.state.value for each in totals if each.grade is None)),
        "released_unread": len(unread),
        "notes": list(draft.notes),
        "upload": list(draft.upload),
    }


def show_preview(screen: Console, target: str, draft: Draft, preview: Mapping[str, object]) -> None:
    """Show how many grades change, rise, fall, are new, stay out and why."""
    where = f" in {draft.column.title!r}" if draft.column.title else ""
    kinds = Counter(change.kind for change in draft.changes)
    # A rubric for Canvas holds nobody's grades.
    if draft.changes or preview["stay_out"]:
        screen.print(plain(f"Grades for {target}{where}:"), style="bold")
    for kind, words in KINDS.items():
        if kinds[kind]:
            screen.print(f"  {kinds[kind]:>4} {words}")
    texts = [change for change in draft.changes if change.text]
    if texts:
        over = sum(each.over_text for each in texts)
        replaced = f", {over} of them over a text that is there" if over else ""
        screen.print(f"  {len(texts):>4} feedback texts{replaced}")
    stay_out = preview["stay_out"]
    for state, count in stay_out.items() if isinstance(stay_out, dict) else ():
        screen.print(f"  {count:>4} stay out: they {STAYS_OUT[State(state)]}", style="dim")
    for note in draft.notes:
        screen.print(plain(note), style="yellow")


def unread_words(unread: Sequence[Grade], audit: str) -> str:
    """Return what releasing unread grades means; `audit` is what an audit says of them."""
    points = [grade.proposed for grade in unread if grade.proposed is not None]
    return (
        f"{len(unread)} of these nobody has read ({points_text(min(points))} to "
        f"{points_text(max(points))} points). {audit}"
    )
