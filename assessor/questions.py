"""What is graded together: questions and their rubrics, which attempt counts, complete totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.counting import plural
from assessor.errors import InputError
from assessor.rubric import Rubric
from assessor.submission import InputState, Submission, same_student

# From this many characters on, a part of a prompt is no column's name such as "answer".
TELLING = 25
PART = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricWish:
    """A rubric with the `name` it was given, and its question's column or text; "" if not told.

    `choice` names the export's question that holds the choice in front of a justification.
    """

    rubric: Rubric
    name: str = ""
    match: str = ""
    choice: str = ""


def match_questions(
    found: Sequence[str], wishes: Sequence[RubricWish], file: str = ""
) -> Mapping[str, RubricWish]:
    """Return the wish that each graded question fulfils, in the file's order.

    `found` are the written questions as the file names them. A wish names its question by the
    whole of that text or by a part that no other has; without a name it takes the only question,
    or the one that its rubric quotes. Raises InputError with the choices.
    """
    problems: list[str] = []
    chosen: dict[str, RubricWish] = {}
    for wish in wishes:
        fitting = _fitting(found, wish, alone=len(wishes) == 1)
        if len(fitting) != 1:
            problems.append(_unclear(found, wish, fitting, file))
        elif fitting[0] in chosen:
            problems.append(
                f"{file or 'the answers file'}: {fitting[0]!r} got two rubrics; name one for it"
            )
        else:
            chosen[fitting[0]] = wish
    if problems:
        raise InputError(*problems)
    return {question: chosen[question] for question in found if question in chosen}


def choice_question(found: Sequence[tuple[str, bool]], question: str, named: str) -> str:
    """Return the choice question in front of a written one, or "" where there is none.

    `found` pairs each question of the file, in its order, with whether it is a choice. The
    `named` one is taken; without a name the one that stands right before the written question.
    Raises InputError with the choices.
    """
    choices = [text for text, is_choice in found if is_choice]
    if named:
        fitting = [each for each in choices if _folded(each) == _folded(named)]
        fitting = fitting or [each for each in choices if _folded(named) in _folded(each)]
        if len(fitting) != 1:
            listed = "; ".join(repr(_short(each)) for each in fitting or choices) or "none"
            raise InputError(f"choice {named!r} names no choice question; there are {listed}")
        return fitting[0]
    before = ""
    for text, is_choice in found:
        if text == question:
            return before
        before = text if is_choice else ""
    return ""


def with_choices(
    submissions: Iterable[Submission],
    columns: Mapping[str, str],
    chosen: Mapping[tuple[str, int], Mapping[str, str]],
) -> tuple[Submission, ...]:
    """Return submissions with what the export says was chosen.

    `columns` is the choice question of each written one, `chosen` what was chosen by
    (student, attempt).
    """
    return tuple(
        replace(each, choice=_choice_of(each, columns[each.question], chosen))
        if columns.get(each.question)
        else each
        for each in submissions
    )


def _choice_of(
    submission: Submission, column: str, chosen: Mapping[tuple[str, int], Mapping[str, str]]
) -> str:
    own = chosen.get((submission.student_id, submission.attempt), {})
    return own.get(column, submission.choice)


def max_points(rubrics: Iterable[Rubric]) -> Decimal:
    """Return what all questions together are worth."""
    return sum((each.scoring.max_points for each in rubrics), Decimal(0))


def _fitting(found: Sequence[str], wish: RubricWish, *, alone: bool) -> list[str]:
    """Return the questions that a wish may mean: best kind of match first, one kind only."""
    if not wish.match:
        if alone and len(found) == 1:
            return list(found)
        prompt = _folded(wish.rubric.question.prompt)
        return [each for each in found if _quotes(prompt, _folded(each))]
    wanted = _folded(wish.match)
    exact = [each for each in found if _folded(each) == wanted]
    return exact or [each for each in found if wanted in _folded(each)]


def _quotes(prompt: str, text: str) -> bool:
    """Return whether an export's text is a rubric's prompt, with more around it or cut short."""
    return prompt in text or (len(text) >= TELLING and text in prompt)


def _unclear(found: Sequence[str], wish: RubricWish, fitting: Sequence[str], file: str) -> str:
    where = file or "the answers file"
    choices = "; ".join(repr(_short(each)) for each in (fitting or found))
    if not wish.match:
        rubric = wish.name or wish.rubric.id
        return (
            f"{where}: which question does {rubric} grade? Name it, as in "
            f'--rubric "{_part(fitting or found)}={rubric}"; the written questions are {choices}'
        )
    what = "fits several questions" if fitting else "fits no written question"
    return f"{where}: {wish.match!r} {what}; name one of {choices or 'none'}"


def _part(texts: Sequence[str]) -> str:
    """Return enough of the first text to name it by, as it can be typed between quotes."""
    text = " ".join(texts[0].split()) if texts else ""
    part = text if len(text) <= PART else text[:PART].rpartition(" ")[0]
    return part if part and not set(part) & set('"=$`\\!') else "COLUMN OR TEXT"


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _short(text: str, limit: int = 70) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def choose_attempts(submissions: Sequence[Submission], policy: str) -> tuple[Submission, ...]:
    """Return the attempts that count, in the file's order: `latest`, `first`, `best` or `all`.

    A student whose latest attempt is blank keeps it: what was handed in last is what counts. An
    attempt that was not handed in counts only where there is no other. `best` is the one with
    the most points in the platform's own export, of equal ones the latest; it raises InputError
    where the choice is between attempts without points.
    """
    if policy == "all":
        return tuple(submissions)
    # Most students came once: of them nothing is held but that.
    first: dict[str, dict[str, Submission]] = {}
    several: dict[tuple[str, str], list[Submission]] = {}
    for each in submissions:
        student = same_student(each.student_id)
        other = first.setdefault(each.question, {}).setdefault(student, each)
        if other is not each:
            several.setdefault((student, each.question), [other]).append(each)
    passed: set[int] = set()
    for group in several.values():
        chosen = _chosen(group, policy)
        passed.update(id(each) for each in group if each is not chosen)
    return tuple(each for each in submissions if id(each) not in passed)


def _chosen(group: Sequence[Submission], policy: str) -> Submission:
    handed_in = [each for each in group if each.state is not InputState.NOT_SUBMITTED] or group
    if policy == "first":
        return min(handed_in, key=lambda each: each.attempt)
    if policy == "best" and len(handed_in) > 1:
        scored = [(each.score, each.attempt, each) for each in handed_in if each.score is not None]
        if len(scored) < len(handed_in):
            raise InputError(
                f"--attempt best: the file does not say the points of every attempt of "
                f"{group[0].student_id!r}; take latest, first or all"
            )
        return max(scored, key=lambda each: each[:2])[2]
    return max(handed_in, key=lambda each: each.attempt)


def require_complete(ours: Decimal, column_points: Decimal | None, column: str) -> None:
    """Refuse a total of `ours` points that does not fill the platform's column.

    A column usually holds a whole quiz: writing 8 of its 11 points would take 3 from everybody.
    Raises InputError that names the choices.
    """
    if column_points is None or column_points == ours:
        return
    ways = (
        "Grade the missing question as well, or add these points to the grades that are there with "
        "--add-to-existing, or stretch them to the column with --scale"
    )
    if column_points < ours:
        ways = "Name the column of this assignment with --column, or shrink them to it with --scale"
    raise InputError(
        f"{column!r} is worth {plural(_plain(column_points), 'point')} and the rubrics cover "
        f"{_plain(ours)}: "
        f"not written. {ways}"
    )


def _plain(points: Decimal) -> str:
    return format(points.normalize(), "f")
