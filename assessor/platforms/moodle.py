"""Moodle by its web services: one assignment's grades and feedback.

(moodle mod/assign/externallib.php.) `mod_assign_save_grades` returns nothing and saves one student
after the other without a transaction; errors come with status 200. `core_grades_update_grades`
takes a feedback and drops it: it is not used. Feedback is replaced, never added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

from assessor.errors import InputError, PlatformError
from assessor.platforms.as_told import number_of
from assessor.platforms.base import Address, Criterion, Held, Pulled, PulledFile, Sending, Task
from assessor.platforms.connection import PlatformConnection, check_count, json_of

VARIABLE = "ASSESSOR_MOODLE_TOKEN"  # where it is, not what it is
_VIEW = re.compile(r"(?P<front>.*)/mod/assign/view\.php")
_SERVICE = "/webservice/rest/server.php"
_NEEDED = ("core_course_get_course_module", "mod_assign_get_assignments", "mod_assign_get_grades")
_NEEDED_TO_PUSH = (
    "mod_assign_list_participants",
    "mod_assign_save_grades",
    "mod_assign_get_submission_status",
)
_NEEDED_TO_PULL = ("mod_assign_list_participants", "mod_assign_get_submissions")
_REFUSED = frozenset({"invalidtoken", "accessexception", "nopermissions", "requireloginerror"})


def address_of(url: str) -> Address | None:
    """Return the assignment that a page's address names; None where it is no Moodle page."""
    parts = urlsplit(url.strip())
    found = _VIEW.fullmatch(parts.path)
    number = next(iter(parse_qs(parts.query).get("id", [])), "")
    if found is None or not number.isdecimal():
        return None
    site = f"{parts.scheme}://{parts.netloc}{found['front']}"
    return Address(platform="moodle", site=site, course="", assignment=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Status:
    """A student's latest attempt (`last`, from 0): its grade and feedback, None and "" for none."""

    user: str
    score: Decimal | None
    feedback: str
    last: int
    handed_in: tuple[int, str] | None

    def score_beside(self, scores: Mapping[str, tuple[int, Decimal | None]]) -> Decimal | None:
        """Return the grade; where it is not told here, the listed one, if it is this attempt's."""
        attempt, listed = scores.get(self.user, (0, None))
        return self.score if self.score is not None or attempt < self.last else listed


@dataclass(slots=True)
class Moodle:
    """One assignment on a Moodle site; the address holds its course module's number."""

    address: Address
    wire: PlatformConnection
    token: str = field(repr=False)
    appends: bool = False
    quiet_after: float = 90.0
    batch: int = 1
    title: str = ""
    _instance: str = ""
    _workflow: bool = False
    _by_rubric: bool = False
    _levels: dict[tuple[str, Decimal], str] = field(default_factory=dict)

    def task(self) -> Task:
        """Return the assignment. Raises InputError where grades cannot go in from here."""
        self._need((*_NEEDED, *_NEEDED_TO_PUSH))
        module, settings = self._module()
        title = str(module.get("name") or "assignment")
        most = number_of(module.get("grade") or settings.get("grade") or 0)
        if most <= 0:
            kind = "a scale of words" if most < 0 else "no grade"
            raise InputError(
                f"{title!r} is set to {kind}: set its grade to points; nothing was sent"
            )
        if settings.get("teamsubmission"):
            raise InputError(f"{title!r} is handed in by groups: use the grading worksheet")
        if not settings:
            raise InputError(
                f"{title!r}: its settings are not shown to this token; enrol its user in the "
                "course as a teacher: they say whether groups or a marking workflow are on"
            )
        notes = []
        if settings.get("blindmarking") and not settings.get("revealidentities"):
            notes.append("Names are hidden (anonymous submissions): ids must be Moodle's own.")
        if self._workflow:
            notes.append("Marking workflow is on: each student's state there is kept as it is.")
        method = next(
            (a.get("method") for a in module.get("advancedgrading") or () if a.get("method")), None
        )
        if method not in {None, "rubric"}:
            raise InputError(f"{title!r} is graded by a {method}, which takes no plain points")
        self._by_rubric = method == "rubric"
        criteria = self._criteria() if self._by_rubric else ()
        return Task(
            title=title,
            max_points=most,
            notes=tuple(notes),
            criteria=criteria,
            by_rubric=self._by_rubric,
        )

    def held(self, feedback_of: Sequence[str] | None = None) -> dict[str, Held]:
        """Return what Moodle holds of each participant, and the feedback of those named."""
        scores = self._scores()
        found = {}
        for each in self._participants():
            user, name = str(each["id"]), str(each.get("fullname") or "")
            kinds = ("idnumber", "email", "username")
            keys = {kind: str(each[kind]) for kind in kinds if each.get(kind)}
            if _is_alias(name):
                keys["identifier"] = name
            score, comments = scores.get(user, (0, None))[1], tuple[tuple[str, str], ...]()
            status = None
            if feedback_of is None or user in feedback_of:
                # What `get_grades` leaves out: a grade without a submission, and the feedback.
                status = self._status(user)
                score = status.score_beside(scores)
                comments = (("feedback", status.feedback),)
            found[user] = Held(
                user=user,
                keys=keys,
                score=score,
                comments=comments,
                name=name,
                handed_in=None if status is None else status.handed_in,
            )
        return found

    def send(self, sendings: Sequence[Sending]) -> None:
        """Save each, one request at a time: an error of one must not take others along."""
        states = self._states() if self._workflow else {}
        for each in sendings:
            if each.score is None and not each.erase and each.comment is None:
                continue
            score, comment = each.score, each.comment
            if comment is None or (score is None and not each.erase):
                status = self._status(each.user)
                if score is None and not each.erase:
                    # Feedback alone: the grade that is there goes along, or it would be taken away.
                    score = status.score_beside(self._scores())
                # Without its feedback a grade fails where some is there: it goes along as it is.
                comment = comment if comment is not None else status.feedback or None
            if self._by_rubric and score is not None and not each.criteria:
                # Saved without its levels, a grade that is made of them is taken away.
                raise PlatformError(
                    f"{self.address.site}: user {each.user} is graded by the assignment's rubric, "
                    "by whose levels alone a grade can be saved; nothing was sent for them: enter "
                    "it there by hand"
                )
            data = self._grade_data(replace(each, comment=comment), score, states)
            self._call("mod_assign_save_grades", data, safe=False)

    def take_back(self, held: Held, sending: Sending, ours: str) -> None:
        """Put back the grade and the feedback that were there."""
        theirs = held.comments[0][1] if held.comments else ""
        changed = sending.comment is not None and ours != "" and not same_markup(theirs, ours)
        self.send(
            [
                Sending(
                    user=sending.user,
                    score=sending.score,
                    erase=sending.erase,
                    comment=None if changed else sending.comment,
                )
            ]
        )

    def submissions(self) -> Iterator[Pulled]:
        """Yield each participant's latest submission; a draft is none."""
        self._need((*_NEEDED, *_NEEDED_TO_PULL))
        _, settings = self._module()
        if settings.get("teamsubmission"):
            raise InputError(
                f"{self.title!r} is handed in by groups, and nobody's work would come along: "
                "download all submissions there"
            )
        told = self._call("mod_assign_get_submissions", [("assignmentids[0]", self._instance)])
        latest: dict[str, dict[str, Any]] = {}
        for assignment in told.get("assignments") or ():
            for each in assignment.get("submissions") or ():
                user = str(each.get("userid"))
                if int(each.get("attemptnumber") or 0) >= int(
                    latest.get(user, {}).get("attemptnumber") or 0
                ):
                    latest[user] = each
        for person in self._participants():
            user = str(person["id"])
            yield _pulled(user, str(person.get("fullname") or ""), latest.get(user, {}))

    def download(self, file: PulledFile) -> bytes:
        """Return a file's bytes; the token goes in the request's body, not in its address."""
        return self.wire.download(file.url, [("token", self.token)])

    def close(self) -> None:
        """Give the connections back."""
        self.wire.close()

    def _call(self, function: str, data: list[tuple[str, str]], *, safe: bool = True) -> Any:
        """Return what a function answers. Raises InputError or PlatformError for its exceptions."""
        known = [
            ("wstoken", self.token),
            ("wsfunction", function),
            ("moodlewsrestformat", "json"),
        ]
        answer = json_of(self.wire.write(_SERVICE, [*known, *data], safe=safe))
        if isinstance(answer, dict) and answer.get("exception"):
            code, words = answer.get("errorcode"), str(answer.get("message") or "")
            where = f"{self.address.site}: {function}"
            if code == "invalidtoken":
                raise InputError(f"{self.address.site}: refuses the token; make a new one there")
            if code in _REFUSED:
                raise InputError(f"{where}: the token may not do this ({words[:200]})")
            raise PlatformError(f"{where}: {words[:200] or code}")
        return answer if answer is not None else {}

    def _need(self, functions: Sequence[str]) -> None:
        """Say which functions the token's service lacks, all at once. Raises InputError."""
        told = self._call("core_webservice_get_site_info", [])
        there = {str(each.get("name")) for each in told.get("functions") or ()}
        missing = [name for name in dict.fromkeys(functions) if name not in there]
        if missing:
            raise InputError(
                f"{self.address.site}: the token's service lacks {', '.join(missing)}: ask the "
                "administrator to add them (Site administration, Server, Web services)"
            )

    def _module(self) -> tuple[dict[str, Any], dict[str, Any]]:
        told = self._call("core_course_get_course_module", [("cmid", self.address.assignment)])
        module = told.get("cm") or {}
        if module.get("modname") != "assign":
            raise InputError(f"{self.address.words}: is no assignment; give the address of one")
        self._instance = str(module.get("instance"))
        self.title = str(module.get("name") or "")
        course = str(module.get("course"))
        listed = self._call("mod_assign_get_assignments", [("courseids[0]", course)])
        settings: dict[str, Any] = next(
            (
                each
                for one in listed.get("courses") or ()
                for each in one.get("assignments") or ()
                if str(each.get("id")) == self._instance
            ),
            {},
        )
        self._workflow = bool(settings.get("markingworkflow"))
        return module, settings

    def _criteria(self) -> tuple[Criterion, ...]:
        """Return the criteria of the assignment's rubric."""
        told = self._call(
            "core_grading_get_definitions",
            [
                ("cmids[0]", self.address.assignment),
                ("areaname", "submissions"),
                ("activeonly", "1"),
            ],
        )
        definitions = [
            definition
            for area in told.get("areas") or ()
            for definition in area.get("definitions") or ()
            if definition.get("rubric")
        ]
        criteria = []
        for each in definitions[0]["rubric"].get("rubric_criteria") or () if definitions else ():
            levels = tuple(
                (number_of(level.get("score")), str(level.get("id")))
                for level in each.get("levels") or ()
            )
            self._levels |= {(str(each.get("id")), points): level for points, level in levels}
            highest = max((points for points, _ in levels), default=Decimal(0))
            criteria.append(
                Criterion(
                    id=str(each.get("id")),
                    names=(str(each.get("description") or ""),),
                    max_points=highest,
                    levels=levels,
                )
            )
        return tuple(criteria)

    def _participants(self) -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = []
        while True:
            page = self._call(
                "mod_assign_list_participants",
                [
                    ("assignid", self._instance),
                    ("groupid", "0"),
                    ("filter", ""),
                    ("skip", str(len(listed))),
                    ("limit", "200"),
                ],
            )
            known = {each["id"] for each in listed}
            fresh = [each for each in page or () if each["id"] not in known]
            listed += fresh
            check_count(self.address.site, len(listed))
            if len(fresh) < 200:
                return listed

    def _scores(self) -> dict[str, tuple[int, Decimal | None]]:
        """Return the attempt that was graded last, and its grade, by user."""
        told = self._call("mod_assign_get_grades", [("assignmentids[0]", self._instance)])
        newest: dict[str, tuple[int, Decimal | None]] = {}
        for assignment in told.get("assignments") or ():
            for each in assignment.get("grades") or ():
                attempt = int(each.get("attemptnumber") or 0)
                if attempt >= newest.get(str(each["userid"]), (-1, None))[0]:
                    newest[str(each["userid"])] = (attempt, _score(each.get("grade")))
        return newest

    def _states(self) -> dict[str, str]:
        """Return the marking workflow's states: an empty one sent along would reset them."""
        told = self._call("mod_assign_get_user_flags", [("assignmentids[0]", self._instance)])
        flags = [
            each for one in told.get("assignments") or () for each in one.get("userflags") or ()
        ]
        return {str(each["userid"]): str(each.get("workflowstate") or "") for each in flags}

    def _status(self, user: str) -> _Status:
        """Return where a student's latest attempt stands.

        The feedback comes as it is stored, and not as it is shown: sent again, it changes nothing.
        """
        raw = [("moodlewssettingraw", "1"), ("moodlewssettingfileurl", "0")]
        who = [("assignid", self._instance), ("userid", user)]
        told = self._call("mod_assign_get_submission_status", [*who, *raw])
        feedback = told.get("feedback") or {}
        score = _score((feedback.get("grade") or {}).get("grade"))
        texts = [
            str(each.get("text") or "")
            for plugin in feedback.get("plugins") or ()
            if plugin.get("type") == "comments"
            for each in plugin.get("editorfields") or ()
            if each.get("name") == "comments"
        ]
        last = (told.get("lastattempt") or {}).get("submission") or {}
        return _Status(
            user=user,
            score=score,
            feedback=next(iter(texts), ""),
            last=int(last.get("attemptnumber") or 0),
            handed_in=(_attempt(last), str(last.get("timemodified") or "")) if last else None,
        )

    def _grade_data(
        self, sending: Sending, score: Decimal | None, states: dict[str, str]
    ) -> list[tuple[str, str]]:
        front = "grades[0]"
        data = [
            ("assignmentid", self._instance),
            ("applytoall", "0"),
            (f"{front}[userid]", sending.user),
            (f"{front}[grade]", "-1" if score is None else format(score.normalize(), "f")),
            (f"{front}[attemptnumber]", "-1"),
            (f"{front}[addattempt]", "0"),
            (f"{front}[workflowstate]", states.get(sending.user, "")),
        ]
        if sending.comment is not None:
            place = f"{front}[plugindata][assignfeedbackcomments_editor]"
            data += [(f"{place}[text]", sending.comment), (f"{place}[format]", "1")]
        for number, (criterion, points) in enumerate(sending.criteria):
            level = self._levels[criterion, points]
            place = f"{front}[advancedgradingdata][rubric][criteria][{number}]"
            data += [
                (f"{place}[criterionid]", criterion),
                (f"{place}[fillings][0][criterionid]", criterion),
                (f"{place}[fillings][0][levelid]", level),
                (f"{place}[fillings][0][remark]", ""),
                (f"{place}[fillings][0][remarkformat]", "0"),
            ]
        return data


def same_markup(one: str, other: str) -> bool:
    """Return whether two feedbacks say the same, whatever an editor's cleaning did to the tags."""

    def folded(text: str) -> str:
        return " ".join(re.sub(r"<br\s*/?>|</?p[^>]*>", " ", text).replace("&nbsp;", " ").split())

    return folded(one) == folded(other)


def _score(told: object) -> Decimal | None:
    """Return a grade as Moodle writes it; it keeps −1 for none."""
    text = str(told if told is not None else "")
    score = number_of(text) if re.fullmatch(r"-?\d+(?:\.\d+)?", text) else Decimal(-1)
    return score if score >= 0 else None


def _is_alias(name: str) -> bool:
    """Return whether a name is what stands for one under anonymous marking: a word and a number."""
    return re.fullmatch(r"[^\W\d]+(?:/[^\W\d]+)? ?\d+", name) is not None


def _attempt(submission: dict[str, Any]) -> int:
    """Return which attempt a submission is, from 1; 0 for a draft and what is opened again."""
    handed_in = submission.get("status") == "submitted"
    return int(submission.get("attemptnumber") or 0) + 1 if handed_in else 0


def _pulled(user: str, name: str, submission: dict[str, Any]) -> Pulled:
    attempt = _attempt(submission)
    texts: list[str] = []
    files: list[PulledFile] = []
    for plugin in submission.get("plugins") or () if attempt else ():
        if plugin.get("type") == "onlinetext":
            texts += [str(f.get("text") or "") for f in plugin.get("editorfields") or ()]
        if plugin.get("type") == "file":
            files += [
                PulledFile(name=str(one.get("filename") or "file"), url=str(one.get("fileurl")))
                for area in plugin.get("fileareas") or ()
                for one in area.get("files") or ()
                if one.get("fileurl")
            ]
    return Pulled(
        user=user,
        name=name,
        attempt=attempt,
        when=str(submission.get("timemodified") or ""),
        text="\n".join(text for text in texts if text.strip()),
        files=tuple(files),
    )
