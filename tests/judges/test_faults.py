"""Errors sorted by what helps: what proxies say in passing, and words that are a student's."""

from __future__ import annotations

import pytest

from assessor.errors import JudgeUnavailable
from assessor.judges.faults import ServerFault, sort_fault
from tests.judges.clock import START

QUOTING = "cannot encode: 'the firm had insufficient funds and was told to wait 2 hours'"


@pytest.mark.parametrize("status", [421, 499, 500, 529])
def test_what_passes_is_asked_again(status: int) -> None:
    """Some proxies have numbers of their own for a connection that was lost."""
    assert isinstance(sort_fault(status, None, {}, "host", START), ServerFault)


def test_a_fault_that_quotes_an_answer_is_no_used_up_quota_and_no_wait() -> None:
    """A server's trace may hold what a student wrote about money or waiting."""
    error = sort_fault(500, {"message": QUOTING}, {}, "host", START)

    assert isinstance(error, ServerFault)
    assert error.retry_after is None


def test_the_longest_wait_of_header_and_message_counts() -> None:
    """A gateway's own short header does not hide the limit behind it."""
    error = sort_fault(
        429, {"message": "Please try again in 1h12m."}, {"retry-after": "1"}, "host", START
    )

    assert isinstance(error, JudgeUnavailable)
    assert (error.code, error.retry_after) == ("rate_limit", 4320.0)
