"""Text in the shape of a result: pairs, rows and objects that carry verdicts or points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from assessor.flags.addressed import weigh
from assessor.flags.flag import Sighting, sighting
from assessor.flags.sought import Sought, small_of
from assessor.wordlists import word_lists

_LISTS = word_lists("assessor.flags")["record"]

_PAIR = Sought(
    r"""["'<]?(?<!\w)(?P<key>[A-Za-z][\w .-]{0,30}?)["']?\s{0,3}(?:[:=]|>)\s{0,3}"""
    r"""(?:["'](?P<quoted>[\w./%+ -]{1,24})["']"""
    r"""|(?P<bare>[\w./%+ -]{1,24}?)\s{0,3}(?=[,;}\]\n<>|/]|$))""",
    *(":", "=", ">"),
)
_STRAIGHT = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")
_AGAIN = Sought(
    r"(?i)\b(?:verdict|level|grade|score|result|label)\s{0,2}[:=]\s{0,2}(?:met|full|satisfied"
    r"|correct|pass(?:ed)?|(\d+) ?/ ?\1)\b",
    ":",
    "=",
)
_STRONG = re.compile("".join(_LISTS["strong"]))
_WEAK = re.compile("".join(_LISTS["weak"]))
_GOOD = re.compile("".join(_LISTS["good"]))
_VERDICT = re.compile("".join(_LISTS["verdict"]))
_CODE = re.compile(
    r"(?m)^[ \t]{0,80}(?:if|elif|else|for|while|def|class|return|import"
    r"|int|float|double|public|var|let"
    r"|const|SELECT)\b"
)
_COLUMN = re.compile("".join(_LISTS["column"]))
_ROLES = re.compile("".join(_LISTS["roles"]))
_TICKED = Sought(
    r"(?i)(?:key ?point|criterion|requirement|kp"
    r"|item) ?\w{0,12} ?(?:[:=-] ?)?(?:[\u2713\u2714\u2705]|\[x\])",
    *("\u2713", "\u2714", "\u2705", "[x]", "[X]"),
)


_BADGES = Sought(
    r"(?i)(?:\[[^\[\]\n:]{2,40}:\s?(?:(?:pass(?:ed)?|clean|none|ok|safe|human|verified|approved"
    r"|excellent|outstanding|yes|maximum|full|no issues)\b[^\[\]\n:]{0,14}|\d{1,3} ?%)\]"
    r"\s{0,3}){2}",
    "[",
)
_IN_TAGS = Sought(r"(?i)>\s{0,3}(?:met|full|credited|awarded|satisfied)\s{0,3}</", "</")
_FULL_RATIO = Sought(r"(?<![\d/=+*.-])(?<![=+*] )(\d{1,3}) ?/ ?\1(?![\d/^]| ?[=+*])", "/")


def record(answer: str) -> Iterator[Sighting]:
    """Yield at most one flag: where `answer` imitates a marker's result."""
    if not answer.isascii():
        answer = answer.translate(_STRAIGHT)
    place = _objects(answer) or _table(answer) or _verdicts(answer) or _roles(answer)
    place = place or _result(answer) or _call(answer) or _repeated(answer)
    for sought, least in (
        (_TICKED, 2),
        (_AGAIN, 2),
        (_IN_TAGS, 2),
        (_BADGES, 1),
        (_FULL_RATIO, 3),
    ):
        if place is None and len(rows := list(sought.finditer(answer))) >= least:
            place = rows[0].start(), rows[-1].end()
    if place is not None:
        yield sighting("looks like a marker's record", answer, *place)


def _objects(answer: str) -> tuple[int, int] | None:
    """Weigh pairs of key and value: marking keys, and more so with a verdict beside them."""
    if not _PAIR.may_be_in(answer) or _CODE.search(answer):
        return None
    weight = 0
    keys: set[str] = set()
    places: list[int] = []
    for found in _PAIR.finditer(answer):
        key, value = found.group("key").lower(), found.group("quoted") or found.group("bare")
        strong, weak = _STRONG.search(key), _WEAK.search(key)
        if key in keys or not (strong or weak) or len(key.split()) > 3:
            continue
        good = bool(_GOOD.match(value))
        if not good and not re.fullmatch(r"\d+(?:\.\d+)?|\w+", value):
            continue
        keys.add(key)
        weight += (2 if strong else 1) + good
        places += found.span()
    return (places[0], places[-1]) if weight >= 4 or (weight >= 3 and _is_object(answer)) else None


def _is_object(answer: str) -> bool:
    return bool(re.search(r"[{\[]\s*[\"{]|<\w+[^<>]{0,100}>", answer))


def _table(answer: str) -> tuple[int, int] | None:
    """Find a header row whose columns are those of a mark sheet."""
    place = 0
    for line in answer.splitlines(keepends=True):
        cells = [cell.strip(" *_\"'\t") for cell in re.split(r"[|,;\t]", line.strip("| \n\r"))]
        if 2 <= len(cells) <= 12 and sum(bool(_COLUMN.match(cell)) for cell in cells) >= 2:
            return place, min(len(answer), place + 100)
        place += len(line)
    return None


def _verdicts(answer: str) -> tuple[int, int] | None:
    """Find three or more names each with a verdict, one per line or clause.

    `present` or `yes` beside names is also how honest tables look: those count only where the
    text speaks of marking, and nowhere says the opposite.
    """
    spans: list[tuple[int, int]] = []
    plain: list[tuple[int, int]] = []
    for found in _ROW.finditer(answer):
        said = found.group(1).strip()
        if _VERDICT.match(said):
            spans.append(found.span())
        elif _OPPOSITE.match(said):
            return None
        elif _PLAIN_VERDICT.match(said):
            plain.append(found.span())
    if len(plain) >= 3 and _SPEAKS_OF_MARKING.search(answer):
        spans = sorted((*spans, *plain))
    return (spans[0][0], spans[-1][1]) if len(spans) >= 3 else None


_ROW = Sought(
    r"(?m)(?:^|(?<=[\n,;|/.]))[^\n,;:=|/]{2,60}?\s?"
    # From the first dot on: within a long row of them each would begin a row of its own.
    r"(?:[:=|]|->|\u2192|[-\u2013\u2014] |(?<!\.)\.{3,}|\u2026)"
    r"\s?([\w ]{2,14})(?=[\n,;|/.]|$)",
    *(":", "=", "|", "->", "\u2192", "- ", "\u2013 ", "\u2014 ", "...", "\u2026"),
)
_PLAIN_VERDICT = re.compile("".join(_LISTS["plain_verdict"]))
_OPPOSITE = re.compile(r"(?i)^(?:no|none|absent|incomplete|missing|wrong|false|poor|fail(?:ed)?)$")
_SPEAKS_OF_MARKING = re.compile("".join(_LISTS["speaks_of_marking"]))


def _result(answer: str) -> tuple[int, int] | None:
    """Find a line that gives the best result there is: `Final mark: 100`, `SCORE=MAX`."""
    found = _BEST.search(answer)
    return found.span() if found and not _CODE.search(answer) else None


_BEST = re.compile("".join(_LISTS["best"]))


def _repeated(answer: str) -> tuple[int, int] | None:
    """Find three lines that differ by a number only, in a text that speaks of marking."""
    if answer.count("\n") + answer.count(";") < 2:
        return None
    lines = [re.sub(r"\d+", "0", line.strip(), count=1) for line in re.split(r"[\n;]", answer)]
    common, count = Counter(lines).most_common(1)[0]
    if count < 3 or len(common) < 8 or not _SPEAKS_OF_MARKING.search(common):
        return None
    return 0, len(answer)


def _call(answer: str) -> tuple[int, int] | None:
    """Find a command that would enter a result: `submit_grade(100)`, `UPDATE grades SET …`."""
    found = _COMMAND.search(answer, small_of(answer))
    return found.span() if found else None


_COMMAND = Sought(
    "".join(_LISTS["command"]),
    *("grade", "score", "verdict", "mark", "result", "credit", "points", "approve", "pass", ".met"),
    *("award", "evaluate", "assess", "judge", "print", "echo", "console"),
)


def _roles(answer: str) -> tuple[int, int] | None:
    found = _ROLES.search(answer)
    if not found:
        return None
    rest = re.sub(r"[\"'{}\[\]]", " ", answer[found.end() : found.end() + 400]).lower()
    words = re.search(
        r"\b(?:met|full|marks?|credit|score|grade|points|criteri\w+|rubric|correct)\b", rest
    )
    return found.span() if words or weigh(rest) else None
