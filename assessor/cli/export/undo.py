"""`assessor export --undo RECEIPT`: put back what a push wrote, where it still stands."""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.push_delivery import need_known_plan, take_back
from assessor.assignment.push_receipt import read_plan, statuses
from assessor.cli.exit_codes import Exit
from assessor.cli.export.push import show_delivered
from assessor.cli.export.site import open_site
from assessor.cli.screen import print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.store import Store


def undo(workplace: Workplace, store: Store, target: str, receipt: Path, key: Path | None) -> int:
    """Put back what the push of `receipt` wrote, and return the exit code."""
    known = frozenset(statuses(receipt))
    plan = read_plan(receipt.parent)
    if plan.address.platform != target:
        raise InputError(f"{receipt}: was pushed to {plan.address.platform}, not to {target}")
    need_known_plan(workplace, store, plan)
    platform = open_site(workplace, plan.address, str(receipt), key)
    try:
        done = show_delivered(workplace, take_back(workplace, platform, plan, known))
    finally:
        platform.close()
    if workplace.common.as_json:
        print_json(done.as_json())
    return Exit.DONE if done.is_good else Exit.SOME_UNGRADED
