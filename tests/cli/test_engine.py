"""`--engine ray` where it cannot be: refused in words, before anything is sent."""

from __future__ import annotations

import importlib.util

import pytest

from tests.cli.shell import Shell, at, plants_truth, serving

GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml")
RAY = ("--engine", "ray")


@pytest.fixture(autouse=True)
def _no_ray(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not it is installed where the tests run."""
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == "ray" else found(name, *more),
    )


def test_without_ray_the_line_that_installs_it_is_printed(plants: Shell) -> None:
    """And nothing is sent by this process in its stead."""
    with serving(plants_truth()) as server:
        refused = plants(*GRADE, *at(server), *RAY)

        assert refused.code == 2
        assert "pip install 'assessor-critique[ray]'" in refused.err.replace("\n", " ")
        assert not server.requests


def test_no_folder_names_the_cluster(plants: Shell) -> None:
    """Answers would go there: it is named by whoever types."""
    plants.write("assessor.toml", '[run]\nengine = "ray"\nray_address = "elsewhere:6379"\n')
    with serving(plants_truth()) as server:
        refused = plants(*GRADE, *at(server))

        assert refused.code == 2
        assert "--ray-address" in refused.err
        assert not server.requests


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--judge", "recorded", *RAY), "sends nothing"),
        (("--judge", "openai", "--model", "m", "--tier", "batch", *RAY), "--tier batch"),
        (("--judge", "recorded", "--ray-address", "here:1"), "without --engine ray"),
    ],
)
def test_what_ray_has_nothing_to_do_with_is_refused(
    plants: Shell, options: tuple[str, ...], said: str
) -> None:
    """No option does nothing."""
    refused = plants(*GRADE, *options)

    assert refused.code == 2
    assert said in refused.err
