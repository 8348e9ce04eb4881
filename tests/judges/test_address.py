"""Addresses as people paste them, and one line where no API answers there."""

from __future__ import annotations

import asyncio
import re
import socket

import pytest

from assessor.ambient import real
from assessor.errors import JudgeError
from assessor.judges.base_url import EndpointAddress, read_address
from assessor.judges.endpoints import list_models, open_openai
from assessor.judges.openai_settings import OpenAISettings
from tests.judges.test_openai_server import hasty
from tests.servers.faults import as_json, error
from tests.servers.http import Answer, Request, serve

PAGE = b"<!doctype html><html><head><title>Open WebUI</title></head></html>"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        pytest.param("http://h:1/v1", EndpointAddress(base="http://h:1/v1"), id="as it is"),
        pytest.param("http://h/v1/", EndpointAddress(base="http://h/v1"), id="slash"),
        pytest.param(
            "https://h/v1/chat/completions", EndpointAddress(base="https://h/v1"), id="tail"
        ),
        pytest.param("https://h/v1/models", EndpointAddress(base="https://h/v1"), id="list"),
        pytest.param(
            "https://r.openai.azure.com/openai/deployments/d?api-version=2024-10-21",
            EndpointAddress(
                base="https://r.openai.azure.com/openai/deployments/d",
                query={"api-version": "2024-10-21"},
                by_api_key=True,
            ),
            id="deployment",
        ),
        pytest.param(
            "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2025-01-01",
            EndpointAddress(
                base="https://r.openai.azure.com/openai/deployments/d",
                query={"api-version": "2025-01-01"},
                by_api_key=True,
            ),
            id="deployment with its tail",
        ),
        pytest.param(
            "https://r.openai.azure.com/openai/v1",
            EndpointAddress(base="https://r.openai.azure.com/openai/v1"),
            id="azure's new address",
        ),
    ],
)
def test_an_address_is_read_as_it_is_pasted(url: str, address: EndpointAddress) -> None:
    """What we add ourselves is taken off; what stands behind the path stays there."""
    assert read_address(url) == address


async def _asked(said: Answer, path: str = "/v1") -> tuple[str, list[Request]]:
    """Return the error of a run's first request to a server that always says this."""
    seen: list[Request] = []

    async def handle(request: Request) -> Answer:
        seen.append(request)
        return said

    server = await serve(handle)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{path}"
    judge = open_openai(OpenAISettings(model="m", base_url=url), "key-0123456789", hasty())
    try:
        await judge.prepare()
        return "", seen
    except JudgeError as refused:
        return str(refused), seen
    finally:
        await judge.close()
        server.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param(Answer(body=PAGE), "Open WebUI", id="page"),
        pytest.param(Answer(status=404, body=PAGE), "address of its API", id="page of 404"),
        pytest.param(
            Answer(status=308, headers={"location": "https://127.0.0.1/v1/chat/completions"}),
            "--base-url https://127.0.0.1",
            id="https wanted",
        ),
        pytest.param(
            Answer(
                status=302, headers={"location": "https://other.test/api/v1/chat/completions?k=1"}
            ),
            "--base-url https://other.test/api/v1",
            id="moved",
        ),
        pytest.param(
            Answer(status=400, body=b"The plain HTTP request was sent to HTTPS port"),
            "does not speak http; use --base-url https://",
            id="http at https",
        ),
        pytest.param(
            error(404, "No endpoints found matching your data policy: https://o.test/privacy"),
            "No endpoints found matching your data policy: https://o.test/privacy",
            id="policy",
        ),
        pytest.param(
            error(403, "Country, region, or territory not supported"),
            "Country, region, or territory not supported",
            id="region",
        ),
    ],
)
def test_the_first_request_says_what_came_back_and_what_to_type(said: Answer, words: str) -> None:
    """One request, one line; that request held nothing of any student."""
    message, seen = asyncio.run(_asked(said))

    assert words in message
    assert len(seen) == 1
    assert "\n" not in message


@pytest.mark.parametrize("path", ["", "/api"])
def test_a_404_in_json_where_v1_is_missing_names_the_address_with_it(path: str) -> None:
    """Its own words first, then what to type; where the version is there, nothing is guessed."""
    without, seen = asyncio.run(_asked(error(404, "Not Found"), path=path))
    there, _ = asyncio.run(_asked(error(404, "Not Found"), path=f"{path}/v1"))

    assert re.search(rf"Not Found; try --base-url http://[\d.:]+{path}/v1$", without)
    assert there.endswith("; try another model or --base-url")
    assert len(seen) == 1


def test_an_unknown_model_is_no_missing_v1() -> None:
    """A 404 that names the model speaks of the model."""
    said = error(404, "The model does not exist", "model_not_found")
    message, _ = asyncio.run(_asked(said, path=""))

    assert "/v1" not in message


def test_a_page_where_v1_is_missing_names_the_address_with_it() -> None:
    """The commonest mistake of all."""
    message, _ = asyncio.run(_asked(Answer(body=PAGE), path=""))

    assert message.endswith("/v1")


def test_a_deployments_key_goes_where_azure_reads_it() -> None:
    """In its own header, behind the path the version, and in no other header."""
    _, (request, *_) = asyncio.run(
        _asked(as_json({}), path="/openai/deployments/d?api-version=2024-10-21")
    )

    assert request.path == "/openai/deployments/d/chat/completions?api-version=2024-10-21"
    assert request.headers["api-key"] == "key-0123456789"
    assert "authorization" not in request.headers


def test_where_nothing_listens_one_line_says_so() -> None:
    """At once in the list of models; in a run after a few seconds, as it may just be starting."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"

    async def both() -> list[str]:
        said = []
        judge = open_openai(OpenAISettings(model="m", base_url=url), None, hasty())
        for asked in (list_models(url, None, real()), judge.prepare()):
            try:
                await asked
            except JudgeError as refused:
                said.append(str(refused))
        await judge.close()
        return said

    said = asyncio.run(both())

    assert [("nothing listens there; start the server" in each) for each in said] == [True, True]
