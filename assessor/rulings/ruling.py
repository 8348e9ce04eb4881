"""A ruling: what a person decided about a border, and what that puts into the rubric. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessor.rubric import ABSENT
from assessor.rubric.phrasings import Phrasings
from assessor.rulings.border import Border, likeness
from assessor.trust.records import Bound

# A border is one that was decided where so much of it was in that one, or says the same as it.
SAME_ANSWERS, SAME_WORDS = 0.5, 0.35
EXAMPLES = "examples"


class RulingKind(StrEnum):
    """What was said of a border; `shown` is not yet anything."""

    LEVEL = "level"
    DEPENDS = "depends"
    SKIP = "skip"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricEdit:
    """One entry for a list of a key point: `accepted`, `not_enough`, or `examples` at a `level`."""

    where: str
    text: str
    level: str = ""

    @property
    def line(self) -> str:
        """The entry as it is read."""
        return f"{self.where} + “{self.text}”" + (f" ({self.level})" if self.level else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A person's word on the border of `cell` between two levels, as it is kept.

    `level` is the one that such answers get (`level`), `words` the instructor's own line: what it
    is, or on what it depends. `rubric` is the id of the rubric and `file` the one that was changed;
    `run` is the one whose readings parted. `gaps` and `cells` say which border it was; `shown` are
    the answers of which a passage was seen.
    """

    kind: RulingKind
    question: str
    rubric: str
    cell: str
    lower: str
    upper: str
    name: str
    run: str
    level: str = ""
    words: str = ""
    edits: tuple[RubricEdit, ...] = ()
    file: str = ""
    gaps: tuple[str, ...] = ()
    cells: tuple[Bound, ...] = ()
    shown: tuple[Bound, ...] = ()

    @property
    def is_decided(self) -> bool:
        """Whether it says how such answers are graded."""
        return self.kind in {RulingKind.LEVEL, RulingKind.DEPENDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What a person said to one question: a level, or on what it depends; words are optional."""

    kind: RulingKind
    level: str = ""
    words: str = ""
    example: str = ""


def edits_of(
    border: Border, name: str, said: Spoken, *, top: str, room: bool = True
) -> tuple[RubricEdit, ...]:
    """Return what a decision puts into the rubric; nothing for a border that was passed over.

    `name` says what the border is, for where the person gave no words; `top` is the key point's
    highest level. `room`: one more example would still be shown to the judge; else it stands beside
    the phrase.
    """
    if said.kind not in {RulingKind.LEVEL, RulingKind.DEPENDS}:
        return ()
    entry = _entry(border, name, said, top)
    if not said.example:
        return (entry,)
    level = said.level if said.kind is RulingKind.LEVEL else border.upper
    if room:
        return (entry, RubricEdit(where=EXAMPLES, text=said.example, level=level))
    return (RubricEdit(where=entry.where, text=f"{entry.text}, such as: {said.example}"),)


def _entry(border: Border, name: str, said: Spoken, top: str) -> RubricEdit:
    words = said.words or name
    if said.kind is RulingKind.DEPENDS:
        text = f"{name}: {border.upper} only if {said.words}"
        return RubricEdit(where=Phrasings.NOT_ENOUGH.value, text=text)
    if said.level == ABSENT:
        return RubricEdit(where=Phrasings.NOT_ENOUGH.value, text=words)
    if said.level != top:
        text = f"{words}: {said.level}, not more"
        return RubricEdit(where=Phrasings.NOT_ENOUGH.value, text=text)
    text = words if said.words else f"counts all the same: {name}"
    return RubricEdit(where=Phrasings.ACCEPTED.value, text=text)


def is_settled(border: Border, rulings: Iterable[Ruling], language: str) -> bool:
    """Return whether a border was put to a person before: it is not asked about twice."""
    return any(
        _same(border, each, language) for each in rulings if each.kind is not RulingKind.SHOWN
    )


def _same(border: Border, ruling: Ruling, language: str) -> bool:
    about = (border.question, border.cell, border.upper)
    if about != (ruling.question, ruling.cell, ruling.upper):
        return False
    known = border.bounds & set(ruling.cells)
    if len(known) >= SAME_ANSWERS * len(border.bounds):
        return True
    gaps = border.gaps
    return bool(gaps) and likeness(gaps, (*ruling.gaps, ruling.name), language) >= SAME_WORDS


def said_words(ruling: Ruling) -> str:
    """Return a ruling in one line, as report and page tell it."""
    what = ruling.words or ruling.name
    if ruling.kind is RulingKind.DEPENDS:
        return f"“{ruling.name}”: {ruling.upper} only if {ruling.words}"
    if ruling.kind is RulingKind.LEVEL:
        verdict = "does not count" if ruling.level == ABSENT else f"counts for {ruling.level}"
        return f"“{what}” {verdict}"
    return f"“{ruling.name}” was left open"


def shown_in(rulings: Sequence[Ruling]) -> frozenset[Bound]:
    """Return the answers of which a person saw a passage: no longer unseen ones."""
    return frozenset(bound for each in rulings for bound in each.shown)
