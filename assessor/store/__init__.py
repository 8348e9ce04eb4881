"""The store: what was asked, answered, decided and released."""

from __future__ import annotations

from assessor.store.decisions import Decision, Deed, Event, PointsChange, Rebuilt
from assessor.store.judging import AskRecord, History, Reading, ReplyRecord, Spent
from assessor.store.log import RunLog
from assessor.store.runs import OutcomeRecord, RunRecord, RunStatus
from assessor.store.store import Store, open_store

__all__ = [
    "AskRecord",
    "Decision",
    "Deed",
    "Event",
    "History",
    "OutcomeRecord",
    "PointsChange",
    "Reading",
    "Rebuilt",
    "ReplyRecord",
    "RunLog",
    "RunRecord",
    "RunStatus",
    "Spent",
    "Store",
    "open_store",
]
