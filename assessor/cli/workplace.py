"""Where a command works: the assignment's folder, its settings, its store."""

from __future__ import annotations

import difflib
import os
import re
import shlex
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from assessor.ambient import Ambient
from assessor.ambient import real as real_ambient
from assessor.assets import shipped_rubrics
from assessor.config import Config, load_config
from assessor.disk import foreign, is_own_file
from assessor.errors import ConfigError, InputError, RubricError
from assessor.rubric import Rubric, load_rubric
from assessor.store import Store, open_store
from assessor.writers import DOCUMENTS, EXPORTS
from assessor.writers.files import write_file

PAGES = ("feedback", "report")
# Whom `assessor export --to` writes for, and what [export.TARGET] may be named.
TARGETS = sorted({*EXPORTS, *DOCUMENTS, *PAGES})

# A command about a class, as hints name it.
_COMMAND = re.compile(r"\bassessor (?:trust (?:sample|audit)|(?:runs|rubric) \w+|[a-z]+)")

MEMORY = ".assessor"
SETTINGS = "assessor.toml"

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """The options that every command takes."""

    store: str = ""
    run: str = ""
    yes: bool = False
    as_json: bool = False
    verbose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """An assignment's folder with the settings that hold there."""

    folder: Path
    config: Config
    common: Common
    ambient: Ambient
    environ: Mapping[str, str]

    @property
    def echo(self) -> Callable[[str], None] | None:
        """What -v says on stderr: each line of the run's log."""
        if not self.common.verbose:
            return None
        return lambda line: click.echo(line, err=True)

    @property
    def memory(self) -> Path | None:
        """The folder of the assignment's memory; None where nothing is kept."""
        if self.common.store == "memory":
            return None
        return Path(self.common.store) if self.common.store else self.folder / MEMORY

    def open_store(self) -> Store:
        """Open the assignment's memory. Raises StoreError."""
        return open_store(self.memory, self.ambient)

    def carried(self, text: str) -> str:
        """Return a text in which each command carries the --store that was named here."""
        if self.common.store in {"", "memory"}:
            return text
        store = shlex.quote(str(Path(self.common.store).absolute()))
        return _COMMAND.sub(lambda found: f"{found[0]} --store {store}", text)

    def typed(self, command: str) -> str:
        """Return a command about this class as it can be typed here and now."""
        command = self.carried(command)
        here = assignment_folder(Path.cwd(), Path.home())
        if here.resolve() == self.folder.resolve():
            return command
        return f"cd {near(self.folder)} && {command}"


def common_options(function: Function) -> Function:
    """Add the options that every command takes; they arrive as keyword arguments."""
    options = (
        click.option("--store", default="", help="Another place for .assessor/, or 'memory'."),
        click.option("--run", "run_id", default="", help="Which run; default: the latest."),
        click.option("--yes", is_flag=True, help="Answer yes to questions of going on."),
        click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout."),
        click.option("-v", "--verbose", is_flag=True, help="Say more on stderr."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def open_workplace(
    options: Mapping[str, Any], flags: Mapping[str, object], answers: Path | None = None
) -> Workplace:
    """Return the workplace of an answers file, or of the current folder where none is named.

    `flags` stand above all other settings.
    """
    folder = assignment_folder(Path.cwd(), Path.home(), answers)
    settings = folder / SETTINGS
    text = read_text(settings) if is_own_file(settings) else ""
    for each in _others_settings(Path.cwd() if answers is None else _folder_of(answers), folder):
        click.echo(f"assessor: {each}: {foreign(each)}: it is not read", err=True)
    environ = dict(os.environ)  # noqa: TID251  # the door reads the environment
    common = Common(
        store=str(options.get("store") or ""),
        run=str(options.get("run_id") or ""),
        yes=bool(options.get("yes")),
        as_json=bool(options.get("as_json")),
        verbose=bool(options.get("verbose")),
    )
    config = load_config(text, environ, flags, file=str(settings))
    _know_targets(config, settings)
    return Workplace(
        folder=folder,
        config=config,
        common=common,
        ambient=real_ambient(),
        environ=environ,
    )


def _others_settings(start: Path, folder: Path) -> list[Path]:
    """Return the settings from `start` up that were passed over, being another user's."""
    places = (start, *start.parents)
    settled = is_own_file(folder / "assessor.toml") and folder in places
    seen = places[: places.index(folder) + 1] if settled else places
    files = dict.fromkeys(each / "assessor.toml" for each in (*seen, folder))
    return [each for each in files if each.is_file() and foreign(each)]


def _know_targets(config: Config, settings: Path) -> None:
    """Refuse settings for a target that there is not: they would be passed over in silence."""
    problems = []
    for name in sorted(set(config.export) - set(TARGETS)):
        close = difflib.get_close_matches(name, TARGETS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(TARGETS)}"
        problems.append(f"{settings}: export.{name}: there is no such target; {hint}")
    if problems:
        raise ConfigError(*problems)


def leave_out(names: Collection[str], where: str) -> None:
    """Refuse those options of the command under way that were given and do nothing `where`.

    `names` are their parameters' names. Raises InputError.
    """
    context = click.get_current_context()
    idle = [
        max(each.opts, key=len)
        for each in context.command.params
        if each.name in names
        and context.get_parameter_source(each.name) is ParameterSource.COMMANDLINE
    ]
    if idle:
        means, them = ("means", "it") if len(idle) == 1 else ("mean", "them")
        raise InputError(f"{', '.join(idle)} {means} nothing {where}; leave {them} out")


def assignment_folder(start: Path, home: Path, answers: Path | None = None) -> Path:
    """Return the folder that an answers file belongs to; where none is named, that of `start`.

    It is the file's own folder where that holds a memory or settings, else the nearest one upwards
    that holds assessor.toml, also from `start`; else the file's own. A parent's bare .assessor/
    takes in nothing, nor does the home folder: a stray one would swallow every class below it.
    """
    own = start if answers is None else _folder_of(answers)
    if own != home and (own / MEMORY).is_dir():
        return own
    for each in (own, *own.parents, start, *start.parents):
        if each != home and is_own_file(each / SETTINGS):
            return each
    return own


def _folder_of(answers: Path) -> Path:
    return Path(os.path.abspath(answers)).parent


def passed_over(folder: Path, home: Path) -> Path | None:
    """Return a memory above `folder`, or in the current one, that does not speak of it."""
    here = Path.cwd()
    for each in (here, *folder.parents):
        if each not in {home, folder} and (each / MEMORY).is_dir():
            return each / MEMORY
    return None


def near(path: Path) -> str:
    """Return a path as it can be typed here: from the current folder where it is below."""
    relative = os.path.relpath(path)
    return shlex.quote(str(path) if relative.startswith("..") else relative)


def require_sheet_name(out: Path) -> None:
    """Refuse a file name that is neither CSV nor a workbook."""
    if out.suffix.lower() not in {".csv", ".xlsx"}:
        raise InputError(f"{out}: a sheet ends in .csv or .xlsx; name it so")


def write_sheet(out: Path, data: bytes) -> None:
    """Write a sheet to fill in; one that is there and says anything else is never written over."""
    if out.exists() and (out.is_dir() or read_bytes(out) != data):
        raise InputError(f"{out}: is there already and may hold a person's work; name another file")
    write_file(out, data)


def new_sheet(name: str, folder: Path = Path()) -> str:
    """Return a name for a sheet that is not there yet: this one, or one with a number.

    `folder` is where the command will be typed.
    """
    path = Path(name)
    names = (path, *(path.with_stem(f"{path.stem}-{number}") for number in range(2, 1000)))
    return str(next((each for each in names if not (folder / each).exists()), path))


def find_rubric(name: str, folder: Path) -> tuple[Rubric, str]:
    """Return a rubric and its text, by path (from here or the assignment) or shipped id.

    Raises RubricError that lists what there is.
    """
    for path in (Path(name), folder / name):
        if path.suffix in {".yaml", ".yml"} and path.is_file():
            text = read_text(path)
            return load_rubric(text, str(path)), text
    shipped = shipped_rubrics()
    if name in shipped:
        text = read_text(shipped[name])
        return load_rubric(text, shipped[name].name), text
    if any(path.exists() for path in (Path(name), folder / name)):
        raise RubricError(f"rubric {name!r}: is no rubric; name a file that ends in .yaml or .yml")
    own = sorted(each.name for end in ("*.yaml", "*.yml") for each in folder.glob(end))
    close = difflib.get_close_matches(name, [*own, *shipped], n=1)
    meant = f"did you mean {close[0]!r}? " if close else ""
    here = f"in this folder are {', '.join(own)}; " if own else ""
    raise RubricError(
        f"rubric {name!r}: no such file and no shipped rubric of that id; {meant}{here}"
        f"shipped are {', '.join(shipped)}"
    )


def read_text(path: Path) -> str:
    """Return a text file's content. Raises InputError where it cannot be read as UTF-8."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error


def read_bytes(path: Path) -> bytes:
    """Return a file's content. Raises InputError with what to do."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file; check the path") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder; name the file in it") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check it") from error
