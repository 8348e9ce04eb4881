"""`assessor export`: preview, release, and the file that the platform takes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from assessor.assignment import max_points, require_complete
from assessor.cli import Exit
from assessor.cli.judging import can_ask
from assessor.cli.screen import console, plain, print_json
from assessor.cli.standing import Standing, load_standing, write_results
from assessor.cli.workplace import Workplace, common_options, open_workplace, read_bytes
from assessor.errors import InputError
from assessor.grade import Grade
from assessor.store import Store
from assessor.verdict import Release, State
from assessor.writers import EXPORTS
from assessor.writers.base import Change, ChangeKind, Export, PlatformGrade, Written
from assessor.writers.files import write_file
from assessor.writers.results import points_text

CENT = Decimal("0.01")
STAYS_OUT = {
    State.NEEDS_REVIEW: "wait for review",
    State.UNGRADED: "have no grade yet",
    State.NOT_SUBMITTED: "handed nothing in",
    State.NOT_ASKED: "were not asked",
    State.UNREADABLE: "cannot be read here (attachment or image)",
    State.GRADED: "were not read by a person and not released",
    State.BLANK: "are blank and not released",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    target: str
    template: Path | None
    column: str
    out: Path | None
    release_unread: bool
    allow_lower: bool
    add_to_existing: bool
    scale: bool


@click.command("export")
@click.option("--to", "target", required=True, type=click.Choice(sorted(EXPORTS)), help="For whom.")
@click.option("--template", type=click.Path(path_type=Path), help="The platform's own file.")
@click.option("--column", default="", help="The grade column, where there are several.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to write.")
@click.option("--release-unread", is_flag=True, help="Release what nobody has read, too.")
@click.option("--allow-lower", is_flag=True, help="Lower grades that are there already.")
@click.option("--add-to-existing", is_flag=True, help="Add to the points that are there.")
@click.option("--scale", is_flag=True, help="Stretch the points to the column's maximum.")
@common_options
def command(**options: Any) -> int:
    """Write the file that the platform takes back, after a preview.

    Only released grades go out: those a person decided on, and with --release-unread those that
    nobody has read. A grade that is there is never blanked, and not lowered without --allow-lower.
    """
    workplace = open_workplace(options, {})
    wish = Wish(**{name: options[name] for name in Wish.__slots__})
    with workplace.open_store() as store:
        return _export(workplace, store, wish)


def _export(workplace: Workplace, store: Store, wish: Wish) -> int:
    screen = console(as_json=workplace.common.as_json)
    standing = load_standing(workplace, store)
    row = EXPORTS[wish.target]
    path = wish.template or Path(standing.command["answers"])
    template = read_bytes(path)
    if not row.recognises(template, str(path)):
        raise InputError(
            f"{path}: is no file that {wish.target} takes back; name that file with --template"
        )
    unread = _unread(standing) if wish.release_unread else ()
    grades = _outgoing(standing, unread)
    written, kept = _write(store, wish, row, template, standing, grades)
    preview = _preview(standing, written, kept, unread)
    if not workplace.common.as_json:
        _show(screen, wish, preview, unread)
    if not any(change.kind in _WRITES for change in written.changes):
        raise InputError(
            "nothing to write: no released grade differs from what is there; "
            "review the answers, or release the unread ones with --release-unread"
        )
    if can_ask(workplace) and not workplace.common.yes:
        click.confirm("Write it?", abort=True, err=True)
    out = wish.out or standing.out / f"{wish.target}-{path.name}"
    write_file(out, written.data)
    _record(store, wish, written, unread)
    after = load_standing(workplace, store)
    write_results(after)
    if workplace.common.as_json:
        print_json({"file": str(out), **preview})
    else:
        screen.print(plain(f"\nWritten: {out}\nNext: upload it to {wish.target}."))
    return Exit.DONE


_WRITES = frozenset({ChangeKind.NEW, ChangeKind.RAISED, ChangeKind.LOWERED})


def _unread(standing: Standing) -> tuple[Grade, ...]:
    """Return what --release-unread adds: graded and blank, never what waits for review."""
    return tuple(
        grade
        for grade in standing.grades
        if grade.grade is None
        and grade.proposed is not None
        and grade.state in {State.GRADED, State.BLANK}
    )


def _outgoing(standing: Standing, unread: Sequence[Grade]) -> list[PlatformGrade]:
    """Return the complete totals that go out, one per student."""
    released = {grade.submission.key for grade in unread}
    parts: dict[str, list[Grade]] = {}
    for grade in standing.grades:
        parts.setdefault(grade.submission.student_id, []).append(grade)
    outgoing = []
    for student, grades in parts.items():
        points = [
            grade.grade
            if grade.grade is not None
            else grade.proposed
            if grade.submission.key in released
            else None
            for grade in grades
        ]
        known = [each for each in points if each is not None]
        if len(known) == len(grades) == len(standing.rubrics):
            feedback = "\n".join(grade.feedback for grade in grades if grade.feedback)
            outgoing.append(
                PlatformGrade(student_key=student, score=sum(known, Decimal(0)), feedback=feedback)
            )
    return outgoing


def _write(
    store: Store,
    wish: Wish,
    row: Export,
    template: bytes,
    standing: Standing,
    grades: Sequence[PlatformGrade],
) -> tuple[Written, tuple[Change, ...]]:
    """Return the file and the grades that were kept from being lowered."""
    most = row.max_points(template, wish.column)
    ours = max_points(standing.rubrics.values())
    if wish.scale and most is not None:
        factor = most / ours
        grades = [_scored(each, each.score * factor) for each in grades]
    elif wish.add_to_existing:
        grades = _added(store, wish, row, template, grades)
    else:
        require_complete(ours, most, wish.column or wish.target)
    written = row.write(template, grades, wish.column)
    lowered = tuple(c for c in written.changes if c.kind is ChangeKind.LOWERED)
    if lowered and not wish.allow_lower:
        keys = {change.key for change in lowered}
        kept = [each for each in grades if each.student_key not in keys]
        return row.write(template, kept, wish.column), lowered
    return written, ()


def _added(
    store: Store,
    wish: Wish,
    row: Export,
    template: bytes,
    grades: Sequence[PlatformGrade],
) -> list[PlatformGrade]:
    """Return the grades on top of what is there; adding twice to one column is refused."""
    before = store.exported(f"{wish.target}:add", wish.column)
    twice = sorted(each.student_key for each in grades if each.student_key in before)
    if twice:
        raise InputError(
            f"points were added to this column before for {len(twice)} students "
            f"({twice[0]!r} …): not added again; export a fresh file without --add-to-existing"
        )
    old = {change.key: change.old for change in row.write(template, grades, wish.column).changes}
    return [
        _scored(each, each.score + (old.get(each.student_key) or Decimal(0))) for each in grades
    ]


def _scored(grade: PlatformGrade, score: Decimal) -> PlatformGrade:
    return PlatformGrade(
        student_key=grade.student_key,
        score=score.quantize(CENT, ROUND_HALF_UP),
        feedback=grade.feedback,
    )


def _preview(
    standing: Standing,
    written: Written,
    kept: Sequence[Change],
    unread: Sequence[Grade],
) -> dict[str, object]:
    kinds = Counter(change.kind.value for change in written.changes)
    if kept:
        kinds["kept"] = len(kept)
    released = {grade.submission.key for grade in unread}
    out = Counter(
        grade.state.value
        for grade in standing.grades
        if grade.grade is None and grade.submission.key not in released
    )
    return {"changes": dict(kinds), "stay_out": dict(out), "released_unread": len(unread)}


_WORDS: Mapping[str, str] = {
    ChangeKind.NEW.value: "new",
    ChangeKind.RAISED.value: "rise",
    ChangeKind.LOWERED.value: "fall",
    ChangeKind.SAME.value: "stay as they are",
    ChangeKind.LOCKED.value: "locked on the platform, untouched",
    ChangeKind.MISSING.value: "not in the platform's file, left out",
    "kept": "would fall and are kept (--allow-lower writes them)",
}


def _show(screen: Console, wish: Wish, preview: Mapping[str, Any], unread: Sequence[Grade]) -> None:
    screen.print(f"Grades for {wish.target}:", style="bold")
    for kind, count in preview["changes"].items():
        screen.print(f"  {count:>4} {_WORDS[kind]}")
    for state, count in preview["stay_out"].items():
        screen.print(f"  {count:>4} stay out: they {STAYS_OUT[State(state)]}", style="dim")
    if unread:
        points = [grade.proposed for grade in unread if grade.proposed is not None]
        screen.print(
            f"\n{len(unread)} of these nobody has read ({points_text(min(points))} to "
            f"{points_text(max(points))} points). No audit was made: how many of them differ "
            "from your own grade is not known.",
            style="yellow",
        )


def _record(store: Store, wish: Wish, written: Written, unread: Sequence[Grade]) -> None:
    store.release(
        [
            Release(
                student_id=grade.submission.student_id,
                question=grade.submission.question,
                attempt=grade.submission.attempt,
                answer_digest=grade.submission.answer_digest,
                grade=grade.proposed or Decimal(0),
                by="unread",
            )
            for grade in unread
        ]
    )
    rows = {
        change.key: change.new
        for change in written.changes
        if change.kind in _WRITES and change.new is not None
    }
    target = f"{wish.target}:add" if wish.add_to_existing else wish.target
    store.record_export(target, wish.column, rows)
