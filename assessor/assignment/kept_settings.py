"""Offer to write into assessor.toml what was said once, so that the next command is short."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import read_text
from assessor.config import load_config
from assessor.errors import ConfigError
from assessor.writers.files import write_file

FILE = "assessor.toml"

Values = Mapping[str, str | bool]


def offer(
    place: ClassFolder,
    settings: Mapping[str, Values],
    questions: Sequence[Values] = (),
) -> bool:
    """Offer, at a terminal, to keep what the settings do not say yet: section → key → value.

    `questions` are offered where assessor.toml names none. Returns whether it was written.
    """
    if not place.person.is_there or place.person.said_yes:
        return False
    path = place.folder / FILE
    before = read_text(path) if path.is_file() else ""
    after = with_settings(before, settings, questions)
    if after == before or not _is_read(after):
        return False
    added = [line for line in after.splitlines() if line and line not in before.splitlines()]
    place.person.hears(f"\nKeep this in {FILE}, so that you need not say it again?")
    for line in added:
        place.person.hears(f"  {line}")
    if not place.person.agrees("Write it?", usually=True):
        return False
    write_file(path, after.encode())
    return True


def _is_read(text: str) -> bool:
    """Return whether settings can be read: one that was typed may exclude one that stands there."""
    try:
        load_config(text, {}, {})
    except ConfigError:
        return False
    return True


def with_settings(
    text: str,
    settings: Mapping[str, Values],
    questions: Sequence[Values] = (),
) -> str:
    """Return the text of assessor.toml with what it does not say yet; all else stays as it is.

    Empty values are passed over. Where the result would not read back as meant, `text` comes
    back as it was.
    """
    known = tomllib.loads(text)
    wanted = {
        section: {k: v for k, v in values.items() if v and k not in _at(known, section)}
        for section, values in settings.items()
    }
    result = text
    for section, values in wanted.items():
        if values:
            result = _with_section(result, section, _lines(values))
    if questions and "question" not in known:
        for each in questions:
            result = _appended(result, "[[question]]", _lines({k: v for k, v in each.items() if v}))
    return result if _reads_back(result, wanted) else text


def _at(tree: Mapping[str, object], section: str) -> Mapping[str, object]:
    """Return a section by its dotted name; empty where it is not there."""
    for name in section.split("."):
        inner = tree.get(name)
        tree = inner if isinstance(inner, dict) else {}
    return tree


def _lines(values: Values) -> str:
    return "".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items()
    )


def _with_section(text: str, section: str, lines: str) -> str:
    header = re.compile(rf"^\[{re.escape(section)}\][^\n]*\n", re.MULTILINE)
    whole = text if text.endswith("\n") else f"{text}\n"
    if (found := header.search(whole)) is None:
        return _appended(text, f"[{section}]", lines)
    return whole[: found.end()] + lines + whole[found.end() :]


def _appended(text: str, header: str, lines: str) -> str:
    gap = "" if not text or text.endswith("\n") else "\n"
    return f"{text}{gap}{header}\n{lines}"


def _reads_back(text: str, wanted: Mapping[str, Values]) -> bool:
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return all(
        _at(read, section).get(key) == value
        for section, values in wanted.items()
        for key, value in values.items()
    )
