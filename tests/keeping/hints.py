"""Commands as they stand in what is printed: found, filled in, and ready to be typed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping

import click

from assessor.cli import root

_COMMAND = re.compile(r"(?:cd (?P<folder>'[^']+'|\S+) && )?\bassessor (?P<rest>[a-z].*)")
_START = re.compile(r"(?:cd (?:'[^']+'|\S+) && )?\bassessor ")
_ENDS = re.compile(r"   |[;)`<]|, |\. |: |\.?$")
_PLACE = re.compile(r"[A-Z][A-Z ]{2,}|…")


def hints(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the folder ("" for here) and the words of each command that a text tells to type."""
    for line in text.splitlines():
        for start in [found.start() for found in _START.finditer(line)]:
            found = _COMMAND.match(line, start)
            if found is None:
                continue
            end = _ENDS.search(found["rest"])
            typed = found["rest"][: end.start() if end else None].strip(" .,")
            if typed.count("'") % 2:  # That of the sentence around it.
                typed = typed.rstrip("'")
            words = _command(typed)
            if words:
                yield (found["folder"] or "").strip("'"), words


def _command(typed: str) -> tuple[str, ...]:
    """Return the words that belong to the command; what follows is the sentence around it."""
    try:
        words = shlex.split(typed)
    except ValueError:
        words = typed.split()
    command, kept = named(words)
    if command is None:
        return ()
    rest = words[len(kept) :]
    takes_files = any(isinstance(each, click.Argument) for each in command.params)
    while rest:
        word = rest.pop(0)
        option = option_of(command, word)
        if option is not None:
            kept.append(word)
            if not option.is_flag and rest:
                kept.append(rest.pop(0))
        elif takes_files and ("." in word or "/" in word or _PLACE.fullmatch(word)):
            kept.append(word)
        elif word.startswith("-"):
            kept.append(word)  # No such option: typed as printed, it fails.
        else:
            break
    return tuple(kept)


def named(words: list[str]) -> tuple[click.Command | None, list[str]]:
    """Return the command that the first words name."""
    context, kept = click.Context(root), list[str]()
    command: click.Command | None = root
    for word in words:
        if not isinstance(command, click.Group):
            break
        inner = command.get_command(context, word)
        if inner is None or (word not in command.list_commands(context)):
            break
        command, kept = inner, [*kept, word]
    if command is root:
        return None, []
    if isinstance(command, click.Group) and kept == ["trust"]:
        command = command.get_command(context, "grades")
    return command, kept


def option_of(command: click.Command, word: str) -> click.Option | None:
    """Return the option that a word names; None where it names none."""
    name = word.partition("=")[0]
    return next(
        (each for each in command.params if isinstance(each, click.Option) and name in each.opts),
        None,
    )


def filled(words: tuple[str, ...], places: Mapping[str, str]) -> tuple[str, ...]:
    """Return a command with a real name for each placeholder."""
    return tuple(places.get(word, word) for word in words)
