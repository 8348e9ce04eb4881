"""What a person reads before a file is written: how many grades change, and who stays out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.console import Console

from assessor.assignment.export_draft import KINDS, STAYS_OUT, ExportDraft
from assessor.cli.screen import plain
from assessor.verdict import State

LISTED = 20


def show_preview(
    screen: Console, target: str, draft: ExportDraft, preview: Mapping[str, object]
) -> None:
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
        screen.print(f"  {len(texts):>4} with feedback{replaced}")
    stay_out = preview["stay_out"]
    for state, count in stay_out.items() if isinstance(stay_out, dict) else ():
        screen.print(f"  {count:>4} left out: {STAYS_OUT[State(state)]}", style="dim")
    for note in draft.notes:
        screen.print(plain(note), style="yellow")
