"""What a run is about, by the settings: rubrics, prompts, method, how many second looks."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from assessor.assets import prompt_text
from assessor.config import Config
from assessor.engine.judged import Looks
from assessor.engine.session import Job
from assessor.method import Method
from assessor.prompt import JUDGING, PromptFile, Vocabulary, read_prompt
from assessor.rubric import Rubric
from assessor.submission import Submission

ISOLATED_PROMPT = "judge-isolated.v2"
JOINT_PROMPT = "judge-joint.v2"


def job_for(
    config: Config, rubrics: Mapping[str, Rubric], submissions: tuple[Submission, ...]
) -> Job:
    """Return what a run with these settings is about; `rubrics` is by question."""
    method = Method(config.judge.method)
    return Job(
        rubrics=rubrics,
        prompt=shipped_prompt(ISOLATED_PROMPT),
        joint=None if method is Method.CAREFUL else shipped_prompt(JOINT_PROMPT),
        method=method,
        accept_unreliable=config.judge.accept_unreliable,
        submissions=submissions,
        looks=Looks(everything=config.judge.passes == "all", cap=config.judge.second_look_cap),
        budget=config.review.budget,
    )


@functools.cache
def shipped_prompt(name: str, vocabulary: Vocabulary = JUDGING) -> PromptFile:
    """Return a shipped prompt by its name. Raises PromptError."""
    return read_prompt(prompt_text(name), f"{name}.j2", vocabulary)
