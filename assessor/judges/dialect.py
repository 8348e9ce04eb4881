"""What an endpoint understands: how an ask becomes a request, what to leave out when refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from assessor.config import OPENAI_HOST
from assessor.prompt import Ask

SCHEMA_NAME = "reply"
_COMPLETION_BUDGET = "max_completion_tokens"
_PLAIN_BUDGET = "max_tokens"


class Output(StrEnum):
    """How the form of a reply is asked for, best first."""

    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The features of one endpoint that a request makes use of.

    `budget` is the name of the parameter that bounds the reply's length, "" for none. `effort` and
    `cache` are sent to OpenAI's own host only, where they are known to be read.
    """

    output: Output = Output.JSON_SCHEMA
    system: bool = True
    budget: str = _PLAIN_BUDGET
    temperature: bool = True
    seed: bool = True
    effort: bool = False
    cache: bool = False

    def request(self, model: str, ask: Ask, tokens: int) -> dict[str, object]:
        """Return the body of the request for `ask`, with room for `tokens` in the reply."""
        body: dict[str, object] = {"model": model, "messages": self._messages(ask)}
        if self.output is Output.JSON_SCHEMA:
            form = {"name": SCHEMA_NAME, "strict": True, "schema": ask.schema}
            body["response_format"] = {"type": "json_schema", "json_schema": form}
        elif self.output is Output.JSON_OBJECT:
            body["response_format"] = {"type": "json_object"}
        if self.budget:
            body[self.budget] = tokens
        if self.temperature:
            body["temperature"] = 0
        if self.seed:
            body["seed"] = 0
        if self.effort:
            body["reasoning_effort"] = "low"
        if self.cache:
            body["prompt_cache_key"] = ask.prefix_key[-64:]
            body["prompt_cache_options"] = {"mode": "explicit"}
        return body

    def facts(self) -> dict[str, str]:
        """Return the features as words, for the record and for `check judge`."""
        return {
            "output": self.output.value,
            "system_role": "yes" if self.system else "folded into the user message",
            "budget": self.budget or "none",
            "temperature": "0" if self.temperature else "the model's own",
            "seed": "0" if self.seed else "none",
            "effort": "low" if self.effort else "the model's own",
            "cache": "explicit breakpoint" if self.cache else "the endpoint's own",
        }

    def _messages(self, ask: Ask) -> list[dict[str, object]]:
        system = ask.system
        if self.output is not Output.JSON_SCHEMA:
            # Compact and unsorted: the order of the keys is the order in which to think.
            schema = json.dumps(ask.schema, ensure_ascii=False, separators=(",", ":"))
            system += (
                "\n\nReply with one JSON object and nothing else. It must fit this JSON schema:\n"
                + schema
            )
        if not self.system:
            return [{"role": "user", "content": f"{system}\n\n{ask.user}"}]
        content: object = system
        if self.cache:
            # Matching goes by breakpoints only (GPT-5.6 and later): mark where the prefix ends.
            mark = {"mode": "explicit"}
            content = [{"type": "text", "text": system, "prompt_cache_breakpoint": mark}]
        return [{"role": "system", "content": content}, {"role": "user", "content": ask.user}]


def first_dialect(host: str) -> Dialect:
    """Return what to try first at `host`."""
    if host == OPENAI_HOST:
        return Dialect(budget=_COMPLETION_BUDGET, effort=True, cache=True)
    if host.endswith(".openai.azure.com"):
        return Dialect(budget=_COMPLETION_BUDGET)
    return Dialect()


def _step_output(dialect: Dialect) -> Dialect | None:
    steps = {Output.JSON_SCHEMA: Output.JSON_OBJECT, Output.JSON_OBJECT: Output.TEXT}
    lower = steps.get(dialect.output)
    return replace(dialect, output=lower) if lower else None


def _step_budget(dialect: Dialect, first: str) -> Dialect | None:
    """Try the parameter's other name, then do without."""
    if not dialect.budget:
        return None
    other = _PLAIN_BUDGET if first == _COMPLETION_BUDGET else _COMPLETION_BUDGET
    return replace(dialect, budget=other if dialect.budget == first else "")


# Features that are there or not, each with the step that leaves it out.
_DROPS: Mapping[str, Callable[[Dialect], Dialect | None]] = {
    "cache": lambda spoken: replace(spoken, cache=False) if spoken.cache else None,
    "effort": lambda spoken: replace(spoken, effort=False) if spoken.effort else None,
    "seed": lambda spoken: replace(spoken, seed=False) if spoken.seed else None,
    "system": lambda spoken: replace(spoken, system=False) if spoken.system else None,
    "temperature": lambda spoken: (
        replace(spoken, temperature=False) if spoken.temperature else None
    ),
    "output": _step_output,
}


# What a refusal names, and the step that follows; the order settles refusals that name several.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"prompt_cache", "cache"),
    (r"reasoning[_. ]?effort", "effort"),
    (r"temperature", "temperature"),
    (r"\bseed\b", "seed"),
    (r"max_(completion_)?tokens", "budget"),
    (r"\.role\b|\bsystem[_ ](role|message|prompt|instruction)", "system"),
    (r"role.{0,30}\bsystem\b|\bsystem\b.{0,40}not supported", "system"),
    (r"roles must alternate|only user(,| and) assistant|developer instruction", "system"),
    (r"response_?format|json_?\s?(schema|object|mode)|structured.?output", "output"),
    (r"grammar|guided|\bschema\b|requested parameters", "output"),
)
# Without words: the rarest features first.
_BLIND = ("cache", "effort", "output", "seed", "temperature", "budget", "system")


def adapt(dialect: Dialect, said: str, first: Dialect, blind: bool) -> Dialect | None:
    """Return the dialect without what a refusal (in the endpoint's own words) names.

    `first` is the dialect that was tried first. `blind`: where no word is understood, leave out
    the likeliest feature. None: nothing is left to leave out.
    """
    steps: Mapping[str, Callable[[Dialect], Dialect | None]] = {
        **_DROPS,
        "budget": lambda spoken: _step_budget(spoken, first.budget),
    }
    named = [feature for pattern, feature in _WORDS if re.search(pattern, said)]
    for feature in named or (_BLIND if blind else ()):
        lower = steps[feature](dialect)
        if lower is not None:
            return lower
    return None
