"""Keep a class under other points: a run of its own, in which nothing was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assessor.manifest import ManifestQuestion
from assessor.rubric import Rubric
from assessor.store import OutcomeRecord, RunRecord, RunStatus, Store


def keep_reweighed(
    store: Store,
    before: RunRecord,
    rubrics: Mapping[str, Rubric],
    outcomes: Sequence[OutcomeRecord],
) -> RunRecord:
    """Write down what the findings of a run come to under `rubrics`, and return the new run.

    The queue stays as it was drawn. The manifest says which run the findings are from.
    """
    for rubric in rubrics.values():
        store.keep_rubric(rubric.digest, rubric.model_dump_json())
    run = RunRecord(
        id=store.ambient.new_id(),
        started_at=store.ambient.now().isoformat(),
        command=before.command.graded_by(rubrics),
    )
    circumstances = before.manifest.circumstances.but(run=run.id, points_changed_since=before.id)
    manifest = before.manifest.but(
        questions=ManifestQuestion.all_of(rubrics), circumstances=circumstances
    )
    store.start_run(run)
    store.save_outcomes(run.id, outcomes)
    return store.finish_run(
        run.id,
        finished_at=store.ambient.now().isoformat(),
        status=RunStatus.DONE,
        manifest=manifest,
    )
