"""What a push is about and what came of it: the plan before it, the log within it, the receipt.

The plan is on the disk before the first request, and each request is noted before it is sent: what
was killed at any moment is finished by the next push, which asks the platform first what is there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import read_bytes
from assessor.counting import plural
from assessor.digest import digest
from assessor.disk import NotOurs, held, make_folder, read_record
from assessor.errors import InputError, StoreError
from assessor.platforms import SAME_COMMENT
from assessor.platforms.base import Address, Held, Sending
from assessor.store import Deed, Store
from assessor.store.place import append_line, file_error, user_data
from assessor.writers.files import write_file
from assessor.writers.results import csv_bytes, guarded, guarded_text, points_text

LOCK = "push.lock"
# The folder of all pushes, below the results.
PUSHES = "pushed"
PLAN, LOG, RECEIPT, BEFORE = "plan.json", "sent.jsonl", "receipt.csv", "before.csv"
BEGUN, ANSWERED = "begun", "answered"
# Under which target the class's records keep what a push sends.
PLANNED = "push plan"
UNKNOWN = (
    "is no plan that this class's records know as it is now: it came with the folder, was edited, "
    "or was made by an earlier version; nothing of it is sent"
)
COLUMNS = ("student_id", "user_id", "before", "sent", "held_now", "status", "comment", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushItem:
    """One student of a push: what was there, what goes out."""

    student: str
    before: Decimal | None
    comments_before: tuple[str, ...]
    sending: Sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A push: the assignment, its title, and everybody in it. `folder` holds its files.

    `added` are the students to whose points theirs were added, 0 among them.
    """

    folder: Path
    address: Address
    title: str
    at: str
    items: tuple[PushItem, ...]
    added: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """What the class's records know this assignment by."""
        return f"{self.title} ({self.address.assignment})"

    @property
    def is_finished(self) -> bool:
        """Whether its receipt was written."""
        return (self.folder / RECEIPT).is_file()

    @property
    def mark(self) -> str:
        """What the class's records know it by: its folder's name and all that it sends."""
        return f"{self.folder.name} {digest('push', _as_json(self))}"

    def keep(self, store: Store) -> None:
        """Write it down in the class's records, and its files. Raises StoreError."""
        store.record_export(PLANNED, self.mark, {})
        self.write()

    def is_kept(self, store: Store) -> bool:
        """Whether the class's records know it, as it is now.

        One that came with the folder, or was edited since, would send what nobody agreed to.
        """
        return self.mark in marks_of(store)

    def write(self) -> None:
        """Write before.csv and the plan; from then on it will be finished. Raises StoreError."""
        rows = [["student_id", "user_id", "grade", "comments"]]
        for each in self.items:
            comments = json.dumps(each.comments_before, ensure_ascii=False)
            rows.append(
                [
                    guarded(each.student),
                    each.sending.user,
                    _said(each.before),
                    guarded_text(comments),
                ]
            )
        write_file(self.folder / BEFORE, csv_bytes(rows))
        text = json.dumps(_as_json(self), ensure_ascii=False, indent=1)
        write_file(self.folder / PLAN, text.encode() + b"\n")

    def note(self, items: Sequence[PushItem], what: str, at: str) -> None:
        """Note on the disk that a request for these students begins, or was answered."""
        for each in items:
            line = {"user": each.sending.user, "what": what, "at": at}
            append_line(self.folder / LOG, json.dumps(line))

    def unanswered(self) -> dict[str, datetime]:
        """Return when a request was begun for each user whose last one was never answered."""
        path = self.folder / LOG
        found: dict[str, datetime] = {}
        for line in read_bytes(path).splitlines() if path.is_file() else ():
            try:
                told = json.loads(line)
                user, at = str(told["user"]), datetime.fromisoformat(told["at"])
            except (ValueError, KeyError, TypeError):
                continue
            if told.get("what") == BEGUN:
                found[user] = at
            else:
                found.pop(user, None)
        return found


def marks_of(store: Store) -> frozenset[str]:
    """Return the marks of all pushes that the class's records know."""
    events = store.history(Deed.EXPORT)
    return frozenset(each.column for each in events if each.target == PLANNED)


def unlike_plans(pushes: Path, store: Store) -> Iterator[str]:
    """Yield a line for each push whose plan is not as the class's records know it.

    Of a finished one that they know nothing of nothing is said: versions before kept none.
    """
    known = marks_of(store)
    names = {mark.partition(" ")[0] for mark in known}
    for folder in sorted(pushes.iterdir()) if pushes.is_dir() else ():
        if folder.is_symlink() or not (folder / PLAN).is_file():
            continue
        try:
            plan = read_plan(folder)
        except InputError as error:
            yield str(error)
            continue
        if plan.mark not in known and (folder.name in names or not plan.is_finished):
            yield f"{folder / PLAN}: {UNKNOWN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One student in the receipt: `status` is ok, differs or unknown."""

    item: PushItem
    held: Held | None
    status: str
    comment: str
    why: str


def line_of(platform: str, item: PushItem, held: Held | None) -> ReceiptLine:
    """Return what came of one student, by what the platform holds now."""
    if held is None:
        said = "could not be read back: look on the platform, or run the same again"
        return ReceiptLine(item=item, held=None, status="unknown", comment="unknown", why=said)
    why: list[str] = []
    sending = item.sending
    wanted = item.before if sending.score is None else sending.score
    wanted = None if sending.erase else wanted
    if held.score != wanted:
        why.append(f"{_said(held.score) or 'no grade'} is held, not {_said(wanted) or 'none'}")
    comment = comment_state(platform, item, held)
    if comment in {"missing", "twice"}:
        why.append(
            {"missing": "the comment is not there", "twice": "the comment stands twice"}[comment]
        )
    criteria = held.criteria or {}
    if sending.criteria and held.criteria is not None:
        off = [key for key, points in sending.criteria if criteria.get(key) != points]
        if off:
            why.append(
                f"{len(off)} of "
                f"{plural(len(sending.criteria), 'criterion is', 'criteria are')} not there"
            )
    status = "differs" if why else "ok"
    return ReceiptLine(item=item, held=held, status=status, comment=comment, why="; ".join(why))


def comment_state(platform: str, item: PushItem, held: Held) -> str:
    """Return whether our comment is there: sent, twice, missing, or "" where none was sent."""
    ours = item.sending.comment
    if ours is None:
        return ""
    same = SAME_COMMENT[platform]
    there = sum(same(text, ours) for _, text in held.comments)
    before = sum(same(text, ours) for text in item.comments_before)
    if there > max(1, before):
        return "twice"
    return "sent" if there else "missing"


def receipt_csv(lines: Sequence[ReceiptLine]) -> bytes:
    """Return receipt.csv: before, sent, held now, and whether that is as it should be."""
    rows = [list(COLUMNS)]
    for each in lines:
        sending = each.item.sending
        sent = "" if sending.score is None else _said(sending.score)
        rows.append(
            [
                guarded(each.item.student),
                sending.user,
                _said(each.item.before),
                "none" if sending.erase else sent,
                "" if each.held is None else _said(each.held.score),
                each.status,
                each.comment,
                each.why,
            ]
        )
    return csv_bytes(rows)


@contextmanager
def alone(place: ClassFolder) -> Iterator[None]:
    """Be the only one who sends this class's grades, or takes them back. Raises StoreError.

    Two at once would each see what is not there yet, and send it.
    """
    if place.memory is None:
        yield
        return
    path = place.memory / LOCK
    try:
        with held(path) as mine:
            if not mine:
                raise StoreError(
                    f"{path}: another push of this class is under way; wait for it, then run the "
                    "same again"
                )
            yield
    except NotOurs as error:
        raise file_error(path, error) from error


@contextmanager
def alone_at(address: Address) -> Iterator[None]:
    """Be the only one of this user who sends to an assignment, from whichever copy of the class.

    Raises StoreError. Where the user's own data cannot be written, nobody else is seen.
    """
    path = user_data() / f"push-{digest('at', asdict(address))[-16:]}.lock"
    with ExitStack() as holding:
        try:
            make_folder(path.parent)
            mine = holding.enter_context(held(path))
        except OSError:
            mine = True
        if not mine:
            raise StoreError(
                f"another push to {address.words} is under way, from another copy of this class; "
                "wait for it, then run the same again"
            )
        yield


def read_plan(folder: Path) -> Plan:
    """Return the plan in a push's folder. Raises InputError."""
    path = folder / PLAN
    try:
        told: Any = read_record(path)
        address = Address(**told["address"])
        if not f"{address.course or 0}{address.assignment}".isdecimal():
            raise ValueError("a course and an assignment are numbers")
        return Plan(
            folder=folder,
            address=address,
            title=told["title"],
            at=told["at"],
            items=tuple(_item(each) for each in told["items"]),
            added=tuple(map(str, told.get("added", ()))),
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise InputError(f"{path}: is no plan of a push; name the receipt.csv of one") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from error


def plans_of(pushes: Path, address: Address) -> Iterator[Plan]:
    """Yield the pushes to this assignment, oldest first."""
    for folder in sorted(pushes.iterdir()) if pushes.is_dir() else ():
        # What is behind a link was not written here, and would be sent.
        if not folder.is_symlink() and (folder / PLAN).is_file():
            plan = read_plan(folder)
            if plan.address == address:
                yield plan


def under_way(pushes: Path, address: Address) -> dict[str, datetime]:
    """Return when the last request was begun whose answer never came, by user, of all pushes."""
    found: dict[str, datetime] = {}
    for plan in plans_of(pushes, address):
        for user, at in plan.unanswered().items():
            found[user] = max(at, found.get(user, at))
    return found


def statuses(receipt: Path) -> Mapping[str, str]:
    """Return the status of each user in a receipt. Raises InputError."""
    text = read_bytes(receipt).decode("utf-8-sig", "replace")
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error:
        rows = []
    if not rows or not {"user_id", "status"} <= set(rows[0]):
        raise InputError(f"{receipt}: is no receipt of a push; it is called receipt.csv")
    return {row["user_id"]: row["status"] for row in rows}


def backwards(item: PushItem, held: Held, *, appends: bool) -> PushItem:
    """Return what puts back what stood there before `item` was sent.

    Where comments are appended there is none to put back: ours is taken away.
    """
    sending = item.sending
    comment = None
    if sending.comment is not None and not appends:
        comment = item.comments_before[0] if item.comments_before else ""
    back = Sending(
        user=sending.user,
        score=item.before if sending.score is not None else None,
        erase=sending.score is not None and item.before is None,
        comment=comment,
    )
    texts = tuple(text for _, text in held.comments)
    return replace(item, before=held.score, comments_before=texts, sending=back)


def _said(points: Decimal | None) -> str:
    return "" if points is None else points_text(points)


def _as_json(plan: Plan) -> dict[str, object]:
    return ({"added": list(plan.added)} if plan.added else {}) | {
        "address": asdict(plan.address),
        "title": plan.title,
        "at": plan.at,
        "items": [
            {
                "student": each.student,
                "user": each.sending.user,
                "before": _exact(each.before),
                "comments_before": list(each.comments_before),
                "score": _exact(each.sending.score),
                "erase": each.sending.erase,
                "comment": each.sending.comment,
                "criteria": [[key, str(points)] for key, points in each.sending.criteria],
            }
            for each in plan.items
        ],
    }


def _item(told: Mapping[str, object]) -> PushItem:
    criteria, comments = told["criteria"], told["comments_before"]
    comment = told["comment"]
    return PushItem(
        student=str(told["student"]),
        before=_points(told["before"]),
        comments_before=tuple(map(str, comments)) if isinstance(comments, list) else (),
        sending=Sending(
            user=str(told["user"]),
            score=_points(told["score"]),
            erase=bool(told["erase"]),
            comment=None if comment is None else str(comment),
            criteria=tuple((str(key), Decimal(str(points))) for key, points in criteria)
            if isinstance(criteria, list)
            else (),
        ),
    )


def _exact(points: Decimal | None) -> str | None:
    return None if points is None else str(points)


def _points(told: object) -> Decimal | None:
    return None if told is None else Decimal(str(told))
