"""`assessor runs`: what is in the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import click
from rich.padding import Padding

from assessor.assignment.batch_dropping import drop_batch
from assessor.assignment.recount import recount, unlike_files
from assessor.assignment.standing import load_standing, rubrics_of
from assessor.assignment.store_merging import merge_stores
from assessor.cli.exit_codes import Exit
from assessor.cli.runs.batch_list import batch_lines, batch_rows
from assessor.cli.runs.forgetting import forget
from assessor.cli.runs.history import NOTHING_YET, tell_history
from assessor.cli.screen import INDENT, console, plain, print_json, show_summary
from assessor.cli.workplace import leave_out, open_workplace
from assessor.counting import plural
from assessor.errors import StoreError


def list_runs(options: Mapping[str, Any]) -> int:
    """List the runs, oldest first."""
    leave_out(["run_id"], "here: it is about all runs")
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        runs = store.runs()
        graded_by = {run.id: rubrics_of(store, run) for run in runs}
        batches = store.batches()
    rows: list[dict[str, Any]] = []
    for run in runs:
        rows.append(
            {
                "run": run.id,
                "started_at": run.started_at,
                "status": run.status.value,
                "rubric": ", ".join(each.id for each in graded_by[run.id].values()),
                "judge": run.manifest.judge.backend,
                "states": dict(run.manifest.states),
            }
        )
    if workplace.common.as_json:
        print_json({"runs": rows, "batches": batch_rows(batches)})
        return Exit.DONE
    if not rows:
        console().print(NOTHING_YET)
        return Exit.DONE
    screen = console()
    for row in rows:
        # Two lines for a run: a rubric's name beside all else would be cut short.
        states = ", ".join(f"{count} {state}" for state, count in row["states"].items())
        started = row["started_at"][:16].replace("T", " ")
        screen.print(plain(f"{row['run']}  {started}  {row['status']}  {row['judge']}"))
        said = plain(f"{row['rubric']}: {states}" if states else row["rubric"])
        screen.print(Padding(said, (0, 0, 0, INDENT)))
    for line in batch_lines(batches):
        screen.print(plain(line))
    return Exit.DONE


def log_versions(options: Mapping[str, Any]) -> int:
    """Tell which versions of the rubrics graded here, and how far each agreed with you."""
    leave_out(["run_id"], "here: it is about all runs")
    return tell_history(open_workplace(options, {}))


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
    printed = options["printed"]
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        for note in store.notes:
            click.echo(f"assessor: {note}", err=True)
        problems, head = list(store.verify()), store.head()
        if printed and not store.knows_head(printed.strip()):
            problems.append(
                f"the head {printed.strip()} is not in this store: what stood there when it was "
                "printed was taken away or written anew, or it is another class's"
            )
        # Rows that are not what they were cannot be added up.
        problems = problems or [*store.unlike_mirror(), *recount(store)]
        problems = problems or list(unlike_files(workplace, store))
    if workplace.common.as_json:
        print_json({"head": head, "problems": problems})
    if problems:
        raise StoreError("\n".join(problems))
    if not workplace.common.as_json and not head:
        console().print(NOTHING_YET)
    elif not workplace.common.as_json:
        console().print(
            "The chain holds, every proposal adds up, and decisions.jsonl and the files say the "
            f"same.\nHead: {head}\nKeep the head elsewhere; later: assessor runs verify --head HEAD"
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
    screen = console()
    for folder, each in taken:
        screen.print(
            plain(
                f"{folder}: {plural(each.asks, 'request')} with "
                f"{plural(each.replies, 'reply', 'replies')} and "
                f"{plural(each.decisions, 'decision')} by people: taken in."
            )
        )
        if each.kept:
            screen.print(
                plain(
                    f"{each.kept} of them are on answers that were decided otherwise here: what "
                    "stood here stands, and theirs is in the record of these answers."
                )
            )
    screen.print(
        "Next: assessor grade with the whole class in one file, the same rubric, judge and method; "
        "what was read is not asked again."
    )
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
        plain(
            f"Dropped batch {dropped.name}: {plural(dropped.requests, 'request')} will be asked "
            "anew by the next assessor grade, with any --tier."
        )
    )
    return Exit.DONE


def purge(options: Mapping[str, Any]) -> int:
    """Forget the run that --run names, else all that is stored of this class; asks first."""
    return forget(open_workplace(options, {}))
