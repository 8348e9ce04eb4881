"""Whether words for the rubric are some student's: those must not reach another's request. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assessor.wording import plain_words

# So many words in a row that are a student's are not said by chance; a whole answer or passage
# of at least `WHOLE` words neither.
RUN, WHOLE = 5, 3


class Borrowings:
    """The words of a class, ready to be looked for in what somebody would put into the rubric."""

    def __init__(self, answers: Iterable[str], known: Iterable[str]) -> None:
        """Take the class's answers, and as `known` what is anybody's: question and rubric."""
        texts = [plain_words(each) for each in answers]
        own = {run for each in known for run in _runs(plain_words(each), RUN)}
        self._runs = {run for words in texts for run in _runs(words, RUN)} - own
        self._whole = {tuple(words) for words in texts if WHOLE <= len(words) <= RUN}

    def passage(self, words: str, passages: Sequence[str] = ()) -> str:
        """Return the words that are a student's, "" where none are.

        `passages` are pieces of answers that were shown: none of them may be copied as a whole.
        """
        said = plain_words(words)
        for run in _runs(said, RUN):
            if run in self._runs:
                return " ".join(run)
        whole = self._whole | {
            tuple(w) for each in passages if len(w := plain_words(each)) >= WHOLE
        }
        for length in {len(each) for each in whole}:
            for run in _runs(said, length):
                if run in whole:
                    return " ".join(run)
        return ""


def _runs(words: Sequence[str], length: int) -> zip[tuple[str, ...]]:
    return zip(*(words[place:] for place in range(length)), strict=False)
