"""Our own Moodle: one assignment's web service functions, by what their code does.

(mod/assign/externallib.php.) Errors come with status 200; what saves returns null; a student is
saved before the next one fails; a workflow state that is sent empty is reset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.site import Asked, Said

MODULE, INSTANCE, TOKEN = "678", "91", "moodle-token"
FUNCTIONS = (
    "core_webservice_get_site_info",
    "core_course_get_course_module",
    "core_grading_get_definitions",
    "mod_assign_get_assignments",
    "mod_assign_list_participants",
    "mod_assign_get_grades",
    "mod_assign_get_submissions",
    "mod_assign_get_submission_status",
    "mod_assign_get_user_flags",
    "mod_assign_save_grades",
)


@dataclass
class MoodleSite:
    """What it holds, and which lies it tells.

    `lies`: "nothing" is saved; feedback is "dropped"; the answer to a save is "lost"; a save
    raises after it was done ("late_error"); the list of participants is "endless"; a save keeps the
    words and takes the "grade_away". `refused` users raise before anything of them is saved.
    `unlisted` users handed nothing in, so that their grades are not in the list; what
    `earlier` users have got is of the attempt before their last one. `meanwhile` is what others do
    before each list of participants.
    """

    scores: dict[str, str | None]
    feedback: dict[str, str] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, Any]] = field(default_factory=dict)
    submissions: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    module: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    functions: tuple[str, ...] = FUNCTIONS
    refused: set[str] = field(default_factory=set)
    unlisted: set[str] = field(default_factory=set)
    earlier: set[str] = field(default_factory=set)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    lies: set[str] = field(default_factory=set)
    busy: int = 0
    asked: list[Asked] = field(default_factory=list)
    base: str = ""

    def __call__(self, asked: Asked) -> Said:
        self.asked.append(asked)
        if asked.path.startswith("/webservice/pluginfile.php/"):
            good = asked.value("token") == TOKEN and not asked.query
            return Said(body=self.files[asked.path]) if good else Said(status=403)
        if asked.value("wstoken") != TOKEN:
            return _error("invalidtoken", "Invalid token - token not found")
        if self.busy:
            self.busy -= 1
            return Said(status=503, body=b"<html>maintenance</html>")
        function = asked.value("wsfunction")
        if function not in self.functions:
            return _error("accessexception", "Access control exception")
        return getattr(self, f"_{function}")(asked)  # type: ignore[no-any-return]  # by name

    def _core_webservice_get_site_info(self, _: Asked) -> Said:
        return _json({"sitename": "School", "functions": [{"name": n} for n in self.functions]})

    def _core_course_get_course_module(self, _: Asked) -> Said:
        module = {
            "id": int(MODULE),
            "course": 5,
            "modname": "assign",
            "instance": int(INSTANCE),
            "name": "Essay",
            "grade": 8,
            "advancedgrading": [{"area": "submissions", "method": None}],
        }
        return _json({"cm": {**module, **self.module}, "warnings": []})

    def _core_grading_get_definitions(self, _: Asked) -> Said:
        return _json({"areas": [{"definitions": [{"rubric": {"rubric_criteria": RUBRIC}}]}]})

    def _mod_assign_get_assignments(self, _: Asked) -> Said:
        settings = {"id": int(INSTANCE), "teamsubmission": 0, "blindmarking": 0, **self.settings}
        return _json({"courses": [{"id": 5, "assignments": [settings]}], "warnings": []})

    def _mod_assign_list_participants(self, asked: Asked) -> Said:
        skip, limit = int(asked.value("skip")), int(asked.value("limit"))
        if self.meanwhile:
            self.meanwhile.pop(0)()
        listed = [
            {"id": int(user), "fullname": f"Student {user}x", **self.names.get(user, {})}
            for user in sorted(self.scores)
        ]
        if "endless" in self.lies:
            return _json([{"id": 1000 + skip + each} for each in range(limit)])
        return _json(listed[skip : skip + limit])

    def _mod_assign_get_grades(self, _: Asked) -> Said:
        grades = [
            {"userid": int(user), "attemptnumber": self._graded(user), "grade": score or "-1.00000"}
            for user, score in sorted(self.scores.items())
            if user not in self.unlisted
        ]
        return _json({"assignments": [{"assignmentid": int(INSTANCE), "grades": grades}]})

    def _graded(self, user: str) -> int:
        last = int(self.submissions.get(user, {}).get("attemptnumber", 0))
        return last - (user in self.earlier)

    def _mod_assign_get_submissions(self, _: Asked) -> Said:
        listed = [
            {
                "userid": int(user),
                "attemptnumber": 0,
                "status": "submitted",
                "timemodified": 1,
                **each,
            }
            for user, each in self.submissions.items()
        ]
        return _json({"assignments": [{"assignmentid": int(INSTANCE), "submissions": listed}]})

    def _mod_assign_get_submission_status(self, asked: Asked) -> Said:
        user = asked.value("userid")
        text = self.feedback.get(user, "")
        if dict(asked.form).get("moodlewssettingraw") != "1":
            # As it is shown: cleaned, with addresses of the files in it.
            text = text.replace("@@PLUGINFILE@@", f"{self.base}/webservice/pluginfile.php")
        plugins = [
            {"type": "comments", "editorfields": [{"name": "comments", "text": text}]},
            {"type": "file", "fileareas": []},
        ]
        score = self.scores[user]
        handed_in = self.submissions.get(user)
        told: dict[str, Any] = {}
        if handed_in is not None:
            last = {"userid": int(user), "attemptnumber": 0, "status": "submitted"}
            told["lastattempt"] = {"submission": {**last, "timemodified": 1, **handed_in}}
        if user not in self.earlier and (score is not None or text):
            told["feedback"] = {"grade": {"grade": score}, "plugins": plugins}
        return _json({**told, "warnings": []})

    def _mod_assign_get_user_flags(self, _: Asked) -> Said:
        flags = [{"userid": int(u), "workflowstate": s} for u, s in self.states.items()]
        return _json({"assignments": [{"assignmentid": int(INSTANCE), "userflags": flags}]})

    def _mod_assign_save_grades(self, asked: Asked) -> Said:
        form = dict(asked.form)
        assert form["assignmentid"] == INSTANCE
        assert form["applytoall"] == "0"
        numbers = sorted({m[1] for n in form if (m := re.match(r"grades\[(\d+)\]", n))})
        for number in numbers:
            front = f"grades[{number}]"
            user = form[f"{front}[userid]"]
            if user in self.refused:
                return _error("invalidrecord", "Can not find data record in database.")
            editor = f"{front}[plugindata][assignfeedbackcomments_editor][text]"
            if self.feedback.get(user) and editor not in form:
                # Its plugin takes the missing text for null, which the database refuses (5.1).
                return _error("dmlwriteexception", "Error writing to database")
            if "nothing" not in self.lies:
                self._save(front, user, form)
        if "lost" in self.lies:
            return Said(broken=True)
        if "late_error" in self.lies:
            return _error("dmlwriteexception", "Error writing to database")
        return Said(body=b"null")

    def _save(self, front: str, user: str, form: dict[str, str]) -> None:
        grade = float(form[f"{front}[grade]"])
        if self.module.get("advancedgrading"):
            # The plain grade is ignored where a rubric is on.
            levels = [
                int(value)
                for name, value in form.items()
                if name.endswith("[fillings][0][levelid]")
            ]
            points = {each["id"]: each["score"] for one in RUBRIC for each in one["levels"]}
            grade = sum(points[level] for level in levels) if levels else -1
        taken = grade < 0 or "grade_away" in self.lies
        self.scores[user] = None if taken else f"{grade:.5f}"
        self.states[user] = form[f"{front}[workflowstate]"]
        self.earlier.discard(user)
        text = form.get(f"{front}[plugindata][assignfeedbackcomments_editor][text]")
        if text not in {None, self.feedback.get(user)} and "dropped" not in self.lies:
            # The editor's cleaning writes tags in its own way.
            self.feedback[user] = text.replace("<br>", "<br />").replace("<p>", '<p dir="ltr">')


RUBRIC: list[dict[str, Any]] = [
    {
        "id": 31,
        "description": "the count stands for something else",
        "levels": [{"id": 41, "score": 0}, {"id": 42, "score": 4}, {"id": 43, "score": 8}],
    }
]


def _json(value: object) -> Said:
    return Said(body=json.dumps(value).encode())


def _error(code: str, words: str) -> Said:
    return _json({"exception": "moodle_exception", "errorcode": code, "message": words})
