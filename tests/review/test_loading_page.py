"""The page of a large class is there before the class is."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from starlette.applications import Starlette

from assessor.ambient import real
from assessor.review.loading_page import LoadingPage
from assessor.review.serve import application, bind
from tests.engine.build import answers
from tests.review.build import Visitor, class_state_in, hand_class, running, tools_for
from tests.store.build import store_in


def test_the_page_waits_and_goes_on_by_itself(tmp_path: Path) -> None:
    """Behind the same lock, and with the class's own page once it was read."""
    with store_in(tmp_path) as store:
        hand_class(store, answers(1))
        opened, may_read = bind("127.0.0.1", 0), threading.Event()

        def load() -> Starlette:
            may_read.wait()
            class_state = class_state_in(store)
            return application(class_state, opened, real(), lambda: None, tools_for(class_state))

        with running(LoadingPage(load, opened.lock, 12_345), opened):
            assert Visitor(opened).get("/go").status == 403
            visitor = Visitor(opened).enter()
            waiting = visitor.get("/")
            may_read.set()
            while (page := visitor.get("/")).status == 200:
                time.sleep(0.01)

    assert "12,345 answers" in waiting.text
    assert 'http-equiv="refresh"' in waiting.text
    assert (page.status, page.place.endswith("/go")) == (303, True)
