"""One class from Python: read, plan, grade, review by sheet, trust, release, export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from assessor.assignment.answers_file import read_class
from assessor.assignment.class_folder import ClassFolder, unknown_target
from assessor.assignment.cost_estimate import RunPlan, plan_of
from assessor.assignment.export_draft import ExportWish, with_settings
from assessor.assignment.exporting import ExportRequest, agree_to_write, prepare, write_prepared
from assessor.assignment.grading import (
    UNWATCHED,
    ClassRead,
    GradeRequest,
    Watcher,
    job_of,
    read_to_grade,
    run_through,
    write_places,
)
from assessor.assignment.judge_choice import JudgeChoice, chosen_by_program, open_bench
from assessor.assignment.named_files import find_rubric
from assessor.assignment.names_in_answers import heed_names
from assessor.assignment.outgoing import release_grades
from assessor.assignment.rubric_preview import RubricPreview, preview_of
from assessor.assignment.run_result import Run, run_of
from assessor.assignment.sheet_corrections import TakenIn, take_in
from assessor.assignment.sheet_handed_out import hand_out_sheet
from assessor.assignment.standing import Standing, keep_results, load_standing, write_results
from assessor.assignment.trust_basis import load_trust, refit
from assessor.assignment.trust_sheets import Intake, take_in_graded
from assessor.assignment.trust_steps import trust_json
from assessor.assignment.tuning_sample import draw_sample, still_to_tune
from assessor.engine.by_hand import grade_by_hand
from assessor.engine.session import Bench, Job, open_session
from assessor.errors import InputError
from assessor.grade import Grade, unread
from assessor.judges.base import Judge
from assessor.readers import Answers
from assessor.rubric import Rubric
from assessor.store import Store
from assessor.writers import DOCUMENTS, EXPORTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A file that was written: where, and the counts that its preview has."""

    path: Path
    preview: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """One class in its folder: everything that the commands do, without a terminal.

    What a person would be asked there is refused here, as in a pipeline, with what to name. All
    methods raise AssessorError and nothing else.
    """

    place: ClassFolder

    @property
    def folder(self) -> Path:
        """Where the class is."""
        return self.place.folder

    def read(self, answers: str | Path) -> Answers:
        """Return what is understood of an answers file, by the settings."""
        return read_class(self.place, self._path(answers))

    def rubric(self, name: str) -> Rubric:
        """Return a rubric by its file or by the id of a shipped one."""
        return find_rubric(name, self.folder)[0]

    async def plan(
        self, answers: str | Path, rubrics: Sequence[str] = (), *, judge: Judge | None = None
    ) -> RunPlan:
        """Return what grading would ask and cost; nothing is sent."""
        request = GradeRequest(rubrics=tuple(rubrics), answers=self._path(answers), dry_run=True)
        found = await self._found(request, judge, None)
        return plan_of(job_of(self.place, request, found), found.choice)

    async def grade(
        self,
        answers: str | Path,
        rubrics: Sequence[str] = (),
        *,
        judge: Judge | None = None,
        strong: Judge | None = None,
        limit: int | None = None,
        watcher: Watcher | None = None,
    ) -> Run:
        """Grade an answers file and write its files; the same call again resumes.

        `rubrics` are files or ids, or "QUESTION=RUBRIC" for several questions; without any those
        of assessor.toml count, and without a `judge` the one that is set there. A judge that is
        given stays open. `limit`: ask about the first so many answers only. A judge that cannot be
        used is `problem` of what comes back.
        """
        request = GradeRequest(
            rubrics=tuple(rubrics),
            answers=self._path(answers),
            limit=limit,
        )
        found = await self._found(request, judge, strong)
        job = job_of(self.place, request, found)
        job, _ = heed_names(self.place, found.choice, job, found.read.submissions)
        with self.place.open_store() as store:
            if not found.choice.facts.reads:
                return self._by_hand(store, job, found)
            async with self._bench(found.choice, store, judge, strong) as bench:
                return await self._graded(job, bench, watcher or UNWATCHED)

    def standing(self, run: str = "") -> Standing:
        """Return the class as it stands: the latest run's proposals, people's words above them."""
        with self.place.open_store() as store:
            return load_standing(self.place, store, run)

    def grades(self) -> tuple[Grade, ...]:
        """Return the grades as they stand, in the order of the file."""
        return self.standing().grades

    def write_sheet(self, out: str | Path, *, blind: bool = False) -> int:
        """Write a sheet to fill in (.csv, .xlsx) and return how many answers are on it.

        It holds what waits for a person with the judge's view beside it; `blind`, every undecided
        answer and nothing of the judge. A sheet that is there is never written over.
        """
        with self.place.open_store() as store:
            return hand_out_sheet(self.place, store, self._path(out), blind=blind)

    def take_in(self, sheet: str | Path) -> TakenIn:
        """Take in a sheet that a person filled in; what they said is released as reviewed."""
        with self.place.open_store() as store:
            standing = load_standing(self.place, store)
            return take_in(self.place, store, standing, self._path(sheet), lambda _, __: None)

    def draw_to_tune(self, size: int, out: str | Path) -> int:
        """Draw answers to be graded blind, write their sheet, and return how many they are."""
        return len(draw_sample(self.place, size, self._path(out)).units)

    def trust(
        self, sheets: Iterable[str | Path] = (), *, take_all: bool = False
    ) -> dict[str, object]:
        """Take in sheets that were graded blind, and return how far the grades can be trusted.

        Of the sheets the rows that were drawn count (`take_all`: every row). What comes back is
        what `assessor trust --json` prints.
        """
        paths = [self._path(each) for each in sheets]
        with self.place.open_store() as store:
            trust, intake = load_trust(self.place, store), Intake()
            if paths:
                intake = take_in_graded(self.place, store, trust, paths, take_all=take_all)
                trust = load_trust(self.place, store)
            trust = refit(self.place, store, trust)
            write_results(trust.standing)
            return trust_json(trust, intake, len(still_to_tune(store, trust)))

    def release_unread(self) -> int:
        """Release what nobody has read and nothing holds back; return how many grades that are."""
        with self.place.open_store() as store:
            standing = load_standing(self.place, store)
            waiting = unread(standing.grades)
            release_grades(store, standing, waiting)
            write_results(load_standing(self.place, store))
            return len(waiting)

    def export(
        self,
        target: str,
        *,
        template: str | Path | None = None,
        column: str = "",
        out: str | Path | None = None,
        release_unread: bool = False,
        rules: Iterable[str] = (),
    ) -> Exported:
        """Write the file that a platform takes back, of released grades alone, and say where.

        `template` is the platform's own file; without one it is the answers file, where that is
        one. `rules` are "allow_lower", "add_to_existing" and "scale", as the command's options.
        Students that the file does not have are left out only with `said_yes` on opening.

        Raises InputError where there is no such target, or nothing can be written.
        """
        if target not in {*EXPORTS, *DOCUMENTS}:
            raise InputError(f"export: {unknown_target(target)}")
        wanted = frozenset(rules)
        if odd := wanted - {"allow_lower", "add_to_existing", "scale"}:
            raise InputError(f"rules: {min(odd)!r} is none; see help(Assignment.export)")
        wish = ExportWish(
            target=target,
            column=column,
            allow_lower="allow_lower" in wanted,
            add_to_existing="add_to_existing" in wanted,
            scale="scale" in wanted,
        )
        request = ExportRequest(
            template=None if template is None else self._path(template),
            out=None if out is None else self._path(out),
            release_unread=release_unread,
            wish=with_settings(wish, self.place.config),
        )
        with self.place.open_store() as store:
            prepared = prepare(self.place, store, request)
            agree_to_write(self.place, store, prepared)
            write_prepared(self.place, store, prepared)
        return Exported(path=prepared.out, preview=prepared.preview)

    def preview_rubric(self, old: str, new: str) -> RubricPreview:
        """Return what follows from a new version of a rubric; nothing is asked."""
        with self.place.open_store() as store:
            return preview_of(self.place, store, self.rubric(old), self.rubric(new))

    def _path(self, path: str | Path) -> Path:
        """Return a path as the folder means it: a relative one is in the folder."""
        return self.folder / path

    async def _found(
        self, request: GradeRequest, judge: Judge | None, strong: Judge | None
    ) -> ClassRead:
        if judge is None and strong is not None:
            raise InputError("strong: is the judge of the second looks; give the first one, too")
        own = None
        if judge is not None:
            own = chosen_by_program(self.place.config.judge, judge, strong)
        return await read_to_grade(self.place, request, own)

    def _bench(
        self, choice: JudgeChoice, store: Store, judge: Judge | None, strong: Judge | None
    ) -> AbstractAsyncContextManager[Bench]:
        if judge is None:
            return open_bench(self.place, choice, store)
        return nullcontext(
            Bench(judge=judge, strong=strong, store=store, ambient=self.place.ambient)
        )

    def _by_hand(self, store: Store, job: Job, found: ClassRead) -> Run:
        grade_by_hand(job, store, self.place.ambient)
        standing = load_standing(self.place, store, store.runs()[-1].id)
        write_results(standing)
        write_places(self.place, job, found.out)
        return Run(
            grades=standing.grades,
            stopped="",
            requests=0,
            from_store=0,
            cost=None,
            manifest=standing.run.manifest.facts,
        )

    async def _graded(self, job: Job, bench: Bench, watcher: Watcher) -> Run:
        async with open_session(job, bench) as session:
            await run_through(session, job, bench, watcher)
        standing = load_standing(self.place, bench.store, session.run_id)
        keep_results(standing)
        selected = job.selected
        grades = tuple(
            each for each in standing.grades if selected is None or each.submission.key in selected
        )
        return run_of(session, job, grades, standing.run.manifest)
