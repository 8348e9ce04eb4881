"""How this program was called, so that what is printed to be typed next can be typed as printed."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

NAME = "assessor"
COMMANDS = (
    "grade",
    "check",
    "review",
    "rubric",
    "rulings",
    "trust",
    "compare",
    "export",
    "pull",
    "runs",
)
# A command as texts name it; not where it stands behind a path or as somebody called it already.
_NAMED = re.compile(
    rf"(?P<cd>\bcd (?:'[^']*'|\S+) && )?(?<![\w./\\~-])(?<!-m )(?<!uv run ){NAME}"
    rf"(?= (?:{'|'.join(COMMANDS)})\b)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What stands in front of a command: typed in this folder, and in any other."""

    here: str = NAME
    anywhere: str = NAME


# Options of the interpreter whose value is the next word.
_WITH_A_VALUE = frozenset({"-X", "-W"})
BY_NAME = Called()
_CALLED: ContextVar[Called] = ContextVar("called", default=BY_NAME)


@contextmanager
def calling(called: Called) -> Iterator[None]:
    """Have commands named as they were called, for as long as this lasts."""
    before = _CALLED.set(called)
    try:
        yield
    finally:
        _CALLED.reset(before)


def as_called(text: str) -> str:
    """Return a text in which each command of ours is called as this one was."""
    called = _CALLED.get()

    def named(found: re.Match[str]) -> str:
        cd = found["cd"]
        return f"{cd}{called.anywhere}" if cd else called.here

    return _NAMED.sub(named, text)


def called_by(argv: Sequence[str], environ: Mapping[str, str]) -> Called:
    """Return how this process was called; `argv` is the interpreter's own, as `sys.orig_argv`.

    By name where the shell finds it under that name, else by the path that was typed; through
    `python -m` and `uv run` as those are typed.
    """
    uv = "uv run " if environ.get("UV_RUN_RECURSION_DEPTH") else ""
    for place, word in enumerate(argv[1:], start=1):
        if word == "-m":
            return _module(argv[: place + 2], uv) if argv[place + 1] == NAME else BY_NAME
        if not word.startswith("-") and argv[place - 1] not in _WITH_A_VALUE:
            return _script(word, uv, environ)
    return BY_NAME


def _module(words: Sequence[str], uv: str) -> Called:
    python, *rest = words
    typed = " ".join(map(_word, ["python" if uv else python, *rest]))
    return Called(
        here=f"{uv}{typed}", anywhere=" ".join(map(_word, [_from_anywhere(python), *rest]))
    )


def _script(path: str, uv: str, environ: Mapping[str, str]) -> Called:
    if Path(path).stem != NAME:
        return BY_NAME
    anywhere = _word(_from_anywhere(path))
    if uv:
        return Called(here=f"{uv}{NAME}", anywhere=anywhere)
    found = shutil.which(NAME, path=environ.get("PATH"))
    # `uv tool run` puts its own place in front of the path, for this process alone.
    if found and "UV" not in environ and os.path.samefile(found, path):
        return BY_NAME
    return Called(here=_word(path), anywhere=anywhere)


def _word(text: str) -> str:
    """Return a word as this machine's shell takes it."""
    if os.name != "nt":
        return shlex.quote(text)
    return f'"{text}"' if " " in text else text


def _from_anywhere(path: str) -> str:
    """A name without a folder is looked up by the shell, wherever one stands."""
    return os.path.abspath(path) if os.path.dirname(path) else path
