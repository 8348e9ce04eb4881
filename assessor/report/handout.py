"""Pages for students as zips to hand out: one for each section, named as its platform wants."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from assessor.report.feedback_pages import Student
from assessor.sheet.people import columns
from assessor.sheet.table import Table
from assessor.sheet.worksheet import participant_number
from assessor.submission import same_student

NO_SECTION = "no-section"
# What file systems and Moodle's own names have a meaning for.
_UNSAFE = re.compile(r"[^\w .,@+-]|_")
# Names that Windows keeps for its devices, whatever follows them.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
)
_MOMENT = (1980, 1, 1, 0, 0, 0)
_NAME_LENGTH = 100


def sections_of(table: Table, students: Sequence[Student]) -> Mapping[str, str]:
    """Return student id → section, of a file that has a column of sections or groups.

    The column of ids is the one that names the most of these students. Empty without such columns.
    """
    place = columns(table.header, "section")["section"]
    if place is None:
        return {}
    known = {same_student(each.student_id): each.student_id for each in students}
    rows = [cells for _, cells in table.records()]
    hits = Counter(
        column
        for cells in rows
        for column, cell in enumerate(cells)
        if column != place and same_student(cell.strip()) in known
    )
    if not hits:
        return {}
    ids = hits.most_common(1)[0][0]
    return {
        known[same_student(cells[ids].strip())]: cells[place].strip()
        for cells in rows
        if same_student(cells[ids].strip()) in known and cells[place].strip()
    }


def handouts(
    pages: Sequence[tuple[Student, bytes]], sections: Mapping[str, str], *, for_moodle: bool
) -> Mapping[str, bytes]:
    """Return file name → zip: one for each section, or one for all where there is none.

    `for_moodle`: pages are named as its "Upload multiple feedback files in a zip" reads them.
    """
    parts: dict[str, list[tuple[str, bytes]]] = {}
    for student, page in pages:
        section = sections.get(student.student_id, NO_SECTION if sections else "")
        parts.setdefault(section, []).append((_name(student, for_moodle=for_moodle), page))
    sections_here = sorted(parts)
    titles = [_safe(section).replace(" ", "-").casefold() for section in sections_here]
    files = _apart([f"feedback{'-' if title else ''}{title}.zip" for title in titles], "-")
    return {name: _zip(parts[each]) for name, each in zip(files, sections_here, strict=True)}


def numbered_by_moodle(students: Sequence[Student]) -> bool:
    """Return whether all are called by the number that Moodle's worksheet gives a participant."""
    return all(participant_number(each.student_id) for each in students)


def _name(student: Student, *, for_moodle: bool) -> str:
    name = _safe(student.name)
    if for_moodle:
        number = participant_number(student.student_id)
        return f"{name or 'Participant'}_{number}_assignfeedback_file_feedback.html"
    return (
        f"{name} ({_safe(student.student_id)}).html"
        if name
        else f"{_safe(student.student_id) or 'student'}.html"
    )


def _safe(text: str) -> str:
    """Return a text as a part of a file's name on any system, at most a hundred bytes long."""
    whole = unicodedata.normalize("NFC", text)
    name = " ".join(_UNSAFE.sub(" ", whole).split()).strip(". ")
    name = name.encode(errors="replace")[:_NAME_LENGTH].decode(errors="ignore").rstrip(". ")
    return f"{name} student" if name.casefold() in _DEVICES else name


def _zip(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the files in a zip, the same bytes each time; of two of one name both are there."""
    data = io.BytesIO()
    names = _apart([name for name, _ in files], " ")
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, (_, page) in zip(names, files, strict=True):
            opened.writestr(zipfile.ZipInfo(name, _MOMENT), page, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _apart(names: Sequence[str], between: str) -> list[str]:
    """Return the names with a number where two are one to any file system.

    What gives way takes no name that is another's own.
    """
    own, taken = {name.casefold() for name in names}, set[str]()
    found = []
    for name in names:
        stem, number = PurePath(name), 1
        while (folded := name.casefold()) in taken or (number > 1 and folded in own):
            number += 1
            name = f"{stem.stem}{between}{number}{stem.suffix}"
        taken.add(folded)
        found.append(name)
    return found
