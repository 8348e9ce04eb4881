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
from assessor.assignment.find_folder import MEMORY, SETTINGS, assignment_folder, passed_over
from assessor.assignment.named_files import read_text
from assessor.assignment.person import NOBODY, Person
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.config import Config, load_config
from assessor.disk import is_own_file
from assessor.errors import ConfigError
from assessor.store import Store, open_store
from assessor.writers import DOCUMENTS, EXPORTS

PAGES = ("feedback", "report")
# Whom `assessor export --to` writes for, and what [export.TARGET] may be named.
TARGETS = sorted({*EXPORTS, *DOCUMENTS, *PAGES})

# A command about a class, as hints name it.
_COMMAND = re.compile(r"\bassessor (?:trust (?:sample|audit)|(?:runs|rubric) \w+|[a-z]+)")


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


def _know_targets(config: Config, settings: Path) -> None:
    """Refuse settings for a target that there is not: they would be passed over in silence."""
    problems = []
    for name in sorted(set(config.export) - set(TARGETS)):
        problems.append(f"{settings}: export.{name}: {unknown_target(name)}")
    if problems:
        raise ConfigError(*problems)


def unknown_target(name: str) -> str:
    """Say that there is no such target, and which was meant or which there are."""
    close = difflib.get_close_matches(name.casefold(), TARGETS, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(TARGETS)}"
    return f"there is no target {name!r}; {hint}"


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
    if relative.startswith("-"):  # else it would be read as an option
        relative = f"./{relative}"
    return shlex.quote(str(path) if relative.startswith("..") else relative)
