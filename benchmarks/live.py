"""Grade human-graded sets through the product, with any judge, and lay the figures side by side.

The work of `benchmarks/agreement.py FOLDER --judge NAME`.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sets import Question, read_questions

from assessor import api
from assessor.ambient import real
from assessor.config import Config
from assessor.distribution import Totals
from assessor.judges.base import Identity, Judge, JudgeReply
from assessor.prompt import Ask
from assessor.queue import QueueCandidate, draw_queue, risk_of
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.statistics.agreement import measure
from assessor.statistics.calibration import calibration_error
from assessor.statistics.intervals import Estimate
from assessor.statistics.ratings import Ratings
from assessor.statistics.selective import auroc
from assessor.store import OutcomeRecord, open_store

BUDGET = 0.2
HEAD = (
    f"{'set':20} {'answers':>7} {'kappa judge':>18} {'kappa people':>18} {'bias, %':>15} "
    f"{'differ':>6} {'AUROC':>5} {'ECE':>5} {'caught':>8} {'chance':>6} {'requests':>8} "
    f"{'tokens':>7}"
)


@dataclass(slots=True)
class Counted:
    """A judge whose requests and tokens are counted."""

    judge: Judge
    requests: int = 0
    tokens: int = 0

    @property
    def identity(self) -> Identity:
        """Which judge this is."""
        return self.judge.identity

    async def prepare(self) -> None:
        """Find out what the endpoint can do."""
        await self.judge.prepare()

    async def ask(self, ask: Ask) -> JudgeReply:
        """Ask, and count."""
        self.requests += 1
        reply = await self.judge.ask(ask)
        self.tokens += (reply.usage.input or 0) + (reply.usage.output or 0)
        return reply

    async def close(self) -> None:
        """Leave the judge open: the next question is asked of it, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One answer as the product graded it, of a question with what people gave."""

    outcome: OutcomeRecord
    question: Question

    @property
    def name(self) -> str:
        """Whose answer it is."""
        return self.outcome.submission.student_id

    @property
    def key(self) -> str:
        """One name over all questions."""
        return f"{self.question.rubric.id}/{self.name}"

    @property
    def proposed(self) -> Decimal:
        """The points that the judging came to."""
        return self.outcome.proposed or Decimal(0)


@dataclass(slots=True)
class Graded:
    """A set after grading; `left` counts the answers that got no grade."""

    read: list[Read] = field(default_factory=list)
    left: int = 0
    requests: int = 0
    tokens: int = 0


def print_live(folder: Path, judge: Judge, config: Config, limit: int) -> None:
    """Grade every set in `folder` (or the one that it is) and print a line for each."""
    print(HEAD)
    for place in sets_in(folder):
        graded = grade_set(read_questions(place), judge, config, limit)
        if graded.read:
            print(line(place.name, graded))
        print(f"  {len(graded.read)} graded, {graded.left} not", flush=True)
    print(
        "kappa: over all key points, 90 % over students; people: the second against the first;\n"
        "bias: judge less people, of the maximum; differ: share of totals that are not the first\n"
        "person's; AUROC: how a low chance tells the judge's own errors; ECE: of its chances;\n"
        f"caught: totals that differ among the riskiest {BUDGET:.0%}; chance: a random draw's."
    )


def sets_in(folder: Path) -> Iterator[Path]:
    """Yield the sets: folders that hold answers and what people said of them."""
    for place in (folder, *sorted(each for each in folder.iterdir() if each.is_dir())):
        if (place / "questions.jsonl").is_file() or (place / "rater_1.csv").is_file():
            yield place


def grade_set(questions: Sequence[Question], judge: Judge, config: Config, limit: int) -> Graded:
    """Grade at most `limit` answers of each question (0: all) through the product."""
    found = Graded()
    for question in questions:
        counted = Counted(judge)
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder) / "store"
            answers = question.answers[: limit or None]
            api.grade_class(question.rubric, answers, counted, store=place, config=config)
            with open_store(place, real()) as store:
                run = store.latest_run()
                outcomes = store.outcomes(run.id) if run is not None else ()
        read = [each for each in outcomes if each.proposed is not None and each.findings]
        found.read += [Read(outcome=each, question=question) for each in read]
        found.left += len(answers) - len(read)
        found.requests += counted.requests
        found.tokens += counted.tokens
    return found


def line(name: str, graded: Graded) -> str:
    """Return the figures of one set."""
    read = graded.read
    wrong = [each.proposed != total(each, 0) for each in read]
    caught = len(queue_of(read) & {e.key for e, bad in zip(read, wrong, strict=True) if bad})
    places = math.floor(BUDGET * len(read))
    cells = list(_cells(read))
    with_people = bool(cells)
    people = _kappa([(key, a, b) for key, a, b in _people(read)]) if with_people else "-"
    own = [(chance, met) for _, _, _, chance, met in cells]
    area = auroc([1 - c if m else c for c, m in own], [h != j for _, h, j, _, _ in cells])
    ece = calibration_error([c for c, _ in own], [bool(h) for _, h, _, _, _ in cells])
    most = [float(each.question.rubric.scoring.max_points) for each in read]
    gaps = [
        100 * float(each.proposed - total(each, 0)) / top
        for each, top in zip(read, most, strict=True)
    ]
    bias = measure(
        "bias",
        Ratings(
            students=tuple(each.key for each in read),
            human=(0.0,) * len(gaps),
            judge=tuple(gaps),
        ),
    )
    judged = _kappa([(key, h, j) for key, h, j, _, _ in cells]) if with_people else "-"
    return (
        f"{name:20} {len(read):7} {judged:>18} {people:>18} {show(bias, 1):>15} "
        f"{sum(wrong) / len(read):6.2f} {_number(area):>5} {_number(ece):>5} "
        f"{f'{caught} of {sum(wrong)}':>8} {sum(wrong) * places / len(read):6.1f} "
        f"{graded.requests / len(read):8.1f} {graded.tokens / len(read):7.0f}"
    )


def queue_of(read: Sequence[Read]) -> set[str]:
    """Return the riskiest fifth by the product's own queue, what is mandatory first."""
    totals: dict[str, Totals] = {}
    candidates = []
    for each in read:
        rubric = each.question.rubric
        possible = totals.setdefault(rubric.id, Totals(rubric))
        reasons = tuple(reason for reason in each.outcome.reasons if reason != "risk")
        gap = possible.gap(each.outcome.findings)
        candidates.append(QueueCandidate(key=each.key, reasons=reasons, risk=risk_of(gap)))
    places = math.floor(BUDGET * len(read))
    return set(draw_queue(candidates, BUDGET, len(read)).order[:places])


def total(each: Read, person: int) -> Decimal:
    """Return the total that a person gave."""
    return each.question.totals[person][each.name]


def _level(rubric: Rubric, cell: str, points: Decimal) -> int:
    if rubric.kind_of(cell) is CellKind.MISCONCEPTION:
        return int(points > 0)
    return sum(each.points <= points for each in rubric.key_point(cell).levels)


def _cells(read: Sequence[Read]) -> Iterator[tuple[str, int, int, float, bool]]:
    """Yield per cell: whose, the person's level, the judge's, the chance of its first level."""
    for each in read:
        rubric = each.question.rubric
        for finding in each.outcome.findings if each.question.people else ():
            given = each.question.people[0].get((each.name, finding.cell))
            if given is not None:
                judge = (ABSENT, *rubric.levels_of(finding.cell)).index(finding.level)
                human = _level(rubric, finding.cell, given)
                yield each.key, human, judge, finding.probabilities[0], judge > 0


def _people(read: Sequence[Read]) -> Iterator[tuple[str, int, int]]:
    for each in read:
        rubric = each.question.rubric
        if len(each.question.people) < 2:
            continue
        first, second = each.question.people[:2]
        for cell in rubric.cells:
            if (each.name, cell) in first and (each.name, cell) in second:
                one, two = first[each.name, cell], second[each.name, cell]
                yield each.key, _level(rubric, cell, one), _level(rubric, cell, two)


def _kappa(pairs: Sequence[tuple[str, int, int]]) -> str:
    if not pairs:
        return "-"
    levels = sorted({0, 1} | {each for _, h, j in pairs for each in (h, j)})
    paired = Ratings(
        students=tuple(key for key, _, _ in pairs),
        human=tuple(float(human) for _, human, _ in pairs),
        judge=tuple(float(judge) for _, _, judge in pairs),
        levels=tuple(map(float, levels)),
    )
    return show(measure("cohen_kappa", paired), 2)


def show(estimate: Estimate, digits: int) -> str:
    """Write an estimate with its interval."""
    if estimate.value is None:
        return "-"
    text = f"{estimate.value:z.{digits}f}"
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{estimate.low:z.{digits}f} {estimate.high:z.{digits}f}]"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
