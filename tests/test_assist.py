"""Answers that are alike are found without comparing each with each."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from rapidfuzz import fuzz

from assessor.assist import ALIKE, alike
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
