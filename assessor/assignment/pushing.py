"""A push to a platform: what goes out, sent batch by batch, and what is held back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.export_draft import LISTED, ExportDraft
from assessor.assignment.outgoing import OutgoingClass
from assessor.assignment.platform_people import unlike_names
from assessor.assignment.push_receipt import (
    ANSWERED,
    BEGUN,
    PLAN,
    Plan,
    PushItem,
    ReceiptLine,
    comment_state,
    line_of,
    under_way,
)
from assessor.assignment.standing import Standing, need_as_shown
from assessor.counting import plural
from assessor.errors import InputError, PlatformError
from assessor.grade import Grade
from assessor.platforms import SAME_COMMENT
from assessor.platforms.base import Held, PlatformClient, Sending, Task, by_name
from assessor.rubric import Rubric
from assessor.store import Store
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOutbox:
    """What a push works with: the platform, the class as it would go out, who is who there.

    `pulled` is what was graded of each student, as it was fetched from there: attempt and time.
    `names` are theirs, where the answers tell them.
    """

    place: ClassFolder
    store: Store
    platform: PlatformClient
    task: Task
    held: Mapping[str, Held]
    users: Mapping[str, str]
    pulled: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def column(self) -> str:
        """What the store knows this assignment by."""
        return f"{self.task.title} ({self.platform.address.assignment})"


def export_row(outbox: PushOutbox, material: OutgoingClass) -> Export:
    """Return the platform as a writer: what is held takes the place of a file, so that all rules
    of an export hold.
    """
    platform = outbox.platform.address.platform
    points = _criteria_of(outbox, material) if outbox.task.by_rubric else {}

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
            elif _is_another(held.handed_in, outbox.pulled.get(key)):
                # A grade is of one work: on another one nobody read it.
                changes.append(left(key, held.score, ChangeKind.HANDED_IN_AGAIN))
            elif outbox.task.by_rubric and not _make(points.get(key, {}), grade.score):
                # Released before another reading, a total of a person's own, added, stretched.
                changes.append(left(key, held.score, ChangeKind.CRITERIA_UNLIKE))
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


def _is_another(there: tuple[int, str] | None, pulled: tuple[int, str] | None) -> bool:
    """Return whether other work stands there than was fetched, as far as that is known."""
    if there is None or pulled is None:
        return False
    (attempt, at), (ours, fetched_at) = there, pulled
    return attempt != ours or bool(attempt and at and fetched_at and at != fetched_at)


def _change(outbox: PushOutbox, key: str, grade: PlatformGrade, held: Held) -> tuple[Change, str]:
    platform = outbox.platform.address.platform
    change = change_of(key, held.score, two_decimals(grade.score))
    text = _text_of(platform, grade)
    same = SAME_COMMENT[platform]
    if not text or any(same(there, text) for _, there in held.comments):
        return change, ""
    if outbox.platform.appends:
        return with_text(change, "", text), text
    return with_text(change, held.comments[0][1] if held.comments else "", text), text


def _text_of(platform: str, grade: PlatformGrade) -> str:
    """Return a student's feedback as the platform takes it."""
    text = grade.feedback
    return f"<p>{as_html(text)}</p>" if platform == "moodle" and text else text


def changed_since(outbox: PushOutbox, plan: Plan, material: OutgoingClass) -> frozenset[str]:
    """Return the users whose grade or words in a plan that was cut short do not go out now.

    Somebody graded on, took a release back, or changed the rubric since.
    """
    grades, worth = material.grades(""), outbox.task.max_points
    now = {each.student_key: each for each in grades.totals}
    platform = outbox.platform.address.platform
    changed = set()
    for each in plan.items:
        sending, grade = each.sending, now.get(each.student)
        said = each.before if sending.score is None else sending.score
        text = "" if grade is None else _text_of(platform, grade)
        if grade is None or said is None:
            goes_out = False
        elif each.student in plan.added:
            goes_out = said == two_decimals(grade.score) + (each.before or 0)
        else:
            stretched = grade.score * worth / grades.max_points if worth else grade.score
            goes_out = said in {two_decimals(grade.score), two_decimals(stretched)}
        words = sending.comment is None or SAME_COMMENT[platform](sending.comment, text)
        if not (goes_out and words):
            changed.add(sending.user)
    return frozenset(changed)


def not_there_yet(
    outbox: PushOutbox, plan: Plan, held: Mapping[str, Held], changed: frozenset[str]
) -> tuple[list[PushItem], dict[str, str]]:
    """Return what is still to be sent, and whose comment is held back because it may be under way.

    What stands there is sent over only where it is what stood there before: anything else is
    somebody else's word since. Nothing is sent to those of `changed`.
    """
    platform, now = outbox.platform, outbox.place.ambient.now()
    begun = under_way(plan.folder.parent, plan.address)
    items, back = [], {}
    for each in plan.items:
        there = held.get(each.sending.user)
        if there is None or each.sending.user in changed:
            continue
        sending = _what_is_missing(outbox, each, there)
        at = begun.get(sending.user)
        recent = at is not None and (now - at).total_seconds() < platform.quiet_after
        if sending.comment is not None and platform.appends and recent:
            minutes = int(platform.quiet_after // 60)
            back[sending.user] = (
                "the comment may still be on its way: run the same again in "
                f"{plural(minutes, 'minute')}"
            )
            sending = replace(sending, comment=None)
        if sending.score is not None or sending.comment is not None or sending.erase:
            items.append(replace(each, sending=sending))
    return items, back


def _what_is_missing(outbox: PushOutbox, item: PushItem, there: Held) -> Sending:
    """Return what of one student's is not there, nothing where somebody gave another grade since.

    Our words would not explain that one. Feedback that somebody wrote since is not replaced.
    """
    sending, platform = item.sending, outbox.platform
    if there.score not in {item.before, item.before if sending.score is None else sending.score}:
        return Sending(user=sending.user, score=None)
    same = SAME_COMMENT[platform.address.platform]
    others = not platform.appends and any(
        text and not any(same(text, before) for before in item.comments_before)
        for _, text in there.comments
    )
    state = comment_state(platform.address.platform, item, there)
    if sending.comment is not None and (state != "missing" or others):
        sending = replace(sending, comment=None)
    with_levels = outbox.task.by_rubric and sending.comment is not None
    if sending.score is not None and there.score == sending.score and not with_levels:
        sending = replace(sending, score=None, criteria=())
    return sending


def send_batches(outbox: PushOutbox, plan: Plan, items: Sequence[PushItem]) -> str:
    """Send batch by batch, each noted before; return what stopped it, "" where nothing did."""
    platform, now = outbox.platform, outbox.place.ambient.now
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


def told_back(
    line: ReceiptLine, held_back: Mapping[str, str], changed: frozenset[str]
) -> ReceiptLine:
    """Return the line of one student, whose grade or comment was held back if it was."""
    user = line.item.sending.user
    if user in changed and line.status != "ok":
        why = f"graded otherwise since, nothing of this push was sent; {line.why}"
        return replace(line, why=why)
    why = held_back.get(user, "")
    if not why or line.comment != "missing":
        return line
    return replace(line, status="unknown", comment="unknown", why=why)


def plan_push(outbox: PushOutbox, draft: ExportDraft, material: OutgoingClass, place: Path) -> Plan:
    """Return what is to be sent to whom, beside what is there now.

    Points by criterion go along where they make the very grade that is sent.
    """
    texts = {key: text for key, _, text in json.loads(draft.data)}
    points = _criteria_of(outbox, material)
    items = []
    for change in draft.changes:
        if not change.writes or change.new is None:
            continue
        held = outbox.held[outbox.users[change.key]]
        # Where levels make the grade, feedback alone would go without them and take it away.
        same = change.kind is ChangeKind.SAME and not outbox.task.by_rubric
        score = None if same else change.new
        criteria = points.get(change.key, {})
        sending = Sending(
            user=held.user,
            score=score,
            comment=texts.get(change.key),
            criteria=tuple(criteria.items())
            if score is not None and _make(criteria, score)
            else (),
        )
        comments = tuple(text for _, text in held.comments)
        items.append(
            PushItem(
                student=change.key, before=held.score, comments_before=comments, sending=sending
            )
        )
    at = outbox.place.ambient.now()
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


def _criteria_of(outbox: PushOutbox, material: OutgoingClass) -> dict[str, dict[str, Decimal]]:
    """Return each student's points by the platform's criteria, where those are called as ours are.

    Raises InputError where the platform takes grades by its rubric only and ours is another.
    """
    criteria, found = outbox.task.criteria, dict[str, dict[str, Decimal]]()
    for total in material.grades("").totals if criteria else ():
        parts = [
            g for g in material.standing.grades if g.submission.student_id == total.student_key
        ]
        points = _points_by_name(parts, material.standing.rubrics)
        matched = by_name(criteria, points) if points else {}
        if matched:
            found[total.student_key] = matched
        elif outbox.task.by_rubric:
            raise InputError(
                f"{outbox.task.title!r} is graded by the platform's own rubric, which is not this "
                "one: its criteria must be called as the key points are described, with the same "
                "points; or switch it to simple grading there. Nothing was sent"
            )
    return found


def _make(criteria: Mapping[str, Decimal], score: Decimal) -> bool:
    """Return whether points by criterion come to this grade."""
    return two_decimals(sum(criteria.values(), Decimal(0))) == two_decimals(score)


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


def rubric_notes(
    outbox: PushOutbox, draft: ExportDraft, material: OutgoingClass
) -> tuple[str, ...]:
    """Return what becomes of points by criterion, in words."""
    if not outbox.task.criteria:
        return ()
    points = _criteria_of(outbox, material)
    matched = sum(
        each.key in points and each.new is not None and _make(points[each.key], each.new)
        for each in draft.changes
    )
    if points:
        return (
            "Points by criterion go into the platform's own rubric for "
            f"{plural(matched, 'student')}.",
        )
    return ("The platform's rubric is not this one: totals go there, no points by criterion.",)


def whose_notes(outbox: PushOutbox, draft: ExportDraft) -> Iterator[str]:
    """Yield who is called otherwise on the platform, and whose work is another one there."""
    unlike = unlike_names(outbox.names, outbox.held, outbox.users)
    listed = [
        f"{key!r} is {ours!r} here and {there!r} there" for key, (ours, there) in unlike.items()
    ]
    if listed:
        more = " …" * (len(listed) > LISTED)
        yield (
            f"{plural(len(listed), 'student has', 'students have')} another name there: "
            f"{'; '.join(listed[:LISTED])}{more}. Look whether these are the same people."
        )
    again = left_out(draft, ChangeKind.HANDED_IN_AGAIN)
    if again:
        more = " …" * (len(again) > LISTED)
        yield f"Other work than was graded stands there of {', '.join(again[:LISTED])}{more}."


def told_there(outbox: PushOutbox, material: OutgoingClass) -> list[str]:
    """Return our students, where our very words stand there with most who have some; else nobody.

    A word or two that another part of the work got as well says nothing.
    """
    platform, totals = outbox.platform.address.platform, material.grades("").totals
    same, words, found = SAME_COMMENT[platform], 0, 0
    for each in totals:
        held = outbox.held.get(outbox.users.get(each.student_key, ""))
        if held is None or not (text := _text_of(platform, each)):
            continue
        words += 1
        found += any(same(one, text) for _, one in held.comments)
    return [each.student_key for each in totals] if found * 2 > words else []


def left_out(draft: ExportDraft, kind: ChangeKind) -> list[str]:
    """Return the students that have a grade and get none, for this reason."""
    return [each.key for each in draft.changes if each.kind is kind]


def agree_to_send(outbox: PushOutbox, draft: ExportDraft, standing: Standing) -> None:
    """Ask before anything is sent. Raises InputError where nobody can be asked or told."""
    address, yes = outbox.platform.address, outbox.place.person.said_yes
    missing = left_out(draft, ChangeKind.MISSING)
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
    whose = plural(number, "student's grade", "students' grades")
    question = f"Send {whose} to {address.words}{without}?"
    if not outbox.place.person.is_there:
        raise InputError(f"{question} Nobody can be asked here: say so with --yes")
    outbox.place.person.goes_on(question)
    need_as_shown(outbox.place, outbox.store, standing)


def agree_to_finish(
    outbox: PushOutbox, plan: Plan, changed: frozenset[str], standing: Standing
) -> None:
    """Ask before a push that was cut short is finished. Raises InputError where nobody is there.

    Who agreed to it then need not be who sits here: the folder may have come from somebody else.
    """
    person = outbox.place.person
    items, _ = not_there_yet(outbox, plan, outbox.held, changed)
    if person.said_yes or not items:
        return
    whose = plural(len(items), "student's grade or comment", "students' grades or comments")
    question = (
        f"A push of {plan.at} was cut short. Finish it first: send {whose} as {plan.folder / PLAN} "
        f"says, to {plan.address.words}?"
    )
    if not person.is_there:
        raise InputError(f"{question} Nobody can be asked here: say so with --yes")
    person.goes_on(question)
    need_as_shown(outbox.place, outbox.store, standing)


def still_ours(
    target: str, items: Sequence[PushItem], held: dict[str, Held]
) -> tuple[list[PushItem], list[tuple[PushItem, str]]]:
    """Return what still stands as it was sent, and what somebody changed since, with what."""
    same = SAME_COMMENT[target]
    back, changed = [], []
    for each in items:
        sending, there = each.sending, held.get(each.sending.user)
        if there is None:
            changed.append((each, "the platform does not know this student any more"))
            continue
        text = sending.comment
        if text is not None and not any(same(one, text) for _, one in there.comments):
            text, sending = None, replace(sending, comment=None)
        if sending.score is not None and there.score != sending.score:
            if there.score != each.before:
                changed.append((each, "another grade stands there now: it is left alone"))
                continue
            if text is None or any(same(one, text) for one in each.comments_before):
                continue
            # Cut short between the two: the grade is back, and our words stand there yet.
            sending = replace(sending, score=None, criteria=())
        back.append(replace(each, sending=sending))
    return back, changed


def line_of_undo(target: str, was: PushItem, item: PushItem, held: Held | None) -> ReceiptLine:
    """Return what came of taking one student's grade back."""
    line = line_of(target, item, held)
    ours = was.sending.comment
    if held is None or ours is None or any(ours == text for text in was.comments_before):
        return line
    if any(SAME_COMMENT[target](text, ours) for _, text in held.comments):
        why = "; ".join(filter(None, (line.why, "our comment still stands there")))
        return replace(line, status="differs", comment="sent", why=why)
    return replace(line, comment="taken back")


def agree_to_undo(place: ClassFolder, where: str, number: int, changed: int) -> None:
    """Ask before anything is taken back. Raises InputError where nobody can be asked."""
    if not number:
        raise InputError(f"{where}: nothing of this push stands there any more; nothing was sent")
    left = f" ({changed} were changed since and stay)" if changed else ""
    whose = plural(number, "student's grade", "students' grades")
    question = f"Put back {whose} in {where}{left}?"
    if place.person.said_yes:
        return
    if not place.person.is_there:
        raise InputError(f"{question} Nobody can be asked here: say so with --yes")
    place.person.goes_on(question)
