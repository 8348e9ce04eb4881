"""From a prompt file, a rubric, a cell and a submission to one ask."""

from __future__ import annotations

from assessor.prompt.ask import COVERED, Ask, Asking, isolated_ask, joint_ask
from assessor.prompt.feedback_ask import Remarks, feedback_ask
from assessor.prompt.file import PromptFile, read_prompt
from assessor.prompt.vocabulary import DRAFTING, FEEDBACK, JUDGING, STRUCTURING, Vocabulary

__all__ = [
    "COVERED",
    "DRAFTING",
    "FEEDBACK",
    "JUDGING",
    "STRUCTURING",
    "Ask",
    "Asking",
    "PromptFile",
    "Remarks",
    "Vocabulary",
    "feedback_ask",
    "isolated_ask",
    "joint_ask",
    "read_prompt",
]
