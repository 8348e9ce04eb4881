"""The store: what was asked, answered, decided and released."""

from __future__ import annotations

from assessor.store.judging import AskRecord, Reading, ReplyRecord, Spent
from assessor.store.runs import OutcomeRecord, RunRecord, RunStatus
from assessor.store.store import Store, open_store

__all__ = [
    "AskRecord",
    "OutcomeRecord",
    "Reading",
    "ReplyRecord",
    "RunRecord",
    "RunStatus",
    "Spent",
    "Store",
    "open_store",
]
