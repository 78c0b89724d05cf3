"""Avro binary bodies to records; the writer's schema is the reader's."""

from __future__ import annotations

import enum
import struct
from collections.abc import Callable
from typing import Any, Final

from ..errors import DecodeError
from . import kind, logical
from .kind import Kind, Presence, Table
from .limits import Budget, Limits
from .naming import key_segment, quoted


class Input:
    """The bytes and how far they are read."""

    __slots__ = ("at", "budget", "data")

    def __init__(self, data: bytes, budget: Budget) -> None:
        self.data = data
        self.at = 0
        self.budget = budget

    def take(self, count: int, expected: str) -> bytes:
        """The next bytes."""
        end = self.at + count
        if end > len(self.data):
            raise DecodeError(f"expected {expected}, found the end of the input")
        taken = self.data[self.at : end]
        self.at = end
        return taken

    def number(self, expected: str) -> int:
        """A number of up to 64 bits."""
        data, at = self.data, self.at
        result = shift = 0
        while True:
            if at >= len(data):
                raise DecodeError(f"expected {expected}, found the end of the input")
            byte = data[at]
            at += 1
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift > 63:
                raise DecodeError(f"expected {expected}, found a number of more than ten bytes")
        if result > 0xFFFF_FFFF_FFFF_FFFF:
            raise DecodeError(f"expected {expected}, found a number of more than 64 bits")
        self.at = at
        return result >> 1 ^ -(result & 1)

    def octets(self, expected: str) -> bytes:
        """A length and so many bytes."""
        length = self.number(expected)
        if length < 0:
            raise DecodeError(f"expected {expected}, found a negative length")
        return self.take(length, expected)

    def text(self, expected: str) -> str:
        """A length and so many bytes of UTF-8."""
        octets = self.octets(expected)
        try:
            return octets.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DecodeError(
                f"expected {expected}, found text that is not UTF-8: byte {error.start} is wrong"
            ) from None


Read = Callable[[Input, int], Any]

_RECORDS: Final[dict[type[Any], _RecordReader]] = {}
_FLOAT: Final = struct.Struct("<f")
_DOUBLE: Final = struct.Struct("<d")


def decode(cls: type[Any], data: bytes, limits: Limits) -> Any:
    """The message in a body; nothing may follow it."""
    table = kind.table(cls)
    source = Input(bytes(data), Budget(limits))
    try:
        record = _record(table).read(source, 1, cls)
        left = len(source.data) - source.at
        if left:
            raise DecodeError(f"{left} bytes are left after the message")
    except DecodeError as error:
        error.within(table.name)
        raise
    return record


def _string(source: Input, depth: int) -> str:
    return source.text("a string")


def _boolean(source: Input, depth: int) -> bool:
    byte = source.take(1, "a boolean (0 or 1)")[0]
    if byte > 1:
        raise DecodeError(f"expected a boolean (0 or 1), found the byte {byte}")
    return byte == 1


def _int(source: Input, depth: int) -> int:
    value = source.number("an int")
    if not -0x8000_0000 <= value <= 0x7FFF_FFFF:
        raise DecodeError("the number does not fit in 32 bits")
    return value


def _long(source: Input, depth: int) -> int:
    return source.number("a long")


def _float(source: Input, depth: int) -> float:
    value: float = _FLOAT.unpack(source.take(4, "a float"))[0]
    return value


def _double(source: Input, depth: int) -> float:
    value: float = _DOUBLE.unpack(source.take(8, "a double"))[0]
    return value


def _bytes(source: Input, depth: int) -> bytes:
    return source.octets("bytes")


def _logical(read: Read, make: Callable[[Any], Any]) -> Read:
    def read_logical(source: Input, depth: int) -> Any:
        try:
            return make(read(source, depth))
        except DecodeError:
            raise
        except ValueError as error:
            raise DecodeError(str(error)) from None

    return read_logical


_PRIMITIVES: Final[dict[Kind, Read]] = {
    kind.STRING: _string,
    kind.BOOLEAN: _boolean,
    kind.INT: _int,
    kind.LONG: _long,
    kind.FLOAT: _float,
    kind.DOUBLE: _double,
    kind.BYTES: _bytes,
    kind.UTF8_BYTES: _bytes,
    kind.DATE: _logical(_int, logical.date_from_days),
    kind.TIME_MS: _logical(_int, logical.time_from_millis),
    kind.TIMESTAMP_MS: _logical(_long, logical.timestamp_from_millis),
    kind.TIMESTAMP_US: _logical(_long, logical.timestamp_from_micros),
    kind.UUID: _logical(_string, logical.uuid_from_text),
}


def _reader(of: Kind) -> Read:
    if isinstance(of, kind.Array):
        return _array(of.item)
    if isinstance(of, kind.Map):
        return _map(of.item)
    if isinstance(of, kind.Nullable):
        return _nullable(_reader(of.item))
    if isinstance(of, kind.Nested):
        return _nested(of.cls)
    if isinstance(of, kind.Choice):
        return _choice(of.cls)
    if isinstance(of, kind.DecimalKind):
        return _decimal(of.precision, of.scale)
    return _PRIMITIVES[of]


def _decimal(precision: int, scale: int) -> Read:
    def make(octets: bytes) -> Any:
        if not octets:
            raise ValueError("a decimal has at least one byte")
        unscaled = int.from_bytes(octets, "big", signed=True)
        return logical.decimal_from_unscaled(unscaled, precision, scale)

    return _logical(_bytes, make)


def _present(source: Input) -> bool:
    branch = source.number("a union's branch")
    if branch not in (0, 1):
        raise DecodeError(f"expected a union's branch (0 or 1), found {branch}")
    return branch == 1


def _nullable(item: Read) -> Read:
    def read(source: Input, depth: int) -> Any:
        return item(source, depth) if _present(source) else None

    return read


def _footprint(of: Kind, depth: int = 0) -> int:
    """Bytes that an element occupies at least, so that zero bytes cannot become gigabytes."""
    if not isinstance(of, kind.Nested) or depth > 8:
        return 8
    fields = kind.table(of.cls).fields
    inner = [field.kind for field in fields if not field.presence.nullable]
    return 56 + 8 * len(fields) + sum(_footprint(item, depth + 1) for item in inner)


def _too_deep(budget: Budget) -> DecodeError:
    return DecodeError(f"more than {budget.depth} records, arrays and maps inside one another")


def _block(source: Input, footprint: int) -> int:
    count = source.number("a number of elements")
    if count < 0:
        count = -count
        if source.number("the size of a block") < 0:
            raise DecodeError("expected the size of a block, found a negative number")
    broken = source.budget.spend(count, footprint)
    if broken is not None:
        raise DecodeError(broken)
    return count


def _array(of: Kind) -> Read:
    item = _reader(of)
    packed = {kind.DOUBLE: ("d", 8), kind.FLOAT: ("f", 4)}
    bulk = packed.get(of) if isinstance(of, kind.Primitive) else None

    def read(source: Input, depth: int) -> list[Any]:
        if depth > source.budget.depth:
            raise _too_deep(source.budget)
        footprint = _footprint(of)
        elements: list[Any] = []
        try:
            while count := _block(source, footprint):
                if bulk is not None:
                    code, size = bulk
                    numbers = source.take(count * size, f"{count} numbers")
                    elements.extend(struct.unpack(f"<{count}{code}", numbers))
                    continue
                for _ in range(count):
                    elements.append(item(source, depth + 1))
        except DecodeError as error:
            error.within(f"[{len(elements)}]")
            raise
        return elements

    return read


def _map(of: Kind) -> Read:
    item = _reader(of)

    def read(source: Input, depth: int) -> dict[str, Any]:
        if depth > source.budget.depth:
            raise _too_deep(source.budget)
        footprint = 64 + _footprint(of)
        entries: dict[str, Any] = {}
        while count := _block(source, footprint):
            for _ in range(count):
                key = source.text("a key")
                if key in entries:
                    raise DecodeError(f"the key {quoted(key)} is there twice")
                try:
                    entries[key] = item(source, depth + 1)
                except DecodeError as error:
                    error.within(key_segment(key))
                    raise
        return entries

    return read


def _nested(cls: type[Any]) -> Read:
    def read(source: Input, depth: int) -> Any:
        return _record(kind.table(cls)).read(source, depth, cls)

    return read


def _choice(cls: type[enum.Enum]) -> Read:
    members = tuple(cls)

    def read(source: Input, depth: int) -> enum.Enum:
        place = _int(source, depth)
        if not 0 <= place < len(members):
            raise DecodeError(f"{cls.__name__} has {len(members)} symbols, found number {place}")
        return members[place]

    return read


def _record(table: Table) -> _RecordReader:
    known = _RECORDS.get(table.cls)
    if known is None:
        known = _RECORDS[table.cls] = _RecordReader(table)
    return known


class _RecordReader:
    """Reads one record."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.readers = [_reader(field.kind) for field in table.fields]

    def read(self, source: Input, depth: int, cls: type[Any]) -> Any:
        """The record that comes next, as an object of ``cls``."""
        if depth > source.budget.depth:
            raise _too_deep(source.budget)
        arguments: dict[str, Any] = {}
        for field, reader in zip(self.table.fields, self.readers, strict=True):
            try:
                if field.presence.nullable and not _present(source):
                    continue
                value = reader(source, depth + 1)
            except DecodeError as error:
                error.within(f".{field.name}")
                raise
            if field.presence is Presence.OPTIONAL and self._reads_as_none(field, value):
                continue
            arguments[field.python_name] = value
        return cls(**arguments)

    def _reads_as_none(self, field: kind.Field, value: Any) -> bool:
        return (
            self.table.pulsar_record
            and isinstance(field.kind, kind.Nested)
            and _unset(kind.table(field.kind.cls), value)
        )


def _unset(table: Table, value: Any) -> bool:
    """Whether an old producer wrote this for a record that it had not set."""
    return bool(table.fields) and all(
        _unset_field(table, field, getattr(value, field.python_name)) for field in table.fields
    )


def _unset_field(table: Table, field: kind.Field, value: Any) -> bool:
    if field.presence in (Presence.DEFAULT, Presence.NULLABLE_DEFAULT):
        return bool(value == table.default(field))
    if field.kind == kind.BOOLEAN:
        # None can be only where the field is optional; an old Record holds False there too.
        return not value
    if field.presence is Presence.OPTIONAL:
        return value is None
    if isinstance(field.kind, kind.Nested):
        return _unset(kind.table(field.kind.cls), value)
    return False
