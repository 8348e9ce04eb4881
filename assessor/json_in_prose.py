"""Where a reply stands in what a judge says: among thoughts, marks, fences, prose and wrappers.

In this order, and strict about what may be meant:

1. What a judge thinks is no reply: all in front of the last closing mark of a thought that stands
   outside of any object (`</think>`, `<|channel|>final<|message|>` …), opened before or not. A
   thought that never ends holds none.
2. A text that is itself the JSON of a text is read as what it holds.
3. Every JSON object that stands on its own is looked at, taken out of a wrapper that is none of
   the reply's: a schema that was filled in, the arguments of a call, `{"reply": …}`.
4. Where there is none, one object in Python's spelling is as good, if nothing else stands in it.
5. Of these, the one that holds all fields that were asked for; the same twice is one. Two that
   differ, or a part of another beside it, are no reply: nobody knows which was meant.
6. An object that stands word for word in the student's answer is the student's.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assessor.errors import InvalidReply

# A verdict takes well under a thousand characters; a chain of thought before it can take many.
MAX_REPLY = 400_000
_MAX_PYTHON = 20_000
# Braces that open nothing before we give up: formulas in thoughts have some.
_MOST_BRACES = 3_000
_WORDS = "think|thinking|thoughts?|reasoning|reflection|analysis|scratchpad|seed:think"
_OPENS = (
    rf"<(?:{_WORDS})>|◁think▷|\[think\]|<\|start_thinking\|>|<\|begin_of_thought\|>"
    r"|<\|channel\|>analysis\b|<\|channel>thought\b"
)
_CLOSES = (
    rf"</(?:{_WORDS})>|◁/think▷|\[/think\]|<\|end_thinking\|>|<\|end_of_thought\|>"
    r"|<\|channel\|>(?:final|commentary)\b[^{}]{0,80}?<\|message\|>|<channel\|>"
    r"|assistantfinal(?=\s*[{`])"
)
_PLACES = re.compile(rf"(?P<opens>{_OPENS})|(?P<closes>{_CLOSES})|\{{", re.IGNORECASE)
_FENCE = re.compile(r"\A```\w*\s+(.*?)\s*```\Z", re.DOTALL)
_CALLED = frozenset({"arguments", "parameters"})
_WRAPPERS = _CALLED | {
    *("reply", "response", "verdict", "answer", "output", "result", "json", "data", "input")
}
# What a judge that fills in a schema calls the value in the place of its kind.
_VALUES = ("value", "const")


class _Twice(dict[str, object]):
    """An object in which a field stands twice, or which holds one."""


def find_reply(
    text: str, wanted: Sequence[str], answer: str = "", wrappers: Sequence[str] = ()
) -> Mapping[str, object]:
    """Return the one object in `text` that is a reply with the fields `wanted`.

    Where none holds all of them but one object is all there is, that is returned, for its reader to
    say what it lacks. `answer` is the student's; `wrappers` are names that may stand around the
    reply beside the usual ones. Raises InvalidReply, whose message holds nothing of the reply.
    """
    if len(text) > MAX_REPLY:
        raise InvalidReply(f"the reply has more than {MAX_REPLY} characters")
    said = _scan(_decoded(text.removeprefix("\ufeff").strip()))
    allowed = _WRAPPERS | {*wrappers}
    spelled = [(_taken_out(value, wanted, allowed), raw) for value, raw in said.objects]
    if not any(name in value for value, _ in spelled for name in wanted):
        spelled = [
            (_taken_out(each, wanted, allowed), raw) for each, raw in _python(said)
        ] or spelled
    found = _chosen(spelled, wanted)
    if isinstance(found, _Twice):
        raise InvalidReply("a field stands twice in the reply")
    if any(value == found and _is_quoted(raw, answer) for value, raw in spelled):
        raise InvalidReply("the reply repeats an object of the answer and says nothing itself")
    if said.left_open(wanted) and not _is_python(spelled, said):
        raise InvalidReply("the reply holds an object that is not whole; it is not valid JSON")
    return found


@dataclass(slots=True)
class _Said:
    """The visible part of a text: its objects with their own text, and what stands between."""

    text: str
    objects: list[tuple[Mapping[str, object], str]] = field(default_factory=list)
    between: list[str] = field(default_factory=list)

    def left_open(self, wanted: Sequence[str]) -> bool:
        """Return whether between the objects stands a piece of another one that is not whole."""
        rest = " ".join(self.between)
        return any(re.search(rf'"{re.escape(name)}"\s*:', rest) for name in wanted)


def _scan(text: str) -> _Said:
    """Return what stands behind the thoughts. Raises InvalidReply where they never end."""
    at, since, braces, is_open = 0, 0, 0, False
    said = _Said(text)
    while place := _PLACES.search(text, at):
        at = place.end()
        if place["closes"]:
            is_open, since = False, at
            said = _Said(text[at:])
        elif place["opens"]:
            is_open = True
        else:
            braces += 1
            if braces > _MOST_BRACES:
                raise InvalidReply("the reply is not valid JSON")
            if (found := _object_at(text, place.start())) is not None:
                value, end = found
                said.objects.append((value, text[place.start() : end]))
                said.between.append(text[since : place.start()])
                at = since = end
    if is_open:
        raise InvalidReply("the reply ends inside its thoughts")
    said.between.append(text[since:])
    return said


def _object_at(text: str, start: int) -> tuple[Mapping[str, object], int] | None:
    try:
        value, end = _DECODER.raw_decode(text, start)
    except ValueError:
        return None
    except RecursionError as error:
        raise InvalidReply("the reply is not valid JSON") from error
    return (value, end) if isinstance(value, dict) else None


def _decoded(text: str) -> str:
    """Return the text that stands in a text which is JSON of it, up to twice over."""
    for _ in range(2):
        fenced = _FENCE.match(text)
        bare = fenced[1] if fenced else text
        # Some escape the quotation marks and leave out those around the whole.
        bare = f'"{bare}"' if bare.startswith('{\\"') else bare
        if not bare.startswith('"'):
            return text
        try:
            inner = json.loads(bare, strict=False)
        except ValueError:
            return text
        text = inner.strip() if isinstance(inner, str) else text
    return text


def _taken_out(
    value: Mapping[str, object], wanted: Sequence[str], wrappers: frozenset[str]
) -> Mapping[str, object]:
    """Return what stands in a wrapper, or the value as it is."""
    if any(name in value for name in wanted):
        return value
    for inner in _inside(value, wrappers):
        if all(name in inner for name in wanted):
            return inner
    return value


def _inside(
    value: Mapping[str, object], wrappers: frozenset[str]
) -> Iterator[Mapping[str, object]]:
    properties = value.get("properties")
    if isinstance(properties, Mapping):
        filled = {name: _filled_in(each) for name, each in properties.items()}
        # One that is not filled in describes a reply and is none.
        if not any(isinstance(each, Mapping) and "type" in each for each in filled.values()):
            yield filled
    for name, inner in value.items():
        if name not in wrappers or not (len(value) == 1 or name in _CALLED):
            continue
        if isinstance(inner, str):
            found = _object_at(inner.strip(), 0) if inner.lstrip().startswith("{") else None
            inner = found[0] if found else None
        if isinstance(inner, Mapping):
            yield inner


def _filled_in(value: object) -> object:
    if isinstance(value, Mapping) and "type" in value:
        return next((value[name] for name in _VALUES if name in value), value)
    return value


def _chosen(
    spelled: Sequence[tuple[Mapping[str, object], str]], wanted: Sequence[str]
) -> Mapping[str, object]:
    whole = [value for value, _ in spelled if all(name in value for name in wanted)]
    if not spelled:
        raise InvalidReply("the reply holds no JSON object, or one that is not valid JSON")
    if not whole:
        if len(spelled) > 1:
            raise InvalidReply("the reply holds several JSON objects and none is whole")
        return spelled[0][0]
    first, *others = whole
    for value in (*others, *(value for value, _ in spelled)):
        said = [name for name in wanted if isinstance(value.get(name), bool | Mapping)]
        if any(value[name] != first[name] for name in said) or (value in others and value != first):
            raise InvalidReply("the reply holds two different verdicts")
    return first


def _is_quoted(raw: str, answer: str) -> bool:
    return bool(raw) and "".join(raw.split()) in "".join(answer.split())


def _is_python(spelled: Sequence[tuple[Mapping[str, object], str]], said: _Said) -> bool:
    return bool(spelled) and spelled[0][1] not in {raw for _, raw in said.objects}


def _python(said: _Said) -> Iterator[tuple[Mapping[str, object], str]]:
    """Yield the object between the first brace and the last, as Python spells it."""
    start, end = said.text.find("{"), said.text.rfind("}") + 1
    if start < 0 or not start < end <= start + _MAX_PYTHON:
        return
    raw = said.text[start:end]
    try:
        with warnings.catch_warnings(action="ignore"):
            value = _literal(ast.parse(raw, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    if isinstance(value, dict):
        yield value, raw


_NAMES: Mapping[str, object] = {"true": True, "false": False, "null": None}


def _literal(node: ast.expr) -> object:
    """Return the value of a literal. Raises ValueError for anything that is to be worked out."""
    match node:
        case ast.Constant(value=str() | int() | float() | bool() | None as value):
            return value
        case ast.Name(id=name) if name in _NAMES:
            return _NAMES[name]
        case ast.List(elts=elements):
            return [_literal(each) for each in elements]
        case ast.Dict(keys=keys, values=values):
            names = [_literal(key) if key is not None else None for key in keys]
            if not all(isinstance(name, str) for name in names):
                raise ValueError
            return _unique([(str(n), _literal(v)) for n, v in zip(names, values, strict=True)])
    raise ValueError


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    twice = len(fields) < len(pairs) or any(isinstance(each, _Twice) for each in fields.values())
    return _Twice(fields) if twice else fields


_DECODER = json.JSONDecoder(object_pairs_hook=_unique)
