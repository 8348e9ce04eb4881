"""A push carried out: sent, read back, its receipt; and one taken back.

What a platform answers to a write is not believed: after it, everything is read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from assessor.assignment.added_points import note_not_added
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.push_receipt import (
    PLAN,
    RECEIPT,
    UNKNOWN,
    Plan,
    ReceiptLine,
    alone_at,
    backwards,
    line_of,
    receipt_csv,
)
from assessor.assignment.pushing import (
    PushOutbox,
    agree_to_undo,
    line_of_undo,
    not_there_yet,
    send_batches,
    still_ours,
    told_back,
)
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.errors import InputError, PlatformError
from assessor.platforms.base import PlatformClient
from assessor.store import Store
from assessor.writers.files import write_file

UNDONE = "undone.csv"
LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a platform holds after a push, or after one was taken back, line by line.

    `problems` is what the platform said meanwhile.
    """

    plan: Plan
    path: Path
    receipt: tuple[ReceiptLine, ...]
    problems: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether everything is as it was sent, or as it was before."""
        return all(each.status == "ok" for each in self.receipt)

    def lines(self) -> Iterator[SpokenLine]:
        """Yield what it came to, where the receipt is, and what to do next."""
        pushed, off = self.path.name == RECEIPT, [e for e in self.receipt if e.status != "ok"]
        wanted = "as sent" if pushed else "as they were before"
        good, count = len(self.receipt) - len(off), len(self.receipt)
        yield SpokenLine(f"Read back from {self.plan.address.site}: {good} of {count} {wanted}.")
        for each in off[:LISTED]:
            yield SpokenLine(f"  {each.item.student}: {each.status}: {each.why}", Tone.TROUBLE)
        yield SpokenLine(f"Receipt: {self.path}")
        if off:
            yield SpokenLine("Next: look at these on the platform, then run the same again.")
        elif pushed:
            target = self.plan.address.platform
            yield SpokenLine(f"To put it back: assessor export --to {target} --undo {self.path}")

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        counts = Counter(each.status for each in self.receipt)
        off = [each.item.student for each in self.receipt if each.status != "ok"]
        return {"receipt": str(self.path), **dict(counts), "not_ok": off}


def deliver(outbox: PushOutbox, plan: Plan, changed: frozenset[str] = frozenset()) -> Delivered:
    """Send what of a plan is not there yet, read back, and write the receipt.

    To the users of `changed`, whose grade is another one by now, nothing of it is sent. Raises
    PlatformError where the platform could not be read; the same again finishes it.
    """
    platform = outbox.platform
    users = [each.sending.user for each in plan.items]
    try:
        # Only what is there now says what another copy of this class has sent.
        with alone_at(plan.address):
            held = platform.held(users)
            waiting, held_back = not_there_yet(outbox, plan, held, changed)
            stopped = send_batches(outbox, plan, waiting)
            held = platform.held(users)
    except PlatformError as error:
        raise PlatformError(
            f"{error}. What was sent is not read back yet: run the same again, which finishes it "
            f"({plan.folder})"
        ) from error
    found = [
        line_of(platform.address.platform, each, held.get(each.sending.user)) for each in plan.items
    ]
    told = tuple(told_back(each, held_back, changed) for each in found)
    note_not_added(outbox.store, plan, held, _quiet_since(outbox.place, platform))
    amiss = bool(stopped) and any(each.status != "ok" for each in told)
    return _kept(plan, RECEIPT, told, (stopped,) if amiss else ())


def need_known_plan(place: ClassFolder, store: Store, plan: Plan) -> None:
    """Ask about a plan that the class's records do not know. Raises InputError on a no.

    `--yes` is no answer to it: what would be put back may be anything.
    """
    if plan.is_kept(store):
        return
    said = f"{plan.folder / PLAN}: {UNKNOWN}"
    question = f"{said} before you say so. Put back what it says stood there before?"
    if not place.person.is_there or not place.person.agrees(question):
        raise InputError(f"{said}. To put it back, say yes to this at a terminal")


def take_back(
    place: ClassFolder,
    store: Store,
    platform: PlatformClient,
    plan: Plan,
    known: frozenset[str],
) -> Delivered:
    """Put back what a push wrote to the `known` users, where it still stands, after asking.

    A grade or feedback that somebody changed since stays as it is, and that is said.
    """
    target = plan.address.platform
    platform.task()  # a token that is not good for it is refused before anything changes
    items = [each for each in plan.items if each.sending.user in known]
    users = [each.sending.user for each in items]
    held = platform.held(users)
    back, changed = still_ours(target, items, held)
    quiet_since = _quiet_since(place, platform)
    note_not_added(store, plan, held, quiet_since)
    agree_to_undo(place, plan.address.words, len(back), len(changed))
    problems, appends = [], platform.appends
    with alone_at(plan.address):
        # What somebody changed while the question stood stays as well.
        held = platform.held(users)
        back, changed = still_ours(target, items, held)
        turned = [(e, backwards(e, held[e.sending.user], appends=appends)) for e in back]
        for was, item in turned:
            try:
                platform.take_back(held[item.sending.user], item.sending, was.sending.comment or "")
            except PlatformError as error:
                problems.append(str(error))
        now = platform.held(users)
    note_not_added(store, plan, now, quiet_since, undone=True)
    told = [line_of_undo(target, was, item, now.get(item.sending.user)) for was, item in turned]
    told += [
        ReceiptLine(
            item=each, held=now.get(each.sending.user), status="differs", comment="", why=why
        )
        for each, why in changed
    ]
    return _kept(plan, UNDONE, tuple(told), tuple(problems))


def _quiet_since(place: ClassFolder, platform: PlatformClient) -> datetime:
    """Return before when a request was begun of which nothing is on its way any more."""
    return place.ambient.now() - timedelta(seconds=platform.quiet_after)


def _kept(
    plan: Plan, name: str, receipt: tuple[ReceiptLine, ...], problems: tuple[str, ...]
) -> Delivered:
    path = plan.folder / name
    write_file(path, receipt_csv(receipt))
    return Delivered(plan=plan, path=path, receipt=receipt, problems=problems)
