"""What is odd about all answers together: then the column may be the wrong one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessor.readers.base import Answers, QuestionKind
from assessor.sheet import number_in
from assessor.submission import InputState

# Fewer may well be alike.
_FEWEST = 3
_SHOWN = 2


def doubts(read: Answers, questions: Iterable[str] = ()) -> tuple[str, ...]:
    """Return a sentence for each question whose answers are all blank, equal, numbers or a word.

    `questions` are those that are graded; without them, all written ones. What is said is to be
    asked before a judge reads anything.
    """
    wanted = tuple(questions) or tuple(
        each.text for each in read.questions if each.kind is QuestionKind.WRITTEN
    )
    said = []
    for question in wanted:
        own = [each for each in read.submissions if each.question == question]
        texts = [e.answer.strip() for e in own if e.state is InputState.ANSWERED]
        blank = sum(each.state is InputState.BLANK for each in own)
        odd = _odd(texts, blank)
        if odd:
            said.append(f"every answer to {' '.join(question.split())[:60]!r} {odd}")
    return tuple(said)


def _odd(texts: Sequence[str], blank: int) -> str:
    if not texts:
        return f"is blank ({blank} of them)" if blank >= _FEWEST else ""
    if all(text.startswith("{") and text.endswith("}") for text in texts):
        return "is a record of a program (JSON)"
    if len(texts) < _FEWEST:
        return ""
    first = texts[0].casefold()
    if all(text.casefold() == first for text in texts):
        return f"is the same ({_shown(texts)})"
    if all(number_in(text) is not None for text in texts):
        return f"is a number ({_shown(texts)} …)"
    if all(text.endswith(("?", "\uff1f", "\u061f")) for text in texts):
        return f"is a question ({_shown(texts)} …)"
    # Languages without spaces write a sentence as one word.
    if all(len(text.split()) == 1 and len(text) < 25 and text.isascii() for text in texts):
        return f"is one word ({_shown(texts)} …)"
    return ""


def _shown(texts: Sequence[str]) -> str:
    return ", ".join(repr(text[:30]) for text in list(dict.fromkeys(texts))[:_SHOWN])
