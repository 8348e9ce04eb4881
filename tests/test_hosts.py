"""A key goes only where its owner said."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.judge_choice import check_engine
from assessor.config import load_config
from assessor.errors import ConfigError
from assessor.hosts import key_of, named_again, origin_of, strong_way_of, way_of

EVIL = "https://evil.example/v1"


@pytest.mark.parametrize(
    "name", ["AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "OPENAI_API_KEY", "HOME"]
)
def test_no_folder_names_a_secret_that_is_not_for_its_host(name: str) -> None:
    """Not only is it not sent: it is refused, by name."""
    config = load_config(f'[judge]\nbase_url = "{EVIL}"\nkey_env = "{name}"\n', {}, {})

    with pytest.raises(ConfigError, match=name):
        way_of(config, {name: "secret"})


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        ("https://mine.openai.azure.com/openai/v1", "AZURE_OPENAI_API_KEY"),
        ("https://api.openai.com/v1", "OPENAI_API_KEY"),
    ],
)
def test_a_hosts_own_variable_is_taken_for_it_and_for_no_other(host: str, name: str) -> None:
    """The table names hosts, and what only ends like one of them is another host."""
    config = load_config(f'[judge]\nkey_env = "{name}"\n', {}, {"judge.base_url": host})
    assert key_of(way_of(config, {name: "key"}), {name: "key"}) == "key"

    near = f"{origin_of(host)}.evil.example/v1"
    config = load_config(f'[judge]\nkey_env = "{name}"\n', {}, {"judge.base_url": near})
    with pytest.raises(ConfigError):
        way_of(config, {name: "key"})


def test_a_host_that_only_a_file_names_is_not_proven() -> None:
    """The same host by an option or a variable is."""
    toml = f'[judge]\nbase_url = "{EVIL}"\n'
    config = load_config(toml, {}, {}, "/class/assessor.toml")
    by_option = load_config(toml, {}, {"judge.base_url": EVIL}, "/class/assessor.toml")
    environ = {"ASSESSOR_BASE_URL": EVIL}
    by_variable = load_config(toml, environ, {}, "/class/assessor.toml")

    assert way_of(config, {}).file == "/class/assessor.toml"
    assert way_of(by_option, {}).file == way_of(by_variable, environ).file == ""


def test_a_list_that_names_no_host_is_not_taken_for_another_host() -> None:
    """Blanks and commas in the variable, an empty list in the file: nothing goes to OpenAI."""
    with pytest.raises(ConfigError, match="ASSESSOR_BASE_URLS names no address"):
        load_config("", {"ASSESSOR_BASE_URLS": " , "}, {})
    with pytest.raises(ConfigError, match=r"judge\.base_urls names no address"):
        load_config("[judge]\nbase_urls = []\n", {}, {}, "assessor.toml")


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_option_names_no_host(empty: str) -> None:
    """`--base-url "$URL"` where nothing is set: a folder's list of hosts is no word of the user."""
    toml = f'[judge]\nbase_urls = ["{EVIL}", "https://two.example/v1"]\n'

    with pytest.raises(ConfigError, match="--base-url is empty"):
        load_config(toml, {}, {"judge.base_url": empty}, "/class/assessor.toml")


def test_whose_word_an_address_rests_on_is_told_by_the_setting_that_holds_it() -> None:
    """Beside a list of the file an empty address of whatever source says nothing."""
    toml = f'[judge]\nbase_urls = ["{EVIL}"]\n'
    config = load_config(toml, {}, {}, "/class/assessor.toml")
    sources = {**config.sources, "judge.base_url": "--base-url"}

    assert way_of(config.model_copy(update={"sources": sources}), {}).file == "/class/assessor.toml"


@pytest.mark.parametrize("folder", ["ASSESSOR_week4", "--base-url", "--judge", "ASSESSOR_BASE_URL"])
def test_a_folder_is_no_option_whatever_it_is_called(folder: str) -> None:
    """A program opens it by a relative name, which anybody may have given it."""
    toml = f'[judge]\nbase_url = "{EVIL}"\nkey_env = "ASSESSOR_CANVAS_TOKEN"\n'
    file = f"{folder}/assessor.toml"

    assert way_of(load_config(toml, {}, {}, file), {}).file == file


def test_a_variable_that_only_a_file_names_is_not_proven() -> None:
    """A token for another purpose must not go to the user's own judge either."""
    toml = '[judge]\nkey_env = "ASSESSOR_CANVAS_TOKEN"\n'
    config = load_config(toml, {}, {"judge.base_url": EVIL}, "/class/assessor.toml")

    assert way_of(config, {}).file == "/class/assessor.toml"


@pytest.mark.parametrize(
    "url", ["http://api.openai.com/v1", "https://api.openai.com.evil.example", "https://api.openai.com:8443/v1"]
)  # fmt: skip
def test_what_only_looks_like_openai_is_not(url: str) -> None:
    """Scheme, whole name and port make a host: no key of OpenAI's for others."""
    environ = {"OPENAI_API_KEY": "secret"}
    config = load_config("", {}, {"judge.base_url": url})

    assert key_of(way_of(config, environ), environ) is None


def test_openais_own_variables_decide_together() -> None:
    """As the stock client takes them."""
    environ = {"OPENAI_API_KEY": "key", "OPENAI_BASE_URL": "http://127.0.0.1:8000/v1"}
    way = way_of(load_config("", environ, {}), environ)

    assert (way.origin, key_of(way, environ)) == ("http://127.0.0.1:8000", "key")


@pytest.mark.parametrize("key", ["OPENAI_API_KEY", "ASSESSOR_API_KEY"])
@pytest.mark.parametrize("setting", ['base_url = "{}"', 'base_urls = ["{}"]'])
def test_a_file_takes_no_class_from_the_stock_clients_host_to_openai(
    setting: str, key: str
) -> None:
    """OPENAI_BASE_URL names a gateway: its key and the class go nowhere else unasked."""
    environ = {"OPENAI_BASE_URL": "https://gate.example/v1", key: "the gateway's"}
    toml = f"[judge]\n{setting.format('https://api.openai.com/v1')}\n"
    file = "/class/assessor.toml"

    assert way_of(load_config(toml, environ, {}, file), environ).file == file
    for usual in ("", "https://api.openai.com/v1/"):
        own = {**environ, "OPENAI_BASE_URL": usual}
        assert way_of(load_config(toml, own, {}, file), own).file == ""
    typed = {"judge.base_url": "https://api.openai.com/v1"}
    for other in ("https://gate.example/v1", "gate.example"):
        own = {**environ, "OPENAI_BASE_URL": other}
        assert way_of(load_config("", own, typed, file), own).file == ""
        assert way_of(load_config(toml, own, {}, file), own).file == file


def test_no_key_crosses_to_the_second_looks_host() -> None:
    """On the same host it is the first judge's; on another its own, or none."""
    environ = {"ASSESSOR_API_KEY": "first", "OPENAI_API_KEY": "openais"}
    here = {"judge.base_url": "https://one.example/v1"}
    same = load_config('[judge.strong]\nmodel = "s"\n', environ, here, "toml")
    other = load_config(
        f'[judge.strong]\nmodel = "s"\nbase_url = "{EVIL}"\n', environ, here, "toml"
    )

    strong = strong_way_of(same, environ)
    assert strong is not None
    assert key_of(strong, environ) == "first"
    strong = strong_way_of(other, environ)
    assert strong is not None
    assert (key_of(strong, environ), strong.file) == (None, "toml")
    environ |= {"ASSESSOR_STRONG_API_KEY": "second", "ASSESSOR_STRONG_BASE_URL": EVIL}
    named = load_config('[judge.strong]\nmodel = "s"\n', environ, here, "toml")
    strong = strong_way_of(named, environ)
    assert strong is not None
    assert (key_of(strong, environ), strong.file) == ("second", "")


@pytest.mark.parametrize(("named", "asked"), [("http://127.0.0.1:8000/v1", True), ("", False)])
def test_a_file_takes_no_class_from_a_named_host_to_openai(named: str, asked: bool) -> None:
    """Whoever reads on a machine of their own is asked before second looks go out, also there."""
    flags = {"judge.base_url": named} if named else {}
    toml = '[judge.strong]\nmodel = "s"\nbase_url = "https://api.openai.com/v1"\n'
    way = strong_way_of(load_config(toml, {}, flags, "/class/assessor.toml"), {})

    assert way is not None
    assert bool(way.file) == asked


@pytest.mark.parametrize("folder", ["ASSESSOR_week4", "--x", "ASSESSOR_BASE_URL"])
def test_a_folders_name_makes_no_file_an_option(folder: str) -> None:
    """Neither which address stands above the other, nor a cluster, hangs on it."""
    file = f"{folder}/assessor.toml"
    toml = f'[judge]\nbase_url = "{EVIL}"\n[run]\nengine = "ray"\nray_address = "evil:6379"\n'
    config = load_config(toml, {"ASSESSOR_BASE_URLS": "https://a.example/v1"}, {}, file)
    assert way_of(config, {}).origin == "https://a.example"

    place = ClassFolder(folder=Path(folder), config=config, ambient=real(), environ={})
    with pytest.raises(ConfigError, match="ray_address is not taken"):
        check_engine(place)


def test_a_strong_endpoint_in_the_environment_needs_no_strong_model() -> None:
    """Folders without a second look are read as ever."""
    assert load_config("", {"ASSESSOR_STRONG_BASE_URL": EVIL}, {}).judge.strong is None


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.example:443/v1", "https://a.example"),
        ("http://a.example:443/v1", "http://a.example:443"),
        ("https://me:pw@a.example/v1", "https://a.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    """However it is written."""
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    "host", ["api.\u043epenai.com", "api.openai.com\u3002evil.example", "a%2eb"]
)
def test_a_host_that_looks_like_another_is_refused(host: str) -> None:
    """A person is asked about it, and could not see the difference."""
    with pytest.raises(ConfigError, match="xn--"):
        origin_of(f"https://{host}/v1")


@pytest.mark.parametrize(
    "url",
    [
        "https://[::1]@x[api.openai.com].evil.example/v1",
        "https://[::1]@x[api.openai.com]/v1",
        "https://[::1].evil.example/v1",
        "https://api.openai.com:0443/v1",
    ],
)
def test_an_address_that_two_readers_read_differently_is_refused(url: str) -> None:
    """By the one it is OpenAI's own host, and the other connects to somebody else's."""
    with pytest.raises(ConfigError, match="is no URL"):
        way_of(load_config(f'[judge]\nbase_url = "{url}"\n', {}, {}, "toml"), {})


@pytest.mark.parametrize(
    "host", ["0177.0.0.1", "0x7f.1", "2130706433", "127.1", "256.1.1.1", "model.0", "1.2.3.4."]
)
def test_a_number_that_is_no_address_is_refused(host: str) -> None:
    """One reader takes it for this machine, another for another one, a third breaks over it."""
    with pytest.raises(ConfigError, match="ends in a number and is no address"):
        origin_of(f"http://{host}/v1")


def test_an_address_in_brackets_is_shown_as_it_can_be_typed() -> None:
    """Without them nobody sees where the address ends and the port begins."""
    assert origin_of("http://[::1]:8000/v1") == "http://[::1]:8000"


def test_a_file_sends_neither_judges_key_to_the_others_host() -> None:
    """Though the user named both hosts and both keys: not which goes where."""
    file = "/class/assessor.toml"
    environ = {"ASSESSOR_STRONG_BASE_URL": EVIL, "ASSESSOR_STRONG_MODEL": "m"}
    flags = {"judge.base_url": "https://a.example/v1"}
    crossed = '[judge.strong]\nkey_env = "ASSESSOR_API_KEY"\n'
    config = load_config(crossed, environ, flags, file)
    strong = strong_way_of(config, environ)
    assert strong is not None
    assert strong.file == file

    other = '[judge]\nkey_env = "ASSESSOR_STRONG_API_KEY"\n'
    assert way_of(load_config(other, {}, flags, file), {}).file == file


@pytest.mark.parametrize(
    ("strong", "asked"),
    [
        ("https://gate.example/mine/v1", False),
        ("https://gate.example/mine/v1/", False),
        ("https://gate.example/theirs/v1", True),
        ("https://gate.example/mine/v1?account=theirs", True),
        ("https://gate.example/mine/v1/../../theirs", True),
    ],
)
def test_another_path_behind_a_gateway_is_another_place(strong: str, asked: bool) -> None:
    """Who shares a host with others has an account of their own there, by its path."""
    file = "/class/assessor.toml"
    flags = {"judge.base_url": "https://gate.example/mine/v1"}
    toml = f'[judge.strong]\nmodel = "s"\nbase_url = "{strong}"\n'
    way = strong_way_of(load_config(toml, {}, flags, file), {})

    assert way is not None
    assert (way.file == file, way.variable) == (asked, "ASSESSOR_API_KEY")


def test_what_is_agreed_to_is_shown_in_letters_that_hide_nothing() -> None:
    """A path may hold marks that turn the text around, or move the cursor."""
    config = load_config("", {}, {"judge.base_url": "https://a.example/v1\u202e\x1b[2K"})

    assert way_of(config, {}).place == "https://a.example/v1%E2%80%AE%1B%5B2K"


@pytest.mark.parametrize(
    ("stored", "named"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
        ("https://collects.example/v1", "URL"),
        ("https://api.openai.com/v1@collects.example", "URL"),
        ("http://127.0.0.1.collects.example/v1", "URL"),
        ("http://[", "URL"),
        ("", "URL"),
    ],
)
def test_no_command_to_paste_names_a_host_that_only_a_memory_names(stored: str, named: str) -> None:
    """What is pasted counts as one's own word, and the key and the answers follow it."""
    assert named_again(stored, "https://api.openai.com/v1/") == named
