"""`assessor pull`: an assignment's submissions in a file that `grade` reads and a push knows."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.shell import Shell, csv_text, rows_of
from tests.files.made import ESSAY, docx, paragraph, run
from tests.servers import canvas_site, moodle_site
from tests.servers.canvas_site import CanvasSite
from tests.servers.moodle_site import MoodleSite
from tests.servers.site import Asked, Said, listening

DOCX = docx(paragraph(run(ESSAY)))
RUBRIC = "title: Essay\nquestion: Why?\nkey_points: [{points: 8, description: sugar}]\n"


def canvas_class() -> CanvasSite:
    handed_in = {"submitted_at": "2026-10-14T18:03:22Z", "workflow_state": "submitted"}
    return CanvasSite(
        scores={"501": None, "502": None, "503": None},
        submissions={
            "501": {**handed_in, "attempt": 2, "body": "<p>Typed <b>text</b>.</p>"},
            "502": {
                **handed_in,
                "attempt": 1,
                "attachments": [{"display_name": "../Ann Bee.docx", "url": "/files/1"}],
            },
        },
        files={"/files/1": DOCX},
    )


def test_canvas_from_pull_to_push(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's file name is kept, and the push needs no address any more."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site = canvas_class()
    shell.write("essay.yaml", RUBRIC)
    with listening(site) as base:
        site.base = base
        site.submissions["502"]["attachments"][0]["url"] = f"{base}/files/1"
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"

        pulled = shell("pull", url, "--out", "class.zip")
        checked = shell("check", "class.zip", "--json")
        graded = shell("grade", "class.zip", "--rubric", "essay.yaml", "--judge", "none")
        shell.write("sheet.csv", csv_text([["student_id", "total"], ["501", "8"], ["502", "4"]]))
        shell("review", "--sheet", "sheet.csv")
        pushed = shell("export", "--to", "canvas", "--push", "--yes")

    assert (pulled.code, checked.code, graded.code, pushed.code) == (0, 0, 0, 0)
    assert "2 handed in, 1 nothing, 1 file" in pulled.out
    with zipfile.ZipFile("class.zip") as opened:
        assert sorted(opened.namelist()) == ["assessor-pull.json", "files/502-1.docx"]
    for words in ("Typed text.", ESSAY, '"not_submitted"'):
        assert words in checked.out
    assert site.scores == {"501": 8.0, "502": 4.0, "503": None}


def test_moodle_gives_the_latest_and_no_draft(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The token goes in the body, never in an address."""
    monkeypatch.setenv("ASSESSOR_MOODLE_TOKEN", moodle_site.TOKEN)
    site = MoodleSite(scores={"501": None, "502": None, "503": None})
    place = "/webservice/pluginfile.php/9/essay.docx"
    with listening(site) as base:
        text = {"type": "onlinetext", "editorfields": [{"name": "onlinetext", "text": "<p>T.</p>"}]}
        file = {"filename": "Ann Bee.docx", "fileurl": f"{base}{place}"}
        site.files = {place: DOCX}
        site.submissions = {
            "501": {"plugins": [text, {"type": "file", "fileareas": [{"files": [file]}]}]},
            "502": {"status": "draft", "plugins": [text]},
        }
        url = f"{base}/mod/assign/view.php?id={moodle_site.MODULE}&action=grading"

        pulled = shell("pull", url)
        checked = shell("check", "moodle-678.zip", "--json")

    assert (pulled.code, checked.code) == (0, 0)
    assert f"T.\\n{ESSAY}" in checked.out
    assert checked.out.count('"not_submitted"') == 2
    assert not [each for each in site.asked if each.query]


def test_moodle_work_of_which_nothing_came_along_is_not_blank(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moodle takes no empty work, and its service cuts a picture out that was pasted into it."""
    monkeypatch.setenv("ASSESSOR_MOODLE_TOKEN", moodle_site.TOKEN)
    site = MoodleSite(scores={"501": None, "502": None})
    with listening(site) as base:
        text = {"type": "onlinetext", "editorfields": [{"name": "onlinetext", "text": "<p></p>"}]}
        site.submissions = {"501": {"plugins": [text]}}

        shell("pull", f"{base}/mod/assign/view.php?id={moodle_site.MODULE}", "--out", "class.zip")
        checked = shell("check", "class.zip", "--json")

    assert checked.out.count('"unreadable"') == 1
    assert '"blank"' not in checked.out
    assert "not blank; look at it on the platform: 501" in checked.out


def test_a_file_on_another_host_gets_no_token(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Canvas keeps files elsewhere and sends one there."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site, seen = canvas_class(), list[Asked]()

    def store(asked: Asked) -> Said:
        seen.append(asked)
        return Said(body=DOCX)

    def redirecting(asked: Asked) -> Said:
        if asked.path == "/files/1":
            return Said(status=302, headers={"location": f"{other}/kept"})
        return site(asked)

    with listening(store) as other, listening(redirecting) as base:
        site.base = base
        site.submissions["502"]["attachments"][0]["url"] = f"{base}/files/1"
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        pulled = shell("pull", url, "--out", "class.zip")

    assert pulled.code == 0
    assert [each.path for each in seen] == ["/kept"]
    assert "authorization" not in seen[0].headers
    with zipfile.ZipFile("class.zip") as opened:
        assert opened.read("files/502-1.docx") == DOCX


def test_a_pull_writes_over_its_own_file_only(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetched again it is new; a file of another kind or assignment is somebody's."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    shell.write("notes.zip", "precious")
    with listening(canvas_class()) as base:
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        first = shell("pull", url, "--out", "class.zip")
        again = shell("pull", url, "--out", "class.zip")
        said = shell("pull", url, "--out", "notes.zip")

    assert (first.code, again.code, said.code) == (0, 0, 2)
    assert "was not pulled from" in said.err
    assert (shell.home / "notes.zip").read_text(encoding="utf-8") == "precious"


def test_a_pulled_file_that_somebody_sent_names_no_host_alone(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The token is asked for before it goes where only a file says."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site = canvas_class()
    shell.write("essay.yaml", RUBRIC)
    with listening(site) as base:
        site.base = base
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        shell("pull", url, "--out", "class.zip")
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "another-user"))
        asked = len(site.asked)
        shell("grade", "class.zip", "--rubric", "essay.yaml", "--judge", "none")
        said = shell("export", "--to", "canvas", "--push", "--yes")

    assert said.code == 2
    assert "it alone says that the token goes to" in said.err
    assert len(site.asked) == asked


def test_an_address_without_an_assignment_is_refused(shell: Shell) -> None:
    """With both samples of what is needed."""
    said = shell("pull", "https://canvas.example/courses/1")

    assert said.code == 2
    assert "copy it from the browser" in said.err


def test_the_folder_that_one_stands_in_is_a_class(shell: Shell) -> None:
    """The files written are in it and called after it; the rubric there is nobody's hand-in."""
    shell.write("essay.yaml", RUBRIC)
    (shell.home / "s1.docx").write_bytes(DOCX)
    shell.write("s2.txt", "Another answer, typed.")

    said = shell("grade", ".", "--rubric", "essay.yaml", "--judge", "none")

    assert said.code == 0
    written = rows_of(shell.home / "graded" / "class" / "grades.csv")
    assert [row["student_id"] for row in written] == ["s1", "s2"]


ODD_SHAPES = [
    "null",
    "[]",
    "[7]",
    '"text"',
    "1e999",
    "NaN",
    '{"rubric": 7}',
    '[{"user_id": 1, "user": 7}]',
]


@pytest.mark.parametrize("odd", ODD_SHAPES)
@pytest.mark.parametrize("place", ["", "/submissions", "/submissions/update_grades"])
def test_what_no_interface_tells_ends_in_words(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, odd: str, place: str
) -> None:
    """Whatever stands where a site's data should, a pull and a push end in one line."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site = canvas_class()
    site.submissions["502"]["attachments"] = []
    lies = False

    def answer(asked: Asked) -> Said:
        said = site(asked)
        lied = lies and asked.path == f"{canvas_site.PLACE}{place}"
        return Said(body=odd.encode()) if lied else said

    shell.write("essay.yaml", RUBRIC)
    with listening(answer) as base:
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        shell("pull", url, "--out", "class.zip")
        shell("grade", "class.zip", "--rubric", "essay.yaml", "--judge", "none")
        shell.write("sheet.csv", csv_text([["student_id", "total"], ["501", "8"]]))
        shell("review", "--sheet", "sheet.csv")
        lies = True
        pulled = shell("pull", url, "--out", "again.zip")
        pushed = shell("export", "--to", "canvas", "--push", "--yes")

    for said in (pulled, pushed):
        assert said.code in {0, 2, 5}
        assert said.code == 0 or said.err.count("assessor: ") == 1


@pytest.mark.parametrize("points", ["1e999", "NaN", "true", '"1e400"', "[]"])
def test_points_that_are_no_number_are_none(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, points: str
) -> None:
    """What an assignment is worth is a number, or nothing is sent."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site = canvas_class()
    site.submissions["502"]["attachments"] = []

    def answer(asked: Asked) -> Said:
        said = site(asked)
        if asked.path != canvas_site.PLACE:
            return said
        return Said(body=b'{"name": "Essay", "points_possible": %s}' % points.encode())

    shell.write("essay.yaml", RUBRIC)
    with listening(answer) as base:
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        shell("pull", url, "--out", "class.zip")
        shell("grade", "class.zip", "--rubric", "essay.yaml", "--judge", "none")
        shell.write("sheet.csv", csv_text([["student_id", "total"], ["501", "8"]]))
        shell("review", "--sheet", "sheet.csv")
        pushed = shell("export", "--to", "canvas", "--push", "--yes")

    assert pushed.code == 5
    assert "in another form" in pushed.err
    assert site.scores["501"] is None


def pulled_and_graded(shell: Shell, url: str, grades: dict[str, str]) -> None:
    """A class fetched from a platform and graded by hand."""
    shell.write("essay.yaml", RUBRIC)
    assert shell("pull", url, "--out", "class.zip").code == 0
    assert shell("grade", "class.zip", "--rubric", "essay.yaml", "--judge", "none").code == 0
    shell.write("sheet.csv", csv_text([["student_id", "total"], *grades.items()]))
    assert shell("review", "--sheet", "sheet.csv", "--yes").code == 0


def test_a_grade_is_not_put_on_canvas_work_that_nobody_read(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handed in again, or at last, since the pull: fetched and graded anew, it goes out."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site = canvas_class()
    site.submissions["502"] = {**site.submissions["501"], "attempt": 1}
    grades = {"501": "8", "502": "4", "503": "0"}
    with listening(site) as base:
        site.base = base
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        pulled_and_graded(shell, url, grades)
        site.submissions["501"]["attempt"] = 3
        site.submissions["503"] = {**site.submissions["502"], "body": "<p>Late.</p>"}

        first = shell("export", "--to", "canvas", "--push", "--yes")
        there = dict(site.scores)
        pulled_and_graded(shell, url, grades)
        again = shell("export", "--to", "canvas", "--push", "--yes")

    assert (first.code, again.code) == (0, 0)
    assert there == {"501": None, "502": 4.0, "503": None}
    assert "2 with other work there than was fetched and graded" in first.out
    assert "Other work than was graded stands there of 501, 503." in " ".join(first.out.split())
    assert site.scores == {"501": 8.0, "502": 4.0, "503": 0.0}


def test_a_grade_is_not_put_on_moodle_work_that_nobody_read(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edited, opened again, handed in once more; what an earlier attempt got is not the last's."""
    monkeypatch.setenv("ASSESSOR_MOODLE_TOKEN", moodle_site.TOKEN)
    site = MoodleSite(scores=dict.fromkeys(("501", "502", "503", "504")))
    for user in site.scores:
        text = {"name": "onlinetext", "text": f"<p>T. {user}</p>"}
        plugin = {"type": "onlinetext", "editorfields": [text]}
        site.submissions[user] = {"plugins": [plugin]}
    grades = dict.fromkeys(site.scores, "4")
    with listening(site) as base:
        url = f"{base}/mod/assign/view.php?id={moodle_site.MODULE}"
        pulled_and_graded(shell, url, grades)
        site.submissions["501"]["timemodified"] = 2
        site.submissions["502"] |= {"attemptnumber": 1, "status": "reopened"}
        site.submissions["503"]["attemptnumber"] = 1
        site.scores["503"], site.earlier = "4.00000", {"503"}

        first = shell("export", "--to", "moodle", "--push", "--yes")
        there = dict(site.scores)
        del grades["502"]
        pulled_and_graded(shell, url, grades)
        again = shell("export", "--to", "moodle", "--push", "--yes")

    assert (first.code, again.code) == (0, 0)
    assert there == {"501": None, "502": None, "503": "4.00000", "504": "4.00000"}
    assert site.scores == {"501": "4.00000", "502": None, "503": "4.00000", "504": "4.00000"}
    assert site.earlier == set()


def test_a_pulled_class_is_known_by_its_own_numbers(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Student numbers that are others' user numbers name nobody, however many they fit."""
    monkeypatch.setenv("ASSESSOR_CANVAS_TOKEN", canvas_site.TOKEN)
    site = canvas_class()
    with listening(site) as base:
        site.base = base
        site.submissions["502"] = {}
        url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
        pulled_and_graded(shell, url, {"501": "8", "502": "4", "503": "0"})
        del site.scores["503"]
        site.scores["504"] = None
        numbers = {"501": "502", "502": "501", "504": "503"}
        site.users = {user: {"sis_user_id": number} for user, number in numbers.items()}

        said = shell("export", "--to", "canvas", "--push", "--yes")

    assert said.code == 0
    assert site.scores == {"501": 8.0, "502": 4.0, "504": None}
    assert "not there: 503" in said.out


def test_work_of_groups_is_not_pulled_as_nobodys(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moodle keeps it under the group: everybody would have handed in nothing."""
    monkeypatch.setenv("ASSESSOR_MOODLE_TOKEN", moodle_site.TOKEN)
    site = MoodleSite(scores={"501": None}, settings={"teamsubmission": 1})
    with listening(site) as base:
        said = shell("pull", f"{base}/mod/assign/view.php?id={moodle_site.MODULE}")

    assert said.code == 2
    assert "handed in by groups" in said.err
