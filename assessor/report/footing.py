"""What the judge's grades stand on: people's blind grades, and a calibration by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessor.engine.trusting import current_fit, second_opinions, tuning_labels
from assessor.manifest import Manifest
from assessor.rubric import Rubric
from assessor.rulings.ruling import said_words
from assessor.store import Event, OutcomeRecord, Store
from assessor.trust.fitting import fit_plainly
from assessor.trust.labels import HandGraded
from assessor.trust.records import frozen_digest
from assessor.verdict import Override


@dataclass(frozen=True, slots=True, kw_only=True)
class TrickTrial:
    """Known tricks put after answers of the class: `silent` of the `tried` gained credit unseen."""

    date: str
    tried: int
    silent: int
    bad: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """`labels` are answers that a person graded without the judge's verdict in view.

    `opinions` are pairs of such grades by two people; `calibrated_on` counts the answers behind
    the calibration that holds for this rubric, prompt and model, 0 without one; `chances` says
    whether it is used, and why. `trial` says what known tricks gained from this model, None where
    they were not tried.
    """

    labels: tuple[HandGraded, ...] = ()
    opinions: tuple[tuple[Override, Override], ...] = ()
    calibrated_on: int = 0
    chances: str = ""
    trial: TrickTrial | None = None
    rulings: tuple[tuple[str, str], ...] = ()


def gather(
    store: Store,
    rubrics: Mapping[str, Rubric],
    outcomes: Sequence[OutcomeRecord],
    manifest: Manifest,
) -> Footing:
    """Return what the store knows of the trust that these grades deserve."""
    fitted = current_fit(store, frozen_digest(manifest))
    return Footing(
        labels=tuning_labels(store, rubrics, outcomes),
        opinions=second_opinions(store, [each.submission.key for each in outcomes]),
        calibrated_on=fitted.students if fitted is not None and fitted.is_used else 0,
        chances=fit_plainly(fitted) if fitted is not None else "",
        trial=_trial(store, manifest),
        rulings=_rulings(store, rubrics),
    )


def _rulings(store: Store, rubrics: Mapping[str, Rubric]) -> tuple[tuple[str, str], ...]:
    """Return each key point with what was decided of it, by whom and when, oldest first."""
    ids = {each.id for each in rubrics.values()}
    return tuple(
        (each.ruling.cell, f"decided: {said_words(each.ruling)}{_by(each)}")
        for each in store.rulings()
        if each.ruling is not None and each.ruling.is_decided and each.ruling.rubric in ids
    )


def _by(event: Event) -> str:
    who = f" by {event.who}" if event.who else ""
    return f" ({event.at[:16].replace('T', ' ')}{who})"


def _trial(store: Store, manifest: Manifest) -> TrickTrial | None:
    """Read what `assessor check judge --canary` kept of this model; None where it reads otherwise.

    A note is a convenience: one that another version wrote in another form says nothing.
    """
    try:
        kept = json.loads(store.recall(f"canary {manifest.judge.model_asked}") or "null")
        return TrickTrial(
            date=str(kept["date"]),
            tried=int(kept["tried"]),
            silent=int(kept["silent"]),
            bad=bool(kept["bad"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
