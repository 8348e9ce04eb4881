"""Two graders of one class side by side, as a person types it."""

from __future__ import annotations

from assessor.assets import folder
from tests.cli.shell import RUBRIC, Shell
from tests.cli.test_trust import by_hand, critique, full, graded, sheet, zero

__all__ = ["critique", "graded"]  # fixtures, found by their names


def run_id(shell: Shell) -> str:
    found: str = shell("runs", "list", "--json").json["runs"][-1]["run"]
    return found


def test_a_run_against_a_sheet_is_measured_by_a_third(critique: Shell) -> None:
    """The better one is named, with the key points on which it is better."""
    good = sheet(critique, "good.csv", by_hand())
    bad = sheet(critique, "bad.csv", [zero(row) for row in by_hand()])
    printed = critique("compare", bad, run_id(critique), "--grades", good)

    assert printed.code == 0, printed.err
    text = " ".join(printed.out.split())
    assert "B is right on" in text and "% more of the cells (p = 0.000" in text
    assert "limited_samples" in text and "only B right" in text
    assert "How far two runs of the same differ is not known" in text

    got = critique("compare", bad, run_id(critique), "--grades", good, "--json").json
    assert got["low"] > 0.2 and got["p"] < 0.001
    assert got["totals"]["mae_b"] < 0.1 < 2 < got["totals"]["mae_a"]
    assert {each["name"] for each in got["checks"][bad]} == {"length"}


def test_equal_graders_are_consistent_with_no_change(critique: Shell) -> None:
    """The same run under its id and its rubric differs nowhere."""
    good = sheet(critique, "good.csv", by_hand())
    got = critique("compare", run_id(critique), RUBRIC, "--grades", good, "--json").json

    assert (got["changed_cells"], got["changed_totals"], got["p"]) == (0, [], 1.0)


def test_what_was_graded_blind_before_is_what_both_are_measured_by(critique: Shell) -> None:
    """Without --grades people's blind grades count; without those nobody can say who is right."""
    bad = sheet(critique, "bad.csv", [zero(row) for row in by_hand()])
    before = critique("compare", bad, run_id(critique))
    assert "nobody graded these answers by hand" in " ".join(before.out.split())

    critique("trust", sheet(critique, "hand.csv", by_hand()), "--all")
    after = critique("compare", bad, run_id(critique), "--json").json
    assert (after["students"], after["difference"] > 0.2) == (59, True)


def test_a_group_is_checked_where_the_sheet_names_one(critique: Shell) -> None:
    """A column `section` is looked at, and too small groups are said not to be checked."""
    rows = [
        row | {"section": "a" if place < 20 else "b" if place < 55 else "c"}
        for place, row in enumerate(by_hand())
    ]
    good = sheet(critique, "good.csv", rows)
    bad = sheet(
        critique, "bad.csv", [zero(row) if n < 20 else row for n, row in enumerate(by_hand())]
    )
    got = critique("compare", bad, run_id(critique), "--grades", good, "--json").json
    checks = {each["name"]: each for each in got["checks"][bad]}

    assert checks["a"]["effect"] < -1 and checks["a"]["p"] < 0.01
    assert checks["c"]["p"] is None and "fewer than 15" in checks["c"]["reason"]


def test_two_sheets_are_two_people(critique: Shell) -> None:
    """Without further grades nobody is taken for right: their agreement is measured."""
    critique("trust", sheet(critique, "hand.csv", by_hand()), "--all")
    bad = sheet(critique, "bad.csv", [zero(row) for row in by_hand()])
    printed = critique("compare", "hand.csv", bad)

    text = " ".join(printed.out.split())
    assert "Two people on 60 answers" in text and "is right on" not in text
    assert "B is on average" in text and "harsher than A." in text


def test_a_rubric_nothing_was_graded_by_is_told(critique: Shell) -> None:
    """An edited rubric needs a run first; the message says which command makes it."""
    text = (folder("rubrics") / f"{RUBRIC}.yaml").read_text(encoding="utf-8")
    critique.write("mended.yaml", text.replace("title: ", "title: Mended ", 1))
    told = critique("compare", RUBRIC, "mended.yaml")
    assert (told.code, "assessor grade ANSWERS --rubric mended.yaml" in told.err) == (2, True)

    critique("grade", "answers.csv", "--rubric", "mended.yaml", "--judge", "recorded")
    got = critique("compare", RUBRIC, "mended.yaml", "--json").json
    assert (got["answers"], got["changed_cells"]) == (59, 0)


def test_what_is_neither_run_nor_rubric_nor_sheet_is_refused(critique: Shell) -> None:
    """Each of the three is named, and a sheet of other students has nothing in common."""
    told = critique("compare", "nothing", run_id(critique))
    assert told.code == 2
    assert "neither a run (assessor runs list), nor a rubric's file or id, nor a sheet" in told.err

    few = sheet(critique, "few.csv", [full(row) for row in by_hand()[:3]])
    rest = sheet(critique, "rest.csv", [full(row) for row in by_hand()[3:]])
    assert "have no answers in common" in critique("compare", few, rest).err


def test_a_repeated_run_tells_how_far_luck_goes(critique: Shell) -> None:
    """Asked again, the recorded judge says the same: the noise is known, and it is nothing."""
    first = run_id(critique)
    critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded", "--again")
    good = sheet(critique, "good.csv", by_hand())
    printed = critique("compare", first, run_id(critique), "--grades", good)

    assert first != run_id(critique)
    assert "Two runs of A itself decide 0.0 % of the cells differently" in printed.out

    critique("grade", "answers.csv", "--rubric", RUBRIC, "--judge", "recorded")
    replay = critique("compare", run_id(critique), first, "--json").json
    assert replay["noise"] is None
