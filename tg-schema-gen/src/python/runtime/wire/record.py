"""The base of all generated records: a dataclass that knows its wire forms."""

from __future__ import annotations

import json
from typing import Any, ClassVar, TypeVar

from ..errors import DecodeError, EncodeError
from ..topic import Topic
from . import avro_reader, avro_writer, json_reader, json_writer
from .limits import LIMITS, Counts, Limits

R = TypeVar("R", bound="Record")


class Record:
    """A message, or a part of one."""

    __slots__ = ()

    SCHEMA_NAME: ClassVar[str]
    """Avro full name."""
    TOPIC: ClassVar[Topic | None]
    """First topic that the definitions name for it."""
    AVRO_SCHEMA: ClassVar[str]
    """Avro schema text."""
    PULSAR_SCHEMA: ClassVar[str]
    """Text to register with Pulsar, as a schema of type JSON."""

    def encode(self, *, limits: Limits = LIMITS) -> bytes:
        """The JSON message: compact, UTF-8, fields in the order of the definition."""
        try:
            return json_writer.encode(self, limits)
        except RecursionError:
            raise EncodeError("too deep for the interpreter's stack", type(self).__name__) from None

    @classmethod
    def decode(
        cls: type[R], data: bytes, *, limits: Limits = LIMITS, counts: Counts | None = None
    ) -> R:
        """Reads a JSON message. Whatever the bytes are, nothing but DecodeError is raised."""
        try:
            value = json_reader.decode(cls, data, limits, counts)
        except RecursionError:
            raise DecodeError("too deep for the interpreter's stack", cls.__name__) from None
        assert isinstance(value, cls)
        return value

    def to_json(self, *, limits: Limits = LIMITS) -> dict[str, Any]:
        """The JSON message as Python objects: dict, list, str, int, float, bool and None."""
        value = json.loads(self.encode(limits=limits))
        assert isinstance(value, dict)
        return value

    @classmethod
    def from_json(
        cls: type[R], value: object, *, limits: Limits = LIMITS, counts: Counts | None = None
    ) -> R:
        """Reads a JSON message that is parsed already."""
        try:
            record = json_reader.from_json(cls, value, limits, counts)
        except RecursionError:
            raise DecodeError("too deep for the interpreter's stack", cls.__name__) from None
        assert isinstance(record, cls)
        return record

    def encode_avro(self, *, limits: Limits = LIMITS) -> bytes:
        """The Avro message: the binary body alone, without header or schema."""
        try:
            return avro_writer.encode(self, limits)
        except RecursionError:
            raise EncodeError("too deep for the interpreter's stack", type(self).__name__) from None

    @classmethod
    def decode_avro(cls: type[R], data: bytes, *, limits: Limits = LIMITS) -> R:
        """Reads an Avro message that was written with this very schema."""
        try:
            value = avro_reader.decode(cls, data, limits)
        except RecursionError:
            raise DecodeError("too deep for the interpreter's stack", cls.__name__) from None
        assert isinstance(value, cls)
        return value
