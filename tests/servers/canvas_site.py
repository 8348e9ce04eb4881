"""Our own Canvas: one assignment, by the interface's pages and by what public issues tell of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.site import Asked, Said

COURSE, WORK, TOKEN = "12", "345", "canvas-token"
PLACE = f"/api/v1/courses/{COURSE}/assignments/{WORK}"
_CELL = re.compile(r"grade_data\[(\d+)\]\[(\w+)\](?:\[(\w+)\]\[points\])?")


@dataclass
class CanvasSite:
    """What it holds, and which lies it tells.

    `lies`: "nothing" is saved; comments are "dropped"; the "rubric" is; only the first of a job is
    saved ("half"); the job is done and the answer to it is an error ("lost"); jobs "fail" after
    the first half; comments come "twice", or are "kept" when deleted; a list brings the
    same "again" under ever new addresses, or ever new students ("endless"). `busy` requests are
    refused first, with `busy_status`. `meanwhile` is what others do before each list.
    """

    scores: dict[str, float | None]
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    assessments: dict[str, dict[str, Any]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    submissions: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    excused: set[str] = field(default_factory=set)
    late: dict[str, float] = field(default_factory=dict)
    lies: set[str] = field(default_factory=set)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    busy: int = 0
    busy_status: int = 403
    slow_jobs: int = 0
    asked: list[Asked] = field(default_factory=list)
    jobs: dict[int, list[Any]] = field(default_factory=dict)
    base: str = ""
    next_comment: int = 1

    def __call__(self, asked: Asked) -> Said:
        self.asked.append(asked)
        self._go_on_with_jobs()
        if asked.path.startswith("/files/"):
            return Said(body=self.files[asked.path])
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Said(status=401, body=b'{"errors":[{"message":"Invalid access token."}]}')
        if self.busy:
            self.busy -= 1
            body = b"403 Forbidden (Rate Limit Exceeded)\n"
            return Said(status=self.busy_status, body=body, headers={"retry-after": "0"})
        return self._answer(asked)

    def _answer(self, asked: Asked) -> Said:
        if asked.path == PLACE:
            return _json({**ASSIGNMENT, **self.settings})
        if asked.path == f"{PLACE}/submissions":
            return self._page(asked)
        if asked.path == f"{PLACE}/submissions/update_grades":
            return self._job(asked)
        if match := re.fullmatch(r"/api/v1/progress/(\d+)", asked.path):
            return self._progress(int(match[1]))
        if match := re.fullmatch(rf"{PLACE}/submissions/(\d+)/comments/(\d+)", asked.path):
            if "kept" in self.lies:
                return Said(status=500)
            there = self.comments.get(match[1], [])
            self.comments[match[1]] = [each for each in there if str(each["id"]) != match[2]]
            return _json({})
        return Said(status=404, body=b'{"errors":[{"message":"not found"}]}')

    def _page(self, asked: Asked) -> Said:
        number = int(asked.value("page") or 1)
        if self.meanwhile and number == 1:
            self.meanwhile.pop(0)()
        users = sorted(self.scores)
        some = users[(number - 1) * 3 : number * 3]
        headers = {}
        if "again" in self.lies:
            some = users
        if "endless" in self.lies:
            some = [str(1000 * number + each) for each in range(100)]
            self.scores.update(dict.fromkeys(some))
        if number * 3 < len(users) or {"again", "endless"} & self.lies:
            headers["Link"] = f'<{self.base}{asked.path}?page={number + 1}>; rel="next"'
        return _json([self._submission(user) for user in some], headers)

    def _submission(self, user: str) -> dict[str, Any]:
        score = self.scores[user]
        taken = self.late.get(user, 0.0)
        return {
            "user_id": int(user),
            "entered_score": score,
            "score": None if score is None else score - taken,
            "excused": user in self.excused,
            "submission_comments": self.comments.get(user, []),
            "rubric_assessment": self.assessments.get(user),
            "user": {"id": int(user), "name": f"Student {user}", **self.users.get(user, {})},
            "submitted_at": None,
            "workflow_state": "unsubmitted",
            **self.submissions.get(user, {}),
        }

    def _job(self, asked: Asked) -> Said:
        cells: dict[str, dict[str, Any]] = {}
        for name, value in asked.form:
            match = _CELL.fullmatch(name)
            if match is None:
                continue
            data = cells.setdefault(match[1], {})
            if match[3]:
                data.setdefault("rubric", {})[match[3]] = {"points": float(value)}
            else:
                data[match[2]] = value
        number = len(self.jobs) + 1
        self.jobs[number] = [self.slow_jobs, cells]
        if not self.slow_jobs:
            self._do(cells)
        if "lost" in self.lies:
            return Said(status=502, body=b"Bad Gateway")
        if "broken" in self.lies:
            return Said(broken=True)
        return _json({"id": number, "tag": "submissions_update", "workflow_state": "queued"})

    def _progress(self, number: int) -> Said:
        if self.jobs[number][0] > 0:
            return _json({"id": number, "workflow_state": "running"})
        state = "failed" if "fail" in self.lies else "completed"
        return _json({"id": number, "workflow_state": state})

    def _go_on_with_jobs(self) -> None:
        """Every request is a moment later: a queued job is done whoever asks what meanwhile."""
        for job in self.jobs.values():
            job[0] -= 1
            if job[0] == 0:
                self._do(job[1])

    def _do(self, cells: dict[str, dict[str, Any]]) -> None:
        users = list(cells)
        if "nothing" in self.lies:
            return
        if {"half", "fail"} & self.lies:
            users = users[: len(users) // 2]
        for user in users:
            data = cells[user]
            if "posted_grade" in data:
                said = data["posted_grade"]
                self.scores[user] = float(said) if said else None
            if "text_comment" in data and "dropped" not in self.lies:
                for _ in range(2 if "twice" in self.lies else 1):
                    self.comments.setdefault(user, []).append(
                        {"id": self.next_comment, "comment": data["text_comment"], "author_id": 1}
                    )
                    self.next_comment += 1
            if "rubric" in data and "rubric" not in self.lies:
                self.assessments[user] = data["rubric"]


ASSIGNMENT: dict[str, Any] = {
    "id": int(WORK),
    "name": "Essay",
    "points_possible": 8.0,
    "grading_type": "points",
    "moderated_grading": False,
    "anonymize_students": False,
    "published": True,
    "post_manually": False,
    "group_category_id": None,
}


def _json(value: object, headers: dict[str, str] | None = None) -> Said:
    return Said(body=json.dumps(value).encode(), headers=headers or {})
