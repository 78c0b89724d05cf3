from pulsar.schema.definition import Record, String
from pulsar.schema import definition


class FromDefinition(Record):
    a = String()
    b = definition.Integer()
