"""Answers that are alike are found without comparing each with each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from assessor import assist
from assessor.assist import ALIKE, BOTH, LEAST_LENGTH, RAREST, alike
from tests.engine.build import sentence

CHINESE = "标签数量翻倍并不能覆盖所有可能出现的情况因此模型仍然不知道该怎么做"


def copied(text: str, share: float, chance: random.Random) -> str:
    """The text with some of its characters changed, dropped or doubled."""
    letters = list(text)
    for _ in range(max(1, round(len(letters) * share))):
        place = chance.randrange(len(letters))
        letters[place] = chance.choice(("", "x", letters[place] * 2))
    return "".join(letters)


@pytest.mark.parametrize("seed", range(3))
def test_copies_are_found_as_if_each_was_compared_with_each(seed: int) -> None:
    """Every pair that is alike ends in one group, whatever was changed in the copy."""
    chance = random.Random(seed)
    own = [f"{sentence(n)} {sentence(n + 1)}" for n in range(0, 60, 2)]
    own += [CHINESE, "a lone line of twenty-six letters"]
    texts = own + [copied(text, chance.choice((0.005, 0.01, 0.02)), chance) for text in own]
    answers = {str(place): text for place, text in enumerate(texts)}

    groups = [set(group) for group in alike(answers)]

    pairs = [
        {one, two}
        for one, two in combinations(answers, 2)
        if fuzz.ratio(answers[one].casefold(), answers[two].casefold()) >= ALIKE
    ]
    assert len(pairs) > 20
    assert [pair for pair in pairs if not any(pair <= group for group in groups)] == []
    assert sum(len(group) for group in groups) == len({key for pair in pairs for key in pair})


def by_the_rule(answers: Mapping[str, str]) -> list[set[str]]:
    """The groups by the rule as it is written: each answer beside those before it that hold some
    of its rarest pieces, whatever their letters are."""
    folded = {key: assist._fold(text) for key, text in answers.items()}
    folded = {key: text for key, text in folded.items() if len(text) >= LEAST_LENGTH}
    pieces = {key: assist._pieces(text) for key, text in folded.items()}
    spread = Counter(piece for own in pieces.values() for piece in own)
    groups = [{key} for key in folded]
    for place, key in enumerate(folded):
        shared = sorted((spread[piece], piece) for piece in pieces[key] if spread[piece] > 1)
        least = BOTH if len(shared) >= RAREST else 1
        rarest = {piece for _, piece in shared[:RAREST]}
        for other in list(folded)[:place]:
            held = len(rarest & pieces[other]) >= least
            if held and fuzz.ratio(folded[key], folded[other], score_cutoff=ALIKE):
                joined = [group for group in groups if key in group or other in group]
                groups = [group for group in groups if group not in joined]
                groups.append({each for group in joined for each in group})
    return [group for group in groups if len(group) > 1]


def few_words(count: int, chance: random.Random) -> list[str]:
    """Answers of fifty words out of two hundred: every word is in many of them."""
    words = ["".join(chance.sample("abdegiklmnoprstu", 6)) for _ in range(200)]
    return [" ".join(chance.choices(words, k=50)) for _ in range(count)]


def odd_answers(chance: random.Random) -> list[str]:
    """What a class hands in: copies, other scripts, smileys, long and short texts, none at all."""
    own = [*few_words(30, chance), *(sentence(n) for n in range(10)), CHINESE, CHINESE[::-1]]
    own += ["\U0001f600" * 30 + "that is my whole answer", "a" * 900 + " b" * 300, "", "short", "Ä"]
    own += ["in one word: " + "nothing to be said " * 40, "torn \ud800 pair of a character, kept"]
    twice = [text for text in own if text for _ in "ab"]
    texts = own + [copied(text, chance.choice((0.005, 0.02, 0.03)), chance) for text in twice]
    chance.shuffle(texts)
    return texts


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("many", [0, assist.MANY])
def test_groups_are_those_of_the_rule_whatever_is_left_out_unread(
    seed: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where answers are gone through in bulk, as in a large class."""
    monkeypatch.setattr(assist, "MANY", many)
    chance = random.Random(seed)
    answers = {str(place): text for place, text in enumerate(odd_answers(chance))}

    groups = alike(answers)

    assert sorted(map(sorted, groups)) == sorted(map(sorted, by_the_rule(answers)))
    assert len(groups) > 20
    order = list(answers)
    for group in groups:
        assert list(group) == sorted(group, key=order.index)
    assert [group[0] for group in groups] == sorted((g[0] for g in groups), key=order.index)


def compared(answers: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many pairs of texts are compared character by character."""
    pairs = 0
    extract = process.extract

    def counted(query: str, choices: list[str], **options: Any) -> Any:
        nonlocal pairs
        pairs += len(choices)
        return extract(query, choices, **options)

    with monkeypatch.context() as patch:
        patch.setattr(process, "extract", counted)
        alike(answers)
    return pairs


def test_a_class_of_few_words_is_not_compared_each_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every word is in hundreds of answers, and yet hardly any two are read side by side."""
    monkeypatch.setattr(assist, "MANY", 0)
    texts = few_words(600, random.Random(1))

    assert compared({str(n): text for n, text in enumerate(texts)}, monkeypatch) < 3 * len(texts)


def test_copies_of_one_answer_are_not_compared_each_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chance = random.Random(2)
    text = few_words(1, chance)[0]
    copies = {str(n): copied(text, 0.005, chance) for n in range(400)}

    assert len(alike(copies)) == 1
    assert compared(copies, monkeypatch) <= assist.AT_ONCE * len(copies)
