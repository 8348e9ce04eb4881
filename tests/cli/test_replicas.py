"""Several addresses of one model, as a class's settings name them."""

from __future__ import annotations

import json
from typing import Any

import click
import pytest

from tests.cli.shell import Shell, plants_truth, serving
from tests.servers.openai_server import FaultServer

KEY = "sk-canary-0123456789"
GRADE = (
    *("grade", "answers.csv", "--rubric", "plants.yaml"),
    *("--judge", "openai", "--model", "test-model"),
)


def settings(*servers: FaultServer) -> str:
    return f"[judge]\nbase_urls = {json.dumps([each.url for each in servers])}\n"


def circumstances(shell: Shell) -> dict[str, Any]:
    told = json.loads((shell.home / "graded/answers/run.json").read_text(encoding="utf-8"))
    return dict(told["circumstances"])


def test_each_address_needs_its_own_yes(plants: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder's file names them all; a person agrees to each, and each gets the key."""
    monkeypatch.setenv("ASSESSOR_API_KEY", KEY)
    with serving(plants_truth()) as a, serving(plants_truth()) as b:
        plants.write("assessor.toml", settings(a, b))
        refused = plants(*GRADE)
        assert refused.code == 2
        assert "ASSESSOR_BASE_URLS" in refused.err
        assert not a.requests
        assert not b.requests

        asked: list[str] = []

        def confirm(text: str, **_: object) -> bool:
            asked.append(text)
            return True

        monkeypatch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
        monkeypatch.setattr(click, "confirm", confirm)
        graded = plants(*GRADE)

        assert graded.code == 0, graded.err
        assert [a.url in each or b.url in each for each in asked[:2]] == [True, True]
        for server in (a, b):
            assert server.chats[0].headers["authorization"] == f"Bearer {KEY}"
        used = circumstances(plants)["endpoints"]
        assert set(used) == {a.url, b.url}
        # The small first request at each is no reply about an answer.
        assert sum(used.values()) == len(a.chats) + len(b.chats) - 2


def test_a_variable_names_them_and_the_order_of_the_others_is_free(
    plants: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked is found again wherever else the model is served meanwhile."""
    with (
        serving(plants_truth()) as a,
        serving(plants_truth()) as b,
        serving(plants_truth()) as c,
    ):
        monkeypatch.setenv("ASSESSOR_BASE_URLS", f"{a.url}, {b.url}")
        assert plants(*GRADE).code == 0
        before = len(a.chats) + len(b.chats)
        monkeypatch.setenv("ASSESSOR_BASE_URLS", f"{a.url} {c.url}")
        assert plants(*GRADE).code == 0

        assert len(a.chats) + len(b.chats) == before
        assert not c.chats


def test_one_address_at_the_command_line_stands_above_several(plants: Shell) -> None:
    """As every option does; the same file may not name both."""
    with serving(plants_truth()) as a, serving(plants_truth()) as b:
        plants.write("assessor.toml", settings(b))
        assert plants(*GRADE, "--base-url", a.url).code == 0
        assert not b.requests

        plants.write("assessor.toml", settings(b) + f'base_url = "{a.url}"\n')
        both = plants(*GRADE)

        assert both.code == 2
        assert "base_urls" in both.err


def test_a_cheaper_tier_is_one_hosts_affair(plants: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused in words, before anything is sent."""
    with serving(plants_truth()) as a, serving(plants_truth()) as b:
        monkeypatch.setenv("ASSESSOR_BASE_URLS", f"{a.url} {b.url}")
        refused = plants(*GRADE, "--tier", "batch")

        assert refused.code == 2
        assert "--base-url" in refused.err
        assert not a.requests


def test_check_judge_looks_at_each_address(plants: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is not there is named, with the others' state beside it."""
    with serving(plants_truth()) as a, serving(plants_truth()) as b:
        monkeypatch.setenv("ASSESSOR_BASE_URLS", f"{a.url} {b.url} http://127.0.0.1:9/v1")
        said = plants("check", "judge", "--model", "test-model")

        assert f"{b.url}: reached" in said.out.replace("\n", " ")
        assert "127.0.0.1:9" in said.out
        assert said.code == 5
