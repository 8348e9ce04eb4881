"""From a prompt, a rubric, a cell and a submission to one ask."""

from __future__ import annotations

from dataclasses import dataclass, field

from assessor.digest import digest
from assessor.privacy import Conceal
from assessor.prompt.encode import derive_nonce, encode_answer
from assessor.prompt.fields import reply_schema
from assessor.prompt.file import PromptFile
from assessor.prompt.shown import Shown, shown_of, system_values, user_values
from assessor.rubric.model import Rubric
from assessor.submission import Submission
from assessor.verdict import Pass

# What comes before the digest of what is sent, where something of the answer is covered.
COVERED = " covered "


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request to a judge, and what it is about (which is not sent).

    `system` is byte-identical for all answers of a cell, `prefix_key` names it for caches, and
    `user` holds pass, answer and closing line. `schema` is the JSON schema of the reply. `cells`
    is one cell (isolated) or all of them (joint). `prompt` is the prompt file's name and digest,
    and, where something was covered, that of the text that is sent; `shown` the digest of the
    rubric's parts that the request shows. `repair` says why the same cell is asked once more, and
    is part of `user`. `own` is the answer as the student wrote it where `answer`, which is sent,
    has something covered; else "".
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
    own: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prefix:
    """All of an ask that is the same for every answer."""

    shown: Shown
    shown_digest: str
    system: str
    key: str
    schema: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What all asks of a run share: the prompt, the rubric, and the store's secret for nonces.

    `conceal` covers what is not to be sent, character for character; None sends answers as they
    are.
    """

    prompt: PromptFile
    rubric: Rubric
    secret: bytes = field(repr=False)
    conceal: Conceal | None = None
    # Thousands of answers share one prefix, which takes far longer to build than the rest.
    _prefixes: dict[tuple[tuple[str, ...], bool], _Prefix] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def prefix(self, cells: tuple[str, ...], *, joint: bool) -> _Prefix:
        """Return what asks about `cells` share. Raises KeyError for a cell not in the rubric."""
        key = (cells, joint)
        if key not in self._prefixes:
            self._prefixes[key] = self._build(cells, joint=joint)
        return self._prefixes[key]

    def sent(self, answer: str) -> str:
        """Return an answer's text as it is sent."""
        return answer if self.conceal is None else self.conceal(answer)

    def _build(self, cells: tuple[str, ...], *, joint: bool) -> _Prefix:
        shown = shown_of(self.rubric, cells)
        system = self.prompt.render("system", system_values(shown))
        return _Prefix(
            shown=shown,
            shown_digest=shown.digest,
            system=system,
            key=digest("prefix", system),
            schema=reply_schema(self.rubric, cells, joint=joint),
        )


def isolated_ask(
    asking: Asking, cell: str, asked: Pass, answer: Submission, *, repair: str = ""
) -> Ask:
    """Return the ask about one cell of one answer; `repair` says why it is asked once more.

    Of the submission only its answer is used: no id, name or anything of another student.
    """
    return _ask(asking, asking.prefix((cell,), joint=False), asked, answer, repair)


def joint_ask(
    asking: Asking,
    cells: tuple[str, ...],
    asked: Pass,
    answer: Submission,
    *,
    repair: str = "",
) -> Ask:
    """Return the ask about several cells of one answer at once, otherwise as `isolated_ask`."""
    return _ask(asking, asking.prefix(cells, joint=True), asked, answer, repair)


def _ask(asking: Asking, prefix: _Prefix, asked: Pass, answer: Submission, repair: str) -> Ask:
    prompt = asking.prompt
    cells = tuple(each.id for each in prefix.shown.cells)
    answer_digest = answer.answer_digest
    about = [prompt.digest, prefix.shown_digest, cells, asked.value, answer_digest, repair]
    sent = asking.sent(answer.answer)
    covered = "" if sent == answer.answer else f"{COVERED}{digest('sent', sent)}"
    values = user_values(prefix.shown, asked, repair) | {
        "answer": encode_answer(sent),
        "nonce": derive_nonce(asking.secret, about, sent),
    }
    return Ask(
        system=prefix.system,
        user=prompt.render("user", values),
        schema=prefix.schema,
        cells=cells,
        asked=asked,
        answer=sent,
        own="" if sent == answer.answer else answer.answer,
        answer_digest=answer_digest,
        prefix_key=prefix.key,
        prompt=f"{prompt.name} {prompt.digest}{covered}",
        shown=prefix.shown_digest,
        repair=repair,
    )
