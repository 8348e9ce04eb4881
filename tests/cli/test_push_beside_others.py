"""A push where others grade, too, or an earlier push did: nothing of theirs is lost or doubled."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NoReturn

import pytest

from tests.cli.shell import Printed, Shell, csv_text
from tests.cli.test_push import RUBRIC, WORDS, folders, graded, receipt, to_canvas, to_moodle
from tests.servers.canvas_site import CanvasSite
from tests.servers.moodle_site import MoodleSite


def nobody() -> None:
    """What happens while nobody else is at work."""


def broken(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def regraded(shell: Shell, grades: dict[str, str]) -> None:
    sheet = [["student_id", "proxy", "total", "feedback"]]
    sheet += [[user, points, points, f"Graded anew, {user}."] for user, points in grades.items()]
    shell.write("anew.csv", csv_text(sheet))
    assert shell("review", "--sheet", "anew.csv", "--yes").code == 0


def test_feedback_alone_takes_no_grade_away_that_levels_make(
    shell: Shell, moodle: MoodleSite
) -> None:
    """Moodle makes the grade of the levels that are sent along: without them there is none."""
    graded(shell)
    moodle.module = {"advancedgrading": [{"area": "submissions", "method": "rubric"}]}
    moodle.scores |= {"501": "8.00000", "502": "4.00000"}

    said = to_moodle(shell, moodle)

    assert said.code == 0
    assert moodle.scores["501"] == "8.00000"
    assert moodle.scores["502"] == "4.00000"
    assert "Words for 501" in moodle.feedback["501"]


def test_a_grade_that_levels_made_is_not_taken_away_by_an_undo(
    shell: Shell, moodle: MoodleSite
) -> None:
    """The levels of before are not known: what cannot be put back is left, and said."""
    graded(shell)
    moodle.module = {"advancedgrading": [{"area": "submissions", "method": "rubric"}]}
    moodle.scores |= {"502": "0.00000"}
    to_moodle(shell, moodle)
    place = shell.home / "graded" / "answers" / "pushed"
    (pushed,) = place.iterdir()

    said = shell("export", "--to", "moodle", "--undo", str(pushed / "receipt.csv"), "--yes")

    assert said.code == 3
    assert moodle.scores == {"501": None, "502": "4.00000", "503": None, "504": "7.00000"}
    assert "is graded by the assignment's rubric" in said.out


def test_feedback_alone_keeps_the_grade_of_who_handed_nothing_in(
    shell: Shell, moodle: MoodleSite
) -> None:
    """Work on paper: Moodle's list of grades leaves it out, and it has one all the same."""
    graded(shell)
    moodle.scores |= {"501": "8.00000"}
    moodle.unlisted = {"501"}

    said = to_moodle(shell, moodle)

    assert said.code == 0
    assert moodle.scores["501"] == "8.00000"
    assert "Words for 501" in moodle.feedback["501"]


def test_a_grade_that_went_missing_beside_feedback_is_told(
    shell: Shell, moodle: MoodleSite
) -> None:
    """What was not to change is read back as well."""
    graded(shell)
    moodle.scores |= {"501": "8.00000"}
    moodle.lies = {"grade_away"}

    said = to_moodle(shell, moodle)

    assert said.code == 3
    assert receipt(shell)["501"] == ("8", "", "", "differs", "sent")


def test_feedback_that_a_teacher_writes_meanwhile_is_not_replaced(
    shell: Shell, moodle: MoodleSite
) -> None:
    """It stands in no before.csv: sent over, it would be lost, and no undo would bring it back."""
    graded(shell)
    moodle.feedback = {"502": "<p>Old words.</p>"}
    theirs = {"501": "<p>Come and see me.</p>", "502": "<p>New words.</p>"}
    moodle.meanwhile = [nobody, lambda: moodle.feedback.update(theirs)]

    said = to_moodle(shell, moodle)

    assert {user: moodle.feedback[user].replace(' dir="ltr"', "") for user in theirs} == theirs
    assert [moodle.scores[user] for user in theirs] == ["8.00000", "4.00000"]
    assert said.code == 3
    assert [each[3:] for each in receipt(shell).values()] == [
        ("differs", "missing"),
        ("differs", "missing"),
        ("ok", "sent"),
    ]


def test_no_words_of_ours_go_beside_a_grade_that_another_gave_meanwhile(
    shell: Shell, canvas: CanvasSite, moodle: MoodleSite
) -> None:
    """They explain the grade that was to go out, and not the one that stands there."""
    graded(shell)
    canvas.meanwhile = [nobody, lambda: canvas.scores.update({"501": 1.0})]
    moodle.meanwhile = [nobody, lambda: moodle.scores.update({"501": "1.00000"})]

    first, second = to_canvas(shell, canvas), to_moodle(shell, moodle)

    assert (first.code, second.code) == (3, 3)
    assert (canvas.scores["501"], moodle.scores["501"]) == (1.0, "1.00000")
    assert "501" not in canvas.comments and "501" not in moodle.feedback
    assert canvas.comments["502"][0]["comment"] == WORDS["502"]


def adding(shell: Shell, site: CanvasSite) -> Printed:
    return to_canvas(shell, site, "--add-to-existing", "--yes")


def undo(shell: Shell, site: CanvasSite, pushed: Path) -> Printed:
    return shell("export", "--to", "canvas", "--undo", str(pushed / "receipt.csv"), "--yes")


@pytest.fixture
def half_graded(shell: Shell, canvas: CanvasSite) -> CanvasSite:
    """Everybody has points there already, to which ours are added."""
    graded(shell)
    canvas.scores, canvas.settings = {"501": 1.0, "502": 2.0, "503": 3.0}, {"points_possible": 30}
    return canvas


SUMS = {"501": 9.0, "502": 6.0, "503": 3.0}


def test_points_that_were_taken_back_are_added_again(shell: Shell, half_graded: CanvasSite) -> None:
    """Once each time: the record tells what was added and taken back, in order."""
    there = dict(half_graded.scores)
    first = adding(shell, half_graded)
    back = undo(shell, half_graded, folders(shell)[-1])
    after = dict(half_graded.scores)
    again, third = adding(shell, half_graded), adding(shell, half_graded)

    assert (first.code, back.code, again.code, third.code) == (0, 0, 0, 2)
    assert after == there
    assert half_graded.scores == SUMS
    assert "take a push of it back first" in third.err
    assert {user: len(each) for user, each in half_graded.comments.items()} == dict.fromkeys(
        SUMS, 1
    )


def test_only_what_went_back_is_added_again(shell: Shell, half_graded: CanvasSite) -> None:
    """Who was graded otherwise since keeps that, and had our points; 0 was taken back, too."""
    adding(shell, half_graded)
    half_graded.scores["502"] = 7.0
    undo(shell, half_graded, folders(shell)[-1])
    regraded(shell, {"501": "5", "502": "5", "503": "2"})

    again = adding(shell, half_graded)

    assert again.code == 0
    assert half_graded.scores == {"501": 6.0, "502": 7.0, "503": 5.0}
    assert "1 got these points before" in again.out


def test_points_that_never_arrived_are_added_by_the_same_again(
    shell: Shell, half_graded: CanvasSite
) -> None:
    """As the receipt advises: a record of what was to be added is none that it was."""
    half_graded.lies = {"half"}
    first = adding(shell, half_graded)
    half_graded.lies = set()
    again = adding(shell, half_graded)

    assert (first.code, again.code) == (3, 0)
    assert half_graded.scores == SUMS


def test_a_column_that_was_renamed_has_had_the_points(
    shell: Shell, half_graded: CanvasSite
) -> None:
    """It keeps its number: under another title they would be added twice."""
    adding(shell, half_graded)
    half_graded.settings["name"] = "Essay 1 (late work welcome)"

    again = adding(shell, half_graded)

    assert again.code == 2
    assert half_graded.scores == SUMS


def test_another_machine_sees_what_was_added(
    shell: Shell, half_graded: CanvasSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its records know of no addition, and our words stand there already: of whom we said nothing,
    too, the points are there.
    """
    other = shutil.copytree(shell.home, tmp_path / "other")
    adding(shell, half_graded)
    half_graded.comments["502"] = []
    monkeypatch.chdir(other)

    again = adding(shell, half_graded)

    assert again.code == 2
    assert "from another machine" in " ".join(again.err.split())
    assert half_graded.scores == SUMS


def test_an_undo_leaves_what_a_teacher_changes_while_it_asks(
    shell: Shell, canvas: CanvasSite
) -> None:
    """What stands there is read again once the question was answered."""
    graded(shell)
    to_canvas(shell, canvas)
    canvas.meanwhile = [nobody, lambda: canvas.scores.update({"501": 5.0})]

    said = undo(shell, canvas, folders(shell)[-1])

    assert said.code == 3
    assert canvas.scores == {"501": 5.0, "502": 2.0, "503": None, "504": 7.0}


def test_nothing_is_added_to_the_same_points(shell: Shell, canvas: CanvasSite) -> None:
    """What a push put there is no part of somebody else's."""
    graded(shell, {"501": "3", "502": "2"})
    to_canvas(shell, canvas)

    said = adding(shell, canvas)

    assert said.code == 2
    assert (canvas.scores["501"], canvas.scores["502"]) == (3.0, 2.0)


def test_an_addition_that_was_cut_short_before_it_was_written_down_is_made_once(
    shell: Shell, half_graded: CanvasSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the plan and its record: finished, it is written down before it is sent."""
    with monkeypatch.context() as patched:
        patched.setattr("assessor.cli.export.push.record", broken)
        adding(shell, half_graded)

    said = adding(shell, half_graded)

    assert half_graded.scores == SUMS
    assert "is finished first" in said.out


def test_a_push_that_was_cut_short_sends_no_grade_that_was_changed_since(
    shell: Shell, canvas: CanvasSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would go out over what a person sees as released, with words that explain another one."""
    graded(shell)
    with monkeypatch.context() as patched:
        patched.setattr("assessor.cli.export.push.deliver", broken)
        to_canvas(shell, canvas)
    regraded(shell, {"501": "4", "502": "4", "503": "0"})

    said = to_canvas(shell, canvas)

    told = " ".join(said.out.split())
    assert canvas.scores == {"501": 4.0, "502": 4.0, "503": 0.0, "504": 7.0}
    assert [each["comment"] for each in canvas.comments["501"]] == ["Graded anew, 501."]
    assert "501: differs: graded otherwise since, nothing of this push was sent" in told
    assert said.code == 3


def test_a_scheme_that_may_take_points_for_a_name_is_told(shell: Shell, canvas: CanvasSite) -> None:
    """Canvas turns a 4 into what its scheme has under "4": known before anything is sent."""
    graded(shell)
    canvas.settings = {"grading_type": "gpa_scale"}

    said = to_canvas(shell, canvas, "--release-unread")  # a push without --yes

    assert (said.code, canvas.jobs) == (2, {})
    assert "where a name in it is a number" in " ".join(said.out.split())


def test_who_is_called_otherwise_there_is_named(shell: Shell, canvas: CanvasSite) -> None:
    """One wrong number in a list of many: the grade of one would go to the other."""
    shell.write("essay.yaml", RUBRIC)
    users = [str(number) for number in range(501, 507)]
    rows = [[user, f"Student {user}", f"Answer of {user}"] for user in users]
    rows[0][1] = "Ann Bee"
    shell.write("answers.csv", csv_text([["student_id", "name", "answer"], *rows]))
    asked = ("--rubric", "essay.yaml", "--judge", "none", "--answer", "answer")
    assert shell("grade", "answers.csv", *asked).code == 0
    shell.write("sheet.csv", csv_text([["student_id", "total"], *([user, "4"] for user in users)]))
    assert shell("review", "--sheet", "sheet.csv").code == 0
    canvas.scores = dict.fromkeys(users)

    said = to_canvas(shell, canvas)

    assert "'501' is 'Ann Bee' here and 'Student 501' there" in " ".join(said.out.split())
