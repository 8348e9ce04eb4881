"""The points that a line, a cell or a title states, and the words that are left without them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assessor.intake.words import LEVELISH, LISTS, UNIT
from assessor.sheet import number_in
from assessor.wordlists import names_in

_HALVES = {"½": "0.5", "¼": "0.25", "¾": "0.75"}
_SPELT = {word: number for number, text in LISTS["spelt"].items() for word in names_in(text)}
_NUM = r"(?:\d{1,4}(?:[.,]\d{1,5})?\s?[½¼¾]?|[½¼¾])"
_TO = r"\s*(?:-|–|—|−|\bto\b|\bbis\b|\bà\b|\ba\b|\.\.\.?|<|>)\s*>?\s*"
_WORD = "|".join(sorted(_SPELT, key=len, reverse=True))
# One amount: "2 x 1", "4-3" (whose upper end counts), "0/1/2" (the greatest), "2,5", "½".
_AMOUNT = (
    rf"(?:{_NUM}(?:\s*\+\s*{_NUM})+|{_NUM}\s*(?:{UNIT}\s*)?[x×*]\s*{_NUM}|(?:{_NUM}(?:\s*/\s*{_NUM}){{2,}}|0\s*/\s*{_NUM})|{_NUM}{_TO}{_NUM}"
    rf"|(?:up to|bis zu|jusqu'à|hasta|max\.?|maximum|maximal)\s+{_NUM}|{_NUM})"
)
_UP = r"(?:\s*(?:bonus|extra|max(?:imum|imal)?\.?|each|jeweils|je|chacune?|cada una?|available|possible|total))"
_FOR = (
    r"(?:\s*(?:is|are|can be|may be|will be|werden|wird|est|se)?\s*(?:earned|awarded|given|granted"
    r"|vergeben|accordée?s?|attribuée?s?|otorga|assigned)?\s*(?:for|if|when|für|wenn|pour|si|por)\b"
    r"(?:\s+each)?\s*:?|\s*[:=–—-])?"
)
_GIVE = (
    r"(?:award|give|allow|allot|grant|credit|vergebe[n]?|gib|attribuer|accorder|donner|otorgar|dar"
    r"|asignar)"
)
# Marks of method and accuracy behind a step: `… M1`, `… A1A1`.
_CODES = re.compile(
    r"(?P<text>\S.*?)(?<!\bfor)(?<!\bof)(?<!\bfrom)(?<!\band)(?<!\bsee)\s+(?P<codes>(?:\(?[MABERC][1-9]\)?)(?:[ ,]*\(?[MABERC][1-9]\)?)*)$"
)
_END = r"\s*[.;,:]*\s*$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Points as they were written: `points` may be negative, `low` is the lower end of a range.

    `how` is `unit`, `bracket`, `percent`, `times` (`x2`: a factor) or `bare`; `place` is where they stood in the text.
    """

    points: Decimal
    text: str
    how: str = "unit"
    place: str = "front"
    low: Decimal | None = None
    times: int = 0
    is_each: bool = False
    is_max: bool = False
    given: str = ""
    label: str = ""
    rest: str = ""


def amount_in(text: str) -> Mark | None:
    """Return a cell that holds points and nothing else; None where it holds words too."""
    text = text.strip().strip("*_` ").rstrip(".;:")
    whole = re.fullmatch(
        rf"[\[(]?\s*(?P<sign>[+−–-]?)\s*(?:/\s*|_+\s*/?\s*|(?P<max>max\.?|maximum)\s*:?\s*|von\s+|out of\s+|(?P<times>[x×*])\s*)?"
        rf"(?P<n>{_AMOUNT})\s*(?P<unit>{UNIT}|%)?(?:\s*max\.?)?\s*[\])]?",
        text,
        re.IGNORECASE,
    )
    if whole is None:
        blank = re.fullmatch(
            rf"[_.\s]*(?:0(?:[.,]0+)?)?\s*/\s*(?P<n>{_NUM})\s*(?:{UNIT})?", text, re.I
        )
        return _made(blank["n"], "", how="bare") if blank else None
    how = "percent" if whole["unit"] == "%" else "unit" if whole["unit"] else "bare"
    made = _made(
        whole["n"], "", how=how, negative=whole["sign"] in {"-", "−", "–"} and bool(whole["sign"])
    )
    if made is not None and whole["times"]:
        return replace(made, how="times")
    return replace(made, is_max=bool(whole["max"])) if made and whole["max"] else made


def mark_in(text: str) -> Mark | None:
    """Return the points that a line states and its words without them; None where it has none."""
    coded = _CODES.fullmatch(text.strip())
    if coded is not None and not re.match(r"[MABERC][1-9]\b", text):
        number = sum(int(each) for each in re.findall(r"\d", coded["codes"]))
        return Mark(points=Decimal(number), text=coded["text"], place="end", given=coded["codes"])
    for pattern, how, place in _PATTERNS:
        match = pattern.match(text)
        if match is None:
            continue
        groups = match.groupdict()
        sign, unit = groups.get("sign") or "", groups.get("unit") or ""
        used = "percent" if unit == "%" else "unit" if unit and how == "bare" else how
        mark = _made(
            match["n"],
            groups["text"] or "",
            how=used,
            negative=sign in {"-", "−", "–"} and bool(sign),
        )
        if mark is None:
            continue
        if name := (groups.get("name") or "").strip():
            mark = replace(mark, label=name, rest=mark.text, text=f"{name}: {mark.text}")
        whole = match.group(0)[: match.start("text")] + match.group(0)[match.end("text") :]
        return replace(
            mark,
            place=place,
            is_each=bool(re.search(r"\b(?:each|jeweils|je|chacune?|cada|per|pro)\b", whole, re.I)),
            is_max=bool(re.search(r"\bmax|\bup to\b|\bbis zu\b|\btotal\b", whole, re.I)),
            given=whole.strip(),
        )
    return None


def number_of(text: str) -> Decimal | None:
    """Return a number as people write it: `2,5`, `½`, `2 ½`; None where it is none."""
    text = " ".join(text.split()).strip().casefold()
    if text in _SPELT:
        return Decimal(_SPELT[text])
    half = Decimal(0)
    if text and text[-1] in _HALVES:
        half, text = Decimal(_HALVES[text[-1]]), text[:-1].strip()
        if not text:
            return half
    number = number_in(text)
    return None if number is None else number + half


def deduction_in(text: str) -> Mark | None:
    """Return what a line says to take off ("1 off if …", "Deduct 2 points for …") as a negative."""
    for pattern in _OFF:
        match = pattern.match(text)
        if match is None:
            continue
        number = number_of(match["n"])
        words = (match["text"] or "").strip()
        if number is not None and number > 0 and words:
            return Mark(points=-number, text=words, given=text.replace(words, "", 1).strip())
    return None


def lesser_in(text: str) -> tuple[str, list[tuple[Decimal, str]]]:
    """Return a text without `(1 if only …)`, and what it says is worth less, falling."""
    found: list[tuple[Decimal, str]] = []
    left = text
    while (match := _LESSER.search(left)) is not None:
        number = number_of(match["n"])
        if number is None or _EACH_OF_IT.search(match["when"]):
            return text, []
        found.append((number, match["when"].strip(" ,")))
        opened = match["open"] if match["open"] in "[(" else ""
        left = f"{left[: match.start()]}{opened}{left[match.end() :]}"
        left = re.sub(r"([\[(])\s*[;,]?\s*", r"\1", left)
        left = re.sub(r"\s*(?:\(\)|\[\])\s*(?=$|:)|\s*(?:\(\)|\[\])", "", left).strip()
    falls = all(a > b for (a, _), (b, _) in itertools.pairwise(found))
    return (left, found) if found and falls else (text, [])


def marks_within(text: str) -> int:
    """Return how many times a running text states points, with their unit or in brackets."""
    return len(_WITHIN.findall(text))


def _made(given: str, text: str, *, how: str, negative: bool = False) -> Mark | None:
    low: Decimal | None = None
    times = 0
    if product := re.fullmatch(rf"({_NUM})\s*({UNIT}\s*)?[x×*]\s*({_NUM})", given.strip(), re.I):
        first, second = number_of(product[1]), number_of(product[3])
        if product[2]:  # "2 marks x 3": three of 2
            first, second = second, first
        if first is None or second is None:
            return None
        number: Decimal | None = first * second
        times = int(first) if first == int(first) else 0
    elif re.fullmatch(rf"{_NUM}(?:\s*\+\s*{_NUM})+", given.strip(), re.I):
        parted = [number_of(each) for each in given.split("+")]
        number = sum((each for each in parted if each is not None), Decimal(0))
    else:
        given = re.sub(
            r"^(?:up to|bis zu|jusqu'à|hasta|max\.?|maximum|maximal)\s+",
            "",
            given.strip(),
            flags=re.I,
        )
        spelt = number_of(given)
        parts = (
            [spelt] if spelt is not None else [number_of(each) for each in re.findall(_NUM, given)]
        )
        known = [each for each in parts if each is not None]
        if not known:
            return None
        number = max(known)
        low = min(known) if len(known) > 1 else None
    if number is None or number > 1000:
        return None
    number = number.normalize() + 0
    return Mark(
        points=-number if negative else number, text=text.strip(), how=how, low=low, times=times
    )


_IF = r"(?:\s*,?\s*(?:for|if|when|wenn|für|falls|bei|pour|si|por|cuando|each time|whenever|per|as)\b\s*:?|\s*[:–—-])"
_N = rf"(?P<n>{_NUM}|{_WORD})"
_STANDS_FOR = {
    **{"num": _NUM, "unit": UNIT, "for": _FOR, "give": _GIVE, "amount": _AMOUNT, "word": _WORD},
    **{"up": _UP, "end": _END, "levelish": LEVELISH.pattern, "if": _IF, "n": _N},
}


def _pattern(parts: Sequence[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    told = re.sub(r"@(\w+)@", lambda name: _STANDS_FOR[name[1]], "".join(parts))
    return re.compile(told, flags)


_PATTERNS = tuple(
    (_pattern(row["pattern"], re.IGNORECASE | re.DOTALL), str(row["how"]), str(row["place"]))
    for row in LISTS["marks"]
)
_OFF = tuple(_pattern(row["pattern"]) for row in LISTS["off"])
# … (1 if only the name is given); … [2; 1 for a partial answer]
_LESSER = re.compile(
    rf"(?P<open>[\[(;,])\s*(?:only\s+)?(?P<part>(?:partial|part) (?:credit|marks?)\s*[:=–-]\s*)?(?P<n>{_NUM})\s*(?:{UNIT})?\s*(?:(?(part)(?:for|if|when)\b|(?!))|(?:only |nur |seulement |solo )?(?:if|when|wenn|falls|bei|si)\b"
    r"|(?:for|für|pour|por) (?=[^()\[\];]*\b(?:partial\w*|only|just|incomplete|half|one|without|ohne|sans|sin|nur|teil\w*|partie\w*|seulement"
    r"|parcial\w*|s[oó]lo)\b))\s*(?P<when>[^()\[\];]+?)\s*(?=[;\])]|,\s*\d|$)",
    re.IGNORECASE,
)
_EACH_OF_IT = re.compile(r"(?i)\b(?:each|every|per|je|jeweils|chaque|cada)\b")
_WITHIN = re.compile(
    rf"(?:{_NUM}|\b(?:one|two|three|four|five|half a|ein|eine|einen|zwei|drei|un|deux|trois|dos|tres)\b)\s*{UNIT}|[\[(]\s*[+−-]?{_NUM}\s*[\])]",
    re.IGNORECASE,
)
