"""A run in which no judge reads: what stands in the file, and every answer for a person."""

from __future__ import annotations

from assessor.ambient import Ambient
from assessor.engine.session import Job, decided_on, run_record
from assessor.engine.settle import hand_grading, states_of
from assessor.manifest import Circumstances, Manifest, ManifestJudge
from assessor.store import RunStatus, Store


def grade_by_hand(job: Job, store: Store, ambient: Ambient) -> None:
    """Keep a run in which no judge reads: every answer waits for a person."""
    run_id = ambient.new_id()
    store.start_run(run_record(job, store, ambient, run_id))
    decided = {each.key: each for each in decided_on(store, job.submissions)}
    outcomes = hand_grading(job.submissions, decided)
    store.save_outcomes(run_id, outcomes)
    store.finish_run(
        run_id,
        finished_at=ambient.now().isoformat(),
        status=RunStatus.DONE,
        manifest=Manifest(
            judge=ManifestJudge(backend="none"),
            states=states_of(outcomes),
            circumstances=Circumstances(run=run_id),
        ),
    )
