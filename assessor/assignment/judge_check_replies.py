"""What a judge makes of two asks of real size: of usable replies, time, room and money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from assessor.assignment.answers_file import read_class
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.cost_estimate import estimate, estimate_least
from assessor.assignment.judge_choice import JudgeChoice, judge_for
from assessor.assignment.judge_findings import CheckState, CheckTrouble, Findings
from assessor.assignment.rubric_matching import assign, attempts, wishes_of
from assessor.assignment.run_job import ISOLATED_PROMPT, JOINT_PROMPT, job_for, shipped_prompt
from assessor.assignment.run_words import money
from assessor.assignment.single_answer import make_submission
from assessor.counting import plural
from assessor.errors import InvalidReply, JudgeError
from assessor.judges.base import Judge, JudgeReply, Tells, learns
from assessor.plan import Price, Tokens, cost_of, estimate_tokens
from assessor.prompt import Ask, Asking, isolated_ask, joint_ask
from assessor.reply import parse_reply, with_chances
from assessor.rubric import ABSENT, Rubric
from assessor.sureness import read_numbers
from assessor.verdict import Pass, Verdict

SLOW_SECONDS = 20.0
# A reply may take so many tokens beside the prompt.
REPLY_TOKENS = 1_900
SAMPLE = "This is a trial answer of no student. It says nothing about the question that was asked."
# What endpoints are asked for where nothing speaks against it.
_USUAL = {
    "output": "json_schema",
    "system_role": "yes",
    "temperature": "0",
    "seed": "0",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeUse:
    """What the judge is to be used for: the rubrics as named, and the file of answers, if any.

    `typed` are the options that the command to try known tricks carries.
    """

    rubrics: tuple[str, ...] = ()
    answers: Path | None = None
    typed: tuple[str, ...] = ()


async def look_at_replies(
    place: ClassFolder,
    choice: JudgeChoice,
    rubric: Rubric,
    context: int | None,
    findings: Findings,
) -> Decimal | None:
    """Send the small request that every run starts with, then an empty and a good answer.

    Return how far one ask's cost is from what its length alone lets expect (1 where no price is
    known), None where no reply could be used.
    """
    judge = judge_for(place, choice)
    asks = _trial_asks(rubric)
    try:
        await judge.prepare()
        replies = [await judge.ask(ask) for ask in asks]
    except JudgeError as error:
        findings.fail("request", error)
        return None
    finally:
        _add_forms(judge, findings)
        await judge.close()
    ask, reply = asks[0], replies[0]
    verdicts = _look_at_reading(rubric, asks, replies, findings)
    if verdicts:
        _look_at_numbers(verdicts, findings)
    _look_at_latency(max(each.latency for each in replies), findings)
    _look_at_context(ask, reply, context, findings)
    taken = _look_at_cost(choice, rubric, ask, reply, findings)
    return taken if verdicts else None


def look_at_class(
    place: ClassFolder, choice: JudgeChoice, about: JudgeUse, findings: Findings, taken: Decimal
) -> None:
    """Say what the class in the file of answers would cost; nothing of it is sent.

    `taken` corrects what the texts' length lets expect by what an ask was found to take.
    """
    if about.answers is None:
        return
    wishes = wishes_of(place, about.rubrics)
    read = read_class(place, about.answers, [each.match for each in wishes if each.match])
    assigned = assign(place, wishes, read, about.answers.name)
    rubrics = {question: wish.rubric for question, wish in assigned.items()}
    job = job_for(place.config, rubrics, attempts(place, read, assigned), place.folder)
    job = replace(job, price=choice.price, strong_price=choice.strong_price)
    most, _, cost = estimate(job, choice)
    least, _, low = estimate_least(job, choice)
    asked = plural(most, "request") if least == most else f"{least} to {plural(most, 'request')}"
    paid = "cost unknown"
    if cost is not None and low is not None:
        cost, low = cost * taken, low * taken
        between = money(cost) if low == cost else f"{money(low)} to ${money(cost)}"
        paid = f"about ${between} without caching"
        findings.facts |= {"cost_of_class": float(cost), "cost_of_class_least": float(low)}
    findings.facts["requests_for_class"] = most
    found = (
        f"{plural(len(job.distinct()), 'different answer')}: {asked}, {paid}; second looks on top"
    )
    findings.add("class", CheckState.GOOD if cost is not None else CheckState.WEAK, found)


def _trial_asks(rubric: Rubric) -> tuple[Ask, ...]:
    """Return asks about the first key point: an answer of no use, then a good one.

    Where the rubric has no reference answer, the key point's own words are one.
    """
    asking = Asking(prompt=shipped_prompt(ISOLATED_PROMPT), rubric=rubric, secret=bytes(32))
    texts = (SAMPLE, rubric.question.reference or rubric.key_points[0].description)
    cell = rubric.key_points[0].id
    return tuple(
        isolated_ask(asking, cell, Pass.NEUTRAL, make_submission("", text)) for text in texts
    )


def _add_forms(judge: Judge, findings: Findings) -> None:
    """Say in what form replies are asked for, once one has come."""
    if not isinstance(judge, Tells) or (learns(judge) and not judge.learnt):
        return
    found = dict(judge.capabilities)
    findings.facts["capabilities"] = found
    weak = found.get("output") == "text"
    unusual = [
        f"{name.replace('_', ' ')}: {value}"
        for name, value in found.items()
        if name in _USUAL and name != "output" and value != _USUAL[name]
    ]
    said = "; ".join(
        [f"{found.get('output', '')}, {found.get('schema', '')}".rstrip(", "), *unusual]
    )
    to_do = "replies are asked for in words alone; expect more that must be asked again"
    findings.add("form", CheckState.WEAK if weak else CheckState.GOOD, said, to_do if weak else "")


def _look_at_reading(
    rubric: Rubric, asks: Sequence[Ask], replies: Sequence[JudgeReply], findings: Findings
) -> tuple[Verdict, ...]:
    """Look whether the replies can be used, and whether they tell a good answer from none."""
    verdicts: list[Verdict] = []
    for ask, reply in zip(asks, replies, strict=True):
        try:
            (verdict,) = parse_reply(ask, rubric, reply.text)
            verdicts.append(with_chances(verdict, rubric, dict(reply.chances)))
        except InvalidReply as error:
            to_do = "the model cannot fill the form: take a larger one"
            findings.trouble = findings.trouble or CheckTrouble.JUDGE
            findings.add("reply", CheckState.BAD, f"came, but is of no use: {error}", to_do)
            return ()
    findings.add("reply", CheckState.GOOD, f"usable, from {replies[0].model}")
    empty, good = (each.level for each in verdicts)
    findings.facts["levels_read"] = [empty, good]
    what = "the reference answer" if rubric.question.reference else "the key point's own words"
    found = f"{verdicts[0].cell}: an answer beside the point as {empty}, {what} as {good}"
    wrong = empty != ABSENT or good == ABSENT
    to_do = "read more of the class, take a larger model, or mend that key point's words"
    state = CheckState.WEAK if wrong else CheckState.GOOD
    findings.add("reads", state, found, to_do if wrong else "")
    return tuple(verdicts)


def _look_at_numbers(verdicts: Sequence[Verdict], findings: Findings) -> None:
    """Say what the judge's numbers are: likely tokens, percentages or fractions, or none."""
    said = [each for verdict in verdicts for each in verdict.thresholds]
    by_token = all(each.token is not None for each in said)
    spoken = [each for each in said if each.probability is not None]
    numbers = read_numbers(verdicts)
    # Beside a no, a small number may be either.
    is_sure = any(each.met or (each.probability or 0) * 100 > 1 for each in spoken)
    scale = numbers.scale.value if spoken and is_sure else ""
    findings.facts |= {"log_probabilities": by_token, "scale": scale}
    if by_token:
        found = "the endpoint gives log-probabilities of a yes: these are used"
    elif not spoken:
        found = "no log-probabilities, and the model speaks no numbers"
    else:
        shown = ", ".join(f"{(each.probability or 0) * 100:g}" for each in spoken)
        speaks = scale or "numbers, of which sort its first yes will tell"
        found = f"no log-probabilities; the model speaks {speaks} ({shown})"
    good = by_token or bool(spoken)
    to_do = "" if good else "who is looked at first is drawn by lot among the unsure"
    findings.add("numbers", CheckState.GOOD if good else CheckState.WEAK, found, to_do)


def _look_at_latency(seconds: float, findings: Findings) -> None:
    findings.facts["latency_seconds"] = round(seconds, 3)
    slow = seconds > SLOW_SECONDS
    to_do = "use --method quick, a smaller model or a faster machine" if slow else ""
    state = CheckState.WEAK if slow else CheckState.GOOD
    findings.add("latency", state, f"{seconds:.2f} s for one ask", to_do)


def _look_at_context(ask: Ask, reply: JudgeReply, context: int | None, findings: Findings) -> None:
    """Compare what the server says it holds with an ask of real size and room for its reply."""
    findings.facts["context_tokens"] = context
    taken = reply.usage.input or estimate_tokens(ask).input
    need = taken + REPLY_TOKENS
    if context is None:
        found = f"not told; an ask of {plural(taken, 'token')} went through whole"
        findings.add("context", CheckState.GOOD, found)
    elif context < need:
        to_do = "give the server a larger one (Ollama: num_ctx; llama.cpp: -c)"
        found = f"{plural(context, 'token')}; an ask and its reply may take {need:,}"
        findings.add("context", CheckState.WEAK, found, to_do)
    else:
        findings.add(
            "context", CheckState.GOOD, f"{plural(context, 'token')}; an ask takes about {taken:,}"
        )


def _look_at_cost(
    choice: JudgeChoice, rubric: Rubric, ask: Ask, reply: JudgeReply, findings: Findings
) -> Decimal:
    """Say what one answer costs by this rubric: each key point alone, or all in one request.

    Return the share of this cost in what was to be expected by the ask's length.
    """
    guess, usage = estimate_tokens(ask), reply.usage
    read = guess.input if usage.input is None else usage.input
    written = guess.output if usage.output is None else usage.output
    cells = len(rubric.cells)
    alone = Tokens(input=read * cells, output=written * cells)
    together = _together(rubric, read / max(1, guess.input), written / max(1, guess.output))
    findings.facts |= {"rubric": rubric.id, "tokens_per_answer": alone.input + alone.output}
    each = f"{plural(cells, 'key point')} of {rubric.id} alone"
    if choice.price is None:
        section = "judge.strong.price" if choice.unpriced == choice.strong else "judge.price"
        to_do = f"give [{section}] in assessor.toml, if it costs anything"
        found = (
            f"no price is known; about {plural(alone.input + alone.output, 'token')} for the {each}"
        )
        findings.add("cost", CheckState.WEAK, found, to_do)
        return Decimal(1)
    cost, least = cost_of(alone, choice.price), cost_of(together, choice.price)
    findings.facts |= {"cost_per_answer": float(cost), "cost_per_answer_together": float(least)}
    found = (
        f"about ${money(cost)} an answer for the {each}, ${money(least)} for all at once, "
        f"without caching{_of_prices(choice.price)}"
    )
    findings.add("cost", CheckState.GOOD, found)
    guessed = cost_of(guess, choice.price) * cells
    return cost / guessed if guessed else Decimal(1)


def _together(rubric: Rubric, read: float, written: float) -> Tokens:
    """Return what one request for all takes, corrected by what was measured of another."""
    asking = Asking(prompt=shipped_prompt(JOINT_PROMPT), rubric=rubric, secret=bytes(32))
    sample = make_submission("", SAMPLE)
    guess = estimate_tokens(joint_ask(asking, rubric.cells, Pass.NEUTRAL, sample))
    return Tokens(input=round(guess.input * read), output=round(guess.output * written))


def _of_prices(price: Price) -> str:
    """Return of what day the prices are, and what a cheaper tier would make of them."""
    dated = f"; prices of {price.checked}" if price.checked else ""
    known = [f"--tier {name} {share:.0%}" for name, share in price.shares.items()]
    if not known or price.share != 1:
        return dated
    return f"{dated}; with {' or '.join(known)} of it"
