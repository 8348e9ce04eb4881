"""What the review page offers beside the answers: export, and the rubric's own file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assessor.assets import shipped_rubrics
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.export_draft import (
    KINDS,
    STAYS_OUT,
    Wish,
)
from assessor.assignment.exporting import ExportRequest, Prepared, prepare, write_prepared
from assessor.assignment.named_files import read_bytes, read_text
from assessor.assignment.person import NOBODY
from assessor.assignment.standing import load_standing
from assessor.config import ExportSettings
from assessor.engine.reweighed import keep_reweighed
from assessor.errors import AssessorError, InputError
from assessor.review.giving import Preview
from assessor.review.office import Tools
from assessor.review.weights import RubricFile
from assessor.rubric import Rubric, load_rubric
from assessor.store import OutcomeRecord, Store
from assessor.verdict import State
from assessor.writers import DOCUMENTS, EXPORTS
from assessor.writers.base import ChangeKind
from assessor.writers.files import write_file


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOutlets:
    """An export without its questions: what needs an answer is left to the terminal."""

    place: ClassFolder
    store: Store

    @property
    def names(self) -> Sequence[str]:
        """The platforms whose file the answers file is, and the files that need none."""
        path = load_standing(self.place, self.store).answers
        own = [name for name, each in DOCUMENTS.items() if each.holds_grades]
        if not os.path.isfile(path):
            return own
        data = read_bytes(path)
        known = [name for name, each in EXPORTS.items() if each.recognises(data, str(path))]
        return [*known, *own]

    def preview(self, target: str) -> Preview:
        """Return what a target's file would change; nothing is written."""
        prepared = self._prepared(target)
        draft, told = prepared.draft, prepared.preview
        changes, stay_out = told["changes"], told["stay_out"]
        counts = [
            (int(count), KINDS[ChangeKind(kind)])
            for kind, count in (changes.items() if isinstance(changes, dict) else ())
        ]
        counts += [
            (int(count), f"stay out: they {STAYS_OUT[State(state)]}")
            for state, count in (stay_out.items() if isinstance(stay_out, dict) else ())
        ]
        problem = "" if draft.writes else "Nothing to write: no released grade differs."
        return Preview(
            column=draft.column.title, counts=tuple(counts), notes=draft.notes, problem=problem
        )

    def write(self, target: str) -> str:
        """Write a target's file and say where. Raises InputError."""
        prepared = self._prepared(target)
        if not prepared.draft.writes:
            raise InputError("no released grade differs from what is there")
        write_prepared(self.place, self.store, prepared)
        return f"Written: {prepared.out}. Next: upload it to {target}."

    def _prepared(self, target: str) -> Prepared:
        known = self.place.config.export.get(target, ExportSettings())
        wish = Wish(target=target, column=known.column, points=known.points, scale=known.scale)
        request = ExportRequest(template=None, out=None, release_unread=False, wish=wish)
        if target not in {*EXPORTS, *DOCUMENTS}:
            raise InputError(f"{target}: there is no such target")
        # Whoever sits at the terminal is not the one who clicked.
        return prepare(replace(self.place, person=NOBODY), self.store, request)


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
        return [path for path in dict.fromkeys([*named, *here]) if path.is_file()]


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
    )
