"""The small first request: nothing of any student is in it, and its reply shows what is taken."""

from __future__ import annotations

from assessor.prompt import Ask
from assessor.prompt.fields import closed
from assessor.verdict import Pass

PROBE = Ask(
    system="Reply with JSON.",
    user='Reply with the JSON object {"ok": true}.',
    schema=closed({"ok": {"type": "boolean"}}),
    cells=(),
    asked=Pass.NEUTRAL,
    answer="",
    answer_digest="",
    prefix_key="probe",
    prompt="",
    shown="",
)
