"""Where things stand in Moodle's grading worksheet, in a language of which no word is known too.

(mod/assign/gradingtable.php.) The order is always: identifier, who it is, status, …, grade, its
maximum, (workflow,) whether it can be changed, when it was handed in, what was handed in, when it
was graded, feedback. The two times have one title with different brackets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assessor.sheet.names import find_column, fold_header
from assessor.sheet.table import Table, number_in
from assessor.sheet.word_lists import (
    DRAFT,
    NO,
    NO_SUBMISSION,
    PARTICIPANT,
    REOPENED,
    SUBMITTED,
    WORKSHEET,
    YES,
)

IDENTIFIER = re.compile(r"\s*(\D*[^\W\d]\D*?)\s*(\d+)\s*")
_BRACKETED = re.compile(r"(.+?)\s*[(（]([^()（）]+)[)）]\s*", re.DOTALL)
_FILE = re.compile(
    r"file|datei|fichier|archivo|fitxer|bestand|arquivo|ficheiro|ファイル|文件|檔案|ملف|файл",
    re.IGNORECASE,
)
_COMMENT = re.compile(
    r"comment|kommentar|comentari|comentário|commenti|opmerking|コメント|评论|意见|تعليق",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{4}.*\d[:.]\d\d|\d[:.]\d\d.*\d{4}|\d{4}年")
_BLOCK = re.compile(r"\s*<(?:p|div|ol|ul|h[1-6]|table|pre|blockquote)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worksheet:
    """The columns of a worksheet; `texts` are those that may hold the online text."""

    identifier: int
    name: int | None
    status: int | None
    grade: int
    most: int | None
    open: int | None
    workflow: int | None
    submitted_at: int | None
    texts: tuple[int, ...]
    files: tuple[int, ...]
    graded_at: int
    feedback: int | None


def worksheet_of(table: Table) -> Worksheet | None:
    """Return where a worksheet's columns stand; None where the table is none."""
    found = {name: find_column(table.header, titles) for name, titles in WORKSHEET.items()}
    identifier = _identifier(table)
    # A participant's row is no header, whatever stands above it.
    if identifier is None or participant_number(table.header[identifier], _like(table, identifier)):
        return None
    submitted, graded = _times(table, found, identifier)
    if graded is None:
        return None
    end = submitted if submitted is not None else graded
    most = found["maximum_grade"]
    if most is None:
        most = _maximum(table, range(identifier + 1, end), found["grade"])
    grade = _grade(table, found["grade"], graded, most)
    if grade is None:
        return None
    status = _status(table, found["status"], identifier, grade)
    behind = most if most is not None and most > grade else grade
    open_ = _open(table, found["can_change"], behind, submitted)
    return Worksheet(
        identifier=identifier,
        name=_name(table, found["full_name"], identifier, status),
        status=status,
        grade=grade,
        most=most,
        open=open_,
        workflow=behind + 1 if open_ is not None and open_ > behind + 1 else None,
        submitted_at=submitted,
        texts=_texts(table, found["online_text"], end if submitted is not None else grade, graded),
        files=_files(table.header),
        graded_at=graded,
        feedback=_feedback(table.header, found["feedback"], graded),
    )


def is_participant(row: Sequence[str], at: Worksheet) -> bool:
    """Return whether a row is a participant's: its identifier is a word and a number."""
    return IDENTIFIER.fullmatch(row[at.identifier]) is not None


def participant_number(key: str, like: str = "") -> str:
    """Return the number in `Participant 8`, `Teilnehmer/in8` or `참가자8`; "" where it is none.

    `like` is another key whose word counts as well: that of a language we do not know.
    """
    match = IDENTIFIER.fullmatch(key)
    if match is None:
        return ""
    other = IDENTIFIER.fullmatch(like)
    known = PARTICIPANT | ({fold_header(other[1])} if other else set())
    return match[2] if fold_header(match[1]) in known else ""


def open_words(table: Table, at: Worksheet) -> frozenset[str]:
    """Return what says that a grade can be changed: "Yes", or the word of most rows.

    Moodle itself leaves out the rows that cannot be changed.
    """
    if at.open is None:
        return frozenset()
    said = Counter(cells[at.open].strip().casefold() for _, cells in table.records())
    known = said.keys() & YES
    unknown = [word for word, _ in said.most_common(1) if word not in NO]
    return frozenset(known or unknown)


def holds_html(cells: Sequence[str]) -> bool:
    """Return whether a column is the editor's HTML, as older sites wrote it; today it is text."""
    given = [cell for cell in cells if cell.strip()]
    return sum(_BLOCK.match(cell) is not None for cell in given) * 2 >= max(len(given), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statuses:
    """Which rows were not handed in, by what their status says, and what was guessed at.

    `guessed` maps status words of a language we do not know to whether they count as handed in.
    """

    none: frozenset[int]
    draft: frozenset[int]
    guessed: dict[str, bool]


def statuses_of(table: Table, at: Worksheet) -> Statuses:
    """Return who handed nothing in, and whose work is a draft or was opened again.

    A draft has brackets in every language ("Draft (not submitted)"). In a language without words
    the status of most rows is that of work handed in; any other one is no work handed in.
    """
    none: set[int] = set()
    draft: set[int] = set()
    unknown: dict[int, str] = {}
    known = False
    for row, cells in table.records():
        said = fold_header(cells[at.status].split(" - ")[0]) if at.status is not None else ""
        said = said.rstrip(" -")
        when = cells[at.submitted_at].strip() if at.submitted_at is not None else "?"
        if when in {"-", ""} or (said.startswith(NO_SUBMISSION) and not said.startswith(DRAFT)):
            none.add(row)
        elif said.startswith((*DRAFT, *REOPENED)) or re.search(r"[(（].+[)）]", said):
            draft.add(row)
        elif said.startswith(SUBMITTED):
            known = True
        elif said:
            unknown[row] = said
    words = Counter(unknown.values())
    guessed = dict.fromkeys(words, False)
    if words and not known:
        # "Submitted for grading" has more words than "Reopened", where both are as many.
        guessed[max(words, key=lambda word: (words[word], len(word.split()), len(word)))] = True
    draft |= {row for row, word in unknown.items() if not guessed[word]}
    return Statuses(none=frozenset(none), draft=frozenset(draft), guessed=guessed)


def _like(table: Table, identifier: int) -> str:
    """Return the first identifier."""
    return next((cells[identifier] for cells in table.first(1)), "")


def _identifier(table: Table) -> int | None:
    """Return the column of identifiers: by its title, else one word and a number in the rows."""
    rows = table.first(200)
    names = WORKSHEET["identifier"]
    titled = [p for p, title in enumerate(table.header) if fold_header(title) in names]
    places: list[int] = [*titled, *range(len(table.header))]
    for place in places:
        found = [IDENTIFIER.fullmatch(row[place]) for row in rows]
        words = Counter(match[1] for match in found if match)
        numbers = [match[2] for match in found if match]
        if not words or len(set(numbers)) < len(numbers):
            continue
        word, times = words.most_common(1)[0]
        if times == sum(words.values()) and times * 5 >= len(rows) * 4 and "@" not in word:
            return place
    return None if rows or not titled else titled[0]


def _times(table: Table, found: dict[str, int | None], after: int) -> tuple[int | None, int | None]:
    """Return when work was handed in and when it was graded: two titles that differ in brackets."""
    graded, submitted = found["last_modified_grade"], found["last_modified_submission"]
    if graded is not None and submitted is not None:
        return submitted, graded
    first: dict[str, int] = {}
    folded = [fold_header(title) for title in table.header]
    for place, title in enumerate(folded):
        match = _BRACKETED.fullmatch(title)
        if match is None or place <= after:
            continue
        if match[1] in first and graded in {None, place}:
            return first[match[1]], place
        first.setdefault(match[1], place)
    if graded is not None:
        return submitted, graded
    # A grade's title that stands again in brackets: no work is handed in on the site itself.
    for title, place in first.items():
        inner = folded[place][len(title) :].strip(" ()（）")
        if inner in folded[:place] and inner:
            return None, place
    timed = [p for p in range(after + 1, len(folded)) if _is_timed(table, p)]
    return (timed[0], timed[-1]) if len(timed) >= 2 else (None, None)


def _is_timed(table: Table, place: int) -> bool:
    """Return whether a column holds nothing but times, and dashes where there is none."""
    cells = [cells[place].strip() for cells in table.first(200)]
    return bool(cells) and all(cell == "-" or _TIME.search(cell) for cell in cells)


def _maximum(table: Table, places: range, grade: int | None) -> int | None:
    """Return the last column where all rows hold one number; a scale's words do not."""
    if grade is not None:
        places = range(grade + 1, min(grade + 2, places.stop))
    for place in reversed(places):
        numbers = {number_in(cells[place]) for _, cells in table.records() if any(cells[:place])}
        if len(numbers) == 1 and None not in numbers:
            return place
    return None


def _grade(table: Table, known: int | None, graded: int, most: int | None) -> int | None:
    """Return the grade's column: by its name, what stands again in brackets, or by the maximum."""
    if known is not None:
        return known
    folded = [fold_header(title) for title in table.header]
    match = _BRACKETED.fullmatch(folded[graded])
    if match and match[2].strip() in folded[:graded]:
        return folded.index(str(match[2]).strip())
    if most is None or most == 0:
        return None
    cells = [cells[most - 1].strip() for _, cells in table.records()]
    fits = all(cell in {"", "-"} or number_in(cell) is not None for cell in cells)
    return most - 1 if fits else None


def _name(table: Table, known: int | None, identifier: int, status: int | None) -> int | None:
    """Return the column of names: by its title, else what stands behind the identifier."""
    if known is not None:
        return known
    place = identifier + 1
    named = status is not None and place < status
    named = named and not any("@" in cells[place] for cells in table.first(50))
    return place if named else None


def _status(table: Table, known: int | None, after: int, before: int) -> int | None:
    """Return the column of statuses: by name, else the one with dashes between its parts."""
    if known is not None:
        return known
    rows = table.first(200)
    for place in range(after + 1, before):
        parted = [" - " in cells[place] or cells[place].rstrip().endswith(" -") for cells in rows]
        if rows and sum(parted) * 2 > len(rows):
            return place
    return None


def _open(table: Table, known: int | None, before: int, submitted: int | None) -> int | None:
    """Return the column that says whether a grade can be changed.

    Without its name: the one before the time of handing in, else the first behind the maximum with
    one word or two in it.
    """
    if known is not None:
        return known
    order = list(range(before + 1, len(table.header)))
    if submitted is not None and submitted - 1 in order:
        order.insert(0, submitted - 1)
    for place in order:
        said = {cells[place].strip().casefold() for _, cells in table.records()}
        if said & YES or (0 < len(said) <= 2 and all(each.isalpha() for each in said)):
            return place
    return None


def _texts(table: Table, known: int | None, start: int, graded: int) -> tuple[int, ...]:
    """Return the columns that may hold the online text, those with the most words first."""
    if known is not None:
        return (known,)
    titles = {p: table.header[p] for p in range(start + 1, graded)}
    places = [p for p, t in titles.items() if not (_FILE.search(t) or _COMMENT.search(t))]
    rows = table.first(200)
    words = {p: sum(len(cells[p].split()) for cells in rows) for p in places}
    same = [p for p in places if rows[1:] and len({cells[p] for cells in rows}) == 1]
    # A column whose every cell is one word says nothing of anybody.
    places = [p for p in places if p not in same or not rows[0][p].strip()] or places
    places.sort(key=lambda place: -words[place])
    clear = len(places) > 1 and words[places[0]] > 3 * words[places[1]]
    return tuple(places[:1] if clear else places)


def _files(header: Sequence[str]) -> tuple[int, ...]:
    """Return the columns that name files handed in."""
    places = (place for place, title in enumerate(header) if _FILE.search(title))
    return tuple(place for place in places if "feedback" not in fold_header(header[place]))


def _feedback(header: Sequence[str], known: int | None, graded: int) -> int | None:
    """Return the column of comments: where its title is not known, the only one at the end."""
    if known is not None and known > graded:
        return known
    return graded + 1 if len(header) == graded + 2 else None
