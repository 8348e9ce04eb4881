"""The command line: ten commands, loaded on use; errors as one clear message."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click

from assessor.called import BY_NAME, Called, as_called, called_by, calling
from assessor.cli.exit_codes import Exit, exit_code_of
from assessor.errors import AssessorError
from assessor.version import VERSION


@dataclass(frozen=True, slots=True)
class CommandRow:
    """One command: its line in --help, and what a person is doing when they use it."""

    summary: str
    doing: str


# What a command can be told stands in `assessor.cli.<name>.options`, what it does in `….command`.
COMMANDS: dict[str, CommandRow] = {
    "grade": CommandRow("Grade a class, or one answer; run again to resume.", "Grade"),
    "check": CommandRow("What was understood of a file; what is weak in a rubric.", "Grade"),
    "review": CommandRow("Review by keyboard in the browser; take in a sheet.", "Grade"),
    "rubric": CommandRow("Make, tune and show rubrics; preview a change.", "Tune the rubric"),
    "rulings": CommandRow(
        "Decide where the rubric does not say: five questions.", "Tune the rubric"
    ),
    "trust": CommandRow(
        "How far the grades can be trusted, and what to do next.", "Trust the grades"
    ),
    "compare": CommandRow(
        "Two rubrics, prompts, models or graders on the same answers.", "Trust the grades"
    ),
    "export": CommandRow("Write the file that the platform takes back.", "Give them back"),
    "pull": CommandRow("Fetch an assignment's submissions from Canvas or Moodle.", "Grade"),
    "runs": CommandRow("What is in the store.", "Keep house"),
}


class _Commands(click.Group):
    """Loads a command's module when it is used, so that --help pays for none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"assessor.cli.{cmd_name}.options").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            meant = (
                f"did you mean: assessor {' '.join([close[0], *args[1:]])}"
                if close
                else f"to grade a file: assessor grade {args[0]} --rubric RUBRIC"
            )
            ctx.fail(f"{args[0]!r} is no command; {meant}; the commands are {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        return as_called(super().get_help(ctx))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for doing in dict.fromkeys(row.doing for row in COMMANDS.values()):
            with formatter.section(doing):
                formatter.write_dl(
                    [(name, row.summary) for name, row in COMMANDS.items() if row.doing == doing]
                )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, message="%(version)s")
def root() -> None:
    """Grade short written answers against a rubric, with a quote beside every credit.

    Start with: assessor grade answers.csv --rubric RUBRIC
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and end the process with one of the documented exit codes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A student's text may hold what this terminal's encoding does not.
            stream.reconfigure(errors="backslashreplace")
    called = called_by(sys.orig_argv, os.environ)  # noqa: TID251  # the door reads the environment
    sys.exit(_said(run(arguments, called)))


def _said(code: int) -> int:
    """See that what was printed came out, and return the exit code."""
    try:
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffer must not raise once more while the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code if isinstance(error, BrokenPipeError) else _cannot_write(error)
    return code


def _cannot_write(error: OSError) -> Exit:
    where = error.filename or "standard output"
    what = f"{where}: {error.strerror or error}"
    click.echo(f"assessor: {_printable(what)}; mend that and run the same again", err=True)
    return Exit.STORE


def run(arguments: Sequence[str] | None = None, called: Called = BY_NAME) -> int:
    """Run the command line and return the exit code; messages go to stderr.

    `called` is how it was called, for what is printed to be typed next.
    """
    with calling(called):
        return _run(list(arguments) if arguments is not None else None, called.here)


def _run(arguments: list[str] | None, name: str) -> int:
    try:
        code = root.main(arguments, prog_name=name, standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped: nothing more was done", err=True)
        return Exit.INTERRUPTED
    except click.exceptions.NoArgsIsHelpError as error:
        error.show(file=sys.stderr)
        return Exit.WRONG_INPUT
    except click.ClickException as error:
        click.echo(f"assessor: {_usage(error)}", err=True)
        return Exit.WRONG_INPUT
    except KeyboardInterrupt:
        click.echo("interrupted: what was acknowledged is kept; run again to go on", err=True)
        return Exit.INTERRUPTED
    except AssessorError as error:
        for line in str(error).splitlines() or [type(error).__name__]:
            click.echo(f"assessor: {_printable(line)}", err=True)
        return exit_code_of(error)
    except OSError as error:
        return _cannot_write(error)
    return int(code or 0)


# What people type for a key, none of which is a slip of `--yes`.
_KEY_OPTIONS = frozenset({"--key", "--api-key", "--apikey", "--api_key", "--token"})
_KEY_PLACE = "put it into the environment as ASSESSOR_API_KEY"


def _usage(error: click.ClickException) -> str:
    """Return in one line what is wrong with what was typed, and where the options are listed."""
    said = " ".join(error.format_message().split()).rstrip(".")
    if isinstance(error, click.NoSuchOption) and error.option_name in _KEY_OPTIONS:
        said = f"no option takes a key, which would stay in the shell's history: {_KEY_PLACE}"
    context = error.ctx if isinstance(error, click.UsageError) else None
    return _printable(f"{said}; see: {context.command_path} --help" if context else said)


def _printable(text: str) -> str:
    """A file's words must not drive the terminal: control characters become their escapes."""
    return "".join(
        c if c.isprintable() or c == " " else c.encode("unicode_escape").decode()
        for c in as_called(text)
    )
