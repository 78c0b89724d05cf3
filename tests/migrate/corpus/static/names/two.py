"""`Item` exists here and in the module beside it."""

import enum

from pulsar.schema import Record, Array, Integer, CustomEnum


class Kind(enum.Enum):
    A_two = 1
    B = 2


class Item(Record):
    value = Integer()
    kind = Kind


class Holder(Record):
    items = Array(Item())
