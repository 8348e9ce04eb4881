"""`assessor export`: preview, release, and the file that the platform takes back."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from assessor.assignment.class_folder import TARGETS
from assessor.assignment.kept_settings import Values, offer
from assessor.assignment.named_files import read_bytes
from assessor.assignment.standing import (
    Standing,
    doubts_of,
    load_standing,
    spoken_of,
    spoken_of_json,
    write_ours,
    write_results,
)
from assessor.cli import Exit
from assessor.cli.export.filling import Draft, Wish, compose, fill
from assessor.cli.export.material import Material, material_of, record
from assessor.cli.export.pages import PAGES, export_page
from assessor.cli.export.people import aliases_of, users_of
from assessor.cli.export.preview import preview_of, show_preview, unread_words
from assessor.cli.export.push import Outbox, push_class
from assessor.cli.export.site import NAMED, named_address, open_site
from assessor.cli.export.template import find_template, no_template
from assessor.cli.export.undo import undo
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace, common_options, leave_out, open_workplace
from assessor.config import ExportSettings
from assessor.errors import ColumnUnclear, InputError
from assessor.platforms import VARIABLES
from assessor.store import Store
from assessor.trust.audit import audit_words
from assessor.writers import DOCUMENTS, EXPORTS
from assessor.writers.base import ChangeKind, Document, Export

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


class _Target(click.Choice[str]):
    """Whom a file is for; who asks for a kind of file is told where that is."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        if str(value).casefold() in {"csv", "excel", "xls", "ods"}:
            self.fail(
                f"{value!r} is no target: grades.csv stands beside the report in the results "
                "folder, --to xlsx makes a workbook, and --to moodle, canvas, … what a platform "
                "takes back",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


@click.command("export")
@click.option(
    "--to", "target", required=True, type=_Target(TARGETS, case_sensitive=False), help="For whom."
)
@click.option("--template", type=click.Path(path_type=Path), help="The platform's own file.")
@click.option("--column", default="", help="The grade column, where there are several.")
@click.option("--out", type=click.Path(path_type=Path), help="The file (or folder) to write.")
@click.option("--release-unread", is_flag=True, help="Release what nobody has read, too.")
@click.option("--allow-lower", is_flag=True, help="Lower grades that are there already.")
@click.option("--add-to-existing", is_flag=True, help="Add to the points that are there.")
@click.option("--scale", is_flag=True, help="Stretch the points to the column's maximum.")
@click.option(
    "--push",
    "push_url",
    is_flag=False,
    flag_value=NAMED,
    default="",
    metavar="[URL]",
    help="Send to the assignment whose page has this address (Canvas, Moodle), and read back.",
)
@click.option("--undo", type=click.Path(path_type=Path), help="Take a push back: its receipt.csv.")
@click.option("--key-file", type=click.Path(path_type=Path), help="A file with the token alone.")
@common_options
def command(**options: Any) -> int:
    """Write the file that the platform takes back, after a preview; or the pages for people.

    Only released grades go out: those a person decided on, and with --release-unread those that
    nobody has read. A grade that is there is never blanked, and not lowered without --allow-lower.
    """
    _refuse_idle(options)
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
        if options["undo"] is not None:
            key = options["key_file"]
            return undo(workplace, store, request.target, options["undo"], key)
        if options["push_url"]:
            return _push(workplace, store, request, options["push_url"], options["key_file"])
        return _export(workplace, store, request)


def _refuse_idle(options: Mapping[str, Any]) -> None:
    """Refuse what means nothing for a push, or for a file made from our own data alone."""
    target: str = options["target"]
    if target not in VARIABLES:
        known = " and ".join(VARIABLES)
        leave_out(
            ["push_url", "undo", "key_file"], f"with --to {target}: only {known} are pushed to"
        )
    elif options["undo"] is not None:
        others = ["template", "column", "out", "release_unread", "allow_lower", "push_url"]
        leave_out([*others, "add_to_existing", "scale", "run_id"], "with --undo")
    elif options["push_url"]:
        leave_out(["template", "column", "out"], "with --push")
    else:
        leave_out(["key_file"], "without --push or --undo")
    document = DOCUMENTS.get(target)
    if document is not None and target not in EXPORTS:
        leave_out(["column"], f"with --to {target}")
    if document is not None and not document.holds_grades:
        leave_out(["release_unread"], f"with --to {target}, which holds nobody's grade")


def _push(
    workplace: Workplace, store: Store, request: Request, url: str, key_file: Path | None
) -> int:
    """Send the grades to a platform's assignment and read them back."""
    standing = load_standing(workplace, store)
    answers = standing.answers
    material = material_of(standing, release_unread=request.release_unread)
    address, source = named_address(workplace, request.target, url, answers)
    platform = open_site(workplace, address, source, key_file)
    try:
        task = platform.task()
        students = {each.student_id: each.name for each in material.totals}
        held = platform.held()
        outbox = Outbox(
            workplace=workplace,
            store=store,
            platform=platform,
            task=task,
            held=held,
            users=users_of(students, held, aliases_of(answers)),
        )
        return push_class(outbox, request.wish, material)
    finally:
        platform.close()


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
    draft = _with_doubts(draft, document, standing)
    preview = preview_of(draft, material.totals, material.unread)
    _show(workplace, request, material, draft, preview)
    _consent(workplace, draft, document, path)
    write_ours(out, draft.data, workplace.person)
    if document is None or document.holds_grades:
        record(store, request.wish, draft, material)
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


def _with_doubts(draft: Draft, document: Document | None, standing: Standing) -> Draft:
    """Return the draft with what to know of the judge, where it holds grades."""
    if document is not None and not document.holds_grades:
        return draft
    return replace(draft, notes=(*draft.notes, *doubts_of(standing)))


def _name_of(target: str, path: Path, template: bytes) -> str:
    """Return the name of a filled-in file: as the platform's own; a workbook goes back as CSV."""
    book = path.suffix.lower() in {".xlsx", ".xls", ".ods"} and not template.startswith(b"PK")
    return f"{target}-{path.stem}.csv" if book else f"{target}-{path.name}"


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
        if not workplace.person.is_there or request.wish.column:
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
    yes, asking = workplace.person.said_yes, workplace.person.is_there
    if missing and not yes:
        more = f" and {len(missing) - LISTED} more" if len(missing) > LISTED else ""
        listed = ", ".join(repr(each) for each in missing[:LISTED]) + more
        problem = f"{path}: lacks {len(missing)} students that have a grade: {listed}"
        if not asking:
            raise InputError(f"{problem}; take a fresh download, or go on without them with --yes")
        click.confirm(f"{problem}. Go on without them?", abort=True, err=True)
    if asking and not yes:
        click.confirm("Write it?", abort=True, err=True)


def _offer(workplace: Workplace, request: Request) -> None:
    """Offer to write what was answered into assessor.toml."""
    wish = request.wish
    section: Values = {"column": wish.column, "scale": wish.scale}
    offer(workplace, {f"export.{request.target}": section})
