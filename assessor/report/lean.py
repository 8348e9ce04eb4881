"""Whether the judge's points follow what they should not: an answer's length or language."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import StatisticsError, correlation, mean

from assessor.counting import plural
from assessor.report.language import guess
from assessor.report.material import QuestionPart, ReportRow
from assessor.statistics.checks import Check, group_checks, length_check
from assessor.submission import InputState

FEW = 10
SMALLEST_GROUP = 5
SURE = 0.05

# A script without spaces counts by the character.
_WORDS = re.compile("[\u3040-\u30ff\u3400-\u9fff]|[^\\s\u3040-\u30ff\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class LeanGroup:
    """Answers of about one length, or of one language, with their mean of proposed points."""

    name: str
    mean: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Whether proposed points follow length; `error` says it of the judge's error."""

    n: int
    groups: tuple[LeanGroup, ...]
    correlation: str
    interval: str
    sentence: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Whether proposed points follow the language; `errors` say it of the judge's error."""

    n: int
    groups: tuple[LeanGroup, ...]
    sentence: str
    errors: tuple[str, ...]


def length(part: QuestionPart) -> Length:
    """Return whether the judge gave longer answers more points, with three groups to see it."""
    pairs = sorted((words_of(row), float(row.grade.proposed or 0)) for row in _proposed(part))
    error = _length_error(_beside_people(part))
    if len(pairs) < FEW:
        return Length(
            n=len(pairs),
            groups=(),
            correlation="",
            interval="",
            sentence=f"Too few answers to tell: {len(pairs)}, and at least {FEW} are needed.",
            error=error,
        )
    third = math.ceil(len(pairs) / 3)
    groups = [pairs[start : start + third] for start in range(0, len(pairs), third)]
    rho = spearman([words for words, _ in pairs], [points for _, points in pairs])
    low, high = _ends(rho, len(pairs)) if rho is not None else (0.0, 0.0)
    return Length(
        n=len(pairs),
        groups=tuple(
            _group(
                f"{group[0][0]} to {plural(group[-1][0], 'word')}", [points for _, points in group]
            )
            for group in groups
        ),
        correlation="" if rho is None else _two(rho),
        interval="" if rho is None else f"{_two(low)} to {_two(high)}",
        sentence="All are equal: nothing to tell." if rho is None else _sentence(low, high),
        error=error,
    )


def language(part: QuestionPart) -> Language:
    """Return the mean points per guessed language, and whether the judge's error leans to one.

    Languages of a few answers each are put together: a mean of one answer is that student's.
    """
    rows = _proposed(part)
    guessed = _languages(rows)
    counts = Counter(guessed)
    points = {name: _points(rows, guessed, name) for name, _ in counts.most_common()}
    large = [name for name, values in points.items() if len(values) >= SMALLEST_GROUP]
    rest = [each for name, values in points.items() if name not in large for each in values]
    if len(large) < 2:
        which = f"look like {large[0]}" if large else "are too few to tell"
        but = f"All but {plural(len(rest), 'answer')}" if large and rest else "All answers"
        return Language(
            n=len(rows), groups=(), sentence=f"{but} {which}: nothing to compare.", errors=()
        )
    groups = [_group(name, points[name]) for name in large]
    if len(rest) >= SMALLEST_GROUP:
        groups.append(_group("others", rest))
    return Language(
        n=len(rows),
        groups=tuple(groups),
        sentence="Guessed from common words; a difference may also lie in the answers themselves.",
        errors=_language_errors(_beside_people(part)),
    )


def words_of(row: ReportRow) -> int:
    """Return how many words an answer has."""
    return len(_WORDS.findall(row.grade.submission.answer))


def spearman(left: Sequence[float], right: Sequence[float]) -> float | None:
    """Return the rank correlation, ties sharing their ranks; None where one side is all equal."""
    try:
        return correlation(_ranks(left), _ranks(right))
    except StatisticsError:
        return None


def _proposed(part: QuestionPart) -> list[ReportRow]:
    return [
        row
        for row in part.rows
        if row.grade.proposed is not None and row.grade.submission.state is InputState.ANSWERED
    ]


def _points(rows: Sequence[ReportRow], guessed: Sequence[str], name: str) -> list[float]:
    return [
        float(row.grade.proposed or 0)
        for row, each in zip(rows, guessed, strict=True)
        if each == name
    ]


def _languages(rows: Sequence[ReportRow]) -> list[str]:
    return [guess(row.grade.submission.answer) for row in rows]


def _group(name: str, points: Sequence[float]) -> LeanGroup:
    return LeanGroup(name=name, mean=f"{mean(points):.1f}", n=len(points))


def _beside_people(part: QuestionPart) -> list[tuple[ReportRow, float]]:
    """Return the submissions with a person's total beside the judge's, and that total."""
    rows = {
        (*row.grade.submission.key, row.grade.submission.answer_digest): row for row in part.rows
    }
    return [
        (rows[each.bound], float(each.total))
        for each in part.labels
        if each.total is not None and each.bound in rows
    ]


def _length_error(graded: Sequence[tuple[ReportRow, float]]) -> str:
    """Say whether the judge's error, beside people's grades, grows with length; "" without any."""
    if not graded:
        return ""
    words = [words_of(row) for row, _ in graded]
    found = length_check(words, _human(graded), _judge(graded))
    if found.effect is None or found.p is None:
        return f"Beside hand grades: not checked, {found.reason} (n = {found.n})."
    return (
        f"Beside hand grades: an answer twice as long gets {_size(found)} a person gives it "
        f"(n = {found.n})."
    )


def _language_errors(graded: Sequence[tuple[ReportRow, float]]) -> tuple[str, ...]:
    guessed = _languages([row for row, _ in graded])
    checks = group_checks(guessed, _human(graded), _judge(graded))
    return tuple(_language_error(each) for each in checks)


def _language_error(found: Check) -> str:
    if found.effect is None or found.p is None:
        return f"Beside hand grades, {found.name}: not checked, {found.reason} (n = {found.n})."
    return (
        f"Beside hand grades, {found.name}: an answer gets {_size(found)} a person gives it, set "
        f"against the others (n = {found.n})."
    )


def _size(found: Check) -> str:
    effect, p = found.effect or 0.0, found.p or 1.0
    if abs(effect) < 0.05:
        return "about as many points as"
    size = f"{plural(f'{abs(effect):.1f}', 'point')} {'more' if effect > 0 else 'less'}"
    sure = f"p = {p:.3f}, seldom by chance" if p < SURE else f"p = {p:.2f}, chance could do that"
    return f"{size} ({sure}) than"


def _human(graded: Sequence[tuple[ReportRow, float]]) -> list[float]:
    return [total for _, total in graded]


def _judge(graded: Sequence[tuple[ReportRow, float]]) -> list[float]:
    return [float(row.outcome.proposed or 0) for row, _ in graded]


def _ranks(values: Sequence[float]) -> list[float]:
    """Return places from 1; equal values share the middle of theirs."""
    rank, before = {}, 0
    for value, count in sorted(Counter(values).items()):
        rank[value] = before + (count + 1) / 2
        before += count
    return [rank[value] for value in values]


def _ends(rho: float, n: int) -> tuple[float, float]:
    """Return a 95 % interval (Fisher's z with the factor of Fieller, Hartley & Pearson 1957)."""
    centre = math.atanh(max(min(rho, 0.999999), -0.999999))
    reach = 1.96 * math.sqrt(1.06 / (n - 3))
    return math.tanh(centre - reach), math.tanh(centre + reach)


def _sentence(low: float, high: float) -> str:
    if low > 0.5:
        return "Longer answers got more points, strongly. Good answers are often longer, too."
    if low > 0:
        return "Longer answers tended to get more points. Good answers are often longer, too."
    if high < 0:
        return "Longer answers tended to get fewer points."
    return "No clear link between length and points."


def _two(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
