"""Which platform, assignment and token: agreed to before anything goes."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from pathlib import Path
from typing import Any

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import read_text
from assessor.bodies import TORN
from assessor.errors import ConfigError, InputError
from assessor.hosts import place_of
from assessor.platforms import VARIABLES, address_of
from assessor.platforms.base import Address
from assessor.readers.files.limits import MOST_BYTES
from assessor.readers.pulled import MANIFEST
from assessor.store.consents import agree, agreed

NAMED = "-"


def named_address(place: ClassFolder, target: str, url: str, answers: Path) -> tuple[Address, str]:
    """Return the assignment, and the file that alone names it ("" where the user did).

    `url` is what was typed. Else the answers file says where it was pulled from, or assessor.toml.
    Raises InputError.
    """
    if url and url != NAMED:
        return address_of(url, target), ""
    if (pulled := pulled_from(answers)) is not None and pulled.platform == target:
        return pulled, str(answers)
    settings = place.config.export.get(target)
    if settings is not None and settings.url:
        source = place.config.sources.get(f"export.{target}.url", "assessor.toml")
        return address_of(settings.url, target), source
    example = "assignments/345" if target == "canvas" else "mod/assign/view.php?id=678"
    raise InputError(
        f"--push: name the assignment by its page's address: --push https://…/{example} "
        "(a file that 'assessor pull' fetched knows it)"
    )


def pulled_from(answers: Path) -> Address | None:
    """Return where an answers file was pulled from; None where it was not."""
    try:
        told = _told_by(answers)["address"]
        found = Address(**{key: str(told[key]) for key in Address.__dataclass_fields__})
    except (LookupError, TypeError):
        return None
    # Read again from its page's address, so that a hand-made file names nothing else.
    place = (
        f"{found.site}/courses/{found.course}/assignments/{found.assignment}"
        if found.platform == "canvas"
        else f"{found.site}/mod/assign/view.php?id={found.assignment}"
    )
    return address_of(place, found.platform if found.platform in VARIABLES else "")


def handed_in_at(answers: Path) -> dict[str, str]:
    """Return when each student had handed in what was pulled, as the platform told it, by user."""
    students = _told_by(answers).get("students")
    return {
        str(each.get("user")): str(each.get("when") or "")
        for each in (students if isinstance(students, list) else ())
        if isinstance(each, dict)
    }


def _told_by(answers: Path) -> dict[str, Any]:
    """Return what a pulled file says of itself; nothing where it is none."""
    try:
        with zipfile.ZipFile(answers) as opened:
            if opened.getinfo(MANIFEST).file_size > MOST_BYTES:
                return {}
            told = json.loads(opened.read(MANIFEST))
    except (*TORN, LookupError, ValueError, OSError, zipfile.BadZipFile, RuntimeError):
        return {}
    return told if isinstance(told, dict) else {}


def keep_site(place: ClassFolder, address: Address) -> None:
    """Keep the yes to this host for this folder, where it is not kept yet."""
    variable, site = VARIABLES[address.platform], place_of(address.site)
    if not agreed(place.folder, site, variable):
        at = place.ambient.now().isoformat(timespec="seconds")
        agree(place.folder, site, variable, at)


def token_of(place: ClassFolder, variable: str, key_file: Path | None) -> str:
    """Return the token from the key file, else from the environment; nowhere else is it kept."""
    if key_file is not None:
        if os.name == "posix" and key_file.is_file():
            others = key_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            if others:
                raise ConfigError(f"{key_file}: others may read it; run: chmod 600 {key_file}")
        token = read_text(key_file).strip()
        where = str(key_file)
    else:
        token, where = place.environ.get(variable, "").strip(), variable
    if not token:
        raise ConfigError(
            f"{where}: holds no token; make one on the site (Canvas: Account, Settings, New access "
            f"token; Moodle: Preferences, Security keys) and put it into {variable}, or into a "
            "file for --key-file"
        )
    if any(c.isspace() or not c.isprintable() for c in token):
        raise ConfigError(f"{where}: holds more than a token; put the token there alone")
    return token


def need_site_consent(place: ClassFolder, address: Address, source: str) -> None:
    """Ask once about a host that only the file `source` names. Raises ConfigError on a no."""
    variable, site = VARIABLES[address.platform], place_of(address.site)
    if not source or agreed(place.folder, site, variable):
        return
    problem = f"{source}: it alone says that the token goes to {site}"
    if not place.person.is_there:
        raise ConfigError(
            f"{problem}; nothing was sent. Name the assignment's address yourself, or run this "
            "once at a terminal and say yes"
        )
    if not place.person.agrees(f"{problem}. Do you mean this host?"):
        raise ConfigError(f"nothing was sent to {site}")
