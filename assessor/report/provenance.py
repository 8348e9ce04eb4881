"""What was graded by what: the facts that a report carries so that a grade can be explained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from assessor.judges import backend_of
from assessor.report.material import ReportMaterial, fact_of

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
    answered = material.fact("judge", "models_answered")
    names = [str(each) for each in answered] if isinstance(answered, list) else []
    asked = str(material.fact("judge", "model_asked") or "a language model")
    words = ", ".join(names) or asked
    if names and names != [asked]:
        words += f" (asked for: {asked})"
    host = urlsplit(str(material.fact("circumstances", "endpoint") or "")).netloc
    return f"{words} at {host.rpartition('@')[2]}" if host else words


def when(material: ReportMaterial) -> str:
    """Return when the run ended, or "" where it did not say."""
    return moment(str(material.fact("circumstances", "finished_at") or ""))


def moment(text: str) -> str:
    """Return a time as people write it; what is no time stays as it is."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{time:%Y-%m-%d %H:%M}" + (f" {time.tzname()}" if time.tzinfo else "")


def _facts(material: ReportMaterial) -> Iterator[Fact]:
    by_hand = not backend_of(material.backend).reads
    yield Fact(name="Answers", value=material.answers)
    yield Fact(name="Read by", value=judge_words(material))
    yield Fact(name="Finished", value=when(material))
    if not by_hand:
        yield Fact(name="How it read", value=_looks(material))
        yield Fact(name="Method", value=_method(material))
        yield Fact(name="Judge's numbers", value=str(material.fact("numbers", "unused") or ""))
        yield Fact(name="Read again", value=_stability(material))
        yield Fact(name="Requests", value=_requests(material))
        yield Fact(name="Cost", value=_cost(material))
    for rubric in material.rubrics.values():
        yield Fact(name=f"Rubric {rubric.id}", value=rubric.digest, code=True)
    for cell, said in material.footing.rulings:
        yield Fact(name=f"Ruling on {cell}", value=said)
    for name, digest in sorted(_mapping(material, "prompts").items()):
        yield Fact(name=f"Prompt {name}", value=str(digest), code=True)
    for name, value in sorted(_mapping(material, "judge", "parameters").items()):
        yield Fact(name=f"Judge's {name}", value=str(value), code=True)
    version = material.fact("assessor")
    yield Fact(name="Made with", value=f"assessor {version}" if version else "")
    yield Fact(name="Run", value=str(material.fact("circumstances", "run") or ""), code=True)
    yield Fact(name="Head of the audit chain", value=material.head, code=True)


def _looks(material: ReportMaterial) -> str:
    strong = material.fact("strong")
    if material.fact("looks", "everything") is True:
        return "every key point three times"
    cap = material.fact("looks", "cap")
    if not isinstance(cap, int | float):
        return ""
    words = f"every key point once, those that want it twice more, at most {cap:.0%} of them"
    return f"{words}, those by {strong}" if strong else words


def _method(material: ReportMaterial) -> str:
    """Return how first readings were asked for, and how far both ways agreed where tried."""
    words = {"quick": "one request per answer", "careful": "one request per key point"}
    said = words.get(str(material.fact("method", "used")), "")
    read, same = material.fact("method", "cells"), material.fact("method", "same_level")
    if said and isinstance(read, int) and read:
        said += f"; read both ways, {same} of {read} cells got the same level"
        if material.fact("method", "unreliable") is True:
            said += ": this model cannot be relied on for this rubric"
    return said


def _stability(material: ReportMaterial) -> str:
    answers, same = material.fact("stability", "answers"), material.fact("stability", "same_total")
    ends = material.fact("stability", "interval_90")
    if not answers or not isinstance(ends, list):
        return ""
    return f"{same} of {answers} totals the same ({ends[0]:.0%} to {ends[1]:.0%}, 90 % interval)"


def _requests(material: ReportMaterial) -> str:
    replied = material.fact("circumstances", "requests")
    if not isinstance(replied, int):
        return ""
    stored = material.fact("circumstances", "from_store")
    words = f"{replied:,} {'reply' if replied == 1 else 'replies'} in this run"
    return f"{words}, {stored:,} taken from the store" if isinstance(stored, int) else words


def _cost(material: ReportMaterial) -> str:
    if material.backend in JUDGES:
        return "nothing was spent"
    cost = material.fact("circumstances", "cost")
    used = _tokens(material)
    if cost is None:
        return f"not known: no price for this model{used}"
    return f"{_dollars(cost)}{used}{_in_all_runs(material)}"


def _in_all_runs(material: ReportMaterial) -> str:
    """A run that goes on with another pays only for the rest: say what all of them cost."""
    if len(material.runs) < 2:
        return ""
    costs = [fact_of(each, "circumstances", "cost") for each in material.runs]
    known = [Decimal(str(each)) for each in costs if each is not None]
    least = "" if len(known) == len(costs) else "at least "
    return f"; {least}{_dollars(sum(known, Decimal(0)))} in all {len(costs)} runs of this class"


def _dollars(cost: object) -> str:
    return f"${Decimal(str(cost)):.4f}"


def _tokens(material: ReportMaterial) -> str:
    tokens = _mapping(material, "circumstances", "tokens")
    read, written = tokens.get("input"), tokens.get("output")
    if not read and not written:
        return ""
    return f" ({read:,} tokens in, {written:,} out, in this run)"


def _mapping(material: ReportMaterial, *path: str) -> Mapping[str, object]:
    entry = material.fact(*path)
    return entry if isinstance(entry, Mapping) else {}
