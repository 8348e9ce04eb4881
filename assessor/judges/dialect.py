"""What an endpoint understands: how an ask becomes a request, what to leave out when refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from assessor.config import OPENAI_HOST
from assessor.prompt import Ask
from assessor.prompt.skeleton import form_in_words
from assessor.wordlists import word_lists

SCHEMA_NAME = "reply"
_COMPLETION_BUDGET = "max_completion_tokens"
_PLAIN_BUDGET = "max_tokens"
# Likely tokens to be told of at each place: a yes and a no, each with and without a space.
_TOP = 5


class Output(StrEnum):
    """How the form of a reply is asked for, best first.

    All but the first show it in the system text, too: nobody knows whether it is enforced.
    SCHEMA_OBJECT is how llama.cpp's Python server and others take a schema. TOOL has the judge
    call a function whose arguments are the reply.
    """

    JSON_SCHEMA = "json_schema"
    SCHEMA_OBJECT = "json_object with schema"
    JSON_OBJECT = "json_object"
    TOOL = "tool"
    TEXT = "text"


OUTPUTS = tuple(Output)
# Where what comes back fits the schema, if the endpoint keeps its word.
CONSTRAINED = frozenset({Output.JSON_SCHEMA, Output.SCHEMA_OBJECT, Output.TOOL})
# What only narrows a schema down. Some hosts refuse it; we check it anyway.
BOUNDS = frozenset({"minimum", "maximum", "maxItems", "minItems", "maxLength", "minLength"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The features of one endpoint that a request makes use of.

    `bounds` and `closed` are of the schema: limits on values, and that no other fields may stand.
    `logprobs`: likely tokens and their log-probabilities are asked for, once they were found to be
    given. `budget` is the name of the parameter that bounds the reply's length, "" for none.
    `effort` and `cache` are sent to OpenAI's own host only, where they are known to be read.
    """

    output: Output = Output.JSON_SCHEMA
    bounds: bool = True
    closed: bool = True
    system: bool = True
    budget: str = _PLAIN_BUDGET
    temperature: bool = True
    seed: bool = True
    logprobs: bool = False
    effort: bool = False
    cache: bool = False
    tier: str = ""

    @property
    def sends_schema(self) -> bool:
        """Whether a request holds the schema, not the words for it alone."""
        return self.output in CONSTRAINED

    def request(self, model: str, ask: Ask, tokens: int) -> dict[str, object]:
        """Return the body of the request for `ask`, with room for `tokens` in the reply."""
        body: dict[str, object] = {"model": model, "messages": self._messages(ask)}
        body |= self._form(ask.schema)
        if self.budget:
            body[self.budget] = tokens
        if self.temperature:
            body["temperature"] = 0
        if self.seed:
            body["seed"] = 0
        if self.tier:
            body["service_tier"] = self.tier
        if self.logprobs:
            body["logprobs"] = True
            body["top_logprobs"] = _TOP
        if self.effort:
            body["reasoning_effort"] = "low"
        if self.cache:
            body["prompt_cache_key"] = ask.prefix_key[-64:]
            body["prompt_cache_options"] = {"mode": "explicit"}
        return body

    def as_text(self) -> str:
        """Return the features as a text that `read_dialect` reads."""
        return json.dumps(asdict(self), sort_keys=True)

    def facts(self) -> dict[str, str]:
        """Return the features as words, for the record and for `check judge`."""
        facts = {
            "output": self.output.value,
            "schema": self._schema_words(),
            "system_role": "yes" if self.system else "folded into the user message",
            "budget": self.budget or "none",
            "temperature": "0" if self.temperature else "the model's own",
            "seed": "0" if self.seed else "none",
            "effort": "low" if self.effort else "the model's own",
            "cache": "explicit breakpoint" if self.cache else "the endpoint's own",
        }
        # Few give them: said where they are there.
        return facts | ({"logprobs": "of a yes or no"} if self.logprobs else {})

    def _form(self, schema: Mapping[str, object]) -> dict[str, object]:
        """Return the part of a request that asks for the form."""
        sent = self._stated(schema)
        match self.output:
            case Output.JSON_SCHEMA:
                form = {"name": SCHEMA_NAME, "strict": True, "schema": sent}
                return {"response_format": {"type": "json_schema", "json_schema": form}}
            case Output.SCHEMA_OBJECT:
                return {"response_format": {"type": "json_object", "schema": sent}}
            case Output.JSON_OBJECT:
                return {"response_format": {"type": "json_object"}}
            case Output.TOOL:
                about = "Hand in the reply."
                tool = {"name": SCHEMA_NAME, "description": about, "parameters": sent}
                return {
                    "tools": [{"type": "function", "function": tool}],
                    "tool_choice": {"type": "function", "function": {"name": SCHEMA_NAME}},
                }
            case Output.TEXT:
                return {}

    def _stated(self, schema: Mapping[str, object]) -> dict[str, object]:
        """Return the schema without what the endpoint does not take, however deep it stands."""
        left_out = (frozenset() if self.bounds else BOUNDS) | (
            frozenset() if self.closed else {"additionalProperties"}
        )
        if not left_out:
            return dict(schema)
        stated: dict[str, object] = {}
        for name, value in schema.items():
            if name == "properties" and isinstance(value, Mapping):
                # Names of fields are no words of the schema's own.
                stated[name] = {field: self._stated(inner) for field, inner in value.items()}
            elif name not in left_out:
                stated[name] = self._stated(value) if isinstance(value, Mapping) else value
        return stated

    def _schema_words(self) -> str:
        if not self.sends_schema:
            return "shown in words"
        lacks = [
            name for name, there in (("bounds", self.bounds), ("closed", self.closed)) if not there
        ]
        return f"without {' and '.join(lacks)}" if lacks else "whole"

    def _messages(self, ask: Ask) -> list[dict[str, object]]:
        system = ask.system
        if self.output is not Output.JSON_SCHEMA:
            system += form_in_words(ask.schema)
        if not self.system:
            return [{"role": "user", "content": f"{system}\n\n{ask.user}"}]
        content: object = system
        if self.cache:
            # Matching goes by breakpoints only (GPT-5.6 and later): mark where the prefix ends.
            mark = {"mode": "explicit"}
            content = [{"type": "text", "text": system, "prompt_cache_breakpoint": mark}]
        return [{"role": "system", "content": content}, {"role": "user", "content": ask.user}]


def read_dialect(text: str) -> Dialect | None:
    """Return the dialect that was written down; None where that is none of this version."""
    try:
        fields = json.loads(text)
        return Dialect(**{**fields, "output": Output(fields["output"])})
    except (ValueError, TypeError, KeyError):
        return None


def first_dialect(host: str) -> Dialect:
    """Return what to try first at `host`."""
    if host == OPENAI_HOST:
        return Dialect(budget=_COMPLETION_BUDGET, effort=True, cache=True)
    if host.endswith(".openai.azure.com"):
        return Dialect(budget=_COMPLETION_BUDGET)
    return Dialect()


def next_output(output: Output) -> Output | None:
    """Return the form to try after `output`; None: there is no other."""
    place = OUTPUTS.index(output) + 1
    return OUTPUTS[place] if place < len(OUTPUTS) else None


def _step_output(dialect: Dialect) -> Dialect | None:
    lower = next_output(dialect.output)
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
    "logprobs": lambda spoken: replace(spoken, logprobs=False) if spoken.logprobs else None,
    "seed": lambda spoken: replace(spoken, seed=False) if spoken.seed else None,
    "system": lambda spoken: replace(spoken, system=False) if spoken.system else None,
    "temperature": lambda spoken: (
        replace(spoken, temperature=False) if spoken.temperature else None
    ),
    "bounds": lambda spoken: (
        replace(spoken, bounds=False) if spoken.bounds and spoken.sends_schema else None
    ),
    "closed": lambda spoken: (
        replace(spoken, closed=False) if spoken.closed and spoken.sends_schema else None
    ),
    "tool": lambda spoken: _step_output(spoken) if spoken.output is Output.TOOL else None,
    "output": _step_output,
}


def _without_rare(spoken: Dialect) -> Dialect | None:
    return replace(spoken, logprobs=False, seed=False) if spoken.logprobs else None


# What a refusal names, and the step that follows; the order settles refusals that name several.
_WORDS: Sequence[Sequence[str]] = word_lists("assessor.judges")["dialect"]["words"]
# Without words: the rarest features first.
_BLIND = ("cache", "logprobs", "effort", "output", "seed", "temperature", "budget", "system")


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
    if not named:
        # Two rare ones that hardly any reply depends on, in one step.
        steps = {**steps, "logprobs": _without_rare}
    for feature in named or (_BLIND if blind else ()):
        lower = steps[feature](dialect)
        if lower is not None:
            return lower
    return None
