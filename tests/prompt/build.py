"""A small rubric with every kind of cell, and what it is asked with."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from assessor.prompt import (
    DRAFTING,
    FEEDBACK,
    JUDGING,
    STRUCTURING,
    Asking,
    PromptFile,
    read_prompt,
)
from assessor.rubric.model import (
    Example,
    KeyPoint,
    Level,
    Misconception,
    Question,
    Rubric,
    Scoring,
)
from assessor.submission import InputState, Submission

PROMPTS = Path(__file__).parents[2] / "prompts"
SECRET = bytes(32)
Golden = Callable[[str, str], None]


def rubric() -> Rubric:
    return Rubric(
        id="plant-in-the-dark",
        title="A plant in the dark",
        question=Question(
            prompt="Why does a plant in the dark lose mass?",
            stimulus="A potted bean stood in a dark cupboard for a week and was weighed daily.",
            reference="It respires its sugar away as carbon dioxide, and without light makes none.",
        ),
        key_points=(
            KeyPoint(
                id="respiration",
                description="respiration uses up stored sugar and releases carbon dioxide",
                points=Decimal(2),
                levels=(
                    Level(id="partial", points=Decimal(1), when="says that the plant respires"),
                    Level(
                        id="full",
                        points=Decimal(2),
                        when="says that sugar is used up and leaves as gas",
                    ),
                ),
                accepted=("burns its reserves to carbon dioxide",),
                not_enough=("says only that it needs energy",),
                not_required=("the word respiration",),
                examples=(
                    Example(answer="It breathes.", level="partial", why="no loss of sugar"),
                    Example(answer="It breathes its sugar out.", level="full"),
                ),
            ),
            KeyPoint(
                id="no_light",
                description="without light no photosynthesis makes up for the loss",
                points=Decimal(1),
                levels=(Level(id="full", points=Decimal(1)),),
            ),
        ),
        misconceptions=(
            Misconception(
                id="soil_food",
                description="the plant takes its mass from the soil",
                when="says that mass comes from soil, or goes back there",
                points=Decimal(1),
                not_enough=("mentions that water comes from the soil",),
                examples=(Example(answer="It ate no soil at night.", level="present"),),
            ),
        ),
        scoring=Scoring(max_points=Decimal(3), tolerance=Decimal("0.5")),
    )


def prompt(name: str = "judge-isolated.v2") -> PromptFile:
    text = (PROMPTS / f"{name}.j2").read_text(encoding="utf-8")
    kinds = {"feedback": FEEDBACK, "draft": DRAFTING, "structure": STRUCTURING}
    vocabulary = kinds.get(name.partition("-")[0].partition(".")[0], JUDGING)
    return read_prompt(text, f"prompts/{name}.j2", vocabulary)


def asking(name: str = "judge-isolated.v2", of: Rubric | None = None) -> Asking:
    return Asking(prompt=prompt(name), rubric=of or rubric(), secret=SECRET)


def submission(answer: str, student_id: str = "S1") -> Submission:
    return Submission(
        student_id=student_id,
        question="Response 1",
        attempt=1,
        answer=answer,
        state=InputState.ANSWERED,
        row=2,
    )
