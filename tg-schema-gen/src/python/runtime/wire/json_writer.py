"""Records to JSON text: compact, fields in the order of the definition, None left out."""

from __future__ import annotations

import base64
import enum
import json
import math
import operator
from collections.abc import Callable
from typing import Any, Final

from ..errors import EncodeError
from . import float32, kind, logical, strict
from .kind import Kind, Presence, Table
from .limits import Budget, Limits
from .naming import key_segment

Out = Callable[[str], None]
Write = Callable[[Any, Out, Budget, int], None]

_quote: Final = json.JSONEncoder(ensure_ascii=False).encode
_RECORDS: Final[dict[type[Any], Write]] = {}


def encode(record: Any, limits: Limits) -> bytes:
    """The message as UTF-8."""
    table = kind.table(type(record))
    parts: list[str] = []
    try:
        _record(table)(record, parts.append, Budget(limits), 1)
    except EncodeError as error:
        error.within(table.name)
        raise
    return "".join(parts).encode("utf-8")


def _string(value: Any, out: Out, budget: Budget, depth: int) -> None:
    if not isinstance(value, str):
        raise strict.wrong("str", value)
    if not value.isascii():
        strict.text(value)
    out(_quote(value))


def _boolean(value: Any, out: Out, budget: Budget, depth: int) -> None:
    if value is True:
        out("true")
    elif value is False:
        out("false")
    else:
        raise strict.wrong("bool", value)


def _int(value: Any, out: Out, budget: Budget, depth: int) -> None:
    out(str(strict.integer(value, 32)))


def _long(value: Any, out: Out, budget: Budget, depth: int) -> None:
    out(str(strict.integer(value, 64)))


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise EncodeError(f"JSON cannot hold {value}")
    return value


def _double(value: Any, out: Out, budget: Budget, depth: int) -> None:
    out(float32.text(_finite(strict.double(value))))


def _float(value: Any, out: Out, budget: Budget, depth: int) -> None:
    out(float32.text32(_finite(strict.single(value))))


def _base64(value: Any, out: Out, budget: Budget, depth: int) -> None:
    out('"' + base64.b64encode(strict.octets(value)).decode("ascii") + '"')


def _utf8(value: Any, out: Out, budget: Budget, depth: int) -> None:
    try:
        out(_quote(strict.octets(value).decode("utf-8")))
    except UnicodeDecodeError as error:
        raise EncodeError(
            f"the bytes travel as text and are not UTF-8: byte {error.start} is wrong"
        ) from None


def _logical(text: Callable[[Any], str]) -> Write:
    def write(value: Any, out: Out, budget: Budget, depth: int) -> None:
        try:
            out(f'"{text(value)}"')
        except EncodeError:
            raise
        except ValueError as error:
            raise EncodeError(str(error)) from None

    return write


_PRIMITIVES: Final[dict[Kind, Write]] = {
    kind.STRING: _string,
    kind.BOOLEAN: _boolean,
    kind.INT: _int,
    kind.LONG: _long,
    kind.FLOAT: _float,
    kind.DOUBLE: _double,
    kind.BYTES: _base64,
    kind.UTF8_BYTES: _utf8,
    kind.DATE: _logical(lambda value: strict.day(value).isoformat()),
    kind.TIME_MS: _logical(lambda value: logical.time_to_text(strict.time_of_day(value))),
    kind.TIMESTAMP_MS: _logical(lambda value: logical.timestamp_to_text(strict.instant(value), 3)),
    kind.TIMESTAMP_US: _logical(lambda value: logical.timestamp_to_text(strict.instant(value), 6)),
    kind.UUID: _logical(lambda value: str(strict.identifier(value))),
}


def _writer(of: Kind) -> Write:
    if isinstance(of, kind.Array):
        return _array(_writer(of.item))
    if isinstance(of, kind.Map):
        return _map(_writer(of.item))
    if isinstance(of, kind.Nullable):
        return _nullable(_writer(of.item))
    if isinstance(of, kind.Nested):
        return _nested(of.cls)
    if isinstance(of, kind.Choice):
        return _choice(of.cls)
    if isinstance(of, kind.DecimalKind):
        return _decimal(of.precision, of.scale)
    return _PRIMITIVES[of]


def _decimal(precision: int, scale: int) -> Write:
    return _logical(lambda value: logical.decimal_to_text(strict.exact(value), precision, scale))


def _nullable(item: Write) -> Write:
    def write(value: Any, out: Out, budget: Budget, depth: int) -> None:
        if value is None:
            out("null")
        else:
            item(value, out, budget, depth)

    return write


def _array(item: Write) -> Write:
    def write(value: Any, out: Out, budget: Budget, depth: int) -> None:
        if not isinstance(value, list):
            raise strict.wrong("list", value)
        if depth > budget.depth:
            raise strict.too_deep(budget.depth)
        separator = "["
        index = 0
        try:
            for index, element in enumerate(value):
                out(separator)
                item(element, out, budget, depth + 1)
                separator = ","
        except EncodeError as error:
            error.within(f"[{index}]")
            raise
        out("]" if value else "[]")

    return write


def _map(item: Write) -> Write:
    def write(value: Any, out: Out, budget: Budget, depth: int) -> None:
        if depth > budget.depth:
            raise strict.too_deep(budget.depth)
        separator = "{"
        key: str | None = None
        try:
            for key in strict.sorted_keys(value):
                out(separator)
                out(_quote(key))
                out(":")
                item(value[key], out, budget, depth + 1)
                separator = ","
        except EncodeError as error:
            if key is not None:
                error.within(key_segment(key))
            raise
        out("}" if value else "{}")

    return write


def _nested(cls: type[Any]) -> Write:
    def write(value: Any, out: Out, budget: Budget, depth: int) -> None:
        _record(kind.table(cls))(value, out, budget, depth)

    return write


def _choice(cls: type[enum.Enum]) -> Write:
    def write(value: Any, out: Out, budget: Budget, depth: int) -> None:
        out(_quote(strict.symbol(cls, value)))

    return write


def _record(table: Table) -> Write:
    known = _RECORDS.get(table.cls)
    if known is None:
        known = _RECORDS[table.cls] = _compile(table)
    return known


def _compile(table: Table) -> Write:
    fields = [
        (
            operator.attrgetter(field.python_name),
            field.name,
            _quote(field.name) + ":",
            field.presence is Presence.OPTIONAL,
            _writer(field.kind),
        )
        for field in table.fields
    ]
    cls = table.cls

    def write(value: Any, out: Out, budget: Budget, depth: int) -> None:
        if not isinstance(value, cls):
            raise strict.wrong(cls.__name__, value)
        if depth > budget.depth:
            raise strict.too_deep(budget.depth)
        separator = "{"
        for get, name, key, optional, writer in fields:
            try:
                element = get(value)
            except AttributeError:
                raise EncodeError("the attribute is not set", f".{name}") from None
            if optional and element is None:
                continue
            out(separator)
            out(key)
            try:
                writer(element, out, budget, depth + 1)
            except EncodeError as error:
                error.within(f".{name}")
                raise
            separator = ","
        out("{}" if separator == "{" else "}")

    return write
