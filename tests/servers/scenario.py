"""What may go wrong at an endpoint, as small files: which fault strikes, when, how it must end.

Each file of `scenarios/` is one behaviour. A new one needs nothing else: every test that plays the
worst days plays it too.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "scenarios"


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
class Expected:
    """How a run over it must end.

    `stops` is why the whole run may stop ("" for not at all), `reasons` are what an answer may be
    ungraded for. Requests are bounded for each request that a good day needs, or in all; so is
    `paid_twice`: completions that are billed beyond the first of the same request. `full_price` is
    how many may be answered, and billed, at another tier than was asked for.
    """

    stops: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    requests_per_ask: float = 1.0
    requests: int | None = None
    paid_twice_per_ask: float = 0.0
    full_price: int = 0
    finds: dict[str, str] = field(default_factory=dict)
    seconds: float = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """How a server behaves: its latency, its token bucket (per second, burst), its faults.

    `contexts` are the sizes that its list of models tells. `concurrency` is how many requests a
    run over it sends at a time, `timeout` the seconds that it waits for a reply, `tier` what it
    asks to be answered at; `tiers` are those that the server has beside its default.
    """

    about: str = ""
    strikes: tuple[Strike, ...] = ()
    latency: float = 0.0
    bucket: tuple[float, float] | None = None
    models: tuple[str, ...] = ("test-model",)
    contexts: tuple[int, ...] = ()
    seed: int = 0
    concurrency: int = 16
    timeout: float = 10.0
    tier: str = ""
    tiers: tuple[str, ...] = ()
    expect: Expected = field(default_factory=Expected)

    @property
    def is_uneven(self) -> bool:
        """Whether some requests are met in another way than others."""
        return self.bucket is not None or any(
            each.first is not None or each.after or each.share < 1 or each.during is not None
            for each in self.strikes
        )


def one(fault: str, **when: object) -> Scenario:
    """A scenario of a single strike."""
    return Scenario(strikes=(Strike(fault=fault, **when),))  # type: ignore[arg-type]  # table rows


def read_scenario(text: str) -> Scenario:
    """Return the scenario that a file's text describes; an unknown key is a TypeError."""
    data = tomllib.loads(text)
    strikes = tuple(
        Strike(**{**row, "during": tuple(row["during"]) if "during" in row else None})
        for row in data.pop("strike", ())
    )
    expect = data.pop("expect", {})
    for key in ("stops", "reasons"):
        expect[key] = tuple(expect.get(key, ()))
    for key in ("bucket", "models", "contexts", "tiers"):
        if key in data:
            data[key] = tuple(data[key])
    return Scenario(strikes=strikes, expect=Expected(**expect), **data)


def _read_all() -> dict[str, Scenario]:
    return {
        path.stem: read_scenario(path.read_text(encoding="utf-8"))
        for path in sorted(FOLDER.glob("*.toml"))
    }


# Each behaviour of an endpoint's worst days under the name of its file.
SCENARIOS: dict[str, Scenario] = _read_all()
