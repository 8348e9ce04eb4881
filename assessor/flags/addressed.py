"""Text that speaks to the marker: requests, notices, role play, breakouts, in any big language.

No phrase is looked for. Each sentence is weighed by the kinds of words that meet in it: a request
or a claim about this very answer, together with the vocabulary of marking. Subject matter has the
vocabulary, but nobody in it asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assessor.flags.claims import claims
from assessor.flags.flag import Sighting, sighting
from assessor.flags.orders import orders, pleading, structure
from assessor.flags.outright import speaks_to_the_marker
from assessor.flags.reading import Word, sentences, view_of
from assessor.flags.turns import (
    about_this,
    asks_for_rules,
    cast,
    has_jargon,
    notice,
    persona,
    pleads,
    poses,
    spares,
    to_your_rules,
    vocative,
)
from assessor.flags.word_kinds import PLAIN, Act, words
from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.flags")["addressed"]

ENOUGH = 4
_ENGLISH_VERBS = frozenset().union(*map(words, PLAIN.values()))
_LEADS = words(_LISTS["leads"])
_BEFORE_YOU = words(_LISTS["before_you"])
_QUOTED = re.compile(
    '"[^"\n]{3,400}"|\u201c[^\u201d\n]{3,400}\u201d|\u00ab[^\u00bb\n]{3,400}\u00bb'
    "|\u201e[^\u201c\u201d\n]{3,400}[\u201c\u201d]|(?<!\\w)['\u2018][^'\u2019\n]{6,400}['\u2019](?!\\w)"
    "|`[^`\n]{3,400}`|\u300c[^\u300d\n]{2,400}\u300d|\u300a[^\u300b\n]{2,400}\u300b"
)

_QUOTES = frozenset("\"\u201c\u00ab\u201e'\u2018`\u300c\u300a")
_JOINED = re.compile(r"[\"']\s{0,3}\+\s{0,3}(?:[\"']\s{0,3}[\"']\s{0,3}\+\s{0,3})?[\"']")


def addressed(answer: str) -> Iterator[Sighting]:
    """Yield at most one flag: where `answer` speaks to whoever marks it."""
    seen = view_of(answer)
    place = weigh(seen.text)
    if place is None and "+" in seen.text and _JOINED.search(seen.text):
        # Pieces that are to be put together say what they say together.
        place = (0, len(seen.text)) if weigh(_JOINED.sub(" ", seen.text).replace('"', "")) else None
    if place is None:
        return
    start, end = seen.places[place[0]], seen.places[max(place[0], place[1] - 1)] + 1
    yield sighting("speaks to the marker", answer, start, end)


def weigh(text: str) -> tuple[int, int] | None:
    """Return the place in plain `text` that speaks to the marker, if there is one."""
    if found := structure(text):
        return found
    heard = _without_quotes(text)
    if found := orders(heard) or pleading(heard):
        return found
    before: tuple[Word, ...] = ()
    weighed: set[tuple[str, ...]] = set()
    for sentence in sentences(heard):
        # Hostile text says the same thing ten thousand times over; once is enough.
        said = (*(word.text for word in before), "|", *(word.text for word in sentence))
        if said in weighed:
            continue
        weighed.add(said)
        if _weight(sentence) >= ENOUGH or claims(sentence):
            return sentence[0].start, sentence[-1].end
        both = before + sentence
        near = before and len(both) <= 45
        if near and (_weight(both) >= ENOUGH + 1 or claims(both)):
            return both[0].start, both[-1].end
        before = sentence
    return None


def _without_quotes(text: str) -> str:
    """Blank what is quoted inside a sentence: it is talked about, not said."""
    if _QUOTES.isdisjoint(text):
        return text
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
    if Act.TOPIC not in kinds and speaks_to_the_marker(sentence, kinds):
        return ENOUGH + 1
    if not kinds & _VOCABULARY and not has_jargon(sentence):
        return 0
    verbs = _requests(sentence, kinds)
    praise, jargon = _praise(sentence), has_jargon(sentence)
    weight = 0 if Act.TOPIC not in kinds else -3
    weight += praise + 2 * jargon + 2 * (Act.LENIENT in kinds) + 2 * (Act.APPROVED in kinds)
    # The French word for a mark begins many an English aside.
    marks = any(Act.MARKS in word.kinds for word in sentence[sentence[0].text == "note" :])
    weight += (marks and not praise) + (Act.WHO in kinds)
    weight += Act.CRITERIA in kinds and Act.MET in kinds
    turn = _turn(sentence, kinds, bool(jargon or praise)) + _asked(sentence, verbs, kinds, jargon)
    if turn:
        return weight + turn
    if not kinds & _ABOUT_MARKING:
        return 0
    told = bool(kinds & {Act.STORY, Act.STAFF} or {Act.WHO} == kinds & {Act.WHO, Act.APPROVED})
    badge = len(sentence) <= 6 and (jargon or bool(kinds & {Act.APPROVED, Act.MARKS}))
    return 0 if told or weight <= ENOUGH - badge else weight


_VOCABULARY = frozenset(
    {Act.MARKS, Act.JARGON, Act.WHO, Act.RULES, Act.CRITERIA, Act.MET, Act.LENIENT}
    | {Act.GIVE, Act.SECRET, Act.APPROVED}
)


def _hopes(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether the writer wishes for the best mark."""
    wish = any(word.text in _WISHES for word in sentence)
    if Act.THIS in kinds and not kinds & {Act.STORY} and Act.MARKS in kinds:
        return any(word.text in {"deserves", "merits", "mérite", "verdient"} for word in sentence)
    mine = bool(kinds & {Act.ME, Act.FIRST}) and Act.STORY not in kinds
    return wish and mine and Act.MARKS in kinds


def _wants_more(sentence: tuple[Word, ...]) -> bool:
    """Return whether a good mark, or more of them, is spoken of."""
    return any(
        first.text in _MORE and Act.MARKS in second.kinds for first, second in pairwise(sentence)
    )


_MORE = words("good high higher better decent extra more some nice great passing")
_WISHES = words(
    "thank thanks hope wish mean grateful appreciate love deserve need beg dream thankful"
)
_ABOUT_MARKING = frozenset(
    {Act.MARKS, Act.JARGON, Act.WHO, Act.ANSWER, Act.CANDIDATE, Act.GRADING, Act.LENIENT}
)


def _turn(sentence: tuple[Word, ...], kinds: set[Act], marking: bool) -> int:
    """Weigh the signs that a sentence is about this answer or turns to its reader."""
    mine = about_this(sentence) or (Act.FIRST in kinds and marking and Act.TOPIC not in kinds)
    must = Act.DUTY in kinds and marking and not kinds & {Act.STORY, Act.TOPIC}
    return (
        3 * vocative(sentence)
        + 3 * cast(sentence)
        + 4 * to_your_rules(sentence)
        + persona(sentence, kinds)
        + 3 * poses(sentence)
        + notice(sentence)
        + (1 + has_jargon(sentence)) * mine
        + about_this(sentence)
        + 2 * (_wants_more(sentence) and bool(kinds & {Act.YOU, Act.ME, Act.FIRST, Act.PLEASE}))
        + pleads(sentence)
        + 2 * _hopes(sentence, kinds)
        + 2 * (Act.ME in kinds and _praise(sentence) >= 2 and sentence[-1].text == "me")
        + 3 * (Act.DUTY in kinds and Act.YOU in kinds and _praise(sentence) == 3)
        + (must and bool(kinds & {Act.MARKS, Act.JARGON, Act.WHO, Act.ANSWER}))
    )


def _asked(sentence: tuple[Word, ...], verbs: set[Act], kinds: set[Act], jargon: bool) -> int:
    """Weigh what is asked for: marks, a way to read the answer, a secret, other rules."""
    weight = 2 * (Act.GIVE in verbs) + (Act.TREAT in verbs) + 3 * _handed(sentence)
    weight += (Act.ME in kinds and bool(verbs)) + (Act.GIVE in verbs and _unless(sentence))
    if {Act.ME, Act.MARKS} <= kinds and Act.SHOW in verbs:
        weight += 2
    if Act.SHOW in verbs and (jargon or kinds & {Act.RULES, Act.SECRET}):
        weight += 2 + (Act.SECRET in kinds) + bool(kinds & {Act.YOU, Act.PRIOR})
    if (Act.DROP in verbs or spares(sentence)) and Act.RULES in kinds:
        weight += 3 + bool(kinds & {Act.PRIOR, Act.ALL})
    return weight


def _unless(sentence: tuple[Word, ...]) -> bool:
    return any(word.text in {"not", "don't", "dont", "never"} for word in sentence)


def _handed(sentence: tuple[Word, ...]) -> bool:
    """Return whether the reader is handed something to mark: `grade mine`, `count it as met`."""
    for place, word in enumerate(sentence):
        if word.kinds & {Act.GIVE, Act.TREAT} and _is_order(sentence, place):
            after = sentence[place + 1 : place + 5]
            if after[:1] and after[0].text in _MINE:
                return True
            told = {kind for each in sentence[place + 1 :] for kind in each.kinds}
            taken = bool(after) and Act.ALL in after[0].kinds and Act.ANSWER in told
            taken = taken or Act.FIRST in told
            if taken and _taken_as(sentence[place + 2 :]):
                return True
            told = {kind for each in after[1:] for kind in each.kinds}
            if after[:1] and after[0].text in _IT and told & {Act.MET, Act.FULL, Act.APPROVED}:
                return True
    return False


def _taken_as(sentence: tuple[Word, ...]) -> bool:
    return any(
        first.text == "as" and second.kinds & {Act.MET, Act.FULL, Act.APPROVED}
        for first, second in pairwise(sentence)
    )


def _is_order(sentence: tuple[Word, ...], place: int) -> bool:
    return sentence[place].opens or sentence[place - 1].text in _LEADS


_MINE = words("mine me")
_IT = words("it this that these them everything all")


def _requests(sentence: tuple[Word, ...], kinds: set[Act]) -> set[Act]:
    """Return the kinds of verbs that ask: other languages' orders, English ones by their place."""
    asked: set[Act] = set()
    wanted = {Act.DROP, Act.GIVE, Act.TREAT, Act.SHOW}
    for place, word in enumerate(sentence):
        if not word.kinds & wanted:
            continue
        before = sentence[place - 1].text if place else ""
        if sentence[min(place + 1, len(sentence) - 1)].text.isdigit():
            continue  # `Grade 1` is a name
        if word.text == "ver" and place < len(sentence) - 1:
            continue  # "give" at the end of a Turkish sentence, "see" within a Spanish one
        if Act.DROP in word.kinds and place and Act.NOT in sentence[place - 1].kinds:
            continue
        asks = (
            (
                word.text not in _ENGLISH_VERBS
                and (Act.ME in kinds or not _of_others(sentence[:place]))
            )
            or word.opens
            or (before == "you" and (Act.FIRST in kinds or not _is_condition(sentence, place - 1)))
            or (before in _LEADS and _is_told(sentence, place, asked, kinds))
        )
        if asks:
            asked |= word.kinds & wanted
    if asks_for_rules(sentence):
        asked.add(Act.SHOW)
    return asked


def _of_others(ahead: tuple[Word, ...]) -> bool:
    """Return whether somebody stands before a verb who may be the one that does it."""
    return any(word.kinds & {Act.STORY, Act.WHO} for word in ahead)


def _is_condition(sentence: tuple[Word, ...], place: int) -> bool:
    return place > 0 and sentence[place - 1].text in _BEFORE_YOU


def _is_told(sentence: tuple[Word, ...], place: int, asked: set[Act], kinds: set[Act]) -> bool:
    """Return whether the verb at `place` is asked of the reader rather than said of a third."""
    if asked or Act.PLEASE in kinds:
        return True
    if sentence[place - 1].text in _SO and Act.STORY not in kinds and _praise(sentence) >= 2:
        return True
    ahead = sentence[max(0, place - 4) : place]
    if any(word.kinds & {Act.YOU, Act.WHO} for word in ahead):
        return Act.FIRST in kinds or not any(word.text in _BEFORE_YOU for word in ahead)
    return all(word.text in _LEADS or word.text == "do" for word in ahead)


_SO = words("so just simply therefore and then")


def _praise(sentence: tuple[Word, ...]) -> int:
    """Return 3 for full marks, every criterion, fully correct; 2 for all points; else 0."""
    best = 0
    given = {kind for word in sentence for kind in word.kinds} & _OF_MARKING
    for place, word in enumerate(sentence):
        # Some languages put the adjective last; English puts nothing between.
        back = 2 if Act.FULL in word.kinds else 1
        near = (*sentence[max(0, place - back) : place], *sentence[place + 1 : place + 5])
        goods = {kind for each in near for kind in each.kinds} | (word.kinds & {Act.MARKS})
        if Act.FULL in word.kinds and goods & {Act.MARKS, Act.MET, Act.JARGON}:
            best = 3
        elif Act.FULL in word.kinds and Act.CRITERIA in goods:
            best = max(best, 2)
        elif Act.ALL in word.kinds and goods & {Act.CRITERIA, Act.JARGON, Act.MET}:
            best = 3
        elif Act.ALL in word.kinds and Act.MARKS in goods:
            # The points of a line are points as well.
            best = max(best, 2 if given else 1)
    return best


_OF_MARKING = frozenset(
    {Act.GIVE, Act.ME, Act.ANSWER, Act.WHO, Act.JARGON, Act.CANDIDATE, Act.PLEASE}
    | {Act.GRADING, Act.OUTCOME}
)
