"""All that `assessor trust` rests on: the class as it stands, people's grades, the audit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.named_files import new_sheet, read_bytes
from assessor.assignment.person import Person
from assessor.assignment.standing import Standing, load_standing
from assessor.distribution import Totals
from assessor.engine.borders import shown_in_rulings
from assessor.engine.trusting import (
    bound_of,
    current_fit,
    draw_anew,
    gain_of_rulings,
    is_judged,
    second_opinions,
    tuning_labels,
)
from assessor.errors import InputError
from assessor.grade import Grade, choice_points
from assessor.readers.hand_graded import Sheet, read_sheet
from assessor.rubric import CellKind, Rubric
from assessor.statistics.calibration import FEWEST
from assessor.store import Store
from assessor.trust.agree import risk_curve, tolerance_of
from assessor.trust.audit_standing import AuditStanding, part_of
from assessor.trust.fitting import Calibrator, FitEvent, fit
from assessor.trust.labels import HandGraded
from assessor.trust.records import (
    Bound,
    CalibrationFit,
    DrawnAnswer,
    HandedOut,
    TuningSample,
    frozen_digest,
)
from assessor.trust.ruling_gain import RulingGain
from assessor.trust.units import Chances, unshown
from assessor.verdict import DecisionSource, Override, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """The class with everything that says how far its grades can be trusted."""

    standing: Standing
    frozen: str
    sample: TuningSample | None
    labels: tuple[HandGraded, ...]
    opinions: tuple[tuple[Override, Override], ...]
    fitted: CalibrationFit | None
    audit: AuditStanding | None
    shown: frozenset[Bound] = frozenset()
    gain: RulingGain | None = None
    sheets: tuple[HandedOut, ...] = ()

    @property
    def drawable(self) -> tuple[Grade, ...]:
        """The grades that may be drawn: of no answer that was shown to rule by."""
        return unshown(self.standing.grades, self.shown)

    @property
    def read(self) -> int:
        """How many answers the judge read whole."""
        return sum(map(is_judged, self.standing.outcomes))

    @property
    def to_review(self) -> int:
        """How many answers wait for a person."""
        return sum(each.state is State.NEEDS_REVIEW for each in self.standing.grades)

    def sheet_with(self, wanted: Iterable[DrawnAnswer], audit: str = "") -> Path | None:
        """Return the blind sheet that was handed out last with these on it, where it still lies."""
        bounds = {part.bound for part in wanted}
        for each in reversed(self.sheets):
            path = self.standing.places.home / each.sheet
            of_it = each.sheet and each.audit == audit and bounds <= set(each.answers)
            if of_it and os.path.isfile(path):
                return path
        return None

    @property
    def chances(self) -> Chances:
        """What is known of each answer's points."""
        rubrics, calibrator = self.standing.rubrics, Calibrator(self.fitted)
        totals = {question: Totals(rubric) for question, rubric in rubrics.items()}
        return Chances(
            gaps={
                bound_of(each): totals[each.submission.question]
                .gap(
                    each.findings,
                    choice_points(rubrics[each.submission.question], each.submission) or Decimal(0),
                )
                # Of a grade that is out, how far that one may be off.
                .shifted((each.proposed or Decimal(0)) - part_of(grade).proposed)
                for each, grade in zip(self.standing.outcomes, self.standing.grades, strict=True)
                if is_judged(each)
            },
            tolerance=tolerance_of(rubrics),
            curve=risk_curve(self.labels if self.fitted else (), rubrics, calibrator),
        )


def load_trust(place: ClassFolder, store: Store) -> Trust:
    """Return the run that --run names, else the latest, with what is known of its grades."""
    standing = load_standing(place, store)
    frozen = frozen_digest(standing.run.manifest)
    labels = tuning_labels(store, standing.rubrics, standing.outcomes)
    return Trust(
        standing=standing,
        frozen=frozen,
        sample=store.newest(TuningSample),
        labels=labels,
        opinions=second_opinions(store, [each.submission.key for each in standing.outcomes]),
        fitted=current_fit(store, frozen),
        audit=standing.audit,
        shown=shown_in_rulings(store),
        gain=gain_of_rulings(store, standing.rubrics, labels),
        sheets=store.kept(HandedOut),
    )


def refit(place: ClassFolder, store: Store, trust: Trust) -> Trust:
    """Fit the labels and draw the queue anew by them; left as it is while an audit holds it."""
    if trust.audit is not None and trust.audit.binds:
        return trust
    found = _newly_fitted(place, trust)
    if found is not None:
        store.keep(found)
    elif trust.audit is not None and trust.audit.is_open:
        return trust  # the queue holds what was too uncertain for the audit, too
    draw_anew(store, trust.standing.run, trust.standing.rubrics)
    return load_trust(place, store)


def _newly_fitted(place: ClassFolder, trust: Trust) -> CalibrationFit | None:
    """Return what the labels say where that is more than what was fitted before."""
    if len({each.student for each in trust.labels}) < FEWEST:
        return None
    event = FitEvent(
        id=place.ambient.new_id(),
        at=place.ambient.now().isoformat(),
        run=trust.standing.run.id,
        frozen=trust.frozen,
    )
    found, known = fit(trust.labels, trust.standing.rubrics, event), trust.fitted
    if found is None or known is None:
        return found
    same = replace(known, id=event.id, at=event.at, run=event.run)
    return None if found == same else found


def read_graded(
    trust: Trust, paths: Sequence[Path], source: DecisionSource
) -> list[tuple[Override, ...]]:
    """Return what people gave in each sheet, bound to the answers as they are.

    With several sheets a grade without a grader's name carries its file's. Raises SubmissionError.
    """
    submissions = [each.submission for each in trust.standing.grades]
    rubrics = trust.standing.rubrics
    sheets = []
    for path in paths:
        sheet = read_sheet(read_bytes(path), str(path), rubrics, submissions, source)
        refuse_own(path, sheet)
        tell_notes(sheet, trust.standing.person)
        seen: set[object] = set()
        graded = []
        for each in sheet.decisions:
            name = each.grader or (path.stem if len(paths) > 1 else "")
            if each.key in seen:  # graded twice by one person: how far one parts from oneself
                name = f"{name} (again)".strip()
            seen.add(each.key)
            graded.append(replace(completed(rubrics[each.question], each), grader=name))
        sheets.append(tuple(graded))
    return sheets


def refuse_own(path: Path, sheet: Sheet) -> None:
    """Refuse a sheet that shows the judge's points: it is no blind grading. Raises InputError."""
    if sheet.seen:
        raise InputError(
            f"{path}: holds what the judge proposes, so it says nothing of how far to trust it; "
            f"take corrections in with: assessor review --sheet {near(path)}   and grade blind on "
            f"a sheet of: assessor trust sample --out {new_sheet('tune.xlsx')}"
        )


def tell_notes(sheet: Sheet, person: Person) -> None:
    """Say what was made of a sheet beyond its plain words, such as ids without their zeros."""
    for note in sheet.notes:
        person.hears(note, warned=True)


def completed(rubric: Rubric, override: Override) -> Override:
    """Return a grade in which all key points are given with every misconception decided.

    One that a person left empty was not claimed; the judge's must not stand in a person's grade.
    """
    points = dict(override.points)
    key_points = [cell for cell in rubric.cells if rubric.kind_of(cell) is CellKind.KEY_POINT]
    if override.total is not None or any(cell not in points for cell in key_points):
        return override
    absent = {cell: Decimal(0) for cell in rubric.cells if cell not in points}
    return replace(override, points=tuple({**points, **absent}.items()))


def decide_new(store: Store, decisions: Iterable[Override], *, apart: bool = False) -> int:
    """Write down the decisions that are not there yet; return how many were new.

    `apart`: of several graders the first one's word decides, the others are kept beside it.
    """
    new = not_said_yet(store, decisions)
    for each in new:
        store.decide(each, apart=apart)
    return len(new)


def decide_drawn(store: Store, decisions: Iterable[Override]) -> None:
    """Write down grades of what an audit waits for, also where the mirror brought the same ones:
    those are no draws, and an audit would wait for them for ever.
    """
    drawn = [each.new for each in store.drawn()]
    for each in decisions:
        if each not in drawn:
            store.decide(each)


def not_said_yet(store: Store, decisions: Iterable[Override]) -> list[Override]:
    """Return the decisions that were not made before, or were taken back."""
    wanted = list(decisions)
    known = {_said(each) for each in store.standing_overrides(each.key for each in wanted)}
    return [each for each in wanted if _said(each) not in known]


def _said(override: Override) -> Override:
    """Return a word as it was said: a second grader's is told apart from the first one's."""
    return (
        replace(override, source=DecisionSource.TUNING)
        if override.source == DecisionSource.SECOND
        else override
    )
