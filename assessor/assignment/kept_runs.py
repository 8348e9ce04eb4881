"""What the store keeps of a class: its runs, its batches, what lies at hosts; and forgetting."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from assessor.assignment.batch_dropping import DROPPED
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.given_out import unlike_given_out
from assessor.assignment.push_receipt import PUSHES, unlike_plans
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.assignment.standing import (
    Standing,
    load_standing,
    material_of,
    rubrics_of,
    tables_of,
)
from assessor.assignment.whereabouts import GRADED, whereabouts
from assessor.config import host_of
from assessor.counting import plural
from assessor.engine.borne_out import not_borne_out
from assessor.errors import ConfigError, InputError
from assessor.grade import proposed_points
from assessor.report.page import report_page
from assessor.store import Store
from assessor.store.batches import Batch, Step
from assessor.store.chain import DECISION, JUDGING, OUTCOMES, PURGE, RUN, TRUST
from assessor.store.log import LOGS
from assessor.store.place import private_folder
from assessor.verdict import State
from assessor.version import VERSION
from assessor.writers.files import edited_since, holds, taken_away
from assessor.writers.results import points_text

_WORDS = {
    "intended": "about to be handed in",
    "uploaded": "about to be handed in",
    "created": "under way",
    "collected": "collected",
    "cleared": "collected",
    "given_up": "refused or lost; asked anew",
}


def run_rows(store: Store) -> list[dict[str, object]]:
    """Return the runs as --json tells them, oldest first."""
    return [
        {
            "run": run.id,
            "started_at": run.started_at,
            "status": run.status.value,
            "rubric": ", ".join(each.id for each in rubrics_of(store, run).values()),
            "judge": run.manifest.judge.backend,
            "states": dict(run.manifest.states),
        }
        for run in store.runs()
    ]


def run_words(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return a run in two lines: when and by whom, then the rubric and the states."""
    states = ", ".join(f"{count} {state}" for state, count in row["states"].items())
    started = row["started_at"][:16].replace("T", " ")
    first = f"{row['run']}  {started}  {row['status']}  {row['judge']}"
    return first, f"{row['rubric']}: {states}" if states else row["rubric"]


def damage(place: ClassFolder, store: Store, printed: str) -> tuple[str, ...]:
    """Return what is wrong with the store and the files; `printed` is a head of earlier, or ""."""
    problems = list(store.verify())
    if printed and not store.knows_head(printed):
        problems.append(
            f"the head {printed} is not in this store: what stood there when it was "
            "printed was taken away or written anew, or it is another class's"
        )
    # A link says where something was changed, and what is compared says whose grade that is.
    files = partial(unlike_files, place, store)
    read = partial(read_back, store)
    for compared in (store.unlike_mirror, partial(recount, store), read, files):
        # What the store does not give any more is best known by a file that it once gave.
        end = _ANEW if problems else ""
        try:
            problems += (each.removesuffix(end) for each in compared())
        except Exception:
            # What was edited may be anything, and need not be possible to read.
            if not problems:
                raise
    return tuple(problems)


_KINDS = {
    JUDGING: ("group of replies", "groups of replies"),
    RUN: ("line about a run", "lines about runs"),
    OUTCOMES: ("set of proposals", "sets of proposals"),
    DECISION: ("decision by a person", "decisions by people"),
    PURGE: ("purge", "purges"),
    TRUST: ("sample, audit or note", "samples, audits or notes"),
}


def since_words(store: Store, printed: str) -> str:
    """Return what was added after a head that was printed earlier; "" where none is asked about.

    Who adds in the way that this program does breaks no link: a person knows whether that was them.
    """
    if not printed:
        return ""
    added = [
        plural(count, *_KINDS.get(kind, (kind,))) for kind, count in store.since(printed).items()
    ]
    told = f"{', '.join(added)}. What nobody here did was added by hand" if added else "nothing"
    return f"Added since that head: {told}.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was forgotten, the folders whose files are still there, and what still lies at hosts."""

    runs: tuple[str, ...]
    folders: tuple[str, ...]
    at_hosts: tuple[str, ...]


def forgotten_lines(gone: Forgotten) -> Iterator[SpokenLine]:
    """Yield what was forgotten, and what a person still has to delete."""
    runs = plural(len(gone.runs), "run")
    yield SpokenLine(f"Forgotten: {runs} with what was asked and replied.")
    for folder in gone.folders:
        yield SpokenLine(f"The files that they wrote are still there: {folder}")
    for line in gone.at_hosts:
        text = f"Answers still lie at {line}; delete them on that host's own page."
        yield SpokenLine(text, Tone.WARNING)


def forget(place: ClassFolder, store: Store) -> Forgotten:
    """Forget the run that is spoken of, else all that is stored of the class, after asking.

    Raises InputError where nobody can be asked and nobody said yes.
    """
    one = place.run_named
    runs = [store.run(one)] if one else list(store.runs())
    question = _question(store, one, len(runs))
    if not place.person.said_yes:
        if not place.person.is_there:
            raise InputError(f"{question} Nobody can be asked here: say so with --yes")
        place.person.goes_on(question)
    folders = sorted({str(whereabouts(place, store, run).out) for run in runs})
    logs = None if store.place.folder is None else store.place.folder / LOGS
    if logs is not None:
        private_folder(logs)  # a link in its place leads to files that are no logs of ours
    left = () if one else tuple(left_at_hosts(store.batches()))
    store.purge(one or None)
    if not one and logs is not None:
        for path in logs.glob("*.jsonl"):
            path.unlink(missing_ok=True)
    return Forgotten(runs=tuple(run.id for run in runs), folders=tuple(folders), at_hosts=left)


def _question(store: Store, run: str, runs: int) -> str:
    if run:
        return (
            f"Forget run {run} and all that was asked in it alone? "
            "People's decisions and audits stay. This cannot be undone."
        )
    decisions = len(store.history())
    waiting = sum(each.is_under_way for each in store.batches())
    told = ""
    if waiting:
        told = (
            f" {plural(waiting, 'batch is', 'batches are')} under way: what comes back is "
            "paid for and will be lost."
        )
    return (
        f"Forget this class: {plural(runs, 'run')}, every request and reply, and "
        f"{plural(decisions, 'decision')} by "
        f"people?{told} This cannot be undone."
    )


def batch_rows(batches: Sequence[Batch]) -> list[dict[str, object]]:
    """Return the batches as --json tells them."""
    return [
        {
            "batch": each.id,
            "at": each.intent.at,
            "host": each.intent.host,
            "model": each.intent.model,
            "requests": len(each.intent.asks),
            "step": each.standing,
            "host_batch": each.remote,
            "host_files": list(each.files) if each.is_at_the_host else [],
        }
        for each in batches
    ]


def batch_lines(batches: Sequence[Batch]) -> Iterator[str]:
    """Yield a line for each batch."""
    for each in batches:
        at = each.intent.at[:16].replace("T", " ")
        where = _host(each.intent.host)
        yield (
            f"batch {each.id}  {at}  {plural(len(each.intent.asks), 'request')} to {where}: "
            f"{_words(each)}"
        )


def _words(batch: Batch) -> str:
    given_up = batch.steps.get(Step.GIVEN_UP)
    if given_up is not None:
        return "dropped; asked anew" if given_up.state == DROPPED else _WORDS["given_up"]
    return _WORDS.get(batch.standing, batch.standing)


def left_at_hosts(batches: Sequence[Batch]) -> Iterator[str]:
    """Yield what still lies at hosts, with the names that it has there."""
    for each in batches:
        if each.is_at_the_host:
            names = ", ".join(filter(None, (each.remote, *each.files)))
            yield f"{_host(each.intent.host)}: {names}"


def _host(endpoint: str) -> str:
    try:
        return host_of(endpoint)
    except ConfigError:
        return endpoint


_ANEW = "; assessor trust writes it anew"
_GONE = f"was written, and no file stands there any more{_ANEW}"
_OLD = (
    "is not what the store gives{}, being older than the last decision, another version's, or "
    f"edited with its record{_ANEW}"
)
# Students who are named in one line.
_NAMED = 5
# A head as it is printed.
_HEAD = re.compile(r"[\w:]*[0-9a-f]{64}")
SCORED = frozenset({State.GRADED, State.NEEDS_REVIEW})


def unlike_files(place: ClassFolder, store: Store) -> Iterator[str]:
    """Yield a line for each file of the latest run that does not say what the store says."""
    if store.latest_run() is None:
        yield from _of_nothing(place, store)
        return
    standing = _written(place, store)
    tables = tables_of(standing)
    here = {name for name in (*tables, "report.html") if (standing.out / name).is_file()}
    for name, parts in tables.items():
        path = standing.out / name
        # Gone together with the record of its writing, it is missed by those written with it.
        if taken_away(path) or (here and name not in here):
            yield f"{path}: {_GONE}"
        if not path.is_file() or holds(path, parts):
            continue
        whose = _whose(path, tables_of(standing)[name])
        if edited_since(path):
            yield f"{path}: was edited by hand{whose}; that changes no grade (assessor review does)"
        else:
            yield f"{path}: {_OLD.format(whose)}"
    path = standing.out / "report.html"
    if taken_away(path) or (here and "report.html" not in here):
        yield f"{path}: {_GONE}"
    elif edited_since(path):
        yield f"{path}: was edited by hand"
    elif path.is_file() and not _is_reported(store, standing, path.read_text("utf-8", "replace")):
        yield f"{path}: {_OLD.format('')}"
    yield from unlike_plans(standing.out / PUSHES, store)
    yield from unlike_given_out(place, store)


def _whose(path: Path, parts: Iterable[bytes]) -> str:
    """Return whose rows of a table are not there as they are given, in words; "" for no table."""
    if path.suffix != ".csv":
        return ""
    told = b"".join(parts).decode("utf-8", "replace"), path.read_text("utf-8", "replace")
    given, there = ([tuple(row) for row in csv.reader(StringIO(each)) if row] for each in told)
    apart = {*given[1:]} ^ {*there[1:]}
    names = list(dict.fromkeys(row[0] for row in (*given, *there) if row in apart))
    more = " …" if len(names) > _NAMED else ""
    return f" ({', '.join(map(repr, names[:_NAMED]))}{more})" if names else ""


def _written(place: ClassFolder, store: Store) -> Standing:
    """Return what the files are to say: the latest run, as it stands.

    Where no run ever read anything, each left the files of the one before as they were, and those
    say whose they are.
    """
    latest = load_standing(place, store)
    path = latest.out / "run.json"
    if not latest.run.read_nothing or place.run_named or not path.is_file():
        return latest
    text = path.read_text("utf-8", "replace")
    theirs = [each.id for each in store.runs() if each.read_nothing and f'"{each.id}"' in text]
    return load_standing(place, store, theirs[0]) if theirs else latest


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


def read_back(store: Store) -> Iterator[str]:
    """Yield a line for each level of the latest run that its kept readings cannot have led to.

    Another version may have read them by other rules, and is not judged by those of this one.
    """
    run = store.latest_run()
    if run is None or run.manifest.assessor != VERSION:
        return
    outcomes = store.outcomes(run.id)
    for outcome, finding in not_borne_out(store, rubrics_of(store, run), outcomes):
        yield (
            f"run {run.id}: {outcome.submission.student_id!r} has {finding.level!r} for "
            f"{finding.cell} there, and no reading that is kept of that answer leads to it; grade "
            "again, or compare with a backup"
        )


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
