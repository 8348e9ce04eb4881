"""What columns and states are called in the platforms' exports: `words.toml`, as values."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.sheet")


def _split(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split("|"))


def _sets(table: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
    return {meaning: frozenset(_split(text)) for meaning, text in table.items()}


# Header names by what they mean, in the languages that platforms and people write.
NAMES = _sets(_LISTS["columns"])
# What columns of questions and answers are called, with a number behind it or alone.
WORDS = _sets(_LISTS["numbered"])
# Who answered, when, and with what result.
PEOPLE = _sets(_LISTS["people"])

# Moodle's exports: the worksheet's columns, and what the cell of a status begins with.
WORKSHEET = _sets(_LISTS["worksheet"])
_MOODLE = _LISTS["moodle"]
SUBMITTED = _split(_MOODLE["submitted"])
NO_SUBMISSION = _split(_MOODLE["no_submission"])
DRAFT = _split(_MOODLE["draft"])
REOPENED = _split(_MOODLE["reopened"])
UNFINISHED = frozenset(_split(_MOODLE["unfinished"]))
YES = frozenset(_split(_MOODLE["yes"]))
NO = frozenset(_split(_MOODLE["no"]))
PARTICIPANT = frozenset(_split(_MOODLE["participant"]))
REAL = frozenset(_split(_MOODLE["real"]))
FEEDBACK = frozenset(_split(_MOODLE["feedback"]))
LAST_DOWNLOAD = frozenset(_split(_MOODLE["last_download"]))
