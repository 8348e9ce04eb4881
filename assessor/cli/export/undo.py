"""`assessor export --undo RECEIPT`: put back what a push wrote, where it still stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from assessor.assignment.push_receipt import Item, Line, backwards, line_of, read_plan, statuses
from assessor.cli import Exit
from assessor.cli.export.push import Outbox, conclude
from assessor.cli.export.site import open_site
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError, PlatformError
from assessor.platforms import SAME_COMMENT
from assessor.platforms.base import Held
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
    platform = open_site(workplace, plan.address, str(receipt), key)
    try:
        task = platform.task()
        items = [each for each in plan.items if each.sending.user in known]
        users = [each.sending.user for each in items]
        held = platform.held(users)
        back, changed = _still_ours(target, items, held)
        outbox = Outbox(
            workplace=workplace, store=store, platform=platform, task=task, held=held, users={}
        )
        _consent(workplace, plan.address.words, len(back), len(changed))
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
        lines = [_line(target, was, item, now.get(item.sending.user)) for was, item in turned]
        lines += [
            Line(item=each, held=now.get(each.sending.user), status="differs", comment="", why=why)
            for each, why in changed
        ]
        told = conclude(outbox, plan, lines, UNDONE)
        if workplace.common.as_json:
            print_json(told)
        good = all(each.status == "ok" for each in lines)
        return Exit.DONE if good else Exit.SOME_UNGRADED
    finally:
        platform.close()


def _still_ours(
    target: str, items: Sequence[Item], held: dict[str, Held]
) -> tuple[list[Item], list[tuple[Item, str]]]:
    """Return what still stands as it was sent, and what somebody changed since, with what."""
    same = SAME_COMMENT[target]
    back, changed = [], []
    for each in items:
        sending, there = each.sending, held.get(each.sending.user)
        if there is None:
            changed.append((each, "the platform does not know this student any more"))
            continue
        if sending.score is not None and there.score != sending.score:
            if there.score != each.before:
                changed.append((each, "another grade stands there now: it is left alone"))
            continue
        text = sending.comment
        if text is not None and not any(same(one, text) for _, one in there.comments):
            sending = replace(sending, comment=None)
        back.append(replace(each, sending=sending))
    return back, changed


def _line(target: str, was: Item, item: Item, held: Held | None) -> Line:
    line = line_of(target, item, held)
    ours = was.sending.comment
    if held is None or ours is None or any(ours == text for text in was.comments_before):
        return line
    if any(SAME_COMMENT[target](text, ours) for _, text in held.comments):
        why = "; ".join(filter(None, (line.why, "our comment still stands there")))
        return replace(line, status="differs", comment="sent", why=why)
    return replace(line, comment="taken back")


def _consent(workplace: Workplace, where: str, number: int, changed: int) -> None:
    if not number:
        raise InputError(f"{where}: nothing of this push stands there any more; nothing was sent")
    left = f" ({changed} were changed since and stay)" if changed else ""
    question = f"Put back {number} students' grades in {where}{left}?"
    if workplace.person.said_yes:
        return
    if not workplace.person.is_there:
        raise InputError(f"{question} Nobody can be asked here: say so with --yes")
    click.confirm(question, abort=True, err=True)
