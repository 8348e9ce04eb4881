"""Tokens of chat templates, and tags that would break out of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assessor.flags.flag import Sighting, sighting

_TOKENS = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|<\uff5c[^\uff5c<>\n]{1,60}\uff5c>|\[/?INST\]|<</?SYS>>"
    r"|<(?:start|end)_of_(?:turn|text|role|image)>|</s>\s*<s>|<\[?(?:bos|eos|pad|unk|mask)\]?>"
    r"|\[/?(?:SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|THINK|MODEL|ASSISTANT)\]"
    r"|</?(?:think|thinking|tool_call|tool_response|function_calls?|im_start|im_end)>",
    re.IGNORECASE,
)
_MENTION = re.compile(
    r"token|special|delimiter|escape|template|vocabular|string|markup", re.IGNORECASE
)
_TAG = re.compile(r"<(/?)([A-Za-z][\w:.-]{0,40})(?:\s[^<>]{0,200})?(/?)>")
_FRAME = re.compile(
    r"(?i)^(?:(?:student|user)[_-]?)?(?:answer|submission|response|system|assistant|instructions?"
    r"|rubric"
    r"|grad\w*|evaluat\w*|assess\w*|judge\w*|verdict|marking\w*|input|data|prompt)$"
)


def control_tokens(answer: str) -> Iterator[Sighting]:
    """Yield a flag for a chat template's token, or a tag that would break out of the answer."""
    for found in _TOKENS.finditer(answer):
        line = _line_around(answer, found.start(), found.end())
        around = _TOKENS.sub("", line)
        if not (_MENTION.search(around) and len(around) > 25):
            why = "a control token of a chat model"
            yield sighting(why, answer, found.start(), found.end())
            return
    opened: set[str] = set()
    for found in _TAG.finditer(answer):
        name = found.group(2).lower()
        if not found.group(1):
            opened.add(name)
        elif name not in opened and _FRAME.match(name):
            why = "a closing tag that nothing opened"
            yield sighting(why, answer, found.start(), found.end())
            return


def _line_around(text: str, start: int, end: int) -> str:
    stop = text.find("\n", end)
    return text[text.rfind("\n", 0, start) + 1 : stop if stop >= 0 else len(text)]
