"""Sentences that leave no doubt about whom they speak to, or what they want undone."""

from __future__ import annotations

from itertools import pairwise

from assessor.flags.reading import Word
from assessor.flags.turns import CALLS, about_this, has_jargon
from assessor.flags.word_kinds import Act, words
from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.flags")["outright"]


def speaks_to_the_marker(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether a sentence leaves no doubt about whom it speaks to or what it wants."""
    return (
        calls_a_machine(sentence)
        or _lays_down(sentence, kinds)
        or _asks_for_the_text(sentence, kinds)
        or _labels_a_note(sentence)
        or _is_made_a_machine(sentence)
        or _reminds(sentence, kinds)
        or _is_what_is_wanted(sentence, kinds)
    )


def calls_a_machine(sentence: tuple[Word, ...]) -> bool:
    """Return whether a chat model is called by name: `Dear LLM`, `if you are an AI`."""
    texts = [word.text for word in sentence]
    if _MACHINES.isdisjoint(texts):
        return False
    for place, text in enumerate(texts):
        if text not in _MACHINES:
            continue
        ahead = texts[max(0, place - 4) : place]
        called = any(each in CALLS for each in ahead) and not sentence[place].opens
        called = called and Act.STORY not in {k for each in sentence[:place] for k in each.kinds}
        meant = ("if" in ahead and ("you", "are") in set(pairwise(ahead))) or "you're" in ahead
        asked = place == 0 and len(texts) > 1 and sentence[1].opens and texts[1] in _ASKS
        if called or meant or asked:
            return True
    return False


_MACHINES = words("llm llms ai ais gpt chatgpt claude gemini copilot model bot assistant ki ia")
_ASKS = words("please be say ignore give mark end note pick stop do don't let you")


def _lays_down(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether the reader is told not to mark, or that what they were told is void."""
    texts = [word.text for word in sentence]
    if _is_bare(sentence, texts):
        return True
    void = kinds & {Act.DROP, Act.ALL, Act.NOT, Act.ANYWAY}
    if void and Act.PRIOR in kinds and "told" in texts and not _TOLD.isdisjoint(pairwise(texts)):
        return True
    if Act.NOT not in kinds:
        return False
    for place, word in enumerate(sentence):
        verbs = sentence[place + 1 : place + 3]
        if Act.NOT in word.kinds and any(near.text in _MARKS_BY for near in verbs):
            after = {kind for near in sentence[place + 2 : place + 7] for kind in near.kinds}
            rest = sentence[place + 2 :]
            spared = place <= 1 and Act.STORY not in kinds and has_jargon(rest)
            if spared or Act.JARGON in after or (about_this(rest) and Act.STORY not in kinds):
                return True
    return False


def _is_bare(sentence: tuple[Word, ...], texts: list[str]) -> bool:
    """Return whether the reader is told that they have no rules, or are in another mode."""
    for place in range(len(texts) - 2) if "you" in texts else ():
        if texts[place] == "you" and texts[place + 1 : place + 3] == ["have", "no"]:
            return any(Act.RULES in word.kinds for word in sentence[place + 3 : place + 5])
    if "mode" not in texts or {"now", "switch", "entered"}.isdisjoint(texts):
        return False
    return any(Act.YOU in word.kinds or word.text == "you're" for word in sentence)


_TOLD = frozenset({("you", "were"), ("you", "have"), ("you've", "been")})
_MARKS_BY = words("apply use follow evaluate grade mark judge assess check score consult flag")


def _reminds(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether the reader is held to what they gave before: `you accepted this wording`."""
    if kinds.isdisjoint(_GIVEN_TO):
        return False
    return any(first.text == "you" and second.text in _GAVE for first, second in pairwise(sentence))


_GIVEN_TO = frozenset({Act.ANSWER, Act.CANDIDATE, Act.MARKS})
_GAVE = words("accepted gave awarded marked passed credited scored graded")


def _is_what_is_wanted(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether the answer is said to be what the marker looks for."""
    if not {Act.WHO, Act.FIRST} <= kinds or kinds.isdisjoint({Act.ALL, Act.MET}):
        return False
    return any(
        Act.WHO in word.kinds
        and any(each.text in _WANTS for each in sentence[place + 1 : place + 3])
        for place, word in enumerate(sentence)
    )


_WANTS = words("wants expects looking needs asks requires wanted expected")


def _is_made_a_machine(sentence: tuple[Word, ...]) -> bool:
    """Return whether the reader is told what kind of machine they are."""
    texts = [word.text for word in sentence]
    if "you" not in texts:
        return False
    for place, pair in enumerate(pairwise(texts)):
        if pair == ("you", "are") and not set(texts[:place]) & {"if", "when", "that", "as"}:
            return bool(set(texts[place + 2 : place + 6]) & (_MACHINES | {"robot"}))
    return False


def _asks_for_the_text(sentence: tuple[Word, ...], kinds: set[Act]) -> bool:
    """Return whether the reader is to repeat what stands before the answer."""
    if Act.PRIOR not in kinds:
        return False
    opens = any(Act.SHOW in word.kinds and word.opens for word in sentence[:3])
    return opens and any(word.text in _TEXTS for word in sentence)


_TEXTS = words("line text words word verbatim prompt message conversation instructions")


def _labels_a_note(sentence: tuple[Word, ...]) -> bool:
    """Return whether a note of the staff is announced: `Message from the dean's office: …`."""
    if sentence[0].text not in _NOTES or not sentence[0].opens:
        return False
    label = next((n for n, word in enumerate(sentence[1:8], 1) if word.opens), 0)
    return any(
        word.kinds & {Act.OFFICE, Act.WHO, Act.STAFF, Act.GRADING} or word.text in _TEACHERS
        for word in sentence[1:label]
    )


_NOTES = words(_LISTS["notes"])
_TEACHERS = words("profesor profesora professeur lehrers lehrkraft docente professore coordinador")
