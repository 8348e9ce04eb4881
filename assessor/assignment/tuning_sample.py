"""Who is graded by hand to tune: drawn, kept, and who of them still waits."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import write_sheet
from assessor.assignment.trust_basis import Trust
from assessor.errors import InputError
from assessor.store import Store
from assessor.trust.records import DrawnAnswer, TuningSample, Unit
from assessor.trust.units import draw_to_tune
from assessor.writers.blind_sheet import blind_csv, blind_xlsx


def drawn_to_tune(place: ClassFolder, store: Store, trust: Trust, size: int) -> tuple[Unit, ...]:
    """Return a sample that is kept; asked again before it was graded, the same one comes out."""
    seed = new_seed(place)
    units = draw_to_tune(trust.drawable, size, seed, trust.chances)
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
            id=place.ambient.new_id(),
            at=place.ambient.now().isoformat(),
            run=trust.standing.run.id,
            seed=seed,
            units=units,
        )
    )
    return units


def new_seed(place: ClassFolder) -> int:
    """Return a seed that nobody chose; it is kept, so that the draw can be repeated."""
    return int(random.Random(place.ambient.new_id()).getrandbits(32))  # noqa: S311 - told, not secret


def write_blind(out: Path, units: Iterable[Unit], trust: Trust) -> None:
    """Write the sheet of these answers, in their order, without names and verdicts."""
    submissions = {each.submission.key: each.submission for each in trust.standing.grades}
    wanted = [submissions[part.key] for unit in units for part in unit.parts]
    write = blind_xlsx if out.suffix.lower() == ".xlsx" else blind_csv
    write_sheet(out, write(wanted, trust.standing.rubrics))


def still_to_tune(store: Store, trust: Trust) -> tuple[DrawnAnswer, ...]:
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
