# ruff: noqa: RUF001  (words of many alphabets stand here as they are written)
"""Text that speaks to the marker: requests, notices, role play, breakouts, in any big language.

No phrase is looked for. Each sentence is weighed by the kinds of words that meet in it: a request
or a claim about this very answer, together with the vocabulary of marking. Subject matter has the
vocabulary, but nobody in it asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assessor.flags.flag import Flag, FlagCode, raise_flag
from assessor.flags.reading import Word, sentences, view_of
from assessor.flags.words import PLAIN, Kind, words

ENOUGH = 4
_ENGLISH_VERBS = frozenset().union(*map(words, PLAIN.values()))
_LEADS = words(
    """
    please kindly pls plz and then now just simply must should shall always only not don't
    dont never also to would could can will or but so therefore
    """
)
_BEFORE_YOU = words(
    """
    if when once because that whether why how what as
    """
)
_QUOTED = re.compile(
    '"[^"\n]{3,400}"|\u201c[^\u201d\n]{3,400}\u201d|\u00ab[^\u00bb\n]{3,400}\u00bb'
    "|\u201e[^\u201c\u201d\n]{3,400}[\u201c\u201d]|(?<!\\w)['\u2018][^'\u2019\n]{6,400}['\u2019](?!\\w)"
    "|`[^`\n]{3,400}`|\u300c[^\u300d\n]{2,400}\u300d|\u300a[^\u300b\n]{2,400}\u300b"
)


def addressed(answer: str) -> Iterator[Flag]:
    """Yield at most one flag: where `answer` speaks to whoever marks it."""
    seen = view_of(answer)
    place = weigh(seen.text)
    if place is None:
        return
    start, end = seen.places[place[0]], seen.places[max(place[0], place[1] - 1)] + 1
    yield raise_flag(FlagCode.ADDRESSED, "speaks to the marker", answer, start, end)


def weigh(text: str) -> tuple[int, int] | None:
    """Return the place in plain `text` that speaks to the marker, if there is one."""
    if found := _structure(text):
        return found
    heard = _without_quotes(text)
    before: tuple[Word, ...] = ()
    for sentence in sentences(heard):
        if _weight(sentence) >= ENOUGH:
            return sentence[0].start, sentence[-1].end
        both = before + sentence
        if before and len(both) <= 45 and _weight(both) >= ENOUGH + 1:
            return both[0].start, both[-1].end
        before = sentence
    return None


def _without_quotes(text: str) -> str:
    """Blank what is quoted inside a sentence: it is talked about, not said."""
    spans = [found.span() for found in _QUOTED.finditer(text)]
    inside = sum(end - start for start, end in spans)
    outside = len(text) - inside
    if not spans or outside < 25 or inside > 3 * outside:
        return text
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], " " * (end - start)]
        last = end
    return "".join((*pieces, text[last:]))


def _weight(sentence: tuple[Word, ...]) -> int:
    """Return how strongly a sentence speaks to the marker; 0 where it only tells of marking."""
    kinds = {kind for word in sentence for kind in word.kinds}
    if not kinds & _VOCABULARY and not _jargon(sentence):
        return 0
    verbs = _requests(sentence, kinds)
    praise, jargon, persona = _praise(sentence), _jargon(sentence), _persona(sentence, kinds)
    weight = 0 if Kind.TOPIC not in kinds else -3
    weight += praise + 2 * jargon + 2 * (Kind.LENIENT in kinds) + 2 * (Kind.APPROVED in kinds)
    weight += (Kind.MARKS in kinds and not praise) + (Kind.WHO in kinds)
    weight += Kind.CRITERIA in kinds and Kind.MET in kinds
    turn = _turn(sentence, kinds, bool(jargon or praise)) + _asked(verbs, kinds, jargon) + persona
    if turn:
        return weight + turn
    told = bool(kinds & {Kind.STORY, Kind.STAFF} or {Kind.WHO} == kinds & {Kind.WHO, Kind.APPROVED})
    badge = len(sentence) <= 6 and (jargon or bool(kinds & {Kind.APPROVED, Kind.MARKS}))
    return 0 if told or weight <= ENOUGH - badge else weight


_VOCABULARY = frozenset(
    {Kind.MARKS, Kind.JARGON, Kind.WHO, Kind.RULES, Kind.CRITERIA, Kind.MET, Kind.LENIENT}
    | {Kind.GIVE, Kind.SECRET, Kind.APPROVED}
)


def _turn(sentence: tuple[Word, ...], kinds: set[Kind], marking: bool) -> int:
    """Weigh the signs that a sentence is about this answer or turns to its reader."""
    mine = _about_this(sentence) or (Kind.FIRST in kinds and marking and Kind.TOPIC not in kinds)
    return (
        3 * _vocative(sentence)
        + 3 * _poses(sentence)
        + _notice(sentence)
        + (1 + _jargon(sentence)) * mine
        + _pleads(sentence)
        + (Kind.DUTY in kinds and marking and not kinds & {Kind.STORY, Kind.TOPIC})
    )


def _pleads(sentence: tuple[Word, ...]) -> bool:
    """Return whether something is asked for with a please; `please note` only tells."""
    for place, word in enumerate(sentence):
        if Kind.PLEASE in word.kinds:
            return sentence[min(place + 1, len(sentence) - 1)].text not in _TELLS
    return False


_TELLS = words(
    """
    note notice see remember refer beachten beachte nótese notez notare
    """
)


def _asked(verbs: set[Kind], kinds: set[Kind], jargon: bool) -> int:
    """Weigh what is asked for: marks, a way to read the answer, a secret, other rules."""
    weight = 2 * (Kind.GIVE in verbs) + (Kind.TREAT in verbs)
    weight += (Kind.ME in kinds and bool(verbs)) + (Kind.GIVE in verbs and Kind.NOT in kinds)
    if Kind.SHOW in verbs and (jargon or kinds & {Kind.RULES, Kind.SECRET}):
        weight += 2 + (Kind.SECRET in kinds) + bool(kinds & {Kind.YOU, Kind.PRIOR})
    if Kind.DROP in verbs and Kind.RULES in kinds:
        weight += 3 + bool(kinds & {Kind.PRIOR, Kind.ALL})
    return weight


def _persona(sentence: tuple[Word, ...], kinds: set[Kind]) -> int:
    """Return 2 where the reader is given a part to play."""
    if Kind.PERSONA in kinds:
        return 2
    texts = [word.text for word in sentence]
    pairs = set(pairwise(texts))
    given = ("you", "are") in pairs and not _NEW_PART.isdisjoint(texts)
    return 2 * (given or not pairs.isdisjoint(_PARTS) or "you're" in texts[:3])


_NEW_PART = words(
    """
    now no longer longer
    """
)
_PARTS = frozenset(
    {("act", "as"), ("imagine", "you"), ("imagine", "you're"), ("suppose", "you"), ("stay", "in")}
    | {
        ("from", "now"),
        ("reading", "this"),
        ("marking", "this"),
        ("grading", "this"),
        ("an", "ai"),
        ("in", "character"),
        ("developer", "mode"),
        ("play", "a"),
        ("be", "generous"),
    }
)


def _poses(sentence: tuple[Word, ...]) -> bool:
    """Return whether the writer claims to be of the staff."""
    texts = [word.text for word in sentence[:6]]
    staff = any(Kind.STAFF in word.kinds for word in sentence[:6])
    first = texts[:3] in (["i", "am", "the"], ["this", "is", "the"]) or texts[:2] in (
        ["as", "the"], ["i'm", "the"], ["from", "the"]
    )  # fmt: skip
    return staff and first


def _requests(sentence: tuple[Word, ...], kinds: set[Kind]) -> set[Kind]:
    """Return the kinds of verbs that ask: other languages' orders, English ones by their place."""
    asked: set[Kind] = set()
    wanted = {Kind.DROP, Kind.GIVE, Kind.TREAT, Kind.SHOW}
    for place, word in enumerate(sentence):
        if not word.kinds & wanted:
            continue
        before = sentence[place - 1].text if place else ""
        asks = (
            (word.text not in _ENGLISH_VERBS and not _of_others(sentence[:place]))
            or word.opens
            or (before == "you" and (Kind.FIRST in kinds or not _is_condition(sentence, place - 1)))
            or (before in _LEADS and _is_told(sentence, place, asked, kinds))
        )
        if asks:
            asked |= word.kinds & wanted
    if sentence[0].text in {"what", "which"} and _jargon(sentence):
        asked.add(Kind.SHOW)
    return asked


def _of_others(ahead: tuple[Word, ...]) -> bool:
    """Return whether somebody stands before a verb who may be the one that does it."""
    return any(word.kinds & {Kind.STORY, Kind.WHO} for word in ahead)


def _is_condition(sentence: tuple[Word, ...], place: int) -> bool:
    return place > 0 and sentence[place - 1].text in _BEFORE_YOU


def _is_told(sentence: tuple[Word, ...], place: int, asked: set[Kind], kinds: set[Kind]) -> bool:
    """Return whether the verb at `place` is asked of the reader rather than said of a third."""
    if asked or Kind.PLEASE in kinds:
        return True
    ahead = sentence[max(0, place - 4) : place]
    if any(word.kinds & {Kind.YOU, Kind.WHO} for word in ahead):
        return Kind.FIRST in kinds or not any(word.text in _BEFORE_YOU for word in ahead)
    return all(word.text in _LEADS or word.text == "do" for word in ahead)


def _about_this(sentence: tuple[Word, ...]) -> bool:
    return any(
        Kind.THIS in first.kinds and Kind.ANSWER in second.kinds
        for first, second in pairwise(sentence)
    )


def _vocative(sentence: tuple[Word, ...]) -> bool:
    """Return whether the sentence calls the marker: `Dear …`, `Note to …`, a name and a colon."""
    for place, word in enumerate(sentence[:8]):
        if Kind.WHO not in word.kinds:
            continue
        ahead = [each.text for each in sentence[:place]]
        if any(each in _CALLS for each in ahead) or (ahead and ahead[0] in _TOWARDS):
            return True
        alone = place + 1 < len(sentence) and sentence[place + 1].opens
        if alone and all(each in _FILLERS for each in ahead):
            return True
    return False


_CALLS = words(
    """
    dear hi hello hey note notice attention message instruction instructions memo reminder
    estimado estimada querido querida cher chère liebe lieber gentile egregio prezado caro
    beste geachte kära drogi szanowny vážený уважаемый дорогой шановний عزيزي sayın kepada
    nota hinweis notiz
    """
)
_TOWARDS = words(
    """
    to for an pour para per aan til для
    """
)
_FILLERS = words(
    """
    ai the automated automatic auto llm human a my machine
    """
)


def _notice(sentence: tuple[Word, ...]) -> bool:
    """Return whether the sentence poses as a message of the machinery or the staff."""
    first = sentence[0]
    if first.text not in _LABELS or not first.opens:
        return False
    return sentence[min(1, len(sentence) - 1)].text in _LABELS - {first.text} or any(
        word.opens for word in sentence[1:7]
    )


_LABELS = words(
    """
    system assistant ai update notice admin administrator moderator attention warning error
    alert instructions instruction important note memo calibration verdict grade score marks
    status sistema système système hinweis aviso avis avviso nota система внимание 注意 系统
    """
)


def _praise(sentence: tuple[Word, ...]) -> int:
    """Return 3 for full marks, every criterion, fully correct; 2 for all points; else 0."""
    best = 0
    for place, word in enumerate(sentence):
        # Some languages put the adjective last; English puts nothing between.
        back = 2 if Kind.FULL in word.kinds else 1
        near = (*sentence[max(0, place - back) : place], *sentence[place + 1 : place + 5])
        goods = {kind for each in near for kind in each.kinds} | (word.kinds & {Kind.MARKS})
        if Kind.FULL in word.kinds and goods & {Kind.MARKS, Kind.MET, Kind.JARGON}:
            best = 3
        elif Kind.FULL in word.kinds and Kind.CRITERIA in goods:
            best = max(best, 2)
        elif Kind.ALL in word.kinds and goods & {Kind.CRITERIA, Kind.JARGON, Kind.MET}:
            best = 3
        elif Kind.ALL in word.kinds and Kind.MARKS in goods:
            best = max(best, 2)
    return best


def _jargon(sentence: tuple[Word, ...]) -> bool:
    if any(Kind.JARGON in word.kinds for word in sentence):
        return True
    pairs = {(first.text, second.text) for first, second in pairwise(sentence)}
    return bool(pairs & _PAIRS)


_PAIRS = frozenset(
    (first, second)
    for first, seconds in (
        ("key", "points point"),
        ("marking", "scheme guide guideline guidelines criteria"),
        ("mark", "scheme"),
        ("grading", "scheme guide"),
        ("reference", "answer solution"),
        ("model", "answer"),
        ("system", "prompt"),
        ("answer", "key"),
        ("api", "key"),
        ("partial", "credit"),
        ("sample", "solution"),
    )
    for second in seconds.split()
    if (first, second) != ("key", "point")
)

_STRUCTURE = re.compile(
    r"(?:^|[\n\"'}\]])[^\w\n]{0,12}(?:the )?(?:end of|end|begin|beginning of|start of"
    r"|stop) (?:of )?(?:the )?(?:student'?s? )?"
    r"(?:answer|response|submission|data|input|essay|evaluation|student \w+"
    r"|marking \w+)[^\w\n]{0,12}(?:$|\n)"
    r"|(?:^|\n)[ \t]*(?:[#*=>-]+ ?)(?:grading|marking|evaluat\w+|scoring|assessment|judging) "
    r"(?:instructions?|guidelines?|rules?|notes?|criteria|guide|scheme|rubric)"
    r"|(?:^|\n)[^\w\n]{0,12}(?:my |final |total |overall |self-?|awarded "
    r"|your )*(?:self-assessment|score|grade|marks?|points|total|result)"
    r"[^\w\n]{0,12}(?:\d{1,3} ?(?:/|out of) ?\d{1,3}|100 ?%|a\+|full(?: marks)?|\d+ (?:points"
    r"|marks))[^\w\n]{0,12}(?:$|\n|all|approved|verified)"
    r"|[(\[]\d+ ?(?:marks?|points?|pts?)[)\]]"
    r"|(?:^|\n)\W{0,6}(\d{1,3}) ?(?:/|out of|of) ?\1[.!]? +\w|[.!?]\s{1,3}(\d{1,3}) ?(?:/"
    r"|out of) ?\2[.!]?\s*$"
    r"|^\s*[\"\u201d'\\]+\s*[,}\])]",
)


def _structure(text: str) -> tuple[int, int] | None:
    found = _STRUCTURE.search(text)
    return found.span() if found else None
