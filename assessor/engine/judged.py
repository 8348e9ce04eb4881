"""One answer while it is being judged, and what judging it came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.engine.inquiry import Used
from assessor.engine.outcome_cache import Worked
from assessor.finding import Cell, cell_of, decide, needs_repair, needs_second_look
from assessor.flags import find_flags, flags_on_evidence
from assessor.rubric import Rubric
from assessor.store import Basis
from assessor.submission import Submission
from assessor.sureness import Numbers
from assessor.verdict import Finding, Pass, ReasonCode, ReasonKind, Verdict

# Why a cell is missing that may be had at the end of the run.
_PASSING = frozenset(
    ReasonKind.JUDGE.of(code)
    for code in ("rate_limit", "busy", "server", "reset", "timeout", "empty", "connection")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What judging one answer came to; `missing` pairs each cell not read with its reason.

    `flags` are the codes of what a person should look at whatever the judge says. `basis` is what
    it all stands on, None where that may be another one next time.
    """

    answer_digest: str
    findings: tuple[Finding, ...]
    missing: tuple[tuple[str, str], ...]
    flags: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    basis: Basis | None = None

    @property
    def may_be_had(self) -> bool:
        """Whether a cell is missing of which the judge could not be had in passing."""
        return any(why in _PASSING for _, why in self.missing)


def flags_of(
    flags: Sequence[str], answer: str, findings: Sequence[Finding], rubric: Rubric
) -> tuple[str, ...]:
    """Return the codes of an answer's flags and of those on its evidence, each once."""
    found = (each.code for each in flags_on_evidence(answer, findings, rubric))
    return tuple(dict.fromkeys((*flags, *found)))


def not_judged(answer: Submission, cells: Sequence[str], why: str) -> Judged:
    """Return an answer of which nothing was read, with the reason."""
    return Judged(
        answer_digest=answer.answer_digest,
        findings=(),
        missing=tuple((cell, why) for cell in cells),
        flags=(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """How often cells are read: everything three times, or what wants it, up to a share of cells.

    `unsure`: doubt alone wants it, too, since another model takes the second look.
    """

    everything: bool = False
    cap: float = 0.25
    unsure: bool = False

    @property
    def at_doubt(self) -> bool:
        """Whether unsure cells are read again at all."""
        return self.everything or self.unsure


class UnderWay:
    """One answer while it is being judged."""

    def __init__(self, answer: Submission, rubric: Rubric) -> None:
        self.answer = answer
        self.verdicts: dict[str, list[Verdict]] = {}
        self.missing: dict[str, str] = {}
        self.second: list[str] = []
        self.left_out: list[str] = []
        self.unread: dict[str, str] = {}
        self.alone: set[str] = set()
        self.beside: dict[str, Verdict] = {}
        self.is_compared = False
        self.is_spoiled = False
        self.earlier: Worked | None = None
        self._rubric = rubric
        self._flags: tuple[str, ...] = ()
        self._all_flags: tuple[str, ...] = ()
        self._cells: dict[str, Cell] = {}
        self._wanted: Mapping[str, float] = {}

    def look_for_flags(self) -> None:
        """Find what a person should look at whatever the judge says."""
        found = find_flags(self.answer.answer, self.answer.raw, self._rubric)
        self._flags = tuple(dict.fromkeys(each.code for each in found))

    def unverified(self, cell: str) -> Verdict | None:
        """Return the first reading of a cell where it claims without evidence, also when asked."""
        first = self.verdicts[cell][0] if self.verdicts.get(cell) else None
        return first if first is not None and needs_repair(self.cell(cell), first) else None

    def wanting(self, looks: Looks, numbers: Numbers) -> Mapping[str, float]:
        """Return the cells that want a second look, each with its urgency (higher first)."""
        if self.earlier is not None:
            self._wanted = dict(self.earlier.basis.wanted)
            return self._wanted
        wanting = {}
        for cell, verdicts in self.verdicts.items():
            look = needs_second_look(
                self.cell(cell),
                verdicts[0],
                flagged=bool(self._flags),
                unsure=looks.at_doubt,
                numbers=numbers,
            )
            if looks.everything or look is not None:
                wanting[cell] = look or 0.0
        self._wanted = {cell: wanting[cell] for cell in self._rubric.cells if cell in wanting}
        return self._wanted

    @property
    def holds(self) -> bool:
        """Whether the last run's findings stand: the same cells get a second look."""
        if self.earlier is None or self.missing:
            return False
        return set(self.second) == set(self.earlier.basis.second)

    @property
    def is_settled(self) -> bool:
        """Whether another run over the same readings comes to the same, whatever else it does.

        Not where something is to be asked once more, or was read otherwise than it is next time.
        """
        return not (self.missing or self.unread or self.alone or self.is_spoiled)

    def basis(self, used: Used) -> Basis:
        """Return what the findings stand on, but for the digest of it."""
        return Basis(
            digest="",
            wanted=tuple(self._wanted.items()),
            second=tuple(self.second),
            flags=self._all_flags,
            replies=used.replies,
            models=tuple(sorted(used.models)),
        )

    def judged(self, numbers: Numbers) -> Judged:
        """Return what the verdicts so far come to, the judge's numbers taken so."""
        findings = tuple(
            self._finding(cell, numbers)
            for cell in self._rubric.cells
            if cell in self.verdicts and cell not in self.missing
        )
        if not self.missing:
            self._all_flags = flags_of(self._flags, self.answer.answer, findings, self._rubric)
        return Judged(
            answer_digest=self.answer.answer_digest,
            findings=findings,
            missing=tuple(self.missing.items()),
            flags=self._all_flags,
            verdicts=tuple(v for cell in self.verdicts.values() for v in _in_pass_order(cell)),
        )

    def _finding(self, cell: str, numbers: Numbers) -> Finding:
        finding = decide(
            self.cell(cell),
            _in_pass_order(self.verdicts[cell]),
            left_out=cell in self.left_out,
            numbers=numbers,
        )
        more = (self.unread[cell],) if cell in self.unread else ()
        if cell in self.alone:
            more = (*more, ReasonCode.ASKED_ALONE)
        return replace(finding, reasons=(*finding.reasons, *more)) if more else finding

    def cell(self, cell: str) -> Cell:
        """Return a cell of this answer."""
        if cell not in self._cells:
            self._cells[cell] = cell_of(self._rubric, cell, self.answer.answer)
        return self._cells[cell]


def _in_pass_order(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Replies arrive in any order; a decision must not depend on it."""
    order = list(Pass)
    return tuple(sorted(verdicts, key=lambda each: order.index(each.asked)))
