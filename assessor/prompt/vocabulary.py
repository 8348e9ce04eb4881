"""The variables that prompt files may use, and canary values to try them out with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

from assessor.prompt.grammar import Many, Scope
from assessor.prompt.shown import (
    OutlineLine,
    Sample,
    Shown,
    ShownCell,
    ShownLevel,
    system_values,
    user_values,
)
from assessor.verdict import Pass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialValues:
    """Values for one trial rendering; answer and nonce are added to `user`."""

    system: Mapping[str, object]
    user: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Vocabulary:
    """What one kind of prompt may name in each block, and its trials; each is its own kind.

    Where `user` has an `answer`, it must stand between its two markers.
    """

    system: Scope
    user: Scope
    trials: tuple[TrialValues, ...]


_TEXTS = Many(None)
_STEP: Scope = {"id": None, "when": None, "asks": None, "chance": None, "top": None}
_CELL: Scope = {
    "id": None,
    "description": None,
    "misconception": None,
    "levels": Many(_STEP),
    "accepted": _TEXTS,
    "not_enough": _TEXTS,
    "not_required": _TEXTS,
    "examples": Many({"answer": None, "level": None, "why": None}),
}
_ANSWER: Scope = {"answer": None, "nonce": None}


def _canaries() -> tuple[Shown, ...]:
    """A rich key point, a misconception, both at once, and the barest rubric."""
    low = ShownLevel(id="low", when="canary low", asks="at_least_low", chance="p_low", top=False)
    high = ShownLevel(id="high", when="", asks="high", chance="p_high", top=True)
    rich = ShownCell(
        id="canary_point",
        description="canary description",
        misconception=False,
        levels=(low, high),
        accepted=("canary accepted",),
        not_enough=("canary not enough",),
        not_required=("canary not required",),
        examples=(Sample(answer="canary example", level="low", why="canary why"),),
    )
    wrong = replace(rich, id="canary_claim", misconception=True, levels=(high,))
    bare = replace(rich, levels=(high,), accepted=(), not_enough=(), not_required=(), examples=())
    whole = Shown(
        question="canary question",
        stimulus="canary stimulus",
        reference="canary reference",
        guidelines="canary guidelines",
        outline=(OutlineLine(id=rich.id, description=rich.description),),
        cells=(rich,),
    )
    return (
        whole,
        replace(whole, cells=(wrong,)),
        replace(whole, cells=(rich, wrong)),
        replace(whole, stimulus="", reference="", guidelines="", cells=(bare,)),
    )


# `system` must be byte-identical for all answers of a cell, so it knows of none. In `user`, a
# cell's levels stand in the order of the pass: highest first when it is strict.
JUDGING = Vocabulary(
    system={
        "question": None,
        "stimulus": None,
        "reference": None,
        "guidelines": None,
        "outline": Many({"id": None, "description": None}),
        "cells": Many(_CELL),
    },
    user={"cells": Many(_CELL), "pass": None, "repair": None, **_ANSWER},
    trials=tuple(
        TrialValues(system=system_values(shown), user=user_values(shown, asked, repair))
        for shown, asked, repair in product(_canaries(), Pass, ("", "canary repair"))
    ),
)

# Neither the rubric's wording nor its reference answer: what is not shown cannot be given away.
FEEDBACK = Vocabulary(
    system={"language": None},
    user={"earned": _TEXTS, "missing": _TEXTS, **_ANSWER},
    trials=tuple(
        TrialValues(system={"language": language}, user={"earned": earned, "missing": missing})
        for language, earned, missing in product(
            ("", "en"), ((), ("canary earned",)), ((), ("canary missing",))
        )
    ),
)

# About a question and what its instructor wrote: no student's answer goes along.
DRAFTING = Vocabulary(
    system={},
    user={"question": None, "reference": None},
    trials=tuple(
        TrialValues(system={}, user={"question": "canary question", "reference": reference})
        for reference in ("", "canary reference")
    ),
)
STRUCTURING = Vocabulary(
    system={},
    user={"question": None, "source": None},
    trials=(TrialValues(system={}, user={"question": "", "source": "canary source"}),),
)
