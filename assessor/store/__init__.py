"""The store: what was asked, answered, decided and released."""

from __future__ import annotations

from assessor.finding import Basis
from assessor.queue import OutcomeRecord
from assessor.store.decisions import TAKEN_BACK, Decision, Deed, Event, PointsChange, Rebuilt
from assessor.store.judging import (
    AskRecord,
    History,
    ReplyRecord,
    Spent,
    StoredReading,
    Written,
    mark_of,
    readings_in,
)
from assessor.store.log import RunLog
from assessor.store.runs import RunRecord, RunStatus
from assessor.store.store import Store, open_store

__all__ = [
    "TAKEN_BACK",
    "AskRecord",
    "Basis",
    "Decision",
    "Deed",
    "Event",
    "History",
    "OutcomeRecord",
    "PointsChange",
    "Rebuilt",
    "ReplyRecord",
    "RunLog",
    "RunRecord",
    "RunStatus",
    "Spent",
    "Store",
    "StoredReading",
    "Written",
    "mark_of",
    "open_store",
    "readings_in",
]
