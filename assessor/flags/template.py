"""Template syntax that reaches for what a grading program would hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessor.flags.flag import Sighting, sighting

_TEMPLATE = re.compile(
    r"\{\{([^{}\n]{1,200})\}\}|\{%([^{}%\n]{1,200})%\}|\$\{([^{}\n]{1,200})\}"
    r"|%\(([^()%\n]{1,60})\)s|<%=?([^<>%\n]{1,200})%>|#\{([^{}\n]{1,200})\}|\{#([^{}#\n]{1,200})#\}"
)
_REACHES = re.compile(
    r"(?i)rubric|solution|answer_key|\\bkp\\b|accepted|key_?points?|criteri|grad(?:e|er|ing)\b|\bmarks?\b|score|reference"
    r"|(?<!\.)\b(?:\w{1,20}_)?answer\b|\bconfig\b"
    r"|\brequest\b|\bself\b|__\w+__|\bos\b|import|\bsystem\b|\d\s*\*\s*\d|nonce|outline|\bprompt"
    r"|verdict|points"
)


def template(answer: str) -> Iterator[Sighting]:
    """Yield a flag for template syntax that reaches for what a grading program would hold."""
    for found in _TEMPLATE.finditer(answer):
        inner = next(group for group in found.groups() if group is not None)
        around = len(answer) - (found.end() - found.start())
        if _REACHES.search(inner) and (around < 60 or not re.search(r"\w\.\w", inner)):
            yield sighting("template syntax", answer, found.start(), found.end())
            return
