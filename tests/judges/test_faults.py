"""Errors sorted by what helps: what proxies say in passing, and words that are a student's."""

from __future__ import annotations

import pytest

from assessor.errors import JudgeRejected, JudgeUnavailable
from assessor.judges.faults import ServerFault, own_words, sort_fault, status_in
from assessor.judges.reach import redirected
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


GOOGLE = {
    "code": 429,
    "message": "You exceeded your current quota, please check your plan and billing details.",
    "status": "RESOURCE_EXHAUSTED",
    "details": [
        {"violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}]},
        {"retryDelay": "5.5s"},
    ],
}


def test_a_wait_that_stands_in_the_details_is_kept() -> None:
    """Google names it there alone, in a list of errors."""
    error = sort_fault(429, [{"error": GOOGLE}], {}, "host", START)

    assert isinstance(error, JudgeUnavailable)
    assert (error.code, error.retry_after) == ("rate_limit", 5.5)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            {
                **GOOGLE,
                "details": [
                    {"violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel-Free"}]},
                    {"retryDelay": "20s"},
                ],
            },
            id="google",
        ),
        pytest.param({"message": "Rate limit exceeded: free-models-per-day."}, id="openrouter"),
        pytest.param({"message": "You have reached your daily limit."}, id="in words"),
        pytest.param({"message": "Limit of 200 requests per day reached."}, id="per day"),
    ],
)
def test_a_quota_of_the_day_is_used_up(body: dict[str, object]) -> None:
    """No wait within a run mends it, whatever delay is named beside it."""
    error = sort_fault(429, body, {}, "host", START)

    assert (type(error), error.code) == (JudgeRejected, "quota")


def test_a_quota_of_the_day_that_slides_is_waited_for() -> None:
    """A window that names a time to try again refills before the day is over."""
    said = {"message": "Tokens per day (TPD): Limit 100000. Please try again in 7m12s."}
    error = sort_fault(429, said, {}, "host", START)

    assert (type(error), error.code) == (JudgeUnavailable, "rate_limit")


@pytest.mark.parametrize(
    ("named", "status"), [("429", 429), (" 429", 500), ("²", 500), ("٤٢٩", 500), ("4" * 5000, 500)]
)
def test_a_status_in_a_reply_is_read_only_where_it_is_one(named: str, status: int) -> None:
    """What calls itself a number may be none that Python reads."""
    assert status_in({"code": named}) == status


@pytest.mark.parametrize(
    "wait", ["-1", "nan", "1e999", "Wed, 21 Oct 2199 07:28:00 GMT", "1 Jan 99999999999 00:00:00"]
)
def test_a_wait_that_is_none_is_passed_over(wait: str) -> None:
    """Before, after or beyond any calendar: the usual pause is made."""
    error = sort_fault(503, None, {"retry-after": wait}, "host", START)

    assert isinstance(error, ServerFault)
    assert error.retry_after is None


@pytest.mark.parametrize("target", ["http://[x", "http://h:99999999/", "https://h:-1/v1", "//["])
def test_a_redirect_to_no_address_is_still_a_redirect(target: str) -> None:
    """Its target is then not shown."""
    error = redirected({"location": target}, "host", "http://host/v1")

    assert (error.code, "named" in str(error), target in str(error)) == ("redirect", False, False)


def test_an_endpoints_own_words_are_one_bounded_line() -> None:
    """They are shown where no student's text was sent: no control character, no second line."""
    said = own_words({"message": "No\x1b[2J endpoints\nfound; see x" + "y" * 400, "input": "echo"})

    assert said.startswith("No [2J endpoints found, see x")
    assert len(said) <= 300
