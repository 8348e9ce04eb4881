"""From what a platform's reader found, row by row, to Answers: what all platforms share.

A reader knows its platform's columns and marks and makes entries of them. Here attempts are
numbered, questions sorted into written and choice, cells turned into what a person reads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assessor.errors import SubmissionError
from assessor.readers.base import TELLING, Answers, FoundQuestion, QuestionKind, ReadOptions
from assessor.readers.content import has_essays, kind_of, only_attachments
from assessor.sheet import LONGEST_CELL, fold_header, has_picture, visible, without_pictures
from assessor.sheet.moments import moments
from assessor.submission import InputState, Key, Submission, same_student, state_of

_SHOWN = 5
# Of what lies beside the hand-ins in a zip.
NO_STUDENTS_FILE = "no student's file"
_TRUE_OR_FALSE = frozenset(
    {"true", "false", "t", "f", "wahr", "falsch", "richtig", "vrai", "faux", "verdadero", "falso"}
    | {"vero", "waar", "onwaar", "verdadeiro", "sant", "falskt"}
)


@dataclass(slots=True, kw_only=True)
class ArchiveEntry:
    """One student's cell for one question, as a reader found it; `assemble` completes it.

    `attempt` is what the file says (0: nothing handed in), None where it says nothing: then
    attempts are numbered by `when` and, at equal times, by `sitting` (default: the row).
    `state` stands above what the cell looks like. `markup`: this column always holds HTML;
    `plain`: it never does, a tag in it was typed by the student.
    `reading` and `unread` are those of a submission, for answers that were handed in as files.
    """

    student: str
    question: str
    raw: str
    row: int
    name: str = ""
    attempt: int | None = None
    when: str = ""
    sitting: int | None = None
    state: InputState | None = None
    kind: QuestionKind | None = None
    score: Decimal | None = None
    markup: bool = False
    plain: bool = False
    reading: str = ""
    unread: str = ""


@dataclass(slots=True, kw_only=True)
class EntriesFound:
    """What a reader gathers: entries, and the rows it passed over with the reason."""

    file: str
    format: str
    why: str
    entries: list[ArchiveEntry] = field(default_factory=list)
    skipped: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    unused: tuple[str, ...] = ()

    def add(
        self,
        row: ArchiveEntry,
        *,
        question: str,
        raw: str,
        state: InputState | None = None,
        kind: QuestionKind | None = None,
    ) -> None:
        """Add one cell of a row; what the row said of student and attempt stays."""
        self.entries.append(
            ArchiveEntry(
                student=row.student,
                question=question,
                raw=raw,
                row=row.row,
                name=row.name,
                attempt=row.attempt,
                when=row.when,
                sitting=row.sitting,
                state=state or row.state,
                kind=kind,
                score=row.score,
                markup=row.markup,
                plain=row.plain,
            )
        )

    def skip(self, row: int, what: str, reason: str) -> None:
        """Note that a row (0: a file) is no student's answer."""
        shown = f"{' '.join(what.split())[:40]!r}" if what else f"record {row}"
        shown += f" (record {row})" if what and row else ""
        self.skipped.setdefault(reason, []).append(shown)

    def anonymous(self, row: int) -> str:
        """Return what stands for a student whom the row does not name, and say so."""
        self.skipped.setdefault("", []).append(f"row:{row}")
        return f"row:{row}"


def assemble(found: EntriesFound, options: ReadOptions) -> Answers:
    """Return the answers that a reader found. Raises SubmissionError."""
    entries = found.entries
    for each in entries:
        # French packs write a no-break space in a column's name; nobody can type it.
        each.question = each.question.replace("\u00a0", " ")
    _one_spelling(entries)
    _number(entries)
    texts = list(dict.fromkeys(each.question for each in entries if each.question))
    wanted = _wanted(texts, options, found.file)
    kinds = _kinds(texts, entries, wanted | _graded(texts, options, entries))
    written: list[Submission] = []
    choices: dict[tuple[str, int], dict[str, str]] = {}
    notes: Counter[str] = Counter()
    # Let go of each as it becomes a submission: a large class is not held twice.
    entries.reverse()
    while entries:
        entry = entries.pop()
        if entry.state is InputState.NO_ANSWERS:
            written.append(_submission(entry, "", InputState.NO_ANSWERS))
        elif kinds.get(entry.question) is QuestionKind.WRITTEN:
            if wanted and entry.question not in wanted:
                continue
            written.append(_read(entry, notes))
        elif entry.raw.strip() and entry.state is None:
            said = choices.setdefault((entry.student, entry.attempt or 0), {})
            said[entry.question] = visible(entry.raw, markup=entry.markup).strip()
    if texts and QuestionKind.WRITTEN not in kinds.values():
        found.warnings.append("every question looks like a choice; --answer names a written one")
    return Answers(
        format=found.format,
        why=found.why,
        questions=tuple(
            FoundQuestion(text=text, kind=kinds[text])
            for text in texts
            if not wanted or text in wanted or kinds[text] is QuestionKind.CHOICE
        ),
        submissions=tuple(_once(written, found)),
        warnings=(*found.warnings, *_notes(notes), *_skipped(found.skipped)),
        choices=choices,
        unused=found.unused,
    )


def _one_spelling(entries: Sequence[ArchiveEntry]) -> None:
    """Give every student the first spelling of the address, which people type as they like."""
    spelling: dict[str, str] = {}
    for each in entries:
        student = each.student
        if student.startswith('="') and student.endswith('"'):
            # What keeps the zeros of an id in Excel: ="00420001".
            student = student[2:-1]
        each.student = spelling.setdefault(same_student(student), student)


def _number(entries: Sequence[ArchiveEntry]) -> None:
    """Give every entry its attempt: the file's own number, else its place in time."""
    unnumbered = [each for each in entries if each.attempt is None]
    texts = list(dict.fromkeys(each.when for each in unnumbered))
    times = dict(zip(texts, moments(texts), strict=True))
    # Most students came once: nothing is held of them but their first entry.
    first: dict[str, ArchiveEntry] = {}
    sittings: dict[str, set[tuple[str, int]]] = {}
    for each in unnumbered:
        other = first.setdefault(each.student, each)
        if _came(other) != _came(each):
            sittings.setdefault(each.student, {_came(other)}).add(_came(each))
    numbers: dict[tuple[str, str, int], int] = {}
    for student, mine in sittings.items():
        known = all(times[when] is not None for when, _ in mine)
        ordered = sorted(mine, key=lambda key: ((times[key[0]] or 0) if known else 0, key[1]))
        for number, (when, sitting) in enumerate(ordered, start=1):
            numbers[student, when, sitting] = number
    for each in unnumbered:
        each.attempt = numbers.get((each.student, *_came(each)), 1)


def _came(entry: ArchiveEntry) -> tuple[str, int]:
    return entry.when, _sitting(entry)


def _sitting(entry: ArchiveEntry) -> int:
    return entry.row if entry.sitting is None else entry.sitting


def _wanted(texts: Sequence[str], options: ReadOptions, file: str) -> frozenset[str]:
    """Return the question that --answer names; empty where it names none."""
    if not options.answer:
        return frozenset()
    exact = [text for text in texts if text.strip() == options.answer.strip()]
    folded = fold_header(options.answer)
    alike = exact or [text for text in texts if fold_header(text) == folded]
    fitting = alike or [text for text in texts if folded in fold_header(text)]
    if len(fitting) != 1:
        what = "fits several questions" if fitting else "is no question there"
        listed = ", ".join(repr(text) for text in fitting or texts) or "none"
        raise SubmissionError(f"{file}: --answer {options.answer!r} {what}; there are {listed}")
    return frozenset(fitting)


def _graded(
    texts: Sequence[str], options: ReadOptions, entries: Sequence[ArchiveEntry]
) -> frozenset[str]:
    """Return the questions that the caller grades: named whole, or by a part no other has.

    A word of its title makes no written question of a column of True and False: who means one
    says its whole title.
    """
    graded: set[str] = set()
    for each in options.written:
        named = fold_header(each)
        exact = [text for text in texts if fold_header(text) == named]
        part = [text for text in texts if named and named in fold_header(text)]
        part = [
            text for text in part if len(named) >= TELLING or not _is_true_or_false(text, entries)
        ]
        graded.update((exact or part) if len(exact or part) == 1 else ())
    return frozenset(graded)


def _is_true_or_false(question: str, entries: Sequence[ArchiveEntry]) -> bool:
    cells = {each.raw.strip().casefold() for each in entries if each.question == question} - {""}
    return bool(cells) and cells <= _TRUE_OR_FALSE


def _kinds(
    texts: Sequence[str], entries: Sequence[ArchiveEntry], wanted: frozenset[str]
) -> Mapping[str, QuestionKind]:
    cells: dict[str, list[str]] = {text: [] for text in texts}
    told: dict[str, QuestionKind] = {}
    for each in entries:
        if each.kind is not None:
            told[each.question] = each.kind
        if each.question and each.state is None:
            cells[each.question].append(each.raw)
    essays = any(map(has_essays, cells.values()))
    kinds = {text: told.get(text) or kind_of(cells[text], essays=essays) for text in texts}
    if len(texts) == 1 and not told:
        kinds[texts[0]] = QuestionKind.WRITTEN
    return {**kinds, **dict.fromkeys(wanted, QuestionKind.WRITTEN)}


def _read(entry: ArchiveEntry, notes: Counter[str]) -> Submission:
    """Return the submission that an entry holds: what a person reads in its cell."""
    if entry.state is not None:
        return _submission(entry, "", entry.state)
    raw = entry.raw = without_pictures(entry.raw)
    if len(raw) > LONGEST_CELL:
        notes[f"over {LONGEST_CELL:,} characters long: not read, look at it in the file"] += 1
        entry.raw = ""
        return _submission(entry, "", InputState.UNREADABLE)
    text = raw if entry.plain else visible(raw, markup=entry.markup)
    state = state_of(text)
    pictured = not entry.plain and has_picture(raw)
    if state is InputState.BLANK and pictured:
        notes["a picture and no text: unreadable"] += 1
        return _submission(entry, "", InputState.UNREADABLE)
    attached = only_attachments(text)
    if attached is not None:
        notes[attached] += 1
        if attached.endswith("unreadable"):
            return _submission(entry, "", InputState.UNREADABLE)
    if state is InputState.ANSWERED and pictured:
        notes["a picture beside the text: only the text is read"] += 1
    return _submission(entry, text, state)


def _submission(entry: ArchiveEntry, answer: str, state: InputState) -> Submission:
    return Submission(
        student_id=entry.student,
        question=entry.question,
        attempt=entry.attempt or 0,
        answer=answer,
        state=state,
        row=entry.row,
        name=" ".join(entry.name.split()),
        raw=entry.raw if answer != entry.raw else "",
        score=entry.score,
        reading=entry.reading,
        unread=entry.unread,
    )


def _once(submissions: Iterable[Submission], found: EntriesFound) -> list[Submission]:
    """Refuse two answers of one attempt: nobody could say which one was graded."""
    # Most students gave one answer: nothing is held of them but that.
    first: dict[str, Submission] = {}
    further: dict[Key, Submission] = {}
    kept: list[Submission] = []
    for each in submissions:
        kept.append(each)
        other = first.setdefault(each.student_id, each)
        if other is not each and other.key != each.key:
            other = further.setdefault(each.key, each)
        if other is not each:
            raise SubmissionError(
                f"{found.file}: student {each.student_id!r} has two answers to one question in "
                f"attempt {each.attempt} (records {other.row} and {each.row}); "
                "remove one or export again"
            )
    return kept


def _notes(notes: Mapping[str, int]) -> list[str]:
    return [
        f"{number} answer{'s are' if number > 1 else ' is'} {what}"
        if what.startswith("over")
        else f"{number} answer{'s hold' if number > 1 else ' holds'} {what}"
        for what, number in notes.items()
    ]


def _skipped(skipped: Mapping[str, Sequence[str]]) -> list[str]:
    lines = []
    for reason, rows in skipped.items():
        listed = ", ".join(rows[:_SHOWN]) + (
            f" and {len(rows) - _SHOWN} more" * (len(rows) > _SHOWN)
        )
        if reason:
            lines.append(f"left out, {reason}: {listed}")
        else:
            lines.append(f"no student is named (they stand as {listed}): grades cannot go back")
    return lines
