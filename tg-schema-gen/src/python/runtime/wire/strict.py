"""Values of a message that is written, checked against their types without mercy."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from typing import Any

from ..errors import EncodeError
from . import float32, kind
from .naming import found


def wrong(expected: str, value: object) -> EncodeError:
    """A value of another type."""
    return EncodeError(f"expected {expected}, found {found(value)}")


def too_deep(depth: int) -> EncodeError:
    """Values too far inside one another."""
    return EncodeError(f"more than {depth} records, lists and dicts inside one another")


def text(value: str) -> None:
    """Refuses what UTF-8 cannot hold."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise EncodeError(
            f"the text has a lone surrogate, \\u{ord(value[error.start]):04x}, at {error.start}"
        ) from None


def integer(value: Any, bits: int) -> int:
    """An int of so many bits; a bool is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong("int", value)
    if not -(1 << bits - 1) <= value < 1 << bits - 1:
        raise EncodeError(f"the number does not fit in {bits} bits")
    return int(value)


def double(value: Any) -> float:
    """A float, or an int that one can stand for."""
    if isinstance(value, bool) or not isinstance(value, (float, int)):
        raise wrong("float", value)
    try:
        return float(value)
    except OverflowError:
        raise EncodeError("the number is beyond what a double can hold") from None


def single(value: Any) -> float:
    """The nearest 32-bit number to a float or int."""
    try:
        return float32.rounded(double(value))
    except OverflowError:
        raise EncodeError("the number is beyond what a 32-bit float can hold") from None


def octets(value: Any) -> bytes:
    """Octets."""
    if not isinstance(value, (bytes, bytearray)):
        raise wrong("bytes", value)
    return bytes(value)


def day(value: Any) -> datetime.date:
    """A day; a datetime is none."""
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise wrong("datetime.date", value)
    return value


def time_of_day(value: Any) -> datetime.time:
    """A time of day."""
    if not isinstance(value, datetime.time):
        raise wrong("datetime.time", value)
    return value


def instant(value: Any) -> datetime.datetime:
    """An instant."""
    if not isinstance(value, datetime.datetime):
        raise wrong("datetime.datetime", value)
    return value


def identifier(value: Any) -> uuid.UUID:
    """A UUID."""
    if not isinstance(value, uuid.UUID):
        raise wrong("uuid.UUID", value)
    return value


def exact(value: Any) -> decimal.Decimal:
    """A decimal; floats are not exact and ints have no scale."""
    if not isinstance(value, decimal.Decimal):
        raise wrong("decimal.Decimal", value)
    return value


def sorted_keys(value: Any) -> list[str]:
    """Keys in bytewise order, which is the order of their code points."""
    if not isinstance(value, dict):
        raise wrong("dict", value)
    for key in value:
        if not isinstance(key, str):
            raise wrong("str as key", key)
        if not key.isascii():
            text(key)
    return sorted(value)


def symbol(cls: type[enum.Enum], value: Any) -> str:
    """The symbol of a member; an open enum has text too."""
    if isinstance(value, cls):
        return str(value.value)
    if isinstance(value, str) and kind.enum_table(cls).open:
        if not value.isascii():
            text(value)
        return value
    raise wrong(cls.__name__, value)
