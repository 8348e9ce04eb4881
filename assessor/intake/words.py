"""How people call the parts of a rubric, in the languages of marking guides.

The words stand in `words.toml`, as `fold_header` folds a title; each pattern is matched without
regard to case.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assessor.wordlists import names_in, sets_of, word_lists

LISTS = word_lists("assessor.intake")

# Capitals alone for what would be a word or a letter otherwise: BE, VP, P.
UNIT = (
    r"(?:points?|pts?\b\.?|marks?|mks?\b\.?|credits?|punkten?|punkte?|pkte?\b\.?|punt(?:os?|en)?|ptos?\b\.?"
    r"|pontos?|punti|(?-i:BE|VP|RP|WP|P|p)(?![^\W\d_])\.?)(?![^\W\d_])"
)

# What a column of a rubric is called.
TITLES = sets_of(LISTS["titles"])
# What a column is called that says more of full credit, and one of people.
MORE, STUDENTS, MISTAKES = (
    frozenset(names_in(LISTS["beside"][each])) for each in ("more", "students", "mistakes")
)
# Where a program says that its items take points off, and what it says there.
SCORES, NEGATIVE = (frozenset(names_in(LISTS["negative"][each])) for each in ("keys", "values"))
# What a level is called that gives all of the points, some or none.
FULL, PARTIAL, NONE = (names_in(LISTS["levels"][each]) for each in ("full", "partial", "none"))

SHARES: Mapping[str, str] = {
    word: percent for percent, text in LISTS["shares"].items() for word in names_in(text)
}
COUNTS: Mapping[str, int] = {
    word: int(number) for number, text in LISTS["counts"].items() for word in names_in(text)
}
_COUNT = "|".join(sorted(COUNTS, key=len, reverse=True))


def _pattern(name: str) -> re.Pattern[str]:
    told = "".join(LISTS["patterns"][name]).replace("@count@", _COUNT)
    return re.compile(told, re.IGNORECASE)


LEVELISH = _pattern("levelish")
TOTAL = _pattern("total")
DOUBLE = _pattern("double")
PARTLY = _pattern("partial")
TAKES_OFF = _pattern("takes_off")
CHOICE = _pattern("choice")
SUM_OF = _pattern("sum_of")
START = _pattern("start")
ACCEPT = _pattern("accept")
ACCEPT_BARE = _pattern("accept_bare")
REJECT = _pattern("reject")
REJECT_BARE = _pattern("reject_bare")
IGNORE = _pattern("ignore")
ASIDE = _pattern("aside")
OR = _pattern("or")
ANY = _pattern("any")
EACH = _pattern("each")
SCALE = _pattern("scale")
BONUS = _pattern("bonus")
SECTION_OFF = _pattern("section_off")
SCHEME = _pattern("scheme")
QUESTION = _pattern("question")
FIELDS: Mapping[str, str] = {
    word: field for field, text in LISTS["fields"].items() for word in names_in(text)
}
# Words of marks and their conditions, which no description keeps.
FORMAL = frozenset(names_in(LISTS["running_text"]["formal"]))
# Words of so many descriptions that two which share one need not belong together.
COMMON = frozenset(names_in(LISTS["running_text"]["common"]))
# Keys of JSON, YAML and XML, by what stands there; of several the first counts.
KEYS = {meaning: names_in(text) for meaning, text in LISTS["keys"].items()}
