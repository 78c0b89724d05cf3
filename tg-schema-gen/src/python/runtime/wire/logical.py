"""Dates, times, timestamps, UUIDs and decimals: objects to and from their text and numbers.

Every function raises ValueError with the reason where a value has no such form; nothing is rounded.
"""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
from typing import Final

_DAY: Final = datetime.timedelta(days=1)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_EPOCH_DAY: Final = datetime.date(1970, 1, 1).toordinal()
_LAST_DAY: Final = datetime.date.max.toordinal()
_DAY_MILLIS: Final = 86_400_000

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME: Final = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?")
_TIMESTAMP: Final = re.compile(
    _DATE.pattern + "[Tt ]" + _TIME.pattern + r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_UUID: Final = re.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_DECIMAL: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?")


def _microseconds(fraction: str | None, places: int, what: str) -> int:
    if fraction is None:
        return 0
    if fraction[places:].strip("0"):
        raise ValueError(f"{what} has {places} digits after the second, more would be lost")
    return int(fraction[:places].ljust(6, "0"))


def _second(text: str) -> int:
    if text == "60":
        raise ValueError("leap seconds cannot be kept")
    return int(text)


def date_from_text(text: str) -> datetime.date:
    """``2026-01-31``."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("expected a date such as 2026-01-31")
    year, month, day = match.groups()
    return datetime.date(int(year), int(month), int(day))


def date_to_days(value: datetime.date) -> int:
    """Days since 1970-01-01."""
    return value.toordinal() - _EPOCH_DAY


def date_from_days(days: int) -> datetime.date:
    """Days since 1970-01-01."""
    ordinal = days + _EPOCH_DAY
    if not 1 <= ordinal <= _LAST_DAY:
        raise ValueError(f"day {days} is not in the years 0001 to 9999")
    return datetime.date.fromordinal(ordinal)


def time_from_text(text: str) -> datetime.time:
    """``13:05:09.250``."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError("expected a time such as 13:05:09.250")
    hour, minute, second, fraction = match.groups()
    microsecond = _microseconds(fraction, 3, "a time")
    return datetime.time(int(hour), int(minute), _second(second), microsecond)


def time_to_millis(value: datetime.time) -> int:
    """Milliseconds since midnight."""
    if value.tzinfo is not None:
        raise ValueError("a time of day has no time zone")
    if value.microsecond % 1000:
        raise ValueError("a time has milliseconds, its microseconds would be lost")
    seconds = (value.hour * 60 + value.minute) * 60 + value.second
    return seconds * 1000 + value.microsecond // 1000


def time_to_text(value: datetime.time) -> str:
    """Three digits after the second."""
    time_to_millis(value)
    return value.isoformat("milliseconds")


def time_from_millis(millis: int) -> datetime.time:
    """Milliseconds since midnight."""
    if not 0 <= millis < _DAY_MILLIS:
        raise ValueError(f"{millis} is not a millisecond of a day")
    seconds, milli = divmod(millis, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return datetime.time(hour, minute, second, milli * 1000)


def timestamp_from_text(text: str, places: int) -> datetime.datetime:
    """RFC 3339 with any offset; UTC comes back."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        raise ValueError("expected an RFC 3339 timestamp such as 2026-01-31T13:05:09.250Z")
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = match.groups()
    microsecond = _microseconds(fraction, places, "a timestamp")
    local = datetime.datetime(
        int(year),
        int(month),
        int(day),
        int(hour),
        int(minute),
        _second(second),
        microsecond,
        tzinfo=datetime.timezone.utc,
    )
    if sign is None:
        return local
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("expected an offset from -23:59 to +23:59")
    offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
    try:
        return local + offset if sign == "-" else local - offset
    except OverflowError:
        raise ValueError("expected an instant of the years 0001 to 9999 in UTC") from None


def timestamp_to_micros(value: datetime.datetime) -> int:
    """Microseconds since the epoch."""
    if value.utcoffset() is None:
        raise ValueError("a timestamp needs a time zone (tzinfo), this one has none")
    micros = (value - _EPOCH) // _MICROSECOND
    timestamp_from_micros(micros)
    return micros


def timestamp_to_millis(value: datetime.datetime) -> int:
    """Milliseconds since the epoch."""
    millis, rest = divmod(timestamp_to_micros(value), 1000)
    if rest:
        raise ValueError("timestamp_ms has milliseconds, the microseconds would be lost")
    return millis


def timestamp_from_micros(micros: int) -> datetime.datetime:
    """Microseconds since the epoch."""
    try:
        return _EPOCH + datetime.timedelta(microseconds=micros)
    except OverflowError:
        raise ValueError("expected an instant of the years 0001 to 9999 in UTC") from None


def timestamp_from_millis(millis: int) -> datetime.datetime:
    """Milliseconds since the epoch."""
    return timestamp_from_micros(millis * 1000)


def timestamp_to_text(value: datetime.datetime, places: int) -> str:
    """RFC 3339 in UTC with three or six digits after the second."""
    micros = timestamp_to_millis(value) * 1000 if places == 3 else timestamp_to_micros(value)
    utc = timestamp_from_micros(micros).replace(tzinfo=None)
    return utc.isoformat("T", "milliseconds" if places == 3 else "microseconds") + "Z"


def uuid_from_text(text: str) -> uuid.UUID:
    """36 characters with hyphens, in either case."""
    if _UUID.fullmatch(text) is None:
        raise ValueError("expected a UUID such as f81d4fae-7dec-11d0-a765-00a0c91e6bf6")
    return uuid.UUID(text)


def decimal_to_unscaled(value: decimal.Decimal, precision: int, scale: int) -> int:
    """The number without its point, exactly."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("a decimal is a finite number")
    text = "".join(map(str, digits)).lstrip("0")
    kept = text.rstrip("0")
    if not kept:
        return 0
    shift = exponent + len(text) - len(kept) + scale
    if shift < 0:
        raise ValueError(f"the number has more than {scale} digits after the point")
    if len(kept) + shift > precision:
        raise ValueError(f"the number has more than {precision} digits")
    unscaled: int = int(kept) * 10**shift
    return -unscaled if sign else unscaled


def decimal_from_unscaled(unscaled: int, precision: int, scale: int) -> decimal.Decimal:
    """The number with ``scale`` digits after the point."""
    if abs(unscaled) >= 10**precision:
        raise ValueError(f"the number has more than {precision} digits")
    digits = tuple(map(int, str(abs(unscaled))))
    return decimal.Decimal((1 if unscaled < 0 else 0, digits, -scale))


def decimal_to_text(value: decimal.Decimal, precision: int, scale: int) -> str:
    """``-12.34``, with exactly ``scale`` digits after the point."""
    unscaled = decimal_to_unscaled(value, precision, scale)
    digits = str(abs(unscaled)).rjust(scale + 1, "0")
    sign = "-" if unscaled < 0 else ""
    if scale == 0:
        return sign + digits
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


def decimal_from_text(text: str, precision: int, scale: int) -> decimal.Decimal:
    """``-12.34``; fewer digits after the point are filled up."""
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise ValueError("expected a decimal number such as -12.34")
    sign, whole, fraction = match.groups()
    fraction = (fraction or "").rstrip("0")
    whole = whole.lstrip("0")
    if len(fraction) > scale:
        raise ValueError(f"the number has more than {scale} digits after the point")
    if len(whole) + scale > precision:
        raise ValueError(f"the number has more than {precision} digits")
    unscaled = int(whole + fraction.ljust(scale, "0") or "0")
    return decimal_from_unscaled(-unscaled if sign else unscaled, precision, scale)
