"""`assessor trust sample`: who is graded by hand to tune, and the sheet for it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from assessor.assignment.class_folder import near
from assessor.assignment.named_files import new_sheet, require_sheet_name, write_sheet
from assessor.assignment.standing import spoken_of, spoken_of_json
from assessor.assignment.trust_basis import Trust, load_trust, refit
from assessor.cli import Exit
from assessor.cli.screen import console, plain, print_json
from assessor.cli.workplace import Workplace
from assessor.errors import InputError
from assessor.statistics.calibration import FEWEST
from assessor.store import Store
from assessor.trust.audit import students_of
from assessor.trust.records import Part, TuningSample, Unit
from assessor.trust.units import draw_to_tune
from assessor.writers.blind_sheet import blind_csv, blind_xlsx


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
        units = _drawn(workplace, store, trust, size)
        if out is not None:
            write_blind(out, units, trust)
    _say(workplace, trust, units, out)
    return Exit.DONE


def _drawn(workplace: Workplace, store: Store, trust: Trust, size: int) -> tuple[Unit, ...]:
    """Return a sample that is kept; asked again before it was graded, the same one comes out."""
    seed = new_seed(workplace)
    units = draw_to_tune(trust.standing.grades, size, seed, trust.chances)
    if not units:
        raise InputError(
            "there is nothing to draw: no answer was read by the judge and not by a person yet; "
            "start with: assessor grade"
        )
    last = trust.sample.units if trust.sample is not None else ()
    untouched = len(still_to_tune(store, trust)) == sum(len(unit.parts) for unit in last)
    if last and untouched and len(last) == len(units):
        return last
    store.keep(
        TuningSample(
            id=workplace.ambient.new_id(),
            at=workplace.ambient.now().isoformat(),
            run=trust.standing.run.id,
            seed=seed,
            units=units,
        )
    )
    return units


def new_seed(workplace: Workplace) -> int:
    """Return a seed that nobody chose; it is kept, so that the draw can be repeated."""
    return int(random.Random(workplace.ambient.new_id()).getrandbits(32))  # noqa: S311 - told, not secret


def write_blind(out: Path, units: Iterable[Unit], trust: Trust) -> None:
    """Write the sheet of these answers, in their order, without names and verdicts."""
    submissions = {each.submission.key: each.submission for each in trust.standing.grades}
    wanted = [submissions[part.key] for unit in units for part in unit.parts]
    write = blind_xlsx if out.suffix.lower() == ".xlsx" else blind_csv
    write_sheet(out, write(wanted, trust.standing.rubrics))


def still_to_tune(store: Store, trust: Trust) -> tuple[Part, ...]:
    """Return the drawn answers that no person has graded yet."""
    if trust.sample is None:
        return ()
    parts = [part for unit in trust.sample.units for part in unit.parts]
    decided = {
        (*each.key, each.answer_digest)
        for each in store.standing_overrides(part.key for part in parts)
    }
    known = {(*g.submission.key, g.submission.answer_digest) for g in trust.standing.grades}
    return tuple(part for part in parts if part.bound not in decided and part.bound in known)


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
