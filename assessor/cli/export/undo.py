"""`assessor export --undo RECEIPT`: put back what a push wrote, where it still stands."""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.push_receipt import (
    PLAN,
    UNKNOWN,
    Plan,
    ReceiptLine,
    backwards,
    read_plan,
    statuses,
)
from assessor.assignment.pushing import agree_to_undo, line_of_undo, still_ours
from assessor.cli.exit_codes import Exit
from assessor.cli.export.push import conclude
from assessor.cli.export.site import open_site
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError, PlatformError
from assessor.store import Store

UNDONE = "undone.csv"


def undo(workplace: Workplace, store: Store, target: str, receipt: Path, key: Path | None) -> int:
    """Put back what the push of `receipt` wrote, and return the exit code.

    A grade or feedback that somebody changed since stays as it is, and that is said.
    """
    known = statuses(receipt)
    plan = read_plan(receipt.parent)
    if plan.address.platform != target:
        raise InputError(f"{receipt}: was pushed to {plan.address.platform}, not to {target}")
    _need_known(workplace, store, plan)
    platform = open_site(workplace, plan.address, str(receipt), key)
    try:
        platform.task()  # a token that is not good for it is refused before anything changes
        items = [each for each in plan.items if each.sending.user in known]
        users = [each.sending.user for each in items]
        held = platform.held(users)
        back, changed = still_ours(target, items, held)
        agree_to_undo(workplace, plan.address.words, len(back), len(changed))
        turned = [
            (each, backwards(each, held[each.sending.user], appends=platform.appends))
            for each in back
        ]
        for was, item in turned:
            ours = was.sending.comment or ""
            try:
                platform.take_back(held[item.sending.user], item.sending, ours)
            except PlatformError as error:
                console(as_json=workplace.common.as_json).print(plain(f"! {error}"), style="red")
        now = platform.held(users)
        lines = [
            line_of_undo(target, was, item, now.get(item.sending.user)) for was, item in turned
        ]
        lines += [
            ReceiptLine(
                item=each, held=now.get(each.sending.user), status="differs", comment="", why=why
            )
            for each, why in changed
        ]
        told = conclude(workplace, plan, lines, UNDONE)
        if workplace.common.as_json:
            print_json(told)
        good = all(each.status == "ok" for each in lines)
        return Exit.DONE if good else Exit.SOME_UNGRADED
    finally:
        platform.close()


def _need_known(workplace: Workplace, store: Store, plan: Plan) -> None:
    """Ask about a plan that the class's records do not know. Raises InputError on a no.

    `--yes` is no answer to it: what would be put back may be anything.
    """
    if plan.is_kept(store):
        return
    said = f"{plan.folder / PLAN}: {UNKNOWN}"
    question = f"{said} before you say so. Put back what it says stood there before?"
    if not workplace.person.is_there or not workplace.person.agrees(question):
        raise InputError(f"{said}. To put it back, say yes to this at a terminal")
