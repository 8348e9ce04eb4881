"""Brightspace quiz attempts: one row per question per attempt.

`Q #` is the place in that student's own shuffle, so a question is known by its text. Choice
questions may take a row per option, marked checked or not.
"""

from __future__ import annotations

from assessor.readers.base import Answers, QuestionKind, ReadOptions, first_filled, named_column
from assessor.readers.content import is_test_student
from assessor.readers.entries import ArchiveEntry, EntriesFound, assemble
from assessor.sheet import Table, fold_header, score_in, visible
from assessor.sheet.people import columns, full_name
from assessor.wordlists import names_in, word_lists

_LISTS = word_lists("assessor.readers")["brightspace_quiz"]

_NEEDED = {"q #", "q type", "answer"}
_WRITTEN = frozenset(names_in(_LISTS["written"]))
_CHOICE = frozenset(names_in(_LISTS["choice"]))
_UNCHECKED = frozenset({"unchecked", "not selected", "not checked", "unselected"})


def recognise(table: Table) -> str:
    """Return why these are quiz attempts: `Q #`, `Q Type` and `Answer`."""
    titles = {fold_header(title) for title in table.header}
    return "Q #, Q Type, Q Text and Answer, a row for each" if titles >= _NEEDED else ""


def read(table: Table, options: ReadOptions) -> Answers:
    """Return every attempt; the key is Org Defined ID (its `#` dropped), else the user name."""
    found = EntriesFound(file=table.file, format="brightspace_quiz", why=recognise(table))
    titles = [fold_header(title) for title in table.header]
    at = {title: place for place, title in reversed(list(enumerate(titles)))}
    places = columns(
        table.header, "number", "username", "email", "first", "last", "attempt", "completed"
    )
    keys = [places[name] for name in ("number", "username", "email")]
    if not any(place is not None for place in places.values()) and not options.student:
        found.format, found.why = "brightspace_summary", "Q # and Answer, and nobody's name"
        found.warnings.append(
            "a summary: how many people gave which answer, without the people; download the "
            "attempts (Grade or Statistics, Export to CSV, 'all attempts')"
        )
        return assemble(found, ReadOptions())
    if options.student:
        keys = [named_column(table, options.student, "--student")]
    elif keys[0] is not None and not _mostly_filled(table, keys[0]):
        keys = [keys[1], keys[2], keys[0]]
    texts = [at[name] for name in ("q text", "q title", "q #") if name in at]
    match, score = at.get("answer match"), at.get("score")
    for row, cells in table.records():
        name = full_name(cells, places)
        if is_test_student(name):
            found.skip(row, name, "a test student")
            continue
        if match is not None and fold_header(cells[match]) in _UNCHECKED:
            continue
        question = first_filled(cells, texts)
        if not question:
            found.skip(row, first_filled(cells, range(len(cells))), "no question")
            continue
        number = first_filled(cells, [places["attempt"]])
        kind = fold_header(cells[at["q type"]])
        found.entries.append(
            ArchiveEntry(
                student=first_filled(cells, keys).removeprefix("#") or found.anonymous(row),
                question=visible(question, markup=True).strip(),
                raw=cells[at["answer"]],
                row=row,
                name=name,
                attempt=int(number) if number.isdecimal() and len(number) < 6 else None,
                when=first_filled(cells, [places["completed"]]),
                sitting=0,
                kind=_kind(kind),
                score=score_in(cells[score]) if score is not None else None,
                markup=True,
            )
        )
    return assemble(found, options)


def _kind(word: str) -> QuestionKind | None:
    if word in _WRITTEN:
        return QuestionKind.WRITTEN
    return QuestionKind.CHOICE if word in _CHOICE else None


def _mostly_filled(table: Table, place: int) -> bool:
    cells = [each[place].strip() for _, each in table.records()]
    return sum(map(bool, cells)) * 2 >= len(cells)
