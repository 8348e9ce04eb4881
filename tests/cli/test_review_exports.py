"""From the page to the platform: its own file put there is filled in, and pages are handed out."""

from __future__ import annotations

import csv
import http.client
import io
from urllib.parse import quote

import pytest

from assessor.assignment.standing import load_standing
from assessor.cli.workplace import open_workplace
from assessor.review.outlets import Files
from tests.cli.shell import Shell, asked, at, plants_truth, serving
from tests.keeping.build import ANSWERS, grading, reviewing, set_up
from tests.review.build import Visitor

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Photosynthesis (77),Essay (78)\n"
    "    Points Possible,,,,,3,10\n"
    + "".join(f'"Name, {each}",{n},{each},{each},A,,\n' for n, each in enumerate(ANSWERS, 900))
)
MOODLE = (
    "Identifier,Full name,ID number,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
) + "".join(
    f"Participant {n},Name {each},{each},,Submitted for grading,,3.00,Yes,-,-,\n"
    for n, each in enumerate(ANSWERS, 900)
)

BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,"
    "Photosynthesis Points Grade <Numeric MaxPoints:3 Weight:5>,End-of-Line Indicator\r\n"
    + "".join(f"#{each},#{each},Name,{each},,#\r\n" for each in ANSWERS)
)


@pytest.fixture
def graded(shell: Shell) -> Shell:
    set_up(shell.home)
    assert shell(*grading(shell.home)).code == 0
    return shell


def send(visitor: Visitor, name: str, data: bytes, csrf: str) -> tuple[int, str]:
    """Send a file as the page's script does."""
    connection = http.client.HTTPConnection("127.0.0.1", visitor.opened.lock.port, timeout=60)
    headers = {"Host": visitor.host, "Cookie": visitor.cookie, "Origin": f"http://{visitor.host}"}
    path = f"{visitor.root}/template?name={quote(name)}"
    connection.request("POST", path, data, {**headers, "x-csrf": csrf})
    reply = connection.getresponse()
    said = reply.read().decode()
    connection.close()
    return reply.status, said.removeprefix(visitor.root)


def release(visitor: Visitor) -> None:
    page = visitor.get("/release")
    form = {"csrf": page.value("csrf"), "shown": page.value("shown"), "do": "unread", "sure": "yes"}
    assert visitor.post("/release", form).status == 200


def test_a_gradebook_put_on_the_page_is_filled_in(graded: Shell) -> None:
    """Which column is asked, what would change is shown first, and then the file is written."""
    with reviewing() as (class_state, visitor):
        release(visitor)
        csrf = visitor.get("/release").value("csrf")
        status, place = send(visitor, "../Grades (1).csv", CANVAS.encode(), csrf)
        unclear = visitor.get(place.partition("#")[0])
        column = "Photosynthesis (77)"
        seen = visitor.get(f"/release?to=canvas&column={quote(column)}")
        form = {"csrf": csrf, "to": "canvas", "column": column, "do": "export"}
        done = visitor.post("/release", form)

    assert (status, place) == (200, "/release?to=canvas#export")
    assert "which one takes the grades?" in unclear.text or column in unclear.text
    assert column in seen.text
    assert "Write the file" in seen.text
    assert "Written: " in done.text
    (written,) = (graded.home / "graded" / "answers").glob("canvas-*.csv")
    rows = list(csv.reader(io.StringIO(written.read_text(encoding="utf-8-sig"))))
    place_of = rows[0].index(column)
    released = {each.key[0]: each.grade.grade for each in class_state.entries}
    out = {row[2]: row[place_of] for row in rows[2:]}
    assert {student for student, points in out.items() if points} == {
        student for student, points in released.items() if points is not None
    }
    assert not (graded.home.parent / "Grades (1).csv").exists()


def test_a_moodle_worksheet_is_known_too_and_a_letter_is_not(graded: Shell) -> None:
    """The target is told by the file; what no platform takes back is refused in words."""
    with reviewing() as (_, visitor):
        csrf = visitor.get("/release").value("csrf")
        moodle = send(visitor, "Grades-Bio.csv", MOODLE.encode(), csrf)
        letter = send(visitor, "letter.txt", b"Dear all", csrf)
        forged = send(visitor, "Grades-Bio.csv", MOODLE.encode(), "wrong")

    kept = graded.home / ".assessor" / "templates"
    there = [each.name for each in kept.iterdir()]
    assert graded("runs", "purge", "--yes").code == 0

    assert there == ["Grades-Bio.csv"]
    assert list(kept.iterdir()) == [], "a class that is forgotten leaves no names behind"
    assert moodle == (200, "/release?to=moodle#export")
    assert letter[0] == 400
    assert "is no file that a platform takes back" in letter[1]
    assert forged[0] == 403


def test_feedback_pages_are_handed_out_from_the_page(graded: Shell) -> None:
    """Of what is released, and nothing before that."""
    with reviewing() as (_, visitor):
        before = visitor.get("/release?to=feedback").text
        release(visitor)
        seen = visitor.get("/release?to=feedback").text
        csrf = visitor.get("/release").value("csrf")
        done = visitor.post("/release", {"csrf": csrf, "to": "feedback", "do": "export"}).text
        again = visitor.get("/wording?question=answer&cell=respiration").text

    pages = list((graded.home / "graded" / "answers" / "feedback").glob("*.html"))
    assert "nothing to hand out" in before
    assert "pages to be written to" in seen
    assert "says whose page is whose" in done
    assert len(pages) == len(ANSWERS) - 1, "one waits for review"
    assert "assessor grade" not in again


def test_nothing_is_written_through_a_link_that_came_with_the_folder(graded: Shell) -> None:
    """Neither the students' pages nor the platform's file that was put on the page."""
    elsewhere = graded.home / "elsewhere"
    elsewhere.mkdir()
    for name in ("graded/answers/feedback", ".assessor/templates"):
        (graded.home / name).symlink_to(elsewhere)

    with reviewing() as (_, visitor):
        release(visitor)
        csrf = visitor.get("/release").value("csrf")
        status, said = send(visitor, "Grades.csv", CANVAS.encode(), csrf)
        shown = visitor.get("/release?to=feedback")
        form = {"csrf": csrf, "to": "feedback", "column": "", "do": "export"}
        done = visitor.post("/release", form)

    assert status == 400
    assert "templates: is a link" in said
    assert "feedback: is a link" in shown.text
    assert "feedback: is a link" in done.text
    assert list(elsewhere.iterdir()) == []


def test_every_platform_is_offered_and_says_which_file_it_needs(graded: Shell) -> None:
    """Nobody has to guess that Canvas is meant to be dropped first."""
    with reviewing() as (_, visitor):
        release(visitor)
        page = visitor.get("/release")
        canvas = visitor.get("/release?to=canvas")
        csrf = page.value("csrf")
        sent = send(visitor, "Grades Export.csv", BRIGHTSPACE.encode(), csrf)
        seen = visitor.get(sent[1].partition("#")[0])
        done = visitor.post("/release", {"csrf": csrf, "to": "brightspace", "do": "export"})

    for name in ("canvas", "moodle", "brightspace", "xlsx", "feedback"):
        assert f'<option value="{name}"' in page.text
    assert "Put the gradebook&#39;s export of Canvas on this page first" in canvas.text
    assert "Write the file" not in canvas.text
    assert sent == (200, "/release?to=brightspace#export")
    assert "Photosynthesis Points Grade" in seen.text
    assert "Written: " in done.text
    (written,) = (graded.home / "graded" / "answers").glob("brightspace-*.csv")
    rows = list(csv.reader(io.StringIO(written.read_text(encoding="utf-8-sig"))))
    assert sum(bool(row[-2]) for row in rows[1:]) == len(ANSWERS) - 1


def test_a_folder_of_rubrics_that_is_a_link_is_not_this_classs(graded: Shell) -> None:
    """A ruling or a phrase is written into the rubric's file: not into one behind a link."""
    workplace = open_workplace({}, {})
    with workplace.open_store() as store:
        (rubric,) = load_standing(workplace, store).rubrics.values()
    below, elsewhere = graded.home / "rubrics", graded.home.parent / "elsewhere"
    below.mkdir()
    (graded.home / "plants.yaml").rename(below / "plants.yaml")
    here = Files(place=workplace).find(rubric)
    below.rename(elsewhere)
    below.symlink_to(elsewhere)

    assert here is not None and here.target == str(below / "plants.yaml")
    assert Files(place=workplace).find(rubric) is None


@pytest.mark.parametrize("name", ["../elsewhere/plants.yaml", "link/plants.yaml", "whole"])
def test_a_rubric_elsewhere_that_the_settings_name_is_not_written_into(
    graded: Shell, name: str
) -> None:
    """Whoever sends a folder would say which of my files a ruling changes."""
    workplace = open_workplace({}, {})
    with workplace.open_store() as store:
        (rubric,) = load_standing(workplace, store).rubrics.values()
    elsewhere = graded.home.parent / "elsewhere"
    elsewhere.mkdir()
    (graded.home / "plants.yaml").rename(elsewhere / "plants.yaml")
    (graded.home / "link").symlink_to(elsewhere)
    name = str(elsewhere / "plants.yaml") if name == "whole" else name
    graded.write("assessor.toml", f"[[question]]\nrubric = {name!r}\n")

    assert (graded.home / name).is_file()
    assert Files(place=open_workplace({}, {})).find(rubric) is None


def test_words_changed_on_the_page_are_read_by_the_judge_of_the_settings(
    plants: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One key point of each answer, at the terminal's rules: a host that was not agreed to gets
    nothing, and the page names it and the command."""
    with serving(plants_truth()) as server:
        assert plants("grade", "answers.csv", "--rubric", "plants.yaml", *at(server)).code == 0
        first = asked(server)
        names = f'[judge]\nuse = "openai"\nmodel = "test-model"\nbase_url = "{server.url}"\n'
        plants.write("assessor.toml", names)
        with reviewing() as (_, visitor):
            before = changed_words(visitor)
        unread = asked(server)
        monkeypatch.setenv("ASSESSOR_BASE_URL", server.url)
        with reviewing() as (class_state, visitor):
            place = "/wording?question=answer&cell=no_light"
            offer = visitor.get(place)
            form = {"csrf": offer.value("csrf"), "question": "answer", "cell": "no_light"}
            visitor.post("/wording", {**form, "do": "read", "asks": offer.value("asks")})
            page = visitor.get(place).text
            while "Reading again" in page:
                page = visitor.get(place).text

    assert "it alone says that answers" in before
    assert unread == first
    assert "To ask again: " in offer.text
    assert "test-model" in offer.text
    assert "Requests: " in page
    assert first < asked(server)
    assert class_state.material.rubrics["answer"].key_points[1].description.endswith("in the dark")


def changed_words(visitor: Visitor) -> str:
    """Give a key point other words, and return what the page says of reading by them."""
    where = {"question": "answer", "cell": "no_light"}
    page = visitor.get("/wording?question=answer&cell=no_light")
    words = {"field description": "says that nothing makes up for it in the dark"}
    form = {"csrf": page.value("csrf"), **where, **words, "do": "apply"}
    return visitor.post("/wording", form).text
