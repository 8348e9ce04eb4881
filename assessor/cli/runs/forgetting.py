"""`assessor runs purge`: forget a run, or all that the store knows of a class."""

from __future__ import annotations

from assessor.assignment.whereabouts import whereabouts
from assessor.cli.exit_codes import Exit
from assessor.cli.runs.batch_list import left_at_hosts
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.errors import InputError
from assessor.store import Store
from assessor.store.log import LOGS
from assessor.store.place import private_folder


def forget(workplace: Workplace) -> int:
    """Forget the run that --run names, else everything, after asking; return the exit code."""
    one = workplace.run_named
    with workplace.open_store() as store:
        runs = [store.run(one)] if one else list(store.runs())
        question = _question(store, one, len(runs))
        if not workplace.person.said_yes:
            if not workplace.person.is_there:
                raise InputError(f"{question} Nobody can be asked here: say so with --yes")
            workplace.person.goes_on(question)
        folders = sorted({str(whereabouts(workplace, store, run).out) for run in runs})
        logs = None if store.place.folder is None else store.place.folder / LOGS
        if logs is not None:
            private_folder(logs)  # a link in its place leads to files that are no logs of ours
        left = [] if one else list(left_at_hosts(store.batches()))
        store.purge(one or None)
        if not one and logs is not None:
            for path in logs.glob("*.jsonl"):
                path.unlink(missing_ok=True)
    if workplace.common.as_json:
        print_json({"forgotten": [run.id for run in runs], "files_left": folders, "at_hosts": left})
        return Exit.DONE
    screen = console()
    screen.print(f"Forgotten: {plural(len(runs), 'run')} with what was asked and replied.")
    for folder in folders:
        screen.print(plain(f"The files that they wrote are still there: {folder}"))
    for line in left:
        screen.print(
            plain(f"Answers still lie at {line}; delete them on that host's own page."),
            style="yellow",
        )
    return Exit.DONE


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
