"""`assessor trust audit`: how many of the grades that nobody read can differ from one's own."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from assessor.assignment.auditing import (
    audit_json,
    audit_lines,
    given_by_bound,
    hand_out_audit,
    open_or_prepare,
    rows_of_audit,
    take_in_audit,
)
from assessor.assignment.named_files import require_sheet_name
from assessor.assignment.sheet_preview import SheetPreview
from assessor.assignment.standing import spoken_of, write_results
from assessor.assignment.trust_basis import Trust, decide_drawn, load_trust, read_graded, refit
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json, spoken, tell
from assessor.cli.trust.grade_blind import StoppedByPerson, grade_blind, show_question
from assessor.cli.workplace import Workplace
from assessor.counting import plural
from assessor.engine.blind import audit_standing
from assessor.store import Store
from assessor.trust.audit_standing import AuditStanding
from assessor.verdict import DecisionSource


def audit_class(
    workplace: Workplace, sheet: Path | None, out: Path | None, size: int | None
) -> int:
    """Prepare an audit where none is open, hand out and take in blind grades, say the result."""
    if out is not None:
        require_sheet_name(out)
    screen = console(as_json=workplace.common.as_json)
    said = functools.partial(tell, screen)
    with workplace.open_store() as store:
        # By the same labels as `trust`, whichever of the two was typed first.
        trust = refit(workplace, store, load_trust(workplace, store))
        screen.print(plain(spoken_of(trust.standing)), style="dim")
        given = (
            given_by_bound(read_graded(trust, [sheet], DecisionSource.AUDIT)[0])
            if sheet is not None
            else None
        )
        has_sheet = given is not None
        audit = open_or_prepare(workplace, store, trust, said, has_sheet=has_sheet)
        if audit is None:
            write_results(trust.standing)
            return _tell(workplace, screen, trust)
        trust = replace(load_trust(workplace, store), audit=audit)
        preview = None
        if given is not None:
            intake = take_in_audit(store, trust, audit, given)
            preview = intake.preview
            tell(screen, intake.said)
        elif out is not None:
            rows = size or rows_of_audit(audit)
            count = hand_out_audit(workplace, store, trust, audit, out, rows)
            screen.print(
                plain(f"Written: {out}, {plural(count, 'answer')} in the order of the audit.")
            )
        elif workplace.person.is_there:
            _grade_here(store, trust, audit, screen)
        after = load_trust(workplace, store)
        write_results(after.standing)
    return _tell(workplace, screen, after, out, preview)


def _grade_here(store: Store, trust: Trust, audit: AuditStanding, screen: Console) -> None:
    """Hand out answers one by one in the terminal, until it is settled or the person stops."""
    submissions = {each.submission.key: each.submission for each in trust.standing.grades}
    rubrics = trust.standing.rubrics
    for rubric in rubrics.values():
        show_question(screen, rubric)
    while audit.is_open:
        try:
            grades = [
                grade_blind(
                    screen, rubrics[part.question], submissions[part.key], DecisionSource.AUDIT
                )
                for part in audit.waiting[0].parts
            ]
        except StoppedByPerson:
            screen.print(
                spoken("Stopped. What you graded is kept; go on with: assessor trust audit")
            )
            return
        decide_drawn(store, grades)
        standing = audit_standing(store, rubrics, trust.standing.grades, trust.frozen)
        if standing is None:
            return
        audit = standing


def _tell(
    workplace: Workplace,
    screen: Console,
    trust: Trust,
    out: Path | None = None,
    preview: SheetPreview | None = None,
) -> int:
    if workplace.common.as_json:
        print_json(audit_json(trust, trust.audit, preview))
    else:
        tell(screen, audit_lines(workplace, trust, trust.audit, out))
    return Exit.DONE
