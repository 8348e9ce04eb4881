"""`assessor export --push`: grades put where they belong, read back, and a receipt of it.

What a platform answers to a write is not believed: after it, everything is read again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import click

from assessor.assignment.export_draft import Draft, Wish, fill, preview_of, unread_words
from assessor.assignment.outgoing import Material, record
from assessor.assignment.push_receipt import (
    ANSWERED,
    BEGUN,
    RECEIPT,
    Item,
    Line,
    Plan,
    comment_state,
    line_of,
    plans_of,
    receipt_csv,
    under_way,
)
from assessor.assignment.standing import doubts_of, load_standing, write_results
from assessor.cli import Exit
from assessor.cli.export.preview import LISTED, show_preview
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError, PlatformError
from assessor.grade import Grade
from assessor.platforms import SAME_COMMENT
from assessor.platforms.base import Held, Platform, Sending, Task, by_name
from assessor.rubric import Rubric
from assessor.store import Store
from assessor.trust.audit import audit_words
from assessor.writers.base import (
    Change,
    ChangeKind,
    Column,
    Export,
    PlatformGrade,
    Written,
    as_html,
    change_of,
    left,
    one_grade_each,
    two_decimals,
    with_text,
)
from assessor.writers.files import write_file

PUSHES = "pushed"
# What is printed of a push as JSON.
Told = dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbox:
    """What a push works with: the platform, the class as it would go out, who is who there."""

    workplace: Workplace
    store: Store
    platform: Platform
    task: Task
    held: Mapping[str, Held]
    users: Mapping[str, str]

    @property
    def column(self) -> str:
        """What the store knows this assignment by."""
        return f"{self.task.title} ({self.platform.address.assignment})"


def export_row(outbox: Outbox) -> Export:
    """Return the platform as a writer: what is held takes the place of a file, so that all rules
    of an export hold.
    """
    platform = outbox.platform.address.platform

    def write(_: bytes, grades: Sequence[PlatformGrade], __: str) -> Written:
        changes = []
        rows = []
        for key, grade in one_grade_each(grades).items():
            user = outbox.users.get(key)
            held = outbox.held.get(user or "")
            if user is None or held is None:
                changes.append(left(key, None, ChangeKind.MISSING))
            elif held.locked:
                changes.append(left(key, held.score, ChangeKind.LOCKED))
            else:
                change, text = _change(outbox, key, grade, held)
                changes.append(change)
                rows.append([key, user, text if change.text else None])
        return Written(data=json.dumps(rows).encode(), changes=tuple(changes))

    return Export(
        sample=f"the {platform} assignment",
        recognises=lambda _data, _file: True,
        find=lambda _data, _column: Column(title=outbox.column, max_points=outbox.task.max_points),
        write=write,
        feedback=True,
    )


def _change(outbox: Outbox, key: str, grade: PlatformGrade, held: Held) -> tuple[Change, str]:
    platform = outbox.platform.address.platform
    change = change_of(key, held.score, two_decimals(grade.score))
    text = grade.feedback
    if platform == "moodle" and text:
        text = f"<p>{as_html(text)}</p>"
    same = SAME_COMMENT[platform]
    if not text or any(same(there, text) for _, there in held.comments):
        return change, ""
    if outbox.platform.appends:
        return with_text(change, "", text), text
    return with_text(change, held.comments[0][1] if held.comments else "", text), text


def push_class(outbox: Outbox, wish: Wish, material: Material) -> int:
    """Preview, ask, send, read back, and return the exit code: 3 where anything is not as sent."""
    workplace, place = outbox.workplace, material.standing.out / PUSHES
    code, told = int(Exit.DONE), list[Told]()
    cut_short = [each for each in plans_of(place, outbox.platform.address) if not each.is_finished]
    for plan in cut_short:
        console(as_json=workplace.common.as_json).print(
            plain(f"A push of {plan.at} was cut short: it is finished first.")
        )
        code = max(code, deliver(outbox, plan, told))
        outbox = replace(outbox, held=outbox.platform.held())
    wish = replace(wish, added=outbox.store.exported(f"{wish.target}:add", outbox.column))
    draft = fill(export_row(outbox), b"", material.grades(""), wish)
    doubts = doubts_of(material.standing)
    notes = (*outbox.task.notes, *draft.notes, *_rubric_notes(outbox, material), *doubts)
    draft = replace(draft, notes=notes)
    preview = preview_of(draft, material.totals, material.unread)
    if not workplace.common.as_json:
        show_preview(console(), wish.target, draft, preview)
        for each in _missing(draft)[:LISTED]:
            console().print(plain(f"       not there: {each}"), style="dim")
    if material.unread:
        words = unread_words(material.unread, audit_words(material.standing.audit))
        console(as_json=workplace.common.as_json).print(plain(words), style="yellow")
    if not draft.writes and cut_short:
        return _close(workplace, told, code)
    _consent(outbox, draft)
    plan = _plan(outbox, draft, material, place)
    # Kept before the first request: what follows is finished even if this process is killed.
    plan.write()
    record(outbox.store, wish, draft, material)
    write_results(load_standing(workplace, outbox.store))
    return _close(workplace, told, max(code, deliver(outbox, plan, told)))


def _close(workplace: Workplace, told: Sequence[Told], code: int) -> int:
    """Print what came of the last push, and of those that were finished first, as one object."""
    if workplace.common.as_json:
        print_json({**told[-1], "finished_before": list(told[:-1])})
    return code


def deliver(outbox: Outbox, plan: Plan, told: list[Told]) -> int:
    """Send what of a plan is not there yet, read back, write the receipt. Returns the exit code.

    What is printed as JSON in the end is added to `told`.
    """
    platform = outbox.platform
    users = [each.sending.user for each in plan.items]
    try:
        held = platform.held(users)
        waiting, held_back = _not_there_yet(outbox, plan, held)
        stopped = _send(outbox, plan, waiting)
        held = platform.held(users)
    except PlatformError as error:
        raise PlatformError(
            f"{error}. What was sent is not read back yet: run the same again, which finishes it "
            f"({plan.folder})"
        ) from error
    lines = [
        line_of(platform.address.platform, each, held.get(each.sending.user)) for each in plan.items
    ]
    lines = [_told_back(each, held_back) for each in lines]
    if stopped and any(each.status != "ok" for each in lines):
        console(as_json=outbox.workplace.common.as_json).print(plain(f"! {stopped}"), style="red")
    told.append(conclude(outbox, plan, lines, RECEIPT))
    return Exit.DONE if all(each.status == "ok" for each in lines) else Exit.SOME_UNGRADED


def conclude(outbox: Outbox, plan: Plan, lines: Sequence[Line], name: str) -> Told:
    """Write a receipt, say what it comes to, and return that as it is printed as JSON."""
    path = plan.folder / name
    write_file(path, receipt_csv(lines))
    counts = Counter(each.status for each in lines)
    off = [each.item.student for each in lines if each.status != "ok"]
    if not outbox.workplace.common.as_json:
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


def _not_there_yet(
    outbox: Outbox, plan: Plan, held: Mapping[str, Held]
) -> tuple[list[Item], dict[str, str]]:
    """Return what is still to be sent, and whose comment is held back because it may be under way.

    A grade is sent where the platform still holds what it held before: anything else is somebody
    else's word since.
    """
    platform, now = outbox.platform, outbox.workplace.ambient.now()
    begun = under_way(plan.folder.parent, plan.address)
    items, back = [], {}
    for each in plan.items:
        there = held.get(each.sending.user)
        if there is None:
            continue
        sending = each.sending
        if sending.score is not None and there.score != each.before:
            sending = replace(sending, score=None, criteria=())
        if sending.comment is not None:
            state = comment_state(platform.address.platform, each, there)
            at = begun.get(sending.user)
            recent = at is not None and (now - at).total_seconds() < platform.quiet_after
            if state != "missing":
                sending = replace(sending, comment=None)
            elif platform.appends and recent:
                minutes = int(platform.quiet_after // 60)
                back[sending.user] = (
                    f"the comment may still be on its way: run the same again in {minutes} minutes"
                )
                sending = replace(sending, comment=None)
        if sending.score is not None or sending.comment is not None or sending.erase:
            items.append(replace(each, sending=sending))
    return items, back


def _send(outbox: Outbox, plan: Plan, items: Sequence[Item]) -> str:
    """Send batch by batch, each noted before; return what stopped it, "" where nothing did."""
    platform, now = outbox.platform, outbox.workplace.ambient.now
    failed = ""
    for start in range(0, len(items), platform.batch):
        some = items[start : start + platform.batch]
        plan.note(some, BEGUN, now().isoformat())
        try:
            platform.send([each.sending for each in some])
        except PlatformError as error:
            # One student's error is not the others'; what came of it is read back.
            failed = str(error)
            continue
        plan.note(some, ANSWERED, now().isoformat())
    return failed


def _told_back(line: Line, held_back: Mapping[str, str]) -> Line:
    why = held_back.get(line.item.sending.user)
    if why is None or line.comment != "missing":
        return line
    return replace(line, status="unknown", comment="unknown", why=why)


def _plan(outbox: Outbox, draft: Draft, material: Material, place: Path) -> Plan:
    texts = {key: text for key, _, text in json.loads(draft.data)}
    points = _criteria_of(outbox, material)
    items = []
    for change in draft.changes:
        if not change.writes or change.new is None:
            continue
        held = outbox.held[outbox.users[change.key]]
        score = None if change.kind is ChangeKind.SAME else change.new
        sending = Sending(
            user=held.user,
            score=score,
            comment=texts.get(change.key),
            criteria=tuple(points.get(change.key, {}).items()) if score is not None else (),
        )
        comments = tuple(text for _, text in held.comments)
        items.append(
            Item(student=change.key, before=held.score, comments_before=comments, sending=sending)
        )
    at = outbox.workplace.ambient.now()
    folder = place / f"{outbox.platform.address.platform}-{at:%Y-%m-%dT%H-%M-%S}"
    number = 2
    while folder.exists():
        folder = folder.with_name(f"{folder.name.partition('_')[0]}_{number}")
        number += 1
    return Plan(
        folder=folder,
        address=outbox.platform.address,
        title=outbox.task.title,
        at=at.isoformat(timespec="seconds"),
        items=tuple(items),
    )


def _criteria_of(outbox: Outbox, material: Material) -> dict[str, dict[str, Decimal]]:
    """Return each student's points by the platform's criteria, where they add up to the total.

    Raises InputError where the platform takes grades by its rubric only and ours is another.
    """
    criteria, found = outbox.task.criteria, dict[str, dict[str, Decimal]]()
    for total in material.grades("").totals if criteria else ():
        parts = [
            g for g in material.standing.grades if g.submission.student_id == total.student_key
        ]
        points = _points_by_name(parts, material.standing.rubrics)
        matched = by_name(criteria, points) if points else {}
        if matched and (outbox.task.by_rubric or sum(matched.values()) == total.score):
            found[total.student_key] = matched
        elif outbox.task.by_rubric:
            raise InputError(
                f"{outbox.task.title!r} is graded by the platform's own rubric, which is not this "
                "one: its criteria must be called as the key points are described, with the same "
                "points; or switch it to simple grading there. Nothing was sent"
            )
    return found


def _points_by_name(parts: Sequence[Grade], rubrics: Mapping[str, Rubric]) -> dict[str, Decimal]:
    points: dict[str, Decimal] = {}
    for grade in parts:
        rubric = rubrics[grade.submission.question]
        named = {each.id: each.description for each in rubric.key_points}
        for cell in grade.cells:
            if cell.points is None:
                return {}
            if cell.cell in named:
                points[named[cell.cell]] = cell.points
            elif cell.points:
                return {}
        if grade.choice is not None:
            return {}
    return points


def _rubric_notes(outbox: Outbox, material: Material) -> tuple[str, ...]:
    if not outbox.task.criteria:
        return ()
    matched = len(_criteria_of(outbox, material))
    if matched:
        return (f"Points by criterion go into the platform's own rubric for {matched} students.",)
    return ("The platform's rubric is not this one: totals go there, no points by criterion.",)


def _missing(draft: Draft) -> list[str]:
    return [each.key for each in draft.changes if each.kind is ChangeKind.MISSING]


def _consent(outbox: Outbox, draft: Draft) -> None:
    """Ask before anything is sent. Raises InputError where nobody can be asked or told."""
    address, yes = outbox.platform.address, outbox.workplace.person.said_yes
    missing = _missing(draft)
    if not draft.writes:
        if missing and len(missing) == len(draft.changes):
            raise InputError(
                f"{address.words}: has none of the students that are graded ({missing[0]!r} …); "
                "fetch the class with 'assessor pull' and grade that file"
            )
        raise InputError(
            "nothing to send: no released grade differs from what is there; "
            "review the answers, or release the unread ones with --release-unread"
        )
    if yes:
        return
    number = sum(each.writes for each in draft.changes)
    without = f", leaving out {len(missing)} that it does not have" if missing else ""
    question = f"Send {number} students' grades to {address.words}{without}?"
    if not outbox.workplace.person.is_there:
        raise InputError(f"{question} Nobody can be asked here: say so with --yes")
    click.confirm(question, abort=True, err=True)
