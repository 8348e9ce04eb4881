"""What a run was told and what it says of itself: its command, and what run.json holds. Pure.

Records of every version are read: what one lacks has its default, what only it has is kept, and it
is written as it was read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from assessor.rubric import Rubric


class RunFacts(BaseModel):
    """A part of a run's record; what was not said is not written either."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what `text` says. Raises ValueError for what is no such record."""
        return cls.model_validate(json.loads(text))

    @property
    def text(self) -> str:
        """It as JSON text, keys sorted."""
        said = self.model_dump(exclude_unset=True)
        return json.dumps(said, sort_keys=True, ensure_ascii=False)

    @property
    def facts(self) -> dict[str, Any]:
        """It as plain values for JSON."""
        return dict(json.loads(self.text))

    def but(self, **changes: object) -> Self:
        """Return it with these entries in place of its own."""
        return self.model_copy(update=changes)


class Command(RunFacts):
    """What a run was told: where its files are (see `whereabouts`), by whom it is read and by what.

    `rubrics` are pairs of question and digest: their order is that of the columns.
    """

    answers: str = ""
    out: str = ""
    home: str = ""
    made_in: str = ""
    format: str = ""
    judge: str = ""
    pii: str = ""
    rubrics: tuple[tuple[str, str], ...] = ()

    @property
    def is_single(self) -> bool:
        """Whether it was about one answer, which is no class: it has no folder of results."""
        return "out" in self.model_fields_set and not self.out

    def graded_by(self, rubrics: Mapping[str, Rubric]) -> Command:
        """Return it with the rubrics, by question, that it is graded by."""
        # Pairs, not an object: the order of the questions is the order of their columns.
        return self.but(rubrics=tuple((name, each.digest) for name, each in rubrics.items()))


class ManifestQuestion(RunFacts):
    """A question with the rubric that it was graded by."""

    question: str = ""
    rubric: str = ""
    digest: str = ""

    @classmethod
    def all_of(cls, rubrics: Mapping[str, Rubric]) -> tuple[Self, ...]:
        """Return one for each question."""
        return tuple(
            cls(question=question, rubric=each.id, digest=each.digest)
            for question, each in rubrics.items()
        )


class ManifestCell(RunFacts):
    """How far reading a key point alone and together came to the same level."""

    question: str
    key_point: str
    cells: int
    same_level: int


class ManifestMethod(RunFacts):
    """How the class was read, and how far the two ways agreed where both were tried."""

    asked: str | None = None
    used: str = ""
    answers_read_both_ways: int | None = None
    cells: int | None = None
    same_level: int | None = None
    agreement: int | float | None = None
    joint_replies_broken: int | None = None
    by_key_point: tuple[ManifestCell, ...] = ()
    unreliable: bool = False


class ManifestNumbers(RunFacts):
    """What the judge's numbers mean; `unused` says why they are not used, "" where they are."""

    scale: str = ""
    source: str = ""
    unused: str = ""


class ManifestJudge(RunFacts):
    """Which judge read."""

    backend: str = ""
    model_asked: str = ""
    models_answered: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its model, else what kind of judge it is; "" where nothing is known."""
        return self.model_asked or self.backend


class ManifestLooks(RunFacts):
    """Who got a second look."""

    everything: bool = False
    cap: int | float | None = None


class ManifestStability(RunFacts):
    """What reading a share of the answers once more came to."""

    answers_asked: int = 0
    answers: int = 0
    same_total: int = 0
    cells: int = 0
    same_level: int = 0
    interval_90: tuple[int | float, ...] = ()


class ManifestTokens(RunFacts):
    """What was read and written, in tokens."""

    input: int = 0
    cached: int = 0
    cache_written: int = 0
    output: int = 0
    replies_without_count: int = 0


class Circumstances(RunFacts):
    """What may differ between equal runs; costs are dollars as text, None where not known."""

    run: str = ""
    started_at: str = ""
    finished_at: str = ""
    endpoint: str = ""
    endpoints: Mapping[str, int] | None = None
    engine: Mapping[str, Any] = Field(default_factory=dict)
    capabilities: Mapping[str, str] = Field(default_factory=dict)
    stopped: str = ""
    read_nothing: bool = False
    requests: int | None = None
    from_store: int | None = None
    failed: int = 0
    wasted: int = 0
    failed_codes: Mapping[str, int] = Field(default_factory=dict)
    unusable: int = 0
    tokens: ManifestTokens = Field(default_factory=ManifestTokens)
    cost: str | None = None
    cost_of_uncounted: str | None = None
    head: str = ""


class Manifest(RunFacts):
    """How the grades of a run came about; of a run that did not end it says nothing."""

    assessor: str = ""
    questions: tuple[ManifestQuestion, ...] = ()
    prompts: Mapping[str, str] | None = None
    method: ManifestMethod = Field(default_factory=ManifestMethod)
    numbers: ManifestNumbers = Field(default_factory=ManifestNumbers)
    judge: ManifestJudge = Field(default_factory=ManifestJudge)
    strong: str | None = None
    looks: ManifestLooks = Field(default_factory=ManifestLooks)
    review_budget: int | float | None = None
    states: Mapping[str, int] = Field(default_factory=dict)
    stability: ManifestStability | None = None
    circumstances: Circumstances = Field(default_factory=Circumstances)
