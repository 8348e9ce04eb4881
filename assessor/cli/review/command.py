"""`assessor review`: the page on which a class is reviewed, or a hand-graded sheet taken in."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from starlette.applications import Starlette

from assessor.assignment.platform_file import export_command
from assessor.assignment.standing import load_standing, spoken_of, spoken_of_json, write_results
from assessor.cli.exit_codes import Exit
from assessor.cli.review.handing_out import hand_out
from assessor.cli.review.take_in import take_in_sheet
from assessor.cli.screen import console, plain, print_json, spoken
from assessor.cli.workplace import Workplace, leave_out, open_workplace
from assessor.counting import plural
from assessor.errors import InputError
from assessor.review.class_state import ClassState, ReviewMaterial
from assessor.review.entry import Seat
from assessor.review.filters import Filters
from assessor.review.loading_page import LoadingPage
from assessor.review.outlets import tools_for
from assessor.review.serve import Opened, application, bind, is_loopback, serve
from assessor.store import Store
from assessor.verdict import State

# So many answers take seconds to be read.
LARGE = 1000
NETWORK = (
    "The page is open to the network: whoever holds its address (with the token) reads every "
    "answer and changes grades, and it is sent unencrypted. Stop it (Ctrl-C) when you are done."
)


def review(options: Mapping[str, Any]) -> int:
    """Review a class in the browser with the keyboard, or take in a hand-graded sheet."""
    sheets = [each for each in ("sheet", "sheet_out", "blind_sheet") if options[each] is not None]
    if sheets:
        named = f"--{sheets[0].replace('_', '-')}"
        leave_out(sheets[1:], f"with {named}: one at a time")
        idle = ["host", "port", "open_to_network", *([] if named == "--sheet-out" else ["blind"])]
        leave_out(idle, f"with {named}, which opens no page")
    workplace = open_workplace(options, {})
    with workplace.open_store() as store:
        if options["sheet"] is not None:
            return take_in_sheet(workplace, store, options["sheet"])
        if sheets:
            blind = options["blind"] or options["sheet_out"] is None
            out = options["sheet_out"] or options["blind_sheet"]
            return hand_out(workplace, store, out, blind=blind)
        name = options["name"]
        seat = Seat(name=name, login=_login(), apart=bool(name), blind=options["blind"])
        _refuse_network(options["host"], allowed=options["open_to_network"])
        return _review(workplace, store, seat, (options["host"], options["port"]))


def _login() -> str:
    """Return the name of the machine's user, for the trail; "" where there is none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _refuse_network(host: str, *, allowed: bool) -> None:
    if is_loopback(host) or allowed:
        return
    raise InputError(
        f"--host {host}: others could reach the page and, with its address, read answers and "
        "change grades, unencrypted; add --open-to-network if that is what you want"
    )


def _review(workplace: Workplace, store: Store, seat: Seat, place: tuple[str, int]) -> int:
    screen = console(as_json=workplace.common.as_json)
    count = _count(workplace, store)
    class_states: list[tuple[ClassState, int]] = []

    def write() -> None:
        write_results(load_standing(workplace, store))

    def seated() -> ClassState:
        class_state = _class_state(workplace, store, seat)
        class_states.append((class_state, sum(each.is_done for each in class_state.entries)))
        screen.print(
            f"{plural(len(class_state.entries), 'answer')}, {class_states[0][1]} of them decided "
            "by a person."
        )
        return class_state

    def load() -> Starlette:
        tools = tools_for(workplace, store)
        return application(seated(), opened, workplace.ambient, write, tools)

    opened = bind(*place)
    app: Starlette | LoadingPage
    if count >= LARGE:
        screen.print(f"Reading {plural(count, 'answer')} and what was decided on them; meanwhile:")
        app = LoadingPage(load, opened.lock, count)
    else:
        app = load()
    _show_address(screen, opened, place[0])
    try:
        serve(app, opened)
    except KeyboardInterrupt:
        pass
    finally:
        if class_states:
            write()
    if isinstance(app, LoadingPage) and app.failure is not None:
        raise app.failure
    if not class_states:
        screen.print("Ended before the class was read; nothing was changed.")
        return Exit.DONE
    return _say_how_it_stands(workplace, store, *class_states[0])


def _class_state(workplace: Workplace, store: Store, seat: Seat) -> ClassState:
    first = [load_standing(workplace, store)]

    def load() -> ReviewMaterial:
        standing = first.pop() if first else load_standing(workplace, store)
        return ReviewMaterial(
            run=standing.run.id,
            rubrics=standing.rubrics,
            outcomes=standing.outcomes,
            manifest=standing.run.manifest,
            answers=standing.answers.name,
        )

    screen = console(as_json=workplace.common.as_json)
    screen.print(plain(spoken_of(first[0])), style="dim")
    return ClassState(store, load, seat, workplace.ambient)


def _show_address(screen: Console, opened: Opened, host: str) -> None:
    if not is_loopback(host):
        screen.print(NETWORK, style="yellow")
        if host in {"0.0.0.0", "::"}:  # noqa: S104  # named by the user, with the flag
            screen.print("From elsewhere, put this machine's own IP address in place of the zeros.")
    screen.print("Open this address in a browser (Ctrl-C ends the page):")
    screen.print(opened.address, soft_wrap=True, style="bold")


def _count(workplace: Workplace, store: Store) -> int:
    """Return how many answers the page will hold: a large class is read beside it."""
    latest = store.latest_run()
    return store.outcome_count(workplace.run_named or (latest.id if latest is not None else ""))


def _say_how_it_stands(
    workplace: Workplace, store: Store, class_state: ClassState, before: int
) -> int:
    standing = load_standing(workplace, store)
    done = sum(each.is_done for each in class_state.entries)
    left = sum(grade.state is State.NEEDS_REVIEW for grade in standing.grades)
    if workplace.common.as_json:
        about = spoken_of_json(standing)
        print_json({**about, "decided": done, "decided_now": done - before, "to_review": left})
        return Exit.DONE
    screen = console()
    screen.print(
        f"{plural(done - before, 'answer')} decided now, {done} in all; {left} still to review."
    )
    following = workplace.typed("assessor review" if left else export_command(standing.answers))
    if class_state.seat.blind:
        goes_on = any(not each.is_done for each in class_state.list_for(Filters()))
        following = workplace.typed("assessor review --blind" if goes_on else "assessor trust")
    screen.print(spoken(f"Written to {standing.out}. Next: {following}"))
    return Exit.DONE
