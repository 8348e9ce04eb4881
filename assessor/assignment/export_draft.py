"""From complete totals to a platform's file: what fits the column, what is kept out and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.assignment.spoken_lines import SpokenLine, Tone, warnings
from assessor.config import Config
from assessor.counting import plural
from assessor.errors import InputError
from assessor.grade import Grade
from assessor.questions import require_complete
from assessor.sheet.people import alike
from assessor.verdict import State
from assessor.writers.base import (
    Change,
    ChangeKind,
    ClassGrades,
    Column,
    Document,
    Export,
    PlatformGrade,
    left,
    two_decimals,
)
from assessor.writers.results import points_text
from assessor.writers.totals import Total

LISTED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """How a column is to be filled; `added` is what was added to it before, per student.

    `put` is what we put into it otherwise, `elsewhere` are other columns to which points were
    added. `points` is what the settings say the column is worth, under [export.`target`].
    """

    target: str
    column: str = ""
    points: Decimal | None = None
    allow_lower: bool = False
    add_to_existing: bool = False
    scale: bool = False
    added: Mapping[str, Decimal] | None = None
    put: Mapping[str, Decimal] | None = None
    elsewhere: tuple[str, ...] = ()


def with_settings(wish: ExportWish, config: Config) -> ExportWish:
    """Return a wish with what the settings say where it says nothing: [export.`target`].

    A setting gives way to what is asked for now: points that are added are not stretched.
    """
    known = config.export.get(wish.target)
    if known is None:
        return wish
    return replace(
        wish,
        column=wish.column or known.column,
        points=known.points,
        scale=wish.scale or (known.scale and not wish.add_to_existing),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportDraft:
    """A file that could go out, what it changes, and what to know of it and at its upload."""

    data: bytes
    column: Column
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    upload: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether anything would change on the platform."""
        return any(each.writes for each in self.changes)


def fill(row: Export, template: bytes, material: ClassGrades, wish: ExportWish) -> ExportDraft:
    """Return the platform's file with the totals in it. Raises InputError."""
    column = row.find(template, wish.column)
    worth = column.max_points if column.max_points is not None else wish.points
    grades, out = _fitted(row, template, material, wish, column)
    written = row.write(template, grades, wish.column)
    lowered = {c.key for c in written.changes if c.kind is ChangeKind.LOWERED}
    if lowered and not wish.allow_lower:
        kept = [c for c in written.changes if c.key in lowered]
        out += [left(each.key, each.old, ChangeKind.KEPT) for each in kept]
        grades = [each for each in grades if each.student_key not in lowered]
        written = row.write(template, grades, wish.column)
    _refuse_beyond(written.changes, worth, wish)
    return ExportDraft(
        data=written.data,
        column=column,
        changes=(*written.changes, *out),
        notes=(*_notes(written.changes, material, column, wish), *written.notes),
        upload=written.upload,
    )


def compose(document: Document, material: ClassGrades, wish: ExportWish) -> ExportDraft:
    """Return a file of our own data alone: whatever is in it is new. Raises InputError."""
    if wish.add_to_existing or wish.scale or wish.allow_lower:
        raise InputError(
            f"{document.name} has no column with grades in it: --add-to-existing, --scale and "
            "--allow-lower mean nothing here; leave them out"
        )
    if document.holds_grades:
        require_complete(material.max_points, wish.points, document.name)
    changes = tuple(
        Change(key=each.student_key, old=None, new=each.score, kind=ChangeKind.NEW)
        for each in material.totals
    )
    return ExportDraft(
        data=document.write(material),
        column=Column(title=document.name, max_points=None),
        changes=changes if document.holds_grades else (),
        notes=tuple(document.notes(material)),
    )


def _fitted(
    row: Export, template: bytes, material: ClassGrades, wish: ExportWish, column: Column
) -> tuple[list[PlatformGrade], list[Change]]:
    """Return the grades in the column's own points, and those that are kept out."""
    ours = material.max_points
    worth = column.max_points if column.max_points is not None else wish.points
    grades = list(material.totals)
    if wish.add_to_existing and (wish.scale or column.percent):
        raise InputError(
            f"{column.title!r}: --add-to-existing and --scale exclude each other; choose one"
            if wish.scale
            else f"{column.title!r} is a percentage of one question: nothing is added to it"
        )
    if wish.add_to_existing:
        return _added(row, template, grades, wish)
    if column.percent or wish.scale:
        if worth is None:
            raise InputError(
                f"{column.title!r}: the file does not say what the column is worth; write it into "
                f'assessor.toml under [export.{wish.target}] as points = "…", or leave --scale out'
            )
        # Divided last: a factor that does not come out even would lose a half cent.
        stretched = (each.score * worth / ours for each in grades)
        return [
            replace(each, score=two_decimals(score))
            for each, score in zip(grades, stretched, strict=True)
        ], []
    require_complete(ours, worth, column.title)
    if worth is None:
        _refuse_larger(row, template, grades, wish, ours)
    return grades, []


def _added(
    row: Export, template: bytes, grades: Sequence[PlatformGrade], wish: ExportWish
) -> tuple[list[PlatformGrade], list[Change]]:
    """Return the grades on top of what is there; nobody gets points added twice."""
    before, put = wish.added or {}, wish.put or {}
    old = {change.key: change for change in row.write(template, grades, wish.column).changes}
    sums: list[PlatformGrade] = []
    out: list[Change] = []
    for each in grades:
        there = old[each.student_key]
        # What we put there ourselves are these points already.
        ours = there.old is not None and there.old == put.get(each.student_key)
        if each.student_key in before or ours:
            out.append(left(each.student_key, there.old, ChangeKind.ADDED_BEFORE))
        elif there.kind is ChangeKind.NEW:
            # An empty cell may wait for its first part: our part alone would be half a total.
            out.append(left(each.student_key, None, ChangeKind.NOTHING_THERE))
        else:
            sums.append(replace(each, score=two_decimals(each.score) + (there.old or Decimal(0))))
    if before and not sums:
        raise InputError(
            f"points were added to this column before for {plural(len(before), 'student')} "
            f"({_listed(sorted(before))}), here or, where our feedback stands there, from another "
            "machine: a second add is refused; take a push of it back first (--undo its receipt)"
        )
    return sums, out


def _refuse_beyond(changes: Sequence[Change], worth: Decimal | None, wish: ExportWish) -> None:
    beyond = [c.key for c in changes if worth is not None and c.new is not None and c.new > worth]
    if beyond and wish.add_to_existing:
        raise InputError(
            f"adding would give {plural(len(beyond), 'student')} more than the column's "
            f"{plural(points_text(worth), 'point')} ({_listed(beyond)}); were these added by hand "
            "before? Nothing was written"
        )


def _refuse_larger(
    row: Export, template: bytes, grades: Sequence[PlatformGrade], wish: ExportWish, ours: Decimal
) -> None:
    """Refuse a column that does not say what it is worth and holds more than ours can be."""
    changes = row.write(template, grades, wish.column).changes
    most = max((c.old for c in changes if c.old is not None), default=Decimal(0))
    if most > ours:
        require_complete(ours, most, wish.column or "the column (by the grades in it)")


def _notes(
    changes: Sequence[Change], material: ClassGrades, column: Column, wish: ExportWish
) -> tuple[str, ...]:
    worth = column.max_points if column.max_points is not None else wish.points
    ours = points_text(material.max_points)
    notes = []
    if worth is None:
        notes.append(
            f"The file does not say what {column.title!r} is worth; the rubrics cover "
            f"{plural(ours, 'point')}. If it is worth more, do not upload this file: say so in "
            f'assessor.toml under [export.{wish.target}] as points = "…".'
        )
    if wish.add_to_existing:
        notes.append("The points are added to those that are there.")
        if wish.elsewhere:
            notes.append(
                f"Points of this class were added to {_listed(wish.elsewhere)} before. Where that "
                "is the same column under another name, stop here: they would be added twice."
            )
    elif wish.scale and not column.percent:
        notes.append(f"The points are stretched: {ours} become {points_text(worth)}.")
    beyond = [c.key for c in changes if worth is not None and c.new is not None and c.new > worth]
    shortened = [f"{c.key!r} is {c.matched!r}" for c in changes if c.matched]
    if shortened:
        more = " …" * (len(shortened) > LISTED)
        notes.append(
            f"{plural(len(shortened), 'id differs', 'ids differ')} by the zeros in front, "
            "which a spreadsheet drops: "
            f"{', '.join(shortened[:LISTED])}{more}. Look whether these are the same students."
        )
    names = {each.submission.student_id: each.submission.name for each in material.grades}
    if unlike := called_otherwise(changes, names):
        pairs = [f"{key!r} is {one!r} here and {there!r} there" for key, (one, there) in unlike]
        more = " …" * (len(pairs) > LISTED)
        notes.append(
            f"{plural(len(pairs), 'student has', 'students have')} another name in the file: "
            f"{'; '.join(pairs[:LISTED])}{more}. Look whether these are the same people."
        )
    if beyond:
        notes.append(
            f"{plural(len(beyond), 'grade is', 'grades are')} above the column's "
            f"{plural(points_text(worth), 'point')} "
            f"({_listed(beyond)}): the platform may cut or refuse them."
        )
    return tuple(notes)


def called_otherwise(
    changes: Sequence[Change], names: Mapping[str, str]
) -> list[tuple[str, tuple[str, str]]]:
    """Return whose name has no word in common with the one in the file, with both; ids may be
    somebody else's there. An e-mail address is nobody else's.
    """
    both = [(each.key, (names.get(each.key, ""), each.called)) for each in changes]
    return [(k, two) for k, two in both if "@" not in k and all(two) and not alike(*two)]


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - LISTED} more" if len(keys) > LISTED else ""
    return ", ".join(repr(each) for each in keys[:LISTED]) + more


STAYS_OUT: Mapping[State, str] = {
    State.NEEDS_REVIEW: "waiting for review",
    State.UNGRADED: "without a grade yet",
    State.NOT_SUBMITTED: "nothing handed in",
    State.NOT_ASKED: "not asked every question",
    State.UNREADABLE: "not readable here (attachment or image)",
    State.GRADED: "not read by a person and not released",
    State.BLANK: "blank and not released",
}


KINDS: Mapping[ChangeKind, str] = {
    ChangeKind.NEW: "new",
    ChangeKind.RAISED: "raised",
    ChangeKind.LOWERED: "lowered",
    ChangeKind.SAME: "unchanged",
    ChangeKind.LOCKED: "locked, excused or no grade on the platform: untouched",
    ChangeKind.MISSING: "not in the platform's file: left out",
    ChangeKind.TEXT_THERE: "with feedback there and none from us, which this file would "
    "overwrite: left out (upload this one, download a fresh one, export again)",
    ChangeKind.KEPT: "kept, though lower here (--allow-lower writes them)",
    ChangeKind.ADDED_BEFORE: "got these points before: not added again",
    ChangeKind.NOTHING_THERE: "have no grade there to add to: untouched",
    ChangeKind.CRITERIA_UNLIKE: "with points by criterion that do not make the grade, from which "
    "the platform would work out another one: left out (enter these there by hand)",
    ChangeKind.HANDED_IN_AGAIN: "with other work there than was fetched and graded: left out "
    "(assessor pull, then grade)",
}


def preview_of(
    draft: ExportDraft, totals: Sequence[Total], unread: Sequence[Grade]
) -> dict[str, object]:
    """Return the counts of a draft as they are shown and printed as JSON."""
    kinds = Counter(change.kind for change in draft.changes)
    texts = [change for change in draft.changes if change.text]
    return {
        "column": draft.column.title,
        "changes": {kind.value: kinds[kind] for kind in KINDS if kinds[kind]},
        "feedback": {
            "new": sum(not each.over_text for each in texts),
            "replaced": sum(each.over_text for each in texts),
        },
        "stay_out": dict(Counter(each.state.value for each in totals if each.grade is None)),
        "released_unread": len(unread),
        "notes": list(draft.notes),
        "upload": list(draft.upload),
    }


def unread_words(unread: Sequence[Grade], audit: str) -> str:
    """Return what releasing unread grades means; `audit` is what an audit says of them."""
    points = [grade.proposed for grade in unread if grade.proposed is not None]
    return f"{len(unread)} of these nobody has read ({points_range(points)}). {audit}"


def points_range(points: Sequence[Decimal]) -> str:
    """Return from how many to how many points these are, in words; "" of none."""
    if not points:
        return ""
    least, most = points_text(min(points)), points_text(max(points))
    return f"{least} to {plural(most, 'point')}" if least != most else plural(most, "point")


def preview_lines(
    target: str, draft: ExportDraft, preview: Mapping[str, object]
) -> Iterator[SpokenLine]:
    """Yield how many grades change, rise, fall, are new, stay out and why."""
    where = f" in {draft.column.title!r}" if draft.column.title else ""
    kinds = Counter(change.kind for change in draft.changes)
    # A rubric for Canvas holds nobody's grades.
    if draft.changes or preview["stay_out"]:
        yield SpokenLine(f"Grades for {target}{where}:", Tone.HEADING)
    for kind, words in KINDS.items():
        if kinds[kind]:
            yield SpokenLine(f"  {kinds[kind]:>4} {words}")
    texts = [change for change in draft.changes if change.text]
    if texts:
        over = sum(each.over_text for each in texts)
        replaced = f", {over} of them over a text that is there" if over else ""
        yield SpokenLine(f"  {len(texts):>4} with feedback{replaced}")
    stay_out = preview["stay_out"]
    for state, count in stay_out.items() if isinstance(stay_out, dict) else ():
        # What a person may let go out all the same; on the page that is a switch beside the list.
        open_to = {State.GRADED, State.BLANK}
        way = " (see --release-unread)" if State(state) in open_to else ""
        yield SpokenLine(f"  {count:>4} left out: {STAYS_OUT[State(state)]}{way}", Tone.ASIDE)
    yield from warnings(draft.notes)
