"""`assessor export`: preview, release, and the file that the platform takes back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assessor.assignment.export_draft import ExportWish, preview_lines, unread_words, with_settings
from assessor.assignment.exporting import (
    ExportRequest,
    Prepared,
    agree_to_write,
    prepare,
    upload_words,
    write_prepared,
)
from assessor.assignment.kept_settings import Values, offer
from assessor.assignment.outgoing import material_of
from assessor.assignment.platform_people import aliases_of, users_of, works_of
from assessor.assignment.platform_site import named_address
from assessor.assignment.push_delivery import need_known_plan, take_back
from assessor.assignment.push_receipt import PUSHES, alone, read_plan, statuses
from assessor.assignment.pushing import PushOutbox
from assessor.assignment.spoken_lines import SpokenLine
from assessor.assignment.standing import (
    load_standing,
    spoken_of,
    spoken_of_json,
)
from assessor.assignment.whereabouts import own_folder
from assessor.cli.exit_codes import Exit
from assessor.cli.export.pages import PAGES, export_page
from assessor.cli.export.push import push_class, show_delivered
from assessor.cli.export.site import open_site
from assessor.cli.screen import console, plain, print_json, tell
from assessor.cli.workplace import Workplace, leave_out, open_workplace
from assessor.errors import InputError
from assessor.platforms import VARIABLES
from assessor.store import Store
from assessor.trust.audit_standing import audit_words
from assessor.writers import DOCUMENTS, EXPORTS


def export(options: Mapping[str, Any]) -> int:
    """Write the file that the platform takes back, after a preview; or the pages for people."""
    _refuse_idle(options)
    workplace = open_workplace(options, {})
    wish = ExportWish(
        target=options["target"],
        column=options["column"],
        allow_lower=options["allow_lower"],
        add_to_existing=options["add_to_existing"],
        scale=options["scale"],
    )
    request = ExportRequest(
        template=options["template"],
        out=options["out"],
        release_unread=options["release_unread"],
        wish=with_settings(wish, workplace.config),
    )
    with workplace.open_store() as store:
        if request.target in PAGES:
            return export_page(workplace, store, options)
        if options["undo"] is not None:
            key = options["key_file"]
            with alone(workplace):
                return undo(workplace, store, request.target, options["undo"], key)
        if options["push_url"]:
            with alone(workplace):
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
    workplace: Workplace, store: Store, request: ExportRequest, url: str, key_file: Path | None
) -> int:
    """Send the grades to a platform's assignment and read them back."""
    standing = load_standing(workplace, store)
    answers = standing.answers
    material = material_of(standing, release_unread=request.release_unread)
    address, source = named_address(workplace, request.target, url, answers)
    own_folder(standing.out / PUSHES)
    platform = open_site(workplace, address, source, key_file)
    try:
        task = platform.task()
        students = {each.student_id: each.name for each in material.totals}
        held = platform.held()
        works = works_of(answers, address, material.standing.grades)
        outbox = PushOutbox(
            place=workplace,
            store=store,
            platform=platform,
            task=task,
            held=held,
            users=users_of(students, held, aliases_of(answers), pulled=works is not None),
            pulled=works or {},
            names=students,
        )
        return push_class(workplace, outbox, request.wish, material)
    finally:
        platform.close()


def _export(workplace: Workplace, store: Store, request: ExportRequest) -> int:
    prepared = prepare(workplace, store, request)
    request = prepared.request
    _show(workplace, prepared)
    agree_to_write(workplace, store, prepared)
    write_prepared(workplace, store, prepared)
    _offer(workplace, request)
    if workplace.common.as_json:
        about = spoken_of_json(prepared.material.standing)
        print_json({**about, "file": str(prepared.out), **prepared.preview})
    else:
        console().print(plain(f"Written: {prepared.out}"))
        tell(console(), map(SpokenLine, upload_words(prepared)))
    return Exit.DONE


def _show(workplace: Workplace, prepared: Prepared) -> None:
    material = prepared.material
    screen = console(as_json=workplace.common.as_json)
    screen.print(plain(spoken_of(material.standing)), style="dim")
    if not workplace.common.as_json:
        lines = preview_lines(prepared.request.target, prepared.draft, prepared.preview)
        tell(screen, lines)
    if material.unread:
        screen.print(
            plain(unread_words(material.unread, audit_words(material.standing.audit))),
            style="yellow",
        )


def _offer(workplace: Workplace, request: ExportRequest) -> None:
    """Offer to write what was answered into assessor.toml."""
    wish = request.wish
    section: Values = {"column": wish.column, "scale": wish.scale}
    offer(workplace, {f"export.{request.target}": section})


def undo(workplace: Workplace, store: Store, target: str, receipt: Path, key: Path | None) -> int:
    """Put back what the push of `receipt` wrote, and return the exit code."""
    known = frozenset(statuses(receipt))
    plan = read_plan(receipt.parent)
    if plan.address.platform != target:
        raise InputError(f"{receipt}: was pushed to {plan.address.platform}, not to {target}")
    need_known_plan(workplace, store, plan)
    platform = open_site(workplace, plan.address, str(receipt), key)
    try:
        done = show_delivered(workplace, take_back(workplace, store, platform, plan, known))
    finally:
        platform.close()
    if workplace.common.as_json:
        print_json(done.as_json())
    return Exit.DONE if done.is_good else Exit.SOME_UNGRADED
