"""One answer through time: the runs side by side, and every word that was said of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.review.entry import ReviewEntry
from assessor.review.page_words import given
from assessor.review.view import cut, points_text
from assessor.store import Deed, Event, OutcomeRecord
from assessor.verdict import DecisionSource

# Older runs than these are in the store, and would not fit beside each other.
MOST_RUNS = 4
_SOURCES: Mapping[str, str] = {
    DecisionSource.DRAFT: "begun",
    DecisionSource.SECOND: "second grader",
    DecisionSource.SETTLED: "settled between graders",
    DecisionSource.SHEET: "blind, on a sheet",
    DecisionSource.SEEN: "from a sheet",
    DecisionSource.TUNING: "blind, to tune",
    DecisionSource.AUDIT: "blind, in the audit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """One cell as a run proposed it; `changed` against the run before."""

    level: str
    quotes: tuple[str, ...]
    gap: str
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRow:
    """One cell through the runs, and as it stands now."""

    name: str
    cells: tuple[Then, ...]
    now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailLine:
    """One deed in words."""

    at: str
    who: str
    what: str
    old: str
    new: str
    reason: str


def rows_of(entry: ReviewEntry, outcomes: Sequence[OutcomeRecord]) -> tuple[TrailRow, ...]:
    """Return each cell of an answer through `outcomes`, oldest first."""
    rows = []
    for cell in entry.rubric.cells:
        thens: list[Then] = []
        for outcome in outcomes:
            finding = next((each for each in outcome.findings if each.cell == cell), None)
            level = finding.level if finding is not None else "–"
            thens.append(
                Then(
                    level=level,
                    quotes=tuple(cut(each.text) for each in finding.evidence) if finding else (),
                    gap=finding.gap if finding is not None else "",
                    changed=bool(thens) and thens[-1].level != level,
                )
            )
        now = next(each for each in entry.grade.cells if each.cell == cell)
        stands = f"{now.level or '–'} ({points_text(now.points)})"
        rows.append(TrailRow(name=cell, cells=tuple(thens), now=stands))
    return tuple(rows)


def lines_of(entry: ReviewEntry, events: Sequence[Event]) -> tuple[TrailLine, ...]:
    """Return every deed on an answer in words, newest first."""
    lines = []
    for event in reversed(events):
        before = given(entry.rubric, event.old) if event.old is not None else ""
        after = given(entry.rubric, event.new) if event.new is not None else ""
        if event.deed is Deed.UNDO:
            what, before, after = "taken back", before, ""
        else:
            what = _SOURCES.get(event.source, "decided")
        changed = event.new is not None and event.new.answer_digest != _digest(entry)
        lines.append(
            TrailLine(
                at=event.at[:19].replace("T", " "),
                who=event.who or "–",
                what=f"{what} (on another text)" if changed else what,
                old=before,
                new=after,
                reason=event.reason,
            )
        )
    return tuple(lines)


def _digest(entry: ReviewEntry) -> str:
    return entry.outcome.submission.answer_digest
