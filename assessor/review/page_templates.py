"""The templates, and what each page is filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assessor.called import as_called
from assessor.counting import plural
from assessor.engine.hearing import Heard, Hearing
from assessor.engine.trusting import tuning_labels
from assessor.flags import Flag
from assessor.grade import any_graded
from assessor.privacy import class_people
from assessor.reasons import reason_words
from assessor.report.display import shown
from assessor.report.material import QuestionPart
from assessor.report.rubric_edits import Mend, mends
from assessor.review import numbers, student_list
from assessor.review.class_state import ClassState
from assessor.review.decision_keys import by_key_points
from assessor.review.entry import ReviewEntry
from assessor.review.filters import Filters
from assessor.review.page_words import (
    EMPTY,
    ONLY,
    chip,
    difference,
    given,
    given_points,
    time_text,
    wish_text,
)
from assessor.review.security import Lock
from assessor.review.trail import MOST_RUNS, lines_of, rows_of
from assessor.review.view import (
    cells_of,
    choice_text,
    flags_of,
    letter_of,
    marked_text,
    points_text,
)
from assessor.verdict import Override, ReasonKind, State

LONGEST_FEEDBACK = 4_000
REMEMBERED = 500
TEMPLATES = Path(__file__).parent.parent / "templates"
UNCALIBRATED = "the judge's own estimate, not yet checked against your grades (uncalibrated)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A change that was not saved since the answer was changed meanwhile."""

    mine: str
    theirs: str
    again: str


def environment() -> Environment:
    """Return what fills in the templates of this page: everything is escaped, nothing is free."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "review"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plural"] = plural
    # For sentences of ours alone: what a student wrote stays as it is.
    environment.filters["called"] = as_called
    return environment


class Pages:
    """Fills templates for one class."""

    def __init__(self, class_state: ClassState, lock: Lock) -> None:
        self.class_state = class_state
        self._lock = lock
        self._hearings: dict[str, Hearing] = {}
        self._found: dict[str, tuple[Flag, ...]] = {}
        self._environment = environment()
        self._environment.globals |= {"letter": letter_of}

    def render(self, template: str, here: str, values: Mapping[str, Any]) -> str:
        """Return a page; `here` is the part of the site that it belongs to."""
        common = {
            "here": here,
            "seat": self.class_state.seat,
            "csrf": self._lock.csrf,
            "root": self._lock.root,
            "blank_means_absent": any(each.by_hand for each in self.class_state.entries[:1]),
        }
        return self._environment.get_template(template).render({**common, **values})

    def answer(
        self,
        entry: ReviewEntry,
        wish: Filters,
        *,
        fragment: bool = False,
        said: str = "",
        conflict: Conflict | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> str:
        """Return the page of one answer, or its main part only.

        `typed` is what could not be taken of a form, to be mended.
        """
        values = {
            **self._text_values(entry),
            **self._state_values(entry, wish),
            **self._turn_values(entry, wish),
            "a": entry,
            "wish": wish,
            "said": said,
            "conflict": asdict(conflict) if conflict is not None else None,
            "adjusted": _adjusted(entry, typed or {}),
        }
        return self.render("desk.html" if fragment else "answer.html", "answer", values)

    def end(self, wish: Filters, *, fragment: bool = False, said: str = "") -> str:
        """Return what is shown when a list is through."""
        listed = self.class_state.list_for(wish)
        open_ones = [
            each for each in self.class_state.entries if each.is_readable and not each.is_done
        ]
        values = {
            "said": said,
            "wish_text": wish_text(wish, self.class_state.material.rubrics),
            "progress": self.class_state.progress(listed),
            "is_queue": not wish.query,
            "rest": sum(not each.is_queued for each in open_ones),
            "flagged": sum(each.is_flagged for each in self.class_state.entries),
            "differ": sum(bool(each.rivals) for each in self.class_state.entries),
            "wish": wish,
        }
        return self.render("end.part.html" if fragment else "end.html", "answer", values)

    def numbers(self, *, not_found: str = "") -> str:
        """Return the class in numbers."""
        class_state = self.class_state
        questions = [
            {
                "title": class_state.material.rubrics[question].title,
                "rubric": class_state.material.rubrics[question].id,
                "mends": self._mends(question),
                "graded": any_graded(each.shown for each in entries),
                "queue": Filters(question=question).query
                if len(class_state.material.rubrics) > 1
                else "",
                "points": numbers.points(entries, question),
                "cells": numbers.cells(class_state.material.rubrics[question], entries, question),
            }
            for question, entries in numbers.by_question(class_state.entries).items()
        ]
        values = {
            "total": len(class_state.entries),
            "answers": class_state.material.answers,
            "work": numbers.work(class_state.entries),
            "states": numbers.states(class_state.entries),
            "reasons": numbers.reasons(class_state.entries),
            "questions": questions,
            "not_found": not_found,
        }
        return self.render("class.html", "class", values)

    def students(self, asked: student_list.ListingWish) -> str:
        """Return the class as a list of students."""
        class_state = self.class_state
        found = student_list.listed(class_state.entries, asked)
        several = len(class_state.material.rubrics) > 1
        rows = student_list.rows(found, several=several)
        values = {
            "asked": asked,
            "rows": rows,
            "count": len(found),
            "more": len(found) > len(rows),
            "total": len(class_state.entries),
            "several": several,
            "named": any(each.name for each in rows),
            "states": student_list.states_in(class_state.entries),
            "only": ONLY,
            "orders": student_list.ORDERS,
        }
        return self.render("roster.html", "students", values)

    def _mends(self, question: str) -> tuple[Mend, ...]:
        """Return what people's blind grades say of each key point, worst first."""
        material = self.class_state.material
        labels = tuning_labels(self.class_state.store, material.rubrics, material.outcomes)
        own = tuple(each for each in labels if each.question == question)
        rubric = material.rubrics[question]
        return mends(
            QuestionPart(question=question, rubric=rubric, rows=(), backend="", labels=own)
        )

    def asked(self, entry: ReviewEntry) -> str:
        """Return the exact prompts and replies about an answer."""
        return self.render("asked.html", "answer", {"a": entry, "heard": self.heard(entry)})

    def trail(self, entry: ReviewEntry) -> str:
        """Return an answer through time."""
        store = self.class_state.store
        own = [
            (run, outcome)
            for run, outcome in store.outcomes_about(entry.outcome.submission.answer_digest)
            if outcome.submission.key == entry.key
        ][-MOST_RUNS:]
        runs = [
            {
                "name": "now" if run == self.class_state.material.run else f"run {run[:6]}",
                "at": store.run(run).started_at[:16].replace("T", " "),
                "points": points_text(outcome.proposed),
            }
            for run, outcome in own
        ]
        values = {
            "a": entry,
            "runs": runs,
            "rows": rows_of(entry, [outcome for _, outcome in own]),
            "points": points_text(entry.grade.standing),
            "events": lines_of(entry, store.trail(entry.key)),
        }
        return self.render("trail.html", "answer", values)

    def heard(self, entry: ReviewEntry) -> tuple[Heard, ...]:
        """Return what was asked about an answer and replied."""
        submission = entry.outcome.submission
        question = submission.question
        if question not in self._hearings:
            material = self.class_state.material
            submissions = [each.submission for each in material.outcomes]
            people = class_people(submissions, material.rubrics)
            hearing = Hearing(entry.rubric, self.class_state.store.secret, people.conceal)
            self._hearings[question] = hearing
        readings = self.class_state.store.readings(submission.answer_digest)
        return self._hearings[question].hear(submission, readings)

    def forget_rubrics(self) -> None:
        """Render prompts anew: the rubric was changed."""
        self._hearings.clear()

    def _text_values(self, entry: ReviewEntry) -> dict[str, Any]:
        flags = self._flags(entry)
        feedback = entry.shown.feedback
        places = self.class_state.places(entry)
        question = entry.rubric.question
        heard = () if entry.by_hand else self.heard(entry)
        return {
            "marked": marked_text(entry, flags, places),
            "flags": [
                {"words": reason_words(ReasonKind.FLAG.of(each.code)), "what": each.what}
                for each in flags
            ],
            "cells": cells_of(entry, heard, places),
            "choice": choice_text(entry),
            "prompt": question.prompt,
            "stimulus": question.stimulus,
            "reference": question.reference,
            "guidelines": entry.rubric.guidelines,
            "empty_text": EMPTY.get(entry.grade.state, EMPTY[State.BLANK]),
            "as_read": entry.outcome.submission.reading,
            "feedback": feedback if len(feedback) <= LONGEST_FEEDBACK else "",
            "feedback_too_long": len(feedback) > LONGEST_FEEDBACK,
            "feedback_placeholder": "The rubric says nothing here; write what helps.",
            "reason": entry.mine.reason if entry.mine is not None else "",
            "chance_title": UNCALIBRATED,
        }

    def _flags(self, entry: ReviewEntry) -> tuple[Flag, ...]:
        """Return an answer's flags; a long answer is searched only where it has some, and once."""
        flagged = any(each.startswith("flag:") for each in entry.outcome.reasons)
        if self.class_state.seat.blind or not entry.is_readable or not (flagged or entry.by_hand):
            return ()
        submission = entry.outcome.submission
        digest = f"{submission.question} {submission.answer_digest}"
        if digest not in self._found:
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[digest] = flags_of(entry)
        return self._found[digest]

    def _state_values(self, entry: ReviewEntry, wish: Filters) -> dict[str, Any]:
        words, colour = chip(entry)
        material = self.class_state.material
        submission = entry.outcome.submission
        open_by_hand = entry.by_hand and not entry.is_done
        changed = entry.shown.standing != entry.shown.proposed
        likes = self.class_state.group_of(entry) if not self.class_state.seat.blind else ()
        equal = [e for e in likes if e.outcome.submission.answer_digest == submission.answer_digest]
        return {
            "chip": words,
            "chip_class": colour,
            "student": _student(entry) if wish.names and not self.class_state.seat.blind else "",
            "names_url": f"/answer/{entry.id}{wish.with_(names='' if wish.names else 'yes').query}",
            "question_label": submission.question[:80] if len(material.rubrics) > 1 else "",
            "points": _points(entry),
            "most": points_text(entry.shown.max_points),
            "by_hand_open": open_by_hand,
            "proposed_points": points_text(entry.shown.proposed)
            if changed and entry.shown.proposed is not None
            else "",
            "reasons": [] if entry.by_hand else _reasons(entry),
            "rivals": [_rival(entry, each, n) for n, each in enumerate(entry.rivals)],
            "likes": [_like(each, submission.answer_digest) for each in likes],
            "like_group": self.class_state.like.get(entry.id, ""),
            "equal_open": sum(not each.is_done for each in equal) if entry.is_done else 0,
        }

    def _turn_values(self, entry: ReviewEntry, wish: Filters) -> dict[str, Any]:
        listed = self.class_state.list_for(wish)
        progress = self.class_state.progress(listed)
        places = [each.id for each in listed]
        place = places.index(entry.id) if entry.id in places else -1
        before = places[place - 1] if place > 0 else ""
        after = places[place + 1] if place < len(places) - 1 else ""
        rest = [*listed[place + 1 :], *listed[: max(place, 0)]]
        to_do = next((each.id for each in rest if not each.is_done and each.id != entry.id), "")
        end = f"/end{wish.query}"
        return {
            "progress": progress,
            "time_left": time_text(progress.seconds_left),
            "place": f"{place + 1} of {len(places)}" if place >= 0 else "",
            "wish_text": wish_text(wish, self.class_state.material.rubrics),
            "previous_url": f"/answer/{before}{wish.query}" if before else "",
            "next_url": f"/answer/{after}{wish.query}" if after else end,
            "open_url": f"/answer/{to_do}{wish.query}" if to_do else "",
        }


def _points(entry: ReviewEntry) -> str:
    if entry.shown.standing is None and entry.is_begun:
        return points_text(given_points(entry))
    return points_text(entry.shown.standing)


def _adjusted(entry: ReviewEntry, typed: Mapping[str, str]) -> dict[str, object]:
    """Return the field for points in all: what stands or was typed, and what key points give."""
    mine = entry.mine
    own = mine.total if mine is not None else None
    return {
        "is_open": own is not None or "total" in typed,
        "is_given": own is not None,
        "total": typed.get("total", points_text(own) if own is not None else ""),
        "why": typed.get("why", mine.reason if mine is not None and own is not None else ""),
        "by_key_points": points_text(by_key_points(entry)),
    }


def _student(entry: ReviewEntry) -> str:
    submission = entry.outcome.submission
    return " · ".join(filter(None, (submission.student_id, submission.name)))


def _reasons(entry: ReviewEntry) -> list[str]:
    return list(dict.fromkeys(map(reason_words, entry.outcome.reasons)))


def _rival(entry: ReviewEntry, rival: Override, place: int) -> dict[str, object]:
    mine = entry.mine
    return {
        "who": rival.grader or "somebody",
        "points": given(entry.rubric, rival),
        "cells": difference(entry.rubric, mine, rival) if mine is not None else "",
        "mine": "Until one of you settles it, the first decision stands.",
        "place": place,
    }


def _like(entry: ReviewEntry, answer_digest: str) -> dict[str, object]:
    return {
        "id": entry.id,
        "number": entry.number,
        "points": _points(entry),
        "state": chip(entry)[0],
        "is_equal": entry.outcome.submission.answer_digest == answer_digest,
    }
