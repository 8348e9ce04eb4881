"""`assessor check judge`: is the endpoint usable and how, and is the store well."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from rich.table import Table
from rich.text import Text

from assessor.api import ISOLATED_PROMPT, make_submission, shipped_prompt
from assessor.assets import price_of, shipped_rubrics
from assessor.cli import Exit
from assessor.cli.consent import key_for, need_consent
from assessor.cli.judging import Choice, can_ask, judge_for, through
from assessor.cli.screen import console, money, plain, print_json
from assessor.cli.workplace import Workplace, find_rubric
from assessor.config import OPENAI_URL, endpoint_of
from assessor.errors import AssessorError, ConfigError, InvalidReply, JudgeError, StoreError
from assessor.hosts import OPENAI_KEY, way_of
from assessor.judges.base import Judge, JudgeReply, Tells
from assessor.judges.endpoints import find_local_servers, list_contexts
from assessor.plan import Tokens, cost_of, estimate_tokens
from assessor.prompt import Ask, Asking, isolated_ask
from assessor.reply import parse_reply
from assessor.rubric import Rubric
from assessor.verdict import Pass

LITTLE_SPACE = 200_000_000
SLOW_SECONDS = 20.0
# A reply may take so many tokens beside the prompt.
REPLY_TOKENS = 1_900
SAMPLE = "This is a trial answer of no student. It says nothing about the question that was asked."


class State(StrEnum):
    """How well one thing is."""

    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"


_MARKS = {State.GOOD: ("✓", "green"), State.WEAK: ("!", "yellow"), State.BAD: ("✗", "red")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that was looked at, how it is, and what to do about it."""

    name: str
    state: State
    found: str
    to_do: str = ""


@dataclass(slots=True, kw_only=True)
class Findings:
    """All lines, and the figures for a program; `code` is the exit code they amount to."""

    lines: list[Line] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    code: Exit = Exit.DONE

    def add(self, name: str, state: State, found: str, to_do: str = "") -> None:
        """Take in one line."""
        self.lines.append(Line(name=name, state=state, found=found, to_do=to_do))


async def check_judge(workplace: Workplace) -> int:
    """Look at store, disk and judge; send no student's text; return the exit code."""
    findings = Findings()
    _look_at_store(workplace, findings)
    settled = await _find_endpoint(workplace, findings)
    if settled is not None:
        await _look_at_endpoint(settled, findings)
    _show(workplace, findings)
    return findings.code


def _look_at_store(workplace: Workplace, findings: Findings) -> None:
    own = workplace.folder / ".assessor"
    if not workplace.common.store and not own.exists():
        findings.add("store", State.GOOD, f"none here yet; the first run makes {own}")
        _look_at_disk(workplace.folder, findings)
        return
    try:
        with workplace.open_store() as store:
            for note in store.notes:
                findings.add("store", State.WEAK, note)
            damage = store.verify()
            where = store.database.where
            kept = store.usage_of().replies
            unanswered = store.asks_without_reply()
    except StoreError as error:
        findings.code = Exit.STORE
        found, _, to_do = str(error).partition("; ")
        findings.add("store", State.BAD, found, to_do)
        return
    if damage:
        findings.code = Exit.STORE
        findings.add("store", State.BAD, damage[0], "see `assessor runs verify`")
    else:
        lost = f", {unanswered} asks without one" if unanswered else ""
        findings.add("store", State.GOOD, f"{where}: healthy, {kept} replies kept{lost}")
    _look_at_disk(Path(where) if Path(where).exists() else workplace.folder, findings)


def _look_at_disk(folder: Path, findings: Findings) -> None:
    free = shutil.disk_usage(folder).free
    findings.facts["free_disk_bytes"] = free
    state = State.GOOD if free >= LITTLE_SPACE else State.WEAK
    to_do = "" if free >= LITTLE_SPACE else "free some space; a full disk stops a run (exit 4)"
    findings.add("disk", state, f"{free / 1e9:.1f} GB free", to_do)


async def _find_endpoint(workplace: Workplace, findings: Findings) -> Workplace | None:
    """Return the workplace with the endpoint to look at: as it is set, or a server found here.

    A server that was found gets no key that lies in the environment for somebody else.
    """
    settings = workplace.config.judge
    use = settings.use.partition(":")[0]
    if use in {"recorded", "none"}:
        findings.add("judge", State.GOOD, f"{settings.use}: nothing to reach, nothing is sent")
        return None
    base_url = endpoint_of(settings, workplace.environ)
    if use == "openai" or settings.base_url or settings.model or base_url != OPENAI_URL:
        return workplace
    servers = await find_local_servers(workplace.ambient)
    findings.facts["local_servers"] = [
        {"name": each.name, "base_url": each.base_url, "models": list(each.models)}
        for each in servers
    ]
    for each in servers:
        models = ", ".join(each.models[:6]) or "no model loaded"
        use_it = f"--judge openai --base-url {each.base_url} --model MODEL"
        findings.add("here", State.GOOD, f"{each.name} at {each.base_url}: {models}", use_it)
    if not servers:
        findings.code = findings.code or Exit.WRONG_INPUT
        to_do = "name one: --base-url URL --model MODEL, or [judge] in assessor.toml"
        found = "none is set, and no Ollama, LM Studio or llama.cpp answers on this machine"
        findings.add("judge", State.BAD, found, to_do)
        return None
    first = servers[0]
    model = first.models[0] if first.models else ""
    found_here = settings.model_copy(update={"base_url": first.base_url, "model": model})
    keys = {way_of(workplace.config, workplace.environ).variable, OPENAI_KEY}
    keyless = {name: each for name, each in workplace.environ.items() if name not in keys}
    config = workplace.config.model_copy(update={"judge": found_here})
    return replace(workplace, config=config, environ=keyless)


async def _look_at_endpoint(workplace: Workplace, findings: Findings) -> None:
    settings = workplace.config.judge
    need_consent(workplace, can_ask=can_ask(workplace))
    way = way_of(workplace.config, workplace.environ)
    choice = Choice(
        backend="openai",
        model=settings.model,
        base_url=way.url,
        price=price_of(
            settings.price,
            settings.model,
            endpoint_of(settings, workplace.environ),
            settings.tier,
        ),
    )
    key = key_for(workplace, way)
    sent = f"{'a key is sent' if key else 'no key is sent'}{through(choice.base_url)}"
    findings.facts |= {"endpoint": choice.base_url, "key_sent": bool(key)}
    try:
        contexts = await list_contexts(choice.base_url, key, workplace.ambient)
    except JudgeError as error:
        if error.code in {"connection", "bad_key", "no_access"}:
            _bad(findings, "endpoint", error, f" ({sent})")
            return
        contexts = {}
        findings.add("endpoint", State.WEAK, f"{choice.host}: reached; it lists no models ({sent})")
    else:
        findings.add("endpoint", State.GOOD, f"{choice.host}: reached ({sent})")
    choice = _look_at_model(choice, contexts, findings)
    if choice.model:
        await _ask_it(workplace, choice, contexts.get(choice.model), findings)


def _look_at_model(choice: Choice, contexts: dict[str, int | None], findings: Findings) -> Choice:
    listed = ", ".join(sorted(contexts)[:12]) or "none"
    if not choice.model and len(contexts) == 1:
        choice = replace(choice, model=next(iter(contexts)))
    findings.facts |= {"model": choice.model, "models": sorted(contexts)}
    if not choice.model:
        findings.code = findings.code or Exit.WRONG_INPUT
        findings.add("model", State.BAD, "none is named", f"choose with --model: {listed}")
    elif choice.model in contexts:
        findings.add("model", State.GOOD, f"{choice.model}: in the endpoint's list")
    elif contexts:
        to_do = f"there are {listed}"
        findings.add("model", State.WEAK, f"{choice.model}: not in the endpoint's list", to_do)
    return choice


async def _ask_it(
    workplace: Workplace, choice: Choice, context: int | None, findings: Findings
) -> None:
    """Send the small request that every run starts with, then one ask of real size."""
    rubric = _rubric(workplace)
    ask = _trial_ask(rubric)
    judge = judge_for(workplace, choice)
    try:
        await judge.prepare()
        reply = await judge.ask(ask)
    except JudgeError as error:
        _bad(findings, "request", error)
        return
    finally:
        _add_capabilities(judge, findings)
        await judge.close()
    _look_at_reply(rubric, ask, reply, findings)
    _look_at_context(ask, reply, context, findings)
    _look_at_cost(choice, len(rubric.cells), ask, reply, findings)


def _add_capabilities(judge: Judge, findings: Findings) -> None:
    if isinstance(judge, Tells):
        found = dict(judge.capabilities)
        findings.facts["capabilities"] = found
        said = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in found.items())
        weak = found.get("output") == "text"
        to_do = "replies are asked for in words alone; expect more that must be asked again"
        findings.add("takes", State.WEAK if weak else State.GOOD, said, to_do if weak else "")


def _look_at_reply(rubric: Rubric, ask: Ask, reply: JudgeReply, findings: Findings) -> None:
    findings.facts["latency_seconds"] = round(reply.latency, 3)
    try:
        parse_reply(ask, rubric, reply.text)
    except InvalidReply as error:
        to_do = "the model cannot fill the form: take a larger one"
        findings.code = findings.code or Exit.STOPPED
        findings.add("reply", State.BAD, f"came, but is of no use: {error}", to_do)
    else:
        findings.add("reply", State.GOOD, f"usable, from {reply.model}")
    slow = reply.latency > SLOW_SECONDS
    to_do = "use --method quick, a smaller model or a faster machine" if slow else ""
    state = State.WEAK if slow else State.GOOD
    findings.add("latency", state, f"{reply.latency:.2f} s for one ask", to_do)


def _look_at_context(ask: Ask, reply: JudgeReply, context: int | None, findings: Findings) -> None:
    """Compare what the server says it holds with an ask of real size and room for its reply."""
    findings.facts["context_tokens"] = context
    taken = reply.usage.input or estimate_tokens(ask).input
    need = taken + REPLY_TOKENS
    if context is None:
        found = f"not told; an ask of {taken:,} tokens went through whole"
        findings.add("context", State.GOOD, found)
    elif context < need:
        to_do = "give the server a larger one (Ollama: num_ctx; llama.cpp: -c)"
        found = f"{context:,} tokens; an ask and its reply may take {need:,}"
        findings.add("context", State.WEAK, found, to_do)
    else:
        findings.add("context", State.GOOD, f"{context:,} tokens; an ask takes about {taken:,}")


def _look_at_cost(
    choice: Choice, cells: int, ask: Ask, reply: JudgeReply, findings: Findings
) -> None:
    guess = estimate_tokens(ask)
    usage = reply.usage
    one = Tokens(
        input=guess.input if usage.input is None else usage.input,
        output=guess.output if usage.output is None else usage.output,
    )
    findings.facts["tokens_per_answer"] = (one.input + one.output) * cells
    if choice.price is None:
        to_do = "give [judge.price] in assessor.toml, if it costs anything"
        found = f"no price is known; about {(one.input + one.output) * cells:,} tokens an answer"
        findings.add("cost", State.WEAK, found, to_do)
        return
    cost: Decimal = cost_of(one, choice.price) * cells
    findings.facts["cost_per_answer"] = float(cost)
    dated = f", prices of {choice.price.checked}" if choice.price.checked else ""
    found = f"about ${money(cost)} an answer of {cells} cells, without caching{dated}"
    findings.add("cost", State.GOOD, found)


def _bad(findings: Findings, name: str, error: AssessorError, more: str = "") -> None:
    findings.code = findings.code or Exit.STOPPED
    found, _, to_do = str(error).partition("; ")
    findings.add(name, State.BAD, found + more, to_do)


def _rubric(workplace: Workplace) -> Rubric:
    """Return the assignment's first rubric, or the first shipped one: for an ask of real size."""
    named = [each.rubric for each in workplace.config.question]
    for name in (*named, *shipped_rubrics()):
        try:
            return find_rubric(name, workplace.folder)[0]
        except AssessorError:
            continue
    raise ConfigError("no rubric can be read to try the judge with; see `assessor rubric list`")


def _trial_ask(rubric: Rubric) -> Ask:
    asking = Asking(prompt=shipped_prompt(ISOLATED_PROMPT), rubric=rubric, secret=bytes(32))
    return isolated_ask(asking, rubric.cells[0], Pass.NEUTRAL, make_submission("", SAMPLE))


def _show(workplace: Workplace, findings: Findings) -> None:
    if workplace.common.as_json:
        lines = [
            {"name": each.name, "state": each.state.value, "found": each.found, "to_do": each.to_do}
            for each in findings.lines
        ]
        usable = findings.code is Exit.DONE
        print_json({"usable": usable, "checks": lines, **findings.facts})
        return
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for _ in range(3):
        table.add_column(overflow="fold")
    for each in findings.lines:
        mark, style = _MARKS[each.state]
        table.add_row(Text(mark, style=style), each.name, plain(each.found))
        if each.to_do:
            table.add_row("", "", plain(f"→ {each.to_do}"))
    console().print(table)
