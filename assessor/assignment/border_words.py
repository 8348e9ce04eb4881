"""The questions where a rubric does not say, in words and as a program reads them."""

from __future__ import annotations

from assessor.assignment.class_folder import ClassFolder
from assessor.assignment.standing import Standing, spoken_of_json
from assessor.counting import plural
from assessor.engine.borders import Interview
from assessor.rubric import ABSENT
from assessor.rulings.question import BorderQuestion

SKIP, DEPENDS = "s", "d"


def introduction_of(interview: Interview) -> str:
    """Return how many questions there are, and what showing them does."""
    count = len(interview.questions)
    points = sum(each.border.weight for each in interview.questions)
    return (
        f"{plural(count, 'question')} where the rubric does not say, "
        f"about {points:.1f} points in all. An answer that is shown here counts for no audit "
        "and no measure of agreement any more."
    )


def nothing_to_ask(place: ClassFolder, interview: Interview, *, pilot: bool) -> tuple[str, str]:
    """Return that no border is open, and what to do next."""
    ruled = f" {interview.settled} were decided before." if interview.settled else ""
    following = "read the whole class: assessor grade ANSWERS --rubric RUBRIC"
    if not pilot:
        following = "see how far the grades can be trusted: assessor trust"
    said = f"No border is open: there is nothing to ask.{ruled}"
    return said, place.carried(f"Next: {following}")


def border_words(asked: BorderQuestion) -> str:
    """Return between which levels how many answers stand, and how many points hang on it."""
    border = asked.border
    unclear = f": {asked.name}" if asked.name else ""
    return (
        f"{plural(border.answers, 'answer')} between {border.lower} and {border.upper}, about "
        f"{border.weight:.1f} points{unclear}"
    )


def choices_words(asked: BorderQuestion) -> str:
    """Return the keys and what they say, in one line."""
    names = {ABSENT: "not made" if asked.is_wrong else "does not count"}
    told = [
        f"[{number}] {names.get(each, f'counts for {each}')}"
        for number, each in enumerate(asked.choices)
    ]
    return "   ".join([*told, f"[{DEPENDS}] depends", f"[{SKIP}] skip"])


def answers_to(standing: Standing, asked: BorderQuestion) -> list[str]:
    """Return every answer of the class to the question that a border is of."""
    return [
        each.submission.answer
        for each in standing.outcomes
        if each.submission.question == asked.border.question
    ]


def interview_json(standing: Standing, interview: Interview) -> dict[str, object]:
    """Return the questions for a program: without any passage, so that nothing was shown."""
    return {
        **spoken_of_json(standing),
        "doubted": interview.doubted,
        "settled": interview.settled,
        "questions": [
            {
                "question": each.border.question,
                "cell": each.border.cell,
                "lower": each.border.lower,
                "upper": each.border.upper,
                "name": each.name,
                "answers": each.border.answers,
                "points": round(each.border.weight, 3),
            }
            for each in interview.questions
        ],
    }
