"""A sheet that a person fills in: the words over its columns, and what each means coming back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from assessor.rubric import CHOICE, CellKind, Rubric
from assessor.sheet.names import fold_header

JUDGE = "judge_proposes"
WHY = "why_to_look"
# What a person reads over each column that is no key point. The names in front are taken, too.
HEADINGS: Mapping[str, str] = {
    "student_id": "Student",
    "question": "Question",
    "attempt": "Attempt",
    "answer": "Answer",
    JUDGE: "The judge proposes",
    WHY: "Why it waits for you",
    "total": "Total, if not point by point",
    "unsure": "Unsure? (x)",
    "feedback": "Words to the student",
}
LONGEST = 90
# A key point's words may change while its sheet is out: what names it stands at the end.
_CODE = re.compile(r"\[([^\[\]]+)\]$")


def heading_of(column: str, rubrics: Mapping[str, Rubric]) -> str:
    """Return the words over a column: a key point's own, with what may be given for it."""
    if column in HEADINGS:
        return HEADINGS[column]
    words = list(dict.fromkeys(_said(column, each, LONGEST) for each in rubrics.values()))
    return f"{' / '.join(each for each in words if each)} [{column}]"


def meaning_of(column: str, rubrics: Mapping[str, Rubric]) -> str:
    """Return all that is to be said of a column: what is asked for, and the points for it."""
    words = dict.fromkeys(_said(column, each, 0) for each in rubrics.values())
    return "\n".join(each for each in words if each)


def columns_of(titles: Sequence[str]) -> list[str]:
    """Return what each column holds, by our own name for it; a title of no kind as it is compared.

    Where a column has our name already, no other is taken for it: a student's name may stand
    under "Student" beside the id.
    """
    folded = [fold_header(title) for title in titles]
    meant = {fold_header(words): name for name, words in HEADINGS.items()}
    found = []
    for title in folded:
        code = _CODE.search(title)
        name = code[1] if code else meant.get(title, title)
        found.append(title if name in folded else name)
    return found


def _said(column: str, rubric: Rubric, limit: int) -> str:
    if column == CHOICE and rubric.choice is not None:
        return f"The choice: 0 to {_number(rubric.choice.points)}"
    if column not in rubric.cells:
        return ""
    if rubric.kind_of(column) is CellKind.MISCONCEPTION:
        return f"{_cut(rubric.misconception(column).description, limit)}: 1 if claimed, else 0"
    key_point = rubric.key_point(column)
    steps = ["0", *(_number(each.points) for each in key_point.levels)]
    return f"{_cut(key_point.description, limit)}: {', '.join(steps[:-1])} or {steps[-1]}"


def _cut(text: str, limit: int) -> str:
    words = " ".join(text.split()).rstrip(".")
    return words if not limit or len(words) <= limit else words[: limit - 1].rstrip() + "…"


def _number(points: Decimal) -> str:
    return f"{points.normalize():f}"
