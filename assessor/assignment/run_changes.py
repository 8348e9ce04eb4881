"""What changed since the last run over the same file: rows, rubric, prompts, model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from assessor.assignment.cost_estimate import first_asks
from assessor.assignment.judge_choice import JudgeChoice
from assessor.assignment.run_words import plan_words
from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.counting import plural
from assessor.engine.inquiry import identity_of
from assessor.engine.session import Bench, Job
from assessor.judges.base import Judge
from assessor.manifest import Manifest
from assessor.method_choice import Method
from assessor.plan import Keys
from assessor.rubric import Rubric
from assessor.store import RunRecord, Store
from assessor.submission import Key, Submission

# Students who are named in one line.
NAMED = 5


def announcement(
    choice: JudgeChoice, job: Job, bench: Bench, stability: float
) -> Iterator[SpokenLine]:
    """Yield what will be asked and what it costs, and what changed since the last run."""
    if choice.host:
        yield SpokenLine(plan_words(choice, job))
    if changed := changes_since(bench.store, job, bench.judge.identity.model):
        yield SpokenLine(changed, Tone.WARNING)
    if choice.host and (kept := answered_before(bench.store, bench.judge, job)):
        yield SpokenLine(
            f"{plural(kept, 'of these was', 'of these were')} answered before: not asked again."
        )
    if choice.host and (waiting := _handed_in(bench.store, bench.judge, job)):
        yield SpokenLine(
            f"{plural(waiting, 'of these waits', 'of these wait')} in a batch that was handed in: "
            "what is asked now is paid for twice. The --tier that handed it in collects it "
            "(assessor runs list shows it).",
            Tone.WARNING,
        )
    if stability:
        yield SpokenLine(
            f"{stability:.0%} of the answers are read a second time, for as much more."
        )


def changes_since(store: Store, job: Job, model: str) -> str:
    """Return in one line what changed since the last run over this file; "" for nothing.

    Whatever changed, only what is not answered yet is asked.
    """
    run = next((each for each in _runs_over(store, job) if each.finished_at), None)
    if run is None:
        return ""
    before = dict(store.answers_of(run.id))
    if not before:
        return ""
    said = [*_rows(before, job.submissions), *_circumstances(store, run, job, model)]
    told = [f"Since the last run: {'; '.join(said)}."] if said else []
    return " ".join([*told, *_words_left_behind(store, before, job.submissions)])


def answered_before(store: Store, judge: Judge, job: Job) -> int:
    """Return how many of the first requests have a usable reply from an earlier run on this file.

    A run that was killed counts. With --again none does.
    """
    if job.again or not any(True for _ in _runs_over(store, job)):
        return 0
    return sum(store.answered(keys) for keys in _first_keys(judge, job))


def _handed_in(store: Store, judge: Judge, job: Job) -> int:
    """Return how many of the first requests wait in a batch, and are asked at once all the same."""
    if job.by_batch:
        return 0
    batches = [each for each in store.batches() if each.is_under_way]
    under_way = {key for each in batches for key, _ in each.intent.asks}
    if not under_way:
        return 0
    return sum(key in under_way for keys in _first_keys(judge, job) for key in keys)


def _first_keys(judge: Judge, job: Job) -> Iterator[Iterator[str]]:
    """Yield the keys of the first requests, those about one cell or one question together."""
    identity = identity_of(judge)
    waiting = job.distinct()
    for question in job.rubrics:
        own = [each.answer_digest for each in waiting if each.question == question]
        for ask in first_asks(job, question):
            yield map(Keys(ask, identity).about, own)


def _runs_over(store: Store, job: Job) -> Iterator[RunRecord]:
    """Yield the runs over this file, the last one first."""
    file = job.command.answers
    return (run for run in reversed(store.runs()) if file and run.command.answers == file)


def _rows(old: Mapping[Key, str], now: Sequence[Submission]) -> Iterator[str]:
    new = {each.key: each.answer_digest for each in now}
    kept = [key for key in new if key in old]
    counts = {
        "added": len(new) - len(kept),
        "removed": len(old) - len(kept),
        "edited": sum(old[key] != new[key] for key in kept),
    }
    rows = [f"{count} {word}" for word, count in counts.items() if count]
    if kept != [key for key in old if key in new]:
        rows.append("rows in another order")
    if rows:
        yield "answers " + ", ".join(rows)


def _words_left_behind(
    store: Store, old: Mapping[Key, str], now: Sequence[Submission]
) -> Iterator[str]:
    """Yield whose grades by a person, and releases, are of nobody in the class any more."""
    here = {each.key for each in now}
    gone = {key: each for key, each in old.items() if key not in here}
    decided = {each.override.key for each in store.decisions(gone)}
    said = decided | {each.key for each in store.releases() if each.key in gone}
    if said:
        students = sorted({key[0] for key in said})
        named = ", ".join(students[:NAMED]) + (" …" if len(students) > NAMED else "")
        what = plural(len(said), "grade counts", "grades count")
        yield (
            f"{what} for nobody now, though decided or released: {named}, not in the file under "
            "that id or attempt any more. Where somebody was renamed, look at the answer again."
        )


def _circumstances(store: Store, run: RunRecord, job: Job, model: str) -> Iterator[str]:
    old = dict(run.command.rubrics)
    for question, rubric in job.rubrics.items():
        if old.get(question) not in (None, rubric.digest):
            yield f"rubric {rubric.id!r} changed"
            before = store.rubric(old[question])
            yield from _given_by_other_points(store, job, question, before)
    if _prompts_changed(run.manifest, job):
        yield "method or prompts changed"
    asked = run.manifest.judge.model_asked
    if asked and model and asked != model:
        yield f"model {model!r} in place of {asked!r}"


def _given_by_other_points(store: Store, job: Job, question: str, before: Rubric) -> Iterator[str]:
    """Yield how many grades people gave when levels of this rubric were worth other points."""
    if _worth(before) == _worth(job.rubrics[question]):
        return
    own = {each.key: each.answer_digest for each in job.submissions if each.question == question}
    given = sum(each.active for each in store.decisions(own))
    if given:
        stays = plural(given, "grade that a person gave stays", "grades that people gave stay")
        yield (
            f"its levels are worth other points, and {stays} as given (points changed on the "
            "review page, under Rubric, take them along)"
        )


def _worth(rubric: Rubric) -> dict[tuple[str, str], Decimal]:
    worth = {
        (each.id, level.id): level.points for each in rubric.key_points for level in each.levels
    }
    return worth | {(each.id, ""): each.points for each in rubric.misconceptions}


def _prompts_changed(manifest: Manifest, job: Job) -> bool:
    """Return whether a run was read by other prompts; a method still open is no other one."""
    prompts = {job.prompt.name: job.prompt.digest}
    if job.joint is not None:
        prompts[job.joint.name] = job.joint.digest
    before = prompts if manifest.prompts is None else manifest.prompts
    if job.method is not Method.AUTO:
        return before != prompts
    return any(prompts.get(name) != digest for name, digest in before.items())
