"""Whether an error says that what a key may use is used up: waiting does not mend that."""

from __future__ import annotations

import re

_CODES = r"insufficient_?quota|exceeded_current_quota|arrearage|budget_exceeded"
_ENGLISH = (
    r"insufficient[_ ](?:account )?(?:quota|funds|credits?|balance)|credit balance"
    r"|billing_(?:hard_limit|not_active)|hard limit has been reached|payment required"
    r"|quota_exceeded|exceeded your (?:current|monthly|daily) (?:\w+ )?(?:quota|credits?|budget)"
    r"|(?:quota|credits?|budget|balance|allowance) (?:has been |have been |is |are |was )?"
    r"(?:exceeded|exhausted|used up|depleted)"
    r"|(?:out of|no more|no remaining) (?:credits?|quota|funds)"
    r"|used (?:up )?all (?:of )?(?:your |the |its )?(?:available |included )?(?:credits?|quota)"
    r"|(?:exceeded|reached) (?:your |its |the )?(?:monthly |daily )?(?:spend(?:ing)? limit"
    r"|included credits|usage limit)|requires more credits|top up your (?:account|balance)"
    r"|recharge your (?:account|balance)|account (?:\S{1,60} )?is (?:suspended|in arrears|overdue)"
    r"|account is in good standing"
)
_OTHERS = (
    r"guthaben|kontingent.{0,30}(?:aufgebraucht|erschöpft|überschritten)"
    r"|(?:quota|crédits?|solde).{0,30}(?:épuisée?s?|dépassée?s?|insuffisante?s?)"
    r"|(?:saldo|crédito|credito|fondos|fundos) "
    r"(?:insuficientes?|insufficiente|agotado|esaurito|esgotado)"
    r"|cuota.{0,30}(?:agotada|excedida|superada)|cota.{0,30}(?:esgotada|excedida)"
    r"|quota (?:esaurita|superata|excedida)|tegoed|quotum.{0,30}(?:bereikt|overschreden)"
    r"|余额不足|餘額不足|欠费|欠費|充值|额度|額度|配额.{0,6}(?:用尽|不足|超)"
    r"|残高.{0,8}不足|クレジット.{0,8}不足|利用上限|クォータ.{0,8}超"
    r"|잔액.{0,6}부족|크레딧.{0,6}부족|할당량.{0,6}초과"
    r"|недостаточно средств|баланс.{0,20}(?:исчерпан|недостат)|квота.{0,20}(?:исчерпан|превышен)"
)
_SAID = re.compile(f"{_CODES}|{_ENGLISH}|{_OTHERS}")
# Some providers say "quota" of a limit per minute, which refills.
_REFILLS = re.compile(
    r"retrydelay|(?:retry|try again) (?:in|after)|per.?(?:minute|second)|resource_exhausted"
    r"|pro minute|par minute|por minuto|每分钟|每秒"
)


def is_used_up(said: str) -> bool:
    """Return whether small text says that a quota, a balance or a budget is used up."""
    if "insufficient_quota" in said:
        return True
    return bool(_SAID.search(said)) and not _REFILLS.search(said)
