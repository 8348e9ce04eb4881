"""`assessor export --to report` and `--to feedback`: pages for people, not for a platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console

from assessor.assignment.given_out import note_given_out
from assessor.assignment.spoken_lines import warnings
from assessor.assignment.standing import (
    Standing,
    doubts_of,
    load_standing,
    material_of,
    need_as_shown,
    spoken_of,
    spoken_of_json,
    write_ours,
)
from assessor.assignment.student_pages import PagesRequest, prepare_pages
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken, tell
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.report.page import report_page
from assessor.store import Store

# What only a platform's file understands.
_FOREIGN = ("template", "column", "allow_lower", "add_to_existing", "scale")


def export_page(workplace: Workplace, store: Store, options: Mapping[str, Any]) -> int:
    """Write the pages that `options["target"]` names. Raises InputError."""
    target: str = options["target"]
    foreign = [name for name in _FOREIGN if name != "template" or not options["as_zip"]]
    given = [f"--{name.replace('_', '-')}" for name in foreign if options[name]]
    if given:
        raise InputError(
            f"--to {target} fills in no platform's file: leave out {' and '.join(given)}"
        )
    if options["release_unread"]:
        raise InputError(
            f"--to {target} releases nothing; release with the file that gives the grades back, "
            "such as: assessor export --to xlsx --release-unread"
        )
    return PAGES[target](workplace, store, options)


def _report(workplace: Workplace, store: Store, options: Mapping[str, Any]) -> int:
    standing = load_standing(workplace, store)
    path = options["out"] or standing.out / "report.html"
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name the file to write with --out")
    write_ours(path, page := report_page(material_of(standing)), workplace.person)
    if options["out"]:
        note_given_out(workplace, store, {path: page})
    if workplace.common.as_json:
        notes = list(doubts_of(standing))
        print_json({**spoken_of_json(standing), "file": str(path), "notes": notes})
    else:
        _show_standing(console(), standing)
        console().print(plain(f"Written: {path}"))
        console().print("Next: open it in a browser; it needs no network.")
    return Exit.DONE


def _feedback(workplace: Workplace, store: Store, options: Mapping[str, Any]) -> int:
    request = PagesRequest(
        out=options["out"],
        language=options["language"] or "",
        as_zip=options["as_zip"],
        roster=options["template"],
    )
    pages = prepare_pages(workplace, store, request)
    screen = console(as_json=workplace.common.as_json)
    _show_standing(screen, pages.standing)
    tell(screen, warnings(pages.notes))
    screen.print(spoken(pages.words))
    if workplace.person.is_there and not workplace.person.said_yes:
        workplace.person.goes_on(f"Write them to {pages.folder}?")
        need_as_shown(workplace, store, pages.standing)
    for path in pages.write(workplace, store):
        screen.print(plain(f"{path}: of an earlier export, holds no released grade; delete it"))
    if workplace.common.as_json:
        print_json(pages.as_json())
        return Exit.DONE
    screen.print(plain(f"Written: {pages.folder}"))
    screen.print(spoken(pages.hand_out_words))
    return Exit.DONE


def _show_standing(screen: Console, standing: Standing) -> None:
    screen.print(plain(spoken_of(standing)), style="dim")
    for note in doubts_of(standing):
        screen.print(spoken(note), style="yellow")


# One row per target that is a page.
PAGES: Mapping[str, Callable[[Workplace, Store, Mapping[str, Any]], int]] = {
    "report": _report,
    "feedback": _feedback,
}
