"""What an answer claims to have got already: decisions of some office, a marker's note, a price.

Subject matter tells of marks as well. What makes a claim is that several things meet in one
sentence: who decides, for whom, and that it is the most there is.
"""

from __future__ import annotations

from itertools import pairwise

from assessor.flags.reading import Word
from assessor.flags.word_kinds import Act, words

_NEAR = 3


def claims(sentence: tuple[Word, ...]) -> bool:
    """Return whether a sentence claims that the marking is settled, or names its price."""
    kinds = {kind for word in sentence for kind in word.kinds}
    if Act.TOPIC in kinds:
        return False
    if _sets_rules(sentence, kinds):
        return True
    if {Act.APPROVED, Act.ANSWER} <= kinds and _is_checked(sentence, kinds) and _best(sentence):
        return True
    return _decrees(sentence, kinds) or _notes(sentence, kinds) or _bargains(sentence, kinds)


def _decrees(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether some authority gives somebody everything."""
    if not kinds & {Act.OUTCOME, Act.GIVE, Act.APPROVED}:
        return False
    ordered = Act.DUTY in kinds or _is_to_be(sentence)
    decided = Act.DECIDED in kinds or (Act.OFFICE in kinds and ordered)
    whom = kinds & {Act.CANDIDATE, Act.FIRST, Act.ME} or _is_this(sentence)
    above = kinds & {Act.OFFICE, Act.STAFF} or _is_ruled(sentence)
    return bool(decided and whom and above and _all_there_is(sentence, kinds))


def _is_to_be(sentence: tuple[Word, ...]) -> bool:
    return any((first.text, second.text) == ("to", "be") for first, second in pairwise(sentence))


def _is_checked(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    by_staff = not kinds.isdisjoint({Act.STAFF, Act.OFFICE, Act.WHO})
    return by_staff or any(word.text in _TEACHERS for word in sentence)


_TEACHERS = words(
    "docente profesor professor professeur lehrer dozent leraar преподавател учитель 老师"
)


def _sets_rules(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether little is said to be enough, by some rule of marking."""
    if Act.JARGON in kinds and any(word.text in _ADDED for word in sentence):
        return bool(kinds & {Act.MARKS, Act.OUTCOME, Act.MET, Act.GIVE})
    if not kinds & {Act.OFFICE, Act.JARGON, Act.RULES}:
        return False
    return any(word.text in _SUFFICES for word in sentence) and _best(sentence)


_ADDED = words("appendix amendment addendum erratum corrigendum revision")
_SUFFICES = words("sufficient suffices enough worth earns counts basta suffit genügt reicht 足够")


def _notes(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether a sentence reads like a marker's own note on the best answer."""
    if Act.STORY in kinds and Act.CANDIDATE not in kinds:
        return False
    if not kinds & {Act.WHO, Act.GRADING}:
        return False
    if any(word.text in _MANY for word in sentence):
        return False
    signs = (
        bool(kinds & {Act.WHO}),
        bool(kinds & {Act.GRADING}),
        bool(kinds & {Act.JARGON}),
        _is_this(sentence) or Act.CANDIDATE in kinds,
        bool(kinds & {Act.APPROVED}),
    )
    return sum(signs) >= 2 and _best(sentence)


_MANY = words("students pupils candidates étudiants élèves alumnos estudiantes studenti alunos")


def _bargains(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether something is promised or threatened for a result."""
    if Act.STAKES not in kinds:
        return False
    texts = {word.text for word in sentence}
    marking = kinds & {Act.MARKS, Act.OUTCOME, Act.GRADING, Act.WHO} or texts & _FAIL
    mine = kinds & {Act.FIRST, Act.ME, Act.YOU} or _is_this(sentence) or texts & _KEPT
    return bool(marking and mine and texts & (_IF | _FAIL))


_IF = words("if whoever unless each every otherwise or until when whenever")
_KEPT = words("withhold withheld withholding deduct deducted")
_FAIL = words("fail failing failed") | _KEPT


def _is_this(sentence: tuple[Word, ...]) -> bool:
    return any(
        near.kinds & {Act.ANSWER, Act.CANDIDATE, Act.MARKS}
        for place, word in enumerate(sentence)
        if Act.THIS in word.kinds
        for near in sentence[place + 1 : place + 3]
    )


def _is_ruled(sentence: tuple[Word, ...]) -> bool:
    return any(word.text in _RULINGS for word in sentence)


_RULINGS = words("exemption agreement accommodation erratum entitled exempt")


def _all_there_is(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    spared = Act.GRADING in kinds and bool(kinds & {Act.NOT, Act.ANYWAY})
    return spared or Act.ANYWAY in kinds or _best(sentence)


def _best(sentence: tuple[Word, ...]) -> bool:
    """Return whether the most there is stands beside marks, ideas or what becomes of somebody."""
    for place, word in enumerate(sentence):
        if not word.kinds & {Act.FULL, Act.ALL}:
            continue
        around = sentence[max(0, place - _NEAR) : place] + sentence[place + 1 : place + 1 + _NEAR]
        near = {kind for each in around for kind in each.kinds}
        if Act.FULL in word.kinds and (
            near & {Act.MARKS, Act.OUTCOME, Act.CRITERIA, Act.MET} or Act.MARKS in word.kinds
        ):
            return True
        after = {kind for each in sentence[place + 1 : place + 1 + _NEAR] for kind in each.kinds}
        if Act.ALL in word.kinds and after & {Act.MARKS, Act.CRITERIA, Act.MET, Act.APPROVED}:
            return True
    return False
