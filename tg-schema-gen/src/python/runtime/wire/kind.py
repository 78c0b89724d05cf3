"""Types, fields and records as tables: what the codecs are put together from."""

from __future__ import annotations

import dataclasses
import enum
from typing import Any, Final

from ..topic import Topic


class Presence(enum.Enum):
    """What a field does when there is no value."""

    REQUIRED = "required"
    """Always written; absent or null is an error."""
    DEFAULT = "default"
    """Always written; absent or null reads as the default."""
    OPTIONAL = "optional"
    """Written when there is a value; absent or null reads as None."""
    NULLABLE_DEFAULT = "nullable default"
    """As DEFAULT, and the Avro type is a union with null."""

    @property
    def nullable(self) -> bool:
        """Whether the Avro type is a union with null."""
        return self in (Presence.OPTIONAL, Presence.NULLABLE_DEFAULT)


REQUIRED: Final = Presence.REQUIRED
DEFAULT: Final = Presence.DEFAULT
OPTIONAL: Final = Presence.OPTIONAL
NULLABLE_DEFAULT: Final = Presence.NULLABLE_DEFAULT


class Kind:
    """A type on the wire."""

    __slots__ = ()


@dataclasses.dataclass(frozen=True)
class Primitive(Kind):
    """A type without parameters; ``name`` is its word in a definition."""

    name: str


STRING: Final = Primitive("string")
BOOLEAN: Final = Primitive("boolean")
INT: Final = Primitive("int")
LONG: Final = Primitive("long")
FLOAT: Final = Primitive("float")
DOUBLE: Final = Primitive("double")
BYTES: Final = Primitive("bytes")
"""Bytes that travel in JSON as base64."""
UTF8_BYTES: Final = Primitive("bytes as text")
"""Bytes that travel in JSON as text."""
DATE: Final = Primitive("date")
TIME_MS: Final = Primitive("time_ms")
TIMESTAMP_MS: Final = Primitive("timestamp_ms")
TIMESTAMP_US: Final = Primitive("timestamp_us")
UUID: Final = Primitive("uuid")


@dataclasses.dataclass(frozen=True)
class DecimalKind(Kind):
    """Exact numbers of up to ``precision`` digits, ``scale`` of them after the point."""

    precision: int
    scale: int


@dataclasses.dataclass(frozen=True)
class Array(Kind):
    """A list."""

    item: Kind


@dataclasses.dataclass(frozen=True)
class Map(Kind):
    """A dict with text keys."""

    item: Kind


@dataclasses.dataclass(frozen=True)
class Nullable(Kind):
    """An element of a list or dict that may be None."""

    item: Kind


@dataclasses.dataclass(frozen=True)
class Nested(Kind):
    """A record."""

    cls: type[Any]


@dataclasses.dataclass(frozen=True)
class Choice(Kind):
    """An enum."""

    cls: type[enum.Enum]


@dataclasses.dataclass(frozen=True)
class Field:
    """One field of a record."""

    name: str
    """Name on the wire."""
    kind: Kind
    presence: Presence = REQUIRED
    aliases: tuple[str, ...] = ()
    """Former names on the wire, which are read too."""
    attribute: str = ""
    """Name in Python, where it is not the name on the wire."""

    @property
    def python_name(self) -> str:
        """Name in Python."""
        return self.attribute or self.name


@dataclasses.dataclass(frozen=True)
class Table:
    """A record: its class and its fields in wire order."""

    cls: type[Any]
    name: str
    fields: tuple[Field, ...]
    pulsar_record: bool = False
    """Whether what old producers of Pulsar records write is read as they meant it."""

    def default(self, field: Field) -> Any:
        """A fresh default value of a field that has one."""
        for declared in dataclasses.fields(self.cls):
            if declared.name == field.python_name:
                if declared.default_factory is not dataclasses.MISSING:
                    return declared.default_factory()
                if declared.default is not dataclasses.MISSING:
                    return declared.default
        raise LookupError(f"{self.name}.{field.name} has no default")


@dataclasses.dataclass(frozen=True)
class EnumTable:
    """An enum: its class and its symbols in wire order."""

    cls: type[enum.Enum]
    name: str
    default: enum.Enum | None = None
    """What an unknown symbol reads as."""
    open: bool = False
    """Whether an unknown symbol is kept as text."""
    values: tuple[int | str, ...] = ()
    """What old producers write in JSON instead, one a symbol."""


_TABLES: Final[dict[type[Any], Table]] = {}
_ENUMS: Final[dict[type[enum.Enum], EnumTable]] = {}


def define(
    cls: type[Any],
    *fields: Field,
    name: str,
    avro_schema: str,
    pulsar_schema: str,
    topic: Topic | None = None,
    pulsar_record: bool = False,
) -> None:
    """Says how a record travels, and what it is called on the way."""
    cls.SCHEMA_NAME = name
    cls.TOPIC = topic
    cls.AVRO_SCHEMA = avro_schema
    cls.PULSAR_SCHEMA = pulsar_schema
    _TABLES[cls] = Table(cls, cls.__name__, fields, pulsar_record)


def define_enum(
    cls: type[enum.Enum],
    *,
    default: enum.Enum | None = None,
    open: bool = False,
    values: tuple[int | str, ...] = (),
) -> None:
    """Says how an enum travels."""
    _ENUMS[cls] = EnumTable(cls, cls.__name__, default, open, values)


def table(cls: type[Any]) -> Table:
    """The table of a record class, or of the class that it was derived from."""
    for base in cls.__mro__:
        found = _TABLES.get(base)
        if found is not None:
            return found
    raise TypeError(f"{cls.__name__} is not a generated record")


def enum_table(cls: type[enum.Enum]) -> EnumTable:
    """The table of an enum class."""
    found = _ENUMS.get(cls)
    if found is None:
        raise TypeError(f"{cls.__name__} is not a generated enum")
    return found
