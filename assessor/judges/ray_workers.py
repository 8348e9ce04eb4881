"""Requests sent by Ray workers, on this machine or on a cluster, for a judge that stays here.

Pace, tries, form and budget are the driver's: its judge calls `post` on a client as it always
does, and the client hands the request to a worker. So no limit can be passed by having several.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assessor.ambient import Ambient
from assessor.bodies import TooMuch
from assessor.config import host_of
from assessor.errors import ConfigError, JudgeError, JudgeRejected, JudgeUnavailable
from assessor.judges.openai import OpenAIJudge, pace_for
from assessor.judges.openai_settings import OpenAISettings
from assessor.judges.ray_sender import Carried, RequestSender, WireAddress
from assessor.version import VERSION

INSTALL = "pip install 'assessor-critique[ray]'"
# Workers where none is named: one for each CPU of the cluster, within these bounds.
_LEAST, _MOST = 2, 32
_STORE_BYTES = 100_000_000
# Seconds for the workers to be there, and between two looks at one that was lost.
_START_SECONDS, _LOOK_SECONDS = 90.0, 0.5
_KNOCK_SECONDS = 5.0
LOCAL = "local"


def need_ray() -> None:
    """Raise ConfigError, with the line that installs it, where Ray is not there."""
    if importlib.util.find_spec("ray") is None:
        raise ConfigError(f"--engine ray: Ray is not installed here; install it with: {INSTALL}")


@dataclass(slots=True, eq=False)
class _Worker:
    """One actor. Any: Ray's types come with its import, which is late."""

    actor: Any
    under_way: int = 0
    is_there: bool = True


class RayWorkers:
    """The workers of a run, started at its first request.

    `address` is a cluster's, "" for a Ray of our own on this machine; `count` how many workers.
    """

    def __init__(self, address: str, count: int | None, ambient: Ambient) -> None:
        self._address = address
        self._asked_for = count
        self._ambient = ambient
        self._starting = asyncio.Lock()
        self._workers: list[_Worker] = []
        self._problem: JudgeRejected | None = None
        self._variables: set[str] = set()
        self._looking: set[asyncio.Task[None]] = set()
        self.lost = 0

    @property
    def facts(self) -> dict[str, object]:
        """What run.json says of them, among the circumstances."""
        return {"name": "ray", "workers": len(self._workers), "workers_lost": self.lost}

    def judge(
        self, settings: OpenAISettings, key: str | None, variable: str, ambient: Ambient
    ) -> OpenAIJudge:
        """Return a judge whose requests the workers send; `variable` holds `key` there, too."""
        pace = pace_for(settings, ambient)
        address = WireAddress(
            url=settings.base_url,
            variable=variable if key else "",
            timeout=settings.patience,
            at_once=settings.concurrency,
        )
        if address.variable:
            self._variables.add(address.variable)
        client = _WorkersClient(self, address, pace.observe)
        return OpenAIJudge(client, settings, ambient, pace, key)

    async def send(self, address: WireAddress, path: str, body: Mapping[str, object]) -> Carried:
        """Have one request sent. Raises JudgeError where its worker was lost, or none is there."""
        await self._start()
        while not (there := [each for each in self._workers if each.is_there]):
            await self._ambient.sleep(_LOOK_SECONDS)
        worker = min(there, key=lambda each: each.under_way)
        worker.under_way += 1
        try:
            carried = await worker.actor.send.remote(address, path, body)
        except Exception as error:
            # Ray's own errors come with its import; a sender raises none.
            self._lose(worker)
            raise JudgeUnavailable(
                f"{host_of(address.url)}: the Ray worker that asked was lost", code="reset"
            ) from error
        finally:
            worker.under_way -= 1
        if not isinstance(carried, Carried):
            raise JudgeUnavailable(f"{host_of(address.url)}: no reply", code="server")
        return carried

    async def close(self) -> None:
        """Let go of the workers, and of a Ray of our own."""
        for task in self._looking:
            task.cancel()
        await asyncio.gather(*self._looking, return_exceptions=True)
        if self._workers or self._problem:
            await asyncio.to_thread(_shut_down)

    async def _start(self) -> None:
        if self._workers:
            return
        async with self._starting:
            if self._problem is not None:
                raise JudgeRejected(str(self._problem), code="ray")
            if not self._workers:
                try:
                    actors = await asyncio.to_thread(self._open)
                except JudgeRejected as error:
                    self._problem = error
                    raise
                self._workers = [_Worker(each) for each in actors]

    def _open(self) -> list[Any]:
        """Connect, start the workers and look at each. Raises JudgeRejected."""
        # Nothing is told to Ray's makers about who runs what.
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # noqa: TID251  # Ray reads it there alone
        import ray  # noqa: PLC0415  # seconds of import, and an extra

        logging.getLogger("ray").setLevel(logging.ERROR)
        where = self._address or "this machine"
        try:
            _see_that_it_listens(self._address)
            _connect(ray, self._address)
            count = self._asked_for or _fitting(ray.cluster_resources().get("CPU", 0))
            # No CPU is claimed: a worker waits for the network, and must find room where all
            # CPUs are taken by whoever serves the model. It starts anew where its process ends.
            sender = ray.remote(RequestSender).options(
                num_cpus=0, max_restarts=-1, max_concurrency=1000, scheduling_strategy="SPREAD"
            )
            actors = [sender.remote() for _ in range(count)]
            variables = tuple(sorted(self._variables))
            told = ray.get(
                [each.about.remote(variables) for each in actors], timeout=_START_SECONDS
            )
        except Exception as error:
            said = str(error).strip().split("\n")[0][:200]
            raise JudgeRejected(
                f"Ray on {where}: no workers could be started ({type(error).__name__}: {said}); "
                "see that Ray runs there with this version of assessor installed, or leave out "
                "--engine ray",
                code="ray",
            ) from error
        for version, missing in told:
            _check(where, version, missing)
        return actors

    def _lose(self, worker: _Worker) -> None:
        """Send nothing to a worker until it is there again: Ray starts it anew."""
        if not worker.is_there:
            return
        worker.is_there = False
        self.lost += 1
        task = asyncio.create_task(self._look_for(worker))
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _look_for(self, worker: _Worker) -> None:
        while not worker.is_there:
            await self._ambient.sleep(_LOOK_SECONDS)
            try:
                await worker.actor.about.remote(())
            except Exception:  # noqa: BLE001, S112  # Ray's own: it is not there yet
                continue
            worker.is_there = True


class _WorkersClient:
    """Has the judge's requests sent by workers; it raises what the SDK's client would."""

    def __init__(
        self, workers: RayWorkers, address: WireAddress, observe: Callable[..., None]
    ) -> None:
        self._workers, self._address, self._observe = workers, address, observe

    async def post(self, path: str, *, body: Mapping[str, object], cast_to: Any) -> Any:
        """Return the response to a request. Raises as `AsyncOpenAI.post`, and JudgeError."""
        import httpx2  # noqa: PLC0415  # comes with openai, and as late
        import openai  # noqa: PLC0415  # half a second of import that --help must not pay for

        carried = await self._workers.send(self._address, path, body)
        if carried.lost:
            raise _as_error(carried, openai)
        self._observe(carried.headers)
        response = httpx2.Response(
            carried.status,
            headers=dict(carried.headers or {}),
            content=carried.content,
            request=httpx2.Request("POST", self._address.url),
        )
        if not 200 <= carried.status < 300:
            raise openai.APIStatusError("refused", response=response, body=_error_in(response))
        return response

    async def close(self) -> None:
        """Leave the workers to whoever started them."""


def _as_error(carried: Carried, openai: Any) -> Exception:
    if carried.lost == "timeout":
        return TimeoutError()
    if carried.lost == "too_much":
        return TooMuch(carried.said)
    if carried.lost == "unread":
        error: Exception = openai.OpenAIError(carried.said)
        return error
    kind: type[JudgeError] = JudgeRejected if carried.rejected else JudgeUnavailable
    return kind(carried.said, code=carried.lost)


def _error_in(response: Any) -> object:
    """Return what the SDK gives as the body of an error."""
    text: str = response.text.strip()
    try:
        body: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return body.get("error", body) if isinstance(body, dict) else body


def _check(where: str, version: str, missing: tuple[str, ...]) -> None:
    if version != VERSION:
        raise JudgeRejected(
            f"Ray on {where}: a worker runs assessor {version}, and this is {VERSION}; install the "
            "same on every node",
            code="ray",
        )
    if missing:
        raise JudgeRejected(
            f"Ray on {where}: a worker has no {missing[0]}; keys do not travel with requests: set "
            "it in the environment of each node before `ray start`",
            code="ray",
        )


def _fitting(cpus: float) -> int:
    return max(_LEAST, min(int(cpus), _MOST))


def _see_that_it_listens(address: str) -> None:
    """Knock at a cluster's address: Ray itself would try for minutes. Raises OSError."""
    host, _, port = address.rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), _KNOCK_SECONDS).close()


def _connect(ray: Any, address: str) -> None:
    ways: dict[str, Any] = {"log_to_driver": False, "configure_logging": False}
    # Ray has its workers import from the folder that one stands in, before anything else: that
    # may have come from anybody, and the key is in their environment. They stand in an empty one.
    with tempfile.TemporaryDirectory(prefix="assessor-") as empty:
        ways |= {"runtime_env": {"working_dir": empty}}
        if address:
            ray.init(address=address, **ways)
        else:  # By name, or RAY_ADDRESS would say where the answers go.
            ours = {"include_dashboard": False, "object_store_memory": _STORE_BYTES}
            ray.init(address=LOCAL, **ours, **ways)


def _shut_down() -> None:
    import ray  # noqa: PLC0415  # seconds of import, and an extra

    ray.shutdown()
