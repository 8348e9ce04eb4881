"""`assessor export --to report` and `--to feedback`: pages for people, not for a platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from assessor.assignment.standing import (
    Standing,
    doubts_of,
    load_standing,
    material_of,
    spoken_of,
    spoken_of_json,
    write_ours,
)
from assessor.assignment.whereabouts import own_folder
from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.config import ExportSettings
from assessor.errors import InputError
from assessor.report.feedback import INDEX, feedback_pages
from assessor.report.page import report_page
from assessor.store import Store
from assessor.writers.files import write_file

# What only a platform's file understands.
_FOREIGN = ("template", "column", "allow_lower", "add_to_existing", "scale")


def export_page(workplace: Workplace, store: Store, options: Mapping[str, Any]) -> int:
    """Write the pages that `options["target"]` names. Raises InputError."""
    target: str = options["target"]
    given = [f"--{name.replace('_', '-')}" for name in _FOREIGN if options[name]]
    if given:
        raise InputError(
            f"--to {target} fills in no platform's file: leave out {' and '.join(given)}"
        )
    if options["release_unread"]:
        raise InputError(
            f"--to {target} releases nothing; release with the file that gives the grades back, "
            "such as: assessor export --to xlsx --release-unread"
        )
    return PAGES[target](workplace, store, options["out"])


def _report(workplace: Workplace, store: Store, out: Path | None) -> int:
    standing = load_standing(workplace, store)
    path = out or standing.out / "report.html"
    if path.is_dir():
        raise InputError(f"{path}: is a folder; name the file to write with --out")
    write_ours(path, report_page(material_of(standing)), workplace.person)
    if workplace.common.as_json:
        notes = list(doubts_of(standing))
        print_json({**spoken_of_json(standing), "file": str(path), "notes": notes})
    else:
        _show_standing(console(), standing)
        console().print(plain(f"Written: {path}"))
        console().print("Next: open it in a browser; it needs no network.")
    return Exit.DONE


def _feedback(workplace: Workplace, store: Store, out: Path | None) -> int:
    standing = load_standing(workplace, store)
    sentence = workplace.config.export.get("feedback", ExportSettings()).sentence
    pages = feedback_pages(material_of(standing), store.secret, sentence)
    folder = out or own_folder(standing.out / "feedback")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder with --out")
    count = len(pages) - 1
    if not pages:
        raise InputError(
            "no grade is released yet, so there is nothing to hand out; review the answers, or "
            "release the unread ones with the export that gives the grades back"
        )
    screen = console(as_json=workplace.common.as_json)
    _show_standing(screen, standing)
    stay = sum(grade.grade is None for grade in standing.grades)
    screen.print(plain(f"Feedback pages: {count}. {stay} grades are not released and stay out."))
    if workplace.person.is_there and not workplace.person.said_yes:
        workplace.person.goes_on(f"Write them to {folder}?")
    old = {path for path in folder.glob("*.html") if path.name not in pages}
    for name, page in pages.items():
        write_file(folder / name, page)
    for path in old:
        screen.print(plain(f"{path}: of an earlier export, holds no released grade; delete it"))
    if workplace.common.as_json:
        about = spoken_of_json(standing)
        print_json(
            {
                "answers": about["answers"],
                "run": about["run"],
                "folder": str(folder),
                "pages": count,
                "not_released": stay,
                "notes": list(doubts_of(standing)),
            }
        )
    else:
        screen.print(plain(f"Written: {folder}"))
        screen.print(f"{INDEX} says whose page is whose: keep it to yourself.")
    return Exit.DONE


def _show_standing(screen: Console, standing: Standing) -> None:
    screen.print(plain(spoken_of(standing)), style="dim")
    for note in doubts_of(standing):
        screen.print(plain(note), style="yellow")


# One row per target that is a page.
PAGES: Mapping[str, Callable[[Workplace, Store, Path | None], int]] = {
    "report": _report,
    "feedback": _feedback,
}
