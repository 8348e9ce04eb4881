"""What students write and what other pages try: shown as text, refused, nothing broken."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from assessor.store import Store
from assessor.submission import Submission, state_of
from tests.browser.build import enter, graded_store, press, ready, wait_told
from tests.engine.build import answers
from tests.review.build import class_state_in, entry_of, served

pytestmark = pytest.mark.browser

HOSTILE = {
    "script": "<script>window.hit = 1; alert(1)</script><img src=x onerror='window.hit=2'>",
    "markup": "</div></main></form><form action=//evil.example><input name=csrf><h1>Graded</h1>",
    "attribute": '" onmouseover="window.hit=3" x=\'` ${7*7} {{ 7*7 }} {% raw %}',
    "bidi": "safe \u202egnp.exe\u202c and \u2066hidden\u2069 text",
    "unseen": "good answer\u200b\u200b\u200b\u200b with \U000e0041\U000e0042 tags",
    "zalgo": "z" + "\u0335\u0321\u0322" * 400 + " and so on",
    "long": "x" * 30_000,
    "huge": "no finite set covers all that may come up, said again. " * 4_000,
    "control": "bell \x07 escape \x1b[2J back\x08space",
    "htmx": "<div hx-get='/undo' hx-trigger='load'>x</div>",
    "right_to_left": "السلام عليكم، لا توجد مجموعة محدودة تغطي كل شيء",
    "empty": "",
    "dots": "...",
}


def answer(name: str, text: str) -> Submission:
    return replace(answers(1)[0], student_id=name, answer=text, state=state_of(text))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    given = [answer(name, text) for name, text in HOSTILE.items()]
    with graded_store(tmp_path, given) as opened:
        yield opened


@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_answer_is_text(store: Store, page: Page, name: str) -> None:
    """It is shown, nothing of it runs, the page stays small, and the keys work on."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    class_state = class_state_in(store)
    with served(class_state) as opened:
        enter(page, opened.address)
        reply = page.goto(
            opened.address.partition("/?")[0] + f"/answer/{entry_of(class_state, name).id}?show=all"
        )
        assert reply is not None
        size = len(reply.body())
        ready(page)
        shown = page.locator("article").inner_text()
        press(page, "1")
        wait_told(page, "A partial")
        hit = page.evaluate("window.hit")
        forms = page.locator("form[action*=evil]").count()

    assert (faults, hit, forms) == ([], None, 0)
    assert size < 200_000
    done = entry_of(class_state, name)
    # What was only shown is not taken for the reviewer's own words.
    assert done.mine is not None and done.mine.feedback == ""
    if name in {"script", "markup", "attribute"}:
        assert HOSTILE[name] in shown
    if name == "bidi":
        assert "\u202e" not in shown and "U+202E" in shown


@contextmanager
def other_site(body: str, host: str = "localhost", heard: list[str] | None = None) -> Iterator[str]:
    """Another web page of this machine; `heard` is filled with the cookies that it was sent."""
    cookies = [] if heard is None else heard

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cookies.append(self.headers.get("Cookie", ""))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_another_site_can_neither_write_nor_read(store: Store, page: Page) -> None:
    """Its form, its fetch and its frame are refused, though this browser holds the cookie."""
    class_state = class_state_in(store)
    with served(class_state) as opened:
        enter(page, opened.address)
        base = opened.address.partition("/?")[0]
        target = f"{base}/answer/{entry_of(class_state, 'dots').id}"
        body = (
            f"<form method=post action='{target}'><input name=do value=accept>"
            f"<input name=csrf value={opened.lock.csrf}></form><iframe src='{target}'></iframe>"
        )
        with other_site(body) as address:
            page.goto(address)
            read = page.evaluate(
                "target => fetch(target, {credentials: 'include'})"
                ".then(reply => reply.text(), () => 'refused')",
                target,
            )
            framed = page.frames[-1].url
            with page.expect_navigation():
                page.evaluate("document.forms[0].submit()")
            status = page.evaluate("document.body.innerText")

    assert read == "refused"
    assert "Not from this page" in status or "opens only by the address" in status
    assert not framed.startswith(base)
    assert not any(each.is_done for each in class_state.entries)


def test_another_server_of_this_machine_is_not_sent_the_cookie(store: Store, page: Page) -> None:
    """Cookies know no ports: on the same host, only the page's own path keeps ours from it."""
    heard: list[str] = []
    with served(class_state_in(store)) as opened:
        enter(page, opened.address)
        held = [each.get("name") for each in page.context.cookies()]
        with other_site("<p>hello", "127.0.0.1", heard) as address:
            page.goto(address)

    assert held == [opened.lock.cookie]
    assert heard
    assert not any(heard)


def test_without_the_token_a_browser_sees_nothing(store: Store, page: Page) -> None:
    """Another program on this machine that guesses the port gets a closed door."""
    with served(class_state_in(store)) as opened:
        reply = page.goto(opened.address.partition("/?")[0] + "/go")

        assert reply is not None
        assert reply.status == 403
        assert "opens only by the address" in page.locator("body").inner_text()
