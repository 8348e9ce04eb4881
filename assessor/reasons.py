"""Why a person must look at an answer, in words: what is said of each reason code."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.flags import FLAGS
from assessor.verdict import ReasonCode, ReasonKind

# Every reason code that a person may meet, in words; those of flags stand in `FLAGS`.
# Of several with one beginning (`judge:`), `judge:*` is what is said where none fits.
_REASONS: Mapping[str, str] = {
    ReasonCode.UNVERIFIED_QUOTE: "a judge wanted to credit or deduct, but its quote is not "
    "in the answer",
    ReasonCode.NEAR_QUOTE: "a judge's quote is nearly in the answer; a changed word can be a "
    "deleted 'not'",
    ReasonCode.READINGS_PART: "the readings disagree on a deduction, so it was not made",
    ReasonCode.EVEN_SPLIT: "the readings split evenly, so that the level with a quote is proposed",
    ReasonCode.CONTRADICTION: "a reading's yes or no goes against its own number, even when "
    "asked again",
    ReasonCode.NEAR_EQUAL_UNLIKE: "a nearly equal answer was judged differently",
    ReasonCode.SAME_ANSWER: "equal, word for word, to another student's answer; both share one "
    "judgment",
    ReasonCode.CHANGED: "the answer changed after a person decided on it",
    ReasonCode.LEFT_OUT: "a second look was wanted, but the cap on second looks was reached",
    ReasonCode.ASKED_ALONE: "read alone after its key point was changed, the others in one request",
    ReasonCode.EARLIER: "kept from an earlier run by another wording, model or method; this one "
    "did not ask about it (--limit or --only)",
    ReasonCode.RISK: "among the least certain of the class",
    ReasonCode.HAND_GRADING: "no judge reads: graded by hand",
    ReasonCode.CHOICE_MISSING: "the choice in front of the justification is missing",
    "flag:*": "looks like an attempt to steer the grader",
    "file:empty": "a file with nothing in it",
    "file:scan": "a scan: pictures of pages without a text layer",
    "file:picture": "a picture, or a file that holds nothing else",
    "file:hidden": "a file that holds only text that nobody sees",
    "file:locked": "a file that is locked with a password",
    "file:torn": "a file that is damaged",
    "file:link": "only a link to a file",
    "file:other_kind": "a file of a kind that is not read here",
    "file:too_large": "a file that is too large to read",
    "file:too_slow": "a file that takes too long to read",
    "file:too_much_memory": "a file that asks for too much memory",
    "file:bomb": "a file that is built like an attack: it was not opened",
    "file:*": "a file that cannot be read here",
    "judge:refused": "the judge declined to read the answer",
    "judge:content_filter": "the provider's filter stopped the answer",
    "judge:context": "the answer is too long for the model",
    "judge:too_large": "the request is larger than the endpoint takes at a time",
    "judge:invalid_reply": "the judge's replies could not be used, even when asked again",
    "judge:not_recorded": "the recording does not hold this answer",
    "judge:*": "the judge could not read the answer",
    "stopped:limit": "not asked about yet (--limit or --only)",
    "stopped:cost": "the run stopped at --max-cost",
    "stopped:batch": "waits for a batch; run the same command again to collect it",
    "stopped:time": "the run stopped at --max-minutes",
    "stopped:unreliable": "read alone and together, its key points differ: the judge cannot be "
    "relied on",
    "stopped:unusable": "the run stopped: the judge's replies were of no use",
    "stopped:interrupted": "the run was interrupted",
    "stopped:*": "the run stopped before this answer",
}


def reasons() -> Mapping[str, str]:
    """Return every reason code that a person may meet, in words."""
    return {**_REASONS, **{ReasonKind.FLAG.of(code): kind.words for code, kind in FLAGS.items()}}


def reason_words(reason: str, unknown: str | None = None) -> str:
    """Return a reason code in words; `unknown` (else the code as it stands) for one of no kind."""
    kind, _, word = reason.partition(":")
    if kind == ReasonKind.FLAG and word in FLAGS:
        return FLAGS[word].words
    said = _REASONS.get(reason) or _REASONS.get(f"{kind}:*")
    return said or (reason if unknown is None else unknown)
