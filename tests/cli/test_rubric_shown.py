"""`assessor rubric list` and `show`: what there is, the choice and groups included."""

from __future__ import annotations

from tests.cli.shell import SMALL_RUBRIC, Shell


def test_the_folder_s_own_rubrics_are_listed_before_the_shipped_ones(shell: Shell) -> None:
    """By what --rubric takes; other YAML files are none, a faulty one is named."""
    shell.write("plants.yaml", SMALL_RUBRIC)
    shell.write("torn.yaml", SMALL_RUBRIC.replace("points: 2", "points: -2"))
    shell.write("docker.yaml", "services: {}\n")
    names = [each["name"] for each in shell("rubric", "list", "--json").json["rubrics"]]
    printed = shell("rubric", "list")

    assert names[0] == "plants.yaml"
    assert len(names) == 7
    assert "torn.yaml has faults: assessor check torn.yaml" in printed.out
    assert "docker" not in printed.out


def test_choice_and_groups_are_shown(shell: Shell) -> None:
    """What code grades, and what the best of a group counts."""
    printed = shell("rubric", "show", "which-challenge-is-this")

    assert "B, out of A, B, C, D; graded by code" in printed.out
    assert "The best 1 of values_shift, adapt_to_people count." in printed.out
