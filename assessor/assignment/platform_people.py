"""Who is who: our students and a platform's users, by one kind of id for the whole class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from assessor.assignment.named_files import read_bytes
from assessor.counting import plural
from assessor.errors import InputError, SubmissionError
from assessor.platforms.base import Held
from assessor.readers import read_tables
from assessor.sheet.people import columns

OWN = "user"
_OTHERS = ("email", "number", "username")


def users_of(
    students: Mapping[str, str], held: Mapping[str, Held], aliases: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Return the platform's user of each student that it knows; `students` are ids and names.

    One kind of id names the whole class, the one that knows most of it: a student number may be
    somebody else's user number. `aliases` are a student's other ids. Raises InputError where two
    kinds fit equally well, where two students are one user, or where the names say otherwise.
    """
    found = _by_kind(students, held, aliases)
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
    both = [
        (student, set(_folded(name).replace(",", " ").split()), held[users[student]].name)
        for student, name in students.items()
        if student in users and name and held[users[student]].name
    ]
    unlike = [
        s for s, words, there in both if not words & set(_folded(there).replace(",", " ").split())
    ]
    if len(unlike) * 5 > len(both):
        raise InputError(
            f"{len(unlike)} of {plural(len(both), 'student has', 'students have')} another "
            "name on the platform "
            f"({unlike[0]!r} is one of them): is this the assignment of another class? "
            "Nothing was sent"
        )


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
