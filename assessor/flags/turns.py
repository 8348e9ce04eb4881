"""Signs that a sentence turns to whoever marks it, or is about this very answer."""

from __future__ import annotations

from itertools import pairwise

from assessor.flags.reading import Word
from assessor.flags.word_kinds import Act, words
from assessor.wordlists import names_in, word_lists

_LISTS = word_lists("assessor.flags")["turns"]


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset((first, second) for first, second in map(str.split, names_in(text)))


CALLS = words(_LISTS["calls"])


def pleads(sentence: tuple[Word, ...]) -> bool:
    """Return whether something is asked for with a please; `please note` only tells."""
    for place, word in enumerate(sentence):
        if Act.PLEASE in word.kinds:
            return sentence[min(place + 1, len(sentence) - 1)].text not in _TELLS
    return False


_TELLS = words(_LISTS["tells"])


def persona(sentence: tuple[Word, ...], kinds: set[Act]) -> int:
    """Return 2 where the reader is given a part to play."""
    if Act.PERSONA in kinds and (Act.STORY not in kinds or Act.YOU in kinds):
        return 2
    texts = [word.text for word in sentence]
    pairs = set(pairwise(texts))
    given = ("you", "are") in pairs and not _NEW_PART.isdisjoint(texts)
    return 2 * (given or not pairs.isdisjoint(_PARTS) or "you're" in texts[:3])


_NEW_PART = words(_LISTS["new_part"])
_PARTS = _pairs(_LISTS["parts"])


def cast(sentence: tuple[Word, ...]) -> bool:
    """Return whether the reader is told that they are, or no longer are, the marker."""
    if not set(pairwise(word.text for word in sentence[:4])).isdisjoint(_YOU_ARE):
        return any(Act.WHO in word.kinds for word in sentence[:10])
    if any(_is_part(sentence, place) for place in range(len(sentence))):
        return True
    you = next((n for n, word in enumerate(sentence[:4]) if Act.YOU in word.kinds), None)
    if you is None or any(word.text in _CONDITIONS for word in sentence[:you]):
        return False
    return any(Act.WHO in word.kinds for word in sentence[you + 1 : you + 8])


def _is_part(sentence: tuple[Word, ...], place: int) -> bool:
    """Return whether a part as a marker is given out: `act as an examiner who …`."""
    word = sentence[place]
    if word.text == "pretend" and word.opens:
        return any(Act.ANSWER in each.kinds for each in sentence[place + 1 : place + 4])
    part = word.text in {"simulate", "pretend"} or (
        word.text in {"act", "behave"}
        and [each.text for each in sentence[place + 1 : place + 2]] == ["as"]
    )
    return (
        part
        and word.opens
        and any(Act.WHO in each.kinds for each in sentence[place + 1 : place + 8])
    )


_YOU_ARE = _pairs(_LISTS["you_are"])
_CONDITIONS = words("if when because that whether si wenn als se als если 如果")


def to_your_rules(sentence: tuple[Word, ...]) -> bool:
    """Return whether the rules spoken of are the reader's own earlier ones."""
    if any(Act.STORY in word.kinds for word in sentence[:6]):
        return False
    return any(
        first.text == "your" and second.text in _EARLIER and Act.RULES in third.kinds
        for first, second, third in zip(sentence, sentence[1:], sentence[2:], strict=False)
    )


_EARLIER = words("previous prior earlier old initial original former existing current")


def asks_for_rules(sentence: tuple[Word, ...]) -> bool:
    """Return whether a question asks what the marker was told."""
    if sentence[0].text not in {"what", "which"}:
        return False
    kinds = {kind for word in sentence for kind in word.kinds}
    told = Act.YOU in kinds and bool(kinds & {Act.RULES, Act.SECRET})
    points = any(
        (first.text, second.text) == ("key", "point") for first, second in pairwise(sentence)
    )
    return told or has_jargon(sentence) or (points and Act.SECRET in kinds)


def spares(sentence: tuple[Word, ...]) -> bool:
    """Return whether the marking itself is to be left undone: `do not evaluate`."""
    return any(
        Act.NOT in word.kinds
        and any(near.text.startswith(_MARKING_VERBS) for near in sentence[place + 1 : place + 3])
        for place, word in enumerate(sentence)
    )


_MARKING_VERBS = tuple(words(_LISTS["marking_verbs"]))


def poses(sentence: tuple[Word, ...]) -> bool:
    """Return whether the writer claims to be of the staff."""
    texts = [word.text for word in sentence[:6]]
    staff = any(
        Act.STAFF in word.kinds
        or (word.text in {"judge", "grader", "examiner", "marker"} and texts[:2] == ["as", "the"])
        for word in sentence[:6]
    )
    first = texts[:3] in (["i", "am", "the"], ["this", "is", "the"]) or texts[:2] in (
        ["as", "the"], ["i'm", "the"], ["from", "the"]
    )  # fmt: skip
    return staff and first


def about_this(sentence: tuple[Word, ...]) -> bool:
    """Return whether a sentence speaks of this answer."""
    if any(
        Act.THIS in first.kinds and Act.ANSWER in second.kinds
        for first, second in pairwise(sentence)
    ):
        return True
    return [word.text for word in sentence[:2]] == ["this", "is"] and any(
        Act.ANSWER in word.kinds for word in sentence[2:5]
    )


def vocative(sentence: tuple[Word, ...]) -> bool:
    """Return whether the sentence calls the marker: `Dear …`, `Note to …`, a name and a colon."""
    for place, word in enumerate(sentence):
        if Act.WHO not in word.kinds or (place > 8 and not _is_for(sentence, place)):
            continue
        ahead = [each.text for each in sentence[:place]]
        if any(each in CALLS for each in ahead) or (ahead and ahead[0] in _TOWARDS):
            return True
        if _is_for(sentence, place):
            return True
        alone = place + 1 < len(sentence) and sentence[place + 1].opens
        if alone and all(each in _FILLERS for each in ahead):
            return True
    return False


def _is_for(sentence: tuple[Word, ...], place: int) -> bool:
    """Return whether something is meant for the marker: `the part for the evaluator: …`."""
    ahead = [word.text for word in sentence[max(0, place - 3) : place]]
    colon = place + 1 < len(sentence) and sentence[place + 1].opens
    return bool((colon and ahead and ahead[0] in {"for", "to"}) or ahead[-1:] == ["dear"])


_TOWARDS = words(_LISTS["towards"])
_FILLERS = words(_LISTS["fillers"])


def notice(sentence: tuple[Word, ...]) -> bool:
    """Return whether the sentence poses as a message of the machinery or the staff."""
    first = sentence[0]
    if first.text not in _LABELS or not first.opens:
        return False
    good = {Act.FULL, Act.MET, Act.APPROVED}
    if first.text in _RESULTS and not any(word.kinds & good for word in sentence[1:6]):
        return False
    return sentence[min(1, len(sentence) - 1)].text in _LABELS - {first.text} or any(
        word.opens for word in sentence[1:7]
    )


_RESULTS = words("verdict grade score marks status")
_LABELS = words(_LISTS["labels"])


def has_jargon(sentence: tuple[Word, ...]) -> bool:
    """Return whether a sentence uses words of marking guides."""
    if any(Act.JARGON in word.kinds for word in sentence):
        return True
    if not any(word.text in _FIRSTS for word in sentence):
        return False
    pairs = {(first.text, second.text) for first, second in pairwise(sentence)}
    return bool(pairs & _PAIRS)


_PAIRS = _pairs(_LISTS["jargon"])
_FIRSTS = frozenset(first for first, _ in _PAIRS)
