"""How far can grades be trusted, on real labels: agreement, calibration and audits replayed.

    python benchmarks/agreement.py FOLDER
    python benchmarks/agreement.py FOLDER --judge NAME [--model M] [--base-url U] [--limit N]

FOLDER holds human-graded sets: `khan_saq`, `physics_expl` and `readings`. The first human rater
plays the instructor; the other humans show how far two people part. Nothing but FOLDER is read.

With --judge (`recorded`, `recorded:FILE` or `openai`), FOLDER is one set or holds several, and each
is graded through the product by that judge: the answers' text is sent to its endpoint, at most N of
each question. The key is ASSESSOR_API_KEY.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from live import print_live

from assessor import api
from assessor.config import Config
from assessor.statistics.agreement import measure
from assessor.statistics.audit import AuditState, delta_of_audit, plan_unread, replay
from assessor.statistics.calibration import (
    Label,
    Platt,
    brier,
    calibrate,
    calibration_error,
    uncalibrated,
)
from assessor.statistics.intervals import Estimate
from assessor.statistics.ratings import Ratings

ALPHA, DELTA = 0.10, delta_of_audit(1)
LABELS, SPLITS, REPLAYS, CLASS = 30, 200, 1_000, 100
CLIP = (0.03, 0.97)
READINGS = ("neutral_1", "neutral_2", "charitable", "strict")

Cell = tuple[str, str]
Marks = Mapping[Cell, int]


@dataclass(frozen=True)
class Set:
    """Binary cells (answer, key point) by people, in order, and by recorded judges."""

    name: str
    people: Sequence[Marks]
    judges: Mapping[str, Marks]
    questions: Mapping[str, str]
    readings: Mapping[str, Mapping[Cell, float]]

    def key_point(self, cell: Cell) -> str:
        """Key points of unlike questions are unlike, whatever they are called."""
        return f"{self.questions[cell[0]]}/{cell[1]}"


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def read_set(folder: Path, name: str, graders: Callable[[dict[str, str]], str]) -> Set:
    """Read one set; `graders` names the judge of a recorded row, or nothing to leave it out."""
    people: list[dict[Cell, int]] = []
    questions: dict[str, str] = {}
    for row in rows(folder / name / "keypoint_labels.csv"):
        questions[row["answer_id"]] = row["question_id"]
        for place in range(int(row["n_raters"])):
            if place == len(people):
                people.append({})
            people[place][row["answer_id"], row["key_point_id"]] = int(row[f"label_{place + 1}"])
    judges: dict[str, dict[Cell, int]] = {}
    for row in rows(folder / name / "llm_scores.csv"):
        if not (judge := graders(row)) or not row["score"]:
            continue
        marks = row["items"].split(",") if row["items"] else [row["score"]]
        found = judges.setdefault(judge, {})
        found.update({(row["answer_id"], f"kp{n}"): int(mark) for n, mark in enumerate(marks, 1)})
    readings: dict[str, dict[Cell, float]] = {}
    with (folder / "readings" / f"{name}.jsonl").open(encoding="utf-8") as file:
        for line in file:
            one = json.loads(line)
            cell = one["answer_id"], one["key_point_id"]
            readings.setdefault(one["reading"], {})[cell] = float(one["probability"])
    for reading, chances in readings.items():
        judges[f"strong model, {reading}"] = {cell: int(p >= 0.5) for cell, p in chances.items()}
    return Set(name=name, people=people, judges=judges, questions=questions, readings=readings)


def show(estimate: Estimate, scale: float = 1.0, digits: int = 2) -> str:
    """Write an estimate with its interval."""
    if estimate.value is None:
        return "-"
    text = f"{scale * estimate.value:z.{digits}f}"
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{scale * estimate.low:z.{digits}f} {scale * estimate.high:z.{digits}f}]"


def ratings(marks: Marks, instructor: Marks) -> Ratings:
    """Pair what both graded; each answer is another student's."""
    cells = [cell for cell in instructor if cell in marks]
    return Ratings(
        students=tuple(answer for answer, _ in cells),
        human=tuple(float(instructor[cell]) for cell in cells),
        judge=tuple(float(marks[cell]) for cell in cells),
        levels=(0.0, 1.0),
    )


def is_wrong(marks: Marks, instructor: Marks) -> list[bool]:
    """Return per answer that both graded whether its total differs at all."""
    totals: dict[str, int] = {}
    for cell in instructor:
        if cell in marks:
            totals[cell[0]] = totals.get(cell[0], 0) + marks[cell] - instructor[cell]
    return [gap != 0 for gap in totals.values()]


@dataclass(frozen=True)
class Audits:
    """Replayed audits: shares of all replays, and draws until certified on average."""

    certified: float
    false: float
    bad: float
    draws: float
    too_low: float


def audits(wrong: Sequence[bool], seed: int) -> Audits:
    """Audit random classes of these answers 1,000 times, each in a random order."""
    chance = random.Random(seed)  # noqa: S311 - a replay, not a secret
    size = min(CLASS, len(wrong))
    certified, false, bad, too_low = 0, 0, 0, 0
    draws: list[int] = []
    for turn in range(REPLAYS):
        order = chance.sample(wrong, size)
        audit = replay(size, ALPHA, DELTA, order)
        is_bad = sum(order) > audit.tolerated
        bad += is_bad
        if audit.standing is AuditState.CERTIFIED:
            certified += 1
            false += is_bad
            draws.append(len(audit.draws))
        if turn % 10 == 0:  # the bound after forty draws, certified or not: slower, so a tenth
            too_low += replay(size, ALPHA, DELTA, order[:40]).bound() < sum(order)
    return Audits(
        certified=certified / REPLAYS,
        false=false / REPLAYS,
        bad=bad / REPLAYS,
        draws=statistics.fmean(draws) if draws else math.nan,
        too_low=too_low / (REPLAYS / 10),
    )


def print_agreement(data: Set) -> None:
    """Print one line per judge and per further human against the first human."""
    instructor = data.people[0]
    print(f"\n{data.name}: {len({a for a, _ in instructor})} answers, against the first human")
    print(
        f"{'rater':32} {'n':>4} {'same cell, %':>17} {'kappa':>17} {'AC1':>17} "
        f"{'credits more, %':>17} | {'wrong':>5} {'bad':>5} {'certified':>9} {'draws':>5} "
        f"{'false':>6} {'bound low':>9}"
    )
    bad, false = 0.0, 0.0
    people = {f"human {n}": marks for n, marks in enumerate(data.people[1:], 2)}
    for name, marks in [*people.items(), *sorted(data.judges.items())]:
        paired = ratings(marks, instructor)
        exact, kappa, ac1, shift = (
            measure(each, paired) for each in ("exact", "cohen_kappa", "ac1", "met_rate_shift")
        )
        wrong = is_wrong(marks, instructor)
        audit = audits(wrong, seed=len(name))
        bad, false = bad + audit.bad, false + audit.false
        print(
            f"{name:32} {exact.n:4} {show(exact, 100, 0):>17} {show(kappa):>17} {show(ac1):>17} "
            f"{show(shift, 100, 0):>17} | {sum(wrong) / len(wrong):5.0%} {audit.bad:5.0%} "
            f"{audit.certified:9.0%} {audit.draws:5.0f} {audit.false:6.1%} {audit.too_low:9.1%}"
        )
    print(f"certified of all classes that were bad: {false * REPLAYS:.0f} of {bad * REPLAYS:.0f}")


def labels_of(data: Set, reading: str) -> list[Label]:
    """Pair a reading's log-odds with the first human's marks."""
    found = []
    for cell, chance in data.readings[reading].items():
        p = min(max(chance, CLIP[0]), CLIP[1])
        found.append(
            Label(
                student=cell[0],
                key_point=data.key_point(cell),
                threshold=0,
                score=math.log(p / (1 - p)),
                met=bool(data.people[0][cell]),
            )
        )
    return found


def split(labels: Sequence[Label], chance: random.Random) -> tuple[list[Label], list[Label]]:
    """Part the labels into those of 30 random students and the rest."""
    students = sorted({label.student for label in labels})
    tuning = set(chance.sample(students, LABELS))
    return (
        [label for label in labels if label.student in tuning],
        [label for label in labels if label.student not in tuning],
    )


def print_calibration(data: Set) -> None:
    """Print calibration on held-out answers: as spoken, uncalibrated default, after 30 labels."""
    print(f"\n{data.name}: held-out calibration, Brier / ECE over {SPLITS} splits")
    print(f"{'reading':14} {'answers':>7} {'as spoken':>15} {'default':>15} {'30 labels':>15}")
    for reading in READINGS:
        labels = labels_of(data, reading)
        chance = random.Random(7)  # noqa: S311 - a replay, not a secret
        sums = [[0.0, 0.0] for _ in range(3)]
        for _ in range(SPLITS):
            tuning, rest = split(labels, chance)
            fitted = calibrate(tuning)
            met = [label.met for label in rest]
            ways: Iterable[Sequence[float]] = (
                [Platt(0.0, 1.0).probability(label.score) for label in rest],
                uncalibrated(rest),
                [fitted.curve(x.key_point, 0).probability(x.score) for x in rest],
            )
            for row, chances in zip(sums, ways, strict=True):
                row[0] += (brier(chances, met) or 0.0) / SPLITS
                row[1] += (calibration_error(chances, met) or 0.0) / SPLITS
        told = " ".join(f"{f'{b:.3f} / {e:.3f}':>15}" for b, e in sums)
        print(f"{reading:14} {len({x.student for x in labels}):7} {told}")


def print_whole_path(data: Set) -> None:
    """Print what comes of it all: 30 to tune, plan the unread set, audit it."""
    print(f"\n{data.name}: 30 to tune, plan the unread set, audit it; {REPLAYS} replays")
    print(
        f"{'reading':14} {'to release':>10} {'unread set':>10} {'certified':>9} "
        f"{'draws':>5} {'false':>6}"
    )
    for reading in READINGS:
        labels = labels_of(data, reading)
        chance = random.Random(13)  # noqa: S311 - a replay, not a secret
        sizes: list[int] = []
        draws: list[int] = []
        rest_size, false = 0, 0
        for _ in range(REPLAYS):
            tuning, rest = split(labels, chance)
            risky, wrong = risks(rest, calibrate(tuning).curve)
            rest_size = len(risky)
            chosen = plan_unread(risky, ALPHA).chosen
            sizes.append(len(chosen))
            if not chosen:
                continue
            order = chance.sample([wrong[place] for place in chosen], len(chosen))
            audit = replay(len(order), ALPHA, DELTA, order)
            if audit.standing is AuditState.CERTIFIED:
                draws.append(len(audit.draws))
                false += sum(order) > audit.tolerated
        mean = statistics.fmean(draws) if draws else math.nan
        print(
            f"{reading:14} {rest_size:10} {statistics.fmean(sizes):10.0f} "
            f"{len(draws) / REPLAYS:9.0%} {mean:5.0f} {false / REPLAYS:6.1%}"
        )


def risks(
    labels: Sequence[Label], curve: Callable[[str, int], Platt]
) -> tuple[list[float], list[bool]]:
    """Return per answer the chance that any of its cells is wrong, and whether one is.

    Cells are taken as independent; totals as wrong when any cell is, which is on the safe side.
    """
    right: dict[str, float] = {}
    wrong: dict[str, bool] = {}
    for label in labels:
        p = curve(label.key_point, 0).probability(label.score)
        decided = label.score >= 0
        right[label.student] = right.get(label.student, 1.0) * (p if decided else 1 - p)
        wrong[label.student] = wrong.get(label.student, False) or decided != label.met
    return [1 - each for each in right.values()], list(wrong.values())


def grade_live(arguments: Sequence[str]) -> int:
    """Grade the sets in a folder by the judge that is named."""
    parser = argparse.ArgumentParser(prog="agreement.py")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--judge", required=True)
    parser.add_argument("--model", default="")
    parser.add_argument("--base-url", default="https://api.openai.com/v1")
    parser.add_argument("--method", default="auto", choices=["auto", "careful", "quick"])
    parser.add_argument("--limit", type=int, default=0)
    given = parser.parse_args(arguments)
    name, _, file = given.judge.partition(":")
    if name == "recorded":
        judge = api.recorded_judge(file)
    elif name == "openai" and given.model:
        key = os.environ.get("ASSESSOR_API_KEY")
        judge = api.openai_judge(given.model, base_url=given.base_url, key=key, timeout=600)
    else:
        parser.error("name a judge: recorded, recorded:FILE, or openai with --model")
    config = Config.model_validate({"judge": {"method": given.method}})
    print_live(given.folder, judge, config, given.limit)
    return 0


def main(arguments: Sequence[str]) -> int:
    """Print every table; 2 without a folder that holds the sets."""
    if "--judge" in arguments:
        return grade_live(arguments)
    folder = Path(arguments[0]) if len(arguments) == 1 else None
    if folder is None or not (folder / "readings").is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    sets = (
        read_set(
            folder,
            "khan_saq",
            lambda row: row["grader"] if (row["condition"], row["run"]) == ("Full", "1") else "",
        ),
        read_set(
            folder,
            "physics_expl",
            lambda row: f"{row['grader']}, {row['condition']}" if row["run"] == "0" else "",
        ),
    )
    for data in sets:
        print_agreement(data)
    print(
        f"\nAudits: {ALPHA:.0%} tolerated, delta {DELTA:.2f} (first audit), classes of at most "
        f"{CLASS};\nwrong = totals that differ, bad = classes beyond what is tolerated, "
        f"false = certified though bad,\nbound low = anytime bound after 40 draws below the truth"
        f" (of {REPLAYS // 10})."
    )
    for data in sets:
        print_calibration(data)
    for data in sets:
        print_whole_path(data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
