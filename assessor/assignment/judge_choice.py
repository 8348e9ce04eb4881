"""Which judge reads: named, or asked for once; never guessed, never by a stray key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlsplit

from assessor.assets import price_of, prices
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.foreign_batches import need_own_batches
from assessor.assignment.host_consent import key_for, need_consent, need_key
from assessor.assignment.named_files import recording
from assessor.config import OPENAI_URL, JudgeSettings, host_of, is_of_a_file
from assessor.counting import plural
from assessor.engine.budget import Budget
from assessor.engine.session import Bench
from assessor.errors import ConfigError, JudgeError
from assessor.hosts import Way, strong_way_of, way_of, ways_of
from assessor.judges.backends import (
    BACKENDS,
    USUAL,
    Backend,
    Endpoint,
    Opening,
    backend_of,
    open_judge,
)
from assessor.judges.base import Judge
from assessor.judges.endpoints import LOCAL_SERVERS, list_models
from assessor.judges.ray_workers import RayWorkers, need_ray
from assessor.judges.transport import proxy_for
from assessor.plan import Price
from assessor.store import Store
from assessor.tiers import STANDARD, TIERS, Delivery

NO_JUDGE = (
    "no judge was named, so nothing was sent. Name one: --judge openai (an OpenAI-compatible "
    "endpoint reads the answers' text), --judge recorded (replay, offline) or --judge none "
    "(grade by hand); or set judge.use in assessor.toml"
)
HALF_A_JUDGE = (
    "a model or an address alone names no judge, so nothing was sent: add --judge openai "
    "(or set judge.use in assessor.toml)"
)
NO_MODEL = "(not named; the endpoint is asked for it in a real run)"
# Where the files of --tier file stand, below the assignment's folder; and an address of no host.
CARRIED, NOWHERE = "batches", "http://file.invalid/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeChoice:
    """A judge as chosen; `file` is the recording's. `model` is "" where the judge has none.

    `strong` is the model of the second look. Where the price of either is not known (`unpriced`
    names it), `price` is None: half a cost is none. `replicas` are further addresses of the same
    model. `own`: a program brought its judge along, and where that sends what it is asked is the
    program's affair.
    """

    backend: str
    file: str = ""
    model: str = ""
    base_url: str = ""
    replicas: tuple[str, ...] = ()
    price: Price | None = None
    strong: str = ""
    strong_url: str = ""
    strong_price: Price | None = None
    unpriced: str = ""
    by_file: bool = False
    own: bool = False

    @property
    def readers(self) -> str:
        """Who reads the answers' text, in words: hosts and models."""
        hosts = " and ".join(dict.fromkeys((self.host, *map(host_of, self.replicas))))
        proxies = "".join(dict.fromkeys(map(through, (self.base_url, *self.replicas))))
        first = f"{hosts}, model {self.model}{proxies}"
        if not self.strong:
            return first
        second = host_of(self.strong_url) if self.strong_url else ""
        by = through(self.strong_url)
        return f"{first}, and for second looks to {second}, model {self.strong}{by}"

    @property
    def named(self) -> str:
        """The judge as --judge and assessor.toml name it."""
        return f"{self.backend}:{self.file}" if self.file else self.backend

    @property
    def host(self) -> str:
        """Where the answers' text goes; "" where it stays here."""
        return "" if self.by_file else self.facts.sends_text_to(self.base_url)

    @property
    def facts(self) -> Backend:
        """What follows from this choice."""
        return backend_of(self.backend)


def through(base_url: str) -> str:
    """Say through which proxy of the environment's requests go; "" where there is none."""
    parts = urlsplit(proxy_for(base_url))
    port = f":{parts.port}" if parts.port else ""
    return f" (through the proxy {parts.hostname}{port})" if parts.hostname else ""


async def choose_judge(place: ClassFolder, *, dry: bool = False) -> JudgeChoice:
    """Return the judge that the options name, or the one a person at the terminal may allow.

    A `dry` run sends nothing, so that its endpoint is not asked for its models either. Raises
    ConfigError where none is named and nobody can be asked, and where a folder's file alone names
    the host.
    """
    check_engine(place)
    use, _, file = place.config.judge.use.partition(":")
    if not use and not place.person.is_there:
        named = place.config.judge.base_url or place.config.judge.model
        raise ConfigError(HALF_A_JUDGE if named else NO_JUDGE)
    backend = use or USUAL
    if backend not in BACKENDS:
        raise ConfigError(_unknown(use))
    if not BACKENDS[backend].needs_model:
        return JudgeChoice(backend=backend, file=file)
    settings = place.config.judge
    if TIERS[settings.tier].delivery is Delivery.BY_FILE:
        return _carried(settings)
    way, *others = ways_of(place.config, place.environ)
    if others and settings.tier != STANDARD:
        raise ConfigError(
            f"--tier {settings.tier} is one host's affair; name that with --base-url in place of "
            "judge.base_urls"
        )
    choice = JudgeChoice(
        backend=backend,
        model=settings.model or NO_MODEL,
        base_url=way.url,
        replicas=tuple(each.url for each in others),
    )
    if dry:
        choice = priced(settings, choice)
        return choice if settings.model else replace(choice, unpriced="")
    need_consent(place)
    need_key(place)
    model = settings.model or await _only_model(place, way)
    return priced(settings, replace(choice, model=model))


def _carried(settings: JudgeSettings) -> JudgeChoice:
    """Return the judge that a file is carried to. Raises ConfigError without its model's name."""
    if not settings.model:
        raise ConfigError(
            f"--tier {settings.tier}: name the model that will read the file, with --model"
        )
    choice = JudgeChoice(backend=USUAL, model=settings.model, base_url=NOWHERE, by_file=True)
    return priced(settings, choice)


def chosen_by_program(settings: JudgeSettings, judge: Judge, strong: Judge | None) -> JudgeChoice:
    """Return a judge that a program opened itself, with its price where that is known."""
    identity = judge.identity
    where = identity.endpoint or OPENAI_URL
    price = price_of(settings.price, identity.model, where, settings.tier)
    choice = JudgeChoice(
        backend=identity.backend, model=identity.model, base_url=identity.endpoint, own=True
    )
    if strong is None:
        free = choice.backend in BACKENDS and not choice.facts.priced
        unpriced = "" if price is not None or free else choice.model
        return replace(choice, price=price, unpriced=unpriced)
    own = settings.strong.price if settings.strong is not None else None
    second = strong.identity
    strong_price = price_of(own, second.model, second.endpoint or OPENAI_URL, settings.tier)
    unpriced = choice.model if price is None else "" if strong_price is not None else second.model
    return replace(
        choice,
        price=None if unpriced else price,
        strong=second.model,
        strong_price=strong_price,
        unpriced=unpriced,
    )


def _unknown(use: str) -> str:
    """Return what is typed for a judge that was named by its model or its server."""
    said = f"judge {use!r} is not known; use {', '.join(BACKENDS)}"
    for name, url in LOCAL_SERVERS.items():
        if use.casefold().replace(" ", "") == name.casefold().replace(" ", ""):
            return f"{said}; for {name} on this machine: --judge openai --base-url {url}"
    return f"{said}; where that is a model: --judge openai --model {use}"


def priced(settings: JudgeSettings, choice: JudgeChoice) -> JudgeChoice:
    """Return the choice with what it costs, and the model of the second look."""
    where, strong = choice.base_url, settings.strong
    price = price_of(settings.price, choice.model, where, settings.tier)
    if strong is None:
        return replace(choice, price=price, unpriced="" if price is not None else choice.model)
    same = strong.model == choice.model and not strong.base_url
    own = strong.price or (settings.price if same else None)
    strong_price = price_of(own, strong.model, strong.base_url or where, settings.tier)
    prices_by_model = {choice.model: price, strong.model: strong_price}
    unpriced = next((each for each, known in prices_by_model.items() if known is None), "")
    return replace(
        choice,
        price=None if unpriced else price,
        strong=strong.model,
        strong_url=strong.base_url or choice.base_url,
        strong_price=strong_price,
        unpriced=unpriced,
    )


def limits_for(place: ClassFolder, choice: JudgeChoice) -> Budget:
    """Return how far a run may go. Raises ConfigError where a limit on cost cannot be kept."""
    run = place.config.run
    if run.max_cost is not None and choice.unpriced:
        section = "judge.strong.price" if choice.unpriced == choice.strong else "judge.price"
        raise ConfigError(
            f"--max-cost cannot be kept: no price is known for {choice.unpriced!r}; "
            f"give one in assessor.toml under [{section}] (input, output per million tokens)"
        )
    if run.max_cost is not None:
        _tell_low_price(place, choice)
    return Budget(
        # Each replica has its own places.
        concurrency=run.concurrency * (1 + len(choice.replicas)),
        max_cost=run.max_cost,
        max_seconds=None if run.max_minutes is None else run.max_minutes * 60,
    )


def _tell_low_price(place: ClassFolder, choice: JudgeChoice) -> None:
    """Say that the limit counts by a price below the list's: the file may be somebody else's."""
    judge = place.config.judge
    own, where = judge.price, choice.base_url
    listed = price_of(None, choice.model, where, judge.tier) if own is not None else None
    if own is None or listed is None:
        return
    dearer = (listed.input * listed.share, listed.output * listed.share)
    if own.input < dearer[0] or own.output < dearer[1]:
        place.person.hears(
            f"! The folder's assessor.toml says that a million tokens of {choice.model} cost "
            f"${own.input} in and ${own.output} out, and the price list ${dearer[0]:f} and "
            f"${dearer[1]:f}: --max-cost counts by the file's. Look whether that is right.",
            warned=True,
        )


def judge_for(place: ClassFolder, choice: JudgeChoice, workers: RayWorkers | None = None) -> Judge:
    """Return the chosen judge, ready to be asked."""
    settings = place.config.judge.model_copy(update={"use": choice.backend, "model": choice.model})
    return open_judge(
        Opening(
            judge=settings,
            run=place.config.run,
            ambient=place.ambient,
            endpoints=_endpoints(place, choice),
            workers=workers,
            folder=place.folder / CARRIED,
            file=choice.file,
            read_recording=recording,
        )
    )


def _endpoints(place: ClassFolder, choice: JudgeChoice) -> tuple[Endpoint, ...]:
    if not choice.host:
        return (Endpoint(url=choice.base_url),)
    first = replace(way_of(place.config, place.environ), url=choice.base_url)
    others = [each for each in ways_of(place.config, place.environ) if each.url in choice.replicas]
    return tuple(_endpoint(place, each) for each in (first, *others))


def _endpoint(place: ClassFolder, way: Way) -> Endpoint:
    return Endpoint(url=way.url, key=key_for(place, way), variable=way.variable)


def strong_for(
    place: ClassFolder, choice: JudgeChoice, workers: RayWorkers | None = None
) -> Judge | None:
    """Return the judge of the second look, where one is named."""
    judge = place.config.judge
    if judge.strong is None or not choice.facts.needs_model:
        return None
    way = None if choice.by_file else strong_way_of(place.config, place.environ)
    opening = Opening(
        judge=judge.model_copy(update={"use": choice.backend, "model": judge.strong.model}),
        run=place.config.run,
        ambient=place.ambient,
        endpoints=(_endpoint(place, way) if way is not None else Endpoint(url=NOWHERE),),
        workers=workers,
        folder=place.folder / CARRIED,
    )
    return open_judge(opening)


async def _only_model(place: ClassFolder, way: Way) -> str:
    """Return the endpoint's one model, one of ours, or the one a person picks."""
    try:
        offered = await list_models(way.url, key_for(place, way), place.ambient)
    except JudgeError as error:
        raise ConfigError(f"no --model was named and {error}") from error
    hosts = prices()
    ours = hosts.get(host_of(way.url).partition(":")[0], hosts["api.openai.com"])
    known = [model for model in ours if model in offered]
    choices = known or list(offered)
    if len(offered) == 1:
        return offered[0]
    if len(known) == 1:
        return known[0]
    if choices and place.person.is_there:
        return place.person.picks("Which model?", choices)
    listed = ", ".join(choices[:20]) or "none that it names"
    raise ConfigError(f"{host_of(way.url)} has several models; name one with --model: {listed}")


def confirm_sending(
    place: ClassFolder, choice: JudgeChoice, requests: int, cost: Decimal | None
) -> None:
    """Ask once, at a terminal, before the answers' text leaves the machine.

    Naming a judge was that answer already. Raises ConfigError on a no.
    """
    if place.config.judge.use or not choice.host:
        return
    price = "at a price that is not known" if cost is None else f"for about ${cost:.2f}"
    question = (
        f"Send the answers' text to {choice.readers}: "
        f"{plural(requests, 'request')} {price}. No names, ids or addresses are sent. Go on?"
    )
    if not place.person.agrees(question):
        named = place.config.judge.base_url or place.config.judge.model
        raise ConfigError(HALF_A_JUDGE if named else NO_JUDGE)


@asynccontextmanager
async def open_bench(place: ClassFolder, choice: JudgeChoice, store: Store) -> AsyncIterator[Bench]:
    """Yield the chosen judges beside the store; on the way out they are closed."""
    workers = workers_for(place, sends=bool(choice.host))
    bench = Bench(
        judge=judge_for(place, choice, workers),
        strong=strong_for(place, choice, workers),
        store=store,
        ambient=place.ambient,
        echo=place.echo,
        workers=workers,
    )
    try:
        need_own_batches(place, store, (bench.judge, bench.strong))
        yield bench
    finally:
        for judge in (bench.judge, bench.strong, workers):
            if judge is not None:
                await judge.close()


RAY = "ray"
_BY_OPTION = "--"


def check_engine(place: ClassFolder) -> None:
    """Refuse what cannot be: Ray without Ray, a cluster that only a folder names, nothing to send.

    Raises ConfigError.
    """
    run, judge, sources = place.config.run, place.config.judge, place.config.sources
    if run.engine != RAY:
        named = [name for name in ("ray_address", "ray_workers") if getattr(run, name)]
        if named and sources.get(f"run.{named[0]}", "").startswith(_BY_OPTION):
            raise ConfigError(f"--{named[0].replace('_', '-')} does nothing without --engine ray")
        return
    where = sources.get("run.ray_address", "")
    if run.ray_address and is_of_a_file(where):
        raise ConfigError(
            f"{where}: run.ray_address is not taken from a folder's file, which may come from "
            "anybody: answers would go there; name the cluster yourself: --ray-address or "
            "ASSESSOR_RAY_ADDRESS"
        )
    if TIERS[judge.tier].delivery is not Delivery.AT_ONCE:
        raise ConfigError(
            f"--engine ray: --tier {judge.tier} hands its requests in as files, and there is "
            "nothing for workers to send; leave one out"
        )
    sends = not judge.use or backend_of(judge.use).needs_model
    if not sends and sources.get("run.engine", "").startswith(_BY_OPTION):
        raise ConfigError(f"--engine ray: judge {judge.use!r} sends nothing; leave one out")
    if sends:
        need_ray()


def workers_for(place: ClassFolder, *, sends: bool) -> RayWorkers | None:
    """Return the workers that send the requests; None where this process does."""
    run = place.config.run
    if run.engine != RAY or not sends:
        return None
    return RayWorkers(run.ray_address, run.ray_workers, place.ambient)
