"""Filling in a reply by the schema of its ask, for judges that have no model behind them."""

from __future__ import annotations

from collections.abc import Mapping

from assessor.prompt import Ask

Schema = Mapping[str, object]
_PERCENT = "p_"
_AT_LEAST = "at_least_"


def cell_schemas(ask: Ask) -> dict[str, Schema]:
    """Return the schema of each cell's fields, for either layout."""
    if not is_joint(ask):
        return {ask.cells[0]: ask.schema}
    inner = properties(properties(ask.schema)["cells"])
    return {cell: inner[cell] for cell in ask.cells}


def is_joint(ask: Ask) -> bool:
    """Return whether the reply holds several cells under `cells`."""
    return "cells" in properties(ask.schema)


def levels_of(schema: Schema) -> tuple[str, ...]:
    """Return the levels above absent that a cell's schema asks about, lowest first."""
    fields = properties(schema).items()
    return tuple(
        name.removeprefix(_PERCENT)
        for name, field in fields
        if name.startswith(_PERCENT) and field.get("type") != "boolean"
    )


def cell_reply(
    schema: Schema, reached: int, percents: tuple[float, ...], said: Mapping[str, object]
) -> dict[str, object]:
    """Return a cell's fields in the schema's order.

    `reached` counts the levels that are met, lowest first; `percents` holds one number in 0..100
    per level; `said` gives quotes, gap, withdrawn and note where they are not empty.
    """
    empty: dict[str, object] = {"quotes": [], "gap": "", "withdrawn": False, "note": ""}
    values: dict[str, object] = {**empty, **said}
    for place, level in enumerate(levels_of(schema)):
        met = reached > place
        values[_PERCENT + level] = percents[place]
        values[level], values[_AT_LEAST + level] = met, met
    return {name: values[name] for name in properties(schema)}


def properties(schema: Schema) -> dict[str, Schema]:
    """Return the fields of an object's schema."""
    found = schema.get("properties")
    return dict(found) if isinstance(found, Mapping) else {}
