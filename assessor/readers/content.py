"""What a cell looks like where no header says it: a choice, an attachment, a test student."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assessor.readers.base import QuestionKind
from assessor.sheet import fold_header
from assessor.wordlists import names_in, word_lists

_LISTS = word_lists("assessor.readers")["content"]

# A choice question has few different short answers; an essay has one per student.
_CHOICE_LENGTH, _CHOICE_WORDS = 60, 6
_ESSAY_WORDS, _TINY_WORDS = 8, 3
_OWN = 4
_SUFFIX = (
    r"(?:pdf|docx?|odt|rtf|pages|txt|md|jpe?g|png|gif|heic|bmp|tiff?|webp|svg|zip|rar|7z|mp[34]"
    r"|m4a|mov|wav|webm|pptx?|xlsx?|ipynb|tex)"
)
_FILE = rf"[^\n,;:<>|?*\"]{{1,150}}\.{_SUFFIX}(?:\s*\([^()\n]{{1,30}}\))?"
_FILES = re.compile(rf"\s*(?:[^:\n]{{3,30}}:\s*)?{_FILE}(?:\s*[,;\n]\s*{_FILE})*\s*", re.IGNORECASE)
# Moodle appends the list to the text: "Attachments: essay.pdf (12 KB)".
_LAST_LINE = re.compile(
    rf"(?:\A|\n|\s)[^:\n]{{3,30}}:\s*{_FILE}(?:,\s*{_FILE})*\s*\Z", re.IGNORECASE
)
_SIZED = re.compile(r"\([\d.,]+\s*(?:bytes?|octets?|[kmg]i?[bo])\)", re.IGNORECASE)
_LINK = re.compile(
    r"\s*(?:https?://(?:drive|docs)\.google\.com/\S+|https?://\S*(?:sharepoint|onedrive|1drv)\S+"
    rf"|https?://\S+\.{_SUFFIX}(?:\?\S*)?)(?:[\s,;]+https?://\S+)*\s*",
    re.IGNORECASE,
)
_UPLOAD = re.compile(
    r"\s*\[\s*\{.*\"(?:link|driveId|referenceId|uploadId)\"\s*:.*\}\s*\]\s*", re.DOTALL
)


def has_essays(cells: Sequence[str]) -> bool:
    """Return whether any of these cells is longer than an option is."""
    return any(len(cell.split()) >= _ESSAY_WORDS for cell in cells)


def kind_of(cells: Sequence[str], *, essays: bool) -> QuestionKind:
    """Return whether cells look chosen or written; `essays`: the file has written ones."""
    given = [cell.strip() for cell in cells if cell.strip()]
    if not given or any(only_attachments(cell) for cell in given):
        return QuestionKind.WRITTEN
    words = max(len(cell.split()) for cell in given)
    short = words <= _CHOICE_WORDS and max(map(len, given)) <= _CHOICE_LENGTH
    repeated = len(set(given)) * 2 <= len(given) + 1
    if short and repeated and (len(given) > 1 or words <= 1):
        return QuestionKind.CHOICE
    if essays and words <= _TINY_WORDS and not _all_own(given):
        return QuestionKind.CHOICE
    # Long options: many students, few different texts.
    few = len(given) >= 8 and len(set(given)) <= min(6, len(given) // 4)
    return QuestionKind.CHOICE if essays and few else QuestionKind.WRITTEN


def _all_own(given: Sequence[str]) -> bool:
    """Return whether everybody wrote something else: so few options no choice has."""
    alike = len({cell.casefold() for cell in given}) < len(given)
    return len(given) >= _OWN and not alike and any(len(cell.split()) > 1 for cell in given)


def only_attachments(text: str) -> str | None:
    """Return what to say of files in an answer, "… unreadable" where there is nothing else."""
    if len(text) > 4000 or not text.strip():
        return None
    if _LINK.fullmatch(text) or _UPLOAD.fullmatch(text):
        return "a link to a file and no text: unreadable"
    if _FILES.fullmatch(text) and len(text.split("\n")) <= 20:
        return "a file and no text: unreadable"
    if _SIZED.search(text) and _LAST_LINE.search(text):
        return "a file beside the text: only the text is read"
    return None


def identifies(title: str, cells: Sequence[str]) -> bool:
    """Return whether a column says who somebody is: by title and short cells, or by addresses."""
    asks = _WHO.search(fold_header(title)) is not None
    given = [cell.strip() for cell in cells if cell.strip()]
    if not given or max(len(cell.split()) for cell in given) > 5:
        return False
    codes = all(re.fullmatch(r"[\w.@+-]*\d[\w.@+-]*", cell) for cell in given)
    addresses = all(re.fullmatch(r"[^@\s]+@[^@\s]+", cell) for cell in given)
    distinct = len(set(given)) * 2 > len(given)
    return addresses or (asks and (codes or distinct))


def is_test_student(*names: str) -> bool:
    """Return whether a name is that of a platform's own test student."""
    return any(" ".join(name.casefold().replace(",", " ").split()) in _TEST for name in names)


def is_footer(text: str) -> bool:
    """Return whether a row's first words are those of a line of averages."""
    return text.strip().casefold() in _FOOTERS


_WHO = re.compile("".join(_LISTS["who"]))
_TEST = frozenset(names_in(_LISTS["test"]))
_FOOTERS = frozenset(names_in(_LISTS["footers"]))
