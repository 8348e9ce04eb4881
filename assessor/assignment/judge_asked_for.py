"""Who is to read the answers, asked at a terminal before any host but this machine is reached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.host_consent import need_key, without_keys
from assessor.config import host_of
from assessor.hosts import key_of, way_of
from assessor.judges.endpoints import LOCAL_SERVERS, LocalServer, find_local_servers

SHOWN_MODELS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    """One way to have a class graded: what is said of it, and the settings that it means.

    `judge` is empty for a hosted model: what it costs is still to be said and agreed to.
    """

    said: str
    judge: Mapping[str, str]


Place = TypeVar("Place", bound=ClassFolder)


async def ask_for_judge(place: Place) -> Place:
    """Return the class's folder with the judge that the person there picked.

    Where one is named already, or nobody can be asked, it is as it was. Raises ConfigError where
    the way that was picked lacks its key.
    """
    if place.config.judge.use or not place.person.is_there:
        return place
    servers = await find_local_servers(place.ambient, LOCAL_SERVERS)
    offers = tuple(_offers(place, servers))
    heading = "Who is to read the answers? Nothing was sent anywhere yet."
    if not servers:
        heading += f" (Of {', '.join(LOCAL_SERVERS)} none answers on this machine.)"
    picked = offers[place.person.points_at(heading, [each.said for each in offers])]
    if not picked.judge:
        need_key(place)
        return place
    config = place.config
    named = {f"judge.{name}": f"--{name.replace('_', '-')}" for name in picked.judge}
    one = {"base_urls": ()} if "base_url" in picked.judge else {}
    judge = config.judge.model_copy(update={**picked.judge, **one})
    changed = config.model_copy(update={"judge": judge, "sources": {**config.sources, **named}})
    environ = without_keys(place) if "base_url" in picked.judge else place.environ
    return replace(place, config=changed, environ=environ)


def _offers(place: ClassFolder, servers: tuple[LocalServer, ...]) -> Iterator[_Offer]:
    for each in servers:
        models = ", ".join(each.models[:SHOWN_MODELS]) or "no model is loaded"
        yield _Offer(
            said=f"{each.name} on this machine ({models}): nothing leaves it",
            judge={"use": "openai", "base_url": each.base_url},
        )
    way = way_of(place.config, place.environ)
    key = "is set" if key_of(way, place.environ) else "is not set"
    yield _Offer(
        said=f"a model at {host_of(way.url)}: the answers' text goes there; its key, in "
        f"{way.variable}, {key}",
        judge={},
    )
    yield _Offer(
        said="none (no model): grade by hand, with the places to look at first; nothing is sent",
        judge={"use": "none"},
    )
    yield _Offer(
        said="recorded verdicts, which there are for the sample class; nothing is sent",
        judge={"use": "recorded"},
    )
