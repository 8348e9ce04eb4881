"""What was graded by what: the facts that a report carries so that a grade can be explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from assessor.counting import plural
from assessor.judges.backends import backend_of
from assessor.manifest import (
    Circumstances,
    Manifest,
    ManifestMethod,
    ManifestStability,
    ManifestTokens,
)
from assessor.report.material import ReportMaterial

JUDGES: Mapping[str, str] = {
    "none": "no judge: graded by hand",
    "recorded": "verdicts of a large language model, replayed from a recording; nothing was sent",
    "scripted": "a script, for trying things out; not a judge",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line: what it is, what it says, and whether that is a fingerprint or an id."""

    name: str
    value: str
    code: bool = False


def facts(material: ReportMaterial) -> tuple[Fact, ...]:
    """Return how these grades came about, as far as the run wrote it down."""
    return tuple(fact for fact in _facts(material) if fact.value)


def judge_words(material: ReportMaterial) -> str:
    """Return who read the answers, in words."""
    if material.backend in JUDGES:
        return JUDGES[material.backend]
    judge = material.manifest.judge
    asked = judge.model_asked or "a language model"
    words = ", ".join(judge.models_answered) or asked
    if judge.models_answered not in {(), (asked,)}:
        words += f" (asked for: {asked})"
    host = urlsplit(material.manifest.circumstances.endpoint).netloc
    return f"{words} at {host.rpartition('@')[2]}" if host else words


def when(material: ReportMaterial) -> str:
    """Return when the run ended, or "" where it did not say."""
    return moment(material.manifest.circumstances.finished_at)


def moment(text: str) -> str:
    """Return a time as people write it; what is no time stays as it is."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{time:%Y-%m-%d %H:%M}" + (f" {time.tzname()}" if time.tzinfo else "")


def _facts(material: ReportMaterial) -> Iterator[Fact]:
    manifest = material.manifest
    by_hand = not backend_of(material.backend).reads
    yield Fact(name="Answers", value=material.answers)
    yield Fact(name="Read by", value=judge_words(material))
    yield Fact(name="Finished", value=when(material))
    if not by_hand:
        yield Fact(name="How it read", value=_looks(manifest))
        yield Fact(name="Method", value=_method(manifest.method))
        yield Fact(name="Judge's numbers", value=manifest.numbers.unused)
        yield Fact(name="Read again", value=_stability(manifest.stability))
        yield Fact(name="Requests", value=_requests(manifest.circumstances))
        yield Fact(name="Cost", value=_cost(material))
    for rubric in material.rubrics.values():
        yield Fact(name=f"Rubric {rubric.id}", value=rubric.digest, code=True)
    for cell, said in material.footing.rulings:
        yield Fact(name=f"Ruling on {cell}", value=said)
    for name, digest in sorted((manifest.prompts or {}).items()):
        yield Fact(name=f"Prompt {name}", value=digest, code=True)
    for name, value in sorted(manifest.judge.parameters.items()):
        yield Fact(name=f"Judge's {name}", value=str(value), code=True)
    version = manifest.assessor
    yield Fact(name="Made with", value=f"assessor {version}" if version else "")
    yield Fact(name="Run", value=manifest.circumstances.run, code=True)
    yield Fact(name="Head of the audit chain", value=material.head, code=True)


def _looks(manifest: Manifest) -> str:
    looks, strong = manifest.looks, manifest.strong
    if looks.everything:
        return "every key point three times"
    if looks.cap is None:
        return ""
    words = f"every key point once, those that want it twice more, at most {looks.cap:.0%} of them"
    return f"{words}, those by {strong}" if strong else words


def _method(method: ManifestMethod) -> str:
    """Return how first readings were asked for, and how far both ways agreed where tried."""
    words = {"quick": "one request per answer", "careful": "one request per key point"}
    said = words.get(method.used, "")
    if said and method.cells:
        of = plural(method.cells, "cell")
        said += f"; read both ways, {method.same_level} of {of} got the same level"
        if method.unreliable:
            said += ": this model cannot be relied on for this rubric"
    return said


def _stability(read: ManifestStability | None) -> str:
    if read is None or not read.answers or not read.interval_90:
        return ""
    low, high = read.interval_90
    return (
        f"{read.same_total} of {plural(read.answers, 'total')} the same "
        f"(likely {low:.0%} to {high:.0%}; 90 % interval)"
    )


def _requests(run: Circumstances) -> str:
    if run.requests is None:
        return ""
    words = f"{run.requests:,} {'reply' if run.requests == 1 else 'replies'} in this run"
    return words if run.from_store is None else f"{words}, {run.from_store:,} taken from the store"


def _cost(material: ReportMaterial) -> str:
    if material.backend in JUDGES:
        return "nothing was spent"
    cost = material.manifest.circumstances.cost
    used = _tokens(material.manifest.circumstances.tokens)
    if cost is None:
        return f"not known: no price for this model{used}"
    return f"{_dollars(cost)}{used}{_in_all_runs(material)}"


def _in_all_runs(material: ReportMaterial) -> str:
    """A run that goes on with another pays only for the rest: say what all of them cost."""
    if len(material.runs) < 2:
        return ""
    costs = [each.circumstances.cost for each in material.runs]
    known = [Decimal(each) for each in costs if each is not None]
    least = "" if len(known) == len(costs) else "at least "
    return (
        f"; {least}{_dollars(sum(known, Decimal(0)))} in all {plural(len(costs), 'run')} "
        "of this class"
    )


def _dollars(cost: str | Decimal) -> str:
    return f"${Decimal(cost):.4f}"


def _tokens(tokens: ManifestTokens) -> str:
    if not tokens.input and not tokens.output:
        return ""
    return f" ({tokens.input:,} tokens in, {tokens.output:,} out, in this run)"
