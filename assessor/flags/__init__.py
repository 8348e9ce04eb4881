"""Hints that an answer steers, hides or copies. They only ever send it to a person."""

from __future__ import annotations

from assessor.flags.address import addressed
from assessor.flags.characters import hidden_text, mixed_script
from assessor.flags.copied import copied, stuffing
from assessor.flags.encoded import encoded
from assessor.flags.flag import Flag, FlagCode
from assessor.flags.markup import control_tokens, hidden_markup, template
from assessor.flags.record import record
from assessor.rubric.model import Rubric

__all__ = ["Flag", "FlagCode", "find_flags"]


def find_flags(answer: str, raw: str, rubric: Rubric) -> tuple[Flag, ...]:
    """Return what in `answer`, or in the `raw` cell it was read from, a person should look at."""
    return (
        *hidden_text(answer),
        *mixed_script(answer),
        *control_tokens(answer),
        *hidden_markup(answer, raw),
        *record(answer),
        *template(answer),
        *encoded(answer),
        *copied(answer, rubric),
        *stuffing(answer, rubric),
        *addressed(answer),
    )
