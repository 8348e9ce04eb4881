"""Which form of reply serves at an endpoint, found by whether the replies could be used."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from assessor.judges.dialect import OUTPUTS, Output, next_output
from assessor.prompt import Ask
from assessor.prompt.fields import closed
from assessor.verdict import Pass

# The small first request: nothing of any student is in it, and its reply shows what is taken.
PROBE = Ask(
    system="Reply with JSON.",
    user='Reply with the JSON object {"ok": true}.',
    schema=closed({"ok": {"type": "boolean"}}),
    cells=(),
    asked=Pass.NEUTRAL,
    answer="",
    answer_digest="",
    prefix_key="probe",
    prompt="",
    shown="",
)
# Unusable replies in one form, and more of them than usable ones, before the next is tried.
FEW = 3
# Usable replies after which a form is not doubted any more.
ENOUGH = 6


@dataclass(slots=True)
class FormTrial:
    """Counts what the replies in each form were good for.

    Where a form is settled, nothing is tried any more: either it served, or all were tried and it
    was the best of them.
    """

    settled: bool = False
    _usable: Counter[Output] = field(default_factory=Counter)
    _spoilt: Counter[Output] = field(default_factory=Counter)

    def count(self, output: Output, *, usable: bool) -> None:
        """Take in one reply that was asked for in this form."""
        (self._usable if usable else self._spoilt)[output] += 1
        if self._usable[output] >= ENOUGH and not self._is_poor(output):
            self.settled = True

    def better(self, output: Output) -> Output | None:
        """Return the form to ask in from now on, None to stay with `output`."""
        if self.settled or not self._is_poor(output):
            return None
        following = next_output(output)
        if following is not None:
            return following
        self.settled = True
        tried = [each for each in OUTPUTS if self._usable[each]]
        best = max(tried, key=self._share, default=output)
        return best if best is not output else None

    def _is_poor(self, output: Output) -> bool:
        return self._spoilt[output] >= max(FEW, self._usable[output] + 1)

    def _share(self, output: Output) -> float:
        return self._usable[output] / (self._usable[output] + self._spoilt[output])
