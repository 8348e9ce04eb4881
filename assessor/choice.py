"""The choice in front of a justification: which option was meant, and what it earns. By code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessor.rubric.model import Choice
from assessor.submission import Submission
from assessor.wordlists import word_lists

_LISTS = word_lists("assessor")["choice"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen, as options of the rubric, and what it earns."""

    options: tuple[str, ...]
    points: Decimal


def chosen_in(choice: Choice, submission: Submission) -> Chosen | None:
    """Return what a student chose, from the export's column, else from the answer's first words.

    None where neither says it clearly: that is for a person to look at, not a zero. Every correct
    option counts by itself; several at once count when all of them are correct.
    """
    given = submission.choice
    found = _in_column(choice.options, given) if given.strip() else ()
    if not given.strip() and (meant := _in_first_words(choice.options, submission.answer)):
        found = (meant,)
    if not found:
        return None
    right = all(each in choice.correct for each in found)
    return Chosen(options=found, points=choice.points if right else Decimal(0))


# Beyond this many characters nobody is still announcing a choice.
_OPENING = 160
# Where a column holds several choices.
_SEVERAL = re.compile(r"\s*[;|\n,]\s*")
# "B.", "b)", "(C)", "D:" in front of an option's text.
_LABEL = re.compile(r"\(?([^\W_]{1,2})(?:[).:]|\s*[-\u2013\u2014])(?:\s+(.*))?", re.DOTALL)

# What announces a choice, and the statement that a true/false answer speaks of.
_LEAD = "".join(_LISTS["lead"])
_SAYS = "".join(_LISTS["says"])
_LEAD_IN = re.compile(rf"(?:{_LEAD}|{_SAYS})", re.IGNORECASE)
_NOT = re.compile(r"(?:not|nicht|pas|no|non|não|nao|niet)\s+", re.IGNORECASE)
# After the option its announcement ends: with a mark, the end, or a word that gives a reason.
_ENDS = re.compile("".join(_LISTS["ends"]), re.IGNORECASE)
# "A) is wrong because …" speaks of an option without choosing it.
_SPOKEN_OF = re.compile("".join(_LISTS["spoken_of"]), re.IGNORECASE)
_ANOTHER = re.compile(r"(?:or|oder|ou|o|of|and|und|et|y|e|en|/|\+|&)\s+|[/+&]", re.IGNORECASE)

_TRUE = (
    "true t right correct yes wahr w r richtig ja stimmt vrai oui exact verdadero cierto sí si v"
)
_TRUE += " vero verdadeiro certo sim waar juist"
_FALSE = "false f wrong incorrect untrue no falsch unwahr nein faux non falso no falsa errado não"
_FALSE += " onwaar fout nee"
_MEANS: Mapping[str, bool] = {
    **dict.fromkeys(_TRUE.split(), True),
    **dict.fromkeys(_FALSE.split(), False),
}


def _in_column(options: Sequence[str], given: str) -> tuple[str, ...]:
    """Return the options that a column's cell names; () where a part of it names none."""
    if whole := _option(options, given):
        return (whole,)
    found = [_option(options, part) for part in _SEVERAL.split(given.strip()) if part]
    known = [each for each in found if each]
    return tuple(dict.fromkeys(known)) if len(known) == len(found) else ()


def _in_first_words(options: Sequence[str], answer: str) -> str:
    """Return the option that an answer announces before it justifies it; "" where unclear."""
    opening = unicodedata.normalize("NFKC", answer).lstrip(" \t\r\n\"'“”«»*_#(")[:_OPENING]
    lead = _LEAD_IN.match(opening)
    start = lead.end() if lead else 0
    negated = _NOT.match(opening, start)
    meant, rest = _announced(options, opening[negated.end() if negated else start :])
    if not meant or _names_another(options, rest):
        return ""
    return _opposite(options, meant) if negated else meant


def _announced(options: Sequence[str], opening: str) -> tuple[str, str]:
    """Return the option that `opening` begins with, and what comes after it."""
    for words in sorted(_wordings(options), key=len, reverse=True):
        if _plain(opening[: len(words)]) != _plain(words):
            continue
        rest = opening[len(words) :]
        if _ENDS.match(rest) and not _SPOKEN_OF.match(rest):
            return _wordings(options)[words], rest
    return "", ""


def _names_another(options: Sequence[str], rest: str) -> bool:
    """Say whether a second option follows at once: "B or C" is no choice."""
    rest = rest.lstrip(" ),.;")
    joined = _ANOTHER.match(rest)
    follows, _ = _announced(options, rest[joined.end() :] if joined else rest)
    return bool(follows)


def _option(options: Sequence[str], given: str) -> str:
    wanted = _plain(given)
    wordings = {_plain(words): option for words, option in _wordings(options).items()}
    if wanted in wordings:
        return wordings[wanted]
    label = _LABEL.match(given.strip())
    return wordings.get(_plain(label.group(1)), "") if label else ""


def _wordings(options: Sequence[str]) -> Mapping[str, str]:
    """Return every way to name an option: all of it, its label, its text; true and false so too."""
    found = {option: option for option in options}
    for option in options:
        if label := _LABEL.fullmatch(option.strip()):
            found.update({part: option for part in label.groups() if part})
    meanings = [_MEANS.get(_plain(option)) for option in options]
    if sorted(map(str, meanings)) == ["False", "True"]:
        for words, meaning in _MEANS.items():
            found.setdefault(words, options[meanings.index(meaning)])
    return found


def _opposite(options: Sequence[str], meant: str) -> str:
    others = [each for each in options if each != meant]
    return others[0] if len(others) == 1 else ""


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(folded.strip(" \t\r\n.:;,()[]\"'*_").split())
