"""`assessor review` as a person starts and ends it."""

from __future__ import annotations

import csv
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from assessor.cli import run
from assessor.errors import InputError
from assessor.review.serve import Opened, bind
from tests.engine.build import RUBRIC
from tests.review.build import Visitor

ANSWERS = "student_id,answer\nS1,A finite set never covers all that may come up.\nS2,It rains.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("labels.yaml").write_text(RUBRIC, encoding="utf-8")
    Path("answers.csv").write_text(ANSWERS, encoding="utf-8")
    assert run(["grade", "answers.csv", "--rubric", "labels.yaml", "--judge", "none"]) == 0
    return tmp_path


def test_an_evening_ends_with_ctrl_c_and_leaves_the_files(folder: Path) -> None:
    """Decide, change points, write a workbook, stop: exit 0, and grades.csv says it all."""
    program = [sys.executable, "-u", "-m", "assessor", "review"]
    server = subprocess.Popen(
        program, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout is not None
        address = next(
            found.group(0) for line in server.stdout if (found := re.search(r"http://\S+", line))
        )
        visitor = visit(address)
        for _ in range(2):
            # Nobody gave points yet: what gives 0 is pressed twice.
            waiting = visitor.get("/go").place
            visitor.do(waiting, "accept")
            visitor.do(waiting, "accept")
        form = {
            "csrf": visitor.get("/rubric").value("csrf"),
            "question": "answer",
            "points proxy full": "2",
            "do": "apply",
        }
        changed = visitor.post("/rubric", form)
        preview = visitor.get("/release?to=xlsx")
        written = visitor.post(
            "/release", {"csrf": preview.value("csrf"), "to": "xlsx", "do": "export"}
        )
    finally:
        server.send_signal(signal.SIGINT)
        told, _ = server.communicate(timeout=20)

    table = (folder / "graded/answers/grades.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(table.splitlines()))
    assert server.returncode == 0
    assert "2 answers decided now, 2 in all; 0 still to review" in told
    assert [(row["grade"], row["released_by"], row["max_points"]) for row in rows] == [
        ("0", "review", "4"),
        ("0", "review", "4"),
    ]
    assert "Points changed" in changed.text
    assert "points: 2\n    feedback" in (folder / "labels.yaml").read_text(encoding="utf-8")
    assert "<b>2</b> new" in preview.text
    assert "Written: " in written.text
    assert (folder / "graded/answers/grades.xlsx").is_file()


@pytest.mark.parametrize("decided", [1, 2])
def test_a_blind_evening_goes_on_blind_and_then_to_what_it_shows(
    folder: Path, decided: int
) -> None:
    """The next step is not the page that shows what the judge said of the others."""
    program = [sys.executable, "-u", "-m", "assessor", "review", "--blind"]
    server = subprocess.Popen(
        program, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout is not None
        address = next(
            found.group(0) for line in server.stdout if (found := re.search(r"http://\S+", line))
        )
        visitor = visit(address)
        for _ in range(decided):
            waiting = visitor.get("/go").place
            visitor.do(waiting, "accept")
            visitor.do(waiting, "accept")
    finally:
        server.send_signal(signal.SIGINT)
        told, _ = server.communicate(timeout=20)

    following = " ".join(told.split()).partition("Next: ")[2]
    assert following.endswith("assessor review --blind" if decided == 1 else "assessor trust")


def test_a_page_whose_class_is_forgotten_says_so_and_changes_nothing(folder: Path) -> None:
    """While it is open, when it ends, and where it is started after that."""
    program = [sys.executable, "-u", "-m", "assessor", "review"]
    server = subprocess.Popen(
        program, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert server.stdout is not None
        address = next(
            found.group(0) for line in server.stdout if (found := re.search(r"http://\S+", line))
        )
        visitor = visit(address)
        shown = visitor.get("/go").place
        form = {"csrf": visitor.get(shown).value("csrf"), "do": "accept", "seen": ""}
        assert run(["runs", "purge", "--yes"]) == 0
        pages = ("/go", "/end", "/class", "/students", "/find?student=S1", "/release", "/rubric")
        told = [visitor.get(path) for path in (*pages, shown, f"{shown}/text", f"{shown}/trail")]
        told += [visitor.post(path, form) for path in (shown, "/undo", "/release")]
    finally:
        server.send_signal(signal.SIGINT)
        ended, _ = server.communicate(timeout=20)
    after = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)

    assert {each.status for each in told} == {410}
    said = "what was graded here was forgotten ("
    texts = [*(each.text for each in told), ended, after.stderr]
    assert [each for each in texts if said not in each] == []
    assert (server.returncode, after.returncode) == (2, 2)
    assert not (folder / ".assessor" / "decisions.jsonl").exists()


def visit(address: str) -> Visitor:
    """Enter a page that another process serves."""
    port = int(address.partition("127.0.0.1:")[2].partition("/")[0])
    spare = bind("127.0.0.1", 0)
    spare.socket.close()
    lock = type(spare.lock)(port=port, names=spare.lock.names)
    return Visitor(Opened(socket=spare.socket, lock=lock, address=address)).enter()


def test_the_network_needs_a_word_of_its_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A host that others reach is refused, with what it would mean."""
    code = run(["review", "--host", "0.0.0.0"])

    told = capsys.readouterr().err
    assert code == 2
    assert "add --open-to-network" in told
    assert "read answers and change grades, unencrypted" in told


def test_a_large_class_is_read_beside_its_page(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is told first; what cannot be read ends the page as any error does."""
    monkeypatch.setattr("assessor.cli.review.command.LARGE", 2)
    monkeypatch.setattr("assessor.cli.review.command._class_state", _unreadable)
    code = run(["review"])

    told = capsys.readouterr()
    assert code == 2
    assert told.out.index("Reading 2 answers") < told.out.index("http://127.0.0.1")
    assert told.err.strip() == "assessor: this cannot be read"


def _unreadable(*_: object) -> NoReturn:
    raise InputError("this cannot be read")


def test_an_address_that_cannot_be_used_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A port that is taken is no traceback."""
    taken = bind("127.0.0.1", 0)
    code = run(["review", "--port", str(taken.lock.port)])
    taken.socket.close()

    assert code == 2
    assert "name another --port" in capsys.readouterr().err


def test_on_the_network_addresses_are_let_in_and_names_are_not() -> None:
    """A rebound name is never a bare address."""
    opened = bind("0.0.0.0", 0)
    port = opened.lock.port
    opened.socket.close()

    allowed = [opened.lock.allows_host(f"{host}:{port}") for host in ("10.1.2.3", "evil.example")]

    assert allowed == [True, False]
