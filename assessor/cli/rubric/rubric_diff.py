"""`assessor rubric diff`: what changed, what it asks and costs, and who changes by how much."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from assessor.assignment.agreement_gained import Measured
from assessor.assignment.named_files import find_rubric
from assessor.assignment.rubric_preview import (
    ChangedAnswer,
    RubricPreview,
    last_version,
    moved_words,
    preview_of,
)
from assessor.assignment.run_words import money
from assessor.cli.exit_codes import Exit
from assessor.cli.rubric.diagnosing import luck_words
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.rubric import Rubric
from assessor.verdict import Finding
from assessor.writers.results import points_text

SHOWN = 10


def diff_versions(workplace: Workplace, names: Sequence[str], verbose: bool) -> int:
    """Print what changed between two versions; with one name, since the store's last other one."""
    with workplace.open_store() as store:
        new, _ = find_rubric(names[-1], workplace.folder)
        older = [find_rubric(name, workplace.folder)[0] for name in names[:-1]]
        old = older[0] if older else last_version(store, new)
        preview = preview_of(workplace, store, old, new)
    if workplace.common.as_json:
        print_json(_as_json(preview))
    else:
        _show(console(), preview, names[-1], len(preview.moved or ()) if verbose else SHOWN)
    return Exit.DONE


def _show(screen: Console, preview: RubricPreview, name: str, most: int) -> None:
    changes = preview.diff
    count = len(changes.cells)
    screen.print(
        plain(
            f"{preview.new.title}: "
            + ("nothing changed" if changes.is_empty else f"{count} of its key points changed")
        ),
        style="bold",
    )
    for each in changes.cells:
        for line in each.lines:
            screen.print(plain(f"  {each.cell}  {line}", 200))
    for line in changes.scoring:
        screen.print(plain(f"  scoring  {line}"))
    for line in changes.everywhere:
        screen.print(
            plain(f"  {line} changed: every request shows it, so every key point is asked again"),
            style="yellow",
        )
    _show_asks(screen, preview, name)
    if preview.moved is not None:
        show_moved(screen, preview, most)
    for measured in preview.measured:
        _show_measured(screen, measured)


def _show_asks(screen: Console, preview: RubricPreview, name: str) -> None:
    asks = preview.asks
    if asks is None:
        screen.print("Nothing was judged with either version here, so there is nothing to count.")
        return
    if not asks.requests:
        screen.print("To ask: nothing. What the judge said is in the store.")
    else:
        price = "at an unknown price" if asks.cost is None else f"about ${money(asks.cost)}"
        screen.print(
            plain(
                f"To ask: {asks.requests} requests about {_cell_words(preview.new, asks.cells)} "
                f"({asks.answers} different answers), {price}; unsure ones a second time."
            ),
            style="bold",
        )
    if preview.moved is None:
        file = preview.answers_file or "ANSWERS"
        screen.print(
            plain(
                f"Nothing has changed yet. To judge: assessor grade {file} --rubric {name}; "
                f"then this again says who changes."
            )
        )


def _cell_words(rubric: Rubric, cells: Sequence[str]) -> str:
    return "every key point" if len(cells) == len(rubric.cells) > 1 else ", ".join(cells)


def show_moved(screen: Console, preview: RubricPreview, most: int) -> None:
    """Show who gets other points under the new version, farthest first, with what was read."""
    moved = preview.moved or ()
    totals = [each for each in moved if each.before != each.after]
    screen.print(f"\n{moved_words(preview)}", style="bold")
    if len(preview.judges) > 1:
        screen.print(
            plain(f"Beware: before was judged by {preview.judges[0]}, now by {preview.judges[1]}."),
            style="yellow",
        )
    for each in moved[:most]:
        before, after = points_text(each.before), points_text(each.after)
        screen.print(plain(f"  {each.submission.student_id}  {before} → {after}"), style="cyan")
        for old, new in each.cells:
            screen.print(plain(f"    {old.cell}: {old.level} → {new.level}"))
            screen.print(plain(f"      before  {_evidence(old)}", 160), style="dim")
            screen.print(plain(f"      now     {_evidence(new)}", 160), style="dim")
    if len(moved) > most:
        screen.print(f"  … and {len(moved) - most} more (-v shows all)", style="dim")
    held = [each for each in totals if each.released is not None]
    if held:
        names = ", ".join(each.submission.student_id for each in held[:SHOWN])
        screen.print(
            plain(
                f"{len(held)} of them were decided or released by a person ({names}): their grades "
                "stay as they are."
            ),
            style="yellow",
        )


def _evidence(finding: Finding) -> str:
    if finding.evidence:
        return f"“{finding.evidence[0].text}”"
    return f"no quote; {finding.gap}" if finding.gap else "no quote"


def _show_measured(screen: Console, each: Measured) -> None:
    gain = (each.after - each.before) / each.n
    line = (
        f"\n{each.cell}: the judge agrees with your hand grades on {each.after} of {each.n}, "
        f"before on {each.before} ({gain:+.0%})."
    )
    if each.away_n < each.n and each.away_n:
        away = (each.away_after - each.away_before) / each.away_n
        line += (
            f" Without whom the words were taken from: {each.away_after} of {each.away_n}, "
            f"before {each.away_before} ({away:+.0%})."
        )
    screen.print(plain(f"{line.strip()} {luck_words(each.considered, each.by_luck)}"))


def _as_json(preview: RubricPreview) -> dict[str, object]:
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
