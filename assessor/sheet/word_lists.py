"""What columns and states are called in the platforms' exports: `words.toml`, as values."""

from __future__ import annotations

from assessor.wordlists import names_in, sets_of, word_lists

_LISTS = word_lists("assessor.sheet")


# Header names by what they mean, in the languages that platforms and people write.
NAMES = sets_of(_LISTS["columns"])
# What columns of questions and answers are called, with a number behind it or alone.
WORDS = sets_of(_LISTS["numbered"])
# Who answered, when, and with what result.
PEOPLE = sets_of(_LISTS["people"])

# Moodle's exports: the worksheet's columns, and what the cell of a status begins with.
WORKSHEET = sets_of(_LISTS["worksheet"])
_MOODLE = _LISTS["moodle"]
SUBMITTED = names_in(_MOODLE["submitted"])
NO_SUBMISSION = names_in(_MOODLE["no_submission"])
DRAFT = names_in(_MOODLE["draft"])
REOPENED = names_in(_MOODLE["reopened"])
UNFINISHED = frozenset(names_in(_MOODLE["unfinished"]))
YES = frozenset(names_in(_MOODLE["yes"]))
NO = frozenset(names_in(_MOODLE["no"]))
PARTICIPANT = frozenset(names_in(_MOODLE["participant"]))
REAL = frozenset(names_in(_MOODLE["real"]))
FEEDBACK = frozenset(names_in(_MOODLE["feedback"]))
LAST_DOWNLOAD = frozenset(names_in(_MOODLE["last_download"]))
