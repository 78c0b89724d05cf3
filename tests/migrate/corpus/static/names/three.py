"""A record by the name of an enum."""

from pulsar.schema import Record, String


class Kind(Record):
    word = String()
