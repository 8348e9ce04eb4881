"""An export from the class to the file: drafted, agreed to, written and recorded."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from assessor.assignment.added_points import with_additions
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.export_draft import (
    ExportDraft,
    ExportWish,
    called_otherwise,
    compose,
    fill,
    preview_of,
)
from assessor.assignment.given_out import note_given_out
from assessor.assignment.named_files import read_bytes
from assessor.assignment.outgoing import (
    OutgoingClass,
    material_of,
    record,
    record_name,
    release_grades,
)
from assessor.assignment.platform_file import find_template, no_template
from assessor.assignment.standing import (
    Standing,
    doubts_of,
    load_standing,
    need_as_shown,
    standing_anew,
    write_ours,
    write_results,
)
from assessor.counting import plural
from assessor.errors import ColumnUnclear, InputError
from assessor.store import Store
from assessor.writers import DOCUMENTS, EXPORTS
from assessor.writers.base import ChangeKind, Document, Export

MANY = 20
# Where a file goes, where the target's name does not say it.
_PLACE = {
    "blackboard": "Blackboard (Work Offline, Upload)",
    "brightspace": "Brightspace (Grades, Import)",
    "canvas": "Canvas (Gradebook, Import)",
    "canvas-rubric": "Canvas (Rubrics, import)",
    "gradescope": "Gradescope (Configure autograder), then regrade all submissions",
    "gradescope-rubric": "Gradescope's rubric editor, item by item",
    "moodle": "Moodle (Upload grading worksheet)",
    "moodle-gradebook": "Moodle's gradebook (Import, CSV)",
    "prairielearn": "PrairieLearn (Upload new question scores)",
    "sakai": "Sakai (Assignments, Upload all; or Gradebook, Import)",
}


NOTHING_RELEASED = "no grade is released yet"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRequest:
    """What was asked for on the command line and in the settings."""

    template: Path | None
    out: Path | None
    release_unread: bool
    wish: ExportWish

    @property
    def target(self) -> str:
        """For whom the file is."""
        return self.wish.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A file that could be written: what it is made of, where it goes, and what it would change.

    `document` is None for a platform's own file; `preview` holds the counts as JSON has them.
    """

    request: ExportRequest
    material: OutgoingClass
    draft: ExportDraft
    document: Document | None
    source: Path
    out: Path
    preview: dict[str, object]

    @property
    def holds_grades(self) -> bool:
        """Whether anybody's grade is in it."""
        return self.document is None or self.document.holds_grades


def prepare(place: ClassFolder, store: Store, request: ExportRequest) -> Prepared:
    """Return the file that a target takes, drafted; nothing is written. Raises InputError."""
    standing = load_standing(place, store)
    material = material_of(standing, release_unread=request.release_unread)
    document = DOCUMENTS.get(request.target)
    path, template = template_for(request, standing)
    if template is not None:
        request, material, draft = _filled(place, store, request, material, template)
        name = _name_of(request.target, path, template)
    elif document is not None:
        _refuse_template(request)
        draft = compose(document, material.grades(request.wish.column), request.wish)
        name = document.name
        if not document.holds_grades:
            material = replace(material, totals=(), unread=())
    else:
        raise InputError(no_template(request.target, path))
    out = request.out or standing.out / name
    if out.is_dir():
        raise InputError(f"{out}: is a folder; name the file to write with --out")
    if template is not None and out.resolve() == path.resolve():
        raise InputError(f"{out}: is the platform's own file; name another one with --out")
    draft = _with_doubts(draft, document, standing)
    return Prepared(
        request=request,
        material=material,
        draft=draft,
        document=document,
        source=path,
        out=out,
        preview=preview_of(draft, material.totals, material.unread),
    )


def write_prepared(place: ClassFolder, store: Store, prepared: Prepared) -> None:
    """Write the file, and keep what was released and what went into the column.

    The release comes first: no file holds a grade that nobody is known to have let out.
    """
    material, released = prepared.material, ""
    if prepared.holds_grades:
        released = release_grades(store, material.standing, material.unread)
        material = replace(material, unread=())
    try:
        write_ours(prepared.out, data := prepared.draft.data, place.person)
    except Exception:
        if released:
            store.take_back(released)
        raise
    wish, column = prepared.request.wish, prepared.draft.column.title
    note_given_out(place, store, {prepared.out: data}, record_name(wish), column)
    if prepared.holds_grades:
        record(store, prepared.request.wish, prepared.draft, material)
        write_results(standing_anew(place, store, prepared.material.standing))


def _with_doubts(draft: ExportDraft, document: Document | None, standing: Standing) -> ExportDraft:
    """Return the draft with what to know of the judge, where it holds grades."""
    if document is not None and not document.holds_grades:
        return draft
    return replace(draft, notes=(*draft.notes, *doubts_of(standing)))


def _name_of(target: str, path: Path, template: bytes) -> str:
    """Return the name of a filled-in file: as the platform's own; a workbook goes back as CSV."""
    book = path.suffix.lower() in {".xlsx", ".xls", ".ods"} and not template.startswith(b"PK")
    return f"{target}-{path.stem}.csv" if book else f"{target}-{path.name}"


def template_for(request: ExportRequest, standing: Standing) -> tuple[Path, bytes | None]:
    """Return the platform's file, which is the answers file where it is one; None where not."""
    return find_template(request.target, request.template, standing.answers)


def _refuse_template(request: ExportRequest) -> None:
    if request.template is not None:
        raise InputError(f"--to {request.target} fills in no file: leave --template out")


def _filled(
    place: ClassFolder,
    store: Store,
    request: ExportRequest,
    material: OutgoingClass,
    template: bytes,
) -> tuple[ExportRequest, OutgoingClass, ExportDraft]:
    """Return the draft, the request with the column that a person at the terminal chose, and what
    of the class goes into that column.
    """
    row = EXPORTS[request.target]
    try:
        column = row.find(template, request.wish.column)
    except ColumnUnclear as error:
        if not place.person.is_there or request.wish.column:
            raise
        wish = replace(request.wish, column=_pick(place, error.choices))
        request = replace(request, wish=wish)
        column = row.find(template, request.wish.column)
    wish = replace(
        with_additions(store, request.wish, column.title),
        points=request.wish.points or _worth(row, material.standing.answers),
    )
    if column.percent:
        material = material.of_question(column.title)
    return request, material, fill(row, template, material.grades(wish.column), wish)


def _worth(row: Export, answers: Path) -> Decimal | None:
    return row.worth(read_bytes(answers), str(answers)) if os.path.isfile(answers) else None


def _pick(place: ClassFolder, choices: Sequence[str]) -> str:
    listed = [repr(title[:90]) for title in choices]
    return choices[place.person.points_at("Which column takes the grades?", listed)]


def agree_to_write(place: ClassFolder, store: Store, prepared: Prepared) -> None:
    """Ask before anything is written. Raises InputError where nobody can be asked or told."""
    draft, path = prepared.draft, prepared.source
    missing = [each.key for each in draft.changes if each.kind is ChangeKind.MISSING]
    if not draft.writes and prepared.holds_grades:
        if missing and len(missing) == len(draft.changes):
            raise InputError(
                f"{path}: has none of the students that are graded ({missing[0]!r} …); name the "
                "file of the same class with --template, or the column of its ids with --student"
            )
        why = "no released grade differs from what is there" if draft.changes else NOTHING_RELEASED
        raise InputError(
            f"nothing to write: {why}; "
            "review the answers, or release the unread ones with --release-unread"
        )
    yes, asking = place.person.said_yes, place.person.is_there
    _agree_to_names(place, prepared)
    if missing and not yes:
        more = f" and {len(missing) - MANY} more" if len(missing) > MANY else ""
        listed = ", ".join(repr(each) for each in missing[:MANY]) + more
        problem = (
            f"{path}: lacks "
            f"{plural(len(missing), 'student who has', 'students who have')} a grade: {listed}"
        )
        if not asking:
            raise InputError(f"{problem}; take a fresh download, or go on without them with --yes")
        place.person.goes_on(f"{problem}. Go on without them?")
    if asking and not yes:
        place.person.goes_on("Write it?")
        need_as_shown(place, store, prepared.material.standing)


def _agree_to_names(place: ClassFolder, prepared: Prepared) -> None:
    """Ask about a file most of whose people are called otherwise. Raises InputError."""
    names = {each.student_id: each.name for each in prepared.material.totals}
    changes = [each for each in prepared.draft.changes if each.called and names.get(each.key)]
    unlike = called_otherwise(changes, names)
    if len(unlike) * 2 <= len(changes) or place.person.said_yes:
        return
    problem = (
        f"{prepared.source}: {len(unlike)} of "
        f"{plural(len(changes), 'student has', 'students have')} another name there: "
        "it may be another class's, or its ids other people's"
    )
    if not place.person.is_there:
        raise InputError(f"{problem}; name the right file, or go on with --yes")
    place.person.goes_on(f"{problem}. Go on all the same?")


def upload_words(prepared: Prepared) -> Iterator[str]:
    """Yield where the file goes next, and what to know there; nothing for a workbook of our own."""
    target = prepared.request.target
    if prepared.document is not None and target == "xlsx":
        return
    deed = "copy" if target == "gradescope-rubric" else "upload"
    yield f"Next: {deed} it to {_PLACE.get(target, target)}."
    yield from prepared.draft.upload
