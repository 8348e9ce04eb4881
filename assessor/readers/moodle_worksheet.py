"""Moodle assignment, offline grading worksheet: one row per participant, the latest attempt.

(moodle mod/assign/gradingtable.php.) Headers are in the site's language, names are left out under
blind marking; `sheet.worksheet` knows where things stand. The text is text already. Files and
pictures are not in it: work that was handed in and shows nothing here was handed in otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from assessor.readers.base import (
    Answers,
    QuestionKind,
    ReadOptions,
    Unclear,
    columns_of,
    first_filled,
    named_column,
)
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import Table, number_in
from assessor.sheet.worksheet import (
    Statuses,
    Worksheet,
    holds_html,
    is_participant,
    statuses_of,
    worksheet_of,
)
from assessor.submission import InputState, state_of

_ZIP = "grade the zip of 'Download all submissions' instead, and name this file with --template"
# A capital letter or a word right behind the end of another: where a line break was.
_GLUED = re.compile(r"[^\W\d_A-Z]{3,}[A-Z][^\W\d_A-Z]{2,}|[^\W\d_]{3,}[.!?;][A-Z][^\W\d_]+")
_SHOWN = 5


def recognise(table: Table) -> str:
    """Return why this is the worksheet: an identifier, a grade and when it was last changed."""
    at = worksheet_of(table)
    if at is None:
        return ""
    places = (at.identifier, at.grade, at.graded_at)
    return "{}, {} and {}".format(*(table.header[place] for place in places))


def read(table: Table, options: ReadOptions) -> Answers:
    """Return the online texts; the key is the whole identifier, as the import needs it."""
    found = EntriesFound(file=table.file, format="moodle_worksheet", why=recognise(table))
    at = worksheet_of(table)
    if at is None:
        return assemble(found, options)
    text = _text(table, at, options)
    key = named_column(table, options.student, "--student") if options.student else at.identifier
    said = statuses_of(table, at)
    html = text is not None and holds_html([cells[text] for _, cells in table.records()])
    unseen: list[int] = []
    for row, cells in table.records():
        if not is_participant(cells, at):
            found.skip(row, first_filled(cells, range(len(cells))), "no participant")
            continue
        answer = cells[text] if text is not None else ""
        state = _state(row, said)
        if text is None:
            state = InputState.NO_ANSWERS
        elif state is None and state_of(answer) is InputState.BLANK and not _typed(answer):
            state = InputState.UNREADABLE
            unseen += [] if first_filled(cells, at.files) else [row]
        found.entries.append(
            ArchiveEntry(
                student=cells[key].strip() or found.anonymous(row),
                question=table.header[text] if text is not None else "",
                raw=answer,
                row=row,
                name=cells[at.name] if at.name is not None else "",
                attempt=0 if state is InputState.NOT_SUBMITTED or row in said.none else 1,
                state=state,
                kind=QuestionKind.WRITTEN,
                score=number_in(cells[at.grade]),
                markup=html,
                plain=not html,
            )
        )
    _tell(found, table, at, said, unseen)
    if text is None:
        found.warnings.append(
            "holds no online text: students hand in files here, or the site leaves the text out"
        )
    return assemble(found, ReadOptions(student=options.student))


def _text(table: Table, at: Worksheet, options: ReadOptions) -> int | None:
    """Return the column of the online text. Raises Unclear where several may hold it."""
    if options.answer:
        return named_column(table, options.answer, "--answer")
    if len(at.texts) > 1:
        raise Unclear(
            f"{table.file}: several columns may hold the online text; "
            f"name it with --answer: {columns_of(table)}",
            meaning="answer",
            choices=[table.header[place] for place in at.texts],
        )
    return at.texts[0] if at.texts else None


def _state(row: int, said: Statuses) -> InputState | None:
    absent = row in said.none or row in said.draft
    return InputState.NOT_SUBMITTED if absent else None


def _typed(answer: str) -> bool:
    """Return whether anything can be seen in a cell, were it a lone question mark."""
    return bool(answer.replace("\u00a0", " ").strip())


def _tell(
    found: EntriesFound, table: Table, at: Worksheet, said: Statuses, unseen: Collection[int]
) -> None:
    if said.draft and at.status is not None:
        words = Counter(
            " ".join(cells[at.status].split(" - ")[0].split())
            for row, cells in table.records()
            if row in said.draft
        )
        listed = ", ".join(f"{word!r} ({number})" for word, number in words.items())
        found.warnings.append(f"not handed in, by their status: {listed}; not graded")
    if len(said.guessed) > 1:
        taken = " and ".join(repr(word) for word, given in said.guessed.items() if given)
        found.warnings.append(
            "the words of this language are not known here: only the status "
            f"{taken or 'of the rest'} is taken for handed in; look whether that is so"
        )
    if unseen:
        number = len(unseen)
        found.warnings.append(
            f"{number} {'works were' if number > 1 else 'work was'} handed in and "
            f"{'show' if number > 1 else 'shows'} no text here (a file or a picture, which the "
            f"worksheet leaves out): unreadable, not blank; {_ZIP}"
        )
    texts = [each.raw for each in found.entries if each.plain and each.state is None]
    glued = _glued(texts)
    if glued:
        found.warnings.append(
            f"words look glued ({', '.join(map(repr, glued[:3]))}): the worksheet drops line "
            f"breaks, list items and table cells; for the text as it was written, {_ZIP}"
        )


def _glued(texts: Sequence[str]) -> list[str]:
    """Return words that lost what parted them: "lightNested", "sugarand" beside sugar and and."""
    words = [re.findall(r"[^\W\d_]+", text) for text in texts]
    counts = Counter(word.casefold() for each in words for word in each)
    joins = {word for word, times in counts.most_common(15) if times > 2 and len(word) > 2}
    found = [match[0] for text in texts for match in _GLUED.finditer(text)][:_SHOWN]
    for word, times in counts.items():
        if times == 1 and len(word) > 5:
            found += [word for end in joins if word.endswith(end) and counts[word[: -len(end)]]][:1]
    return found
