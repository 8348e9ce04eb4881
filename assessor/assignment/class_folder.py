"""An assignment's folder: its settings, its memory, and how a command about it is typed."""

from __future__ import annotations

import difflib
import os
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assessor.ambient import Ambient
from assessor.assignment.named_files import read_text
from assessor.assignment.person import NOBODY, Person
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.config import Config, load_config
from assessor.disk import foreign, is_own_file
from assessor.errors import ConfigError
from assessor.store import Store, open_store
from assessor.writers import DOCUMENTS, EXPORTS

PAGES = ("feedback", "report")
# Whom `assessor export --to` writes for, and what [export.TARGET] may be named.
TARGETS = sorted({*EXPORTS, *DOCUMENTS, *PAGES})

# A command about a class, as hints name it.
_COMMAND = re.compile(r"\bassessor (?:trust (?:sample|audit)|(?:runs|rubric) \w+|[a-z]+)")

MEMORY = ".assessor"
SETTINGS = "assessor.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFolder:
    """An assignment's folder with the settings that hold there, and who can be asked about it.

    `store_named` is another place for its memory, or "memory" where nothing is kept; `run_named`
    the run that is spoken of, "" for the latest. `echo` hears each line of a run's log.
    """

    folder: Path
    config: Config
    ambient: Ambient
    environ: Mapping[str, str]
    store_named: str = ""
    run_named: str = ""
    person: Person = NOBODY
    echo: Callable[[str], None] | None = None

    @property
    def memory(self) -> Path | None:
        """The folder of the assignment's memory; None where nothing is kept."""
        if self.store_named == "memory":
            return None
        return Path(self.store_named) if self.store_named else self.folder / MEMORY

    def open_store(self) -> Store:
        """Open the assignment's memory. Raises StoreError."""
        return open_store(self.memory, self.ambient)

    def carried(self, text: str) -> str:
        """Return a text in which each command carries the --store that was named here."""
        if self.store_named in {"", "memory"}:
            return text
        store = shlex.quote(str(Path(self.store_named).absolute()))
        return _COMMAND.sub(lambda found: f"{found[0]} --store {store}", text)

    def typed(self, command: str) -> str:
        """Return a command about this class as it can be typed here and now."""
        command = self.carried(command)
        here = assignment_folder(Path.cwd(), Path.home())
        if here.resolve() == self.folder.resolve():
            return command
        return f"cd {near(self.folder)} && {command}"


def settings_of(folder: Path, environ: Mapping[str, str], flags: Mapping[str, object]) -> Config:
    """Return the settings that hold in a folder; `flags` stand above all. Raises ConfigError."""
    settings = folder / SETTINGS
    text = read_text(settings) if is_own_file(settings) else ""
    config = load_config(text, environ, flags, file=str(settings))
    _know_targets(config, settings)
    return config


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


def _know_targets(config: Config, settings: Path) -> None:
    """Refuse settings for a target that there is not: they would be passed over in silence."""
    problems = []
    for name in sorted(set(config.export) - set(TARGETS)):
        close = difflib.get_close_matches(name, TARGETS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(TARGETS)}"
        problems.append(f"{settings}: export.{name}: there is no such target; {hint}")
    if problems:
        raise ConfigError(*problems)


def passed_over(folder: Path, home: Path) -> Path | None:
    """Return a memory above `folder`, or in the current one, that does not speak of it."""
    here = Path.cwd()
    for each in (here, *folder.parents):
        if each not in {home, folder} and (each / MEMORY).is_dir():
            return each / MEMORY
    return None


def where_lines(place: ClassFolder) -> Iterator[SpokenLine]:
    """Yield the assignment's folder where it is not the current one, and a memory passed over."""
    folder = place.folder
    if folder.resolve() == Path.cwd().resolve():
        return
    yield SpokenLine(f"Assignment: {folder} (its memory and its graded/ stand there)")
    other = passed_over(folder, Path.home())
    if other is not None and not place.store_named:
        yield SpokenLine(
            f"  {other} is not used: it speaks of answers files in its own folder. To grade "
            f"all below {other.parent} as one assignment, put an assessor.toml there.",
            Tone.WARNING,
        )


def near(path: Path) -> str:
    """Return a path as it can be typed here: from the current folder where it is below."""
    relative = os.path.relpath(path)
    return shlex.quote(str(path) if relative.startswith("..") else relative)
