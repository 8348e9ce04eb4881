"""What follows from an edit of a rubric, in words and as a program reads it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assessor.assignment.agreement_gained import Measured
from assessor.assignment.rubric_diagnosis import luck_words
from assessor.assignment.rubric_preview import ChangedAnswer, RubricPreview, moved_words
from assessor.assignment.run_words import money
from assessor.assignment.spoken_lines import GAP, SpokenLine, Tone, warnings
from assessor.counting import plural
from assessor.rubric import Rubric
from assessor.rubric.diff import RubricDiff
from assessor.verdict import Finding
from assessor.writers.results import points_text

SHOWN = 10


def preview_lines(preview: RubricPreview, name: str, most: int = SHOWN) -> Iterator[SpokenLine]:
    """Yield what changed, what it asks and costs, and who gets other points.

    `name` is how the new version was named; at most so many answers are told one by one.
    """
    changes = preview.diff
    count = len(changes.cells)
    changed = "nothing changed" if changes.is_empty else f"{count} of its key points changed"
    yield SpokenLine(f"{preview.new.title}: {changed}", Tone.HEADING)
    yield from cell_lines(changes)
    for line in changes.scoring:
        yield SpokenLine(f"  scoring  {line}")
    yield from warnings(
        f"  {line} changed: every request shows it, so every key point is asked again"
        for line in changes.everywhere
    )
    yield from _asks_lines(preview, name)
    if preview.moved is not None:
        yield from moved_lines(preview, most)
    yield from (SpokenLine(_measured_words(each)) for each in preview.measured)


def cell_lines(changes: RubricDiff) -> Iterator[SpokenLine]:
    """Yield which words of which key points changed."""
    for each in changes.cells:
        for line in each.lines:
            yield SpokenLine(f"  {each.cell}  {line}", limit=200)


def _asks_lines(preview: RubricPreview, name: str) -> Iterator[SpokenLine]:
    asks = preview.asks
    if asks is None:
        yield SpokenLine(
            "Nothing was judged with either version here, so there is nothing to count."
        )
        return
    if not asks.requests:
        yield SpokenLine("To ask: nothing. What the judge said is in the store.")
    else:
        price = "at an unknown price" if asks.cost is None else f"about ${money(asks.cost)}"
        yield SpokenLine(
            f"To ask: {plural(asks.requests, 'request')} about "
            f"{_cell_words(preview.new, asks.cells)} "
            f"({plural(asks.answers, 'different answer')}), {price}; unsure ones a second time.",
            Tone.HEADING,
        )
    if preview.moved is None:
        file = preview.answers_file or "ANSWERS"
        yield SpokenLine(
            f"Nothing has changed yet. To judge: assessor grade {file} --rubric {name}; "
            f"then this again says who changes."
        )


def _cell_words(rubric: Rubric, cells: Sequence[str]) -> str:
    return "every key point" if len(cells) == len(rubric.cells) > 1 else ", ".join(cells)


def moved_lines(preview: RubricPreview, most: int = SHOWN) -> Iterator[SpokenLine]:
    """Yield who gets other points under the new version, farthest first, with what was read."""
    moved = preview.moved or ()
    totals = [each for each in moved if each.before != each.after]
    yield GAP
    yield SpokenLine(moved_words(preview), Tone.HEADING)
    if len(preview.judges) > 1:
        yield SpokenLine(
            f"Beware: before was judged by {preview.judges[0]}, now by {preview.judges[1]}.",
            Tone.WARNING,
        )
    for each in moved[:most]:
        before, after = points_text(each.before), points_text(each.after)
        yield SpokenLine(f"  {each.submission.student_id}  {before} → {after}", Tone.NAME)
        for old, new in each.cells:
            yield SpokenLine(f"    {old.cell}: {old.level} → {new.level}")
            yield SpokenLine(f"      before  {_evidence(old)}", Tone.ASIDE, 160)
            yield SpokenLine(f"      now     {_evidence(new)}", Tone.ASIDE, 160)
    if len(moved) > most:
        yield SpokenLine(f"  … and {len(moved) - most} more (-v shows all)", Tone.ASIDE)
    held = [each for each in totals if each.released is not None]
    if held:
        names = ", ".join(each.submission.student_id for each in held[:SHOWN])
        yield SpokenLine(
            f"{len(held)} of them were decided or released by a person ({names}): their grades "
            "stay as they are.",
            Tone.WARNING,
        )


def _evidence(finding: Finding) -> str:
    if finding.evidence:
        return f"“{finding.evidence[0].text}”"
    return f"no quote; {finding.gap}" if finding.gap else "no quote"


def _measured_words(each: Measured) -> str:
    gain = (each.after - each.before) / each.n
    line = (
        f"{each.cell}: the judge agrees with your hand grades on {each.after} of {each.n}, "
        f"before on {each.before} ({gain:+.0%})."
    )
    if each.away_n < each.n and each.away_n:
        away = (each.away_after - each.away_before) / each.away_n
        line += (
            f" Without whom the words were taken from: {each.away_after} of {each.away_n}, "
            f"before {each.away_before} ({away:+.0%})."
        )
    return f"{line} {luck_words(each.considered, each.by_luck)}"


def preview_json(preview: RubricPreview) -> dict[str, object]:
    """Return what follows from an edit as a program reads it."""
    asks = preview.asks
    return {
        "old": preview.old.digest,
        "new": preview.new.digest,
        "cells": [
            {
                "cell": each.cell,
                "touches": [touch.value for touch in each.touches],
                "lines": list(each.lines),
            }
            for each in preview.diff.cells
        ],
        "scoring": list(preview.diff.scoring),
        "everywhere": list(preview.diff.everywhere),
        "asks": None
        if asks is None
        else {
            "requests": asks.requests,
            "cells": list(asks.cells),
            "answers": asks.answers,
            "cost": None if asks.cost is None else float(round(asks.cost, 6)),
        },
        "compared": preview.compared,
        "changed": None if preview.moved is None else [_moved_json(e) for e in preview.moved],
        "agreement": [
            {
                "cell": each.cell,
                "graded": each.n,
                "before": each.before,
                "after": each.after,
                "without_sources": {
                    "graded": each.away_n,
                    "before": each.away_before,
                    "after": each.away_after,
                },
                "edits_considered": each.considered,
                "gain_by_luck": round(each.by_luck, 4),
            }
            for each in preview.measured
        ],
    }


def _moved_json(each: ChangedAnswer) -> dict[str, object]:
    return {
        "student_id": each.submission.student_id,
        "attempt": each.submission.attempt,
        "before": float(each.before),
        "after": float(each.after),
        "released": None if each.released is None else float(each.released),
        "cells": [
            {
                "cell": old.cell,
                "before": old.level,
                "after": new.level,
                "evidence_before": [span.text for span in old.evidence],
                "evidence_after": [span.text for span in new.evidence],
                "gap_before": old.gap,
                "gap_after": new.gap,
            }
            for old, new in each.cells
        ],
    }
