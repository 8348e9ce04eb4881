"""Canvas by its REST interface: one assignment's grades, comments and rubric.

Grades go by `update_grades`, which only queues a job: the answer to it says nothing. A comment is
added each time, so one that is there already is never sent. (canvas-lms, doc/api; its issues
#1434 and #2368.) `posted_grade` "" takes a grade away, and is sent only to undo.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from assessor.errors import InputError, PlatformError
from assessor.platforms.as_told import number_of
from assessor.platforms.base import Address, Criterion, Held, Pulled, PulledFile, Sending, Task
from assessor.platforms.connection import PlatformConnection, check_count, json_of

VARIABLE = "ASSESSOR_CANVAS_TOKEN"  # where it is, not what it is
_PLACE = re.compile(
    r"(?P<front>.*)/courses/(?P<course>\d+)/assignments/(?P<assignment>\d+)(?:/.*)?"
)
_GRADER = re.compile(r"(?P<front>.*)/courses/(?P<course>\d+)/gradebook/speed_grader")
_NEXT = re.compile(r'<([^<>]+)>\s*;\s*rel="?next"?')
_POLLS = 60


def address_of(url: str) -> Address | None:
    """Return the assignment that a page's address names; None where it is no Canvas page."""
    parts = urlsplit(url.strip())
    found = _PLACE.fullmatch(parts.path.rstrip("/"))
    number = found["assignment"] if found else ""
    if found is None:
        found = _GRADER.fullmatch(parts.path.rstrip("/"))
        number = next(iter(parse_qs(parts.query).get("assignment_id", [])), "")
    if found is None or not number.isdecimal():
        return None
    site = f"{parts.scheme}://{parts.netloc}{found['front']}"
    return Address(platform="canvas", site=site, course=found["course"], assignment=number)


@dataclass(slots=True)
class Canvas:
    """One assignment on a Canvas site."""

    address: Address
    wire: PlatformConnection
    appends: bool = True
    quiet_after: float = 600.0
    batch: int = 10
    title: str = ""

    @property
    def _place(self) -> str:
        return f"/api/v1/courses/{self.address.course}/assignments/{self.address.assignment}"

    def task(self) -> Task:
        """Return the assignment. Raises InputError where grades cannot go in from here."""
        told = json_of(self.wire.get(self._place))
        title = str(told.get("name") or "assignment")
        for key, value, why in (
            ("moderated_grading", True, "is moderated: its grades go through the moderation page"),
            ("anonymize_students", True, "is anonymous just now: reveal the names first"),
            ("in_closed_grading_period", True, "is in a closed grading period"),
            ("grading_type", "not_graded", "is not graded"),
            ("grading_type", "pass_fail", "is graded by pass or fail, not in points"),
            ("published", False, "is not published"),
        ):
            if told.get(key) == value:
                raise InputError(f"{title!r} {why}; nothing was sent")
        if told.get("group_category_id") and not told.get("grade_group_students_individually"):
            raise InputError(
                f"{title!r} gives a whole group one grade: set it to grade students individually, "
                "or enter the groups' grades by hand; nothing was sent"
            )
        notes = []
        if told.get("post_manually") is False:
            notes.append(
                "Canvas shows each grade to its student as it arrives (automatic posting)."
            )
        elif told.get("post_manually"):
            notes.append("The grades stay hidden in Canvas until you post them there.")
        if told.get("grading_type") in {"letter_grade", "gpa_scale"}:
            notes.append(
                "Canvas shows these grades by a scheme: where a name in it is a number, it takes "
                "points that are this number for the name. Try it on one student first."
            )
        return Task(
            title=title,
            max_points=_number(told.get("points_possible")),
            notes=tuple(notes),
            criteria=tuple(_criterion(each) for each in told.get("rubric") or ()),
        )

    def held(self, feedback_of: Sequence[str] | None = None) -> dict[str, Held]:
        """Return what Canvas holds of each student, comments with their ids."""
        found = {}
        for each in self._submissions():
            user = each.get("user") or {}
            kinds = ("sis_user_id", "login_id", "integration_id", "email")
            entered = each.get("entered_score", each.get("score"))
            assessed = each.get("rubric_assessment")
            found[str(each["user_id"])] = Held(
                user=str(each["user_id"]),
                keys={kind: str(user[kind]) for kind in kinds if user.get(kind)},
                score=_number(entered),
                comments=tuple(
                    (str(one.get("id")), str(one.get("comment") or ""))
                    for one in each.get("submission_comments") or ()
                ),
                locked="excused" if each.get("excused") else "",
                criteria=_assessed(assessed) if isinstance(assessed, dict) else {},
                name=str(user.get("name") or ""),
                handed_in=(_attempt(each), ""),
            )
        return found

    def send(self, sendings: Sequence[Sending]) -> None:
        """Queue one job for these students and wait until Canvas says that it is through."""
        data: list[tuple[str, str]] = []
        for each in sendings:
            front = f"grade_data[{each.user}]"
            if each.score is not None or each.erase:
                score = "" if each.score is None else _plain(each.score)
                data.append((f"{front}[posted_grade]", score))
            if each.comment:
                data.append((f"{front}[text_comment]", each.comment))
            data += [
                (f"{front}[rubric_assessment][{criterion}][points]", _plain(points))
                for criterion, points in each.criteria
            ]
        progress = json_of(self.wire.write(f"{self._place}/submissions/update_grades", data))
        self._wait(progress)

    def take_back(self, held: Held, sending: Sending, ours: str) -> None:
        """Put back the grade that was there, and delete our own comment where it stands once."""
        if sending.score is not None or sending.erase:
            self.send([Sending(user=held.user, score=sending.score, erase=sending.erase)])
        mine = [number for number, text in held.comments if ours and same_text(text, ours)]
        if len(mine) == 1:
            place = f"{self._place}/submissions/{held.user}/comments/{mine[0]}"
            self.wire.write(place, [], method="DELETE")

    def submissions(self) -> Iterator[Pulled]:
        """Yield each student's latest submission."""
        self.title = str(json_of(self.wire.get(self._place)).get("name") or "")
        for each in self._submissions():
            user, attempt = each.get("user") or {}, _attempt(each)
            yield Pulled(
                user=str(each["user_id"]),
                name=str(user.get("name") or ""),
                attempt=attempt,
                when=str(each.get("submitted_at") or ""),
                text=str(each.get("body") or "") if attempt else "",
                files=tuple(
                    PulledFile(
                        name=str(one.get("display_name") or one.get("filename") or "file"),
                        url=str(one.get("url")),
                    )
                    for one in each.get("attachments") or ()
                    if one.get("url")
                ),
                link=str(each.get("url") or "")
                if each.get("submission_type") == "online_url"
                else "",
            )

    def download(self, file: PulledFile) -> bytes:
        """Return a file's bytes."""
        return self.wire.download(file.url)

    def close(self) -> None:
        """Give the connections back."""
        self.wire.close()

    def _submissions(self) -> Iterator[dict[str, Any]]:
        params: list[tuple[str, str]] | None = [
            ("include[]", "submission_comments"),
            ("include[]", "rubric_assessment"),
            ("include[]", "user"),
            ("per_page", "100"),
        ]
        at, seen, known = f"{self._place}/submissions", set[str](), set[str]()
        while at and at not in seen:
            seen.add(at)
            answer = self.wire.get(at, params)
            page = json_of(answer)
            if not isinstance(page, list):
                raise PlatformError(
                    f"{self.address.site}: lists no submissions; run the same again"
                )
            fresh = [each for each in page if str(each.get("user_id") or "") not in {"", *known}]
            known.update(str(each["user_id"]) for each in fresh)
            yield from fresh
            check_count(self.address.site, len(known))
            following = _NEXT.search(answer.headers.get("link", ""))
            # A page that brings nobody new leads to none that does.
            at, params = following[1] if following and fresh else "", None

    def _wait(self, progress: Any) -> None:
        number = progress.get("id") if isinstance(progress, dict) else None
        if number is None:
            return
        for tries in range(_POLLS):
            told = json_of(self.wire.get(f"/api/v1/progress/{number}"))
            state = told.get("workflow_state")
            if state == "completed":
                return
            if state == "failed":
                raise PlatformError(f"{self.address.site}: says that its job failed")
            self.wire.sleep(min(0.5 * (tries + 1), 5.0))
        raise PlatformError(f"{self.address.site}: has not done its job yet; run the same again")


def _attempt(told: dict[str, Any]) -> int:
    """Return which attempt was handed in last, 0 where none was."""
    handed_in = bool(told.get("submitted_at")) and told.get("workflow_state") != "unsubmitted"
    return int(told.get("attempt") or 1) if handed_in else 0


def same_text(one: str, other: str) -> bool:
    """Return whether two comments say the same, however their spaces and line ends came out."""
    return " ".join(one.split()) == " ".join(other.split())


def _criterion(told: dict[str, Any]) -> Criterion:
    names = (told.get("description"), told.get("long_description"))
    return Criterion(
        id=str(told.get("id")),
        names=tuple(str(name) for name in names if name),
        max_points=_number(told.get("points")) or Decimal(0),
    )


def _assessed(told: dict[str, Any]) -> dict[str, Decimal]:
    points = {
        key: _number(each.get("points")) for key, each in told.items() if isinstance(each, dict)
    }
    return {str(key): value for key, value in points.items() if value is not None}


def _number(value: object) -> Decimal | None:
    return None if value is None or value == "" else number_of(value)


def _plain(points: Decimal) -> str:
    return format(points.normalize(), "f")
