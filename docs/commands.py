"""Write the page of all commands from the commands themselves.

python docs/commands.py            # writes docs/commands.md
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from assessor.cli import COMMANDS, root  # noqa: E402  # run as a script
from assessor.cli.options import Grouped  # noqa: E402

PAGE = ROOT / "docs" / "commands.md"
COMMON = ("store", "run_id", "yes", "as_json", "verbose", "help")
HEAD = """\
# All commands

What `--help` says of every command, on one page. An option on the command line stands above a
variable of the environment, that above `assessor.toml`, that above the default
([settings.md](settings.md)).

Every command takes these as well:

| option | does |
| --- | --- |
"""


def page() -> str:
    """Return the page as Markdown."""
    context = click.Context(root, info_name="assessor", **root.context_settings)
    first = _command(root, context, "grade")
    common = [row for name, row in rows_of(first, context) if name in COMMON]
    parts = [HEAD + "\n".join(common)]
    for doing in dict.fromkeys(row.doing for row in COMMANDS.values()):
        parts.append(f"## {doing}")
        for name in (name for name, row in COMMANDS.items() if row.doing == doing):
            parts.extend(_sections(_command(root, context, name), context, name))
    return "\n\n".join(parts) + "\n"


def _sections(command: click.Command, above: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=above)
    usage = command.get_usage(context).removeprefix("Usage: ")
    typed = f"```text\n{' '.join(usage.split())}\n```"
    yield f"### {context.command_path}\n\n{typed}\n\n{_words(command)}"
    hidden = [each for each in getattr(command, "commands", {}).values() if each.hidden]
    # What a group does without a subcommand's name stands in a hidden one.
    rows = {
        name: row
        for each in (command, *hidden)
        for name, row in rows_of(each, context)
        if name not in COMMON
    }
    parts: Mapping[str, Sequence[str]] = (
        command.parts if isinstance(command, Grouped) else {"": list(rows)} if rows else {}
    )
    for heading, names in parts.items():
        title = f"**{heading}**\n\n" if heading else ""
        table = "\n".join(rows[each] for each in names)
        yield f"{title}| option | does |\n| --- | --- |\n{table}"
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            yield from _sections(_command(command, context, each), context, each)


def _command(group: click.Group, context: click.Context, name: str) -> click.Command:
    command = group.get_command(context, name)
    if command is None:
        raise KeyError(name)
    return command


def rows_of(command: click.Command, above: click.Context) -> Iterator[tuple[str, str]]:
    """Yield each option's name and its row of a table."""
    context = click.Context(command, info_name=command.name, parent=above)
    for each in command.get_params(context):
        record = each.get_help_record(context) if isinstance(each, click.Option) else None
        if record is not None:
            spelled, said = (text.replace("|", "\\|") for text in record)
            name = "help" if "--help" in each.opts else each.name or ""
            yield name, f"| `{spelled}` | {said} |"


def _words(command: click.Command) -> str:
    """Return a command's words as they are wrapped in the code, one paragraph a line."""
    said = (command.help or "").split("\n\n")
    return "\n\n".join(" ".join(each.split()) for each in said)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
