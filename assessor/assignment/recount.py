"""Add up again what each run proposed, from the findings that the store holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.push_receipt import PUSHES, unlike_plans
from assessor.assignment.standing import (
    Standing,
    load_standing,
    material_of,
    rubrics_of,
    tables_of,
)
from assessor.assignment.whereabouts import GRADED
from assessor.counting import plural
from assessor.grade import proposed_points
from assessor.report.page import report_page
from assessor.store import Store
from assessor.verdict import State
from assessor.writers.files import edited_since, taken_away
from assessor.writers.results import points_text

_GONE = "was written, and no file stands there any more; assessor trust writes it anew"
_OLD = (
    "is not what the store gives, being older than the last decision, another version's, or edited "
    "with its record; assessor trust writes it anew"
)
# A head as it is printed.
_HEAD = re.compile(r"[\w:]*[0-9a-f]{64}")
SCORED = frozenset({State.GRADED, State.NEEDS_REVIEW})


def unlike_files(place: ClassFolder, store: Store) -> Iterator[str]:
    """Yield a line for each file of the latest run that does not say what the store says."""
    if store.latest_run() is None:
        yield from _of_nothing(place, store)
        return
    standing = load_standing(place, store)
    tables = tables_of(standing)
    here = {name for name in (*tables, "report.html") if (standing.out / name).is_file()}
    for name, data in tables.items():
        path = standing.out / name
        # Gone together with the record of its writing, it is missed by those written with it.
        if taken_away(path) or (here and name not in here):
            yield f"{path}: {_GONE}"
        if not path.is_file() or path.read_bytes() == data:
            continue
        if edited_since(path):
            yield f"{path}: was edited by hand; that changes no grade (assessor review does)"
        else:
            yield f"{path}: {_OLD}"
    path = standing.out / "report.html"
    if taken_away(path) or (here and "report.html" not in here):
        yield f"{path}: {_GONE}"
    elif edited_since(path):
        yield f"{path}: was edited by hand"
    elif path.is_file() and not _is_reported(store, standing, path.read_text("utf-8", "replace")):
        yield f"{path}: {_OLD}"
    yield from unlike_plans(standing.out / PUSHES, store)


def _is_reported(store: Store, standing: Standing, page: str) -> bool:
    """Return whether a page is the report of what stands, with this head or one of before."""
    printed = next(filter(store.knows_head, _HEAD.findall(page)), standing.head)
    return report_page(material_of(replace(standing, head=printed))) == page.encode()


def _of_nothing(place: ClassFolder, store: Store) -> Iterator[str]:
    """Yield results here that no store knows: it was taken away, unless it was told to forget."""
    if place.store_named or store.has_forgotten():
        return
    for each in sorted((place.folder / GRADED).glob("*/run.json")):
        yield f"{each.parent}: holds results, and the memory that they are from is not here"


def recount(store: Store) -> Iterator[str]:
    """Yield a line for each stored proposal that its own findings and rubric do not give."""
    for run in store.runs():
        rubrics = rubrics_of(store, run)
        for outcome in store.outcomes(run.id):
            rubric = rubrics.get(outcome.submission.question)
            if outcome.state not in SCORED or outcome.proposed is None or rubric is None:
                continue
            if {each.cell for each in outcome.findings} != set(rubric.cells):
                continue
            points = proposed_points(rubric, outcome.findings, outcome.submission)
            if points != outcome.proposed:
                yield (
                    f"run {run.id}: {outcome.submission.student_id!r} has "
                    f"{plural(points_text(outcome.proposed), 'point')} there, and its "
                    "findings give "
                    f"{points_text(points)}; grade again, or compare with a backup"
                )
