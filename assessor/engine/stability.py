"""How far a judge repeats itself: some of the answers read anew, beside what was proposed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.counting import plural
from assessor.digest import digest
from assessor.engine.judged import Judged
from assessor.engine.session import Bench, Job, Session, open_trial
from assessor.engine.settle import judged_proposal
from assessor.manifest import ManifestStability
from assessor.method_choice import Method
from assessor.statistics.intervals import clopper_pearson
from assessor.store import open_store
from assessor.submission import AnswerKey, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """Of `answers` read anew `same` got the same total, and of `cells` `same_cells` the same level.

    `asked` counts the answers that were to be read anew: the others failed either time. `low` and
    `high` are the ends of the 90 % interval (Clopper–Pearson) of the share of equal totals.
    """

    asked: int
    answers: int
    same: int
    cells: int
    same_cells: int
    low: float = 0.0
    high: float = 1.0

    def record(self) -> ManifestStability:
        """Return what run.json keeps of it."""
        return ManifestStability(
            answers_asked=self.asked,
            answers=self.answers,
            same_total=self.same,
            cells=self.cells,
            same_level=self.same_cells,
            interval_90=(round(self.low, 4), round(self.high, 4)),
        )


async def read_again(session: Session, job: Job, bench: Bench, share: float) -> Stability:
    """Return how far reading a share of the answers anew leaves their totals as they are.

    By the method that the run settled on. The replies are kept in
    memory alone: a run that is repeated finds what the grades came from, not these. Which answers
    is drawn by their digest. Raises StoreError.
    """
    chosen = _drawn(job, share, session.judged)
    left = None
    if job.limits.max_cost is not None:
        spent = session.progress.cost + session.progress.estimated
        left = max(Decimal(0), job.limits.max_cost - spent)
    anew = replace(
        job,
        submissions=chosen,
        selected=None,
        method=session.method if session.method is not Method.AUTO else Method.CAREFUL,
        limits=replace(job.limits, max_cost=left, max_seconds=None),
    )
    with open_store(None, bench.ambient) as store:
        async with open_trial(anew, replace(bench, store=store)) as again:
            if not session.dispatcher.stop_why:
                await again.prepare()
                await again.rest()
            session.progress.add(again.progress)
            return _compared(job, chosen, session.judged, again.judged)


def stability_words(found: Stability) -> str:
    """Return in one line how far the judge repeats itself."""
    if not found.answers:
        return "Read again: none of the answers came back both times, so nothing can be said."
    failed = found.asked - found.answers
    more = f" {failed} more could not be read both times." if failed else ""
    return (
        f"Read again: {found.same} of {plural(found.answers, 'total')} the same "
        f"({found.low:.0%} to {found.high:.0%}), {found.same_cells} of "
        f"{plural(found.cells, 'level')}.{more}"
    )


def _drawn(job: Job, share: float, judged: Mapping[AnswerKey, Judged]) -> tuple[Submission, ...]:
    read = [
        each
        for each in job.distinct()
        if each.answer_key in judged and not judged[each.answer_key].missing
    ]
    count = min(len(read), math.ceil(share * len(read)))
    return tuple(sorted(read, key=lambda each: digest("again", list(each.answer_key)))[:count])


def _compared(
    job: Job,
    chosen: tuple[Submission, ...],
    before: Mapping[AnswerKey, Judged],
    after: Mapping[AnswerKey, Judged],
) -> Stability:
    answers = same = cells = same_cells = 0
    for each in chosen:
        one, other = before[each.answer_key], after.get(each.answer_key)
        if other is None or other.missing:
            continue
        rubric = job.rubrics[each.question]
        totals = [judged_proposal(rubric, each, read).proposed for read in (one, other)]
        answers, same = answers + 1, same + (totals[0] == totals[1])
        levels = {finding.cell: finding.level for finding in other.findings}
        cells += len(one.findings)
        same_cells += sum(levels.get(found.cell) == found.level for found in one.findings)
    ends = clopper_pearson(same, answers) if answers else None
    return Stability(
        asked=len(chosen),
        answers=answers,
        same=same,
        cells=cells,
        same_cells=same_cells,
        low=ends.low if ends else 0.0,
        high=ends.high if ends else 1.0,
    )
