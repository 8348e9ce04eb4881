"""One submission for a runner: its form, what it may tell, and a file whatever happens."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from assessor.assignment.pipeline_result import tells_details
from assessor.errors import ConfigError
from tests.cli.shell import PLANTS, Shell, at, plants_truth, serving
from tests.pipelines.gradescope_form import faults

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def graded(shell: Shell, settings: str = "") -> Any:
    """Grade the class's second answer for a pipeline with these settings."""
    shell.write("assessor.toml", settings)
    shell.write("S2.txt", PLANTS["S2"][0])
    with serving(plants_truth()) as server:
        said = shell(
            "grade", "--answer-file", "S2.txt", "--rubric", "plants.yaml", "--store", "memory",
            "--results", "results.json", *at(server),
        )  # fmt: skip
    assert said.code == 0, said.err
    return json.loads((shell.home / "results.json").read_text(encoding="utf-8"))


def test_a_result_tells_everything_by_default(plants: Shell) -> None:
    """Points, levels and quotes."""
    result = graded(plants)

    assert (result["status"], result["proposed_grade"], result["grade"]) == ("graded", 2, None)
    assert [each["quotes"] for each in result["key_points"]] == [["sugar is used up"], []]


def test_without_feedback_a_result_tells_its_points_only(plants: Shell) -> None:
    """Handing in again and again does not spell out the rubric."""
    result = graded(plants, '[pipeline]\nfeedback = "none"\nrelease = "unread"\n')

    assert (result["proposed_grade"], result["grade"]) == (2, 2)
    assert (result["feedback"], result["key_points"]) == ("", [])


@pytest.mark.parametrize(("release", "seen"), [("hold", "after_published"), ("unread", "visible")])
def test_gradescopes_form_is_valid_and_shows_what_is_released(
    plants: Shell, release: str, seen: str
) -> None:
    """A proposal waits until grades are published; what is released is seen at once."""
    result = graded(plants, f'[pipeline]\nresults = "gradescope"\nrelease = "{release}"\n')

    assert faults(result) == []
    assert (result["score"], result["visibility"]) == (2, seen)
    assert [(t["name"], t["score"], t["max_score"], t["visibility"]) for t in result["tests"]] == [
        ("respiration", 2, 2, seen),
        ("no light", 0, 1, seen),
    ]


@pytest.mark.parametrize(
    ("feedback", "tells"),
    [
        ("full", True),
        ("none", False),
        ("after 2026-11-30", True),
        ("after 2026-12-01", False),
        ("after 2026-12-01T11:59", True),
        ("after 2026-12-01T12:30+01:00", True),
        ("after 2026-12-01T12:30", False),
    ],
)
def test_a_date_means_its_end_and_a_time_without_zone_is_utc(feedback: str, tells: bool) -> None:
    """At noon UTC of the first of December."""
    assert tells_details(feedback, NOON) is tells


def test_what_is_no_date_is_an_error_that_shows_one() -> None:
    """A deadline that was mistyped must not open the feedback."""
    with pytest.raises(ConfigError, match="2026-12-01"):
        tells_details("after the exam", NOON)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ("[pipeline\n", "stopped:input"),
        ('[pipeline]\nfeedback = "sometimes"\n', "stopped:input"),
        ('[pipeline]\nfeedback = "after the exam"\n', "stopped:input"),
        ("", "stopped:input"),
    ],
    ids=["torn", "unknown", "no date", "no judge"],
)
def test_a_result_is_written_whatever_is_wrong(plants: Shell, settings: str, why: str) -> None:
    """Pending with the reason, exit 2, and no number anywhere."""
    plants.write("assessor.toml", settings)
    plants.write("S2.txt", "words")

    said = plants(
        "grade", "--answer-file", "S2.txt", "--rubric", "plants.yaml", "--results", "r.json"
    )

    result = json.loads((plants.home / "r.json").read_text(encoding="utf-8"))
    assert said.code == 2
    assert (result["student_id"], result["status"], result["reasons"]) == ("S2", "pending", [why])
    assert (result["grade"], result["proposed_grade"], result["key_points"]) == (None, None, [])
    # In words, as on standard error: which a runner may have thrown away.
    assert result["problem"]
    assert [f"assessor: {each}" for each in result["problem"].splitlines()] == said.err.splitlines()


def test_gradescope_keeps_what_is_wrong_from_students(plants: Shell) -> None:
    """What to mend names places on the machine: it stands where the instructor alone looks."""
    plants.write("assessor.toml", '[pipeline]\nresults = "gradescope"\n')

    said = plants("grade", "--answer-file", "S2.txt", "--rubric", "no.yaml", "--results", "r.json")

    result = json.loads((plants.home / "r.json").read_text(encoding="utf-8"))
    assert said.code == 2
    assert faults(result) == []
    assert "no.yaml" in result.pop("extra_data")["problem"]
    assert "no.yaml" not in json.dumps(result)


def _call_of(process: subprocess.Popen[bytes], silent: socket.socket) -> socket.socket:
    """Wait until the process calls, however busy the machine; it must not end before."""
    silent.settimeout(0.5)
    while True:
        try:
            return silent.accept()[0]
        except TimeoutError:
            assert process.poll() is None


def test_a_killed_process_leaves_a_pending_result(plants: Shell) -> None:
    """SIGKILL while the judge is silent: the runner finds a file, and no grade in it."""
    plants.write("S2.txt", "words")
    path = plants.home / "r.json"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        process = subprocess.Popen(
            [sys.executable, "-m", "assessor", "grade", "--answer-file", "S2.txt", "--rubric",
             "plants.yaml", "--results", str(path), "--store", "memory", "--judge", "openai",
             "--model", "m", "--base-url", url],
            cwd=plants.home,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with _call_of(process, silent):
            process.kill()
            process.wait()

    result = json.loads(path.read_text(encoding="utf-8"))
    assert (result["status"], result["reasons"]) == ("pending", ["stopped:interrupted"])
    assert (result["grade"], result["proposed_grade"]) == (None, None)
