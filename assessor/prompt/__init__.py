"""From a prompt file, a rubric, a cell and a submission to one ask."""

from __future__ import annotations

from assessor.prompt.ask import Ask, Asking, isolated_ask, joint_ask
from assessor.prompt.file import PromptFile, read_prompt

__all__ = ["Ask", "Asking", "PromptFile", "isolated_ask", "joint_ask", "read_prompt"]
