"""The exit codes of the command line, and which of them an error ends it with."""

from __future__ import annotations

from enum import IntEnum

from assessor.errors import AssessorError, JudgeError, PlatformError, StoreError


class Exit(IntEnum):
    """What the exit code says; the README lists them."""

    DONE = 0
    WRONG_INPUT = 2
    SOME_UNGRADED = 3
    STORE = 4
    STOPPED = 5
    INTERRUPTED = 130


def exit_code_of(error: AssessorError) -> Exit:
    """Return the exit code for an error that ended a command."""
    match error:
        case StoreError():
            return Exit.STORE
        case JudgeError() | PlatformError():
            return Exit.STOPPED
        case _:
            return Exit.WRONG_INPUT
