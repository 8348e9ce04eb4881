"""A loopback server with OpenAI's files and batches beside its completions, as hosts have them.

Output comes in another order than the input, errors in a file of their own, a batch may expire half
done or be refused whole. It counts what it would charge for, and what lies there.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.faults import Exchange, as_json, error
from tests.servers.http import Answer, Request
from tests.servers.openai_server import (
    CREATED,
    FaultServer,
    Received,
    as_asked,
    completion,
    read_question,
    reply_text,
)


@dataclass(slots=True, kw_only=True)
class Made:
    """One batch at the host."""

    id: str
    file: str
    order: dict[str, Any]
    status: str = "validating"
    looks: int = 0
    output: str = ""
    errors: str = ""
    problem: str = ""


@dataclass(slots=True)
class BatchServer(FaultServer):
    """`looks` is how often a batch is looked at before it has ended; `wait` holds all of them.

    `expire` is the share of requests that are not done when it ends, `refuse` the code with which
    a batch is refused whole, `broken` what becomes of a request by its number (status, body).
    So many lists of files are still those of before, `unlisted`.
    """

    looks: int = 1
    wait: bool = False
    expire: float = 0.0
    refuse: str = ""
    has_batches: bool = True
    unlisted: int = 0
    broken: dict[int, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    batches: dict[str, Made] = field(default_factory=dict)
    paid: Counter[str] = field(default_factory=Counter)
    names: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)
    drop: dict[str, asyncio.Event] = field(default_factory=dict)
    _number: int = 0

    async def _handle(self, request: Request) -> Answer:
        path = urlsplit(request.path).path.removeprefix("/v1")
        if not path.startswith(("/files", "/batches")):
            return await FaultServer._handle(self, request)
        call = f"{request.method} {re.sub('(file|batch)_[0-9]+', 'ID', path)}"
        self.calls.append(call)
        if (event := self.drop.get(call)) is not None:
            event.set()
            await asyncio.sleep(3600)
        answer = None
        if self.has_batches:
            answer = self._files(request, path) or self._batches(request, path)
        if (event := self.hold.get(call)) is not None:
            event.set()
            await asyncio.sleep(3600)
        return answer or error(404, "Not Found")

    def _files(self, request: Request, path: str) -> Answer | None:
        if path == "/files" and request.method == "POST":
            name, content = _uploaded(request)
            made = self._new("file")
            self.files[made] = (name, content)
            return as_json({"id": made, "object": "file", "filename": name, "purpose": "batch"})
        if path == "/files" and self.unlisted:
            self.unlisted -= 1
            return _page(request, [])
        if path == "/files":
            rows = [
                {"id": each, "object": "file", "filename": name}
                for each, (name, _) in self.files.items()
            ]
            return _page(request, rows)
        found = re.fullmatch(r"/files/(\w+)(/content)?", path)
        if found is None:
            return None
        if found[1] not in self.files:
            return error(404, "No such File object")
        if request.method == "DELETE":
            del self.files[found[1]]
            return as_json({"id": found[1], "deleted": True})
        return Answer(body=self.files[found[1]][1], content_type="application/octet-stream")

    def _batches(self, request: Request, path: str) -> Answer | None:
        if path == "/batches" and request.method == "POST":
            order = json.loads(request.body)
            made = Made(id=self._new("batch"), file=order["input_file_id"], order=order)
            self.batches[made.id] = made
            return as_json(self._row(made))
        if path == "/batches":
            return _page(request, [self._row(each) for each in reversed(self.batches.values())])
        made_now = self.batches.get(path.rpartition("/")[2])
        if made_now is None:
            return None
        self._go_on(made_now)
        return as_json(self._row(made_now))

    def _go_on(self, made: Made) -> None:
        made.looks += 1
        if made.status not in {"validating", "in_progress"} or self.wait:
            return
        if self.refuse:
            made.status, made.problem = "failed", self.refuse
        elif made.looks < self.looks:
            made.status = "in_progress"
        else:
            self._finish(made)

    def _finish(self, made: Made) -> None:
        lines = [json.loads(line) for line in self.files[made.file][1].splitlines()]
        left = round(len(lines) * self.expire)
        output: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for line in lines[: len(lines) - left]:
            self.names.append(line["custom_id"])
            self.paid[json.dumps(line["body"]["messages"])] += 1
            status, body = self._say(len(self.names), line["body"])
            response = {"status_code": status, "request_id": "r", "body": body}
            row = {"id": "x", "custom_id": line["custom_id"], "response": response, "error": None}
            (output if status == 200 else errors).append(row)
        for line in lines[len(lines) - left :]:
            gone = {"code": "batch_expired", "message": "could not be executed in time"}
            errors.append({"custom_id": line["custom_id"], "response": None, "error": gone})
        random.Random(len(output)).shuffle(output)
        made.output = self._keep(output) if output else ""
        made.errors = self._keep(errors) if errors else ""
        made.status = "expired" if left else "completed"

    def _say(self, number: int, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        if number in self.broken:
            return self.broken[number]
        received = Received(number=number, path="", at=0.0, headers={}, body=body)
        question = read_question(body)
        text = reply_text(question, self.truth(question))
        good = completion(received, text)
        exchange = Exchange(asked=body, good=good, text=text, number=number, now=0.0, seconds=0.0)
        return 200, as_asked(exchange.good, body)

    def _keep(self, rows: list[dict[str, Any]]) -> str:
        made = self._new("file")
        content = "".join(json.dumps(row) + "\n" for row in rows)
        self.files[made] = ("output.jsonl", content.encode())
        return made

    def _new(self, kind: str) -> str:
        self._number += 1
        return f"{kind}_{self._number}"

    def _row(self, made: Made) -> dict[str, Any]:
        count = self.files.get(made.file, ("", b""))[1].count(b"\n")
        ended = made.status in {"completed", "expired"}
        return {
            "id": made.id,
            "object": "batch",
            "endpoint": made.order["endpoint"],
            "status": made.status,
            "created_at": CREATED,
            "input_file_id": made.file,
            "output_file_id": made.output or None,
            "error_file_id": made.errors or None,
            "metadata": made.order.get("metadata"),
            "errors": {"data": [{"code": made.problem}]} if made.problem else None,
            "request_counts": {"total": count, "completed": count if ended else 0, "failed": 0},
        }


def _page(request: Request, rows: list[dict[str, Any]]) -> Answer:
    """Two rows at a time, so that who looks for something turns pages."""
    after = parse_qs(urlsplit(request.path).query).get("after", [""])[0]
    start = next((n + 1 for n, row in enumerate(rows) if row["id"] == after), 0)
    page = rows[start : start + 2]
    more = start + 2 < len(rows)
    return as_json({"object": "list", "data": page, "has_more": more})


def _uploaded(request: Request) -> tuple[str, bytes]:
    """Return name and content of the file in a multipart body."""
    boundary = re.search("boundary=(.+)", request.headers["content-type"])
    assert boundary is not None
    for part in request.body.split(b"--" + boundary[1].strip('"').encode()):
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'filename="([^"]+)"', head)
        if name is not None:
            return name[1].decode(), content.removesuffix(b"\r\n")
    raise AssertionError("no file in the upload")
