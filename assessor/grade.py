"""One submission's grade: what the judge's findings propose, what a person decided, what is out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.choice import chosen_in
from assessor.counting import plural
from assessor.rubric import ABSENT, CHOICE, PRESENT, CellKind, Rubric
from assessor.scoring import score, score_points
from assessor.submission import Submission
from assessor.verdict import Finding, Override, ReasonCode, Release, ReleasedBy, State


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedCell:
    """One cell as it stands: a person's points first, else the finding's.

    `points` of a deduction are negative, None where nothing was decided; `probability` is that of
    the level that stands (for absent: that the lowest level is not reached).
    """

    cell: str
    kind: CellKind
    level: str
    points: Decimal | None
    max_points: Decimal
    probability: float | None = None
    quotes: tuple[str, ...] = ()
    gap: str = ""
    note: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedChoice:
    """The choice as it stands; no `options` and None where it was not found."""

    options: tuple[str, ...]
    points: Decimal | None
    max_points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One submission with its state, its proposed points, the points that stand and the release.

    `proposed` is None where nothing can be proposed; `grade` is None until released. `choice` is
    None where the rubric has none.
    """

    submission: Submission
    state: State
    proposed: Decimal | None
    grade: Decimal | None
    released_by: str
    max_points: Decimal
    reasons: tuple[str, ...]
    feedback: str
    cells: tuple[GradedCell, ...]
    standing: Decimal | None
    choice: GradedChoice | None = None

    def to_dict(self) -> dict[str, object]:
        """Return the grade as plain values for JSON: points as text, exact; None where undecided.

        The student's answer is not in it.
        """
        return {
            "student_id": self.submission.student_id,
            "question": self.submission.question,
            "attempt": self.submission.attempt,
            "state": self.state.value,
            "proposed_grade": _written(self.proposed),
            "grade": _written(self.grade),
            "released_by": self.released_by,
            "max_points": _written(self.max_points),
            "reasons": list(self.reasons),
            "feedback": self.feedback,
            "choice": None
            if self.choice is None
            else {
                "options": list(self.choice.options),
                "points": _written(self.choice.points),
                "max_points": _written(self.choice.max_points),
            },
            "key_points": [
                {
                    "key_point": each.cell,
                    "kind": each.kind.value,
                    "level": each.level,
                    "points": _written(each.points),
                    "max_points": _written(each.max_points),
                    "probability": each.probability,
                    "quotes": list(each.quotes),
                    "gap": each.gap,
                    "note": each.note,
                    "reasons": list(each.reasons),
                }
                for each in self.cells
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What judging came to for one submission, before any person's word."""

    submission: Submission
    state: State
    proposed: Decimal | None
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...]


def grade_of(
    rubric: Rubric, proposal: Proposal, override: Override | None, release: Release | None
) -> Grade:
    """Return the grade as it stands: a person's decision above the proposal, then the release.

    A person's decision on this answer is itself a release (`review`).
    """
    cells = _cells(rubric, proposal, override)
    choice = _choice(rubric, proposal.submission, override)
    standing, state, reasons = proposal.proposed, proposal.state, proposal.reasons
    grade, released_by = None, ""
    if override is not None:
        standing = _decided_total(rubric, cells, choice, override)
        grade, released_by = standing, ReleasedBy.REVIEW
        state = State.GRADED
    elif release is not None:
        grade, released_by = release.grade, release.by
    feedback = override.feedback if override is not None and override.feedback else ""
    return Grade(
        submission=proposal.submission,
        state=state,
        proposed=proposal.proposed,
        grade=grade,
        released_by=released_by,
        max_points=rubric.scoring.max_points,
        reasons=reasons,
        feedback=feedback or feedback_of(rubric, cells),
        cells=cells,
        standing=standing,
        choice=choice,
    )


def left_open(rubric: Rubric, proposal: Proposal, override: Override) -> tuple[str, ...]:
    """Return the key points, and the choice, of which neither a decision nor a judge says anything.

    They would count as nothing. None are, where the decision gives points in all.
    """
    if override.total is not None:
        return ()
    told = _cells(rubric, proposal, override)
    lacking = [c.cell for c in told if c.kind is CellKind.KEY_POINT and c.points is None]
    choice = _choice(rubric, proposal.submission, override)
    return (*([CHOICE] if choice is not None and choice.points is None else []), *lacking)


def unread(grades: Sequence[Grade]) -> tuple[Grade, ...]:
    """Return what may go out without a person's look: graded and blank, never what waits."""
    return tuple(
        grade
        for grade in grades
        if grade.grade is None
        and grade.proposed is not None
        and grade.state in {State.GRADED, State.BLANK}
    )


def was_released_otherwise(grade: Grade) -> bool:
    """Return whether a grade went out that nobody read, and is proposed otherwise since.

    What was released stands: it was read again, or its points are worth another number now.
    """
    unread = grade.released_by in {ReleasedBy.AUDIT, ReleasedBy.UNREAD}
    return unread and grade.proposed not in {None, grade.grade}


def level_that_counts(grade: Grade, cell: str) -> str | None:
    """Return the level of a cell where the class is counted: of what has points, blank ones, too.

    "" are points that no level is worth; None: no points stand there yet, and it is not counted.
    Whatever says how many of a class are at a level counts by this.
    """
    if grade.standing is None:
        return None
    found = (each for each in grade.cells if each.cell == cell and each.points is not None)
    return next((each.level for each in found), None)


def any_graded(grades: Iterable[Grade]) -> bool:
    """Return whether there is more to show than blank answers, which stand at 0 by themselves."""
    return any(each.standing is not None and each.state is not State.BLANK for each in grades)


def proposed_points(rubric: Rubric, findings: Sequence[Finding], submission: Submission) -> Decimal:
    """Return the points that a complete set of findings and the submission's choice propose."""
    chosen = choice_points(rubric, submission) or Decimal(0)
    return score(rubric, {each.cell: each for each in findings}, chosen).total


def rescored(rubric: Rubric, proposal: Proposal) -> Proposal | None:
    """Return the proposal as `rubric` scores the same findings: nothing is asked for that.

    None where the rubric asks about cells or levels that these findings do not answer.
    """
    if proposal.state is State.BLANK:
        points = choice_points(rubric, proposal.submission) or Decimal(0)
        return replace(proposal, proposed=points)
    if proposal.proposed is None:
        return proposal
    found = {each.cell: each for each in proposal.findings if each.cell in rubric.cells}
    if len(found) < len(rubric.cells) or not all(_fits(rubric, each) for each in found.values()):
        return None
    findings = tuple(found[cell] for cell in rubric.cells)
    reasons = tuple(each for each in proposal.reasons if each != ReasonCode.CHOICE_MISSING)
    if choice_missing(rubric, proposal.submission):
        reasons = (ReasonCode.CHOICE_MISSING, *reasons)
    points = proposed_points(rubric, findings, proposal.submission)
    return replace(proposal, findings=findings, proposed=points, reasons=reasons)


def _fits(rubric: Rubric, finding: Finding) -> bool:
    levels = rubric.levels_of(finding.cell)
    return len(levels) == len(finding.probabilities) and finding.level in (ABSENT, *levels)


def choice_points(rubric: Rubric, submission: Submission) -> Decimal | None:
    """Return what the choice earns; None where it is not found or the rubric has none."""
    choice = _choice(rubric, submission, None)
    return choice.points if choice is not None else None


def choice_missing(rubric: Rubric, submission: Submission) -> bool:
    """Say whether the rubric has a choice and the submission shows none."""
    return rubric.choice is not None and chosen_in(rubric.choice, submission) is None


def feedback_of(rubric: Rubric, cells: Sequence[GradedCell]) -> str:
    """Return what the student is told: the rubric's sentences, with the student's own words.

    Nothing is said of a cell that was not decided or whose rubric has no sentence. A rubric with no
    sentence at all says which of its key points the answer makes, and nothing of the others.
    """
    if not has_sentences(rubric):
        return _made(rubric, cells)
    lines = []
    for cell in cells:
        sentence = sentences_for(rubric, cell).get(cell.level, "")
        if cell.points is None or not sentence:
            continue
        quote = f" (“{cell.quotes[0]}”)" if cell.quotes and cell.level != ABSENT else ""
        lines.append(sentence + quote)
    return "\n".join(lines)


def has_sentences(rubric: Rubric) -> bool:
    """Say whether a rubric has a sentence for students on anything."""
    sentences = [each.feedback for each in rubric.key_points]
    sentences += [each.feedback for each in rubric.misconceptions]
    return any(sentences)


def _made(rubric: Rubric, cells: Sequence[GradedCell]) -> str:
    """Return in one line what an answer makes of what was asked for; "" where nothing is decided.

    What it does not make is counted and not told, which would give the answer away.
    """
    told = [each for each in cells if each.kind is CellKind.KEY_POINT]
    if any(each.points is None for each in told):
        return ""  # of how many it makes so many is not known
    whole = [each for each in told if each.points == each.max_points]
    partly = sum(bool(each.points) for each in told) - len(whole)
    made = "; ".join(rubric.key_point(each.cell).description for each in whole)
    if rubric.language[:2].lower() not in {"", "en"}:
        said = f"{len(whole)}/{len(told)}" + (f" (+{partly})" if partly else "")
        return f"{said}: {made}" if made else said
    said = f"Your answer makes {len(whole)} of the {plural(len(told), 'key point')} asked for"
    said += f", and {partly} in part" if partly else ""
    return f"{said}: {made}." if made else f"{said}."


def sentences_for(rubric: Rubric, cell: GradedCell) -> Mapping[str, str]:
    """Return the rubric's sentences for the student on a cell, by level."""
    if cell.kind is CellKind.MISCONCEPTION:
        return rubric.misconception(cell.cell).feedback
    return rubric.key_point(cell.cell).feedback


def _written(points: Decimal | None) -> str | None:
    return None if points is None else f"{points.normalize():f}"


def _choice(
    rubric: Rubric, submission: Submission, override: Override | None
) -> GradedChoice | None:
    if rubric.choice is None:
        return None
    chosen = chosen_in(rubric.choice, submission)
    given = dict(override.points).get(CHOICE) if override is not None else None
    if given is None and chosen is not None:
        given = chosen.points
    return GradedChoice(
        options=chosen.options if chosen is not None else (),
        points=given,
        max_points=rubric.choice.points,
    )


def _decided_total(
    rubric: Rubric,
    cells: Sequence[GradedCell],
    choice: GradedChoice | None,
    override: Override,
) -> Decimal:
    if override.total is not None:
        return override.total
    points = {each.cell: _as_a_person_gives(each) for each in cells}
    if choice is not None:
        points[CHOICE] = choice.points or Decimal(0)
    return score_points(rubric, points).total


def _as_a_person_gives(cell: GradedCell) -> Decimal:
    """Points of a key point, 1 or 0 for a misconception: the form of a hand-graded sheet."""
    if cell.kind is CellKind.MISCONCEPTION:
        return Decimal(int(cell.level == PRESENT))
    return cell.points or Decimal(0)


def _cells(rubric: Rubric, proposal: Proposal, override: Override | None) -> tuple[GradedCell, ...]:
    findings = {each.cell: each for each in proposal.findings}
    decided = dict(override.points) if override is not None else {}
    complete = len(findings) == len(rubric.cells)
    earned: Mapping[str, Decimal] = {}
    if complete:
        earned = {each.cell: each.points for each in score(rubric, findings).cells}
    cells = []
    for cell in rubric.cells:
        finding = findings.get(cell)
        if cell in decided:
            cells.append(_decided_cell(rubric, cell, decided[cell], finding))
        elif finding is not None:
            cells.append(_found_cell(rubric, finding, earned.get(cell)))
        elif proposal.state is State.BLANK:
            cells.append(_empty_cell(rubric, cell, Decimal(0)))
        else:
            cells.append(_empty_cell(rubric, cell, None))
    return tuple(cells)


def _empty_cell(rubric: Rubric, cell: str, points: Decimal | None) -> GradedCell:
    return GradedCell(
        cell=cell,
        kind=rubric.kind_of(cell),
        level=ABSENT if points is not None else "",
        points=points,
        max_points=_most(rubric, cell),
    )


def _found_cell(rubric: Rubric, finding: Finding, points: Decimal | None) -> GradedCell:
    levels = (ABSENT, *rubric.levels_of(finding.cell))
    place = levels.index(finding.level)
    chances = (1 - finding.probabilities[0], *finding.probabilities)
    return GradedCell(
        cell=finding.cell,
        kind=finding.kind,
        level=finding.level,
        points=points,
        max_points=_most(rubric, finding.cell),
        probability=chances[place],
        quotes=tuple(span.text for span in finding.evidence),
        gap=finding.gap,
        note=finding.note,
        reasons=finding.reasons,
    )


def _decided_cell(
    rubric: Rubric, cell: str, points: Decimal, finding: Finding | None
) -> GradedCell:
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        level = PRESENT if points else ABSENT
        shown = -rubric.misconception(cell).points if points else Decimal(0)
    else:
        level, shown = _level_for(rubric, cell, points), points
    quotes: tuple[str, ...] = ()
    if finding is not None and finding.level == level:
        quotes = tuple(span.text for span in finding.evidence)
    return GradedCell(
        cell=cell,
        kind=rubric.kind_of(cell),
        level=level,
        points=shown,
        max_points=_most(rubric, cell),
        quotes=quotes,
        reasons=finding.reasons if finding is not None else (),
    )


def _level_for(rubric: Rubric, cell: str, points: Decimal) -> str:
    """Return the level that these points pay for; "" for points in between, which a person gave.

    Those stay points without a level: to make one of them would say what nobody said.
    """
    paid = {Decimal(0): ABSENT} | {each.points: each.id for each in rubric.key_point(cell).levels}
    return paid.get(points, "")


def _most(rubric: Rubric, cell: str) -> Decimal:
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        return Decimal(0)
    return rubric.key_point(cell).points
