"""`assessor export --push`: grades put where they belong, read back, and a receipt of it.

What a platform answers to a write is not believed: after it, everything is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assessor.assignment.added_points import note_added, with_additions
from assessor.assignment.export_draft import (
    ExportWish,
    fill,
    preview_lines,
    preview_of,
    unread_words,
)
from assessor.assignment.outgoing import OutgoingClass, record
from assessor.assignment.push_delivery import LISTED, Delivered, deliver
from assessor.assignment.push_receipt import (
    PLAN,
    PUSHES,
    UNKNOWN,
    plans_of,
)
from assessor.assignment.pushing import (
    PushOutbox,
    agree_to_finish,
    agree_to_send,
    changed_since,
    export_row,
    left_out,
    plan_push,
    rubric_notes,
    told_there,
    whose_notes,
)
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.assignment.standing import doubts_of, load_standing, write_results
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken, tell
from assessor.cli.workplace import Workplace
from assessor.trust.audit_standing import audit_words
from assessor.writers.base import ChangeKind


def push_class(
    workplace: Workplace, outbox: PushOutbox, wish: ExportWish, material: OutgoingClass
) -> int:
    """Preview, ask, send, read back, and return the exit code: 3 where anything is not as sent."""
    place = material.standing.out / PUSHES
    told: list[Delivered] = []
    cut_short = [each for each in plans_of(place, outbox.platform.address) if not each.is_finished]
    for plan in [each for each in cut_short if not each.is_kept(outbox.store)]:
        # The new push sees on the platform what is there, and asks about all that it sends.
        cut_short.remove(plan)
        console(as_json=workplace.common.as_json).print(
            plain(f"! {plan.folder / PLAN}: {UNKNOWN}. Look at it, and delete its folder."),
            style="yellow",
        )
    for plan in cut_short:
        changed = changed_since(outbox, plan, material)
        agree_to_finish(outbox, plan, changed, material.standing)
        note_added(outbox.store, plan)
        console(as_json=workplace.common.as_json).print(
            plain(f"A push of {plan.at} was cut short: it is finished first.")
        )
        told.append(show_delivered(workplace, deliver(outbox, plan, changed)))
        outbox = replace(outbox, held=outbox.platform.held())
    wish = with_additions(outbox.store, wish, outbox.column, told_there(outbox, material))
    draft = fill(export_row(outbox, material), b"", material.grades(""), wish)
    doubts = doubts_of(material.standing)
    criteria = rubric_notes(outbox, draft, material)
    notes = (*outbox.task.notes, *draft.notes, *whose_notes(outbox, draft), *criteria, *doubts)
    draft = replace(draft, notes=notes)
    preview = preview_of(draft, material.totals, material.unread)
    if not workplace.common.as_json:
        tell(console(), preview_lines(wish.target, draft, preview))
        for each in left_out(draft, ChangeKind.MISSING)[:LISTED]:
            console().print(plain(f"       not there: {each}"), style="dim")
    if material.unread:
        words = unread_words(material.unread, audit_words(material.standing.audit))
        console(as_json=workplace.common.as_json).print(spoken(words), style="yellow")
    if not draft.writes and cut_short:
        return _close(workplace, told)
    agree_to_send(outbox, draft, material.standing)
    plan = plan_push(outbox, draft, material, place)
    if wish.add_to_existing:
        plan = replace(plan, added=tuple(c.key for c in draft.changes if c.new is not None))
    # Kept before the first request: what follows is finished even if this process is killed.
    plan.keep(outbox.store)
    record(outbox.store, wish, draft, material)
    write_results(load_standing(workplace, outbox.store))
    told.append(show_delivered(workplace, deliver(outbox, plan)))
    return _close(workplace, told)


def _close(workplace: Workplace, told: Sequence[Delivered]) -> int:
    """Print what came of the last push, and of those that were finished first, as one object."""
    if workplace.common.as_json:
        before = [each.as_json() for each in told[:-1]]
        print_json({**told[-1].as_json(), "finished_before": before})
    return Exit.DONE if all(each.is_good for each in told) else Exit.SOME_UNGRADED


def show_delivered(workplace: Workplace, delivered: Delivered) -> Delivered:
    """Say what a push, or taking one back, came to."""
    screen = console(as_json=workplace.common.as_json)
    tell(screen, (SpokenLine(f"! {each}", Tone.TROUBLE) for each in delivered.problems))
    if not workplace.common.as_json:
        tell(screen, delivered.lines())
    return delivered
