"""What a second look is worth: one reading, a second look where unsure, three readings everywhere.

    python benchmarks/looks.py

Replays the recorded verdicts of the shipped class, whose sixty answers a person graded, and
estimates what either method asks for. Tokens are estimates from the messages' length.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from statistics import mean

from assessor.api import grade_class, load_rubric, recorded_judge
from assessor.assets import folder
from assessor.assignment.named_files import read_submissions
from assessor.assignment.run_job import ISOLATED_PROMPT, JOINT_PROMPT, shipped_prompt
from assessor.config import Config, load_config
from assessor.grade import Grade
from assessor.judges.base import Identity, Judge, JudgeReply
from assessor.plan import estimate_tokens
from assessor.prompt import Ask, Asking, isolated_ask, joint_ask
from assessor.rubric import CellKind, Rubric
from assessor.submission import InputState, Submission
from assessor.verdict import Pass, State

RUBRIC = "critique-of-an-ai-alignment-strategy"
CLASS = folder("examples") / "critique"
SETTINGS = {
    "one reading": "[judge]\nsecond_look_cap = 0\n",
    "second look where unsure": "",
    "three readings everywhere": '[judge]\npasses = "all"\n',
}
LOTS = 20_000


class CountingJudge:
    """Passes asks on and counts them by pass."""

    def __init__(self, inner: Judge) -> None:
        self.inner = inner
        self.passes: Counter[Pass] = Counter()

    @property
    def identity(self) -> Identity:
        return self.inner.identity

    async def prepare(self) -> None:
        await self.inner.prepare()

    async def ask(self, ask: Ask) -> JudgeReply:
        self.passes[ask.asked] += 1
        return await self.inner.ask(ask)

    async def close(self) -> None:
        await self.inner.close()


def human_grades() -> dict[str, dict[str, str]]:
    """Return the person's points by student."""
    with (CLASS / "human_grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def as_sheet(grade: Grade, cell: str) -> Decimal:
    """Return a cell as a hand-graded sheet holds it: 1 or 0 for a misconception."""
    found = next(each for each in grade.cells if each.cell == cell)
    if found.kind is CellKind.MISCONCEPTION:
        return Decimal(found.level == "present")
    return found.points or Decimal(0)


def compare(name: str, grades: Sequence[Grade], judge: CountingJudge, rubric: Rubric) -> None:
    """Print how the proposals agree with the person, and what the queue holds."""
    human = human_grades()
    read = [
        each for each in grades if each.proposed is not None and each.submission.student_id in human
    ]
    totals = {each.submission.student_id: each.proposed for each in read}
    differ = {name for name, total in totals.items() if total != Decimal(human[name]["total"])}
    errors = [
        abs(float(total or 0) - float(human[name]["total"])) for name, total in totals.items()
    ]
    queue = [g.submission.student_id for g in read if g.state is State.NEEDS_REVIEW]
    held = len(differ & set(queue))
    chance = random.Random(0)  # noqa: S311  # draws queues, no secrets
    drawn = [len(differ & set(chance.sample(sorted(totals), len(queue)))) for _ in range(LOTS)]
    cells = [(g, cell) for g in read for cell in rubric.cells]
    same = Counter(
        cell
        for g, cell in cells
        if as_sheet(g, cell) == Decimal(human[g.submission.student_id][cell] or 0)
    )
    second = judge.passes[Pass.STRICT]
    print(f"\n{name}: {sum(judge.passes.values())} requests, second look at {second} of "
          f"{len(cells)} cells ({100 * second / len(cells):.1f} %)")  # fmt: skip
    print(
        f"  exact totals {len(read) - len(differ)} of {len(read)}, "
        f"mean error {mean(errors):.3f} points"
    )
    print(f"  queue {len(queue)} ({100 * len(queue) / len(read):.0f} %): holds {held} of the "
          f"{len(differ)} that differ; a random one of that size {mean(drawn):.1f}")  # fmt: skip
    print("  exact per key point: "
          + ", ".join(f"{cell} {same[cell]}/{len(read)}" for cell in rubric.cells))  # fmt: skip


def sizes(rubric: Rubric, answers: Sequence[Submission]) -> None:
    """Print what either method asks for, first readings only."""
    careful = Asking(prompt=shipped_prompt(ISOLATED_PROMPT), rubric=rubric, secret=bytes(32))
    quick = Asking(prompt=shipped_prompt(JOINT_PROMPT), rubric=rubric, secret=bytes(32))
    alone = [
        estimate_tokens(isolated_ask(careful, cell, Pass.NEUTRAL, each))
        for each in answers
        for cell in rubric.cells
    ]
    joint = [
        estimate_tokens(joint_ask(quick, rubric.cells, Pass.NEUTRAL, each)) for each in answers
    ]
    prefix = [len(careful.prefix((cell,), joint=False).system) / 4 for cell in rubric.cells]
    print("\nEstimated per answer, first readings (characters / 4):")
    for name, asks in (("careful", alone), ("quick", joint)):
        count = len(asks) / len(answers)
        tokens_in = sum(each.input for each in asks) / len(answers)
        tokens_out = sum(each.output for each in asks) / len(answers)
        print(f"  {name}: {count:.0f} requests, {tokens_in:,.0f} tokens in, {tokens_out:,.0f} out")
    print(f"  of careful's, the same for all: {sum(prefix):,.0f}, per request {mean(prefix):,.0f}")


def main() -> None:
    """Replay the class under each setting."""
    rubric = load_rubric(RUBRIC)
    answers = read_submissions(CLASS / "answers.csv")
    for name, text in SETTINGS.items():
        judge = CountingJudge(recorded_judge())
        config = load_config(text, {}, {}) if text else Config()
        compare(name, grade_class(rubric, answers, judge, config=config), judge, rubric)
    sizes(rubric, [each for each in answers if each.state is InputState.ANSWERED])


if __name__ == "__main__":
    main()
