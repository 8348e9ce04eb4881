"""A used-up quota is known by many words; a limit that refills is none."""

from __future__ import annotations

import pytest

from assessor.judges.faults import is_used_up

USED_UP = (
    "You exceeded your current quota, please check your plan and billing details.",
    "insufficient_quota",
    "InsufficientQuota Insufficient account balance",
    "exceeded_current_quota_error Your account <org> is suspended",
    "Arrearage Access denied, please make sure your account is in good standing.",
    "Your credit balance is too low to access the API.",
    "Budget has been exceeded! Current cost: 10.1, Max budget: 10.0",
    "Your team has either used all available credits or reached its monthly spending limit.",
    "You have exceeded your monthly included credits.",
    "<html><body>Monthly quota exceeded. Upgrade your plan.</body></html>",
    "This request requires more credits, or fewer max_tokens.",
    "Ihr Guthaben ist aufgebraucht. Bitte laden Sie Ihr Konto auf.",
    "Votre quota est épuisé. Veuillez recharger votre compte.",
    "Saldo insuficiente. Recargue su cuenta.",
    "您的账户已欠费, 请充值后重试。",
    "余额不足或无可用资源包,请充值。",
    "クレジット残高が不足しています。",
    "Недостаточно средств на счёте.",
)
REFILLS = (
    "Rate limit reached for requests",
    "Quota exceeded for requests per minute. Please retry in 0.4s.",
    "You exceeded your per-minute request quota. Slow down.",
    "Requests have exceeded call rate limit of your current pricing tier. Please retry after 1 "
    "second. Please go here to increase the default rate limit / quota.",
    "You can increase your rate limit by adding a payment method at our billing page.",
    "Too many requests: the engine is overloaded",
)


@pytest.mark.parametrize("said", USED_UP)
def test_what_is_used_up_is_known_in_many_words(said: str) -> None:
    """Providers have no common code for it, and answer in their own languages."""
    assert is_used_up(said.lower())


@pytest.mark.parametrize("said", REFILLS)
def test_a_limit_that_refills_is_waited_for(said: str) -> None:
    """Some call a limit per minute a quota, or advertise larger ones."""
    assert not is_used_up(said.lower())
