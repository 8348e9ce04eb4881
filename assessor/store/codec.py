"""Our values as canonical JSON and back: what went in is what comes out, to the last digit."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeVar, cast

from assessor.errors import StoreError
from assessor.manifest import RunFacts
from assessor.store.packing import unpack
from assessor.submission import Submission

T = TypeVar("T")
_PLAIN = frozenset({str, int, bool, float})
_Reader = Callable[[object], object]


def encode(value: object) -> str:
    """Return a value made of our dataclasses as one line of JSON, keys sorted, plain ASCII."""
    return _ENCODER.encode(value)


def encode_briefly(value: object) -> str:
    """Return the same without what says only what is said of a value where it says nothing.

    For what there is one of for each answer in each run: most of it is such.
    """
    return _BRIEF.encode(value)


def decode(kind: type[T], text: str) -> T:
    """Return the `kind` that `encode` wrote. Raises StoreError for anything else."""
    with _told_as(kind):
        return cast(T, _reader(kind)(json.loads(unpack(text))))  # type: ignore[arg-type]  # classes hash


def decode_some(kind: type[T], text: str) -> T:
    """Return a `kind` whose fields are some of those that `encode` wrote. Raises StoreError."""
    with _told_as(kind):
        data = json.loads(text)
        own = {field.name: data[field.name] for field in fields(kind)}  # type: ignore[arg-type]  # one of ours
        return cast(T, _reader(kind)(own))  # type: ignore[arg-type]  # classes hash


def decode_parts(kind: type[T], known: Mapping[str, object], text: str) -> T:
    """Return a `kind` of what is known of it and what its text adds. Raises StoreError."""
    with _told_as(kind):
        data = {**known, **json.loads(text)}
        own = {name: data[name] for name in _names(kind) if name in data}  # type: ignore[arg-type]  # classes hash
        return cast(T, _reader(kind)(own))  # type: ignore[arg-type]  # classes hash


def read_object(kind: type, text: str) -> dict[str, object]:
    """Return an object of JSON that says something of a `kind`. Raises StoreError."""
    with _told_as(kind):
        return dict(json.loads(text))


@contextmanager
def _told_as(kind: type) -> Iterator[None]:
    try:
        yield
    except (
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        raise StoreError(
            f"a stored {kind.__name__} cannot be read ({type(error).__name__}); "
            "'assessor runs verify' finds what was changed"
        ) from error


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _parts(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, RunFacts):
        return value.text
    if is_dataclass(value):
        return {name: getattr(value, name) for name in _names(type(value))}  # type: ignore[arg-type]  # classes hash
    raise TypeError(f"{type(value).__name__} has no JSON form")


# Made once: `json.dumps` makes one for each call.
_ENCODER = json.JSONEncoder(default=_parts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _said(value: object) -> object:
    usual = _usual(type(value))  # type: ignore[arg-type]  # classes hash
    if usual is None:
        return _parts(value)
    return {name: said for name, what in usual if (said := getattr(value, name)) != what}


@cache
def _usual(kind: type) -> tuple[tuple[str, object], ...] | None:
    """Return the fields of one of our dataclasses, each with what it says where it says nothing."""
    if not is_dataclass(kind):
        return None
    return tuple((field.name, field.default) for field in fields(kind))


_BRIEF = json.JSONEncoder(default=_said, sort_keys=True, separators=(",", ":"), allow_nan=False)


@cache
def _reader(kind: Hashable) -> _Reader:
    """Return what reads a JSON value as `kind`, built once per type."""
    if typing.get_origin(kind) is tuple:
        return _tuple_reader(typing.get_args(kind))
    if isinstance(kind, types.UnionType):
        (inner,) = (_reader(each) for each in typing.get_args(kind) if each is not types.NoneType)
        return lambda value: None if value is None else inner(value)
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_reader(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        members = {each.value: each for each in kind}
        return lambda value: members[cast(str, value)]
    if isinstance(kind, type) and issubclass(kind, RunFacts):
        return lambda value: kind.read(cast(str, _checked(value, str)))
    if kind is Decimal:
        return lambda value: Decimal(cast(str, _checked(value, str)))
    if kind is float:
        return lambda value: float(cast(float, _checked(value, (int, float))))
    return lambda value: _checked(value, cast(type, kind))


def _checked(value: object, kind: type | tuple[type, ...]) -> object:
    if not isinstance(value, kind):
        raise TypeError(f"{type(value).__name__} where another type was written")
    return value


def _tuple_reader(items: tuple[object, ...]) -> _Reader:
    if items[-1] is Ellipsis and items[0] is float:
        return _read_numbers
    if items[-1] is Ellipsis:
        each = _reader(items[0])
        return lambda value: tuple(map(each, _listed(value)))
    readers = tuple(_reader(item) for item in items)
    return lambda value: tuple(
        read(item) for read, item in zip(readers, _listed(value), strict=True)
    )


def _dataclass_reader(kind: type) -> _Reader:
    hints = typing.get_type_hints(kind)
    readers = {name: _reader(hint) for name, hint in hints.items()}
    # Most values are as JSON has them: to look at their type is quicker than any call.
    plain = {name: hint for name, hint in hints.items() if hint in _PLAIN}
    former = _FORMER.get(kind)

    def read(value: object) -> object:
        data = cast(dict[str, object], _checked(value, dict))
        if former is not None and former in data:
            data = _spread(data, former, hints)
        return kind(
            **{
                name: _same(part) if type(part) is plain.get(name) else readers[name](part)
                for name, part in data.items()
            }
        )

    return read


# What older stores keep as an object of its own and is a field or two by now.
_FORMER: Mapping[type, str] = {Submission: "origin"}


def _spread(data: dict[str, object], former: str, names: Iterable[str]) -> dict[str, object]:
    inner = cast(dict[str, object], _checked(data[former], dict))
    rest = {name: part for name, part in data.items() if name != former}
    return rest | {name: part for name, part in inner.items() if name in names}


# Names of cells and levels, and what a judge says of many: a class holds each of them once.
_SHORT = 60


def _same(value: object) -> object:
    return _held(value) if type(value) is str and len(value) <= _SHORT else value


@lru_cache(maxsize=8192)
def _held(text: str) -> str:
    return text


def _read_numbers(value: object) -> tuple[float, ...]:
    numbers = tuple(float(cast(float, _checked(each, (int, float)))) for each in _listed(value))
    # Nought is equal to its negative, and is written otherwise.
    return numbers if 0.0 in numbers else _held_numbers(numbers)


@lru_cache(maxsize=8192)
def _held_numbers(numbers: tuple[float, ...]) -> tuple[float, ...]:
    return numbers


def _listed(value: object) -> list[object]:
    return cast(list[object], _checked(value, list))
