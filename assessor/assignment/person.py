"""Whoever can be asked and told while something is done with a class; at first, nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Person(Protocol):
    """Somebody at a terminal. A no ends what is under way only in `goes_on`."""

    @property
    def is_there(self) -> bool:
        """Whether questions are answered now."""

    @property
    def said_yes(self) -> bool:
        """Whether a yes to questions of going on was given beforehand."""

    def agrees(self, question: str, *, usually: bool = False) -> bool:
        """Return the answer to a yes-or-no question; `usually` is what no answer means."""

    def goes_on(self, question: str) -> None:
        """Ask whether to go on, and raise what ends it all where the answer is no."""

    def picks(self, question: str, choices: Sequence[str]) -> str:
        """Return the choice that was typed, out of a few short ones."""

    def points_at(self, heading: str, choices: Sequence[str]) -> int:
        """Return the place of the choice that was pointed at in a numbered list."""

    def hears(self, text: str, *, warned: bool = False) -> None:
        """Tell something beside the results; `warned`: it asks for attention."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programmer:
    """Whoever wrote the program: not there to be asked, and what is told goes unheard."""

    said_yes: bool = False

    @property
    def is_there(self) -> bool:
        """Nobody can be asked."""
        return False

    def agrees(self, question: str, *, usually: bool = False) -> bool:
        """Answer nothing with a yes."""
        return False

    def goes_on(self, question: str) -> None:
        """Never asked: callers look first whether somebody is there."""
        raise AssertionError(question)

    def picks(self, question: str, choices: Sequence[str]) -> str:
        """Never asked."""
        raise AssertionError(question)

    def points_at(self, heading: str, choices: Sequence[str]) -> int:
        """Never asked."""
        raise AssertionError(heading)

    def hears(self, text: str, *, warned: bool = False) -> None:
        """Hear nothing."""


NOBODY = Programmer()
