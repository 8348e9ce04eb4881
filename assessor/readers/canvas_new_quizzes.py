"""Canvas New Quizzes, Student Analysis: blocks of five columns with repeated names.

`ItemID, ItemType, <question as HTML>, EarnedPoints, Status`: blocks are read by place after each
ItemType. Answers to essays are HTML, and every attempt is a row.
"""

from __future__ import annotations

from dataclasses import replace

from assessor.counting import plural
from assessor.errors import SubmissionError
from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled, named_column
from assessor.readers.canvas_rows import students_in
from assessor.readers.entries import EntriesFound, assemble
from assessor.sheet import Table, fold_header, score_in, visible
from assessor.sheet.people import columns
from assessor.submission import InputState

_WRITTEN = frozenset({"essay", "rich-fill-blank", "rich fill blank", "text", "short answer"})
_UPLOAD = frozenset({"file-upload", "file upload", "file_upload", "fileupload"})


def recognise(table: Table) -> str:
    """Return why this is the report: ItemID and ItemType in front of each question."""
    blocks = _blocks(table)
    if blocks or {"itemid", "itemtype"} <= {fold_header(t).replace(" ", "") for t in table.header}:
        return f"{plural(len(blocks), 'block')} of ItemID, ItemType and question"
    return ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every attempt at every question; the key is the column `ID`."""
    header = table.header
    _refuse_moved(table, _blocks(table))
    found = EntriesFound(file=table.file, format="canvas_new_quizzes", why=recognise(table))
    blocks = _blocks(table)
    places = columns(header, "name", "attempt", "completed", "number", "score")
    ids = [place for place, title in enumerate(header) if fold_header(title) == "id"]
    keys = [*ids[:1], places["number"]]
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    titles = {place: visible(header[place + 2], markup=True).strip() for place in blocks}
    for cells, student in students_in(table, found, keys, places):
        score = score_in(first_filled(cells, [places["score"]]))
        entry = replace(student, score=score, markup=True)
        for place in blocks:
            item, what = cells[place : place + 2]
            answer, earned, status = cells[place + 2 : place + 5]
            what = fold_header(what)
            asked = any(cell.strip() for cell in (item, what, answer, earned, status))
            state = None if asked else InputState.NOT_ASKED
            if asked and what in _UPLOAD and answer.strip():
                state = InputState.UNREADABLE
            kind = None
            if what:
                written = what in _WRITTEN | _UPLOAD
                kind = QuestionKind.WRITTEN if written else QuestionKind.CHOICE
            found.add(entry, question=titles[place], raw=answer, state=state, kind=kind)
    return assemble(found, options)


def _blocks(table: Table) -> list[int]:
    titles = [fold_header(title).replace(" ", "") for title in table.header]
    return [
        place
        for place in range(len(titles) - 4)
        if titles[place : place + 2] == ["itemid", "itemtype"]
        and titles[place + 3] in {"earnedpoints", "pointsearned", "score"}
    ]


def _refuse_moved(table: Table, blocks: list[int]) -> None:
    """Refuse a file whose blocks were torn: answers would stand under another question."""
    titles = [fold_header(title).replace(" ", "") for title in table.header]
    if titles.count("itemtype") != len(blocks) or titles.count("itemid") != len(blocks):
        raise SubmissionError(
            f"{table.file}: its columns stand in another order than Canvas writes them (ItemID, "
            "ItemType, question, EarnedPoints, Status); export it again"
        )
