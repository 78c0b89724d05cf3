"""The class can be made, but the client has no text for it."""

import enum

from pulsar.schema import *
from pulsar.schema import definition


class Color(enum.Enum):
    RED = 1
    GREEN = 2


class In(Record):
    x = Integer()


class BareInArray(Record):
    a = Array(In)


class BareInMap(Record):
    a = Map(In)


class EnumInArray(Record):
    a = Array(Color)


class BytesDefault(Record):
    a = Bytes(default=b"ab", required_default=True)


class TextAsBytesDefault(Record):
    a = Bytes(default="ab", required_default=True)


class RecordDefault(Record):
    a = In(default=In(x=3), required_default=True)


class RecordsDefault(Record):
    a = Array(In(), default=[In(x=3)], required_default=True)


class RecordInMapDefault(Record):
    a = Map(In(), default={"k": In()}, required_default=True)


class BytesInArrayDefault(Record):
    a = Array(Bytes(), default=[b"ab"], required_default=True)


class EnumInArrayDefault(Record):
    a = Array(CustomEnum(Color), default=[Color.RED], required_default=True)


class SchemaAsField(Record):
    schema = String()


class SchemaInfoAsField(Record):
    schema_info = String()


class HoldsSchemaInfo(Record):
    a = SchemaInfoAsField()


class RequiredDefaultAsField(Record):
    required_default = String()


class HoldsRequiredDefault(Record):
    a = RequiredDefaultAsField()


class DefaultAsField(Record):
    default = String()


class HoldsDefault(Record):
    a = DefaultAsField(required_default=True)


class HoldsBytesDefault(Record):
    """Fails with what is inside of it."""

    a = BytesDefault()
    b = String()


class SpaceOfNumber(Record):
    _avro_namespace = 5
    a = String()


class SpaceOfField(Record):
    _avro_namespace = String()
    a = String()


class OnlyMeta(metaclass=definition.RecordMeta):
    """Not a Record, though it has fields."""

    a = String()
