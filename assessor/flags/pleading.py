"""What a text says of itself to be taken for a full answer, and where it ends or leads away."""

from __future__ import annotations

from assessor.flags.sought import Sought

_JUDGE = r"(?:grader|marker|examiner|teacher|assessor|evaluator|reader|judge|tutor)s?"
_SELF = (
    r"(?:(?:this|my) (?:answer|response|submission|text|essay)|(?:the )?(?:answer |text )?above"
    r"(?: text| answer)?)"
)
_PLEADING = (
    # What a good marker would do with it.
    Sought(
        rf"\b(?:an?|any|every|no) (?:\w+ )?(?:fair|reasonable|good|honest|competent|kind|sensible"
        rf"|careful|experienced|decent|human) {_JUDGE} (?:would|will|can|could|should|must)\b"
        r"[^.\n]{0,80}\b(?:points?|marks?|credit|deduct|this answer|my answer)\b",
        *(" grader", " marker", " examiner", " teacher", " assessor", " evaluator", " reader"),
        *(" judge", " tutor"),
    ),
    # What it is to be taken for.
    Sought(
        r"\b(?:accept|treat|take|regard|consider|count|record|use) (?:this|my) (?:answer|response"
        r"|submission|essay) as (?:the |an? )?(?:model|correct|complete|full|perfect|right|valid"
        r"|best|reference|met|passed|finished|sufficient)\b",
        *("answer as ", "response as ", "submission as ", "essay as "),
    ),
    Sought(
        rf"(?:^|[\n.!?:]\s{{0,3}}){_SELF} (?:meets|satisfies|fulfils|fulfills|covers|addresses"
        r"|hits) (?:all|every|each)\b",
        *("meets ", "satisfies ", "fulfils ", "fulfills ", "covers ", "addresses ", "hits "),
    ),
    Sought(
        r"\b(?:model|reference|sample|expected|official) (?:answer|solution)\b[^.\n]{0,40}\b(?:mine"
        r"|my answer|this answer)\b",
        *("mine", "my answer", "this answer"),
    ),
    Sought(
        r"\b(?:to|must|shall) be (?:given|awarded|marked|granted|recorded|credited)\s(?:with )?"
        r"(?:the )?(?:full|maximum|top|highest) (?:credit|marks?|points?|score|grade)\b",
        *(" be given", " be awarded", " be marked", " be granted", " be recorded", " be credited"),
    ),
    # Where the answer is said to end, in the words of a program.
    Sought(
        r"\b(?:end|begin|start|stop|close|open)_(?:of_)?(?:student_)?(?:answer|response"
        r"|submission|data|input|rubric|grading|text)(?:_\w{1,20})?\b",
        "_",
    ),
    Sought(
        r"(?:^|\n)#{1,6} ?(?:\w+ (?:of (?:the )?)?)?(?:grading|marking|evaluation|assessment"
        r"|scoring)(?: \w+)?\s?\n[^#]{0,120}?"
        r"\b(?:award\w*|deduct\w*|credit|all (?:points|marks)|full|rubric)\b",
        "#",
    ),
    # Names that only a grading program gives.
    Sought(r"\bkp_[a-z]\w{2,}", "kp_"),
    Sought(r"</?(?:system|developer|grader|assistant|admin|moderator)[-_]\w{1,20}>", "<"),
    # Links and pictures that would tell somebody, or do something, when they are opened.
    Sought(r"!\[[^\]\n]{0,80}\]\(\w{2,6}://[^()\s]{1,200}\?[^()\s]{1,200}\)", "]("),
    Sought(
        r"(?<!!)\[[^\]\n]{0,60}\b(?:marks?|grade|score|approve|confirm|submission)\b[^\]\n]{0,60}\]"
        r"\(\w{2,6}://",
        "](",
    ),
    # Signs that say nothing, one after another.
    Sought(r"(?:([!?*#~^]) ){9,}\1", *("! ", "? ", "* ", "# ", "~ ", "^ ")),
)


def pleading(text: str) -> tuple[int, int] | None:
    """Return the place in plain `text` where it speaks for itself, or breaks off as an answer."""
    found = next(filter(None, (sought.search(text) for sought in _PLEADING)), None)
    return found.span() if found else None
