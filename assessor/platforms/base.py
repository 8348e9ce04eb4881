"""What a learning platform is to us: an assignment, what it holds of each student, and sending."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an assignment is: the site's origin and path, and the assignment's own numbers.

    `course` is "" where the platform's address does not hold one.
    """

    platform: str
    site: str
    course: str
    assignment: str

    @property
    def words(self) -> str:
        """The assignment's place in a line."""
        where = f"course {self.course}, " if self.course else ""
        return f"{self.site} ({where}assignment {self.assignment})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of the platform's own rubric: `levels` are its levels' points and ids."""

    id: str
    names: tuple[str, ...]
    max_points: Decimal
    levels: tuple[tuple[Decimal, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An assignment as the platform tells it; `notes` are what a person should know first.

    `criteria` are those of its rubric. Where `by_rubric`, the platform takes no other points.
    """

    title: str
    max_points: Decimal | None
    notes: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    by_rubric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the platform holds of one student.

    `keys` are the ids that name the student there, by kind. `score` is None where there is none.
    `comments` are id and text. `locked` says in words why no grade may be written, "" where one
    may. `criteria` are the rubric's points by criterion. `handed_in` is the attempt that stands
    there and when it came, as a pull tells them; None where the platform does not say.
    """

    user: str
    keys: Mapping[str, str]
    score: Decimal | None
    comments: tuple[tuple[str, str], ...] = ()
    locked: str = ""
    criteria: Mapping[str, Decimal] | None = None
    name: str = ""
    handed_in: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What goes out for one student: `score` and `comment` are None where they stay as they are.

    `erase` takes a grade away that was not there before (only to undo). `criteria` are points by
    the platform's criterion.
    """

    user: str
    score: Decimal | None
    comment: str | None = None
    criteria: tuple[tuple[str, Decimal], ...] = ()
    erase: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PulledFile:
    """A file that a student handed in: its name there, and where it is fetched from."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What one student handed in last: text in markup, files, links. `state` is answered's word.

    `attempt` is 0 where nothing was handed in.
    """

    user: str
    name: str
    attempt: int
    when: str = ""
    text: str = ""
    files: tuple[PulledFile, ...] = ()
    link: str = ""


class PlatformClient(Protocol):
    """A learning platform's interface, for one assignment. All raise PlatformError.

    `title` is the assignment's, once it was asked for.
    `appends` says that a comment is added each time, not put in the place of the one there;
    `quiet_after` is how many seconds after a request nothing of it is still on its way.
    """

    @property
    def address(self) -> Address: ...

    @property
    def appends(self) -> bool: ...

    @property
    def quiet_after(self) -> float: ...

    @property
    def batch(self) -> int: ...

    @property
    def title(self) -> str: ...

    def task(self) -> Task:
        """Return the assignment. Raises InputError where it takes no grades from here."""
        ...

    def held(self, feedback_of: Sequence[str] | None = None) -> dict[str, Held]:
        """Return what is held, by user; the comments of `feedback_of` (default: everybody)."""
        ...

    def send(self, sendings: Sequence[Sending]) -> None:
        """Write these; what came of it is for `held` to say."""
        ...

    def take_back(self, held: Held, sending: Sending, ours: str) -> None:
        """Put back what stood there before; `ours` is the comment that was sent, "" for none."""
        ...

    def submissions(self) -> Iterator[Pulled]:
        """Yield what each student handed in last."""
        ...

    def download(self, file: PulledFile) -> bytes:
        """Return a file's bytes."""
        ...

    def close(self) -> None:
        """Give the connections back."""
        ...


def by_name(criteria: Sequence[Criterion], points: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return points by criterion where every criterion has ours and none is left; else nothing.

    `points` go by what a key point is called; a criterion is met under any of its names.
    """
    ours = {_folded(name): value for name, value in points.items()}
    found: dict[str, Decimal] = {}
    for criterion in criteria:
        values = {ours[key] for name in criterion.names if (key := _folded(name)) in ours}
        levels = {points for points, _ in criterion.levels}
        if len(values) != 1 or (levels and not values <= levels):
            return {}
        found[criterion.id] = values.pop()
    return found if len(found) == len(points) else {}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
