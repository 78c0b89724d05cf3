"""Random messages of a generated record, and what the wire may make of them."""

from __future__ import annotations

import datetime
import decimal
import random
import struct
import uuid
from types import ModuleType
from typing import Any

TEXTS = ["", "a", "plain text", 'quote " and \\', "\x00\x1f\x7f", "Grüße ☃ 😀", "\u2028\u2029", "null", "é" * 40]
DOUBLES = [0.0, -0.0, 1.0, -1.5, 0.1, 1e-7, 1e16, 1e22, 5e-324, 1.7976931348623157e308, 123456.789, 2.0**53]


def single(value: float) -> float:
    """The nearest 32-bit number."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


class Values:
    """Makes values for the kinds of a package's codec runtime."""

    def __init__(self, wire: ModuleType, seed: int) -> None:
        self.wire = wire
        self.random = random.Random(seed)

    def message(self, cls: type[Any], depth: int = 0) -> Any:
        """A record. Deeper down, more and more is left out."""
        arguments = {}
        for field in self.wire.table(cls).fields:
            if field.presence is self.wire.OPTIONAL:
                if self.random.random() < (0.3 if depth < 3 else 0.9) or depth > 6:
                    if self.random.random() < 0.5:
                        arguments[field.python_name] = None
                    continue
            elif field.presence is not self.wire.REQUIRED and (depth > 6 or self.random.random() < 0.2):
                continue
            arguments[field.python_name] = self.value(field.kind, depth + 1)
        return cls(**arguments)

    def value(self, kind: Any, depth: int = 0) -> Any:
        """A value of a kind."""
        wire = self.wire
        if isinstance(kind, wire.Array):
            return [self.value(kind.item, depth + 1) for _ in range(self.count(depth))]
        if isinstance(kind, wire.Map):
            return {self.text() + str(n): self.value(kind.item, depth + 1) for n in range(self.count(depth))}
        if isinstance(kind, wire.Nullable):
            return None if self.random.random() < 0.4 else self.value(kind.item, depth)
        if isinstance(kind, wire.Nested):
            return self.message(kind.cls, depth)
        if isinstance(kind, wire.Choice):
            return self.random.choice(list(kind.cls))
        if isinstance(kind, wire.DecimalKind):
            unscaled = self.random.choice([0, 1, -1, self.random.randrange(10**kind.precision)])
            if kind.precision == kind.scale:
                unscaled %= 10**kind.precision
            digits = tuple(map(int, str(abs(unscaled))))
            return decimal.Decimal((int(unscaled < 0), digits, -kind.scale))
        return getattr(self, kind.name.replace(" ", "_"))()

    def count(self, depth: int) -> int:
        return self.random.choice([0, 1, 1, 2, 3]) if depth < 6 else 0

    def text(self) -> str:
        return self.random.choice(TEXTS)

    string = text

    def boolean(self) -> bool:
        return self.random.random() < 0.5

    def int(self) -> int:
        return self.random.choice([0, 1, -1, 63, 64, -65, 2**31 - 1, -(2**31), self.random.randrange(2**31)])

    def long(self) -> int:
        return self.random.choice([0, -1, 2**53 + 1, 2**63 - 1, -(2**63), self.random.randrange(2**63)])

    def double(self) -> float:
        if self.random.random() < 0.5:
            return self.random.choice(DOUBLES)
        return self.random.uniform(-1, 1) * 10 ** self.random.randrange(-30, 30)

    def float(self) -> float:
        if self.random.random() < 0.3:
            return single(self.random.choice([0.0, 0.1, 16777216.0, 3.4028234e38, 1e-45, 1e13, 1e-7]))
        return single(self.random.uniform(-1, 1) * 10 ** self.random.randrange(-30, 30))

    def bytes(self) -> bytes:
        return self.random.choice([b"", b"\x00\xff", self.random.randbytes(self.random.randrange(12))])

    def bytes_as_text(self) -> bytes:
        return self.text().encode()

    def date(self) -> datetime.date:
        return datetime.date.fromordinal(self.random.randrange(1, datetime.date.max.toordinal() + 1))

    def time_ms(self) -> datetime.time:
        millis = self.random.randrange(86_400_000)
        day = datetime.datetime(2000, 1, 1) + datetime.timedelta(milliseconds=millis)
        return day.time()

    def timestamp_us(self) -> datetime.datetime:
        first = datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)
        return first + datetime.timedelta(
            days=self.random.randrange(datetime.date.max.toordinal()),
            microseconds=self.random.randrange(86_400_000_000),
        )

    def timestamp_ms(self) -> datetime.datetime:
        at = self.timestamp_us()
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.random.getrandbits(128))


def read_back(wire: ModuleType, value: Any, avro: bool) -> Any:
    """What a message is after writing and reading: with the profile of old Pulsar records, a
    sub-record that says nothing but defaults cannot be told from one that was not set."""
    if isinstance(value, list):
        return [read_back(wire, item, avro) for item in value]
    if isinstance(value, dict):
        return {key: read_back(wire, item, avro) for key, item in value.items()}
    if not isinstance(value, wire.Record):
        return value
    table = wire.table(type(value))
    arguments = {}
    for field in table.fields:
        item = read_back(wire, getattr(value, field.python_name), avro)
        if (
            table.pulsar_record
            and field.presence is wire.OPTIONAL
            and isinstance(field.kind, wire.Nested)
            and item is not None
            and looks_unset(wire, getattr(value, field.python_name), avro)
        ):
            item = None
        arguments[field.python_name] = item
    return type(value)(**arguments)


def looks_unset(wire: ModuleType, value: Any, avro: bool) -> bool:
    """Whether a sub-record is written as old producers wrote one that was not set."""
    table = wire.table(type(value))
    for field in table.fields:
        item = getattr(value, field.python_name)
        if field.presence is wire.OPTIONAL and item is None:
            # Avro writes null, which the old ones did; JSON leaves the key out, which they never did.
            if not avro:
                return False
        elif field.presence is wire.OPTIONAL:
            nested = isinstance(field.kind, wire.Nested)
            if avro and nested and table.pulsar_record:
                if not looks_unset(wire, item, avro):
                    return False
            elif avro:
                return False
            elif nested:
                if not looks_unset(wire, item, avro):
                    return False
            elif item is not False:
                return False
        elif field.presence is wire.REQUIRED:
            if isinstance(field.kind, wire.Nested):
                if not looks_unset(wire, item, avro):
                    return False
            elif item is not False:
                return False
        elif item != table.default(field):
            return False
    return bool(table.fields)


def empty(wire: ModuleType, kind: Any) -> Any:
    """The value that is most easily mistaken for none."""
    if isinstance(kind, wire.Array):
        return []
    if isinstance(kind, wire.Map):
        return {}
    if isinstance(kind, wire.Nested):
        return least(wire, kind.cls)
    if isinstance(kind, wire.Choice):
        return next(iter(kind.cls))
    if isinstance(kind, wire.DecimalKind):
        return decimal.Decimal((0, (0,), -kind.scale))
    return {
        wire.STRING: "",
        wire.BOOLEAN: False,
        wire.INT: 0,
        wire.LONG: 0,
        wire.FLOAT: 0.0,
        wire.DOUBLE: 0.0,
        wire.BYTES: b"",
        wire.UTF8_BYTES: b"",
        wire.DATE: datetime.date(1970, 1, 1),
        wire.TIME_MS: datetime.time(),
        wire.TIMESTAMP_MS: datetime.datetime.fromtimestamp(0, datetime.timezone.utc),
        wire.TIMESTAMP_US: datetime.datetime.fromtimestamp(0, datetime.timezone.utc),
        wire.UUID: uuid.UUID(int=0),
    }[kind]


def least(wire: ModuleType, cls: type[Any]) -> Any:
    """A record with nothing but its required fields."""
    return cls(
        **{
            field.python_name: empty(wire, field.kind)
            for field in wire.table(cls).fields
            if field.presence is wire.REQUIRED
        }
    )
