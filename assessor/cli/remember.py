"""What was answered once is written into assessor.toml, if the person wants it there."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from assessor.errors import ConfigError
from assessor.writers.files import write_file


def remembered(text: str, section: str, values: Mapping[str, str | bool]) -> str:
    """Return settings with these values in `section`; all other lines stay as they are.

    Raises ConfigError where one of them stands there already or the file cannot be read.
    """
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    rows = text.splitlines()
    head = f"[{section}]"
    if head in (row.partition("#")[0].strip() for row in rows):
        place = next(n for n, row in enumerate(rows) if row.partition("#")[0].strip() == head)
        rows[place + 1 : place + 1] = lines
    else:
        rows += [*([""] if rows else []), head, *lines]
    new = "\n".join(rows) + "\n"
    try:
        tomllib.loads(new)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"assessor.toml: [{section}] could not be added ({error})") from error
    return new


def remember(folder: Path, section: str, values: Mapping[str, str | bool]) -> None:
    """Write values into the folder's assessor.toml, which is made when missing."""
    path = folder / "assessor.toml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    write_file(path, remembered(text, section, values).encode())
