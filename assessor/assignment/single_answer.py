"""One answer, by its text or by the file that was handed in; and what a judge is shown of it."""

from __future__ import annotations

from dataclasses import replace

from assessor.prompt import Asking, isolated_ask
from assessor.readers.files import FileReader
from assessor.readers.hand_in import one_answer
from assessor.sheet import visible
from assessor.submission import InputState, Submission, state_of
from assessor.verdict import Pass


def make_submission(student_id: str, answer: str, *, question: str = "answer") -> Submission:
    """Return one student's answer, ready to be graded."""
    return Submission(
        student_id=student_id,
        question=question,
        attempt=1,
        answer=answer,
        state=state_of(answer),
    )


def read_answer_file(
    data: bytes, suffix: str, student_id: str, *, question: str = "answer"
) -> Submission:
    """Return a hand-in (docx, odt, rtf, pdf, txt, md, html, ipynb) as one answer.

    `suffix` is the end of its name. What cannot be read is `unreadable`, with the reason in
    `unread` and `reading`.
    """
    with FileReader() as reader:
        work = one_answer((), reader.read(data, suffix.lower()))
    submitted = make_submission(student_id, visible(work.raw, markup=True), question=question)
    raw = work.raw if work.raw != submitted.answer else ""
    if work.unread == "empty" and suffix.lower() in {"", ".txt", ".md"}:
        # A text with nothing in it is what a runner hands over for a blank answer.
        return replace(submitted, state=InputState.BLANK)
    state = InputState.UNREADABLE if work.unread else submitted.state
    return replace(submitted, raw=raw, state=state, reading=work.reading, unread=work.unread)


def request_messages(
    asking: Asking, cell: str, asked: Pass, answer: str
) -> list[dict[str, object]]:
    """Return the messages that a judge gets, cell by cell.

    The nonce is made with a secret of zeros, not a store's.
    """
    text = answer or "(the student's answer stands here)"
    shown: list[dict[str, object]] = []
    for each in (cell,) if cell else asking.rubric.cells:
        ask = isolated_ask(asking, each, asked, make_submission("", text))
        shown.append({"cell": each, "system": ask.system, "user": ask.user, "schema": ask.schema})
    return shown
