"""What a run is about, by the settings: rubrics, prompts, method, how many second looks."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from assessor.assets import prompt_text
from assessor.config import Config
from assessor.disk import read_regular
from assessor.engine.judged import Looks
from assessor.engine.session import Job
from assessor.errors import PromptError
from assessor.method_choice import Method
from assessor.prompt import JUDGING, PromptFile, Vocabulary, read_prompt
from assessor.rubric import Rubric
from assessor.submission import Submission

ISOLATED_PROMPT = "judge-isolated.v2"
JOINT_PROMPT = "judge-joint.v2"
# Bytes of a prompt's file, which has 64,000 characters at most.
MOST_OF_A_PROMPT = 256_000
_VERSION = re.compile(r"\.v(\d+)$")


def job_for(
    config: Config,
    rubrics: Mapping[str, Rubric],
    submissions: tuple[Submission, ...],
    folder: Path = Path(),
) -> Job:
    """Return what a run with these settings is about; `rubrics` is by question.

    `folder` is where the settings stand: what they name is relative to it.
    """
    method = Method(config.judge.method)
    alone = judging_prompt(config, folder, ISOLATED_PROMPT)
    together = judging_prompt(config, folder, JOINT_PROMPT)
    return Job(
        rubrics=rubrics,
        prompt=alone,
        joint=None if method is Method.CAREFUL else together,
        method=method,
        accept_unreliable=config.judge.accept_unreliable,
        submissions=submissions,
        looks=Looks(everything=config.judge.passes == "all", cap=config.judge.second_look_cap),
        budget=config.review.budget,
    )


def judging_prompt(config: Config, folder: Path, name: str) -> PromptFile:
    """Return the prompt of this kind that judges: the user's newest one, else the shipped one.

    `[judge] prompts` names the folder of the user's; one that is called as the shipped one but for
    its version stands in its place. Raises PromptError.
    """
    if not config.judge.prompts:
        return shipped_prompt(name)
    own = folder / config.judge.prompts
    if not own.is_dir():
        raise PromptError(f"{own}: is no folder; judge.prompts names the one that holds prompts")
    kind = _VERSION.sub("", name)
    found = [each for each in own.glob("*.j2") if _VERSION.sub("", each.stem) == kind]
    if not found:
        return shipped_prompt(name)
    path = max(found, key=lambda each: (_version(each.stem), each.stem))
    try:
        text = read_regular(path, MOST_OF_A_PROMPT).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PromptError(f"{path}: not UTF-8 (byte {error.start}); save it as UTF-8") from error
    except OSError as error:
        # The folder may have come from somebody else: a link, a pipe or a flood is no prompt.
        raise PromptError(f"{path}: {error.strerror}; put a file of its own there") from error
    prompt, shipped = read_prompt(text, str(path)), shipped_prompt(name)
    # A copy keeps the line that names the shipped one's family: what that was told is not its own.
    return prompt if prompt.digest == shipped.digest else replace(prompt, family=prompt.digest)


def _version(stem: str) -> int:
    found = _VERSION.search(stem)
    return int(found[1]) if found else 0


@functools.cache
def shipped_prompt(name: str, vocabulary: Vocabulary = JUDGING) -> PromptFile:
    """Return a shipped prompt by its name. Raises PromptError."""
    return read_prompt(prompt_text(name), f"{name}.j2", vocabulary)
