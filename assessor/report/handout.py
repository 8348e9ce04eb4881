"""Pages for students as zips to hand out: one for each section, named as its platform wants."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence

from assessor.report.feedback_pages import Student
from assessor.sheet.people import columns
from assessor.sheet.table import Table
from assessor.sheet.worksheet import participant_number
from assessor.submission import same_student

NO_SECTION = "no-section"
# What file systems and Moodle's own names have a meaning for.
_UNSAFE = re.compile(r"[^\w .,@+-]|_")
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
    titles = {section: _safe(section).replace(" ", "-").casefold() for section in sorted(parts)}
    # Two sections whose names differ in signs alone are two files all the same.
    alike = Counter(titles.values())
    found: dict[str, bytes] = {}
    for number, (section, title) in enumerate(titles.items(), start=1):
        mark = f"-{number}" if alike[title] > 1 else ""
        found[f"feedback{'-' if title else ''}{title}{mark}.zip"] = _zip(parts[section])
    return found


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
        else f"{_safe(student.student_id)}.html"
    )


def _safe(text: str) -> str:
    return " ".join(_UNSAFE.sub(" ", text).split()).strip(". ")[:_NAME_LENGTH]


def _zip(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the files in a zip, the same bytes each time; of two of one name both are there."""
    data = io.BytesIO()
    taken: Counter[str] = Counter()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, page in files:
            folded = name.casefold()
            taken[folded] += 1
            if taken[folded] > 1:
                name = f"{name.removesuffix('.html')} {taken[folded]}.html"
            opened.writestr(zipfile.ZipInfo(name, _MOMENT), page, zipfile.ZIP_DEFLATED)
    return data.getvalue()
