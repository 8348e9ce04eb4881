"""The chance of a yes, from the log-probabilities of the token that says it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# A reply's fields as JSON, also inside of words and fences: strings whole, so that nothing in a
# quote is taken for a field.
_JSON = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|\b(?:true|false)\b', re.DOTALL)
_THINK = "</think>"
# What may stand in one token before a yes or no.
_BEFORE = ' \t\r\n":,{'
_YES, _NO = "true", "false"
# Decimal places that are kept.
_PLACES = 6


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    logprob: float
    others: tuple[tuple[str, float], ...]


def chances_of(choice: object) -> tuple[tuple[str, float], ...]:
    """Return the chance of a yes of each yes or no in a completion's choice, in 0..1.

    By the path of the field, such as `full` or `cells/samples/full`, in order. Empty where the
    endpoint gave no log-probabilities; a field is left out where its token cannot be found or
    neither answer is among the likely ones. Of a field that stands twice the last counts.
    """
    tokens = tuple(_tokens(choice))
    if not tokens:
        return ()
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token.text))
    found: dict[str, float] = {}
    place = 0
    for path, at in _answers("".join(token.text for token in tokens)):
        while starts[place + 1] <= at:
            place += 1
        chance = _chance(tokens[place], at - starts[place])
        if chance is not None:
            found[path] = round(chance, _PLACES)
    return tuple(found.items())


def _answers(text: str) -> Iterator[tuple[str, int]]:
    """Yield the path of each field that is true or false, and where that word begins."""
    open_keys: list[str] = []
    key = ""
    is_value = False
    start = text.rfind(_THINK)
    for found in _JSON.finditer(text, max(start, 0)):
        word = found[0]
        if word == "{":
            open_keys.append(key)
            is_value = False
        elif word == "}":
            key = open_keys.pop() if open_keys else ""
            is_value = False
        elif word == ":":
            is_value = True
        elif word == ",":
            is_value = False
        elif word in (_YES, _NO) and is_value:
            yield "/".join([*filter(None, open_keys), key]), found.start()
        elif word[0] == '"' and not is_value:
            key = word[1:-1]


def _chance(token: _Token, cut: int) -> float | None:
    """Return the chance of a yes from the token in which the word begins, `cut` characters in."""
    before = token.text[:cut]
    yes = no = 0.0
    seen = {token.text: token.logprob} | dict(token.others)
    for text, logprob in seen.items():
        rest = text[cut:] if text.startswith(before) else text
        rest = rest.lstrip(_BEFORE).casefold()
        weight = math.exp(min(logprob, 0.0))
        if rest and (_YES.startswith(rest) or rest.startswith(_YES)):
            yes += weight
        elif rest and (_NO.startswith(rest) or rest.startswith(_NO)):
            no += weight
    return yes / (yes + no) if yes + no > 0 else None


def _tokens(choice: object) -> Iterator[_Token]:
    """Yield a reply's tokens; of the form of chat completions, or of the older completions."""
    given = choice.get("logprobs") if isinstance(choice, Mapping) else None
    if not isinstance(given, Mapping):
        return
    content = given.get("content")
    if isinstance(content, Sequence) and not isinstance(content, str):
        for each in content:
            if isinstance(each, Mapping) and isinstance(each.get("token"), str):
                yield _Token(each["token"], _number(each.get("logprob")), _listed(each))
        return
    texts, logprobs = given.get("tokens"), given.get("token_logprobs")
    tops = given.get("top_logprobs")
    if not isinstance(texts, list) or not isinstance(logprobs, list):
        return
    listed = tops if isinstance(tops, list) else [None] * len(texts)
    for text, logprob, top in zip(texts, logprobs, listed, strict=False):
        if isinstance(text, str):
            yield _Token(text, _number(logprob), _named(top))


def _listed(token: Mapping[str, object]) -> tuple[tuple[str, float], ...]:
    others = token.get("top_logprobs")
    if not isinstance(others, list):
        return ()
    return tuple(
        (each["token"], _number(each.get("logprob")))
        for each in others
        if isinstance(each, Mapping) and isinstance(each.get("token"), str)
    )


def _named(top: object) -> tuple[tuple[str, float], ...]:
    if not isinstance(top, Mapping):
        return ()
    return tuple((text, _number(each)) for text, each in top.items() if isinstance(text, str))


def _number(value: object) -> float:
    """Return a log-probability; what is none counts as next to impossible."""
    try:
        number = float(value) if isinstance(value, int | float) else math.nan
    except OverflowError:  # JSON's whole numbers have no end
        number = math.nan
    return number if math.isfinite(number) and not isinstance(value, bool) else -100.0
