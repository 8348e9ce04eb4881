"""`assessor check judge`: what is well, what is not, and what to do about it."""

from __future__ import annotations

import json
import shlex

import pytest

from assessor.assignment.judge_check_replies import SAMPLE
from assessor.judges.endpoints import LOCAL_SERVERS
from tests.cli.shell import SMALL_RUBRIC, Shell, asked, plants_csv, plants_truth, serving
from tests.servers.openai_server import Said, by_answer
from tests.servers.scenario import SCENARIOS, Scenario, one


def states(said: str) -> dict[str, str]:
    return {line["name"]: line["state"] for line in json.loads(said)["checks"]}


OWN_WORDS = "respiration uses up stored sugar"
# Credits the key point's own words and nothing else.
READS = by_answer({OWN_WORDS: {"respiration": Said(level="full", quotes=(OWN_WORDS,))}})


def test_a_good_endpoint_is_told_with_its_figures(shell: Shell) -> None:
    """Reached, model there, features, a usable reply, latency, context and cost of one answer."""
    shell.write("assessor.toml", '[judge.price]\ninput = "1"\noutput = "10"\n')
    shell.write("rubric.yaml", SMALL_RUBRIC)
    scenario = Scenario(models=("test-model", "other"), contexts=(32768, 4096))
    with serving(READS, scenario) as server:
        where = ("--base-url", server.url, "--model", "test-model")
        said = shell("check", "judge", "--rubric", "rubric.yaml", *where, "--json")

    facts = said.json
    assert (said.code, facts["usable"]) == (0, True)
    assert {name for name, state in states(said.out).items() if state != "good"} == {"tricks"}
    assert (facts["levels_read"], facts["scale"]) == (["absent", "full"], "percentages")
    assert facts["log_probabilities"] is False
    assert facts["capabilities"]["output"] == "json_schema"
    assert facts["context_tokens"] == 32768
    assert 0 < facts["cost_per_answer"] < 1
    assert facts["latency_seconds"] >= 0
    assert asked(server) == 2
    assert not (shell.home / ".assessor").exists()


@pytest.mark.parametrize(
    ("fault", "code", "name", "says"),
    [
        ("e401", 5, "request", "set ASSESSOR_API_KEY"),
        ("unknown_model", 5, "request", "lists the models there"),
        ("quota", 5, "request", "top it up"),
        ("think_unclosed", 5, "reply", "take a larger one"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    shell: Shell, fault: str, code: int, name: str, says: str
) -> None:
    """Each fault of an endpoint has its line, its exit code and its advice."""
    with serving(lambda question: {}, one(fault)) as server:
        where = ("--base-url", server.url, "--model", "test-model")
        as_json = shell("check", "judge", *where, "--json")
        words = shell("check", "judge", *where)

    assert (as_json.code, words.code) == (code, code)
    assert states(as_json.out)[name] == "bad"
    assert says in " ".join(words.out.split())


def test_an_endpoint_that_is_not_there(shell: Shell) -> None:
    """Nothing listens: exit 5, and the advice to look at --base-url."""
    said = shell("check", "judge", "--base-url", "http://127.0.0.1:9/v1", "--model", "m")

    assert said.code == 5
    assert "nothing listens there" in said.out
    assert "mend --base-url" in " ".join(said.out.split())


def test_a_context_too_small_for_an_ask_is_said(shell: Shell) -> None:
    """A server set to 2,048 tokens is named before a class is sent to it."""
    scenario = Scenario(models=("m",), contexts=(2048,))
    with serving(lambda question: {}, scenario) as server:
        said = shell("check", "judge", "--base-url", server.url, "--json")

    assert said.json["model"] == "m"
    assert states(said.out)["context"] == "weak"
    assert "num_ctx" in said.out


def test_features_that_an_endpoint_lacks_are_told(shell: Shell) -> None:
    """What was refused is in the line and in the figures."""
    with serving(lambda question: {}, SCENARIOS["no_form_at_all"]) as server:
        said = shell("check", "judge", "--base-url", server.url, "--model", "m", "--json")

    assert said.json["capabilities"]["output"] == "text"
    assert states(said.out)["form"] == "weak"


def test_a_judge_that_credits_nothing_is_named(shell: Shell) -> None:
    """A model that takes a good answer for none is told before a class is sent to it."""
    with serving(lambda question: {}) as server:
        said = shell("check", "judge", "--base-url", server.url, "--model", "m", "--json")

    assert states(said.out)["reads"] == "weak"
    # Beside a no alone, nobody can tell a percentage from a fraction that is as small.
    assert said.json["levels_read"] == ["absent", "absent"]


def test_fractions_are_told_from_percentages(shell: Shell) -> None:
    """What a model speaks is said before its class is graded."""
    shell.write("rubric.yaml", SMALL_RUBRIC)
    yes = Said(level="full", quotes=(OWN_WORDS,), probability=0.0095)
    no = Said(probability=0.9995)
    truth = by_answer({OWN_WORDS: {"respiration": yes}, SAMPLE: {"respiration": no}})
    with serving(truth) as server:
        where = ("--rubric", "rubric.yaml", "--base-url", server.url, "--model", "m")
        said = shell("check", "judge", *where, "--json")

    assert said.json["scale"] == "fractions"


def test_the_class_is_reckoned_and_what_comes_next_can_be_typed(shell: Shell) -> None:
    """With --answers, requests and cost of that class; the hint tries tricks, and is then gone."""
    shell.write("assessor.toml", '[judge.price]\ninput = "1"\noutput = "10"\n')
    shell.write("rubric.yaml", SMALL_RUBRIC)
    shell.write("plants.csv", plants_csv())
    with serving(plants_truth()) as server:
        where = ("--rubric", "rubric.yaml", "--base-url", server.url, "--model", "m")
        trying = ("check", "judge", "--answers", "plants.csv", *where)
        first = shell(*trying, "--json")
        tricks = shell(*shlex.split(first.json["next"])[1:], "--json")
        again = shell(*trying, "--json")

    facts = first.json
    # Three different answers of two key points.
    assert facts["requests_for_class"] == 6
    assert facts["cost_of_class"] == pytest.approx(3 * facts["cost_per_answer"], rel=0.1)
    assert tricks.code == 0
    assert (states(again.out)["tricks"], again.json["next"]) == ("good", "")


def test_the_hint_carries_what_decides_the_endpoint_and_the_class(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tier, columns and store are in the command that comes next; the key is said to be taken."""
    monkeypatch.setenv("ASSESSOR_API_KEY", "sk-0123456789")
    shell.write("rubric.yaml", SMALL_RUBRIC)
    shell.write("plants.csv", plants_csv().replace("student_id,answer", "who,said"))
    with serving(plants_truth(), Scenario(tiers=("flex",))) as server:
        where = ("--base-url", server.url, "--model", "m", "--tier", "flex", "--store", "kept")
        columns = ("--student", "who", "--answer", "said")
        typed = ("--answers", "plants.csv", "--rubric", "rubric.yaml", *columns)
        said = shell("check", "judge", *typed, *where, "--json")
        following = shlex.split(said.json["next"])
        sent = len(server.chats)
        tricks = shell(*following[1:], "--json")
        tiers = {each.body.get("service_tier") for each in server.chats[sent:]}

    assert said.code == tricks.code == 0
    assert set(following) >= {"--tier", "flex", "--student", "who", "--answer", "said", "--store"}
    assert tiers == {"flex"}
    (key,) = [each for each in said.json["checks"] if each["name"] == "key"]
    assert key["found"] == "ASSESSOR_API_KEY: accepted"


def test_a_refused_key_is_not_said_to_be_accepted(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor where none is sent."""
    with serving(lambda question: {}, one("e401")) as server:
        where = ("--base-url", server.url, "--model", "m", "--json")
        monkeypatch.setenv("ASSESSOR_API_KEY", "sk-0123456789")
        refused = shell("check", "judge", *where)
    monkeypatch.delenv("ASSESSOR_API_KEY")
    with serving(lambda question: {}) as server:
        none = shell("check", "judge", "--base-url", server.url, "--model", "m", "--json")

    assert "key" not in states(refused.out)
    assert "key" not in states(none.out)


def test_options_of_a_class_mean_nothing_without_one(shell: Shell) -> None:
    """--student names a column of answers, so that it is refused where none are named."""
    said = shell("check", "judge", "--student", "id", "--model", "m")

    assert said.code == 2
    assert "--student means nothing without --canary or --answers" in " ".join(said.err.split())


def test_a_server_on_this_machine_is_found(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any setting the usual ports are asked, with no key, and what answers is tried."""
    monkeypatch.setenv("OPENAI_API_KEY", "stray")
    with serving(lambda question: {}, Scenario(models=("llama",))) as server:
        for name in LOCAL_SERVERS:
            monkeypatch.setitem(LOCAL_SERVERS, name, "http://127.0.0.1:9/v1")
        monkeypatch.setitem(LOCAL_SERVERS, "Ollama", server.url)
        said = shell("check", "judge")
        headers = [request.headers for request in server.requests]

    assert said.code == 0
    assert f"Ollama at {server.url}: llama" in said.out
    assert all("authorization" not in each for each in headers)


def test_nothing_set_and_nothing_here(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting and no local server: exit 2, and nothing is sent to anyone."""
    for name in LOCAL_SERVERS:
        monkeypatch.setitem(LOCAL_SERVERS, name, "http://127.0.0.1:9/v1")
    said = shell("check", "judge")

    assert said.code == 2
    assert "name one: --base-url URL --model MODEL" in said.out


def test_a_damaged_store_is_told(shell: Shell) -> None:
    """A store that cannot be opened is exit 4, with what to do."""
    shell.write(".assessor/store.db", "no database at all, but long enough to look at " * 40)
    with serving(lambda question: {}) as server:
        said = shell("check", "judge", "--base-url", server.url, "--model", "m", "--json")

    assert said.code == 4
    assert states(said.out)["store"] == "bad"
