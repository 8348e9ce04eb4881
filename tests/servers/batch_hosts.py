"""Loopback imitations of hosts whose batches are not of OpenAI's shape, by their documents."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.servers.batch_server import BatchServer, Made
from tests.servers.faults import as_json
from tests.servers.http import Answer, Request


@dataclass(slots=True)
class NoFileList(BatchServer):
    """Like llmock (PyPI): files can be uploaded and read, and are not listed."""

    def _files(self, request: Request, path: str) -> Answer | None:
        if path == "/files" and request.method == "GET":
            return Answer(status=405, body=b'{"detail": "Method Not Allowed"}')
        return BatchServer._files(self, request, path)


@dataclass(slots=True)
class Together(BatchServer):
    """No metadata, states in capitals, what is made comes as a job."""

    def _batches(self, request: Request, path: str) -> Answer | None:
        answer = BatchServer._batches(self, request, path)
        if request.method == "POST" and answer is not None:
            return as_json({"job": json.loads(answer.body), "warning": ""})
        return answer

    def _row(self, made: Made) -> dict[str, Any]:
        row = BatchServer._row(self, made)
        assert not row["metadata"]
        return row | {"status": row["status"].upper()}


_STATES = {"validating": "QUEUED", "in_progress": "RUNNING", "completed": "SUCCESS"}


@dataclass(slots=True)
class Mistral(BatchServer):
    """Jobs over files, the model named once; pages by number."""

    async def _handle(self, request: Request) -> Answer:
        renamed = request.path.replace("/v1/batch/jobs", "/v1/batches")
        return await BatchServer._handle(self, _at(request, renamed))

    def _batches(self, request: Request, path: str) -> Answer | None:
        if request.method == "POST":
            order = json.loads(request.body)
            assert order["model"] == "test-model"
            order |= {"input_file_id": order["input_files"][0]}
            return BatchServer._batches(self, _with(request, order), path)
        if path == "/batches":
            return as_json({"data": [self._row(each) for each in self.batches.values()]})
        return BatchServer._batches(self, request, path)

    def _row(self, made: Made) -> dict[str, Any]:
        row = BatchServer._row(self, made)
        return {
            "id": row["id"],
            "status": _STATES[row["status"]],
            "metadata": row["metadata"],
            "output_file": row["output_file_id"],
            "error_file": row["error_file_id"],
            "total_requests": 1,
            "completed_requests": 1,
        }


@dataclass(slots=True)
class Anthropic(BatchServer):
    """Requests inline, messages in that host's form, nothing that marks a batch."""

    async def _handle(self, request: Request) -> Answer:
        path = urlsplit(request.path).path.removeprefix("/v1")
        if not path.startswith("/messages/batches"):
            return await BatchServer._handle(self, request)
        name = path.split("/")[3] if path.count("/") > 2 else ""
        if request.method == "POST":
            made = Made(id=self._new("batch"), file="", order=json.loads(request.body))
            self.batches[made.id] = made
            return as_json(self._told(made))
        if not name:
            rows = [self._told(each) for each in self.batches.values()]
            return as_json({"data": rows, "has_more": False, "last_id": None})
        if request.method == "DELETE":
            self.batches.pop(name, None)
            return as_json({"id": name, "type": "message_batch_deleted"})
        if path.endswith("/results"):
            return Answer(body=self._said(self.batches[name]))
        return as_json(self._told(self.batches[name]))

    def _told(self, made: Made) -> dict[str, Any]:
        held = len(made.order["requests"])
        return {
            "id": made.id,
            "processing_status": "ended",
            "created_at": "2099-01-01T00:00:00+00:00",
            "request_counts": {"processing": 0, "succeeded": held, "errored": 0},
        }

    def _said(self, made: Made) -> bytes:
        rows = []
        for number, each in enumerate(made.order["requests"]):
            params = each["params"]
            assert "maximum" not in json.dumps(params["output_config"])
            text = params["messages"][0]["content"]
            message = {
                "id": "msg_1",
                "model": params["model"],
                "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": text}],
                "stop_reason": "end_turn",
                "usage": {
                    "input_tokens": 5,
                    "cache_read_input_tokens": 90,
                    "cache_creation_input_tokens": 0,
                    "output_tokens": 7,
                },
            }
            good = {"type": "succeeded", "message": message}
            result: dict[str, Any] = {"type": "expired"} if number == 1 else good
            rows.append(json.dumps({"custom_id": each["custom_id"], "result": result}))
        return "\n".join(rows).encode()


def _at(request: Request, path: str) -> Request:
    return Request(method=request.method, path=path, headers=request.headers, body=request.body)


def _with(request: Request, order: dict[str, Any]) -> Request:
    body = re.sub(r"\s+$", "", json.dumps(order)).encode()
    return Request(method=request.method, path=request.path, headers=request.headers, body=body)
