"""The versions that graded each question, and what each changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.assignment.standing import Standing, load_standing
from assessor.counting import plural
from assessor.engine.trusting import tuning_labels
from assessor.rubric import Rubric
from assessor.rubric.diff import diff_rubrics
from assessor.statistics.intervals import Estimate
from assessor.store import RunRecord, Store
from assessor.trust.agree import agree, with_judge

# So many changes of a version are told.
LISTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of one rubric: its latest run, and what it reached on people's grades."""

    rubric: Rubric
    question: str
    runs: int
    latest: RunRecord
    judge: str
    answers: int
    mean: Decimal | None
    graded: int
    same: Estimate | None
    changes: tuple[str, ...]


def short_digest(rubric: Rubric) -> str:
    """Return the beginning of a rubric's digest, as a person compares it."""
    return rubric.digest.rpartition(":")[2][:DIGEST_SHOWN]


def agreement_words(version: Version) -> str:
    """Return how far the judge agreed under a version, with its interval and number."""
    same = version.same
    if same is None or same.value is None:
        return "no answer graded by hand"
    span = ""
    if same.low is not None and same.high is not None:
        span = f" ({same.low:.0%} to {same.high:.0%})"
    return (
        f"same as you on {same.value:.0%}{span} of the cells of {plural(version.graded, 'answer')}"
    )


def versions_of(place: ClassFolder, store: Store) -> Iterator[Version]:
    """Yield each version of each question's rubric in the order in which it first graded."""
    latest: dict[tuple[str, str], RunRecord] = {}
    count: dict[tuple[str, str], int] = {}
    for run in store.runs():
        for key in run.command.rubrics:
            latest[key] = run
            count[key] = count.get(key, 0) + 1
    before: dict[str, Rubric] = {}
    questions = list(dict.fromkeys(question for question, _ in latest))
    for key in sorted(latest, key=lambda each: questions.index(each[0])):
        run = latest[key]
        standing = load_standing(place, store, run.id)
        version = _version(store, standing, key, before.get(key[0]))
        before[key[0]] = version.rubric
        yield replace(version, runs=count[key])


def _version(
    store: Store, standing: Standing, key: tuple[str, str], before: Rubric | None
) -> Version:
    question, _ = key
    rubric = standing.rubrics[question]
    totals = [
        each.proposed
        for each in standing.outcomes
        if each.submission.question == question and each.proposed is not None
    ]
    labels = [
        each
        for each in tuning_labels(store, standing.rubrics, standing.outcomes)
        if each.question == question
    ]
    return Version(
        rubric=rubric,
        question=question,
        runs=1,
        latest=standing.run,
        judge=standing.run.manifest.judge.name or "by hand",
        answers=len(totals),
        mean=sum(totals, Decimal(0)) / len(totals) if totals else None,
        graded=len(labels),
        same=agree(with_judge(labels), {question: rubric}).together["exact"] if labels else None,
        changes=_changes(before, rubric),
    )


def _changes(before: Rubric | None, after: Rubric) -> tuple[str, ...]:
    if before is None:
        return ()
    diff = diff_rubrics(before, after)
    lines = [f"{each.cell}  {line}" for each in diff.cells for line in each.lines]
    return (*lines, *diff.scoring, *(f"{each} changed" for each in diff.everywhere))


def version_json(version: Version) -> dict[str, object]:
    """Return a version for a program."""
    same = version.same
    return {
        "rubric": version.rubric.id,
        "digest": version.rubric.digest,
        "question": version.question,
        "runs": version.runs,
        "latest_run": version.latest.id,
        "started_at": version.latest.started_at,
        "judge": version.judge,
        "answers": version.answers,
        "mean": None if version.mean is None else round(float(version.mean), 4),
        "graded": version.graded,
        "same": None if same is None else {"value": same.value, "low": same.low, "high": same.high},
        "changes": list(version.changes),
    }


DIGEST_SHOWN = 8


def history_lines(versions: Sequence[Version]) -> Iterator[SpokenLine]:
    """Yield which versions of the rubrics graded here, and how far each agreed."""
    named = ""
    for each in versions:
        if each.rubric.id != named:
            named = each.rubric.id
            yield SpokenLine(named, Tone.HEADING)
        mean = "" if each.mean is None else f", mean {each.mean:.2f}"
        yield SpokenLine(
            f"  {each.latest.started_at[:16].replace('T', ' ')}  {short_digest(each.rubric)}  "
            f"{each.judge}: {plural(each.answers, 'answer')}{mean}; {agreement_words(each)}"
        )
        for line in each.changes[:LISTED]:
            yield SpokenLine(f"      {line}", Tone.ASIDE, 150)
        if len(each.changes) > LISTED:
            more = plural(len(each.changes) - LISTED, "more change")
            yield SpokenLine(f"      … and {more}", Tone.ASIDE)
