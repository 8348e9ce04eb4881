"""Agreement in words: figures with their intervals, and where two readers part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assessor.assignment.spoken_lines import SpokenLine, Tone
from assessor.rubric import Rubric
from assessor.statistics.agreement import METRICS, say_bias
from assessor.statistics.intervals import Estimate
from assessor.trust.agree import Agreement, Parting, Ranking
from assessor.trust.labels import levels_of
from assessor.trust.plainly import percent
from assessor.writers.results import points_text

SHARES = frozenset({"exact", "within_tolerance", "tpr", "tnr", "met_rate_shift"})
TOTAL = ("exact", "within_tolerance", "mae", "bias", "qwk")
TOGETHER = ("exact", "cohen_kappa", "ac1", "tpr", "tnr", "met_rate_shift")
CELL = ("exact", "cohen_kappa", "ac1", "met_rate_shift")
HEADS = {
    "exact": "same",
    "cohen_kappa": "kappa",
    "ac1": "AC1",
    "met_rate_shift": "credits more",
}
PARTINGS = 12


def figures(
    measured: Agreement, people: Agreement | None, second: str, first: str
) -> Iterator[tuple[str, str, Estimate, Estimate | None]]:
    """Yield what is measured (totals, then cells): its group, its words, the figure and that of two
    people, where there are two.
    """
    for group, names in (("total", TOTAL), ("cells", TOGETHER)):
        found = measured.total if group == "total" else measured.together
        ceiling: Mapping[str, Estimate] = {}
        if people is not None:
            ceiling = people.total if group == "total" else people.together
        for name in names:
            words = _words(name, measured, second).replace("you", first)
            yield group, words, found[name], ceiling.get(name)


def bias_words(measured: Agreement, second: str, first: str) -> str:
    """Return who gives more, in a sentence; "" where nothing is known."""
    bias = measured.total["bias"]
    if bias.value is None or not bias.n:
        return ""
    said = say_bias(bias).replace(" you", f" {first}")
    return f"{second[:1].upper()}{second[1:]} is {said}."


def ranking_words(ranked: Ranking) -> str:
    """Return how often the safest answers are wrong, for growing shares; "" where none is."""
    if not ranked.coverage or not ranked.coverage[-1].wrong:
        return ""
    parts = [f"{each.wrong:.0%} of the safest {each.share:.0%}" for each in ranked.coverage[:-1]]
    text = (
        "Totals that differ from yours by more than may count as equal (the tolerance): "
        f"{', '.join(parts)}, "
        f"{ranked.coverage[-1].wrong:.0%} of all"
    )
    if ranked.auroc is not None:
        text += f" (ranking by risk: AUROC {ranked.auroc:.2f})"
    return text.replace("%", " %") + "."


def parting_lines(
    found: Sequence[Parting], rubrics: Mapping[str, Rubric], second: str
) -> Iterator[SpokenLine]:
    """Yield the answers on which the two readers part most."""
    if not found:
        yield SpokenLine("The two readers part nowhere.")
        return
    count = f"{len(found)} {'answer' if len(found) == 1 else 'answers'}"
    yield SpokenLine(f"Where the two readers part: {count}", Tone.HEADING)
    for each in found[:PARTINGS]:
        totals = f"you {points_text(each.first) or '?'}, {second} {points_text(each.second) or '?'}"
        cells = []
        for cell, first, other in each.cells:
            levels = levels_of(rubrics[each.question], cell)
            cells.append(f"{cell} {levels[first]} / {levels[other]}")
        line = f"  {each.student}  {totals}" + (f"  ({'; '.join(cells)})" if cells else "")
        yield SpokenLine(line, limit=160)
    if len(found) > PARTINGS:
        yield SpokenLine(f"  … and {len(found) - PARTINGS} more (--json lists all)", Tone.ASIDE)


def _words(name: str, measured: Agreement, second: str) -> str:
    tolerance = points_text(measured.tolerance)
    special = {
        "exact": "same",
        "within_tolerance": f"within {tolerance} {'point' if tolerance == '1' else 'points'}",
        "bias": f"{second} less you, in points",
        "cohen_kappa": "beyond chance (Cohen kappa)",
        "ac1": "beyond chance (Gwet AC1)",
        "qwk": "beyond chance (QWK)",
        "tpr": "credited by you, also here",
        "tnr": "not credited by you, nor here",
        "met_rate_shift": "credited more often here",
    }
    return special.get(name, METRICS[name].words)


def figure_words(estimate: Estimate) -> tuple[str, str]:
    """Return a figure as it is read, and its interval in brackets; "–" where it is not known."""
    if estimate.value is None:
        return "–", ""
    is_share = estimate.name in SHARES
    text = percent(estimate.value) + " %" if is_share else _number(estimate.value)
    if estimate.low is None or estimate.high is None:
        return text, ""
    show = percent if is_share else _number
    low, high = show(estimate.low), show(estimate.high)
    dash = " to " if "−" in low + high else "–"
    return text, f" ({low}{dash}{high})"


def _number(value: float) -> str:
    return f"{value:z.2f}".replace("-", "−")
