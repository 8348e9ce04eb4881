"""What a judge was asked about an answer and what it replied, word for word, from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assessor.assets import folder, prompt_text
from assessor.engine.cell_reader import UNVERIFIED
from assessor.errors import InvalidReply
from assessor.privacy import Conceal
from assessor.prompt import COVERED, Ask, Asking, isolated_ask, joint_ask, read_prompt
from assessor.reply import parse_reply
from assessor.rubric import Rubric
from assessor.store import AskRecord, StoredReading
from assessor.submission import Submission
from assessor.verdict import Pass, Verdict

UNUSABLE = "Your reply could not be used: {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One request and what came back.

    `verdicts` are those of a usable reply, else `problem` says why not. `is_current`: it was
    asked by the rubric's present wording. `is_exact`: `system` and `user` are what was sent, names
    covered where they were; else the prompt file of that time is not here, or the class by whose
    names it was covered is another one now, and they are empty.
    """

    record: AskRecord
    verdicts: tuple[Verdict, ...]
    problem: str
    text: str
    model: str
    is_repair: bool
    is_current: bool
    is_exact: bool
    is_covered: bool
    system: str
    user: str


class Hearing:
    """Reads the store's records of one question's asks back; prompts are rendered once."""

    def __init__(self, rubric: Rubric, secret: bytes, conceal: Conceal) -> None:
        self._rubric = rubric
        self._secret = secret
        self._conceal = conceal
        self._askings: dict[str, Asking] = {}

    def hear(self, submission: Submission, readings: Sequence[StoredReading]) -> tuple[Heard, ...]:
        """Return all that was asked about an answer, in the order it was asked."""
        heard: list[Heard] = []
        latest: dict[tuple[str, str], Heard] = {}
        for reading in readings:
            about = (reading.ask.cell, reading.ask.asked)
            each = self._hear(submission, reading, latest.get(about))
            latest[about] = each
            heard.append(each)
        return tuple(heard)

    def _hear(self, submission: Submission, reading: StoredReading, before: Heard | None) -> Heard:
        record, reply = reading.ask, reading.reply
        is_repair = not record.cell_key
        repair = _why(before) if is_repair else ""
        ask = self._ask(submission, record, repair)
        verdicts: tuple[Verdict, ...] = ()
        problem = "no reply was written down" if reply is None else reply.problem
        if ask is not None and reply is not None:
            try:
                verdicts = parse_reply(ask, self._rubric, reply.text)
            except InvalidReply as error:
                problem = problem or str(error)
        is_current = ask is not None and ask.shown == record.rubric
        is_exact = is_current and ask is not None and ask.prompt == record.prompt
        return Heard(
            record=record,
            verdicts=verdicts,
            problem=problem,
            text=reply.text if reply is not None else "",
            model=(reply.model if reply is not None else "") or record.model,
            is_repair=is_repair,
            is_current=is_current,
            is_exact=is_exact,
            is_covered=COVERED in record.prompt,
            system=ask.system if ask is not None and is_exact else "",
            user=ask.user if ask is not None and is_exact else "",
        )

    def _ask(self, submission: Submission, record: AskRecord, repair: str) -> Ask | None:
        cells = tuple(record.cell.split())
        asking = self._asking(record.prompt.partition(" ")[0])
        if asking is not None and COVERED in record.prompt:
            asking = replace(asking, conceal=self._conceal)
        if asking is None or not set(cells) <= set(self._rubric.cells):
            return None
        asked = Pass(record.asked)
        if len(cells) == 1:
            return isolated_ask(asking, cells[0], asked, submission, repair=repair)
        return joint_ask(asking, cells, asked, submission, repair=repair)

    def _asking(self, name: str) -> Asking | None:
        if name not in self._askings:
            if name not in {path.stem for path in folder("prompts").glob("judge-*.j2")}:
                return None
            prompt = read_prompt(prompt_text(name), f"{name}.j2")
            self._askings[name] = Asking(prompt=prompt, rubric=self._rubric, secret=self._secret)
        return self._askings[name]


def _why(before: Heard | None) -> str:
    """Return why a cell was asked once more: its last reply was unusable, or had no quote."""
    if before is None or before.verdicts:
        return UNVERIFIED
    return UNUSABLE.format(before.problem)
