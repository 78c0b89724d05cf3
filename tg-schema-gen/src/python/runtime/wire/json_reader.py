"""JSON text to records, strictly: every type is checked, nothing is guessed."""

from __future__ import annotations

import base64
import binascii
import enum
import json
import math
import re
from collections.abc import Callable
from typing import Any, Final

from ..errors import DecodeError
from . import float32, kind, logical
from .kind import Kind, Presence, Table
from .limits import Budget, Counts, Limits
from .naming import found_json, key_segment, quoted

Read = Callable[[Any, Budget, int], Any]

_RECORDS: Final[dict[type[Any], _RecordReader]] = {}
_FLOATS: Final[dict[type[Any], bool]] = {}


def decode(cls: type[Any], data: bytes, limits: Limits, counts: Counts | None) -> Any:
    """The message in UTF-8 text."""
    table = kind.table(cls)
    try:
        value = parse(data, exact=_holds_floats(table))
    except DecodeError as error:
        error.within(table.name)
        raise
    return from_json(cls, value, limits, counts)


def from_json(cls: type[Any], value: object, limits: Limits, counts: Counts | None) -> Any:
    """The message in a parsed JSON value."""
    table = kind.table(cls)
    try:
        return _record(table).read(value, Budget(limits, counts), 1, cls)
    except DecodeError as error:
        error.within(table.name)
        raise


class _Real(float):
    """A number with point or exponent that knows its text."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class _Whole(int):
    """A number without both that knows its text; cut where it fits in no type anyway."""

    text: str

    def __new__(cls, text: str) -> _Whole:
        number = super().__new__(cls, text[:_LONGEST])
        number.text = text
        return number


_LONGEST: Final = 40
_MINUS_ZERO: Final = re.compile(r"-0(?![0-9.eE])")


def parse(data: bytes, *, exact: bool = False) -> Any:
    """JSON as RFC 8259 has it: UTF-8, no repeated keys, no NaN.

    Where it is to be ``exact``, numbers with a fraction keep their text, for those who round to
    fewer bits than a float has. An int keeps its text if it is minus zero or very long.
    """
    try:
        text = bytes(data).decode("utf-8")
    except UnicodeDecodeError as error:
        raise DecodeError(f"the text is not UTF-8: byte {error.start} is wrong") from None
    real = _Real if exact else float
    try:
        try:
            return _loads(text, real, _whole if _MINUS_ZERO.search(text) else int)
        except (DecodeError, json.JSONDecodeError):
            raise
        except ValueError:
            # An int of more digits than the interpreter turns into a number.
            return _loads(text, real, _whole)
    except json.JSONDecodeError as error:
        raise DecodeError(f"the text is not JSON: {error}") from None


def _whole(text: str) -> int:
    return int(text) if len(text) < _LONGEST and text != "-0" else _Whole(text)


def _loads(text: str, real: Callable[[str], float], whole: Callable[[str], int]) -> Any:
    return json.loads(
        text,
        object_pairs_hook=_object,
        parse_constant=_constant,
        parse_float=real,
        parse_int=whole,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen = set()
        for key, _ in pairs:
            if key in seen:
                raise DecodeError(f"the key {quoted(key)} is there twice in one object")
            seen.add(key)
    return members


def _constant(name: str) -> Any:
    raise DecodeError(f"the text is not JSON: {name}")


def _wrong(expected: str, value: object) -> DecodeError:
    return DecodeError(f"expected {expected}, found {found_json(value)}")


def _too_deep(budget: Budget) -> DecodeError:
    return DecodeError(f"more than {budget.depth} records, arrays and objects inside one another")


def _string(value: Any, budget: Budget, depth: int) -> str:
    if not isinstance(value, str):
        raise _wrong("a string", value)
    if not value.isascii():
        check_text(value)
    return value


def check_text(value: str) -> None:
    """Refuses lone surrogates, which JSON can escape and UTF-8 cannot hold."""
    if not _is_text(value):
        raise DecodeError("the string has a lone surrogate")


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _boolean(value: Any, budget: Budget, depth: int) -> bool:
    if value is True or value is False:
        return bool(value)
    raise _wrong("a boolean", value)


def _integer(bits: int) -> Read:
    low, high = -(1 << bits - 1), (1 << bits - 1) - 1

    def read(value: Any, budget: Budget, depth: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong("an integer, without fraction or exponent", value)
        if not low <= value <= high:
            raise DecodeError(f"the number does not fit in {bits} bits")
        return int(value)

    return read


def _double(value: Any, budget: Budget, depth: int) -> float:
    if isinstance(value, bool) or not isinstance(value, (float, int)):
        raise _wrong("a number", value)
    if type(value) is float:
        double = value
    else:
        try:
            double = float(_exact(value))
        except OverflowError:
            double = math.inf
    if not math.isfinite(double):
        raise DecodeError("the number is beyond what a double can hold")
    return double


def _exact(value: Any) -> Any:
    """The number's text where it is known."""
    return value.text if isinstance(value, (_Real, _Whole)) else value


def _float(value: Any, budget: Budget, depth: int) -> float:
    double = _double(value, budget, depth)
    exact = _exact(value)
    try:
        return float32.rounded(double) if isinstance(exact, float) else float32.nearest(exact)
    except OverflowError:
        raise DecodeError("the number is beyond what a 32-bit float can hold") from None


def _base64(value: Any, budget: Budget, depth: int) -> bytes:
    if not isinstance(value, str):
        raise _wrong("a string in base64", value)
    try:
        data = base64.b64decode(value.encode("ascii"), validate=True)
        if base64.b64encode(data).decode("ascii") == value:
            return data
    except (UnicodeEncodeError, binascii.Error):
        pass
    raise DecodeError("the string is not base64 (standard alphabet, with padding)")


def _utf8(value: Any, budget: Budget, depth: int) -> bytes:
    return _string(value, budget, depth).encode("utf-8")


def _logical(from_text: Callable[[str], Any]) -> Read:
    def read(value: Any, budget: Budget, depth: int) -> Any:
        if not isinstance(value, str):
            raise _wrong("a string", value)
        try:
            return from_text(value)
        except ValueError as error:
            raise DecodeError(f"{error}, found {quoted(value)}") from None

    return read


_PRIMITIVES: Final[dict[Kind, Read]] = {
    kind.STRING: _string,
    kind.BOOLEAN: _boolean,
    kind.INT: _integer(32),
    kind.LONG: _integer(64),
    kind.FLOAT: _float,
    kind.DOUBLE: _double,
    kind.BYTES: _base64,
    kind.UTF8_BYTES: _utf8,
    kind.DATE: _logical(logical.date_from_text),
    kind.TIME_MS: _logical(logical.time_from_text),
    kind.TIMESTAMP_MS: _logical(lambda text: logical.timestamp_from_text(text, 3)),
    kind.TIMESTAMP_US: _logical(lambda text: logical.timestamp_from_text(text, 6)),
    kind.UUID: _logical(logical.uuid_from_text),
}


def _reader(of: Kind) -> Read:
    if isinstance(of, kind.Array):
        return _array(_reader(of.item))
    if isinstance(of, kind.Map):
        return _map(_reader(of.item))
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
    return _logical(lambda text: logical.decimal_from_text(text, precision, scale))


def _nullable(item: Read) -> Read:
    def read(value: Any, budget: Budget, depth: int) -> Any:
        return None if value is None else item(value, budget, depth)

    return read


def _open(value: Any, budget: Budget, depth: int) -> None:
    if depth > budget.depth:
        raise _too_deep(budget)
    broken = budget.spend(len(value), 0)
    if broken is not None:
        raise DecodeError(broken)


def _array(item: Read) -> Read:
    def read(value: Any, budget: Budget, depth: int) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong("an array", value)
        _open(value, budget, depth)
        elements: list[Any] = []
        try:
            for element in value:
                elements.append(item(element, budget, depth + 1))
        except DecodeError as error:
            error.within(f"[{len(elements)}]")
            raise
        return elements

    return read


def _map(item: Read) -> Read:
    def read(value: Any, budget: Budget, depth: int) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong("an object", value)
        _open(value, budget, depth)
        entries: dict[str, Any] = {}
        for key, element in value.items():
            if not isinstance(key, str):
                raise _wrong("a string as key", key)
            try:
                if not key.isascii():
                    check_text(key)
                entries[key] = item(element, budget, depth + 1)
            except DecodeError as error:
                error.within(key_segment(key))
                raise
        return entries

    return read


def _nested(cls: type[Any]) -> Read:
    def read(value: Any, budget: Budget, depth: int) -> Any:
        return _record(kind.table(cls)).read(value, budget, depth, cls)

    return read


def _choice(cls: type[enum.Enum]) -> Read:
    table = kind.enum_table(cls)
    members: dict[object, enum.Enum] = {member.value: member for member in cls}

    def read(value: Any, budget: Budget, depth: int) -> Any:
        if isinstance(value, _Whole):
            value = int(value)
        if isinstance(value, str):
            known = members.get(value)
            if known is not None:
                return known
        for python_value, member in zip(table.values, cls, strict=False):
            if type(python_value) is type(value) and python_value == value:
                return member
        if not isinstance(value, str):
            raise _wrong(f"a symbol of {table.name}", value)
        _string(value, budget, depth)
        if table.default is not None:
            budget.counts.unknown_symbols += 1
            return table.default
        if table.open:
            return value
        raise DecodeError(f"{quoted(value)} is no symbol of {table.name}")

    return read


def _holds_floats(table: Table) -> bool:
    """Whether a message has 32-bit floats anywhere."""
    known = _FLOATS.get(table.cls)
    if known is None:
        seen = {table.cls}
        kinds = [field.kind for field in table.fields]
        for of in kinds:
            if isinstance(of, (kind.Array, kind.Map, kind.Nullable)):
                kinds.append(of.item)
            elif isinstance(of, kind.Nested) and of.cls not in seen:
                seen.add(of.cls)
                kinds.extend(field.kind for field in kind.table(of.cls).fields)
        known = _FLOATS[table.cls] = kind.FLOAT in kinds
    return known


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
        self.places: dict[str, int] = {}
        for place, field in enumerate(table.fields):
            for name in (field.name, *field.aliases):
                self.places.setdefault(name, place)

    def read(self, value: Any, budget: Budget, depth: int, cls: type[Any]) -> Any:
        """The record in a JSON value, as an object of ``cls``."""
        if not isinstance(value, dict):
            raise _wrong("an object", value)
        if depth > budget.depth:
            raise _too_deep(budget)
        names: list[str | None] = [None] * len(self.readers)
        for name, element in value.items():
            place = self.places.get(name) if isinstance(name, str) else None
            if place is None:
                if isinstance(name, str) and not name.isascii():
                    check_text(name)
                _skip(element, budget, depth + 1)
                continue
            other = names[place]
            if other is not None:
                raise DecodeError(f"{quoted(other)} and {quoted(name)} are names of the same field")
            names[place] = name
        arguments: dict[str, Any] = {}
        for field, reader, key in zip(self.table.fields, self.readers, names, strict=True):
            element = None if key is None else value[key]
            if element is None:
                if field.presence is Presence.REQUIRED:
                    missing = "is missing" if key is None else "is null"
                    raise DecodeError(f"the field is required and {missing}", f".{field.name}")
                continue
            if field.presence is Presence.OPTIONAL and self._reads_as_none(field, element):
                continue
            try:
                arguments[field.python_name] = reader(element, budget, depth + 1)
            except DecodeError as error:
                error.within(f".{field.name}")
                raise
        return cls(**arguments)

    def _reads_as_none(self, field: kind.Field, element: Any) -> bool:
        return (
            self.table.pulsar_record
            and isinstance(field.kind, kind.Nested)
            and _record(kind.table(field.kind.cls)).unset(element, 0)
        )

    def unset(self, value: Any, depth: int) -> bool:
        """Whether an old producer wrote this for a record that it had not set."""
        if not isinstance(value, dict) or not self.readers or depth > _UNSET_DEPTH:
            return False
        for field, reader in zip(self.table.fields, self.readers, strict=True):
            if field.name not in value:
                return False
            if not self._unset_field(field, reader, value[field.name], depth):
                return False
        names = {field.name for field in self.table.fields}
        for name, element in value.items():
            # An alias may be the same field again: the ordinary reading judges that.
            if name not in names and (name in self.places or not _null_or_false(element)):
                return False
            # What is no text is refused by the ordinary reading.
            if isinstance(name, str) and not _is_text(name):
                return False
        return True

    def _unset_field(self, field: kind.Field, reader: Read, element: Any, depth: int) -> bool:
        if element is None:
            return True
        if field.presence in (Presence.DEFAULT, Presence.NULLABLE_DEFAULT):
            try:
                return bool(reader(element, Budget(_UNSET_LIMITS), 1) == self.table.default(field))
            except DecodeError:
                return False
        if isinstance(field.kind, kind.Nested):
            return _record(kind.table(field.kind.cls)).unset(element, depth + 1)
        return field.kind == kind.BOOLEAN and element is False


def _null_or_false(value: Any) -> bool:
    return value is None or value is False


_UNSET_LIMITS: Final = Limits()
_UNSET_DEPTH: Final = _UNSET_LIMITS.depth


def _skip(value: Any, budget: Budget, depth: int) -> None:
    """What is not known may be anything, but not too deep, and its text is text."""
    level = [value]
    while level:
        containers = [element for element in level if isinstance(element, (list, dict))]
        if containers and depth > budget.depth:
            raise _too_deep(budget)
        for text in level:
            if isinstance(text, str) and not text.isascii():
                check_text(text)
        level = []
        for container in containers:
            if isinstance(container, dict):
                for key in container:
                    if isinstance(key, str) and not key.isascii():
                        check_text(key)
                level.extend(container.values())
            else:
                level.extend(container)
        depth += 1
