"""The JSON Schema tells an editor both forms of a rubric file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assessor.rubric import json_schema


def parts(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for owner, each in (("rubric", schema), *schema["$defs"].items()):
        yield from ((f"{owner}.{name}", part) for name, part in each["properties"].items())


def test_every_field_is_explained() -> None:
    """An editor shows what each key is for."""
    bare = [name for name, part in parts(json_schema()) if not part.get("description")]

    assert not bare


def test_the_short_form_is_enough() -> None:
    """Only title, question and key points are required, and of a key point its description."""
    schema = json_schema()

    assert (schema["required"], schema["$defs"]["WrittenKeyPoint"]["required"]) == (
        ["title", "question", "key_points"],
        ["description"],
    )


def test_the_question_may_be_plain_text() -> None:
    """Both forms of the question are known."""
    question = json_schema()["properties"]["question"]

    assert question["anyOf"] == [
        {"type": "string", "minLength": 1},
        {"$ref": "#/$defs/WrittenQuestion"},
    ]


def test_unknown_keys_are_marked() -> None:
    """A misspelled key is underlined wherever it stands."""
    schema = json_schema()

    assert all(
        each["additionalProperties"] is False for each in (schema, *schema["$defs"].values())
    )


def test_points_are_numbers_or_text() -> None:
    """`0.5` and `"0.5"` are both points."""
    points = json_schema()["$defs"]["WrittenLevel"]["properties"]["points"]

    assert {each["type"] for each in points["anyOf"]} == {"number", "string"}
