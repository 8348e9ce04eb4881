"""The whole workload that lies ahead, and what to do next, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is still to do: `draws` is None where an audit would take nearly all `unread` ones.

    `uncertain` are the unread grades that are too uncertain to go out so; `review` wait already.
    """

    tune: int
    unread: int
    draws: int | None
    uncertain: int
    review: int


def workload(ahead: Ahead, size: int) -> str:
    """Return what is left to read in a class of `size` students, as one figure and its parts."""
    parts = [(ahead.tune, f"{ahead.tune} to tune"), (ahead.draws, f"about {ahead.draws} to audit")]
    parts.append((ahead.review, f"{ahead.review} to review"))
    parts.append((ahead.uncertain, f"{ahead.uncertain} too uncertain to go out unread"))
    if not ahead.draws:
        parts.append(
            (ahead.unread, f"{ahead.unread} more, of which an audit would take nearly all")
        )
    total = min(sum(count or 0 for count, _ in parts), size)
    if not total:
        return "Nothing more."
    about = "About " if ahead.draws else ""
    return f"{about}{total} of {size}: {', '.join(said for count, said in parts if count)}."


def next_once_tuned(ahead: Ahead, export: str) -> str:
    """Return what comes next when the judge is calibrated and no audit was begun.

    `export` is the command that gives the grades back.
    """
    riskiest = "riskiest answer" if ahead.review == 1 else f"{ahead.review} riskiest"
    first = f"review the {riskiest} (assessor review), then " if ahead.review else ""
    if ahead.draws:
        return f"{first}audit what nobody read: assessor trust audit"
    if ahead.unread:
        return (
            f"{first}read the other {ahead.unread + ahead.uncertain}, too: an audit would take "
            "nearly all of them"
        )
    if ahead.uncertain:
        return (
            f"{first}read the other {ahead.uncertain}, too: none is sure enough to go out unread. "
            "Or mend the key points above and grade again"
        )
    return f"{first}give them back: {export}"
