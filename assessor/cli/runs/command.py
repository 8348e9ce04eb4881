"""`assessor runs`: what is in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click
from rich.padding import Padding

from assessor.assignment.batch_dropping import drop_batch
from assessor.assignment.kept_runs import (
    batch_lines,
    batch_rows,
    damage,
    forget,
    forgotten_lines,
    run_rows,
    run_words,
    since_words,
)
from assessor.assignment.rubric_history import history_lines, version_json, versions_of
from assessor.assignment.standing import load_standing
from assessor.assignment.store_merging import merge_stores, merged_lines
from assessor.called import as_called
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import INDENT, console, plain, print_json, show_summary, spoken, tell
from assessor.cli.workplace import leave_out, open_workplace
from assessor.counting import plural
from assessor.errors import StoreError

NOTHING_YET = "Nothing was graded here yet."


def list_runs(options: Mapping[str, Any]) -> int:
    """List the runs, oldest first."""
    leave_out(["run_id"], "here: it is about all runs")
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        rows, batches = run_rows(store), store.batches()
    if workplace.common.as_json:
        print_json({"runs": rows, "batches": batch_rows(batches)})
        return Exit.DONE
    if not rows:
        console().print(NOTHING_YET)
        return Exit.DONE
    screen = console()
    for row in rows:
        # Two lines for a run: a rubric's name beside all else would be cut short.
        first, second = run_words(row)
        screen.print(plain(first))
        screen.print(Padding(plain(second), (0, 0, 0, INDENT)))
    for line in batch_lines(batches):
        screen.print(plain(line))
    return Exit.DONE


def log_versions(options: Mapping[str, Any]) -> int:
    """Tell which versions of the rubrics graded here, and how far each agreed with you."""
    leave_out(["run_id"], "here: it is about all runs")
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        versions = tuple(versions_of(workplace, store))
    if workplace.common.as_json:
        print_json({"versions": [version_json(each) for each in versions]})
    elif versions:
        tell(console(), history_lines(versions))
    else:
        console().print(NOTHING_YET)
    return Exit.DONE


def show_run(options: Mapping[str, Any]) -> int:
    """Show a run as it stands now (--run; default: the latest)."""
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        standing = load_standing(workplace, store)
    if workplace.common.as_json:
        print_json({"run": standing.run.id, **standing.run.manifest.facts})
        return Exit.DONE
    screen = console()
    screen.print(plain(f"Run {standing.run.id}, {standing.run.status.value}"), style="bold")
    screen.print(plain(f"started {standing.run.started_at}, files in {standing.out}"))
    show_summary(screen, standing.rubrics, standing.grades)
    return Exit.DONE


def verify(options: Mapping[str, Any]) -> int:
    """Check the audit chain, decisions.jsonl and the files, and add every proposal up again."""
    leave_out(["run_id"], "here: it is about all runs")
    printed = (options["printed"] or "").strip()
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        for note in store.notes:
            click.echo(f"assessor: {note}", err=True)
        head, problems = store.head(), damage(workplace, store, printed)
        since = since_words(store, printed)
    if workplace.common.as_json:
        print_json({"head": head, "problems": list(problems)})
    if problems:
        raise StoreError("\n".join(problems))
    if not workplace.common.as_json and not head:
        console().print(NOTHING_YET)
    elif not workplace.common.as_json:
        later = as_called("assessor runs verify --head HEAD")
        console().print(
            "The chain holds, every proposal adds up, and decisions.jsonl and the files say the "
            f"same.\n{since}Head: {head}\nKeep the head elsewhere; later: {later}"
        )
    return Exit.DONE


def merge(options: Mapping[str, Any]) -> int:
    """Take in what the stores of OTHERS hold: a class that was graded by several drivers."""
    leave_out(["run_id"], "here: it is about all runs")
    workplace = open_workplace(options, {})
    taken = merge_stores(workplace, options["others"])
    if workplace.common.as_json:
        print_json({"taken": [{"folder": str(f), **asdict(each)} for f, each in taken]})
        return Exit.DONE
    tell(console(), merged_lines(taken))
    return Exit.DONE


def drop(options: Mapping[str, Any]) -> int:
    """Give up a batch of --tier file that never came back; asks first."""
    leave_out(["run_id"], "here: it is about a batch")
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        dropping = drop_batch(workplace, store, options["batch"])
        dropped = asyncio.run(dropping)  # noqa: TID251  # the door
    if workplace.common.as_json:
        print_json({"dropped": dropped.name, "requests": dropped.requests})
        return Exit.DONE
    console().print(
        spoken(
            f"Dropped batch {dropped.name}: {plural(dropped.requests, 'request')} will be asked "
            "anew by the next assessor grade, with any --tier."
        )
    )
    return Exit.DONE


def purge(options: Mapping[str, Any]) -> int:
    """Forget the run that --run names, else all that is stored of this class; asks first."""
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        gone = forget(workplace, store)
    if workplace.common.as_json:
        told = {"files_left": list(gone.folders), "at_hosts": list(gone.at_hosts)}
        print_json({"forgotten": list(gone.runs), **told})
        return Exit.DONE
    tell(console(), forgotten_lines(gone))
    return Exit.DONE
