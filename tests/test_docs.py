"""What the papers beside the code say is so: version, citation, reason codes, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assessor.verdict import REASONS
from assessor.version import VERSION

ROOT = Path(__file__).parent.parent
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


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

    assert {code: words for code, words, _ in rows} == dict(REASONS)


def test_the_questions_are_numbered_and_each_is_answered() -> None:
    """Twenty-five of them, none without words behind it."""
    asked = re.findall(
        r"^(\d+)\. \*\*[^*]+\?\*\*|^(\d+)\. \*\*[^*]+\*\* \S", _read("docs/faq.md"), re.M
    )

    assert [int(first or second) for first, second in asked] == list(range(1, 26))


def _anchors(text: str) -> set[str]:
    """Return the headings as a forge names them: small letters, hyphens for spaces."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")
