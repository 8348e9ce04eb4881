"""What may go wrong at an endpoint, as small values: which fault strikes, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One fault of `tests.servers.faults.FAULTS`, and the requests that it strikes.

    All given conditions must hold: the `first` n requests, those `after` the first n, the first
    `per_ask` tries of each ask, a random `share`, and those within `during` (seconds since the
    first request). `seconds` is what a Retry-After or a wait names.
    """

    fault: str
    first: int | None = None
    after: int = 0
    per_ask: int | None = None
    share: float = 1.0
    during: tuple[float, float] | None = None
    seconds: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How a server behaves: its latency, its token bucket (per second, burst), its faults."""

    strikes: tuple[Strike, ...] = ()
    latency: float = 0.0
    bucket: tuple[float, float] | None = None
    models: tuple[str, ...] = ("test-model",)
    seed: int = 0


def one(fault: str, **when: object) -> Scenario:
    """A scenario of a single strike."""
    return Scenario(strikes=(Strike(fault=fault, **when),))  # type: ignore[arg-type]  # table rows


def read_scenario(text: str) -> Scenario:
    """Return the scenario of a JSON text: {"strikes": [{"fault": "e500", "share": 0.1}]}."""
    data = json.loads(text)
    strikes = tuple(
        Strike(**{**row, "during": tuple(row["during"]) if "during" in row else None})
        for row in data.pop("strikes", ())
    )
    for key in ("bucket", "models"):
        if key in data:
            data[key] = tuple(data[key])
    return Scenario(strikes=strikes, **data)


# Each behaviour of an endpoint's worst days under its name. Those that mend themselves end well.
SCENARIOS: dict[str, Scenario] = {
    "well_behaved": Scenario(),
    "rl_seconds": one("rl_seconds", first=3),
    "rl_ms": one("rl_ms", first=3),
    "rl_date": one("rl_date", first=3),
    "rl_garbage": one("rl_garbage", first=3),
    "rl_long": one("rl_seconds", seconds=1800),
    "quota": one("quota"),
    "quota_402": one("quota_402"),
    "e500": one("e500", per_ask=1),
    "e500_share": one("e500", share=0.2),
    "e529": one("e529", per_ask=1),
    "html502": one("html502", per_ask=1),
    "html200": one("html200", per_ask=1),
    "outage": one("e503", during=(0.0, 1.0)),
    "outage_for_ever": one("e503"),
    "e401": one("e401"),
    "e403": one("e403"),
    "unknown_model": one("unknown_model"),
    "hang": one("hang", per_ask=1),
    "hang_for_ever": one("hang"),
    "drip_body": one("drip_body", per_ask=1),
    "reset_after_billing": one("reset", per_ask=1),
    "truncated": one("truncated", per_ask=1),
    "truncated_for_ever": one("truncated"),
    "broken_json": one("broken_json", per_ask=1),
    "null_content": one("null_content", per_ask=1),
    "reasoning_ate_it": one("reasoning_ate_it", per_ask=1),
    "whitespace_loop": one("whitespace_loop", per_ask=1),
    "fenced_json": one("fenced_json"),
    "think_then_json": one("think_then_json"),
    "two_json_objects": one("two_json_objects", per_ask=1),
    "no_json_schema_400": one("no_json_schema_400"),
    "no_json_schema_404": one("no_json_schema_404"),
    "no_json_schema_422": one("no_json_schema_422"),
    "no_json_schema_500": one("no_json_schema_500"),
    "no_json_at_all": Scenario(
        strikes=(Strike(fault="no_json_schema_400"), Strike(fault="no_json_object"))
    ),
    "schema_ignored": one("schema_ignored"),
    "max_tokens_refused": one("max_tokens_refused"),
    "temperature_refused": one("temperature_refused"),
    "seed_refused": one("seed_refused"),
    "system_refused": one("system_refused"),
    "wordless_400": one("wordless_400"),
    "missing_field": one("missing_field", per_ask=1),
    "unknown_field": one("unknown_field", per_ask=1),
    "duplicate_field": one("duplicate_field", per_ask=1),
    "false_as_text": one("false_as_text", per_ask=1),
    "choices_null": one("choices_null", per_ask=1),
    "choices_empty": one("choices_empty", per_ask=1),
    "error_in_200": one("error_in_200", per_ask=1),
    "refusal": one("refusal", share=0.1),
    "content_filter": one("content_filter", share=0.1),
    "content_filter_400": one("content_filter_400", share=0.1),
    "context": one("context", share=0.1),
    "usage_nonsense": one("usage_nonsense"),
    "usage_missing": one("usage_missing"),
    "model_name_changes": one("model_name_changes"),
    "redirect": one("redirect"),
    "token_bucket": Scenario(bucket=(100.0, 10.0), latency=0.2),
    "mixed": Scenario(
        strikes=(
            Strike(fault="rl_ms", share=0.05, seconds=0.05),
            Strike(fault="e500", share=0.02),
            Strike(fault="cut_json", share=0.02),
        )
    ),
}
