"""Hints that an answer steers, hides or copies. They only ever send it to a person."""

from __future__ import annotations

from collections.abc import Sequence

from assessor.flags.addressed import addressed
from assessor.flags.control_tokens import control_tokens
from assessor.flags.copied import copied
from assessor.flags.encoded import encoded
from assessor.flags.flag import Flag, FlagKind
from assessor.flags.hidden_markup import hidden_markup
from assessor.flags.hidden_text import hidden_text
from assessor.flags.mixed_script import mixed_script
from assessor.flags.record import record
from assessor.flags.stuffing import stuffing
from assessor.flags.template import template
from assessor.flags.unbearing import unbearing
from assessor.rubric.model import Rubric
from assessor.verdict import Finding

__all__ = ["FLAGS", "Flag", "FlagKind", "find_flags", "flags_on_evidence"]

# All kinds in the order in which they are looked for: the code that is kept, what it says to
# people, and the function that looks. One file and one row each.
FLAGS: dict[str, FlagKind] = {
    "hidden_text": FlagKind(
        words="holds characters that a reader does not see",
        in_answer=lambda answer, raw, rubric: hidden_text(answer),
    ),
    "mixed_script": FlagKind(
        words="mixes look-alike letters of several scripts within words",
        in_answer=lambda answer, raw, rubric: mixed_script(answer),
    ),
    "control_tokens": FlagKind(
        words="holds control tokens of chat models",
        in_answer=lambda answer, raw, rubric: control_tokens(answer),
    ),
    "hidden_markup": FlagKind(
        words="holds markup that hides text",
        in_answer=lambda answer, raw, rubric: hidden_markup(answer, raw),
    ),
    "record": FlagKind(
        words="looks like a grading record or a message of a program",
        in_answer=lambda answer, raw, rubric: record(answer),
    ),
    "template": FlagKind(
        words="holds template syntax",
        in_answer=lambda answer, raw, rubric: template(answer),
    ),
    "encoded": FlagKind(
        words="holds text that is encoded",
        in_answer=lambda answer, raw, rubric: encoded(answer),
    ),
    "copied": FlagKind(
        words="mostly copies the question or the rubric",
        in_answer=lambda answer, raw, rubric: copied(answer, rubric),
    ),
    "stuffing": FlagKind(
        words="lists key words without saying anything",
        in_answer=lambda answer, raw, rubric: stuffing(answer, rubric),
    ),
    "addressed": FlagKind(
        words="speaks to the grader",
        in_answer=lambda answer, raw, rubric: addressed(answer),
    ),
    "unbearing": FlagKind(
        words="the quotes do not bear on what they are to show",
        in_evidence=unbearing,
    ),
}


def find_flags(answer: str, raw: str, rubric: Rubric) -> tuple[Flag, ...]:
    """Return what in `answer`, or in the `raw` cell it was read from, a person should look at."""
    return tuple(
        Flag(code=code, what=each.what, start=each.start, end=each.end)
        for code, kind in FLAGS.items()
        if kind.in_answer is not None
        for each in kind.in_answer(answer, raw, rubric)
    )


def flags_on_evidence(answer: str, findings: Sequence[Finding], rubric: Rubric) -> tuple[Flag, ...]:
    """Return what a person should look at in how an answer's credits are shown."""
    return tuple(
        Flag(code=code, what=each.what, start=each.start, end=each.end)
        for code, kind in FLAGS.items()
        if kind.in_evidence is not None
        for each in kind.in_evidence(answer, findings, rubric)
    )
