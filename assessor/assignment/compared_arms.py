"""What A and B of `assessor compare` are: runs, rubrics, sheets; and what both are measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import find_rubric, read_bytes
from assessor.assignment.standing import Standing, load_standing
from assessor.assignment.trust_basis import completed, refuse_own, tell_notes
from assessor.counting import plural
from assessor.engine.trusting import is_judged
from assessor.errors import InputError, RubricError
from assessor.readers.hand_graded import read_sheet
from assessor.readers.tables import read_tables
from assessor.rubric import ABSENT, Rubric
from assessor.scoring import score
from assessor.sheet import columns_of
from assessor.store import RunRecord, Store
from assessor.submission import Submission
from assessor.trust.arms import Arm, MarkedAnswer, Place, marked_by, noise, place_of
from assessor.trust.labels import levels_of
from assessor.trust.records import frozen_digest
from assessor.verdict import DecisionSource, Override

SHEETS = frozenset({".csv", ".tsv", ".xlsx", ".ods"})
BLIND = frozenset({DecisionSource.TUNING, DecisionSource.AUDIT, DecisionSource.SHEET})
GROUPS = ("language", "section", "group")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedArms:
    """Both arms, further runs of the very grader of A, and the submissions they are about."""

    a: Arm
    b: Arm
    replicates: tuple[Arm, ...]
    submissions: tuple[Submission, ...]
    rubrics: Mapping[str, Rubric]
    people: bool
    wavers: float | None = None

    @property
    def noise(self) -> float | None:
        """The share of cells that the grader of A decides otherwise when asked anew: by further
        runs of it, else by what its own run read again (`grade --stability`)."""
        told = noise(self.a, self.replicates)
        return self.wavers if told is None else told


def open_bench(place: ClassFolder, store: Store, first: str, second: str) -> ComparedArms:
    """Return both arms. Raises InputError for what is neither run, rubric nor sheet."""
    runs = [_run_of(place, store, each) for each in (first, second)]
    standing = _standing(place, store, next((each for each in runs if each), None))
    arms = [
        _arm_of_run(_standing(place, store, run), name)
        if run is not None
        else _arm_of_sheet(Path(name), standing)
        for name, run in zip((first, second), runs, strict=True)
    ]
    replicates: tuple[Arm, ...] = ()
    if runs[0] is not None:
        replicates = tuple(
            _arm_of_run(_standing(place, store, each), each.id) for each in _repeats(store, runs[0])
        )
    return ComparedArms(
        a=arms[0],
        b=arms[1],
        replicates=replicates,
        submissions=tuple(each.submission for each in standing.outcomes),
        rubrics=standing.rubrics,
        people=runs == [None, None],
        wavers=_wavers(runs[0]),
    )


def truth_of(
    place: ClassFolder, store: Store, bench: ComparedArms, grades: Path | None
) -> dict[Place, Override]:
    """Return people's grades: of the sheet, else all that were given blind."""
    if grades is not None:
        sheet = read_sheet(
            read_bytes(grades), str(grades), bench.rubrics, bench.submissions, DecisionSource.TUNING
        )
        refuse_own(grades, sheet)
        tell_notes(sheet, place.person)
        given = [completed(bench.rubrics[each.question], each) for each in sheet.decisions]
    elif bench.people:
        return {}
    else:
        known = {(*each.key, each.answer_digest) for each in bench.submissions}
        given = [
            each
            for each in store.standing_overrides(each.key for each in bench.submissions)
            if each.source in BLIND and (*each.key, each.answer_digest) in known
        ]
    return {place_of(each.key, bench.rubrics): each for each in given}


def groups_of(grades: Path | None) -> dict[str, dict[str, str]]:
    """Return who belongs to which language, section or group, where the sheet has such columns."""
    if grades is None:
        return {}
    table = read_tables(read_bytes(grades), str(grades))[0]
    titles = columns_of(table.header)
    found: dict[str, dict[str, str]] = {name: {} for name in GROUPS if name in titles}
    for _, cells in table.records():
        row = dict(zip(titles, cells, strict=False))
        for name, column in found.items():
            if row.get(name, "").strip():
                column[row["student_id"].removeprefix("'")] = row[name].strip()
    return found


def _run_of(place: ClassFolder, store: Store, name: str) -> RunRecord | None:
    """Return the run that a name means; None for a sheet."""
    path = Path(name)
    if path.suffix.lower() in SHEETS:
        return None
    runs = store.runs()
    named = [each for each in runs if each.id.startswith(name)]
    if len(named) == 1:
        return named[0]
    if len(named) > 1:
        raise InputError(
            f"{name!r} is the beginning of {plural(len(named), 'run')}; write more of the id"
        )
    try:
        rubric, _ = find_rubric(name, place.folder)
    except RubricError as error:
        if path.suffix.lower() in {".yaml", ".yml"} and path.is_file():
            raise
        raise InputError(
            f"{name!r} is neither a run (assessor runs list), nor a rubric's file or id, nor a "
            "sheet (.csv, .xlsx)"
        ) from error
    by_it = [each for each in runs if rubric.digest in dict(each.command.rubrics).values()]
    if not by_it:
        raise InputError(
            f"{name}: nothing was graded by this rubric yet; grade with it first (what it shares "
            f"with another is not asked again): assessor grade ANSWERS --rubric {name}"
        )
    return by_it[-1]


def _standing(place: ClassFolder, store: Store, run: RunRecord | None) -> Standing:
    if run is None:
        return load_standing(place, store)
    return load_standing(place, store, run.id)


def _arm_of_run(standing: Standing, name: str) -> Arm:
    marks = {}
    for outcome in standing.outcomes:
        if not is_judged(outcome):
            continue
        rubric = standing.rubrics[outcome.submission.question]
        earned = score(rubric, {each.cell: each for each in outcome.findings}).cells
        marks[place_of(outcome.submission.key, standing.rubrics)] = MarkedAnswer(
            levels={
                each.cell: levels_of(rubric, each.cell).index(each.level or ABSENT)
                for each in earned
                if each.cell in rubric.cells
            },
            total=outcome.proposed,
            words=len(outcome.submission.answer.split()),
        )
    return Arm(name=_told(standing, name), rubrics=standing.rubrics, marks=marks)


def _told(standing: Standing, name: str) -> str:
    """Return how a run is called: what was typed, its judge and its rubrics."""
    rubrics = ", ".join(each.id for each in standing.rubrics.values())
    model, run = standing.run.manifest.judge.name, standing.run.id
    return (
        f"{name} (run {run}, {model}, {rubrics})" if name != run else f"{run} ({model}, {rubrics})"
    )


def _arm_of_sheet(path: Path, standing: Standing) -> Arm:
    submissions = [each.submission for each in standing.outcomes]
    sheet = read_sheet(
        read_bytes(path), str(path), standing.rubrics, submissions, DecisionSource.TUNING
    )
    refuse_own(path, sheet)
    tell_notes(sheet, standing.person)
    words = {each.key: len(each.answer.split()) for each in submissions}
    marks = {}
    for each in sheet.decisions:
        whole = completed(standing.rubrics[each.question], each)
        mark = marked_by(whole, standing.rubrics[each.question])
        marks[place_of(each.key, standing.rubrics)] = MarkedAnswer(
            levels=mark.levels, total=mark.total, words=words[each.key]
        )
    return Arm(name=str(path), rubrics=standing.rubrics, marks=marks)


def _repeats(store: Store, run: RunRecord) -> list[RunRecord]:
    """Return the other runs of the very same grader that asked anew instead of replaying."""
    frozen = frozen_digest(run.manifest)
    return [
        each
        for each in store.runs()
        if each.id != run.id
        and frozen_digest(each.manifest) == frozen
        and _asked_anew(each)
        and _asked_anew(run)
    ]


def _wavers(run: RunRecord | None) -> float | None:
    """Return the share of cells that a run read again and decided otherwise."""
    read = run.manifest.stability if run is not None else None
    return 1 - read.same_level / read.cells if read is not None and read.cells else None


def _asked_anew(run: RunRecord) -> bool:
    facts = run.manifest.circumstances
    return bool(facts.requests) and not facts.from_store
