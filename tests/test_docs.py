"""What the papers beside the code say is so: version, citation, reason codes, links."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assessor.reasons import reasons
from assessor.rubric import load_rubric
from assessor.rubric.lint import lint
from assessor.version import VERSION
from assessor.writers.results import CELL_COLUMNS, GRADE_COLUMNS

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_version_is_one_everywhere() -> None:
    """Code, citation and the newest chapter of the changelog name the same."""
    cited = re.search(r"^version: (.+)$", _read("CITATION.cff"), re.MULTILINE)

    newest = re.search(r"^## (\S+)", _read("CHANGELOG.md"), re.MULTILINE)

    assert cited is not None and newest is not None
    assert {cited[1], newest[1]} - {"Unreleased"} == {VERSION}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_between_the_pages_leads_somewhere(page: Path) -> None:
    """Also to the heading that it names."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (page.parent / name) if name else page
        assert there.exists(), (page.name, target)
        if anchor:
            assert anchor in _anchors(there.read_text(encoding="utf-8")), (page.name, target)


def test_every_reason_stands_on_its_page_in_the_words_that_are_printed() -> None:
    """And the page names none that there is not."""
    rows = re.findall(
        r"^\| `([^`]+)` \| ●? ?\| ([^|]+) \| ([^|]+) \|$", _read("docs/reasons.md"), re.MULTILINE
    )

    assert {code: words for code, words, _ in rows} == dict(reasons())


def test_the_questions_are_numbered_and_each_is_answered() -> None:
    """Twenty-five of them, none without words behind it."""
    asked = re.findall(
        r"^(\d+)\. \*\*[^*]+\?\*\*|^(\d+)\. \*\*[^*]+\*\* \S", _read("docs/faq.md"), re.M
    )

    assert [int(first or second) for first, second in asked] == list(range(1, 26))


def test_every_page_stands_in_the_navigation() -> None:
    """A page that nothing leads to is one nobody reads."""
    listed = set(re.findall(r"^[\w./-]+$", _read("docs/index.md"), re.MULTILINE))
    pages = {
        str(each.relative_to(ROOT / "docs").with_suffix(""))
        for each in (ROOT / "docs").rglob("*.md")
    }

    assert pages - {"index"} <= listed


def test_the_page_of_commands_is_what_help_says() -> None:
    """`python docs/commands.py` writes it anew."""
    spec = importlib.util.spec_from_file_location("commands", ROOT / "docs" / "commands.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    assert _read("docs/commands.md") == module.page()


@pytest.mark.parametrize("block", range(2))
def test_the_rubrics_on_their_page_are_rubrics(block: int) -> None:
    """The smallest and the full one, with nothing that judges badly in the full one."""
    text = re.findall(r"^```yaml\n(.*?)^```", _read("docs/rubric-file.md"), re.M | re.S)[block]
    rubric = load_rubric(text, "plants.yaml")

    assert rubric.scoring.max_points == (3, 4)[block]
    assert block == 0 or not lint(text, "plants.yaml")


def test_the_columns_on_their_page_are_those_that_are_written() -> None:
    """In the order of the file, and none that there is not."""
    page = _read("docs/files.md")
    grades, cells = (
        re.search(rf"^## {name}\n(.*?)(?=^## )", page, re.M | re.S)[1]  # type: ignore[index] # there
        for name in ("grades.csv", "key_points.csv")
    )

    assert tuple(_first_column(grades)) == GRADE_COLUMNS
    assert tuple(_first_column(cells)) == CELL_COLUMNS


def _first_column(text: str) -> Iterator[str]:
    for row in re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE):
        yield from re.findall(r"`([^`]+)`", row)


def _anchors(text: str) -> set[str]:
    """Return the headings as a forge names them: small letters, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
