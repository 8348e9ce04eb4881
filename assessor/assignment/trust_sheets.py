"""Sheets that people graded by hand: taken in, and what each covers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import read_bytes
from assessor.assignment.sheet_corrections import is_a_copy, refuse_a_copy
from assessor.assignment.sheet_preview import SheetPreview, preview_sheet, without_begun
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.assignment.standing import Standing, need_as_shown
from assessor.assignment.trust_basis import Trust, decide_new, not_said_yet, read_graded
from assessor.counting import plural
from assessor.errors import InputError, SubmissionError
from assessor.readers.hand_graded import SkippedRow, read_sheet
from assessor.store import Store
from assessor.submission import Key
from assessor.verdict import DecisionSource, Override
from assessor.writers.results import points_text

_MOST_SHEETS = 2
_MOST_BYTES = 4_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the answers taken in one sheet covers, and how many the other sheets do, too."""

    sheet: str
    covers: int
    shared: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came of the sheets: rows taken in, rows left, records without a number are neither."""

    taken: int = 0
    left: int = 0
    sheets: int = 0
    shares: tuple[Share, ...] = ()
    preview: SheetPreview = field(default_factory=SheetPreview)


def take_in_graded(
    place: ClassFolder, store: Store, trust: Trust, paths: Sequence[Path], *, take_all: bool
) -> Intake:
    """Keep people's grades: of the drawn answers, or all. The first sheet's word is what counts."""
    if trust.audit is not None and trust.audit.is_open and take_all:
        raise InputError(
            "an audit is open, and --all would take answers out of it: finish it first "
            "(assessor trust audit), or give its rows to it: assessor trust audit SHEET"
        )
    sheets = read_graded(trust, paths, DecisionSource.TUNING)
    for path, sheet in zip(paths, sheets, strict=True):
        if take_all and is_a_copy(trust.standing, sheet):
            refuse_a_copy(place, path, len(sheet))
    drawn = {
        part.bound for unit in (trust.sample.units if trust.sample else ()) for part in unit.parts
    }
    if not take_all and not drawn:
        raise InputError(
            "no answers were drawn to tune with: draw them first (assessor trust sample), or take "
            "every row of the sheet with --all"
        )
    wanted: Sequence[Override] = [
        each
        for sheet in sheets
        for each in sheet
        if take_all or (*each.key, each.answer_digest) in drawn
    ]
    wanted, _, begun = without_begun(trust.standing, wanted, [0] * len(wanted))
    # One sheet corrects what was said before; of several the first one's word is what counts.
    several = len(sheets) > 1 or len({each.key for each in wanted}) < len(wanted)
    first = {each.key: each for each in reversed(wanted)}
    preview = _preview_of(store, trust.standing, list(first.values()), begun)
    _preview_to(place, preview, paths[0])
    if preview.released:
        need_as_shown(place, store, trust.standing)
    decide_new(store, wanted, apart=several)
    taken = {each.key for each in wanted}
    rows = {each.key for sheet in sheets for each in sheet}
    shares = _shares(
        [each.name for each in paths], [{each.key for each in s} & taken for s in sheets]
    )
    return Intake(
        taken=len(taken), left=len(rows - taken), sheets=len(sheets), shares=shares, preview=preview
    )


def _preview_of(
    store: Store,
    standing: Standing,
    decisions: Sequence[Override],
    begun: Sequence[SkippedRow],
) -> SheetPreview:
    """Return what these decisions do; whose was said before and is another one by now is told."""
    new = not_said_yet(store, decisions)
    again = preview_sheet(standing, [(each, 0) for each in decisions if each not in new])
    left = [
        SkippedRow(
            line=each.line,
            student_id=each.student_id,
            name=each.name,
            why=f"was taken in before and decided otherwise since: {points_text(each.before)} "
            "stands, which assessor review changes",
        )
        for each in again.changes
    ]
    taken = preview_sheet(standing, [(each, 0) for each in new], [*begun, *left])
    return replace(taken, kept=taken.kept + again.kept)


def _preview_to(place: ClassFolder, preview: SheetPreview, path: Path) -> None:
    """Tell whose total changes, and ask where one does that is out already."""
    for each in preview.lines(path) if preview.changes or preview.skipped else ():
        place.person.hears(each.text)
    if preview.released and place.person.is_there and not place.person.said_yes:
        said = plural(preview.released, "released grade changes", "released grades change")
        place.person.goes_on(f"{said}. Take the grades in?")


def filled_sheets(standing: Standing) -> tuple[Path, ...]:
    """Return the sheets beside the answers in which people gave points, by name.

    What is ours with the judge's points in it, and what is no sheet of this class, is none.
    """
    submissions = [each.submission for each in standing.grades]
    found: list[Path] = []
    for path in sorted(standing.places.home.iterdir()):
        if path.suffix.lower() not in {".csv", ".xlsx"} or path == standing.answers:
            continue
        if len(found) == _MOST_SHEETS or path.stat().st_size > _MOST_BYTES:
            continue
        try:
            sheet = read_sheet(
                read_bytes(path), str(path), standing.rubrics, submissions, DecisionSource.TUNING
            )
        except (SubmissionError, InputError):
            continue
        if sheet.decisions and not sheet.seen:
            found.append(path)
    return tuple(found)


def _shares(names: Sequence[str], covered: Sequence[Set[Key]]) -> tuple[Share, ...]:
    """Return what each of several sheets covers of the others; nothing of a single one."""
    if len(covered) < 2:
        return ()
    found = []
    for place, (name, own) in enumerate(zip(names, covered, strict=True)):
        others = {key for each in (*covered[:place], *covered[place + 1 :]) for key in each}
        found.append(Share(sheet=name, covers=len(own), shared=len(own & others)))
    return tuple(found)


def intake_lines(intake: Intake) -> Iterator[SpokenLine]:
    """Yield what came in of sheets, and what each of them covers."""
    graded = plural(
        intake.taken, "answer graded by a person was", "answers graded by a person were"
    )
    text = f"{graded} taken in"
    if intake.left:
        text += (
            f"; {plural(intake.left, 'further row was', 'further rows were')} left: not drawn "
            "to tune "
            "(--all takes them, too)"
        )
    yield SpokenLine(text + ".")
    for each in intake.shares:
        alone = each.covers - each.shared
        yield SpokenLine(
            f"  {each.sheet}: covers {each.covers} of the {intake.taken}; "
            f"{each.shared} of them another sheet covers, too, {alone} it covers alone"
        )
    if not intake.taken:
        yield SpokenLine("Does the sheet hold the drawn answers, and numbers?", Tone.WARNING)
