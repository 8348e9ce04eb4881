"""What the last run came to on the very same readings: read back, and not worked out once more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.assets import code_digest
from assessor.digest import digest
from assessor.engine.cell_reader import Reader
from assessor.engine.dispatcher import Dispatcher
from assessor.engine.inquiry import identity_of
from assessor.finding import as_read
from assessor.prompt import Asking
from assessor.store import Basis, Store, Written, mark_of
from assessor.submission import Submission
from assessor.sureness import Numbers
from assessor.verdict import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What one answer's readings came to; it holds where the same cells get a second look."""

    findings: tuple[Finding, ...]
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """All that decides what readings come to, but for the answer and its class."""

    first: Reader
    second: Reader
    jointly: bool
    everything: bool
    unsure: bool
    numbers: Numbers

    @property
    def digest(self) -> str:
        """The fingerprint of all of it, this program's own code among it."""
        joint = self.first.joint if self.jointly else None
        return digest(
            "rules",
            {
                "code": code_digest(),
                "rubric": self.first.asking.rubric.digest,
                "prompt": _named(self.first.asking),
                "joint": None if joint is None else _named(joint),
                "judges": [dict(identity_of(each.judge)) for each in (self.first, self.second)],
                "strong": [self.first.strong, self.second.strong],
                "looks": [self.everything, self.unsure],
                "numbers": [self.numbers.scale.value, self.numbers.source, self.numbers.unused],
            },
        )


def _named(asking: Asking) -> list[str]:
    return [asking.prompt.name, asking.prompt.digest, asking.prompt.family]


class OutcomeCache:
    """The outcomes of the last run over a file (`run_id`, None: there is none), once for a session.

    They are used only where not a row of them was touched since they were sealed: a figure that
    somebody edited is worked out anew.
    """

    def __init__(self, store: Store, run_id: str | None) -> None:
        self._store = store
        self._run_id = run_id
        self._looking = asyncio.Lock()
        self._holds: bool | None = None

    async def find(
        self, rules: str, answers: Sequence[Submission], dispatcher: Dispatcher, conceal: Asking
    ) -> Mapping[str, Worked]:
        """Return what these answers came to, by their digest; `dispatcher` has recalled them.

        `rules` is the fingerprint of the rules, `conceal` says what of an answer is sent.
        """
        if self._run_id is None:
            return {}
        wanted = {
            each.answer_digest: basis_digest(rules, each, lines, conceal)
            for each in answers
            if (lines := dispatcher.recalled(each.answer_digest))
        }
        if not wanted or not await self._is_whole(self._run_id):
            return {}
        found = await asyncio.to_thread(self._store.decided_on, self._run_id, wanted)
        return {
            name: Worked(findings=tuple(map(as_read, each.findings)), basis=each.basis)
            for name, each in found.items()
        }

    async def sealed(
        self,
        rules: str,
        bases: Mapping[str, Basis],
        answers: Sequence[Submission],
        conceal: Asking,
    ) -> Mapping[str, Basis]:
        """Return bases with their digests, now that all readings of these answers are stored."""
        written = await asyncio.to_thread(self._store.written_about, list(bases))
        return {
            each.answer_digest: replace(
                bases[each.answer_digest],
                digest=basis_digest(rules, each, written[each.answer_digest], conceal),
            )
            for each in answers
            if each.answer_digest in bases
        }

    async def _is_whole(self, run_id: str) -> bool:
        async with self._looking:
            if self._holds is None:
                self._holds = await asyncio.to_thread(self._store.outcomes_hold, run_id)
        return self._holds


def basis_digest(rules: str, answer: Submission, lines: Written, asking: Asking) -> str:
    """Return the fingerprint of all that decides what an answer's readings come to."""
    sent = "" if asking.conceal is None else asking.conceal(answer.answer)
    return digest("basis", [rules, answer.answer_digest, answer.raw, sent, mark_of(lines)])
