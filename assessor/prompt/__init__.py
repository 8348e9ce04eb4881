"""From a prompt file, a rubric, a cell and a submission to one ask."""

from __future__ import annotations

from assessor.prompt.ask import COVERED, Ask, Asking, isolated_ask, joint_ask
from assessor.prompt.feedback import Remarks, feedback_ask
from assessor.prompt.file import PromptFile, read_prompt
from assessor.prompt.vocabulary import FEEDBACK, JUDGING, Vocabulary

__all__ = [
    "COVERED",
    "FEEDBACK",
    "JUDGING",
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
