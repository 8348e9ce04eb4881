"""A host that only a folder's file names gets no key and no answer before a person said yes once.

The yes is for one folder, host and key, and is kept outside the folder: whoever sends a folder to
somebody cannot send the yes along.
"""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.config import host_of
from assessor.errors import ConfigError
from assessor.hosts import OPENAI_KEY, OPENAI_ORIGIN, Way, key_of, strong_way_of, way_of, ways_of
from assessor.store.consents import agree, agreed


def need_consent(place: ClassFolder) -> None:
    """Ask for what only a folder's file names, once for each pair. Raises ConfigError on a no.

    `--yes` is no answer to it: it says to go on, and not to whom.
    """
    config, environ = place.config, place.environ
    for way in (*ways_of(config, environ), strong_way_of(config, environ)):
        if way is None or not way.file or agreed(place.folder, way.place, way.variable):
            continue
        if not place.person.is_there:
            raise ConfigError(_refusal(way))
        if not place.person.agrees(_question(place, way)):
            raise ConfigError(f"nothing was sent to {way.place}")
        kept = _keep(place, way)
        place.person.hears(f"Kept in {kept}: delete the line there to take it back.")


def keep_consent(place: ClassFolder) -> None:
    """Keep a yes to what the user named by other means than the folder's file."""
    for way in ways_of(place.config, place.environ):
        if not way.file:
            _keep(place, way)


def _keep(place: ClassFolder, way: Way) -> Path:
    at = place.ambient.now().isoformat(timespec="seconds")
    return agree(place.folder, way.place, way.variable, at)


def key_for(place: ClassFolder, way: Way) -> str | None:
    """Return the key that goes along a way. Raises ConfigError where nobody agreed to the way."""
    if way.file and not agreed(place.folder, way.place, way.variable):
        raise ConfigError(_refusal(way))
    return key_of(way, place.environ)


def without_keys(place: ClassFolder) -> dict[str, str]:
    """Return the environment for a server that was found here: no key was meant for it.

    Whoever listens on a usual port of this machine may be anybody.
    """
    keys = {way_of(place.config, place.environ).variable, OPENAI_KEY}
    return {name: each for name, each in place.environ.items() if name not in keys}


def need_key(place: ClassFolder) -> None:
    """Refuse OpenAI's own host without a key. Raises ConfigError with what to type."""
    for way in ways_of(place.config, place.environ):
        if way.origin == OPENAI_ORIGIN and key_of(way, place.environ) is None:
            raise ConfigError(
                f"{host_of(way.url)} needs a key: type  export {way.variable}=…  (in PowerShell "
                f"$env:{way.variable}='…'), then the same command again; for another host add "
                "--base-url URL"
            )


def _question(place: ClassFolder, way: Way) -> str:
    key = f"the key in {way.variable}"
    if key_of(way, place.environ) is None:
        key = f"{key} (not set now)"
    return (
        f"{way.file} says that this class's answers and {key} go to {way.place}. "
        "A folder may come from anybody. Do you mean this host?"
    )


def _refusal(way: Way) -> str:
    return (
        f"{way.file}: it alone says that answers and the key in {way.variable} go to "
        f"{way.place}; nothing was sent. If you mean that, run this once at a terminal and say "
        "yes, or name them yourself: --base-url or ASSESSOR_BASE_URL (several addresses: "
        "ASSESSOR_BASE_URLS; a key's variable: "
        "ASSESSOR_KEY_ENV; for the second look: ASSESSOR_STRONG_BASE_URL, ASSESSOR_STRONG_KEY_ENV)"
    )
