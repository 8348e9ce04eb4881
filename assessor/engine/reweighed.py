"""Keep a class under other points: a run of its own, in which nothing was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

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
    command = json.loads(before.command)
    command["rubrics"] = [[question, rubric.digest] for question, rubric in rubrics.items()]
    run = RunRecord(
        id=store.ambient.new_id(),
        started_at=store.ambient.now().isoformat(),
        command=json.dumps(command, sort_keys=True, ensure_ascii=False),
    )
    manifest = json.loads(before.manifest)
    manifest["questions"] = [
        {"question": question, "rubric": rubric.id, "digest": rubric.digest}
        for question, rubric in rubrics.items()
    ]
    manifest["circumstances"] = {
        **manifest.get("circumstances", {}),
        "run": run.id,
        "points_changed_since": before.id,
    }
    store.start_run(run)
    store.save_outcomes(run.id, outcomes)
    return store.finish_run(
        run.id,
        finished_at=store.ambient.now().isoformat(),
        status=RunStatus.DONE,
        manifest=json.dumps(manifest, sort_keys=True, ensure_ascii=False),
    )
