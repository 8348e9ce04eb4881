"""The form of a reply as a judge is shown it in words: names in their order, and what goes there.

Small models fill in a JSON schema and send it back, and copy an example with values, value by
value; a skeleton with gaps they fill in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

# What stands for a text. A judge that leaves it standing said nothing there.
TEXT_GAP = "<text>"
_YES_NO = "<true or false>"
_INSTRUCTION = (
    "Reply with one JSON object and nothing else, in exactly this form, with what is true of this "
    "answer in the place of each <…>:"
)


def form_in_words(schema: Mapping[str, object]) -> str:
    """Return the instruction that shows the form of a reply, ready to follow a system text."""
    return f"\n\n{_INSTRUCTION}\n{skeleton(schema)}"


def skeleton(schema: Mapping[str, object]) -> str:
    """Return the form that `schema` describes, with gaps; an object of objects has lines."""
    fields = schema.get("properties")
    if not isinstance(fields, Mapping):
        return _gap(schema)
    parts = [f"{json.dumps(name)}: {skeleton(each)}" for name, each in fields.items()]
    nested = any(isinstance(each.get("properties"), Mapping) for each in fields.values())
    return "{" + (",\n" if nested else ", ").join(parts) + "}"


def _gap(schema: Mapping[str, object]) -> str:
    match schema.get("type"):
        case "boolean":
            return _YES_NO
        case "number" | "integer":
            least, most = schema.get("minimum"), schema.get("maximum")
            return "<number>" if most is None else f"<number from {least} to {most}>"
        case "array":
            most = schema.get("maxItems")
            return "[<texts>]" if most is None else f"[<0 to {most} texts>]"
        case _:
            return json.dumps(TEXT_GAP)
