"""`assessor export --to report` and `--to feedback`: pages for people, not for a platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from assessor.assignment.named_files import read_bytes
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
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.config import ExportSettings
from assessor.counting import plural
from assessor.errors import InputError
from assessor.readers import read_tables
from assessor.report.catalogue import DECIMALS
from assessor.report.feedback_pages import (
    INDEX,
    Student,
    Told,
    index_of,
    languages_of,
    page_of,
    students_of,
)
from assessor.report.handout import handouts, numbered_by_moodle, sections_of
from assessor.report.material import ReportMaterial
from assessor.report.page import report_page
from assessor.store import Store
from assessor.writers.files import write_file

# The exports of a Moodle assignment, whose upload of feedback files goes by names.
MOODLE = frozenset({"moodle_worksheet", "moodle_submissions"})
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
    write_ours(path, report_page(material_of(standing)), workplace.person)
    if workplace.common.as_json:
        notes = list(doubts_of(standing))
        print_json({**spoken_of_json(standing), "file": str(path), "notes": notes})
    else:
        _show_standing(console(), standing)
        console().print(plain(f"Written: {path}"))
        console().print("Next: open it in a browser; it needs no network.")
    return Exit.DONE


def _feedback(workplace: Workplace, store: Store, options: Mapping[str, Any]) -> int:
    standing = load_standing(workplace, store)
    material = material_of(standing)
    told = Told(
        secret=store.secret,
        sentence=workplace.config.export.get("feedback", ExportSettings()).sentence,
        language=options["language"] or "",
    )
    folder = options["out"] or own_folder(standing.out / "feedback")
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; name a folder with --out")
    students = students_of(material, told)
    if not students:
        raise InputError(
            "no grade is released yet, so there is nothing to hand out; review the answers, or "
            "release the unread ones with the export that gives the grades back"
        )
    pages = [(each, page_of(each, material.heading, told)) for each in students]
    files: Mapping[str, bytes] = {INDEX: index_of(students), **{s.file: page for s, page in pages}}
    if options["as_zip"]:
        roster = options["template"] or standing.answers
        found = _sections(workplace, roster, students)
        files = handouts(pages, found, for_moodle=_is_moodle(standing, students))
    screen = console(as_json=workplace.common.as_json)
    _show_standing(screen, standing)
    notes = [*doubts_of(standing), *_without_words(material, told)]
    for note in notes[len(doubts_of(standing)) :]:
        screen.print(plain(note), style="yellow")
    stay = sum(grade.grade is None for grade in standing.grades)
    verbs = ("is", "stays") if stay == 1 else ("are", "stay")
    out = f"{plural(stay, 'grade')} {verbs[0]} not released and {verbs[1]} out."
    screen.print(plain(f"Pages for students: {len(pages)}. {out}"))
    if workplace.person.is_there and not workplace.person.said_yes:
        workplace.person.goes_on(f"Write them to {folder}?")
    old = {path for path in folder.glob("*.html") if path.name not in files}
    for name, data in files.items():
        write_file(folder / name, data)
    for path in sorted(old):
        screen.print(plain(f"{path}: of an earlier export, holds no released grade; delete it"))
    if workplace.common.as_json:
        about = spoken_of_json(standing)
        print_json(
            {
                "answers": about["answers"],
                "run": about["run"],
                "folder": str(folder),
                "pages": len(pages),
                "files": [name for name in files if options["as_zip"]],
                "not_released": stay,
                "notes": notes,
            }
        )
        return Exit.DONE
    screen.print(plain(f"Written: {folder}"))
    whose = f"{INDEX} says whose page is whose: keep it to yourself."
    zips = f"{', '.join(files)}: {_hand_out(standing, students)}"
    screen.print(plain(zips if options["as_zip"] else whose))
    return Exit.DONE


def _is_moodle(standing: Standing, students: Sequence[Student]) -> bool:
    return standing.run.command.format in MOODLE and numbered_by_moodle(students)


def _hand_out(standing: Standing, students: Sequence[Student]) -> str:
    """Return what to do with the zips."""
    if _is_moodle(standing, students):
        return (
            "upload it in Moodle, in the assignment's list of submissions: Upload multiple "
            "feedback files in a zip (the assignment needs the feedback type 'Feedback files')."
        )
    return (
        "each page is called by its student; send each to its student and to nobody else "
        "(a platform's own file takes the comments: assessor export --to moodle, blackboard, …)."
    )


def _sections(workplace: Workplace, file: Path, students: Sequence[Student]) -> Mapping[str, str]:
    """Return student → section as a file's columns have it; nothing where it has none."""
    if not file.is_file():
        return {}
    try:
        tables = read_tables(read_bytes(file), str(file), workplace.config.assignment.encoding)
    except InputError:
        # A zip of hand-ins has no columns.
        return {}
    return next((found for each in tables if (found := sections_of(each, students))), {})


def _without_words(material: ReportMaterial, told: Told) -> Iterator[str]:
    """Yield which languages there is no catalogue of."""
    for named, found in languages_of(material).items():
        if not found and not told.language:
            yield (
                f"There are no words for students in {named!r} yet, so their pages speak English; "
                f"--language takes {', '.join(DECIMALS)}."
            )


def _show_standing(screen: Console, standing: Standing) -> None:
    screen.print(plain(spoken_of(standing)), style="dim")
    for note in doubts_of(standing):
        screen.print(plain(note), style="yellow")


# One row per target that is a page.
PAGES: Mapping[str, Callable[[Workplace, Store, Mapping[str, Any]], int]] = {
    "report": _report,
    "feedback": _feedback,
}
