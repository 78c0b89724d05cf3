"""`Item` exists here and in the module beside it."""

import enum

from pulsar.schema import Record, Array, String, CustomEnum


class Kind(enum.Enum):
    A_one = 1
    B = 2


class Item(Record):
    value = String()
    kind = Kind


class Holder(Record):
    items = Array(Item())
