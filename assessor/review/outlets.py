"""What the review page offers beside the answers: export, and the rubric's own file."""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

from assessor.assets import shipped_rubrics
from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.export_draft import (
    KINDS,
    STAYS_OUT,
    ExportWish,
)
from assessor.assignment.exporting import (
    NOTHING_RELEASED,
    ExportRequest,
    Prepared,
    prepare,
    upload_words,
    write_prepared,
)
from assessor.assignment.named_files import read_bytes, read_text
from assessor.assignment.person import NOBODY
from assessor.assignment.rubric_preview import asks_words, moved_words, preview_of
from assessor.assignment.ruled_class import read_again, reader_of
from assessor.assignment.run_words import money_words, stopped_because
from assessor.assignment.standing import load_standing, material_of, released_otherwise
from assessor.assignment.student_pages import write_pages
from assessor.assignment.whereabouts import own_folder
from assessor.config import ExportSettings
from assessor.engine.budget import Progress
from assessor.engine.reweighed import keep_reweighed
from assessor.errors import AssessorError, ColumnUnclear, InputError
from assessor.hosts import named_again, way_of
from assessor.judges.backends import backend_of
from assessor.report.feedback_pages import INDEX, Told, feedback_pages
from assessor.review.class_routes import RulingTools, Tools
from assessor.review.page_words import TARGETS
from assessor.review.release_preview import Preview
from assessor.review.weights import RubricFile
from assessor.rubric import Rubric, load_rubric
from assessor.store import OutcomeRecord, Store
from assessor.store.place import TEMPLATES, private_folder
from assessor.verdict import State
from assessor.writers import DOCUMENTS, EXPORTS
from assessor.writers.base import ChangeKind
from assessor.writers.files import write_file

FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOutlets:
    """An export without its questions: what needs an answer is left to the terminal.

    `templates` are platforms' own files that were put on the page, by target.
    """

    place: ClassFolder
    store: Store
    templates: dict[str, Path] = field(default_factory=dict)

    @property
    def names(self) -> Sequence[str]:
        """What can be written: first what has its file here, then what everybody can use."""
        own = [name for name, each in DOCUMENTS.items() if each.holds_grades and not each.needs]
        return list(dict.fromkeys([*self._here(), "xlsx", FEEDBACK, *EXPORTS, *own]))

    def _here(self) -> list[str]:
        """Return the platforms whose own file is here: put on the page, or read as answers."""
        path = load_standing(self.place, self.store).answers
        known = _known_to(read_bytes(path), path) if os.path.isfile(path) else []
        return [*self.templates, *known]

    def take(self, name: str, data: bytes) -> Sequence[str]:
        """Keep a platform's own file beside the class's memory; return whose it is."""
        path = self._templates() / (PurePath(name.replace("\\", "/")).name or "template")
        targets = _known_to(data, path)
        if not targets:
            raise InputError(
                f"{path.name}: is no file that a platform takes back; download its gradebook or "
                "grading worksheet for this assignment and put it here unchanged"
            )
        private_folder(path.parent)
        write_file(path, data)
        self.templates.update(dict.fromkeys(targets, path))
        return targets

    def preview(self, target: str, column: str = "") -> Preview:
        """Return what a target's file would change; nothing is written."""
        if target == FEEDBACK:
            pages, folder = self._pages()
            problem = "" if pages else "No grade is released yet, so there is nothing to hand out."
            written = ((max(0, len(pages) - 1), f"pages to be written to {folder}"),)
            return Preview(counts=written, problem=problem)
        if target in EXPORTS and target not in self._here():
            platform = TARGETS[target].partition(",")[0]
            wanted = f"Put {EXPORTS[target].sample} of {platform} on this page first"
            return Preview(problem=f"{wanted}: its grades are filled in there.")
        try:
            prepared = self._prepared(target, column)
        except ColumnUnclear as error:
            return Preview(choices=tuple(error.choices))
        draft, told = prepared.draft, prepared.preview
        changes, stay_out = told["changes"], told["stay_out"]
        counts = tuple(
            (int(count), KINDS[ChangeKind(kind)])
            for kind, count in (changes.items() if isinstance(changes, dict) else ())
        )
        counts += tuple(
            (int(count), f"left out: {STAYS_OUT[State(state)]}")
            for state, count in (stay_out.items() if isinstance(stay_out, dict) else ())
        )
        why = "no released grade differs" if draft.changes else NOTHING_RELEASED
        problem = "" if draft.writes else f"Nothing to write: {why}."
        return Preview(column=draft.column.title, counts=counts, notes=draft.notes, problem=problem)

    def write(self, target: str, column: str = "") -> str:
        """Write a target's file and say where. Raises InputError."""
        if target == FEEDBACK:
            pages, folder = self._pages()
            write_pages(self.place, self.store, folder, pages)
            return f"Written: {folder}. {INDEX} says whose page is whose: keep it to yourself."
        prepared = self._prepared(target, column)
        if not prepared.draft.writes:
            raise InputError("no released grade differs from what is there")
        write_prepared(self.place, self.store, prepared)
        return " ".join([f"Written: {prepared.out}.", *upload_words(prepared)])

    def _prepared(self, target: str, column: str) -> Prepared:
        known = self.place.config.export.get(target, ExportSettings())
        wish = ExportWish(
            target=target, column=column or known.column, points=known.points, scale=known.scale
        )
        template = self.templates.get(target)
        request = ExportRequest(template=template, out=None, release_unread=False, wish=wish)
        if target not in {*EXPORTS, *DOCUMENTS}:
            raise InputError(f"{target}: there is no such target")
        # Whoever sits at the terminal is not the one who clicked.
        return prepare(replace(self.place, person=NOBODY), self.store, request)

    def _pages(self) -> tuple[Mapping[str, bytes], Path]:
        """Return the students' pages of what is released, and the folder that they go into."""
        standing = load_standing(self.place, self.store)
        known = self.place.config.export.get(FEEDBACK, ExportSettings())
        told = Told(secret=self.store.secret, sentence=known.sentence)
        pages = feedback_pages(material_of(standing), told)
        return pages, own_folder(standing.out / FEEDBACK)

    def _templates(self) -> Path:
        memory = self.place.memory
        return (memory or Path(tempfile.mkdtemp(prefix="assessor-"))) / TEMPLATES


def _known_to(data: bytes, path: Path) -> list[str]:
    """Return the targets whose file this is."""
    return [name for name, each in EXPORTS.items() if each.recognises(data, str(path))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Rubric files of an assignment: in its folder, in its `rubrics/`, or named in its settings."""

    place: ClassFolder

    def find(self, rubric: Rubric) -> RubricFile | None:
        """Return the file that holds this rubric; a shipped one is written as a copy.

        Its wording may have been changed since, its key points and levels may not.
        """
        for path in self._own():
            if (text := _holds(path, rubric)) is not None:
                return RubricFile(text=text, target=str(path), is_own=True)
        shipped = shipped_rubrics().get(rubric.id)
        if shipped is None or (text := _holds(shipped, rubric)) is None:
            return None
        copy = self.place.folder / shipped.name
        if copy.exists():
            return None
        return RubricFile(text=text, target=str(copy), is_own=False)

    def write(self, file: RubricFile, text: str) -> None:
        """Write the file anew."""
        write_file(Path(file.target), text.encode())

    def _own(self) -> Sequence[Path]:
        folder = self.place.folder
        named = [folder / each.rubric for each in self.place.config.question]
        here = [path for place in (folder, folder / "rubrics", Path.cwd()) for path in _yaml(place)]
        found = [path for path in dict.fromkeys([*named, *here]) if path.is_file()]
        # Settings, and links, may lead to rubrics that are not this class's: they would be written
        # into, and the folder may have come from anybody.
        ours = (folder.resolve(), Path.cwd().resolve())
        return [path for path in found if any(map(path.parent.resolve().is_relative_to, ours))]


def _yaml(place: Path) -> list[Path]:
    return sorted((*place.glob("*.yaml"), *place.glob("*.yml")))


def _holds(path: Path, rubric: Rubric) -> str | None:
    """Return a file's text where it is this rubric, with the same cells and levels."""
    try:
        text = read_text(path)
        found = load_rubric(text, path.name)
    except AssessorError:
        return None
    same = found.id == rubric.id and found.cells == rubric.cells
    same = same and all(found.levels_of(cell) == rubric.levels_of(cell) for cell in rubric.cells)
    return text if same else None


def tools_for(place: ClassFolder, store: Store) -> Tools:
    """Return what the page offers, for one assignment."""

    def keep(rubrics: Mapping[str, Rubric], outcomes: Sequence[OutcomeRecord]) -> None:
        before = load_standing(place, store).run
        keep_reweighed(store, before, rubrics, outcomes)

    return Tools(
        outlets=ClassOutlets(place=place, store=store),
        files=Files(place=place),
        keep=keep,
        regrade=lambda: _regrade(place, store),
        rulings=_ruling_tools(replace(place, person=NOBODY), store),
    )


def _ruling_tools(place: ClassFolder, store: Store) -> RulingTools:
    """Return what rulings need: the judge is the one that the settings name."""

    def costs(old: Rubric, new: Rubric) -> str:
        return asks_words(preview_of(place, store, old, new).asks)

    async def reader() -> str:
        return await reader_of(place, load_standing(place, store).run)

    async def again(
        rubrics: Mapping[str, Rubric], watch: Callable[[Progress], None] | None = None
    ) -> Sequence[str]:
        before = load_standing(place, store)
        done = await read_again(place, store, before, rubrics, watch)
        after = load_standing(place, store, done.run.id)
        told = list(money_words(after, done.session, price_known=done.price_known))
        told += [f"Stopped: {why}" for why in [stopped_because(done.session)] if why]
        for question, new in rubrics.items():
            old = before.rubrics[question]
            if old.digest != new.digest:
                told.append(moved_words(preview_of(place, store, old, new)))
        return [*told, *released_otherwise(after.grades)]

    return RulingTools(costs=costs, reader=reader, read_again=again)


def _regrade(place: ClassFolder, store: Store) -> str:
    """Return the command that reads this class again, as it is typed from its folder."""
    standing, settings = load_standing(place, store), place.config.judge
    words = ["assessor", "grade", near(standing.answers)]
    if not place.config.question:
        files = Files(place=place)
        several = len(standing.rubrics) > 1
        for question, rubric in standing.rubrics.items():
            found = files.find(rubric)
            named = near(Path(found.target)) if found is not None else "RUBRIC"
            words += ["--rubric", f"{shlex.quote(question)}={named}" if several else named]
    judge = standing.run.command.judge
    if not settings.use:
        words += ["--judge", shlex.quote(judge)]
    if backend_of(judge).needs_model and not settings.model:
        told = standing.run.manifest
        own = way_of(place.config, place.environ).url
        words += ["--base-url", shlex.quote(named_again(told.circumstances.endpoint, own))]
        words += ["--model", shlex.quote(told.judge.model_asked or "MODEL")]
    return place.typed(" ".join(words))
