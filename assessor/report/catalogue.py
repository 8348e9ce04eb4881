"""The words of the pages for students, in the language of the class.

Catalogues are gettext's: `assessor/locale/LANGUAGE/LC_MESSAGES/feedback.po` is what people edit,
the `.mo` beside it what is read (`make catalogues` writes it anew).
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assessor.report.language import guess

LOCALE = Path(__file__).parent.parent / "locale"
DOMAIN = "feedback"
# What each language writes between units and tenths. English is what the catalogues start from.
DECIMALS: Mapping[str, str] = {"de": ",", "en": ".", "es": ",", "fr": ",", "it": ",", "nl": ","}
ENGLISH = "en"
# The names by which an unmarked text's language is guessed.
_GUESSED: Mapping[str, str] = {
    "Dutch": "nl",
    "French": "fr",
    "German": "de",
    "Italian": "it",
    "Spanish": "es",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """One language to speak to students in."""

    code: str
    catalogue: gettext.NullTranslations

    def number(self, text: str) -> str:
        """Return a number as this language writes it."""
        return text.replace(".", DECIMALS[self.code])


@cache
def speech(code: str) -> Speech:
    """Return the words of a language that there is a catalogue of."""
    if code == ENGLISH:
        return Speech(code=code, catalogue=gettext.NullTranslations())
    with (LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return Speech(code=code, catalogue=gettext.GNUTranslations(file))


def language_of(named: str, text: str) -> str:
    """Return which catalogue serves a rubric: that of its language, else of its words.

    `named` may be more exact than a catalogue ("de-AT"); "" where nobody said it. "" comes back
    for a language that there is no catalogue of.
    """
    if not named:
        return _GUESSED.get(guess(text), ENGLISH)
    code = named.replace("_", "-").partition("-")[0].casefold()
    return code if code in DECIMALS else ""
