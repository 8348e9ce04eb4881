"""No sentence says "1 answers": a count is never put beside a bare plural."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessor.counting import plural
from tests.test_floors import files, tree_of

ROOT = Path(__file__).parent.parent / "assessor"
# What is counted in the sentences here; a verb in -s behind a name is none of them.
COUNTED = """
answers students submissions requests replies grades rows places points columns files lines runs
cells levels decisions questions draws labels people graders batches models records titles ids
characters words sentences quotes minutes hours days seconds tries responses blocks totals sheets
pages others blanks passages rubrics attempts tables classes items criteria notes problems hints
readings changes versions groups entries images letters rulings participants phrasings
misconceptions folders kinds texts times ways edits assignments borders borderlines tricks
replicas workers
"""
NOUNS = frozenset(COUNTED.split())
# What ends the words about a count.
BETWEEN = """
a about after all alone an and are as at be because been before below beside but by can cannot
could did do each for from get go had has have here in into is it its known may must no none not
nor of off on only or out over own several she so sound than that the gives needs their them then
there they this to together too tried under up upon was we were what when where which while who
will with without would you your
"""
STOPS = frozenset(BETWEEN.split())
# Counts that cannot be 1 where they are said: expression and noun.
NEVER_ONE = frozenset(
    {
        ("count[cell]", "times"),
        ("considered", "edits"),
        ("len(readings)", "ways"),
        ("progress.replied / spent", "replies"),
        ("len(_REQUEST)", "kinds"),
        ("_LONGEST_BODY / 60", "minutes"),
        ("most", "characters"),
        ("most", "texts"),
    }
)


def counted_plurals(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Yield line, expression and the bare plural behind it, for each f-string."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, text in zip(node.values, node.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue) or not isinstance(text, ast.Constant):
                continue
            noun = plural_at_head(str(text.value))
            if noun and may_be_one(value):
                yield node.lineno, ast.unparse(value.value), noun


def plural_at_head(text: str) -> str:
    """Return the plural that a text begins with, up to two words before it; "" for none."""
    words = re.match(r"(?: [a-z-]+){1,3}(?![\w-])", text)
    for word in words.group().split() if words else ():
        if word in STOPS:
            return ""
        if word in NOUNS:
            return word
    return ""


def may_be_one(value: ast.FormattedValue) -> bool:
    """A constant is what it is, 0.50 is no 1, a quoted name no count, and `plural` bends itself."""
    spec = "" if value.format_spec is None else ast.unparse(value.format_spec)
    if value.conversion != -1 or re.search(r"\.[1-9]f", spec):
        return False
    if isinstance(value.value, ast.Call):
        return ast.unparse(value.value.func) != "plural"
    return not (isinstance(value.value, ast.Name) and value.value.id.isupper())


def test_no_count_stands_beside_a_bare_plural() -> None:
    found, allowed = [], set()
    for path in files():
        name = path.relative_to(ROOT).as_posix()
        for line, said, noun in counted_plurals(tree_of(path)):
            if (said, noun) in NEVER_ONE:
                allowed.add((said, noun))
            else:
                found.append(f"{name}:{line}: {{{said}}} {noun}")
    assert not found, "say it with counting.plural:\n" + "\n".join(found)
    assert allowed == NEVER_ONE, "stands in the list and no more in the code"


def test_no_template_puts_a_count_beside_a_bare_plural() -> None:
    found = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(r"(?s){% trans .*?{% endtrans %}", "", path.read_text(encoding="utf-8"))
        for value in re.finditer(r"([^{]*)\}\}(?:</\w+>)?( [^{<]*)", text):
            if plural_at_head(value[2]):
                found.append(f"{path.relative_to(ROOT)}: {value.group()}")
    assert not found, "say it with the filter plural:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('f"{n} answers"', "answers"),
        ('f"{len(x):,} graded answers wait"', "answers"),
        ('f"of {n} more key points"', "points"),
        ('f"{n} people"', "people"),
        ("f\"{plural(n, 'answer')} wait\"", ""),
        ('f"{name} stands there"', ""),
        ('f"{name!r} students"', ""),
        ('f"{MOST} rows"', ""),
        ('f"{share:.2f} points"', ""),
    ],
)
def test_the_rule_sees_a_count_and_nothing_else(source: str, said: str) -> None:
    assert [noun for _, _, noun in counted_plurals(ast.parse(source))] == ([said] if said else [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (plural(0, "answer"), "0 answers"),
        (plural(1, "answer"), "1 answer"),
        (plural(1200, "answer"), "1,200 answers"),
        (plural("1", "point"), "1 point"),
        (plural("0.5", "point"), "0.5 points"),
        (plural(1, "answer waits", "answers wait"), "1 answer waits"),
        (plural(2, "answer waits", "answers wait"), "2 answers wait"),
    ],
)
def test_a_count_bends_its_noun_and_verb(words: str, said: str) -> None:
    assert words == said
