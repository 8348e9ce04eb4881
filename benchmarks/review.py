"""The review page on a large class: server time of the next answer and of a key, page size.

Usage: python benchmarks/review.py [ANSWERS]   (default 2,000; needs the development packages)
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from assessor.ambient import real
from assessor.api import load_rubric
from assessor.judges.scripted import ScriptedJudge, fill
from assessor.prompt import Ask
from assessor.readers import ReadOptions, read_answers
from assessor.store import Store, open_store
from assessor.submission import Submission
from tests.engine.build import grade, job
from tests.review.build import Visitor, class_state_in, served

EXAMPLE = Path(__file__).parent.parent / "examples" / "critique" / "answers.csv"
RUBRIC = "critique-of-an-ai-alignment-strategy"
MISCONCEPTIONS = frozenset({"more_data_suffices", "strategy_is_sound"})
LOOKS = 200


def class_of(count: int) -> list[Submission]:
    """Answers as long as real ones: sentences of the example class, shuffled."""
    read = read_answers(EXAMPLE.read_bytes(), EXAMPLE.name, ReadOptions())
    sentences = [each.strip() for one in read.submissions for each in one.answer.split(".")]
    sentences = [each for each in sentences if len(each) > 30]
    chance = random.Random(7)  # noqa: S311  # the same class every time
    first = read.submissions[0]
    return [
        replace(
            first,
            student_id=f"S{number:05}",
            answer=". ".join(chance.sample(sentences, 7)) + f". {number}.",
        )
        for number in range(count)
    ]


def judged(ask: Ask) -> str:
    """A judge that credits about half of the cells, each with a sentence of the answer."""
    chance = random.Random(ask.answer + ask.cells[0])  # noqa: S311  # the same verdicts every time
    cell = ask.cells[0]
    credited = chance.random() < 0.5 and cell not in MISCONCEPTIONS
    levels = {cell: "full"} if credited else {}
    quote = chance.choice([each for each in ask.answer.split(".") if each.strip()]).strip()
    return fill(ask, levels, {cell: (quote,)}, chance.choice((0.95, 0.95, 0.7)))


def fill_store(store: Store, count: int) -> None:
    """Grade a class."""
    rubric = load_rubric(RUBRIC)
    given = class_of(count)
    rubrics = {each.question: rubric for each in given}
    grade(job(given, rubrics=rubrics), ScriptedJudge(judged), store)


def timed(deed: Callable[[], object]) -> float:
    """Return how many milliseconds a deed takes."""
    started = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with TemporaryDirectory() as folder, open_store(Path(folder), real()) as store:
        print(f"grading {count} answers with a scripted judge …", flush=True)
        fill_store(store, count)
        started = time.perf_counter()
        class_state = class_state_in(store)
        print(f"{'open the page':<34}{time.perf_counter() - started:>8.2f} s")
        with served(class_state) as opened:
            visitor = Visitor(opened).enter()
            chance = random.Random(1)  # noqa: S311  # the same looks every time
            shown = [
                f"/answer/{each.id}?show=all" for each in chance.sample(class_state.entries, LOOKS)
            ]
            sizes = [len(visitor.get(path).text.encode()) for path in shown[:20]]
            rows = {
                "next answer": [timed(lambda p=path: visitor.get(p)) for path in shown],
                "next answer, as a part": [
                    timed(lambda p=path: visitor.get(p, **{"HX-Request": "true"})) for path in shown
                ],
                "a digit, saved and shown": [
                    timed(lambda p=path: visitor.do(p, "level limited_samples partial"))
                    for path in shown[:50]
                ],
                "the class in numbers": [timed(lambda: visitor.get("/class")) for _ in range(5)],
            }
        for name, times in rows.items():
            print(f"{name:<34}{statistics.median(times):>8.1f} ms  (slowest {max(times):.1f})")
        middle, largest = statistics.median(sizes) / 1000, max(sizes) / 1000
        print(f"{'page':<34}{middle:>8.1f} kB  (largest {largest:.1f})")


if __name__ == "__main__":
    main()
