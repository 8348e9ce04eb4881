"""Who is graded by hand to tune: drawn, kept, and who of them still waits."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assessor.assignment.class_folder import ClassFolder, near
from assessor.assignment.named_files import new_sheet, require_sheet_name, write_sheet
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.assignment.standing import spoken_of, spoken_of_json, write_results
from assessor.assignment.trust_basis import Trust, load_trust, refit
from assessor.assignment.whereabouts import place_in
from assessor.errors import InputError
from assessor.statistics.calibration import FEWEST
from assessor.store import Store
from assessor.trust.audit_standing import students_of
from assessor.trust.records import DrawnAnswer, HandedOut, TuningSample, Unit
from assessor.trust.units import draw_to_tune
from assessor.writers.blind_sheet import blind_csv, blind_xlsx


@dataclass(frozen=True, slots=True, kw_only=True)
class TuningDrawn:
    """Who is graded blind to tune, of which class; `out` is their sheet, if one was written."""

    trust: Trust
    units: tuple[Unit, ...]
    out: Path | None

    def as_json(self) -> dict[str, object]:
        """Return it as a program reads it."""
        drawn = [
            {
                "student_id": part.student_id,
                "question": part.question,
                "attempt": part.attempt,
                "chance": unit.chance,
            }
            for unit in self.units
            for part in unit.parts
        ]
        about = spoken_of_json(self.trust.standing)
        return {**about, "drawn": drawn, "sheet": str(self.out) if self.out else ""}

    def lines(self, place: ClassFolder) -> Iterator[SpokenLine]:
        """Yield who was drawn, and what to do next."""
        standing, count = self.trust.standing, len(self.units)
        yield SpokenLine(spoken_of(standing), Tone.ASIDE)
        of = len(students_of(standing.grades))
        what = "students (all their answers)" if len(standing.rubrics) > 1 else "answers"
        yield SpokenLine(
            f"{count} of {of} {what} drawn to grade blind: half those the judge is least sure of, "
            "half spread over the points it proposes."
        )
        if count < FEWEST:
            yield SpokenLine(
                f"Fewer than {FEWEST} are too few to correct the judge's chances by (to "
                "calibrate): agreement can be measured, and the chances stay the judge's own.",
                Tone.WARNING,
            )
        if self.out is None:
            following = (
                "grade them on the review page (assessor review --blind), or on a sheet "
                f"(assessor trust sample -n {count} --out {new_sheet('tune.xlsx')})"
            )
        else:
            yield SpokenLine(f"Written: {self.out}")
            following = (
                "fill in the points (or only the total) without looking at the grades, then: "
                f"assessor trust {near(self.out)}"
            )
        yield SpokenLine(place.carried(f"Next: {following}"))


def draw_sample(place: ClassFolder, size: int, out: Path | None) -> TuningDrawn:
    """Draw answers to tune with, keep them, and hand them out on a sheet. Raises InputError."""
    if out is not None:
        require_sheet_name(out)
    with place.open_store() as store:
        trust = refit(place, store, load_trust(place, store))
        if trust.audit is not None and trust.audit.is_open and trust.audit.binds:
            raise InputError(
                "an audit of this class has begun: finish it first (assessor trust audit); a grade "
                "given to tune would take an answer out of it"
            )
        units = drawn_to_tune(place, store, trust, size)
        if out is not None:
            write_blind(out, units, trust)
            store.keep(
                HandedOut(
                    id=place.ambient.new_id(),
                    at=place.ambient.now().isoformat(),
                    run=trust.standing.run.id,
                    answers=tuple(part.bound for unit in units for part in unit.parts),
                    sheet=place_in(trust.standing.places.home.resolve(), out.resolve()),
                )
            )
        # The queue may have been ranked anew: the files say what the store says.
        write_results(trust.standing)
    return TuningDrawn(trust=trust, units=units, out=out)


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
