"""Every error assessor raises on purpose. Anything else is a bug and shows a traceback.

    AssessorError
    ├── InputError             what we were given is wrong; exit 2, nothing was started
    │   ├── ConfigError        assessor.toml, an option or an environment variable
    │   ├── RubricError        a rubric file; carries all of its problems
    │   ├── PromptError        a prompt file
    │   └── SubmissionError    an answers file, a sheet or a template
    │       └── ColumnUnclear  several of its columns may be meant; carries the choices
    ├── JudgeError             the judge let us down
    │   ├── JudgeUnavailable   rate limit, timeout, 5xx: waiting may help (retryable)
    │   ├── JudgeRejected      bad key, unknown model, used-up quota: the run stops (exit 5)
    │   ├── JudgeRefused       the judge declined this answer: it is ungraded (exit 3)
    │   └── InvalidReply       the reply broke the contract: asked again, a bounded number of times
    ├── PlatformError          a learning platform did not do or say what was asked; exit 5
    └── StoreError             the state cannot be used; exit 4
        ├── StoreBusy          somebody else is writing to it just now
        └── StaleDecision      a person decided on what is no longer the newest word

A message is one line that says where, what, and what to do.
"""

from __future__ import annotations

from collections.abc import Sequence


class AssessorError(Exception):
    """The root of all errors raised on purpose."""

    retryable = False


class InputError(AssessorError):
    """What we were given is wrong; `problems` holds one line for each thing to mend."""

    def __init__(self, *problems: str) -> None:
        self.problems: Sequence[str] = problems
        super().__init__("\n".join(problems))


class ConfigError(InputError):
    """An option, an environment variable or assessor.toml is wrong."""


class RubricError(InputError):
    """A rubric file is wrong."""


class PromptError(InputError):
    """A prompt file is wrong."""


class SubmissionError(InputError):
    """An answers file, a sheet or a platform's template is wrong."""


class ColumnUnclear(SubmissionError):
    """Several columns may be meant; `choices` are their titles."""

    def __init__(self, message: str, choices: Sequence[str]) -> None:
        super().__init__(message)
        self.choices = choices


class NothingGraded(InputError):
    """No run is there, or the one that was named is not: none was made, or it was forgotten."""


class JudgeError(AssessorError):
    """The judge let us down; `code` is the stable word in a reason (`judge:<code>`).

    `waste` is what was billed before it came to this, in the judge's own terms.
    """

    code = "error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.waste: Sequence[object] = ()
        if code is not None:
            self.code = code


class JudgeUnavailable(JudgeError):
    """Rate limit, timeout or server fault; `retry_after` is in seconds, where one was named."""

    code = "unavailable"
    retryable = True

    def __init__(
        self, message: str, *, code: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class JudgeRejected(JudgeError):
    """Bad key, unknown model, used-up quota: no further request can succeed."""

    code = "rejected"


class JudgeRefused(JudgeError):
    """The judge or its content filter declined this answer."""

    code = "refused"


class InvalidReply(JudgeError):
    """The reply broke the contract."""

    code = "invalid_reply"


class PlatformError(AssessorError):
    """A learning platform cannot be reached, or did not do or say what was asked of it."""


class StoreError(AssessorError):
    """The state file is unusable, in use, or the disk is full."""


class StoreBusy(StoreError):
    """Somebody else is writing to the state file just now."""


class StaleDecision(StoreError):
    """A person decided on what is no longer the newest word; nothing was written."""
