"""A class whose judge is unsure at two planted borders until the rubric says where they lie."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assessor.assignment.single_answer import make_submission
from assessor.judges.schema_filler import cell_schemas, is_joint
from assessor.judges.scripted import Script
from assessor.prompt import Ask
from assessor.rubric import Rubric, load_rubric
from assessor.submission import Submission
from tests.cli.shell import csv_text
from tests.servers.openai_server import Question, Said, Truth, by_answer, cell_fields

RUBRIC = """\
title: The lake    # our own
id: lake
language: en
question: What is wrong with counting the ducks once a year, and what should be done instead?
key_points:
  - id: limit
    description: one count a year misses what happens between
    points: 2
    levels:
      - {id: partial, points: 1, when: says that the count is weak in some way}
      - {id: full, points: 2, when: says that whatever happens between two counts is missed}
  - id: remedy
    description: proposes counting that goes on all year
    points: 2
    # what last year's class wrote
    not_enough: [count better]
  - id: birds
    description: says that ducks move between lakes
    points: 1
"""
NAMES = ("Nora Quist", "Ivo Brandt", "Mina Roth")
PLACES = [
    "at the north shore", "by the old mill", "near the reeds", "under the bridge", "at the pier",
    "on the island", "behind the dam", "along the canal", "at the boathouse", "by the inlet",
    "near the camp", "at the outflow", "by the lighthouse", "at the swamp", "near the road",
    "by the chapel", "at the meadow", "on the sandbank", "near the quarry", "by the school",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """How answers of one kind read, what the judge says of them before and after a ruling.

    `by` is how sure it is before; a ruling settles a cell at `ruled` once the rubric holds `cue`.
    """

    name: str
    text: str
    person: Mapping[str, str]
    quotes: Mapping[str, str]
    open_cell: str = ""
    gap: str = ""
    cue: str = ""


OLD = "the numbers are out of date"
AIM = "people should simply learn what ducks want"
KINDS = (
    Kind(
        "old",
        "Last spring {place} somebody saw that the numbers are out of date by then.",
        {"limit": "partial", "remedy": "absent", "birds": "absent"},
        {"limit": OLD},
        open_cell="limit",
        gap="Calls the count outdated only, not that everything between is missed",
        cue="outdated",
    ),
    Kind(
        "aim",
        "What happens in summer {place} is missed, and people should simply learn what ducks want.",
        {"limit": "full", "remedy": "absent", "birds": "absent"},
        {"limit": "What happens in summer", "remedy": AIM},
        open_cell="remedy",
        gap="States an aim without any way of counting",
        cue="an aim",
    ),
    Kind(
        "good",
        "Between counts {place} anything may happen unseen, so set up cameras that run all year.",
        {"limit": "full", "remedy": "full", "birds": "absent"},
        {"limit": "anything may happen unseen", "remedy": "cameras that run all year"},
    ),
    Kind(
        "none",
        "I like the lake {place} and would never count a living thing.",
        {"limit": "absent", "remedy": "absent", "birds": "absent"},
        {},
    ),
)


def rubric(text: str = RUBRIC) -> Rubric:
    return load_rubric(text, "lake.yaml")


def class_of(size: int = 40) -> tuple[Submission, ...]:
    """A class in which the kinds take turns; one student names a friend."""
    return tuple(
        replace(
            make_submission(f"S{number:03}", answer_of(number)),
            name=NAMES[number] if number < len(NAMES) else "",
        )
        for number in range(size)
    )


def kind_of(number: int) -> Kind:
    return KINDS[number % len(KINDS)]


def answer_of(number: int) -> str:
    place = f"{PLACES[number // len(KINDS) % len(PLACES)]}"
    text = kind_of(number).text.format(place=place)
    return f"{text} Nora Quist told me so." if number == 4 else text


def person_grades(number: int) -> Mapping[str, str]:
    """What a person gives answer `number`, level by cell."""
    return kind_of(number).person


def said_of(number: int, cell: str, rules: str) -> Said:
    """What the judge says of a cell: unsure on its border until the rubric's text `rules` it.

    On a border it reads every other answer too generously.
    """
    kind = kind_of(number)
    level = kind.person[cell]
    quotes = (kind.quotes[cell],) if cell in kind.quotes else ()
    if cell != kind.open_cell or kind.cue in rules:
        shown = quotes if level != "absent" else ()
        return Said(level=level, quotes=shown, gap="" if level == "full" else "not stated")
    generous = number // len(KINDS) % 2 == 0
    unsure = 0.55 if generous else 0.45
    return Said(
        level="full" if generous else level,
        quotes=quotes,
        gap=kind.gap,
        chances=(0.95, unsure) if cell == "limit" else (unsure,),
    )


def script(size: int = 40) -> Script:
    """The judge as a script."""
    numbers = {answer_of(number): number for number in range(size)}

    def say(ask: Ask) -> str:
        rules, number = rules_in(ask.system), numbers[ask.answer]
        said = {
            cell: cell_fields(schema, said_of(number, cell, rules))
            for cell, schema in cell_schemas(ask).items()
        }
        return json.dumps({"cells": said} if is_joint(ask) else said[ask.cells[0]])

    return say


def truth(size: int = 40) -> Truth:
    """The judge as the loopback server has it."""
    cells = rubric().cells

    def say(question: Question) -> Mapping[str, Said]:
        rules = rules_in(question.system)
        table = {
            answer_of(number): {cell: said_of(number, cell, rules) for cell in cells}
            for number in range(size)
        }
        return by_answer(table)(question)

    return say


def rules_in(system: str) -> str:
    """What a request says of its own cells, levels and phrasings."""
    return system.partition("of the rubric, in outline")[2]


def answers_csv(size: int = 40) -> str:
    """The class as a file."""
    rows = [["student_id", "name", "answer"]]
    rows += [
        [f"S{n:03}", NAMES[n] if n < len(NAMES) else f"Student {n}", answer_of(n)]
        for n in range(size)
    ]
    return csv_text(rows)


def sheet_csv(numbers: Sequence[int]) -> str:
    """What a person gives these answers, as a hand-graded sheet."""
    points = {"absent": "0", "partial": "1", "full": "2"}
    rows = [["student_id", *rubric().cells]]
    for number in numbers:
        given = person_grades(number)
        rows.append(
            [
                f"S{number:03}",
                *(
                    "1" if cell == "birds" and given[cell] == "full" else points[given[cell]]
                    for cell in rubric().cells
                ),
            ]
        )
    return csv_text(rows)
