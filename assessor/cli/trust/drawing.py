"""`assessor trust sample`: who is graded by hand to tune, and the sheet for it."""

from __future__ import annotations

from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.named_files import new_sheet, require_sheet_name
from assessor.assignment.standing import spoken_of, spoken_of_json, write_results
from assessor.assignment.trust_basis import Trust, load_trust, refit
from assessor.assignment.tuning_sample import drawn_to_tune, write_blind
from assessor.cli.exit_codes import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.statistics.calibration import FEWEST
from assessor.trust.audit_standing import students_of
from assessor.trust.records import Unit


def draw_sample(workplace: Workplace, size: int, out: Path | None) -> int:
    """Draw answers to tune with, keep them, and hand them out."""
    if out is not None:
        require_sheet_name(out)
    with workplace.open_store() as store:
        trust = refit(workplace, store, load_trust(workplace, store))
        if trust.audit is not None and trust.audit.is_open and trust.audit.binds:
            raise InputError(
                "an audit of this class has begun: finish it first (assessor trust audit); a grade "
                "given to tune would take an answer out of it"
            )
        units = drawn_to_tune(workplace, store, trust, size)
        if out is not None:
            write_blind(out, units, trust)
        # The queue may have been ranked anew: the files say what the store says.
        write_results(trust.standing)
    _say(workplace, trust, units, out)
    return Exit.DONE


def _say(workplace: Workplace, trust: Trust, units: tuple[Unit, ...], out: Path | None) -> None:
    if workplace.common.as_json:
        drawn = [
            {
                "student_id": p.student_id,
                "question": p.question,
                "attempt": p.attempt,
                "chance": u.chance,
            }
            for u in units
            for p in u.parts
        ]
        about = spoken_of_json(trust.standing)
        print_json({**about, "drawn": drawn, "sheet": str(out) if out else ""})
        return
    screen = console()
    screen.print(plain(spoken_of(trust.standing)), style="dim")
    several = len(trust.standing.rubrics) > 1
    of = len(students_of(trust.standing.grades))
    what = "students (all their answers)" if several else "answers"
    screen.print(
        f"{len(units)} of {of} {what} drawn to grade blind: half those the judge is least sure of, "
        "half spread over the points it proposes."
    )
    if len(units) < FEWEST:
        screen.print(
            f"Fewer than {FEWEST} are too few to calibrate with: agreement can be measured, and "
            "probabilities stay uncalibrated.",
            style="yellow",
        )
    if out is not None:
        screen.print(plain(f"Written: {out}"))
        screen.print(
            plain(
                "Next: fill in the points (or only the total) without looking at the grades, then: "
                f"{workplace.carried(f'assessor trust {near(out)}')}"
            )
        )
    else:
        screen.print(
            plain(
                workplace.carried(
                    "Next: grade them on the review page (assessor review --blind), or on a sheet "
                    f"(assessor trust sample -n {len(units)} --out {new_sheet('tune.xlsx')})"
                )
            )
        )
