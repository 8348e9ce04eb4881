"""What a model may put into words for a student, and whether it gave the answer away. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assessor.grade import Grade, GradedCell, sentences_for
from assessor.prompt import Remarks
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.verdict import State

# So many words in a row that are the reference's, and not the student's, give it away.
RUN = 5
# Or so large a share of the telling words of what is missing.
MOST_TELLING = 0.6
LEAST_TELLING = 3
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


def remarks_of(rubric: Rubric, grade: Grade) -> Remarks | None:
    """Return what feedback on this answer is to say; None where nothing is decided or to be said.

    Only the rubric's own sentences for the student: no points, no reference answer.
    """
    if grade.state not in {State.GRADED, State.NEEDS_REVIEW} or grade.standing is None:
        return None
    earned: list[str] = []
    missing: list[str] = []
    for cell in grade.cells:
        sentence = sentences_for(rubric, cell).get(cell.level, "")
        if sentence and cell.points is not None:
            (earned if _is_achieved(cell) else missing).append(sentence)
    if not earned and not missing:
        return None
    return Remarks(earned=tuple(earned), missing=tuple(missing))


def _is_achieved(cell: GradedCell) -> bool:
    """A misconception's sentence is about what went wrong, whatever its level."""
    return cell.kind is CellKind.KEY_POINT and cell.level != ABSENT


def gives_away(rubric: Rubric, grade: Grade, text: str) -> bool:
    """Return whether feedback tells the student what they did not say themselves.

    That is five words in a row of the reference answer or of what counts for a key point that is
    not earned, or most of the telling words of one. Words of the question, of the answer and of
    the rubric's own sentences for the student are anybody's.
    """
    said = plain_words(text)
    given = [rubric.question.prompt, rubric.question.stimulus, grade.submission.answer]
    for cell in grade.cells:
        given += sentences_for(rubric, cell).values()
    known = frozenset(word for each in given for word in plain_words(each))
    known_runs = frozenset(run for each in given for run in _runs(plain_words(each)))
    runs = frozenset(_runs(said)) - known_runs
    for secret in _secrets(rubric, grade):
        words = plain_words(secret)
        if not runs.isdisjoint(_runs(words)):
            return True
        telling = {word for word in words if len(word) > 3} - known
        told = telling & set(said)
        if len(told) >= LEAST_TELLING and len(told) >= MOST_TELLING * len(telling):
            return True
    return False


def _secrets(rubric: Rubric, grade: Grade) -> Sequence[str]:
    secrets = [rubric.question.reference]
    for cell in grade.cells:
        if cell.kind is CellKind.KEY_POINT and cell.level == ABSENT:
            point = rubric.key_point(cell.cell)
            secrets += [point.description, *point.accepted, *(each.when for each in point.levels)]
    return [each for each in secrets if each]


def plain_words(text: str) -> list[str]:
    """Return the words of a text in small, each sign alone in scripts that write no spaces."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if _UNSPACED.search(plain):
        plain = _UNSPACED.sub(lambda found: f" {found.group()} ", plain)
    return _WORD.findall(plain)


def _runs(words: Sequence[str]) -> zip[tuple[str, ...]]:
    return zip(*(words[place:] for place in range(RUN)), strict=False)
