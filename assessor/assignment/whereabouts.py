"""Where a class's files are: kept relative to its folder, which may be moved, copied, handed on."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from assessor.assignment.class_folder import ClassFolder
from assessor.disk import NotOurs, check_folder, read_record
from assessor.errors import InputError
from assessor.manifest import Command
from assessor.store import RunRecord, Store
from assessor.writers.files import write_over

GRADED = "graded"
# Under `circumstances` of run.json: the answers file that a folder of results is about.
ABOUT = "answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """The assignment's folder of one run, its answers file, and where its files are written."""

    home: Path
    answers: Path
    out: Path


def kept(place: ClassFolder, answers: Path, out: Path) -> Command:
    """Return the places of a run as its record keeps them.

    What is in the assignment's folder is kept relative to it, and the folder relative to its
    store. A place elsewhere is kept as it is, with the folder it belonged to (`made_in`).
    """
    # By a way that does not mind a link to itself: whoever opens the store says what is wrong.
    home, store = place.folder.resolve(), os.path.realpath(place.memory or "")
    inside = place.memory is not None and Path(store).is_relative_to(home)
    return Command(
        home=os.path.relpath(home, store) if inside else str(home),
        made_in=str(home),
        answers=place_in(home, answers.resolve()),
        out=place_in(home, out.resolve()),
    )


def whereabouts(place: ClassFolder, store: Store, run: RunRecord) -> Whereabouts:
    """Return where the files of a run are now."""
    home = place.folder.resolve()
    if place.store_named:
        # A memory of its own place tells which folder it is about; one inside of it cannot lie.
        home = _home(run.command, store.place.folder, home)
    found = _places(run.command, home)
    _refuse_links(found)
    return found


def claim(out: Path, answers: Path) -> None:
    """Say in a results folder which answers file it is about, where it says nothing yet.

    A memory that came with a folder may name any place: it is believed where this stands there.
    """
    if _about(out) is None:
        text = json.dumps({"circumstances": about(out, answers)}, ensure_ascii=False)
        write_over(out / "run.json", text.encode(errors="backslashreplace") + b"\n")


def named_after(stem: str) -> str:
    """Return what a results folder is called; a name of dots alone would lead out of `graded/`."""
    return stem if stem.strip(". ") else "answers"


def _places(command: Command, home: Path) -> Whereabouts:
    answers = _answers(command.answers, home)
    return Whereabouts(home=home, answers=answers, out=_out(command, home, answers))


def _is_claimed(out: Path, answers: Path) -> bool:
    """Return whether a results folder says itself that it is about an answers file."""
    there = _about(out)
    if there is None:
        return False
    return there == Path(os.path.normpath(answers.absolute())) or _same(there, answers)


def _refuse_links(places: Whereabouts) -> None:
    """Refuse a results folder that leads out of the class's by a link. Raises InputError."""
    for each in (places.out, *places.out.parents):
        if each == places.home or not each.is_relative_to(places.home):
            return
        own_folder(each)


def own_folder(folder: Path) -> Path:
    """Return a folder of ours below the results, where what stands there is one. Raises InputError.

    What is written into it, or read from it to be sent, must not be behind a link.
    """
    try:
        check_folder(folder)
    except NotOurs as error:
        raise InputError(
            f"{folder}: {error.strerror}, so it is neither read nor written; put a folder in its "
            "place"
        ) from error
    return folder


def refuse_foreign(out: Path, answers: Path) -> None:
    """Refuse a folder that holds the results of another answers file. Raises InputError.

    So is one with a pipe or a device in it: nothing is paid for that could not be written.
    """
    if out.exists() and not out.is_dir():
        raise InputError(f"{out}: is a file; name a folder with --out")
    for each in sorted(out.iterdir()) if out.is_dir() else ():
        if each.exists() and not (each.is_file() or each.is_dir()):
            raise InputError(f"{each}: is a pipe or a device, and no file; take it away")
    there = _about(out)
    if there is None or not os.path.exists(there) or _same(there, answers):
        return
    raise InputError(
        f"{out}: holds the results of another answers file ({there}), and nothing is written over "
        "them; name another folder with --out"
    )


def about(out: Path, answers: Path) -> dict[str, str]:
    """Return what run.json says of the answers file that a folder of results is about."""
    return {ABOUT: _slashed(os.path.relpath(answers.resolve(), out.resolve()))}


def _about(out: Path) -> Path | None:
    try:
        run: Any = read_record(out / "run.json")
        told = run["circumstances"][ABOUT]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return Path(os.path.normpath(out.resolve() / told)) if isinstance(told, str) else None


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def place_in(home: Path, path: Path) -> str:
    """Return where a file is in the assignment's folder; its whole path elsewhere."""
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


def _home(command: Command, store: Path | None, folder: Path) -> Path:
    """Return the assignment's folder: beside its store, wherever both are now."""
    if not command.home or store is None:
        return folder
    home = Path(os.path.normpath(store.resolve() / command.home))
    if home in {folder, store.resolve().parent}:
        return home
    places = _places(command, home)
    return home if os.path.isdir(home) and _is_claimed(places.out, places.answers) else folder


def _answers(told: str, home: Path) -> Path:
    """Return the answers file; one kept by its whole path is looked for in the folder first.

    Versions before kept whole paths, which name the place where the folder once was.
    """
    if not _is_whole(told):
        return home / told
    parts = _parts(told)
    tails = (home.joinpath(*parts[start:]) for start in range(1, len(parts)))
    return next((each for each in tails if os.path.isfile(each)), Path(told))


def _out(command: Command, home: Path, answers: Path) -> Path:
    """Return where files are written; a folder outside belongs to where the assignment was.

    A copy must not write where the original writes, so it writes into its own folder.
    """
    told = command.out
    if not _is_whole(told):
        inside = Path(os.path.normpath(home / told))
        # What is kept like this was inside, so that anything else was put there by hand.
        return inside if inside.is_relative_to(home) else home / GRADED / inside.name
    out = Path(os.path.normpath(told))
    if out.is_relative_to(home):
        return out
    if command.made_in == str(home) and _is_claimed(out, answers):
        return out
    return home / GRADED / named_after(_parts(told)[-1])


def _is_whole(told: str) -> bool:
    return PurePosixPath(told).is_absolute() or PureWindowsPath(told).is_absolute()


def _parts(told: str) -> tuple[str, ...]:
    windows = PureWindowsPath(told)
    return windows.parts if windows.drive else PurePosixPath(told).parts
