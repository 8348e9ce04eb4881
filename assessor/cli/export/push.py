"""`assessor export --push`: grades put where they belong, read back, and a receipt of it.

What a platform answers to a write is not believed: after it, everything is read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assessor.assignment.export_draft import ExportWish, fill, preview_of, unread_words
from assessor.assignment.outgoing import OutgoingClass, record
from assessor.assignment.push_receipt import (
    PLAN,
    PUSHES,
    RECEIPT,
    UNKNOWN,
    Plan,
    ReceiptLine,
    line_of,
    plans_of,
    receipt_csv,
)
from assessor.assignment.pushing import (
    PushOutbox,
    agree_to_send,
    export_row,
    missing_there,
    not_there_yet,
    plan_push,
    rubric_notes,
    send_batches,
    told_back,
)
from assessor.assignment.standing import doubts_of, load_standing, write_results
from assessor.cli.exit_codes import Exit
from assessor.cli.export.changes_preview import LISTED, show_preview
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import PlatformError
from assessor.trust.audit_standing import audit_words
from assessor.writers.files import write_file

# What is printed of a push as JSON.
Told = dict[str, object]


def push_class(
    workplace: Workplace, outbox: PushOutbox, wish: ExportWish, material: OutgoingClass
) -> int:
    """Preview, ask, send, read back, and return the exit code: 3 where anything is not as sent."""
    place = material.standing.out / PUSHES
    code, told = int(Exit.DONE), list[Told]()
    cut_short = [each for each in plans_of(place, outbox.platform.address) if not each.is_finished]
    for plan in [each for each in cut_short if not each.is_kept(outbox.store)]:
        # The new push sees on the platform what is there, and asks about all that it sends.
        cut_short.remove(plan)
        console(as_json=workplace.common.as_json).print(
            plain(f"! {plan.folder / PLAN}: {UNKNOWN}. Look at it, and delete its folder."),
            style="yellow",
        )
    for plan in cut_short:
        console(as_json=workplace.common.as_json).print(
            plain(f"A push of {plan.at} was cut short: it is finished first.")
        )
        code = max(code, deliver(workplace, outbox, plan, told))
        outbox = replace(outbox, held=outbox.platform.held())
    wish = replace(wish, added=outbox.store.exported(f"{wish.target}:add", outbox.column))
    draft = fill(export_row(outbox), b"", material.grades(""), wish)
    doubts = doubts_of(material.standing)
    notes = (*outbox.task.notes, *draft.notes, *rubric_notes(outbox, material), *doubts)
    draft = replace(draft, notes=notes)
    preview = preview_of(draft, material.totals, material.unread)
    if not workplace.common.as_json:
        show_preview(console(), wish.target, draft, preview)
        for each in missing_there(draft)[:LISTED]:
            console().print(plain(f"       not there: {each}"), style="dim")
    if material.unread:
        words = unread_words(material.unread, audit_words(material.standing.audit))
        console(as_json=workplace.common.as_json).print(plain(words), style="yellow")
    if not draft.writes and cut_short:
        return _close(workplace, told, code)
    agree_to_send(outbox, draft)
    plan = plan_push(outbox, draft, material, place)
    # Kept before the first request: what follows is finished even if this process is killed.
    plan.keep(outbox.store)
    record(outbox.store, wish, draft, material)
    write_results(load_standing(workplace, outbox.store))
    return _close(workplace, told, max(code, deliver(workplace, outbox, plan, told)))


def _close(workplace: Workplace, told: Sequence[Told], code: int) -> int:
    """Print what came of the last push, and of those that were finished first, as one object."""
    if workplace.common.as_json:
        print_json({**told[-1], "finished_before": list(told[:-1])})
    return code


def deliver(workplace: Workplace, outbox: PushOutbox, plan: Plan, told: list[Told]) -> int:
    """Send what of a plan is not there yet, read back, write the receipt. Returns the exit code.

    What is printed as JSON in the end is added to `told`.
    """
    platform = outbox.platform
    users = [each.sending.user for each in plan.items]
    try:
        held = platform.held(users)
        waiting, held_back = not_there_yet(outbox, plan, held)
        stopped = send_batches(outbox, plan, waiting)
        held = platform.held(users)
    except PlatformError as error:
        raise PlatformError(
            f"{error}. What was sent is not read back yet: run the same again, which finishes it "
            f"({plan.folder})"
        ) from error
    lines = [
        line_of(platform.address.platform, each, held.get(each.sending.user)) for each in plan.items
    ]
    lines = [told_back(each, held_back) for each in lines]
    if stopped and any(each.status != "ok" for each in lines):
        console(as_json=workplace.common.as_json).print(plain(f"! {stopped}"), style="red")
    told.append(conclude(workplace, plan, lines, RECEIPT))
    return Exit.DONE if all(each.status == "ok" for each in lines) else Exit.SOME_UNGRADED


def conclude(workplace: Workplace, plan: Plan, lines: Sequence[ReceiptLine], name: str) -> Told:
    """Write a receipt, say what it comes to, and return that as it is printed as JSON."""
    path = plan.folder / name
    write_file(path, receipt_csv(lines))
    counts = Counter(each.status for each in lines)
    off = [each.item.student for each in lines if each.status != "ok"]
    if not workplace.common.as_json:
        screen = console()
        wanted = "as sent" if name == RECEIPT else "as they were before"
        screen.print(
            plain(f"Read back from {plan.address.site}: {counts['ok']} of {len(lines)} {wanted}.")
        )
        for each in [one for one in lines if one.status != "ok"][:LISTED]:
            screen.print(plain(f"  {each.item.student}: {each.status}: {each.why}"), style="red")
        screen.print(plain(f"Receipt: {path}"))
        if counts["ok"] < len(lines):
            screen.print("Next: look at these on the platform, then run the same again.")
        elif name == RECEIPT:
            screen.print(
                plain(f"To put it back: assessor export --to {plan.address.platform} --undo {path}")
            )
    return {"receipt": str(path), **dict(counts), "not_ok": off}
