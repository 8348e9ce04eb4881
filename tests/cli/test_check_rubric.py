"""`assessor check RUBRIC`: warnings with their lines; the reference answer read when asked."""

from __future__ import annotations

from assessor.assets import shipped_rubrics
from tests.cli.shell import SMALL_RUBRIC, Shell, at, serving
from tests.servers.openai_server import Said, by_answer

REFERENCE = "It respires and uses up sugar. Without light nothing replaces it."
WITH_REFERENCE = SMALL_RUBRIC.replace(
    "question: Why does a plant in the dark lose mass?",
    f"question: {{prompt: Why does a plant lose mass?, reference: '{REFERENCE}'}}",
)


def test_a_clean_rubric_has_no_problems(shell: Shell) -> None:
    """Shipped ones are clean."""
    printed = shell("check", "critique-of-an-ai-alignment-strategy")

    assert printed.code == 0
    assert "8 points. No problems." in printed.out


def test_warnings_say_where_what_and_what_to_do(shell: Shell) -> None:
    """And do not change the exit code: the rubric can be graded with."""
    more = "stored sugar, accepted: [burns its sugar]}"
    shell.write("r.yaml", SMALL_RUBRIC.replace("stored sugar}", more))
    printed = shell("check", "r.yaml")

    assert printed.code == 0
    assert "3 places could judge badly" in printed.out
    assert "r.yaml:4: respiration does not say what is not enough" in printed.out
    assert "add to 'not_enough'" in printed.out


def test_the_shortest_rubric_checks_clean(shell: Shell) -> None:
    """Title, question and key points are enough; one line says what would add to them."""
    shell.write("r.yaml", SMALL_RUBRIC)
    printed = shell("check", "r.yaml")

    assert "3 points. No problems." in printed.out
    assert " ".join(printed.out.split()).count("What would make it surer") == 1
    assert "r.yaml:" not in printed.out


def test_key_points_without_points_are_told_once(shell: Shell) -> None:
    """Each is worth 1, and one line says so, also in the file."""
    points = ("--point", "mentions light", "--point", "mentions sugar", "--question", "Why?")
    said = shell("rubric", "new", *points, "--title", "T", "--out", "new.yaml")

    assert said.out.count("without points") == 1
    text = (shell.home / "new.yaml").read_text(encoding="utf-8")
    assert "# 2 of 2 key points were given without points: each of those is worth 1" in text


def test_warnings_come_as_json(shell: Shell) -> None:
    """One object, each warning with line, path, kind, what and remedy."""
    shell.write("r.yaml", SMALL_RUBRIC)
    warnings = shell("check", "r.yaml", "--json").json["warnings"]

    assert [(each["line"], each["kind"]) for each in warnings] == [
        (2, "no_reference"),
        (4, "no_not_enough"),
        (5, "no_not_enough"),
    ]


def test_a_reference_answer_that_fails_its_own_rubric_is_told(shell: Shell) -> None:
    """The judge reads it as any answer; what it misses is named."""
    shell.write("r.yaml", WITH_REFERENCE)
    truth = by_answer(
        {
            REFERENCE: {
                "respiration": Said(level="full", quotes=("It respires and uses up sugar",)),
                "no_light": Said(),
            }
        }
    )
    with serving(truth) as server:
        printed = shell("check", "r.yaml", *at(server))

    assert printed.code == 0
    assert "The reference answer earns 2 of 3 points." in printed.out
    assert "no_light: judged absent, should be full" in printed.out


def test_nothing_is_asked_unless_a_judge_is_named(shell: Shell) -> None:
    """Also where the settings name one for grading."""
    shell.write("assessor.toml", '[judge]\nuse = "openai"\nbase_url = "http://127.0.0.1:9/v1"\n')
    shell.write("r.yaml", WITH_REFERENCE)
    printed = shell("check", "r.yaml")

    assert printed.code == 0
    assert "add --judge NAME" in printed.out


def test_a_broken_rubric_is_refused_with_all_its_faults(shell: Shell) -> None:
    """Exit code 2, one line per fault, as everywhere."""
    text = shipped_rubrics()["perfect-labels"].read_text(encoding="utf-8")
    shell.write("r.yaml", text.replace("points: 2", "points: -2").replace("effect: deduct", "x: y"))
    printed = shell("check", "r.yaml")

    assert printed.code == 2
    assert len([line for line in printed.err.splitlines() if "r.yaml:" in line]) >= 2
