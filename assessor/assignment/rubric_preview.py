"""Two versions of a rubric on one class: what is still to ask, and who changes by how much."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.assets import price_of
from assessor.assignment.agreement_gained import Measured, agreement_gained
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.named_files import find_rubric
from assessor.assignment.names_in_answers import MASK, everybody_of, wish_again
from assessor.assignment.run_job import ISOLATED_PROMPT, judging_prompt
from assessor.assignment.run_words import money
from assessor.assignment.standing import Standing, load_standing
from assessor.config import endpoint_of
from assessor.counting import plural
from assessor.errors import InputError
from assessor.grade import Grade, rescored
from assessor.method_choice import Method
from assessor.plan import Tokens, about_cell, cell_key, cost_of, estimate_tokens
from assessor.privacy import Conceal, class_people
from assessor.prompt import Asking, isolated_ask
from assessor.rubric import Rubric
from assessor.rubric.diff import RubricDiff, diff_rubrics
from assessor.store import OutcomeRecord, Store
from assessor.submission import InputState, Submission
from assessor.verdict import Finding, Pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asks:
    """What the new version still has to ask: cells and requests; None is an unknown cost."""

    cells: tuple[str, ...]
    requests: int
    answers: int
    cost: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAnswer:
    """One answer whose proposal changes, with the cells that do, before and after."""

    submission: Submission
    before: Decimal
    after: Decimal
    cells: tuple[tuple[Finding, Finding], ...]
    released: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricPreview:
    """All that `rubric diff` says. `moved` is None until the new version was judged."""

    old: Rubric
    new: Rubric
    diff: RubricDiff
    asks: Asks | None
    moved: tuple[ChangedAnswer, ...] | None
    compared: int
    means: tuple[Decimal, Decimal] | None
    measured: tuple[Measured, ...]
    answers_file: str
    judges: tuple[str, ...] = ()


def preview_of(place: ClassFolder, store: Store, old: Rubric, new: Rubric) -> RubricPreview:
    """Return what follows from a new version, by the latest runs of both in the store."""
    changes = diff_rubrics(old, new)
    before = _latest(place, store, old.digest)
    after = _latest(place, store, new.digest)
    preview = RubricPreview(
        old=old,
        new=new,
        diff=changes,
        asks=None,
        moved=None,
        compared=0,
        means=None,
        measured=(),
        answers_file="",
    )
    standing = before or after
    if standing is None:
        return preview
    question = _question_of(standing, old if before else new)
    asks = _asks(place, store, standing, question, new)
    preview = replace(preview, asks=asks, answers_file=standing.answers.name)
    if before is None:
        return preview
    pairs = _pairs(before, question, after, new, asks)
    if pairs is None:
        return preview
    known = [(a, b) for a, b in pairs if a.proposed is not None and b.proposed is not None]
    released = {each.submission.key: each for each in before.grades}
    moved = [_moved(a, b, released.get(a.submission.key)) for a, b in known]
    changed = [each for each in moved if each.before != each.after or each.cells]
    changed.sort(key=lambda each: (-abs(each.after - each.before), each.submission.key))
    return replace(
        preview,
        moved=tuple(changed),
        compared=len(known),
        means=_means([(each.before, each.after) for each in moved]),
        measured=agreement_gained(store, (before, after), (old, new)) if after is not None else (),
        judges=tuple(
            dict.fromkeys(each.run.manifest.judge.name for each in (before, after) if each)
        ),
    )


def preview_versions(place: ClassFolder, names: Sequence[str]) -> RubricPreview:
    """Return what follows from a new version: [OLD] NEW; without OLD, since the last other one."""
    with place.open_store() as store:
        new, _ = find_rubric(names[-1], place.folder)
        older = [find_rubric(name, place.folder)[0] for name in names[:-1]]
        return preview_of(place, store, older[0] if older else last_version(store, new), new)


def asks_words(asks: Asks | None) -> str:
    """Return in words what is to be asked again, and what that costs."""
    if asks is None or not asks.requests:
        return "To ask again: nothing; what the judge said is in the store."
    price = "at an unknown price" if asks.cost is None else f"about ${money(asks.cost)}"
    what = "request" if asks.requests == 1 else "requests"
    return f"To ask again: {asks.requests} {what} about {', '.join(asks.cells)}, {price}."


def moved_words(preview: RubricPreview) -> str:
    """Return in words how many get other points under the new version."""
    totals = [each for each in preview.moved or () if each.before != each.after]
    up = sum(each.after > each.before for each in totals)
    line = (
        f"Of {plural(preview.compared, 'answer')} "
        f"{plural(len(totals), 'gets other points', 'get other points')}"
    )
    if totals:
        line += f": {up} more, {len(totals) - up} less"
    if preview.means is not None:
        line += f"; the mean goes from {preview.means[0]:.2f} to {preview.means[1]:.2f}"
    return f"{line}."


def last_version(store: Store, new: Rubric) -> Rubric:
    """Return the version of this rubric that graded last before it was changed."""
    for run in reversed(store.runs()):
        for _, digest in run.command.rubrics:
            if digest == new.digest:
                continue
            old = store.rubric(digest)
            if old.id == new.id:
                return old
    raise InputError(
        f"the store knows no other version of {new.id}; name two: assessor rubric diff OLD NEW"
    )


def _latest(place: ClassFolder, store: Store, digest: str) -> Standing | None:
    for run in reversed(store.runs()):
        if any(each == digest for _, each in run.command.rubrics):
            return load_standing(place, store, run.id)
    return None


def _question_of(standing: Standing, rubric: Rubric) -> str:
    return next(q for q, each in standing.rubrics.items() if each.digest == rubric.digest)


def _asks(
    place: ClassFolder, store: Store, standing: Standing, question: str, new: Rubric
) -> Asks | None:
    """Count the first readings that the store does not hold yet, for the run's own judge."""
    manifest = standing.run.manifest
    judge = manifest.judge
    if "model_asked" not in judge.model_fields_set:
        return None
    identity = {
        "backend": judge.backend,
        "model": judge.model_asked,
        "endpoint": manifest.circumstances.endpoint,
        "parameters": judge.parameters,
    }
    answers = _distinct(standing, question)
    asking = Asking(
        prompt=judging_prompt(place.config, place.folder, ISOLATED_PROMPT),
        rubric=new,
        secret=store.secret,
        conceal=_conceal(place, standing),
    )
    keys = {
        (cell, each.answer_digest): cell_key(
            cell,
            Pass.NEUTRAL.value,
            about_cell(asking, cell, each),
            identity,
        )
        for cell in new.cells
        for each in answers
    }
    held = _held(place, store, standing, answers)
    open_ = [cell for (cell, _), key in keys.items() if key not in held]
    tokens = Tokens()
    if answers:
        per_cell = {
            c: estimate_tokens(isolated_ask(asking, c, Pass.NEUTRAL, answers[0]))
            for c in dict.fromkeys(open_)
        }
        for cell in open_:
            tokens += per_cell[cell]
    settings = place.config.judge
    price = price_of(
        settings.price,
        judge.model_asked,
        endpoint_of(settings, place.environ),
        settings.tier,
    )
    return Asks(
        cells=tuple(dict.fromkeys(open_)),
        requests=len(open_),
        answers=len(answers),
        cost=None if price is None else cost_of(tokens, price),
    )


def _conceal(place: ClassFolder, standing: Standing) -> Conceal | None:
    """Return what covers names in what would be sent: that is another request."""
    if wish_again(place, standing.run.command) != MASK:
        return None
    return class_people(everybody_of(place, standing), standing.rubrics).conceal


def _held(
    place: ClassFolder,
    store: Store,
    standing: Standing,
    answers: Sequence[Submission],
) -> set[str]:
    """Return the cells that need no request: read alone, or with the others where that serves."""
    quick = standing.run.manifest.method.used == Method.QUICK
    joint = quick and Method(place.config.judge.method) is not Method.CAREFUL
    read = store.cells_read(each.answer_digest for each in answers)
    return {key for keys in read if joint or len(keys) == 1 for key in keys}


def _distinct(standing: Standing, question: str) -> list[Submission]:
    found = {
        each.submission.answer_digest: each.submission
        for each in reversed(standing.outcomes)
        if each.submission.question == question and each.submission.state is InputState.ANSWERED
    }
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    submission: Submission
    proposed: Decimal | None
    findings: tuple[Finding, ...]


def _pairs(
    before: Standing, question: str, after: Standing | None, new: Rubric, asks: Asks | None
) -> list[tuple[_Side, _Side]] | None:
    """Return each answer under both versions; None where the new one is still to be judged."""
    olds = [each for each in before.outcomes if each.submission.question == question]
    if after is not None:
        others = {
            each.submission.key[:1] + each.submission.key[2:]: each
            for each in after.outcomes
            if after.rubrics[each.submission.question].digest == new.digest
        }
        return [
            (_side(each), _side(others[each.submission.key[:1] + each.submission.key[2:]]))
            for each in olds
            if each.submission.key[:1] + each.submission.key[2:] in others
        ]
    if asks is not None and asks.requests:
        return None
    pairs = []
    for each in olds:
        again = rescored(new, each)
        if again is None:
            return None
        side = _Side(submission=each.submission, proposed=again.proposed, findings=again.findings)
        pairs.append((_side(each), side))
    return pairs


def _side(outcome: OutcomeRecord) -> _Side:
    return _Side(
        submission=outcome.submission, proposed=outcome.proposed, findings=outcome.findings
    )


def _moved(a: _Side, b: _Side, grade: Grade | None) -> ChangedAnswer:
    later = {each.cell: each for each in b.findings}
    return ChangedAnswer(
        submission=a.submission,
        before=a.proposed or Decimal(0),
        after=b.proposed or Decimal(0),
        cells=tuple(
            (each, later[each.cell])
            for each in a.findings
            if each.cell in later and later[each.cell].level != each.level
        ),
        released=grade.grade if grade is not None else None,
    )


def _means(totals: Sequence[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal] | None:
    if not totals:
        return None
    return (
        sum((a for a, _ in totals), Decimal(0)) / len(totals),
        sum((b for _, b in totals), Decimal(0)) / len(totals),
    )
