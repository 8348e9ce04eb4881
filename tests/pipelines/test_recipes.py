"""The recipes of examples/pipelines, each in an imitation of its runner, offline."""

from __future__ import annotations

import base64
import csv
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from assessor.assets import folder
from tests.pipelines.gradescope_form import faults

RECIPES = folder("examples") / "pipelines"
UNKNOWN = "An answer that no recording holds."
TOLD_TO_WAIT = "A person will look at this answer. There is no grade yet."


def answer(student: str = "S003") -> str:
    with (folder("examples") / "critique/answers.csv").open(encoding="utf-8", newline="") as file:
        return next(row["answer"] for row in csv.DictReader(file) if row["student_id"] == student)


def settings(recipe: str) -> str:
    """The recipe's own settings, with the recorded judge in the place of an endpoint."""
    text = (RECIPES / recipe / "assessor.toml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if not line.startswith(("model", "base_url"))]
    return "\n".join(kept).replace('use = "openai"', 'use = "recorded"') + "\n"


def environment(**more: str) -> dict[str, str]:
    """The environment of a runner: this installation's programs first, no key, no network."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "HOME": os.environ["HOME"], **more}


class Autograder:
    """The folders of a Gradescope container."""

    def __init__(self, home: Path) -> None:
        self.home = home
        for name in ("source", "submission"):
            (home / name).mkdir(parents=True)
        shutil.copy(RECIPES / "gradescope/run_autograder", home / "source")
        (home / "source/assessor.toml").write_text(settings("gradescope"), encoding="utf-8")

    def run(self, files: dict[str, str], earlier: list[dict[str, Any]] | None = None) -> Any:
        for name, text in files.items():
            (self.home / "submission" / name).write_text(text, encoding="utf-8")
        metadata = {"id": 7, "users": [{"email": "s@example.edu", "id": 1, "name": "S"}],
                    "previous_submissions": earlier or []}  # fmt: skip
        (self.home / "submission_metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
        said = subprocess.run(
            [sys.executable, str(self.home / "source/run_autograder")],
            env=environment(AUTOGRADER_HOME=str(self.home)),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert said.returncode == 0, said.stderr
        result = json.loads((self.home / "results/results.json").read_text(encoding="utf-8"))
        assert faults(result) == []
        return result


def test_gradescope_gets_points_that_are_shown_when_grades_are_published(tmp_path: Path) -> None:
    """Held: the score waits for publishing, and nothing tells how it came about."""
    result = Autograder(tmp_path).run({"answer.txt": answer()})

    assert result["score"] == 6
    assert result["visibility"] == "after_published"
    assert (result["output"], result["tests"]) == ("", [])


def test_gradescope_gets_tests_where_feedback_is_on(tmp_path: Path) -> None:
    """With full feedback each key point is a test with its quote, valid by the documentation."""
    container = Autograder(tmp_path)
    path = tmp_path / "source/assessor.toml"
    text = path.read_text(encoding="utf-8").replace('feedback = "none"', 'feedback = "full"')
    path.write_text(text.replace('release = "hold"', 'release = "unread"'), encoding="utf-8")

    result = container.run({"answer.txt": answer()})

    assert result["visibility"] == "visible"
    assert sum(test["score"] for test in result["tests"]) == result["score"]
    assert any("“" in test["output"] for test in result["tests"])


@pytest.mark.parametrize(
    ("files", "broken"),
    [({"answer.txt": UNKNOWN}, ""), ({"answer.txt": "x"}, "[judge\n"), ({"a": "x"}, "[ju]\na=1")],
    ids=["not in the recording", "torn settings", "unknown settings"],
)  # fmt: skip
def test_gradescope_never_gets_a_guessed_zero(
    tmp_path: Path, files: dict[str, str], broken: str
) -> None:
    """What has no grade has no score, in no place, and says that a person will look."""
    container = Autograder(tmp_path)
    if broken:
        (tmp_path / "source/assessor.toml").write_text(broken, encoding="utf-8")

    result = container.run(files)

    assert "score" not in result
    assert result["tests"] == []
    assert result["output"] == TOLD_TO_WAIT
    if not broken:
        assert result["extra_data"]["reasons"]


def test_gradescope_wants_one_text_file(tmp_path: Path) -> None:
    """Two texts are not one answer."""
    result = Autograder(tmp_path).run({"one.txt": "x", "two.md": "y"})

    assert "exactly one text file" in result["output"]
    assert "score" not in result


def test_gradescope_grades_the_first_submissions_only(tmp_path: Path) -> None:
    """The fourth one keeps the score that the third had: no oracle."""
    earlier = [{"submission_time": f"2026-04-0{day}", "score": day} for day in (1, 3, 2)]

    result = Autograder(tmp_path).run({"answer.txt": answer()}, earlier)

    assert result["score"] == 3
    assert "Only the first 3 submissions are graded" in result["output"]


def test_gradescopes_setup_is_a_script_that_bash_reads() -> None:
    """It installs packages, so it is parsed and not run here."""
    subprocess.run(["bash", "-n", str(RECIPES / "gradescope/setup.sh")], check=True)


class Classroom:
    """A student's repository and the runner's files."""

    def __init__(self, home: Path) -> None:
        self.home = home
        recipe = RECIPES / "github-classroom"
        shutil.copy(recipe / "grade_answer.py", home)
        workflow = YAML(typ="safe").load(recipe / ".github/workflows/classroom.yml")
        self.steps = workflow["jobs"]["grade"]["steps"]
        (home / "assessor.toml").write_text(settings("github-classroom"), encoding="utf-8")
        self.git("init", "-q")

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=S", "-c", "user.email=s@example.edu")
        subprocess.run(["git", *who, *arguments], cwd=self.home, check=True, capture_output=True)

    def push(self, text: str, run: int = 1) -> dict[str, str]:
        """Commit an answer and run the workflow's own steps; return what they put out."""
        (self.home / "answer.md").write_text(text, encoding="utf-8")
        self.git("add", "answer.md")
        self.git("commit", "-q", "--allow-empty", "-m", "answer")
        output = self.home / "output"
        output.write_text("", encoding="utf-8")
        for step in self.steps:
            if step.get("id") == "grade":
                more = {
                    "GITHUB_OUTPUT": str(output),
                    "GITHUB_STEP_SUMMARY": str(self.home / "told"),
                    "GITHUB_RUN_NUMBER": str(run),
                }
                said = subprocess.run(
                    ["bash", "-e", "-c", step["run"]],
                    cwd=self.home,
                    env=environment(**more, LIMIT=step["env"]["LIMIT"]),
                    capture_output=True,
                    timeout=60,
                    check=False,
                )
                assert said.returncode == 0, said.stderr
        lines = output.read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)


@pytest.fixture
def classroom(tmp_path: Path) -> Classroom:
    if shutil.which("git") is None:
        pytest.skip("git is missing: apt-get install git")
    return Classroom(tmp_path)


def test_github_classroom_gets_the_points(classroom: Classroom) -> None:
    """The grading reporter's form, in base64."""
    said = classroom.push(answer())

    assert said["status"] == "graded"
    result = json.loads(base64.b64decode(said["result"]))
    assert result["max_score"] == 8
    assert result["tests"][0]["score"] == 6


def test_github_classroom_gets_no_proposal(classroom: Classroom) -> None:
    """Classroom shows points at once: what is held for a person to release is not reported."""
    path = classroom.home / "assessor.toml"
    text = path.read_text(encoding="utf-8").replace('release = "unread"', 'release = "hold"')
    path.write_text(text, encoding="utf-8")

    assert classroom.push(answer()) == {"status": "proposed"}


def test_github_classroom_reports_nothing_where_a_person_must_look(classroom: Classroom) -> None:
    """The reporting step runs on a grade only."""
    said = classroom.push(UNKNOWN)

    assert said == {"status": "pending"}
    reporting = next(step for step in classroom.steps if "uses" in step and "if" in step)
    assert reporting["if"] == "steps.grade.outputs.status == 'graded'"
    assert TOLD_TO_WAIT in (classroom.home / "told").read_text(encoding="utf-8")


def test_github_classroom_grades_the_first_versions_only(classroom: Classroom) -> None:
    """The fourth commit of the answer is kept, not graded."""
    for number in range(3):
        (classroom.home / "answer.md").write_text(f"{number}", encoding="utf-8")
        classroom.git("add", "answer.md")
        classroom.git("commit", "-q", "-m", "answer")

    said = classroom.push(answer())

    assert said == {"status": "pending"}


def test_a_history_that_is_written_anew_gives_no_further_tries(classroom: Classroom) -> None:
    """The one commit that is there now is the fourth that was graded."""
    assert classroom.push(answer(), run=4) == {"status": "pending"}


def test_the_worker_grades_what_arrives_and_gives_every_submission_a_result(tmp_path: Path) -> None:
    """Graded, unknown to the judge, beyond the limit, a link, and what a killed worker left behind.

    And nothing is imported from the folder.
    """
    for name in ("inbox", "working", "done"):
        (tmp_path / name).mkdir()
    (tmp_path / "assessor.toml").write_text(settings("queue"), encoding="utf-8")
    (tmp_path / "inbox/ada--1.txt").write_text(answer(), encoding="utf-8")
    (tmp_path / "inbox/ben--1.txt").write_text(UNKNOWN, encoding="utf-8")
    (tmp_path / "inbox/cem--4.txt").write_text(answer(), encoding="utf-8")
    (tmp_path / "working/dora--1.txt").write_text(answer("S005"), encoding="utf-8")
    (tmp_path / "inbox/eve--1.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "done/eve--1.txt").write_text("the same name again", encoding="utf-8")
    for name in ("assessor", "click"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(9)", encoding="utf-8")
    for number in (1, 2, 3):
        (tmp_path / f"done/cem--{number}.txt").write_text("x", encoding="utf-8")
        # Another student's, whose id begins with this one's.
        (tmp_path / f"done/ada--x--{number}.txt").write_text("x", encoding="utf-8")

    said = subprocess.run(
        [sys.executable, str(RECIPES / "queue/worker.py"), str(tmp_path), "--once", "--recover"],
        env=environment(),
        capture_output=True,
        timeout=300,
        check=False,
    )

    assert said.returncode == 0, said.stderr
    results = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in (tmp_path / "outbox").iterdir()
    }
    assert {name: result["status"] for name, result in results.items()} == {
        "ada--1": "graded",
        "ben--1": "pending",
        "cem--4": "pending",
        "dora--1": "graded",
        "eve--1": "pending",
    }
    assert results["ada--1"]["student_id"] == "ada"
    assert results["ben--1"]["proposed_grade"] is None
    assert results["cem--4"]["reasons"] == ["resubmission_limit"]
    assert len(list((tmp_path / "done").glob("eve--1*.txt"))) == 2  # it counts twice
    assert not list((tmp_path / "inbox").iterdir()) and not list((tmp_path / "working").iterdir())


def test_a_folder_in_the_inbox_does_not_end_the_worker(tmp_path: Path) -> None:
    """It is no submission and stays where it is."""
    folder = tmp_path / "inbox" / "mia--1.txt"
    folder.mkdir(parents=True)
    (tmp_path / "assessor.toml").write_text(settings("queue"), encoding="utf-8")

    said = subprocess.run(
        [sys.executable, str(RECIPES / "queue/worker.py"), str(tmp_path), "--once"],
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert said.returncode == 0, said.stderr
    assert folder.is_dir()


@pytest.mark.parametrize("kind", ["link", "hard link", "linked folder", "pipe", "flood", "device"])
def test_gradescope_reads_nothing_but_what_was_handed_in(tmp_path: Path, kind: str) -> None:
    """A link to the key beside the program is no answer; the key is in no result."""
    container = Autograder(tmp_path)
    key = tmp_path / "source" / "key"
    key.write_text("sk-canary-0123456789", encoding="utf-8")
    place = tmp_path / "submission"
    match kind:
        case "link":
            (place / "answer.txt").symlink_to(key)
        case "hard link":
            (place / "answer.txt").hardlink_to(key)
        case "linked folder":
            (place / "folder").symlink_to(tmp_path / "source", target_is_directory=True)
        case "pipe":
            os.mkfifo(place / "answer.txt")
        case "flood":
            (place / "answer.txt").write_text("x" * 1_000_001, encoding="utf-8")
        case _:
            (place / "answer.txt").symlink_to("/dev/zero")

    result = container.run({})

    assert "exactly one text file" in result["output"]
    assert "sk-canary" not in json.dumps(result)


def test_classrooms_answer_is_no_link(tmp_path: Path) -> None:
    """Git keeps links: one to the process's own environment would hand the key to its author."""
    home = Classroom(tmp_path)
    secret = tmp_path / "secret"
    secret.write_text("sk-canary-0123456789", encoding="utf-8")
    (tmp_path / "answer.md").symlink_to(secret)

    said = subprocess.run(
        [sys.executable, "-m", "assessor", "grade", "--answer-file", "answer.md",
         "--results", "r.json",
         "--rubric", "critique-of-an-ai-alignment-strategy", "--judge", "recorded"],
        cwd=home.home, env=environment(), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert said.returncode == 2
    assert "is a link" in said.stderr
    result = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert (result["status"], result["grade"]) == ("pending", None)
    assert "sk-canary" not in json.dumps(result) + said.stderr


def test_no_page_or_recipe_installs_a_strangers_program() -> None:
    """The name on the public index is another program's: a recipe would run it beside a key."""
    root = Path(__file__).parents[2]
    places = [root / "Makefile", root / "pyproject.toml", *root.glob("*.md")]
    places += [
        each
        for name in ("docs", "examples", "benchmarks", "assessor", "prompts", "rubrics", ".ci")
        for each in (root / name).rglob("*")
    ]
    named = re.compile(
        r"(?:pip3?|pipx|uvx?|uv tool|uv pip|poetry|conda)\s+(?:install|add|run|inject|tool install)"
        r"[^\n#`,;]*?(?<![\w/.-])[\"']?assessor(?![\w*-])(?:\[|[\"'=<>~!\s]|$)|uvx\s+assessor(?![\w-])",
        re.MULTILINE,
    )
    assert named.search("run: pip install assessor\n")
    assert named.search('pip install -U "assessor[ray]==1"')
    assert not named.search("pip install ./assessor_critique-*.whl")

    for path in places:
        if path.is_file() and path.suffix in {".md", ".sh", ".yml", ".yaml", ".py", ".toml", ""}:
            assert not named.search(path.read_text(encoding="utf-8")), path
    assert 'name = "assessor-critique"' in (root / "pyproject.toml").read_text(encoding="utf-8")


def test_a_submission_that_comes_while_one_of_its_name_is_graded_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers hold one each; what a killed one left does not go over what came later."""
    worker = runpy.run_path(str(RECIPES / "queue/worker.py"))
    for name in ("inbox", "working"):
        (tmp_path / name).mkdir()
    held = []
    for number, text in enumerate(("first", "second")):
        (tmp_path / "inbox/ada--1.txt").write_text(text, encoding="utf-8")
        monkeypatch.setattr("os.getpid", lambda number=number: 100 + number)
        held.append(worker["claim"](tmp_path))

    assert [each.read_text(encoding="utf-8") for each in held] == ["first", "second"]
    assert [each.name for each in held] == ["ada--1.txt"] * 2
