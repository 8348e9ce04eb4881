"""Prompt files: what they may say, what is refused, and what a trial rendering finds."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError

import pytest

from assessor.assignment.run_job import ISOLATED_PROMPT, JOINT_PROMPT
from assessor.errors import PromptError
from assessor.prompt import read_prompt
from assessor.prompt.file import MAX_BLOCK
from tests.prompt.build import PROMPTS, Golden, prompt

ANSWER = "<answer nonce={{ nonce }}>\n{{ answer }}\n</answer nonce={{ nonce }}>\n"


def text(system: str = "{{ question }}", user: str = ANSWER) -> str:
    return (
        f"{{% block system %}}\n{system}\n{{% endblock %}}\n"
        f"{{% block user %}}\n{user}\n{{% endblock %}}\n"
    )


HOSTILE = {
    "class walk": "{{ question.__class__.__mro__ }}",
    "subclasses": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "self": "{{ self.__init__.__globals__ }}",
    "self block": "{{ self.system() }}",
    "super": "{{ super() }}",
    "config": "{{ config.items() }}",
    "request": "{{ request.application.__globals__ }}",
    "lipsum": "{{ lipsum.__globals__['os'] }}",
    "namespace": "{{ namespace.__init__ }}",
    "attr filter": "{{ question|attr('__class__') }}",
    "map filter": "{{ outline|map(attribute='id')|list }}",
    "format filter": "{{ '%999999999d'|format(7) }}",
    "center filter": "{{ question|center(999999999) }}",
    "str.format": "{{ '{0.__class__}'.format(question) }}",
    "format_map": "{{ question.format_map(outline) }}",
    "method": "{{ question.upper }}",
    "method call": "{{ question.upper() }}",
    "item": "{{ question['__class__'] }}",
    "slice": "{{ question[::-1] }}",
    "repeat": "{{ 'a' * 2000000000 }}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "concat": "{{ question ~ question }}",
    "add": "{{ question + question }}",
    "constant": "{{ 'text' }}",
    "list": "{{ [question, question] }}",
    "dict": "{{ {'a': question} }}",
    "inline if": "{{ question if stimulus else reference }}",
    "range": "{% for i in range(10) %}x{% endfor %}",
    "nested range": "{% for i in range(9**5) %}{% for j in range(9**5) %}x{% endfor %}{% endfor %}",
    "literal loop": "{% for i in [1, 2] %}x{% endfor %}",
    "text loop": "{% for c in question %}{{ question }}{% endfor %}",
    "squared loop": "{% for a in outline %}{% for b in outline %}x{% endfor %}{% endfor %}",
    "cubed loop": (
        "{% for a in cells %}{% for b in a.levels %}{% for c in a.levels %}x"
        "{% endfor %}{% endfor %}{% endfor %}"
    ),
    "recursive loop": "{% for a in cells recursive %}{{ loop(cells) }}{% endfor %}",
    "filtered loop": "{% for a in cells if a.id %}x{% endfor %}",
    "loop else": "{% for a in cells %}x{% else %}y{% endfor %}",
    "loop variable": "{% for a in cells %}{{ loop.index }}{% endfor %}",
    "unpacked loop": "{% for a, b in cells %}x{% endfor %}",
    "shadowing loop": "{% for question in outline %}x{% endfor %}",
    "unknown attribute": "{% for a in cells %}{{ a.points }}{% endfor %}",
    "private attribute": "{% for a in cells %}{{ a.__class__ }}{% endfor %}",
    "record": "{% for a in cells %}{{ a }}{% endfor %}",
    "whole list": "{{ outline }}",
    "out of scope": "{% for a in cells %}x{% endfor %}{{ a.id }}",
    "set": "{% set x = question %}{{ x }}",
    "set block": "{% set x %}{{ question }}{% endset %}",
    "macro": "{% macro m() %}x{% endmacro %}{{ m() }}",
    "call": "{% call question() %}x{% endcall %}",
    "filter block": "{% filter upper %}x{% endfilter %}",
    "with": "{% with x = question %}{{ x }}{% endwith %}",
    "autoescape": "{% autoescape true %}x{% endautoescape %}",
    "include": "{% include 'other.j2' %}",
    "import": "{% import 'other.j2' as o %}",
    "from import": "{% from 'other.j2' import m %}",
    "extends": "{% extends 'other.j2' %}",
    "inner block": "{% block inner %}x{% endblock %}",
    "do": "{% do question.clear() %}",
    "test": "{% if question is defined %}x{% endif %}",
    "in": "{% if question in reference %}x{% endif %}",
    "compare variables": "{% if question == reference %}x{% endif %}",
    "call in condition": "{% if question.startswith('x') %}x{% endif %}",
    "unknown": "{{ rubric }}",
    "secret": "{{ secret }}",
    "answer in system": "{{ answer }}",
    "nonce in system": "{{ nonce }}",
    "pass in system": "{{ pass }}",
    "repair in system": "{% if repair %}x{% endif %}",
    "unclosed": "{% if question %}x",
    "syntax": "{{ question ",
    "deep": "{{ " + "(" * 20_000 + "question" + ")" * 20_000 + " }}",
    "deep not": "{% if " + "not " * 10_000 + "question %}x{% endif %}",
    "deep if": "{% if question %}" * 300 + "x" + "{% endif %}" * 300,
    "too long": "x" * 70_000,
}


@pytest.mark.parametrize("piece", [pytest.param(each, id=name) for name, each in HOSTILE.items()])
def test_a_hostile_piece_is_refused_with_its_place(piece: str) -> None:
    """Nothing but text, listed variables, if and for gets through; the message names the line."""
    with pytest.raises(PromptError) as caught:
        read_prompt(text(system=piece), "prompts/mine.v1.j2")

    assert all(each.startswith("prompts/mine.v1.j2:") for each in caught.value.problems)


MISPLACED = {
    "dropped": "no answer",
    "twice": ANSWER + ANSWER,
    "again without markers": ANSWER + "{{ answer }}",
    "in a condition": "{% if repair %}\n" + ANSWER + "{% endif %}",
    "as a condition": "{% if answer %}x{% endif %}" + ANSWER,
    "in a loop": "{% for cell in cells %}\n" + ANSWER + "{% endfor %}",
    "without markers": "{{ answer }} {{ nonce }} {{ nonce }}",
    "one marker": "<answer nonce={{ nonce }}>\n{{ answer }}",
    "in a sentence": "<answer nonce={{ nonce }}>It says {{ answer }}</answer nonce={{ nonce }}>",
    "opened twice": "<answer nonce={{ nonce }}>\n{{ answer }}\n<answer nonce={{ nonce }}>",
}


@pytest.mark.parametrize("user", [pytest.param(each, id=name) for name, each in MISPLACED.items()])
def test_the_answer_must_stand_once_between_its_markers(user: str) -> None:
    """A prompt that drops, repeats, hides or leaves open the answer is refused when it is read."""
    with pytest.raises(PromptError, match=r"answer|nonce"):
        read_prompt(text(user=user), "mine.j2")


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("", id="empty"),
        pytest.param("{% block user %}\n" + ANSWER + "{% endblock %}", id="no system"),
        pytest.param("{% block system %}x{% endblock %}", id="no user"),
        pytest.param(text() + "{% block more %}x{% endblock %}", id="a third block"),
        pytest.param(text() + "{% block user %}x{% endblock %}", id="user twice"),
        pytest.param(text() + "lost words", id="text outside"),
        pytest.param(text() + "{{ question }}", id="variable outside"),
        pytest.param(text() + "{% if question %}x{% endif %}", id="if outside"),
    ],
)
def test_a_prompt_has_exactly_two_blocks(broken: str) -> None:
    """What stands outside of `system` and `user`, or beside them, is refused."""
    with pytest.raises(PromptError):
        read_prompt(broken, "mine.j2")


@pytest.mark.parametrize("piece", ["{{ %s }}", "{%% if %s %%}x{%% endif %%}"])
def test_a_number_of_thousands_of_digits_is_refused_in_one_line(piece: str) -> None:
    """Python itself refuses to read it, with an error that says nothing of a prompt."""
    with pytest.raises(PromptError, match="a number that is too long"):
        read_prompt(text(system=piece % ("9" * 5000)), "own.j2")


def test_all_problems_are_told_at_once_with_their_lines() -> None:
    """A file with three faults gets three lines."""
    bad = text(system="{{ points }}\n{{ question.upper() }}", user="{{ 1 }}\n" + ANSWER)

    with pytest.raises(PromptError) as caught:
        read_prompt(bad, "mine.j2")

    assert [each.split(": ")[0] for each in caught.value.problems] == [
        "mine.j2:2",
        "mine.j2:3",
        "mine.j2:6",
    ]


def test_the_digest_is_of_the_text_and_not_of_its_line_ends() -> None:
    """The same file saved under Windows, or with a byte order mark, is the same prompt."""
    plain = text()

    assert {
        read_prompt(each, "mine.v1.j2").digest
        for each in (plain, plain.replace("\n", "\r\n"), "\ufeff" + plain)
    } == {read_prompt(plain, "elsewhere/other.j2").digest}


def test_a_prompt_is_named_by_its_file() -> None:
    """The name is the file's stem, whatever the folder."""
    names = [
        read_prompt(text(), file).name
        for file in ("judge.v2.j2", "a/b/judge.v2.j2", "c:\\prompts\\judge.v2.j2")
    ]

    assert names == ["judge.v2"] * 3


def test_conditions_and_loops_of_attributes_are_allowed() -> None:
    """A prompt may ask whether something is there, compare it with a word, and go into parts."""
    piece = (
        "{% if stimulus and not reference or question != 'x' %}a{% else %}b{% endif %}"
        "{% for cell in cells %}{% for level in cell.levels %}{{ level.id }} {% endfor %}"
        "{% for words in cell.accepted %}{{ words }}{% endfor %}{% endfor %}"
    )

    read = read_prompt(text(system=piece), "mine.j2")

    assert read.name == "mine"


def test_a_block_that_grows_beyond_bounds_is_stopped() -> None:
    """A rubric that would fill a request without end is an error, not a huge bill."""
    read = read_prompt(text(system="{{ question }}{{ question }}"), "mine.j2")

    with pytest.raises(PromptError, match="grows beyond"):
        read.render("system", {"question": "x" * (MAX_BLOCK // 2 + 1)})


def test_a_prompt_cannot_be_changed() -> None:
    """What was checked is what is used."""
    with pytest.raises(FrozenInstanceError):
        prompt().text = "other"  # type: ignore[misc]  # the point of the test


def test_text_in_a_value_is_never_a_template() -> None:
    """Braces in a rubric or an answer come out as they are."""
    read = read_prompt(text(), "mine.j2")

    assert read.render("system", {"question": "{{ 7 * 7 }}{% for"}) == "{{ 7 * 7 }}{% for"


def test_released_prompts_do_not_change(golden: Golden) -> None:
    """Editing a released prompt shows here: give it the next version and a file of its own."""
    names = [path.name.removesuffix(".j2") for path in sorted(PROMPTS.glob("*.j2"))]

    golden("prompts/digests.txt", "".join(f"{name} {prompt(name).digest}\n" for name in names))


# What was kept under a family serves for every prompt of it, so its wording is fixed for good.
RELEASED = {
    "judge-isolated.v1": "7469722846fc5b6315b8f945766b2b0c1eff090de6bc126c4e78aeac6fb6a72e",
    "judge-joint.v1": "88861d2cc6428da152b9d3f56227e67ec4295b1f6b85ba41f59aa0b51a277f80",
    "judge-isolated.v2": "ca7eedbc44866293f935ce5e408019868cc8d71f7820afeea4ba73ac875cf926",
    "judge-joint.v2": "8eab16b7b08e2ea4cb441d6ae9023b18f5a5aed4f8067e8b589656bf41ba76dc",
}


@pytest.mark.parametrize("name", RELEASED)
def test_another_wording_needs_another_family(name: str) -> None:
    """Readings of an old wording would be served for a new one: no golden update lets it pass."""
    now = prompt(name).digest.removeprefix("prompt:sha256:")

    assert now == RELEASED[name], (
        f"{name}.j2 was reworded under the family {prompt(name).family!r}: leave it as it was and "
        "give the new wording a file, a family in its first line, and a row in RELEASED"
    )


def test_every_judging_prompt_is_held_to_its_wording() -> None:
    """A new file cannot slip past the table above."""
    assert set(RELEASED) == {each.name.removesuffix(".j2") for each in PROMPTS.glob("judge-*.j2")}


def test_the_prompts_in_use_are_one_family_of_their_own() -> None:
    """An isolated reading serves the joint form; one under older prompts serves neither."""
    used = prompt(ISOLATED_PROMPT).family, prompt(JOINT_PROMPT).family
    older = {prompt("judge-isolated.v1").family, prompt("judge-joint.v1").family}

    assert used == ("judge.v2", "judge.v2")
    assert not older & set(used)


@pytest.mark.parametrize(
    ("line", "family"),
    [
        pytest.param("{# family: mine.v3 #}\n", "mine.v3", id="first line"),
        pytest.param("{#family:mine#}", "mine", id="tight"),
        pytest.param("{# A prompt of the family: mine.v3 #}\n", None, id="another comment"),
        pytest.param("\n{# family: mine.v3 #}\n", None, id="second line"),
    ],
)
def test_the_family_stands_in_the_first_line(line: str, family: str | None) -> None:
    """A file without one is a family of its own, so that it is served nothing by mistake."""
    read = read_prompt(line + text(), "mine.j2")

    assert read.family == (family or read.digest)


@pytest.mark.parametrize("name", ["judge-isolated.v2", "judge-joint.v2"])
def test_the_prompts_name_no_number(name: str) -> None:
    """A small model says the number that its prompt names, whatever the answer."""
    assert re.findall(r"\d+", prompt(name).text.partition("\n")[2]) == []
