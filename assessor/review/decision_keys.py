"""What a key does to a decision: from what is seen and what was pressed to the next word. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from assessor.counting import plural
from assessor.errors import InputError
from assessor.grade import grade_of
from assessor.review.entry import ReviewEntry
from assessor.rubric import ABSENT, PRESENT, CellKind, Rubric
from assessor.scoring import score
from assessor.verdict import DecisionSource, Finding, Override


def levels_of(rubric: Rubric, cell: str) -> tuple[str, ...]:
    """Return the levels of a cell in the order of the digit keys: 0 is absent."""
    return (ABSENT, *rubric.levels_of(cell))


def points_at(rubric: Rubric, cell: str, level: str) -> Decimal:
    """Return what a person gives with a level: points, or 1 or 0 for a misconception."""
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        return Decimal(int(level == PRESENT))
    return rubric.key_point(cell).points_at(level)


def set_level(entry: ReviewEntry, cell: str, level: str) -> Override:
    """Return the decision with one cell at `level`, the others as they are seen.

    Raises KeyError for a cell or level that is none.
    """
    if level not in levels_of(entry.rubric, cell):
        raise KeyError(level)
    given = points_at(entry.rubric, cell, level)
    points = {**_seen_points(entry, {cell: level}), cell: given}
    return _word(entry, points)


def accept(entry: ReviewEntry) -> Override:
    """Return the decision that everything is right as it is seen; what nobody gave is absent.

    Points in all that a person gave stay.
    """
    if (kept := _with_own_total(entry)) is not None:
        return kept
    seen = _seen_points(entry, {})
    return _word(entry, {cell: seen.get(cell, Decimal(0)) for cell in entry.rubric.cells})


def with_remarks(entry: ReviewEntry) -> Override:
    """Return the word for the reviewer's own feedback and reason to go on.

    On an undecided answer a note is a note: it decides nothing.
    """
    if entry.is_done:
        return _with_own_total(entry) or _word(entry, _seen_points(entry, {}))
    return _begun(entry)


def by_key_points(entry: ReviewEntry) -> Decimal:
    """Return what the key points give as they are seen, whatever was given in all."""
    if entry.mine is None or entry.mine.total is None:
        standing = entry.shown.standing
    else:
        plain = replace(entry.mine, total=None)
        standing = grade_of(entry.rubric, entry.proposal, plain, None).standing
    if standing is not None:
        return standing
    return sum((each.points for each in entry.shown.cells if each.points is not None), Decimal(0))


def adjust(entry: ReviewEntry, typed: str, reason: str) -> Override:
    """Return the decision that gives other points in all than the key points do, and why.

    `typed` is a number, or one to add or take off with its sign. Raises InputError with what to do.
    """
    text = typed.strip().replace(",", ".").replace("−", "-")
    most = entry.rubric.scoring.max_points
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise InputError(
            f"“{typed}” is no number of points; write such as 4, +0.5 or −1"
        ) from error
    if not number.is_finite():
        raise InputError(f"“{typed}” is no number of points; write such as 4, +0.5 or −1")
    total = by_key_points(entry) + number if text[0] in "+-" else number
    if not 0 <= total <= most:
        raise InputError(
            f"that would be {plural(f'{total.normalize():f}', 'point')}; give 0 to "
            f"{most.normalize():f}"
        )
    if not reason.strip():
        raise InputError("points that the key points do not give need a reason; write one")
    word = _word(entry, _seen_points(entry, {}), total=total)
    return replace(word, reason=reason.strip())


def gives_nothing(entry: ReviewEntry) -> bool:
    """Return whether nobody and nothing gave any point yet, so that to accept it gives 0."""
    return not entry.is_done and not _seen_points(entry, {})


def _begun(entry: ReviewEntry) -> Override:
    """Return the word as far as this seat said it, which is no decision."""
    points = dict(entry.mine.points) if entry.mine is not None else {}
    return replace(_word(entry, points), source=DecisionSource.DRAFT)


def toggle_flag(entry: ReviewEntry) -> Override:
    """Return the word with the flag turned; on an undecided answer that is no decision."""
    points = dict(entry.mine.points) if entry.mine is not None else {}
    word = _with_own_total(entry) or (_word(entry, points) if entry.is_done else _begun(entry))
    return replace(word, unsure=not entry.is_flagged)


def settle(entry: ReviewEntry, decision: Override) -> Override:
    """Return the word that ends a difference between graders in favour of `decision`."""
    other = f", {decision.grader}'s points stand" if decision.grader else ""
    return replace(decision, source=DecisionSource.SETTLED, reason=f"graders differed{other}")


def same(one: Override | None, other: Override) -> bool:
    """Return whether a word says nothing new."""
    return one is not None and replace(one, grader="") == replace(other, grader="")


def _with_own_total(entry: ReviewEntry) -> Override | None:
    """Return the decision as it stands where a person gave points in all, else None."""
    if not entry.is_done or entry.mine is None or entry.mine.total is None:
        return None
    return _word(entry, dict(entry.mine.points), total=entry.mine.total)


def _word(
    entry: ReviewEntry, points: Mapping[str, Decimal], *, total: Decimal | None = None
) -> Override:
    """Return the next word; one with points for every cell, or a `total`, is a decision."""
    submission, before = entry.outcome.submission, entry.mine
    complete = total is not None or all(cell in points for cell in entry.rubric.cells)
    if before is not None and not complete:
        total = before.total
    return Override(
        student_id=submission.student_id,
        question=submission.question,
        attempt=submission.attempt,
        answer_digest=submission.answer_digest,
        points=tuple((cell, points[cell]) for cell in entry.rubric.cells if cell in points),
        total=total,
        feedback=before.feedback if before is not None else "",
        reason=before.reason if before is not None else "",
        unsure=before.unsure if before is not None else False,
        source=DecisionSource.REVIEW if complete else DecisionSource.DRAFT,
    )


def _seen_points(entry: ReviewEntry, edited: Mapping[str, str]) -> dict[str, Decimal]:
    """Return the points of the cells as they are seen, in the form of a hand-graded sheet.

    On the first word the other cells follow the edit by the rubric's rules: taking a cap away
    gives back what it held down.
    """
    findings = {each.cell: each for each in entry.outcome.findings}
    if entry.mine is None and not entry.by_hand and len(findings) == len(entry.rubric.cells):
        return _rescored(entry.rubric, findings, edited)
    seen = {}
    for cell in entry.shown.cells:
        if cell.points is not None and cell.kind is CellKind.KEY_POINT:
            seen[cell.cell] = cell.points
        elif cell.level:
            # A cell of an answer that was read in part has a level and no points yet.
            seen[cell.cell] = points_at(entry.rubric, cell.cell, cell.level)
    return seen


def _rescored(
    rubric: Rubric, findings: Mapping[str, Finding], edited: Mapping[str, str]
) -> dict[str, Decimal]:
    changed = {
        cell: replace(each, level=edited.get(cell, each.level)) for cell, each in findings.items()
    }
    earned = {each.cell: each for each in score(rubric, changed).cells}
    return {
        cell: points_at(rubric, cell, each.level)
        if rubric.kind_of(cell) is CellKind.MISCONCEPTION
        else each.points
        for cell, each in earned.items()
    }
