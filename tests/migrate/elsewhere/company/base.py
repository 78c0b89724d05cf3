"""Stands for a package that is installed, and not among the sources that are migrated."""

import enum

from pulsar.schema import Integer, Record, String


class Message(Record):
    _avro_namespace = "company"
    id = String()


class Level(enum.Enum):
    LOW = 1
    HIGH = 2


class Trace(Record):
    span = Integer()


Text = String
RETRIES = 3
