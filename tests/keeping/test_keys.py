"""A key as people type and paste it: cleaned where that is safe, else refused in one line."""

from __future__ import annotations

import pytest

from assessor.errors import ConfigError
from assessor.hosts import clean_key
from tests.cli.shell import Shell, at, plants_truth, serving

KEY = "sk-test_0123456789.ABC-def=="
AROUND = [
    f"{KEY}\n",
    f"  {KEY} ",
    f"“{KEY}”",
    f"'{KEY}'",
    f"\u00a0{KEY}\ufeff",
    f"Bearer {KEY}",
    f"„{KEY}“\r\n",
]
REFUSED = [
    "…",
    "sk-…",
    "sk-...",
    "<your key>",
    "sk-ä1",
    "sk-a\nb",
    "sk-a b",
    "sk-\x07",
    "ключ-1",
    "🔑",
]


@pytest.mark.parametrize("typed", AROUND, ids=repr)
def test_what_comes_along_with_a_key_is_left_off(typed: str) -> None:
    """Quotes, blanks and line breaks around a key are nobody's key."""
    assert clean_key(typed, "V") == KEY


@pytest.mark.parametrize("typed", REFUSED, ids=ascii)
def test_what_no_request_can_carry_is_refused_without_showing_it(typed: str) -> None:
    """The message names the variable and what is wrong, and nothing of what stands there."""
    with pytest.raises(ConfigError) as refused:
        clean_key(typed, "ASSESSOR_API_KEY")

    said = str(refused.value)
    assert said.startswith("ASSESSOR_API_KEY: ")
    assert typed not in said
    assert "\n" not in said


@pytest.mark.parametrize("command", ["grade", "check"])
@pytest.mark.parametrize("typed", ["…", "“sk-ä”", "a\nb"], ids=ascii)
def test_a_key_that_cannot_be_is_one_line_and_nothing_is_sent(
    plants: Shell, monkeypatch: pytest.MonkeyPatch, command: str, typed: str
) -> None:
    """Exit code 2, one line, no traceback, no request."""
    monkeypatch.setenv("ASSESSOR_API_KEY", typed)
    with serving(plants_truth()) as server:
        named = at(server)
        options = ("answers.csv", "--rubric", "plants.yaml", *named)
        if command == "check":
            options = ("judge", *named[2:])
        said = plants(command, *options)

    assert said.code == 2
    assert len(said.err.strip().splitlines()) == 1
    assert "ASSESSOR_API_KEY" in said.err
    assert server.chats == []


@pytest.mark.parametrize("typed", [f"{KEY}\n", f"“{KEY}”"], ids=ascii)
def test_a_pasted_key_is_sent_clean(
    plants: Shell, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    """What goes to the host is the key alone."""
    monkeypatch.setenv("ASSESSOR_API_KEY", typed)
    with serving(plants_truth()) as server:
        said = plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server))

    assert said.code == 0
    assert {each.headers.get("authorization") for each in server.chats} == {f"Bearer {KEY}"}
