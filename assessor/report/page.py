"""The report: one self-contained HTML file that opens offline, without a script."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assessor.counting import plural
from assessor.report.attention import AttentionList, States, review, states
from assessor.report.catalogue import ENGLISH, Speech, speech
from assessor.report.display import shown
from assessor.report.lean import Language, Length, language, length
from assessor.report.material import QuestionPart, ReportMaterial, parts_of
from assessor.report.provenance import facts, judge_words, when
from assessor.report.rubric_edits import Mend, mends
from assessor.report.trust_figures import Quotes, agreement, audit, quotes, tricks
from assessor.report.understanding import (
    Choices,
    KeyPoints,
    Misconceptions,
    Points,
    choices,
    key_points,
    misconceptions,
    nameless,
    points,
    spread,
)

# Nothing is loaded, run or sent; the one style sheet is known by its fingerprint.
POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything the page shows of one question; `level` is that of its headings."""

    level: int
    title: str
    question: str
    anchor: str
    by_hand: bool
    states: States
    points: Points
    choices: Choices | None
    key_points: KeyPoints
    misconceptions: Misconceptions
    review: AttentionList
    mends: tuple[Mend, ...]
    quotes: Quotes
    length: Length
    language: Language


def report_page(material: ReportMaterial) -> bytes:
    """Return report.html."""
    parts = parts_of(material)
    views = tuple(
        _view(part, place, 2 if len(parts) == 1 else 3) for place, part in enumerate(parts, start=1)
    )
    text = render(
        "report/report.html",
        title=material.heading,
        answers=material.answers,
        judge=judge_words(material),
        when=when(material),
        views=views,
        total=_total(parts) if len(parts) > 1 else None,
        agreement=agreement(material),
        audit=audit(material),
        tricks=tricks(material),
        facts=facts(material),
    )
    return text.encode()


def render(template: str, words: Speech | None = None, **values: object) -> str:
    """Return a page with our style sheet and the policy that admits nothing else.

    `words` is the language that it speaks; without one it is English.
    """
    words = words or speech(ENGLISH)
    templates = _templates(words.code)
    style = templates.get_template("report/style.css").render()
    mark = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    values |= {"style": Markup(style), "policy": POLICY.format(mark)}  # noqa: S704 - a file of ours
    return templates.get_template(template).render(values, spoken=words.code)


@cache
def _templates(code: str) -> Environment:
    """Return the pages' templates, compiled once: two thousand students have a page each."""
    environment = Environment(
        loader=PackageLoader("assessor", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.clear()
    environment.add_extension("jinja2.ext.i18n")
    # What the extension puts on an environment is not known to a type checker.
    install = environment.install_gettext_translations  # type: ignore[attr-defined]
    install(speech(code).catalogue, newstyle=True)
    environment.filters["plural"] = plural
    return environment


def _view(part: QuestionPart, place: int, level: int) -> View:
    fit = nameless(part.rows)
    return View(
        level=level,
        title=part.rubric.title,
        question=part.question,
        anchor=f"question-{place}",
        by_hand=part.by_hand,
        states=states(part),
        points=points(part),
        choices=choices(part),
        key_points=key_points(part, fit),
        misconceptions=misconceptions(part, fit),
        review=review(part),
        mends=mends(part),
        quotes=quotes(part),
        length=length(part),
        language=language(part),
    )


def _total(parts: Sequence[QuestionPart]) -> Points:
    """Return how the totals of those lie who have points in every question."""
    found: dict[str, list[Decimal]] = {}
    for part in parts:
        for row in part.scored:
            if row.grade.standing is not None:
                found.setdefault(row.grade.submission.student_id, []).append(row.grade.standing)
    most = sum((part.rubric.scoring.max_points for part in parts), Decimal(0))
    whole = [sum(values, Decimal(0)) for values in found.values() if len(values) == len(parts)]
    return spread(whole, most, 0)
