"""From a prompt file, a rubric, a cell and a submission to one ask."""

from __future__ import annotations

from dataclasses import dataclass

from assessor.verdict import Pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to a judge, and what it is about (which is not sent).

    `system` is byte-identical for all answers of a cell, `prefix_key` names it for caches, and
    `user` holds pass, answer and closing line. `schema` is the JSON schema of the reply. `cells`
    is one cell (isolated) or all of them (joint). `prompt` is the prompt file's name and digest,
    `shown` the digest of the rubric's parts that the request shows. `repair` says why the same
    cell is asked once more, and is part of `user`.
    """

    system: str
    user: str
    schema: dict[str, object]
    cells: tuple[str, ...]
    asked: Pass
    answer: str
    answer_digest: str
    prefix_key: str
    prompt: str
    shown: str
    repair: str = ""
