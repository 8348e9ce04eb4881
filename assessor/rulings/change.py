"""What follows from a ruling, before anything does: the rubric's file, and whose points. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.grade import Proposal, proposed_points
from assessor.privacy import People
from assessor.prompt.shown import MAX_EXAMPLES
from assessor.rubric import Rubric
from assessor.rubric.model import Example
from assessor.rubric.phrasings import Phrasings, add_example, add_phrasing, examples, remove_entry
from assessor.rulings.borrowed import Borrowings
from assessor.rulings.question import BorderQuestion
from assessor.rulings.ruling import EXAMPLES, RubricEdit, Ruling, RulingKind, Spoken, edits_of
from assessor.submission import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledBy:
    """Where a ruling is made: by which rubric, in which file, on which run's readings."""

    rubric: Rubric
    file: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """One answer whose points change if the judge follows a ruling."""

    key: Key
    before: Decimal
    after: Decimal


def ruling_of(question: BorderQuestion, said: Spoken, place: RuledBy) -> Ruling:
    """Return what a person said of a border, as it is kept, with what it puts into the rubric."""
    border = question.border
    edits = edits_of(
        border,
        name_of(question),
        said,
        top=question.choices[-1],
        room=len(examples(place.rubric, border.cell)) < MAX_EXAMPLES,
    )
    return Ruling(
        kind=said.kind,
        question=border.question,
        rubric=place.rubric.id,
        cell=border.cell,
        lower=border.lower,
        upper=border.upper,
        name=name_of(question),
        run=place.run,
        level=said.level,
        words=said.words,
        edits=edits,
        file=place.file if edits else "",
        gaps=border.gaps,
        cells=tuple(each.bound for each in border.cases),
        shown=question.shown,
    )


def name_of(question: BorderQuestion) -> str:
    """Return what a border is called: in the readings' words, else by its two levels."""
    border = question.border
    return question.name or f"between {border.lower} and {border.upper}"


def needs_words(question: BorderQuestion, said: Spoken) -> bool:
    """Return whether a decision says nothing yet: a condition is missing, or any name at all."""
    if said.kind is RulingKind.DEPENDS:
        return not said.words
    return said.kind is RulingKind.LEVEL and not (said.words or said.example or question.name)


def problem_with(
    question: BorderQuestion, said: Spoken, borrowed: Borrowings, people: People
) -> str:
    """Return why a decision cannot go into the rubric as it was said; "" where it can.

    A student's words or name would reach the requests about others, and a name that the rubric
    uses is covered in no answer any more: the instructor's own words are needed.
    """
    for line in (said.words, said.example):
        for start, end in people.found_in(line):
            return (
                f"“{line[start:end]}” names somebody of the class, and would be sent with every "
                "answer: say it without"
            )
        taken = borrowed.passage(line, [each.text for each in question.passages]) if line else ""
        if taken:
            return (
                f"“{taken}” are a student's words, which must not reach a request about another's "
                "answer: say it in your own"
            )
    if needs_words(question, said):
        return "nothing was said yet that could stand in the rubric: give it a line of your own"
    return ""


def with_edits(text: str, file: str, cell: str, edits: Iterable[RubricEdit]) -> str:
    """Return a rubric file's text with what a ruling puts into it. Raises RubricError."""
    for each in edits:
        if each.where == EXAMPLES:
            example = Example(answer=each.text, level=each.level)
            text = add_example(text, file, cell, example)
        else:
            text = add_phrasing(text, file, cell, Phrasings(each.where), each.text)
    return text


def without_edits(text: str, file: str, ruling: Ruling) -> str:
    """Return a rubric file's text without what a ruling put into it. Raises RubricError."""
    for each in reversed(ruling.edits):
        text = remove_entry(text, file, ruling.cell, each.where, each.text)
    return text


def follows(
    rubric: Rubric, ruling: Ruling, proposals: Mapping[Key, Proposal]
) -> tuple[Follows, ...]:
    """Return whose points change if the judge gives every answer of the border the ruled level.

    What a reading makes of the ruling is its own: this is what the ruling means, not a promise.
    """
    if ruling.kind is not RulingKind.LEVEL:
        return ()
    on_it = {bound[3] for bound in ruling.cells}
    found = []
    for key, proposal in proposals.items():
        submission = proposal.submission
        if submission.question != ruling.question or submission.answer_digest not in on_it:
            continue
        if proposal.proposed is None or len(proposal.findings) < len(rubric.cells):
            continue
        findings = [
            replace(each, level=ruling.level) if each.cell == ruling.cell else each
            for each in proposal.findings
        ]
        after = proposed_points(rubric, findings, submission)
        if after != proposal.proposed:
            found.append(Follows(key=key, before=proposal.proposed, after=after))
    return tuple(sorted(found, key=lambda each: (each.after - each.before, each.key)))
