"""Who sends the requests of a run: this process, or the workers of a Ray."""

from __future__ import annotations

from assessor.assignment.class_folder import ClassFolder
from assessor.config import is_of_a_file
from assessor.errors import ConfigError
from assessor.judges.backends import backend_of
from assessor.judges.ray_workers import RayWorkers, need_ray
from assessor.tiers import TIERS, Delivery

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
