"""`assessor export --push`: whatever a platform says, the receipt tells what it holds."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from assessor.ambient import real
from assessor.assignment.push_receipt import alone_at, read_plan
from assessor.disk import held
from assessor.platforms import address_of
from assessor.platforms.base import Sending
from assessor.store import open_store
from tests.cli.shell import Printed, Shell, csv_text, rows_of
from tests.servers import canvas_site, moodle_site
from tests.servers.canvas_site import CanvasSite
from tests.servers.moodle_site import MoodleSite

RUBRIC = """\
title: Essay
question: What is wrong with counting replies?
key_points:
  - {id: proxy, points: 8, description: the count stands for something else}
"""
GRADES = {"501": "8", "502": "4", "503": "0"}
WORDS = {user: f"Words for {user}:\nread <b> again." for user in GRADES}


def graded(shell: Shell, grades: dict[str, str] | None = None) -> None:
    """A class graded by hand, with feedback."""
    grades = GRADES if grades is None else grades
    shell.write("essay.yaml", RUBRIC)
    rows = [["student_id", "answer"], *([user, f"Answer of {user}"] for user in grades)]
    shell.write("answers.csv", csv_text(rows))
    assert shell("grade", "answers.csv", "--rubric", "essay.yaml", "--judge", "none").code == 0
    sheet = [["student_id", "proxy", "total", "feedback"]]
    sheet += [[user, points, points, WORDS.get(user, "")] for user, points in grades.items()]
    shell.write("sheet.csv", csv_text(sheet))
    assert shell("review", "--sheet", "sheet.csv").code == 0


def to_canvas(shell: Shell, site: CanvasSite, *more: str) -> Printed:
    url = f"{site.base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
    return shell("export", "--to", "canvas", "--push", url, *(more or ("--yes",)))


def to_moodle(shell: Shell, site: MoodleSite, *more: str) -> Printed:
    url = f"{site.base}/mod/assign/view.php?id={moodle_site.MODULE}"
    return shell("export", "--to", "moodle", "--push", url, *(more or ("--yes",)))


def folders(shell: Shell) -> list[Path]:
    return sorted((shell.home / "graded" / "answers" / "pushed").iterdir())


def receipt(shell: Shell, name: str = "receipt.csv") -> dict[str, tuple[str, str, str, str, str]]:
    return {
        row["student_id"]: (
            row["before"],
            row["sent"],
            row["held_now"],
            row["status"],
            row["comment"],
        )
        for row in rows_of(folders(shell)[-1] / name)
    }


GOOD = {
    "501": ("", "8", "8", "ok", "sent"),
    "502": ("2", "4", "4", "ok", "sent"),
    "503": ("", "0", "0", "ok", "sent"),
}


def test_canvas_gets_grades_and_comments_once(shell: Shell, canvas: CanvasSite) -> None:
    """Everybody of the class and nobody else; a second push has nothing to send."""
    graded(shell)

    first = to_canvas(shell, canvas)
    again = to_canvas(shell, canvas)

    assert first.code == 0
    assert receipt(shell) == GOOD
    assert canvas.scores == {"501": 8.0, "502": 4.0, "503": 0.0, "504": 7.0}
    assert {user: [c["comment"] for c in there] for user, there in canvas.comments.items()} == {
        user: [text] for user, text in WORDS.items()
    }
    assert "shows each grade to its student as it arrives" in first.out
    assert again.code == 2
    assert "nothing to send" in again.err
    assert len(canvas.jobs) == 1


def test_moodle_gets_grades_and_feedback(shell: Shell, moodle: MoodleSite) -> None:
    """As markup that says the same, and found the same after the editor's cleaning."""
    graded(shell)

    first = to_moodle(shell, moodle)
    again = to_moodle(shell, moodle)

    assert first.code == 0
    assert receipt(shell) == GOOD
    assert moodle.scores["504"] == "7.00000"
    assert moodle.feedback["501"] == '<p dir="ltr">Words for 501:<br />read &lt;b&gt; again.</p>'
    assert again.code == 2


@pytest.mark.parametrize(
    ("lie", "status", "comment"),
    [
        pytest.param("nothing", "differs", "missing", id="200 and nothing saved"),
        pytest.param("dropped", "differs", "missing", id="the comment dropped"),
        pytest.param("lost", "ok", "sent", id="done and answered with an error"),
        pytest.param("broken", "ok", "sent", id="done and not answered"),
        pytest.param("fail", "differs", "missing", id="the job failed half way"),
        pytest.param("twice", "differs", "twice", id="the comment stands twice"),
    ],
)
def test_canvas_lies_and_the_receipt_does_not(
    shell: Shell, canvas: CanvasSite, lie: str, status: str, comment: str
) -> None:
    """What is held is read again; the answer to a write proves nothing."""
    graded(shell)
    canvas.lies = {lie}

    said = to_canvas(shell, canvas)

    assert receipt(shell)["503"][3:] == (status, comment)
    assert said.code == (0 if status == "ok" else 3)


@pytest.mark.parametrize(
    ("lie", "status", "comment"),
    [
        pytest.param("nothing", "differs", "missing", id="null and nothing saved"),
        pytest.param("dropped", "differs", "missing", id="the feedback dropped"),
        pytest.param("lost", "ok", "sent", id="done and not answered"),
        pytest.param("late_error", "ok", "sent", id="done and answered with an exception"),
    ],
)
def test_moodle_lies_and_the_receipt_does_not(
    shell: Shell, moodle: MoodleSite, lie: str, status: str, comment: str
) -> None:
    """Errors come with 200, and null says nothing."""
    graded(shell)
    moodle.lies = {lie}

    said = to_moodle(shell, moodle)

    assert {each[3:] for each in receipt(shell).values()} == {(status, comment)}
    assert said.code == (0 if status == "ok" else 3)


def test_a_grade_without_words_of_ours_keeps_the_teachers(shell: Shell, moodle: MoodleSite) -> None:
    """Moodle saves no grade without its feedback: it goes along as it is stored."""
    graded(shell, {"501": "8", "504": "8"})
    mine = '<p>See <a href="https://example.edu">it</a> <img src="@@PLUGINFILE@@/a.png"></p>'
    moodle.feedback["504"] = mine

    said = to_moodle(shell, moodle)

    assert said.code == 0
    assert moodle.scores["504"] == "8.00000"
    assert moodle.feedback["504"] == mine


def test_one_students_error_is_not_the_others(shell: Shell, moodle: MoodleSite) -> None:
    """Moodle ends its loop at the first; so each goes alone."""
    graded(shell)
    moodle.refused = {"502"}

    said = to_moodle(shell, moodle)

    assert said.code == 3
    assert [each[3] for each in receipt(shell).values()] == ["ok", "differs", "ok"]
    assert moodle.scores["502"] == "2.00000"


@pytest.mark.parametrize("status", [403, 429])
def test_a_busy_host_is_waited_for(shell: Shell, canvas: CanvasSite, status: int) -> None:
    """What was refused for coming too often was not done, and is sent again."""
    graded(shell)
    canvas.busy, canvas.busy_status = 3, status

    assert to_canvas(shell, canvas).code == 0
    assert receipt(shell) == GOOD


def test_a_job_that_takes_its_time_is_waited_for(shell: Shell, canvas: CanvasSite) -> None:
    """It is only queued when the answer comes."""
    graded(shell)
    canvas.slow_jobs = 5

    assert to_canvas(shell, canvas).code == 0
    assert receipt(shell) == GOOD


def test_nothing_is_lowered_unasked_and_nobody_excused_is_graded(
    shell: Shell, canvas: CanvasSite
) -> None:
    """All rules of an export hold; points taken for lateness do not make a grade lower."""
    graded(shell)
    canvas.scores["502"] = 6.0
    canvas.excused = {"503"}
    canvas.late = {"501": 3.0}

    said = to_canvas(shell, canvas)

    assert said.code == 0
    assert "1 kept, though lower here" in said.out
    assert "1 locked, excused" in said.out
    assert canvas.scores == {"501": 8.0, "502": 6.0, "503": None, "504": 7.0}
    assert list(receipt(shell)) == ["501"]


def test_a_column_worth_more_is_refused(shell: Shell, canvas: CanvasSite) -> None:
    """Totals are complete or do not go out."""
    graded(shell)
    canvas.settings = {"points_possible": 11}

    said = to_canvas(shell, canvas)

    assert said.code == 2
    assert "is worth 11 points and the rubrics cover 8" in said.err
    assert canvas.jobs == {}


@pytest.mark.parametrize(
    "settings",
    [
        {"moderated_grading": True},
        {"anonymize_students": True},
        {"grading_type": "pass_fail"},
        {"group_category_id": 9},
        {"published": False},
    ],
    ids=lambda each: next(iter(each)),
)
def test_what_takes_no_grades_is_refused(
    shell: Shell, canvas: CanvasSite, settings: dict[str, object]
) -> None:
    """Said before anything is sent."""
    graded(shell)
    canvas.settings = settings

    said = to_canvas(shell, canvas)

    assert said.code == 2
    assert "nothing was sent" in said.err
    assert canvas.jobs == {}


def test_points_go_into_the_platforms_own_rubric(shell: Shell, canvas: CanvasSite) -> None:
    """Where its criteria are called as ours are; a rubric that was not saved is told."""
    graded(shell)
    criterion = {"id": "_1", "description": "The count stands for something else", "points": 8}
    canvas.settings = {"rubric": [criterion]}

    good = to_canvas(shell, canvas)
    first = dict(canvas.assessments)
    canvas.scores["501"], canvas.assessments, canvas.lies = None, {}, {"rubric"}
    bad = to_canvas(shell, canvas)

    assert good.code == 0
    assert first["502"] == {"_1": {"points": 4.0}}
    assert (bad.code, canvas.scores["501"]) == (3, 8.0)
    assert "1 of 1 criterion is not there" in bad.out


def test_no_points_by_criterion_go_along_with_another_grade(
    shell: Shell, canvas: CanvasSite
) -> None:
    """Where ours is added to what is there, our criteria are not what the grade is made of."""
    graded(shell)
    criterion = {"id": "_1", "description": "The count stands for something else", "points": 8}
    canvas.settings = {"rubric": [criterion], "points_possible": 20}
    canvas.scores |= {"501": 1.0}

    said = to_canvas(shell, canvas, "--add-to-existing", "--yes")

    assert said.code == 0
    assert (canvas.scores["501"], canvas.scores["502"]) == (9.0, 6.0)
    assert canvas.assessments == {}


def test_moodles_rubric_gets_levels(shell: Shell, moodle: MoodleSite) -> None:
    """Under a rubric a plain grade is ignored: the levels make it."""
    graded(shell)
    moodle.module = {"advancedgrading": [{"area": "submissions", "method": "rubric"}]}

    assert to_moodle(shell, moodle).code == 0
    assert moodle.scores["502"] == "4.00000"


def test_criteria_that_do_not_make_the_grade_are_not_sent_in_its_place(
    shell: Shell, moodle: MoodleSite
) -> None:
    """Under a rubric the levels make the grade: another one than was said would stand there."""
    graded(shell, {"501": "8", "502": "4"})
    moodle.module = {"advancedgrading": [{"area": "submissions", "method": "rubric"}]}
    moodle.scores |= {"501": "0.00000"}

    said = to_moodle(shell, moodle, "--add-to-existing", "--yes")

    assert (said.code, moodle.scores["501"]) == (0, "8.00000")
    assert moodle.scores["502"] == "2.00000"
    assert "1 with points by criterion that do not make the grade" in said.out


def test_a_grade_read_otherwise_since_its_release_is_not_made_of_the_new_criteria(
    shell: Shell, moodle: MoodleSite
) -> None:
    """What was released stays as released, also where the platform makes it of levels."""
    shell.write("essay.yaml", RUBRIC)
    answers = {"501": "The count stands for what they think.", "502": "People count for others."}
    rows = [["student_id", "answer"], *([user, text] for user, text in answers.items())]
    shell.write("answers.csv", csv_text(rows))
    moodle.module = {"advancedgrading": [{"area": "submissions", "method": "rubric"}]}
    told = {"cell": "proxy", "gap": "", "quotes": ["count"], "level": "full", "p_full": 0.99}
    for made in (answers, {"502": answers["502"]}):
        lines = [
            {"student_id": user, "answer": text, "pass": asked}
            | (told if user in made else told | {"level": "absent", "p_full": 0.01, "quotes": []})
            for user, text in answers.items()
            for asked in ("neutral", "charitable", "strict")
        ]
        shell.write("judge.jsonl", "\n".join(map(json.dumps, lines)) + "\n")
        judged = ("--judge", "recorded:judge.jsonl", "--again", "--review-budget", "0%")
        assert shell("grade", "answers.csv", "--rubric", "essay.yaml", *judged).code == 0
        assert shell("export", "--to", "xlsx", "--release-unread", "--yes").code == 0

    said = to_moodle(shell, moodle)

    assert (said.code, moodle.scores["501"], moodle.scores["502"]) == (0, None, "8.00000")
    assert "1 with points by criterion that do not make the grade" in said.out


def test_moodles_other_rubric_is_refused(shell: Shell, moodle: MoodleSite) -> None:
    """Three points are no level there."""
    graded(shell, {"501": "8", "502": "3"})
    moodle.module = {"advancedgrading": [{"area": "submissions", "method": "rubric"}]}

    said = to_moodle(shell, moodle)

    assert said.code == 2
    assert "which is not this one" in said.err
    assert moodle.scores["501"] is None


def test_a_workflow_state_is_kept(shell: Shell, moodle: MoodleSite) -> None:
    """An empty one would set the student back."""
    graded(shell)
    moodle.settings, moodle.states = {"markingworkflow": 1}, {"501": "inreview"}

    assert to_moodle(shell, moodle).code == 0
    assert moodle.states["501"] == "inreview"


def test_what_a_tokens_service_lacks_is_named(shell: Shell, moodle: MoodleSite) -> None:
    """All of it at once, for the administrator."""
    graded(shell)
    moodle.functions = moodle.functions[:5]

    said = to_moodle(shell, moodle)

    assert said.code == 2
    assert "lacks mod_assign_get_grades, mod_assign_save_grades, mod_assign_get" in said.err


def test_students_are_known_by_their_other_ids(shell: Shell, canvas: CanvasSite) -> None:
    """By one kind for the whole class; an unknown one is named and left out."""
    graded(shell, {"ann@a.example": "8", "bee@a.example": "4"})
    canvas.users = {"501": {"email": "Ann@a.example"}}

    said = to_canvas(shell, canvas)

    assert said.code == 0
    assert "not there: bee@a.example" in said.out
    assert list(receipt(shell)) == ["ann@a.example"]


def test_numbers_that_are_other_peoples_are_refused(shell: Shell, canvas: CanvasSite) -> None:
    """A student number may be somebody else's user number."""
    graded(shell)
    canvas.users = {"504": {"sis_user_id": "501"}, "501": {"sis_user_id": "502"}}
    canvas.users |= {"502": {"sis_user_id": "503"}}

    said = to_canvas(shell, canvas)

    assert said.code == 2
    assert "in two ways" in said.err
    assert canvas.jobs == {}


def test_another_classs_names_are_refused(shell: Shell, canvas: CanvasSite) -> None:
    """The ids fit and the people do not."""
    shell.write("essay.yaml", RUBRIC)
    rows = [["student_id", "name", "answer"], ["501", "Ann Bee", "x y"], ["502", "Cid Dee", "z"]]
    shell.write("answers.csv", csv_text(rows))
    shell("grade", "answers.csv", "--rubric", "essay.yaml", "--judge", "none", "--answer", "answer")
    shell.write("sheet.csv", csv_text([["student_id", "total"], ["501", "8"], ["502", "4"]]))
    shell("review", "--sheet", "sheet.csv")

    said = to_canvas(shell, canvas)

    assert said.code == 2
    assert "another name on the platform" in said.err


def test_nothing_is_sent_without_a_yes(shell: Shell, canvas: CanvasSite) -> None:
    """Nobody can be asked in a pipe."""
    graded(shell)

    said = to_canvas(shell, canvas, "-v")

    assert said.code == 2
    assert "Send 3 students' grades to http://127.0.0.1" in said.err
    assert canvas.jobs == {}


def test_a_host_that_only_a_file_names_gets_no_token(
    shell: Shell, canvas: CanvasSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with --yes; once the user named it, it is known, and another path there is not."""
    graded(shell)
    url = f"{canvas.base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"
    shell.write("assessor.toml", f'[export.canvas]\nurl = "{url}"\n')

    refused = shell("export", "--to", "canvas", "--push", "--yes")
    asked = len(canvas.asked)
    named = to_canvas(shell, canvas)
    shell.write(
        "assessor.toml", f'[export.canvas]\nurl = "{url.replace("/courses", "/~x/courses")}"\n'
    )
    elsewhere = shell("export", "--to", "canvas", "--push", "--yes")

    assert refused.code == elsewhere.code == 2
    assert "token goes to" in elsewhere.err and "/~x" in elsewhere.err
    assert "it alone says that the token goes to" in refused.err
    assert asked == 0
    assert named.code == 0


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://canvas.example/courses/1/assignments/2", "begins with https://"),
        ("https://a:b@canvas.example/courses/1/assignments/2", "name and password"),
        ("https://canvas.example/courses/1", "is not the address of an assignment's page"),
    ],
)
def test_an_address_that_will_not_do_is_refused(
    shell: Shell, canvas: CanvasSite, url: str, words: str
) -> None:
    """TLS but for this machine."""
    graded(shell)

    said = shell("export", "--to", "canvas", "--push", url, "--yes")

    assert said.code == 2
    assert words in said.err


def test_the_next_page_of_another_host_is_not_followed(shell: Shell, canvas: CanvasSite) -> None:
    """It would get the token."""
    graded(shell)
    canvas.base, base = "http://127.0.0.1:9", canvas.base
    url = f"{base}/courses/{canvas_site.COURSE}/assignments/{canvas_site.WORK}"

    said = shell("export", "--to", "canvas", "--push", url, "--yes")

    assert said.code == 5
    assert "another host" in said.err


def test_a_list_without_an_end_is_not_followed(
    shell: Shell, canvas: CanvasSite, moodle: MoodleSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither for ever new students nor for the same ones under ever new addresses."""
    monkeypatch.setattr("assessor.platforms.connection._MOST_LISTED", 1000)
    graded(shell)
    canvas.lies.add("again")
    assert to_canvas(shell, canvas).code == 0
    canvas.lies.add("endless")
    moodle.lies.add("endless")

    for said in (to_canvas(shell, canvas), to_moodle(shell, moodle)):
        assert said.code == 5
        assert "more than 1,000 students" in said.err


def test_a_token_in_a_file_that_others_may_read_is_refused(
    shell: Shell, canvas: CanvasSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And taken from one that they may not; no file of ours holds it."""
    graded(shell)
    monkeypatch.delenv("ASSESSOR_CANVAS_TOKEN")
    key = shell.write("key", f"{canvas_site.TOKEN}\n")
    key.chmod(0o644)

    refused = to_canvas(shell, canvas, "--key-file", "key", "--yes")
    key.chmod(0o600)
    good = to_canvas(shell, canvas, "--key-file", "key", "--yes")

    assert (refused.code, good.code) == (2, 0)
    assert "chmod 600" in refused.err
    held = [path for path in shell.home.rglob("*") if path.is_file() and path != key]
    assert not [path for path in held if canvas_site.TOKEN.encode() in path.read_bytes()]
    assert canvas_site.TOKEN not in refused.out + refused.err + good.out + good.err


def test_a_push_is_undone_where_it_still_stands(shell: Shell, canvas: CanvasSite) -> None:
    """A grade that somebody changed since is left alone, and our comments go."""
    graded(shell)
    to_canvas(shell, canvas)
    canvas.scores["503"] = 5.0
    place = folders(shell)[-1] / "receipt.csv"

    said = shell("export", "--to", "canvas", "--undo", str(place), "--yes")

    assert said.code == 3
    assert canvas.scores == {"501": None, "502": 2.0, "503": 5.0, "504": 7.0}
    assert canvas.comments["501"] == []
    assert receipt(shell, "undone.csv") == {
        "501": ("8", "none", "", "ok", "taken back"),
        "502": ("4", "2", "2", "ok", "taken back"),
        "503": ("", "0", "5", "differs", ""),
    }


def test_an_undo_that_was_cut_short_is_finished_by_the_same_again(
    shell: Shell, canvas: CanvasSite
) -> None:
    """The grade went back and our words did not: nobody keeps words on a grade that is gone."""
    graded(shell)
    to_canvas(shell, canvas)
    place = folders(shell)[-1] / "receipt.csv"
    canvas.lies = {"kept"}
    short = shell("export", "--to", "canvas", "--undo", str(place), "--yes")
    there = [each["comment"] for each in canvas.comments["501"]]
    canvas.lies = set()

    said = shell("export", "--to", "canvas", "--undo", str(place), "--yes")

    assert (short.code, there) == (3, [WORDS["501"]])
    assert canvas.scores == {"501": None, "502": 2.0, "503": None, "504": 7.0}
    assert (said.code, canvas.comments["501"]) == (0, [])


def test_so_is_a_push_to_moodle(shell: Shell, moodle: MoodleSite) -> None:
    """Grades and feedback are as they were."""
    graded(shell)
    moodle.feedback["502"] = "<p>Mine.</p>"
    to_moodle(shell, moodle)
    place = folders(shell)[-1] / "receipt.csv"

    said = shell("export", "--to", "moodle", "--undo", str(place), "--yes")

    assert said.code == 0
    assert moodle.scores == {"501": None, "502": "2.00000", "503": None, "504": "7.00000"}
    assert moodle.feedback == {"501": "", "502": '<p dir="ltr">Mine.</p>', "503": ""}


def test_points_are_added_once(shell: Shell, canvas: CanvasSite) -> None:
    """Also by a push: the second add is refused."""
    graded(shell)
    canvas.scores, canvas.settings = {"501": 1.0, "502": 2.0, "503": 3.0}, {"points_possible": 11}

    first = to_canvas(shell, canvas, "--add-to-existing", "--yes")
    again = to_canvas(shell, canvas, "--add-to-existing", "--yes")

    assert (first.code, again.code) == (0, 2)
    assert canvas.scores == {"501": 9.0, "502": 6.0, "503": 3.0}


def test_json_holds_the_receipt(shell: Shell, canvas: CanvasSite) -> None:
    """For a pipeline: where it is, and who is not as sent."""
    graded(shell)
    canvas.lies = {"nothing"}

    said = to_canvas(shell, canvas, "--yes", "--json")

    told = json.loads(said.out)
    assert told["differs"] == 3
    assert told["not_ok"] == ["501", "502", "503"]
    assert Path(told["receipt"]).is_file()


def test_other_targets_are_not_pushed_to(shell: Shell) -> None:
    """The option is refused where it would do nothing."""
    graded(shell)

    said = shell("export", "--to", "sakai", "--push", "https://a.example/", "--yes")

    assert said.code == 2
    assert "--push means nothing with --to sakai" in said.err


def test_of_two_pushes_at_once_one_is_told_to_wait(shell: Shell, canvas: CanvasSite) -> None:
    """Both would see that no comment is there yet."""
    graded(shell)
    with held(shell.home / ".assessor" / "push.lock") as mine:
        assert mine
        said = to_canvas(shell, canvas)
    assert said.code == 4
    assert "another push" in said.err
    assert canvas.comments == {}

    assert to_canvas(shell, canvas).code == 0


def test_of_two_copies_of_a_class_one_is_told_to_wait(shell: Shell, canvas: CanvasSite) -> None:
    """Each has a lock of its own; the assignment is one. What was begun is finished, once."""
    graded(shell)
    course, work = canvas_site.COURSE, canvas_site.WORK
    with alone_at(address_of(f"{canvas.base}/courses/{course}/assignments/{work}")):
        said = to_canvas(shell, canvas)
    assert said.code == 4
    assert "from another copy of this class" in said.err
    assert canvas.comments == {}

    assert to_canvas(shell, canvas).code == 0
    assert {len(each) for each in canvas.comments.values()} == {1}


@pytest.mark.parametrize("place", ["pushed", "feedback"])
def test_nothing_is_written_or_sent_through_a_link_below_the_results(
    shell: Shell, canvas: CanvasSite, place: str
) -> None:
    """A plan behind it would be finished, which sends what it says."""
    graded(shell)
    aside = shell.home.parent / "aside"
    aside.mkdir()
    (shell.home / "graded" / "answers" / place).symlink_to(aside)

    said = to_canvas(shell, canvas) if place == "pushed" else shell("export", "--to", "feedback")

    assert said.code == 2
    assert f"{place}: is a link" in said.err
    assert list(aside.iterdir()) == []


def test_a_plan_that_was_edited_or_came_along_is_neither_finished_nor_undone(
    shell: Shell, canvas: CanvasSite
) -> None:
    """It would send grades that nobody gave, before anybody is asked."""
    graded(shell)
    assert to_canvas(shell, canvas).code == 0
    (pushed,) = folders(shell)
    plan = json.loads((pushed / "plan.json").read_text(encoding="utf-8"))
    plan["items"][2]["before"], plan["items"][2]["score"] = "0", "8"
    (pushed / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    came = shutil.copytree(pushed, pushed.with_name("canvas-2026-01-01T00-00-00"))
    receipt_of_it = str(pushed / "receipt.csv")
    (came / "receipt.csv").unlink()
    held_before = dict(canvas.scores)

    told = shell("runs", "verify")
    said = to_canvas(shell, canvas)
    undone = shell("export", "--to", "canvas", "--undo", receipt_of_it, "--yes")

    assert told.code == 4
    assert all(f"{each}/plan.json: is no plan that" in told.err for each in (pushed, came))
    assert "is no plan that this class's records know" in said.out.replace("\n", " ")
    assert undone.code == 2
    assert canvas.scores == held_before
    assert len(canvas.jobs) == 1


def test_a_push_that_somebody_else_began_is_finished_on_a_yes_only(
    shell: Shell, canvas: CanvasSite
) -> None:
    """It may have come with a folder whose records know it, and holds what nobody here saw."""
    graded(shell)
    assert to_canvas(shell, canvas).code == 0
    (pushed,) = folders(shell)
    plan = read_plan(pushed)
    canvas.scores["501"] = 1.0
    raised = Sending(user="501", score=Decimal(8))
    theirs = replace(plan.items[0], before=Decimal(1), sending=raised)
    with open_store(shell.home / ".assessor", real()) as store:
        replace(plan, folder=pushed.with_name("canvas-2026"), items=(theirs,)).keep(store)
    there = dict(canvas.scores)

    said = to_canvas(shell, canvas, "--release-unread")  # a push without --yes

    assert canvas.scores == there
    assert said.code == 2
    assert "was cut short. Finish it first: send 1 student's grade" in said.err


def test_a_plan_behind_a_link_is_not_finished(shell: Shell, canvas: CanvasSite) -> None:
    """It was not written here."""
    graded(shell)
    assert to_canvas(shell, canvas).code == 0
    (pushed,) = folders(shell)
    aside = pushed.rename(shell.home.parent / "aside")
    (aside / "receipt.csv").unlink()
    pushed.symlink_to(aside)
    canvas.scores["501"] = None

    said = to_canvas(shell, canvas)
    assert "was cut short" not in said.out
    assert not (aside / "receipt.csv").exists()
