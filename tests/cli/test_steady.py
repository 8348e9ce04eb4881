"""What a run says of its cost and of changes, and the log it leaves."""

from __future__ import annotations

import json

import pytest

from tests.cli.shell import PLANTS, SMALL_RUBRIC, Shell, asked, at, csv_text, plants_truth, serving
from tests.servers.scenario import SCENARIOS, Scenario, Strike, one

GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml")


def test_the_plan_is_said_before_anything_is_sent(plants: Shell) -> None:
    """Requests, host, model and cost stand there even where the judge cannot be used at all."""
    with serving(plants_truth(), SCENARIOS["e401"]) as server:
        said = plants(*GRADE, *at(server))

    assert said.code == 5
    plan = " ".join(said.out.split())
    assert "3 different answers, 6 requests, about" in plan
    assert "cost unknown; to 127.0.0.1" in plan
    assert "model test-model." in plan
    assert plan.index("6 requests") < plan.index("Stopped:")


def test_what_the_endpoint_takes_is_written_down(plants: Shell) -> None:
    """run.json holds the capabilities that were found, once for the run."""
    with serving(plants_truth(), SCENARIOS["everything_refused"]) as server:
        plants(*GRADE, *at(server))

    manifest = json.loads((plants.home / "graded/answers/run.json").read_text(encoding="utf-8"))
    assert manifest["circumstances"]["capabilities"] == {
        "output": "tool",
        "schema": "whole",
        "system_role": "folded into the user message",
        "budget": "none",
        "temperature": "the model's own",
        "seed": "none",
        "effort": "the model's own",
        "cache": "the endpoint's own",
    }


def test_a_second_run_says_what_changed_and_asks_only_that(plants: Shell) -> None:
    """Rows added, removed, edited and re-ordered: one line, and one request per new cell."""
    with serving(plants_truth()) as server:
        first = plants(*GRADE, *at(server))
        before = asked(server)
        texts = {name: text for name, (text, _) in PLANTS.items()}
        rows = [["S3", texts["S3"]], ["S2", "Plants need love"], ["S9", texts["S1"]]]
        plants.write(
            "answers.csv", csv_text([["student_id", "answer"], ["S1", texts["S1"]], *rows])
        )

        second = plants(*GRADE, *at(server))

        assert "Since the last run" not in first.out
        said = "Since the last run: answers 1 added, 1 removed, 1 edited, rows in another order."
        assert said in second.out
        assert asked(server) - before == 2


def test_a_run_with_nothing_to_ask_needs_no_endpoint(plants: Shell) -> None:
    """Everything is in the store: not one request, and an endpoint that is gone stops nothing."""
    with serving(plants_truth()) as server:
        plants(*GRADE, *at(server))
        before = len(server.requests)
        again = plants(*GRADE, *at(server))
        asked_again = len(server.requests) - before
    gone = plants(*GRADE, *at(server))

    assert (again.code, asked_again) == (0, 0)
    assert gone.code == 0
    assert "Requests: 0 now, 6 from the store." in gone.out


def test_another_order_of_the_same_rows_asks_nothing(plants: Shell) -> None:
    """Resuming goes by content: re-ordered rows keep their grades and cost nothing."""
    with serving(plants_truth()) as server:
        plants(*GRADE, *at(server))
        before, grades = asked(server), {row["student_id"]: row for row in plants.rows()}
        turned = [[name, text] for name, (text, _) in reversed(PLANTS.items())]
        plants.write("answers.csv", csv_text([["student_id", "answer"], *turned]))

        said = plants(*GRADE, *at(server))

        assert "answers rows in another order." in said.out
        assert asked(server) == before
        assert {row["student_id"]: row for row in plants.rows()} == grades
        assert [row["student_id"] for row in plants.rows()] == ["S4", "S3", "S2", "S1"]


def test_a_changed_key_point_and_another_model_are_said(plants: Shell) -> None:
    """A second run names the rubric and the model that are not what they were."""
    with serving(plants_truth()) as server:
        plants(*GRADE, *at(server))
        plants.write("plants.yaml", SMALL_RUBRIC.replace("stored sugar", "stored starch"))

        rubric = plants(*GRADE, *at(server))
        options = ["--judge", "openai", "--model", "other-model", "--base-url", server.url]
        model = plants(*GRADE, *options)
        same = plants(*GRADE, *options)

    assert "Since the last run: rubric 'plants' changed." in rubric.out
    assert "Since the last run: model 'other-model' in place of 'test-model'." in model.out
    assert "Since the last run" not in same.out


def test_the_log_tells_what_happened_and_nothing_of_anyone(
    plants: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line per reply with digests, timings and tokens; no answer, quote, name or key in it."""
    monkeypatch.setenv("ASSESSOR_API_KEY", "canary-key")
    with serving(plants_truth(), one("e500", first=1)) as server:
        said = plants(*GRADE, *at(server), "-v")

    (path,) = (plants.home / ".assessor/logs").iterdir()
    text = path.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    events = [line["event"] for line in lines]
    assert events.count("reply") == 6
    assert events.count("retry") == 1
    assert events[-1] == "finish"
    reply = next(line for line in lines if line["event"] == "reply")
    assert set(reply) == {
        *("seconds", "event", "ask", "answer", "cell", "asked", "attempt", "usable"),
        *("latency", "tokens_in", "tokens_out"),
    }
    for secret in ("canary-key", "S1", "respires", "love", "sugar"):
        assert secret not in text
    assert "retry code=server" in said.err
    assert "finish blank=1 graded=3" in said.err
    assert "respires" not in said.err


def test_a_model_that_changes_or_does_not_repeat_itself_is_said(plants: Shell) -> None:
    """Two names in the replies, and a refused temperature, stand in the closing words."""
    changing = Scenario(
        strikes=(Strike(fault="temperature_refused"), Strike(fault="model_name_changes"))
    )
    with serving(plants_truth(), changing) as server:
        said = plants(*GRADE, *at(server))

    words = " ".join(said.out.split())
    assert "The endpoint answered as 2 models (test-model-0, test-model-1)" in words
    assert "asked again, it may judge an answer otherwise" in words


def test_nothing_is_said_of_a_judge_that_is_as_it_should_be(plants: Shell) -> None:
    """A good day has no warning."""
    with serving(plants_truth()) as server:
        said = plants(*GRADE, *at(server))

    assert "models (" not in said.out
    assert "judge an answer otherwise" not in said.out


def test_a_model_that_cannot_fill_the_form_is_named_after_the_first_answers(shell: Shell) -> None:
    """Before a class is paid for in vain, the first five say so; of a good judge, nothing."""
    shell.write("plants.yaml", SMALL_RUBRIC)
    rows = [[f"S{n}", f"Plants need love, and number {n}."] for n in range(7)]
    shell.write("answers.csv", csv_text([["student_id", "answer"], *rows]))

    with serving(plants_truth(), one("empty_object")) as server:
        said = shell(*GRADE, *at(server))

    words = " ".join(said.out.split())
    assert said.code == 5
    assert "replies were of no use; take a larger model with --model" in words
    assert "Next: take a larger model (--model), or grade by hand" in words
    assert {row["proposed_grade"] for row in shell.rows()} == {""}
    sent = str([each.body for each in server.chats])
    assert {name for name, text in rows if text in sent} <= {name for name, _ in rows[:5]}
    with serving(plants_truth()) as server:
        assert "of no use" not in shell(*GRADE, *at(server)).out
