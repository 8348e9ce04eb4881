"""Bad input: one clear message, the right exit code, nothing lost, no traceback."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from assessor.assignment.class_folder import TARGETS
from assessor.assignment.named_files import MOST_OF_A_FILE
from assessor.cli.export.pages import PAGES
from tests.cli.shell import SMALL_RUBRIC, Printed, Shell, at, plants_truth, serving
from tests.servers.scenario import Scenario, one

GRADE = ("grade", "answers.csv", "--rubric", "plants.yaml")
RECORDED = ("--judge", "recorded")


def refused(said: Printed, code: int, *words: str) -> None:
    assert said.code == code, said.err
    assert "Traceback" not in said.err + said.out
    for word in words:
        assert word in said.err + said.out


def test_a_missing_file(plants: Shell) -> None:
    """The path is named."""
    refused(plants("grade", "nothing.csv", *GRADE[2:], *RECORDED), 2, "nothing.csv", "no such file")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["empty"]),
        ("student_id,answer\n", ["answers.csv"]),
        ('student_id,answer\nS1,"never closed\nS2,x\n', ["quote", "answers.csv:2"]),
        ("student_id,answer\nS1,a\nS1,b\n", ["S1"]),
        ("a,b\n1,2\n", ["answers.csv", "--student"]),
        ("student_id,answer\nS1,a\x00b\n", ["answers.csv"]),
    ],
    ids=["empty", "header only", "unclosed quote", "duplicate student", "no columns", "NUL"],
)
def test_an_answers_file_that_cannot_be_used(plants: Shell, content: str, words: list[str]) -> None:
    """File, place and what to do; nothing is written."""
    plants.write("answers.csv", content)

    said = plants(*GRADE, *RECORDED)

    refused(said, 2, *words)
    assert not (plants.home / "graded").exists()


def test_an_unknown_rubric_lists_those_that_ship(plants: Shell) -> None:
    """A typo is told with the choices."""
    said = plants("grade", "answers.csv", "--rubric", "photosyntesis", *RECORDED)

    refused(said, 2, "photosyntesis", "critique-of-an-ai-alignment-strategy")


def test_a_rubric_with_five_faults_tells_all_five(plants: Shell) -> None:
    """Each with file, line, what and what to do."""
    plants.write(
        "bad.yaml",
        "title: T\nquestion: Q?\ncolour: red\nkey_points:\n"
        "  - {id: a, points: -1, description: x}\n"
        "  - {id: a, points: .nan, description: y}\n"
        "  - {id: b, points: 1}\n"
        "scoring: {rounding: 0}\n",
    )

    said = plants("grade", "answers.csv", "--rubric", "bad.yaml", *RECORDED)

    refused(said, 2)
    problems = [line for line in said.err.splitlines() if "bad.yaml:" in line]
    assert len(problems) >= 5


def test_no_judge_is_named(plants: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a terminal nothing is chosen, whatever key lies about."""
    monkeypatch.setenv("OPENAI_API_KEY", "stray")

    said = plants(*GRADE, "--yes")

    refused(said, 2, "no judge was named", "--judge openai")
    assert not (plants.home / ".assessor").exists()


@pytest.mark.slow
def test_an_unreachable_server_stops_the_run(plants: Shell) -> None:
    """Exit 5 with the host; everything is ungraded, not zero, and the files say so."""
    said = plants(
        *GRADE, "--judge", "openai", "--model", "m", "--base-url", "http://127.0.0.1:9/v1"
    )

    refused(said, 5, "127.0.0.1:9")
    states = {row["student_id"]: (row["state"], row["proposed_grade"]) for row in plants.rows()}
    assert states["S1"] == ("ungraded", "")


def test_a_refused_key_stops_at_the_first_request(plants: Shell) -> None:
    """Exit 5, one request, and where the key comes from."""
    with serving(plants_truth(), one("e401")) as server:
        said = plants(*GRADE, *at(server))

        refused(said, 5, "ASSESSOR_API_KEY")
        assert len(server.chats) == 1


def test_no_key_sends_none(plants: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key for OpenAI is not sent to another host."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with serving(plants_truth()) as server:
        plants(*GRADE, *at(server))

        assert server.chats
        assert not any("sk-secret" in str(each.headers) for each in server.requests)


def test_a_cost_limit_without_a_price(plants: Shell) -> None:
    """An unknown price cannot keep a limit."""
    with serving(plants_truth(), Scenario()) as server:
        said = plants(*GRADE, *at(server), "--max-cost", "1")

        refused(said, 2, "[judge.price]")
        assert server.chats == []


def test_the_key_is_nowhere_on_disk(plants: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the store, the results or the log (G11)."""
    monkeypatch.setenv("ASSESSOR_API_KEY", "sk-canary-key-4711")
    with serving(plants_truth()) as server:
        plants(*GRADE, *at(server), "-v")

        assert any("sk-canary-key-4711" in str(each.headers) for each in server.chats)
    for path in plants.home.rglob("*"):
        assert not path.is_file() or b"sk-canary-key-4711" not in path.read_bytes()


def test_an_unknown_command_says_what_there_is(shell: Shell) -> None:
    """A file's name alone is met with the command that grades it."""
    refused(shell("answers.csv"), 2, "assessor grade answers.csv")


def test_a_rubric_that_is_another_kind_of_file(plants: Shell) -> None:
    """A file that is there is not called missing."""
    said = plants("grade", "answers.csv", "--rubric", "answers.csv", *RECORDED)
    refused(said, 2, "answers.csv", "is no rubric", ".yaml")


@pytest.mark.parametrize("what", ["list", "log", "verify"])
def test_an_empty_store_is_said_to_be_empty(plants: Shell, what: str) -> None:
    """Before the first run there is no table, and no chain that could hold."""
    said = plants("runs", what)
    assert (said.code, said.out.strip()) == (0, "Nothing was graded here yet.")
    assert isinstance(plants("runs", what, "--json").json, dict)


def test_settings_that_are_no_text_are_refused(plants: Shell) -> None:
    """By name, without a traceback."""
    (plants.home / "assessor.toml").write_bytes(b"\xff")

    refused(plants(*GRADE, *RECORDED), 2, "assessor.toml", "save it as UTF-8")


def test_settings_for_a_target_that_there_is_not_are_refused(plants: Shell) -> None:
    """They would be passed over in silence."""
    plants.write("assessor.toml", "[export.canvaz]\nscale = true\n")

    refused(plants(*GRADE, *RECORDED), 2, "export.canvaz", "did you mean 'canvas'?")


def test_the_targets_of_settings_are_those_of_export() -> None:
    """One list."""
    assert set(PAGES) <= set(TARGETS)


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        (("grade", "answers.csv", "--rubric", "plants.yaml", "--run", "x"), "--run"),
        (("grade", "answers.csv", "--rubric", "plants.yaml", "--results", "r"), "--results"),
        (("grade", "answers.csv", "--answer-file", "a.txt"), "answers"),
        (("grade", "--answer-file", "a.txt", "--limit", "1", "--out", "x"), "--limit, --out"),
        (("check", "answers.csv", "--rubric", "plants.yaml"), "--rubric"),
        (("check", "plants.yaml", "--student", "x"), "--student"),
        (("check", "plants.yaml", "--model", "x"), "--model"),
        (("check", "answers.csv", "--run", "x"), "--run"),
        (("rubric", "list", "--run", "x"), "--run"),
        (("rubric", "show", "plants.yaml", "--answer", "x"), "--answer"),
        (("rubric", "show", "--schema", "--prompt"), "--prompt"),
        (("rubric", "show", "plants.yaml", "--diagnose", "--cell", "x"), "--cell"),
        (("rubric", "new", "--point", "1 point: x", "--model", "x"), "--model"),
        (("rubric", "diff", "plants.yaml", "--run", "x"), "--run"),
        (("trust", "--all"), "--all"),
        (("trust", "audit", "-n", "3"), "-n"),
        (("trust", "audit", "sheet.csv", "--out", "a.csv"), "--out"),
        (("review", "--sheet", "sheet.csv", "--blind", "--port", "1"), "--blind, --port"),
        (("export", "--to", "xlsx", "--column", "x"), "--column"),
        (("export", "--to", "canvas-rubric", "--release-unread"), "--release-unread"),
        (("runs", "list", "--run", "x"), "--run"),
        (("runs", "log", "--run", "x"), "--run"),
        (("runs", "verify", "--run", "x"), "--run"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_an_option_that_would_do_nothing_is_refused(
    plants: Shell, typed: tuple[str, ...], option: str
) -> None:
    """It is named, and nothing is started."""
    said = plants(*typed)

    refused(said, 2, f"assessor: {option} mean", "leave ")
    assert not (plants.home / ".assessor").exists()


def test_a_pipeline_gets_its_file_though_an_option_is_refused(plants: Shell) -> None:
    """Pending, with the reason."""
    said = plants("grade", "--answer-file", "a.txt", "--limit", "1", "--results", "r.json")

    refused(said, 2, "--limit")
    assert "stopped:input" in (plants.home / "r.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            ("grade", "answers.csv", "--method", "slow"),
            "Invalid value for '--method': 'slow' is not one of 'auto', 'careful', 'quick'; "
            "see: assessor grade --help",
        ),
        (("check",), "Missing argument 'FILE'; see: assessor check --help"),
        (
            ("trust", "sample", "-n", "0"),
            "Invalid value for '-n': 0 is not in the range x>=1; see: assessor trust sample --help",
        ),
        (("runs", "nope"), "No such command 'nope'; see: assessor runs --help"),
    ],
    ids=["a choice", "missing", "a range", "a command"],
)
def test_what_was_typed_wrongly_is_told_in_one_line(
    shell: Shell, typed: tuple[str, ...], said: str
) -> None:
    """With the page of help that lists what there is."""
    printed = shell(*typed)

    assert (printed.code, printed.err) == (2, f"assessor: {said}\n")


def test_nothing_typed_shows_the_help(shell: Shell) -> None:
    """On stderr, since nothing was done."""
    refused(shell(), 2, "Grade:")


def test_an_unknown_student_is_named_as_typed(plants: Shell) -> None:
    """With what to look at."""
    said = plants(*GRADE, *RECORDED, "--only", "Nobody")

    refused(said, 2, "--only: no student 'Nobody'", "assessor check answers.csv")


def test_an_output_folder_that_is_a_file_is_refused_before_anything_is_asked(
    plants: Shell,
) -> None:
    """Nothing is paid for that could not be written."""
    with serving(plants_truth()) as server:
        said = plants(*GRADE, *at(server), "--out", "plants.yaml")

    refused(said, 2, "plants.yaml: is a file", "--out")
    assert server.requests == []


def test_a_page_is_not_written_over_a_folder_nor_a_folder_over_a_file(plants: Shell) -> None:
    """What is in the way is named."""
    plants(*GRADE, "--judge", "none")
    plants.write("sheet.csv", "student_id,total\nS1,3\n")
    plants("review", "--sheet", "sheet.csv")

    refused(plants("export", "--to", "report", "--out", "graded"), 2, "graded: is a folder")
    refused(plants("export", "--to", "feedback", "--out", "sheet.csv"), 2, "is a file")


# Every place where a file is named that is read; ODD stands for it.
READ = {
    "answers": ("grade", "ODD", *GRADE[2:], *RECORDED),
    "check": ("check", "ODD"),
    "recording": (*GRADE, "--judge", "recorded:ODD"),
    "rubric": (*GRADE[:3], "ODD.yaml", *RECORDED),
    "check rubric": ("check", "ODD.yaml"),
    "guide": ("rubric", "new", "--from", "ODD", "--out", "new.yaml"),
    "question": (*GRADE[:2], "--rubric", "Q1=ODD.yaml", *RECORDED),
    "sheet": ("review", "--sheet", "ODD"),
    "trust": ("trust", "ODD"),
    "audit": ("trust", "audit", "ODD"),
    "compare": ("compare", "ODD", "sheet.csv"),
    "compared": ("compare", "sheet.csv", "sheet.csv", "--grades", "ODD"),
    "template": ("export", "--to", "canvas", "--template", "ODD"),
    "roster": ("export", "--to", "feedback", "--zip", "--yes", "--template", "ODD"),
    "receipt": ("export", "--to", "canvas", "--undo", "ODD"),
    "token": ("pull", "https://x.invalid/courses/1/assignments/2", "--key-file", "ODD"),
    "one answer": ("grade", "--answer-file", "ODD", *GRADE[2:], *RECORDED),
}


def _piped(path: Path) -> None:
    os.mkfifo(path)


def _to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MOST_OF_A_FILE + 1)


def _unreadable(path: Path) -> None:
    path.symlink_to("/proc/self/mem")


@pytest.mark.parametrize("made", [_piped, _to_a_device, Path.mkdir, _huge, _unreadable])
@pytest.mark.parametrize("command", READ.values(), ids=READ.keys())
def test_a_name_that_is_no_file_to_read_is_told_in_one_line(
    plants: Shell, command: tuple[str, ...], made: Callable[[Path], None]
) -> None:
    """A pipe that nobody writes into, a device without an end, a folder, a disk's image."""
    if made is _unreadable and not os.path.exists("/proc/self/mem"):
        made = Path.mkdir
    plants(*GRADE, "--judge", "none")
    plants.write("sheet.csv", "student_id,total\nS1,3\n")
    plants("review", "--sheet", "sheet.csv", "--yes")
    odd = "odd.yaml" if any(word.endswith("ODD.yaml") for word in command) else "odd.csv"
    made(plants.home / odd)

    said = plants(*(word.replace("ODD.yaml", odd).replace("ODD", odd) for word in command))

    refused(said, 2, odd)
    assert said.err.count("\n") == 1, said.err


@pytest.mark.parametrize("made", [_piped, _to_a_device])
def test_nothing_takes_the_place_of_a_pipe_or_a_device(
    plants: Shell, made: Callable[[Path], None]
) -> None:
    """What is written to --out replaces a file; a device of the system stays one."""
    plants(*GRADE, "--judge", "none")
    plants.write("sheet.csv", "student_id,total\nS1,3\n")
    plants("review", "--sheet", "sheet.csv", "--yes")
    made(path := plants.home / "odd.xlsx")
    before = path.lstat()

    for command in (
        ("export", "--to", "xlsx", "--yes", "--out", "odd.xlsx"),
        ("export", "--to", "report", "--out", "odd.xlsx"),
    ):
        refused(plants(*command), 4, "odd.xlsx: is a pipe or a device", "--out")
    assert path.lstat() == before


def test_a_pipe_among_the_results_is_told_before_anything_is_asked(plants: Shell) -> None:
    """Nothing is paid for that could not be written."""
    (plants.home / "graded" / "answers").mkdir(parents=True)
    _piped(plants.home / "graded" / "answers" / "grades.csv")
    with serving(plants_truth()) as server:
        refused(plants(*GRADE, *at(server)), 2, "grades.csv: is a pipe or a device")
    assert server.requests == []


def test_a_pipe_of_the_shells_own_is_read(plants: Shell) -> None:
    """`--answer-file <(...)` is none of these: what writes into it ends."""
    reads, writes = os.pipe()
    with os.fdopen(writes, "w") as file:
        file.write(SMALL_RUBRIC)
    said = plants("rubric", "new", "--from", f"/dev/fd/{reads}", "--out", "new.yaml")
    os.close(reads)

    assert said.code == 0, said.err


@pytest.mark.parametrize("half", [("--model", "qwen3:4b"), ("--base-url", "http://127.0.0.1:9/v1")])
def test_a_model_or_an_address_alone_names_no_judge(plants: Shell, half: tuple[str, str]) -> None:
    """What is missing is said, and nothing is sent."""
    refused(plants(*GRADE, *half), 2, "names no judge, so nothing was sent: add --judge openai")


def test_a_user_without_a_home_is_told_what_to_set(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Containers run as users that nobody knows of, and what is agreed to is kept at home."""

    def nowhere(_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", classmethod(nowhere))
    said = shell("runs", "list")

    assert said.code == 2
    assert "set HOME to a folder of yours" in said.err
