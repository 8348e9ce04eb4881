"""Whoever can be asked and told while something is done with a class; at first, nobody."""

from __future__ import annotations

import re
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


def chosen(typed: str, choices: Sequence[str]) -> int | str:
    """Return the place of the choice that was typed, by its number or a word of it alone.

    Where none was meant, or more than one, return what to tell instead.
    """
    word = " ".join(typed.casefold().split())
    numbers = f"type a number from 1 to {len(choices)}" if len(choices) > 1 else "type 1"
    if not word:
        return f"nothing is chosen by itself: {numbers}, or q to stop"
    if word.isdecimal():
        place = int(word) - 1
        return place if 0 <= place < len(choices) else f"{word} is not in the list: {numbers}"
    # A word stands in a choice whole: "none" is not in "nonetheless".
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    found = [place for place, text in enumerate(choices) if whole.search(text.casefold())]
    if len(found) == 1:
        return found[0]
    which = "is in none of them" if not found else "is in more than one of them"
    return f"“{typed.strip()}” {which}: {numbers}, or q to stop"


NOBODY = Programmer()
