"""Who is who: our students and a platform's users, by one kind of id for the whole class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from assessor.assignment.named_files import read_bytes
from assessor.assignment.platform_site import handed_in_at, pulled_from
from assessor.counting import plural
from assessor.errors import InputError, SubmissionError
from assessor.grade import Grade
from assessor.platforms.base import Address, Held
from assessor.readers import read_tables
from assessor.sheet.people import alike, columns

OWN = "user"
_OTHERS = ("email", "number", "username")


def works_of(
    answers: Path, address: Address, grades: Sequence[Grade]
) -> dict[str, tuple[int, str]] | None:
    """Return the attempt that was graded of each student, and when it was handed in.

    None where the answers were not pulled from this assignment.
    """
    if pulled_from(answers) != address:
        return None
    when = handed_in_at(answers)
    return {
        each.submission.student_id: (
            each.submission.attempt,
            when.get(each.submission.student_id, ""),
        )
        for each in grades
    }


def users_of(
    students: Mapping[str, str],
    held: Mapping[str, Held],
    aliases: Mapping[str, Sequence[str]],
    *,
    pulled: bool,
) -> dict[str, str]:
    """Return the platform's user of each student that it knows; `students` are ids and names.

    One kind of id names the whole class, the one that knows most of it: a student number may be
    somebody else's user number. Those of a class that was `pulled` are user numbers. `aliases` are
    a student's other ids. Raises InputError where two kinds fit equally well, where two students
    are one user, or where the names say otherwise.
    """
    found = _by_kind(students, held, aliases)
    if pulled:
        found = {OWN: {each: each for each in students if each in held}}
    most = max(map(len, found.values()), default=0)
    best = [users for users in found.values() if len(users) == most and most]
    for other in best[1:]:
        if other != best[0]:
            raise InputError(
                "the students' ids fit the platform's users in two ways: fetch the class with "
                "'assessor pull' and grade that file"
            )
    users = best[0] if best else {}
    if len(set(users.values())) < len(users):
        raise InputError(
            "two students of this class are one user of the platform: nothing was sent"
        )
    _check_names(students, held, users)
    return users


def _by_kind(
    students: Mapping[str, str], held: Mapping[str, Held], aliases: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, str]]:
    kinds: dict[str, dict[str, set[str]]] = {}
    for user, each in held.items():
        for kind, key in ((OWN, user), *each.keys.items()):
            kinds.setdefault(kind, {}).setdefault(_folded(key), set()).add(user)
    found: dict[str, dict[str, str]] = {}
    for kind, named in kinds.items():
        for student in students:
            for key in (student, *aliases.get(student, ())):
                users = named.get(_folded(key), set())
                if len(users) == 1:
                    found.setdefault(kind, {}).setdefault(student, next(iter(users)))
    return found


def _check_names(
    students: Mapping[str, str], held: Mapping[str, Held], users: Mapping[str, str]
) -> None:
    """Refuse a class whose names are others on the platform: the ids are those of other people."""
    known = [each for each in users if students[each] and held[users[each]].name]
    unlike = unlike_names(students, held, users)
    if len(unlike) * 5 > len(known):
        raise InputError(
            f"{len(unlike)} of {plural(len(known), 'student has', 'students have')} another "
            "name on the platform "
            f"({next(iter(unlike))!r} is one of them): is this the assignment of another class? "
            "Nothing was sent"
        )


def unlike_names(
    students: Mapping[str, str], held: Mapping[str, Held], users: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Return the students whose name has no word in common with the user's, with both names."""
    both = {each: (students[each], held[user].name) for each, user in users.items()}
    return {each: names for each, names in both.items() if all(names) and not alike(*names)}


def aliases_of(answers: Path) -> dict[str, tuple[str, ...]]:
    """Return the other ids in a student's row, where the answers file is a table that has them."""
    if not answers.is_file() or answers.suffix.lower() == ".zip":
        return {}
    try:
        tables = read_tables(read_bytes(answers), str(answers), None)
    except SubmissionError:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        places = [p for p in columns(table.header, *_OTHERS).values() if p is not None]
        for _, cells in table.records() if places else ():
            ids = tuple(cells[place].strip() for place in places if cells[place].strip())
            for cell in cells[: max(places) + 1]:
                found.setdefault(cell.strip(), ids)
    return found


def _folded(key: str) -> str:
    return key.strip().casefold()
