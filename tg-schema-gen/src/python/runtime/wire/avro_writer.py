"""Records to Avro binary bodies."""

from __future__ import annotations

import enum
import operator
import struct
from collections.abc import Callable
from typing import Any, Final

from ..errors import EncodeError
from . import kind, logical, strict
from .kind import Kind, Table
from .limits import Budget, Limits
from .naming import key_segment, quoted

Write = Callable[[Any, bytearray, Budget, int], None]

_RECORDS: Final[dict[type[Any], Write]] = {}
_FLOAT: Final = struct.Struct("<f")
_DOUBLE: Final = struct.Struct("<d")


def encode(record: Any, limits: Limits) -> bytes:
    """The message's body."""
    table = kind.table(type(record))
    out = bytearray()
    try:
        _record(table)(record, out, Budget(limits), 1)
    except EncodeError as error:
        error.within(table.name)
        raise
    return bytes(out)


def _number(value: int, out: bytearray) -> None:
    rest = value << 1 if value >= 0 else ~(value << 1)
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)


def _octets(data: bytes, out: bytearray) -> None:
    _number(len(data), out)
    out += data


def _string(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
    if not isinstance(value, str):
        raise strict.wrong("str", value)
    if not value.isascii():
        strict.text(value)
    _octets(value.encode("utf-8"), out)


def _boolean(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
    if value is not True and value is not False:
        raise strict.wrong("bool", value)
    out.append(1 if value else 0)


def _int(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
    _number(strict.integer(value, 32), out)


def _long(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
    _number(strict.integer(value, 64), out)


def _float(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
    out += _FLOAT.pack(strict.single(value))


def _double(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
    out += _DOUBLE.pack(strict.double(value))


def _bytes(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
    _octets(strict.octets(value), out)


def _logical(put: Callable[[Any, bytearray], None]) -> Write:
    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        try:
            put(value, out)
        except EncodeError:
            raise
        except ValueError as error:
            raise EncodeError(str(error)) from None

    return write


def _date(value: Any, out: bytearray) -> None:
    _number(logical.date_to_days(strict.day(value)), out)


def _time(value: Any, out: bytearray) -> None:
    _number(logical.time_to_millis(strict.time_of_day(value)), out)


def _timestamp_ms(value: Any, out: bytearray) -> None:
    _number(logical.timestamp_to_millis(strict.instant(value)), out)


def _timestamp_us(value: Any, out: bytearray) -> None:
    _number(logical.timestamp_to_micros(strict.instant(value)), out)


def _uuid(value: Any, out: bytearray) -> None:
    _octets(str(strict.identifier(value)).encode("ascii"), out)


_PRIMITIVES: Final[dict[Kind, Write]] = {
    kind.STRING: _string,
    kind.BOOLEAN: _boolean,
    kind.INT: _int,
    kind.LONG: _long,
    kind.FLOAT: _float,
    kind.DOUBLE: _double,
    kind.BYTES: _bytes,
    kind.UTF8_BYTES: _bytes,
    kind.DATE: _logical(_date),
    kind.TIME_MS: _logical(_time),
    kind.TIMESTAMP_MS: _logical(_timestamp_ms),
    kind.TIMESTAMP_US: _logical(_timestamp_us),
    kind.UUID: _logical(_uuid),
}


def _writer(of: Kind) -> Write:
    if isinstance(of, kind.Array):
        return _array(of.item)
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
    def put(value: Any, out: bytearray) -> None:
        unscaled = logical.decimal_to_unscaled(strict.exact(value), precision, scale)
        bits = (unscaled if unscaled >= 0 else ~unscaled).bit_length()
        _octets(unscaled.to_bytes(bits // 8 + 1, "big", signed=True), out)

    return _logical(put)


def _nullable(item: Write) -> Write:
    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        if value is None:
            out.append(0)
        else:
            out.append(2)
            item(value, out, budget, depth)

    return write


def _present(item: Write) -> Write:
    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        out.append(2)
        item(value, out, budget, depth)

    return write


def _array(of: Kind) -> Write:
    item = _writer(of)
    packed = {kind.DOUBLE: "d", kind.FLOAT: "f"}.get(of) if isinstance(of, kind.Primitive) else None

    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        if not isinstance(value, list):
            raise strict.wrong("list", value)
        if depth > budget.depth:
            raise strict.too_deep(budget.depth)
        if value:
            _number(len(value), out)
            if packed is not None and all(type(element) is float for element in value):
                try:
                    out += struct.pack(f"<{len(value)}{packed}", *value)
                    out.append(0)
                    return
                except OverflowError:
                    pass
            index = 0
            try:
                for index, element in enumerate(value):
                    item(element, out, budget, depth + 1)
            except EncodeError as error:
                error.within(f"[{index}]")
                raise
        out.append(0)

    return write


def _map(item: Write) -> Write:
    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        if depth > budget.depth:
            raise strict.too_deep(budget.depth)
        keys = strict.sorted_keys(value)
        if keys:
            _number(len(keys), out)
            key = ""
            try:
                for key in keys:
                    _octets(key.encode("utf-8"), out)
                    item(value[key], out, budget, depth + 1)
            except EncodeError as error:
                error.within(key_segment(key))
                raise
        out.append(0)

    return write


def _nested(cls: type[Any]) -> Write:
    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        _record(kind.table(cls))(value, out, budget, depth)

    return write


def _choice(cls: type[enum.Enum]) -> Write:
    places: dict[object, int] = {member.value: place for place, member in enumerate(cls)}

    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        if isinstance(value, cls):
            _number(places[value.value], out)
        elif isinstance(value, str) and kind.enum_table(cls).open:
            place = places.get(value)
            if place is None:
                raise EncodeError(
                    f"{quoted(value)} is no symbol of {cls.__name__}, and Avro can write no other"
                )
            _number(place, out)
        else:
            raise strict.wrong(cls.__name__, value)

    return write


def _record(table: Table) -> Write:
    known = _RECORDS.get(table.cls)
    if known is None:
        known = _RECORDS[table.cls] = _compile(table)
    return known


def _compile(table: Table) -> Write:
    def field_writer(field: kind.Field) -> Write:
        item = _writer(field.kind)
        if field.presence is kind.OPTIONAL:
            return _nullable(item)
        return _present(item) if field.presence is kind.NULLABLE_DEFAULT else item

    fields = [
        (operator.attrgetter(field.python_name), field.name, field_writer(field))
        for field in table.fields
    ]
    cls = table.cls

    def write(value: Any, out: bytearray, budget: Budget, depth: int) -> None:
        if not isinstance(value, cls):
            raise strict.wrong(cls.__name__, value)
        if depth > budget.depth:
            raise strict.too_deep(budget.depth)
        for get, name, writer in fields:
            try:
                element = get(value)
            except AttributeError:
                raise EncodeError("the attribute is not set", f".{name}") from None
            try:
                writer(element, out, budget, depth + 1)
            except EncodeError as error:
                error.within(f".{name}")
                raise

    return write
