"""What is refused in a rubric file, and in which words."""

from __future__ import annotations

import time

import pytest

from tests.rubric.build import FULL, SHORT, instead, problems

FAULTS = {
    "schema version": (
        "schema: 1",
        "schema: 2",
        "1: schema must be 1, the only version there is (got '2'); correct it",
    ),
    "rubric id": (
        "id: dark-plant",
        "id: a/b",
        "2: id must be letters, digits, '-', '_' or '.' (got 'a/b'); rename it",
    ),
    "unknown key": (
        "    accepted: [burns",
        "    acepted: [burns",
        "20: key_points[0].acepted is not known here; did you mean 'accepted'?",
    ),
    "unknown key like none": (
        "  stimulus: A",
        "  zzz: A",
        "7: question.zzz is not known here; use one of prompt, stimulus, reference",
    ),
    "comma in a flow text": (
        "when: names respiration}",
        "when: names respiration, or so}",
        "18: key_points[0].levels[0].or so is not known here; where a text has a comma or colon, "
        "put the text in quotes",
    ),
    "missing": (
        "title: A plant in the dark\n",
        "",
        "1: title is missing; add it",
    ),
    "empty": (
        "title: A plant in the dark",
        "title:",
        "3: title is empty; fill it in or remove the line",
    ),
    "blank": (
        "title: A plant in the dark",
        'title: "  "',
        "3: title is empty; fill it in or remove the line",
    ),
    "no number": (
        "points: 0.5,",
        "points: half,",
        "18: key_points[0].levels[0].points must be a number such as 1 or 0.5 (got 'half'); "
        "correct it",
    ),
    "infinite": (
        'rounding: "0.25"',
        "rounding: Infinity",
        "41: scoring.rounding must be a finite number (got 'Infinity'); correct it",
    ),
    "not a number": (
        "max_points: 3",
        "max_points: nan",
        "41: scoring.max_points must be a finite number (got 'nan'); correct it",
    ),
    "negative": (
        "points: 0.5,",
        "points: -0.5,",
        "18: key_points[0].levels[0].points must be greater than or equal to 0 (got '-0.5'); "
        "correct it",
    ),
    "no maximum": (
        "max_points: 3",
        "max_points: 0",
        "41: scoring.max_points must be greater than 0 (got '0'); correct it",
    ),
    "huge": (
        "max_points: 3",
        "max_points: 1e308",
        "41: scoring.max_points must have no more than 12 digits in total (got '1e308'); "
        "correct it",
    ),
    "beyond the attainable": (
        "max_points: 3",
        "max_points: 4",
        "41: scoring.max_points must be at most what can be earned, 3 (got 4); lower it or add "
        "points",
    ),
    "no list": (
        "    accepted: [burns its sugar]",
        "    accepted: burns its sugar",
        "20: key_points[0].accepted must be a list, lines that start with '- ' "
        "(got 'burns its sugar'); correct it",
    ),
    "no mapping": (
        "  - id: no_gain\n    description: no photosynthesis makes up for the loss\n"
        "    points: 1\n    requires: [respires]\n",
        "  - no_gain\n",
        "25: key_points[1] must be a mapping, lines such as 'key: value' (got 'no_gain'); "
        "correct it",
    ),
    "no whole number": (
        "count: 1",
        "count: 1.5",
        "41: scoring.best_of[0].count must be a whole number (got '1.5'); correct it",
    ),
    "levels out of order": (
        "{id: full, points: 2, when",
        "{id: full, points: 0.5, when",
        "19: key_points[0].levels[1].points must be more than the level below it, 0.5 (got 0.5); "
        "put the levels in order",
    ),
    "level worth nothing": (
        "points: 0.5,",
        "points: 0,",
        "18: key_points[0].levels[0].points must be more than absent, 0 (got 0); put the levels "
        "in order",
    ),
    "last level": (
        "    points: 2\n",
        "    points: 3\n",
        "16: key_points[0].points must be the points of the last level, 2 (got 3); make them equal",
    ),
    "same level twice": (
        "{id: full, points: 2, when",
        "{id: partial, points: 2, when",
        "19: key_points[0].levels[1].id must be used once (got 'partial' twice); rename one",
    ),
    "four levels": (
        "      - {id: partial, points: 0.5, when: names respiration}\n",
        "      - {id: a, points: 0.1}\n      - {id: b, points: 0.2}\n"
        "      - {id: partial, points: 0.5}\n",
        "17: key_points[0].levels must be at most 3 above absent (got 4); split the key point",
    ),
    "points of nothing": (
        "    points: 1\n    requires",
        "    requires",
        "25: key_points[1].points is missing; say what the key point is worth",
    ),
    "duplicate id": (
        "id: evaporates",
        "id: no_gain",
        "30: misconceptions[0].id must be used once (got 'no_gain' 2 times); rename one",
    ),
    "id of a column": (
        "id: evaporates",
        "id: feedback",
        "30: misconceptions[0].id cannot be 'feedback', the name of a column; choose another",
    ),
    "no identifier": (
        "id: evaporates",
        "id: Evaporates",
        "30: misconceptions[0].id must be at most 60 lower-case letters, digits and '_', a letter "
        "first (got 'Evaporates'); rename it",
    ),
    "requires the unknown": (
        "requires: [respires]",
        "requires: [breathes]",
        "28: key_points[1].requires[0] must be another key point (got 'breathes'); use one of "
        "respires",
    ),
    "requires itself": (
        "requires: [respires]",
        "requires: [no_gain]",
        "28: key_points[1].requires[0] must be another key point (got 'no_gain'); use one of "
        "respires",
    ),
    "requires in a circle": (
        "    not_required: [the equation]",
        "    requires: [no_gain]",
        "22: key_points[0].requires leads back to itself; break the circle",
    ),
    "example of no level": (
        "level: partial, why",
        "level: half, why",
        "23: key_points[0].examples[0].level must be a level (got 'half'); use one of absent, "
        "partial, full",
    ),
    "feedback of no level": (
        "feedback: {full: Yes.,",
        "feedback: {good: Yes.,",
        "24: key_points[0].feedback.good must be a level (got 'good'); use one of absent, "
        "partial, full",
    ),
    "misconception's example": (
        "answer: Only water., level: present",
        "answer: Only water., level: full",
        "38: misconceptions[0].examples[0].level must be a level (got 'full'); use one of absent, "
        "present",
    ),
    "misconception's feedback": (
        "feedback: {present: Is",
        "feedback: {full: Is",
        "39: misconceptions[0].feedback.full must be a level (got 'full'); use one of absent, "
        "present",
    ),
    "unknown effect": (
        "effect: cap",
        "effect: capp",
        "33: misconceptions[0].effect must be 'deduct' or 'cap' (got 'capp'); correct it",
    ),
    "cap of the unknown": (
        "of: respires",
        "of: breathes",
        "34: misconceptions[0].of must be a key point (got 'breathes'); use one of respires, "
        "no_gain",
    ),
    "cap to the top": (
        "to: partial",
        "to: full",
        "35: misconceptions[0].to must be below the top level of respires (got 'full'); use one "
        "of absent, partial",
    ),
    "cap with points": (
        "effect: cap",
        "effect: cap\n    points: 1",
        "34: misconceptions[0].points do nothing in a cap; remove them or write 'effect: deduct'",
    ),
    "deduction with a key point": (
        "effect: cap",
        "effect: deduct",
        "33: misconceptions[0].effect deducts, so 'of' and 'to' do nothing; remove them or write "
        "cap",
    ),
    "deduction of nothing": (
        "    effect: cap\n    of: respires\n    to: partial\n",
        "    points: -1\n",
        "33: misconceptions[0].points must be greater than 0 (got -1); say what it takes, without "
        "a minus",
    ),
    "correct is no option": (
        "correct: [loses]",
        "correct: [lose]",
        "11: choice.correct[0] must be an option (got 'lose'); use one of gains, loses",
    ),
    "nothing is correct": (
        "correct: [loses]",
        "correct: []",
        "11: choice.correct must have at least 1 (got 0); add to it",
    ),
    "options alike": (
        "options: [gains, loses]",
        "options: [gains, loses, Gains]",
        "10: choice.options must differ from each other; remove the double one",
    ),
    "best of the unknown": (
        "of: [respires, no_gain]",
        "of: [respires, breathes]",
        "41: scoring.best_of[0].of[1] must be a key point (got 'breathes'); use one of respires, "
        "no_gain",
    ),
    "best of one twice": (
        "of: [respires, no_gain]",
        "of: [respires, respires]",
        "41: scoring.best_of[0].of[1] must be in one group only (got 'respires'); remove it",
    ),
    "best of all": (
        "count: 1",
        "count: 2",
        "41: scoring.best_of[0].count must be less than the 2 it chooses from (got 2); lower it or "
        "remove the group",
    ),
    "duplicate key": (
        "language: en",
        "language: en\nlanguage: de",
        "5: language stands there twice; keep one of them",
    ),
    "merge key": (
        "  stimulus: A plant is weighed daily.",
        "  <<: {stimulus: A}",
        "7: question.<< merges mappings; write the keys out",
    ),
    "half a character": (
        "stimulus: A plant",
        r'stimulus: "\uD83C" #',
        "7: question.stimulus has a character that is no text; remove its escape",
    ),
    "key that is no word": (
        "language: en",
        "? [a, b]\n: en",
        "4: has a key that is no plain word; write 'key: value'",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_its_line_and_what_to_do(old: str, new: str, said: str) -> None:
    """Each fault of a full rubric has one message: line, path, what, and what to do."""
    assert said in problems(instead(old, new))


@pytest.mark.parametrize(("old", "new", "said"), FAULTS.values(), ids=FAULTS)
def test_what_follows_from_a_fault_is_not_told(old: str, new: str, said: str) -> None:
    """One fault makes one message, or two where two places contradict each other."""
    assert len(problems(instead(old, new))) <= 2


def test_all_faults_are_told_at_once() -> None:
    """Form and meaning are checked in one go, in the order of the file."""
    text = SHORT.replace("title:", "titel:").replace("points: 2", "points: two")
    text += "misconceptions:\n  - {id: M, description: d, effect: cap, of: x, to: full}\n"
    text += "scoring: {max_points: 90}\n"

    assert problems(text) == [
        "1: titel is not known here; did you mean 'title'?",
        "1: title is missing; add it",
        "4: key_points[0].points must be a number such as 1 or 0.5 (got 'two'); correct it",
        "7: misconceptions[0].id must be at most 60 lower-case letters, digits and '_', a letter "
        "first (got 'M'); rename it",
        "7: misconceptions[0].of must be a key point (got 'x'); use one of "
        "respiration_uses_up_stored, without_light_no_photosynthesis",
        "8: scoring.max_points must be at most what can be earned, 2 (got 90); lower it or add "
        "points",
    ]


COLUMNS = """
student_id name question attempt state proposed_grade grade released_by max_points reasons
feedback total answer unsure grader key_point level points probability quotes gap note
"""


@pytest.mark.parametrize("name", COLUMNS.split())
def test_no_cell_is_called_like_a_column(name: str) -> None:
    """A column of that name would stand in a file twice."""
    got = problems(instead("id: evaporates", f"id: {name}"))

    assert got == [
        f"30: misconceptions[0].id cannot be {name!r}, the name of a column; choose another"
    ]


REPLY = ["quotes", "gap", "withdrawn", "note", "absent", "p_full", "at_least_half", "Full", "", "2"]


@pytest.mark.parametrize("name", REPLY)
def test_no_level_is_called_like_a_field_of_the_reply(name: str) -> None:
    """The judge answers beside its levels; a level of that name would be answered for."""
    text = instead("{id: full, points: 2,", f"{{id: '{name}', points: 2,")
    text = instead("feedback: {full: Yes., ", "feedback: {", text)

    assert problems(text) == [
        f"19: key_points[0].levels[1].id cannot be {name!r}; use a word such as 'partial' or 'full'"
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty or no mapping"),
        ("just text", "is empty or no mapping"),
        ("- a\n- b", "is empty or no mapping"),
        ("a: b: c", "1: has a colon in a text: put the text in quotes"),
        ("a: 'b", "1: opens a quote that is not closed: close it"),
        ("a:\n  b: c\n\tx: d\n", "3: begins with a tab: use spaces"),
        ("a: b\nwords alone\nc: d\n", "2: has no colon behind its key: write 'key: text'"),
        ("\x00", "is not valid YAML"),
        ("a: b\n---\nc: d\n", "is not valid YAML"),
        ("a: &x 1\n", "has an anchor or alias"),
        ("a: *x\n", "has an anchor or alias"),
        ("a: !!python/object:os.system x\n", "has a tag"),
        ("a: !x {b: c}\n", "has a tag"),
        ("a: ! x\n", "has a tag"),
    ],
)
def test_a_file_that_is_no_plain_yaml_is_refused(text: str, said: str) -> None:
    """One message says what it is that is not read."""
    (got,) = problems(text)

    assert got.startswith((said, f"1: {said}", f"2: {said}"))


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [BOMB, "[" * 20_000, "{a: " * 20_000, "- " * 20_000, "? " * 20_000, "x" * 10_000_000],
    ids=["aliases", "lists", "mappings", "dashes", "question marks", "length"],
)
def test_a_file_made_to_burst_is_refused_quickly(text: str) -> None:
    """Aliases, depth and length are met before anything is built from them."""
    began = time.process_time()

    assert problems(text)

    assert time.process_time() - began < 3


def test_messages_stay_one_line() -> None:
    """A long or broken value is shortened in the message that refuses it."""
    text = instead("points: 0.5,", f'points: "{"9" * 500}\\n{"9" * 500}",')

    assert all(len(each) < 200 and "\n" not in each for each in problems(text))
    assert FULL not in text
