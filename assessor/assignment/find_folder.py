"""Which folder an answers file belongs to: the assignment's, with its settings and its memory."""

from __future__ import annotations

import os
from pathlib import Path

from assessor.disk import foreign, is_own_file

MEMORY = ".assessor"
SETTINGS = "assessor.toml"


def assignment_folder(start: Path, home: Path, answers: Path | None = None) -> Path:
    """Return the folder that an answers file belongs to; where none is named, that of `start`.

    It is the file's own folder where that holds a memory or settings, else the nearest one upwards
    that holds assessor.toml, also from `start`; else the file's own. A parent's bare .assessor/
    takes in nothing, nor does the home folder: a stray one would swallow every class below it.
    """
    own = start if answers is None else folder_of(answers)
    if own != home and (own / MEMORY).is_dir():
        return own
    for each in (own, *own.parents, start, *start.parents):
        if each != home and is_own_file(each / SETTINGS):
            return each
    return own


def others_settings(start: Path, folder: Path) -> list[Path]:
    """Return the settings from `start` up that were passed over, being another user's."""
    places = (start, *start.parents)
    settled = is_own_file(folder / SETTINGS) and folder in places
    seen = places[: places.index(folder) + 1] if settled else places
    files = dict.fromkeys(each / SETTINGS for each in (*seen, folder))
    return [each for each in files if each.is_file() and foreign(each)]


def folder_of(answers: Path) -> Path:
    """Return the folder that an answers file, or a folder of answers, stands in.

    A folder of hand-ins in which one stands is its own: nothing is written above where one works.
    """
    whole, here = Path(os.path.abspath(answers)), Path.cwd()
    return whole if here.is_relative_to(whole) else whole.parent


def passed_over(folder: Path, home: Path) -> Path | None:
    """Return a memory above `folder`, or in the current one, that does not speak of it."""
    here = Path.cwd()
    for each in (here, *folder.parents):
        if each not in {home, folder} and (each / MEMORY).is_dir():
            return each / MEMORY
    return None
