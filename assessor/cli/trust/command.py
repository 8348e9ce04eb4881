"""`assessor trust`: how far the grades can be trusted, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessor.assignment.tuning_sample import draw_sample
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, print_json, tell
from assessor.cli.trust.audit_steps import audit_class
from assessor.cli.trust.trusted import tell_trust
from assessor.cli.workplace import leave_out, open_workplace


def trust(options: Mapping[str, Any]) -> int:
    """Take in people's grades, measure, and say what to do next."""
    if not options["sheets"]:
        leave_out(["take_all"], "without a SHEET")
    return tell_trust(open_workplace(options, {}), options["sheets"], take_all=options["take_all"])


def sample(options: Mapping[str, Any]) -> int:
    """Draw answers to grade blind, to tune with."""
    workplace = open_workplace(options, {})
    drawn = draw_sample(workplace, options["size"], options["out"])
    if workplace.common.as_json:
        print_json(drawn.as_json())
    else:
        tell(console(), drawn.lines(workplace))
    return Exit.DONE


def audit(options: Mapping[str, Any]) -> int:
    """Grade blind, in a fixed order, some of what would go out unread, until enough is known."""
    if options["sheet"] is not None:
        leave_out(["out", "size"], "with a SHEET, which is taken in")
    elif options["out"] is None:
        leave_out(["size"], "without --out")
    return audit_class(
        open_workplace(options, {}), options["sheet"], options["out"], options["size"]
    )
