"""A platform that tells what its interface never tells: an error with words, and no crash."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from assessor.errors import PlatformError
from assessor.platforms.base import Address, Held, PlatformClient, Pulled, PulledFile, Sending, Task

# More than any assignment is worth.
_MOST_POINTS = 10**9


def number_of(told: object) -> Decimal:
    """Return a number as a platform tells it. Raises ValueError for what is none."""
    found = Decimal(str(told))
    if not found.is_finite() or abs(found) > _MOST_POINTS:
        raise ValueError("no number of points")
    return found


@dataclass(slots=True)
class AsTold:
    """The platform's interface behind which nothing that a site tells ends in a crash."""

    own: PlatformClient

    @property
    def address(self) -> Address:
        """The assignment's."""
        return self.own.address

    @property
    def appends(self) -> bool:
        """Whether a comment is added each time."""
        return self.own.appends

    @property
    def quiet_after(self) -> float:
        """Seconds until nothing of a request is on its way."""
        return self.own.quiet_after

    @property
    def batch(self) -> int:
        """Students of one request."""
        return self.own.batch

    @property
    def title(self) -> str:
        """The assignment's, once it was asked for."""
        return self.own.title

    def task(self) -> Task:
        """Return the assignment."""
        with self._in_words():
            return self.own.task()

    def held(self, feedback_of: Sequence[str] | None = None) -> dict[str, Held]:
        """Return what is held, by user."""
        with self._in_words():
            return self.own.held(feedback_of)

    def send(self, sendings: Sequence[Sending]) -> None:
        """Write these."""
        with self._in_words():
            self.own.send(sendings)

    def take_back(self, held: Held, sending: Sending, ours: str) -> None:
        """Put back what stood there before."""
        with self._in_words():
            self.own.take_back(held, sending, ours)

    def submissions(self) -> Iterator[Pulled]:
        """Yield what each student handed in last."""
        with self._in_words():
            told = list(self.own.submissions())
        yield from told

    def download(self, file: PulledFile) -> bytes:
        """Return a file's bytes."""
        with self._in_words():
            return self.own.download(file)

    def close(self) -> None:
        """Give the connections back."""
        self.own.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except (AttributeError, TypeError, LookupError, ValueError, ArithmeticError) as error:
            raise PlatformError(
                f"{self.address.site}: tells what its interface never tells, or tells it in "
                f"another form ({type(error).__name__}: {str(error)[:80]!a}); run the same again, "
                "or report it to us with the platform's version"
            ) from error
