"""When a run is over: the files, the closing table, the next command to type, the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assessor.assignment.class_folder import near
from assessor.assignment.named_files import new_sheet
from assessor.assignment.run_words import (
    is_partly_read,
    judge_warnings,
    money_words,
    stopped_because,
)
from assessor.assignment.standing import (
    Standing,
    keep_results,
    load_standing,
    spoken_of_json,
)
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, show_summary
from assessor.cli.workplace import Workplace
from assessor.engine.session import Session
from assessor.grade import Grade
from assessor.store import Store
from assessor.submission import Key
from assessor.verdict import State, StopWhy


def close(
    workplace: Workplace,
    store: Store,
    selected: frozenset[Key] | None,
    session: Session | None = None,
    *,
    price_known: bool = False,
) -> int:
    """Write the files of the latest run, say how it went, and return the exit code.

    What is said is of the `selected` submissions; the files cover the whole class.
    """
    screen = console(as_json=workplace.common.as_json)
    standing = load_standing(workplace, store, store.runs()[-1].id)
    kept = keep_results(standing)
    spoken = [g for g in standing.grades if selected is None or g.submission.key in selected]
    code = _exit_code(spoken, session)
    if not workplace.common.as_json:
        show_summary(screen, standing.rubrics, spoken)
        screen.print()
    if session is not None:
        for line in money_words(standing, session, price_known=price_known):
            screen.print(plain(line))
        for warning in judge_warnings(session):
            screen.print(plain(warning), style="yellow")
    said = f"Written to {near(standing.out)}: grades.csv, key_points.csv, report.html, run.json"
    if kept:
        said = f"Nothing could be read, so all in {near(standing.out)} stays as it was."
    screen.print(plain(said))
    screen.print(plain(f"Next: {_next_words(workplace, spoken, session)}"))
    if why := stopped_because(session):
        # The last line, since that is the one that is read.
        waits = session is not None and session.dispatcher.stop_why == StopWhy.BATCH
        screen.print(plain(why if waits else f"Stopped: {why}"), style="yellow" if waits else "red")
    if workplace.common.as_json:
        print_json(_summary(standing, spoken, session, price_known=price_known))
    return code


def _exit_code(grades: Sequence[Grade], session: Session | None) -> Exit:
    why = session.dispatcher.stop_why if session is not None else ""
    if why == StopWhy.INTERRUPTED:
        return Exit.INTERRUPTED
    if why:
        return Exit.STOPPED
    ungraded = any(grade.state is State.UNGRADED for grade in grades)
    return Exit.SOME_UNGRADED if ungraded else Exit.DONE


def _summary(
    standing: Standing, grades: Sequence[Grade], session: Session | None, *, price_known: bool
) -> dict[str, object]:
    told = [] if session is None else [*judge_warnings(session)]
    manifest = standing.run.manifest
    spent = (
        "" if session is None else " ".join(money_words(standing, session, price_known=price_known))
    )
    return {
        **spoken_of_json(standing),
        "status": standing.run.status.value,
        "out": str(standing.out),
        "states": dict(Counter(grade.state.value for grade in grades)),
        "reasons": dict(Counter(reason for grade in grades for reason in grade.reasons)),
        "partly_read": sum(map(is_partly_read, grades)),
        "stopped": session.dispatcher.stop_why if session is not None else "",
        "stopped_because": stopped_because(session),
        "warnings": told,
        "spent": spent,
        "method": manifest.method.facts,
        "numbers": manifest.numbers.facts,
        "stability": None if manifest.stability is None else manifest.stability.facts,
        "circumstances": manifest.circumstances.facts,
    }


# Why a run stopped that the same model would stop again.
_ANOTHER_MODEL = frozenset({StopWhy.UNRELIABLE, StopWhy.UNUSABLE, "empty"})


def _next_words(workplace: Workplace, grades: Sequence[Grade], session: Session | None) -> str:
    """Return the next command to type, in a sentence."""
    states = Counter(grade.state for grade in grades)
    if session is not None and session.dispatcher.stop_why in _ANOTHER_MODEL:
        return "take a larger model (--model), or grade by hand: assessor grade … --judge none"
    if workplace.store_named == "memory":
        return (
            "nothing of this run is kept beside its files (--store memory); to review and "
            "release, grade without it."
        )
    missing = [grade for grade in grades if grade.state is State.UNGRADED]
    if missing and all("judge:not_recorded" in grade.reasons for grade in missing):
        return (
            "the recording is of another class: name a judge that reads (--judge openai), or grade "
            "by hand: assessor grade … --judge none"
        )
    if ungraded := states[State.UNGRADED]:
        begun = sum(map(is_partly_read, grades))
        verb = "is" if begun == 1 else "are"
        kept = f" {begun} of them {verb} partly read, and what was read of them is kept."
        left = "answer that has" if ungraded == 1 else "answers that have"
        return (
            f"run the same command again; it asks only for the {ungraded} {left} no grade yet."
            f"{kept if begun else ''}"
        )
    if states[State.NEEDS_REVIEW]:
        page = workplace.typed("assessor review")
        sheet = workplace.typed(
            f"assessor review --sheet-out {new_sheet('to-review.xlsx', workplace.folder)}"
        )
        return (
            f"review them in the browser, by keyboard: {page}   (or on a sheet to fill in: {sheet})"
        )
    trust = workplace.typed("assessor trust")
    return f"see how far these grades can be trusted, and when to export: {trust}"
