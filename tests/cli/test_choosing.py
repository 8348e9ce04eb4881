"""Whoever names no judge is asked at the terminal, before any host but this machine is reached."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from assessor.assignment.person import chosen
from tests.cli.shell import Shell, asked, at, plants_truth, serving
from tests.servers.scenario import SCENARIOS

GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml")


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def] # a function
    """Put a person at the terminal who types these lines, and servers on the machine."""

    def at_terminal(*lines: str, servers: dict[str, str]) -> None:
        monkeypatch.setattr("assessor.cli.workplace.is_terminal", lambda: True)
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr("assessor.assignment.judge_asked_for.LOCAL_SERVERS", servers)

    return at_terminal


def test_a_server_on_this_machine_is_found_and_offered_first(plants: Shell, types) -> None:  # type: ignore[no-untyped-def]
    """One number is all there is to type; its only model is taken."""
    with serving(plants_truth()) as server:
        types("1", "n", servers={"Ollama": server.url})
        said = plants(*GRADE)

        assert said.code == 0, said.err
        assert asked(server)
    assert "1  Ollama on this machine (test-model): nothing leaves it" in said.err
    assert "Nothing was sent anywhere yet." in said.err


def test_a_server_that_was_found_here_gets_no_key(
    plants: Shell, types: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was meant for another host, and whoever listens on a usual port may be anybody."""
    plants.write("assessor.toml", '[judge.strong]\nmodel = "large"\n')
    for name in ("ASSESSOR_API_KEY", "OPENAI_API_KEY", "ASSESSOR_STRONG_API_KEY"):
        monkeypatch.setenv(name, "meant-for-another-host")
    with serving(plants_truth()) as server:
        types("1", "n", servers={"Ollama": server.url})
        said = plants(*GRADE)

        assert said.code == 0, said.err
        assert asked(server)
        assert not any("meant-for" in str(each.headers) for each in server.requests)


def test_what_a_proxy_reaches_is_not_on_this_machine(
    plants: Shell, types: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of it nobody may say that nothing leaves this machine; an excepted address is here."""
    with serving(plants_truth()) as server:
        monkeypatch.setenv("http_proxy", server.url.removesuffix("/v1"))
        types("q", servers={"Ollama": "http://127.0.0.1:9/v1"})
        said = plants(*GRADE)
        assert "Ollama on this machine" not in said.err
        assert not server.requests

        monkeypatch.setenv("no_proxy", "127.0.0.0/8")
        types("1", "n", servers={"Ollama": server.url})
        assert plants(*GRADE).code == 0
        assert asked(server)


def test_a_host_without_its_key_is_not_reached(plants: Shell, types) -> None:  # type: ignore[no-untyped-def]
    """What to type is said instead."""
    types("1", servers={})

    said = plants(*GRADE)

    assert said.code == 2
    assert "export ASSESSOR_API_KEY=" in said.err
    assert "none answers on this machine" in said.err


def test_who_wants_no_model_grades_by_hand(plants: Shell, types) -> None:  # type: ignore[no-untyped-def]
    """Nothing is sent, although a server is there."""
    with serving(plants_truth()) as server:
        types("3", "n", servers={"Ollama": server.url})
        said = plants(*GRADE)

        assert said.code == 0, said.err
        assert not asked(server)
    assert {row["state"] for row in plants.rows()} >= {"needs_review"}


def test_nobody_at_the_terminal_is_asked_nothing(plants: Shell) -> None:
    """A script that names no judge is told so."""
    said = plants(*GRADE)

    assert said.code == 2
    assert "no judge was named, so nothing was sent" in said.err


@pytest.mark.parametrize("scenario", ["e401", "quota", "unknown_model"])
def test_a_run_that_stopped_says_why_in_its_last_line(plants: Shell, scenario: str) -> None:
    """Whatever stands above it."""
    with serving(plants_truth(), SCENARIOS[scenario]) as server:
        said = plants(
            *GRADE, "--judge", "openai", "--model", "test-model", "--base-url", server.url
        )

    assert said.code == 5
    # A line that is folded on the screen is still one.
    whole = " ".join(said.out.split())
    assert whole.rindex("Stopped: ") > whole.rindex("Next: ")
    assert "Written to" not in whole[whole.rindex("Stopped: ") :]


@pytest.mark.parametrize("more", [(), ("--model", "gpt-6-luna")], ids=["no model", "a model"])
def test_openai_without_a_key_is_told_before_any_host_is_reached(
    plants: Shell, more: tuple[str, ...]
) -> None:
    """Also without a network it is the key that is missing, and not the host."""
    said = plants(*GRADE, "--judge", "openai", *more)

    assert said.code == 2
    assert "api.openai.com needs a key: type  export ASSESSOR_API_KEY=" in said.err
    assert "cannot be reached" not in said.err


@pytest.mark.parametrize(
    "typed", [("none",), ("", "0", "9", "nobody", "recorded verdicts or none", "2")], ids=str
)
def test_a_word_or_a_slip_at_a_number_is_understood_or_told(plants: Shell, types, typed) -> None:  # type: ignore[no-untyped-def]
    """Who types what the list says is understood; who types what it does not is told, and asked."""
    types(*typed, "n", servers={})
    said = plants(*GRADE)

    assert said.code == 0, said.err
    for slip, told in {
        "": "nothing is chosen by itself: type a number from 1 to 3, or q to stop",
        "0": "0 is not in the list: type a number from 1 to 3",
        "9": "9 is not in the list",
        "nobody": "“nobody” is in none of them",
    }.items():
        assert (told in said.err) == (slip in typed)
    assert "not a valid" not in said.err


def test_q_at_a_number_stops_and_changes_nothing(plants: Shell, types) -> None:  # type: ignore[no-untyped-def]
    """As it does wherever something is asked."""
    types("q", servers={})
    said = plants(*GRADE)

    assert said.code == 130
    assert "stopped: nothing more was done" in said.err
    assert not (plants.home / "graded").exists()


def test_a_word_that_is_in_two_choices_is_neither() -> None:
    """Nobody guesses."""
    assert chosen("recorded", ["the recorded one", "recorded verdicts"]) == (
        "“recorded” is in more than one of them: type a number from 1 to 2, or q to stop"
    )
    assert chosen("Verdicts", ["the recorded one", "recorded verdicts"]) == 1
    assert chosen("one", ["nonetheless", "someone"]) != 0


def test_what_was_typed_in_place_of_the_files_addresses_is_not_kept_beside_them(
    plants: Shell, types: Callable[..., None]
) -> None:
    """Both at once are refused, and every command in the folder with them."""
    settings = '[judge]\nbase_urls = ["http://127.0.0.1:9/v1"]\n'
    plants.write("assessor.toml", settings)
    with serving(plants_truth()) as server:
        types("y", "y", servers={})
        said = plants(*GRADE, *at(server))

    assert said.code == 0, said.err
    assert (plants.home / "assessor.toml").read_text(encoding="utf-8") == settings
    assert plants("check", "answers.csv").code == 0
