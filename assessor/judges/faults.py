"""Errors of an endpoint, sorted: wait, ask differently, this answer only, or stop the run.

No message repeats what the endpoint said, since that may quote the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from assessor.errors import (
    InvalidReply,
    JudgeError,
    JudgeRefused,
    JudgeRejected,
    JudgeUnavailable,
)
from assessor.judges.waits import longest, retry_after, spoken_wait, told_wait
from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.judges")["faults"]

_MISREAD = frozenset({400, 404, 405, 422})
_MAY_BE_QUOTA = frozenset({400, 403, 429})
# What proxies between us and the endpoint say in passing: misdirected, client closed.
_BETWEEN = frozenset({421, 499})
_BUSY: Mapping[int, str] = {408: "timeout", 409: "busy", 425: "busy", 429: "rate_limit"}

_FILTER = "".join(_LISTS["filter"])
_CONTEXT = "".join(_LISTS["context"])
_NOT_GENERATED = r"json_validate_failed|tool_use_failed|failed to generate json|failed_generation"
# What Google calls a quota of the day, and what others say of one without a time to wait.
_THE_DAYS = "".join(_LISTS["the_days"])
# A cheaper tier that is full: nothing was charged, and no limit of ours was reached.
_NO_ROOM = r"resource[ _]?unavailable|capacity_exceeded"
_PER_MINUTE = r"tokens per min|\btpm\b"
_ASKED_FOR = re.compile(r"limit:? (\d[\d,]*),? .{0,60}requested:? (\d[\d,]*)")
_KEY = r"(invalid|incorrect|bad|wrong) api[ _-]?key|api[ _-]?key (is )?(not valid|invalid|missing)"
_MODEL = "".join(_LISTS["model"])


class NotUnderstood(JudgeRefused):
    """The form of a request was refused; `said` is the endpoint's own words, for `adapt` alone."""

    code = "bad_request"

    def __init__(self, message: str, *, said: str, status: int) -> None:
        super().__init__(message)
        self.said = said
        self.status = status


class NotGenerated(InvalidReply):
    """The endpoint could not fill in the form at this try; the same request may succeed next."""


class ServerFault(JudgeUnavailable):
    """A 5xx; some servers answer so to a feature they lack, hence `said`."""

    code = "server"

    def __init__(self, message: str, *, said: str, retry_after: float | None) -> None:
        super().__init__(message, retry_after=retry_after)
        self.said = said


def status_in(error: Mapping[str, object]) -> int:
    """Return the status that an error inside a 200 names; 500 where it names none."""
    for key in ("status", "code", "status_code"):
        value = error.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 400 <= value < 600:
            return value
        if isinstance(value, str) and re.fullmatch("[45][0-9][0-9]", value):
            return int(value)
    return 500


def sort_fault(
    status: int, body: object, headers: Mapping[str, str], where: str, now: datetime
) -> JudgeError:
    """Return the error that an answer with `status` means; `where` names the endpoint."""
    said = words_of(body)
    if (error := _of_the_key_or_answer(status, said, where)) is not None:
        return error
    if status == 413 or (status in {400, 429} and re.search(_PER_MINUTE, said)):
        return _too_large(said, where, retry_after(headers, now))
    if status in {401, 403} or (status == 400 and re.search(_KEY, said)):
        return _no_entry(status, where)
    spoken = longest(spoken_wait(said), told_wait(said)) if status == 429 else None
    wait = longest(retry_after(headers, now), spoken)
    if status == 498 or (status == 429 and re.search(_NO_ROOM, said)):
        return JudgeUnavailable(f"{where}: no room ({status})", code="capacity", retry_after=wait)
    if status in _BUSY:
        return JudgeUnavailable(f"{where}: busy ({status})", code=_BUSY[status], retry_after=wait)
    if status >= 500 or status in _BETWEEN:
        return ServerFault(f"{where}: server fault ({status})", said=said, retry_after=wait)
    if status in _MISREAD:
        return _misread(status, said, where)
    if 300 <= status < 400:
        hint = "nothing was sent on; name the final address with --base-url"
        return JudgeRejected(f"{where}: redirects to another address; {hint}", code="redirect")
    return JudgeRejected(f"{where}: unexpected answer ({status}); look at --base-url")


def _of_the_key_or_answer(status: int, said: str, where: str) -> JudgeError | None:
    """Return the error where a quota, a filter or a context is named, or a form not filled in."""
    # Elsewhere only the code counts: a server fault may quote an answer, and that speak of money.
    used_up = is_used_up(said) if status in _MAY_BE_QUOTA else "insufficient_quota" in said
    day = status == 429 and re.search(_THE_DAYS, said)
    if status == 402 or used_up or day:
        what, hint = "the quota", "top it up, or name another model or endpoint, and run again"
        if day:
            what, hint = "the day's quota", "run again tomorrow, or name another model or endpoint"
        message = f"{where}: {what} of this key is used up; {hint} to go on"
        return JudgeRejected(message, code="quota")
    if status == 400 and re.search(_NOT_GENERATED, said):
        return NotGenerated(f"{where}: could not fill in the form")
    if status in {400, 403, 422} and re.search(_FILTER, said):
        message = f"{where}: a content filter declined this answer"
        return JudgeRefused(message, code="content_filter")
    if status in {400, 413, 422, 500} and re.search(_CONTEXT, said):
        return context_exceeded(where)
    return None


def context_exceeded(where: str) -> JudgeRefused:
    """Return the error for a request that does not fit the model's context."""
    hint = "use a model or a server setting with a larger one"
    return JudgeRefused(f"{where}: the request exceeds the model's context; {hint}", code="context")


def _too_large(said: str, where: str, wait: float | None) -> JudgeError:
    """Return the error for a request that is too large for a minute's limit, or for a gateway."""
    asked = _ASKED_FOR.search(said)
    limit, size = (int(each.replace(",", "")) for each in asked.groups()) if asked else (0, 1)
    if re.search(_PER_MINUTE, said) and (asked is None or size <= limit):
        wait = longest(wait, spoken_wait(said))
        return JudgeUnavailable(f"{where}: busy (413)", code="rate_limit", retry_after=wait)
    hint = "use a key or a model with a larger limit" if asked else "raise the gateway's limit"
    return JudgeRefused(f"{where}: takes no request of this size; {hint}", code="too_large")


def words_of(body: object) -> str:
    """Return what an error body says, in lower case and without the echo of our request."""
    return " ".join(_pieces(body, 0)).lower()[:2000]


def _no_entry(status: int, where: str) -> JudgeRejected:
    hint = "set ASSESSOR_API_KEY (or what key_env names) to a key for this host"
    if status == 403:
        return JudgeRejected(f"{where}: this key has no access (403); {hint}", code="no_access")
    return JudgeRejected(
        f"{where}: the key is refused or missing ({status}); {hint}", code="bad_key"
    )


def _misread(status: int, said: str, where: str) -> JudgeError:
    named = re.search(_MODEL, said)
    if "model_not_found" in said or (named and not re.search(r"response_format|parameter", said)):
        hint = "`assessor check judge` lists the models there"
        return JudgeRejected(f"{where}: unknown model ({status}); {hint}", code="unknown_model")
    message = f"{where}: refused the request ({status}); try another model or --base-url"
    return NotUnderstood(message, said=said, status=status)


def _pieces(body: object, depth: int) -> Iterator[str]:
    """Yield code, type, parameter and message; `input` and its like hold what we sent."""
    if isinstance(body, str | int) and not isinstance(body, bool):
        yield str(body)
    elif isinstance(body, list | tuple) and depth < 4:
        for item in body:
            yield from _pieces(item, depth + 1)
    elif isinstance(body, Mapping) and depth < 4:
        for key in ("code", "type", "param", "status", "loc", "msg", "message", "detail", "error"):
            yield from _pieces(body.get(key), depth + 1)
        yield from _details(body.get("details"))


def _details(details: object) -> Iterator[str]:
    """Yield what Google says of a limit: how long to wait, and whose limit it is."""
    for each in details if isinstance(details, list) else []:
        if not isinstance(each, Mapping):
            continue
        if "retryDelay" in each:
            yield f"retrydelay {each['retryDelay']}"
        violations = each.get("violations")
        for one in violations if isinstance(violations, list) else []:
            if isinstance(one, Mapping) and "quotaId" in one:
                yield f"quotaid {one['quotaId']}"


def own_words(body: object) -> str:
    """Return what an endpoint says, on one line: to be shown where no student's text was sent."""
    line = " ".join(" ".join(_pieces(body, 0)).split())
    shown = "".join(each if each.isprintable() else " " for each in line).replace(";", ",")
    return shown if len(shown) <= 300 else shown[:299] + "…"


# What a key may use is used up: waiting does not mend that.
_QUOTA = word_lists("assessor.judges")["quota"]
_CODES = "".join(_QUOTA["codes"])
_ENGLISH = "".join(_QUOTA["english"])
_OTHERS = "".join(_QUOTA["others"])
_SAID = re.compile(f"{_CODES}|{_ENGLISH}|{_OTHERS}")
# Some providers say "quota" of a limit per minute, which refills.
_REFILLS = re.compile("".join(_QUOTA["refills"]))


def is_used_up(said: str) -> bool:
    """Return whether small text says that a quota, a balance or a budget is used up."""
    if "insufficient_quota" in said:
        return True
    return bool(_SAID.search(said)) and not _REFILLS.search(said)
