"""Settings: what is wrong is told by the name it was given under, with what would be right."""

from __future__ import annotations

import pytest

from assessor.config import load_config
from assessor.errors import ConfigError


def problem(
    toml: str = "", environ: dict[str, str] | None = None, flags: dict[str, object] | None = None
) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(toml, environ or {}, flags or {})
    return str(caught.value)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[judge]\nmodle = 'x'", "judge.modle is not a setting; did you mean 'model'?"),
        (
            "[judge.price]\ninput = 1\noutput = 1\nzzz = 1",
            "judge.price.zzz is not a setting; known here: cached, input, output",
        ),
        (
            "[[question]]\nrubric = 'a'\nrubrik = 'b'",
            "question[0].rubrik is not a setting; did you mean 'rubric'?",
        ),
        (
            "[export.canvas]\ncolum = 'x'",
            "export.canvas.colum is not a setting; did you mean 'column'?",
        ),
        (
            "[sources]\na = 1",
            "sources is not a setting; "
            "known here: assignment, export, judge, pipeline, question, review, run",
        ),
        ("[[question]]\nmatch = 'x'", "question[0].rubric is missing; add it"),
        (
            "[[question]]\nrubric = ''",
            "question[0].rubric is empty; fill it in or leave it out",
        ),
        (
            "judge = 'openai'",
            "judge must be a section of its own, such as [judge] or [[question]] (got 'openai')",
        ),
        ("[run]\nconcurrency = 0", "run.concurrency must be greater than or equal to 1 (got 0)"),
        ("[run]\nrpm = 1.5", "run.rpm must be a whole number (got 1.5)"),
        ("[judge]\nuse = 4", "judge.use must be text in quotes (got 4)"),
        (
            "[judge]\nmethod = 'quik'",
            "judge.method must be 'auto', 'careful' or 'quick' (got 'quik')",
        ),
        ("[judge.price]\ninput = 'x'\noutput = 1", "judge.price.input must be a number (got 'x')"),
        (
            "[review]\nbudget = 20",
            'review.budget must be a share from 0% to 100%, such as "20%" or 0.2 (got 20)',
        ),
        (
            "[pipeline]\nfeedback = 'after'",
            'pipeline.feedback must be "full", "none" or a date such as "after 2026-12-01" '
            "(got 'after')",
        ),
    ],
)
def test_a_wrong_setting_is_told_with_what_would_be_right(toml: str, said: str) -> None:
    """In one line: file, setting, what is wrong, what to do."""
    assert problem(toml) == f"assessor.toml: {said}"


@pytest.mark.parametrize(
    ("path", "value", "option"),
    [
        ("review.budget", "abc", "--review-budget"),
        ("judge.strong.model", "", "--strong-model"),
        ("run.max_cost", "abc", "--max-cost"),
    ],
)
def test_a_wrong_option_is_told_by_its_own_name(path: str, value: str, option: str) -> None:
    """Not by that of the setting behind it."""
    assert problem(flags={path: value}).startswith(f"{option} ")


def test_a_wrong_variable_is_told_by_its_own_name() -> None:
    """The environment is where it has to be mended."""
    said = problem(environ={"ASSESSOR_CONCURRENCY": "many"})

    assert said == "ASSESSOR_CONCURRENCY must be a whole number (got 'many')"


@pytest.mark.parametrize("share", ["20%", "20 %", "0.2"])
def test_a_share_is_a_percentage_or_a_fraction(share: str) -> None:
    """Both are read."""
    assert load_config("", {"ASSESSOR_REVIEW_BUDGET": share}, {}).review.budget == 0.2


@pytest.mark.parametrize("told", ["full", "none", "after 2026-12-01"])
def test_feedback_is_told_or_kept_back(told: str) -> None:
    """All, nothing, or from a day on."""
    assert load_config(f'[pipeline]\nfeedback = "{told}"', {}, {}).pipeline.feedback == told
