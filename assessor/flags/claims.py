"""What an answer claims to have got already: decisions of some office, a marker's note, a price.

Subject matter tells of marks as well. What makes a claim is that several things meet in one
sentence: who decides, for whom, and that it is the most there is.
"""

from __future__ import annotations

from itertools import pairwise

from assessor.flags.reading import Word
from assessor.flags.words import Kind, words

_NEAR = 3


def claims(sentence: tuple[Word, ...]) -> bool:
    """Return whether a sentence claims that the marking is settled, or names its price."""
    kinds = {kind for word in sentence for kind in word.kinds}
    if Kind.TOPIC in kinds:
        return False
    if _sets_rules(sentence, kinds):
        return True
    if {Kind.APPROVED, Kind.ANSWER} <= kinds and _is_checked(sentence, kinds) and _best(sentence):
        return True
    return _decrees(sentence, kinds) or _notes(sentence, kinds) or _bargains(sentence, kinds)


def _decrees(sentence: tuple[Word, ...], kinds: set[Kind]) -> bool:
    """Return whether some authority gives somebody everything."""
    if not kinds & {Kind.OUTCOME, Kind.GIVE, Kind.APPROVED}:
        return False
    ordered = Kind.DUTY in kinds or _is_to_be(sentence)
    decided = Kind.DECIDED in kinds or (Kind.OFFICE in kinds and ordered)
    whom = kinds & {Kind.CANDIDATE, Kind.FIRST, Kind.ME} or _is_this(sentence)
    above = kinds & {Kind.OFFICE, Kind.STAFF} or _is_ruled(sentence)
    return bool(decided and whom and above and _all_there_is(sentence, kinds))


def _is_to_be(sentence: tuple[Word, ...]) -> bool:
    return any((first.text, second.text) == ("to", "be") for first, second in pairwise(sentence))


def _is_checked(sentence: tuple[Word, ...], kinds: set[Kind]) -> bool:
    by_staff = not kinds.isdisjoint({Kind.STAFF, Kind.OFFICE, Kind.WHO})
    return by_staff or any(word.text in _TEACHERS for word in sentence)


_TEACHERS = words(
    "docente profesor professor professeur lehrer dozent leraar преподавател учитель 老师"
)


def _sets_rules(sentence: tuple[Word, ...], kinds: set[Kind]) -> bool:
    """Return whether little is said to be enough, by some rule of marking."""
    if Kind.JARGON in kinds and any(word.text in _ADDED for word in sentence):
        return bool(kinds & {Kind.MARKS, Kind.OUTCOME, Kind.MET, Kind.GIVE})
    if not kinds & {Kind.OFFICE, Kind.JARGON, Kind.RULES}:
        return False
    return any(word.text in _SUFFICES for word in sentence) and _best(sentence)


_ADDED = words("appendix amendment addendum erratum corrigendum revision")
_SUFFICES = words("sufficient suffices enough worth earns counts basta suffit genügt reicht 足够")


def _notes(sentence: tuple[Word, ...], kinds: set[Kind]) -> bool:
    """Return whether a sentence reads like a marker's own note on the best answer."""
    if Kind.STORY in kinds and Kind.CANDIDATE not in kinds:
        return False
    if not kinds & {Kind.WHO, Kind.GRADING}:
        return False
    if any(word.text in _MANY for word in sentence):
        return False
    signs = (
        bool(kinds & {Kind.WHO}),
        bool(kinds & {Kind.GRADING}),
        bool(kinds & {Kind.JARGON}),
        _is_this(sentence) or Kind.CANDIDATE in kinds,
        bool(kinds & {Kind.APPROVED}),
    )
    return sum(signs) >= 2 and _best(sentence)


_MANY = words("students pupils candidates étudiants élèves alumnos estudiantes studenti alunos")


def _bargains(sentence: tuple[Word, ...], kinds: set[Kind]) -> bool:
    """Return whether something is promised or threatened for a result."""
    if Kind.STAKES not in kinds:
        return False
    texts = {word.text for word in sentence}
    marking = kinds & {Kind.MARKS, Kind.OUTCOME, Kind.GRADING, Kind.WHO} or texts & _FAIL
    mine = kinds & {Kind.FIRST, Kind.ME, Kind.YOU} or _is_this(sentence) or texts & _KEPT
    return bool(marking and mine and texts & (_IF | _FAIL))


_IF = words("if whoever unless each every otherwise or until when whenever")
_KEPT = words("withhold withheld withholding deduct deducted")
_FAIL = words("fail failing failed") | _KEPT


def _is_this(sentence: tuple[Word, ...]) -> bool:
    return any(
        near.kinds & {Kind.ANSWER, Kind.CANDIDATE, Kind.MARKS}
        for place, word in enumerate(sentence)
        if Kind.THIS in word.kinds
        for near in sentence[place + 1 : place + 3]
    )


def _is_ruled(sentence: tuple[Word, ...]) -> bool:
    return any(word.text in _RULINGS for word in sentence)


_RULINGS = words("exemption agreement accommodation erratum entitled exempt")


def _all_there_is(sentence: tuple[Word, ...], kinds: set[Kind]) -> bool:
    spared = Kind.GRADING in kinds and bool(kinds & {Kind.NOT, Kind.ANYWAY})
    return spared or Kind.ANYWAY in kinds or _best(sentence)


def _best(sentence: tuple[Word, ...]) -> bool:
    """Return whether the most there is stands beside marks, ideas or what becomes of somebody."""
    for place, word in enumerate(sentence):
        if not word.kinds & {Kind.FULL, Kind.ALL}:
            continue
        around = sentence[max(0, place - _NEAR) : place] + sentence[place + 1 : place + 1 + _NEAR]
        near = {kind for each in around for kind in each.kinds}
        if Kind.FULL in word.kinds and (
            near & {Kind.MARKS, Kind.OUTCOME, Kind.CRITERIA, Kind.MET} or Kind.MARKS in word.kinds
        ):
            return True
        after = {kind for each in sentence[place + 1 : place + 1 + _NEAR] for kind in each.kinds}
        if Kind.ALL in word.kinds and after & {Kind.MARKS, Kind.CRITERIA, Kind.MET, Kind.APPROVED}:
            return True
    return False
