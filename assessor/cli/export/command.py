"""`assessor export`: preview, release, and the file that the platform takes back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from assessor.cli import Exit
from assessor.cli.export.filling import Draft, Wish, compose, fill
from assessor.cli.export.pages import PAGES, export_page
from assessor.cli.export.preview import preview_of, show_preview, unread_words
from assessor.cli.export.template import find_template, no_template
from assessor.cli.judging import can_ask
from assessor.cli.remember import Values, offer
from assessor.cli.screen import console, plain, print_json
from assessor.cli.standing import (
    Standing,
    load_standing,
    spoken_of,
    spoken_of_json,
    write_ours,
    write_results,
)
from assessor.cli.workplace import (
    TARGETS,
    Workplace,
    common_options,
    leave_out,
    open_workplace,
    read_bytes,
)
from assessor.config import ExportSettings
from assessor.errors import ColumnUnclear, InputError
from assessor.grade import Grade, unread
from assessor.store import Store
from assessor.trust.audit import audit_words, released_by
from assessor.verdict import Release
from assessor.writers import DOCUMENTS, EXPORTS
from assessor.writers.base import ChangeKind, ClassGrades, Document, Export
from assessor.writers.totals import Total, outgoing, totals_of

LISTED = 20
# Where a file goes, where the target's name does not say it.
_PLACE = {
    "canvas-rubric": "Canvas (Rubrics, import)",
    "gradescope": "Gradescope (Configure autograder), then regrade all submissions",
    "moodle": "Moodle (Upload grading worksheet)",
    "moodle-gradebook": "Moodle's gradebook (Import, CSV)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for on the command line and in the settings."""

    template: Path | None
    out: Path | None
    release_unread: bool
    wish: Wish

    @property
    def target(self) -> str:
        """For whom the file is."""
        return self.wish.target


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A class as it would go out: its totals and what nobody has read of it."""

    standing: Standing
    totals: tuple[Total, ...]
    unread: tuple[Grade, ...]

    def of_question(self, question: str) -> Material:
        """Return the class as it would go out for one of several questions. Raises InputError."""
        rubrics = self.standing.rubrics
        if len(rubrics) == 1:
            return self
        if question not in rubrics:
            raise InputError(
                f"{question!r} is none of the questions that were graded: "
                f"{', '.join(map(repr, rubrics))}; name one of these with --column"
            )
        standing = replace(
            self.standing,
            rubrics={question: rubrics[question]},
            grades=tuple(g for g in self.standing.grades if g.submission.question == question),
        )
        unread = tuple(each for each in self.unread if each.submission.question == question)
        keys = {each.submission.key for each in unread}
        totals = totals_of(standing.grades, standing.rubrics, keys)
        return Material(standing=standing, totals=totals, unread=unread)

    def grades(self, column: str) -> ClassGrades:
        """Return what a writer needs of it: what is released now counts as released."""
        released = {grade.submission.key for grade in self.unread}
        return ClassGrades(
            rubrics=self.standing.rubrics,
            grades=tuple(
                replace(
                    each,
                    grade=each.proposed,
                    released_by=released_by(self.standing.audit, each),
                )
                if each.submission.key in released
                else each
                for each in self.standing.grades
            ),
            totals=outgoing(self.totals),
            column=column,
        )


@click.command("export")
@click.option("--to", "target", required=True, type=click.Choice(TARGETS), help="For whom.")
@click.option("--template", type=click.Path(path_type=Path), help="The platform's own file.")
@click.option("--column", default="", help="The grade column, where there are several.")
@click.option("--out", type=click.Path(path_type=Path), help="The file (or folder) to write.")
@click.option("--release-unread", is_flag=True, help="Release what nobody has read, too.")
@click.option("--allow-lower", is_flag=True, help="Lower grades that are there already.")
@click.option("--add-to-existing", is_flag=True, help="Add to the points that are there.")
@click.option("--scale", is_flag=True, help="Stretch the points to the column's maximum.")
@common_options
def command(**options: Any) -> int:
    """Write the file that the platform takes back, after a preview; or the pages for people.

    Only released grades go out: those a person decided on, and with --release-unread those that
    nobody has read. A grade that is there is never blanked, and not lowered without --allow-lower.
    """
    _refuse_idle(options["target"])
    workplace = open_workplace(options, {})
    known = workplace.config.export.get(options["target"], ExportSettings())
    request = Request(
        template=options["template"],
        out=options["out"],
        release_unread=options["release_unread"],
        wish=Wish(
            target=options["target"],
            column=options["column"] or known.column,
            points=known.points,
            allow_lower=options["allow_lower"],
            add_to_existing=options["add_to_existing"],
            # A setting gives way to what is asked for now.
            scale=options["scale"] or (known.scale and not options["add_to_existing"]),
        ),
    )
    with workplace.open_store() as store:
        if request.target in PAGES:
            return export_page(workplace, store, options)
        return _export(workplace, store, request)


def _refuse_idle(target: str) -> None:
    """Refuse what means nothing for a file that is made from our own data alone."""
    document = DOCUMENTS.get(target)
    if document is not None and target not in EXPORTS:
        leave_out(["column"], f"with --to {target}")
    if document is not None and not document.holds_grades:
        leave_out(["release_unread"], f"with --to {target}, which holds nobody's grade")


def _export(workplace: Workplace, store: Store, request: Request) -> int:
    standing = load_standing(workplace, store)
    material = material_of(standing, release_unread=request.release_unread)
    document = DOCUMENTS.get(request.target)
    path, template = template_for(request, standing)
    if template is not None:
        request, material, draft = _filled(workplace, store, request, material, template)
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
    preview = preview_of(draft, material.totals, material.unread)
    _show(workplace, request, material, draft, preview)
    _consent(workplace, draft, document, path)
    write_ours(out, draft.data)
    if document is None or document.holds_grades:
        record(store, request, draft, material)
        write_results(load_standing(workplace, store))
    _offer(workplace, request)
    if workplace.common.as_json:
        print_json({**spoken_of_json(standing), "file": str(out), **preview})
    else:
        console().print(plain(f"Written: {out}"))
        if document is None or request.target != "xlsx":
            console().print(
                plain(f"Next: upload it to {_PLACE.get(request.target, request.target)}.")
            )
            for line in draft.upload:
                console().print(plain(line))
    return Exit.DONE


def _name_of(target: str, path: Path, template: bytes) -> str:
    """Return the name of a filled-in file: as the platform's own; a workbook goes back as CSV."""
    book = path.suffix.lower() in {".xlsx", ".xls", ".ods"} and not template.startswith(b"PK")
    return f"{target}-{path.stem}.csv" if book else f"{target}-{path.name}"


def material_of(standing: Standing, *, release_unread: bool) -> Material:
    """Return the class as it would go out. Raises InputError where two attempts would."""
    releasing = unread(standing.grades) if release_unread else ()
    keys = {grade.submission.key for grade in releasing}
    totals = totals_of(standing.grades, standing.rubrics, keys)
    twice = [each.student_id for each in totals if each.attempts > 1]
    if twice:
        raise InputError(
            f"{len(twice)} students have several attempts graded ({twice[0]!r} …) and one number "
            "goes out; grade again with --attempt latest, first or best"
        )
    return Material(standing=standing, totals=totals, unread=releasing)


def template_for(request: Request, standing: Standing) -> tuple[Path, bytes | None]:
    """Return the platform's file, which is the answers file where it is one; None where not."""
    return find_template(request.target, request.template, standing.answers)


def _refuse_template(request: Request) -> None:
    if request.template is not None:
        raise InputError(f"--to {request.target} fills in no file: leave --template out")


def _filled(
    workplace: Workplace, store: Store, request: Request, material: Material, template: bytes
) -> tuple[Request, Material, Draft]:
    """Return the draft, the request with the column that a person at the terminal chose, and what
    of the class goes into that column.
    """
    row = EXPORTS[request.target]
    try:
        column = row.find(template, request.wish.column)
    except ColumnUnclear as error:
        if not can_ask(workplace) or request.wish.column:
            raise
        wish = replace(request.wish, column=_pick(error.choices))
        request = replace(request, wish=wish)
        column = row.find(template, request.wish.column)
    wish = replace(
        request.wish,
        added=store.exported(f"{request.target}:add", column.title),
        points=request.wish.points or _worth(row, material.standing.answers),
    )
    if column.percent:
        material = material.of_question(column.title)
    return request, material, fill(row, template, material.grades(wish.column), wish)


def _worth(row: Export, answers: Path) -> Decimal | None:
    return row.worth(read_bytes(answers), str(answers)) if os.path.isfile(answers) else None


def _pick(choices: Sequence[str]) -> str:
    click.echo("Which column takes the grades?", err=True)
    for number, title in enumerate(choices, start=1):
        click.echo(f"  {number}  {title[:90]!r}", err=True)
    number = click.prompt("Number", type=click.IntRange(1, len(choices)), err=True)
    return choices[number - 1]


def _show(
    workplace: Workplace,
    request: Request,
    material: Material,
    draft: Draft,
    preview: dict[str, object],
) -> None:
    screen = console(as_json=workplace.common.as_json)
    screen.print(plain(spoken_of(material.standing)), style="dim")
    if not workplace.common.as_json:
        show_preview(screen, request.target, draft, preview)
    if material.unread:
        screen.print(
            plain(unread_words(material.unread, audit_words(material.standing.audit))),
            style="yellow",
        )


def _consent(workplace: Workplace, draft: Draft, document: Document | None, path: Path) -> None:
    """Ask before anything is written. Raises InputError where nobody can be asked or told."""
    missing = [each.key for each in draft.changes if each.kind is ChangeKind.MISSING]
    if not draft.writes and (document is None or document.holds_grades):
        if missing and len(missing) == len(draft.changes):
            raise InputError(
                f"{path}: has none of the students that are graded ({missing[0]!r} …); name the "
                "file of the same class with --template, or the column of its ids with --student"
            )
        raise InputError(
            "nothing to write: no released grade differs from what is there; "
            "review the answers, or release the unread ones with --release-unread"
        )
    yes, asking = workplace.common.yes, can_ask(workplace)
    if missing and not yes:
        more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
        listed = ", ".join(repr(each) for each in missing[:LISTED]) + more
        problem = f"{path}: lacks {len(missing)} students that have a grade: {listed}"
        if not asking:
            raise InputError(f"{problem}; take a fresh download, or go on without them with --yes")
        click.confirm(f"{problem}. Go on without them?", abort=True, err=True)
    if asking and not yes:
        click.confirm("Write it?", abort=True, err=True)


def record(store: Store, request: Request, draft: Draft, material: Material) -> None:
    """Keep what was released and what went into the column."""
    store.release(
        [
            Release(
                student_id=grade.submission.student_id,
                question=grade.submission.question,
                attempt=grade.submission.attempt,
                answer_digest=grade.submission.answer_digest,
                grade=grade.proposed or Decimal(0),
                by=released_by(material.standing.audit, grade),
            )
            for grade in material.unread
        ]
    )
    adding = request.wish.add_to_existing
    rows = {
        change.key: change.new
        for change in draft.changes
        # Who got 0 points added has had this addition, too.
        if (change.writes or adding) and change.new is not None
    }
    target = f"{request.target}:add" if adding else request.target
    store.record_export(target, draft.column.title, rows)


def _offer(workplace: Workplace, request: Request) -> None:
    """Offer to write what was answered into assessor.toml."""
    wish = request.wish
    section: Values = {"column": wish.column, "scale": wish.scale}
    offer(workplace, {f"export.{request.target}": section})
