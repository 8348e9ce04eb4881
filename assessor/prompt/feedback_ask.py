"""The ask that has a judge put feedback into words; it knows no points and no reference answer."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.digest import digest
from assessor.prompt.ask import Ask
from assessor.prompt.encode import derive_nonce, encode_answer
from assessor.prompt.fields import FEEDBACK_SCHEMA
from assessor.prompt.file import PromptFile
from assessor.submission import Submission
from assessor.verdict import Pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """What feedback is to say: the rubric's own sentences for the student, and their language.

    An empty `language` is that of the answer.
    """

    earned: tuple[str, ...]
    missing: tuple[str, ...]
    language: str = ""


def feedback_ask(prompt: PromptFile, secret: bytes, answer: Submission, remarks: Remarks) -> Ask:
    """Return the ask for feedback on one answer; it is about no cell, and has no passes."""
    said = {"earned": remarks.earned, "missing": remarks.missing}
    shown = digest("shown", {**said, "language": remarks.language})
    about = [prompt.digest, shown, answer.answer_digest]
    system = prompt.render("system", {"language": remarks.language})
    nonce = derive_nonce(secret, about, answer.answer)
    values = {**said, "answer": encode_answer(answer.answer), "nonce": nonce}
    return Ask(
        system=system,
        user=prompt.render("user", values),
        schema=FEEDBACK_SCHEMA,
        cells=(),
        asked=Pass.NEUTRAL,
        answer=answer.answer,
        answer_digest=answer.answer_digest,
        prefix_key=digest("prefix", system),
        prompt=f"{prompt.name} {prompt.digest}",
        shown=shown,
    )
