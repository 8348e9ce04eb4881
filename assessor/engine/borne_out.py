"""Whether the readings that are kept bear out the levels that a run came to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assessor.engine.hearing import Heard, Hearing
from assessor.finding import cell_of, evidence_of, said_level
from assessor.privacy import class_people
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.store import OutcomeRecord, Store
from assessor.verdict import Finding

# Answers whose readings are held at a time.
_PAGE = 500


def not_borne_out(
    store: Store, rubrics: Mapping[str, Rubric], outcomes: Sequence[OutcomeRecord]
) -> Iterator[tuple[OutcomeRecord, Finding]]:
    """Yield each level that no readings of that answer can have led to, whichever were used.

    A level is earned by a reading that says at least so much with a quote that holds, and is not
    below what every reading says so. Where a reading cannot be read back (a prompt of somebody's
    own, names that were covered, a reply that broke the contract) nothing is said of its cell.
    """
    people = class_people([each.submission for each in outcomes], rubrics)
    hearings = {
        question: Hearing(rubric, store.secret, people.conceal)
        for question, rubric in rubrics.items()
    }
    found = [each for each in outcomes if each.findings]
    for start in range(0, len(found), _PAGE):
        some = found[start : start + _PAGE]
        readings = store.readings_of(each.submission.answer_digest for each in some)
        for outcome in some:
            submission = outcome.submission
            rubric = rubrics[submission.question]
            hearing = hearings[submission.question]
            heard = hearing.hear(submission, readings[submission.answer_digest])
            for finding in outcome.findings:
                if not _is_borne_out(rubric, submission.answer, finding, heard):
                    yield outcome, finding


def _is_borne_out(rubric: Rubric, answer: str, finding: Finding, heard: Sequence[Heard]) -> bool:
    cell = cell_of(rubric, finding.cell, answer)
    about = [each for each in heard if each.text and cell.id in each.record.cell.split()]
    if not about or any(each.is_covered or not each.verdicts for each in about):
        return True
    verdicts = [said for each in about for said in each.verdicts if said.cell == cell.id]
    reached = [said_level(each) if evidence_of(cell, each) else 0 for each in verdicts]
    least = 0 if cell.kind is CellKind.MISCONCEPTION else min(reached)
    return least <= (ABSENT, *cell.levels).index(finding.level) <= max(reached)
