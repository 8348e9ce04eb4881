"""What a person does at the page: open it, press keys, read what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from assessor.ambient import real
from assessor.store import Store, open_store
from assessor.submission import Submission
from tests.review.build import GOOD, grade_class


def aside(work: Callable[[], Any]) -> None:
    """Run what needs an event loop of its own: the browser's occupies this thread."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)


def graded_store(folder: Path, submissions: Sequence[Submission]) -> Store:
    store = open_store(folder / ".assessor", real(), data_home=folder / "data")
    aside(lambda: grade_class(store, submissions, GOOD))
    return store


def enter(page: Page, address: str) -> None:
    page.goto(address)
    ready(page)


def ready(page: Page) -> None:
    """Wait until the keys work."""
    page.wait_for_selector("#word[data-htmx-powered]", state="attached")


def press(page: Page, keys: str | Sequence[str]) -> None:
    for key in keys:
        page.keyboard.press(key)


def told(page: Page) -> str:
    return page.locator("#told").inner_text()


def wait_told(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.getElementById('told').textContent.includes(words)", arg=words
    )
