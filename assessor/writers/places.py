"""places.csv and groups.csv: where to look first, and which answers to look at together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessor.assist import alike
from assessor.candidates import Guide
from assessor.rubric import Rubric
from assessor.submission import InputState, Submission
from assessor.writers.results import csv_bytes, guarded, guarded_text

PLACE_COLUMNS = ("student_id", "question", "attempt", "key_point", "sentence", "score")
GROUP_COLUMNS = ("group", "likeness", "student_id", "question", "attempt")


def places_csv(rubrics: Mapping[str, Rubric], submissions: Sequence[Submission]) -> bytes:
    """Return the sentences that resemble what counts for each key point: places, not grades."""
    rows = [list(PLACE_COLUMNS)]
    for question, rubric in rubrics.items():
        own = _answered(submissions, question)
        guide = Guide(rubric, [each.answer for each in own])
        for each in own:
            rows += [
                [*_names(each), place.cell, guarded_text(place.sentence), f"{place.score:.2f}"]
                for place in guide.places(each.answer)
            ]
    return csv_bytes(rows)


def groups_csv(rubrics: Mapping[str, Rubric], submissions: Sequence[Submission]) -> bytes:
    """Return the groups of equal and nearly equal answers; each is graded by itself."""
    rows = [list(GROUP_COLUMNS)]
    number = 0
    for question in rubrics:
        own = _answered(submissions, question)
        by_digest: dict[str, list[Submission]] = {}
        for each in own:
            by_digest.setdefault(each.answer_digest, []).append(each)
        near = alike({digest: same[0].answer for digest, same in by_digest.items()})
        joined = {digest for group in near for digest in group}
        alone = [(d,) for d, same in by_digest.items() if len(same) > 1 and d not in joined]
        for group in (*near, *alone):
            number += 1
            likeness = "nearly equal" if len(group) > 1 else "equal"
            members = [each for digest in group for each in by_digest[digest]]
            rows += [[str(number), likeness, *_names(each)] for each in members]
    return csv_bytes(rows)


def _answered(submissions: Sequence[Submission], question: str) -> list[Submission]:
    return [
        each
        for each in submissions
        if each.question == question and each.state is InputState.ANSWERED
    ]


def _names(each: Submission) -> list[str]:
    return [guarded(each.student_id), guarded(each.question), str(each.attempt)]
