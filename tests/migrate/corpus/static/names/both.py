"""One class that reaches two of one name: the client writes the second as the first."""

from pulsar.schema import Record, Array

from . import one, three, two
from .one import Item
from .two import Item as Other, Kind


class Both(Record):
    first = one.Item()
    second = two.Item()


class Swapped(Record):
    second = Other()
    first = Array(Item())


class Item(Record):
    """A third of the name, which holds the first."""

    inner = one.Item()


class Outer(Record):
    own = Item()
    other = Other()


class Kinds(Record):
    mine = Kind
    theirs = one.Kind


class Clash(Record):
    """An enum and a record of one name."""

    first = one.Kind
    second = Array(three.Kind())


class ClashBack(Record):
    first = three.Kind()
    second = one.Kind
