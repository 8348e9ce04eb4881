"""What lies ahead, and what comes next."""

from __future__ import annotations

import pytest

from assessor.trust.ahead import Ahead, next_once_tuned, workload


def ahead(*, tune: int = 0, unread: int = 0, draws: int | None = None, uncertain: int = 0) -> Ahead:
    return Ahead(tune=tune, unread=unread, draws=draws, uncertain=uncertain, review=20)


def test_one_answer_is_called_one() -> None:
    """What lies ahead and what comes next name the same answers."""
    lies = Ahead(tune=0, unread=11, draws=None, uncertain=101, review=1)

    assert workload(lies, 180).startswith("113 of 180: 1 to review, 101 too uncertain")
    assert next_once_tuned(lies, "assessor export --to xlsx").startswith(
        "review the riskiest answer (assessor review), then read the other 112, too"
    )


def test_the_whole_workload_stands_in_one_line() -> None:
    """What waits already and what is too uncertain to go out unread are told apart."""
    got = workload(ahead(tune=30, unread=50, draws=25, uncertain=3), 100)

    assert got == (
        "About 78 of 100: 30 to tune, about 25 to audit, 20 to review, "
        "3 too uncertain to go out unread."
    )
    assert workload(ahead(unread=9), 60) == (
        "29 of 60: 20 to review, 9 more, of which an audit would take nearly all."
    )


@pytest.mark.parametrize(
    ("lies", "said"),
    [
        pytest.param(ahead(unread=50, draws=25), "audit what nobody read", id="audit"),
        pytest.param(ahead(unread=9, uncertain=2), "read the other 11, too: an audit", id="few"),
        pytest.param(ahead(uncertain=18), "read the other 18, too: none is sure enough", id="none"),
        pytest.param(ahead(), "give them back", id="done"),
    ],
)
def test_the_next_step_is_the_one_that_helps(lies: Ahead, said: str) -> None:
    """An audit where it saves work; where it does not, or nothing is sure, that is said."""
    assert next_once_tuned(lies, "assessor export --to xlsx").startswith(
        f"review the 20 riskiest (assessor review), then {said}"
    )
