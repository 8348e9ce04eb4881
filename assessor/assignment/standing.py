"""A class as it stands: the latest run's proposals, people's decisions above them, the files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.find_folder import MEMORY
from assessor.assignment.person import NOBODY, Person
from assessor.assignment.whereabouts import Whereabouts, about, whereabouts
from assessor.counting import plural
from assessor.engine.blind import audit_standing
from assessor.engine.feedback import with_words
from assessor.engine.session import decided_on
from assessor.engine.settle import grades_of
from assessor.errors import InputError, NothingGraded
from assessor.grade import Grade, was_released_otherwise
from assessor.manifest import Manifest
from assessor.method_choice import accepted_words
from assessor.report.footing import Footing, gather
from assessor.report.material import ReportMaterial
from assessor.report.page import report_page
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord, RunRecord, Store
from assessor.trust.audit_standing import AuditStanding, audit_facts, audit_words
from assessor.trust.records import frozen_digest
from assessor.verdict import Override
from assessor.writers.files import edited_since, write_over
from assessor.writers.results import grades_csv, key_points_csv, totals_csv
from assessor.writers.totals import totals_of

# Students who are named in one line.
NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One run with everything that was decided since.

    `mark` tells whether any outcomes were written after these were read.
    """

    run: RunRecord
    rubrics: Mapping[str, Rubric]
    grades: tuple[Grade, ...]
    places: Whereabouts
    outcomes: tuple[OutcomeRecord, ...]
    decided: tuple[Override, ...]
    title: str = ""
    head: str = ""
    audit: AuditStanding | None = None
    runs: tuple[Manifest, ...] = ()
    footing: Footing = field(default_factory=Footing)
    person: Person = NOBODY
    mark: str = ""

    @property
    def out(self) -> Path:
        """Where this run's files are written."""
        return self.places.out

    @property
    def answers(self) -> Path:
        """The answers file that was graded."""
        return self.places.answers


def load_standing(
    place: ClassFolder,
    store: Store,
    run_id: str = "",
    *,
    outcomes: tuple[OutcomeRecord, ...] | None = None,
) -> Standing:
    """Return this run, else the one that --run names, else the latest, as it stands now.

    `outcomes` are the run's, where they are at hand just as they were kept: a large class is not
    held twice. Raises NothingGraded where nothing was graded yet,
    or it was forgotten.
    """
    named = run_id or place.run_named
    run = store.run(named) if named else store.latest_run()
    if run is None:
        raise NothingGraded(_nothing_graded(place, store))
    rubrics = rubrics_of(store, run)
    mark = store.last_outcome()
    if outcomes is None:
        outcomes = store.outcomes(run.id)
    decided = decided_on(store, [each.submission for each in outcomes])
    grades = with_words(store, rubrics, grades_of(rubrics, outcomes, decided, store.releases()))
    return Standing(
        run=run,
        rubrics=rubrics,
        grades=grades,
        places=whereabouts(place, store, run),
        outcomes=outcomes,
        decided=decided,
        title=place.config.assignment.title,
        head=store.head(),
        audit=audit_standing(store, rubrics, grades, frozen_digest(run.manifest)),
        runs=tuple(each.manifest for each in store.runs()),
        footing=gather(store, rubrics, outcomes, run.manifest),
        person=place.person,
        mark=mark,
    )


def standing_anew(place: ClassFolder, store: Store, before: Standing) -> Standing:
    """Return the class as it stands after decisions or releases; its answers are held once."""
    latest = store.latest_run()
    same = latest is not None and latest.id == before.run.id
    kept = before.outcomes if same and store.last_outcome() == before.mark else None
    return load_standing(place, store, before.run.id if same else "", outcomes=kept)


def need_as_shown(place: ClassFolder, store: Store, shown: Standing) -> None:
    """Refuse to go on where the class is another one than a person was shown and asked about.

    Raises InputError.
    """
    now = {each.submission.key: each for each in standing_anew(place, store, shown).grades}
    changed = [each for each in shown.grades if now.get(each.submission.key) != each]
    if changed:
        first = changed[0].submission.student_id
        raise InputError(
            f"{plural(len(changed), 'grade')} changed while you were asked ({first!r}"
            f"{' …' if len(changed) > 1 else ''}), so this is not what you were shown; nothing was "
            "written or sent: run the same again"
        )


def _nothing_graded(place: ClassFolder, store: Store) -> str:
    """Return that there is no class here, or none any more, and where one may be."""
    said = f"{place.folder}: nothing was graded here yet; "
    if store.has_forgotten():
        said = f"{place.folder}: what was graded here was forgotten (assessor runs purge); "
    elif not place.store_named:
        below = sorted(each.parent for each in place.folder.glob(f"*/{MEMORY}"))
        if below:
            several = f" (or in {plural(len(below) - 1, 'other folder')})" if len(below) > 1 else ""
            return f"{said}go where the class is: cd {near(below[0])}{several}"
    return f"{said}start with: assessor grade ANSWERS --rubric RUBRIC"


def spoken_of(standing: Standing) -> str:
    """Return which file, class and run a command speaks of."""
    started = standing.run.started_at[:16].replace("T", " ")
    return f"{standing.answers.name} in {standing.places.home}, run {standing.run.id} of {started}"


def spoken_of_json(standing: Standing) -> dict[str, str]:
    """Return which file, class and run a command speaks of, for a program."""
    return {
        "answers": str(standing.answers),
        "folder": str(standing.places.home),
        "run": standing.run.id,
    }


def doubts_of(standing: Standing) -> tuple[str, ...]:
    """Return what whoever gives these grades back must know: judge, edits left out."""
    words = accepted_words(standing.run.manifest.method)
    doubts = [f"{words}."] if words else []
    doubts += released_otherwise(standing.grades)
    doubts += judged_beside(standing)
    if edited_since(path := standing.out / "grades.csv"):
        doubts.append(
            f"{path.name} was edited by hand, and what was typed there does not count yet; to take "
            f"it in first: assessor review --sheet {near(path)}"
        )
    return tuple(doubts)


def released_otherwise(grades: Iterable[Grade]) -> tuple[str, ...]:
    """Return of whom a grade is out that is proposed otherwise since, in one line; none of none."""
    whose = [each.submission.student_id for each in grades if was_released_otherwise(each)]
    if not whose:
        return ()
    named = ", ".join(whose[:NAMED]) + (" …" if len(whose) > NAMED else "")
    return (
        f"{plural(len(whose), 'grade was', 'grades were')} released unread with other points than "
        f"are proposed now ({named}): read again, or worth another number, since. What was "
        "released goes out; for what is proposed now, take the release back on the review page "
        "(assessor review, Release) and release again.",
    )


def judged_beside(standing: Standing) -> tuple[str, ...]:
    """Return whose grade by a person has points that only the judge gave, in one line, if any.

    That is of a key point that is new since, or that a sheet's row left out.
    """
    decided = {(*each.key, each.answer_digest): each for each in standing.decided}
    whose: list[str] = []
    what: list[str] = []
    for grade in standing.grades:
        word = decided.get((*grade.submission.key, grade.submission.answer_digest))
        if word is None or word.total is not None:
            continue
        given = dict(word.points)
        if beside := [each.cell for each in grade.cells if each.points and each.cell not in given]:
            whose.append(grade.submission.student_id)
            what += beside
    if not whose:
        return ()
    named = ", ".join(whose[:NAMED]) + (" …" if len(whose) > NAMED else "")
    one, more = "grade that a person decided counts", "grades that a person decided count"
    return (
        f"{plural(len(whose), one, more)} the judge's points for what that person said nothing of "
        f"({', '.join(dict.fromkeys(what))}; {named}): it is new in the rubric, or was left out of "
        "a sheet. Look at it there: assessor review.",
    )


def rubrics_of(store: Store, run: RunRecord) -> Mapping[str, Rubric]:
    """Return the rubrics that a run graded by, by question."""
    return {question: store.rubric(digest) for question, digest in run.command.rubrics}


def write_results(standing: Standing) -> None:
    """Write grades.csv, key_points.csv, run.json and report.html, and totals.csv for several."""
    for name, parts in tables_of(standing).items():
        write_ours(standing.out / name, parts, standing.person)
    write_ours(standing.out / "report.html", report_page(material_of(standing)), standing.person)


def keep_results(standing: Standing) -> bool:
    """Write the files of a run that read something; return whether what was there was left alone.

    A run in which nothing could be read takes nothing away.
    """
    kept = standing.run.read_nothing and (standing.out / "grades.csv").is_file()
    if not kept:
        write_results(standing)
    return kept


def tables_of(standing: Standing) -> dict[str, Iterable[bytes]]:
    """Return the tables and run.json, which say what the store says, by their file's name.

    Each comes in parts, which are made as they are asked for, once.
    """
    grades = standing.grades
    cells = {question: rubric.graded for question, rubric in standing.rubrics.items()}
    tables: dict[str, Iterable[bytes]] = {
        "grades.csv": grades_csv(grades, cells),
        "key_points.csv": key_points_csv(grades),
    }
    if len(standing.rubrics) > 1:
        tables["totals.csv"] = totals_csv(totals_of(grades, standing.rubrics))
    facts = standing.run.manifest.facts | {"audit": audit_facts(standing.audit)}
    if "circumstances" in facts:
        facts["circumstances"] |= about(standing.out, standing.answers)
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    # A name that is no text stands as JSON escapes it, and reads back as it is.
    return {**tables, "run.json": (text.encode(errors="backslashreplace"), b"\n")}


def write_ours(path: Path, data: bytes | Iterable[bytes], person: Person) -> None:
    """Write a file of ours anew, and say where a person's edits of it are kept. Raises StoreError.

    What is typed into these files changes no grade by itself: a person takes it in, or reviews.
    """
    if kept := write_over(path, data):
        way = "it changes no grade (to change grades: assessor review)"
        if path.name == "grades.csv":
            way = f"what it changes counts once taken in: assessor review --sheet {near(kept)}"
        person.hears(
            f"{path.name} was edited by hand since it was written: your version is kept as "
            f"{kept.name} beside it; {way}"
        )


def material_of(standing: Standing) -> ReportMaterial:
    """Return what the report and the feedback pages are made of."""
    return ReportMaterial(
        rubrics=standing.rubrics,
        grades=standing.grades,
        outcomes=standing.outcomes,
        decided=standing.decided,
        manifest=standing.run.manifest,
        answers=standing.answers.name,
        title=standing.title,
        head=standing.head,
        audit=audit_words(standing.audit),
        runs=standing.runs,
        footing=standing.footing,
    )
