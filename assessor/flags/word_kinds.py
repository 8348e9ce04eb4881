# ruff: noqa: S105  (a kind of words is called secret)
"""The words in which people talk to whoever marks them, by what they do: `words.toml`.

A word with a star stands for all that begin with it. No single word is a hint; `addressed` counts
which kinds meet in one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from assessor.wordlists import word_lists


class Act(StrEnum):
    """What a word does in a request to the marker."""

    DROP = "drop"  # leave aside
    RULES = "rules"  # what the marker was told
    PRIOR = "prior"  # earlier, above
    GIVE = "give"  # award
    TREAT = "treat"  # regard as, output
    SHOW = "show"  # reveal
    FULL = "full"  # the most there is
    ALL = "all"
    MARKS = "marks"
    CRITERIA = "criteria"
    JARGON = "jargon"  # words of marking guides only
    MET = "met"
    WHO = "who"  # the marker
    THIS = "this"
    ANSWER = "answer"
    ME = "me"
    PLEASE = "please"
    LENIENT = "lenient"
    APPROVED = "approved"
    PERSONA = "persona"
    DUTY = "duty"
    NOT = "not"
    YOU = "you"
    FIRST = "first"  # I
    STAFF = "staff"
    STORY = "story"  # third persons of a tale about marking
    SECRET = "secret"
    TOPIC = "topic"  # the sentence is about tricks, it plays none
    OFFICE = "office"  # who or what stands above the marker
    DECIDED = "decided"
    CANDIDATE = "candidate"
    OUTCOME = "outcome"  # what becomes of a candidate
    ANYWAY = "anyway"  # whatever the answer says
    GRADING = "grading"  # the work of marking
    STAKES = "stakes"  # what is to happen to somebody


_LISTS = word_lists("assessor.flags")
PLAIN: Mapping[Act, str] = {Act(kind): text for kind, text in _LISTS["plain"].items()}
WORDS: Mapping[Act, str] = {Act(kind): text for kind, text in _LISTS["words"].items()}
# The kinds that a row of a further language has, in its order.
_REQUEST = (
    *(Act.PLEASE, Act.GIVE, Act.FULL, Act.ALL, Act.MARKS, Act.ANSWER, Act.THIS, Act.DROP),
    *(Act.RULES, Act.WHO, Act.ME),
)


def _by_kind(rows: Mapping[str, str]) -> Mapping[Act, str]:
    table = dict.fromkeys(_REQUEST, "")
    for language, row in rows.items():
        cells = row.split("|")
        if len(cells) != len(_REQUEST):
            raise AssertionError(f"{language}: a row has {len(_REQUEST)} kinds of words")
        for kind, cell in zip(_REQUEST, cells, strict=True):
            table[kind] += f" {cell}"
    return table


TONGUES: Mapping[Act, str] = _by_kind(_LISTS["tongues"])


def words(text: str) -> frozenset[str]:
    """Return the words of `text` as a set."""
    return frozenset(text.split())
