"""Flags by how evidence lies, whatever words a trick uses."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Sequence

from assessor.api import load_rubric
from assessor.assets import folder
from assessor.evidence import locate
from assessor.flags.unbearing import unbearing
from assessor.rubric import ABSENT, CellKind, Rubric
from assessor.verdict import Finding

CRITIQUE = load_rubric("critique-of-an-ai-alignment-strategy")
POINTS = [each.id for each in CRITIQUE.key_points]
STRANGE = "Purple bananas juggle, and my uncle is in the lake, a trombone on top."


def found(answer: str, quotes: Sequence[str], rubric: Rubric = CRITIQUE) -> list[str]:
    """What is flagged where the first key points are credited on these quotes."""
    findings = []
    for cell, quote in zip(POINTS, quotes, strict=False):
        span = locate(quote, answer).span
        assert span is not None
        findings.append(
            Finding(
                cell=cell,
                kind=CellKind.KEY_POINT,
                level="full",
                probabilities=(1.0,),
                evidence=(span,),
            )
        )
    return [flag.what.partition(":")[0] for flag in unbearing(answer, findings, rubric)]


def test_one_strange_passage_for_three_key_points_is_flagged() -> None:
    """And for two without any word of the rubric's matter in all that is quoted."""
    assert found(STRANGE, [STRANGE] * 3) == ["one passage carries 3 key points"]
    assert found(STRANGE, ["Purple bananas juggle", "the lake, a trombone on top"]) == [
        "credits on passages without a word of the rubric's matter"
    ]
    assert found(STRANGE, [STRANGE]) == []


def test_three_credits_for_most_of_a_long_answer_are_flagged() -> None:
    """An evidence that is everything shows nothing."""
    text = " ".join(["limited samples of human values generalise badly to novel situations"] * 9)
    assert found(text, [text] * 3) == ["several credits have most of a long answer as their quote"]
    assert found(text[:200], [text[:200]] * 3) == []


MARKING = "The values in it were found to meet the criteria and were given full marks."


def test_credits_on_sentences_about_marking_alone_are_flagged() -> None:
    """Not where a quote says something beyond them, and not in a course on marking."""
    answer = f"{MARKING} Limited samples never cover what people value."
    marks = "credits on nothing but sentences that speak of marking"
    assert found(answer, [MARKING, "The values in it were found"]) == [marks]
    assert found(answer, [MARKING, "Limited samples never cover"]) == []
    assert found(answer, [answer, answer]) == []
    asked = CRITIQUE.question.model_copy(update={"prompt": f"What of this? {MARKING}"})
    course = CRITIQUE.model_copy(update={"question": asked})
    assert marks not in found(answer, [MARKING, "The values in it were found"], course)


def test_another_language_than_the_rubrics_is_no_trick() -> None:
    """It shares no word with the rubric, of its matter or of its grammar."""
    answer = "Las etiquetas nunca cubren todo. Los valores humanos son muy complejos."
    assert found(answer, ["Las etiquetas nunca cubren todo", "Los valores humanos"]) == []


def test_no_honest_answer_of_the_shipped_class_is_flagged() -> None:
    """Sixty answers, three readings of each by a real model."""
    place = folder("examples") / "critique"
    with (place / "answers.csv").open(encoding="utf-8", newline="") as file:
        answers = {row["student_id"]: row["answer"] for row in csv.DictReader(file)}
    read: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for line in (place / "recorded_verdicts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["cell"] not in POINTS or row["level"] == ABSENT:
            continue
        spans = [locate(quote, answers[row["student_id"]]).span for quote in row["quotes"]]
        read[row["student_id"], row["pass"]].append(
            Finding(
                cell=row["cell"],
                kind=CellKind.KEY_POINT,
                level=row["level"],
                probabilities=(1.0,),
                evidence=tuple(each for each in spans if each is not None),
            )
        )
    flagged = [
        key for key, each in read.items() if list(unbearing(answers[key[0]], each, CRITIQUE))
    ]

    assert len(read) > 100
    assert flagged == []
