"""Our own grades.csv handed back: only what a person changed in it is that person's word."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import read_bytes
from assessor.assignment.sheet_handed_out import handed_out
from assessor.assignment.sheet_preview import (
    LISTED,
    SheetPreview,
    preview_sheet,
    without_begun,
)
from assessor.assignment.spoken_lines import SpokenLine, Tone, warnings
from assessor.assignment.standing import (
    Standing,
    load_standing,
    need_as_shown,
    rubrics_of,
    spoken_of_json,
    write_results,
)
from assessor.assignment.trust_basis import completed
from assessor.counting import plural
from assessor.errors import InputError, SubmissionError
from assessor.grade import Grade, Proposal, grade_of
from assessor.readers.hand_graded import OwnRow, Sheet, SkippedRow, read_sheet
from assessor.rubric import CHOICE, PRESENT, CellKind, Rubric
from assessor.scoring import score_points
from assessor.store import Deed, Store
from assessor.submission import Key
from assessor.verdict import DecisionSource, Override, State, unlike
from assessor.writers.results import points_text

Points = Mapping[str, Decimal]
# So many answers graded exactly as proposed are taken for a copy of the proposals.
A_COPY = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One row that a person changed: what stood there, and what it says now."""

    before: Points
    total: Decimal | None
    decision: Override
    line: int


@dataclass(slots=True)
class _Known:
    """What our files may have said of one answer, as of any run, decision and release.

    Each version is its points, what was proposed, and the grades that stood beside them.
    """

    versions: list[tuple[Points, Decimal | None, frozenset[Decimal | None]]] = field(
        default_factory=list
    )

    def add(self, grade: Grade, beside: Iterable[Decimal | None] = ()) -> None:
        grades = frozenset({None, grade.grade, *beside})
        self.versions.append((points_of(grade), grade.proposed, grades))

    def says(self, row: OwnRow) -> bool:
        """Return whether one of our files had all that stands in a row; an empty cell says nothing.

        Points of one and a grade of another are what a person made of it.
        """
        given = dict(row.points.points)
        return any(
            given in ({}, points) and row.proposed in {None, proposed} and row.grade in grades
            for points, proposed, grades in self.versions
        )

    def total(self, row: OwnRow) -> Decimal | None:
        """Return the total of a row that none of our files had."""
        known = {each for _, proposed, grades in self.versions for each in (proposed, *grades)}
        return next(
            (each for each in (row.grade, row.proposed) if each not in {None, *known}), None
        )


def corrections(store: Store, standing: Standing, rows: Sequence[OwnRow]) -> list[Correction]:
    """Return the rows that say something that no file of ours ever said of their answer.

    A file of an earlier run, or from before a decision, is known as well: it was not changed by
    anybody. What no one file had is put together by a person. Raises SubmissionError where a grade
    and its key points were both changed, and differ.
    """
    known = _known(store, standing, [each.points.key for each in rows])
    now = {each.submission.key: each for each in standing.grades}
    found: list[Correction] = []
    problems: list[str] = []
    for row in rows:
        rubric = standing.rubrics[row.points.question]
        try:
            decision = _changed(row, rubric, known[row.points.key], now[row.points.key])
        except SubmissionError as error:
            problems += error.problems
            continue
        if decision is not None:
            before = points_of(now[row.points.key])
            found.append(
                Correction(before=before, total=decision.total, decision=decision, line=row.line)
            )
    if problems:
        raise SubmissionError(*problems)
    return found


def points_of(grade: Grade) -> dict[str, Decimal]:
    """Return a grade's points as grades.csv has them: 1 or 0 for a misconception."""
    points = {
        each.cell: Decimal(int(each.level == PRESENT))
        if each.kind is CellKind.MISCONCEPTION
        else each.points
        for each in grade.cells
        if each.points is not None
    }
    if grade.choice is not None and grade.choice.points is not None:
        points[CHOICE] = grade.choice.points
    return points


def _changed(row: OwnRow, rubric: Rubric, known: _Known, now: Grade) -> Override | None:
    """Return what a person made of a row, beside what stands now; None where nobody did."""
    given = dict(row.points.points)
    if known.says(row):
        return None
    totals = _other_totals(row, now)
    if not given or given == points_of(now):
        return replace(row.points, points=(), total=totals[0]) if totals else None
    # Of a file from before, what differs need not be what was changed.
    total = known.total(row) if totals else None
    if total is not None and any(given == points for points, *_ in known.versions):
        return replace(row.points, points=(), total=total)
    if total is not None and total != score_points(rubric, given).total:
        raise SubmissionError(
            f"{row.where}: the grade {total} and the points per key point were both changed, and "
            "the points come to another grade; change one of the two"
        )
    return row.points


def _other_totals(row: OwnRow, now: Grade) -> list[Decimal]:
    """Return the numbers in all of a row that are not those that stand now."""
    pairs = ((row.grade, now.grade), (row.proposed, now.proposed))
    return [said for said, stands in pairs if said is not None and said != stands]


def _is_older(row: OwnRow, now: Grade) -> bool:
    """Return whether a row says anything else than what stands now."""
    given = dict(row.points.points)
    return given not in ({}, points_of(now)) or bool(_other_totals(row, now))


def _known(store: Store, standing: Standing, keys: Iterable[Key]) -> dict[Key, _Known]:
    wanted = set(keys)
    released: defaultdict[Key, set[Decimal]] = defaultdict(set)
    for event in store.history(Deed.RELEASE):
        for each in event.released:
            released[each.key].add(each.grade)
    known: defaultdict[Key, _Known] = defaultdict(_Known)
    proposals = _proposals(store, standing, wanted)
    for key, versions in proposals.items():
        for version in versions:
            known[key].add(grade_of(*version, None, None), released[key])
    for override in (each.new for each in store.history() if each.new is not None):
        for version in proposals.get(override.key, ()):
            known[override.key].add(grade_of(*version, override, None))
    for grade in standing.grades:
        if grade.submission.key in wanted:
            known[grade.submission.key].add(grade)
    return known


def _proposals(
    store: Store, standing: Standing, wanted: Collection[Key]
) -> dict[Key, list[tuple[Rubric, Proposal]]]:
    """Return what each run proposed for these answers, with the rubric of it, oldest first."""
    found: defaultdict[Key, list[tuple[Rubric, Proposal]]] = defaultdict(list)
    for run in store.runs():
        rubrics = standing.rubrics if run.id == standing.run.id else rubrics_of(store, run)
        for outcome in store.each_outcome(run.id):
            key = outcome.submission.key
            if key in wanted and outcome.submission.question in rubrics:
                found[key].append((rubrics[outcome.submission.question], outcome))
    return found


def is_a_copy(standing: Standing, decisions: Sequence[Override]) -> bool:
    """Return whether a sheet gives every answer, cell by cell, exactly what the judge proposes.

    A person who has not seen the proposals hardly does that for many; a copy of them does.
    """
    if len(decisions) < A_COPY:
        return False
    proposed = {
        each.submission.key: points_of(
            grade_of(standing.rubrics[each.submission.question], each, None, None)
        )
        for each in standing.outcomes
    }
    return all(each.points and dict(each.points) == proposed.get(each.key) for each in decisions)


def refuse_a_copy(place: ClassFolder, path: Path, rows: int) -> None:
    """Ask whether a person graded a sheet that is equal to the proposals; nobody there is a no."""
    said = (
        f"{path}: all its {plural(rows, 'row gives', 'rows give')} exactly what the judge "
        "proposes, as a copy would"
    )
    if place.person.said_yes:
        return
    if not place.person.is_there:
        raise InputError(
            f"{said}; nothing was taken in. If a person graded each of them, say so with --yes"
        )
    place.person.goes_on(f"{said}. Did a person grade each of them?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What became of a sheet's decisions; `conflicts` pairs what stands with its."""

    written: tuple[Override, ...]
    same: int
    conflicts: tuple[tuple[Override, Override], ...]


def merge(store: Store, decisions: Sequence[Override]) -> Merged:
    """Write a sheet's decisions down, by student, question and attempt; see `sort_out`."""
    found = sort_out(store, decisions)
    for each in found.written:
        store.decide(each)
    return found


def sort_out(store: Store, decisions: Sequence[Override]) -> Merged:
    """Return what is to be written of a sheet's decisions, by student, question and attempt.

    A grader's newer word replaces the older one. Where another grader's decision stands, the
    sheet's is kept beside it, and both are listed where they give different points.
    """
    answers = {each.key: each.answer_digest for each in decisions}
    standing = {
        each.override.key: each.override for each in store.decisions(answers) if each.active
    }
    written: list[Override] = []
    conflicts: list[tuple[Override, Override]] = []
    same = 0
    for decision in decisions:
        there = standing.get(decision.key)
        if there is not None and not unlike(there, decision):
            same += 1
            continue
        if there is not None and there.grader != decision.grader:
            conflicts.append((there, decision))
            decision = replace(decision, source=DecisionSource.SECOND)
        else:
            standing[decision.key] = decision
        written.append(decision)
    return Merged(written=tuple(written), same=same, conflicts=tuple(conflicts))


def decision_words(decision: Override) -> str:
    """Return the points a person gave, in words."""
    points = ", ".join(f"{cell} {number.normalize():f}" for cell, number in decision.points)
    if decision.total is not None:
        points = f"{points}, total {decision.total.normalize():f}".removeprefix(", ")
    return f"{points} ({decision.grader})" if decision.grader else points


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What came of a sheet: the class before and after, what was decided, how many points moved."""

    sheet: Sheet
    decisions: tuple[Override, ...]
    merged: Merged
    changed: int
    after: Standing
    preview: SheetPreview
    older: tuple[str, ...] = ()

    @property
    def to_review(self) -> int:
        """How many answers still wait for a person."""
        return sum(grade.state is State.NEEDS_REVIEW for grade in self.after.grades)

    @property
    def decided(self) -> int:
        """How many answers it decided."""
        return len({each.key for each in self.decisions})

    def lines(self) -> Iterator[SpokenLine]:
        """Yield what was decided and what was not, and where it differs from another grader."""
        sheet, conflicts = self.sheet, self.merged.conflicts
        other = f", {self.changed} of them with other points than stood there"
        yield SpokenLine(
            f"{plural(self.decided, 'answer')} decided by a person{other if self.changed else ''}"
            f"; {self.to_review} still to review."
        )
        yield from warnings(sheet.notes)
        if sheet.own:
            yield SpokenLine(
                "It is a file of assessor's own: "
                f"{plural(len(sheet.own) - self.decided, 'row stands', 'rows stand')} as first "
                "written and decided nothing.",
                Tone.ASIDE,
            )
        if self.older:
            told = plural(len(self.older), "of these rows says", "of these rows say")
            more = " …" if len(self.older) > LISTED else ""
            yield SpokenLine(
                f"{told} what stood there before, and not what stands now: "
                f"{', '.join(self.older[:LISTED])}{more}. Where you mean that, give it on the "
                "page: assessor review.",
                Tone.WARNING,
            )
        if not conflicts:
            return
        yield SpokenLine(
            f"{plural(len(conflicts), 'answer was', 'answers were')} graded differently before by "
            "somebody else. What stood there stands; settle them on the page: assessor review, "
            "filter 'graders differ'.",
            Tone.WARNING,
        )
        for there, decision in conflicts[:LISTED]:
            stands, says = decision_words(there), decision_words(decision)
            line = f"  {decision.student_id}: {stands} stands, the sheet says {says}"
            yield SpokenLine(line, limit=110)
        if len(conflicts) > LISTED:
            yield SpokenLine(f"  and {len(conflicts) - LISTED} more", Tone.ASIDE)

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        sheet = self.sheet
        return {
            **spoken_of_json(self.after),
            "decided": self.decided,
            "changed": self.changed,
            "empty": sheet.empty,
            "unchanged": len(sheet.own) - self.decided if sheet.own else 0,
            "to_review": self.to_review,
            "conflicts": [each.student_id for _, each in self.merged.conflicts],
            **self.preview.as_json(),
        }


def correction_lines(
    path: Path, found: Sequence[Correction], preview: SheetPreview, standing: Standing
) -> Iterator[SpokenLine]:
    """Yield what was changed in a file of our own, and whose total changes by it."""
    totals = {(each.student_id, each.question): each for each in preview.changes}
    yield SpokenLine(
        f"{path}: was written by assessor. Changed in it since: "
        f"{plural(len(found), 'answer')} of "
        f"{len(standing.grades)}. Only these count as decided by you."
    )
    for each in found[:LISTED]:
        words = [
            f"{cell} {points_text(each.before.get(cell)) or 'none'} → {points_text(number)}"
            for cell, number in dict(each.decision.points).items()
            if each.before.get(cell) != number
        ]
        if each.total is not None:
            words.append(f"the whole grade → {points_text(each.total)}")
        change = totals.get((each.decision.student_id, each.decision.question))
        moved = f"; in all {change.words.partition(': ')[2]}" if change is not None else ""
        line = f"  {each.decision.student_id}: {', '.join(words)}{moved}"
        yield SpokenLine(line, limit=110)
    if len(found) > LISTED:
        yield SpokenLine(f"  and {len(found) - LISTED} more", Tone.ASIDE)
    yield from preview.left_lines()


def take_in(
    place: ClassFolder,
    store: Store,
    standing: Standing,
    path: Path,
    previewed: Callable[[Iterable[SpokenLine], str], None],
) -> TakenIn:
    """Take in a hand-graded sheet and write the files anew. Raises SubmissionError.

    What it would do is `previewed` first, line by line, with what is to be asked before it is
    done, "" for nothing. Of a file that we wrote ourselves only the rows that were changed count.
    """
    submissions = [grade.submission for grade in standing.grades]
    sheet = read_sheet(
        read_bytes(path), str(path), standing.rubrics, submissions, DecisionSource.SEEN
    )
    found = corrections(store, standing, sheet.own) if sheet.own else []
    decisions = tuple(each.decision for each in found)
    lines = tuple(each.line for each in found)
    if not sheet.own:
        decisions, lines = _decisions(place, store, standing, sheet, path), sheet.lines
    decisions, lines, begun = without_begun(standing, decisions, lines)
    found = [each for each in found if each.decision in decisions]
    preview = _preview(standing, sheet, sort_out(store, decisions), decisions, lines, begun)
    if sheet.own:
        question = "Take these in?" if found else ""
        previewed(correction_lines(path, found, preview, standing), question)
    else:
        said = plural(preview.released, "released grade changes", "released grades change")
        question = f"{said}. Take the sheet in?" if preview.released else ""
        previewed(preview.lines(path), question)
    if question:
        need_as_shown(place, store, standing)
    now = {grade.submission.key: grade for grade in standing.grades}
    changed_rows = {each.decision.key for each in found}
    older = [e.points for e in sheet.own if _is_older(e, now[e.points.key])]
    before = {key: grade.standing for key, grade in now.items()}
    merged = merge(store, decisions)
    after = load_standing(place, store)
    write_results(after)
    decided = {each.key for each in decisions}
    changed = sum(
        before[grade.submission.key] not in {None, grade.standing}
        for grade in after.grades
        if grade.submission.key in decided
    )
    return TakenIn(
        sheet=sheet,
        decisions=decisions,
        merged=merged,
        changed=changed,
        after=after,
        preview=preview,
        older=tuple(each.student_id for each in older if each.key not in changed_rows),
    )


def _preview(
    standing: Standing,
    sheet: Sheet,
    found: Merged,
    decisions: Sequence[Override],
    lines: Sequence[int],
    begun: Sequence[SkippedRow],
) -> SheetPreview:
    """Return what a sheet would do, without rows that say nothing new or against another."""
    theirs = {each.key: there.grader for there, each in found.conflicts}
    new = {each.key for each in found.written} - set(theirs)
    names = {each.submission.key: each.submission.name for each in standing.grades}
    left = [
        SkippedRow(
            line=line,
            student_id=each.student_id,
            name=names[each.key],
            why=f"{theirs[each.key] or 'another grader'} graded it otherwise, and that stands"
            if each.key in theirs
            else "says what was decided before",
        )
        for each, line in zip(decisions, lines, strict=True)
        if each.key not in new
    ]
    pairs = zip(decisions, lines, strict=True)
    taken = [(each, line) for each, line in pairs if each.key in new]
    return preview_sheet(standing, taken, (*sheet.skipped, *begun, *left))


def _decisions(
    place: ClassFolder, store: Store, standing: Standing, sheet: Sheet, path: Path
) -> tuple[Override, ...]:
    """Return what a person said in a sheet, and how: blind, or with the judge's points in view.

    Who did not see those did not mean the judge's deductions by leaving them out.
    """
    if is_a_copy(standing, sheet.decisions):
        refuse_a_copy(place, path, len(sheet.decisions))
    if sheet.seen:
        return sheet.decisions
    blind = handed_out(store)
    said = (completed(standing.rubrics[each.question], each) for each in sheet.decisions)
    return tuple(
        replace(each, source=DecisionSource.SHEET)
        if (*each.key, each.answer_digest) in blind
        else each
        for each in said
    )
