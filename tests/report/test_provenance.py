"""What was graded by what is told as far as the run wrote it down, and no further."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from assessor.manifest import Manifest
from assessor.report.material import ReportMaterial
from assessor.report.provenance import facts, judge_words, moment
from tests.report.build import MANIFEST, material, small_class


def told(built: ReportMaterial) -> Mapping[str, str]:
    return {each.name: each.value for each in facts(built)}


def costing(cost: str | None, **more: object) -> Manifest:
    return MANIFEST.but(circumstances=MANIFEST.circumstances.but(cost=cost, **more))


def test_a_run_tells_model_price_and_digests() -> None:
    """Asked and answered by which model, where, for how much, by which rubric and prompt."""
    found = told(small_class())

    assert found["Read by"] == "judge-1-2026-02 (asked for: judge-1) at judge.example"
    assert found["Cost"] == "$0.0123 (9,000 tokens in, 700 out, in this run)"
    assert found["Rubric plant"].startswith("rubric:sha256:")
    assert found["Prompt judge-isolated.v1"] == "prompt:sha256:00"
    assert found["Head of the audit chain"] == "chain:sha256:00"


def test_a_run_that_went_on_tells_what_all_runs_cost() -> None:
    """The second run paid only for the rest; the class cost both."""
    runs = (costing("0.0400"), costing("0.0123"))
    found = told(replace(small_class(), runs=runs))

    assert found["Cost"].endswith("; $0.0523 in all 2 runs of this class")


def test_a_run_that_was_killed_makes_the_sum_a_least_one() -> None:
    """It left no manifest: what it spent is not known."""
    found = told(replace(small_class(), runs=(Manifest(), costing("0.0123"))))

    assert "at least $0.0123 in all 2 runs" in found["Cost"]


def test_an_unknown_price_is_no_zero() -> None:
    """Without a price nothing is said of dollars."""
    found = told(replace(small_class(), manifest=costing(None)))

    assert (
        found["Cost"]
        == "not known: no price for this model (9,000 tokens in, 700 out, in this run)"
    )


def test_an_address_with_a_password_shows_only_its_host() -> None:
    """What stands in front of the host is nobody's business."""
    built = replace(
        small_class(), manifest=costing("1", endpoint="https://me:pass@llm.example:8/v1")
    )

    assert judge_words(built).endswith("at llm.example:8")


@pytest.mark.parametrize("manifest", ["{}", '{"judge": {}}', '{"judge": {"backend": "openai"}}'])
def test_a_manifest_that_lacks_much_is_told_as_far_as_it_goes(
    manifest: str,
) -> None:
    """A run of an older version, or one that was killed."""
    found = told(replace(material([]), manifest=Manifest.read(manifest)))

    assert found["Read by"] == "a language model"
    assert "Run" not in found


def test_a_time_is_set_as_people_write_it() -> None:
    """And what is no time stays as it is."""
    assert moment("2026-03-01T12:00:00.123+00:00") == "2026-03-01 12:00 UTC"
    assert moment("yesterday") == "yesterday"
